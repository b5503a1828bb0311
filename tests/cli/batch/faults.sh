# Every write, sync and rename fails once, and kills the program once: whoever runs the command again gets the same bytes.
. "$REPO/tests/cli/batch-lib.sh"
[ -z "${BAKEOFF_SANITIZED:-}" ] || skip "sanitizers want to be loaded first"
cat >fault.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static atomic_long calls;
/* The call that FAULT_AT names fails, or the process dies before it, or after half of it. */
static int strikes(void)
{
    const char *at = getenv("FAULT_AT");
    return at && atomic_fetch_add(&calls, 1) + 1 == atol(at);
}
__attribute__((destructor)) static void count(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file && fprintf(file, "%ld\n", (long)calls) > 0)
        fclose(file);
}
static int is(const char *how)
{
    const char *own = getenv("FAULT_HOW");
    return own && strcmp(own, how) == 0;
}
static void die(void)
{
    kill(getpid(), SIGKILL);
    pause();
}
#define NEXT(type, name, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name))
ssize_t write(int fd, const void *bytes, size_t size)
{
    ssize_t (*next)(int, const void *, size_t) = NEXT(ssize_t, "write", int, const void *, size_t);
    if (fd < 3 || !strikes())
        return next(fd, bytes, size);
    if (is("torn"))
        next(fd, bytes, size / 2);
    if (!is("error"))
        die();
    errno = ENOSPC;
    return -1;
}
static ssize_t put(int fd, const void *bytes, size_t size, off_t at)
{
    ssize_t (*next)(int, const void *, size_t, off_t) = NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t);
    if (!strikes())
        return next(fd, bytes, size, at);
    if (is("torn"))
        next(fd, bytes, size / 2, at);
    if (!is("error"))
        die();
    errno = EIO;
    return -1;
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return put(fd, bytes, size, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) { return put(fd, bytes, size, at); }
/* Which files are synced as they are; disks take their time, and whether they sync is not what is tested. */
static struct stat synced[256];
static atomic_int synced_count;
static int is_synced(const struct stat *file)
{
    for (int i = 0; i < synced_count && i < 256; i++)
        if (synced[i].st_ino == file->st_ino && synced[i].st_size == file->st_size)
            return 1;
    return 0;
}
int fsync(int fd)
{
    if (!strikes())
        return fstat(fd, &synced[synced_count++ % 256]);
    if (!is("error"))
        die();
    errno = EIO;
    return -1;
}
int rename(const char *from, const char *to)
{
    int (*next)(const char *, const char *) = NEXT(int, "rename", const char *, const char *);
    struct stat file;
    if (stat(from, &file) == 0 && !is_synced(&file)) {
        dprintf(2, "%s takes its name before its bytes are on the disk\n", from);
        abort();
    }
    if (!strikes())
        return next(from, to);
    if (is("torn"))
        next(from, to);
    if (!is("error"))
        die();
    errno = EACCES;
    return -1;
}
/* What stdio writes by itself goes past write(). */
int fflush(FILE *file)
{
    int (*next)(FILE *) = NEXT(int, "fflush", FILE *);
    if (!file || fileno(file) < 3 || !strikes())
        return next(file);
    if (is("torn"))
        next(file);
    if (!is("error"))
        die();
    errno = ENOSPC;
    return -1;
}
END
"${CC:-cc}" -shared -fPIC -o fault.so fault.c -ldl 2>/dev/null || skip "no compiler"
make_scenarios 1 scenarios
FAULT_AT=0 FAULT_COUNT=$PWD/calls LD_PRELOAD=$PWD/fault.so bakeoff batch -q scenarios -n 30 -j 1 -o whole
calls=$(cat calls)
[ "$calls" -gt 60 ] || fail "only $calls calls are seen"
step=1
[ -n "${BAKEOFF_TEST_FULL:-}" ] || step=$((calls / 7))
# strike HOW: at every STEP-th call.
strike() {
    local at status
    for ((at = 1 + RANDOM % step; at <= calls; at += step)); do
        status=0
        FAULT_HOW=$1 FAULT_AT=$at LD_PRELOAD=$PWD/fault.so bakeoff batch -q scenarios -n 30 -j 1 -o out >/dev/null 2>messages.txt ||
            status=$?
        case $1-$status in
        error-0) ;; # a folder that cannot be synced is no reason to fail
        error-3) [ -s messages.txt ] || fail "not a word where call $at fails" ;;
        kill-137 | torn-137) ;;
        *) fail "exit $status where call $at has the fault $1: $(cat messages.txt)" ;;
        esac
        bakeoff batch -q scenarios -n 30 -j 1 -o out
        same_results whole out
        no_leftovers out
        rm -rf out
    done
}
RANDOM=20261124
strike error
strike kill
strike torn

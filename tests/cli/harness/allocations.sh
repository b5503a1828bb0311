# Every allocation fails once: the command ends well or with exit 3 and words, and never takes that for bad input.
. "$REPO/tests/cli/lib.sh"
[ -z "${BAKEOFF_SANITIZED:-}" ] || skip "sanitizers bring their own allocator"
cat >fail.c <<'END'
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
static atomic_long calls;
static int fails(void)
{
    const char *at = getenv("FAIL_AT");
    int is_hit = at && atomic_fetch_add(&calls, 1) + 1 == atol(at);
    errno = is_hit ? ENOMEM : errno;
    return is_hit;
}
void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
void *aligned_alloc(size_t line, size_t size) { return fails() ? NULL : __libc_memalign(line, size); }
int fsync(int fd) { return fd - fd; /* the disk is not what is tested */ }
END
"${CC:-cc}" -shared -fPIC -o fail.so fail.c 2>/dev/null || skip "no compiler, or a C library without __libc_malloc"

# fails_well NAME STEP COMMAND...: until 100 runs in a row end well.
fails_well() {
    local name=$1 step=$2 at=1 well=0 status
    shift 2
    while [ "$well" -lt 100 ]; do
        status=0
        FAIL_AT=$at LD_PRELOAD=$PWD/fail.so "$@" >out.txt 2>err.txt || status=$?
        [ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "$name: exit $status where allocation $at fails"
        [ "$status" -eq 3 ] || ! grep -q "deployment-config ''" out.txt || fail "$name: half a command where allocation $at fails"
        [ "$status" -eq 0 ] || [ -s err.txt ] || fail "$name: not a word where allocation $at fails"
        [ "$status" -eq 3 ] && well=0 || well=$((well + 1))
        at=$((at + step))
        [ "$at" -lt 5000 ] || break
    done
    [ "$at" -gt 20 ] || fail "$name: nothing failed"
}
tiny=$REPO/tests/cli/compare/tiny.json
fails_well check 1 bakeoff check "$tiny"
fails_well compare 1 bakeoff compare -q -n 1 -j 1 --csv-dir out --json out.json "$tiny"
fails_well batch 17 bakeoff batch -q -n 1 -j 1 --restart -o batch "$tiny"
bakeoff batch -q -n 1 -o batch "$tiny"
fails_well merge 9 bakeoff merge -q batch
fails_well explain 7 bakeoff explain "$tiny" --policy canary --version faulty --events events --metrics metrics
fails_well modes 1 bakeoff modes --table
fails_well schema 211 bakeoff schema
fails_well init 29 bakeoff init
fails_well from 41 bakeoff init from "$SCENARIOS/start/update-endpoint.json" "$SCENARIOS/start/alarm.json"
fails_well manual 101 bakeoff manual
fails_well completion 23 bakeoff completion bash
fails_well help 7 bakeoff --help

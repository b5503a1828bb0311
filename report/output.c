#include "report/output.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "scenarios/source.h"

enum { NAME_TRIES = 100 };

static bool is_reader_gone(int fd)
{
    struct pollfd poller = {.fd = fd, .events = POLLOUT};
    return poll(&poller, 1, 0) > 0 && (poller.revents & POLLERR);
}

int output_flush(FILE *file)
{
    /* A stream that failed once may flush without complaint later, and errno is then of another day. */
    bool failed_before = ferror(file);
    errno = 0;
    if (fflush(file) == 0 && !failed_before)
        return 0;
    int error = errno != 0 ? errno : EIO;
    if (error == EPIPE || is_reader_gone(fileno(file)))
        return 0;
    errno = error;
    return -1;
}

enum { HOST_SIZE = 65 }; /* HOST_NAME_MAX and a terminator */

/* Letters and digits of the host's whole name: machines may share a folder, and each has its own processes. False where it has
 * none. */
static bool host_name(char host[HOST_SIZE])
{
    if (gethostname(host, HOST_SIZE))
        host[0] = '\0';
    host[HOST_SIZE - 1] = '\0';
    for (char *c = host; *c != '\0'; c++)
        *c = (*c >= '0' && *c <= '9') || ((*c | 32) >= 'a' && (*c | 32) <= 'z') ? *c : '-';
    return host[0] != '\0';
}

/* ".NAME.PID-TRY@HOST.tmp" */
bool output_is_abandoned(const char *name)
{
    char host[HOST_SIZE];
    const char *at = strrchr(name, '@'), *dot = at;
    long pid;
    int attempt, end = 0;
    if (name[0] != '.' || !at || !host_name(host))
        return false;
    while (dot > name && *dot != '.')
        dot--;
    if (sscanf(dot, ".%ld-%d@%n", &pid, &attempt, &end) != 2 || end == 0)
        return false;
    size_t length = strlen(host);
    return strncmp(at + 1, host, length) == 0 && strcmp(at + 1 + length, ".tmp") == 0 && pid > 0 &&
           kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* A new file beside `final`, with the rights that a plain open would give, or those of the file it replaces. */
static FILE *open_beside(const char *final, const struct stat *existing, char **temporary)
{
    const char *slash = strrchr(final, '/');
    int folder = slash ? (int)(slash - final) + 1 : 0;
    char host[HOST_SIZE];
    host_name(host);
    for (int i = 0; i < NAME_TRIES; i++) {
        if (asprintf(temporary, "%.*s.%.150s.%ld-%d@%s.tmp", folder, final, final + folder, (long)getpid(), i, host) <
            0) {
            *temporary = NULL;
            return NULL;
        }
        int fd = open(*temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
        if (file) {
            if (existing)
                (void)!fchmod(fd, existing->st_mode & 07777);
            return file;
        }
        int error = errno;
        if (fd >= 0) {
            close(fd);
            unlink(*temporary);
        }
        free(*temporary);
        *temporary = NULL;
        errno = error;
        if (error != EEXIST)
            return NULL;
    }
    return NULL;
}

/* ---- targets ---- */

static struct {
    pthread_mutex_t lock;
    char **paths; /* borrowed from the outputs that are open */
    size_t count, room;
} targets = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* False where another output that is open would take the same name, or there is no memory. */
static bool claim(char *final)
{
    pthread_mutex_lock(&targets.lock);
    bool is_free = true;
    for (size_t i = 0; i < targets.count && is_free; i++)
        is_free = strcmp(targets.paths[i], final) != 0;
    errno = OUTPUT_IS_TAKEN;
    if (is_free && targets.count == targets.room) {
        size_t room = targets.room > 0 ? 2 * targets.room : 16;
        char **grown = realloc(targets.paths, room * sizeof *grown);
        is_free = grown != NULL;
        targets.paths = grown ? grown : targets.paths;
        targets.room = grown ? room : targets.room;
    }
    if (is_free)
        targets.paths[targets.count++] = final;
    pthread_mutex_unlock(&targets.lock);
    return is_free;
}

static void release(const char *final)
{
    pthread_mutex_lock(&targets.lock);
    for (size_t i = 0; i < targets.count; i++)
        if (targets.paths[i] == final)
            targets.paths[i--] = targets.paths[--targets.count];
    pthread_mutex_unlock(&targets.lock);
}

/* The one name of a file that is there or is to be: its folder's without symbolic links. NULL where there is no folder. */
static char *final_name(const char *path, bool exists)
{
    if (exists)
        return realpath(path, NULL);
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup("."), *final = NULL;
    char *real = folder ? realpath(folder, NULL) : NULL;
    if (real && asprintf(&final, "%s%s%s", real, strcmp(real, "/") == 0 ? "" : "/", base) < 0)
        final = NULL;
    int error = errno;
    free(folder);
    free(real);
    errno = error;
    return final;
}

static bool is_stdout(const char *path, const struct stat *existing)
{
    struct stat out;
    return strcmp(path, "-") == 0 || (existing && fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == existing->st_dev &&
                                      out.st_ino == existing->st_ino);
}

bool output_is_same(const char *a, const char *b)
{
    char *first = final_name(a, access(a, F_OK) == 0), *second = final_name(b, access(b, F_OK) == 0);
    bool is_same = strcmp(a, "-") != 0 && first && second && strcmp(first, second) == 0;
    free(first);
    free(second);
    return is_same;
}

const char *output_reason(int error)
{
    return error == OUTPUT_IS_TAKEN ? "this command reads it, or writes it twice: name another file" : strerror(error);
}

/* A pipe that nobody reads yet is waited for, but not through signals: their handlers may have open() go on. They come while the
 * wait lets them, and at no other time, so that none is missed. */
static int open_pipe(const char *path)
{
    sigset_t ending, before;
    sigemptyset(&ending);
    sigaddset(&ending, SIGINT);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, &before);
    int fd;
    while ((fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0 && errno == ENXIO)
        if (ppoll(NULL, 0, &(struct timespec){.tv_nsec = 20000000}, &before) < 0)
            break;
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    errno = error;
    return fd;
}

static FILE *open_directly(const char *path, const struct stat *existing)
{
    int fd = S_ISFIFO(existing->st_mode) ? open_pipe(path) : open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (fd >= 0 && !file)
        close(fd);
    return file;
}

int output_open(struct output *output, const char *path)
{
    *output = (struct output){.path = strdup(path)};
    if (!output->path)
        return -1;
    struct stat existing;
    bool exists = stat(path, &existing) == 0;
    if (is_stdout(path, exists ? &existing : NULL)) {
        output->file = stdout;
    } else if (exists && !S_ISREG(existing.st_mode)) {
        output->file = open_directly(path, &existing);
    } else {
        output->final = final_name(path, exists);
        if (output->final && !claim(output->final)) {
            int error = errno;
            free(output->final);
            output->final = NULL;
            errno = error;
        } else if (exists && source_was_read(&existing)) {
            errno = OUTPUT_IS_TAKEN;
        } else if (output->final &&
                   (!exists || access(path, W_OK) == 0)) /* renaming ignores what the user has protected */
            output->file = open_beside(output->final, exists ? &existing : NULL, &output->temporary);
    }
    if (output->file)
        return 0;
    int error = errno;
    output_abandon(output);
    errno = error;
    return -1;
}

int output_open_in(struct output *output, const char *directory, const char *name)
{
    char *path;
    if (asprintf(&path, "%s/%s", directory, name) < 0)
        return -1;
    int result = output_open(output, path);
    int error = errno;
    free(path);
    errno = error;
    return result;
}

void output_abandon(struct output *output)
{
    if (output->file && output->file != stdout)
        fclose(output->file);
    if (output->temporary)
        unlink(output->temporary);
    if (output->final)
        release(output->final);
    free(output->path);
    free(output->final);
    free(output->temporary);
    *output = (struct output){0};
}

/* The new name itself must survive a crash of the machine; a folder that cannot be synced is no reason to fail. */
void output_sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)!fsync(fd);
        close(fd);
    }
    free(folder);
}

static int commit(struct output *output)
{
    if (output->file == stdout)
        return 0;
    if (output_flush(output->file))
        return -1;
    if (!output->temporary) {
        /* Closing may still fail, on a network file system for one. */
        FILE *file = output->file;
        output->file = NULL;
        return fclose(file) == 0 || errno == EPIPE ? 0 : -1;
    }
    if (fsync(fileno(output->file)))
        return -1;
    struct stat existing; /* what was read only now? */
    if (stat(output->final, &existing) == 0 && source_was_read(&existing)) {
        errno = OUTPUT_IS_TAKEN;
        return -1;
    }
    FILE *file = output->file;
    output->file = NULL;
    if (fclose(file) || rename(output->temporary, output->final))
        return -1;
    free(output->temporary);
    output->temporary = NULL;
    output_sync_folder(output->final);
    return 0;
}

int output_commit(struct output *output)
{
    int result = output->file ? commit(output) : 0;
    int error = errno;
    output_abandon(output);
    errno = error;
    return result;
}

int output_write(int fd, const void *bytes, size_t size)
{
    for (const char *at = bytes; size > 0;) {
        ssize_t written = write(fd, at, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        at += written;
        size -= (size_t)written;
    }
    return 0;
}

int output_write_at(int fd, const void *bytes, size_t size, uint64_t at)
{
    for (const char *from = bytes; size > 0;) {
        ssize_t written = pwrite(fd, from, size, (off_t)at);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return -1;
        from += written;
        at += (uint64_t)written;
        size -= (size_t)written;
    }
    return 0;
}

int output_put(const char *path, const void *bytes, size_t size)
{
    struct output output;
    if (output_open(&output, path))
        return -1;
    if (output_write(fileno(output.file), bytes, size) == 0)
        return output_commit(&output);
    int error = errno;
    output_abandon(&output);
    errno = error;
    return -1;
}

int output_make_directory(const char *path)
{
    char *partial = strdup(path);
    if (!partial)
        return -1;
    errno = ENOENT;
    int result = path[0] == '\0' ? -1 : 0;
    for (char *end = partial; result == 0 && *end != '\0';) {
        end += strspn(end, "/");
        end += strcspn(end, "/");
        char kept = *end;
        *end = '\0';
        struct stat there;
        if (mkdir(partial, 0777) == 0)
            output_sync_folder(partial);
        else if (errno != EEXIST || stat(partial, &there) || !S_ISDIR(there.st_mode)) {
            if (errno == EEXIST || errno == 0)
                errno = ENOTDIR;
            result = -1;
        }
        *end = kept;
    }
    int error = errno;
    free(partial);
    errno = error;
    return result;
}

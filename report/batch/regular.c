#include "report/batch/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

int regular_open(const char *path, struct stat *status)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe without a writer would block */
    if (fd < 0)
        return -1;
    int error = fstat(fd, status) ? errno : S_ISREG(status->st_mode) ? 0 : S_ISDIR(status->st_mode) ? EISDIR : EINVAL;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

const char *regular_reason(int error)
{
    return error == EINVAL ? "is no regular file" : strerror(error);
}

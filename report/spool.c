#include "report/spool.h"

#include "report/output.h"
#include "scenarios/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

static int open_unnamed(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT))
        return fd;
    /* Not every file system knows files without a name. */
    char *path = xformat("%s/.spool.XXXXXX.tmp", folder);
    fd = mkostemps(path, 4, O_CLOEXEC);
    int error = errno;
    if (fd >= 0)
        unlink(path);
    free(path);
    errno = error;
    return fd;
}

int spool_open(struct spool *spool, const char *folder, const struct planned *planned)
{
    *spool = (struct spool){.fd = open_unnamed(folder), .planned = planned};
    if (spool->fd < 0)
        return -1;
    spool->figure_of = xalloc(column_count * sizeof *spool->figure_of);
    spool->room = xalloc(planned->block * sizeof *spool->room);
    for (size_t c = 0; c < column_count; c++) {
        spool->figure_of[c] = SIZE_MAX;
        for (size_t f = 0; f < planned->figure_count; f++)
            if (planned->figure_column[f] == c)
                spool->figure_of[c] = f;
    }
    return 0;
}

void spool_close(struct spool *spool)
{
    if (spool->fd >= 0)
        close(spool->fd);
    free(spool->figure_of);
    free(spool->room);
    *spool = (struct spool){.fd = -1};
}

static uint64_t offset(const struct spool *spool, size_t trial, size_t figure, uint64_t replication)
{
    uint64_t stretch = trial * spool->planned->figure_count + figure;
    return (stretch * spool->planned->scenario.replications + replication) * sizeof(double);
}

int spool_add(struct spool *spool, const struct part *part, uint64_t first)
{
    const struct planned *planned = spool->planned;
    for (size_t t = 0; t < planned->trial_count; t++)
        for (size_t f = 0; f < planned->figure_count; f++) {
            part_values(part, planned, t, f, spool->room);
            if (output_write_at(spool->fd, spool->room, part->count * sizeof(double), offset(spool, t, f, first)))
                return -1;
        }
    return 0;
}

static void read_stretch(const void *store, size_t trial, size_t column, uint64_t first, size_t count, double *values)
{
    struct spool *spool = (struct spool *)store;
    size_t figure = spool->figure_of[column], size = count * sizeof *values, done = 0;
    uint64_t at = figure != SIZE_MAX ? offset(spool, trial, figure, first) : 0;
    while (done < size && figure != SIZE_MAX && spool->error == 0) {
        ssize_t got = pread(spool->fd, (char *)values + done, size - done, (off_t)(at + done));
        if (got > 0)
            done += (size_t)got;
        else if (got == 0 || errno != EINTR)
            spool->error = got == 0 ? EIO : errno;
    }
    if (done < size)
        for (size_t i = 0; i < count; i++)
            values[i] = NAN;
}

struct study_source spool_source(struct spool *spool)
{
    return (struct study_source){read_stretch, spool};
}

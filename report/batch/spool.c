#include "report/batch/spool.h"

#include "report/output.h"
#include "scenarios/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
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
    spool->stretches = xalloc(planned->trial_count * planned->figure_count * sizeof *spool->stretches);
    memset(spool->stretches, 0, planned->trial_count * planned->figure_count * sizeof *spool->stretches);
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
    free(spool->stretches);
    free(spool->room);
    *spool = (struct spool){.fd = -1};
}

static size_t stretch_of(const struct spool *spool, size_t trial, size_t figure)
{
    return trial * spool->planned->figure_count + figure;
}

static uint64_t offset(const struct spool *spool, size_t stretch, uint64_t replication)
{
    return (stretch * spool->planned->scenario.replications + replication) * sizeof(double);
}

static bool is_same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* What was constant up to now, as values. */
static int write_constant(struct spool *spool, size_t stretch, uint64_t count)
{
    enum { CHUNK = 4096 };
    double values[CHUNK];
    for (size_t i = 0; i < CHUNK; i++)
        values[i] = spool->stretches[stretch].value;
    for (uint64_t done = 0, size; done < count; done += size) {
        size = count - done < CHUNK ? count - done : CHUNK;
        if (output_write_at(spool->fd, values, size * sizeof *values, offset(spool, stretch, done)))
            return -1;
    }
    return 0;
}

static int add_values(struct spool *spool, size_t index, uint64_t first, uint64_t count)
{
    struct stretch *stretch = &spool->stretches[index];
    if (first == 0)
        stretch->value = spool->room[0];
    uint64_t same = 0;
    while (!stretch->is_varied && same < count && is_same(spool->room[same], stretch->value))
        same++;
    if (same == count)
        return 0;
    if (!stretch->is_varied && write_constant(spool, index, first))
        return -1;
    stretch->is_varied = true;
    return output_write_at(spool->fd, spool->room, count * sizeof(double), offset(spool, index, first));
}

int spool_add(struct spool *spool, const struct part *part, uint64_t first)
{
    const struct planned *planned = spool->planned;
    for (size_t t = 0; t < planned->trial_count; t++)
        for (size_t f = 0; f < planned->figure_count; f++) {
            part_values(part, planned, t, f, spool->room);
            if (add_values(spool, stretch_of(spool, t, f), first, part->count))
                return -1;
        }
    return 0;
}

static void fill(double *values, size_t count, double value)
{
    for (size_t i = 0; i < count; i++)
        values[i] = value;
}

static void read_stretch(const void *store, size_t trial, size_t column, uint64_t first, size_t count, double *values)
{
    struct spool *spool = (struct spool *)store;
    size_t figure = spool->figure_of[column], size = count * sizeof *values, done = 0;
    size_t index = figure != SIZE_MAX ? stretch_of(spool, trial, figure) : SIZE_MAX;
    if (index == SIZE_MAX || !spool->stretches[index].is_varied) {
        fill(values, count, index != SIZE_MAX ? spool->stretches[index].value : NAN);
        return;
    }
    while (done < size && spool->error == 0) {
        ssize_t got = pread(spool->fd, (char *)values + done, size - done, (off_t)(offset(spool, index, first) + done));
        if (got > 0)
            done += (size_t)got;
        else if (got == 0 || errno != EINTR)
            spool->error = got == 0 ? EIO : errno;
    }
    if (done < size)
        fill(values, count, NAN);
}

struct study_source spool_source(struct spool *spool)
{
    return (struct study_source){read_stretch, spool};
}

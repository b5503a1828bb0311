/* A sample of a figure: replication by replication, of one trial or of a weighted mix of several. It lies in memory, or
 * is read window by window from wherever it lies, as often as an estimate needs. NaN is absent. */
#ifndef BAKEOFF_SIM_MIX_H
#define BAKEOFF_SIM_MIX_H

#include <stddef.h>

enum { MIX_WINDOW = 4096 }; /* replications of a window where values are read */

/* `parts` samples that share their replications. Every trial weighs weight / count, present or not, so the mean of a
 * figure that is often absent (time to rollback) is its mean over all trials of the mix that have it. */
struct mix {
    const double *values;  /* [part * count + replication]; NULL: `read` brings them */
    const double *weights; /* [parts], > 0, sum 1 */
    size_t parts, count;
    /* Fills values[0 .. count) with those of a part from replication `first` on. What cannot be read is NaN, and the
     * source remembers the error. */
    void (*read)(const void *source, size_t part, size_t first, size_t count, double *values);
    const void *source;
    double *room; /* [parts * MIX_WINDOW] for `read` */
};

/* Values [part * stride + i], i < count: those of replications first + i of the parts asked for, counted from 0. */
struct window {
    const double *values;
    size_t stride, count;
};

/* The window of parts [part, part + parts) that begins at a replication; valid until the next one of the same mix. */
struct window mix_window(const struct mix *mix, size_t part, size_t parts, size_t first);

#endif

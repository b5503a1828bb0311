/* What a run of a batch or a merge did, from what, and how long it took: the only file of a batch that tells of clocks,
 * machines and command lines; all others compare byte for byte. */
#ifndef BAKEOFF_REPORT_BATCH_MANIFEST_H
#define BAKEOFF_REPORT_BATCH_MANIFEST_H

#include "report/batch/batch.h"

/* Borrows everything. */
struct batch_manifest {
    const char *command; /* "batch" or "merge" */
    int argc;
    char *const *argv;
    const struct agenda *agenda;
    const char *const *files;   /* [agenda->count] of the scenarios; NULL where that is not known */
    const char *const *refused; /* files that are no valid scenario */
    size_t refused_count;
    struct shard shard;
    int threads;
    const struct batch_result *result; /* NULL: nothing was simulated */
    uint64_t blocks_merged, blocks_repeated, trials_merged;
    double wall_s, cpu_s;
    int status; /* exit status */
};

/* As a file that appears whole or not at all. Returns 0, or -1 with errno. */
int batch_manifest_write(const char *path, const struct batch_manifest *manifest);

#endif

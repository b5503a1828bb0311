/* Which share of a batch is this process's own: told by hand, or by the engine that started it. */
#ifndef BAKEOFF_REPORT_SHARD_H
#define BAKEOFF_REPORT_SHARD_H

#include <stdbool.h>
#include <stdint.h>

/* The blocks whose index in the whole list of blocks, modulo `count`, is `index`. {0, 1}: all of them. */
struct shard {
    uint64_t index, count; /* index < count */
};

enum { SHARD_MAX = 1000000 };

/* Reads "I/N", "auto" or "auto/N". auto asks the environment for one of these:
 *
 *   SLURM_ARRAY_TASK_ID      with _COUNT, _MIN and _STEP   Slurm job arrays
 *   AWS_BATCH_JOB_ARRAY_INDEX, AWS_BATCH_JOB_ARRAY_SIZE    AWS Batch array jobs
 *   JOB_COMPLETION_INDEX                                   Kubernetes indexed Jobs: auto/N only
 *   OMPI_COMM_WORLD_RANK, OMPI_COMM_WORLD_SIZE             Open MPI
 *
 * auto/N takes the engine's index as it is, from 0 to N - 1, whatever the engine says of its size: so that single tasks
 * can be submitted again. False, with *why (malloc'd), where that does not tell. `get` is getenv. */
bool shard_parse(const char *text, char *(*get)(const char *name), struct shard *shard, char **why);

#endif

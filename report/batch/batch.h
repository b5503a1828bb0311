/* The engine of a batch: simulates the blocks of an agenda that are this shard's own and not yet there, a thread a
 * block, and writes each as a part. What is written does not depend on threads, shards or interruptions. */
#ifndef BAKEOFF_REPORT_BATCH_H
#define BAKEOFF_REPORT_BATCH_H

#include <stdatomic.h>

#include "report/batch/part.h"
#include "report/batch/shard.h"

/* What has been done so far; trials are replications times trials. */
struct batch_progress {
    uint64_t blocks_own, blocks_there, blocks_done; /* own: this shard's; there: before it began */
    uint64_t trials_own, trials_there, trials_done;
};

enum batch_event {
    BATCH_PART_REFUSED,    /* a part that is not good is done again; `state` says why */
    BATCH_SCENARIO_FAILED, /* its blocks are left; errno */
    BATCH_WRITE_FAILED     /* the batch stops; errno */
};

struct batch_options {
    const char *out; /* store_begin() has prepared it */
    const struct agenda *agenda;
    struct shard shard;
    int threads;
    /* The scenario of an item, read once more; NULL after it has been told what is wrong: its blocks are left. Freed by
     * scenario_free(). Never called by two threads at once, nor are the other two. */
    struct scenario *(*read)(void *context, size_t item);
    /* `path` is the part's, or the scenario's name. */
    void (*tell)(void *context, enum batch_event event, enum part_state state, const char *path);
    void (*progress)(void *context, const struct batch_progress *progress); /* ten times a second */
    void *context;
    const atomic_int *stop; /* nonzero: leave what is not finished, and return */
};

struct batch_result {
    struct batch_progress progress;
    uint64_t blocks_refused;
    uint64_t requests_simulated, requests_spared;
    size_t unread; /* items that could not be read again */
    bool failed;   /* a scenario or a write failed */
};

/* Returns 0, or -1 where there is no memory for its own lists. */
int batch_run(const struct batch_options *options, struct batch_result *result);

#endif

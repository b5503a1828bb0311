/* What a batch will cost, from a short pilot: some replications of its scenarios, simulated and written as parts have them,
 * on one thread. */
#ifndef BAKEOFF_REPORT_PILOT_H
#define BAKEOFF_REPORT_PILOT_H

#include <stdatomic.h>

#include "report/batch/agenda.h"

struct pilot_options {
    const struct agenda *agenda;
    double budget_s;                                      /* of this thread's time; one replication is run at least */
    struct scenario *(*read)(void *context, size_t item); /* freed by scenario_free(); NULL: not measured */
    void *context;
    const atomic_int *stop;
};

/* Of the whole batch: exact counts, and estimates from what was measured. Scenarios that the budget does not reach are
 * taken to cost a trial what the measured ones cost on average. */
struct pilot {
    uint64_t replications, trials, blocks;
    size_t scenarios_measured;
    uint64_t replications_measured;
    double pilot_s;                 /* that it took */
    double cpu_s;                   /* of all blocks, one thread */
    double longest_block_s;         /* on one thread */
    double part_bytes, trial_bytes; /* of all parts; of trials.csv */
    double spool_bytes;             /* that merging needs for a while: of the largest scenario */
};

/* Returns 0, or -1 with errno: no memory, or nothing could be measured. */
int pilot_run(const struct pilot_options *options, struct pilot *pilot);

/* Seconds that the blocks take on so many threads at best. */
double pilot_wall_s(const struct pilot *pilot, uint64_t threads);

#endif

/* Versions x policies x replications over threads. Results lie by index, so neither the number of threads
 * nor their luck can change them. */
#ifndef BAKEOFF_SIM_REPLICATE_H
#define BAKEOFF_SIM_REPLICATE_H

#include <stdatomic.h>

#include "sim/outcome.h"
#include "sim/setting.h"

/* One column of trials: replication r of trial t is rows[r * trial_count + t]. Trial 0 is the control
 * (policy and version SIZE_MAX); then policies outer, versions inner, in file order, the current version left out. */
struct trial {
    size_t policy, version;
};

struct replicate_options {
    uint64_t replications;
    uint64_t first_replication; /* 0 but for blocks of a batch */
    int threads;                /* >= 1 */
    bool no_fork;               /* the long way: every trial simulates its own past */
    const atomic_int *stop;     /* nonzero: finish the replications under way and return; may be NULL */
    void (*progress)(void *context, uint64_t done,
                     uint64_t total); /* called now and then from one thread; may be NULL */
    void *progress_context;
};

struct replicate_result {
    struct trial *trials;
    size_t trial_count;
    struct outcome *rows;
    uint64_t replications; /* finished, from the first on without a gap; fewer than asked for after a stop */
    uint64_t requests_simulated, requests_spared;
};

/* The list of trials of a setting (caller frees *trials). */
size_t replicate_trials(const struct setting *setting, struct trial **trials);

/* Returns 0, or -1 when memory or threads are not to be had (errno says which). The result is the caller's to free. */
int replicate_run(const struct setting *setting, const struct replicate_options *options,
                  struct replicate_result *result);
void replicate_free(struct replicate_result *result);

#endif

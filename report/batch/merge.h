/* Parts into results: trials.csv, summary.csv, differences.csv and summary.json, the bytes that one undisturbed run of
 * the same scenarios gives. Rows are copied, figures are read as often as estimates need them, so memory grows neither
 * with replications nor with scenarios. */
#ifndef BAKEOFF_REPORT_MERGE_H
#define BAKEOFF_REPORT_MERGE_H

#include <stdatomic.h>

#include "report/batch/part.h"

enum merge_event {
    MERGE_BLOCK_MISSING, /* detail: the part's path in the first folder */
    MERGE_BLOCK_REFUSED, /* detail: the path; `state` says why */
    MERGE_BLOCK_DIFFERS  /* detail: the path of the second of two parts that should be the same */
};

struct merge_options {
    const char *const *folders; /* that hold parts; a block may be in several, if it is the same */
    size_t folder_count;
    const struct agenda *agenda; /* of all of them */
    const char *out;             /* where the results go */
    int threads;                 /* that estimate */
    /* `block` of the item; told before anything is written. */
    void (*tell)(void *context, enum merge_event event, enum part_state state, const struct planned *planned,
                 uint64_t block, const char *path);
    void (*progress)(void *context, uint64_t done, uint64_t total); /* blocks */
    void *context;
    const atomic_int *stop;
};

enum merge_status {
    MERGE_DONE,
    MERGE_INCOMPLETE, /* blocks are missing, nothing else is wrong */
    MERGE_REFUSED,    /* parts that are not good, or differ */
    MERGE_UNREADABLE, /* parts that the system does not let us read, just now */
    MERGE_STOPPED,
    MERGE_FAILED /* errno; *failed names the file */
};

struct merge_result {
    uint64_t blocks, missing, refused, unreadable, repeated; /* repeated: found in more than one folder */
    uint64_t trials;
    uint64_t trial_bytes; /* of trials.csv */
    size_t gates, gates_kept;
    char *failed; /* malloc'd */
};

/* Nothing is written unless every block is there and good. */
enum merge_status merge_run(const struct merge_options *options, struct merge_result *result);

#endif

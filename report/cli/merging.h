/* What `batch` at its end and `merge` have in common: parts into results, and words about it. */
#ifndef BAKEOFF_REPORT_CLI_MERGING_H
#define BAKEOFF_REPORT_CLI_MERGING_H

#include "report/batch/merge.h"

struct merging {
    const char *const *folders;
    size_t folder_count;
    const struct agenda *agenda;
    const char *out;
    int threads;
    bool is_quiet;
};

/* Returns an exit status: 1 where blocks are missing or a gate is not kept. *result for the manifest. */
int merging_run(const struct merging *merging, struct merge_result *result);

/* "bakeoff: out of memory" or what errno says; STATUS_FAILED. */
int merging_no_memory(void);

#endif

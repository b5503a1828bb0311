/* Results as a folder keeps them: summary.csv of `batch`, `merge` or `compare --csv-dir`, and what the folder tells of its
 * scenarios: parts/agenda.json where it is there, else manifest.json, else nothing. Reads files only, simulates nothing. */
#ifndef BAKEOFF_REPORT_RESULTS_H
#define BAKEOFF_REPORT_RESULTS_H

#include "report/columns.h"
#include "scenarios/diagnostic.h"
#include "sim/estimate.h"

struct results_figure {
    bool is_there;
    struct summary figures;
};

/* A policy with a version; "(none)" is the control, "(mix)" the versions by their probabilities. */
struct results_group {
    const char *policy, *version;
    struct results_figure *figures; /* [column_count] */
};

struct results_scenario {
    const char *name;
    struct results_group *groups; /* as in the file */
    size_t group_count;
    bool is_known; /* the folder tells of it; otherwise the following are empty */
    const char *sha256, *program_version;
    uint64_t seed, replications;
    int instance_quota; /* 0: none, or not told */
};

struct results {
    const char *folder; /* as named by the user */
    struct results_scenario *scenarios;
    size_t scenario_count;
    size_t unfinished;           /* scenarios that belong to the batch and are not in its summary.csv */
    const char *program_version; /* of all that is known; NULL: nothing is */
    void *memory;                /* all that the above points to */
};

/* False after errors. What is odd but harmless is a warning: a figure that this program does not know, an unfinished
 * batch. results_free() in either case. */
bool results_read(struct results *results, const char *folder, struct diagnostics *diagnostics);
void results_free(struct results *results);

/* By name; NULL where there is none. */
const struct results_scenario *results_find(const struct results *results, const char *scenario);
const struct results_group *results_group(const struct results_scenario *scenario, const char *policy,
                                          const char *version);

/* Which rows are wanted: patterns as a shell has them, NULL for all. */
struct results_filter {
    const char *scenario, *policy, *version;
};
bool results_wants_scenario(const struct results_filter *filter, const struct results_scenario *scenario);
bool results_wants(const struct results_filter *filter, const struct results_group *group);

#endif

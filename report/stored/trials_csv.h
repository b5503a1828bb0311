/* trials.csv of stored results, read policy by policy and version by version: one pass finds where each begins, then any of
 * them is read row by row. Memory grows with their number, not with that of rows. */
#ifndef BAKEOFF_REPORT_TRIALS_CSV_H
#define BAKEOFF_REPORT_TRIALS_CSV_H

#include "report/columns.h"
#include "scenarios/diagnostic.h"

struct trials_group {
    const char *scenario, *policy, *version;
    long at; /* byte of its first row */
    int line;
    uint64_t rows; /* replications 0 .. rows - 1, in order */
};

struct trials_csv {
    char *path;
    struct trials_group *groups;
    size_t group_count;
    struct trials_reading *reading;
};

/* False after errors; trials_close() in either case. A file that is not there is an error too. */
bool trials_open(struct trials_csv *trials, const char *folder, struct diagnostics *diagnostics);
void trials_close(struct trials_csv *trials);

const struct trials_group *trials_find(const struct trials_csv *trials, const char *scenario, const char *policy,
                                       const char *version);

/* Stands before the first row of a group. */
bool trials_seek(struct trials_csv *trials, const struct trials_group *group, struct diagnostics *diagnostics);

/* The figures of the next row: values[column_count], NaN where absent; proportions are 1 or 0, as the outcome says. False
 * after errors. */
bool trials_next(struct trials_csv *trials, double *values, struct diagnostics *diagnostics);

#endif

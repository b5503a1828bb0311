/* CSV for machines: trials.csv (the ledger), summary.csv, differences.csv. Rows go straight to the file; its error
 * flag says whether all arrived. */
#ifndef BAKEOFF_REPORT_WRITE_CSV_H
#define BAKEOFF_REPORT_WRITE_CSV_H

#include <stdio.h>

#include "report/study.h"

struct csv_file {
    const char *name; /* "trials.csv" */
    void (*header)(FILE *to);
    void (*rows)(FILE *to, const struct study *study);
};
enum { CSV_TRIALS, CSV_SUMMARY, CSV_DIFFERENCES, CSV_FILES };
extern const struct csv_file csv_files[CSV_FILES];

/* One row of trials.csv. */
void csv_put_trial(FILE *to, const struct scenario *scenario, const struct trial *trial, uint64_t replication,
                   const struct outcome *outcome);

#endif

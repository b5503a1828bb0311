/* What `bakeoff report` shows as one page that opens from disk and asks for nothing: in a sentence, as a table, as figures, and how it
 * was made. The same input has the same bytes. Names are untrusted (figures/markup.h). */
#ifndef BAKEOFF_REPORT_RESULTS_PAGE_H
#define BAKEOFF_REPORT_RESULTS_PAGE_H

#include "report/stored/changes.h"

/* Borrows everything. */
struct results_page {
    const struct results *results;
    size_t count;
    size_t scenario_count; /* of them all, that are shown */
    const struct sheet *sheet;
    const struct changes *changes; /* NULL: not a difference */
    const char *says;              /* how to read the table */
    char *const *arguments;        /* of the command behind "bakeoff report", NULL-terminated */
    int64_t stamp_s;               /* Unix time to print; negative: none */
};

/* Write errors stay in the stream. Returns 0, or -1 when memory is not to be had. */
int results_page_write(FILE *to, const struct results_page *page);

#endif

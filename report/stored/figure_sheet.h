/* What a page of stored results draws of its table: its figures with their intervals, a panel each and a line for each row; and
 * where it plans capacity, each scenario's policies against each other. */
#ifndef BAKEOFF_REPORT_FIGURE_SHEET_H
#define BAKEOFF_REPORT_FIGURE_SHEET_H

#include "report/figures/figure.h"
#include "report/stored/results.h"
#include "report/stored/sheet.h"

/* What is drawn: the table, and the results that it is of. Borrows everything. */
struct stored_source {
    const struct sheet *sheet;
    const struct results *results;
    size_t count;
};

/* One way to draw it. */
struct sheet_figure {
    const char *name; /* of its files */
    /* The rows as they are sorted, noise left out; no more than can be read. No rows: there is nothing to draw. dataset_free(). */
    void (*fill)(struct dataset *data, const struct stored_source *source);
    struct figure (*make)(const struct dataset *data); /* as high in print as the rows ask for */
};

extern const struct sheet_figure figure_intervals, figure_tradeoffs, figure_rollbacks;

/* All of them, in the order of a page. */
extern const struct sheet_figure *const sheet_figures[];
extern const size_t sheet_figure_count;

#endif

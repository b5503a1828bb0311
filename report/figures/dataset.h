/* What a figure shows: a table in memory, written as the data of a Vega-Lite spec, as CSV and as a table of a page, cell by
 * cell the same. Names in it are made visible (emit.h), so that a cell is one line whoever reads it; and they come last in a
 * row, since gnuplot loses its place after a doubled quote. */
#ifndef BAKEOFF_REPORT_DATASET_H
#define BAKEOFF_REPORT_DATASET_H

#include "report/emit.h"

struct dataset_cell {
    char *text; /* NULL: a number */
    double number;
};

/* Filled row by row, cell by cell. Zero-initialise; dataset_free(). */
struct dataset {
    const char *const *columns; /* NULL-terminated */
    size_t column_count;
    struct dataset_cell *cells;
    size_t count, room; /* of cells */
    bool failed;        /* memory ran out: the table is incomplete */
};

void dataset_begin(struct dataset *data, const char *const *columns);
void dataset_text(struct dataset *data, const char *text);
void dataset_number(struct dataset *data, double number); /* NaN and infinities: absent */
void dataset_free(struct dataset *data);

size_t dataset_rows(const struct dataset *data);
const struct dataset_cell *dataset_at(const struct dataset *data, size_t row, const char *column);

/* How many rows from `first` on have the same text in a column, and in a second one unless that is NULL. */
size_t dataset_run(const struct dataset *data, size_t first, const char *column, const char *second);

/* How many such runs of one column the table has. */
size_t dataset_runs(const struct dataset *data, const char *column);

void dataset_csv(FILE *to, const struct dataset *data);
void dataset_json(struct json *json, const struct dataset *data); /* a list of objects */

#endif

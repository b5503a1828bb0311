/* CSV files with a header line, column by column of those that are wanted, through libcsv. */
#ifndef BAKEOFF_SCENARIOS_CSV_H
#define BAKEOFF_SCENARIOS_CSV_H

#include "scenarios/diagnostic.h"

enum { CSV_MAX_WANTED = 16, CSV_MAX_BYTES = 1 << 30 };

struct csv_column {
    const char *name;
    bool is_optional; /* otherwise its absence is an error that names the nearest column */
};

/* One row: cells[i] belongs to columns[i], NULL where the file lacks an optional column. Gone with the next row. */
struct csv_row {
    const struct source *source;
    struct diagnostics *diagnostics;
    int line;
    const char *cells[CSV_MAX_WANTED];
};

/* Hands every row to `take`, which returns false after adding a diagnostic (csv_row_error). Reading goes on after a bad
 * row and gives up after 20. Returns false if there was any error; a file without a header is one. */
bool csv_read(const struct source *source, struct diagnostics *diagnostics, const struct csv_column *columns,
              size_t count, bool (*take)(void *context, const struct csv_row *row), void *context);

/* What is wrong with a row, at the start of its line. */
void csv_row_error(const struct csv_row *row, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A cell as a finite decimal number ("1e-3", not "0x1", "inf" or ""). */
bool csv_number(const char *cell, double *number);

#endif

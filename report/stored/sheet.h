/* A table of stored results that is the same for the terminal, CSV, JSON and LaTeX: named columns, rows of cells. */
#ifndef BAKEOFF_REPORT_SHEET_H
#define BAKEOFF_REPORT_SHEET_H

#include "report/display.h"

enum sheet_kind {
    SHEET_NAME, /* a text; "" where absent */
    SHEET_WORD, /* one of few and short ones: never cut */
    SHEET_VALUE,
    SHEET_INTERVAL /* a value with its 95 % interval */
};

struct sheet_column {
    const char *name;    /* for machines, with its unit */
    const char *title;   /* for people */
    const char *meaning; /* NULL: speaks for itself */
    enum sheet_kind kind;
    bool only_if_seen; /* people see it only where some value is not 0 */
    int interval_until,
        until; /* the last step of narrowing at which the interval, the column stands; -1: for machines only */
};

static inline bool sheet_is_text(const struct sheet_column *column)
{
    return column->kind == SHEET_NAME || column->kind == SHEET_WORD;
}

enum { SHEET_STEPS = 10 }; /* of narrowing, 0: wide */

struct sheet_cell {
    const char *text;  /* of names */
    const char *shown; /* to people, in its place; NULL: the same */
    const char *unit;  /* of values, where the column's title does not say it; NULL: none beside what display.h says */
    enum column_format format;
    bool is_share; /* a proportion: "< 0.92 %" where it was never seen */
    double value;  /* NaN where absent */
    struct interval interval;
};

struct sheet {
    struct sheet_column *columns;
    size_t column_count;
    struct sheet_cell *cells; /* [row * column_count + column] */
    bool *is_noise;           /* [row]: a row that claims nothing, and takes no place when rows are sorted */
    size_t row_count, row_room;
};

/* Borrows every text. The program ends where there is no memory, as in scenarios/arena.h. */
void sheet_free(struct sheet *sheet);
void sheet_column(struct sheet *sheet, const struct sheet_column *column);
/* The cells of a new row, all absent, until the next one is added. */
struct sheet_cell *sheet_row(struct sheet *sheet);

/* Cells. */
void sheet_name(struct sheet_cell *cell, const char *text);
void sheet_value(struct sheet_cell *cell, enum column_format format, double value);
void sheet_interval(struct sheet_cell *cell, const struct column *column, double value, struct interval interval);

/* SIZE_MAX where there is no column of that name. */
size_t sheet_find(const struct sheet *sheet, const char *name);

/* Names upwards, figures downwards, or both the other way round; equals stay in order, what is absent and what is noise comes
 * last. The column stands however narrow the page is. */
void sheet_sort(struct sheet *sheet, size_t column, bool is_reverse);

/* The unit that display.h leaves to titles: "inst-h", "USD"; NULL: none. */
const char *sheet_unit(enum column_format format);

/* For people: is there anything to be seen in the column? */
bool sheet_is_seen(const struct sheet *sheet, size_t column);

/* What people read in a cell. */
enum { SHEET_TEXT_SIZE = 512 };
char *sheet_text(char text[SHEET_TEXT_SIZE], const struct sheet_column *column, const struct sheet_cell *cell,
                 bool with_interval);

#endif

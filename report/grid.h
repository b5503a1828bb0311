/* A small table on the terminal: libsmartcols with a memory of its own for what went wrong. */
#ifndef BAKEOFF_REPORT_GRID_H
#define BAKEOFF_REPORT_GRID_H

#include <stdbool.h>
#include <stdio.h>

struct libscols_table;
struct libscols_line;

enum grid_kind {
    GRID_FIGURE, /* to the right */
    GRID_WORD,
    GRID_NAME, /* on several lines where the terminal is too narrow: names often differ at their ends only */
    GRID_PROSE /* of as many lines as the cell has */
};

struct grid {
    struct libscols_table *table;
    struct libscols_line *line; /* the latest */
    size_t next;                /* cell of the latest line */
    bool failed;                /* memory ran out somewhere */
};

void grid_begin(struct grid *grid, FILE *to, size_t width, bool has_color);
void grid_column(struct grid *grid, const char *title, enum grid_kind kind);
void grid_line(struct grid *grid, const char *color); /* NULL: none */
void grid_cell(struct grid *grid, const char *text);
void grid_cell_color(struct grid *grid, const char *color); /* of the latest cell */
/* Prints and frees. Returns 0, or -1 when memory is not to be had. */
int grid_end(struct grid *grid);

/* Breaks words at blanks into lines of at most `width`. `text` must hold strlen(words) + 1. Returns text. */
char *grid_wrap(char *text, const char *words, size_t width);

/* Columns that a text takes on the terminal. */
size_t grid_width(const char *text);

#endif

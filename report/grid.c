#include "report/grid.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <libsmartcols/libsmartcols.h>

void grid_begin(struct grid *grid, FILE *to, size_t width, bool has_color)
{
    *grid = (struct grid){.table = scols_new_table()};
    if (!grid->table) {
        grid->failed = true;
        return;
    }
    scols_table_set_stream(grid->table, to);
    scols_table_set_termforce(grid->table, SCOLS_TERMFORCE_ALWAYS);
    scols_table_set_termwidth(grid->table, width);
    scols_table_enable_colors(grid->table, has_color);
    grid->failed = scols_table_set_column_separator(grid->table, "  ") != 0;
}

void grid_column(struct grid *grid, const char *title, enum grid_kind kind)
{
    static const int flags[] = {
        [GRID_FIGURE] = SCOLS_FL_RIGHT, [GRID_NAME] = SCOLS_FL_WRAP, [GRID_PROSE] = SCOLS_FL_WRAP};
    struct libscols_column *column =
        grid->failed ? NULL : scols_table_new_column(grid->table, title, kind == GRID_NAME ? 0.2 : 0, flags[kind]);
    if (!column || (kind == GRID_PROSE && scols_column_set_safechars(column, "\n")) ||
        (kind == GRID_PROSE && scols_column_set_wrapfunc(column, scols_wrapnl_chunksize, scols_wrapnl_nextchunk, NULL)))
        grid->failed = true;
}

void grid_line(struct grid *grid, const char *color)
{
    grid->line = grid->failed ? NULL : scols_table_new_line(grid->table, NULL);
    grid->next = 0;
    if (!grid->line || (color && scols_line_set_color(grid->line, color)))
        grid->failed = true;
}

void grid_cell(struct grid *grid, const char *text)
{
    if (grid->failed || scols_line_set_data(grid->line, grid->next, text))
        grid->failed = true;
    grid->next++;
}

void grid_cell_color(struct grid *grid, const char *color)
{
    struct libscols_cell *cell = grid->failed ? NULL : scols_line_get_cell(grid->line, grid->next - 1);
    if (!cell || scols_cell_set_color(cell, color))
        grid->failed = true;
}

int grid_end(struct grid *grid)
{
    if (!grid->failed && scols_print_table(grid->table))
        grid->failed = true;
    if (grid->table)
        scols_unref_table(grid->table);
    grid->table = NULL;
    return grid->failed ? -1 : 0;
}

char *grid_wrap(char *text, const char *words, size_t width)
{
    strcpy(text, words);
    char *start = text, *blank = NULL;
    for (char *c = text; *c; c++) {
        if (*c == ' ')
            blank = c;
        if ((size_t)(c - start) < width || !blank || blank < start)
            continue;
        *blank = '\n';
        start = blank + 1;
    }
    return text;
}

size_t grid_width(const char *text)
{
    size_t length = strlen(text);
    wchar_t *wide = calloc(length + 1, sizeof *wide);
    size_t count = wide ? mbstowcs(wide, text, length + 1) : (size_t)-1;
    int width = count == (size_t)-1 ? -1 : wcswidth(wide, count);
    free(wide);
    return width < 0 ? length : (size_t)width;
}

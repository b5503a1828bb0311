#include "report/stored/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/emit.h"
#include "scenarios/arena.h"

void sheet_free(struct sheet *sheet)
{
    free(sheet->columns);
    free(sheet->cells);
    free(sheet->is_noise);
    *sheet = (struct sheet){0};
}

void sheet_column(struct sheet *sheet, const struct sheet_column *column)
{
    sheet->columns = xrealloc(sheet->columns, (sheet->column_count + 1) * sizeof *sheet->columns);
    sheet->columns[sheet->column_count++] = *column;
}

struct sheet_cell *sheet_row(struct sheet *sheet)
{
    const struct sheet_cell absent = {.text = "", .value = NAN, .interval = {NAN, NAN}};
    if (sheet->row_count == sheet->row_room) {
        sheet->row_room = sheet->row_room > 0 ? 2 * sheet->row_room : 64;
        sheet->cells = xrealloc(sheet->cells, sheet->row_room * sheet->column_count * sizeof *sheet->cells);
        sheet->is_noise = xrealloc(sheet->is_noise, sheet->row_room * sizeof *sheet->is_noise);
    }
    sheet->is_noise[sheet->row_count] = false;
    struct sheet_cell *row = &sheet->cells[sheet->row_count++ * sheet->column_count];
    for (size_t c = 0; c < sheet->column_count; c++)
        row[c] = absent;
    return row;
}

void sheet_name(struct sheet_cell *cell, const char *text)
{
    cell->text = text;
}

void sheet_value(struct sheet_cell *cell, enum column_format format, double value)
{
    cell->format = format;
    cell->value = value;
}

void sheet_interval(struct sheet_cell *cell, const struct column *column, double value, struct interval interval)
{
    sheet_value(cell, column->format, value);
    cell->is_share = column->kind == COLUMN_PROPORTION;
    cell->interval = interval;
}

size_t sheet_find(const struct sheet *sheet, const char *name)
{
    for (size_t c = 0; c < sheet->column_count; c++)
        if (strcmp(sheet->columns[c].name, name) == 0)
            return c;
    return SIZE_MAX;
}

/* ---- sorting ---- */

struct order {
    const struct sheet *sheet;
    size_t column;
    bool is_reverse;
};

static int compare_rows(const void *left, const void *right, void *context)
{
    const struct order *order = context;
    const struct sheet *sheet = order->sheet;
    size_t i = *(const size_t *)left, j = *(const size_t *)right;
    const struct sheet_cell *a = &sheet->cells[i * sheet->column_count + order->column];
    const struct sheet_cell *b = &sheet->cells[j * sheet->column_count + order->column];
    int sign = order->is_reverse ? -1 : 1, result = 0;
    if (sheet->is_noise[i] != sheet->is_noise[j])
        return sheet->is_noise[i] ? 1 : -1;
    if (sheet_is_text(&sheet->columns[order->column]))
        result = sign * strcmp(a->text, b->text);
    else if (isnan(a->value) != isnan(b->value))
        result = isnan(a->value) ? 1 : -1;
    else if (a->value != b->value && !isnan(a->value))
        result = a->value > b->value ? -sign : sign;
    return result != 0 ? result : i < j ? -1 : i > j;
}

void sheet_sort(struct sheet *sheet, size_t column, bool is_reverse)
{
    if (sheet->columns[column].until >= 0)
        sheet->columns[column].until = SHEET_STEPS; /* people see by what the rows are sorted */
    struct order order = {sheet, column, is_reverse};
    size_t width = sheet->column_count, *rows = xalloc((sheet->row_count + 1) * sizeof *rows);
    struct sheet_cell *cells = xalloc((sheet->row_count * width + 1) * sizeof *cells);
    bool *is_noise = xalloc(sheet->row_count + 1);
    for (size_t i = 0; i < sheet->row_count; i++)
        rows[i] = i;
    qsort_r(rows, sheet->row_count, sizeof *rows, compare_rows, &order);
    for (size_t i = 0; i < sheet->row_count; i++) {
        memcpy(&cells[i * width], &sheet->cells[rows[i] * width], width * sizeof *cells);
        is_noise[i] = sheet->is_noise[rows[i]];
    }
    free(sheet->cells);
    free(sheet->is_noise);
    sheet->cells = cells;
    sheet->is_noise = is_noise;
    sheet->row_room = sheet->row_count;
    free(rows);
}

/* ---- for people ---- */

bool sheet_is_seen(const struct sheet *sheet, size_t column)
{
    const struct sheet_column *c = &sheet->columns[column];
    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_cell *cell = &sheet->cells[i * sheet->column_count + column];
        if (sheet_is_text(c) ? cell->text[0] != '\0' : isfinite(cell->value) && (cell->value != 0 || !c->only_if_seen))
            return true;
    }
    return false;
}

const char *sheet_unit(enum column_format format)
{
    return format == FORMAT_INSTANCE_SECONDS ? "inst-h" : format == FORMAT_USD ? "USD" : NULL;
}

/* Between a value and its interval. */
static void put_unit(char text[SHEET_TEXT_SIZE], const char *unit)
{
    char interval[DISPLAY_SIZE];
    char *at = strchr(text, '[');
    snprintf(interval, sizeof interval, "%s%s", at ? " " : "", at ? at : "");
    size_t length = at ? (size_t)(at - 1 - text) : strlen(text);
    snprintf(text + length, SHEET_TEXT_SIZE - length, " %s%s", unit, interval);
}

char *sheet_text(char text[SHEET_TEXT_SIZE], const struct sheet_column *column, const struct sheet_cell *cell,
                 bool with_interval)
{
    if (sheet_is_text(column))
        emit_visible(text, SHEET_TEXT_SIZE, cell->shown ? cell->shown : cell->text[0] != '\0' ? cell->text : "-");
    else if (cell->is_share)
        display_proportion(text, cell->value, cell->interval, with_interval);
    else if (column->kind == SHEET_INTERVAL && with_interval)
        display_interval(text, cell->format, cell->value, cell->interval);
    else
        display_value(text, cell->format, cell->value);
    if (cell->unit && isfinite(cell->value))
        put_unit(text, cell->unit);
    return text;
}

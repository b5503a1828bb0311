#include "report/gate_words.h"

#include <stdio.h>

#include "report/emit.h"

const char *gate_put_figure(char text[DISPLAY_SIZE], const struct gate_row *row)
{
    bool is_plain = row->column->kind == COLUMN_PROPORTION;
    snprintf(text, DISPLAY_SIZE, "%s%s%s", is_plain ? "" : row->gate->statistic, is_plain ? "" : " ",
             row->column->name);
    return text;
}

const char *gate_put_limit(char text[DISPLAY_SIZE], const struct gate_row *row)
{
    const char *words = row->gate->has_max ? "at most" : "at least";
    char number[NUMBER_SIZE];
    if (row->column->kind == COLUMN_PROPORTION)
        snprintf(text, DISPLAY_SIZE, "%s %.6g %%", words, 100 * row->gate->limit);
    else
        snprintf(text, DISPLAY_SIZE, "%s %s", words, emit_number(number, row->gate->limit));
    return text;
}

const char *gate_put_observed(char text[DISPLAY_SIZE], const struct gate_row *row, bool with_interval)
{
    if (row->column->kind == COLUMN_PROPORTION)
        return display_proportion(text, row->value, row->interval, with_interval);
    /* In the gate's own unit, since its limit is. */
    enum column_format format = row->column->format == FORMAT_USD ? FORMAT_USD : FORMAT_COUNT;
    if (!with_interval || row->interval.low == row->interval.high)
        return display_value(text, format, row->value);
    return display_interval(text, format, row->value, row->interval);
}

#include "scenarios/draws.h"

#include "scenarios/csv.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_CONDITIONS = 8 };

static double unit_us(const char *unit)
{
    return strcmp(unit, "ms") == 0 ? 1e3 : 1e6;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool keep_values(struct reader *reader, double *values, size_t count, struct draw *out)
{
    double *kept = arena_array(reader->arena, count, sizeof *kept);
    memcpy(kept, values, count * sizeof *kept);
    qsort(kept, count, sizeof *kept, ascending);
    *out = draw_empirical(kept, count);
    return true;
}

/* ---- empirical ---- */

struct empirical_input {
    const struct json *values, *file, *where;
    const char *column;
    int unit;
};

static const char *const unit_words[] = {"s", "ms"};

static bool read_values(struct reader *reader, const struct json *list, double scale, struct draw *out)
{
    if (!reader_is_list(reader, list, "a list of numbers"))
        return false;
    const struct key number = {.type = KEY_NUMBER, .scale = scale, .low = 0.0, .high = 1e9};
    size_t count = json_count(list), i = 0;
    bool is_good = count > 0;
    if (!is_good)
        reader_error(reader, list, "must hold at least one number");
    double *values = xalloc(count * sizeof *values);
    for (const struct json *value = list->child; value != NULL; value = value->next)
        is_good &= reader_value(reader, value, &number, &values[i++]);
    is_good = is_good && keep_values(reader, values, count, out);
    free(values);
    return is_good;
}

/* A column of a CSV file, of the rows in which other columns hold what `where` says. */
struct column_reading {
    struct csv_column columns[1 + MAX_CONDITIONS];
    const char *wanted[1 + MAX_CONDITIONS]; /* [0] is not used */
    size_t count;
    double scale;
    double *values;
    size_t value_count, room;
};

static bool is_wanted(const char *cell, const char *wanted)
{
    double a, b;
    return strcmp(cell, wanted) == 0 || (csv_number(cell, &a) && csv_number(wanted, &b) && a == b);
}

static bool take_value(void *context, const struct csv_row *row)
{
    struct column_reading *reading = context;
    for (size_t i = 1; i < reading->count; i++)
        if (!is_wanted(row->cells[i], reading->wanted[i]))
            return true;
    double value;
    if (!csv_number(row->cells[0], &value) || value < 0.0 || value > 1e9) {
        csv_row_error(row, "column \"%s\" must be a number from 0 to 1e9, got \"%s\"", reading->columns[0].name,
                      row->cells[0]);
        return false;
    }
    if (reading->value_count == reading->room) {
        reading->room = 2 * reading->room + 256;
        reading->values = xrealloc(reading->values, reading->room * sizeof *reading->values);
    }
    reading->values[reading->value_count++] = value * reading->scale;
    return true;
}

static bool read_where(struct reader *reader, const struct json *where, struct column_reading *reading)
{
    if (!reader_is_object(reader, where, "an object of column names and what they must hold"))
        return false;
    for (const struct json *condition = where->child; condition != NULL; condition = condition->next) {
        bool is_scalar = json_is_text(condition) || json_is_number(condition);
        if (!is_scalar || reading->count == 1 + MAX_CONDITIONS) {
            reader_error(reader, condition, is_scalar ? "at most %d conditions" : "must be a text or a number",
                         MAX_CONDITIONS);
            return false;
        }
        reading->columns[reading->count].name = json_name(condition);
        reading->wanted[reading->count++] =
            json_is_text(condition) ? json_text(condition) : reader_shown(reader, condition);
    }
    return true;
}

static bool read_column(struct reader *reader, const struct json *value, const struct empirical_input *input,
                        const char *unit, struct draw *out)
{
    if (input->column == NULL) {
        reader_error_missing(reader, value, "column", "is required beside file: the column of the values");
        return false;
    }
    struct column_reading reading = {.count = 1,
                                     .scale = input->unit < 0 ? unit_us(unit) : unit_us(unit_words[input->unit])};
    reading.columns[0].name = input->column;
    if (!reader_is_text(reader, input->file, "the path of a CSV file"))
        return false;
    if (input->where != NULL && !read_where(reader, input->where, &reading))
        return false;
    const struct source *source = reader_include(reader, input->file, CSV_MAX_BYTES);
    bool is_good =
        source != NULL && csv_read(source, reader->diagnostics, reading.columns, reading.count, take_value, &reading);
    if (is_good && reading.value_count == 0)
        reader_error(reader, input->file, "has no such row");
    is_good = is_good && reading.value_count > 0 && keep_values(reader, reading.values, reading.value_count, out);
    free(reading.values);
    return is_good;
}

static bool read_empirical(struct reader *reader, const struct json *value, const char *unit,
                           const struct empirical_input *input, const char *values_key, struct draw *out)
{
    if ((input->values != NULL) == (input->file != NULL)) {
        reader_error(reader, value, "takes %s %s or file and column%s",
                     input->values != NULL ? "either" : "one of:", values_key,
                     input->values != NULL ? ", not both" : "");
        return false;
    }
    if (input->file != NULL)
        return read_column(reader, value, input, unit, out);
    if (input->column != NULL || input->where != NULL || input->unit >= 0)
        reader_warn(reader, value, "column, where and unit go with file: not used");
    return read_values(reader, input->values, unit_us(unit), out);
}

/* ---- mixture ---- */

static const struct key weight_keys[] = {
    {"weight", KEY_NUMBER, .high = 1e9, .low_open = true, .required = true, .meaning = "how often, beside the others"},
};
static const struct key_table weight_table = {"a component", weight_keys, KEY_COUNT(weight_keys)};

static bool read_law(struct reader *reader, const struct json *value, const char *unit, const struct key_sheet *extra,
                     struct draw *out);

static bool read_mixture(struct reader *reader, const struct json *list, const char *unit, struct draw *out)
{
    if (!reader_is_list(reader, list, "a list of distributions, each with its weight"))
        return false;
    size_t count = json_count(list), i = 0;
    if (count == 0) {
        reader_error(reader, list, "must hold at least one distribution");
        return false;
    }
    struct draw *parts = arena_array(reader->arena, count, sizeof *parts);
    double *weights = arena_array(reader->arena, count, sizeof *weights), sum = 0.0;
    bool is_good = true;
    for (const struct json *part = list->child; part != NULL; part = part->next, i++) {
        struct key_sheet weight = {&weight_table, &weights[i]};
        is_good &= read_law(reader, part, unit, &weight, &parts[i]);
        sum += weights[i];
    }
    for (i = 0; i < count; i++)
        weights[i] /= sum;
    *out = draw_mixture(parts, weights, count);
    return is_good;
}

/* ---- any kind ---- */

/* The row that "distribution" names; NULL after an error. */
static const struct draw_kind *read_kind(struct reader *reader, const struct json *value)
{
    const struct json *name = json_get(value, "distribution");
    if (name == NULL) {
        reader_error_missing(reader, value, "distribution", "is required: constant, uniform, lognormal, ...");
        return NULL;
    }
    const char **words = arena_array(reader->scratch, draw_kind_count, sizeof *words);
    for (size_t i = 0; i < draw_kind_count; i++)
        words[i] = draw_kinds[i].name;
    const struct key word = {.type = KEY_WORD, .words = words, .word_count = draw_kind_count};
    int index;
    return reader_value(reader, name, &word, &index) ? &draw_kinds[index] : NULL;
}

enum { MAX_ROWS = 8 };

/* The keys of one kind as a table; its numbers go to given[], the rest to an empirical_input. */
static struct key_table kind_table(struct reader *reader, const struct draw_kind *kind, const char *unit,
                                   struct key rows[MAX_ROWS], const struct key own[], size_t own_count)
{
    size_t count = 0;
    rows[count++] = (struct key){.name = "distribution", .type = KEY_UNUSED};
    for (size_t i = 0; i < DRAW_PARAMS && kind->params[i].key != NULL; i++) {
        const struct draw_param *param = &kind->params[i];
        rows[count++] = (struct key){.name = param->has_unit ? arena_format(reader->scratch, "%s_%s", param->key, unit)
                                                             : param->key,
                                     .type = KEY_NUMBER,
                                     .at = i * sizeof(double),
                                     .scale = param->has_unit ? unit_us(unit) : 1.0,
                                     .low = param->low,
                                     .high = param->high,
                                     .low_open = param->low_open,
                                     .required = param->required,
                                     .meaning = param->meaning};
    }
    for (size_t i = 0; i < own_count; i++)
        rows[count++] = own[i];
    return (struct key_table){arena_format(reader->scratch, "the distribution \"%s\"", kind->name), rows, count};
}

static bool read_rows(struct reader *reader, const struct json *value, const struct key_table *table, void *into,
                      const struct key_sheet *extra)
{
    struct key_sheet sheets[2] = {{table, into}};
    if (extra != NULL)
        sheets[1] = *extra;
    return reader_object(reader, value, sheets, extra != NULL ? 2 : 1);
}

static bool read_scalar(struct reader *reader, const struct json *value, const struct draw_kind *kind, const char *unit,
                        const struct key_sheet *extra, struct draw *out)
{
    double given[DRAW_PARAMS] = {NAN, NAN, NAN, NAN};
    struct key rows[MAX_ROWS];
    struct key_table table = kind_table(reader, kind, unit, rows, NULL, 0);
    if (!read_rows(reader, value, &table, given, extra))
        return false;
    const char *wrong = draw_resolve(out, kind, given);
    if (wrong != NULL)
        reader_error(reader, value, "%s", wrong);
    return wrong == NULL;
}

static bool read_law(struct reader *reader, const struct json *value, const char *unit, const struct key_sheet *extra,
                     struct draw *out)
{
    if (!reader_is_object(reader, value, "a distribution, as in {\"distribution\": \"constant\", ...}"))
        return false;
    const struct draw_kind *kind = read_kind(reader, value);
    if (kind == NULL)
        return false;
    if (kind->resolve != NULL)
        return read_scalar(reader, value, kind, unit, extra, out);

    struct key rows[MAX_ROWS];
    const struct json *components = NULL;
    const struct key component_rows[] = {
        {"components", KEY_VALUE, .required = true, .meaning = "a list of distributions, each with its weight"}};
    if (strcmp(kind->name, "mixture") == 0) {
        struct key_table table = kind_table(reader, kind, unit, rows, component_rows, KEY_COUNT(component_rows));
        return read_rows(reader, value, &table, &components, extra) && read_mixture(reader, components, unit, out);
    }
    const char *values_key = arena_format(reader->scratch, "values_%s", unit);
    const struct key empirical_rows[] = {
        {values_key, KEY_VALUE, .at = offsetof(struct empirical_input, values), .meaning = "the values themselves"},
        {"file", KEY_VALUE, .at = offsetof(struct empirical_input, file), .meaning = "a CSV file with a header"},
        {"column", KEY_TEXT, .at = offsetof(struct empirical_input, column), .meaning = "the column of the values"},
        {"where", KEY_VALUE, .at = offsetof(struct empirical_input, where), .meaning = "only rows with these cells"},
        {"unit", KEY_WORD, .at = offsetof(struct empirical_input, unit), KEY_WORDS(unit_words),
         .meaning = "of the column, if it is not the key's"},
    };
    struct empirical_input input = {.unit = -1};
    struct key_table table = kind_table(reader, kind, unit, rows, empirical_rows, KEY_COUNT(empirical_rows));
    return read_rows(reader, value, &table, &input, extra) &&
           read_empirical(reader, value, unit, &input, values_key, out);
}

/* Delays move the simulated clock, so they end. Times of requests (ms) need no such bound: the timeout cuts them. */
static bool bound_delay(struct reader *reader, const struct json *value, struct draw *out)
{
    double median_us = draw_quantile(out, 0.5);
    if (median_us > DRAWS_LONGEST_DELAY_US) {
        reader_error(reader, value, "must have a median of at most %.15g s (31 days), got %.15g s",
                     DRAWS_LONGEST_DELAY_US / 1e6, median_us / 1e6);
        return false;
    }
    out->most_us = DRAWS_LONGEST_DELAY_US;
    return true;
}

bool draws_read(struct reader *reader, const struct json *value, const char *unit, const struct key_sheet *extra,
                struct draw *out)
{
    return read_law(reader, value, unit, extra, out) && (strcmp(unit, "s") != 0 || bound_delay(reader, value, out));
}

bool draws_read_key(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    return draws_read(reader, value, key->unit, NULL, field);
}

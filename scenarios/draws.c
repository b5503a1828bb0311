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

/* ---- the keys of each kind ---- */

struct law_input {
    double given[DRAW_PARAMS];
    const struct json *components;            /* mixture */
    const struct json *values, *file, *where; /* empirical */
    const char *column;
    int unit;
};

#define AT(field) offsetof(struct law_input, field)

static const char *const unit_words[] = {"s", "ms"};

static const struct key weight_keys[] = {
    {"weight", KEY_NUMBER, .high = 1e9, .low_open = true, .required = true, .meaning = "how often, beside the others"},
};
static const struct key_table weight_table = {"a component", weight_keys, KEY_COUNT(weight_keys)};

static const struct key value_key = {.type = KEY_NUMBER, .low = 0.0, .high = 1e9};
static const struct form value_form = {FORM_ROW, .row = &value_key};
static const struct form values_form = {FORM_LIST, .each = &value_form, .low = 1};
static const struct form cell_form = {FORM_SCALAR};
static const struct form where_form = {FORM_MEMBERS, .each = &cell_form, .high = MAX_CONDITIONS};
static const struct form component_form = {FORM_CHOICE, "component_", .choice = &draws_choice, .beside = &weight_table};
static const struct form components_form = {FORM_LIST, .each = &component_form, .low = 1};
const struct form draws_form = {FORM_CHOICE, "distribution_", .choice = &draws_choice};

static size_t mixture_rows(struct key rows[])
{
    rows[0] = (struct key){"components",
                           KEY_VALUE,
                           AT(components),
                           .required = true,
                           .form = &components_form,
                           .meaning = "a list of distributions, each with its weight"};
    return 1;
}

static size_t empirical_rows(const char *values_key, struct key rows[], struct key_rule rules[])
{
    const struct key own[] = {
        {values_key, KEY_VALUE, AT(values), .form = &values_form, .meaning = "the values themselves"},
        {"file", KEY_VALUE, AT(file), .as = KEY_TEXT, .meaning = "a CSV file with a header, relative to the scenario"},
        {"column", KEY_TEXT, AT(column), .meaning = "the column of the values"},
        {"where", KEY_VALUE, AT(where), .form = &where_form, .meaning = "only rows with these cells"},
        {"unit", KEY_WORD, AT(unit), KEY_WORDS(unit_words), .meaning = "of the column, if it is not the key's"},
    };
    memcpy(rows, own, sizeof own);
    rules[0] = (struct key_rule){RULE_ONE_OF, {values_key, "file"}};
    rules[1] = (struct key_rule){RULE_NEEDS, {"file", "column"}};
    return KEY_COUNT(own);
}

/* The parameters of a row of models/draw; they go to given[]. */
static size_t param_rows(struct arena *arena, const struct draw_kind *kind, const char *unit, struct key rows[],
                         struct key_rule *rule)
{
    size_t count = 0, options = 0;
    for (; count < DRAW_PARAMS && kind->params[count].key != NULL; count++) {
        const struct draw_param *param = &kind->params[count];
        rows[count] = (struct key){
            .name = param->has_unit ? arena_format(arena, "%s_%s", param->key, unit) : param->key,
            .type = KEY_NUMBER,
            .at = AT(given) + count * sizeof(double),
            .unit = param->has_unit ? unit : NULL,
            .scale = param->has_unit ? unit_us(unit) : 1.0,
            .low = param->low,
            .high = param->high,
            .low_open = param->low_open,
            .required = param->required,
            .meaning = param->meaning,
        };
        if (kind->takes_one_more && !param->required)
            rule->keys[options++] = rows[count].name;
    }
    if (options > 0)
        rule->kind = RULE_ONE_OF;
    return count;
}

static bool draws_variant(struct arena *arena, const char *unit, size_t i, struct key_variant *out)
{
    if (i >= draw_kind_count)
        return false;
    const struct draw_kind *kind = &draw_kinds[i];
    *out = (struct key_variant){.word = kind->name, .meaning = kind->meaning};
    out->rows[0] = (struct key){.name = draws_choice.tag, .type = KEY_UNUSED, .meaning = draws_choice.meaning};
    size_t count = 1;
    if (kind->resolve != NULL)
        count += param_rows(arena, kind, unit, out->rows + 1, out->rules);
    else if (strcmp(kind->name, "mixture") == 0)
        count += mixture_rows(out->rows + 1);
    else
        count += empirical_rows(arena_format(arena, "values_%s", unit), out->rows + 1, out->rules);
    out->table =
        (struct key_table){arena_format(arena, "the distribution \"%s\"", kind->name), out->rows, count, out->rules};
    return true;
}

const struct key_choice draws_choice = {"distribution", "the kind of distribution", draws_variant};

/* ---- empirical ---- */

static bool read_values(struct reader *reader, const struct json *list, double scale, struct draw *out)
{
    if (!reader_is_list(reader, list, "a list of numbers"))
        return false;
    struct key number = value_key;
    number.scale = scale;
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

static bool read_column(struct reader *reader, const struct law_input *input, const char *unit, struct draw *out)
{
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
                           const struct law_input *input, struct draw *out)
{
    if (input->file != NULL)
        return read_column(reader, input, unit, out);
    if (input->column != NULL || input->where != NULL || input->unit >= 0)
        reader_warn(reader, value, "column, where and unit go with file: not used");
    return read_values(reader, input->values, unit_us(unit), out);
}

/* ---- mixture ---- */

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

/* The row that "distribution" names; false after an error. */
static bool read_kind(struct reader *reader, const struct json *value, int *index)
{
    const struct json *name = json_get(value, draws_choice.tag);
    if (name == NULL) {
        reader_error_missing(reader, value, draws_choice.tag, "is required: constant, uniform, lognormal, ...");
        return false;
    }
    const char **words = arena_array(reader->scratch, draw_kind_count, sizeof *words);
    for (size_t i = 0; i < draw_kind_count; i++)
        words[i] = draw_kinds[i].name;
    const struct key word = {.type = KEY_WORD, .words = words, .word_count = draw_kind_count};
    return reader_value(reader, name, &word, index);
}

static bool resolve(struct reader *reader, const struct json *value, const struct draw_kind *kind,
                    const double given[DRAW_PARAMS], struct draw *out)
{
    const char *wrong = draw_resolve(out, kind, given);
    if (wrong != NULL)
        reader_error(reader, value, "%s", wrong);
    return wrong == NULL;
}

static bool read_law(struct reader *reader, const struct json *value, const char *unit, const struct key_sheet *extra,
                     struct draw *out)
{
    int index;
    if (!reader_is_object(reader, value, "a distribution, as in {\"distribution\": \"constant\", ...}") ||
        !read_kind(reader, value, &index))
        return false;
    struct key_variant variant;
    draws_variant(reader->scratch, unit, (size_t)index, &variant);
    struct law_input input = {.given = {NAN, NAN, NAN, NAN}, .unit = -1};
    struct key_sheet sheets[2] = {{&variant.table, &input}};
    if (extra != NULL)
        sheets[1] = *extra;
    if (!reader_object(reader, value, sheets, extra != NULL ? 2 : 1))
        return false;
    const struct draw_kind *kind = &draw_kinds[index];
    if (kind->resolve != NULL)
        return resolve(reader, value, kind, input.given, out);
    return input.components != NULL ? read_mixture(reader, input.components, unit, out)
                                    : read_empirical(reader, value, unit, &input, out);
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

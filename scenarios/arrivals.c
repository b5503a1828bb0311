#include "scenarios/arrivals.h"

#include "scenarios/csv.h"
#include "scenarios/trace.h"

#include <string.h>

#define MAX_RATE_RPS 1e6

struct arrivals_input {
    struct traffic_config config;
    const struct json *points, *states, *transitions, *file;
    struct trace_columns columns;
    int end;
    double start_us; /* NaN: not given */
};

#define AT(field) offsetof(struct arrivals_input, field)
static const char *const end_words[] = {"repeat", "stop"};

static const struct key point_keys[] = {
    {"at_s", KEY_NUMBER, offsetof(struct traffic_point, at_us), "s", 1e6, -1e7, 1e7, .required = true,
     .meaning = "seconds from the UpdateEndpoint call"},
    {"rate_rps", KEY_NUMBER, offsetof(struct traffic_point, rate_rps), "requests/s", .high = MAX_RATE_RPS,
     .required = true, .meaning = "requests per second at that instant"},
};
static const struct key_table point_table = {"a point", point_keys, KEY_COUNT(point_keys)};

static const struct key state_keys[] = {
    {"rate_rps", KEY_NUMBER, offsetof(struct traffic_state, rate_rps), "requests/s", .high = MAX_RATE_RPS,
     .required = true, .meaning = "requests per second in this state"},
    {"mean_s", KEY_NUMBER, offsetof(struct traffic_state, mean_us), "s", 1e6, .low = TRAFFIC_LEAST_STAY_S, .high = 1e7,
     .required = true, .meaning = "mean stay in this state"},
};
static const struct key_table state_table = {"a state", state_keys, KEY_COUNT(state_keys)};

static const struct key probability_key = {.type = KEY_NUMBER, .high = 1.0};
static const struct form probability_form = {FORM_ROW, .row = &probability_key};
static const struct form row_form = {FORM_LIST, .each = &probability_form, .low = 1, .high = TRAFFIC_MAX_STATES};
static const struct form transitions_form = {FORM_LIST, .each = &row_form, .low = 1, .high = TRAFFIC_MAX_STATES};
static const struct form state_form = {FORM_OBJECT, .table = &state_table};
static const struct form states_form = {FORM_LIST, .each = &state_form, .low = 1, .high = TRAFFIC_MAX_STATES};
static const struct form point_form = {FORM_OBJECT, .table = &point_table};
static const struct form points_form = {FORM_LIST, .each = &point_form, .low = 1};

static const struct key arrivals_keys[] = {
    {"rate_rps", KEY_NUMBER, AT(config.rate_rps), "requests/s", .low = TRAFFIC_LEAST_RPS, .high = MAX_RATE_RPS},
    {"cv", KEY_NUMBER, AT(config.cv), .low = 0.01, .high = 20.0},
    {"points", KEY_VALUE, AT(points), .form = &points_form},
    {"repeat_s", KEY_NUMBER, AT(config.repeat_us), "s", 1e6, .low = TRAFFIC_LEAST_REPEAT_S, .high = 1e7},
    {"states", KEY_VALUE, AT(states), .form = &states_form},
    {"transitions", KEY_VALUE, AT(transitions), .form = &transitions_form},
    {"file", KEY_VALUE, AT(file), .as = KEY_TEXT},
    {"column", KEY_TEXT, AT(columns.column), .low = 1, .high = 255},
    {"unit", KEY_WORD, AT(columns.unit), KEY_WORDS(trace_unit_names), .fallback = "\"iso8601\""},
    {"minus_column", KEY_TEXT, AT(columns.minus_column), .low = 1, .high = 255},
    {"service_column", KEY_TEXT, AT(columns.service_column), .low = 1, .high = 255},
    {"scale", KEY_NUMBER, AT(config.scale), .high = 1e6, .low_open = true, .fallback = "1"},
    {"end", KEY_WORD, AT(end), KEY_WORDS(end_words), .fallback = "\"repeat\""},
    {"start_s", KEY_NUMBER, AT(start_us), "s", 1e6, .low = 0.0, .high = 1e9},
};
const struct key_table arrivals_table = {"traffic", arrivals_keys, KEY_COUNT(arrivals_keys)};

/* A path on which next to nothing comes would be walked for ever in search of the next arrival. */
static bool judge_mean(struct reader *reader, const struct json *list, const struct traffic_config *config)
{
    bool is_enough = traffic_mean_rps(config) >= TRAFFIC_LEAST_RPS;
    if (!is_enough)
        reader_error(reader, list, "must bring at least %g requests per second in the mean, brings %.3g",
                     TRAFFIC_LEAST_RPS, traffic_mean_rps(config));
    return is_enough;
}

/* ---- piecewise ---- */

static bool judge_point(struct reader *reader, const struct json *value, const struct traffic_config *config,
                        const struct traffic_point *points, size_t i)
{
    const struct json *at = json_get(value, "at_s");
    if (i > 0 && points[i].at_us <= points[i - 1].at_us) {
        reader_error(reader, at, "must be later than the point before it (%.15g), got %s", points[i - 1].at_us / 1e6,
                     reader_shown(reader, at));
        return false;
    }
    if (config->repeat_us > 0.0 && (points[i].at_us < 0.0 || points[i].at_us > config->repeat_us)) {
        reader_error(reader, at, "must be from 0 to repeat_s (%.15g), got %s", config->repeat_us / 1e6,
                     reader_shown(reader, at));
        return false;
    }
    return true;
}

static bool read_points(struct reader *reader, const struct json *list, struct traffic_config *config)
{
    if (!reader_is_list(reader, list, "a list of {\"at_s\": ..., \"rate_rps\": ...}"))
        return false;
    size_t count = json_count(list), i = 0;
    struct traffic_point *points = arena_array(reader->arena, count, sizeof *points);
    bool is_good = true;
    double highest = 0.0;
    for (const struct json *value = list->child; value != NULL; value = value->next, i++) {
        is_good = reader_table(reader, value, &point_table, &points[i]) && is_good;
        is_good = is_good && judge_point(reader, value, config, points, i);
        highest = fmax(highest, points[i].rate_rps);
    }
    if (is_good && highest <= 0.0)
        reader_error(reader, list, "must hold a point whose rate is above 0");
    config->points = points;
    config->point_count = count;
    return is_good && highest > 0.0 && (config->repeat_us <= 0.0 || judge_mean(reader, list, config));
}

/* ---- mmpp ---- */

/* Every state must be reached from every other, or there is no one long run to start from. */
static bool is_connected(const double *jump, size_t n, struct arena *scratch)
{
    bool *reaches = arena_array(scratch, n * n, sizeof *reaches);
    for (size_t i = 0; i < n * n; i++)
        reaches[i] = jump[i] > 0.0;
    for (size_t via = 0; via < n; via++)
        for (size_t from = 0; from < n; from++)
            for (size_t to = 0; to < n; to++)
                reaches[from * n + to] |= reaches[from * n + via] && reaches[via * n + to];
    for (size_t i = 0; i < n * n; i++)
        if (!reaches[i] && i / n != i % n)
            return false;
    return true;
}

static bool read_transition_row(struct reader *reader, const struct json *row, size_t n, double *jump)
{
    if (!reader_is_list(reader, row, "a list of probabilities"))
        return false;
    if (json_count(row) != n) {
        reader_error(reader, row, "must hold %zu probabilities, one a state, got %zu", n, json_count(row));
        return false;
    }
    double sum = 0.0;
    for (const struct json *value = row->child; value != NULL; value = value->next) {
        if (!reader_value(reader, value, &probability_key, jump))
            return false;
        sum += *jump++;
    }
    if (fabs(sum - 1.0) > 1e-9)
        reader_error(reader, row, "must add up to 1, got %.15g", sum);
    return fabs(sum - 1.0) <= 1e-9;
}

static bool read_transitions(struct reader *reader, const struct json *list, struct traffic_config *config)
{
    size_t n = config->state_count, i = 0;
    if (!reader_is_list(reader, list, "a list of rows of probabilities"))
        return false;
    if (json_count(list) != n) {
        reader_error(reader, list, "must hold %zu rows, one a state, got %zu", n, json_count(list));
        return false;
    }
    double *jump = arena_array(reader->arena, n * n, sizeof *jump);
    bool is_good = true;
    for (const struct json *row = list->child; row != NULL; row = row->next)
        is_good &= read_transition_row(reader, row, n, jump + n * i++);
    if (is_good && !is_connected(jump, n, reader->scratch)) {
        reader_error(reader, list, "must let every state be reached from every other");
        return false;
    }
    config->transitions = jump;
    return is_good;
}

static bool read_states(struct reader *reader, const struct json *list, struct traffic_config *config)
{
    if (!reader_is_list(reader, list, "a list of {\"rate_rps\": ..., \"mean_s\": ...}"))
        return false;
    size_t count = json_count(list), i = 0;
    if (count == 0 || count > TRAFFIC_MAX_STATES) {
        reader_error(reader, list, "must hold from 1 to %d states, got %zu", TRAFFIC_MAX_STATES, count);
        return false;
    }
    struct traffic_state *states = arena_array(reader->arena, count, sizeof *states);
    bool is_good = true;
    double highest = 0.0;
    for (const struct json *value = list->child; value != NULL; value = value->next, i++) {
        is_good &= reader_table(reader, value, &state_table, &states[i]);
        highest = fmax(highest, states[i].rate_rps);
    }
    if (is_good && highest <= 0.0)
        reader_error(reader, list, "must hold a state whose rate is above 0");
    config->states = states;
    config->state_count = count;
    return is_good && highest > 0.0 && judge_mean(reader, list, config);
}

/* ---- trace ---- */

/* A column read in the wrong unit shows here. */
static bool judge_trace_rate(struct reader *reader, const struct json *file, const struct traffic_config *config)
{
    double rps = traffic_mean_rps(config);
    bool is_good = rps >= TRAFFIC_LEAST_RPS && rps <= MAX_RATE_RPS;
    if (!is_good)
        reader_error(reader, file,
                     "must bring from %g to %g requests per second in the mean, brings %.3g: look at unit and scale",
                     TRAFFIC_LEAST_RPS, MAX_RATE_RPS, rps);
    return is_good;
}

static bool read_trace(struct reader *reader, struct arrivals_input *input)
{
    if (!reader_is_text(reader, input->file, "the path of a CSV file"))
        return false;
    const struct source *source = reader_include(reader, input->file, CSV_MAX_BYTES);
    struct traffic_config *config = &input->config;
    if (source == NULL || !trace_read(source, reader->diagnostics, reader->arena, &input->columns, config))
        return false;
    if (!judge_trace_rate(reader, input->file, config))
        return false;
    config->repeats = input->end == 0;
    config->has_fixed_start = !isnan(input->start_us);
    config->fixed_start_us = config->has_fixed_start ? input->start_us : 0.0;
    if (config->fixed_start_us >= config->span_us) {
        const struct json *start = json_get(input->file->parent, "start_s");
        reader_error(reader, start, "must lie inside the trace, which is %.15g s long, got %s", config->span_us / 1e6,
                     reader_shown(reader, start));
        return false;
    }
    return true;
}

/* ---- any process ---- */

static bool read_process(struct reader *reader, const struct json *value, int *process)
{
    const struct json *name = json_get(value, "process");
    if (name == NULL) {
        reader_error_missing(reader, value, "process",
                             "is required: poisson, piecewise, gamma, mmpp, regular or trace");
        return false;
    }
    const char *words[TRAFFIC_PROCESSES];
    for (int i = 0; i < TRAFFIC_PROCESSES; i++)
        words[i] = traffic_kinds[i].name;
    const struct key word = {.type = KEY_WORD, KEY_WORDS(words)};
    return reader_value(reader, name, &word, process);
}

static bool arrivals_variant(struct arena *arena, const char *unit, size_t i, struct key_variant *out);
static const struct key_choice arrivals_choice = {"process", "how requests arrive", arrivals_variant};
const struct form arrivals_form = {FORM_CHOICE, "traffic", .choice = &arrivals_choice};

/* One process with the rows of arrivals_keys that it takes. */
static bool arrivals_variant(struct arena *arena, const char *unit, size_t i, struct key_variant *out)
{
    (void)unit;
    if (i >= TRAFFIC_PROCESSES)
        return false;
    const struct traffic_kind *kind = &traffic_kinds[i];
    *out = (struct key_variant){.word = kind->name, .meaning = kind->meaning};
    out->rows[0] = (struct key){.name = arrivals_choice.tag, .type = KEY_UNUSED, .meaning = arrivals_choice.meaning};
    size_t count = 1;
    for (size_t p = 0; p < TRAFFIC_PARAMS && kind->params[p].key != NULL; p++)
        for (size_t k = 0; k < arrivals_table.count; k++) {
            if (strcmp(kind->params[p].key, arrivals_keys[k].name) != 0)
                continue;
            out->rows[count] = arrivals_keys[k];
            out->rows[count].required = kind->params[p].required;
            out->rows[count++].meaning = kind->params[p].meaning;
        }
    out->table = (struct key_table){arena_format(arena, "%s traffic", kind->name), out->rows, count};
    return true;
}

bool arrivals_read_key(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    (void)key;
    int process;
    if (!reader_is_object(reader, value, "an object, as in {\"process\": \"poisson\", \"rate_rps\": 50}") ||
        !read_process(reader, value, &process))
        return false;
    struct key_variant variant;
    arrivals_variant(reader->scratch, NULL, (size_t)process, &variant);
    struct arrivals_input input = {.config = {.process = (enum traffic_process)process, .scale = 1.0}, .start_us = NAN};
    bool is_good = reader_table(reader, value, &variant.table, &input);
    if (is_good && input.points != NULL)
        is_good = read_points(reader, input.points, &input.config);
    if (is_good && input.states != NULL)
        is_good = read_states(reader, input.states, &input.config);
    if (is_good && input.transitions != NULL)
        is_good = read_transitions(reader, input.transitions, &input.config);
    if (is_good && input.file != NULL)
        is_good = read_trace(reader, &input);
    *(struct traffic_config *)field = input.config;
    return is_good;
}

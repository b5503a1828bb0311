#include "scenarios/promises.h"

#include "scenarios/nearest.h"
#include "scenarios/policies.h"

#include <math.h>
#include <string.h>

static const char *const statistic_words[] = {"mean", "sd", "min", "p50", "p95", "p99", "max"};

struct gate_input {
    const char *metric;
    const struct json *policy, *version, *min, *max;
    int statistic;
    double limit;
};

#define AT(field) offsetof(struct gate_input, field)

static const struct promised_figure *known_figures;
static size_t known_count;

static const char *offer_figure(size_t i)
{
    return i < known_count ? known_figures[i].name : NULL;
}

static const struct key gate_keys[] = {
    {"metric", KEY_TEXT, AT(metric), .low = 1, .high = 255, .required = true, .offer = offer_figure,
     .meaning = "a column of the ledger, or p_..."},
    {"policy", KEY_VALUE, AT(policy), .as = KEY_TEXT, .fallback = "\"*\"",
     .meaning = "its name, or * for one row each"},
    {"version", KEY_VALUE, AT(version), .as = KEY_TEXT, .fallback = "\"*\"",
     .meaning = "its name, (mix), or * for one row each"},
    {"statistic", KEY_WORD, AT(statistic), KEY_WORDS(statistic_words), .fallback = "\"mean\"",
     .meaning = "which figure over the replications"},
    {"min", KEY_VALUE, AT(min), .as = KEY_NUMBER, .meaning = "the least that passes (this or max)"},
    {"max", KEY_VALUE, AT(max), .as = KEY_NUMBER, .meaning = "the most that passes"},
};
static const struct key_rule gate_rules[] = {{RULE_ONE_OF, {"min", "max"}}, {RULE_END}};
const struct key_table promises_table = {"a gate", gate_keys, KEY_COUNT(gate_keys), gate_rules};
static const struct form gate_form = {FORM_OBJECT, .table = &promises_table};
const struct form promises_form = {FORM_LIST, .each = &gate_form};

void promises_know(const struct promised_figure *figures, size_t count)
{
    known_figures = figures;
    known_count = count;
}

static bool check_figure(struct reader *reader, const struct json *gate, const struct gate_input *input)
{
    struct nearest nearest = nearest_to(input->metric);
    for (size_t i = 0; i < known_count; i++) {
        const struct promised_figure *figure = &known_figures[i];
        if (strcmp(figure->name, input->metric) == 0) {
            bool is_fit = !figure->is_proportion || strcmp(statistic_words[input->statistic], "mean") == 0;
            if (!is_fit)
                reader_error(reader, json_get(gate, "statistic"),
                             "\"%s\" is a proportion: it has a mean and no other statistic", figure->name);
            return is_fit;
        }
        nearest_offer(&nearest, figure->name);
    }
    if (known_count > 0)
        reader_error(reader, json_get(gate, "metric"), "there is no figure \"%s\"%s", input->metric,
                     reader_hint(reader, nearest_found(&nearest)));
    return known_count == 0;
}

static bool find_policy(struct reader *reader, const struct json *name, const struct policy_list *policies)
{
    struct nearest nearest = nearest_to(json_text(name));
    for (size_t i = 0; i < policies->count; i++) {
        if (strcmp(policies->items[i].name, json_text(name)) == 0)
            return true;
        nearest_offer(&nearest, policies->items[i].name);
    }
    reader_error(reader, name, "there is no policy \"%s\"%s", json_text(name),
                 reader_hint(reader, nearest_found(&nearest)));
    return false;
}

static bool is_current(const struct json *current, const char *name)
{
    return current != NULL && json_is_text(current) && strcmp(name, json_text(current)) == 0;
}

static bool has_mix(const struct version_list *versions, const struct json *current)
{
    for (size_t i = 0; i < versions->count; i++)
        if (!is_current(current, json_name(versions->values[i])) && !isnan(versions->items[i].probability))
            return true;
    return false;
}

static bool find_version(struct reader *reader, const struct json *name, const struct version_list *versions,
                         const struct json *current)
{
    if (strcmp(json_text(name), "(mix)") == 0) {
        if (!has_mix(versions, current))
            reader_error(reader, name, "no version that is deployed has a probability, so there is no \"(mix)\"");
        return has_mix(versions, current);
    }
    if (versions_find(reader, versions, name) == SIZE_MAX)
        return false;
    if (is_current(current, json_text(name)))
        reader_error(reader, name, "\"%s\" is the current version, which is not deployed", json_text(name));
    return !is_current(current, json_text(name));
}

static bool is_star(const struct json *name)
{
    return strcmp(json_text(name), "*") == 0;
}

static bool read_limit(struct reader *reader, const struct gate_input *input, struct gate *gate)
{
    static const struct key number = {.type = KEY_NUMBER};
    gate->has_min = input->min != NULL;
    gate->has_max = input->max != NULL;
    return reader_value(reader, gate->has_min ? input->min : input->max, &number, &gate->limit);
}

bool promises_read(struct reader *reader, const struct json *value, const struct policy_list *policies,
                   const struct version_list *versions, const struct json *current, const struct gate **gates,
                   size_t *gate_count)
{
    if (!reader_is_list(reader, value, "a list of gates"))
        return false;
    struct gate *gate = arena_array(reader->arena, json_count(value), sizeof *gate);
    *gates = gate;
    *gate_count = json_count(value);
    bool is_good = true;
    for (const struct json *item = value->child; item != NULL; item = item->next, gate++) {
        struct gate_input input = {0};
        bool is_read = reader_table(reader, item, &promises_table, &input) && read_limit(reader, &input, gate);
        is_read = is_read && check_figure(reader, item, &input);
        *gate = (struct gate){input.metric,  "*",           "*",        statistic_words[input.statistic],
                              gate->has_min, gate->has_max, gate->limit};
        if (input.policy != NULL && reader_is_text(reader, input.policy, "the name of a policy or \"*\"")) {
            is_read &= is_star(input.policy) || find_policy(reader, input.policy, policies);
            gate->policy = arena_text(reader->arena, json_text(input.policy));
        }
        if (input.version != NULL &&
            reader_is_text(reader, input.version, "the name of a version, \"(mix)\" or \"*\"")) {
            is_read &= is_star(input.version) || find_version(reader, input.version, versions, current);
            gate->version = arena_text(reader->arena, json_text(input.version));
        }
        is_good &= is_read;
    }
    return is_good;
}

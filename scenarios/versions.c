#include "scenarios/versions.h"

#include "models/fleet.h"
#include "scenarios/draws.h"
#include "scenarios/nearest.h"

#include <string.h>

enum { MAX_VERSIONS = 1000 };

struct version_input {
    struct version_config config;
    const struct json *like;
};

#define AT(field) offsetof(struct version_input, field)

/* ---- defects ---- */

static bool read_defect_kind(struct reader *reader, const struct json *value, int *kind)
{
    if (!reader_is_object(reader, value, "a defect, as in {\"kind\": \"errors\", ...}"))
        return false;
    const struct json *name = json_get(value, "kind");
    if (name == NULL) {
        reader_error_missing(reader, value, "kind",
                             "is required: errors, latency, cold_start, leak, crash or no_launch");
        return false;
    }
    const char *words[DEFECT_KINDS];
    for (int i = 0; i < DEFECT_KINDS; i++)
        words[i] = defect_rows[i].name;
    const struct key word = {.type = KEY_WORD, KEY_WORDS(words)};
    return reader_value(reader, name, &word, kind);
}

static bool defects_variant(struct arena *arena, const char *unit, size_t i, struct key_variant *out);
static const struct key_choice defects_choice = {"kind", "what is wrong", defects_variant};
static const struct form defect_form = {FORM_CHOICE, "defect", .choice = &defects_choice};
static const struct form defects_form = {FORM_LIST, .each = &defect_form};

static bool defects_variant(struct arena *arena, const char *unit, size_t i, struct key_variant *out)
{
    (void)unit;
    if (i >= DEFECT_KINDS)
        return false;
    const struct defect_row *row = &defect_rows[i];
    *out = (struct key_variant){.word = row->name, .meaning = row->meaning};
    out->rows[0] = (struct key){.name = defects_choice.tag, .type = KEY_UNUSED, .meaning = defects_choice.meaning};
    size_t count = 1, rules = 0;
    for (size_t p = 0; p < DEFECT_PARAMS && row->params[p].key != NULL; p++) {
        const struct defect_param *param = &row->params[p];
        out->rows[count++] = (struct key){.name = param->key,
                                          .type = KEY_NUMBER,
                                          .at = param->offset,
                                          .scale = param->scale,
                                          .low = param->low,
                                          .high = param->high,
                                          .low_open = param->low_open,
                                          .required = param->required,
                                          .meaning = param->meaning};
    }
    if (row->any_of[0] != NULL)
        out->rules[rules++] = (struct key_rule){RULE_ANY_OF, {row->any_of[0], row->any_of[1]}};
    if (row->not_two[0] != NULL)
        out->rules[rules++] = (struct key_rule){RULE_NOT_TWO, {row->not_two[0], row->not_two[1]}};
    out->table = (struct key_table){arena_format(arena, "the defect \"%s\"", row->name), out->rows, count, out->rules};
    return true;
}

static bool read_defect(struct reader *reader, const struct json *value, struct defect *out)
{
    int kind;
    if (!read_defect_kind(reader, value, &kind))
        return false;
    *out = (struct defect){.kind = (enum defect_kind)kind};
    struct key_variant variant;
    defects_variant(reader->scratch, NULL, (size_t)kind, &variant);
    if (!reader_table(reader, value, &variant.table, out))
        return false;
    const char *wrong = defect_rows[kind].resolve != NULL ? defect_rows[kind].resolve(out) : NULL;
    if (wrong != NULL)
        reader_error(reader, value, "%s", wrong);
    return wrong == NULL;
}

/* A leak, a crash law or a cold start is one per version; errors and latencies compose. */
static bool is_alone(struct reader *reader, const struct json *value, const struct defect *defects, size_t i)
{
    enum defect_kind kind = defects[i].kind;
    if (kind == DEFECT_ERRORS || kind == DEFECT_LATENCY)
        return true;
    for (size_t k = 0; k < i; k++)
        if (defects[k].kind == kind) {
            reader_error(reader, value, "a version takes one defect of kind \"%s\"", defect_rows[kind].name);
            return false;
        }
    return true;
}

/* `field` is the version_config: the row has no offset. */
static bool read_defects(struct reader *reader, const struct json *list, const struct key *key, void *field)
{
    (void)key;
    if (!reader_is_list(reader, list, "a list of defects"))
        return false;
    struct version_config *version = field;
    size_t count = json_count(list), i = 0;
    struct defect *defects = arena_array(reader->arena, count, sizeof *defects);
    bool is_good = true;
    for (const struct json *value = list->child; value != NULL; value = value->next, i++)
        is_good = read_defect(reader, value, &defects[i]) && is_alone(reader, value, defects, i) && is_good;
    version->defects = defects;
    version->defect_count = count;
    return is_good;
}

/* ---- one version ---- */

static const struct key version_keys[] = {
    {"like", KEY_VALUE, AT(like), .as = KEY_TEXT,
     .meaning = "another version, whose keys hold where this one says nothing"},
    {"EndpointConfigName", KEY_NAME, AT(config.endpoint_config_name),
     .meaning = "as alarms name it; the version's own name if absent"},
    {"probability", KEY_NUMBER, AT(config.probability), .high = 1.0, .meaning = "its share of the (mix)"},
    {"InitialInstanceCount", KEY_INTEGER, AT(config.instance_count), .low = 1, .high = FLEET_MAX_INSTANCES,
     .meaning = "instances of its fleet, if not the endpoint's"},
    {"service_time", KEY_OWN, AT(config.service), "ms", .read = draws_read_key, .form = &draws_form,
     .meaning = "how long one request takes: a distribution; from the trace's service_column if absent"},
    {"error_5xx_fraction", KEY_NUMBER, AT(config.error_5xx_fraction), .high = 1.0, .meaning = "share answered 5xx"},
    {"error_4xx_fraction", KEY_NUMBER, AT(config.error_4xx_fraction), .high = 1.0, .meaning = "share answered 4xx"},
    {"defects", KEY_OWN, .read = read_defects, .form = &defects_form, .meaning = "what is wrong with it"},
};
const struct key_table versions_table = {"a version", version_keys, KEY_COUNT(version_keys)};

static const struct form version_form = {FORM_OBJECT, .table = &versions_table};
const struct form versions_form = {FORM_MEMBERS, .each = &version_form, .low = 2, .high = MAX_VERSIONS,
                                   .has_free_names = true};

enum progress { UNREAD, READING, READ };

struct versions_reading {
    struct reader *reader;
    struct version_list *list;
    enum progress *progress;
    bool has_trace_service;
};

static bool read_one(struct versions_reading *reading, size_t i);

/* The version that another one copies, read first. SIZE_MAX after an error. */
static size_t read_like(struct versions_reading *reading, size_t i, const struct json *like)
{
    struct reader *reader = reading->reader;
    if (!reader_is_text(reader, like, "the name of a version"))
        return SIZE_MAX;
    size_t other = versions_find(reader, reading->list, like);
    if (other == SIZE_MAX)
        return SIZE_MAX;
    if (reading->progress[other] == READING) {
        reader_error(reader, like,
                     other == i ? "a version cannot be like itself" : "goes in a circle: \"%s\" is like this one",
                     json_text(like));
        return SIZE_MAX;
    }
    return read_one(reading, other) ? other : SIZE_MAX;
}

static bool judge_version(struct versions_reading *reading, const struct json *value,
                          const struct version_config *config)
{
    struct reader *reader = reading->reader;
    bool is_good = true;
    if (config->service.kind == NULL && !reading->has_trace_service) {
        reader_error_missing(reader, value, "service_time", "is required, since no trace brings its own service times");
        is_good = false;
    }
    if (config->error_5xx_fraction + config->error_4xx_fraction > 1.0) {
        const struct json *at = json_get(value, "error_4xx_fraction");
        reader_error(reader, at != NULL ? at : value, "error fractions must not add up to more than 1");
        is_good = false;
    }
    return is_good;
}

/* Reads version i over a copy of the one it is like; `progress` breaks circles. False after an error. */
static bool read_one(struct versions_reading *reading, size_t i)
{
    struct version_config *config = &reading->list->items[i];
    const struct json *value = reading->list->values[i], *like = json_get(value, "like");
    if (reading->progress[i] == READ)
        return config->name != NULL;
    reading->progress[i] = READING;
    struct version_input input = {0};
    bool is_good = true;
    if (like != NULL) {
        size_t other = read_like(reading, i, like);
        is_good = other != SIZE_MAX;
        if (is_good)
            input.config = reading->list->items[other];
    }
    input.config.probability = NAN;
    if (input.config.endpoint_config_name == input.config.name)
        input.config.endpoint_config_name = NULL; /* the other one gave none: its own name is not copied */
    bool is_read = reader_table(reading->reader, value, &versions_table, &input);
    const char *name = arena_text(reading->reader->arena, json_name(value));
    if (input.config.endpoint_config_name == NULL)
        input.config.endpoint_config_name = name;
    is_good = is_good && is_read && judge_version(reading, value, &input.config);
    *config = input.config;
    config->name = is_good ? name : NULL;
    reading->progress[i] = READ;
    return is_good;
}

/* ---- all of them ---- */

bool versions_read(struct reader *reader, const struct json *value, bool has_trace_service, struct version_list *out)
{
    *out = (struct version_list){0};
    if (!reader_is_object(reader, value, "an object: the versions by name"))
        return false;
    size_t count = json_count(value), i = 0;
    if (count < 2 || count > MAX_VERSIONS) {
        reader_error(reader, value, "must hold 2 to %d versions, the current one and what is deployed, got %zu",
                     MAX_VERSIONS, count);
        return false;
    }
    out->items = arena_array(reader->arena, count, sizeof *out->items);
    out->values = arena_array(reader->scratch, count, sizeof *out->values);
    out->count = count;
    bool is_good = true;
    for (const struct json *item = value->child; item != NULL; item = item->next) {
        out->values[i++] = item;
        is_good &= reader_is_free_name(reader, item);
    }
    struct versions_reading reading = {reader, out, arena_array(reader->scratch, count, sizeof(enum progress)),
                                       has_trace_service};
    for (i = 0; i < count; i++)
        is_good &= read_one(&reading, i);
    return is_good;
}

size_t versions_find(struct reader *reader, const struct version_list *list, const struct json *name)
{
    struct nearest nearest = nearest_to(json_text(name));
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(json_name(list->values[i]), json_text(name)) == 0)
            return i;
        nearest_offer(&nearest, json_name(list->values[i]));
    }
    reader_error(reader, name, "there is no version \"%s\"%s", json_text(name),
                 reader_hint(reader, nearest_found(&nearest)));
    return SIZE_MAX;
}

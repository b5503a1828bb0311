#include "report/batch/agenda.h"

#include "models/shift.h"
#include "scenarios/reader.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 4000 }; /* of a part */

/* ---- reading ---- */

/* A record's keys before they are put together. */
struct record {
    struct planned planned;
    const char *sha256;
    const struct json *versions, *policies, *gates, *variations, *figures;
    uint64_t current;
};

enum { LONG = 1 << 20 };
#define AT(field) offsetof(struct record, field)
#define TEXT(key_name, field, what) \
    { \
        key_name, KEY_TEXT, AT(field), .high = LONG, .required = true, .meaning = what \
    }
#define LIST(key_name, field, what) \
    { \
        key_name, KEY_VALUE, AT(field), .required = true, .meaning = what \
    }
#define ENDPOINT(field) planned.scenario.setting.endpoint.field

static const struct key endpoint_keys[] = {
    TEXT("EndpointName", ENDPOINT(endpoint_name), "the endpoint's name"),
    TEXT("VariantName", ENDPOINT(variant_name), "its variant"),
    {"InstanceType", KEY_TEXT, AT(ENDPOINT(instance_type)), .high = LONG, .meaning = "as in ml.m5.large"},
    {"InitialInstanceCount", KEY_INTEGER, AT(ENDPOINT(instance_count)), .low = 1, .high = 1e6, .required = true,
     .meaning = "N"},
    {"instance_quota", KEY_INTEGER, AT(ENDPOINT(instance_quota)), .low = 1, .high = 1e6, .meaning = "none if absent"},
    {"instance_price_usd_per_hour", KEY_NUMBER, AT(ENDPOINT(instance_price_usd_per_hour)), .meaning = "of one"},
};
static const struct key_table endpoint_table = {"an endpoint", endpoint_keys, KEY_COUNT(endpoint_keys)};

static const struct key record_keys[] = {
    TEXT("name", planned.scenario.name, "the scenario's name"),
    TEXT("says", planned.scenario.says, "what it shows"),
    TEXT("program_version", planned.program_version, "of the program that made the results"),
    {"scenario_sha256", KEY_TEXT, AT(sha256), .low = 64, .high = 64, .required = true, .meaning = "of its files"},
    {"seed", KEY_WHOLE, AT(planned.scenario.setting.seed), .required = true, .meaning = "of all randomness"},
    {"replications", KEY_WHOLE, AT(planned.scenario.replications), .low = 1, .high = 1e9, .required = true,
     .meaning = "of every trial"},
    {"block_replications", KEY_WHOLE, AT(planned.block), .low = 1, .high = MOST_ROWS, .required = true,
     .meaning = "of one part"},
    {"t_end_s", KEY_NUMBER, AT(planned.t_end_s), .required = true, .meaning = "the window's end"},
    {"endpoint", KEY_OBJECT, 0, .inside = &endpoint_table, .required = true, .meaning = "for the record"},
    LIST("versions", versions, "names and probabilities"),
    {"current", KEY_WHOLE, AT(current), .required = true, .meaning = "which of the versions serves now"},
    LIST("policies", policies, "names and modes"),
    LIST("gates", gates, "promises"),
    LIST("variations", variations, "of a grid"),
    LIST("figures", figures, "stored for each trial"),
};
static const struct key_table record_table = {"a record", record_keys, KEY_COUNT(record_keys)};

/* One element of one of the lists. */
struct element {
    const char *name, *key, *value;
    double probability;
    const struct json *min, *max;
    struct gate gate;
    int mode;
};
#undef AT
#define AT(field) offsetof(struct element, field)

static const struct key version_keys[] = {
    TEXT("name", name, "the version's name"),
    {"probability", KEY_NUMBER, AT(probability), .low = 0, .high = 1e300, .meaning = "its weight in the (mix)"},
};
static const struct key_table version_table = {"a version", version_keys, KEY_COUNT(version_keys)};
static const struct key policy_keys[] = {
    TEXT("name", name, "the policy's name"),
    TEXT("mode", value, "ALL_AT_ONCE, ..."),
};
static const struct key_table policy_table = {"a policy", policy_keys, KEY_COUNT(policy_keys)};
static const struct key gate_keys[] = {
    TEXT("metric", gate.metric, "a figure"),
    TEXT("policy", gate.policy, "a name or *"),
    TEXT("version", gate.version, "a name, (mix) or *"),
    TEXT("statistic", gate.statistic, "mean, ..."),
    {"min", KEY_VALUE, AT(min), .meaning = "the least that passes"},
    {"max", KEY_VALUE, AT(max), .meaning = "the most that passes"},
};
static const struct key_table gate_table = {"a gate", gate_keys, KEY_COUNT(gate_keys)};
static const struct key variation_keys[] = {
    TEXT("key", key, "a path in the scenario"),
    TEXT("value", value, "what stands there"),
};
static const struct key_table variation_table = {"a variation", variation_keys, KEY_COUNT(variation_keys)};

/* Calls `keep` for each element of a list that its table can read. */
static bool read_list(struct reader *reader, const struct json *list, const struct key_table *table,
                      struct planned *planned,
                      bool (*keep)(struct reader *reader, const struct json *at, const struct element *element,
                                   size_t index, struct planned *planned))
{
    if (!reader_is_list(reader, list, "a list"))
        return false;
    for (const struct json *item = list->child; item; item = item->next) {
        struct element element = {.probability = NAN};
        if (!reader_table(reader, item, table, &element) || !keep(reader, item, &element, item->index, planned))
            return false;
    }
    return true;
}

static bool keep_version(struct reader *reader, const struct json *at, const struct element *element, size_t index,
                         struct planned *planned)
{
    (void)reader, (void)at;
    struct version_config *version = (struct version_config *)&planned->scenario.setting.versions[index];
    version->name = element->name;
    version->probability = element->probability;
    return true;
}

static bool keep_policy(struct reader *reader, const struct json *at, const struct element *element, size_t index,
                        struct planned *planned)
{
    struct policy *policy = (struct policy *)&planned->scenario.setting.policies[index];
    policy->name = element->name;
    for (int mode = 0; mode < SHIFT_MODES; mode++)
        if (strcmp(shift_rows[mode].name, element->value) == 0) {
            policy->config.mode = (enum shift_mode)mode;
            return true;
        }
    reader_error(reader, at, "of a mode that this program does not know");
    return false;
}

static bool keep_gate(struct reader *reader, const struct json *at, const struct element *element, size_t index,
                      struct planned *planned)
{
    struct gate *gate = (struct gate *)&planned->scenario.gates[index];
    const struct json *limit = element->max ? element->max : element->min;
    *gate = element->gate;
    gate->has_max = element->max != NULL;
    gate->has_min = !gate->has_max;
    const struct column *column = column_find(gate->metric);
    if (limit && json_is_number(limit) && column && column->kind != COLUMN_TEXT) {
        gate->limit = json_number(limit);
        return true;
    }
    reader_error(reader, at, "is no gate that this program knows");
    return false;
}

static bool keep_variation(struct reader *reader, const struct json *at, const struct element *element, size_t index,
                           struct planned *planned)
{
    (void)reader, (void)at;
    planned->variations[index] = (struct variation){element->key, element->value};
    return true;
}

static bool read_figures(struct reader *reader, const struct json *list, struct planned *planned)
{
    if (!reader_is_list(reader, list, "a list of figures"))
        return false;
    planned->figure_count = json_count(list);
    planned->figure_column = arena_array(reader->arena, planned->figure_count + 1, sizeof *planned->figure_column);
    for (const struct json *item = list->child; item; item = item->next) {
        if (!reader_is_text(reader, item, "the name of a figure"))
            return false;
        const struct column *column = column_find(json_text(item));
        planned->figure_column[item->index] = column ? (size_t)(column - columns) : SIZE_MAX;
    }
    return true;
}

static char *safe_folder(struct arena *arena, const struct scenario *scenario)
{
    enum { KEPT = 60 };
    char *folder = arena_format(arena, "%.*s-%.8s", KEPT, scenario->name, scenario->sha256);
    for (char *c = folder; *c != '\0'; c++)
        if (!isascii((unsigned char)*c) || (!isalnum((unsigned char)*c) && !strchr("._-", *c)) ||
            (c == folder && *c == '.'))
            *c = '_';
    return folder;
}

static bool read_lists(struct reader *reader, const struct json *at, const struct record *record,
                       struct planned *planned)
{
    struct scenario *scenario = &planned->scenario;
    struct setting *setting = &scenario->setting;
    struct arena *arena = reader->arena;
    setting->version_count = json_count(record->versions);
    setting->versions = arena_array(arena, setting->version_count, sizeof *setting->versions);
    setting->policy_count = json_count(record->policies);
    setting->policies = arena_array(arena, setting->policy_count, sizeof *setting->policies);
    scenario->gate_count = json_count(record->gates);
    scenario->gates = arena_array(arena, scenario->gate_count, sizeof *scenario->gates);
    planned->variation_count = json_count(record->variations);
    planned->variations = arena_array(arena, planned->variation_count, sizeof *planned->variations);
    setting->current = (size_t)record->current;
    if (setting->current >= setting->version_count) {
        reader_error(reader, at, "has no such current version");
        return false;
    }
    return read_list(reader, record->versions, &version_table, planned, keep_version) &&
           read_list(reader, record->policies, &policy_table, planned, keep_policy) &&
           read_list(reader, record->gates, &gate_table, planned, keep_gate) &&
           read_list(reader, record->variations, &variation_table, planned, keep_variation) &&
           read_figures(reader, record->figures, planned);
}

static bool read_record(struct reader *reader, const struct json *value, struct planned *planned)
{
    struct record record = {.planned.scenario.setting.endpoint.instance_price_usd_per_hour = NAN};
    if (!reader_is_object(reader, value, "a record") || !reader_table(reader, value, &record_table, &record))
        return false;
    *planned = record.planned;
    memcpy(planned->scenario.sha256, record.sha256, sizeof planned->scenario.sha256);
    planned->text =
        arena_format(reader->arena, "%.*s", (int)(value->end - value->at), value->document->source->text + value->at);
    planned->scenario.file = planned->scenario.name;
    planned->folder = safe_folder(reader->arena, &planned->scenario);
    planned->block_count = (planned->scenario.replications + planned->block - 1) / planned->block;
    if (!read_lists(reader, value, &record, planned))
        return false;
    struct trial *trials;
    planned->trial_count = replicate_trials(&planned->scenario.setting, &trials);
    planned->trials = arena_array(reader->arena, planned->trial_count, sizeof *trials);
    if (trials)
        memcpy(planned->trials, trials, planned->trial_count * sizeof *trials);
    else
        arena_exhausted();
    free(trials);
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct planned *const *x = a, *const *y = b;
    return strcmp((*x)->scenario.name, (*y)->scenario.name);
}

/* False where two records have one name. */
static bool sort_names(struct agenda *agenda)
{
    agenda->by_name = arena_array(agenda->memory, agenda->count + 1, sizeof *agenda->by_name);
    for (size_t i = 0; i < agenda->count; i++)
        agenda->by_name[i] = &agenda->items[i];
    qsort(agenda->by_name, agenda->count, sizeof *agenda->by_name, by_name);
    for (size_t i = 1; i < agenda->count; i++)
        if (by_name(&agenda->by_name[i - 1], &agenda->by_name[i]) == 0)
            return false;
    return true;
}

bool agenda_read(struct agenda *agenda, const char *name, const char *text, size_t size,
                 struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_errors(diagnostics);
    *agenda = (struct agenda){.memory = arena_create()};
    struct reader reader = reader_begin(diagnostics, agenda->memory);
    const struct json *root = reader_open_text(&reader, name, text, size);
    if (root && reader_is_list(&reader, root, "a list of records")) {
        agenda->items = arena_array(agenda->memory, json_count(root) + 1, sizeof *agenda->items);
        for (const struct json *item = root->child; item; item = item->next)
            if (read_record(&reader, item, &agenda->items[agenda->count]))
                agenda->count++;
        if (root->child == NULL)
            reader_error(&reader, root, "has no scenario");
        if (!sort_names(agenda))
            reader_error(&reader, root, "has a scenario twice");
    }
    reader_end(&reader);
    return diagnostics_errors(diagnostics) == errors;
}

void agenda_free(struct agenda *agenda)
{
    arena_free(agenda->memory);
    *agenda = (struct agenda){0};
}

/* ---- looking ---- */

const struct planned *agenda_find(const struct agenda *agenda, const char *name)
{
    const struct planned wanted = {.scenario.name = name}, *key = &wanted;
    const struct planned **found =
        agenda->count > 0 ? bsearch(&key, agenda->by_name, agenda->count, sizeof key, by_name) : NULL;
    return found ? *found : NULL;
}

char *agenda_difference(const struct planned *before, const struct planned *now)
{
    const struct scenario *a = &before->scenario, *b = &now->scenario;
    if (strcmp(before->program_version, now->program_version) != 0)
        return xformat("the program was %s and is %s", before->program_version, now->program_version);
    if (strcmp(a->sha256, b->sha256) != 0)
        return xformat("the scenario had the hash %.8s and has %.8s", a->sha256, b->sha256);
    if (a->setting.seed != b->setting.seed)
        return xformat("the seed was %llu and is %llu", (unsigned long long)a->setting.seed,
                       (unsigned long long)b->setting.seed);
    if (a->replications != b->replications)
        return xformat("there were %llu replications and are %llu", (unsigned long long)a->replications,
                       (unsigned long long)b->replications);
    return xformat("its record has changed");
}

uint64_t agenda_first(const struct planned *planned, uint64_t block)
{
    return block * planned->block;
}

uint64_t agenda_size(const struct planned *planned, uint64_t block)
{
    uint64_t left = planned->scenario.replications - agenda_first(planned, block);
    return left < planned->block ? left : planned->block;
}

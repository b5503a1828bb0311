/* The doors of this floor, as scenarios/scenario.h names them: a scenario read, any file checked, one alarm read. What a
 * file is is told by its keys. */
#include "scenarios/scenario.h"

#include "scenarios/aws_alarm.h"
#include "scenarios/aws_deployment.h"
#include "scenarios/nearest.h"
#include "scenarios/scenario_keys.h"
#include "scenarios/vary.h"

#include <stdlib.h>
#include <string.h>

/* ---- a scenario ---- */

/* For whoever wants another look at what came from stdin. */
static void keep_text(struct reader *reader, const struct source *source, struct scenario *scenario)
{
    char *text = arena_take(reader->arena, source->size + 1);
    memcpy(text, source->text, source->size);
    scenario->text = text;
    scenario->text_size = source->size;
}

/* `root` is what opening gave; its errors are in the diagnostics. */
static struct scenario *read_root(struct reader *reader, const struct json *root, size_t errors, size_t first)
{
    struct scenario *scenario = arena_take(reader->arena, sizeof *scenario);
    bool is_good = root != NULL && reader_is_object(reader, root, "a scenario, which is a JSON object") &&
                   scenario_fill(reader, root, scenario, NULL) && diagnostics_errors(reader->diagnostics) == errors;
    diagnostics_sort(reader->diagnostics, first);
    if (is_good)
        keep_text(reader, root->document->source, scenario);
    reader_end(reader);
    if (!is_good) {
        arena_free(reader->arena);
        return NULL;
    }
    scenario->memory = reader->arena;
    return scenario;
}

struct scenario *scenario_read(const char *path, struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_errors(diagnostics), first = diagnostics->count;
    struct reader reader = reader_begin(diagnostics, arena_create());
    return read_root(&reader, reader_open(&reader, path), errors, first);
}

struct scenario *scenario_read_varied(const char *path, const struct variation *variations, size_t count,
                                      struct diagnostics *diagnostics)
{
    if (count == 0)
        return scenario_read(path, diagnostics);
    size_t errors = diagnostics_errors(diagnostics), first = diagnostics->count, size = 0;
    struct reader reader = reader_begin(diagnostics, arena_create());
    const char *why;
    const struct source *source = source_read(reader.scratch, path, JSON_MAX_BYTES, &why);
    if (source == NULL)
        diagnostics_add_file(diagnostics, path, true, "%s", why);
    char *text = source != NULL ? vary_apply(&reader, source, variations, count, &size) : NULL;
    const struct json *root = text != NULL ? reader_open_text(&reader, path, text, size) : NULL;
    free(text);
    return read_root(&reader, root, errors, first);
}

struct scenario *scenario_read_text(const char *name, const char *text, size_t size, struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_errors(diagnostics), first = diagnostics->count;
    struct reader reader = reader_begin(diagnostics, arena_create());
    reader.is_sealed = true;
    return read_root(&reader, reader_open_text(&reader, name, text, size), errors, first);
}

void scenario_free(struct scenario *scenario)
{
    if (scenario != NULL)
        arena_free(scenario->memory);
}

/* ---- any file ---- */

/* What one file or one element of a list may be. `check` writes what it found. */
struct kind {
    const char *name;
    const struct key_table *table;
    void (*check)(struct reader *reader, const struct json *value, char *what, size_t size);
};

static void check_scenario(struct reader *reader, const struct json *value, char *what, size_t size)
{
    struct scenario scenario;
    if (scenario_fill(reader, value, &scenario, NULL))
        snprintf(what, size, "scenario, %zu polic%s, %zu versions", scenario.setting.policy_count,
                 scenario.setting.policy_count == 1 ? "y" : "ies", scenario.setting.version_count);
}

static void warn_no_alarms(struct reader *reader, const struct json *value, const struct deployment_config *config)
{
    if (config->alarm_count == 0)
        reader_warn(reader, value, "lists no alarms under AutoRollbackConfiguration: nothing rolls it back");
}

static const char *mode_name(const struct deployment_config *config)
{
    return shift_rows[config->mode].name;
}

static void check_config(struct reader *reader, const struct json *value, const char *kind, char *what, size_t size)
{
    struct deployment_config config;
    if (!aws_deployment_read(reader, value, &config))
        return;
    warn_no_alarms(reader, value, &config);
    snprintf(what, size, "%s, %s", kind, mode_name(&config));
}

static void check_deployment(struct reader *reader, const struct json *value, char *what, size_t size)
{
    check_config(reader, value, "DeploymentConfig", what, size);
}

static void check_update_endpoint(struct reader *reader, const struct json *value, char *what, size_t size)
{
    struct update_endpoint request;
    struct deployment_config config;
    if (!aws_update_endpoint_read(reader, value, &request, &config))
        return;
    warn_no_alarms(reader, request.deployment != NULL ? request.deployment : value, &config);
    snprintf(what, size, "UpdateEndpoint, %s", mode_name(&config));
}

static void check_component(struct reader *reader, const struct json *value, char *what, size_t size)
{
    struct deployment_config config;
    if (!aws_inference_component_read(reader, value, &config))
        return;
    const struct json *deployment = json_get(value, "DeploymentConfig");
    warn_no_alarms(reader, deployment != NULL ? deployment : value, &config);
    snprintf(what, size, "UpdateInferenceComponent");
}

static void check_alarms(struct reader *reader, const struct json *value, char *what, size_t size)
{
    struct alarm_list list = {0};
    bool is_good = aws_alarms_read(reader, value, &list);
    if (aws_alarms_judge(reader, &list) && is_good)
        snprintf(what, size, "%zu alarm%s", list.count, list.count == 1 ? "" : "s");
}

/* The first of equals wins, so the narrower stands before the wider. */
static const struct kind kinds[] = {
    {"a scenario", &scenario_table, check_scenario},
    {"an UpdateEndpoint request", &aws_update_endpoint_table, check_update_endpoint},
    {"an UpdateInferenceComponent request", &aws_inference_component_table, check_component},
    {"a DeploymentConfig", &aws_deployment_table, check_deployment},
    {"a PutMetricAlarm input", &aws_alarm_table, check_alarms},
    {"{\"MetricAlarms\": [...]}", &aws_alarm_wrapper_table, check_alarms},
};
enum { KINDS = KEY_COUNT(kinds) };

/* 1 for a key that the table has, half for a slip of the pen, else 0. */
static double score_key(const char *name, const struct key_table *table)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return 1.0;
    for (size_t i = 0; i < table->count; i++)
        nearest_offer(&nearest, table->keys[i].name);
    return nearest_found(&nearest) != NULL ? 0.5 : 0.0;
}

static double score(const struct json *value, const struct key_table *table)
{
    double sum = 0.0;
    for (const struct json *member = value->child; member != NULL; member = member->next)
        sum += score_key(json_name(member), table);
    return sum;
}

/* NULL when no key tells. */
static const struct kind *kind_of(const struct json *value)
{
    enum { MEMBERS_SEEN = 1000 };
    if (!json_is_object(value) || json_count(value) > MEMBERS_SEEN)
        return NULL;
    const struct kind *best = NULL;
    double best_score = 0.0;
    for (size_t i = 0; i < KINDS; i++) {
        double own = score(value, kinds[i].table);
        if (own > best_score) {
            best = &kinds[i];
            best_score = own;
        }
    }
    return json_get(value, "AlarmRule") != NULL ? &kinds[KINDS - 2] : best;
}

static void refuse_kind(struct reader *reader, const struct json *value)
{
    reader_error(
        reader, value,
        "cannot be told by its keys: expected a scenario (\"policies\", \"versions\", ...), an UpdateEndpoint or "
        "UpdateInferenceComponent request (\"DeploymentConfig\"), a DeploymentConfig (\"BlueGreenUpdatePolicy\" or "
        "\"RollingUpdatePolicy\"), or alarms (\"AlarmName\" or \"MetricAlarms\")");
}

/* A list of alarms is judged as one, for their names; other lists element by element. */
static void check_list(struct reader *reader, const struct json *list, char *what, size_t size)
{
    size_t count = json_count(list), alarms = 0;
    for (const struct json *item = list->child; item != NULL; item = item->next)
        alarms += json_get(item, "AlarmName") != NULL;
    if (count == 0) {
        reader_error(reader, list, "is an empty list: nothing to check");
    } else if (alarms == count) {
        check_alarms(reader, list, what, size);
    } else {
        for (const struct json *item = list->child; item != NULL; item = item->next) {
            const struct kind *kind = kind_of(item);
            if (kind == NULL)
                refuse_kind(reader, item);
            else
                kind->check(reader, item, what, size);
        }
        snprintf(what, size, "a list of %zu", count);
    }
}

static void check_root(struct reader *reader, const struct json *root, char *what, size_t size)
{
    if (size > 0)
        what[0] = '\0';
    if (root == NULL)
        return;
    const struct json *last = aws_described_deployment(root);
    const struct kind *kind = last != NULL ? NULL : kind_of(root);
    if (last != NULL)
        check_config(reader, last, "what describe-endpoint answers", what, size);
    else if (json_is_list(root))
        check_list(reader, root, what, size);
    else if (kind == NULL)
        refuse_kind(reader, root);
    else
        kind->check(reader, root, what, size);
}

void check_file(const char *path, struct diagnostics *diagnostics, char *what, size_t what_size)
{
    size_t first = diagnostics->count;
    struct reader reader = reader_begin(diagnostics, arena_create());
    reader.is_checked = true;
    check_root(&reader, reader_open(&reader, path), what, what_size);
    diagnostics_sort(diagnostics, first);
    reader_end(&reader);
    arena_free(reader.arena);
}

void check_text(const char *name, const char *text, size_t size, struct diagnostics *diagnostics, char *what,
                size_t what_size)
{
    size_t first = diagnostics->count;
    struct reader reader = reader_begin(diagnostics, arena_create());
    reader.is_sealed = true;
    reader.is_checked = true;
    check_root(&reader, reader_open_text(&reader, name, text, size), what, what_size);
    diagnostics_sort(diagnostics, first);
    reader_end(&reader);
    arena_free(reader.arena);
}

const char *file_other_kind(const char *path)
{
    struct diagnostics diagnostics = {0};
    struct reader reader = reader_begin(&diagnostics, arena_create());
    const struct json *root = reader_open(&reader, path);
    const struct kind *kind = root != NULL ? kind_of(root) : NULL;
    const char *name = kind != NULL && kind != &kinds[0] ? kind->name : NULL;
    if (root != NULL && json_is_list(root))
        name = "a list";
    reader_end(&reader);
    arena_free(reader.arena);
    diagnostics_free(&diagnostics);
    return name;
}

/* ---- one alarm for `bakeoff alarm` ---- */

struct alarm_file *alarm_file_read(const char *path, struct diagnostics *diagnostics)
{
    size_t errors = diagnostics_errors(diagnostics);
    struct reader reader = reader_begin(diagnostics, arena_create());
    const struct json *root = reader_open(&reader, path);
    struct alarm_list list = {0};
    struct alarm_file *file = NULL;
    if (root != NULL) {
        aws_alarms_read(&reader, root, &list);
        if (list.count != 1 && diagnostics_errors(diagnostics) == errors)
            reader_error(&reader, root, "must hold one alarm, got %zu", list.count);
    }
    if (diagnostics_errors(diagnostics) == errors) {
        file = arena_take(reader.arena, sizeof *file);
        *file = (struct alarm_file){list.first->config, reader.arena};
    }
    reader_end(&reader);
    if (file == NULL)
        arena_free(reader.arena);
    return file;
}

void alarm_file_free(struct alarm_file *file)
{
    if (file != NULL)
        arena_free(file->memory);
}

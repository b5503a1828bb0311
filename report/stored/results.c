#include "report/stored/results.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/batch/store.h"
#include "scenarios/csv.h"
#include "scenarios/reader.h"

/* ---- summary.csv ---- */

enum { SCENARIO, POLICY, VERSION, METRIC, N, MEAN, LOW, HIGH, SD, LEAST, P50, P95, P99, MOST, CELLS };

static const struct csv_column cells[CELLS] = {
    [SCENARIO] = {"scenario"}, [POLICY] = {"policy"}, [VERSION] = {"version"}, [METRIC] = {"metric"}, [N] = {"n"},
    [MEAN] = {"mean"},         [LOW] = {"ci95_low"},  [HIGH] = {"ci95_high"},  [SD] = {"sd"},         [LEAST] = {"min"},
    [P50] = {"p50"},           [P95] = {"p95"},       [P99] = {"p99"},         [MOST] = {"max"},
};

struct reading {
    struct results *results;
    struct arena *arena;
    size_t scenario_room, group_room; /* of the lists that grow, the latter of the latest scenario */
    size_t strangers;                 /* rows with a figure that this program does not know */
    int stranger_line;
    char stranger[64];
};

/* Room for one more; lists lie in the arena, so the old place is left behind. */
static void *grow(struct arena *arena, void *list, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room > 0 ? 2 * *room : 8;
    void *larger = arena_array(arena, *room, size);
    if (count > 0)
        memcpy(larger, list, count * size);
    return larger;
}

static struct results_scenario *take_scenario(struct reading *reading, const struct csv_row *row)
{
    struct results *results = reading->results;
    struct results_scenario *latest =
        results->scenario_count > 0 ? &results->scenarios[results->scenario_count - 1] : NULL;
    if (latest && strcmp(latest->name, row->cells[SCENARIO]) == 0)
        return latest;
    if (results_find(results, row->cells[SCENARIO])) {
        csv_row_error(row, "the scenario \"%s\" stands in two places of the file", row->cells[SCENARIO]);
        return NULL;
    }
    results->scenarios = grow(reading->arena, results->scenarios, results->scenario_count, &reading->scenario_room,
                              sizeof *results->scenarios);
    reading->group_room = 0;
    latest = &results->scenarios[results->scenario_count++];
    *latest = (struct results_scenario){.name = arena_text(reading->arena, row->cells[SCENARIO])};
    return latest;
}

static struct results_group *take_group(struct reading *reading, struct results_scenario *scenario,
                                        const struct csv_row *row)
{
    const char *policy = row->cells[POLICY], *version = row->cells[VERSION];
    struct results_group *latest = scenario->group_count > 0 ? &scenario->groups[scenario->group_count - 1] : NULL;
    if (latest && strcmp(latest->policy, policy) == 0 && strcmp(latest->version, version) == 0)
        return latest;
    if (results_group(scenario, policy, version)) {
        csv_row_error(row, "policy \"%s\" with version \"%s\" stands in two places of the file", policy, version);
        return NULL;
    }
    scenario->groups =
        grow(reading->arena, scenario->groups, scenario->group_count, &reading->group_room, sizeof *scenario->groups);
    latest = &scenario->groups[scenario->group_count++];
    latest->policy = arena_text(reading->arena, policy);
    latest->version = arena_text(reading->arena, version);
    latest->figures = arena_array(reading->arena, column_count, sizeof *latest->figures);
    return latest;
}

/* An empty cell is an absent figure. */
static bool take_number(const struct csv_row *row, int cell, double *value)
{
    *value = NAN;
    if (row->cells[cell][0] == '\0' || csv_number(row->cells[cell], value))
        return true;
    csv_row_error(row, "%s must be a number or empty, got \"%s\"", cells[cell].name, row->cells[cell]);
    return false;
}

static bool take_count(const struct csv_row *row, uint64_t *count)
{
    const char *cell = row->cells[N];
    char *end;
    errno = 0;
    unsigned long long value = strtoull(cell, &end, 10);
    *count = value;
    if (cell[0] >= '0' && cell[0] <= '9' && *end == '\0' && errno == 0)
        return true;
    csv_row_error(row, "n must be a whole number, got \"%s\"", cell);
    return false;
}

static bool take_figures(const struct csv_row *row, struct summary *figures)
{
    struct {
        int cell;
        double *value;
    } const fields[] = {{MEAN, &figures->mean}, {LOW, &figures->interval.low}, {HIGH, &figures->interval.high},
                        {SD, &figures->sd},     {LEAST, &figures->min},        {P50, &figures->p50},
                        {P95, &figures->p95},   {P99, &figures->p99},          {MOST, &figures->max}};
    if (!take_count(row, &figures->n))
        return false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!take_number(row, fields[i].cell, fields[i].value))
            return false;
    if (isfinite(figures->mean) != (figures->n > 0)) {
        csv_row_error(row, "has a mean of %llu trials: the row is damaged", (unsigned long long)figures->n);
        return false;
    }
    return true;
}

static bool take_row(void *context, const struct csv_row *row)
{
    struct reading *reading = context;
    const struct column *column = column_find(row->cells[METRIC]);
    struct results_scenario *scenario = take_scenario(reading, row);
    struct results_group *group = scenario ? take_group(reading, scenario, row) : NULL;
    struct summary figures;
    if (!group || !take_figures(row, &figures))
        return false;
    if (!column || column->kind == COLUMN_TEXT) {
        if (reading->strangers++ == 0) {
            reading->stranger_line = row->line;
            snprintf(reading->stranger, sizeof reading->stranger, "%s", row->cells[METRIC]);
        }
        return true;
    }
    struct results_figure *figure = &group->figures[column - columns];
    if (figure->is_there) {
        csv_row_error(row, "%s of this policy and version stands there twice", column->name);
        return false;
    }
    *figure = (struct results_figure){true, figures};
    return true;
}

/* Why there is no summary.csv, and what to do. */
static void explain_absence(const struct results *results, const char *path, const char *why,
                            struct diagnostics *diagnostics)
{
    char *agenda = store_agenda_path(results->folder);
    if (access(results->folder, F_OK) != 0)
        diagnostics_add_file(diagnostics, results->folder, true, "%s", strerror(errno));
    else if (access(path, F_OK) == 0)
        diagnostics_add_file(diagnostics, path, true, "%s", why);
    else if (access(agenda, F_OK) == 0)
        diagnostics_add_file(
            diagnostics, results->folder, true,
            "this batch has no results yet: run it to its end, or 'bakeoff merge' what its shards left");
    else
        diagnostics_add_file(diagnostics, results->folder, true,
                             "there are no results here: no summary.csv of 'bakeoff batch' or 'compare --csv-dir'");
    free(agenda);
}

static bool read_summary(struct results *results, struct arena *arena, struct diagnostics *diagnostics)
{
    char *path = store_file_path(results->folder, "summary.csv");
    struct arena *scratch = arena_create();
    const char *why = NULL;
    const struct source *source = source_read(scratch, path, CSV_MAX_BYTES, &why);
    struct reading reading = {.results = results, .arena = arena};
    bool is_good = source && csv_read(source, diagnostics, cells, CELLS, take_row, &reading);
    if (!source) {
        explain_absence(results, path, why, diagnostics);
    } else if (is_good && results->scenario_count == 0) {
        diagnostics_add_file(diagnostics, path, false, "holds no results, only a header");
        is_good = false;
    }
    if (is_good && reading.strangers > 0)
        diagnostics_warn_file(
            diagnostics, path,
            "%zu rows have figures that this program does not know, first \"%s\" in line %d: another version wrote "
            "them, and they are left out",
            reading.strangers, reading.stranger, reading.stranger_line);
    arena_free(scratch);
    free(path);
    return is_good;
}

/* ---- what the folder tells of its scenarios ---- */

enum { MOST_INSTANCES = 1000000 }; /* as scenarios have it */

static struct results_scenario *find(struct results *results, const char *name)
{
    return (struct results_scenario *)results_find(results, name);
}

/* Returns whether there is an agenda; *is_good turns false where it cannot be read. */
static bool read_agenda(struct results *results, struct arena *arena, struct diagnostics *diagnostics, bool *is_good)
{
    struct agenda agenda;
    size_t errors = diagnostics_errors(diagnostics);
    if (!store_read(results->folder, &agenda, diagnostics)) {
        *is_good = diagnostics_errors(diagnostics) == errors;
        return !*is_good;
    }
    for (size_t i = 0; i < agenda.count; i++) {
        const struct planned *planned = &agenda.items[i];
        struct results_scenario *scenario = find(results, planned->scenario.name);
        if (!scenario) {
            results->unfinished++;
            continue;
        }
        scenario->is_known = true;
        scenario->sha256 = arena_text(arena, planned->scenario.sha256);
        scenario->program_version = arena_text(arena, planned->program_version);
        scenario->seed = planned->scenario.setting.seed;
        scenario->replications = planned->scenario.replications;
        scenario->instance_quota = planned->scenario.setting.endpoint.instance_quota;
    }
    agenda_free(&agenda);
    return true;
}

static const char *text_of(const struct json *object, const char *name)
{
    const struct json *value = json_get(object, name);
    return value && json_is_text(value) ? json_text(value) : NULL;
}

static bool take_entry(struct results *results, struct reader *reader, const struct json *item)
{
    const struct json *seed = json_get(item, "seed"), *replications = json_get(item, "replications");
    const char *name = text_of(item, "scenario"), *sha256 = text_of(item, "scenario_sha256");
    const char *version = text_of(item, "program_version");
    const struct json *quota = json_get(item, "instance_quota");
    if (!name || !sha256 || !version || !seed || !replications || !json_is_number(seed) ||
        !json_is_number(replications) || !(json_number(seed) >= 0) || !(json_number(replications) >= 0)) {
        reader_error(reader, item,
                     "is no scenario of a manifest: scenario, scenario_sha256, program_version, seed, replications");
        return false;
    }
    if (quota && (!json_is_number(quota) || !(json_number(quota) >= 1) || !(json_number(quota) <= MOST_INSTANCES))) {
        reader_error(reader, quota, "must be a number of instances from 1 to %d", MOST_INSTANCES);
        return false;
    }
    struct results_scenario *scenario = find(results, name);
    if (!scenario) {
        results->unfinished++;
        return true;
    }
    scenario->is_known = true;
    scenario->sha256 = arena_text(reader->arena, sha256);
    scenario->program_version = arena_text(reader->arena, version);
    scenario->seed = strtoull(seed->document->source->text + seed->at, NULL, 10); /* a double has 53 bits */
    scenario->replications = (uint64_t)json_number(replications);
    scenario->instance_quota = quota ? (int)json_number(quota) : 0;
    return true;
}

static bool read_manifest(struct results *results, struct arena *arena, struct diagnostics *diagnostics)
{
    char *path = store_file_path(results->folder, "manifest.json");
    bool is_good = true;
    if (access(path, F_OK) == 0) {
        struct reader reader = reader_begin(diagnostics, arena);
        const struct json *root = reader_open(&reader, path), *list = root ? json_get(root, "scenarios") : NULL;
        is_good = list && json_is_list(list);
        for (const struct json *item = is_good ? list->child : NULL; item; item = item->next)
            is_good = take_entry(results, &reader, item) && is_good;
        if (root && !(list && json_is_list(list)))
            reader_error(&reader, root, "is no manifest of a batch: it has no list \"scenarios\"");
        reader_end(&reader);
    }
    free(path);
    return is_good;
}

static bool agree_on_version(struct results *results, struct diagnostics *diagnostics)
{
    const struct results_scenario *first = NULL;
    for (size_t i = 0; i < results->scenario_count; i++) {
        const struct results_scenario *scenario = &results->scenarios[i];
        if (!scenario->is_known)
            continue;
        if (first && strcmp(first->program_version, scenario->program_version) != 0) {
            diagnostics_add_file(
                diagnostics, results->folder, false,
                "mixes versions of the program: \"%s\" is by %s, \"%s\" by %s; run the batch again with "
                "--restart",
                first->name, first->program_version, scenario->name, scenario->program_version);
            return false;
        }
        first = first ? first : scenario;
    }
    results->program_version = first ? first->program_version : NULL;
    return true;
}

bool results_read(struct results *results, const char *folder, struct diagnostics *diagnostics)
{
    struct arena *arena = arena_create();
    bool is_good = true;
    *results = (struct results){.folder = arena_text(arena, folder), .memory = arena};
    if (!read_summary(results, arena, diagnostics))
        return false;
    if (!read_agenda(results, arena, diagnostics, &is_good))
        is_good = read_manifest(results, arena, diagnostics);
    if (is_good && results->unfinished > 0)
        diagnostics_warn_file(
            diagnostics, folder,
            "%zu scenario%s of this batch %s no results yet: run it to its end, or 'bakeoff merge' what its shards left",
            results->unfinished, results->unfinished == 1 ? "" : "s", results->unfinished == 1 ? "has" : "have");
    return is_good && agree_on_version(results, diagnostics);
}

void results_free(struct results *results)
{
    arena_free(results->memory);
    *results = (struct results){0};
}

/* ---- looking ---- */

const struct results_scenario *results_find(const struct results *results, const char *scenario)
{
    for (size_t i = 0; i < results->scenario_count; i++)
        if (strcmp(results->scenarios[i].name, scenario) == 0)
            return &results->scenarios[i];
    return NULL;
}

const struct results_group *results_group(const struct results_scenario *scenario, const char *policy,
                                          const char *version)
{
    for (size_t i = 0; i < scenario->group_count; i++)
        if (strcmp(scenario->groups[i].policy, policy) == 0 && strcmp(scenario->groups[i].version, version) == 0)
            return &scenario->groups[i];
    return NULL;
}

static bool matches(const char *pattern, const char *name)
{
    return !pattern || strcmp(pattern, name) == 0 || fnmatch(pattern, name, 0) == 0;
}

bool results_wants_scenario(const struct results_filter *filter, const struct results_scenario *scenario)
{
    return matches(filter->scenario, scenario->name);
}

bool results_wants(const struct results_filter *filter, const struct results_group *group)
{
    return matches(filter->policy, group->policy) && matches(filter->version, group->version);
}

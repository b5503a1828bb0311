#include "report/study.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double WHOLE = 1;

static size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t metric_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < column_count; i++)
        count += columns[i].kind != COLUMN_TEXT;
    return count;
}

const char *group_policy(const struct study *study, const struct group *group)
{
    return group->policy == SIZE_MAX ? "(none)" : study->scenario->setting.policies[group->policy].name;
}

const char *group_version(const struct study *study, const struct group *group)
{
    return group->version == SIZE_MAX ? "(mix)" : study->scenario->setting.versions[group->version].name;
}

long study_group(const struct study *study, size_t policy, size_t version)
{
    for (size_t i = 0; i < study->group_count; i++)
        if (study->groups[i].policy == policy && study->groups[i].version == version)
            return (long)i;
    return GROUP_NONE;
}

const struct summary_row *study_summary(const struct study *study, size_t group, const struct column *column)
{
    size_t metrics = study->summary_count / study->group_count;
    for (size_t i = group * metrics; i < (group + 1) * metrics; i++)
        if (study->summary[i].column == column)
            return &study->summary[i];
    return NULL;
}

/* ---- weights ---- */

/* The trials of a policy lie in one order for all policies; the first policy's stand for them. */
static size_t version_of(const struct study *study, size_t part)
{
    return study->result->trials[1 + part].version;
}

static int find_weights(struct study *study)
{
    const struct setting *setting = &study->scenario->setting;
    study->versions = setting->policy_count > 0 ? (study->result->trial_count - 1) / setting->policy_count : 0;
    size_t room = max_size(study->versions, 1);
    study->parts = calloc(room, sizeof *study->parts);
    study->weights = calloc(room, sizeof *study->weights);
    study->everyone = calloc(room, sizeof *study->everyone);
    study->equal_weights = calloc(room, sizeof *study->equal_weights);
    if (!study->parts || !study->weights || !study->everyone || !study->equal_weights)
        return -1;
    double total = 0;
    for (size_t v = 0; v < study->versions; v++) {
        double probability = setting->versions[version_of(study, v)].probability;
        study->everyone[v] = v;
        study->equal_weights[v] = 1 / (double)study->versions;
        if (!(probability > 0))
            continue;
        study->parts[study->part_count] = v;
        study->weights[study->part_count++] = probability;
        total += probability;
    }
    for (size_t i = 0; i < study->part_count; i++)
        study->weights[i] /= total;
    return 0;
}

/* ---- groups ---- */

static int find_groups(struct study *study)
{
    const struct setting *setting = &study->scenario->setting;
    study->groups = calloc(1 + setting->policy_count * (study->versions + 1), sizeof *study->groups);
    if (!study->groups)
        return -1;
    study->groups[study->group_count++] = (struct group){SIZE_MAX, setting->current, 0};
    for (size_t p = 0; p < setting->policy_count; p++) {
        size_t first = 1 + p * study->versions;
        for (size_t v = 0; v < study->versions; v++) {
            assert(study->result->trials[first + v].policy == p);
            study->groups[study->group_count++] = (struct group){p, version_of(study, v), first + v};
        }
        if (study->part_count > 0)
            study->groups[study->group_count++] = (struct group){p, SIZE_MAX, first};
    }
    return 0;
}

size_t study_trials(const struct study *study)
{
    return max_size(study->versions, 1);
}

/* ---- values ---- */

int study_room_init(struct study_room *room, const struct study *study)
{
    size_t replications = study->source ? MIX_WINDOW : max_size(study->result->replications, 1);
    *room = (struct study_room){.study = study};
    room->values = calloc(study_trials(study) * replications, sizeof *room->values);
    return room->values ? 0 : -1;
}

void study_room_free(struct study_room *room)
{
    free(room->values);
    *room = (struct study_room){0};
}

static size_t trial_of(const struct study *study, size_t group, size_t part)
{
    const struct group *g = &study->groups[group];
    return g->version == SIZE_MAX ? g->trial + study->parts[part] : g->trial;
}

static void fill(const struct study *study, size_t trial, const struct column *column, double *values)
{
    const struct replicate_result *result = study->result;
    for (uint64_t r = 0; r < result->replications; r++)
        values[r] = column_value(column, &result->rows[r * result->trial_count + trial]);
}

static void read_stored(const void *source, size_t part, size_t first, size_t count, double *values)
{
    const struct study_room *room = source;
    const struct study *study = room->study;
    study->source->read(study->source->store, trial_of(study, room->group, part), (size_t)(room->column - columns),
                        first, count, values);
}

struct mix study_values(const struct study *study, size_t group, const struct column *column, struct study_room *room)
{
    bool is_mix = study->groups[group].version == SIZE_MAX;
    size_t n = study->result->replications;
    struct mix mix = {.weights = is_mix ? study->weights : &WHOLE, .parts = is_mix ? study->part_count : 1, .count = n};
    room->group = group;
    room->column = column;
    if (study->source) {
        mix.read = read_stored;
        mix.source = room;
        mix.room = room->values;
        return mix;
    }
    for (size_t i = 0; i < mix.parts; i++)
        fill(study, trial_of(study, group, i), column, room->values + i * n);
    mix.values = room->values;
    return mix;
}

/* ---- rows ---- */

static int summarise(struct study *study)
{
    size_t metrics = metric_count();
    struct study_room room;
    study->summary = calloc(study->group_count * metrics, sizeof *study->summary);
    bool is_short = study_room_init(&room, study) || !study->summary;
    for (size_t g = 0; g < study->group_count && !is_short; g++)
        for (size_t c = 0; c < column_count; c++) {
            if (columns[c].kind == COLUMN_TEXT)
                continue;
            struct mix mix = study_values(study, g, &columns[c], &room);
            bool is_proportion = columns[c].kind == COLUMN_PROPORTION;
            study->summary[study->summary_count++] =
                (struct summary_row){g, &columns[c],
                                     study->groups[g].version == SIZE_MAX ? estimate_mix_summary(&mix, is_proportion)
                                                                          : estimate_part_summary(&mix, is_proportion)};
        }
    study_room_free(&room);
    return is_short ? -1 : 0;
}

static int pair(struct study *study)
{
    struct study_room room, other_room = {0};
    study->differences = calloc(study->group_count * metric_count(), sizeof *study->differences);
    bool is_short = study_room_init(&room, study) || study_room_init(&other_room, study) || !study->differences;
    for (size_t g = 0; g < study->group_count && !is_short; g++) {
        const struct group *group = &study->groups[g];
        if (group->policy == SIZE_MAX || group->policy == study->baseline)
            continue;
        long other = study_group(study, study->baseline, group->version);
        for (size_t c = 0; c < column_count; c++) {
            if (columns[c].kind == COLUMN_TEXT)
                continue;
            struct mix a = study_values(study, g, &columns[c], &room);
            struct mix b = study_values(study, (size_t)other, &columns[c], &other_room);
            study->differences[study->difference_count++] =
                (struct difference_row){g, &columns[c], estimate_mix_paired(&a, &b, 0.95)};
        }
    }
    study_room_free(&room);
    study_room_free(&other_room);
    return is_short ? -1 : 0;
}

int study_init_stored(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
                      size_t baseline, const struct study_source *source)
{
    *study = (struct study){.scenario = scenario, .result = result, .source = source, .baseline = baseline};
    return find_weights(study) || find_groups(study) || summarise(study) || pair(study) ? -1 : 0;
}

int study_init(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
               size_t baseline)
{
    return study_init_stored(study, scenario, result, baseline, NULL);
}

void study_free(struct study *study)
{
    free(study->parts);
    free(study->weights);
    free(study->everyone);
    free(study->equal_weights);
    free(study->groups);
    free(study->summary);
    free(study->differences);
    *study = (struct study){0};
}

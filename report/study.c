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

size_t study_room(const struct study *study)
{
    return max_size(study->versions, 1) * max_size(study->result->replications, 1);
}

static void fill(const struct study *study, size_t trial, const struct column *column, double *values)
{
    const struct replicate_result *result = study->result;
    for (uint64_t r = 0; r < result->replications; r++)
        values[r] = column_value(column, &result->rows[r * result->trial_count + trial]);
}

struct mix study_values(const struct study *study, size_t group, const struct column *column, double *values)
{
    const struct group *g = &study->groups[group];
    size_t n = study->result->replications;
    if (g->version != SIZE_MAX) {
        fill(study, g->trial, column, values);
        return (struct mix){values, &WHOLE, 1, n};
    }
    for (size_t i = 0; i < study->part_count; i++)
        fill(study, g->trial + study->parts[i], column, values + i * n);
    return (struct mix){values, study->weights, study->part_count, n};
}

/* ---- rows ---- */

static int summarise(struct study *study)
{
    size_t metrics = metric_count();
    study->summary = calloc(study->group_count * metrics, sizeof *study->summary);
    double *values = calloc(study_room(study), sizeof *values);
    struct weighted *scratch = calloc(study_room(study), sizeof *scratch);
    bool is_short = !study->summary || !values || !scratch;
    for (size_t g = 0; g < study->group_count && !is_short; g++)
        for (size_t c = 0; c < column_count; c++) {
            if (columns[c].kind == COLUMN_TEXT)
                continue;
            struct mix mix = study_values(study, g, &columns[c], values);
            bool is_proportion = columns[c].kind == COLUMN_PROPORTION;
            study->summary[study->summary_count++] = (struct summary_row){
                g, &columns[c],
                study->groups[g].version == SIZE_MAX ? estimate_mix_summary(&mix, scratch, is_proportion)
                                                     : estimate_summary(values, mix.count, is_proportion)};
        }
    free(values);
    free(scratch);
    return is_short ? -1 : 0;
}

static int pair(struct study *study)
{
    study->differences = calloc(study->group_count * metric_count(), sizeof *study->differences);
    double *values = calloc(2 * study_room(study), sizeof *values);
    double *others = values ? values + study_room(study) : NULL;
    bool is_short = !study->differences || !values;
    for (size_t g = 0; g < study->group_count && !is_short; g++) {
        const struct group *group = &study->groups[g];
        if (group->policy == SIZE_MAX || group->policy == study->baseline)
            continue;
        long other = study_group(study, study->baseline, group->version);
        for (size_t c = 0; c < column_count; c++) {
            if (columns[c].kind == COLUMN_TEXT)
                continue;
            struct mix a = study_values(study, g, &columns[c], values);
            struct mix b = study_values(study, (size_t)other, &columns[c], others);
            study->differences[study->difference_count++] =
                (struct difference_row){g, &columns[c], estimate_mix_paired(&a, &b, 0.95)};
        }
    }
    free(values);
    return is_short ? -1 : 0;
}

int study_init(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
               size_t baseline)
{
    *study = (struct study){.scenario = scenario, .result = result, .baseline = baseline};
    return find_weights(study) || find_groups(study) || summarise(study) || pair(study) ? -1 : 0;
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

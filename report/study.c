#include "report/study.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
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

/* What threads share: each takes the next group; its rows have their places. */
struct estimation {
    struct study *study;
    const size_t *first_difference; /* [group_count] a row; SIZE_MAX: the group has none */
    atomic_size_t next;
    atomic_bool is_short;
};

static void summarise(struct study *study, size_t group, struct study_room *room)
{
    size_t metrics = metric_count(), row = group * metrics;
    for (size_t c = 0; c < column_count; c++) {
        if (columns[c].kind == COLUMN_TEXT)
            continue;
        struct mix mix = study_values(study, group, &columns[c], room);
        bool is_proportion = columns[c].kind == COLUMN_PROPORTION;
        study->summary[row++] =
            (struct summary_row){group, &columns[c],
                                 study->groups[group].version == SIZE_MAX ? estimate_mix_summary(&mix, is_proportion)
                                                                          : estimate_part_summary(&mix, is_proportion)};
    }
}

static void pair(struct study *study, size_t group, size_t row, struct study_room *room, struct study_room *other_room)
{
    long other = study_group(study, study->baseline, study->groups[group].version);
    for (size_t c = 0; c < column_count; c++) {
        if (columns[c].kind == COLUMN_TEXT)
            continue;
        struct mix a = study_values(study, group, &columns[c], room);
        struct mix b = study_values(study, (size_t)other, &columns[c], other_room);
        study->differences[row++] = (struct difference_row){group, &columns[c], estimate_mix_paired(&a, &b, 0.95)};
    }
}

static void *estimate_groups(void *argument)
{
    struct estimation *work = argument;
    struct study *study = work->study;
    struct study_room room, other_room = {0};
    if (study_room_init(&room, study) || study_room_init(&other_room, study))
        atomic_store(&work->is_short, true);
    for (size_t g; !atomic_load(&work->is_short) && (g = atomic_fetch_add(&work->next, 1)) < study->group_count;) {
        summarise(study, g, &room);
        if (work->first_difference[g] != SIZE_MAX)
            pair(study, g, work->first_difference[g], &room, &other_room);
    }
    study_room_free(&room);
    study_room_free(&other_room);
    return NULL;
}

/* The calling thread works too; those that the system grants help it. */
static int run_estimation(struct estimation *work, int count)
{
    pthread_t *threads = calloc((size_t)count, sizeof *threads);
    int started = 1;
    if (!threads)
        return -1;
    while (started < count && pthread_create(&threads[started], NULL, estimate_groups, work) == 0)
        started++;
    estimate_groups(work);
    for (int i = 1; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return atomic_load(&work->is_short) ? -1 : 0;
}

static int estimate(struct study *study, int threads)
{
    size_t metrics = metric_count(), *first = calloc(study->group_count, sizeof *first);
    study->summary = calloc(study->group_count * metrics, sizeof *study->summary);
    study->differences = calloc(study->group_count * metrics, sizeof *study->differences);
    struct estimation work = {.study = study, .first_difference = first};
    int status = first && study->summary && study->differences ? 0 : -1;
    if ((size_t)threads > study->group_count)
        threads = (int)study->group_count;
    for (size_t g = 0; g < study->group_count && status == 0; g++) {
        size_t policy = study->groups[g].policy;
        bool has_difference = policy != SIZE_MAX && policy != study->baseline;
        first[g] = has_difference ? study->difference_count : SIZE_MAX;
        study->difference_count += has_difference ? metrics : 0;
    }
    study->summary_count = study->group_count * metrics;
    if (status == 0)
        status = run_estimation(&work, threads);
    free(first);
    return status;
}

int study_init_stored(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
                      size_t baseline, const struct study_source *source, int threads)
{
    *study = (struct study){.scenario = scenario, .result = result, .source = source, .baseline = baseline};
    return find_weights(study) || find_groups(study) || estimate(study, threads < 1 ? 1 : threads) ? -1 : 0;
}

int study_init(struct study *study, const struct scenario *scenario, const struct replicate_result *result,
               size_t baseline)
{
    return study_init_stored(study, scenario, result, baseline, NULL, 1);
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

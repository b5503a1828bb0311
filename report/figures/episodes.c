#include "report/figures/episodes.h"

#include <math.h>
#include <stdlib.h>

#include "sim/world.h"

static double total(const struct study *study, size_t version, const char *figure)
{
    double sum = 0;
    for (size_t g = 0; g < study->group_count; g++) {
        double mean = study_summary(study, g, column_find(figure))->figures.mean;
        if (study->groups[g].policy != SIZE_MAX && study->groups[g].version == version && isfinite(mean))
            sum += mean;
    }
    return sum;
}

static size_t choose_version(const struct study *study)
{
    static const char *const figures[] = {"p_rolled_back", "excess_bad_responses"};
    size_t best = 0;
    for (size_t f = 0; f < 2; f++) {
        double most = 0;
        for (size_t v = 0; v < study->versions; v++) {
            double sum = total(study, study->result->trials[1 + v].version, figures[f]);
            if (sum > most)
                most = sum, best = v;
        }
        if (most > 0)
            break;
    }
    return study->result->trials[1 + best].version;
}

struct candidate {
    double value;
    uint64_t replication;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->replication > y->replication) - (x->replication < y->replication);
}

/* UINT64_MAX: no replication has the figure. */
static uint64_t median(const struct study *study, size_t trial, const char *figure, struct candidate *candidates)
{
    const struct replicate_result *result = study->result;
    const struct column *column = column_find(figure);
    size_t count = 0;
    for (uint64_t r = 0; r < result->replications; r++) {
        double value = column_value(column, &result->rows[r * result->trial_count + trial]);
        if (isfinite(value))
            candidates[count++] = (struct candidate){value, r};
    }
    if (count == 0)
        return UINT64_MAX;
    qsort(candidates, count, sizeof *candidates, compare_candidates);
    return candidates[(count + 1) / 2 - 1].replication;
}

static size_t find_trial(const struct study *study, size_t policy, size_t version)
{
    size_t trial = 1;
    while (study->result->trials[trial].policy != policy || study->result->trials[trial].version != version)
        trial++;
    return trial;
}

static int tell(struct episodes *episodes, const struct study *study, size_t policy, size_t version,
                struct candidate *candidates)
{
    size_t trial = find_trial(study, policy, version);
    uint64_t replication = median(study, trial, "time_to_rollback_s", candidates);
    if (replication == UINT64_MAX)
        replication = median(study, trial, "excess_bad_responses", candidates);
    if (replication == UINT64_MAX)
        replication = 0;
    episodes->told[policy] = (struct told){.scenario = study->scenario->name,
                                           .setting = &study->scenario->setting,
                                           .policy = policy,
                                           .version = version,
                                           .replication = replication,
                                           .outcome = &episodes->outcomes[policy],
                                           .journal = &episodes->journals[policy]};
    return world_tell(&study->scenario->setting, replication, policy, version, &episodes->outcomes[policy],
                      &episodes->journals[policy]);
}

int episodes_tell(struct episodes *episodes, const struct study *study)
{
    size_t count = study->versions > 0 ? study->scenario->setting.policy_count : 0;
    *episodes = (struct episodes){.told = calloc(count + 1, sizeof *episodes->told),
                                  .outcomes = calloc(count + 1, sizeof *episodes->outcomes),
                                  .journals = calloc(count + 1, sizeof *episodes->journals),
                                  .count = count};
    struct candidate *candidates = calloc(study->result->replications + 1, sizeof *candidates);
    int status = episodes->told && episodes->outcomes && episodes->journals && candidates ? 0 : -1;
    size_t version = count > 0 && status == 0 ? choose_version(study) : 0;
    for (size_t p = 0; p < count && status == 0; p++)
        status = tell(episodes, study, p, version, candidates);
    free(candidates);
    return status;
}

void episodes_free(struct episodes *episodes)
{
    for (size_t i = 0; i < episodes->count && episodes->journals; i++)
        journal_free(&episodes->journals[i]);
    free(episodes->told);
    free(episodes->outcomes);
    free(episodes->journals);
    *episodes = (struct episodes){0};
}

#include "report/figures/episodes.h"

#include <math.h>
#include <stdlib.h>

#include "report/story/choice.h"
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

static size_t find_trial(const struct study *study, size_t policy, size_t version)
{
    size_t trial = 1;
    while (study->result->trials[trial].policy != policy || study->result->trials[trial].version != version)
        trial++;
    return trial;
}

/* The median one of the first figure that it has; 0 where it has none. -1: no memory. */
static int stand_in(uint64_t *replication, const struct study *study, size_t trial)
{
    static const char *const figures[] = {"time_to_rollback_s", "excess_bad_responses"};
    struct chosen chosen = {0};
    for (size_t i = 0; i < sizeof figures / sizeof *figures && !chosen.found; i++)
        if (choose_replication(&chosen, study->result, trial, column_find(figures[i]), CHOOSE_MEDIAN))
            return -1;
    *replication = chosen.replication;
    return 0;
}

static int tell(struct episodes *episodes, const struct study *study, size_t policy, size_t version)
{
    uint64_t replication;
    if (stand_in(&replication, study, find_trial(study, policy, version)))
        return -1;
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
    int status = episodes->told && episodes->outcomes && episodes->journals ? 0 : -1;
    size_t version = count > 0 && status == 0 ? choose_version(study) : 0;
    for (size_t p = 0; p < count && status == 0; p++)
        status = tell(episodes, study, p, version);
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

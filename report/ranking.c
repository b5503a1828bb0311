#include "report/ranking.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static void add_role(struct criterion *criterion, enum column_role role)
{
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].role == role) {
            assert(criterion->part_count < RANKING_PARTS);
            criterion->parts[criterion->part_count++] = &columns[i];
        }
}

struct criterion ranking_harm(void)
{
    struct criterion c = {.words = "excess bad responses", .format = FORMAT_COUNT};
    add_role(&c, ROLE_HARM);
    return c;
}

struct criterion ranking_criterion(const struct study *study)
{
    struct criterion money = {.words = "loss + extra cost in USD", .format = FORMAT_USD, .is_mix = true};
    add_role(&money, ROLE_MONEY);
    bool is_known = study->part_count > 0;
    for (size_t g = 0; g < study->group_count && is_known; g++)
        for (size_t i = 0; i < money.part_count; i++)
            if (study->groups[g].policy != SIZE_MAX && study_summary(study, g, money.parts[i])->figures.n == 0)
                is_known = false;
    if (is_known)
        return money;
    struct criterion harm = ranking_harm();
    harm.is_mix = study->part_count > 0;
    return harm;
}

/* The criterion's values of a policy, part by part as struct mix wants them. A refused deployment has none: it costs
 * nothing since it does nothing, and would win. */
static void fill(const struct study *study, const struct criterion *criterion, size_t policy, const size_t *versions,
                 size_t count, double *values)
{
    const struct replicate_result *result = study->result;
    for (size_t v = 0; v < count; v++) {
        size_t trial = 1 + policy * study->versions + versions[v];
        for (uint64_t r = 0; r < result->replications; r++) {
            const struct outcome *outcome = &result->rows[r * result->trial_count + trial];
            double sum = outcome->kind == OUTCOME_REFUSED ? NAN : 0;
            for (size_t i = 0; i < criterion->part_count; i++)
                sum += column_value(criterion->parts[i], outcome);
            values[v * result->replications + r] = sum;
        }
    }
}

static int compare_ranked(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;
    if (isnan(x->mean) != isnan(y->mean))
        return isnan(x->mean) ? 1 : -1; /* what has no value comes last */
    if (x->mean != y->mean && !isnan(x->mean))
        return x->mean < y->mean ? -1 : 1;
    return x->policy < y->policy ? -1 : x->policy > y->policy;
}

static void give_places(struct ranked *ranked, size_t count, const struct mix *mixes)
{
    qsort(ranked, count, sizeof *ranked, compare_ranked);
    size_t leader = 0;
    for (size_t i = 0; i < count && !isnan(ranked[i].mean); i++) {
        ranked[i].behind = estimate_mix_paired(&mixes[ranked[i].policy], &mixes[ranked[leader].policy], 0.95);
        if (i > leader && !(ranked[i].behind.interval.low > 0)) {
            ranked[i].rank = ranked[leader].rank;
            ranked[i].is_tied = ranked[leader].is_tied = true;
            continue;
        }
        leader = i;
        ranked[i].rank = (int)i + 1;
    }
}

int ranking_make(const struct study *study, const struct criterion *criterion, size_t version, struct ranked *ranked)
{
    static const double whole = 1;
    size_t policies = study->scenario->setting.policy_count, n = study->result->replications;
    const size_t *versions = version != SIZE_MAX ? &version : criterion->is_mix ? study->parts : study->everyone;
    const double *weights = version != SIZE_MAX ? &whole : criterion->is_mix ? study->weights : study->equal_weights;
    size_t count = version != SIZE_MAX ? 1 : criterion->is_mix ? study->part_count : study->versions;
    size_t room = study_trials(study) * (n > 0 ? n : 1);
    double *values = calloc(policies * room + 1, sizeof *values);
    struct mix *mixes = calloc(policies + 1, sizeof *mixes);
    bool is_short = !values || !mixes;
    for (size_t p = 0; p < policies && !is_short; p++) {
        mixes[p] = (struct mix){.values = values + p * room, .weights = weights, .parts = count, .count = n};
        fill(study, criterion, p, versions, count, values + p * room);
        struct summary mean = estimate_mix_mean(&mixes[p], 0.95);
        ranked[p] = (struct ranked){.policy = p, .mean = mean.mean, .interval = mean.interval};
    }
    if (!is_short)
        give_places(ranked, policies, mixes);
    free(values);
    free(mixes);
    return is_short ? -1 : 0;
}

/* Blast radius against rollout time, cost as area: what one objective costs in the others. */
#include "report/figures/figure.h"

#include <math.h>
#include "report/figures/tradeoff_marks.h"

static const char *const column_names[] = {
    "excess_bad_responses", "deployment_s", "extra_cost", "extra_cost_unit", "is_pareto", "policy", NULL};

/* Over the (mix), or over all new versions alike where there is none. */
static double mean_of(const struct study *study, size_t policy, const struct column *column)
{
    long mix = study_group(study, policy, SIZE_MAX);
    if (mix != GROUP_NONE)
        return study_summary(study, (size_t)mix, column)->figures.mean;
    double sum = 0;
    for (size_t v = 0; v < study->versions; v++)
        sum += study_summary(study, (size_t)study_group(study, policy, study->result->trials[1 + v].version), column)
                   ->figures.mean;
    return sum / (double)study->versions;
}

static const struct column *cost_column(const struct study *study)
{
    const struct column *usd = column_find("extra_cost_usd");
    bool is_known = study->versions > 0 && isfinite(mean_of(study, 0, usd));
    return is_known ? usd : column_find("extra_instance_s");
}

static void figures_of(const struct study *study, size_t policy, double figures[TRADEOFF_OBJECTIVES])
{
    figures[0] = mean_of(study, policy, column_find("excess_bad_responses"));
    figures[1] = mean_of(study, policy, column_find("deployment_s"));
    figures[2] = mean_of(study, policy, cost_column(study));
}

static bool is_dominated(const struct study *study, size_t policy)
{
    double own[TRADEOFF_OBJECTIVES], other[TRADEOFF_OBJECTIVES];
    figures_of(study, policy, own);
    for (size_t p = 0; p < study->scenario->setting.policy_count; p++) {
        figures_of(study, p, other);
        if (tradeoff_beats(other, own))
            return true;
    }
    return false;
}

static void fill(struct dataset *data, const struct figure_source *source)
{
    const struct study *study = source->study;
    for (size_t p = 0; p < study->scenario->setting.policy_count && study->versions > 0; p++) {
        double figures[TRADEOFF_OBJECTIVES];
        figures_of(study, p, figures);
        if (!isfinite(figures[0]) || !isfinite(figures[1]))
            continue;
        for (int i = 0; i < TRADEOFF_OBJECTIVES; i++)
            dataset_number(data, figures[i]);
        dataset_text(data, cost_column(study)->unit[0] == 'U' ? "USD" : "instance-s");
        dataset_text(data, is_dominated(study, p) ? "dominated" : "Pareto");
        dataset_text(data, study->scenario->setting.policies[p].name);
    }
}

static const char spec[] =
    "'width': 560, 'height': 320,"
    " 'encoding': {'x': {'field': 'deployment_s', 'type': 'quantitative', 'title': 'mean rollout time (s)', 'axis': {'tickCount': 6},"
    " 'scale': {'zero': false, 'padding': 40}},"
    " 'y': {'field': 'excess_bad_responses', 'type': 'quantitative', 'title': 'mean excess bad responses'}},"
    " 'layer': [" TRADEOFF_POINTS(
        "700",
        "") ","
            " {'mark': {'type': 'text', 'align': 'center', 'dy': -18, 'limit': 150, 'fontSize': 11, 'style': 'label'},"
            " 'encoding': {'text': {'field': 'policy'}}}]";

static void plot(FILE *to, const struct dataset *data)
{
    fputs(
        "set xlabel 'mean rollout time (s)'\nset ylabel 'mean excess bad responses'\nset offsets graph 0.15, graph 0.15, graph "
        "0.2, graph 0.05\nset key outside top horizontal\n",
        to);
    tradeoff_put_size(to, data, 1.7);
    tradeoff_put_points(to, data, 0, dataset_rows(data), 1.4);
}

const struct figure figure_tradeoff = {
    .name = "tradeoff",
    .title = "Blast radius against rollout time",
    .says =
        "Means of each policy over all versions, by their probability where it is given; the area is the extra cost. Pareto: no "
        "other policy is as good in all three and better in one.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 8.5,
    .height_cm = 7,
};

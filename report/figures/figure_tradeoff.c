/* Blast radius against rollout time, cost as area: what one objective costs in the others. */
#include "report/figures/figure.h"

#include <math.h>
#include "report/figures/gnuplot.h"

static const char *const column_names[] = {
    "excess_bad_responses", "deployment_s", "extra_cost", "extra_cost_unit", "is_pareto", "policy", NULL};

enum { OBJECTIVES = 3 };

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

static void figures_of(const struct study *study, size_t policy, double figures[OBJECTIVES])
{
    figures[0] = mean_of(study, policy, column_find("excess_bad_responses"));
    figures[1] = mean_of(study, policy, column_find("deployment_s"));
    figures[2] = mean_of(study, policy, cost_column(study));
}

/* Another is as good in everything and better in something; by the means. */
static bool is_dominated(const struct study *study, size_t policy)
{
    double own[OBJECTIVES], other[OBJECTIVES];
    figures_of(study, policy, own);
    for (size_t p = 0; p < study->scenario->setting.policy_count; p++) {
        bool is_as_good = true, is_better = false;
        figures_of(study, p, other);
        for (int i = 0; i < OBJECTIVES; i++) {
            is_as_good = is_as_good && other[i] <= own[i];
            is_better = is_better || other[i] < own[i];
        }
        if (is_as_good && is_better)
            return true;
    }
    return false;
}

static void fill(struct dataset *data, const struct figure_source *source)
{
    const struct study *study = source->study;
    for (size_t p = 0; p < study->scenario->setting.policy_count && study->versions > 0; p++) {
        double figures[OBJECTIVES];
        figures_of(study, p, figures);
        if (!isfinite(figures[0]) || !isfinite(figures[1]))
            continue;
        for (int i = 0; i < OBJECTIVES; i++)
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
    " 'layer': [{'mark': {'type': 'point', 'filled': true, 'opacity': 0.75},"
    " 'encoding': {'size': {'field': 'extra_cost', 'type': 'quantitative', 'title': 'extra cost',"
    " 'scale': {'zero': true, 'range': [20, 700]}, 'legend': {'symbolType': 'circle', 'tickCount': 3}},"
    " 'color': {'field': 'is_pareto', 'type': 'nominal', 'title': null, 'legend': {'symbolType': 'circle'},"
    " 'scale': {'domain': ['Pareto', 'dominated'], 'range': ['#009E73', '#8C8C8C']}},"
    " 'shape': {'field': 'is_pareto', 'type': 'nominal', 'title': null, 'legend': {},"
    " 'scale': {'domain': ['Pareto', 'dominated'], 'range': ['circle', 'square']}},"
    " 'tooltip': [{'field': 'policy'}, {'field': 'excess_bad_responses', 'type': 'quantitative', 'format': '.4~g'},"
    " {'field': 'deployment_s', 'type': 'quantitative', 'format': '.4~g'},"
    " {'field': 'extra_cost', 'type': 'quantitative', 'format': '.4~g'}, {'field': 'extra_cost_unit'}, {'field': 'is_pareto'}]}},"
    " {'mark': {'type': 'text', 'align': 'center', 'dy': -18, 'limit': 150, 'fontSize': 11, 'style': 'label'},"
    " 'encoding': {'text': {'field': 'policy'}}}]";

static void plot(FILE *to, const struct dataset *data)
{
    double most = 0;
    for (size_t row = 0; row < dataset_rows(data); row++)
        most = fmax(most, dataset_at(data, row, "extra_cost")->number);
    fputs(
        "set xlabel 'mean rollout time (s)'\nset ylabel 'mean excess bad responses'\nset offsets graph 0.15, graph 0.15, graph "
        "0.2, graph 0.05\nset key outside top horizontal\n",
        to);
    /* Not read from the table, whose texts gnuplot would take for escapes. */
    for (size_t row = 0; row < dataset_rows(data); row++) {
        const double x = dataset_at(data, row, "deployment_s")->number,
                     y = dataset_at(data, row, "excess_bad_responses")->number;
        if (!isfinite(x) || !isfinite(y))
            continue;
        fputs("set label ", to);
        gnuplot_text(to, dataset_at(data, row, "policy")->text);
        fprintf(to, " at %.17g,%.17g center offset 0,1.4\n", x, y);
    }
    fprintf(to, "size(cost) = 0.3 + 1.7 * sqrt(cost / %.17g)\nplot ", most > 0 ? most : 1);
    fputs(
        "data skip 1 using 2:(strcol(5) eq 'Pareto' ? $1 : NaN):(size($3)) with points pointtype 7 pointsize variable linecolor "
        "rgb '#009E73' title 'Pareto (area: extra cost)', \\\n"
        "data skip 1 using 2:(strcol(5) eq 'Pareto' ? NaN : $1):(size($3)) with points pointtype 4 pointsize variable linecolor "
        "rgb '#666666' title 'dominated'\nunset label\n",
        to);
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

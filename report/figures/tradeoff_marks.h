/* What figures of blast radius against rollout time share: who is dominated, and how points are drawn. Their tables begin with the
 * columns excess_bad_responses, deployment_s, extra_cost, extra_cost_unit, is_pareto, policy. */
#ifndef BAKEOFF_REPORT_TRADEOFF_MARKS_H
#define BAKEOFF_REPORT_TRADEOFF_MARKS_H

#include "report/figures/figure.h"

enum { TRADEOFF_OBJECTIVES = 3 }; /* the first three columns: the less the better */

/* Is the other as good in everything and better in something? By the means; NaN is as good as nothing. */
bool tradeoff_beats(const double other[TRADEOFF_OBJECTIVES], const double own[TRADEOFF_OBJECTIVES]);

/* A layer of a spec: a point for each policy, at most so large; MORE: further tooltips, each with a comma behind it. */
#define TRADEOFF_POINTS(LARGEST, MORE) \
    "{'mark': {'type': 'point', 'filled': true, 'opacity': 0.75}," \
    " 'encoding': {'size': {'field': 'extra_cost', 'type': 'quantitative', 'title': 'extra cost'," \
    " 'scale': {'zero': true, 'range': [20, " LARGEST "]}, 'legend': {'symbolType': 'circle', 'tickCount': 3}}," \
    " 'color': {'field': 'is_pareto', 'type': 'nominal', 'title': null, 'legend': {'symbolType': 'circle'}," \
    " 'scale': {'domain': ['Pareto', 'dominated'], 'range': ['#009E73', '#8C8C8C']}}," \
    " 'shape': {'field': 'is_pareto', 'type': 'nominal', 'title': null, 'legend': {}," \
    " 'scale': {'domain': ['Pareto', 'dominated'], 'range': ['circle', 'square']}}," \
    " 'tooltip': [" MORE \
    "{'field': 'policy'}, {'field': 'excess_bad_responses', 'type': 'quantitative', 'format': '.4~g'}," \
    " {'field': 'deployment_s', 'type': 'quantitative', 'format': '.4~g'}," \
    " {'field': 'extra_cost', 'type': 'quantitative', 'format': '.4~g'}, {'field': 'extra_cost_unit'}, {'field': 'is_pareto'}]}}"

/* For gnuplot: how large a point is by its cost, from 0.3 to so much more for the dearest of the table. */
void tradeoff_put_size(FILE *to, const struct dataset *data, double more);

/* For gnuplot: the points of `count` rows, their policies so many lines above them. */
void tradeoff_put_points(FILE *to, const struct dataset *data, size_t first, size_t count, double above);

#endif

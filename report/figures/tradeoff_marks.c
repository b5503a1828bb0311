#include "report/figures/tradeoff_marks.h"

#include <math.h>

#include "report/figures/gnuplot.h"

bool tradeoff_beats(const double other[TRADEOFF_OBJECTIVES], const double own[TRADEOFF_OBJECTIVES])
{
    bool is_as_good = true, is_better = false;
    for (int i = 0; i < TRADEOFF_OBJECTIVES; i++) {
        is_as_good = is_as_good && other[i] <= own[i];
        is_better = is_better || other[i] < own[i];
    }
    return is_as_good && is_better;
}

void tradeoff_put_size(FILE *to, const struct dataset *data, double more)
{
    double most = 0;
    for (size_t row = 0; row < dataset_rows(data); row++)
        most = fmax(most, dataset_at(data, row, "extra_cost")->number);
    fprintf(to, "size(cost) = 0.3 + %g * sqrt(cost / %.17g)\n", more, most > 0 ? most : 1);
}

/* Not read from the table, whose texts gnuplot would take for escapes. */
static void put_label(FILE *to, const struct dataset *data, size_t row, double above)
{
    fputs("set label ", to);
    gnuplot_text(to, dataset_at(data, row, "policy")->text);
    fprintf(to, " at %.17g,%.17g center offset 0,%g\n", dataset_at(data, row, "deployment_s")->number,
            dataset_at(data, row, "excess_bad_responses")->number, above);
}

void tradeoff_put_points(FILE *to, const struct dataset *data, size_t first, size_t count, double above)
{
    for (size_t row = first; row < first + count; row++)
        put_label(to, data, row, above);
    fputs("plot ", to);
    gnuplot_rows(to, first, count);
    fputs(" using 2:(strcol(5) eq 'Pareto' ? $1 : NaN):(size($3)) with points pointtype 7 pointsize variable linecolor "
          "rgb '#009E73' title 'Pareto (area: extra cost)', \\\n",
          to);
    gnuplot_rows(to, first, count);
    fputs(" using 2:(strcol(5) eq 'Pareto' ? NaN : $1):(size($3)) with points pointtype 4 pointsize variable linecolor "
          "rgb '#666666' title 'dominated'\nunset label\n",
          to);
}

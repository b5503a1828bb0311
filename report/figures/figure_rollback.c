/* How soon a fault is rolled back, and how often at all: the empirical distribution of the time to rollback. */
#include "report/figures/figure.h"

#include <math.h>

#include <stdlib.h>

#include "report/figures/gnuplot.h"
#include "report/figures/rollback_curve.h"

static const char *const column_names[] = {"time_to_rollback_s", "share", "version", "policy", NULL};

static size_t sorted_times(const struct study *study, size_t trial, double *times)
{
    const struct replicate_result *result = study->result;
    const struct column *column = column_find("time_to_rollback_s");
    for (uint64_t r = 0; r < result->replications; r++)
        times[r] = column_value(column, &result->rows[r * result->trial_count + trial]);
    return estimate_sort(times, result->replications);
}

static void fill(struct dataset *data, const struct figure_source *source)
{
    const struct study *study = source->study;
    const struct setting *setting = &study->scenario->setting;
    const struct replicate_result *result = study->result;
    double *times = calloc(result->replications + 1, sizeof *times), until = 0;
    bool *is_seen = calloc(setting->version_count + 1, sizeof *is_seen);
    size_t curves = 0;
    data->failed = !times || !is_seen;
    for (size_t t = 1; t < result->trial_count && !data->failed; t++) {
        size_t count = sorted_times(study, t, times), version = result->trials[t].version;
        if (count == 0)
            continue;
        curves += is_seen[version] ? 0 : setting->policy_count;
        is_seen[version] = true;
        until = fmax(until, times[count - 1]);
    }
    for (size_t v = 0; v < study->versions && !data->failed; v++)
        for (size_t p = 0; p < setting->policy_count; p++) {
            size_t trial = 1 + p * study->versions + v, version = result->trials[trial].version;
            if (is_seen[version])
                rollback_curve(data, setting->versions[version].name, setting->policies[p].name, times,
                               sorted_times(study, trial, times), result->replications, rollback_grid(curves), until);
        }
    free(times);
    free(is_seen);
}

static const char spec[] =
    "'facet': {'field': 'version', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null,"
    " 'header': {'labelFontWeight': 'bold', 'labelAnchor': 'start'}}, 'columns': 2,"
    " 'spec': {'width': 330, 'height': 200, 'mark': {'type': 'line', 'interpolate': 'step-after', 'strokeWidth': 2, 'point': 'transparent'},"
    " 'encoding': {'x': {'field': 'time_to_rollback_s', 'type': 'quantitative', 'title': 'time to rollback (s)', 'axis': {'tickCount': 5}},"
    " 'y': {'field': 'share', 'type': 'quantitative', 'title': 'share of trials', 'scale': {'domain': [0, 1]}, 'axis': {'format': '.0%'}},"
    " 'color': {'field': 'policy', 'type': 'nominal', 'sort': null, 'title': 'policy', 'legend': {'symbolType': 'stroke', 'symbolSize': 500}},"
    " 'strokeDash': {'field': 'policy', 'type': 'nominal', 'sort': null, 'title': 'policy',"
    " 'scale': {'range': [[1, 0], [8, 4], [2, 3], [10, 3, 2, 3], [14, 4]]}},"
    " 'tooltip': [{'field': 'policy'}, {'field': 'version'}, {'field': 'time_to_rollback_s', 'type': 'quantitative', 'format': '.4~g'},"
    " {'field': 'share', 'type': 'quantitative', 'format': '.1%'}]}}";

static void plot(FILE *to, const struct dataset *data)
{
    size_t rows = dataset_rows(data), panels = dataset_runs(data, "version");
    fprintf(to,
            "set multiplot layout %zu,2\nset yrange [0:1.02]\nset xrange [0:*]\nset xlabel 'time to rollback (s)'\n"
            "set ylabel 'share of trials'\nset key bottom right samplen 2\n",
            (panels + 1) / 2);
    for (size_t row = 0; row < rows;) {
        size_t until = row + dataset_run(data, row, "version", NULL);
        fputs("set title ", to);
        gnuplot_text(to, dataset_at(data, row, "version")->text);
        fputs("\nplot ", to);
        for (size_t curve = 0; row < until; curve++) {
            size_t count = dataset_run(data, row, "version", "policy");
            gnuplot_rows(to, row, count);
            fputs(" using 1:2 with steps ", to);
            gnuplot_style(to, curve);
            fputs(" title ", to);
            gnuplot_text(to, dataset_at(data, row, "policy")->text);
            row += count;
            fputs(row < until ? ", \\\n" : "\n", to);
        }
    }
    fputs("unset multiplot\n", to);
}

const struct figure figure_rollback = {
    .name = "rollback",
    .title = "Time to rollback",
    .says =
        "Share of all trials that were rolled back within a time after the first bad response. A curve that ends below 100 % "
        "missed the fault in the rest. Versions that nobody rolled back have no panel.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 17.5,
    .height_cm = 9,
};

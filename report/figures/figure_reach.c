/* What each alarm can see of each version, before any simulation: lint's reachability matrix. */
#include "report/figures/figure.h"

#include <math.h>

#include "report/figures/gnuplot.h"

static const char *const column_names[] = {"p_trip", "label", "method", "policy", "watch", "version", NULL};

static void put(struct dataset *data, const struct lint_report *lint, const struct reach *row, const char *version,
                double p, const struct reach_way *way)
{
    char phase[64], watch[1024], label[32];
    snprintf(watch, sizeof watch, "%s / %s", lint->setting->alarms[row->alarm].name,
             phase_name(phase, sizeof phase, row->phase, row->phase_index));
    snprintf(label, sizeof label, isnan(p) ? "?" : p > 0 && p < 0.0005 ? "< 0.1 %%" : "%.3g %%", 100 * p);
    dataset_number(data, p);
    dataset_text(data, label);
    dataset_text(data, reach_method_names[way->method]);
    dataset_text(data, lint->setting->policies[row->policy].name);
    dataset_text(data, watch);
    dataset_text(data, version);
}

static void fill(struct dataset *data, const struct figure_source *source)
{
    const struct lint_report *lint = source->lint;
    for (size_t i = 0; lint && i < lint->reach.count; i++) {
        const struct reach *row = &lint->reach.rows[i];
        const struct setting *setting = lint->setting;
        put(data, lint, row, "(a good one)", row->p_false_trip, &row->ways[setting->version_count]);
        for (size_t v = 0; v < setting->version_count && lint->has_versions; v++)
            if (v != setting->current)
                put(data, lint, row, setting->versions[v].name, row->p_trip[v], &row->ways[v]);
    }
}

static const char spec[] =
    "'facet': {'row': {'field': 'policy', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null,"
    " 'header': {'labelFontWeight': 'bold', 'labelOrient': 'top', 'labelAnchor': 'start'}}},"
    " 'resolve': {'scale': {'y': 'independent'}},"
    " 'spec': {'width': 480, 'height': {'step': 20},"
    " 'encoding': {'y': {'field': 'watch', 'type': 'nominal', 'sort': null, 'title': null, 'axis': {'labelLimit': 240}},"
    " 'x': {'field': 'version', 'type': 'nominal', 'sort': null, 'title': null, 'axis': {'labelAngle': -25, 'labelLimit': 110}},"
    " 'tooltip': [{'field': 'policy'}, {'field': 'watch'}, {'field': 'version'}, {'field': 'label', 'title': 'has tripped by then'},"
    " {'field': 'method'}]},"
    " 'layer': [{'mark': {'type': 'rect', 'stroke': '#8C8C8C', 'strokeWidth': 0.3}, 'encoding': {'color': {'field': 'p_trip', 'type': 'quantitative',"
    " 'title': 'P(it has tripped)', 'scale': {'scheme': 'cividis', 'domain': [0, 1]}, 'legend': {'format': '.0%'}}}},"
    " {'transform': [{'filter': 'isValid(datum.p_trip)'}], 'mark': {'type': 'text', 'fontSize': 10},"
    " 'encoding': {'text': {'field': 'label'}, 'color': {'condition': {'test': 'datum.p_trip > 0.5', 'value': 'black'},"
    " 'value': 'white'}}},"
    " {'transform': [{'filter': '!isValid(datum.p_trip)'}], 'mark': {'type': 'text', 'fontSize': 10, 'style': 'label'},"
    " 'encoding': {'text': {'field': 'label'}}}]}";

static size_t put_tics(FILE *to, const struct dataset *data, size_t first, size_t count, size_t step,
                       const char *column)
{
    size_t place = 0;
    for (size_t row = first; row < first + count; row += step) {
        gnuplot_tic(to, dataset_at(data, row, column)->text, place++);
    }
    return place;
}

static void plot(FILE *to, const struct dataset *data)
{
    size_t rows = dataset_rows(data), panels = dataset_runs(data, "policy"),
           versions = dataset_run(data, 0, "policy", "watch");
    fprintf(
        to,
        "set multiplot layout %zu,1\nset lmargin 34\nunset key\nunset grid\nset palette defined (0 '#00224E', 0.5 '#7D7C78', 1 '#FEE838')\nset cbrange [0:1]\nset format cb '%%.1f'\n"
        "set xtics (",
        panels);
    put_tics(to, data, 0, versions, 1, "version");
    fprintf(to, ")\nset xrange [-0.5:%g]\n", (double)versions - 0.5);
    for (size_t row = 0; row < rows;) {
        size_t count = dataset_run(data, row, "policy", NULL);
        fputs("set title ", to);
        gnuplot_text(to, dataset_at(data, row, "policy")->text);
        fputs("\nset ytics (", to);
        size_t watches = put_tics(to, data, row, count, versions, "watch");
        fprintf(to, ")\nset yrange [%g:-0.5]\nplot ", (double)watches - 0.5);
        gnuplot_rows(to, row, count);
        fprintf(to, " using (int($0)%%%zu):(int($0)/%zu):1 with image pixels, \\\n", versions, versions);
        gnuplot_rows(to, row, count);
        fprintf(to,
                " using (int($0)%%%zu):(column(1) > 0.5 ? int($0)/%zu : NaN):2 with labels textcolor rgb 'black', \\\n",
                versions, versions);
        gnuplot_rows(to, row, count);
        fprintf(to, " using (int($0)%%%zu):(column(1) > 0.5 ? NaN : int($0)/%zu):2 with labels textcolor rgb 'white'\n",
                versions, versions);
        row += count;
    }
    fputs("unset multiplot\n", to);
}

const struct figure figure_reach = {
    .name = "reachability",
    .title = "What the alarms can see",
    .says =
        "Probability that an alarm by itself has tripped a deployment by the end of a bake, foretold by lint without simulation: a "
        "row for each alarm and bake, a column for each version. ? stands where only simulation can tell.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 17.5,
    .height_cm = 14,
};

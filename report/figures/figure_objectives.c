/* Dots and intervals: every policy and version, one panel an objective. */
#include "report/figures/figure.h"

#include <math.h>
#include "report/figures/gnuplot.h"

static const char *const column_names[] = {"mean", "low", "high", "objective", "version", "policy", NULL};

/* The headline figures with an interval, and what the deployment costs beyond the old fleet. */
static bool is_objective(const struct study *study, const struct column *column)
{
    const struct headline *headline = &column->headline;
    bool is_cost = column == column_find("extra_cost_usd") || column == column_find("extra_instance_s");
    if (headline->place == 0 || (!headline->has_interval && !is_cost))
        return false;
    size_t seen = 0;
    for (size_t g = 0; g < study->group_count; g++)
        seen += study->groups[g].policy != SIZE_MAX && study_summary(study, g, column)->figures.n > 0;
    bool is_priced = false;
    for (size_t g = 0; g < study->group_count; g++)
        is_priced |= study->groups[g].policy != SIZE_MAX &&
                     study_summary(study, g, column_find("extra_cost_usd"))->figures.n > 0;
    return seen > 0 && !(column == column_find("extra_instance_s") && is_priced);
}

static void fill(struct dataset *data, const struct figure_source *source)
{
    const struct study *study = source->study;
    char title[128];
    for (size_t c = 0; c < column_count; c++) {
        if (columns[c].kind == COLUMN_TEXT || !is_objective(study, &columns[c]))
            continue;
        if (columns[c].format == FORMAT_INSTANCE_SECONDS) /* its title promises hours */
            snprintf(title, sizeof title, "%s", columns[c].name);
        else
            snprintf(title, sizeof title, "%s (%s)", columns[c].headline.title, columns[c].name);
        for (size_t v = 0; v <= study->versions; v++) {
            size_t version = v < study->versions ? study->result->trials[1 + v].version : SIZE_MAX;
            for (size_t p = 0; p < study->scenario->setting.policy_count; p++) {
                long group = study_group(study, p, version);
                if (group == GROUP_NONE)
                    continue;
                const struct summary *figures = &study_summary(study, (size_t)group, &columns[c])->figures;
                dataset_number(data, figures->n > 0 ? figures->mean : NAN);
                dataset_number(data, figures->n > 0 ? figures->interval.low : NAN);
                dataset_number(data, figures->n > 0 ? figures->interval.high : NAN);
                dataset_text(data, title);
                dataset_text(data, group_version(study, &study->groups[group]));
                dataset_text(data, group_policy(study, &study->groups[group]));
            }
        }
    }
}

static const char spec[] =
    "'facet': {'field': 'objective', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null, 'header': "
    "{'labelFontWeight': 'bold', 'labelAnchor': 'start'}}, 'columns': 3, 'resolve': {'scale': {'x': "
    "'independent'}}, 'spec': {'width': 220, 'height': {'step': 9, 'for': 'offset'}, 'encoding': {'y': "
    "{'field': 'policy', 'type': 'nominal', 'sort': null, 'title': null}, 'yOffset': {'field': 'version', "
    "'type': 'nominal', 'sort': null}, 'tooltip': [{'field': 'policy'}, {'field': 'version'}, {'field': "
    "'mean', 'type': 'quantitative', 'format': '.4~g'}, {'field': 'low', 'type': 'quantitative', 'format': "
    "'.4~g', 'title': '95 % from'}, {'field': 'high', 'type': 'quantitative', 'format': '.4~g', 'title': '95 "
    "% to'}]}, 'layer': [{'transform': [{'filter': 'isValid(datum.low) && isValid(datum.high)'}], 'mark': "
    "{'type': 'rule', 'strokeWidth': 2}, 'encoding': {'color': {'field': 'version', 'type': 'nominal', "
    "'sort': null, 'title': 'version'}, 'x': {'field': 'low', 'type': 'quantitative', 'title': null, 'axis': "
    "{'tickCount': 4, 'format': ',~r'}}, 'x2': {'field': 'high'}}}, {'mark': {'type': 'point', 'filled': true, "
    "'size': 45, 'opacity': 1}, 'encoding': {'color': {'field': 'version', 'type': 'nominal', 'sort': null, "
    "'title': 'version'}, 'x': {'field': 'mean', 'type': 'quantitative', 'title': null}, 'shape': {'field': "
    "'version', 'type': 'nominal', 'sort': null, 'title': 'version'}}}]}";

/* Between four and ten tics up to `most`, at round numbers. */
static double tic_step(double most)
{
    double power = most > 0 ? pow(10, floor(log10(most))) : 1, times = most / power;
    return times > 8 ? 2 * power : times > 4 ? power : times > 2 ? power / 2 : power / 4;
}

/* Panels two abreast; a line for each policy, the versions a little apart. */
static void plot(FILE *to, const struct dataset *data)
{
    size_t rows = dataset_rows(data), panels = dataset_runs(data, "objective");
    size_t policies = dataset_run(data, 0, "objective", "version"),
           versions = dataset_run(data, 0, "objective", NULL) / policies;
    fprintf(to, "set multiplot layout %zu,2\nset yrange [%g:-0.5]\nunset key\nset bars 0\nset ytics (",
            (panels + 2) / 2, (double)policies - 0.5);
    for (size_t p = 0; p < policies; p++) {
        gnuplot_tic(to, dataset_at(data, p, "policy")->text, p);
    }
    fputs(")\nset format x '%g'\n", to);
    for (size_t row = 0; row < rows; row += policies * versions) {
        fputs("set title ", to);
        gnuplot_text(to, dataset_at(data, row, "objective")->text);
        double least = 0, most = 0; /* gnuplot would fit the axis to the means and cut their intervals */
        for (size_t i = row; i < row + policies * versions; i++) {
            least = fmin(least, fmin(dataset_at(data, i, "mean")->number, dataset_at(data, i, "low")->number));
            most = fmax(most, fmax(dataset_at(data, i, "mean")->number, dataset_at(data, i, "high")->number));
        }
        fprintf(to, "\nset xrange [%.17g:%.17g]\nset xtics %.17g\nplot ", least, most > least ? most : least + 1,
                tic_step(most - least));
        for (size_t v = 0; v < versions; v++) {
            double offset = ((double)v - ((double)versions - 1) / 2) * 0.7 / (double)versions;
            gnuplot_rows(to, row + v * policies, policies);
            fprintf(to, " using 1:($0+%g):2:3 with xerrorbars pointtype %zu pointsize 0.4 ", offset, 5 + 2 * v);
            gnuplot_colour(to, v);
            fputs(" notitle", to);
            fputs(v + 1 < versions ? ", \\\n" : "\n", to);
        }
    }
    /* A panel of its own says which is which. */
    fputs(
        "unset title; unset tics; unset border; unset grid; set key center center\nset xrange [0:1]; set yrange [0:1]\nplot ",
        to);
    for (size_t v = 0; v < versions; v++) {
        fprintf(to, "NaN with points pointtype %zu ", 5 + 2 * v);
        gnuplot_colour(to, v);
        fputs(" title ", to);
        gnuplot_text(to, dataset_at(data, v * policies, "version")->text);
        fputs(v + 1 < versions ? ", \\\n" : "\n", to);
    }
    fputs("unset multiplot\nset border 3; set tics; set grid; set yrange [*:*]\n", to);
}

const struct figure figure_objectives = {
    .name = "objectives",
    .title = "Every objective",
    .says =
        "Means with 95 % intervals of each policy, version by version; one panel an objective, in the unit of its column.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 17.5,
    .height_cm = 16,
};

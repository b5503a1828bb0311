/* Gates: what was observed, with its interval, against each limit. */
#include "report/figures/figure.h"

#include <math.h>

#include "report/figures/gnuplot.h"

static const char *const column_names[] = {"value", "low", "high", "limit", "gate", "subject", "result", NULL};

static void fill(struct dataset *data, const struct figure_source *source)
{
    char text[1024];
    for (size_t i = 0; i < source->gate_count; i++) {
        const struct gate_row *row = &source->gates[i];
        const struct group *group = &source->study->groups[row->group];
        dataset_number(data, row->value);
        dataset_number(data, row->interval.low);
        dataset_number(data, row->interval.high);
        dataset_number(data, row->gate->limit);
        bool is_proportion = row->column->kind == COLUMN_PROPORTION;
        snprintf(text, sizeof text, "%s%s%s at %s %.6g", is_proportion ? "" : row->gate->statistic,
                 is_proportion ? "" : " ", row->column->name, row->gate->has_max ? "most" : "least", row->gate->limit);
        dataset_text(data, text);
        snprintf(text, sizeof text, "%s / %s", group_policy(source->study, group), group_version(source->study, group));
        dataset_text(data, text);
        dataset_text(data, gate_result_names[row->result]);
    }
}

static const char spec[] =
    "'facet': {'field': 'gate', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null,"
    " 'header': {'labelFontWeight': 'bold', 'labelAnchor': 'start'}}, 'columns': 2,"
    " 'resolve': {'scale': {'x': 'independent', 'y': 'independent'}},"
    " 'spec': {'width': 260, 'height': {'step': 18},"
    " 'encoding': {'y': {'field': 'subject', 'type': 'nominal', 'sort': null, 'title': null},"
    " 'color': {'field': 'result', 'type': 'nominal', 'title': null, 'scale': {'domain': ['pass', 'fail', 'undecided'],"
    " 'range': ['#009E73', '#D55E00', '#E69F00']}},"
    " 'tooltip': [{'field': 'gate'}, {'field': 'subject'}, {'field': 'result'}, {'field': 'value', 'type': 'quantitative', 'format': '.4~g'},"
    " {'field': 'low', 'type': 'quantitative', 'format': '.4~g'}, {'field': 'high', 'type': 'quantitative', 'format': '.4~g'}]},"
    " 'layer': [{'mark': {'type': 'tick', 'thickness': 2, 'color': '#8C8C8C', 'size': 18},"
    " 'encoding': {'x': {'field': 'limit', 'type': 'quantitative', 'title': null, 'axis': {'tickCount': 4}},"
    " 'color': {'value': '#8C8C8C'}}},"
    " {'transform': [{'filter': 'isValid(datum.low) && isValid(datum.high)'}], 'mark': {'type': 'rule', 'strokeWidth': 2},"
    " 'encoding': {'x': {'field': 'low', 'type': 'quantitative', 'title': null}, 'x2': {'field': 'high'}}},"
    " {'mark': {'type': 'point', 'filled': true, 'size': 60, 'opacity': 1},"
    " 'encoding': {'x': {'field': 'value', 'type': 'quantitative', 'title': null},"
    " 'shape': {'field': 'result', 'type': 'nominal', 'title': null, 'scale': {'domain': ['pass', 'fail', 'undecided'],"
    " 'range': ['circle', 'cross', 'diamond']}}}}]}";

static void plot(FILE *to, const struct dataset *data)
{
    size_t rows = dataset_rows(data), panels = dataset_runs(data, "gate");
    fprintf(to, "set multiplot layout %zu,2\nset bars 0\nunset key\n", (panels + 1) / 2);
    for (size_t row = 0; row < rows;) {
        size_t count = dataset_run(data, row, "gate", NULL);
        fputs("set title ", to);
        gnuplot_text(to, dataset_at(data, row, "gate")->text);
        fprintf(to, "\nset yrange [%g:-0.6]\nset ytics (", (double)count - 0.4);
        for (size_t i = 0; i < count; i++) {
            gnuplot_tic(to, dataset_at(data, row + i, "subject")->text, i);
        }
        fputs(")\nplot ", to);
        gnuplot_rows(to, row, count);
        fputs(" using 4:0 with points pointtype 3 pointsize 0.6 linecolor rgb '#888888', \\\n", to);
        gnuplot_rows(to, row, count);
        fputs(" using 1:0:2:3 with xerrorbars pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'\n", to);
        row += count;
    }
    fputs("unset multiplot\n", to);
}

const struct figure figure_gates = {
    .name = "gates",
    .title = "Gates",
    .says =
        "What was observed, with its 95 % interval, against the limit (grey). A gate is undecided where the interval straddles it.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 17.5,
    .height_cm = 10,
};

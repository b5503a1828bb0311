/* Blast radius against rollout time, cost as area, a panel for each scenario: what each policy's worst version does to requests, and
 * what it takes to be spared that. */
#include <math.h>
#include <string.h>

#include "report/figures/gnuplot.h"
#include "report/figures/tradeoff_marks.h"
#include "report/stored/figure_sheet.h"

enum { MOST_PANELS = 12, ABREAST = 2 };
static const char *const column_names[] = {
    "excess_bad_responses", "deployment_s", "extra_cost", "extra_cost_unit", "is_pareto", "policy", "scenario", NULL};

/* Where a sheet has what is drawn. */
struct drawing {
    const struct sheet *sheet;
    size_t scenario, policy, figures[TRADEOFF_OBJECTIVES];
    const char *unit; /* of the cost */
};

static const struct sheet_cell *cell_of(const struct drawing *drawing, size_t row, size_t column)
{
    return &drawing->sheet->cells[row * drawing->sheet->column_count + column];
}

static bool is_drawn(const struct drawing *drawing, size_t row)
{
    return isfinite(cell_of(drawing, row, drawing->figures[0])->value) &&
           isfinite(cell_of(drawing, row, drawing->figures[1])->value);
}

/* In money where all policies have a price, else in time. False: the sheet tells something else. */
static bool find_drawing(struct drawing *drawing, const struct sheet *sheet)
{
    *drawing = (struct drawing){.sheet = sheet,
                                .scenario = sheet_find(sheet, "scenario"),
                                .policy = sheet_find(sheet, "policy"),
                                .figures = {sheet_find(sheet, "excess_bad_responses"),
                                            sheet_find(sheet, "deployment_s"), sheet_find(sheet, "extra_cost_usd")},
                                .unit = "USD"};
    size_t instances = sheet_find(sheet, "extra_instance_s");
    if (drawing->scenario == SIZE_MAX || drawing->policy == SIZE_MAX || drawing->figures[0] == SIZE_MAX ||
        drawing->figures[1] == SIZE_MAX || drawing->figures[2] == SIZE_MAX || instances == SIZE_MAX ||
        sheet_find(sheet, "version") != SIZE_MAX)
        return false;
    for (size_t row = 0; row < sheet->row_count; row++)
        if (is_drawn(drawing, row) && !isfinite(cell_of(drawing, row, drawing->figures[2])->value)) {
            drawing->figures[2] = instances;
            drawing->unit = "instance-s";
        }
    return true;
}

static bool are_together(const struct drawing *drawing, size_t a, size_t b)
{
    return strcmp(cell_of(drawing, a, drawing->scenario)->text, cell_of(drawing, b, drawing->scenario)->text) == 0;
}

static void figures_of(const struct drawing *drawing, size_t row, double figures[TRADEOFF_OBJECTIVES])
{
    for (int i = 0; i < TRADEOFF_OBJECTIVES; i++)
        figures[i] = cell_of(drawing, row, drawing->figures[i])->value;
}

static bool is_dominated(const struct drawing *drawing, size_t row)
{
    double own[TRADEOFF_OBJECTIVES], its[TRADEOFF_OBJECTIVES];
    figures_of(drawing, row, own);
    for (size_t other = 0; other < drawing->sheet->row_count; other++) {
        figures_of(drawing, other, its);
        if (are_together(drawing, row, other) && is_drawn(drawing, other) && tradeoff_beats(its, own))
            return true;
    }
    return false;
}

static void fill_panel(struct dataset *data, const struct drawing *drawing, size_t first)
{
    for (size_t row = first; row < drawing->sheet->row_count; row++) {
        if (!are_together(drawing, first, row) || !is_drawn(drawing, row))
            continue;
        for (int i = 0; i < TRADEOFF_OBJECTIVES; i++)
            dataset_number(data, cell_of(drawing, row, drawing->figures[i])->value);
        dataset_text(data, drawing->unit);
        dataset_text(data, is_dominated(drawing, row) ? "dominated" : "Pareto");
        dataset_text(data, cell_of(drawing, row, drawing->policy)->text);
        dataset_text(data, cell_of(drawing, row, drawing->scenario)->text);
    }
}

static void fill(struct dataset *data, const struct stored_source *source)
{
    const struct sheet *sheet = source->sheet;
    struct drawing drawing;
    size_t panels = 0;
    dataset_begin(data, column_names);
    if (!find_drawing(&drawing, sheet))
        return;
    for (size_t row = 0; row < sheet->row_count && panels < MOST_PANELS; row++) {
        bool is_told = false;
        for (size_t before = 0; before < row && !is_told; before++)
            is_told = are_together(&drawing, before, row);
        if (is_told)
            continue;
        size_t rows = dataset_rows(data);
        fill_panel(data, &drawing, row);
        panels += dataset_rows(data) > rows;
    }
}

static const char spec[] =
    "'facet': {'field': 'scenario', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null,"
    " 'header': {'labelFontWeight': 'bold', 'labelAnchor': 'start'}}, 'columns': 2,"
    " 'resolve': {'scale': {'x': 'independent', 'y': 'independent'}},"
    " 'spec': {'width': 260, 'height': 190,"
    " 'encoding': {'x': {'field': 'deployment_s', 'type': 'quantitative', 'title': 'mean rollout time (s)', 'axis': {'tickCount': 4},"
    " 'scale': {'zero': false, 'padding': 40}},"
    " 'y': {'field': 'excess_bad_responses', 'type': 'quantitative', 'title': 'worst excess bad', 'axis': {'tickCount': 4}}},"
    " 'layer': [" TRADEOFF_POINTS(
        "500",
        "{'field': 'scenario'}, ") ","
                                   " {'mark': {'type': 'text', 'align': 'center', 'dy': -15, 'limit': 130, 'fontSize': 10, 'style': 'label'},"
                                   " 'encoding': {'text': {'field': 'policy'}}}]}";

static void plot(FILE *to, const struct dataset *data)
{
    fprintf(
        to,
        "set multiplot layout %zu,%d\nset xlabel 'mean rollout time (s)'\nset ylabel 'worst excess bad'\nunset key\n"
        "set offsets graph 0.2, graph 0.2, graph 0.25, graph 0.05\n",
        (dataset_runs(data, "scenario") + ABREAST - 1) / ABREAST, ABREAST);
    tradeoff_put_size(to, data, 1.2);
    for (size_t row = 0; row < dataset_rows(data);) {
        size_t count = dataset_run(data, row, "scenario", NULL);
        double least = 0;
        for (size_t i = row; i < row + count; i++)
            least = fmin(least, dataset_at(data, i, "excess_bad_responses")->number);
        fputs("set title ", to);
        gnuplot_text(to, dataset_at(data, row, "scenario")->text);
        fprintf(to, "\nset yrange [%.17g:*]\n", least);
        tradeoff_put_points(to, data, row, count, 1.2);
        row += count;
    }
    fputs("unset multiplot\n", to);
}

static struct figure make(const struct dataset *data)
{
    size_t lines = (dataset_runs(data, "scenario") + ABREAST - 1) / ABREAST;
    return (struct figure){
        .name = figure_tradeoffs.name,
        .title = "Blast radius against rollout time",
        .says =
            "Each policy's excess bad responses with the version that is worst for it, against its mean rollout time; the area is "
            "the extra cost. Pareto: no other policy of the scenario is as good in all three and better in one. Of many "
            "scenarios the first 12: --scenario and --sort choose.",
        .columns = column_names,
        .spec = spec,
        .plot = plot,
        .width_cm = 17.5,
        .height_cm = (double)lines * 6,
    };
}

const struct sheet_figure figure_tradeoffs = {"tradeoff", fill, make};

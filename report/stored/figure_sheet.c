#include "report/stored/figure_sheet.h"

#include <math.h>
#include <string.h>

#include "report/figures/gnuplot.h"

enum { MOST_LINES = 40, LABEL_SIZE = 1024, ABREAST = 2 };
static const char *const column_names[] = {"value", "low", "high", "figure", "row", NULL};

/* What the row is about: its scenario, policy and version. */
static void label_of(char label[LABEL_SIZE], const struct sheet *sheet, size_t row)
{
    static const char *const parts[] = {"scenario", "policy", "version"};
    size_t length = 0;
    label[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        size_t column = sheet_find(sheet, parts[i]);
        const char *text = column == SIZE_MAX ? "" : sheet->cells[row * sheet->column_count + column].text;
        if (text && text[0] != '\0' && length < LABEL_SIZE)
            length += (size_t)snprintf(label + length, LABEL_SIZE - length, "%s%s", length > 0 ? " / " : "", text);
    }
}

/* Lines of one panel; `metric` NULL: of every row, else of those that tell this figure. */
static void fill_panel(struct dataset *data, const struct sheet *sheet, size_t column, const char *metric)
{
    char label[LABEL_SIZE], title[LABEL_SIZE];
    const struct sheet_column *c = &sheet->columns[column];
    size_t which = sheet_find(sheet, "metric"), lines = 0;
    if (!metric && strstr(c->title, "inst-h")) /* the values are in seconds */
        snprintf(title, sizeof title, "%s", c->name);
    else
        snprintf(title, sizeof title, "%s (%s)", c->title, metric ? metric : c->name);
    for (size_t row = 0; row < sheet->row_count && lines < MOST_LINES; row++) {
        const struct sheet_cell *cells = &sheet->cells[row * sheet->column_count], *cell = &cells[column];
        if (!isfinite(cell->value) || sheet->is_noise[row] || (metric && strcmp(cells[which].text, metric) != 0))
            continue;
        lines++;
        label_of(label, sheet, row);
        dataset_number(data, cell->value);
        dataset_number(data, cell->interval.low);
        dataset_number(data, cell->interval.high);
        dataset_text(data, title);
        dataset_text(data, label);
    }
}

static bool is_told_before(const struct sheet *sheet, size_t column, size_t row)
{
    const char *text = sheet->cells[row * sheet->column_count + column].text;
    for (size_t i = 0; i < row; i++)
        if (strcmp(sheet->cells[i * sheet->column_count + column].text, text) == 0)
            return true;
    return false;
}

static void fill(struct dataset *data, const struct stored_source *source)
{
    const struct sheet *sheet = source->sheet;
    size_t metric = sheet_find(sheet, "metric"), difference = sheet_find(sheet, "difference");
    dataset_begin(data, column_names);
    for (size_t c = 0; c < sheet->column_count && metric == SIZE_MAX; c++)
        if (sheet->columns[c].kind == SHEET_INTERVAL && sheet->columns[c].until >= 0 && sheet_is_seen(sheet, c))
            fill_panel(data, sheet, c, NULL);
    for (size_t row = 0; row < sheet->row_count && metric != SIZE_MAX && difference != SIZE_MAX; row++)
        if (!is_told_before(sheet, metric, row))
            fill_panel(data, sheet, difference, sheet->cells[row * sheet->column_count + metric].text);
}

static const char spec[] =
    "'facet': {'field': 'figure', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null,"
    " 'header': {'labelFontWeight': 'bold', 'labelAnchor': 'start'}}, 'columns': 2,"
    " 'resolve': {'scale': {'x': 'independent', 'y': 'independent'}},"
    " 'spec': {'width': 260, 'height': {'step': 18},"
    " 'encoding': {'y': {'field': 'row', 'type': 'nominal', 'sort': null, 'title': null},"
    " 'tooltip': [{'field': 'row'}, {'field': 'value', 'type': 'quantitative', 'format': '.4~g'},"
    " {'field': 'low', 'type': 'quantitative', 'format': '.4~g', 'title': '95 % from'},"
    " {'field': 'high', 'type': 'quantitative', 'format': '.4~g', 'title': '95 % to'}]},"
    " 'layer': [{'transform': [{'filter': 'isValid(datum.low) && isValid(datum.high)'}],"
    " 'mark': {'type': 'rule', 'strokeWidth': 2, 'color': '#0072B2'},"
    " 'encoding': {'x': {'field': 'low', 'type': 'quantitative', 'title': null,"
    " 'axis': {'tickCount': 4, 'format': ',~r'}}, 'x2': {'field': 'high'}}},"
    " {'mark': {'type': 'point', 'filled': true, 'size': 50, 'opacity': 1, 'color': '#0072B2'},"
    " 'encoding': {'x': {'field': 'value', 'type': 'quantitative', 'title': null}}}]}";

static void plot(FILE *to, const struct dataset *data)
{
    fprintf(to, "set multiplot layout %zu,%d\nset bars 0\nunset key\n",
            (dataset_runs(data, "figure") + ABREAST - 1) / ABREAST, ABREAST);
    for (size_t row = 0; row < dataset_rows(data);) {
        size_t count = dataset_run(data, row, "figure", NULL);
        fputs("set title ", to);
        gnuplot_text(to, dataset_at(data, row, "figure")->text);
        fprintf(to, "\nset yrange [%g:-0.6]\nset ytics (", (double)count - 0.4);
        for (size_t i = 0; i < count; i++)
            gnuplot_tic(to, dataset_at(data, row + i, "row")->text, i);
        fputs(")\nplot ", to);
        gnuplot_rows(to, row, count);
        fputs(" using 1:0:2:3 with xerrorbars pointtype 7 pointsize 0.4 linecolor rgb '#0072B2'\n", to);
        row += count;
    }
    fputs("unset multiplot\n", to);
}

static struct figure make(const struct dataset *data)
{
    size_t tallest = 0;
    for (size_t row = 0, count; row < dataset_rows(data); row += count) {
        count = dataset_run(data, row, "figure", NULL);
        tallest = count > tallest ? count : tallest;
    }
    size_t lines = (dataset_runs(data, "figure") + ABREAST - 1) / ABREAST;
    return (struct figure){
        .name = figure_intervals.name,
        .title = "Figure by figure",
        .says =
            "Each figure of the table with its 95 % interval, in the order of the table; of long tables the first 40 rows: --sort chooses.",
        .columns = column_names,
        .spec = spec,
        .plot = plot,
        .width_cm = 17.5,
        .height_cm = (double)lines * (1.8 + 0.45 * (double)tallest),
    };
}

const struct sheet_figure figure_intervals = {"stored", fill, make};

const struct sheet_figure *const sheet_figures[] = {&figure_intervals, &figure_tradeoffs, &figure_rollbacks};
const size_t sheet_figure_count = sizeof sheet_figures / sizeof *sheet_figures;

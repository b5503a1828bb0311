/* Where the time to rollback went, link by link, in one replication of each policy. */
#include "report/figures/figure.h"

#include <string.h>

#include "report/figures/gnuplot.h"
#include "report/story/waterfall.h"

static const char *const column_names[] = {"from_s", "until_s", "seconds", "replication",
                                           "policy", "link",    "version", NULL};

static void fill(struct dataset *data, const struct figure_source *source)
{
    for (size_t e = 0; source->episodes && e < source->episodes->count; e++) {
        const struct told *told = &source->episodes->told[e];
        struct waterfall waterfall = waterfall_find(told);
        for (int i = 0; i < waterfall.count; i++) {
            const struct waterfall_piece *piece = &waterfall.pieces[i];
            dataset_number(data, piece->from_s - told->outcome->first_bad_s);
            dataset_number(data, piece->until_s - told->outcome->first_bad_s);
            dataset_number(data, piece->until_s - piece->from_s);
            dataset_number(data, (double)told->replication);
            dataset_text(data, told_policy(told)->name);
            dataset_text(data, piece->name);
            dataset_text(data, told_version(told, GREEN)->name);
        }
    }
}

static const char spec[] =
    "'width': 620, 'height': {'step': 30}, 'mark': {'type': 'bar', 'stroke': 'white', 'strokeWidth': 0.5},"
    " 'encoding': {'y': {'field': 'policy', 'type': 'nominal', 'sort': null, 'title': null},"
    " 'x': {'field': 'from_s', 'type': 'quantitative', 'title': 'after the first bad response (s)'}, 'x2': {'field': 'until_s'},"
    " 'color': {'field': 'link', 'type': 'nominal', 'sort': null, 'title': 'until', 'legend': {'columns': 3, 'symbolType': 'square'},"
    " 'scale': {'domain': ['breaching bucket closed', 'metric visible', 'M of N reached', 'alarm evaluated', 'guardrail polled',"
    " 'launch failed', 'old instances relaunched', 'routing settled', 'last request was earlier'],"
    " 'range': ['#0072B2', '#56B4E9', '#CC79A7', '#E69F00', '#F0E442', '#8C8C8C', '#009E73', '#D55E00', '#C9C9C9']}},"
    " 'tooltip': [{'field': 'policy'}, {'field': 'link', 'title': 'until'}, {'field': 'seconds', 'type': 'quantitative', 'format': '.1f'},"
    " {'field': 'version'}, {'field': 'replication'}]}";

/* Colours by what ends a piece; they differ in brightness too, and the pieces come in this order. */
static void plot(FILE *to, const struct dataset *data)
{
    static const struct {
        const char *link, *colour;
    } links[] = {
        {"breaching bucket closed", "#0072B2"},  {"metric visible", "#56B4E9"},
        {"M of N reached", "#CC79A7"},           {"alarm evaluated", "#E69F00"},
        {"guardrail polled", "#F0E442"},         {"launch failed", "#8C8C8C"},
        {"old instances relaunched", "#009E73"}, {"routing settled", "#D55E00"},
        {"last request was earlier", "#C9C9C9"},
    };
    size_t rows = dataset_rows(data), policy = 0;
    fputs("set ytics (", to);
    for (size_t row = 0; row < rows; row += dataset_run(data, row, "policy", NULL)) {
        gnuplot_tic(to, dataset_at(data, row, "policy")->text, policy++);
    }
    fprintf(
        to,
        ")\nset yrange [%g:-0.6]\nset xrange [0:*]\nset xlabel 'after the first bad response (s)'\nset key outside top "
        "horizontal maxcols 4 samplen 1\nset style fill solid border linecolor rgb 'black'\nplot ",
        (double)policy - 0.4);
    size_t drawn = 0;
    for (size_t link = 0; link < sizeof links / sizeof *links; link++) {
        bool is_titled = false;
        policy = 0;
        for (size_t row = 0; row < rows; policy++) {
            size_t until = row + dataset_run(data, row, "policy", NULL);
            for (; row < until; row++) {
                if (strcmp(dataset_at(data, row, "link")->text, links[link].link) != 0)
                    continue;
                fputs(drawn++ > 0 ? ", \\\n" : "", to);
                gnuplot_rows(to, row, 1);
                fprintf(
                    to,
                    " using 1:(%zu):1:2:(%g):(%g) with boxxyerror fillstyle solid border linecolor rgb 'black' linecolor rgb '%s' title '%s'",
                    policy, (double)policy - 0.35, (double)policy + 0.35, links[link].colour,
                    is_titled ? "" : links[link].link);
                is_titled = true;
            }
        }
    }
    fputc('\n', to);
}

const struct figure figure_waterfall = {
    .name = "waterfall",
    .title = "Where the time to rollback goes",
    .says =
        "From the first bad response to the last request on the new version, in the replication of each policy with the median "
        "time to rollback. Policies that did not roll back have no bar.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 17.5,
    .height_cm = 7,
};

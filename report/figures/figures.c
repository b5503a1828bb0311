#include "report/figures/figures.h"

#include <errno.h>
#include <stdlib.h>

#include "report/figures/gnuplot.h"
#include "report/output.h"

const struct figure *const figures[] = {&figure_objectives,  &figure_tradeoff, &figure_rollback, &figure_waterfall,
                                        &figure_replication, &figure_gates,    &figure_reach};
const size_t figure_count = sizeof figures / sizeof *figures;

/* Okabe and Ito's colours in the order of gnuplot.c; the last two would vanish on black or on white. */
static const char config[] =
    "'config': {'font': 'system-ui, sans-serif', 'view': {'stroke': null}, 'axis': {'labelLimit': 170, 'gridOpacity': 0.5},"
    " 'legend': {'orient': 'top', 'labelLimit': 170, 'columns': 4},"
    " 'range': {'category': ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#8C8C8C', '#B8A600']}}";

void figure_spec(struct json *json, const struct figure *figure, const struct dataset *data, const char *subtitle)
{
    json_begin(json, '{');
    json_literal(json, "'$schema': 'https://vega.github.io/schema/vega-lite/v5.json'");
    json_key(json, "title");
    json_begin(json, '{');
    json_key(json, "text"), json_string(json, figure->title);
    json_key(json, "subtitle");
    char name[1024];
    json_string(json, emit_visible(name, sizeof name, subtitle));
    json_literal(json, "'anchor': 'start'");
    json_end(json, '}');
    json_key(json, "description"), json_string(json, figure->says);
    json_literal(json, config);
    json_key(json, "data");
    json_begin(json, '{');
    json_key(json, "values");
    dataset_json(json, data);
    json_end(json, '}');
    /* Panels come in the order of the rows. */
    json_literal(json, "'transform': [{'window': [{'op': 'row_number', 'as': 'row_place'}]}]");
    json_literal(json, figure->spec);
    json_end(json, '}');
}

/* ---- files ---- */

enum { FILE_CSV, FILE_SPEC, FILE_SCRIPT, FILE_KINDS };
const char *const figure_endings[] = {".csv", ".vl.json", ".gp", NULL};

static void write_kind(FILE *to, int kind, const struct figure *figure, const struct dataset *data,
                       const char *subtitle)
{
    struct json json = {.to = to, .lines = 3, .is_embedded = true};
    switch (kind) {
    case FILE_CSV: dataset_csv(to, data); break;
    case FILE_SPEC:
        figure_spec(&json, figure, data, subtitle);
        fputc('\n', to);
        break;
    default:
        gnuplot_begin(to, figure->name, figure->width_cm, figure->height_cm);
        figure->plot(to, data);
        gnuplot_end(to);
    }
}

static int write_file(const char *directory, int kind, const struct figure *figure, const struct dataset *data,
                      const char *subtitle, char **failed)
{
    char *path;
    struct output output;
    if (asprintf(&path, "%s/%s%s", directory, figure->name, figure_endings[kind]) < 0) {
        *failed = NULL;
        return -1;
    }
    int status = output_open(&output, path);
    if (status == 0) {
        write_kind(output.file, kind, figure, data, subtitle);
        status = output_commit(&output);
    }
    if (status)
        *failed = path;
    else
        free(path);
    return status;
}

int figure_files(const char *directory, const struct figure *figure, const struct dataset *data, const char *subtitle,
                 char **failed)
{
    int status = data->failed ? -1 : 0;
    *failed = NULL;
    if (data->failed)
        errno = ENOMEM;
    for (int kind = 0; kind < FILE_KINDS && status == 0 && dataset_rows(data) > 0; kind++)
        status = write_file(directory, kind, figure, data, subtitle, failed);
    return status;
}

int figures_write(const char *directory, const struct figure_source *source, char **failed)
{
    int status = 0;
    *failed = NULL;
    for (size_t i = 0; i < figure_count && status == 0; i++) {
        struct dataset data;
        dataset_begin(&data, figures[i]->columns);
        figures[i]->fill(&data, source);
        status = figure_files(directory, figures[i], &data, source->study->scenario->name, failed);
        dataset_free(&data);
    }
    return status;
}

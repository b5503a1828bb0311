#include "report/figures/sections.h"

#include <math.h>
#include <stdlib.h>

#include "report/display.h"
#include "report/figures/markup.h"
#include "report/gate_words.h"
#include "report/headlines.h"

enum { LONGEST_TABLE = 120 };

/* <hN id="PREFIX+id"> and its end, `below` levels under the section's own. */
static void begin_heading(FILE *to, const struct section_place *place, int below, const char *id)
{
    fprintf(to, "<h%d", place->level + below);
    if (id)
        fprintf(to, " id=\"%s%s\"", place->prefix, id);
    fputc('>', to);
}

static void end_heading(FILE *to, const struct section_place *place, int below)
{
    fprintf(to, "</h%d>", place->level + below);
}

/* ---- ranked tables ---- */

static const char *put_rank(char text[DISPLAY_SIZE], const struct ranked *ranked)
{
    snprintf(text, DISPLAY_SIZE, ranked && ranked->rank > 0 ? "%d%s" : "-", ranked ? ranked->rank : 0,
             ranked && ranked->is_tied ? "=" : "");
    return text;
}

struct ranked_table {
    const struct study *study;
    struct headlines layout;
    const struct criterion *total; /* NULL: the ranking is by a column */
};

static void put_line(FILE *to, const struct ranked_table *table, const struct ranked *ranked, size_t group)
{
    char text[DISPLAY_SIZE];
    bool is_first = ranked && ranked->rank == 1 && !ranked->is_tied;
    fputs(is_first ? "<tr class=\"first\">" : "<tr>", to);
    markup_element(to, "td", NULL, put_rank(text, ranked));
    fputs("<th scope=\"row\" class=\"name\">", to);
    markup_name(to, group_policy(table->study, &table->study->groups[group]));
    fputs("</th>", to);
    if (table->total)
        markup_figure(to, ranked ? display_interval(text, table->total->format, ranked->mean, ranked->interval) : "-");
    for (size_t c = 0; c < table->layout.count; c++) {
        const struct column *column = table->layout.columns[c];
        const struct summary *summary = &study_summary(table->study, group, column)->figures;
        markup_figure(to, headline_put(text, column, summary, table->layout.has_interval[c]));
    }
    fputs("</tr>\n", to);
}

/* `version`: the how-many-th new one, or SIZE_MAX for the (mix). */
static int put_ranked(FILE *to, const struct study *study, size_t version, const struct criterion *criterion)
{
    const struct setting *setting = &study->scenario->setting;
    size_t id = version == SIZE_MAX ? SIZE_MAX : study->result->trials[1 + version].version;
    struct ranked *ranked = calloc(setting->policy_count + 1, sizeof *ranked);
    int status = ranked ? ranking_make(study, criterion, version, ranked) : -1;
    const struct ranked_table table = {study, headlines_at(study, 0), criterion->part_count > 1 ? criterion : NULL};
    markup_table(to, "ranking");
    markup_column(to, "rank", false);
    markup_column(to, "policy", true);
    if (table.total)
        markup_column(to, "total USD", false);
    for (size_t c = 0; c < table.layout.count; c++)
        markup_column(to, table.layout.columns[c]->headline.title, false);
    markup_rows(to);
    for (size_t i = 0; i < setting->policy_count && status == 0; i++)
        put_line(to, &table, &ranked[i], (size_t)study_group(study, ranked[i].policy, id));
    put_line(to, &table, NULL, 0);
    markup_table_end(to);
    free(ranked);
    return status;
}

int section_rankings(FILE *to, const struct section_place *place, const struct study *study,
                     const struct criterion *criterion)
{
    const struct criterion harm = ranking_harm();
    int status = 0;
    fputs("<section>", to);
    begin_heading(to, place, 0, "ranking"), fputs("Policies", to), end_heading(to, place, 0);
    fputc('\n', to);
    if (study->part_count > 0) {
        begin_heading(to, place, 1, NULL), fputs("All versions, by their probability", to), end_heading(to, place, 1);
        fputs("<p class=\"soft\">Ranked by ", to);
        markup_text(to, criterion->words);
        fputs(".</p>\n", to);
        status = put_ranked(to, study, SIZE_MAX, criterion);
    }
    for (size_t v = 0; v < study->versions && status == 0; v++) {
        const struct version_config *version = &study->scenario->setting.versions[study->result->trials[1 + v].version];
        begin_heading(to, place, 1, NULL);
        markup_name(to, version->name);
        if (version->probability >= 0)
            fprintf(to, ", %.4g %% of releases", 100 * version->probability);
        end_heading(to, place, 1), fputc('\n', to);
        status = put_ranked(to, study, v, &harm);
    }
    fputs(
        "<p class=\"soft\">Means with 95 % intervals; &lt; stands before a share that no trial had, &gt; before one that all had; = "
        "shares a rank, since the paired difference may be 0. Each version's policies are ranked by excess bad responses.</p>\n"
        "<details><summary>What the columns mean</summary><dl>\n",
        to);
    struct headlines layout = headlines_at(study, 0);
    for (size_t c = 0; c < layout.count; c++)
        markup_member(to, layout.columns[c]->headline.title, "%s", layout.columns[c]->meaning);
    fputs("</dl></details></section>\n", to);
    return status;
}

/* ---- figures ---- */

static void put_cells(FILE *to, const struct dataset *data, size_t row)
{
    char number[NUMBER_SIZE];
    fputs("<tr>", to);
    for (size_t c = 0; c < data->column_count; c++) {
        const struct dataset_cell *cell = &data->cells[row * data->column_count + c];
        if (cell->text)
            markup_element(to, "td", "name", cell->text);
        else
            markup_element(to, "td", NULL, isfinite(cell->number) ? emit_number(number, cell->number) : "");
    }
    fputs("</tr>\n", to);
}

static void put_data(FILE *to, const struct figure *figure, const struct dataset *data)
{
    size_t rows = dataset_rows(data);
    if (rows > LONGEST_TABLE) {
        fprintf(to, "<p class=\"soft\">%zu points; <code>--figures DIR</code> writes them to %s.csv.</p>\n", rows,
                figure->name);
        return;
    }
    char label[128];
    snprintf(label, sizeof label, "data of %s", figure->title);
    fputs("<details><summary>Data of this figure</summary>", to);
    markup_table(to, label);
    for (size_t c = 0; c < data->column_count; c++)
        markup_column(to, data->columns[c], data->cells[c].text != NULL);
    markup_rows(to);
    for (size_t row = 0; row < rows; row++)
        put_cells(to, data, row);
    markup_table_end(to);
    fputs("</details>\n", to);
}

static void put_told(FILE *to, const struct figure *figure, const struct told *told)
{
    if (figure != &figure_replication || !told)
        return;
    fputs(" Here ", to);
    markup_name(to, told_policy(told)->name);
    fputs(" with ", to);
    markup_name(to, told_version(told, GREEN)->name);
    fprintf(to, ", replication %llu.", (unsigned long long)told->replication);
}

void section_figure(FILE *to, const struct section_place *place, const struct figure *figure,
                    const struct dataset *data, const char *subtitle, const struct told *told)
{
    fprintf(to, "<h%d id=\"%sh-%s\">%s</h%d>\n<figure aria-labelledby=\"%sh-%s\"><figcaption>", place->level + 1,
            place->prefix, figure->name, figure->title, place->level + 1, place->prefix, figure->name);
    markup_text(to, figure->says);
    put_told(to, figure, told);
    fputs("</figcaption>\n", to);
    if (place->is_drawn) {
        struct json json = {.to = to, .lines = 2, .is_embedded = true};
        fprintf(to, "<div class=\"plot\" id=\"%s%s\"></div>\n<script type=\"application/json\" id=\"spec-%s%s\">",
                place->prefix, figure->name, place->prefix, figure->name);
        figure_spec(&json, figure, data, subtitle);
        fputs("</script>\n", to);
    }
    put_data(to, figure, data);
    fputs("</figure>\n", to);
}

static int put_figure(FILE *to, const struct section_place *place, const struct figure *figure,
                      const struct figure_source *source)
{
    struct dataset data;
    dataset_begin(&data, figure->columns);
    figure->fill(&data, source);
    int status = data.failed ? -1 : 0;
    if (status == 0 && dataset_rows(&data) > 0)
        section_figure(to, place, figure, &data, source->study->scenario->name, source->shown);
    dataset_free(&data);
    return status;
}

int section_figures(FILE *to, const struct section_place *place, const struct figure_source *source)
{
    int status = 0;
    for (size_t i = 0; i < figure_count && status == 0; i++)
        status = put_figure(to, place, figures[i], source);
    return status;
}

void section_undrawn(FILE *to, bool is_drawn)
{
    if (is_drawn)
        fputs(
            "<noscript><p>Figures are drawn by scripts, which are off; the data of each stands below its caption.</p></noscript>\n",
            to);
    else
        fputs(
            "<p>Figures are not drawn here: vega, vega-lite and vega-embed were not installed when this page was written "
            "(scripts/bootstrap installs them where there is npm). The data of each stands below its caption.</p>\n",
            to);
}

/* ---- gates ---- */

static void put_gate(FILE *to, const struct study *study, const struct gate_row *row)
{
    char text[DISPLAY_SIZE];
    const struct group *group = &study->groups[row->group];
    fputs("<tr>", to);
    markup_element(to, "td", gate_result_names[row->result], gate_result_names[row->result]);
    markup_element(to, "td", "name", gate_put_figure(text, row));
    fputs("<td class=\"name\">", to);
    markup_name(to, group_policy(study, group));
    fputs("</td><td class=\"name\">", to);
    markup_name(to, group_version(study, group));
    fputs("</td>", to);
    markup_figure(to, gate_put_limit(text, row));
    markup_figure(to, gate_put_observed(text, row, true));
    fputs("</tr>\n", to);
}

void section_gates(FILE *to, const struct section_place *place, const struct figure_source *source)
{
    static const struct {
        const char *title;
        bool is_name;
    } titles[] = {{"result", false}, {"figure", true}, {"policy", true},
                  {"version", true}, {"limit", false}, {"observed", false}};
    if (source->gate_count == 0)
        return;
    fputs("<section>", to);
    begin_heading(to, place, 0, "gates"), fputs("Gates", to), end_heading(to, place, 0);
    markup_table(to, "gates");
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        markup_column(to, titles[i].title, titles[i].is_name);
    markup_rows(to);
    for (size_t i = 0; i < source->gate_count; i++)
        put_gate(to, source->study, &source->gates[i]);
    markup_table_end(to);
    fputs("</section>\n", to);
}

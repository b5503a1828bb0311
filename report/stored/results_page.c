#include "report/stored/results_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures/markup.h"
#include "report/figures/sections.h"
#include "report/stored/figure_sheet.h"
#include "version.h"

static const struct sheet_cell *cell_at(const struct sheet *sheet, size_t row, size_t column)
{
    return &sheet->cells[row * sheet->column_count + column];
}

/* ---- in a sentence ---- */

static bool exceeds(const struct sheet *sheet, size_t row)
{
    return cell_at(sheet, row, sheet_find(sheet, "spare_instances"))->value < 0 ||
           cell_at(sheet, row, sheet_find(sheet, "p_refused"))->value > 0;
}

static void put_row_name(FILE *to, const struct sheet *sheet, size_t row)
{
    markup_name(to, cell_at(sheet, row, sheet_find(sheet, "policy"))->text);
    fputs(" in ", to);
    markup_name(to, cell_at(sheet, row, sheet_find(sheet, "scenario"))->text);
}

/* The first few by name. */
static void put_exceeding(FILE *to, const struct sheet *sheet, size_t count)
{
    enum { NAMED = 3 };
    size_t named = 0;
    fprintf(to, " %zu of %zu policies had refusals or do not fit their quota: ", count, sheet->row_count);
    for (size_t row = 0; row < sheet->row_count && named < NAMED; row++) {
        if (!exceeds(sheet, row))
            continue;
        fputs(named++ > 0 ? ", " : "", to);
        put_row_name(to, sheet, row);
    }
    if (count > NAMED)
        fprintf(to, " and %zu more", count - NAMED);
    fputs(".", to);
}

/* What a planner asks first; nothing where the table is another. */
static void put_plan(FILE *to, const struct sheet *sheet)
{
    size_t harm = sheet_find(sheet, "excess_bad_responses"), spare = sheet_find(sheet, "spare_instances"),
           refused = sheet_find(sheet, "p_refused"), worst = SIZE_MAX, over = 0;
    char text[SHEET_TEXT_SIZE];
    if (harm == SIZE_MAX || spare == SIZE_MAX || refused == SIZE_MAX)
        return;
    for (size_t row = 0; row < sheet->row_count; row++) {
        double value = cell_at(sheet, row, harm)->value;
        if (isfinite(value) && (worst == SIZE_MAX || value > cell_at(sheet, worst, harm)->value))
            worst = row;
        over += exceeds(sheet, row);
    }
    if (worst != SIZE_MAX) {
        size_t rivals = 0;
        for (size_t row = 0; row < sheet->row_count; row++)
            rivals +=
                row != worst && cell_at(sheet, row, harm)->interval.high >= cell_at(sheet, worst, harm)->interval.low;
        fputs(" The largest mean blast radius is ", to);
        markup_text(to, sheet_text(text, &sheet->columns[harm], cell_at(sheet, worst, harm), true));
        fputs(" excess bad responses, by ", to);
        put_row_name(to, sheet, worst);
        if (rivals > 0)
            fprintf(to, "; the intervals of %zu other row%s reach up to its own", rivals, rivals == 1 ? "" : "s");
        fputs(".", to);
    }
    if (over > 0)
        put_exceeding(to, sheet, over);
    else if (sheet_is_seen(sheet, spare))
        fputs(" Every quota that is known holds.", to);
}

static void put_list(FILE *to, const char *what, const struct change_list *list)
{
    char *text = changes_list_words(what, list);
    if (text) {
        fputs("<p>", to);
        markup_name(to, text);
        fputs("</p>\n", to);
    }
    free(text);
}

static int put_changes(FILE *to, const struct changes *changes)
{
    char *text = changes_count_words(changes);
    if (!text)
        return -1;
    markup_text(to, text);
    free(text);
    return 0;
}

static int put_head(FILE *to, const struct results_page *page)
{
    size_t count = page->scenario_count;
    int status = 0;
    markup_page(to, page->changes ? "What changed" : "Stored results");
    fputs("<p class=\"verdict\"><strong>", to);
    if (page->changes)
        status = put_changes(to, page->changes);
    else {
        fprintf(to, "%zu scenario%s in %zu folder%s.", count, count == 1 ? "" : "s", page->count,
                page->count == 1 ? "" : "s");
        put_plan(to, page->sheet);
    }
    fputs("</strong></p>\n<nav aria-label=\"sections\"><a href=\"#table\">Table</a> <a href=\"#figures\">Figures</a> "
          "<a href=\"#manifest\">How this was made</a></nav></header>\n<main>\n",
          to);
    return status;
}

/* ---- the table ---- */

static bool stands(const struct sheet *sheet, size_t column)
{
    return sheet->columns[column].until >= 0 && sheet_is_seen(sheet, column);
}

static void put_row(FILE *to, const struct sheet *sheet, size_t row)
{
    char text[SHEET_TEXT_SIZE];
    fputs("<tr>", to);
    for (size_t c = 0; c < sheet->column_count; c++) {
        if (!stands(sheet, c))
            continue;
        const char *shown = sheet_text(text, &sheet->columns[c], cell_at(sheet, row, c), true);
        if (sheet_is_text(&sheet->columns[c])) {
            fputs("<td class=\"name\">", to);
            markup_name(to, shown);
            fputs("</td>", to);
        } else
            markup_figure(to, shown);
    }
    fputs("</tr>\n", to);
}

static void put_table(FILE *to, const struct results_page *page)
{
    const struct sheet *sheet = page->sheet;
    fputs("<section><h2 id=\"table\">Table</h2>\n", to);
    if (page->changes) {
        const char *before = page->results[0].program_version, *after = page->results[1].program_version;
        if (before && after && strcmp(before, after) != 0) {
            fputs("<p>The program has changed: ", to);
            markup_name(to, after);
            fputs(", was ", to);
            markup_name(to, before);
            fputs(".</p>\n", to);
        }
        put_list(to, "Scenarios added:", &page->changes->added);
        put_list(to, "Scenarios gone:", &page->changes->gone);
        put_list(to, "Scenarios changed:", &page->changes->changed);
        put_list(to, "Added:", &page->changes->groups_added);
        put_list(to, "Gone:", &page->changes->groups_gone);
    }
    if (sheet->row_count > 0) {
        markup_table(to, "table");
        for (size_t c = 0; c < sheet->column_count; c++)
            if (stands(sheet, c))
                markup_column(to, sheet->columns[c].title, sheet_is_text(&sheet->columns[c]));
        markup_rows(to);
        for (size_t row = 0; row < sheet->row_count; row++)
            put_row(to, sheet, row);
        markup_table_end(to);
    }
    markup_element(to, "p", "soft", page->says);
    fputs("\n<details><summary>What the columns mean</summary><dl>\n", to);
    for (size_t c = 0; c < sheet->column_count; c++)
        if (sheet->columns[c].meaning && stands(sheet, c))
            markup_member(to, sheet->columns[c].title, "%s", sheet->columns[c].meaning);
    fputs("</dl></details></section>\n", to);
}

/* ---- the figure ---- */

static int put_figures(FILE *to, const struct results_page *page, const struct section_place *place)
{
    int status = 0;
    size_t drawn = 0;
    const struct stored_source source = {page->sheet, page->results, page->count};
    fputs("<section><h2 id=\"figures\">Figures</h2>\n", to);
    for (size_t i = 0; i < sheet_figure_count; i++) {
        struct dataset data;
        sheet_figures[i]->fill(&data, &source);
        if (dataset_rows(&data) > 0) {
            struct figure figure = sheet_figures[i]->make(&data);
            if (drawn++ == 0)
                section_undrawn(to, place->is_drawn);
            section_figure(to, place, &figure, &data, page->results[0].folder, NULL);
        }
        status = data.failed ? -1 : status;
        dataset_free(&data);
    }
    if (drawn == 0)
        fputs("<p>Nothing in the table has an interval.</p>\n", to);
    fputs("</section>\n", to);
    return status;
}

/* ---- how to make it again ---- */

static void put_folder(FILE *to, const struct results *results)
{
    fputs("<h3>", to);
    markup_name(to, results->folder);
    fputs("</h3>\n", to);
    if (results->program_version)
        fputs("<p>By bakeoff ", to), markup_name(to, results->program_version), fputs(".</p>\n", to);
    markup_table(to, results->folder);
    markup_column(to, "scenario", true);
    markup_column(to, "seed", false);
    markup_column(to, "replications", false);
    markup_column(to, "sha256", true);
    markup_rows(to);
    for (size_t s = 0; s < results->scenario_count; s++) {
        const struct results_scenario *scenario = &results->scenarios[s];
        fputs("<tr><td class=\"name\">", to);
        markup_name(to, scenario->name);
        if (scenario->is_known) {
            fprintf(to, "</td><td>%llu</td><td>%llu</td><td class=\"name\"><code>", (unsigned long long)scenario->seed,
                    (unsigned long long)scenario->replications);
            markup_text(to, scenario->sha256 ? scenario->sha256 : "");
            fputs("</code></td></tr>\n", to);
        } else
            fputs("</td><td></td><td></td><td></td></tr>\n", to);
    }
    markup_table_end(to);
}

static void put_manifest(FILE *to, const struct results_page *page)
{
    fputs("<section><h2 id=\"manifest\">How this was made</h2>\n<dl>\n", to);
    markup_member(to, "program", "bakeoff %s", BAKEOFF_VERSION);
    markup_stamp(to, page->stamp_s);
    fputs("</dl>\n<p>Makes the same page again:</p>\n<pre class=\"command\" tabindex=\"0\">bakeoff report", to);
    for (char *const *argument = page->arguments; *argument; argument++)
        fputc(' ', to), markup_argument(to, *argument);
    fputs("</pre>\n", to);
    for (size_t r = 0; r < page->count; r++)
        put_folder(to, &page->results[r]);
    fputs("</section>\n", to);
}

int results_page_write(FILE *to, const struct results_page *page)
{
    struct bundles bundles;
    const struct section_place place = {.prefix = "", .level = 2, .is_drawn = bundles_read(&bundles)};
    int status = put_head(to, page);
    put_table(to, page);
    if (status == 0)
        status = put_figures(to, page, &place);
    put_manifest(to, page);
    markup_page_end(to, place.is_drawn ? &bundles : NULL);
    bundles_free(&bundles);
    return status;
}

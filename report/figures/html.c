#include "report/figures/html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "html_assets.h"
#include "report/figures/bundles.h"
#include "report/display.h"
#include "report/headlines.h"
#include "report/write_lint.h"
#include "version.h"

enum { NAME_SIZE = 1024, LONGEST_TABLE = 120 };

/* ---- text ---- */

static void put_text(FILE *to, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '<': fputs("&lt;", to); break;
        case '>': fputs("&gt;", to); break;
        case '&': fputs("&amp;", to); break;
        case '"': fputs("&quot;", to); break;
        case '\'': fputs("&#39;", to); break;
        default: fputc(*text, to);
        }
}

/* A name from a file: what is invisible is made visible, and it does not turn the text around it. */
static void put_name(FILE *to, const char *name)
{
    char visible[NAME_SIZE];
    fputs("<bdi>", to);
    put_text(to, emit_visible(visible, sizeof visible, name));
    fputs("</bdi>", to);
}

/* <TAG CLASS>text</TAG> */
static void put_element(FILE *to, const char *tag, const char *class, const char *text)
{
    fprintf(to, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
    put_text(to, text);
    fprintf(to, "</%s>", tag);
}

static void put_member(FILE *to, const char *term, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void put_member(FILE *to, const char *term, const char *format, ...)
{
    char text[NAME_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    put_element(to, "dt", NULL, term);
    put_element(to, "dd", NULL, text);
    fputc('\n', to);
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
    put_element(to, "td", NULL, put_rank(text, ranked));
    fputs("<th scope=\"row\" class=\"name\">", to);
    put_name(to, group_policy(table->study, &table->study->groups[group]));
    fputs("</th>", to);
    if (table->total)
        put_element(to, "td", NULL,
                    ranked ? display_interval(text, table->total->format, ranked->mean, ranked->interval) : "-");
    for (size_t c = 0; c < table->layout.count; c++) {
        const struct column *column = table->layout.columns[c];
        const struct summary *summary = &study_summary(table->study, group, column)->figures;
        put_element(to, "td", NULL, headline_put(text, column, summary, table->layout.has_interval[c]));
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
    fputs(
        "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"ranking\"><table><thead><tr><th scope=\"col\">rank</th>"
        "<th scope=\"col\" class=\"name\">policy</th>",
        to);
    if (table.total)
        fputs("<th scope=\"col\">total USD</th>", to);
    for (size_t c = 0; c < table.layout.count; c++)
        fputs("<th scope=\"col\">", to), put_text(to, table.layout.columns[c]->headline.title), fputs("</th>", to);
    fputs("</tr></thead><tbody>\n", to);
    for (size_t i = 0; i < setting->policy_count && status == 0; i++)
        put_line(to, &table, &ranked[i], (size_t)study_group(study, ranked[i].policy, id));
    put_line(to, &table, NULL, 0);
    fputs("</tbody></table></div>\n", to);
    free(ranked);
    return status;
}

static int put_rankings(FILE *to, const struct html_page *page)
{
    const struct study *study = page->source->study;
    const struct criterion harm = ranking_harm();
    int status = 0;
    fputs("<section><h2 id=\"ranking\">Policies</h2>\n", to);
    if (study->part_count > 0) {
        fputs("<h3>All versions, by their probability</h3><p class=\"soft\">Ranked by ", to);
        put_text(to, page->verdict->criterion.words);
        fputs(".</p>\n", to);
        status = put_ranked(to, study, SIZE_MAX, &page->verdict->criterion);
    }
    for (size_t v = 0; v < study->versions && status == 0; v++) {
        const struct version_config *version = &study->scenario->setting.versions[study->result->trials[1 + v].version];
        fputs("<h3>", to);
        put_name(to, version->name);
        if (version->probability >= 0)
            fprintf(to, ", %.4g %% of releases", 100 * version->probability);
        fputs("</h3>\n", to);
        status = put_ranked(to, study, v, &harm);
    }
    fputs(
        "<p class=\"soft\">Means with 95 % intervals; &lt; stands before a share that no trial had, &gt; before one that all had; = "
        "shares a rank, since the paired difference may be 0. Each version's policies are ranked by excess bad responses.</p>\n"
        "<details><summary>What the columns mean</summary><dl>\n",
        to);
    struct headlines layout = headlines_at(study, 0);
    for (size_t c = 0; c < layout.count; c++)
        put_member(to, layout.columns[c]->headline.title, "%s", layout.columns[c]->meaning);
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
            put_element(to, "td", "name", cell->text);
        else
            put_element(to, "td", NULL, isfinite(cell->number) ? emit_number(number, cell->number) : "");
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
    fprintf(
        to,
        "<details><summary>Data of this figure</summary><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"data of ");
    put_text(to, figure->title);
    fputs("\"><table><thead><tr>", to);
    for (size_t c = 0; c < data->column_count; c++)
        fprintf(to, "<th scope=\"col\"%s>%s</th>", data->cells[c].text ? " class=\"name\"" : "", data->columns[c]);
    fputs("</tr></thead><tbody>\n", to);
    for (size_t row = 0; row < rows; row++)
        put_cells(to, data, row);
    fputs("</tbody></table></div></details>\n", to);
}

static void put_told(FILE *to, const struct figure *figure, const struct told *told)
{
    if (figure != &figure_replication || !told)
        return;
    fputs(" Here ", to);
    put_name(to, told_policy(told)->name);
    fputs(" with ", to);
    put_name(to, told_version(told, GREEN)->name);
    fprintf(to, ", replication %llu.", (unsigned long long)told->replication);
}

static int put_figure(FILE *to, const struct html_page *page, const struct figure *figure, bool is_drawn)
{
    struct dataset data;
    dataset_begin(&data, figure->columns);
    figure->fill(&data, page->source);
    int status = data.failed ? -1 : 0;
    if (status == 0 && dataset_rows(&data) > 0) {
        fprintf(to, "<h3 id=\"h-%s\">%s</h3>\n<figure aria-labelledby=\"h-%s\"><figcaption>", figure->name,
                figure->title, figure->name);
        put_text(to, figure->says);
        put_told(to, figure, page->source->shown);
        fputs("</figcaption>\n", to);
        if (is_drawn) {
            struct json json = {.to = to, .lines = 2, .is_embedded = true};
            fprintf(to, "<div class=\"plot\" id=\"%s\"></div>\n<script type=\"application/json\" id=\"spec-%s\">",
                    figure->name, figure->name);
            figure_spec(&json, figure, &data, page->source);
            fputs("</script>\n", to);
        }
        put_data(to, figure, &data);
        fputs("</figure>\n", to);
    }
    dataset_free(&data);
    return status;
}

static int put_figures(FILE *to, const struct html_page *page, bool is_drawn)
{
    int status = 0;
    fputs("<section><h2 id=\"figures\">Figures</h2>\n", to);
    if (is_drawn)
        fputs(
            "<noscript><p>Figures are drawn by scripts, which are off; the data of each stands below its caption.</p></noscript>\n",
            to);
    else
        fputs(
            "<p>Figures are not drawn here: vega, vega-lite and vega-embed were not installed when this page was written "
            "(scripts/bootstrap installs them where there is npm). The data of each stands below its caption.</p>\n",
            to);
    for (size_t i = 0; i < figure_count && status == 0; i++)
        status = put_figure(to, page, figures[i], is_drawn);
    fputs("</section>\n", to);
    return status;
}

/* ---- gates and lint ---- */

static void put_gate(FILE *to, const struct study *study, const struct gate_row *row)
{
    char text[DISPLAY_SIZE], number[NUMBER_SIZE];
    const struct group *group = &study->groups[row->group];
    bool is_proportion = row->column->kind == COLUMN_PROPORTION;
    fputs("<tr>", to);
    put_element(to, "td", gate_result_names[row->result], gate_result_names[row->result]);
    snprintf(text, sizeof text, "%s%s%s", is_proportion ? "" : row->gate->statistic, is_proportion ? "" : " ",
             row->column->name);
    put_element(to, "td", "name", text);
    fputs("<td class=\"name\">", to);
    put_name(to, group_policy(study, group));
    fputs("</td><td class=\"name\">", to);
    put_name(to, group_version(study, group));
    fputs("</td>", to);
    snprintf(text, sizeof text, "at %s %s", row->gate->has_max ? "most" : "least",
             emit_number(number, row->gate->limit));
    put_element(to, "td", NULL, text);
    put_element(to, "td", NULL, isfinite(row->value) ? emit_number(number, row->value) : "");
    put_element(to, "td", NULL, isfinite(row->interval.low) ? emit_number(number, row->interval.low) : "");
    put_element(to, "td", NULL, isfinite(row->interval.high) ? emit_number(number, row->interval.high) : "");
    fputs("</tr>\n", to);
}

static void put_gates(FILE *to, const struct figure_source *source)
{
    if (source->gate_count == 0)
        return;
    fputs(
        "<section><h2 id=\"gates\">Gates</h2><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"gates\"><table><thead><tr>"
        "<th scope=\"col\">result</th><th scope=\"col\" class=\"name\">figure</th><th scope=\"col\" class=\"name\">policy</th>"
        "<th scope=\"col\" class=\"name\">version</th><th scope=\"col\">limit</th><th scope=\"col\">observed</th>"
        "<th scope=\"col\">95 % from</th><th scope=\"col\">to</th></tr></thead><tbody>\n",
        to);
    for (size_t i = 0; i < source->gate_count; i++)
        put_gate(to, source->study, &source->gates[i]);
    fputs("</tbody></table></div></section>\n", to);
}

static void put_finding(FILE *to, const struct finding *finding)
{
    const char *severity = finding->silenced ? "silenced" : finding_severity_names[finding->severity];
    fputs("<li>", to);
    put_element(to, "span", severity, severity);
    fprintf(to, " %s, %s, line %d", finding->rule->id, finding->rule->title, finding->at->line);
    const struct {
        const char *what, *name;
    } parts[] = {{"policy", finding->policy}, {"alarm", finding->alarm}, {"in", finding->phase}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].name)
            fprintf(to, ", %s ", parts[i].what), put_name(to, parts[i].name);
    fputs("<br>", to);
    char *visible = malloc(COLUMN_TEXT_SIZE);
    if (visible)
        put_text(to, emit_visible(visible, COLUMN_TEXT_SIZE, finding->at->message));
    if (visible && finding->repair && finding->repair[0] != '\0') {
        fputs("<br><span class=\"soft\">Repair: ", to);
        put_text(to, emit_visible(visible, COLUMN_TEXT_SIZE, finding->repair));
        fputs("</span>", to);
    }
    free(visible);
    fputs("</li>\n", to);
}

static void put_lint(FILE *to, const struct lint_report *lint)
{
    char count[128];
    if (!lint)
        return;
    fputs("<section><h2 id=\"lint\">What lint says</h2>\n<p>", to);
    put_text(to, write_lint_count(count, sizeof count, lint));
    fputs(lint->count > 0 ? ".</p>\n<ul>\n" : ".</p>\n", to);
    for (size_t i = 0; i < lint->count; i++)
        put_finding(to, &lint->findings[i]);
    fputs(lint->count > 0 ? "</ul></section>\n" : "</section>\n", to);
}

/* ---- how to make it again ---- */

/* As a shell takes it. */
static void put_argument(FILE *to, const char *argument)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+:@%";
    if (argument[0] != '\0' && argument[strspn(argument, plain)] == '\0') {
        put_text(to, argument);
        return;
    }
    fputs("&#39;", to);
    for (char letter[2] = ""; *argument != '\0'; argument++) {
        letter[0] = *argument;
        put_text(to, *argument == '\'' ? "'\\''" : letter);
    }
    fputs("&#39;", to);
}

static void put_manifest(FILE *to, const struct html_page *page)
{
    const struct study *study = page->source->study;
    const struct scenario *scenario = study->scenario;
    char window[DISPLAY_SIZE];
    fputs("<section><h2 id=\"manifest\">How this was made</h2>\n<dl>\n", to);
    put_member(to, "program", "bakeoff %s", BAKEOFF_VERSION);
    put_member(to, "scenario_sha256", "%s", scenario->sha256);
    put_member(to, "seed", "%llu", (unsigned long long)scenario->setting.seed);
    put_member(to, "replications", "%llu", (unsigned long long)study->result->replications);
    put_member(to, "window", "%s",
               display_value(window, FORMAT_SECONDS, s_from_us(setting_window_end(&scenario->setting))));
    put_member(to, "requests simulated", "%llu", (unsigned long long)study->result->requests_simulated);
    if (page->stamp_s >= 0) {
        time_t at = (time_t)page->stamp_s;
        struct tm parts;
        char stamp[64] = "";
        if (gmtime_r(&at, &parts))
            strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
        put_member(to, "written", "%s", stamp);
    }
    fputs("</dl>\n", to);
    for (size_t i = 0; i < page->warning_count; i++)
        fputs("<p class=\"soft\">Warning: ", to), put_name(to, page->warnings[i]), fputs("</p>\n", to);
    fprintf(
        to,
        "<p>Makes the same page again:</p>\n<pre class=\"command\" tabindex=\"0\">bakeoff compare -n %llu --seed %llu --html page.html ",
        (unsigned long long)study->result->replications, (unsigned long long)scenario->setting.seed);
    put_argument(to, scenario->file);
    fputs("</pre>\n<h3>The scenario</h3>\n<pre tabindex=\"0\">", to);
    /* Line by line, since a line break is no harm here. */
    char *text = strndup(scenario->text, scenario->text_size);
    char *visible = text ? malloc(4 * scenario->text_size + 16) : NULL;
    for (char *line = text, *next; visible && line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        put_text(to, emit_visible(visible, 4 * scenario->text_size + 16, line));
        fputc('\n', to);
    }
    free(visible);
    free(text);
    fputs("</pre></section>\n", to);
}

/* ---- the page ---- */

static void put_head(FILE *to, const struct html_page *page, const char *verdict)
{
    const struct scenario *scenario = page->source->study->scenario;
    char visible[NAME_SIZE];
    fputs(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src "
        "'unsafe-inline'; img-src data:\">\n<title>",
        to);
    put_text(to, emit_visible(visible, sizeof visible, scenario->name));
    fputs(" - bakeoff</title>\n<style>\n", to);
    fputs(html_css, to);
    fputs("</style>\n</head>\n<body>\n<header><h1>", to);
    put_name(to, scenario->name);
    fputs("</h1>\n", to);
    if (scenario->says) {
        fputs("<p>", to);
        put_name(to, scenario->says);
        fputs("</p>\n", to);
    }
    fputs("<p class=\"verdict\"><strong>", to);
    put_text(to, verdict);
    fputs(
        "</strong></p>\n<nav aria-label=\"sections\"><a href=\"#ranking\">Policies</a> <a href=\"#figures\">Figures</a> ",
        to);
    if (page->source->gate_count > 0)
        fputs("<a href=\"#gates\">Gates</a> ", to);
    if (page->source->lint)
        fputs("<a href=\"#lint\">Lint</a> ", to);
    fputs("<a href=\"#manifest\">How this was made</a></nav></header>\n<main>\n", to);
}

static int put_command(FILE *to, const struct verdict *verdict)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    int status = memory ? verdict_command(memory, verdict) : -1;
    if (memory && (fclose(memory) || !text))
        status = -1;
    if (status == 0 && size > 0) {
        fputs("<p>Puts it into force:</p>\n<pre class=\"command\" tabindex=\"0\">", to);
        put_text(to, text);
        fputs("</pre>\n", to);
    }
    free(text);
    return status;
}

/* A bundle must not end the element that it stands in. */
static void put_script(FILE *to, const char *text, size_t size)
{
    fputs("<script>", to);
    for (size_t i = 0; i < size;) {
        const char *next = memchr(text + i, '<', size - i);
        size_t length = next ? (size_t)(next - text) - i : size - i;
        fwrite(text + i, 1, length, to);
        i += length;
        if (i < size) {
            bool is_end = size - i > 8 && strncasecmp(text + i, "</script", 8) == 0;
            fputs(is_end ? "<\\/" : "<", to);
            i += is_end ? 2 : 1;
        }
    }
    fputs("</script>\n", to);
}

int html_write(FILE *to, const struct html_page *page)
{
    struct bundles bundles;
    bool is_drawn = bundles_read(&bundles);
    char *verdict = verdict_words(page->verdict, page->source->gates, page->source->gate_count);
    int status = verdict ? 0 : -1;
    if (status == 0) {
        put_head(to, page, verdict);
        status = put_command(to, page->verdict);
    }
    if (status == 0)
        status = put_rankings(to, page);
    if (status == 0)
        status = put_figures(to, page, is_drawn);
    if (status == 0) {
        put_gates(to, page->source);
        put_lint(to, page->source->lint);
        put_manifest(to, page);
        fputs("</main>\n", to);
    }
    for (int i = 0; i < BUNDLES && is_drawn && status == 0; i++)
        put_script(to, bundles.text[i], bundles.size[i]);
    if (is_drawn && status == 0)
        put_script(to, html_js, strlen(html_js));
    fputs("</body>\n</html>\n", to);
    bundles_free(&bundles);
    free(verdict);
    return status;
}

#include "report/figures/html.h"

#include <stdlib.h>
#include <string.h>

#include "report/display.h"
#include "report/figures/bundles.h"
#include "report/figures/markup.h"
#include "report/figures/sections.h"
#include "report/write_lint.h"
#include "version.h"

/* ---- lint ---- */

static void put_finding(FILE *to, const struct finding *finding)
{
    const char *severity = finding->silenced ? "silenced" : finding_severity_names[finding->severity];
    fputs("<li>", to);
    markup_element(to, "span", severity, severity);
    fprintf(to, " %s, %s, line %d", finding->rule->id, finding->rule->title, finding->at->line);
    const struct {
        const char *what, *name;
    } parts[] = {{"policy", finding->policy}, {"alarm", finding->alarm}, {"in", finding->phase}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].name)
            fprintf(to, ", %s ", parts[i].what), markup_name(to, parts[i].name);
    fputs("<br>", to);
    char *visible = malloc(COLUMN_TEXT_SIZE);
    if (visible)
        markup_text(to, emit_visible(visible, COLUMN_TEXT_SIZE, finding->at->message));
    if (visible && finding->repair && finding->repair[0] != '\0') {
        fputs("<br><span class=\"soft\">Repair: ", to);
        markup_text(to, emit_visible(visible, COLUMN_TEXT_SIZE, finding->repair));
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
    markup_text(to, write_lint_count(count, sizeof count, lint));
    fputs(lint->count > 0 ? ".</p>\n<ul>\n" : ".</p>\n", to);
    for (size_t i = 0; i < lint->count; i++)
        put_finding(to, &lint->findings[i]);
    fputs(lint->count > 0 ? "</ul></section>\n" : "</section>\n", to);
}

/* ---- how to make it again ---- */

static void put_manifest(FILE *to, const struct html_page *page)
{
    const struct study *study = page->source->study;
    const struct scenario *scenario = study->scenario;
    char window[DISPLAY_SIZE];
    fputs("<section><h2 id=\"manifest\">How this was made</h2>\n<dl>\n", to);
    markup_member(to, "program", "bakeoff %s", BAKEOFF_VERSION);
    markup_member(to, "scenario_sha256", "%s", scenario->sha256);
    markup_member(to, "seed", "%llu", (unsigned long long)scenario->setting.seed);
    markup_member(to, "replications", "%llu", (unsigned long long)study->result->replications);
    markup_member(to, "window", "%s",
                  display_value(window, FORMAT_SECONDS, s_from_us(setting_window_end(&scenario->setting))));
    markup_member(to, "requests simulated", "%llu", (unsigned long long)study->result->requests_simulated);
    markup_stamp(to, page->stamp_s);
    fputs("</dl>\n", to);
    for (size_t i = 0; i < page->warning_count; i++)
        fputs("<p class=\"soft\">Warning: ", to), markup_name(to, page->warnings[i]), fputs("</p>\n", to);
    fprintf(
        to,
        "<p>Makes the same page again:</p>\n<pre class=\"command\" tabindex=\"0\">bakeoff compare -n %llu --seed %llu --html page.html ",
        (unsigned long long)study->result->replications, (unsigned long long)scenario->setting.seed);
    fputs(scenario->file[0] == '-' && scenario->file[1] != '\0' ? "./" : "", to); /* no option */
    markup_argument(to, scenario->file);
    fputs("</pre>\n<h3>The scenario</h3>\n<pre tabindex=\"0\">", to);
    /* Line by line, since a line break is no harm here. */
    char *text = strndup(scenario->text, scenario->text_size);
    char *visible = text ? malloc(4 * scenario->text_size + 16) : NULL;
    for (char *line = text, *next; visible && line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        markup_text(to, emit_visible(visible, 4 * scenario->text_size + 16, line));
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
    markup_page(to, scenario->name);
    if (scenario->says) {
        fputs("<p>", to);
        markup_name(to, scenario->says);
        fputs("</p>\n", to);
    }
    fputs("<p class=\"verdict\"><strong>", to);
    markup_text(to, verdict);
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
        markup_text(to, text);
        fputs("</pre>\n", to);
    }
    free(text);
    return status;
}

static int put_figures(FILE *to, const struct section_place *place, const struct figure_source *source)
{
    fputs("<section><h2 id=\"figures\">Figures</h2>\n", to);
    section_undrawn(to, place->is_drawn);
    int status = section_figures(to, place, source);
    fputs("</section>\n", to);
    return status;
}

int html_write(FILE *to, const struct html_page *page)
{
    struct bundles bundles;
    const struct section_place place = {.prefix = "", .level = 2, .is_drawn = bundles_read(&bundles)};
    char *verdict = verdict_words(page->verdict, page->source->gates, page->source->gate_count);
    int status = verdict ? 0 : -1;
    if (status == 0) {
        put_head(to, page, verdict);
        status = put_command(to, page->verdict);
    }
    if (status == 0)
        status = section_rankings(to, &place, page->source->study, &page->verdict->criterion);
    if (status == 0)
        status = put_figures(to, &place, page->source);
    if (status == 0) {
        section_gates(to, &place, page->source);
        put_lint(to, page->source->lint);
        put_manifest(to, page);
    }
    markup_page_end(to, place.is_drawn ? &bundles : NULL);
    bundles_free(&bundles);
    free(verdict);
    return status;
}

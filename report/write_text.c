#include "report/write_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/display.h"
#include "report/emit.h"
#include "report/gate_words.h"
#include "report/grid.h"
#include "report/headlines.h"
#include "report/ranking.h"
#include "report/verdict.h"

enum { NAME_SIZE = 256, STEPS = 10, GAP = 2, NAME_WISH = 24 };

static const char TOTAL[] = "total USD";

/* What all blocks of a scenario share. */
struct page {
    FILE *to;
    const struct study *study;
    struct text_style style;
    struct headlines layout, mix_layout;
    struct criterion criterion;
    struct ranked *ranked; /* one entry a policy, reused block by block */
};

/* ---- layout ---- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static const char *put_total(char text[DISPLAY_SIZE], const struct criterion *criterion, const struct ranked *ranked,
                             bool with_interval)
{
    if (with_interval)
        return display_interval(text, criterion->format, ranked->mean, ranked->interval);
    return display_value(text, criterion->format, ranked->mean);
}

/* In the (mix) block, where the ranking is by a sum that is no column. */
static bool has_total(const struct criterion *criterion)
{
    return criterion->part_count > 1;
}

static size_t layout_width(const struct page *page, const struct headlines *layout, bool is_mix)
{
    const struct study *study = page->study;
    char text[DISPLAY_SIZE], name[NAME_SIZE];
    size_t policy = strlen("policy"), total = strlen("rank") + GAP;
    for (size_t g = 0; g < study->group_count; g++)
        policy = larger(policy, grid_width(emit_visible(name, sizeof name, group_policy(study, &study->groups[g]))));
    total += policy < NAME_WISH ? policy : NAME_WISH;
    if (is_mix && has_total(&page->criterion)) {
        size_t widest = strlen(TOTAL);
        for (size_t p = 0; p < study->scenario->setting.policy_count; p++)
            widest =
                larger(widest, strlen(put_total(text, &page->criterion, &page->ranked[p], layout->has_total_interval)));
        total += widest + GAP;
    }
    for (size_t c = 0; c < layout->count; c++) {
        size_t widest = strlen(layout->columns[c]->headline.title);
        for (size_t g = 0; g < study->group_count; g++) {
            const struct summary *figures = &study_summary(study, g, layout->columns[c])->figures;
            widest = larger(widest, strlen(headline_put(text, layout->columns[c], figures, layout->has_interval[c])));
        }
        total += widest + GAP;
    }
    return total;
}

/* page->ranked holds the ranking of the (mix). */
static struct headlines layout_fit(const struct page *page, bool is_mix)
{
    struct headlines layout = headlines_at(page->study, 0);
    for (int step = 1; step < STEPS && layout_width(page, &layout, is_mix) > page->style.width; step++)
        layout = headlines_at(page->study, step);
    return layout;
}

/* ---- blocks ---- */

static void bold(const struct page *page, const char *text)
{
    fprintf(page->to, page->style.has_color ? "\x1b[1m%s\x1b[0m" : "%s", text);
}

/* `total`: NULL, or what is added up for the line. `ranked` is NULL for the control. */
static void put_line(struct grid *grid, const struct page *page, const struct headlines *layout,
                     const struct criterion *total, const struct ranked *ranked, size_t group)
{
    char text[DISPLAY_SIZE], name[NAME_SIZE];
    if (ranked && ranked->rank > 0)
        snprintf(text, sizeof text, "%d%s", ranked->rank, ranked->is_tied ? "=" : "");
    else
        snprintf(text, sizeof text, "-");
    bool is_first = ranked && ranked->rank == 1 && !ranked->is_tied;
    grid_line(grid, is_first && page->style.has_color ? "green" : NULL);
    grid_cell(grid, text);
    grid_cell(grid, emit_visible(name, sizeof name, group_policy(page->study, &page->study->groups[group])));
    if (total)
        grid_cell(grid, ranked ? put_total(text, total, ranked, layout->has_total_interval) : "-");
    for (size_t c = 0; c < layout->count; c++) {
        const struct summary *figures = &study_summary(page->study, group, layout->columns[c])->figures;
        grid_cell(grid, headline_put(text, layout->columns[c], figures, layout->has_interval[c]));
    }
}

/* `version`: the how-many-th new version, or SIZE_MAX for the (mix). */
static int put_block(const struct page *page, size_t version, const struct criterion *criterion)
{
    const struct setting *setting = &page->study->scenario->setting;
    size_t id = version == SIZE_MAX ? SIZE_MAX : page->study->result->trials[1 + version].version;
    if (ranking_make(page->study, criterion, version, page->ranked))
        return -1;
    const struct headlines *layout = version == SIZE_MAX ? &page->mix_layout : &page->layout;
    const struct criterion *total = has_total(criterion) ? criterion : NULL;
    struct grid grid;
    grid_begin(&grid, page->to, page->style.width, page->style.has_color);
    grid_column(&grid, "rank", GRID_FIGURE);
    grid_column(&grid, "policy", GRID_NAME);
    if (total)
        grid_column(&grid, TOTAL, GRID_FIGURE);
    for (size_t c = 0; c < layout->count; c++)
        grid_column(&grid, layout->columns[c]->headline.title, GRID_FIGURE);
    for (size_t i = 0; i < setting->policy_count; i++) {
        long group = study_group(page->study, page->ranked[i].policy, id);
        put_line(&grid, page, layout, total, &page->ranked[i], (size_t)group);
    }
    put_line(&grid, page, layout, total, NULL, 0);
    return grid_end(&grid);
}

static int put_version(const struct page *page, size_t version)
{
    char name[NAME_SIZE];
    const struct setting *setting = &page->study->scenario->setting;
    const struct version_config *config = &setting->versions[page->study->result->trials[1 + version].version];
    fputc('\n', page->to);
    bold(page, emit_visible(name, sizeof name, config->name));
    if (config->probability >= 0)
        fprintf(page->to, "  (%.4g %% of releases)", 100 * config->probability);
    fputc('\n', page->to);
    struct criterion harm = ranking_harm();
    return put_block(page, version, &harm);
}

static int put_mix(const struct page *page)
{
    if (page->study->part_count == 0)
        return 0;
    fputc('\n', page->to);
    bold(page, "(mix)");
    fprintf(page->to, "  by probability, ranked by %s\n", page->criterion.words);
    return put_block(page, SIZE_MAX, &page->criterion);
}

/* ---- head and foot ---- */

/* Words, broken at blanks so that lines fit. */
static void put_wrapped(FILE *to, const char *text, size_t width)
{
    size_t column = 0;
    while (*text) {
        size_t length = strcspn(text, " "), next = length + strspn(text + length, " ");
        if (column > 0 && column + 1 + length > width) {
            fputc('\n', to);
            column = 0;
        }
        column += (size_t)fprintf(to, "%s%.*s", column > 0 ? " " : "", (int)length, text);
        text += next;
    }
    fputc('\n', to);
}

static void put_head(const struct page *page)
{
    const struct scenario *scenario = page->study->scenario;
    const struct setting *setting = &scenario->setting;
    char name[NAME_SIZE], says[1024], window[DISPLAY_SIZE];
    bold(page, emit_visible(name, sizeof name, scenario->name));
    fputc('\n', page->to);
    if (scenario->says)
        put_wrapped(page->to, emit_visible(says, sizeof says, scenario->says), page->style.width);
    snprintf(says, sizeof says, "%llu replication%s, seed %llu; %d %s%s; window %s",
             (unsigned long long)page->study->result->replications, page->study->result->replications == 1 ? "" : "s",
             (unsigned long long)setting->seed, setting->endpoint.instance_count,
             setting->endpoint.instance_type ? "x " : "",
             setting->endpoint.instance_type        ? emit_visible(name, sizeof name, setting->endpoint.instance_type)
             : setting->endpoint.instance_count > 1 ? "instances"
                                                    : "instance",
             display_value(window, FORMAT_SECONDS, s_from_us(setting_window_end(setting))));
    put_wrapped(page->to, says, page->style.width);
}

static bool has_column(const struct headlines *layout, const struct column *column)
{
    for (size_t c = 0; c < layout->count; c++)
        if (layout->columns[c] == column)
            return true;
    return false;
}

/* Which columns a narrow page lacks. */
static void put_left_out(FILE *to, const struct page *page)
{
    struct headlines all = headlines_at(page->study, 0);
    bool is_some = false;
    for (size_t c = 0; c < all.count; c++) {
        if (has_column(&page->layout, all.columns[c]))
            continue;
        fprintf(to, "%s%s", is_some ? ", " : " Left out for want of room: ", all.columns[c]->headline.title);
        is_some = true;
    }
    if (is_some)
        fputs("; a wider terminal, --html and --csv-dir have them.", to);
}

/* Of an interval without an end. */
static const char open_words[] = "? stands where so few trials give no bound.";

static bool has_open_interval(const struct page *page)
{
    for (size_t c = 0; c < page->layout.count; c++)
        for (size_t g = 0; g < page->study->group_count && page->layout.has_interval[c]; g++) {
            const struct summary *figures = &study_summary(page->study, g, page->layout.columns[c])->figures;
            if (figures->n > 0 && !(isfinite(figures->interval.low) && isfinite(figures->interval.high)))
                return true;
        }
    return false;
}

static int put_footnotes(const struct page *page)
{
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    if (!memory)
        return -1;
    fputs("Means with 95 % intervals; < stands before a share that no trial had, > before one that all had.", memory);
    for (size_t c = 0; c < page->layout.count; c++) {
        const struct column *column = page->layout.columns[c];
        if (column->headline.is_explained)
            fprintf(memory, " %s: %s.", column->headline.title, column->meaning);
    }
    if (has_open_interval(page))
        fprintf(memory, " %s", open_words);
    put_left_out(memory, page);
    fprintf(memory, " Each version's policies are ranked by %s; = shares a rank, since the paired difference may be 0.",
            ranking_harm().words);
    if (fclose(memory) || !text) {
        free(text);
        return -1;
    }
    fputc('\n', page->to);
    put_wrapped(page->to, text, page->style.width);
    free(text);
    return 0;
}

/* ---- gates ---- */

static void put_gate(struct grid *grid, const struct page *page, const struct gate_row *row, bool with_interval)
{
    static const char *const colors[GATE_RESULTS] = {"green", "red", "yellow"};
    const struct group *group = &page->study->groups[row->group];
    char text[DISPLAY_SIZE], name[NAME_SIZE];
    grid_line(grid, NULL);
    grid_cell(grid, gate_result_names[row->result]);
    if (page->style.has_color)
        grid_cell_color(grid, colors[row->result]);
    grid_cell(grid, gate_put_figure(text, row));
    grid_cell(grid, emit_visible(name, sizeof name, group_policy(page->study, group)));
    grid_cell(grid, emit_visible(name, sizeof name, group_version(page->study, group)));
    grid_cell(grid, gate_put_limit(text, row));
    grid_cell(grid, gate_put_observed(text, row, with_interval));
}

/* Of the table of gates with all intervals and no name cut. */
static size_t gates_width(const struct page *page, const struct gate_row *gates, size_t count)
{
    size_t result = strlen("result"), figure = strlen("figure"), policy = strlen("policy"), version = strlen("version");
    size_t limit = strlen("limit"), observed = strlen("observed");
    char text[DISPLAY_SIZE], name[NAME_SIZE];
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &page->study->groups[gates[i].group];
        result = larger(result, strlen(gate_result_names[gates[i].result]));
        figure = larger(figure, strlen(gate_put_figure(text, &gates[i])));
        policy = larger(policy, grid_width(emit_visible(name, sizeof name, group_policy(page->study, group))));
        version = larger(version, grid_width(emit_visible(name, sizeof name, group_version(page->study, group))));
        limit = larger(limit, strlen(gate_put_limit(text, &gates[i])));
        observed = larger(observed, strlen(gate_put_observed(text, &gates[i], true)));
    }
    return result + figure + policy + version + limit + observed + 5 * GAP;
}

static void put_gate_notes(const struct page *page, const struct gate_row *gates, size_t count)
{
    bool is_undecided = false, is_open = false;
    for (size_t i = 0; i < count; i++) {
        is_undecided |= gates[i].result == GATE_UNDECIDED;
        is_open |= isfinite(gates[i].value) && !(isfinite(gates[i].interval.low) && isfinite(gates[i].interval.high));
    }
    if (is_undecided || is_open)
        fputc('\n', page->to);
    if (is_undecided)
        put_wrapped(page->to, "Undecided: the interval straddles the limit; more replications (-n) make it narrower.",
                    page->style.width);
    if (is_open)
        put_wrapped(page->to, open_words, page->style.width);
}

static int put_gates(const struct page *page, const struct gate_row *gates, size_t count)
{
    if (count == 0)
        return 0;
    fputc('\n', page->to);
    bold(page, "gates");
    fputc('\n', page->to);
    bool with_interval = gates_width(page, gates, count) <= page->style.width;
    struct grid grid;
    grid_begin(&grid, page->to, page->style.width, page->style.has_color);
    grid_column(&grid, "result", GRID_WORD);
    grid_column(&grid, "figure", GRID_NAME);
    grid_column(&grid, "policy", GRID_NAME);
    grid_column(&grid, "version", GRID_NAME);
    grid_column(&grid, "limit", GRID_FIGURE);
    grid_column(&grid, "observed", GRID_FIGURE);
    for (size_t i = 0; i < count; i++)
        put_gate(&grid, page, &gates[i], with_interval);
    if (grid_end(&grid))
        return -1;
    put_gate_notes(page, gates, count);
    return 0;
}

/* ---- verdict ---- */

static int put_verdict(const struct page *page, const struct gate_row *gates, size_t gate_count)
{
    const struct verdict verdict = {page->study, page->criterion, page->ranked};
    if (ranking_make(page->study, &page->criterion, SIZE_MAX, page->ranked))
        return -1;
    char *text = verdict_words(&verdict, gates, gate_count);
    if (!text)
        return -1;
    fputc('\n', page->to);
    put_wrapped(page->to, text, page->style.width);
    free(text);
    if (page->ranked[0].rank > 0)
        fputc('\n', page->to);
    return verdict_command(page->to, &verdict);
}

int write_text(FILE *to, const struct study *study, const struct gate_row *gates, size_t gate_count,
               struct text_style style)
{
    struct page page = {
        .to = to,
        .study = study,
        .style = style,
        .criterion = ranking_criterion(study),
        .ranked = calloc(study->scenario->setting.policy_count + 1, sizeof *page.ranked),
    };
    int result = page.ranked ? ranking_make(study, &page.criterion, SIZE_MAX, page.ranked) : -1;
    if (result == 0) {
        page.layout = layout_fit(&page, false);
        page.mix_layout = layout_fit(&page, true);
        put_head(&page);
    }
    for (size_t v = 0; v < study->versions && result == 0; v++)
        result = put_version(&page, v);
    if (result == 0)
        result = put_mix(&page);
    if (result == 0)
        result = put_footnotes(&page);
    if (result == 0)
        result = put_gates(&page, gates, gate_count);
    if (result == 0 && study->versions > 0)
        result = put_verdict(&page, gates, gate_count);
    free(page.ranked);
    return result;
}

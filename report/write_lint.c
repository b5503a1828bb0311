#include "report/write_lint.h"

#include <math.h>
#include <string.h>

#include "report/emit.h"
#include "report/grid.h"

enum { WIDEST = 100, CELL = 64, NAME = 256, VERSIONS_ABREAST = 4, WORDS = 1024, NOTES = 64 };

/* ---- cells ---- */

static const char *put_percent(char text[CELL], double p, const struct reach_way *way)
{
    const char *mark = way && way->method == REACH_UPPER_BOUND   ? "<= "
                       : way && way->method == REACH_APPROXIMATE ? "~"
                                                                 : "";
    if (isnan(p))
        snprintf(text, CELL, "?");
    else if (p == 0.0)
        snprintf(text, CELL, "never");
    else if (p < 0.001) /* averaging over delays and phases tells no less apart */
        snprintf(text, CELL, "< 0.1 %%");
    else if (p > 0.999)
        snprintf(text, CELL, "> 99.9 %%");
    else
        snprintf(text, CELL, "%s%.3g %%", mark, 100.0 * p);
    return text;
}

static const char *put_seconds(char text[CELL], double s)
{
    if (isnan(s))
        snprintf(text, CELL, "?");
    else if (s >= 1e7)
        snprintf(text, CELL, "never");
    else if (s < 600.0)
        snprintf(text, CELL, "%.0f s", s);
    else if (s < 36000.0)
        snprintf(text, CELL, "%.3g min", s / 60.0);
    else
        snprintf(text, CELL, "%.3g h", s / 3600.0);
    return text;
}

static bool is_latency(const struct alarm_config *alarm)
{
    return alarm->metric == METRIC_MODEL_LATENCY || alarm->metric == METRIC_OVERHEAD_LATENCY;
}

static const char *put_statistic(char text[CELL], const struct alarm_config *alarm, double value)
{
    bool is_time = is_latency(alarm) && alarm->statistic.kind != STATISTIC_SAMPLE_COUNT;
    if (isnan(value))
        snprintf(text, CELL, "?");
    else if (isinf(value))
        snprintf(text, CELL, "any");
    else if (is_time && value >= 1e6)
        snprintf(text, CELL, "%.3g s", value / 1e6);
    else if (is_time)
        snprintf(text, CELL, "%.3g ms", value / 1e3);
    else
        snprintf(text, CELL, "%.3g", value);
    return text;
}

/* From which new version on the mean statistic breaches. */
static const char *put_visible(char text[CELL], const struct alarm_config *alarm, const struct reach *row)
{
    double least = is_latency(alarm) ? row->min_visible_latency_factor : row->min_visible_error_fraction;
    if (!row->is_reachable)
        snprintf(text, CELL, "nothing");
    else if (isnan(least))
        snprintf(text, CELL, "?");
    else if (isinf(least))
        snprintf(text, CELL, "chance");
    else if (is_latency(alarm))
        snprintf(text, CELL, "%.3g x slower", least);
    else
        snprintf(text, CELL, "%.3g %% errors", 100.0 * least);
    return text;
}

/* ---- tables ---- */

/* The rows of one policy. */
struct policy_rows {
    const struct lint_report *report;
    const struct reach *rows;
    size_t count;
    size_t width;
    const struct page_style *page;
};

static void begin_table(struct grid *grid, const struct policy_rows *part)
{
    grid_begin(grid, part->page->to, part->width, part->page->has_color);
    grid_column(grid, "alarm", GRID_NAME);
    grid_column(grid, "until the end of", GRID_WORD);
}

/* Long names differ at their ends as often as at their beginnings, so they lose their middle. */
static const char *put_name(char text[NAME], const char *raw)
{
    enum { HEAD = 12, LONGEST = 27 };
    char whole[NAME];
    size_t count = 0, head = 0, at = 0;
    uint32_t code;
    emit_visible(whole, sizeof whole, raw);
    for (size_t i = 0; whole[i] != '\0'; count++)
        i += utf8_next(whole + i, &code);
    if (count <= LONGEST)
        return strcpy(text, whole);
    for (size_t i = 0; i < HEAD; i++)
        head += utf8_next(whole + head, &code);
    for (size_t i = 0; i < count - (LONGEST - HEAD - 2); i++)
        at += utf8_next(whole + at, &code);
    snprintf(text, NAME, "%.*s..%s", (int)head, whole, whole + at);
    return text;
}

static const struct alarm_config *begin_line(struct grid *grid, const struct policy_rows *part, size_t i)
{
    const struct reach *row = &part->rows[i];
    const struct alarm_config *alarm = &part->report->setting->alarms[row->alarm];
    bool is_first = i == 0 || part->rows[i - 1].alarm != row->alarm;
    char name[NAME], phase[CELL];
    grid_line(grid, NULL);
    grid_cell(grid, is_first ? put_name(name, alarm->name) : "");
    grid_cell(grid, phase_name(phase, sizeof phase, row->phase, row->phase_index));
    return alarm;
}

/* What each alarm sees. */
static int put_sights(const struct policy_rows *part)
{
    struct grid grid;
    char text[CELL];
    begin_table(&grid, part);
    grid_column(&grid, "share", GRID_FIGURE);
    grid_column(&grid, "requests", GRID_FIGURE);
    grid_column(&grid, "largest", GRID_FIGURE);
    grid_column(&grid, "sees from", GRID_FIGURE);
    grid_column(&grid, "soonest", GRID_FIGURE);
    for (size_t i = 0; i < part->count; i++) {
        const struct reach *row = &part->rows[i];
        const struct alarm_config *alarm = begin_line(&grid, part, i);
        snprintf(text, sizeof text, "%.3g %%", 100.0 * row->green_share);
        grid_cell(&grid, text);
        snprintf(text, sizeof text, isnan(row->expected_green_requests) ? "?" : "%.0f", row->expected_green_requests);
        grid_cell(&grid, text);
        grid_cell(&grid, put_statistic(text, alarm, row->max_statistic));
        grid_cell(&grid, put_visible(text, alarm, row));
        if (!row->is_reachable)
            grid_cell_color(&grid, "red");
        grid_cell(&grid, put_seconds(text, row->earliest_trip_s));
    }
    return grid_end(&grid);
}

static void put_chance(struct grid *grid, double p, double expected_s, const struct reach_way *way)
{
    char chance[CELL], when[CELL], text[2 * CELL];
    put_percent(chance, p, way);
    if (p > 0.0 && expected_s < 1e7) {
        snprintf(text, sizeof text, "%s, %s", chance, put_seconds(when, expected_s));
        grid_cell(grid, text);
    } else {
        grid_cell(grid, chance);
    }
}

/* A version's column, or with `fraction` that of a share of errors. */
struct chance_column {
    bool is_fraction;
    size_t index;
};

static int put_chances(const struct policy_rows *part, bool has_good, const struct chance_column *columns, size_t count)
{
    const struct setting *setting = part->report->setting;
    struct grid grid;
    char name[NAME];
    begin_table(&grid, part);
    if (has_good)
        grid_column(&grid, "(a good one)", GRID_FIGURE);
    for (size_t c = 0; c < count; c++) {
        if (columns[c].is_fraction)
            snprintf(name, sizeof name, "%g %% errors", 100.0 * reach_fractions[columns[c].index]);
        else
            emit_visible(name, 18, setting->versions[columns[c].index].name);
        grid_column(&grid, name, GRID_FIGURE);
    }
    for (size_t i = 0; i < part->count; i++) {
        const struct reach *row = &part->rows[i];
        begin_line(&grid, part, i);
        if (has_good)
            put_chance(&grid, row->p_false_trip, NAN, &row->ways[setting->version_count]);
        for (size_t c = 0; c < count; c++) {
            size_t k = columns[c].index;
            if (columns[c].is_fraction)
                put_chance(&grid, row->p_trip_fraction[k], row->expected_trip_fraction_s[k], &row->fraction_ways[k]);
            else
                put_chance(&grid, row->p_trip[k], row->expected_trip_s[k], &row->ways[k]);
        }
    }
    return grid_end(&grid);
}

/* In tables of a few columns each. */
static int put_all_chances(const struct policy_rows *part)
{
    const struct lint_report *report = part->report;
    struct chance_column columns[VERSIONS_ABREAST];
    size_t of = report->has_versions ? report->setting->version_count : REACH_FRACTIONS, count = 0;
    bool is_first = true;
    int status = 0;
    for (size_t k = 0; k < of; k++) {
        if (!report->has_versions || k != report->setting->current)
            columns[count++] = (struct chance_column){!report->has_versions, k};
        if (count == (is_first && report->has_versions ? VERSIONS_ABREAST - 1 : VERSIONS_ABREAST) ||
            (k + 1 == of && count > 0)) {
            if (!is_first)
                fputc('\n', part->page->to);
            if (put_chances(part, is_first, columns, count))
                status = -1;
            is_first = false;
            count = 0;
        }
    }
    return status;
}

/* The methods that the rows rest on, each once. */
static void put_methods(const struct page_style *page, const struct policy_rows *part)
{
    for (size_t i = 0; i < part->count; i++) {
        const char *words = part->rows[i].method_words, *method = reach_method_names[part->rows[i].method];
        bool is_said = strncmp(words, method, strlen(method)) == 0; /* "exact Markov chain ..." */
        bool is_told = false;
        for (size_t k = 0; k < i && !is_told; k++)
            is_told = strcmp(part->rows[k].method_words, words) == 0;
        if (!is_told)
            page_say(page, TONE_QUIET, "%s%s%s.", is_said ? "" : method, is_said ? "" : ": ", words);
    }
}

static int put_policy(const struct page_style *page, const struct policy_rows *part)
{
    const struct lint_report *report = part->report;
    const struct policy *policy = &report->setting->policies[part->rows[0].policy];
    char name[NAME];
    fprintf(page->to, "\n%s%s%s (%s of %d): what its alarms see of a new version\n", page->has_color ? "\033[1m" : "",
            emit_visible(name, sizeof name, policy->name), page->has_color ? "\033[0m" : "",
            shift_rows[policy->config.mode].name, report->setting->endpoint.instance_count);
    int status = put_sights(part);
    bool has_traffic = !isnan(part->rows[0].expected_green_requests);
    if (!has_traffic) {
        page_say(page, TONE_QUIET, "Without the traffic (--rate-rps) no probability is known.");
        return status;
    }
    fprintf(page->to, "\nP(it trips by then), and when on average after the first bad response\n");
    if (put_all_chances(part))
        status = -1;
    put_methods(page, part);
    return status;
}

/* ---- findings ---- */

char *write_lint_count(char *text, size_t size, const struct lint_report *report)
{
    size_t used = 0;
    text[0] = '\0';
    for (int severity = 0; severity < FINDING_SEVERITIES && used < size; severity++) {
        size_t count = lint_count(report, severity);
        if (count > 0)
            used += (size_t)snprintf(text + used, size - used, "%s%zu %s%s", used > 0 ? ", " : "", count,
                                     finding_severity_names[severity], count == 1 ? "" : "s");
    }
    size_t silenced = 0;
    for (size_t i = 0; i < report->count; i++)
        silenced += report->findings[i].silenced != NULL;
    if (silenced > 0 && used < size)
        used += (size_t)snprintf(text + used, size - used, "%s%zu silenced", used > 0 ? ", " : "", silenced);
    if (used == 0)
        snprintf(text, size, "nothing found");
    return text;
}

static void put_about(const struct page_style *page, const struct finding *finding)
{
    char name[NAME];
    const char *joint = "  ";
    const struct {
        const char *what, *name;
    } parts[] = {{"policy", finding->policy}, {"alarm", finding->alarm}, {"in", finding->phase}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!parts[i].name)
            continue;
        fprintf(page->to, "%s%s %s", joint, parts[i].what, emit_visible(name, sizeof name, parts[i].name));
        joint = ", ";
    }
    if (joint[0] == ',')
        fputc('\n', page->to);
}

static void put_finding(const struct page_style *page, const struct finding *finding)
{
    static const char *const tints[FINDING_SEVERITIES] = {"\033[1;31m", "\033[1;35m", "\033[1;36m"};
    const struct diagnostic *at = finding->at;
    const char *tint = page->has_color ? tints[finding->severity] : "", *plain = page->has_color ? "\033[0m" : "";
    fprintf(page->to, "%s:%d:%d: %s%s%s: %s: %s\n", at->file, at->line, at->column, tint,
            finding->silenced ? "silenced" : finding_severity_names[finding->severity], plain, finding->rule->id,
            at->path[0] != '\0' ? at->path : finding->rule->title);
    put_about(page, finding);
    fputs("  ", page->to);
    page_wrap(page, 2, TONE_PLAIN, at->message);
    if (finding->silenced) {
        fputs("  silenced: ", page->to);
        page_wrap(page, 12, TONE_QUIET, finding->silenced);
        return;
    }
    if (finding->repair && finding->repair[0] != '\0') {
        fputs("  repair: ", page->to);
        page_wrap(page, 10, TONE_GOOD, finding->repair);
    }
    fprintf(page->to, "  source: %s\n", finding->rule->source);
}

void write_lint_findings(const struct page_style *page, const struct lint_report *report, const char *rule)
{
    bool is_first = true;
    for (size_t i = 0; i < report->count; i++) {
        if (rule && strcmp(report->findings[i].rule->id, rule) != 0)
            continue;
        if (!is_first)
            fputc('\n', page->to);
        put_finding(page, &report->findings[i]);
        is_first = false;
    }
}

int write_lint_text(const struct page_style *given, const struct lint_report *report)
{
    char name[NAME], count[CELL * 2];
    struct page_style page = *given;
    page.width = page.width < WIDEST ? page.width : WIDEST;
    fprintf(page.to, "%s%s%s\n", page.has_color ? "\033[1m" : "", emit_visible(name, sizeof name, report->file),
            page.has_color ? "\033[0m" : "");
    int status = 0;
    for (size_t i = 0; i < report->reach.count;) {
        struct policy_rows part = {
            .report = report, .rows = &report->reach.rows[i], .width = page.width, .page = &page};
        while (i < report->reach.count && report->reach.rows[i].policy == part.rows[0].policy)
            i++, part.count++;
        if (put_policy(&page, &part))
            status = -1;
    }
    if (report->count > 0)
        fputc('\n', page.to);
    write_lint_findings(&page, report, NULL);
    fprintf(page.to, "\n%s: %s\n", emit_visible(name, sizeof name, report->file),
            write_lint_count(count, sizeof count, report));
    return status;
}

void write_lint_pointer(FILE *to, const struct lint_report *report)
{
    char rules[WORDS] = "", file[NAME];
    size_t used = 0;
    for (size_t i = 0; i < report->count && used < sizeof rules; i++) {
        const struct finding *finding = &report->findings[i];
        bool is_told = finding->severity == FINDING_NOTE || finding->silenced;
        for (size_t k = 0; k < i && !is_told; k++)
            is_told = report->findings[k].rule == finding->rule;
        if (!is_told)
            used +=
                (size_t)snprintf(rules + used, sizeof rules - used, "%s%s", used > 0 ? ", " : "", finding->rule->id);
    }
    if (used == 0)
        return;
    emit_visible(file, sizeof file, report->file);
    fprintf(to, "bakeoff: lint has objections (%s): bakeoff lint %s\n", rules, file);
}

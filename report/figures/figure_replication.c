/* One replication, minute by minute, on one axis of time: events, traffic, instances, and what each alarm saw. */
#include "report/figures/figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures/gnuplot.h"

static const char *const column_names[] = {"t_min", "value", "threshold", "mark", "panel", "series", NULL};

enum { POINTS = 2000 }; /* of one line; beyond that the lowest and the highest of each stretch of time */

static void put(struct dataset *data, const char *panel, const char *series, const char *mark, double t_s, double value,
                double threshold)
{
    dataset_number(data, t_s / 60);
    dataset_number(data, value);
    dataset_number(data, threshold);
    dataset_text(data, mark);
    dataset_text(data, panel);
    dataset_text(data, series);
}

/* ---- events ---- */

static const char *const event_words[JOURNAL_KINDS] = {
    [JOURNAL_UPDATE] = "update called",
    [JOURNAL_REFUSED] = "refused",
    [JOURNAL_LAUNCH] = "launch begins",
    [JOURNAL_LAUNCHED] = "launched",
    [JOURNAL_LAUNCH_FAILED] = "launch failed",
    [JOURNAL_FLIP] = "traffic flipped",
    [JOURNAL_SETTLED] = "traffic settled",
    [JOURNAL_BAKE] = "bake begins",
    [JOURNAL_BAKE_OVER] = "bake over",
    [JOURNAL_FIRST_BAD] = "first bad response",
    [JOURNAL_TRIP] = "alarm trips",
    [JOURNAL_LAST_EXPOSED] = "last exposed request",
    [JOURNAL_TIMEOUT] = "timed out",
    [JOURNAL_DELETE] = "deletion begins",
    [JOURNAL_DELETED] = "deleted",
    [JOURNAL_CRASH] = "crash",
    [JOURNAL_RESTART] = "restart",
    [JOURNAL_FINISHED] = "finished",
};

static void put_events(struct dataset *data, const struct told *told)
{
    char phase[64];
    size_t count[JOURNAL_KINDS] = {0};
    for (int kind = 0; kind < JOURNAL_KINDS; kind++)
        for (size_t i = 0; i < told->journal->count && event_words[kind]; i++) {
            const struct journal_record *record = &told->journal->records[i];
            if ((int)record->kind != kind || count[kind]++ >= POINTS)
                continue;
            bool has_phase = kind == JOURNAL_LAUNCH || kind == JOURNAL_LAUNCHED || kind == JOURNAL_FLIP ||
                             kind == JOURNAL_BAKE || kind == JOURNAL_BAKE_OVER || kind == JOURNAL_TRIP;
            put(data, "events", event_words[kind],
                has_phase ? phase_name(phase, sizeof phase, record->phase, record->phase_index) : "",
                s_from_us(record->at), NAN, NAN);
        }
}

/* ---- steps: traffic and instances ---- */

/* How many neighbours two points stand for, their lowest and their highest, so that a line has no more than POINTS. */
static size_t stretch_of(size_t count)
{
    return count > POINTS - 2 ? (2 * count + POINTS - 3) / (POINTS - 2) : 1;
}

struct turn {
    double t_s, value;
};

struct line {
    struct turn *steps;
    size_t count, room;
    bool failed;
};

static void line_add(struct line *line, double t_s, double value)
{
    if (line->count > 0 && line->steps[line->count - 1].value == value)
        return;
    if (line->count == line->room) {
        size_t room = line->room > 0 ? 2 * line->room : 64;
        struct turn *grown = realloc(line->steps, room * sizeof *grown);
        if (!grown) {
            line->failed = true;
            return;
        }
        line->steps = grown;
        line->room = room;
    }
    line->steps[line->count++] = (struct turn){t_s, value};
}

/* Ends at `until_s`; of more than POINTS steps the extremes of each stretch. Frees the line. */
static void line_put(struct dataset *data, struct line *line, const char *panel, const char *series, double until_s)
{
    size_t stretch = stretch_of(line->count);
    for (size_t i = 0; i < line->count; i += stretch) {
        size_t low = i, high = i;
        for (size_t k = i; k < i + stretch && k < line->count; k++) {
            low = line->steps[k].value < line->steps[low].value ? k : low;
            high = line->steps[k].value > line->steps[high].value ? k : high;
        }
        size_t first = low < high ? low : high, second = low < high ? high : low;
        put(data, panel, series, "", line->steps[first].t_s, line->steps[first].value, NAN);
        if (second != first)
            put(data, panel, series, "", line->steps[second].t_s, line->steps[second].value, NAN);
    }
    if (line->count > 0)
        put(data, panel, series, "", fmax(until_s, line->steps[line->count - 1].t_s),
            line->steps[line->count - 1].value, NAN);
    data->failed = data->failed || line->failed;
    free(line->steps);
}

enum { SERIES_BLUE, SERIES_GREEN, SERIES_BILLED, SERIES };

static void put_steps(struct dataset *data, const struct told *told, double from_s, double until_s)
{
    static const char *const names[SERIES] = {"old, in service", "new, in service", "billed"};
    struct line traffic = {0}, lines[SERIES] = {{0}};
    int blue = told_instances(told, BLUE), count[SERIES] = {blue, 0, blue};
    line_add(&traffic, from_s, 0);
    for (int s = 0; s < SERIES; s++)
        line_add(&lines[s], from_s, count[s]);
    for (size_t i = 0; i < told->journal->count; i++) {
        const struct journal_record *record = &told->journal->records[i];
        int fleet = record->colour == BLUE ? SERIES_BLUE : SERIES_GREEN;
        double at = s_from_us(record->at);
        switch (record->kind) {
        case JOURNAL_SETTLED: line_add(&traffic, at, (double)record->green_on / told_instances(told, GREEN)); break;
        case JOURNAL_LAUNCH: count[SERIES_BILLED] += record->count; break;
        case JOURNAL_LAUNCHED: count[fleet] += record->count; break;
        case JOURNAL_DELETE: count[fleet] -= count[fleet] < record->count ? count[fleet] : record->count; break;
        case JOURNAL_DELETED: count[SERIES_BILLED] -= record->count; break;
        default: continue;
        }
        for (int s = 0; s < SERIES; s++)
            line_add(&lines[s], at, count[s]);
    }
    line_put(data, &traffic, "traffic", "share of the new version", until_s);
    for (int s = 0; s < SERIES; s++)
        line_put(data, &lines[s], "instances", names[s], until_s);
}

/* ---- alarms ---- */

struct seen {
    int64_t at;
    size_t order; /* of being seen */
    double value;
    bool is_counted; /* of those that turned the alarm red */
};

static int compare_seen(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* As the alarm last saw each datapoint; those that counted when it first turned red after the call. */
static size_t gather(struct seen *seen, const struct told *told, size_t alarm)
{
    const struct alarm_config *config = &told->setting->alarms[alarm];
    size_t count = 0, kept = 0;
    bool has_turned = false;
    for (size_t i = 0; i < told->journal->count; i++) {
        const struct journal_record *record = &told->journal->records[i];
        if (record->kind != JOURNAL_EVALUATION || record->alarm != alarm)
            continue;
        bool turns =
            !has_turned && record->at >= 0 && record->verdict.state == ALARM_ALARM && record->before != ALARM_ALARM;
        has_turned = has_turned || turns;
        int used = 0;
        for (int k = 0; k < record->range_count; k++) {
            const struct datapoint *point = &told->journal->points[record->range_start + (size_t)k];
            bool is_used = point->present && used < config->evaluation_periods;
            used += is_used;
            if (point->present)
                seen[count] = (struct seen){point->at, count, point->value,
                                            turns && is_used && alarm_breaches(config, point->value)};
            count += point->present;
        }
    }
    qsort(seen, count, sizeof *seen, compare_seen);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && seen[kept - 1].at == seen[i].at) {
            bool is_counted = seen[kept - 1].is_counted || seen[i].is_counted;
            seen[kept - 1] = seen[i];
            seen[kept - 1].is_counted = is_counted;
        } else {
            seen[kept++] = seen[i];
        }
    }
    return kept;
}

static bool is_listed(const struct told *told, size_t alarm)
{
    const struct deployment_config *config = &told_policy(told)->config;
    for (int i = 0; i < config->alarm_count; i++)
        if (strcmp(config->alarm_names[i], told->setting->alarms[alarm].name) == 0)
            return true;
    return false;
}

static void put_point(struct dataset *data, const struct alarm_config *config, const char *name,
                      const struct seen *seen)
{
    bool is_breach = alarm_breaches(config, seen->value);
    put(data, "alarm", name,
        seen->is_counted ? "counted when it tripped"
        : is_breach      ? "breaching"
                         : "not breaching",
        s_from_us(seen->at) + config->period_s, seen->value, config->threshold);
}

static void put_alarm(struct dataset *data, const struct told *told, size_t alarm, struct seen *seen, double from_s,
                      double until_s)
{
    const struct alarm_config *config = &told->setting->alarms[alarm];
    char name[1024];
    snprintf(name, sizeof name, "%s: %s %s over %d s, %d of %d", config->name, config->statistic_text,
             config->metric_name, config->period_s, config->datapoints_to_alarm, config->evaluation_periods);
    size_t count = gather(seen, told, alarm), first = 0;
    while (first < count && s_from_us(seen[first].at) < from_s)
        first++;
    while (count > first && s_from_us(seen[count - 1].at) + config->period_s > until_s)
        count--;
    size_t stretch = stretch_of(count - first);
    for (size_t i = first; i < count; i += stretch) {
        size_t low = i, high = i;
        for (size_t k = i; k < i + stretch && k < count; k++) {
            low = seen[k].value < seen[low].value ? k : low;
            high = seen[k].value > seen[high].value ? k : high;
        }
        put_point(data, config, name, &seen[low < high ? low : high]);
        if (low != high)
            put_point(data, config, name, &seen[low < high ? high : low]);
    }
}

/* ---- the row ---- */

/* From two minutes before the call to five after the end, or the whole window if nothing ended. */
static void fill(struct dataset *data, const struct figure_source *source)
{
    const struct told *told = source->shown;
    if (!told)
        return;
    double from_s = -120, until_s = s_from_us(setting_window_end(told->setting));
    for (size_t i = 0; i < told->journal->count; i++)
        if (told->journal->records[i].kind == JOURNAL_FINISHED)
            until_s = fmin(until_s, s_from_us(told->journal->records[i].at) + 300);
    put_events(data, told);
    put_steps(data, told, from_s, until_s);
    struct seen *seen = calloc(told->journal->point_count + 1, sizeof *seen);
    data->failed = data->failed || !seen;
    for (size_t a = 0; seen && a < told->setting->alarm_count; a++)
        if (is_listed(told, a))
            put_alarm(data, told, a, seen, from_s, until_s);
    free(seen);
}

#define X_AXIS "'x': {'field': 't_min', 'type': 'quantitative', 'title': 'minutes after the call'}"
#define TIP "{'field': 't_min', 'type': 'quantitative', 'format': '.2f', 'title': 'minute'}"

static const char spec[] =
    "'resolve': {'scale': {'x': 'shared', 'color': 'independent', 'shape': 'independent', 'strokeDash': 'independent'}},"
    " 'vconcat': ["
    "{'width': 620, 'height': {'step': 15}, 'transform': [{'filter': 'datum.panel == `events`'}],"
    " 'mark': {'type': 'tick', 'thickness': 3, 'size': 12, 'color': '#0072B2'},"
    " 'encoding': {" X_AXIS ", 'y': {'field': 'series', 'type': 'nominal', 'sort': null, 'title': null},"
    " 'tooltip': [{'field': 'series', 'title': 'event'}, {'field': 'mark', 'title': 'stage'}, " TIP "]}},"
    "{'width': 620, 'height': 70, 'transform': [{'filter': 'datum.panel == `traffic`'}],"
    " 'mark': {'type': 'area', 'interpolate': 'step-after', 'line': true, 'opacity': 0.4, 'color': '#009E73'},"
    " 'encoding': {" X_AXIS ", 'y': {'field': 'value', 'type': 'quantitative', 'title': 'traffic',"
    " 'axis': {'format': '.0%', 'tickCount': 3}, 'scale': {'domain': [0, 1]}},"
    " 'tooltip': [{'field': 'value', 'type': 'quantitative', 'format': '.1%', 'title': 'on the new version'}, " TIP
    "]}},"
    "{'width': 620, 'height': 90, 'transform': [{'filter': 'datum.panel == `instances`'}],"
    " 'mark': {'type': 'line', 'interpolate': 'step-after', 'strokeWidth': 2},"
    " 'encoding': {" X_AXIS
    ", 'y': {'field': 'value', 'type': 'quantitative', 'title': 'instances', 'axis': {'tickMinStep': 1, 'tickCount': 4}},"
    " 'color': {'field': 'series', 'type': 'nominal', 'sort': null, 'title': 'instances',"
    " 'legend': {'symbolType': 'stroke', 'symbolSize': 500}},"
    " 'strokeDash': {'field': 'series', 'type': 'nominal', 'sort': null, 'title': 'instances',"
    " 'scale': {'range': [[1, 0], [8, 4], [2, 3]]}},"
    " 'tooltip': [{'field': 'series'}, {'field': 'value', 'type': 'quantitative'}, " TIP "]}},"
    "{'transform': [{'filter': 'datum.panel == `alarm`'}],"
    " 'facet': {'row': {'field': 'series', 'type': 'nominal', 'sort': {'field': 'row_place', 'op': 'min'}, 'title': null,"
    " 'header': {'labelOrient': 'top', 'labelAnchor': 'start', 'labelFontWeight': 'bold', 'labelLimit': 420}}},"
    " 'resolve': {'scale': {'y': 'independent'}},"
    " 'spec': {'width': 620, 'height': 90, 'layer': ["
    "{'mark': {'type': 'line', 'strokeWidth': 1.5, 'color': '#D55E00', 'strokeDash': [6, 3]},"
    " 'encoding': {" X_AXIS ", 'y': {'field': 'threshold', 'type': 'quantitative', 'title': null}}},"
    "{'mark': {'type': 'point', 'filled': true, 'size': 45, 'opacity': 1},"
    " 'encoding': {" X_AXIS
    ", 'y': {'field': 'value', 'type': 'quantitative', 'title': null, 'axis': {'tickCount': 4, 'labelExpr':"
    " 'format(datum.value, abs(datum.value) < 1 ? `~g` : `~s`)'}},"
    " 'color': {'field': 'mark', 'type': 'nominal', 'title': 'datapoint',"
    " 'scale': {'domain': ['not breaching', 'breaching', 'counted when it tripped'], 'range': ['#56B4E9', '#E69F00', '#D55E00']}},"
    " 'shape': {'field': 'mark', 'type': 'nominal', 'title': 'datapoint',"
    " 'scale': {'domain': ['not breaching', 'breaching', 'counted when it tripped'], 'range': ['circle', 'triangle-up', 'diamond']}},"
    " 'tooltip': [{'field': 'mark', 'title': 'datapoint'}, {'field': 'value', 'type': 'quantitative', 'format': '.4~g'},"
    " {'field': 'threshold', 'type': 'quantitative', 'format': '.4~g'}, " TIP "]}}]}}]";

/* ---- print ---- */

static size_t plot_events(FILE *to, const struct dataset *data, size_t until)
{
    size_t lane = 0;
    fputs("set ytics (", to);
    for (size_t row = 0; row < until; row += dataset_run(data, row, "panel", "series"))
        fprintf(to, "%s'%s' %zu", lane > 0 ? ", " : "", dataset_at(data, row, "series")->text, lane), lane++;
    fprintf(to, ")\nset yrange [%g:-0.7]\nplot ", (double)lane - 0.3);
    lane = 0;
    for (size_t row = 0; row < until; lane++) {
        size_t count = dataset_run(data, row, "panel", "series");
        gnuplot_rows(to, row, count);
        fprintf(to, " using 1:(%zu) with points pointtype 7 pointsize 0.3 linecolor rgb '#0072B2' notitle", lane);
        row += count;
        fputs(row < until ? ", \\\n" : "\n", to);
    }
    return until;
}

static void plot_lines(FILE *to, const struct dataset *data, size_t row, size_t until)
{
    fputs("plot ", to);
    for (size_t series = 0; row < until; series++) {
        size_t count = dataset_run(data, row, "panel", "series");
        gnuplot_rows(to, row, count);
        fputs(" using 1:2 with steps ", to);
        gnuplot_style(to, series);
        fprintf(to, " title '%s'", dataset_at(data, row, "series")->text);
        row += count;
        fputs(row < until ? ", \\\n" : "\n", to);
    }
}

static void plot_alarm(FILE *to, const struct dataset *data, size_t row, size_t count)
{
    static const struct {
        const char *mark, *style;
    } marks[] = {{"not breaching", "pointtype 7 pointsize 0.4 linecolor rgb '#56B4E9'"},
                 {"breaching", "pointtype 9 pointsize 0.6 linecolor rgb '#E69F00'"},
                 {"counted when it tripped", "pointtype 13 pointsize 0.7 linecolor rgb '#D55E00'"}};
    fputs("set title ", to);
    gnuplot_text(to, dataset_at(data, row, "series")->text);
    fputs("\nset yrange [0:*]\nset offsets 0, 0, graph 0.1, 0\nplot ", to);
    gnuplot_rows(to, row, count);
    fputs(" using 1:3 with lines dashtype (6,3) linecolor rgb '#D55E00' title 'threshold'", to);
    for (size_t m = 0; m < sizeof marks / sizeof *marks; m++) {
        fputs(", \\\n", to);
        gnuplot_rows(to, row, count);
        fprintf(to, " using 1:(strcol(4) eq '%s' ? $2 : NaN) with points %s title '%s'", marks[m].mark, marks[m].style,
                marks[m].mark);
    }
    fputs("\nunset title\nset offsets\n", to);
}

static void plot(FILE *to, const struct dataset *data)
{
    size_t rows = dataset_rows(data), panels = dataset_runs(data, "panel");
    size_t alarms = 0;
    for (size_t row = 0; row < rows; row += dataset_run(data, row, "panel", "series"))
        alarms += strcmp(dataset_at(data, row, "panel")->text, "alarm") == 0;
    panels = panels - (alarms > 0) + alarms;
    double least = 0, most = 0;
    for (size_t row = 0; row < rows; row++) {
        double t = dataset_at(data, row, "t_min")->number;
        least = fmin(least, t);
        most = fmax(most, t);
    }
    fprintf(
        to,
        "set multiplot layout %zu,1\nset xrange [%.17g:%.17g]\nset lmargin 20\nset rmargin 24\nset key at screen 0.99,graph 1 right top samplen 2\n",
        panels, least, most);
    for (size_t row = 0; row < rows;) {
        const char *panel = dataset_at(data, row, "panel")->text;
        bool is_alarm = strcmp(panel, "alarm") == 0;
        size_t count = dataset_run(data, row, "panel", is_alarm ? "series" : NULL);
        if (row + count == rows)
            fputs("set xlabel 'minutes after the call'\n", to);
        if (strcmp(panel, "events") == 0)
            plot_events(to, data, row + count);
        else if (is_alarm)
            plot_alarm(to, data, row, count);
        else
            fprintf(to, "set ylabel '%s'\n", panel), plot_lines(to, data, row, row + count);
        fputs("set ytics autofreq\nset yrange [*:*]\nunset ylabel\n", to);
        row += count;
    }
    fputs("unset multiplot\nunset xlabel\n", to);
}

const struct figure figure_replication = {
    .name = "replication",
    .title = "One replication, minute by minute",
    .says =
        "The policy that comes first, in its median replication: what happened, the traffic of the new version, instances, and the "
        "datapoints of each alarm against its threshold (dashed) at the end of their period.",
    .columns = column_names,
    .fill = fill,
    .spec = spec,
    .plot = plot,
    .width_cm = 17.5,
    .height_cm = 18,
};

/* bakeoff alarm: what one CloudWatch alarm would have said about a recorded metric. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/emit.h"
#include "report/output.h"
#include "scenarios/clock.h"
#include "scenarios/recording.h"
#include "scenarios/scenario.h"

enum { REASON_SIZE = 1024, TIME_SIZE = 48 };

/* ---- Arguments ---- */

struct arguments {
    const char *alarm_path, *metric_path, *id;
    const char *output_path; /* "-": standard output */
    bool is_quiet;
    int64_t delay_us, phase_us;
    int range_extra;
    enum alarm_state initial_state;
    enum color_choice color;
};

static const char doc[] =
    "Backtests one CloudWatch alarm on a recorded metric.\n"
    "\n"
    "  bakeoff alarm alarm.json metric.csv\n"
    "  aws cloudwatch get-metric-data ... | bakeoff alarm alarm.json -\v"
    "ALARM.json is what put-metric-alarm takes. METRIC.csv has the columns timestamp, value and perhaps samples, one "
    "row a period: the timestamp is the period's start, ISO 8601 in UTC or seconds since 1970; an empty value is no "
    "datapoint. METRIC.json is what get-metric-data or get-metric-statistics answers. \"-\" is stdin.\n"
    "\n"
    "Prints CSV, one evaluation as each row closes: evaluated_at, state, reason (CloudWatch's StateReason), and how "
    "many datapoints were breaching, considered and missing.\n"
    "\n"
    "Exit status: 0 done, whatever the alarm did; 2 usage or invalid input; 3 failed while running.";

enum { KEY_DELAY = 0x100, KEY_PHASE, KEY_INITIAL_STATE, KEY_ID, KEY_RANGE_EXTRA, KEY_COLOR };

static const struct argp_option options[] = {
    {"delay-s", KEY_DELAY, "X", 0, "a datapoint is visible X seconds after its period closes, 0 by default", 0},
    {"phase-s", KEY_PHASE, "X", 0, "the alarm is evaluated X seconds after a datapoint is visible, 0 by default", 0},
    {"initial-state", KEY_INITIAL_STATE, "STATE", 0,
     "before the first row: OK, ALARM or, by default, INSUFFICIENT_DATA", 0},
    {"id", KEY_ID, "ID", 0, "which result to take, where get-metric-data gave several", 0},
    {"evaluation-range-extra", KEY_RANGE_EXTRA, "K", 0,
     "datapoints are looked for K periods past EvaluationPeriods, 2 by default", 0},
    {"output", 'o', "FILE", 0, "write the CSV there instead of standard output", 0},
    {"quiet", 'q', NULL, 0, "no warnings", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

static int64_t parse_seconds(const struct argp_state *state, const char *option, const char *text)
{
    char *end;
    const double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(seconds >= 0.0 && seconds <= 7 * 86400.0))
        options_error(state, "%s: must be seconds from 0 to 604800, got '%s'", option, text);
    return us_from_s(seconds);
}

static void take_file(struct arguments *arguments, const struct argp_state *state, const char *path)
{
    if (arguments->alarm_path == NULL)
        arguments->alarm_path = path;
    else if (arguments->metric_path == NULL)
        arguments->metric_path = path;
    else
        options_error(state, "unexpected argument '%s'", path);
}

static void check_files(const struct arguments *arguments, const struct argp_state *state)
{
    if (arguments->metric_path == NULL)
        options_error(state, "two files are needed: the alarm, then the metric");
    else if (strcmp(arguments->alarm_path, "-") == 0 && strcmp(arguments->metric_path, "-") == 0)
        options_error(state, "only one of the two files can be stdin");
    options_spare(state, "--output", arguments->output_path, arguments->alarm_path);
    options_spare(state, "--output", arguments->output_path, arguments->metric_path);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_DELAY: arguments->delay_us = parse_seconds(state, "--delay-s", text); return 0;
    case KEY_PHASE: arguments->phase_us = parse_seconds(state, "--phase-s", text); return 0;
    case KEY_INITIAL_STATE:
        arguments->initial_state =
            (enum alarm_state)options_word(state, "--initial-state", text, alarm_state_names, ALARM_STATES);
        return 0;
    case KEY_ID: arguments->id = text; return 0;
    case KEY_RANGE_EXTRA:
        arguments->range_extra = (int)options_count(state, "--evaluation-range-extra", text, 0, 1000);
        return 0;
    case 'o': arguments->output_path = text; return 0;
    case 'q': arguments->is_quiet = true; return 0;
    case KEY_COLOR: arguments->color = options_color(state, text); return 0;
    case ARGP_KEY_ARG: take_file(arguments, state, text); return 0;
    case ARGP_KEY_END: check_files(arguments, state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- The backtest ---- */

struct backtest {
    const struct alarm_config *alarm;
    const struct recording *recording;
    const struct arguments *arguments;
    struct datapoint *range; /* newest first */
    size_t range_count;
    size_t next_point; /* the first recorded point that starts after the range */
    int64_t period_us;
};

/* The datapoints that an evaluation at `now` gets: one for each period of the evaluation range, which ends with the
 * last period that has closed. Those that are not visible yet are missing, and all of them where the alarm asks for a
 * Unit that the metric does not have. */
static void fill_range(struct backtest *test, int64_t now)
{
    const struct recording *recording = test->recording;
    const int64_t first = recording->points[0].at;
    int64_t at = first + us_floor(now - first, test->period_us) - test->period_us;
    while (test->next_point < recording->count && recording->points[test->next_point].at <= at)
        test->next_point++;
    size_t point = test->next_point;
    for (size_t i = 0; i < test->range_count; i++, at -= test->period_us) {
        test->range[i] = (struct datapoint){.at = at};
        if (point == 0 || recording->points[point - 1].at != at)
            continue;
        point--;
        if (at + test->period_us + test->arguments->delay_us <= now && !test->alarm->unit_mismatch)
            test->range[i] = recording->points[point];
    }
}

/* Whole seconds, or with milliseconds, in the form in which the recording has its times. */
static void print_time(FILE *to, int64_t unix_us, bool is_epoch)
{
    const bool is_whole = unix_us % US_PER_S == 0;
    char text[TIME_SIZE];
    if (is_epoch)
        fprintf(to, "%.*f", is_whole ? 0 : 3, s_from_us(unix_us));
    else
        fputs(clock_format(text, sizeof text, unix_us, !is_whole), to);
}

static void print_evaluations(struct backtest *test, FILE *to)
{
    const struct recording *recording = test->recording;
    const int64_t last = recording->points[recording->count - 1].at;
    char reason[REASON_SIZE] = "Unchecked: Initial alarm creation";
    enum alarm_state state = test->arguments->initial_state;
    fputs("evaluated_at,state,reason,breaching,considered,missing\n", to);
    for (int64_t at = recording->points[0].at; at <= last && !ferror(to); at += test->period_us) {
        const int64_t now = at + test->period_us + test->arguments->delay_us + test->arguments->phase_us;
        fill_range(test, now);
        const struct alarm_verdict verdict = alarm_evaluate(test->alarm, test->range, test->range_count, state);
        if (!verdict.kept)
            alarm_reason(reason, sizeof reason, test->alarm, &verdict, test->range, test->range_count, 0);
        state = verdict.state;
        print_time(to, now, recording->is_epoch);
        fprintf(to, ",%s,", alarm_state_names[state]);
        csv_put_text(to, reason);
        fprintf(to, ",%d,%d,%d\n", verdict.breaching, verdict.considered, verdict.missing);
    }
}

static int run(const struct alarm_config *alarm, const struct recording *recording, const struct arguments *arguments)
{
    struct backtest test = {
        .alarm = alarm,
        .recording = recording,
        .arguments = arguments,
        .range_count = (size_t)(alarm->evaluation_periods + arguments->range_extra),
        .period_us = alarm->period_s * US_PER_S,
    };
    test.range = calloc(test.range_count, sizeof *test.range);
    if (test.range == NULL) {
        fputs("bakeoff: out of memory\n", stderr);
        return STATUS_FAILED;
    }
    struct output output = {0};
    bool is_written = output_open(&output, arguments->output_path) == 0;
    if (is_written) {
        print_evaluations(&test, output.file);
        is_written = output_commit(&output) == 0;
    }
    int status = is_written ? STATUS_DONE : options_complain_of_write(arguments->output_path);
    output_abandon(&output);
    free(test.range);
    return status;
}

int alarm_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {.options = options,
                              .parser = parse,
                              .args_doc = "ALARM.json METRIC.csv|METRIC.json",
                              .doc = doc,
                              .children = children};
    struct arguments arguments = {.range_extra = 2, .initial_state = ALARM_INSUFFICIENT_DATA, .output_path = "-"};
    if (options_parse(&argp, argc, argv, &arguments))
        return STATUS_FAILED;

    struct diagnostics diagnostics = {0};
    struct recording *recording = NULL;
    struct alarm_file *file = alarm_file_read(arguments.alarm_path, &diagnostics);
    if (file != NULL)
        recording = recording_read(arguments.metric_path, &file->alarm, arguments.id, &diagnostics);
    if (recording == NULL || !arguments.is_quiet)
        diagnostics_print(&diagnostics, stderr, options_has_color(arguments.color, stderr));
    const int status = recording != NULL ? run(&file->alarm, recording, &arguments) : STATUS_USAGE;
    recording_free(recording);
    alarm_file_free(file);
    diagnostics_free(&diagnostics);
    return status;
}

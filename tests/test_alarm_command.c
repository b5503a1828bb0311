/* `bakeoff alarm` on whole files: CloudWatch's tables and recorded transitions, real series, delays and phases. */
#include "models/alarm.h"
#include "report/cli/commands.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include <argp.h>
#include <cjson/cJSON.h>

enum { PATH = 256, TEXT = 2048, MAX_LINES = 8192 };

/* ---- Files and runs ---- */

static char folder[] = P_tmpdir "/bakeoff-alarm-XXXXXX";

static const char *path_of(const char *name)
{
    static char paths[4][PATH];
    static int turn;
    char *path = paths[turn++ % 4];
    snprintf(path, PATH, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* A whole file; the caller frees. NULL if there is none. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    return text;
}

/* Runs the command with alarm.json and these arguments up to a NULL; its output goes to the files out and err. */
static int run_alarm(const char *metric, ...)
{
    char name[] = "bakeoff alarm", alarm[PATH], data[PATH];
    char *arguments[16] = {name, alarm, data};
    snprintf(alarm, sizeof alarm, "%s", path_of("alarm.json"));
    snprintf(data, sizeof data, "%s", metric);
    int count = 3;
    va_list more;
    va_start(more, metric);
    for (char *argument = va_arg(more, char *); argument != NULL; argument = va_arg(more, char *))
        arguments[count++] = argument;
    va_end(more);
    fflush(NULL);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen(path_of("out"), "w", stdout) == NULL || freopen(path_of("err"), "w", stderr) == NULL)
            _exit(99);
        argp_err_exit_status = STATUS_USAGE;
        const int status = alarm_main(count, arguments);
        fflush(NULL);
        _exit(status);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* One evaluation, as printed. */
struct line {
    char evaluated_at[32], state[32], reason[TEXT];
    int breaching, considered, missing;
};

/* Takes one CSV cell, quoted or not, off *text. */
static void take_cell(const char **text, char *cell, size_t size)
{
    const char *at = *text;
    const bool is_quoted = *at == '"';
    size_t length = 0;
    at += is_quoted;
    while (*at != '\0' && (is_quoted ? *at != '"' : *at != ',' && *at != '\n')) {
        assert_true(length + 1 < size);
        cell[length++] = *at++;
    }
    cell[length] = '\0';
    at += is_quoted;
    *text = at + (*at == ',' || *at == '\n');
}

/* The evaluations of the last run; `lines` has room for MAX_LINES. */
static int read_lines(struct line *lines)
{
    char *text = read_file(path_of("out"));
    assert_non_null(text);
    const char *at = text, header[] = "evaluated_at,state,reason,breaching,considered,missing\n";
    assert_int_equal(strncmp(at, header, strlen(header)), 0);
    at += strlen(header);
    int count = 0;
    while (*at != '\0') {
        struct line *line = &lines[count++];
        char numbers[3][16];
        assert_true(count <= MAX_LINES);
        take_cell(&at, line->evaluated_at, sizeof line->evaluated_at);
        take_cell(&at, line->state, sizeof line->state);
        take_cell(&at, line->reason, sizeof line->reason);
        for (int i = 0; i < 3; i++)
            take_cell(&at, numbers[i], sizeof numbers[i]);
        line->breaching = atoi(numbers[0]);
        line->considered = atoi(numbers[1]);
        line->missing = atoi(numbers[2]);
    }
    free(text);
    return count;
}

static struct line lines[MAX_LINES];

static void show_error(void)
{
    char *text = read_file(path_of("err"));
    print_message("%s", text != NULL ? text : "");
    free(text);
}

static void write_alarm(int n, const char *m, int period, const char *operator, double threshold, const char *missing,
                        const char *statistic)
{
    char text[TEXT], given[64] = "";
    if (m != NULL)
        snprintf(given, sizeof given, "\"DatapointsToAlarm\": %s, ", m);
    snprintf(text, sizeof text,
             "{\"AlarmName\": \"a\", \"Namespace\": \"Custom\", \"MetricName\": \"m\", %s, \"Period\": %d, "
             "\"EvaluationPeriods\": %d, %s\"Threshold\": %.17g, \"ComparisonOperator\": \"%s\", "
             "\"TreatMissingData\": \"%s\"}\n",
             statistic, period, n, given, threshold, operator, missing);
    write_file("alarm.json", text);
}

/* ---- CloudWatch's tables ---- */

/* One cell of a truth table: five rows, an empty value where data is missing; the state after the last one counts. */
static void check_cell(int n, int m, const char *points, const char *missing, const char *want)
{
    char text[TEXT] = "timestamp,value\n", given[16];
    const int count = (int)strlen(points);
    for (int i = 0; i < count; i++) {
        char row[64];
        snprintf(row, sizeof row, "2026-01-01 00:%02d:00,%s\n", 5 * i + 3,
                 points[i] == 'X'   ? "7.25"
                 : points[i] == '0' ? "0"
                                    : "");
        strcat(text, row);
    }
    write_file("metric.csv", text);
    snprintf(given, sizeof given, "%d", m);
    write_alarm(n, given, 300, "GreaterThanThreshold", 1, missing, "\"Statistic\": \"Sum\"");
    for (int before = 0; before < ALARM_STATES; before++) {
        const char *const initial = alarm_state_names[before];
        assert_int_equal(run_alarm(path_of("metric.csv"), "--initial-state", initial, NULL), 0);
        assert_int_equal(read_lines(lines), count);
        const struct line *last = &lines[count - 1];
        const char *expected = want;
        if (strcmp(want, "keep") == 0 || strcmp(want, "RETAIN") == 0)
            expected = lines[count - 2].state;
        const bool fits = strcmp(want, "?") == 0 || (strcmp(want, "!ALARM") == 0 ? strcmp(last->state, "ALARM") != 0
                                                                                 : strcmp(last->state, expected) == 0);
        if (!fits)
            fail_msg("%d of %d, %s, %s, from %s: got %s, want %s", m, n, points, missing, initial, last->state, want);
        assert_string_equal(last->evaluated_at, "2026-01-01T00:28:00Z");
        assert_int_equal(last->considered + last->missing, n);
    }
}

static void test_missing_data_tables(void **state)
{
    (void)state;
    FILE *table = fopen("tests/tables/alarm_missing_data.txt", "r");
    assert_non_null(table);
    char text[TEXT];
    while (fgets(text, sizeof text, table) != NULL) {
        int n, m;
        char points[8], want[MISSING_POLICIES][32];
        if (text[0] == '#' || text[0] == '\n')
            continue;
        assert_int_equal(
            sscanf(text, "%d %d %7s %31s %31s %31s %31s", &n, &m, points, want[0], want[1], want[2], want[3]), 7);
        for (int missing = 0; missing < MISSING_POLICIES; missing++)
            check_cell(n, m, points, missing_data_names[missing], want[missing]);
    }
    fclose(table);
}

/* The same cells once more, from the recorded tables where these are at hand. */
static cJSON *read_shared(const char *name)
{
    const char *shared = getenv("BAKEOFF_SHARED_DATA");
    char path[2 * PATH];
    snprintf(path, sizeof path, "%s/%s", shared != NULL ? shared : "/nonexistent", name);
    char *text = shared != NULL ? read_file(path) : NULL;
    if (text == NULL) {
        print_message("no %s: BAKEOFF_SHARED_DATA is %s\n", name, shared != NULL ? shared : "not set");
        return NULL;
    }
    cJSON *json = cJSON_Parse(text);
    assert_non_null(json);
    free(text);
    return json;
}

static void test_shared_tables(void **state)
{
    (void)state;
    cJSON *tables = read_shared("oracle/missing_data_tables.json");
    if (tables == NULL)
        skip();
    int cells = 0;
    const cJSON *row;
    cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(tables, "rows"))
    {
        char points[16] = "";
        for (const char *c = cJSON_GetObjectItemCaseSensitive(row, "data_points")->valuestring; *c != '\0'; c++)
            if (*c != ' ')
                strncat(points, c, 1);
        const cJSON *cell;
        cJSON_ArrayForEach(cell, cJSON_GetObjectItemCaseSensitive(row, "expected"))
        {
            check_cell(cJSON_GetObjectItemCaseSensitive(row, "N")->valueint,
                       cJSON_GetObjectItemCaseSensitive(row, "M")->valueint, points, cell->string, cell->valuestring);
            cells++;
        }
    }
    cJSON_Delete(tables);
    assert_int_equal(cells, 40);
}

/* ---- Recorded transitions ---- */

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

static void write_transition(const cJSON *transition)
{
    const cJSON *config = cJSON_GetObjectItemCaseSensitive(transition, "config");
    const cJSON *points = cJSON_GetObjectItemCaseSensitive(transition, "datapoints_newest_first");
    char statistic[64], text[TEXT] = "timestamp,value\n";
    snprintf(statistic, sizeof statistic, "\"Statistic\": \"%s\"", text_of(config, "Statistic"));
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(config, "DatapointsToAlarm")));
    write_alarm(cJSON_GetObjectItemCaseSensitive(config, "EvaluationPeriods")->valueint, NULL,
                cJSON_GetObjectItemCaseSensitive(config, "Period")->valueint, text_of(config, "ComparisonOperator"),
                cJSON_GetObjectItemCaseSensitive(config, "Threshold")->valuedouble, text_of(config, "TreatMissingData"),
                statistic);
    for (int i = cJSON_GetArraySize(points); i-- > 0;) {
        const cJSON *point = cJSON_GetArrayItem(points, i), *value = cJSON_GetObjectItemCaseSensitive(point, "v");
        char row[96];
        snprintf(row, sizeof row, cJSON_IsNumber(value) ? "%s,%.17g\n" : "%s,\n", text_of(point, "t"),
                 cJSON_IsNumber(value) ? value->valuedouble : 0.0);
        strcat(text, row);
    }
    write_file("metric.csv", text);
}

static void check_transition(const cJSON *transition)
{
    const char *id = text_of(transition, "id"), *before = text_of(transition, "old_state");
    const cJSON *lag = cJSON_GetObjectItemCaseSensitive(transition, "lag_after_period_end_s");
    char phase[32];
    snprintf(phase, sizeof phase, "%.3f", cJSON_IsNumber(lag) ? lag->valuedouble : 0.0);
    write_transition(transition);
    if (run_alarm(path_of("metric.csv"), "--phase-s", phase, "--initial-state",
                  before != NULL ? before : "INSUFFICIENT_DATA", NULL) != 0) {
        show_error();
        fail_msg("%s: refused", id);
    }
    const int count = read_lines(lines);
    assert_true(count >= 1);
    assert_string_equal(lines[count - 1].state, text_of(transition, "new_state"));
    if (text_of(transition, "evaluated_at") != NULL)
        assert_string_equal(lines[count - 1].evaluated_at, text_of(transition, "evaluated_at"));
    /* Those of 2013 and 2014 are worded as CloudWatch no longer does. */
    if (strncmp(id, "surf-", 5) == 0)
        assert_string_equal(lines[count - 1].reason, text_of(transition, "state_reason"));
}

static void test_recorded_transitions(void **state)
{
    (void)state;
    const char *shared = getenv("BAKEOFF_SHARED_DATA");
    char path[2 * PATH], text[4 * TEXT];
    snprintf(path, sizeof path, "%s/oracle/alarm_transitions_recorded.jsonl", shared != NULL ? shared : "");
    FILE *file = shared != NULL ? fopen(path, "r") : NULL;
    if (file == NULL) {
        print_message("no recorded transitions: BAKEOFF_SHARED_DATA is %s\n", shared != NULL ? shared : "not set");
        skip();
    }
    int transitions = 0;
    while (fgets(text, sizeof text, file) != NULL) {
        cJSON *transition = cJSON_Parse(text);
        assert_non_null(transition);
        check_transition(transition);
        cJSON_Delete(transition);
        transitions++;
    }
    fclose(file);
    assert_int_equal(transitions, 8);
}

/* ---- Real series ---- */

static void shared_path(char path[2 * PATH], const char *name)
{
    const char *shared = getenv("BAKEOFF_SHARED_DATA");
    if (shared == NULL) {
        print_message("no %s: BAKEOFF_SHARED_DATA is not set\n", name);
        skip();
    }
    snprintf(path, 2 * PATH, "%s/%s", shared, name);
}

/* A load balancer's request count, 4,032 rows of five minutes with eight single rows absent. */
static void test_series_with_gaps(void **state)
{
    (void)state;
    char path[2 * PATH];
    shared_path(path, "cloudwatch/nab_elb_request_count_8c0756.csv");
    write_alarm(3, "2", 300, "GreaterThanThreshold", 100, "missing", "\"Statistic\": \"Sum\"");
    assert_int_equal(run_alarm(path, NULL), 0);
    assert_int_equal(read_lines(lines), 4032 + 8);
    /* Two periods past N are looked at, so a single gap is never felt: older datapoints take part instead. */
    for (int i = 2; i < 4040; i++)
        assert_int_equal(lines[i].missing, 0);
    write_alarm(1, NULL, 300, "GreaterThanThreshold", 100, "missing", "\"Statistic\": \"Sum\"");
    assert_int_equal(run_alarm(path, "--evaluation-range-extra", "0", NULL), 0);
    int gaps = 0;
    const int count = read_lines(lines);
    for (int i = 0; i < count; i++) {
        gaps += lines[i].missing;
        assert_int_equal(lines[i].missing > 0, strcmp(lines[i].state, "INSUFFICIENT_DATA") == 0);
    }
    assert_int_equal(gaps, 8);
}

/* A series whose clock was set: rows that are no whole Periods apart are refused, with their lines. */
static void test_series_that_slips(void **state)
{
    (void)state;
    char path[2 * PATH];
    shared_path(path, "cloudwatch/nab_ec2_request_latency_system_failure.csv");
    write_alarm(1, NULL, 300, "GreaterThanThreshold", 100, "missing", "\"Statistic\": \"Average\"");
    assert_int_equal(run_alarm(path, NULL), STATUS_USAGE);
    char *text = read_file(path_of("err"));
    assert_non_null(strstr(text, ":569:1: error: 3840 s after 2014-03-09T01:56:00Z"));
    assert_non_null(strstr(text, ":570:1: error: 60 s after 2014-03-09T03:00:00Z"));
    assert_non_null(strstr(text, ":559:1: warning: 2014-03-09T03:00:00Z was given before"));
    free(text);
    /* By the minute, all of them stand on the grid. */
    write_alarm(1, NULL, 60, "GreaterThanThreshold", 100, "missing", "\"Statistic\": \"Average\"");
    assert_int_equal(run_alarm(path, NULL), 0);
}

/* What `aws cloudwatch get-metric-statistics` and `get-metric-data` print. */
static void test_printed_answers(void **state)
{
    (void)state;
    cJSON *recorded = read_shared("cloudwatch/awscli_recorded_outputs.json");
    if (recorded == NULL)
        skip();
    const cJSON *outputs = cJSON_GetObjectItemCaseSensitive(recorded, "outputs");

    char *text = cJSON_Print(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(outputs, "get-metric-statistics"), 0));
    write_file("metric.json", text);
    free(text);
    write_alarm(2, NULL, 3600, "GreaterThanThreshold", 50.5, "missing", "\"Statistic\": \"Maximum\"");
    assert_int_equal(run_alarm(path_of("metric.json"), NULL), 0);
    assert_int_equal(read_lines(lines), 23); /* hourly, 23:18 to 21:18 of the next day */
    assert_string_equal(lines[0].evaluated_at, "2014-04-09T00:18:00Z");
    for (int i = 0; i < 23; i++) /* 51.23 and 76.84 at 02:18 and 03:18: the only two in a row */
        assert_int_equal(strcmp(lines[i].state, "ALARM") == 0, i == 4);
    write_alarm(2, NULL, 3600, "GreaterThanThreshold", 50.5, "missing", "\"Statistic\": \"Average\"");
    assert_int_equal(run_alarm(path_of("metric.json"), NULL), STATUS_USAGE);

    text = cJSON_Print(cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(outputs, "get-metric-data"), 0));
    write_file("metric.json", text);
    free(text);
    write_alarm(1, NULL, 300, "GreaterThanThreshold", 50.5, "missing", "\"Statistic\": \"Average\"");
    assert_int_equal(run_alarm(path_of("metric.json"), "--id", "m3", NULL), 0);
    assert_int_equal(read_lines(lines), 1);
    assert_string_equal(lines[0].evaluated_at, "2024-09-29T22:15:00Z");
    assert_string_equal(lines[0].state, "ALARM");
    cJSON_Delete(recorded);
}

/* ---- Delays, phases, samples ---- */

static const char minutes[] = "timestamp,value,samples\n"
                              "1767268800,9,100\n"
                              "1767268860,0,100\n"
                              "1767268920,9,99\n"
                              "1767268980,9,100\n";

static void test_epoch_seconds_stay_epoch_seconds(void **state)
{
    (void)state;
    write_file("metric.csv", minutes);
    write_alarm(1, NULL, 60, "GreaterThanThreshold", 1, "missing", "\"Statistic\": \"Sum\"");
    assert_int_equal(run_alarm(path_of("metric.csv"), NULL), 0);
    assert_int_equal(read_lines(lines), 4);
    assert_string_equal(lines[0].evaluated_at, "1767268860");
    assert_int_equal(run_alarm(path_of("metric.csv"), "--delay-s", "30.25", "--phase-s", "7.5", NULL), 0);
    read_lines(lines);
    assert_string_equal(lines[0].evaluated_at, "1767268897.750");
    assert_string_equal(lines[0].state, "ALARM");
    assert_string_equal(lines[1].state, "OK");
}

/* With data that comes more than a period late, the newest closed periods are gaps: three datapoints in a range of
 * five are still found, two periods of lateness take the whole slack. */
static void test_late_data(void **state)
{
    (void)state;
    write_file("metric.csv", minutes);
    write_alarm(3, "3", 60, "GreaterThanThreshold", 1, "breaching", "\"Statistic\": \"Sum\"");
    assert_int_equal(run_alarm(path_of("metric.csv"), "--delay-s", "150", NULL), 0);
    assert_int_equal(read_lines(lines), 4);
    assert_string_equal(lines[3].evaluated_at, "1767269190");
    assert_int_equal(lines[3].considered, 3);
    assert_string_equal(lines[3].state, "OK");
    assert_int_equal(run_alarm(path_of("metric.csv"), "--delay-s", "180", NULL), 0);
    read_lines(lines);
    assert_int_equal(lines[3].considered, 2);
    assert_string_equal(lines[3].state, "ALARM"); /* the good datapoint has left the range */
    assert_int_equal(run_alarm(path_of("metric.csv"), "--delay-s", "180", "--evaluation-range-extra", "3", NULL), 0);
    read_lines(lines);
    assert_int_equal(lines[3].considered, 3);
}

static void test_low_samples(void **state)
{
    (void)state;
    write_file("metric.csv", minutes);
    write_alarm(1, NULL, 60, "GreaterThanThreshold", 1, "missing",
                "\"ExtendedStatistic\": \"p90\", \"EvaluateLowSampleCountPercentile\": \"ignore\"");
    assert_int_equal(run_alarm(path_of("metric.csv"), NULL), 0);
    assert_int_equal(read_lines(lines), 4);
    assert_string_equal(lines[0].state, "ALARM");
    assert_string_equal(lines[1].state, "OK");
    assert_string_equal(lines[2].state, "OK"); /* kept: 99 samples */
    assert_string_equal(lines[2].reason, lines[1].reason);
    assert_string_equal(lines[3].state, "ALARM");
    write_alarm(1, NULL, 60, "GreaterThanThreshold", 1, "missing",
                "\"ExtendedStatistic\": \"p90\", \"EvaluateLowSampleCountPercentile\": \"evaluate\"");
    assert_int_equal(run_alarm(path_of("metric.csv"), NULL), 0);
    read_lines(lines);
    assert_string_equal(lines[2].state, "ALARM");
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"alarm.json", "metric.csv", "metric.json", "out", "err"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(path_of(names[i]));
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_data_tables),
        cmocka_unit_test(test_shared_tables),
        cmocka_unit_test(test_recorded_transitions),
        cmocka_unit_test(test_series_with_gaps),
        cmocka_unit_test(test_series_that_slips),
        cmocka_unit_test(test_printed_answers),
        cmocka_unit_test(test_epoch_seconds_stay_epoch_seconds),
        cmocka_unit_test(test_late_data),
        cmocka_unit_test(test_low_samples),
    };
    return cmocka_run_group_tests_name("alarm_command", tests, make_folder, remove_folder);
}

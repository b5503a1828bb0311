/* Recorded metrics: what is understood, what is refused, and where it says so. */
#include "scenarios/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const struct alarm_config minutely = {
    .statistic = {.kind = STATISTIC_AVERAGE},
    .statistic_text = "Average",
    .period_s = 60,
    .evaluation_periods = 1,
    .datapoints_to_alarm = 1,
};
static const struct alarm_config percentile = {
    .statistic = {STATISTIC_PERCENTILE, 0.99},
    .statistic_text = "p99",
    .period_s = 60,
    .evaluation_periods = 1,
    .datapoints_to_alarm = 1,
    .ignores_low_samples = true,
};

static struct recording *read_text(const char *text, const struct alarm_config *alarm, const char *id,
                                   struct diagnostics *diagnostics)
{
    *diagnostics = (struct diagnostics){0};
    return recording_read_text("metric", text, strlen(text), alarm, id, diagnostics);
}

/* Reads what must be fine, with so many warnings. */
static struct recording *read_good(const char *text, const struct alarm_config *alarm, size_t warnings)
{
    struct diagnostics diagnostics;
    struct recording *recording = read_text(text, alarm, NULL, &diagnostics);
    if (recording == NULL)
        diagnostics_print(&diagnostics, stdout, false);
    assert_non_null(recording);
    assert_int_equal(diagnostics.count, warnings);
    diagnostics_free(&diagnostics);
    return recording;
}

static const int64_t noon = INT64_C(1767268800) * 1000000; /* 2026-01-01T12:00:00Z */

static void check_point(const struct datapoint *point, int minute, double value)
{
    assert_true(point->at == noon + minute * US_PER_MINUTE);
    assert_true(point->present);
    assert_true(point->value == value);
}

static void test_csv(void **state)
{
    (void)state;
    struct recording *recording = read_good("timestamp,value,samples\n"
                                            "2026-01-01T12:00:00Z,0,30\n"
                                            "2026-01-01 12:01:00,2.5,\n"
                                            "2026-01-01T12:02:00Z,,12\n"
                                            "2026-01-01T13:04:00+01:00,-1e-3,0\n",
                                            &minutely, 0);
    assert_int_equal(recording->count, 4);
    assert_true(recording->has_samples && !recording->is_epoch);
    check_point(&recording->points[0], 0, 0.0);
    check_point(&recording->points[1], 1, 2.5);
    assert_false(recording->points[2].present);
    check_point(&recording->points[3], 4, -1e-3);
    assert_true(recording->points[0].samples == 30.0);
    assert_true(isnan(recording->points[1].samples));
    recording_free(recording);
}

static void test_epoch_seconds(void **state)
{
    (void)state;
    struct recording *recording = read_good("timestamp,value\r\n1767268860,2\r\n1767268800.0,1\r\n", &minutely, 0);
    assert_int_equal(recording->count, 2);
    assert_true(recording->is_epoch && !recording->has_samples);
    check_point(&recording->points[0], 0, 1.0);
    check_point(&recording->points[1], 1, 2.0);
    recording_free(recording);
}

static void test_columns_in_any_order(void **state)
{
    (void)state;
    struct recording *recording =
        read_good("\xef\xbb\xbfsamples,note,value,timestamp\n7,\"a, b\",3,1767268800\n", &minutely, 0);
    check_point(&recording->points[0], 0, 3.0);
    assert_true(recording->points[0].samples == 7.0);
    recording_free(recording);
}

static void test_the_last_duplicate_counts(void **state)
{
    (void)state;
    struct recording *recording = read_good("timestamp,value\n"
                                            "2026-01-01T12:01:00Z,1\n"
                                            "2026-01-01T12:00:00Z,2\n"
                                            "2026-01-01T12:01:00Z,3\n"
                                            "2026-01-01T12:00:00Z,\n"
                                            "2026-01-01T12:01:00Z,4\n",
                                            &minutely, 3);
    assert_int_equal(recording->count, 2);
    assert_false(recording->points[0].present);
    check_point(&recording->points[1], 1, 4.0);
    recording_free(recording);
}

static void test_get_metric_data(void **state)
{
    (void)state;
    struct recording *recording = read_good(
        "{\"MetricDataResults\": [{\"Id\": \"m1\", \"Label\": \"x\", \"Timestamps\": [\"2026-01-01T12:05:00+00:00\","
        " \"2026-01-01T12:00:00Z\"], \"Values\": [5, 0.0], \"StatusCode\": \"Complete\"}], \"Messages\": []}",
        &minutely, 0);
    assert_int_equal(recording->count, 2);
    check_point(&recording->points[0], 0, 0.0);
    check_point(&recording->points[1], 5, 5.0);
    recording_free(recording);

    static const char two[] =
        "{\"MetricDataResults\": [{\"Id\": \"a\", \"Timestamps\": [1767268800], \"Values\": [1]},"
        " {\"Id\": \"b\", \"Timestamps\": [1767268800.0], \"Values\": [2], \"StatusCode\": \"PartialData\"}],"
        " \"NextToken\": \"t\"}";
    struct diagnostics diagnostics;
    recording = read_text(two, &minutely, "b", &diagnostics);
    assert_non_null(recording);
    check_point(&recording->points[0], 0, 2.0);
    assert_true(recording->is_epoch);
    assert_int_equal(diagnostics_warnings(&diagnostics), 2); /* partial, and more to come */
    diagnostics_free(&diagnostics);
    recording_free(recording);
}

static void test_get_metric_statistics(void **state)
{
    (void)state;
    struct recording *recording = read_good(
        "{\"Label\": \"ModelLatency\", \"Datapoints\": ["
        "{\"Timestamp\": \"2026-01-01T12:01:00Z\", \"Average\": 1.5, \"Maximum\": 9, \"Unit\": \"Microseconds\"},"
        "{\"Timestamp\": \"2026-01-01T12:00:00Z\", \"SampleCount\": 4.0, \"Maximum\": 8, \"Average\": 0.5}]}",
        &minutely, 0);
    check_point(&recording->points[0], 0, 0.5);
    check_point(&recording->points[1], 1, 1.5);
    assert_true(recording->points[0].samples == 4.0);
    recording_free(recording);

    /* The same percentile, written another way. */
    recording = read_good("{\"Datapoints\": [{\"Timestamp\": \"2026-01-01T12:00:00Z\", \"SampleCount\": 1000,"
                          " \"ExtendedStatistics\": {\"p50\": 1, \"p99.0\": 7.25}}]}",
                          &percentile, 0);
    check_point(&recording->points[0], 0, 7.25);
    recording_free(recording);
}

static void test_percentiles_without_samples_are_pointed_out(void **state)
{
    (void)state;
    recording_free(read_good("timestamp,value\n1767268800,1\n", &percentile, 1));
    recording_free(read_good("timestamp,value,samples\n1767268800,1,5\n", &percentile, 0));
}

/* Text, the line that is to be blamed, and part of what is to be said. */
static void test_refusals(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *id;
        int line;
        const char *says;
    } rows[] = {
        {"", NULL, 1, "is empty"},
        {"timestamp,value\n", NULL, 0, "holds no datapoint"},
        {"time,value\n1767268800,1\n", NULL, 1, "no column \"timestamp\""},
        {"timestamp,values\n1767268800,1\n", NULL, 1, "did you mean \"values\""},
        {"timestamp,value\nyesterday,1\n", NULL, 2, "start of the period"},
        {"timestamp,value\n,1\n", NULL, 2, "start of the period"},
        {"timestamp,value\n1767268800,1\n2026-02-30T00:00:00Z,1\n", NULL, 3, "start of the period"},
        {"timestamp,value\n1767268800000,1\n", NULL, 2, "look like milliseconds"},
        {"timestamp,value\n1.7.6,1\n", NULL, 2, "start of the period"},
        {"timestamp,value\n1767268800,nan\n", NULL, 2, "must be a number"},
        {"timestamp,value\n1767268800,0x10\n", NULL, 2, "must be a number"},
        {"timestamp,value\n1767268800,1e999\n", NULL, 2, "must be a number"},
        {"timestamp,value,samples\n1767268800,1,-3\n", NULL, 2, "must be a count"},
        {"timestamp,value\n1767268800\n", NULL, 2, "1 cells"},
        {"timestamp,value\n1767268800,1\n1767268890,1\n", NULL, 3, "90 s after"},
        {"timestamp,value\n1767268800,1\n1767268830,1\n", NULL, 3, "record the metric with that Period"},
        {"timestamp,value\n1767268890,1\n1767268800,1\n", NULL, 2, "90 s after 2026-01-01T12:00:00Z"},
        {"timestamp,value\n60,1\n253402300740,1\n", NULL, 3, "more than 10000000 periods"},
        {"[1]", NULL, 1, "must hold MetricDataResults"},
        {"{\"AlarmName\": \"a\"}", NULL, 1, "is an alarm"},
        {"{\"Datapoints\": 7}", NULL, 1, "must be a list"},
        {"{\"Datapoints\": []}", NULL, 0, "holds no datapoint"},
        {"{\"Datapoints\": [\n{\"Average\": 1}]}", NULL, 2, "has no Timestamp"},
        {"{\"Datapoints\": [\n{\"Timestamp\": 60, \"Sum\": 1, \"ExtendedStatistics\": {\"p9\": 2}}]}", NULL, 2,
         "only Sum, p9"},
        {"{\"Datapoints\": [\n{\"Timestamp\": 60, \"Average\": \"1\"}]}", NULL, 2, "must be a number, got \"1\""},
        {"{\"Datapoints\": [\n{\"Timestamp\": \"noon\",\n\"Average\": null}]}", NULL, 2, "start of the period"},
        {"{\"Datapoints\": [{\"Timestamp\": -1, \"Average\": 1}]}", NULL, 1, "since 1970"},
        {"{\"Datapoints\": [{\"Timestamp\": 60, \"Average\": 1, \"SampleCount\": \"9\"}]}", NULL, 1, "a count"},
        {"{\"Datapoints\": [{\"Timestamp\": 60, \"Average\": 1}]\n", NULL, 1, "never closed"},
        {"{\"MetricDataResults\": []}", NULL, 1, "holds no result"},
        {"{\"MetricDataResults\": [{\"Id\": \"a\"},{\"Id\": \"b\"}]}", NULL, 1, "--id (a, b)"},
        {"{\"MetricDataResults\": [{\"Id\": \"a\"},{\"Id\": \"b\"}]}", "c", 1, "only a, b"},
        {"{\"MetricDataResults\": [{\"Id\": \"a\"}]}", NULL, 1, "has no Timestamps"},
        {"{\"MetricDataResults\": [{\"Timestamps\": \"timestamp\", \"Values\": [50.0]}]}", NULL, 1, "a list"},
        {"{\"MetricDataResults\": [{\"Timestamps\": [60], \"Values\": [1, 2]}]}", NULL, 1, "2 values for 1 "},
        {"{\"MetricDataResults\": [{\"Timestamps\": [true], \"Values\": [1]}]}", NULL, 1, "must be a time"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diagnostics diagnostics;
        struct recording *recording = read_text(rows[i].text, &minutely, rows[i].id, &diagnostics);
        if (recording != NULL)
            fail_msg("accepted: %s", rows[i].text);
        bool found = false;
        for (size_t d = 0; d < diagnostics.count; d++)
            found |=
                diagnostics.items[d].line == rows[i].line && strstr(diagnostics.items[d].message, rows[i].says) != NULL;
        if (!found) {
            diagnostics_print(&diagnostics, stdout, false);
            fail_msg("expected in line %d \"%s\" about: %s", rows[i].line, rows[i].says, rows[i].text);
        }
        diagnostics_free(&diagnostics);
    }
}

static void test_files_that_cannot_be_read(void **state)
{
    (void)state;
    static const char *const paths[] = {"no-such-file.csv", "tests"};
    for (size_t i = 0; i < 2; i++) {
        struct diagnostics diagnostics = {0};
        assert_null(recording_read(paths[i], &minutely, NULL, &diagnostics));
        assert_int_equal(diagnostics_errors(&diagnostics), 1);
        assert_true(diagnostics_unreadable(&diagnostics));
        diagnostics_free(&diagnostics);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_epoch_seconds),
        cmocka_unit_test(test_columns_in_any_order),
        cmocka_unit_test(test_the_last_duplicate_counts),
        cmocka_unit_test(test_get_metric_data),
        cmocka_unit_test(test_get_metric_statistics),
        cmocka_unit_test(test_percentiles_without_samples_are_pointed_out),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_files_that_cannot_be_read),
    };
    return cmocka_run_group_tests_name("recording", tests, NULL, NULL);
}

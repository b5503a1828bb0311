/* What CloudWatch makes of requests: datapoints of every metric and statistic against the raw requests, minutes by
 * completion, gaps, visibility, sliding windows. Read from the evaluations that a small world logs. */
#include "models/meter.h"
#include "tests/support.h"

#include "sim/streams.h"

enum { REQUESTS = 100 };
static double arrivals_us[REQUESTS + 1], services_us[REQUESTS + 1];

/* A hundred requests of 1, 2, ..., 100 ms in some order, half a second apart from 60 s on, over two instances with
 * workers enough; and one that comes in this minute and completes in the next. 5 ms of overhead each. */
static void hundred(struct fixture *f)
{
    fixture_init(f);
    struct traffic_config *traffic = &f->setting.traffic;
    for (int i = 0; i < REQUESTS; i++) {
        arrivals_us[i] = 0.5e6 * i;
        services_us[i] = 1e3 * (1 + 37 * i % REQUESTS);
    }
    arrivals_us[REQUESTS] = 59.9e6;
    services_us[REQUESTS] = 200e3;
    traffic->trace_us = arrivals_us;
    traffic->service_us = services_us;
    traffic->trace_count = REQUESTS + 1;
    traffic->span_us = 61e6;
    traffic->fixed_start_us = -60e6;
    traffic->repeats = false;
    f->versions[CURRENT].service = (struct draw){0};
    f->setting.endpoint.instance_count = 2;
    f->setting.endpoint.workers_per_instance = 8;
    f->setting.endpoint.overhead = draw_constant(5e3);
}

/* The newest datapoint of the first alarm's evaluation at second `at`. */
static struct datapoint datapoint_at(const struct journal *journal, double at, int back)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_record *r = &journal->records[i];
        if (r->kind == JOURNAL_EVALUATION && r->alarm == 0 && r->at == us_from_s(at)) {
            assert_true(back < r->range_count);
            return journal->points[r->range_start + (size_t)back];
        }
    }
    fail_msg("no evaluation at %g", at);
    return (struct datapoint){0};
}

static struct alarm_config *watch(struct fixture *f, enum metric_id metric, enum statistic_kind kind, double fraction)
{
    struct alarm_config *alarm = fixture_alarm(f, "alarm", metric, kind, 0.0);
    alarm->statistic.fraction = fraction;
    alarm->endpoint_config_name = NULL;
    return alarm;
}

/* ---- every metric and statistic ---- */

static void test_statistics(void **state)
{
    (void)state;
    static const struct {
        enum metric_id metric;
        enum statistic_kind kind;
        double fraction, want;
    } rows[] = {
        {METRIC_INVOCATIONS, STATISTIC_SUM, 0, 100},
        {METRIC_INVOCATIONS, STATISTIC_SAMPLE_COUNT, 0, 100},
        {METRIC_INVOCATIONS, STATISTIC_AVERAGE, 0, 1},
        {METRIC_INVOCATIONS_PER_INSTANCE, STATISTIC_SUM, 0, 50},
        {METRIC_INVOCATIONS_PER_INSTANCE, STATISTIC_AVERAGE, 0, 0.5},
        {METRIC_INVOCATIONS_PER_INSTANCE, STATISTIC_MAXIMUM, 0, 0.5},
        {METRIC_MODEL_LATENCY, STATISTIC_SAMPLE_COUNT, 0, 100},
        {METRIC_MODEL_LATENCY, STATISTIC_SUM, 0, 5050e3},
        {METRIC_MODEL_LATENCY, STATISTIC_AVERAGE, 0, 50.5e3},
        {METRIC_MODEL_LATENCY, STATISTIC_MINIMUM, 0, 1e3},
        {METRIC_MODEL_LATENCY, STATISTIC_MAXIMUM, 0, 100e3},
        {METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 0.5, 50e3}, /* nearest rank: 50 of 100 are at or below 50 ms */
        {METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 0.9, 90e3},
        {METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 0.99, 99e3},
        {METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 0.999, 100e3},
        {METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 0.005, 1e3},
        {METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 1, 100e3},
        {METRIC_MODEL_LATENCY, STATISTIC_TRIMMED_MEAN, 0.9, 45.5e3}, /* of the lowest 90: 1 ... 90 ms */
        {METRIC_MODEL_LATENCY, STATISTIC_TRIMMED_MEAN, 0.99, 50e3},
        {METRIC_OVERHEAD_LATENCY, STATISTIC_AVERAGE, 0, 5e3},
        {METRIC_OVERHEAD_LATENCY, STATISTIC_SUM, 0, 500e3},
        {METRIC_OVERHEAD_LATENCY, STATISTIC_MAXIMUM, 0, 5e3},
        {METRIC_OVERHEAD_LATENCY, STATISTIC_SAMPLE_COUNT, 0, 100},
        {METRIC_OVERHEAD_LATENCY, STATISTIC_PERCENTILE, 0.9, 5e3},
        {METRIC_4XX_ERRORS, STATISTIC_SUM, 0, 0},
        {METRIC_4XX_ERRORS, STATISTIC_SAMPLE_COUNT, 0, 100},
        {METRIC_CONCURRENT_REQUESTS, STATISTIC_SAMPLE_COUNT, 0, 12}, /* two instances, every 10 s */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        hundred(&f);
        watch(&f, rows[i].metric, rows[i].kind, rows[i].fraction);
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        struct datapoint point = datapoint_at(&journal, 135, 0); /* [60, 120) */
        journal_free(&journal);
        assert_true(point.present && point.at == 60 * US_PER_S);
        if (!(fabs(point.value - rows[i].want) <= 1e-9 * fabs(rows[i].want)))
            fail_msg("%s, statistic %d at %g: got %.12g, want %.12g", metric_rows[rows[i].metric].name, rows[i].kind,
                     rows[i].fraction, point.value, rows[i].want);
    }
}

/* 0 or 1 a request: average is the fraction, minimum and maximum are 0 and 1, percentiles one of them. */
static void test_error_statistics(void **state)
{
    (void)state;
    struct fixture f;
    hundred(&f);
    struct stream error = streams_open(f.setting.seed, 0, STREAM_ERROR, 0);
    double fives = 0, fours = 0;
    for (int i = 0; i < REQUESTS; i++) {
        double u = stream_uniform(&error);
        fives += u < 0.2;
        fours += u >= 0.2 && u < 0.5;
    }
    const struct {
        enum metric_id metric;
        enum statistic_kind kind;
        double fraction, want;
    } rows[] = {
        {METRIC_5XX_ERRORS, STATISTIC_SUM, 0, fives},
        {METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0, fives / 100},
        {METRIC_5XX_ERRORS, STATISTIC_SAMPLE_COUNT, 0, 100},
        {METRIC_5XX_ERRORS, STATISTIC_MINIMUM, 0, 0},
        {METRIC_5XX_ERRORS, STATISTIC_MAXIMUM, 0, 1},
        {METRIC_4XX_ERRORS, STATISTIC_SUM, 0, fours},
        {METRIC_4XX_ERRORS, STATISTIC_AVERAGE, 0, fours / 100},
        {METRIC_MODEL_ERRORS, STATISTIC_SUM, 0, fives + fours},
        {METRIC_5XX_ERRORS, STATISTIC_PERCENTILE, 1 - (fives + 0.5) / 100, 0},
        {METRIC_5XX_ERRORS, STATISTIC_PERCENTILE, 1 - (fives - 0.5) / 100, 1},
        {METRIC_5XX_ERRORS, STATISTIC_TRIMMED_MEAN, 1, fives / 100},
        {METRIC_MODEL_LATENCY, STATISTIC_SAMPLE_COUNT, 0, 100}, /* errors leave a latency */
    };
    assert_true(fives > 5 && fours > 5);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        hundred(&f);
        f.versions[CURRENT].error_5xx_fraction = 0.2;
        f.versions[CURRENT].error_4xx_fraction = 0.3;
        watch(&f, rows[i].metric, rows[i].kind, rows[i].fraction);
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        check_close(metric_rows[rows[i].metric].name, datapoint_at(&journal, 135, 0).value, rows[i].want, 1e-12);
        journal_free(&journal);
    }
}

/* Rejected: 503, Invocations 1, 5XX 1, no latency, and not the container's error. */
static void test_rejections(void **state)
{
    (void)state;
    static const struct {
        enum metric_id metric;
        double want;
    } rows[] = {{METRIC_INVOCATIONS, 100}, {METRIC_5XX_ERRORS, 98}, {METRIC_4XX_ERRORS, 0}, {METRIC_MODEL_ERRORS, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        hundred(&f);
        f.setting.endpoint.instance_count = 1;
        f.setting.endpoint.workers_per_instance = 2;
        f.setting.endpoint.queue_limit_per_instance = 0;
        services_us[0] = services_us[1] = 59.2e6; /* both workers busy to the end of the minute and beyond 119 s */
        watch(&f, rows[i].metric, STATISTIC_SUM, 0);
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        check_close(metric_rows[rows[i].metric].name, datapoint_at(&journal, 135, 0).value, rows[i].want, 1e-12);
        journal_free(&journal);
    }
}

/* Concurrency is read every 10 s at each instance with traffic: one request from 61 to 85 s is there at 70 and 80. */
static void test_concurrency(void **state)
{
    (void)state;
    static const enum statistic_kind kinds[] = {STATISTIC_MAXIMUM, STATISTIC_MINIMUM, STATISTIC_SUM};
    static const double want[] = {1, 0, 2};
    for (int i = 0; i < 3; i++) {
        struct fixture f;
        hundred(&f);
        f.setting.traffic.trace_count = 1;
        f.setting.traffic.fixed_start_us = -61e6;
        services_us[0] = 24e6;
        watch(&f, METRIC_CONCURRENT_REQUESTS, kinds[i], 0);
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        assert_true(datapoint_at(&journal, 135, 0).value == want[i]);
        journal_free(&journal);
    }
}

/* ---- when ---- */

/* The late one is in the minute of its completion; the minute before has none of them; after it there are gaps, but for
 * metrics that emit a 0 when idle. */
static void test_minutes_and_gaps(void **state)
{
    (void)state;
    static const struct {
        enum metric_id metric;
        bool is_zero_when_idle;
    } rows[] = {{METRIC_INVOCATIONS, true},      {METRIC_INVOCATIONS_PER_INSTANCE, true},
                {METRIC_4XX_ERRORS, false},      {METRIC_5XX_ERRORS, false},
                {METRIC_MODEL_ERRORS, false},    {METRIC_MODEL_LATENCY, false},
                {METRIC_OVERHEAD_LATENCY, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        hundred(&f);
        watch(&f, rows[i].metric, STATISTIC_SAMPLE_COUNT, 0);
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        assert_true(datapoint_at(&journal, 135, 0).value == 100);
        assert_true(datapoint_at(&journal, 195, 0).value == 1);
        static const double idle[] = {75, 255, 315};
        for (int k = 0; k < 3; k++) {
            struct datapoint point = datapoint_at(&journal, idle[k], 0);
            assert_int_equal(point.present, rows[i].is_zero_when_idle);
            assert_true(!point.present || point.value == 1);
        }
        journal_free(&journal);
    }
}

/* Beside a fleet that has requests an idle one adds no zero: 30 requests are 30 samples. */
static void test_idle_fleet_beside_a_busy_one(void **state)
{
    (void)state;
    enum { RING = 4 };
    static struct bucket buckets[FLEETS * RING];
    static int64_t visible[METRICS * RING];
    struct meter_shape shape = {.ring = RING, .open = 2};
    struct meter meter = {.shape = &shape, .buckets = buckets, .visible_us = visible};
    struct statistic count = {STATISTIC_SAMPLE_COUNT, 0.0};
    meter_clear(&meter);
    visible[METRIC_INVOCATIONS * RING] = 0;
    meter_bucket(&meter, BLUE, 0)->is_published = true;
    struct datapoint point =
        meter_read(&meter, METRIC_INVOCATIONS, &count, MASK_BLUE | MASK_GREEN, 0, US_PER_MINUTE, 0, NULL);
    assert_true(point.present && point.samples == 1 && point.value == 1);
    meter_bucket(&meter, GREEN, 0)->invocations = 30;
    point = meter_read(&meter, METRIC_INVOCATIONS, &count, MASK_BLUE | MASK_GREEN, 0, US_PER_MINUTE, 0, NULL);
    assert_true(point.present && point.samples == 30 && point.value == 30);
    point = meter_read(&meter, METRIC_INVOCATIONS, &count, MASK_BLUE, 0, US_PER_MINUTE, 0, NULL);
    assert_true(point.present && point.samples == 1);
}

/* Until it is visible a minute is a gap, and then it is what it was: the delay decides which evaluation sees it. */
static void test_visibility(void **state)
{
    (void)state;
    static const struct {
        double delay_s;
        bool newest, second, third; /* is [60, 120) there at 135, 195, 255 */
    } rows[] = {{0, 1, 1, 1}, {15, 1, 1, 1}, {15.000001, 0, 1, 1}, {75, 0, 1, 1}, {75.000001, 0, 0, 1}, {200, 0, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        hundred(&f);
        f.setting.modelling.metric_delay = draw_constant(rows[i].delay_s * 1e6);
        watch(&f, METRIC_MODEL_LATENCY, STATISTIC_SAMPLE_COUNT, 0);
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        assert_int_equal(datapoint_at(&journal, 135, 0).present, rows[i].newest);
        assert_int_equal(datapoint_at(&journal, 195, 1).present, rows[i].second);
        assert_int_equal(datapoint_at(&journal, 255, 2).present, rows[i].third);
        journal_free(&journal);
    }
}

/* One delay per metric name and minute: two alarms on a metric see a minute at once, two metrics each on its own. */
static void test_delays_belong_to_metric_and_minute(void **state)
{
    (void)state;
    struct fixture f;
    hundred(&f);
    f.setting.traffic.repeats = true;
    f.setting.modelling.metric_delay = draw_uniform(0, 120e6);
    static const char *const names[] = {"a", "b", "c"};
    for (int i = 0; i < 3; i++) {
        struct alarm_config *alarm =
            fixture_alarm(&f, names[i], i < 2 ? METRIC_MODEL_LATENCY : METRIC_5XX_ERRORS, STATISTIC_SAMPLE_COUNT, 0);
        alarm->endpoint_config_name = NULL;
    }
    struct journal journal = {0};
    fixture_tell_control(&f, 0, &journal);
    int same = 0, apart = 0;
    bool present[3] = {false};
    for (size_t i = 0; i < journal.count; i++) {
        const struct journal_record *r = &journal.records[i];
        if (r->kind != JOURNAL_EVALUATION)
            continue;
        present[r->alarm] = journal.points[r->range_start].present;
        if (r->alarm == 2) { /* evaluated in order, all at 15 s past */
            assert_int_equal(present[0], present[1]);
            same += present[0] == present[2];
            apart += present[0] != present[2];
        }
    }
    assert_true(same > 5 && apart > 5);
    journal_free(&journal);
}

/* Period 180: at each minute the window is the three before it, however far the minutes are visible. */
static void test_windows_slide(void **state)
{
    (void)state;
    struct fixture f;
    hundred(&f);
    watch(&f, METRIC_INVOCATIONS, STATISTIC_SUM, 0)->period_s = 180;
    f.setting.modelling.metric_delay = draw_constant(70e6); /* the newest whole minute is never there */
    struct journal journal = {0};
    fixture_tell_control(&f, 0, &journal);
    /* Minutes: [60, 120) 100, [120, 180) 1. */
    static const double at[] = {135, 195, 255, 315, 375}, want[] = {0, 100, 101, 1, 0};
    static const double start[] = {-60, 0, 60, 120, 180};
    for (int i = 0; i < 5; i++) {
        struct datapoint point = datapoint_at(&journal, at[i], 0);
        assert_true(point.present && point.value == want[i] && point.at == us_from_s(start[i]));
    }
    assert_true(datapoint_at(&journal, 375, 1).value == 101); /* [0, 180) */
    journal_free(&journal);
}

/* Periods under a minute: the minute's data lies in the bucket that holds its start; evaluated every 10 s. */
static void test_high_resolution(void **state)
{
    (void)state;
    static const int periods[] = {10, 20, 30};
    for (int p = 0; p < 3; p++) {
        struct fixture f;
        hundred(&f);
        struct alarm_config *alarm = watch(&f, METRIC_MODEL_LATENCY, STATISTIC_SAMPLE_COUNT, 0);
        alarm->period_s = periods[p];
        alarm->evaluation_periods = 10;
        struct journal journal = {0};
        fixture_tell_control(&f, 0, &journal);
        /* Visible at 130. At 125 nothing; at 135 the window ends at 130 and [60, 60 + period) is that many back. */
        for (int back = 0; back < 12; back++) {
            assert_false(datapoint_at(&journal, 125, back).present);
            struct datapoint point = datapoint_at(&journal, 135, back);
            int64_t from = (130 - (back + 1) * periods[p]) * US_PER_S;
            bool holds = from <= 60 * US_PER_S && 60 * US_PER_S < from + periods[p] * US_PER_S;
            assert_true(point.at == from && point.present == holds);
            assert_true(!holds || point.value == 100);
        }
        journal_free(&journal);
    }
}

/* The call falls anywhere in CloudWatch's minute: 25 s after an edge, minutes begin at -25, 35, 95, ... */
static void test_call_phase(void **state)
{
    (void)state;
    struct fixture f;
    hundred(&f);
    f.setting.modelling.call_phase = draw_constant(25e6);
    watch(&f, METRIC_INVOCATIONS, STATISTIC_SUM, 0);
    struct journal journal = {0};
    fixture_tell_control(&f, 0, &journal);
    assert_true(datapoint_at(&journal, 110, 0).value == 70); /* [35, 95): arrivals 60, ..., 94.5 */
    assert_true(datapoint_at(&journal, 170, 0).value == 31); /* [95, 155) */
    journal_free(&journal);
}

/* ---- dimensions ---- */

/* With EndpointConfigName a fleet alone, without it both, mixed by count; anything else selects nothing. */
static void test_dimensions(void **state)
{
    (void)state;
    static const struct {
        const char *endpoint, *variant, *config;
        bool unit_mismatch;
        int fleets; /* blue 1, green 2 */
    } rows[] = {
        {"endpoint", "AllTraffic", NULL, false, 3},
        {"endpoint", "AllTraffic", "config-1", false, 1},
        {"endpoint", "AllTraffic", "config-2", false, 2},
        {"endpoint", "AllTraffic", "config-3", false, 0},
        {"endpoint", "other", NULL, false, 0},
        {"other", "AllTraffic", NULL, false, 0},
        {"endpoint", NULL, NULL, false, 0},
        {NULL, "AllTraffic", NULL, false, 0},
        {"endpoint", "AllTraffic", NULL, true, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        fixture_init(&f);
        struct alarm_config *alarm = watch(&f, METRIC_INVOCATIONS, STATISTIC_SUM, 0);
        alarm->threshold = 1e9;
        alarm->endpoint_name = rows[i].endpoint;
        alarm->variant_name = rows[i].variant;
        alarm->endpoint_config_name = rows[i].config;
        alarm->unit_mismatch = rows[i].unit_mismatch;
        fixture_policy(&f, "canary", SHIFT_CANARY);
        struct journal journal = {0};
        fixture_tell(&f, 0, &journal);
        struct datapoint point = datapoint_at(&journal, 255, 0); /* [180, 240): a third is green's */
        double sums[FLEETS] = {0};
        for (size_t k = 0; k < journal.count; k++)
            if (journal.records[k].kind == JOURNAL_MINUTE && journal.records[k].at == 240 * US_PER_S)
                sums[journal.records[k].colour] = journal.records[k].minute.invocations;
        journal_free(&journal);
        assert_true(sums[BLUE] + sums[GREEN] == 60 && sums[GREEN] > 5 && sums[BLUE] > 5);
        assert_int_equal(point.present, rows[i].fleets != 0);
        assert_true(!point.present ||
                    point.value == (rows[i].fleets & 1) * sums[BLUE] + (rows[i].fleets >> 1) * sums[GREEN]);
    }
}

/* The same configuration name for both fleets: the alarm sees both. */
static void test_a_configuration_name_may_be_both(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.versions[CURRENT].endpoint_config_name = "config-2";
    fixture_alarm(&f, "alarm", METRIC_INVOCATIONS, STATISTIC_SUM, 1e9);
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct journal journal = {0};
    fixture_tell(&f, 0, &journal);
    assert_true(datapoint_at(&journal, 255, 0).value == 60);
    journal_free(&journal);
}

/* ---- percentiles of many ---- */

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Exact up to 4096 samples a minute, within 0.1 % above. */
static void test_percentiles_of_many(void **state)
{
    (void)state;
    enum { MOST = 10000 };
    static double arrivals[MOST], services[MOST], sorted[MOST];
    static const int counts[] = {4096, 4097, MOST};
    static const double fractions[] = {0.01, 0.5, 0.9, 0.99, 0.999};
    struct draw law;
    draw_resolve(&law, draw_find("lognormal"), (double[]){20e3, NAN, 80e3, NAN});
    struct stream luck = {{1, 2, 3, 4}};
    for (int c = 0; c < 3; c++)
        for (int q = 0; q < 5; q++) {
            struct fixture f;
            hundred(&f);
            for (int i = 0; i < counts[c]; i++) {
                arrivals[i] = 50e6 * i / counts[c];
                services[i] = sorted[i] = draw_quantile(&law, stream_uniform(&luck));
            }
            qsort(sorted, (size_t)counts[c], sizeof *sorted, compare_doubles);
            f.setting.traffic.trace_us = arrivals;
            f.setting.traffic.service_us = services;
            f.setting.traffic.trace_count = (size_t)counts[c];
            f.setting.endpoint.workers_per_instance = 256;
            watch(&f, METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, fractions[q]);
            struct journal journal = {0};
            fixture_tell_control(&f, 0, &journal);
            struct datapoint point = datapoint_at(&journal, 135, 0);
            double want = sorted[(int)ceil(fractions[q] * counts[c] - 1e-9) - 1];
            assert_true(point.samples == counts[c]);
            check_close("percentile", point.value, want, counts[c] <= 4096 ? 1e-9 : 1e-3);
            journal_free(&journal);
        }
}

/* Three latencies, whose 99th percentile is neither the smallest nor the largest: a value that occurred while all are
 * kept, within 0.1 % of it above that. */
static void test_percentiles_of_the_ledger(void **state)
{
    (void)state;
    static const uint32_t counts[] = {1, 100, 200, 4096, 4097, 20000};
    static struct samples samples;
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        samples.count = 0;
        for (uint32_t i = 0; i < counts[c]; i++)
            samples_add(&samples, i * 1000ull < counts[c] * 5ull ? 900e3 : i % 2 ? 33.3e3 : 20e3);
        double want = counts[c] == 1 ? 900e3 : 33.3e3;
        check_close("percentile", samples_percentile(&samples, 0.99), want, counts[c] <= 4096 ? 1e-15 : 1e-3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statistics),
        cmocka_unit_test(test_error_statistics),
        cmocka_unit_test(test_rejections),
        cmocka_unit_test(test_concurrency),
        cmocka_unit_test(test_minutes_and_gaps),
        cmocka_unit_test(test_idle_fleet_beside_a_busy_one),
        cmocka_unit_test(test_visibility),
        cmocka_unit_test(test_delays_belong_to_metric_and_minute),
        cmocka_unit_test(test_windows_slide),
        cmocka_unit_test(test_high_resolution),
        cmocka_unit_test(test_call_phase),
        cmocka_unit_test(test_dimensions),
        cmocka_unit_test(test_a_configuration_name_may_be_both),
        cmocka_unit_test(test_percentiles_of_many),
        cmocka_unit_test(test_percentiles_of_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

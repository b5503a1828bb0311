/* Reachability of alarms against closed forms and published cases. test_foresight.c asks the simulation. */
#include "tests/support.h"

#include "models/meter.h"
#include "scenarios/lint/reach.h"
#include "scenarios/scenario.h"

#include <glob.h>
#include <time.h>

static struct reach_table make(const struct fixture *f)
{
    struct reach_table table;
    assert_int_equal(reach_make(&f->setting, &table), 0);
    return table;
}

/* ---- published cases ---- */

/* The guardrail notebooks: 5XX Average >= 1 over both fleets, a canary of a third, then all. */
static void test_notebook_canary(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_REGULAR, 1.0);
    fixture_alarm(&f, "5xx", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 1.0)->endpoint_config_name = NULL;
    fixture_defect(&f, NEW, DEFECT_ERRORS)->error_5xx_fraction = 1.0;
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 2);
    const struct reach *canary = &table.rows[0], *final = &table.rows[1];
    assert_int_equal(canary->mask, MASK_BLUE | MASK_GREEN);
    assert_false(canary->is_reachable);
    check_close("share", canary->green_share, 1.0 / 3.0, 1e-12);
    check_close("largest mean", canary->max_statistic, 1.0 / 3.0, 1e-12);
    assert_true(isinf(canary->min_visible_error_fraction) && isinf(canary->earliest_trip_s));
    assert_true(canary->p_trip[NEW] > 0.0 && canary->p_trip[NEW] < 5.0 * 2.4e-29);
    assert_true(final->is_reachable);
    check_close("visible", final->min_visible_error_fraction, 1.0, 1e-9);
    assert_true(final->earliest_trip_s > 60.0);
    reach_free(&table);
}

/* Average > 1 of a metric that is 0 or 1 can never fire; a lone new-configuration alarm sees the whole of its fleet. */
static void test_impossible_and_undiluted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 10.0);
    struct alarm_config *never = fixture_alarm(&f, "never", METRIC_4XX_ERRORS, STATISTIC_AVERAGE, 1.0);
    never->comparison = COMPARE_GREATER;
    fixture_alarm(&f, "own", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.01);
    fixture_policy(&f, "all", SHIFT_ALL_AT_ONCE);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 2);
    assert_false(table.rows[0].is_reachable);
    assert_true(table.rows[0].p_trip_fraction[3] == 0.0);
    assert_int_equal(table.rows[1].mask, MASK_GREEN);
    check_close("visible", table.rows[1].min_visible_error_fraction, 0.01, 1e-9);
    check_close("green requests", table.rows[1].expected_green_requests, 1000.0, 1e-9);
    reach_free(&table);
}

/* Without traffic, as of bare AWS files: what can be reached is told, no probability is. */
static void test_without_traffic(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 0.0);
    for (size_t v = 0; v < f.setting.version_count; v++)
        f.versions[v].service.kind = NULL;
    fixture_alarm(&f, "diluted", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.5)->endpoint_config_name = NULL;
    fixture_alarm(&f, "sum", METRIC_5XX_ERRORS, STATISTIC_SUM, 5.0);
    fixture_alarm(&f, "slow", METRIC_MODEL_LATENCY, STATISTIC_AVERAGE, 5e5);
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 6);
    assert_false(table.rows[0].is_reachable);
    assert_true(table.rows[1].is_reachable && table.rows[2].is_reachable && table.rows[4].is_reachable);
    for (size_t i = 0; i < table.count; i++) {
        assert_true(isnan(table.rows[i].p_trip[NEW]) && isnan(table.rows[i].p_false_trip));
        assert_true(isnan(table.rows[i].p_trip_fraction[3]) && isnan(table.rows[i].expected_green_requests));
        assert_int_equal(table.rows[i].method, REACH_UNKNOWN);
    }
    reach_free(&table);
}

/* Run lengths of an M-of-N rule: with datapoints that breach with p, the expected trip is 60 s times the published mean,
 * but for the minute in which it begins and the lag to the poll. */
static void test_run_lengths(void **state)
{
    (void)state;
    static const struct {
        int m, n;
        double p, mean;
    } rows[] = {{1, 1, 0.05, 20}, {2, 2, 0.05, 420}, {2, 3, 0.05, 225.13}, {3, 3, 0.1, 1110}, {3, 5, 0.1, 243.27}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        fixture_init(&f);
        fixture_traffic(&f, TRAFFIC_POISSON, 10.0);
        struct alarm_config *alarm = fixture_alarm(&f, "sum", METRIC_5XX_ERRORS, STATISTIC_SUM, 1.0);
        alarm->datapoints_to_alarm = rows[i].m;
        alarm->evaluation_periods = rows[i].n;
        f.versions[NEW].error_5xx_fraction = -log1p(-rows[i].p) / 600.0;
        fixture_policy(&f, "all", SHIFT_ALL_AT_ONCE);
        struct reach_table table = make(&f);
        double want = 60.0 * rows[i].mean;
        if (!(fabs(table.rows[0].expected_trip_s[NEW] - want) < 60.0 + 0.03 * want))
            fail_msg("%d of %d: %g s, want about %g", rows[i].m, rows[i].n, table.rows[0].expected_trip_s[NEW], want);
        reach_free(&table);
    }
}

/* What is not followed minute by minute is bounded, or said to be for simulation alone. */
static void test_other_methods(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 1.0);
    fixture_alarm(&f, "long", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.1)->period_s = 300;
    struct alarm_config *many = fixture_alarm(&f, "many", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.1);
    many->evaluation_periods = many->datapoints_to_alarm = 15;
    fixture_alarm(&f, "trimmed", METRIC_MODEL_LATENCY, STATISTIC_TRIMMED_MEAN, 1e6)->statistic.fraction = 0.9;
    fixture_alarm(&f, "concurrent", METRIC_CONCURRENT_REQUESTS, STATISTIC_MAXIMUM, 3.0);
    struct defect *late = fixture_defect(&f, fixture_version(&f, "late") - f.versions, DEFECT_ERRORS);
    late->error_5xx_fraction = 1.0;
    late->onset_us = 60e6;
    f.setting.modelling.alarm_watch = WATCH_DEPLOYMENT;
    fixture_defect(&f, NEW, DEFECT_ERRORS)->error_5xx_fraction = 0.2;
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 8);
    for (size_t i = 0; i < table.count; i++)
        assert_int_equal(table.rows[i].method, REACH_SIMULATE); /* the worst of all: the late version */
    for (size_t i = 0; i < 2; i++) {
        assert_true(table.rows[i].p_trip[NEW] > 0.5 && table.rows[i].p_trip[NEW] <= 1.0);
        assert_true(isfinite(table.rows[i].expected_trip_s[NEW]));
        assert_true(isnan(table.rows[i].p_trip[2]));
        assert_int_equal(table.rows[i].ways[NEW].method, REACH_UPPER_BOUND);
        assert_int_equal(table.rows[i].ways[2].method, REACH_SIMULATE);
        assert_int_equal(table.rows[i].fraction_ways[0].method, REACH_UPPER_BOUND);
    }
    assert_true(table.rows[3].p_trip[NEW] < 0.05 && table.rows[2].earliest_trip_s > 800.0);
    assert_true(isnan(table.rows[4].p_trip[NEW]) && isnan(table.rows[6].p_trip[NEW]));
    reach_free(&table);
}

/* Poisson traffic at the mean rate stands for what is nearly that, and for nothing else. */
static void test_other_traffic(void **state)
{
    (void)state;
    static const struct traffic_state bursts[] = {{5.0, 100e6}, {0.5, 100e6}};
    static const struct traffic_point level[] = {{0.0, 1.0}, {600e6, 1.1}}, steep[] = {{0.0, 1.0}, {600e6, 3.0}};
    static double even[600], uneven[600];
    for (int i = 0; i < 600; i++) {
        even[i] = i * 1e6;
        uneven[i] = (i / 60 % 2 ? i / 60 * 60 + 0.01 * (i % 60) : i / 60 * 60 + 59.0 + 0.01 * (i % 60)) * 1e6;
    }
    const struct {
        struct traffic_config traffic;
        enum reach_method method;
    } rows[] = {
        {{.process = TRAFFIC_MMPP, .states = bursts, .state_count = 2, .scale = 1.0}, REACH_SIMULATE},
        {{.process = TRAFFIC_PIECEWISE, .points = level, .point_count = 2, .scale = 1.0}, REACH_APPROXIMATE},
        {{.process = TRAFFIC_PIECEWISE, .points = steep, .point_count = 2, .scale = 1.0}, REACH_SIMULATE},
        {{.process = TRAFFIC_GAMMA, .rate_rps = 1.0, .cv = 1.2, .scale = 1.0}, REACH_APPROXIMATE},
        {{.process = TRAFFIC_GAMMA, .rate_rps = 1.0, .cv = 3.0, .scale = 1.0}, REACH_SIMULATE},
        {{.process = TRAFFIC_TRACE,
          .trace_us = uneven,
          .trace_count = 600,
          .span_us = 600e6,
          .scale = 1.0,
          .repeats = true},
         REACH_SIMULATE},
        {{.process = TRAFFIC_TRACE,
          .trace_us = even,
          .trace_count = 600,
          .span_us = 600e6,
          .scale = 1.0,
          .repeats = true},
         REACH_SIMULATE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        fixture_init(&f);
        f.setting.traffic = rows[i].traffic;
        fixture_alarm(&f, "5xx", METRIC_5XX_ERRORS, STATISTIC_SUM, 3.0);
        fixture_policy(&f, "canary", SHIFT_CANARY);
        struct reach_table table = make(&f);
        assert_int_equal(table.rows[0].ways[NEW].method, rows[i].method);
        assert_int_equal(isnan(table.rows[0].p_trip[NEW]), rows[i].method == REACH_SIMULATE);
        assert_true(table.rows[0].is_reachable && table.rows[0].earliest_trip_s > 0.0);
        reach_free(&table);
    }
}

/* A bound on the sum is none on its parts; of a handful of latencies the law is not near normal, so nothing is told. */
static void test_what_is_left_out(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 0.15);
    fixture_alarm(&f, "bound", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.1)->period_s = 300;
    fixture_alarm(&f, "few", METRIC_MODEL_LATENCY, STATISTIC_AVERAGE, 5e3);
    f.versions[NEW].error_5xx_fraction = 0.2;
    fixture_policy(&f, "canary", SHIFT_CANARY);
    struct reach_table table = make(&f);
    assert_int_equal(table.count, 4);
    assert_int_equal(table.rows[1].ways[NEW].method, REACH_UPPER_BOUND);
    assert_true(table.rows[1].p_trip[NEW] > 0.0 && isnan(table.rows[1].p_trip_here[NEW]));
    assert_true(table.rows[0].p_trip_here[NEW] == table.rows[0].p_trip[NEW]);
    assert_int_equal(table.rows[3].ways[NEW].method, REACH_SIMULATE);
    assert_true(isnan(table.rows[3].p_trip[NEW]) && isnan(table.rows[3].p_false_trip));
    reach_free(&table);
}

/* ---- the shipped scenarios ---- */

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Probabilities are probabilities, and it takes less than 50 ms. */
static void test_shipped(void **state)
{
    (void)state;
    glob_t found;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct diagnostics diagnostics = {0};
        struct scenario *scenario = scenario_read(found.gl_pathv[i], &diagnostics);
        diagnostics_free(&diagnostics);
        assert_non_null(scenario);
        struct reach_table table;
        double ms = INFINITY;
        for (int attempt = 0; attempt < 3; attempt++) {
            if (attempt > 0)
                reach_free(&table);
            double from = cpu_ms();
            assert_int_equal(reach_make(&scenario->setting, &table), 0);
            ms = fmin(ms, cpu_ms() - from);
        }
        if (getenv("BAKEOFF_TEST_TELL"))
            printf("%-40s %zu rows, %.1f ms\n", found.gl_pathv[i], table.count, ms);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
        if (ms > (double)at_length(150, 50)) /* a machine that is busy with other tests takes its time */
            fail_msg("%s: %.1f ms", found.gl_pathv[i], ms);
#endif
        for (size_t r = 0; r < table.count; r++) {
            const struct reach *row = &table.rows[r];
            for (size_t v = 0; v < scenario->setting.version_count; v++)
                assert_false(row->p_trip[v] < 0.0 || row->p_trip[v] > 1.0 ||
                             row->p_trip_here[v] > row->p_trip[v] + 1e-12);
            assert_true(row->method_words && strlen(row->method_words) > 10);
        }
        reach_free(&table);
        scenario_free(scenario);
    }
    globfree(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_notebook_canary),  cmocka_unit_test(test_impossible_and_undiluted),
        cmocka_unit_test(test_without_traffic),  cmocka_unit_test(test_run_lengths),
        cmocka_unit_test(test_what_is_left_out), cmocka_unit_test(test_other_methods),
        cmocka_unit_test(test_other_traffic),    cmocka_unit_test(test_shipped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

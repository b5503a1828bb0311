/* Names of metrics and statistics: what CloudWatch knows, what is modelled, what is neither. */
#include "models/metric.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void test_metrics_by_name(void **state)
{
    (void)state;
    for (int i = 0; i < METRICS; i++) {
        assert_non_null(metric_rows[i].name);
        assert_non_null(metric_rows[i].meaning);
        assert_int_equal(metric_find(metric_rows[i].name), i);
    }
    assert_int_equal(metric_find("invocations"), METRICS);
    assert_int_equal(metric_find(""), METRICS);
    assert_int_equal(metric_find("CPUUtilization"), METRICS);
}

/* https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html */
static void test_units(void **state)
{
    (void)state;
    for (int i = 0; i < METRICS; i++) {
        const bool is_latency = strstr(metric_rows[i].name, "Latency") != NULL;
        assert_string_equal(metric_rows[i].unit, is_latency ? "Microseconds" : "None");
        assert_int_equal(metric_rows[i].takes_percentiles, is_latency);
        assert_false(metric_rows[i].zero_when_idle && (is_latency || strstr(metric_rows[i].name, "Errors") != NULL));
    }
    assert_true(metric_rows[METRIC_INVOCATIONS].zero_when_idle);
}

static void test_standard_statistics(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum statistic_kind kind;
    } rows[] = {
        {"SampleCount", STATISTIC_SAMPLE_COUNT}, {"Average", STATISTIC_AVERAGE}, {"Sum", STATISTIC_SUM},
        {"Minimum", STATISTIC_MINIMUM},          {"Maximum", STATISTIC_MAXIMUM},
    };
    struct statistic statistic;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(statistic_parse_standard(rows[i].text, &statistic));
        assert_int_equal(statistic.kind, rows[i].kind);
    }
    assert_false(statistic_parse_standard("average", &statistic));
    assert_false(statistic_parse_standard("p99", &statistic));
    assert_false(statistic_parse_standard("", &statistic));
}

/* https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
static void test_extended_statistics(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum statistic_verdict verdict;
        enum statistic_kind kind;
        double fraction;
    } rows[] = {
        {"p50", STATISTIC_OK, STATISTIC_PERCENTILE, 0.5},
        {"p99", STATISTIC_OK, STATISTIC_PERCENTILE, 0.99},
        {"p99.9", STATISTIC_OK, STATISTIC_PERCENTILE, 0.999},
        {"p99.9999999999", STATISTIC_OK, STATISTIC_PERCENTILE, 0.999999999999},
        {"p5.", STATISTIC_OK, STATISTIC_PERCENTILE, 0.05},
        {"p100", STATISTIC_OK, STATISTIC_PERCENTILE, 1.0},
        {"p100.0", STATISTIC_OK, STATISTIC_PERCENTILE, 1.0},
        {"tm99", STATISTIC_OK, STATISTIC_TRIMMED_MEAN, 0.99},
        {"tm95.5", STATISTIC_OK, STATISTIC_TRIMMED_MEAN, 0.955},
        {"tc90", STATISTIC_NOT_MODELLED, 0, 0},
        {"ts90", STATISTIC_NOT_MODELLED, 0, 0},
        {"wm98.5", STATISTIC_NOT_MODELLED, 0, 0},
        {"IQM", STATISTIC_NOT_MODELLED, 0, 0},
        {"PR(:300)", STATISTIC_NOT_MODELLED, 0, 0},
        {"PR(0.5:300)", STATISTIC_NOT_MODELLED, 0, 0},
        {"PR(100:)", STATISTIC_NOT_MODELLED, 0, 0},
        {"TM(2%:98%)", STATISTIC_NOT_MODELLED, 0, 0},
        {"TM(150:1000)", STATISTIC_NOT_MODELLED, 0, 0},
        {"TC(0.005:0.030)", STATISTIC_NOT_MODELLED, 0, 0},
        {"TS(80%:)", STATISTIC_NOT_MODELLED, 0, 0},
        {"WM(5%:95%)", STATISTIC_NOT_MODELLED, 0, 0},
        {"p101", STATISTIC_UNKNOWN, 0, 0},
        {"p100.01", STATISTIC_UNKNOWN, 0, 0},
        {"p99.99999999999", STATISTIC_UNKNOWN, 0, 0},
        {"p", STATISTIC_UNKNOWN, 0, 0},
        {"p.5", STATISTIC_UNKNOWN, 0, 0},
        {"p-1", STATISTIC_UNKNOWN, 0, 0},
        {"p1e1", STATISTIC_UNKNOWN, 0, 0},
        {"p0x10", STATISTIC_UNKNOWN, 0, 0},
        {"p0099", STATISTIC_UNKNOWN, 0, 0},
        {"p99 ", STATISTIC_UNKNOWN, 0, 0},
        {"P99", STATISTIC_UNKNOWN, 0, 0},
        {"iqm", STATISTIC_UNKNOWN, 0, 0},
        {"PR(:)", STATISTIC_UNKNOWN, 0, 0},
        {"PR(5%:)", STATISTIC_UNKNOWN, 0, 0},
        {"PR(5:6", STATISTIC_UNKNOWN, 0, 0},
        {"TM(5)", STATISTIC_UNKNOWN, 0, 0},
        {"TM", STATISTIC_UNKNOWN, 0, 0},
        {"Average", STATISTIC_UNKNOWN, 0, 0},
        {"", STATISTIC_UNKNOWN, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct statistic statistic = {.kind = STATISTIC_KINDS};
        const enum statistic_verdict verdict = statistic_parse_extended(rows[i].text, &statistic);
        if (verdict != rows[i].verdict)
            fail_msg("\"%s\": verdict %d, want %d", rows[i].text, (int)verdict, (int)rows[i].verdict);
        if (verdict != STATISTIC_OK) {
            assert_int_equal(statistic.kind, STATISTIC_KINDS); /* untouched */
            continue;
        }
        assert_int_equal(statistic.kind, rows[i].kind);
        if (!(fabs(statistic.fraction - rows[i].fraction) < 1e-15))
            fail_msg("\"%s\": fraction %.17g, want %.17g", rows[i].text, statistic.fraction, rows[i].fraction);
    }
}

/* The nearest rank of p0 is the first value, so its fraction is positive, though barely. */
static void test_smallest_percentile(void **state)
{
    (void)state;
    struct statistic statistic;
    assert_int_equal(statistic_parse_extended("p0", &statistic), STATISTIC_OK);
    assert_true(statistic.fraction > 0.0);
    assert_true(ceil(statistic.fraction * 1e9) == 1.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_metrics_by_name),     cmocka_unit_test(test_units),
        cmocka_unit_test(test_standard_statistics), cmocka_unit_test(test_extended_statistics),
        cmocka_unit_test(test_smallest_percentile),
    };
    return cmocka_run_group_tests_name("metric_names", tests, NULL, NULL);
}

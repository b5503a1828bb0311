/* Breach probabilities of one datapoint against published figures, closed forms and plain enumeration. */
#include "models/breach.h"
#include "models/chain.h"
#include "models/lookback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

static struct alarm_config alarm_of(enum statistic_kind kind, double fraction, enum comparison comparison,
                                    double threshold)
{
    return (struct alarm_config){.metric = METRIC_5XX_ERRORS,
                                 .statistic = {kind, fraction},
                                 .period_s = 60,
                                 .evaluation_periods = 1,
                                 .datapoints_to_alarm = 1,
                                 .threshold = threshold,
                                 .comparison = comparison};
}

static void check(const char *what, double got, double want, double tolerance)
{
    if (!(fabs(got - want) <= tolerance))
        fail_msg("%s: got %.12g, want %.12g within %g", what, got, want, tolerance);
}

/* 30 regular requests of which 5 % fail; Average >= 1 %: one error is enough. */
static void test_one_is_enough(void **state)
{
    (void)state;
    struct alarm_config alarm = alarm_of(STATISTIC_AVERAGE, 0.0, COMPARE_GREATER_OR_EQUAL, 0.01);
    struct breach_mix thirty = {BREACH_REGULAR, 30.0, 1.5, 28.5};
    check("closed form", breach_of_flags(&alarm, &thirty).breach, 1.0 - pow(0.95, 30.0), 1e-12);
}

/* A minute of 60 requests, the last 15 of them green: all must fail, or three. */
static void test_halves(void **state)
{
    (void)state;
    struct alarm_config all = alarm_of(STATISTIC_AVERAGE, 0.0, COMPARE_GREATER_OR_EQUAL, 1.0);
    check("all", breach_of_halves(&all, 60.0, 0.25, 0.9, 1.0) / pow(0.9, 45.0), 1.0, 1e-9);
    check("15.5 of 60", breach_of_halves(&all, 60.0, 15.5 / 60.0, 0.9, 1.0) / pow(0.9, 44.5), 1.0, 0.002);
    struct alarm_config sum = alarm_of(STATISTIC_SUM, 0.0, COMPARE_GREATER_OR_EQUAL, 3.0);
    check("one law", breach_of_halves(&sum, 60.0, 0.4, 0.03, 0.03), gsl_cdf_binomial_Q(2, 0.03, 60), 1e-12);
    check("none before", breach_of_halves(&sum, 60.0, 0.4, 0.0, 0.1), gsl_cdf_binomial_Q(2, 0.1, 24), 1e-12);
}

/* All 60 requests of a minute on a canary of a third: (1/3)^60. */
static void test_all_on_the_canary(void **state)
{
    (void)state;
    struct alarm_config alarm = alarm_of(STATISTIC_AVERAGE, 0.0, COMPARE_GREATER_OR_EQUAL, 1.0);
    struct breach_mix mix = {BREACH_REGULAR, 60.0, 20.0, 40.0};
    double got = breach_of_flags(&alarm, &mix).breach;
    check("of 2.4e-29", got / 2.4e-29, 1.0, 0.02);
    check("of 3^-60", got * pow(3.0, 60.0), 1.0, 1e-9);
}

static double enumerate(const struct alarm_config *alarm, const struct breach_mix *mix, double *missing)
{
    double breach = 0.0;
    *missing = 0.0;
    for (unsigned a = 0; a < 120; a++) {
        for (unsigned b = 0; b < 120; b++) {
            double p = (mix->ones > 0.0 ? gsl_ran_poisson_pdf(a, mix->ones) : a == 0) *
                       (mix->zeros > 0.0 ? gsl_ran_poisson_pdf(b, mix->zeros) : b == 0);
            if (mix->arrivals == BREACH_REGULAR) {
                unsigned n = (unsigned)mix->requests;
                double rest = mix->requests - mix->ones;
                p = a + b <= n ? gsl_ran_binomial_pdf(a, mix->ones / mix->requests, n) *
                                     gsl_ran_binomial_pdf(b, mix->zeros / rest, n - a)
                               : 0.0;
            }
            if (a + b == 0)
                *missing = p;
            else if (alarm_breaches(alarm, breach_flag_statistic(&alarm->statistic, a, b)))
                breach += p;
        }
    }
    return breach;
}

static void test_every_statistic(void **state)
{
    (void)state;
    static const struct statistic statistics[] = {
        {STATISTIC_SAMPLE_COUNT, 0}, {STATISTIC_AVERAGE, 0},         {STATISTIC_SUM, 0},
        {STATISTIC_MINIMUM, 0},      {STATISTIC_MAXIMUM, 0},         {STATISTIC_PERCENTILE, 0.9},
        {STATISTIC_PERCENTILE, 0.5}, {STATISTIC_TRIMMED_MEAN, 0.95},
    };
    static const double thresholds[] = {0.0, 0.05, 0.5, 1.0, 3.0, 10.0};
    static const struct breach_mix mixes[] = {
        {BREACH_POISSON, 30.0, 1.5, 20.0}, {BREACH_POISSON, 2.0, 0.5, 0.7}, {BREACH_POISSON, 9.0, 0.0, 3.0},
        {BREACH_REGULAR, 30.0, 1.5, 20.0}, {BREACH_REGULAR, 4.0, 1.0, 3.0}, {BREACH_REGULAR, 5.0, 2.0, 0.0},
    };
    for (size_t s = 0; s < sizeof statistics / sizeof *statistics; s++)
        for (size_t t = 0; t < sizeof thresholds / sizeof *thresholds; t++)
            for (int comparison = 0; comparison < COMPARISONS; comparison++)
                for (size_t m = 0; m < sizeof mixes / sizeof *mixes; m++) {
                    struct alarm_config alarm = alarm_of(statistics[s].kind, statistics[s].fraction,
                                                         (enum comparison)comparison, thresholds[t]);
                    double missing, breach = enumerate(&alarm, &mixes[m], &missing);
                    struct breach_odds odds = breach_of_flags(&alarm, &mixes[m]);
                    check("breach", odds.breach, breach, 1e-9);
                    check("missing", odds.missing, missing, 1e-9);
                }
}

static void test_counts(void **state)
{
    (void)state;
    double counts[4], sum = 0.0;
    struct breach_mix mix = {BREACH_REGULAR, 10.25, 2.05, 8.2};
    breach_counts(&mix, 3, counts);
    for (int j = 0; j <= 3; j++)
        sum += counts[j];
    check("sum", sum, 1.0, 1e-12);
    check("none", counts[0], 0.75 * pow(0.8, 10) + 0.25 * pow(0.8, 11), 1e-12);
    struct breach_mix poisson = {BREACH_POISSON, 10.0, 2.0, 8.0};
    breach_counts(&poisson, 3, counts);
    check("3 or more", counts[3], gsl_cdf_poisson_Q(2, 2.0), 1e-15);
    check("below 5", breach_below(&poisson, 5.0), gsl_cdf_poisson_P(4, 10.0), 1e-15);
}

/* Exponential values under regular arrivals: the sum of n is a gamma variable, near normal for n = 400. */
static void test_values(void **state)
{
    (void)state;
    struct alarm_config alarm = alarm_of(STATISTIC_AVERAGE, 0.0, COMPARE_GREATER_OR_EQUAL, 1.05);
    struct breach_values values = {BREACH_REGULAR, 400.0, 400.0, 1.0, 2.0, 6.0};
    check("average", breach_of_values(&alarm, &values).breach, gsl_cdf_gamma_Q(420.0, 400.0, 1.0), 0.0004);
    alarm.comparison = COMPARE_LESS;
    check("below", breach_of_values(&alarm, &values).breach, gsl_cdf_gamma_P(420.0, 400.0, 1.0), 0.0004);
    /* However few there are: values that are all 20 have a mean of 20. */
    alarm.comparison = COMPARE_GREATER;
    alarm.threshold = 500.0;
    values = (struct breach_values){BREACH_POISSON, 3.0, 3.0, 20.0, 400.0, 8000.0};
    assert_true(breach_of_values(&alarm, &values).breach == 0.0);
    alarm.threshold = 19.0;
    check("all", breach_of_values(&alarm, &values).breach, 1.0 - exp(-3.0), 1e-9);
    /* Exponential values of mean 1, 20 of them on average: the mean of n exceeds x with Q(n, n x). */
    values = (struct breach_values){BREACH_POISSON, 20.0, 20.0, 1.0, 2.0, 6.0};
    alarm.threshold = 1.5;
    double want = 0.0;
    for (unsigned n = 1; n < 100; n++)
        want += gsl_ran_poisson_pdf(n, 20.0) * gsl_cdf_gamma_Q(n * alarm.threshold, n, 1.0);
    check("few", breach_of_values(&alarm, &values).breach, want, 0.003);
}

/* Minutes that are visible at once and never missing: the M-of-N chain. */
static void test_lookback_is_the_chain(void **state)
{
    (void)state;
    static const int rows[][2] = {{1, 1}, {2, 2}, {2, 3}, {3, 3}, {3, 5}};
    static const double p[] = {0.001, 0.05, 0.5};
    enum { PERIODS = 40 };
    static struct chain chain;
    static struct lookback rule;
    static struct lookback_chain lookback;
    static struct lookback_mass mass;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alarm_config alarm = alarm_of(STATISTIC_SUM, 0.0, COMPARE_GREATER_OR_EQUAL, 1.0);
        alarm.datapoints_to_alarm = rows[i][0];
        alarm.evaluation_periods = rows[i][1];
        alarm.missing = MISSING_NOT_BREACHING;
        assert_true(chain_m_of_n(&chain, rows[i][0], rows[i][1]) && lookback_of_minutes(&rule, &alarm, 2));
        lookback_chain_of(&lookback, &rule, 1, true);
        for (size_t j = 0; j < sizeof p / sizeof *p; j++) {
            double first[PERIODS], reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1] = {{1.0 - p[j], p[j]}};
            chain_first(&chain, (const double[]){1.0 - p[j], p[j]}, first, PERIODS);
            lookback_begin(&lookback, &mass);
            for (int k = 0; k < PERIODS; k++) {
                lookback_step(&lookback, &mass, 0, reveal);
                check("first", lookback_take(&lookback, &mass, 1.0), first[k], 1e-13);
            }
        }
    }
}

/* Where every minute shows something by the second evaluation, a chain that relies on it says the same with less. */
static void test_lookback_without_gaps(void **state)
{
    (void)state;
    enum { PERIODS = 30 };
    static struct lookback rule;
    static struct lookback_chain with, without;
    static struct lookback_mass a, b;
    struct alarm_config alarm = alarm_of(STATISTIC_SUM, 0.0, COMPARE_GREATER_OR_EQUAL, 1.0);
    alarm.datapoints_to_alarm = 3;
    alarm.evaluation_periods = 5;
    alarm.missing = MISSING_BREACHING;
    assert_true(lookback_of_minutes(&rule, &alarm, 2));
    lookback_chain_of(&with, &rule, 3, true);
    lookback_chain_of(&without, &rule, 3, false);
    assert_true(without.states < with.states && with.states < rule.codes);
    const double first[LOOKBACK_WINDOW][LOOKBACK_BASE - 1] = {{1.0}, {1.0}};
    const double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1] = {{0.4, 0.2}, {2.0 / 3.0, 1.0 / 3.0}};
    lookback_begin(&with, &a);
    lookback_begin(&without, &b);
    for (int k = 0; k < rule.window; k++) { /* forgets how it began */
        lookback_step(&with, &a, 0, first);
        lookback_step(&without, &b, 0, first);
    }
    lookback_force(&with, &a, false);
    lookback_force(&without, &b, false);
    for (int k = 0; k < PERIODS; k++) {
        lookback_step(&with, &a, 0, reveal);
        lookback_step(&without, &b, 0, reveal);
        double red = lookback_red(&with, &a);
        assert_true(k < 2 || red > 0.0);
        check("red", lookback_red(&without, &b), red, 1e-14);
        check("taken", lookback_take(&with, &a, 0.5), 0.5 * red, 1e-15);
        lookback_take(&without, &b, 0.5);
    }
}

/* Ten seconds: a minute's datapoint is 7 to 12 periods old when it closes, so 12 periods see one, and 6 see none. */
static void test_lookback_of_short_periods(void **state)
{
    (void)state;
    static struct lookback rule;
    struct alarm_config alarm = alarm_of(STATISTIC_SUM, 0.0, COMPARE_GREATER_OR_EQUAL, 1.0);
    alarm.period_s = 10;
    alarm.missing = MISSING_NOT_BREACHING;
    alarm.evaluation_periods = 3;
    assert_true(lookback_of_minutes(&rule, &alarm, 2));
    for (int turn = 0; turn < LOOKBACK_TURNS; turn++)
        assert_int_equal(rule.verdict[turn][2], LOOKBACK_OK);
    alarm.evaluation_periods = 8;
    assert_true(lookback_of_minutes(&rule, &alarm, 2));
    assert_int_equal(rule.window, 1);
    for (int turn = 0; turn < LOOKBACK_TURNS; turn++) /* 60 s to 110 s after the minute began, 100 s are looked at */
        assert_int_equal(rule.verdict[turn][2], turn <= 4 ? LOOKBACK_ALARM : LOOKBACK_OK);
}

/* A Sum over three minutes that reaches 2: by hand, minute by minute, for counts 0, 1, 2 or more. */
static void test_lookback_of_counts(void **state)
{
    (void)state;
    static struct lookback rule;
    static struct lookback_chain chain;
    static struct lookback_mass mass;
    struct alarm_config alarm = alarm_of(STATISTIC_SUM, 0.0, COMPARE_GREATER_OR_EQUAL, 2.0);
    assert_true(lookback_of_counts(&rule, &alarm, (struct lookback_counts){3, 2, 1, false}));
    double one = 0.2, two = 0.1, none = 0.7;
    const double reveal[LOOKBACK_WINDOW][LOOKBACK_BASE - 1] = {{one, two}};
    lookback_chain_of(&chain, &rule, 1, true);
    lookback_begin(&chain, &mass);
    lookback_step(&chain, &mass, 0, reveal);
    check("first minute", lookback_take(&chain, &mass, 1.0), two, 1e-15);
    lookback_step(&chain, &mass, 0, reveal);
    check("second", lookback_take(&chain, &mass, 1.0), (none + one) * two + one * one, 1e-15);
    lookback_step(&chain, &mass, 0, reveal); /* before it: none-none, none-one or one-none */
    check("third", lookback_take(&chain, &mass, 1.0), none * none * two + 2.0 * none * one * (one + two), 1e-15);
    assert_false(lookback_of_counts(&rule, &alarm, (struct lookback_counts){60, 2, 1, false}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_is_enough),
        cmocka_unit_test(test_all_on_the_canary),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_every_statistic),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_lookback_is_the_chain),
        cmocka_unit_test(test_lookback_without_gaps),
        cmocka_unit_test(test_lookback_of_short_periods),
        cmocka_unit_test(test_lookback_of_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

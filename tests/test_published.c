/* Numbers that others published, met to their last digit; docs/methods.md has them as tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <gsl/gsl_cdf.h>

#include "models/breach.h"
#include "models/chain.h"
#include "sim/estimate.h"
#include "tests/evidence.h"

/* Mean periods to ALARM of an M-of-N run rule whose datapoints breach independently: an exact Markov chain. */
static void test_run_rules(void **state)
{
    (void)state;
    evidence_published("Mean periods to ALARM of M-of-N rules, by their Markov chain");
    static const double p[] = {0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 0.9};
    static const struct {
        int m, n;
        const char *mean[7];
    } rows[] = {
        {1, 1, {"1000", "100", "20", "10", "5", "2", "1.1111"}},
        {2, 2, {"1001000", "10100", "420", "110", "30", "6", "2.3457"}},
        {2, 3, {"501250", "5125.1", "225.13", "62.632", "18.889", "4.6667", "2.2334"}},
        {3, 3, {"1.001e9", "1010100", "8420", "1110", "155", "14", "3.7174"}},
        {3, 5, {"1.673e8", "1.7293e5", "1608.4", "243.27", "44.034", "7.2677", "3.3387"}},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t i = 0; i < 7; i++) {
            static struct chain chain;
            assert_true(chain_m_of_n(&chain, rows[r].m, rows[r].n));
            evidence_about("%d of %d, a datapoint breaches with %g", rows[r].m, rows[r].n, p[i]);
            evidence_digits(rows[r].mean[i], chain_mean(&chain, (const double[]){1.0 - p[i], p[i]}));
        }
}

/* Shewhart chart with 1 of 1 beyond 3 sigma or 2 of 3 beyond 2 sigma on the same side: a rule with four outcomes, and a state for
 * the last two of them. Champ & Woodall 1987, rule C12. */
static void test_shewhart_chart(void **state)
{
    (void)state;
    evidence_published("Run lengths of a Shewhart chart with a run rule (Champ and Woodall 1987, C12)");
    enum { QUIET, ABOVE, BELOW, BEYOND };
    static struct chain chain = {.states = 9, .outcomes = 4};
    for (int before = 0; before < 3; before++) {
        for (int last = 0; last < 3; last++) {
            const int from = 3 * before + last;
            for (int outcome = 0; outcome < 4; outcome++) {
                const bool second = outcome != QUIET && (outcome == before || outcome == last);
                chain.next[outcome][from] = outcome == BEYOND || second ? CHAIN_ALARM : (uint16_t)(3 * last + outcome);
            }
        }
    }
    static const struct {
        double shift;
        const char *run_length;
    } rows[] = {{0.0, "225.44"}, {0.6, "57.92"}, {1.0, "20.01"}, {2.0, "3.65"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const double d = rows[i].shift;
        double p[4];
        p[ABOVE] = gsl_cdf_ugaussian_P(3.0 - d) - gsl_cdf_ugaussian_P(2.0 - d);
        p[BELOW] = gsl_cdf_ugaussian_P(-2.0 - d) - gsl_cdf_ugaussian_P(-3.0 - d);
        p[BEYOND] = gsl_cdf_ugaussian_Q(3.0 - d) + gsl_cdf_ugaussian_P(-3.0 - d);
        p[QUIET] = 1.0 - p[ABOVE] - p[BELOW] - p[BEYOND];
        evidence_about("the mean has shifted by %g sigma", d);
        evidence_digits(rows[i].run_length, chain_mean(&chain, p));
    }
}

static double breach(double threshold, enum breach_arrivals arrivals, double ones, double requests)
{
    struct alarm_config alarm = {.metric = METRIC_5XX_ERRORS,
                                 .statistic = {.kind = STATISTIC_AVERAGE},
                                 .period_s = 60,
                                 .evaluation_periods = 1,
                                 .datapoints_to_alarm = 1,
                                 .threshold = threshold,
                                 .comparison = COMPARE_GREATER_OR_EQUAL};
    return breach_of_flags(&alarm, &(struct breach_mix){arrivals, requests, ones, requests - ones}).breach;
}

/* 600 requests a minute, 5 % of them on a canary where 5 % fail, 0.1 % elsewhere; and AWS's notebook, whose alarm wants all of the
 * 60 requests of a minute to meet the canary of a third. */
static void test_dilution(void **state)
{
    (void)state;
    evidence_published("Minutes that breach an Average, by Poisson tails, in percent");
    const double both = 30.0 * 0.05 + 570.0 * 0.001;
    evidence_about("600 requests, a canary of 5 %% fails 5 %%, the rest 0.1 %%: Average >= 1 %% fleet-wide");
    evidence_digits("1.16", 100 * breach(0.01, BREACH_POISSON, both, 600));
    evidence_about("the same on the new configuration's own dimension");
    evidence_digits("77.7", 100 * breach(0.01, BREACH_POISSON, 1.5, 30));
    evidence_about("the same with exactly 30 requests");
    evidence_digits("78.5", 100 * breach(0.01, BREACH_REGULAR, 1.5, 30));
    evidence_about("the same of a good version: falsely");
    evidence_digits("3.0", 100 * breach(0.01, BREACH_REGULAR, 0.03, 30));
    evidence_about("AWS's notebook: all of 60 requests on a canary of 1/3 (as a fraction)");
    evidence_digits("2.4e-29", breach(1.0, BREACH_REGULAR, 20, 60));
}

/* https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html: 10/(1 - p) samples from p50 on. */
static void test_low_samples(void **state)
{
    (void)state;
    evidence_published("Samples below which CloudWatch takes a percentile for uncertain");
    static const struct {
        double p;
        const char *samples;
    } rows[] = {{50, "20"}, {90, "100"}, {95, "200"}, {99, "1000"}, {99.9, "10000"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        evidence_about("p%g", rows[i].p);
        evidence_digits(rows[i].samples, alarm_low_sample_limit(&(struct statistic){.kind = STATISTIC_PERCENTILE,
                                                                                    .fraction = rows[i].p / 100}));
    }
}

static void test_t_interval(void **state)
{
    (void)state;
    evidence_published("Student's t: ten paired differences with mean 2.22 and standard deviation 0.55");
    struct interval i = estimate_t(&(struct moments){.n = 10, .mean = 2.22, .m2 = 9 * 0.55 * 0.55}, 0.95);
    evidence_about("95 %% interval, from");
    evidence_digits("1.827", i.low);
    evidence_about("to");
    evidence_digits("2.613", i.high);
}

/* After all others. */
static void test_methods_page(void **state)
{
    (void)state;
    evidence_tables("docs/methods.md", "published");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_run_rules),   cmocka_unit_test(test_shewhart_chart), cmocka_unit_test(test_dilution),
        cmocka_unit_test(test_low_samples), cmocka_unit_test(test_t_interval),     cmocka_unit_test(test_methods_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The estimators against closed forms, textbooks and each other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "sim/estimate.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void assert_close(double got, double want, double slack)
{
    if (!(fabs(got - want) <= slack))
        fail_msg("got %.12g, want %.12g within %g", got, want, slack);
}

static void test_moments(void **state)
{
    (void)state;
    const double values[] = {2.385, NAN, -1.25, 7.5, 3.125, NAN, 0.5};
    const double present[] = {2.385, -1.25, 7.5, 3.125, 0.5};
    struct moments m = moments_of(values, COUNT(values));
    assert_int_equal(m.n, 5);
    assert_close(m.mean, gsl_stats_mean(present, 1, 5), 1e-14);
    assert_close(moments_sd(&m), gsl_stats_sd(present, 1, 5), 1e-14);
    assert_true(m.min == -1.25 && m.max == 7.5);

    struct moments left = moments_of(values, 3), right = moments_of(values + 3, 4), none = {0};
    moments_merge(&left, &right);
    moments_merge(&left, &none);
    assert_int_equal(left.n, 5);
    assert_close(left.mean, m.mean, 1e-14);
    assert_close(left.m2, m.m2, 1e-13);
    moments_merge(&none, &left);
    assert_true(none.n == 5 && none.mean == left.mean);

    struct moments one = moments_of(values, 1);
    assert_true(isnan(moments_sd(&one)));
    assert_true(isnan(estimate_t(&one, 0.95).low));
}

static void test_t_interval(void **state)
{
    (void)state;
    struct moments constant = {.n = 7, .mean = 3};
    struct interval i = estimate_t(&constant, 0.95);
    assert_true(i.low == 3 && i.high == 3);
}

/* Successes, trials, both intervals. With none or only successes the ends are closed forms, 1 - 0.025^(1/n) and
 * z^2 / (n + z^2); the others stand in many a textbook. */
static void test_proportions(void **state)
{
    (void)state;
    static const struct {
        double x, n, exact_low, exact_high, wilson_low, wilson_high;
    } rows[] = {
        {0, 10, 0, 0.30849710, 0, 0.27753280},
        {10, 10, 0.69150290, 1, 0.72246720, 1},
        {5, 10, 0.18708603, 0.81291397, 0.23659310, 0.76340690},
        {1, 20, 0.00126509, 0.24873276, 0.00888145, 0.23613117},
        {0, 400, 0, 0.00917987, 0, 0.00951229},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct interval exact = estimate_clopper_pearson(rows[i].x, rows[i].n, 0.95);
        assert_close(exact.low, rows[i].exact_low, 1e-7);
        assert_close(exact.high, rows[i].exact_high, 1e-7);
        struct interval wilson = estimate_wilson(rows[i].x, rows[i].n, 0.95);
        assert_close(wilson.low, rows[i].wilson_low, 1e-7);
        assert_close(wilson.high, rows[i].wilson_high, 1e-7);
    }
    assert_true(isnan(estimate_clopper_pearson(0, 0, 0.95).high));
}

/* The definition itself: at its ends the observed count lies in a tail of 2.5 %. Fractions lie between. */
static void test_clopper_pearson_definition(void **state)
{
    (void)state;
    static const double trials[] = {2, 17, 200, 400, 5000, 200000};
    for (size_t t = 0; t < COUNT(trials); t++) {
        double n = trials[t];
        static const double shares[] = {0.0005, 0.01, 0.3, 0.5, 0.9, 0.999};
        for (size_t s = 0; s < COUNT(shares); s++) {
            double x = floor(shares[s] * n);
            if (x < 1 || x >= n)
                continue;
            struct interval i = estimate_clopper_pearson(x, n, 0.95);
            assert_close(gsl_cdf_binomial_Q((unsigned)x - 1, i.low, (unsigned)n), 0.025, 1e-6);
            assert_close(gsl_cdf_binomial_P((unsigned)x, i.high, (unsigned)n), 0.025, 1e-6);
            struct interval between = estimate_clopper_pearson(x + 0.5, n, 0.95);
            assert_true(i.low < between.low && i.high < between.high);
        }
        for (double x = 1e-6; x < n; x *= 1.37) { /* no fraction may trouble the solver */
            struct interval i = estimate_clopper_pearson(x, n, 0.95);
            assert_true(i.low >= 0 && i.low <= x / n && i.high >= x / n && i.high <= 1);
        }
    }
}

static void test_quantiles(void **state)
{
    (void)state;
    double values[100];
    for (size_t i = 0; i < 100; i++)
        values[i] = (double)((i * 37) % 100 + 1); /* 1..100, shuffled */
    assert_int_equal(estimate_sort(values, 100), 100);
    assert_true(estimate_quantile(values, 100, 0.50) == 50);
    assert_true(estimate_quantile(values, 100, 0.95) == 95);
    assert_true(estimate_quantile(values, 100, 0.99) == 99);
    assert_true(estimate_quantile(values, 100, 0.07) == 7); /* 0.07 * 100 is over 7 in doubles */
    assert_true(estimate_quantile(values, 1, 0.99) == 1);
    assert_true(isnan(estimate_quantile(values, 0, 0.5)));
    /* The median of 100 lies between the 40th and the 61st value (any table of the sign test). */
    struct interval i = estimate_quantile_interval(values, 100, 0.50, 0.95);
    assert_true(i.low == 40 && i.high == 61);
    /* 0.99^100 = 0.366: the largest of 100 says nothing above the 99 % quantile. */
    i = estimate_quantile_interval(values, 100, 0.99, 0.95);
    assert_true(i.low == 97 && isnan(i.high));

    double holes[] = {NAN, 3, NAN, 1, 2};
    assert_int_equal(estimate_sort(holes, 5), 3);
    assert_true(holes[0] == 1 && holes[2] == 3);
}

static void test_paired(void **state)
{
    (void)state;
    const double a[] = {5, 7, NAN, 9, 4, 6}, b[] = {3, 6, 2, 6, NAN, 5};
    struct paired p = estimate_paired(a, b, 6, 0.95);
    const double x[] = {5, 7, 9, 6}, y[] = {3, 6, 6, 5};
    assert_int_equal(p.n, 4);
    assert_close(p.mean, 1.75, 1e-14);
    assert_close(p.correlation, gsl_stats_correlation(x, 1, y, 1, 4), 1e-14);
    /* differences 2 1 3 1: s = 0.957427, t(0.975; 3) = 3.182446 */
    assert_close(p.interval.low, 1.75 - 3.182446 * 0.957427 / 2, 1e-5);
    assert_true(isnan(estimate_paired(a, b, 0, 0.95).mean));
    const double flat[] = {1, 1, 1, 1};
    assert_true(isnan(estimate_paired(x, flat, 4, 0.95).correlation));
}

static void test_summary(void **state)
{
    (void)state;
    double values[] = {4, NAN, 1, 3, 2};
    struct summary s = estimate_summary(values, 5, 0);
    assert_true(s.n == 4 && s.mean == 2.5 && s.min == 1 && s.max == 4 && s.p50 == 2 && s.p99 == 4);
    double seen[] = {0, 0, 1, NAN};
    s = estimate_summary(seen, 4, 1);
    assert_true(s.n == 3 && isnan(s.sd) && isnan(s.p50) && isnan(s.max));
    assert_close(s.interval.high, estimate_clopper_pearson(1, 3, 0.95).high, 0);
    double absent[] = {NAN, NAN};
    s = estimate_summary(absent, 2, 0);
    assert_true(s.n == 0 && isnan(s.mean) && isnan(s.min));
}

static void test_mix_of_one_part_is_the_part(void **state)
{
    (void)state;
    double values[] = {4, NAN, 1, 3, 2, 8.5};
    const double weight = 1;
    struct mix mix = {values, &weight, 1, 6};
    struct summary m = estimate_mix_summary(&mix, 0);
    struct interval median = estimate_mix_quantile_interval(&mix, 0.5, 0.8);
    struct summary s = estimate_summary(values, 6, 0);
    assert_int_equal(m.n, s.n);
    assert_close(m.mean, s.mean, 1e-14);
    assert_close(m.interval.low, s.interval.low, 1e-13);
    assert_close(m.interval.high, s.interval.high, 1e-13);
    assert_close(m.sd, s.sd, 1e-14);
    assert_true(m.min == s.min && m.p50 == s.p50 && m.p95 == s.p95 && m.max == s.max);
    struct interval plain = estimate_quantile_interval(values, estimate_sort(values, 6), 0.5, 0.8);
    assert_true(median.low == plain.low && median.high == plain.high);
}

static void test_mix(void **state)
{
    (void)state;
    const double values[] = {1, 2, 3, 10, 20, NAN}; /* two parts, three replications */
    const double weights[] = {0.75, 0.25};
    struct mix mix = {values, weights, 2, 3};
    struct summary s = estimate_mix_summary(&mix, 0);
    /* Each trial weighs weight / 3: (0.75 * 6 + 0.25 * 30) / (0.75 * 3 + 0.25 * 2). */
    assert_close(s.mean, 12.0 / 2.75, 1e-14);
    assert_int_equal(s.n, 5); /* the trials that have a value */
    assert_true(s.min == 1 && s.p50 == 2 && s.p95 == 20 && s.max == 20);

    /* Where every value is there: the t interval of the per-replication mixes. */
    const double whole[] = {1, 2, 3.5, 10, 20, 15}, mixes[] = {3.25, 6.5, 6.375};
    struct mix full = {whole, weights, 2, 3};
    struct summary got = estimate_mix_mean(&full, 0.95);
    struct moments m = moments_of(mixes, 3);
    assert_close(got.mean, m.mean, 1e-14);
    assert_close(got.interval.high, estimate_t(&m, 0.95).high, 1e-12);

    /* What was never seen is not impossible. */
    const double never[] = {0, 0, 0, 0, 0, 0};
    struct mix unseen = {never, weights, 2, 3};
    s = estimate_mix_summary(&unseen, 1);
    assert_close(s.interval.high, 1 - cbrt(0.025), 1e-12);

    struct paired p = estimate_mix_paired(&full, &mix, 0.95);
    assert_int_equal(p.n, 3);
    assert_close(p.mean, 0.75 * 0.5 / 2.75, 1e-14); /* part 2 of replication 3 has no pair */
}

static void test_sd_interval(void **state)
{
    (void)state;
    double values[400];
    for (size_t i = 0; i < 400; i++)
        values[i] = gsl_cdf_ugaussian_Pinv(((double)i + 0.5) / 400);
    struct interval got = estimate_sd_interval(values, 400, 0.95);
    /* For a normal sample this is near the chi-square interval. */
    double s2 = gsl_stats_variance(values, 1, 400);
    assert_close(got.low, sqrt(399 * s2 / gsl_cdf_chisq_Pinv(0.975, 399)), 0.01);
    assert_close(got.high, sqrt(399 * s2 / gsl_cdf_chisq_Pinv(0.025, 399)), 0.01);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),     cmocka_unit_test(test_t_interval),
        cmocka_unit_test(test_proportions), cmocka_unit_test(test_clopper_pearson_definition),
        cmocka_unit_test(test_quantiles),   cmocka_unit_test(test_paired),
        cmocka_unit_test(test_summary),     cmocka_unit_test(test_mix_of_one_part_is_the_part),
        cmocka_unit_test(test_mix),         cmocka_unit_test(test_sd_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Two runs against each other: published examples, closed forms, and how often the intervals are right. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "sim/contrast.h"

static void near(double got, double wanted, double slack)
{
    if (!(fabs(got - wanted) <= slack))
        fail_msg("got %.10g, expected %.10g", got, wanted);
}

/* Equal sizes and spreads: Student's interval with 2 n - 2 degrees of freedom. {1..5} and {2..6}. */
static void test_means(void **state)
{
    (void)state;
    const struct summary a = {.n = 5, .mean = 3, .sd = sqrt(2.5)}, b = {.n = 5, .mean = 4, .sd = sqrt(2.5)};
    struct interval i = contrast_means(&a, &b, 0.95);
    near(i.low, 1 - 2.306004135, 1e-8); /* the standard error is 1 */
    near(i.high, 1 + 2.306004135, 1e-8);
    /* One that does not vary leaves the other's own interval. */
    const struct summary still = {.n = 9, .mean = 1, .sd = 0};
    i = contrast_means(&still, &b, 0.95);
    near(i.high - i.low, 2 * gsl_cdf_tdist_Pinv(0.975, 4) * sqrt(0.5), 1e-9);
    i = contrast_means(&still, &still, 0.95);
    assert_true(i.low == 0 && i.high == 0);
    const struct summary one = {.n = 1, .mean = 1, .sd = NAN};
    i = contrast_means(&one, &b, 0.95);
    assert_true(isnan(i.low) && isnan(i.high));
}

/* Newcombe 1998, table II: 56 of 70 against 48 of 80, and 9 of 10 against 3 of 10; 10 of 10 against 0 of 20. */
static void test_shares(void **state)
{
    (void)state;
    struct interval i = contrast_shares(48.0 / 80, 80, 56.0 / 70, 70, 0.95);
    near(i.low, 0.0524, 5e-5);
    near(i.high, 0.3339, 5e-5);
    i = contrast_shares(3.0 / 10, 10, 9.0 / 10, 10, 0.95);
    near(i.low, 0.1705, 5e-5);
    near(i.high, 0.8090, 5e-5);
    i = contrast_shares(0, 20, 1, 10, 0.95);
    near(i.low, 0.6791, 5e-5);
    near(i.high, 1, 1e-12);
    i = contrast_shares(0, 0, 1, 10, 0.95);
    assert_true(isnan(i.low) && isnan(i.high));
}

/* Worked out on paper: with no pair that differs both shares are 1 / (n + 2). */
static void test_paired_shares(void **state)
{
    (void)state;
    const double z = 1.959963985;
    struct interval i = contrast_paired_shares(0, 0, 30, 0.95);
    near(i.high, z * sqrt(2.0 / 32 / 32), 1e-8);
    near(i.low, -i.high, 0);
    i = contrast_paired_shares(1, 6, 14, 0.95); /* shares 2/16 and 7/16 */
    near(i.low, 5.0 / 16 - z * sqrt((9.0 / 16 - 25.0 / 256) / 16), 1e-8);
    near(i.high, 5.0 / 16 + z * sqrt((9.0 / 16 - 25.0 / 256) / 16), 1e-8);
    i = contrast_paired_shares(0, 3, 3, 0.95);
    assert_true(i.high == 1);
    i = contrast_paired_shares(0, 0, 0, 0.95);
    assert_true(isnan(i.low));
}

/* Of 20,000 intervals 95 % hold the truth, within 4 standard errors and what the sources say of small samples. */
static void test_coverage(void **state)
{
    (void)state;
    enum { RUNS = 20000, N = 40, M = 25 };
    const double share_a = 0.2, share_b = 0.35, only_a = 0.05, only_b = 0.15;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 7);
    int means = 0, shares = 0, pairs = 0;
    for (int r = 0; r < RUNS; r++) {
        struct moments a = {0}, b = {0};
        unsigned hits_a = 0, hits_b = 0, alone_a = 0, alone_b = 0;
        for (int k = 0; k < N; k++) {
            moments_add(&a, gsl_ran_gaussian_ziggurat(rng, 1));
            hits_a += gsl_rng_uniform(rng) < share_a;
            double u = gsl_rng_uniform(rng);
            alone_a += u < only_a;
            alone_b += u > 1 - only_b;
        }
        for (int k = 0; k < M; k++) {
            moments_add(&b, 2 + gsl_ran_gaussian_ziggurat(rng, 3));
            hits_b += gsl_rng_uniform(rng) < share_b;
        }
        const struct summary of_a = {.n = N, .mean = a.mean, .sd = moments_sd(&a)};
        const struct summary of_b = {.n = M, .mean = b.mean, .sd = moments_sd(&b)};
        struct interval i = contrast_means(&of_a, &of_b, 0.95);
        means += i.low <= 2 && 2 <= i.high;
        i = contrast_shares(hits_a / (double)N, N, hits_b / (double)M, M, 0.95);
        shares += i.low <= share_b - share_a && share_b - share_a <= i.high;
        i = contrast_paired_shares(alone_a, alone_b, N, 0.95);
        pairs += i.low <= only_b - only_a && only_b - only_a <= i.high;
    }
    gsl_rng_free(rng);
    near(means / (double)RUNS, 0.95, 0.0062);
    near(shares / (double)RUNS, 0.955, 0.012);
    near(pairs / (double)RUNS, 0.955, 0.015);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_shares),
        cmocka_unit_test(test_paired_shares),
        cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

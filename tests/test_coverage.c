/* A nominal 95 % interval that covers 90 % is a lie that no single run shows: over 400 seeds each kind of
 * interval must cover the truth between 92 % and 98 % of the time. Truths are closed forms. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "sim/estimate.h"

enum { SEEDS = 400, N = 300, PARTS = 2 };
static const double WEIGHTS[PARTS] = {0.7, 0.3};

/* Two parts that share luck with one another, as versions share their world. values[part * N + replication]. */
static void fill_shared(gsl_rng *rng, double *values, double shift)
{
    for (size_t r = 0; r < N; r++) {
        double common = gsl_ran_exponential(rng, 3);
        values[r] = shift + common + gsl_ran_gaussian(rng, 1);
        values[N + r] = 2 * common + gsl_ran_gaussian(rng, 2);
    }
}

static int covers(struct interval i, double truth)
{
    return i.low <= truth && truth <= i.high;
}

static int t_covers(gsl_rng *rng)
{
    double values[N];
    for (size_t i = 0; i < N; i++)
        values[i] = gsl_ran_exponential(rng, 7.5);
    struct moments m = moments_of(values, N);
    return covers(estimate_t(&m, 0.95), 7.5);
}

static int clopper_pearson_covers(gsl_rng *rng)
{
    return covers(estimate_clopper_pearson(gsl_ran_binomial(rng, 0.31, N), N, 0.95), 0.31);
}

static int wilson_covers(gsl_rng *rng)
{
    return covers(estimate_wilson(gsl_ran_binomial(rng, 0.31, N), N, 0.95), 0.31);
}

static int quantile_covers(gsl_rng *rng, double q)
{
    double values[N];
    for (size_t i = 0; i < N; i++)
        values[i] = gsl_ran_exponential(rng, 1);
    size_t n = estimate_sort(values, N);
    return covers(estimate_quantile_interval(values, n, q, 0.95), -log1p(-q));
}

static int median_covers(gsl_rng *rng)
{
    return quantile_covers(rng, 0.5);
}

static int p95_covers(gsl_rng *rng)
{
    return quantile_covers(rng, 0.95);
}

static int paired_covers(gsl_rng *rng)
{
    double a[N], b[N];
    for (size_t i = 0; i < N; i++) {
        double common = gsl_ran_exponential(rng, 20);
        a[i] = common + gsl_ran_exponential(rng, 2);
        b[i] = gsl_rng_uniform(rng) < 0.1 ? NAN : common + gsl_ran_gaussian(rng, 1);
    }
    return covers(estimate_paired(a, b, N, 0.95).interval, 2);
}

static int mix_covers(gsl_rng *rng)
{
    double values[PARTS * N];
    fill_shared(rng, values, 1);
    struct mix mix = {values, WEIGHTS, PARTS, N};
    return covers(estimate_mix_mean(&mix, 0.95).interval, 0.7 * (1 + 3) + 0.3 * 6);
}

/* The second part has a value in one replication of five only: it weighs a fifth of its share. */
static int mix_with_gaps_covers(gsl_rng *rng)
{
    double values[PARTS * N];
    fill_shared(rng, values, 1);
    for (size_t r = 0; r < N; r++)
        if (gsl_rng_uniform(rng) >= 0.2)
            values[N + r] = NAN;
    struct mix mix = {values, WEIGHTS, PARTS, N};
    return covers(estimate_mix_mean(&mix, 0.95).interval, (0.7 * 4 + 0.06 * 6) / 0.76);
}

static int mix_paired_covers(gsl_rng *rng)
{
    double a[PARTS * N], b[PARTS * N];
    fill_shared(rng, a, 1);
    for (size_t i = 0; i < PARTS * N; i++)
        b[i] = a[i] - gsl_ran_exponential(rng, 0.5);
    struct mix left = {a, WEIGHTS, PARTS, N}, right = {b, WEIGHTS, PARTS, N};
    return covers(estimate_mix_paired(&left, &right, 0.95).interval, 0.5);
}

static int sd_covers(gsl_rng *rng)
{
    double values[N];
    for (size_t i = 0; i < N; i++)
        values[i] = gsl_ran_gaussian(rng, 2.5);
    return covers(estimate_sd_interval(values, N, 0.95), 2.5);
}

static const struct {
    const char *name;
    int (*covers)(gsl_rng *rng);
} kinds[] = {
    {"t", t_covers},
    {"Clopper-Pearson", clopper_pearson_covers},
    {"Wilson", wilson_covers},
    {"median", median_covers},
    {"95 % quantile", p95_covers},
    {"paired difference", paired_covers},
    {"mix", mix_covers},
    {"mix with gaps", mix_with_gaps_covers},
    {"paired mix", mix_paired_covers},
    {"standard deviation", sd_covers},
};

static void test_coverage(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        int hits = 0;
        for (unsigned long seed = 1; seed <= SEEDS; seed++) {
            gsl_rng_set(rng, 1000 * (k + 1) + seed);
            hits += kinds[k].covers(rng);
        }
        double coverage = (double)hits / SEEDS;
        print_message("%s: %.1f %%\n", kinds[k].name, 100 * coverage);
        if (coverage < 0.92 || coverage > 0.98)
            fail_msg("%s covers %.1f %%", kinds[k].name, 100 * coverage);
    }
    gsl_rng_free(rng);
}

/* Real-valued successes from a mix may cover more than they promise, never less. */
static void test_mix_proportion_is_safe(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    int hits = 0;
    for (unsigned long seed = 1; seed <= SEEDS; seed++) {
        gsl_rng_set(rng, 77000 + seed);
        double values[PARTS * N];
        for (size_t r = 0; r < N; r++) {
            double u = gsl_rng_uniform(rng);
            values[r] = u < 0.02;
            values[N + r] = u < 0.4;
        }
        struct mix mix = {values, WEIGHTS, PARTS, N};
        hits += covers(estimate_mix_summary(&mix, 1).interval, 0.7 * 0.02 + 0.3 * 0.4);
    }
    assert_true(hits >= 0.95 * SEEDS);
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_mix_proportion_is_safe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

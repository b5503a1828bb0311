/* Distributions: known quantiles, round trips, means, what is refused, atoms, and the table against the exact
 * quantile. */
#include "tests/support.h"

#include "models/stream.h"

/* 95th and 99th percentiles of the standard normal law. */
static const double z95 = 1.6448536269514722, z99 = 2.3263478740408408;

/* Parameters as a file gives them; NAN where absent. */
struct law {
    const char *kind;
    double given[DRAW_PARAMS];
};

static struct draw law_of(const struct law *law)
{
    struct draw d;
    const struct draw_kind *kind = draw_find(law->kind);
    assert_non_null(kind);
    const char *error = draw_resolve(&d, kind, law->given);
    if (error)
        fail_msg("%s: %s", law->kind, error);
    return d;
}

static const struct law laws[] = {
    {"uniform", {30e6, 60e6, NAN, NAN}},     {"exponential", {20e3, NAN, NAN, NAN}},
    {"lognormal", {140e6, 300e6, NAN, NAN}}, {"lognormal", {20e3, NAN, 80e3, NAN}},
    {"lognormal", {20e3, NAN, NAN, 1.5}},    {"gamma", {50e3, 0.3, NAN, NAN}},
    {"gamma", {50e3, 2.5, NAN, NAN}},        {"weibull", {50e3, 0.5, NAN, NAN}},
    {"weibull", {50e3, 3.0, NAN, NAN}},      {"pareto", {1e3, 2.5, NAN, NAN}},
};
enum { LAWS = sizeof laws / sizeof *laws };

/* ---- closed forms ---- */

static void test_known_quantiles(void **state)
{
    (void)state;
    static const struct {
        struct law law;
        double u, want;
    } rows[] = {
        {{"uniform", {30, 60, NAN, NAN}}, 0.25, 37.5},
        {{"exponential", {10, NAN, NAN, NAN}}, 0.5, 6.931471805599453},  /* 10 ln 2 */
        {{"exponential", {10, NAN, NAN, NAN}}, 0.99, 46.05170185988091}, /* 10 ln 100 */
        {{"lognormal", {140, 300, NAN, NAN}}, 0.5, 140},
        {{"lognormal", {140, 300, NAN, NAN}}, 0.95, 300},
        {{"lognormal", {20, NAN, 80, NAN}}, 0.99, 80},
        {{"lognormal", {20, NAN, 80, NAN}}, 0.01, 5},                   /* 20^2 / 80, by symmetry of the logarithm */
        {{"lognormal", {1, NAN, NAN, 1}}, 0.95, 5.180251602233015},     /* exp(z95) */
        {{"gamma", {10, 1, NAN, NAN}}, 0.5, 6.931471805599453},         /* cv 1 is exponential */
        {{"gamma", {2, 0.7071067811865476, NAN, NAN}}, 0.9, 3.8897202}, /* shape 2, scale 1: (1 + x) e^-x = 0.1 */
        {{"weibull", {10, 1, NAN, NAN}}, 0.5, 6.931471805599453},
        {{"weibull", {10, 0.5227232008770633, NAN, NAN}}, 0.5, 9.394373}, /* shape 2: 10 sqrt(ln 2) / G(1.5) */
        {{"pareto", {10, 2, NAN, NAN}}, 0.75, 20},
        {{"constant", {7, NAN, NAN, NAN}}, 0.3, 7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct draw d = law_of(&rows[i].law);
        check_close(rows[i].law.kind, draw_quantile(&d, rows[i].u), rows[i].want, 1e-7);
        if (rows[i].law.kind[0] != 'c')
            check_close(rows[i].law.kind, draw_cdf(&d, rows[i].want), rows[i].u, 1e-6);
    }
}

static void test_means(void **state)
{
    (void)state;
    const double s95 = log(300.0 / 140.0) / z95, s99 = log(4.0) / z99;
    const double want[LAWS] = {45e6,
                               20e3,
                               140e6 * exp(s95 * s95 / 2),
                               20e3 * exp(s99 * s99 / 2),
                               20e3 * exp(1.125),
                               50e3,
                               50e3,
                               50e3,
                               50e3,
                               1e3 * 2.5 / 1.5};
    for (size_t i = 0; i < LAWS; i++) {
        struct draw d = law_of(&laws[i]);
        check_close(laws[i].kind, draw_mean(&d), want[i], 1e-9);
    }
    struct draw endless = law_of(&(struct law){"pareto", {1, 1, NAN, NAN}});
    assert_true(isinf(draw_mean(&endless)));
}

/* The mean and the cv are also integrals of the quantile function: this ties all functions of a row together. */
static void test_moments_of_the_quantile(void **state)
{
    (void)state;
    enum { CELLS = 100000 };
    static const double cv[LAWS] = {0.19245008972987526, 1, NAN, NAN, NAN, 0.3, 2.5, 0.5, NAN, NAN};
    for (size_t i = 0; i < LAWS; i++) {
        struct draw d = law_of(&laws[i]);
        double sum = 0.0, squares = 0.0;
        for (int k = 0; k < CELLS; k++) {
            double q = draw_quantile(&d, (k + 0.5) / CELLS);
            sum += q;
            squares += q * q;
        }
        double mean = sum / CELLS, sd = sqrt(squares / CELLS - mean * mean);
        check_close(laws[i].kind, mean, draw_mean(&d), 2e-3);
        if (!isnan(cv[i]))
            check_close("cv", sd / mean, cv[i], 2e-3);
    }
}

static void test_round_trips(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAWS; i++) {
        struct draw d = law_of(&laws[i]);
        double before = -1.0;
        for (double u = 0x1p-30; u < 1.0; u += u < 0.01 ? u : 0.00731) {
            double x = draw_quantile(&d, u);
            assert_true(x >= before && isfinite(x) && x >= 0.0);
            if (!(fabs(draw_cdf(&d, x) - u) <= 1e-9 * u + 1e-15)) /* a rounding of x may move the cdf by 1e-16 */
                fail_msg("%s at %g: %.17g", laws[i].kind, u, draw_cdf(&d, x));
            before = x;
        }
        for (double v = 1e-3; v > 1e-12; v /= 10) { /* the far tail: in the distance from 1 */
            double x = draw_quantile(&d, 1.0 - v);
            assert_true(x >= before && isfinite(x));
            before = x;
        }
        assert_true(draw_cdf(&d, 0.0) == 0.0);
        assert_true(draw_cdf(&d, 1e300) == 1.0);
    }
}

static void test_what_is_refused(void **state)
{
    (void)state;
    static const struct law refused[] = {
        {"uniform", {60, 30, NAN, NAN}},    {"lognormal", {20, NAN, NAN, NAN}}, {"lognormal", {20, 30, 40, NAN}},
        {"lognormal", {20, 30, NAN, 1}},    {"lognormal", {20, 19, NAN, NAN}},  {"lognormal", {20, NAN, 19, NAN}},
        {"weibull", {20, 0.001, NAN, NAN}}, {"weibull", {20, 1000, NAN, NAN}},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct draw d;
        assert_non_null(draw_resolve(&d, draw_find(refused[i].kind), refused[i].given));
    }
    assert_null(draw_find("normal"));
    assert_null(draw_find("Uniform"));
    for (size_t i = 0; i < draw_kind_count; i++)
        assert_ptr_equal(draw_find(draw_kinds[i].name), &draw_kinds[i]);
}

/* ---- recorded values and mixtures ---- */

static void test_empirical(void **state)
{
    (void)state;
    static const double values[] = {10, 20, 20, 50};
    struct draw d = draw_empirical(values, 4);
    static const double u[] = {0.01, 0.249, 0.26, 0.5, 0.74, 0.76, 0.999}, want[] = {10, 10, 20, 20, 20, 50, 50};
    for (size_t i = 0; i < sizeof u / sizeof *u; i++)
        assert_true(draw_quantile(&d, u[i]) == want[i]);
    static const double x[] = {9, 10, 19, 20, 49, 50, 51}, below[] = {0, 0.25, 0.25, 0.75, 0.75, 1, 1};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        assert_true(draw_cdf(&d, x[i]) == below[i]);
    assert_true(draw_mean(&d) == 25);
}

/* 0.8 at 5 s exactly, 0.2 evenly over 90 to 150 s. */
static void test_mixture_with_an_atom(void **state)
{
    (void)state;
    static const double weights[] = {0.8, 0.2};
    struct draw parts[] = {draw_constant(5e6), draw_uniform(90e6, 150e6)};
    struct draw d = draw_mixture(parts, weights, 2);
    assert_true(draw_quantile(&d, 0.001) == 5e6);
    assert_true(draw_quantile(&d, 0.5) == 5e6);
    assert_true(draw_quantile(&d, 0.7999) == 5e6);
    check_close("0.81", draw_quantile(&d, 0.81), 93e6, 1e-9);
    check_close("0.9", draw_quantile(&d, 0.9), 120e6, 1e-9);
    check_close("0.999", draw_quantile(&d, 0.999), 149.7e6, 1e-9);
    check_close("cdf", draw_cdf(&d, 120e6), 0.9, 1e-12);
    assert_true(draw_cdf(&d, 4.999e6) == 0.0);
    assert_true(draw_cdf(&d, 5e6) == 0.8);
    check_close("mean", draw_mean(&d), 0.8 * 5e6 + 0.2 * 120e6, 1e-12);
}

/* A component whose tail overflows does not take the mixture with it. */
static void test_mixture_with_an_endless_tail(void **state)
{
    (void)state;
    static const double weights[] = {0.5, 0.5};
    struct draw tail;
    assert_null(draw_resolve(&tail, draw_find("pareto"), (double[DRAW_PARAMS]){10e6, 1e-4, NAN, NAN}));
    assert_true(isinf(draw_quantile(&tail, 0.4)));
    struct draw parts[] = {tail, draw_constant(5e6)};
    struct draw d = draw_mixture(parts, weights, 2);
    assert_true(draw_quantile(&d, 0.4) == 5e6);
    assert_true(draw_quantile(&d, 0.9) > 1e300);
    d.most_us = 60e6;
    assert_true(draw_quantile(&d, 0.4) == 5e6 && draw_quantile(&d, 0.9) == 60e6);
    assert_true(draw_cdf(&d, 60e6) == 1.0 && draw_cdf(&d, 59e6) < 1.0);
}

/* ---- the table ---- */

/* Within 1e-4 of value and mean, whatever the tail; exact beyond the table. */
static void check_table(const char *what, const struct draw *d)
{
    const double mean = draw_mean(d);
    struct draw_table *table = malloc(sizeof *table);
    assert_non_null(table);
    draw_table_init(table, d);
    struct stream luck = {{1, 2, 3, 4}};
    for (int i = 0; i < 50000; i++) {
        double u = stream_uniform(&luck);
        if (i % 4 == 0) /* half of these into either tail */
            u = i % 8 ? u * 0x1p-12 : 1.0 - u * 0x1p-12;
        double got = draw_table_at(table, u), want = draw_quantile(d, u);
        if (!(fabs(got - want) <= 1.01e-4 * (want + mean)))
            fail_msg("%s at %.17g: %.9g, exact %.9g", what, u, got, want);
    }
    for (double v = 0x1p-23; v > 0x1p-52; v /= 2) { /* beyond the table */
        assert_true(draw_table_at(table, v) == draw_quantile(d, v));
        assert_true(draw_table_at(table, 1.0 - v) == draw_quantile(d, 1.0 - v));
    }
    free(table);
}

static void test_table_against_exact_quantiles(void **state)
{
    (void)state;
    for (size_t i = 0; i < LAWS; i++) {
        struct draw d = law_of(&laws[i]);
        check_table(laws[i].kind, &d);
    }
}

static void test_table_keeps_atoms_and_constants(void **state)
{
    (void)state;
    static const double values[] = {1234567.0, 2345678.0, 9876543.0};
    static const double weights[] = {0.8, 0.2};
    struct draw parts[] = {draw_constant(41e6), draw_uniform(90e6, 150e6)};
    struct draw flat[] = {draw_constant(20e6), draw_constant(0.0), draw_empirical(values, 3)};
    struct draw_table *table = malloc(sizeof *table);
    assert_non_null(table);
    for (size_t i = 0; i < sizeof flat / sizeof *flat; i++) {
        draw_table_init(table, &flat[i]);
        for (int k = 1; k < 100000; k++)
            assert_true(draw_table_at(table, k / 1e5) == draw_quantile(&flat[i], k / 1e5));
    }
    struct draw mixture = draw_mixture(parts, weights, 2);
    check_table("mixture", &mixture);
    draw_table_init(table, &mixture);
    for (int k = 1; k < 79999; k++)
        assert_true(draw_table_at(table, k / 1e5) == 41e6);
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_quantiles),
        cmocka_unit_test(test_means),
        cmocka_unit_test(test_moments_of_the_quantile),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_what_is_refused),
        cmocka_unit_test(test_empirical),
        cmocka_unit_test(test_mixture_with_an_atom),
        cmocka_unit_test(test_mixture_with_an_endless_tail),
        cmocka_unit_test(test_table_against_exact_quantiles),
        cmocka_unit_test(test_table_keeps_atoms_and_constants),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The exact chain against closed forms and the enumeration of every path. */
#include "models/chain.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <gsl/gsl_sf_gamma.h>

static void assert_close(double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want)))
        fail_msg("got %.17g, want %.17g within a relative %g", got, want, relative);
}

static double mean_of(int m, int n, double p)
{
    struct chain chain;
    assert_true(chain_m_of_n(&chain, m, n));
    return chain_mean(&chain, (const double[]){1.0 - p, p});
}

/* M of M: (1 - p^M) / ((1 - p) p^M), also where the mean is astronomical and for long runs. */
static void test_runs_closed_form(void **state)
{
    (void)state;
    static const double p[] = {1e-6, 0.001, 0.2385, 0.5, 0.77, 0.999};
    static const int runs[] = {1, 2, 3, 5, 12, 15, 40, 1440};
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        for (size_t r = 0; r < sizeof runs / sizeof *runs; r++) {
            const double at_once = pow(p[i], runs[r]);
            if (at_once < 1e-290)
                continue;
            assert_close(mean_of(runs[r], runs[r], p[i]), (1.0 - at_once) / ((1.0 - p[i]) * at_once), 1e-11);
        }
    }
    assert_close(mean_of(1, 1440, 0.05), 20.0, 1e-13);
}

/* 2 of N, closed form: 1/p for the first breach, then a second within N - 1 periods or all over again. With
 * r = 1 - (1-p)^(N-1): (1/p + r/p) / r = (1 + r) / (p r). */
static void test_two_of_n_closed_form(void **state)
{
    (void)state;
    for (int n = 2; n <= 64; n++) {
        const double p = 0.0385, r = 1.0 - pow(1.0 - p, n - 1);
        assert_close(mean_of(2, n, p), (1.0 + r) / (p * r), 1e-12);
    }
}

static void test_certain_and_impossible(void **state)
{
    (void)state;
    assert_true(isinf(mean_of(2, 3, 0.0)));
    assert_close(mean_of(2, 3, 1.0), 2.0, 1e-15);
    assert_close(mean_of(7, 12, 1.0), 7.0, 1e-15);
}

/* One state for each pattern that can still matter: C(N, M-1) of them. */
static void test_states(void **state)
{
    (void)state;
    struct chain chain;
    for (int n = 1; n <= 13; n++) {
        for (int m = 1; m <= n; m++) {
            assert_true(chain_m_of_n(&chain, m, n));
            if (m > 1)
                assert_int_equal(chain.states, (int)lround(gsl_sf_choose((unsigned)n, (unsigned)m - 1)));
        }
    }
    assert_true(chain_m_of_n(&chain, 2, 64));
    assert_true(chain_m_of_n(&chain, 3, 64));
    assert_true(chain_m_of_n(&chain, 4, 24));
    assert_true(chain_m_of_n(&chain, 5, 16));
    assert_true(chain_m_of_n(&chain, 2048, 2048));
    assert_false(chain_m_of_n(&chain, 2049, 2049));
    assert_false(chain_m_of_n(&chain, 2, 65));
    assert_false(chain_m_of_n(&chain, 8, 16));
}

/* P(first ALARM in period k) by enumerating every path of `periods` outcomes. */
static void test_first_against_every_path(void **state)
{
    (void)state;
    enum { PERIODS = 12 };
    const double p = 0.2385;
    for (int n = 1; n <= 6; n++) {
        for (int m = 1; m <= n; m++) {
            double want[PERIODS] = {0}, got[PERIODS];
            for (unsigned path = 0; path < 1u << PERIODS; path++) {
                double probability = 1.0;
                int alarm = -1;
                for (int k = 0; k < PERIODS; k++) {
                    probability *= path >> k & 1 ? p : 1.0 - p;
                    int breaches = 0;
                    for (int j = k; j >= 0 && j > k - n; j--)
                        breaches += path >> j & 1;
                    if (alarm < 0 && breaches >= m)
                        alarm = k;
                }
                if (alarm >= 0)
                    want[alarm] += probability;
            }
            struct chain chain;
            assert_true(chain_m_of_n(&chain, m, n));
            const double probability[] = {1.0 - p, p};
            chain_first(&chain, probability, got, PERIODS);
            double sum = 0.0;
            for (int k = 0; k < PERIODS; k++) {
                assert_true(fabs(got[k] - want[k]) < 1e-13);
                sum += got[k];
                assert_close(chain_within(&chain, probability, (size_t)k + 1), sum, sum > 0.0 ? 1e-13 : 1.0);
            }
        }
    }
}

/* The mean is also the sum of P(no ALARM yet): an independent way to the same number. */
static void test_mean_is_sum_of_survival(void **state)
{
    (void)state;
    for (int n = 2; n <= 12; n += 5) {
        for (int m = 2; m <= n; m += 3) {
            struct chain chain;
            assert_true(chain_m_of_n(&chain, m, n));
            enum { PERIODS = 20000 };
            static double first[PERIODS];
            const double probability[] = {0.45, 0.55};
            chain_first(&chain, probability, first, PERIODS);
            double mean = 0.0, survives = 1.0;
            for (size_t k = 0; k < PERIODS; k++) {
                mean += survives;
                survives -= first[k];
            }
            assert_close(chain_mean(&chain, probability), mean, 1e-8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_runs_closed_form),         cmocka_unit_test(test_two_of_n_closed_form),
        cmocka_unit_test(test_certain_and_impossible),   cmocka_unit_test(test_states),
        cmocka_unit_test(test_first_against_every_path), cmocka_unit_test(test_mean_is_sum_of_survival),
    };
    return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}

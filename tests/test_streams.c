/* The generator against published numbers, and what the naming of streams promises: different names, independent
 * uniforms. */
#include "tests/support.h"

#include "sim/streams.h"

/* Blackman and Vigna's xoshiro256++ from state {1, 2, 3, 4}: the first ten numbers, as published with the reference
 * vectors of Rust's rand_xoshiro. */
static void test_known_answers(void **state)
{
    (void)state;
    static const uint64_t want[] = {41943041,
                                    58720359,
                                    3588806011781223,
                                    3591011842654386,
                                    UINT64_C(9228616714210784205),
                                    UINT64_C(9973669472204895162),
                                    UINT64_C(14011001112246962877),
                                    UINT64_C(12406186145184390807),
                                    UINT64_C(15849039046786891736),
                                    UINT64_C(10450023813501588000)};
    struct stream stream = {{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        assert_true(stream_next(&stream) == want[i]);
}

/* The top 52 bits and a half: never 0, never 1, and 1 - u is exact. */
static void test_uniform_is_open(void **state)
{
    (void)state;
    struct stream stream = {{1, 2, 3, 4}};
    assert_true(stream_uniform(&stream) == (41943041 / 4096 + 0.5) / 0x1p52);
    struct stream lowest = {{0, 0, 0, 1}}, twin = lowest;
    assert_true(stream_next(&twin) >> 12 == 2048); /* 1 << 23, rotated */
    assert_true(stream_uniform(&lowest) == 2048.5 / 0x1p52);
    for (int i = 0; i < 1000000; i++) {
        double u = stream_uniform(&stream);
        assert_true(u > 0.0 && u < 1.0 && u != 0.5 && 1.0 - (1.0 - u) == u);
    }
}

/* Side by side, two streams give what each gives alone, and stand where it stands. */
static void test_pairs(void **state)
{
    (void)state;
    struct stream left = streams_open(7, 0, STREAM_SERVICE, 0), right = streams_open(7, 0, STREAM_ERROR, 0);
    struct stream alone[2] = {left, right};
    struct stream_pair pair = stream_pair_of(&left, &right);
    for (int i = 0; i < 10000; i++) {
        double u[2];
        stream_pair_uniform(&pair, u);
        for (int k = 0; k < 2; k++)
            assert_true(u[k] == stream_uniform(&alone[k]));
    }
    stream_pair_apart(&pair, &left, &right);
    assert_memory_equal(&left, &alone[0], sizeof left);
    assert_memory_equal(&right, &alone[1], sizeof right);
}

static void test_names_decide(void **state)
{
    (void)state;
    uint64_t seen[4096];
    size_t count = 0;
    for (uint64_t seed = 0; seed < 4; seed++)
        for (uint64_t replication = 0; replication < 4; replication++)
            for (int purpose = STREAM_GAPS; purpose <= STREAM_CLEANUP; purpose++)
                for (uint64_t subject = 0; subject < 4; subject++) {
                    struct stream one = streams_open(seed, replication, (enum stream_purpose)purpose, subject);
                    struct stream two = streams_open(seed, replication, (enum stream_purpose)purpose, subject);
                    assert_memory_equal(&one, &two, sizeof one);
                    struct stream copy = one;
                    assert_true(stream_uniform(&copy) ==
                                streams_uniform(seed, replication, (enum stream_purpose)purpose, subject));
                    seen[count++] = stream_next(&one);
                }
    assert_int_equal(count, 4 * 4 * 16 * 4);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            assert_true(seen[i] != seen[j]);
    assert_true(streams_subject("alarm-a") != streams_subject("alarm-b"));
    assert_true(streams_subject("ab") != streams_subject("ba"));
    assert_true(streams_subject("") != streams_subject("a"));
}

/* ---- moments ---- */

/* u has mean 1/2, variance 1/12 and E(u - 1/2)^4 = 1/80; the product of two independent deviations has variance 1/144. */
static void check_uniforms(const char *what, const double *u, const double *v, size_t count)
{
    double n = (double)count, mean = 0.0, square = 0.0, product = 0.0, lagged = 0.0;
    for (size_t i = 0; i < count; i++) {
        double a = u[i] - 0.5, b = v[i] - 0.5;
        mean += a;
        square += a * a;
        product += a * b;
        lagged += i ? a * (u[i - 1] - 0.5) : 0.0;
    }
    check_theory(what, mean / n, 0.0, sqrt(1.0 / 12 / n));
    check_theory(what, square / n, 1.0 / 12, sqrt((1.0 / 80 - 1.0 / 144) / n));
    check_theory(what, product / n, 0.0, sqrt(1.0 / 144 / n));
    check_theory(what, lagged / n, 0.0, sqrt(1.0 / 144 / n));
}

enum { MANY = 1000000 };
static double first[MANY], second[MANY];

static void test_uniforms_of_a_stream(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct stream a = streams_open(seed, 0, STREAM_GAPS, 0), b = streams_open(seed, 0, STREAM_SERVICE, 0);
        for (int i = 0; i < MANY; i++) {
            first[i] = stream_uniform(&a);
            second[i] = stream_uniform(&b);
        }
        check_uniforms("two purposes", first, second, MANY);
    }
}

/* What is drawn once per name: the names in turn must be as good as a stream. */
static void test_first_uniforms_over_names(void **state)
{
    (void)state;
    enum { NAMES = 200000 };
    for (uint64_t i = 0; i < NAMES; i++) {
        first[i] = streams_uniform(7, i, STREAM_ALARM_PHASE, 3);
        second[i] = streams_uniform(7, i, STREAM_ALARM_PHASE, 4);
    }
    check_uniforms("over replications", first, second, NAMES);
    for (uint64_t i = 0; i < NAMES; i++) {
        first[i] = streams_uniform(7, 0, STREAM_METRIC_DELAY, i);
        second[i] = streams_uniform(8, 0, STREAM_METRIC_DELAY, i);
    }
    check_uniforms("over subjects", first, second, NAMES);
    for (uint64_t i = 0; i < NAMES; i++) {
        first[i] = streams_uniform(i, 0, STREAM_CALL_PHASE, 0);
        second[i] = streams_uniform(i, 0, STREAM_POLL_PHASE, 0);
    }
    check_uniforms("over seeds", first, second, NAMES);
}

/* ---- the row for GSL ---- */

static void test_row_for_gsl(void **state)
{
    (void)state;
    gsl_rng *rng = gsl_rng_alloc(streams_rng);
    assert_string_equal(gsl_rng_name(rng), "xoshiro256++");
    assert_true(gsl_rng_max(rng) == UINT64_MAX && gsl_rng_min(rng) == 0);
    assert_int_equal(gsl_rng_size(rng), sizeof(struct stream));
    *(struct stream *)gsl_rng_state(rng) = (struct stream){{1, 2, 3, 4}};
    assert_true(gsl_rng_get(rng) == 41943041);
    assert_true(gsl_rng_uniform(rng) == (58720359 / 4096 + 0.5) / 0x1p52);
    /* 64 bits of a seed count, and the same seed starts the same stream. */
    gsl_rng_set(rng, 5);
    uint64_t low = gsl_rng_get(rng);
    gsl_rng_set(rng, 5 + (UINT64_C(1) << 32));
    uint64_t high = gsl_rng_get(rng);
    gsl_rng_set(rng, 5);
    assert_true(gsl_rng_get(rng) == low);
    assert_true(low != high);
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_uniform_is_open),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_names_decide),
        cmocka_unit_test(test_uniforms_of_a_stream),
        cmocka_unit_test(test_first_uniforms_over_names),
        cmocka_unit_test(test_row_for_gsl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

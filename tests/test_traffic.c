/* Arrival processes against what is known of them: rates and their integrals, dispersion, gaps, and traces exactly. */
#include "tests/support.h"

#include "sim/streams.h"

struct source {
    struct traffic_config config;
    struct draw_table gap;
    struct traffic traffic;
};

static void begin(struct source *s, uint64_t seed, double from_us)
{
    traffic_init(&s->traffic, &s->config, &s->gap, streams_open(seed, 0, STREAM_GAPS, 0),
                 streams_open(seed, 0, STREAM_PATH, 0), from_us);
}

static void use(struct source *s, struct traffic_config config)
{
    s->config = config;
    struct draw law = traffic_gap_law(&config);
    draw_table_init(&s->gap, &law);
}

static double next(struct source *s)
{
    double at = s->traffic.next_us;
    traffic_advance(&s->traffic, &s->config, &s->gap);
    assert_true(s->traffic.next_us >= at);
    return at;
}

/* Arrivals before `until`. */
static double count_until(struct source *s, double until_us)
{
    double count = 0;
    for (; s->traffic.next_us < until_us; count++)
        next(s);
    return count;
}

static struct source source;
enum { MANY = 400000 };
static double values[MANY];

/* ---- renewal processes ---- */

/* Counts in windows: mean and variance are rate x window. The fourth moment of a Poisson count: m + 3 m^2. */
static void test_poisson_counts(void **state)
{
    (void)state;
    enum { WINDOWS = 40000 };
    use(&source, (struct traffic_config){.process = TRAFFIC_POISSON, .rate_rps = 50});
    begin(&source, 1, -7e6);
    double mean = 50 * 0.2, squares = 0, total = 0;
    for (int i = 1; i <= WINDOWS; i++) {
        double count = count_until(&source, -7e6 + 0.2e6 * i);
        total += count;
        squares += (count - mean) * (count - mean);
    }
    check_theory("mean", total / WINDOWS, mean, sqrt(mean / WINDOWS));
    check_theory("dispersion", squares / WINDOWS / mean, 1.0, sqrt((1 / mean + 2) / WINDOWS));
}

static void test_gaps(void **state)
{
    (void)state;
    static const double cvs[] = {0.25, 0.7, 1.0, 2.0, 4.0};
    for (size_t i = 0; i < sizeof cvs / sizeof *cvs; i++) {
        use(&source, (struct traffic_config){.process = TRAFFIC_GAMMA, .rate_rps = 20, .cv = cvs[i]});
        begin(&source, 2, 0.0);
        double before = next(&source), n = MANY, mean = 0, lagged = 0, last = 0;
        for (int k = 0; k < MANY; k++) {
            double at = next(&source), gap = (at - before) / 1e6 * 20;
            mean += gap;
            lagged += k ? (gap - 1) * (last - 1) : 0;
            values[k] = (gap - 1) * (gap - 1);
            last = gap;
            before = at;
        }
        double variance = cvs[i] * cvs[i];
        check_theory("mean gap", mean / n, 1.0, cvs[i] / sqrt(n));
        check_mean("squared cv", values, MANY, variance);
        check_theory("correlation of gaps", lagged / n / variance, 0.0, 1 / sqrt(n));
    }
}

static void test_regular(void **state)
{
    (void)state;
    use(&source, (struct traffic_config){.process = TRAFFIC_REGULAR, .rate_rps = 4});
    double n = 20000, sum = 0;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        begin(&source, seed, -900e6);
        double first = next(&source), phase = (first + 900e6) / 0.25e6;
        assert_true(phase > 0.0 && phase < 1.0);
        sum += phase;
        if (seed % 100)
            continue;
        for (int i = 1; i < 10000; i++)
            assert_true(fabs(next(&source) - (first + 0.25e6 * i)) < 1e-2); /* a hundredth of a microsecond an hour */
    }
    check_theory("phase", sum / n, 0.5, sqrt(1.0 / 12 / n));
}

/* ---- piecewise rates ---- */

/* 2 a second at 100 s, 10 at 200 s, none from 250 to 260 s, 8 from 300 s on. */
static const struct traffic_point points[] = {{100e6, 2}, {200e6, 10}, {250e6, 0}, {260e6, 0}, {300e6, 8}};

static void test_piecewise_integrals(void **state)
{
    (void)state;
    enum { RUNS = 400 };
    static const double edges_s[] = {0, 100, 150, 200, 225, 250, 260, 280, 300, 400};
    /* Before the first point its rate, after the last one its own; straight lines between: integrals by trapezoids. */
    static const double area[] = {200, 200, 400, 187.5, 62.5, 0, 40, 120, 800};
    /* [100, 150): 2 to 6; [150, 200): 6 to 10; [200, 225): 10 to 5; [225, 250): 5 to 0; [260, 280): 0 to 4; 4 to 8. */
    double got[9] = {0};
    use(&source, (struct traffic_config){.process = TRAFFIC_PIECEWISE, .points = points, .point_count = 5});
    for (uint64_t run = 0; run < RUNS; run++) {
        begin(&source, run, 0.0);
        for (int i = 0; i < 9; i++)
            got[i] += count_until(&source, edges_s[i + 1] * 1e6);
    }
    for (int i = 0; i < 9; i++)
        check_theory("arrivals of a piece", got[i] / RUNS, area[i], sqrt(area[i] / RUNS));
    assert_true(got[5] == 0.0);
    assert_true(traffic_mean_rps(&source.config) == 8.0);
}

/* The same points every 350 s, from any start: [300, 450) holds the last rate, 8 for 150 s (100 + 350 = 450). */
static void test_piecewise_repeats(void **state)
{
    (void)state;
    enum { RUNS = 200 };
    static const double starts_s[] = {-1000, -900, 0, 120, 255, 449, 450, 777};
    use(&source,
        (struct traffic_config){.process = TRAFFIC_PIECEWISE, .points = points, .point_count = 5, .repeat_us = 350e6});
    double lap = 200 + 400 + 187.5 + 62.5 + 40 + 120 + 150 * 8;
    check_close("mean rate", traffic_mean_rps(&source.config), lap / 350, 1e-12);
    for (size_t i = 0; i < sizeof starts_s / sizeof *starts_s; i++) {
        double whole = 0, low = 0, high = 0;
        for (uint64_t run = 0; run < RUNS; run++) {
            begin(&source, run, starts_s[i] * 1e6);
            double k = ceil((starts_s[i] - 100) / 350); /* the next lap begins here */
            double from = 100 + k * 350;
            count_until(&source, from * 1e6);
            low += count_until(&source, (from + 100) * 1e6);   /* 2 to 10: 600 */
            high += count_until(&source, (from + 200) * 1e6);  /* 10, 0, 0, 8: 250 + 160 */
            whole += count_until(&source, (from + 350) * 1e6); /* 8: 1200 */
        }
        check_theory("rise", low / RUNS, 600, sqrt(600.0 / RUNS));
        check_theory("fall and rise", high / RUNS, 410, sqrt(410.0 / RUNS));
        check_theory("flat", whole / RUNS, 1200, sqrt(1200.0 / RUNS));
    }
}

/* In operational time the gaps are exponential: mean 1, E(X - 1)^2 = 1. */
static void test_piecewise_is_poisson(void **state)
{
    (void)state;
    static const struct traffic_point rise[] = {{0, 1}, {40000e6, 19}};
    use(&source, (struct traffic_config){.process = TRAFFIC_PIECEWISE, .points = rise, .point_count = 2});
    begin(&source, 3, 0.0);
    double before = 0, mean = 0;
    for (int i = 0; i < MANY; i++) {
        double t = next(&source) / 1e6, area = t + 18 * t * t / 80000;
        assert_true(t < 40000);
        mean += area - before;
        values[i] = (area - before - 1) * (area - before - 1);
        before = area;
    }
    check_theory("mean", mean / MANY, 1.0, 1 / sqrt(MANY));
    check_mean("variance", values, MANY, 1.0);
}

/* ---- Markov-modulated ---- */

/* Two states, rates a and b, left at rates r and s: the count in [0, t) from a stationary start has mean
 * m t, m = (a s + b r) / (r + s), and index of dispersion
 * 1 + 2 (a - b)^2 r s / ((r + s)^2 (a s + b r)) (1 - (1 - e^-(r + s) t) / ((r + s) t)).
 * Fischer and Meier-Hellstern, "The Markov-modulated Poisson process (MMPP) cookbook", Performance Evaluation 18 (1993). */
static void test_mmpp_dispersion(void **state)
{
    (void)state;
    static const struct traffic_state states[] = {{40, 20e6}, {5, 60e6}};
    static const double windows_s[] = {1, 30, 120};
    const double a = 40, b = 5, r = 1.0 / 20, s = 1.0 / 60, c = r + s, m = (a * s + b * r) / c;
    size_t runs = (size_t)at_length(4000, 40000);
    use(&source, (struct traffic_config){.process = TRAFFIC_MMPP, .states = states, .state_count = 2});
    check_close("mean rate", traffic_mean_rps(&source.config), m, 1e-12);
    for (int w = 0; w < 3; w++) {
        double t = windows_s[w], total = 0;
        double index =
            1 + 2 * (a - b) * (a - b) * r * s / (c * c * (a * s + b * r)) * (1 - (1 - exp(-c * t)) / (c * t));
        for (uint64_t run = 0; run < runs; run++) {
            begin(&source, run, -500e6);
            double count = count_until(&source, -500e6 + t * 1e6);
            total += count;
            values[run] = (count - m * t) * (count - m * t);
        }
        check_theory("mean", total / (double)runs, m * t, sqrt(m * t * index / (double)runs));
        check_mean("variance", values, runs, m * t * index);
    }
}

/* Three states with jumps of their own: from 0 always to 1, from 1 to 0 or 2 evenly, from 2 to 1. The jumps' law is 1/4, 1/2,
 * 1/4; the stays are 10, 20 and 40 s: of 22.5 s a jump, 2.5, 10 and 10 s pass in each. */
static void test_mmpp_transitions(void **state)
{
    (void)state;
    static const struct traffic_state states[] = {{90, 10e6}, {9, 20e6}, {0, 40e6}};
    static const double jumps[] = {0, 1, 0, 0.5, 0, 0.5, 0, 1, 0};
    size_t runs = (size_t)at_length(4000, 40000);
    use(&source,
        (struct traffic_config){.process = TRAFFIC_MMPP, .states = states, .state_count = 3, .transitions = jumps});
    double mean = (90 * 2.5 + 9 * 10) / 22.5;
    for (int late = 0; late <= 1; late++) { /* stationary from the start, and later */
        for (uint64_t run = 0; run < runs; run++) {
            begin(&source, run, 0.0);
            count_until(&source, late * 100e6);
            values[run] = count_until(&source, late * 100e6 + 5e6);
        }
        check_mean("arrivals in 5 s", values, runs, 5 * mean);
    }
}

/* As many states as the reader lets through. */
static void test_mmpp_takes_many_states(void **state)
{
    (void)state;
    static struct traffic_state states[TRAFFIC_MAX_STATES];
    for (size_t i = 0; i < TRAFFIC_MAX_STATES; i++)
        states[i] = (struct traffic_state){10, 1e6};
    use(&source, (struct traffic_config){.process = TRAFFIC_MMPP, .states = states, .state_count = TRAFFIC_MAX_STATES});
    for (uint64_t run = 0; run < 400; run++) {
        begin(&source, run, 0.0);
        values[run] = count_until(&source, 10e6);
    }
    check_mean("arrivals in 10 s", values, 400, 100);
}

/* A silent state that is left once in 1e300 stays: the search for the next arrival comes to an end. */
static void test_mmpp_may_fall_silent(void **state)
{
    (void)state;
    static const struct traffic_state states[] = {{1, 1e6}, {0, 10e6}};
    static const double jumps[] = {0, 1, 1e-300, 1};
    use(&source,
        (struct traffic_config){.process = TRAFFIC_MMPP, .states = states, .state_count = 2, .transitions = jumps});
    begin(&source, 1, 0.0);
    count_until(&source, 1e9);
    assert_true(isinf(source.traffic.next_us));
}

/* ---- traces ---- */

static const double recorded_us[] = {0, 1e6, 1e6, 4e6};
static const double service_us[] = {10, 20, 30, 40};

static void check_arrivals(const double *want_s, const double *services, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        double service = traffic_service_us(&source.traffic, &source.config), at = next(&source) / 1e6;
        if (fabs(at - want_s[i]) > 1e-9 || service != services[i])
            fail_msg("arrival %zu at %.9g with %g, want %g with %g", i, at, service, want_s[i], services[i]);
    }
}

static void test_trace_at_a_fixed_start(void **state)
{
    (void)state;
    struct traffic_config config = {.process = TRAFFIC_TRACE,
                                    .trace_us = recorded_us,
                                    .service_us = service_us,
                                    .trace_count = 4,
                                    .span_us = 5e6,
                                    .scale = 1,
                                    .repeats = true,
                                    .has_fixed_start = true,
                                    .fixed_start_us = 2e6};
    /* Second 2 of the trace at t = 0: the laps begin at -2, 3, 8; from -3 on the arrival 4 of the lap before comes. */
    use(&source, config);
    begin(&source, 1, -3.5e6);
    check_arrivals((const double[]){-3, -2, -1, -1, 2, 3, 4, 4, 7, 8},
                   (const double[]){40, 10, 20, 30, 40, 10, 20, 30, 40, 10}, 10);
    check_close("mean", traffic_mean_rps(&config), 0.8, 1e-12);
    begin(&source, 1, 2e6); /* an arrival at the start itself is one */
    check_arrivals((const double[]){2, 3}, (const double[]){40, 10}, 2);
    /* Twice as fast: everything in half the time, the same second of the trace at t = 0. */
    config.scale = 2;
    use(&source, config);
    begin(&source, 1, -1.25e6);
    check_arrivals((const double[]){-1, -0.5, -0.5, 1, 1.5}, (const double[]){10, 20, 30, 40, 10}, 5);
    check_close("mean", traffic_mean_rps(&config), 1.6, 1e-12);
    /* Not repeated: silent before its first and after its last arrival. */
    config.scale = 1;
    config.repeats = false;
    use(&source, config);
    begin(&source, 1, -900e6);
    check_arrivals((const double[]){-2, -1, -1, 2}, service_us, 4);
    assert_true(isinf(source.traffic.next_us));
    begin(&source, 1, 3e6);
    assert_true(isinf(source.traffic.next_us));
}

/* A rotation per replication: t = 0 falls anywhere in the span. The share of laps whose burst lies in [0, 1) s is a fifth. */
static void test_trace_rotations(void **state)
{
    (void)state;
    use(&source, (struct traffic_config){.process = TRAFFIC_TRACE,
                                         .trace_us = recorded_us,
                                         .trace_count = 4,
                                         .span_us = 5e6,
                                         .scale = 1,
                                         .repeats = true});
    double n = 20000, bursts = 0, total = 0;
    for (uint64_t seed = 0; seed < 20000; seed++) {
        begin(&source, seed, -50e6);
        count_until(&source, 0.0);
        double count = count_until(&source, 1e6);
        bursts += count >= 2;
        total += count;
    }
    check_theory("arrivals a second", total / n, 0.8, 1.0 / sqrt(n)); /* the variance is below 1 */
    check_proportion("bursts", bursts, n, 0.2);
}

/* ---- in any case ---- */

/* The same streams, the same arrivals; and the process is a value: a copy goes on alike. */
static void test_copies_go_on_alike(void **state)
{
    (void)state;
    static const struct traffic_state states[] = {{40, 20e6}, {5, 60e6}};
    for (int process = 0; process < TRAFFIC_PROCESSES; process++) {
        use(&source, (struct traffic_config){.process = (enum traffic_process)process,
                                             .rate_rps = 30,
                                             .cv = 2,
                                             .points = points,
                                             .point_count = 5,
                                             .repeat_us = 350e6,
                                             .states = states,
                                             .state_count = 2,
                                             .trace_us = recorded_us,
                                             .trace_count = 4,
                                             .span_us = 5e6,
                                             .scale = 1,
                                             .repeats = true});
        begin(&source, 9, -100e6);
        for (int i = 0; i < 1000; i++)
            next(&source);
        struct traffic copy = source.traffic;
        for (int i = 0; i < 1000; i++)
            values[i] = next(&source);
        source.traffic = copy;
        for (int i = 0; i < 1000; i++)
            assert_true(next(&source) == values[i]);
        begin(&source, 9, -100e6);
        for (int i = 0; i < 1000; i++)
            next(&source);
        assert_true(source.traffic.next_us == values[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_poisson_counts),
        cmocka_unit_test(test_gaps),
        cmocka_unit_test(test_regular),
        cmocka_unit_test(test_piecewise_integrals),
        cmocka_unit_test(test_piecewise_repeats),
        cmocka_unit_test(test_piecewise_is_poisson),
        cmocka_unit_test(test_mmpp_dispersion),
        cmocka_unit_test(test_mmpp_transitions),
        cmocka_unit_test(test_mmpp_takes_many_states),
        cmocka_unit_test(test_mmpp_may_fall_silent),
        cmocka_unit_test(test_trace_at_a_fixed_start),
        cmocka_unit_test(test_trace_rotations),
        cmocka_unit_test(test_copies_go_on_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whole runs against closed forms, each within 4 standard errors at a fixed seed: queues, losses, timeouts, crashes, what a
 * deployment exposes, and how soon an alarm finds what is wrong. */
#include "tests/evidence.h"
#include "tests/support.h"

#include "models/chain.h"
#include "sim/estimate.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

enum { MOST = 20000 };
static double values[MOST];

static struct draw law(const char *kind, double a, double b, double c, double d)
{
    struct draw made;
    assert_null(draw_resolve(&made, draw_find(kind), (double[]){a, b, c, d}));
    return made;
}

static struct draw exponential_s(double mean_s)
{
    return law("exponential", mean_s * 1e6, NAN, NAN, NAN);
}

/* ---- queues: the control run of an endpoint ---- */

/* `instances` with so many workers, Poisson arrivals; 20,000 s a replication after 2,000 s of warm-up. */
static void queue_fixture(struct fixture *f, int instances, int workers, double rate_rps, struct draw service)
{
    fixture_init(f);
    fixture_traffic(f, TRAFFIC_POISSON, rate_rps);
    f->setting.warmup_us = 2000 * US_PER_S;
    f->setting.horizon_us = 20000 * US_PER_S;
    f->setting.endpoint.instance_count = instances;
    f->setting.endpoint.workers_per_instance = workers;
    f->setting.endpoint.queue_limit_per_instance = 100000;
    f->setting.endpoint.invocation_timeout_us = 1e6 * 3600;
    f->versions[CURRENT].service = service;
}

typedef double measure(const struct outcome *row);

static double waits(const struct outcome *row)
{
    return row->queued_requests / row->requests;
}

static double is_rejected(const struct outcome *row)
{
    return row->rejected_requests / row->requests;
}

static double has_failed(const struct outcome *row)
{
    return row->failed_requests / row->requests;
}

static double is_slow(const struct outcome *row)
{
    return row->slow_requests / row->requests;
}

static double latency_s(const struct outcome *row)
{
    return row->mean_latency_ms / 1e3;
}

static void check_control(const char *what, const struct fixture *f, measure *of, double want)
{
    uint64_t n = at_length(24, 120);
    struct replicate_result result = fixture_run(f, n);
    assert_int_equal(result.trial_count, 1);
    for (size_t r = 0; r < n; r++)
        values[r] = of(&result.rows[r]);
    replicate_free(&result);
    check_mean(what, values, n, want);
}

static double mean_of(const struct fixture *f, measure *of, double *standard_error)
{
    uint64_t n = at_length(24, 120);
    struct replicate_result result = fixture_run(f, n);
    for (size_t r = 0; r < n; r++)
        values[r] = of(&result.rows[r]);
    replicate_free(&result);
    struct moments m = moments_of(values, n);
    *standard_error = moments_sd(&m) / sqrt((double)n);
    return m.mean;
}

/* P(wait) of M/M/c with offered load a: by Erlang's B, b = a b / (c + a b). */
static double erlang_b(int c, double a)
{
    double b = 1.0;
    for (int i = 1; i <= c; i++)
        b = a * b / (i + a * b);
    return b;
}

static double erlang_c(int c, double a)
{
    double b = erlang_b(c, a);
    return c * b / (c - a * (1 - b));
}

/* Mean response of M/M/c, service 1 s. */
static double response_s(int c, double a)
{
    return 1 + erlang_c(c, a) / (c - a);
}

static void test_erlang_c(void **state)
{
    (void)state;
    evidence_section("Queues: waiting in M/M/c, by Erlang (1917)");
    static const struct {
        int c;
        double a, wait;
    } rows[] = {{2, 1, 1.0 / 3}, {3, 2, 4.0 / 9}, {10, 8, 0.40918}, {1, 0.5, 0.5}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        check_close("Erlang C", erlang_c(rows[i].c, rows[i].a), rows[i].wait, 1e-5);
        queue_fixture(&f, 1, rows[i].c, rows[i].a, exponential_s(1));
        evidence_about("M/M/%d, load %.3g", rows[i].c, rows[i].a);
        check_control("P(wait)", &f, waits, rows[i].wait);
        check_control("response", &f, latency_s, response_s(rows[i].c, rows[i].a));
    }
}

/* Pollaczek and Khinchine: mean wait = rate E(S^2) / (2 (1 - rate E(S))). */
static void test_pollaczek_khinchine(void **state)
{
    (void)state;
    evidence_section("Queues: response of M/G/1, by Pollaczek and Khinchine");
    const double sigma = 0.8, mean = 0.5 * exp(sigma * sigma / 2), square = 0.25 * exp(2 * sigma * sigma);
    struct fixture f;
    queue_fixture(&f, 1, 1, 1.0, law("lognormal", 0.5e6, NAN, NAN, sigma));
    evidence_about("lognormal service, 1 a second");
    check_control("response", &f, latency_s, mean + square / (2 * (1 - mean)));
    queue_fixture(&f, 1, 1, 0.7, draw_constant(1e6));
    evidence_about("constant service, load 0.7");
    check_control("response", &f, latency_s, 1 + 0.7 / (2 * 0.3));
    check_control("P(wait)", &f, waits, 0.7);
    queue_fixture(&f, 1, 1, 0.6, law("gamma", 1e6, 0.5, NAN, NAN));
    evidence_about("gamma service, load 0.6");
    check_control("response", &f, latency_s, 1 + 0.6 * 1.25 / (2 * 0.4));
}

/* The response of M/M/1 is exponential with rate mu - lambda: its quantiles are where 50 %, 10 %, 1 % are slower. */
static void test_mm1_response_is_exponential(void **state)
{
    (void)state;
    evidence_section("Queues: the response of M/M/1 is exponential");
    static const double tail[] = {0.5, 0.1, 0.01};
    for (int i = 0; i < 3; i++) {
        struct fixture f;
        queue_fixture(&f, 1, 1, 0.6, exponential_s(1));
        f.setting.slo_latency_us = -log(tail[i]) / 0.4 * 1e6;
        evidence_about("M/M/1, load 0.6, slower than the quantile %.2f", 1 - tail[i]);
        check_control("share over the quantile", &f, is_slow, tail[i]);
    }
}

/* Overhead adds to what the client waits: P(response + 1 s > x). */
static void test_overhead_shifts_the_response(void **state)
{
    (void)state;
    struct fixture f;
    queue_fixture(&f, 1, 1, 0.6, exponential_s(1));
    f.setting.endpoint.overhead = draw_constant(1e6);
    f.setting.slo_latency_us = 4e6;
    evidence_about("M/M/1, load 0.6, overhead 1 s");
    check_control("share over 4 s", &f, is_slow, exp(-0.4 * 3));
}

/* RANDOM over k instances is k queues of their own at a k-th of the rate. */
static void test_random_splits_into_independent_queues(void **state)
{
    (void)state;
    evidence_section("Routing: RANDOM is so many queues of their own");
    struct fixture f;
    queue_fixture(&f, 3, 2, 3 * 1.2, exponential_s(1));
    evidence_about("3 instances of 2 workers");
    check_control("P(wait)", &f, waits, erlang_c(2, 1.2));
    check_control("response", &f, latency_s, response_s(2, 1.2));
    queue_fixture(&f, 5, 1, 5 * 0.5, exponential_s(1));
    evidence_about("5 instances of 1 worker");
    check_control("P(wait)", &f, waits, 0.5);
    check_control("response", &f, latency_s, 2.0);
}

/* LEAST_OUTSTANDING_REQUESTS beats RANDOM at every load and lies not far above the one queue of all workers. */
static void test_least_outstanding_lies_between(void **state)
{
    (void)state;
    static const double loads[] = {0.3, 0.5, 0.7, 0.9};
    for (int i = 0; i < 4; i++) {
        struct fixture f;
        double error_least, error_random, rate = 6 * loads[i];
        queue_fixture(&f, 3, 2, rate, exponential_s(1));
        evidence_about("RANDOM, 3 instances of 2 workers, load %.1f", loads[i]);
        double random = mean_of(&f, latency_s, &error_random);
        f.setting.endpoint.routing = ROUTING_LEAST_OUTSTANDING;
        double least = mean_of(&f, latency_s, &error_least);
        double pooled = response_s(6, rate), apart = response_s(2, rate / 3);
        check_theory("response", random, apart, error_random);
        assert_true(least + 4 * error_least < random - 4 * error_random);
        assert_true(least > pooled - 4 * error_least);
        assert_true(least - pooled < 0.25 * (apart - pooled));
    }
    /* With one queue to choose from the two are the same. */
    struct fixture f;
    queue_fixture(&f, 1, 6, 4.2, exponential_s(1));
    f.setting.endpoint.routing = ROUTING_LEAST_OUTSTANDING;
    evidence_about("1 instance of 6 workers, LEAST_OUTSTANDING_REQUESTS");
    check_control("response", &f, latency_s, response_s(6, 4.2));
}

/* ---- losses ---- */

/* M/M/c/K: c in service and K - c waiting at most; p(n) proportional to a^n / n! up to c, then geometric in a/c. */
static double loss(int c, int limit, double a)
{
    double p = 1, sum = 1;
    for (int n = 1; n <= c + limit; n++) {
        p *= a / (n < c ? n : c);
        sum += p;
    }
    return p / sum;
}

static void test_loss(void **state)
{
    (void)state;
    evidence_section("Full queues, timeouts and crashes");
    static const struct {
        int c, limit;
        double a;
    } rows[] = {{1, 0, 0.5}, {2, 0, 2}, {5, 0, 4}, {1, 3, 0.9}, {2, 4, 2.5}, {4, 10, 4}};
    check_close("Erlang B", loss(5, 0, 4), erlang_b(5, 4), 1e-12);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        queue_fixture(&f, 1, rows[i].c, rows[i].a, exponential_s(1));
        f.setting.endpoint.queue_limit_per_instance = rows[i].limit;
        evidence_about("%d at work, %d waiting at most, load %.3g", rows[i].c, rows[i].limit, rows[i].a);
        check_control("rejected", &f, is_rejected, loss(rows[i].c, rows[i].limit, rows[i].a));
    }
    /* Erlang's loss does not ask for the law of the service. */
    struct fixture f;
    queue_fixture(&f, 1, 3, 2, law("lognormal", exp(-0.5) * 1e6, NAN, NAN, 1));
    f.setting.endpoint.queue_limit_per_instance = 0;
    evidence_about("3 at work, 0 waiting at most, load 2");
    check_control("rejected, lognormal", &f, is_rejected, erlang_b(3, 2));
}

/* M/M/1, rate l, service rate 1, timeout t. Whoever would wait t or longer expires and never takes the worker; others keep it
 * for their whole service. The work before an arrival has an atom p at 0, the density p l e^-(1-l)x below t (levels are
 * crossed up as often as down) and f(t) e^-(x-t) beyond it. In time is whose wait and service together are within t. */
static double timeouts(double l, double t)
{
    double below = l * (1 - exp(-(1 - l) * t)) / (1 - l), beyond = l * exp(-(1 - l) * t);
    double p = 1 / (1 + below + beyond);
    double in_time = p * (1 - exp(-t) + below - exp(-t) * (exp(l * t) - 1));
    return 1 - in_time;
}

static void test_timeouts(void **state)
{
    (void)state;
    static const double rows[][2] = {{0.5, 3}, {0.8, 5}, {1.2, 4}, {3, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        queue_fixture(&f, 1, 1, rows[i][0], exponential_s(1));
        f.setting.endpoint.invocation_timeout_us = rows[i][1] * 1e6;
        evidence_about("M/M/1, load %.1f, timeout %.0f s", rows[i][0], rows[i][1]);
        check_control("timed out", &f, has_failed, timeouts(rows[i][0], rows[i][1]));
    }
}

/* Up for an exponential time, down for a fixed one: availability is mean / (mean + restart). */
static void test_availability(void **state)
{
    (void)state;
    static const double rows[][2] = {{100, 25}, {40, 60}};
    for (int i = 0; i < 2; i++) {
        struct fixture f;
        queue_fixture(&f, 1, 1, 1.0, draw_constant(0.0));
        *fixture_defect(&f, CURRENT, DEFECT_CRASH) =
            (struct defect){.kind = DEFECT_CRASH, .mean_us = rows[i][0] * 1e6, .restart_us = rows[i][1] * 1e6};
        evidence_about("up %.0f s on average, down %.0f s", rows[i][0], rows[i][1]);
        check_control("rejected while down", &f, is_rejected, rows[i][1] / (rows[i][0] + rows[i][1]));
    }
}

/* ---- exposure ---- */

/* Full-traffic minutes that a bad version sees when detection and rollback take D minutes from its first traffic. The way
 * back is commanded by the execution timeout at D; nothing lags. */
static void test_exposure_identities(void **state)
{
    (void)state;
    evidence_section("Exposure: minutes of full traffic on the new version");
    enum { D = 4, RATE = 4 };
    static const double minutes[D] = {2, 5, 10, 20};
    static const struct {
        const char *name;
        enum shift_mode mode;
        int n, wait_s;
        double exposure[D];
    } rows[] = {
        {"all at once", SHIFT_ALL_AT_ONCE, 10, 0, {2, 5, 10, 20}},
        {"canary 10 %, 5 min", SHIFT_CANARY, 10, 300, {0.2, 0.5, 5.5, 15.5}},
        {"linear 10 %, 1 min", SHIFT_LINEAR, 10, 60, {0.3, 1.5, 5.5, 15.5}},
        {"linear 10 %, 3 min", SHIFT_LINEAR, 10, 180, {0.2, 0.7, 2.2, 7.7}},
        {"canary 1/3, 5 min", SHIFT_CANARY, 3, 300, {2.0 / 3, 5.0 / 3, 20.0 / 3, 50.0 / 3}},
    };
    uint64_t n = at_length(200, 1000);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int d = 0; d < D; d++) {
            struct fixture f;
            fixture_init(&f);
            f.setting.traffic.span_us = 1e6 / RATE;
            f.setting.traffic.fixed_start_us = 0.1e6;
            f.setting.endpoint.instance_count = rows[i].n;
            f.setting.modelling.routing_lag = f.setting.modelling.rollback_routing_lag = draw_constant(0);
            f.versions[NEW].error_5xx_fraction = 0.3;
            struct deployment_config *config = fixture_policy(&f, rows[i].name, rows[i].mode);
            config->wait_interval_s = rows[i].wait_s;
            config->termination_wait_s = 3600;
            config->maximum_execution_s = 100 + (int)(60 * minutes[d]);
            struct replicate_result result = fixture_run(&f, n);
            double exposed = 0, failed = 0, want = 60 * RATE * rows[i].exposure[d], all = 60 * RATE * minutes[d];
            for (size_t r = 0; r < n; r++) {
                assert_int_equal(result.rows[2 * r + 1].kind, OUTCOME_TIMED_OUT);
                exposed += result.rows[2 * r + 1].exposed_requests;
                failed += result.rows[2 * r + 1].failed_requests;
            }
            replicate_free(&result);
            evidence_about("%s, back after %.0f min", rows[i].name, minutes[d]);
            /* Each request of the D minutes is exposed or not on its own: the variance is at most this. */
            double variance = want * (1 - want / all), failing = 0.3 * want;
            check_theory("exposed requests", exposed / (double)n, want, sqrt(variance / (double)n));
            check_theory("failed requests", failed / (double)n, failing,
                         sqrt(failing * (1 - failing / all) / (double)n));
        }
}

/* ---- detection ---- */

static void nothing_lags(struct fixture *f)
{
    struct modelling *modelling = &f->setting.modelling;
    modelling->routing_lag = modelling->rollback_routing_lag = modelling->metric_delay = modelling->alarm_phase =
        modelling->poll_phase = draw_constant(0.0);
}

/* Nothing lags: the new version has 1/4 of 4 requests a second from 120 s on, 5 % fail; the alarm sums its errors of each
 * minute and is evaluated and read at the minute's end. So the periods to the trip are those of the exact chain, with the
 * Poisson tail as the probability of a breach; and what has failed until then follows by Wald's identity. */
static void test_detection_in_closed_form(void **state)
{
    (void)state;
    evidence_section("Detection: an M-of-N alarm on a sum of errors, by its Markov chain");
    enum { BAKE_MINUTES = 10 };
    static const int rules[][2] = {{1, 1}, {2, 2}, {2, 3}, {3, 5}};
    static const int thresholds[] = {6, 5, 5, 4};
    uint64_t n = at_length(3000, 20000);
    for (int i = 0; i < 4; i++) {
        struct fixture f;
        fixture_init(&f);
        fixture_traffic(&f, TRAFFIC_POISSON, 4.0);
        nothing_lags(&f);
        f.setting.warmup_us = 600 * US_PER_S;
        f.setting.horizon_us = (120 + 60 * BAKE_MINUTES) * US_PER_S;
        f.setting.launch.time = draw_constant(120e6);
        f.setting.endpoint.instance_count = 4;
        f.versions[CURRENT].service = f.versions[NEW].service = draw_constant(0.0);
        f.versions[NEW].error_5xx_fraction = 0.05;
        struct alarm_config *alarm = fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, thresholds[i]);
        alarm->datapoints_to_alarm = rules[i][0];
        alarm->evaluation_periods = rules[i][1];
        struct deployment_config *config = fixture_policy(&f, "canary", SHIFT_CANARY);
        config->wait_interval_s = 60 * BAKE_MINUTES;
        config->termination_wait_s = 0;

        const double mean = 60 * 4.0 / 4 * 0.05, breach = gsl_cdf_poisson_Q((unsigned)thresholds[i] - 1, mean);
        static struct chain chain;
        assert_true(chain_m_of_n(&chain, rules[i][0], rules[i][1]));
        double periods = 0; /* E min(K, B), the sum of P(K > j) */
        for (size_t j = 0; j < BAKE_MINUTES; j++)
            periods += 1 - chain_within(&chain, (double[]){1 - breach, breach}, j);
        double missed = 1 - chain_within(&chain, (double[]){1 - breach, breach}, BAKE_MINUTES), misses = 0;

        struct replicate_result result = fixture_run(&f, n);
        static double minutes[MOST], bad[MOST], exposed[MOST];
        for (size_t r = 0; r < n; r++) {
            const struct outcome *row = &result.rows[2 * r + 1];
            bool is_missed = row->kind == OUTCOME_SUCCEEDED;
            assert_true(is_missed || (row->kind == OUTCOME_ROLLED_BACK && fmod(row->trip_s, 60) == 0));
            misses += is_missed;
            minutes[r] = is_missed ? BAKE_MINUTES : (row->trip_s - 120) / 60;
            bad[r] = row->excess_bad_responses;
            exposed[r] = row->exposed_requests;
        }
        replicate_free(&result);
        evidence_about("%d of %d, Sum >= %d", rules[i][0], rules[i][1], thresholds[i]);
        check_mean("periods to the trip", minutes, n, periods);
        check_proportion("missed in the bake", misses, (double)n, missed);
        check_mean("bad requests", bad, n, periods * mean);
        check_mean("exposed requests", exposed, n, periods * mean / 0.05);
    }
}

/* P(an alarm on Average >= 1 % of 600 requests a minute breaches) when a twentieth of them fails at `green` and the others at
 * `blue`: errors and successes of the minute are Poisson and independent. */
static double dilution(double share, double green, double blue)
{
    double errors = 600 * (share * green + (1 - share) * blue), successes = 600 - errors, p = 0;
    for (unsigned k = 1; k < 60; k++) /* k errors breach if the minute has at most 100 k requests */
        p += gsl_ran_poisson_pdf(k, errors) * gsl_cdf_poisson_P(99 * k, successes);
    return p;
}

/* How often the minutes of a canary of 5 % breach, fleet-wide and on the new configuration's own dimension. */
static void test_dilution(void **state)
{
    (void)state;
    evidence_section("Dilution: 600 requests a minute, a canary of 5 %, Average >= 1 %");
    static const struct {
        double error;
        bool is_own;
        double want;
        const char *printed;
    } rows[] = {{0.05, false, NAN, "1.16"}, {0.05, true, 0.776870, "77.7"}, {0.001, true, 0.0295545, "3.0"}};
    uint64_t n = at_length(60, 600);
    for (int i = 0; i < 3; i++) {
        struct fixture f;
        fixture_init(&f);
        fixture_traffic(&f, TRAFFIC_POISSON, 10.0);
        f.setting.endpoint.instance_count = 20;
        f.setting.warmup_us = 600 * US_PER_S;
        f.setting.horizon_us = 3700 * US_PER_S;
        f.setting.modelling.routing_lag = draw_constant(0.0);
        f.versions[CURRENT].service = f.versions[NEW].service = draw_constant(0.0);
        f.versions[CURRENT].error_5xx_fraction = 0.001;
        f.versions[NEW].error_5xx_fraction = rows[i].error;
        if (!rows[i].is_own)
            fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.01)->endpoint_config_name = NULL;
        else
            fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.01);
        fixture_policy(&f, "canary", SHIFT_CANARY)->wait_interval_s = 3600;
        f.policies[0].config.alarm_count = 0; /* it watches, nobody listens */
        /* A minute without requests has no datapoint: e^-30. On its own dimension, 1 error in at most 100 breaches. */
        double want = rows[i].is_own ? rows[i].want : dilution(0.05, rows[i].error, 0.001);
        char printed[16];
        snprintf(printed, sizeof printed, rows[i].is_own ? "%.1f" : "%.2f", 100 * want);
        assert_string_equal(printed, rows[i].printed);
        double breaches = 0, trials = 0;
        for (uint64_t r = 0; r < n; r++) {
            struct journal journal = {0};
            fixture_tell(&f, r, &journal);
            for (size_t k = 0; k < journal.count; k++) {
                const struct journal_record *record = &journal.records[k];
                if (record->kind != JOURNAL_EVALUATION || record->at < 185 * US_PER_S || record->at > 3700 * US_PER_S)
                    continue; /* [120, 180) is the first whole minute of the canary; at 3700 all traffic follows */
                trials++;
                breaches += record->verdict.breaching;
            }
            journal_free(&journal);
        }
        evidence_about("%.1f %% fail, %s", 100 * rows[i].error, rows[i].is_own ? "on its own dimension" : "fleet-wide");
        check_proportion("minutes that breach", breaches, trials, want);
    }
}

/* When an alarm that averages errors over a long window goes to ALARM after an outage begins at 120 s, and how long after the
 * rollback, which follows at once, it is OK again; in minutes. */
static void outage(struct fixture *f, double *detected, double *reset)
{
    struct journal journal = {0};
    double alarm_s = NAN, ok_s = NAN;
    fixture_tell(f, 0, &journal);
    for (size_t k = 0; k < journal.count; k++) {
        const struct journal_record *record = &journal.records[k];
        if (record->kind != JOURNAL_EVALUATION)
            continue;
        if (isnan(alarm_s) && record->verdict.state == ALARM_ALARM)
            alarm_s = s_from_us(record->at);
        else if (!isnan(alarm_s) && isnan(ok_s) && record->verdict.state == ALARM_OK)
            ok_s = s_from_us(record->at);
    }
    journal_free(&journal);
    *detected = (alarm_s - 120) / 60;
    *reset = (ok_s - alarm_s) / 60;
}

/* Site Reliability Workbook (2018), chapter 5: an alert on a burn rate fires (1 - SLO) / error x window x burn after an outage
 * begins, and stops when so much of it has left the window. CloudWatch slides its windows by the minute, and evaluates by the hour
 * where they are longer than a day: theory is the published time rounded up to the next edge, of which those of hours are
 * 58 minutes after the outage begins. The SLO is 99.9 %. */
static void test_burn_rates(void **state)
{
    (void)state;
    evidence_section("Burn rates: alerts of the Site Reliability Workbook, rounded up to CloudWatch's next evaluation");
    static const struct {
        double burn, window_s, error, rate;
        const char *detected, *reset; /* minutes, as published; NULL: not published */
    } rows[] = {
        {1, 36 * 3600, 1.0, 1, "2.16", NULL},
        {36, 3600, 1.0, 5, "2.16", "57.84"},
        {14.4, 3600, 0.15, 50, "5.76", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        fixture_init(&f);
        fixture_traffic(&f, TRAFFIC_REGULAR, rows[i].rate);
        nothing_lags(&f);
        f.setting.warmup_us = (int64_t)(4 * rows[i].window_s) * US_PER_S;
        f.setting.horizon_us = 5400 * US_PER_S;
        f.setting.launch.time = draw_constant(120e6);
        f.versions[CURRENT].service = f.versions[NEW].service = draw_constant(0.0);
        f.versions[NEW].error_5xx_fraction = rows[i].error;
        struct alarm_config *alarm =
            fixture_alarm(&f, "burn", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 0.001 * rows[i].burn);
        alarm->endpoint_config_name = NULL;
        alarm->period_s = (int)rows[i].window_s;
        struct deployment_config *config = fixture_policy(&f, "all-at-once", SHIFT_ALL_AT_ONCE);
        config->termination_wait_s = 1200;
        double detected, reset;
        outage(&f, &detected, &reset);
        evidence_about("%g x over %g h, %g %% of requests fail: %s min", rows[i].burn, rows[i].window_s / 3600,
                       100 * rows[i].error, rows[i].detected);
        bool is_hourly = rows[i].window_s > 86400;
        check_theory("detected, min", detected, is_hourly ? 58 : ceil(strtod(rows[i].detected, NULL)), 0);
        if (!rows[i].reset)
            continue;
        evidence_about("%g x over %g h, after the rollback: %s min", rows[i].burn, rows[i].window_s / 3600,
                       rows[i].reset);
        check_theory("OK again, min", reset, ceil(strtod(rows[i].reset, NULL)), 0);
    }
}

/* Requests needed to see one error with 95 %: so many suffice, one less does not, and so many show one that often. */
static void test_requests_needed_to_see_an_error(void **state)
{
    (void)state;
    evidence_section("Requests that show one error with 95 %");
    static const struct {
        double error;
        int requests;
    } rows[] = {{0.001, 2995}, {0.01, 299}, {0.05, 59}, {0.2, 14}};
    for (int i = 0; i < 4; i++) {
        int needed = rows[i].requests;
        double p = -expm1(needed * log1p(-rows[i].error));
        assert_true(p >= 0.95 && -expm1((needed - 1) * log1p(-rows[i].error)) < 0.95);
        struct fixture f;
        fixture_init(&f);
        f.setting.modelling.routing_lag = draw_constant(0.0);
        f.setting.warmup_us = 60 * US_PER_S;
        f.setting.horizon_us = (100 + needed) * US_PER_S; /* one a second from 100 s on */
        f.versions[NEW].error_5xx_fraction = rows[i].error;
        fixture_policy(&f, "all at once", SHIFT_ALL_AT_ONCE)->termination_wait_s = 3600;
        uint64_t n = at_length(400, 4000);
        struct replicate_result result = fixture_run(&f, n);
        double seen = 0;
        for (size_t r = 0; r < n; r++) {
            assert_true(result.rows[2 * r + 1].exposed_requests == needed);
            seen += result.rows[2 * r + 1].failed_requests > 0;
        }
        replicate_free(&result);
        evidence_about("%d requests of which %g %% fail", needed, 100 * rows[i].error);
        check_proportion("an error is seen", seen, (double)n, p);
    }
}

/* Last: what all of the above found, at the length that `make test` has. */
static void test_methods_page(void **state)
{
    (void)state;
    if (is_full())
        skip();
    evidence_tables("docs/methods.md", "oracles");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_erlang_c),
        cmocka_unit_test(test_pollaczek_khinchine),
        cmocka_unit_test(test_mm1_response_is_exponential),
        cmocka_unit_test(test_overhead_shifts_the_response),
        cmocka_unit_test(test_random_splits_into_independent_queues),
        cmocka_unit_test(test_least_outstanding_lies_between),
        cmocka_unit_test(test_loss),
        cmocka_unit_test(test_timeouts),
        cmocka_unit_test(test_availability),
        cmocka_unit_test(test_exposure_identities),
        cmocka_unit_test(test_detection_in_closed_form),
        cmocka_unit_test(test_dilution),
        cmocka_unit_test(test_burn_rates),
        cmocka_unit_test(test_requests_needed_to_see_an_error),
        cmocka_unit_test(test_methods_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

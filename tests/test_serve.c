/* Requests through one endpoint, worked out by hand: queues, limits, timeouts, routing, crashes and every defect. All by
 * the control run of a small world with recorded arrivals and service times, so that what is tested is what runs. */
#include "tests/support.h"

#include "sim/streams.h"

enum { MAX_REQUESTS = 4096 };

/* One instance; these arrivals and no others, in seconds from t = 0, each with its service time. */
static double arrivals_us[MAX_REQUESTS], services_us[MAX_REQUESTS];

static void record(struct fixture *f, const double *arrivals_s, const double *services_s, size_t count)
{
    struct traffic_config *traffic = &f->setting.traffic;
    for (size_t i = 0; i < count; i++) {
        arrivals_us[i] = (arrivals_s[i] - arrivals_s[0]) * 1e6;
        services_us[i] = services_s[i] * 1e6;
    }
    traffic->trace_us = arrivals_us;
    traffic->service_us = services_us;
    traffic->trace_count = count;
    traffic->span_us = arrivals_us[count - 1] + 1e6;
    traffic->fixed_start_us = -arrivals_s[0] * 1e6;
    traffic->repeats = false;
    f->versions[CURRENT].service = (struct draw){0};
}

static void one_instance(struct fixture *f)
{
    fixture_init(f);
    f->setting.endpoint.instance_count = 1;
}

/* Arrivals at 0, 1, 2, ... s, 100 ms each. */
static void every_second(struct fixture *f, size_t count)
{
    static double arrivals[MAX_REQUESTS], services[MAX_REQUESTS];
    one_instance(f);
    for (size_t i = 0; i < count; i++) {
        arrivals[i] = (double)i;
        services[i] = 0.1;
    }
    record(f, arrivals, services, count);
}

/* ---- one queue ---- */

enum { FEW = 5 };
struct queue_case {
    const char *name;
    int workers, limit;
    double timeout_s, overhead_s;
    size_t count;
    double arrivals[FEW], services[FEW];
    /* Client's latency of each; 0: rejected. */
    double latency[FEW];
    int queued, rejected, failed;
};

static const struct queue_case queue_cases[] = {
    /* Starts at 0, 2.5, 3.5. */
    {"first in, first out", 1, 10, 60, 0, 3, {0, 1, 2}, {2.5, 1, 1}, {2.5, 2.5, 2.5}, 2, 0, 0},
    /* Starts at 0, 0.1, 1, 1.1. */
    {"two workers", 2, 10, 60, 0, 4, {0, 0.1, 0.2, 0.3}, {1, 1, 1, 1}, {1, 1, 1.8, 1.8}, 2, 0, 0},
    /* The worker that is free first takes the next: starts 0, 0.1, 0.6. */
    {"earliest worker", 2, 10, 60, 0, 3, {0, 0.1, 0.2}, {5, 0.5, 1}, {5, 0.5, 1.4}, 1, 0, 0},
    /* The limit counts who waits: the third finds one waiting; at 1.05 the second has started and the place is free. */
    {"queue limit", 1, 1, 60, 0, 4, {0, 0.1, 0.2, 1.05}, {1, 1, 1, 1}, {1, 1.9, 0, 1.95}, 2, 1, 1},
    /* No place to wait; whoever comes as the worker becomes free is served. */
    {"no queue", 1, 0, 60, 0, 3, {0, 0.5, 1}, {1, 1, 1}, {1, 0, 1}, 0, 1, 1},
    /* The first is answered 5xx at 2 and keeps the worker to 3; the second starts there; the third starts at 3.2, is answered
     * 5xx at 4. */
    {"timeout in service", 1, 10, 2, 0, 3, {0, 1.5, 2}, {3, 0.2, 1}, {2, 1.7, 2}, 2, 0, 2},
    /* Busy to 3. The second expires at 2.5 and never takes the worker: the third starts at 3 too. */
    {"timeout in the queue", 1, 10, 2, 0, 3, {0, 0.5, 1.2}, {3, 1, 0.1}, {2, 2, 1.9}, 2, 0, 2},
    /* ... but it holds its place. */
    {"an expired place", 1, 1, 2, 0, 3, {0, 0.5, 1.2}, {3, 1, 0.1}, {2, 2, 0}, 1, 1, 3},
    /* Overhead is part of what the client waits, and of the timeout: 1.8 + 0.3 > 2, 1.6 + 0.3 < 2. */
    {"overhead", 1, 10, 2, 0.3, 2, {0, 10}, {1.8, 1.6}, {2, 1.9}, 0, 0, 1},
    /* Exactly the timeout is still in time. */
    {"just in time", 1, 10, 2, 0, 1, {0}, {2}, {2}, 0, 0, 0},
};

static void check_queue_case(const struct queue_case *c)
{
    struct fixture f;
    one_instance(&f);
    record(&f, c->arrivals, c->services, c->count);
    f.setting.endpoint.workers_per_instance = c->workers;
    f.setting.endpoint.queue_limit_per_instance = c->limit;
    f.setting.endpoint.invocation_timeout_us = c->timeout_s * 1e6;
    if (c->overhead_s > 0.0)
        f.setting.endpoint.overhead = draw_constant(c->overhead_s * 1e6);
    struct journal journal = {0};
    struct outcome got = fixture_tell_control(&f, 0, &journal);
    double sum = 0.0, answered = 0.0, largest = 0.0, model = 0.0, model_sum = 0.0;
    for (size_t i = 0; i < c->count; i++) {
        sum += c->latency[i];
        answered += c->latency[i] > 0.0;
        largest = fmax(largest, c->latency[i]);
    }
    for (size_t i = 0; i < journal.count; i++)
        if (journal.records[i].kind == JOURNAL_MINUTE) {
            model += journal.records[i].minute.latency_samples;
            model_sum += journal.records[i].minute.latency_sum_us;
        }
    journal_free(&journal);
    if (got.queued_requests != c->queued || got.rejected_requests != c->rejected || got.failed_requests != c->failed)
        fail_msg("%s: %g queued, %g rejected, %g failed", c->name, got.queued_requests, got.rejected_requests,
                 got.failed_requests);
    assert_true(got.requests == (double)c->count && model == answered);
    check_close(c->name, got.mean_latency_ms, sum / answered * 1e3, 1e-12);
    check_close(c->name, got.p99_latency_ms, largest * 1e3, 1e-12);
    check_close(c->name, model_sum / 1e6, sum - answered * c->overhead_s, 1e-9); /* ModelLatency is without it */
}

static void test_one_queue(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof queue_cases / sizeof *queue_cases; i++)
        check_queue_case(&queue_cases[i]);
}

/* Slow: 2xx and over the objective; an error is not slow too. */
static void test_slow_is_over_the_objective(void **state)
{
    (void)state;
    static const struct {
        double slo_s, error;
        int slow, failed;
    } rows[] = {{0.25, 0, 2, 0}, {0.3, 0, 1, 0}, {0.31, 0, 1, 0}, {0.5, 0, 0, 0}, {0.25, 1, 0, 4}, {INFINITY, 0, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        one_instance(&f);
        record(&f, (double[]){0, 10, 20, 30}, (double[]){0.1, 0.3, 0.5, 0.2}, 4);
        f.setting.slo_latency_us = rows[i].slo_s * 1e6;
        f.versions[CURRENT].error_4xx_fraction = rows[i].error;
        struct outcome got = fixture_tell_control(&f, 0, NULL);
        assert_true(got.slow_requests == rows[i].slow && got.failed_requests == rows[i].failed);
        assert_true(got.bad_responses == rows[i].slow + rows[i].failed);
    }
}

/* ---- routing ---- */

/* Long ago one instance became busy for long; every later request finds the other one free. */
static void test_least_outstanding_finds_the_free_instance(void **state)
{
    (void)state;
    int random_queues = 0;
    for (uint64_t seed = 0; seed < 50; seed++)
        for (int routing = 0; routing < ROUTING_STRATEGIES; routing++) {
            struct fixture f;
            one_instance(&f);
            record(&f, (double[]){0, 1, 3, 5, 7}, (double[]){50, 1, 1, 1, 1}, 5);
            f.setting.seed = seed;
            f.setting.endpoint.instance_count = 2;
            f.setting.endpoint.routing = (enum routing)routing;
            struct outcome got = fixture_tell_control(&f, 0, NULL);
            assert_true(routing == ROUTING_RANDOM || got.queued_requests == 0);
            random_queues += routing == ROUTING_RANDOM && got.queued_requests > 0;
        }
    assert_true(random_queues >= 40); /* 15 in 16 of 50 */
}

/* Everyone waits in turn: 3 instances, requests of 2.5 s every second. Least outstanding is round robin, whatever the luck. */
static void test_least_outstanding_takes_turns(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.setting.endpoint.routing = ROUTING_LEAST_OUTSTANDING;
    f.versions[CURRENT].service = draw_constant(2.5e6);
    struct outcome got = fixture_tell_control(&f, 0, NULL);
    assert_true(got.queued_requests == 0 && fabs(got.mean_latency_ms - 2500) < 1e-6);
}

/* slot = floor(N u): the requests of each slot are those of the routing stream, and ties fall evenly. */
static void test_random_takes_the_slot_of_the_uniform(void **state)
{
    (void)state;
    enum { COUNT = 900 };
    struct fixture f;
    every_second(&f, COUNT);
    f.setting.endpoint.instance_count = 3;
    for (size_t i = 0; i < COUNT; i++)
        services_us[i] = 2.5e6; /* queues wherever the slot of one of the last two comes again */
    struct stream routing = streams_open(f.setting.seed, 0, STREAM_ROUTING, 0);
    double free_at[3] = {0}, queued = 0, sum = 0;
    for (int i = 0; i < COUNT; i++) {
        double *slot = &free_at[(int)(3 * stream_uniform(&routing))], start = fmax(*slot, i);
        queued += start > i;
        sum += start - i + 2.5;
        *slot = start + 2.5;
    }
    struct outcome got = fixture_tell_control(&f, 0, NULL);
    assert_true(got.queued_requests == queued && queued > COUNT / 3);
    check_close("mean", got.mean_latency_ms, sum / COUNT * 1e3, 1e-9);
}

/* ---- defects ---- */

/* Ten requests a second apart, 100 ms each; the latencies follow from the definition of the defect. */
static void test_latency_defects(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        struct defect defects[2];
        double sum_ms; /* of ten */
    } rows[] = {
        {"none", {{.kind = DEFECT_KINDS}}, 1000},
        {"latency factor", {{.kind = DEFECT_LATENCY, .factor = 3}}, 3000},
        {"latency added", {{.kind = DEFECT_LATENCY, .factor = 1, .added_us = 50e3}}, 1500},
        {"factors multiply, times add",
         {{.kind = DEFECT_LATENCY, .factor = 2, .added_us = 10e3},
          {.kind = DEFECT_LATENCY, .factor = 3, .added_us = 5e3}},
         10 * (600 + 15)},
        {"onset after seconds", {{.kind = DEFECT_LATENCY, .factor = 2, .onset_us = 4e6}}, 4 * 100 + 6 * 200},
        {"onset after requests", {{.kind = DEFECT_LATENCY, .factor = 2, .onset_requests = 7}}, 7 * 100 + 3 * 200},
        {"cold start", {{.kind = DEFECT_COLD_START, .requests = 3, .factor = 4}}, 3 * 400 + 7 * 100},
        {"cold start and onset",
         {{.kind = DEFECT_COLD_START, .requests = 3, .factor = 4},
          {.kind = DEFECT_LATENCY, .factor = 2, .onset_us = 2e6}},
         2 * 400 + 800 + 7 * 200},
        {"leak", {{.kind = DEFECT_LEAK, .added_us_per_request = 2e3}}, 1000 + 2 * 45}, /* 0 + 2 + ... + 18 ms */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        every_second(&f, 10);
        for (int d = 0; d < 2 && rows[i].defects[d].kind != DEFECT_KINDS; d++)
            if (d == 0 || rows[i].defects[d].factor > 0)
                *fixture_defect(&f, CURRENT, DEFECT_LATENCY) = rows[i].defects[d];
        struct outcome got = fixture_tell_control(&f, 0, NULL);
        check_close(rows[i].name, got.mean_latency_ms, rows[i].sum_ms / 10, 1e-12);
        assert_true(got.failed_requests == 0);
    }
}

static void test_error_onsets(void **state)
{
    (void)state;
    static const struct {
        double onset_us, onset_requests;
        int failed;
    } rows[] = {{0, 0, 10}, {4e6, 0, 6}, {4.5e6, 0, 5}, {0, 7, 3}, {0, 10, 0}, {100e6, 0, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct fixture f;
        every_second(&f, 10);
        *fixture_defect(&f, CURRENT, DEFECT_ERRORS) = (struct defect){.kind = DEFECT_ERRORS,
                                                                      .error_5xx_fraction = 1,
                                                                      .onset_us = rows[i].onset_us,
                                                                      .onset_requests = rows[i].onset_requests};
        assert_true(fixture_tell_control(&f, 0, NULL).failed_requests == rows[i].failed);
    }
}

/* Onsets count from the instance's own first traffic and requests, not from the deployment's. */
static void test_onsets_are_the_instances_own(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    fixture_policy(&f, "rolling", SHIFT_ROLLING);
    *fixture_defect(&f, NEW, DEFECT_ERRORS) =
        (struct defect){.kind = DEFECT_ERRORS, .error_5xx_fraction = 1, .onset_us = 200e6};
    struct outcome got = fixture_tell(&f, 0, NULL);
    /* Traffic from 120, 520, 920 on in slots 2, 1, 0; each fails 200 s after its own first request. */
    struct stream routing = streams_open(1, 0, STREAM_ROUTING, 0);
    double first[3] = {NAN, NAN, NAN}, failed = 0;
    static const double from[3] = {920, 520, 120};
    for (int i = 0; i < 2700; i++) {
        double arrival = i - 900 + 0.5;
        int slot = (int)(3 * stream_uniform(&routing));
        if (arrival < from[slot])
            continue;
        first[slot] = isnan(first[slot]) ? arrival : first[slot];
        failed += arrival >= first[slot] + 200;
    }
    assert_true(got.failed_requests == failed && failed > 500);
}

/* One uniform a request: u < p5 is 5xx, else u < p5 + p4 is 4xx; sources compose as 1 - (1 - a)(1 - b). */
static void test_errors_compose(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.versions[CURRENT].error_5xx_fraction = 0.1;
    f.versions[CURRENT].error_4xx_fraction = 0.05;
    fixture_defect(&f, CURRENT, DEFECT_ERRORS)->error_5xx_fraction = 0.3;
    struct defect *second = fixture_defect(&f, CURRENT, DEFECT_ERRORS);
    second->error_5xx_fraction = 0.2;
    second->error_4xx_fraction = 0.1;
    double p5 = 1 - 0.9 * 0.7 * 0.8, p4 = 1 - 0.95 * 0.9;
    struct stream error = streams_open(1, 0, STREAM_ERROR, 0);
    double in_window = 0, fives = 0, fours = 0, got_fives = 0, got_fours = 0;
    for (int i = 0; i < 2700; i++) {
        double u = stream_uniform(&error);
        in_window += i >= 900 && u < p5 + p4;
        fives += u < p5;
        fours += u >= p5 && u < p5 + p4;
    }
    struct journal journal = {0};
    struct outcome got = fixture_tell_control(&f, 0, &journal);
    for (size_t i = 0; i < journal.count; i++)
        if (journal.records[i].kind == JOURNAL_MINUTE) {
            got_fives += journal.records[i].minute.errors_5xx;
            got_fours += journal.records[i].minute.errors_4xx;
        }
    journal_free(&journal);
    assert_true(got.failed_requests == in_window && got_fives == fives && got_fours == fours);
    check_proportion("5xx", got_fives, 2700, p5);
    check_proportion("4xx", got_fours, 2700, p4);
}

/* ---- crashes ---- */

/* Crashes are exponential from the (re)start, by the slot's own stream. In flight at the crash: 5xx, answered then. Down:
 * 503 without a latency. After the restart the counters begin again: the first request there is cold. */
static void test_crashes(void **state)
{
    (void)state;
    struct fixture f;
    one_instance(&f);
    f.versions[CURRENT].service = draw_constant(0.9e6);
    *fixture_defect(&f, CURRENT, DEFECT_CRASH) =
        (struct defect){.kind = DEFECT_CRASH, .mean_us = 150e6, .restart_us = 25e6};
    *fixture_defect(&f, CURRENT, DEFECT_COLD_START) =
        (struct defect){.kind = DEFECT_COLD_START, .requests = 1, .factor = 2};
    f.setting.endpoint.workers_per_instance = 2;
    struct stream crashes = streams_open(1, 0, STREAM_CRASH, 0);
    double up = -900, crash = NAN, rejected = 0, failed = 0, latency = 0, answered = 0;
    bool is_cold = true;
    crash = floor((up - 150 * log1p(-stream_uniform(&crashes))) * 1e6) / 1e6;
    for (int i = 0; i < 2700; i++) {
        double arrival = i - 900 + 0.5;
        while (arrival >= crash + 25) {
            up = crash + 25;
            crash = floor((up - 150 * log1p(-stream_uniform(&crashes))) * 1e6) / 1e6;
            is_cold = true;
        }
        bool is_down = arrival >= crash;
        double end = fmin(arrival + (is_cold ? 1.8 : 0.9), crash);
        bool is_cut = !is_down && arrival + (is_cold ? 1.8 : 0.9) > crash;
        is_cold = is_cold && is_down;
        if (arrival < 0)
            continue;
        rejected += is_down;
        failed += is_down || is_cut;
        latency += is_down ? 0 : end - arrival;
        answered += !is_down;
    }
    struct outcome got = fixture_tell_control(&f, 0, NULL);
    assert_true(got.rejected_requests == rejected && rejected > 50);
    assert_true(got.failed_requests == failed && failed > rejected);
    check_close("mean", got.mean_latency_ms, latency / answered * 1e3, 1e-6);
}

/* Where an instance is down the others take its requests: nothing is rejected while one of many is up. */
static void test_requests_go_to_those_that_are_up(void **state)
{
    (void)state;
    for (int routing = 0; routing < ROUTING_STRATEGIES; routing++) {
        struct fixture f;
        fixture_init(&f);
        f.setting.endpoint.instance_count = 12;
        f.setting.endpoint.routing = (enum routing)routing;
        *fixture_defect(&f, CURRENT, DEFECT_CRASH) =
            (struct defect){.kind = DEFECT_CRASH, .mean_us = 300e6, .restart_us = 50e6};
        struct outcome got = fixture_tell_control(&f, 0, NULL);
        assert_true(got.rejected_requests == 0 && got.queued_requests == 0 && got.failed_requests < 20);
    }
}

/* ---- the short way ---- */

/* Everything that can happen to a request, on one instance a fleet, so that routing has no choice. */
static struct outcome tell_mixed(enum routing routing, uint64_t replication, struct journal *journal)
{
    static const struct defect defects[] = {
        {.kind = DEFECT_ERRORS, .error_5xx_fraction = 0.01, .error_4xx_fraction = 0.01, .onset_us = 60e6},
        {.kind = DEFECT_COLD_START, .factor = 5.0, .requests = 20},
        {.kind = DEFECT_LEAK, .added_us_per_request = 5.0},
        {.kind = DEFECT_CRASH, .mean_us = 400e6, .restart_us = 20e6},
    };
    struct fixture f;
    one_instance(&f);
    fixture_traffic(&f, TRAFFIC_POISSON, 8.0);
    f.setting.endpoint.routing = routing;
    f.setting.endpoint.workers_per_instance = 3;
    f.setting.endpoint.queue_limit_per_instance = 2;
    f.setting.endpoint.invocation_timeout_us = 1e6;
    f.setting.slo_latency_us = 600e3;
    f.versions[CURRENT].error_5xx_fraction = 0.002;
    for (int v = CURRENT; v <= NEW; v++)
        draw_resolve(&f.versions[v].service, draw_find("lognormal"), (double[]){100e3, NAN, 500e3, NAN});
    for (size_t i = 0; i < sizeof defects / sizeof *defects; i++)
        *fixture_defect(&f, NEW, defects[i].kind) = defects[i];
    fixture_alarm(&f, "p90", METRIC_MODEL_LATENCY, STATISTIC_PERCENTILE, 1e6)->statistic.fraction = 0.9;
    fixture_policy(&f, "all", SHIFT_ALL_AT_ONCE)->termination_wait_s = 900;
    return fixture_tell(&f, replication, journal);
}

/* The usual request is served in a loop of its own, where routing is RANDOM: to the same end as by the other. */
static void test_usual_requests_fare_no_differently(void **state)
{
    (void)state;
    for (uint64_t r = 0; r < 4; r++) {
        struct journal journals[ROUTING_STRATEGIES] = {0};
        struct outcome usual = tell_mixed(ROUTING_RANDOM, r, &journals[ROUTING_RANDOM]);
        struct outcome other = tell_mixed(ROUTING_LEAST_OUTSTANDING, r, &journals[ROUTING_LEAST_OUTSTANDING]);
        const char *difference = outcome_difference(&usual, &other);
        if (difference)
            fail_msg("replication %d: %s", (int)r, difference);
        assert_true(usual.exposed_requests > 0 && usual.failed_requests > 0 && usual.slow_requests > 0 &&
                    usual.queued_requests > 0 && usual.rejected_requests > 0);
        assert_int_equal(journals[0].count, journals[1].count);
        for (size_t i = 0; i < journals[0].count; i++) {
            const struct journal_record *a = &journals[0].records[i], *b = &journals[1].records[i];
            assert_true(a->kind == b->kind && a->at == b->at);
            if (a->kind == JOURNAL_MINUTE) /* all its numbers */
                assert_memory_equal(&a->minute.invocations, &b->minute.invocations,
                                    sizeof a->minute - offsetof(struct journal_minute, invocations));
        }
        assert_int_equal(journals[0].point_count, journals[1].point_count);
        for (size_t i = 0; i < journals[0].point_count; i++)
            assert_true(journals[0].points[i].value == journals[1].points[i].value);
        for (int i = 0; i < ROUTING_STRATEGIES; i++)
            journal_free(&journals[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_queue),
        cmocka_unit_test(test_slow_is_over_the_objective),
        cmocka_unit_test(test_least_outstanding_finds_the_free_instance),
        cmocka_unit_test(test_least_outstanding_takes_turns),
        cmocka_unit_test(test_random_takes_the_slot_of_the_uniform),
        cmocka_unit_test(test_latency_defects),
        cmocka_unit_test(test_error_onsets),
        cmocka_unit_test(test_onsets_are_the_instances_own),
        cmocka_unit_test(test_errors_compose),
        cmocka_unit_test(test_crashes),
        cmocka_unit_test(test_requests_go_to_those_that_are_up),
        cmocka_unit_test(test_usual_requests_fare_no_differently),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

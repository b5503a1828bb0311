/* What must hold of every world: the short way gives what the long way gives, threads and order mean nothing, every
 * policy meets the same traffic, each modelling choice counts, and the journal adds up to the ledger. */
#include "tests/support.h"

#include "sim/estimate.h"
#include "sim/streams.h"

/* ---- settings at random ---- */

static const struct traffic_point points[] = {{-600e6, 2.0}, {200e6, 5.0}, {900e6, 1.0}};
static const struct traffic_state states[] = {{6.0, 60e6}, {0.5, 120e6}};
static const double arrivals_us[] = {0, 0.3e6, 0.31e6, 1.9e6, 2.0e6, 5.5e6, 6.1e6, 9.7e6};
static const double services_us[] = {80e3, 90e3, 350e3, 20e3, 700e3, 120e3, 60e3, 100e3};
static const double launches_us[] = {61e6, 95e6, 130e6, 240e6};

static double uniform(struct stream *luck)
{
    return stream_uniform(luck);
}

static int below(struct stream *luck, int n)
{
    return (int)(stream_uniform(luck) * n);
}

static struct draw lognormal_s(double median_s, double p95_s)
{
    struct draw d;
    assert_null(draw_resolve(&d, draw_find("lognormal"), (double[]){median_s * 1e6, p95_s * 1e6, NAN, NAN}));
    return d;
}

static void random_traffic(struct fixture *f, struct stream *luck)
{
    struct traffic_config *traffic = &f->setting.traffic;
    fixture_traffic(f, (enum traffic_process)below(luck, TRAFFIC_PROCESSES), 0.5 + 4.0 * uniform(luck));
    traffic->cv = 0.3 + 2.0 * uniform(luck);
    traffic->points = points;
    traffic->point_count = 3;
    traffic->repeat_us = below(luck, 2) ? 2000e6 : 0.0;
    traffic->states = states;
    traffic->state_count = 2;
    traffic->trace_us = arrivals_us;
    traffic->trace_count = 8;
    traffic->span_us = 11e6;
    traffic->repeats = true;
    if (traffic->process == TRAFFIC_TRACE && below(luck, 2)) {
        traffic->service_us = services_us;
        f->versions[CURRENT].service = f->versions[NEW].service = (struct draw){0};
    }
}

static void random_defects(struct fixture *f, struct stream *luck, size_t version)
{
    for (int i = below(luck, 3); i > 0; i--) {
        struct defect *d = fixture_defect(f, version, (enum defect_kind)below(luck, DEFECT_NO_LAUNCH));
        d->error_5xx_fraction = 0.5 * uniform(luck);
        d->error_4xx_fraction = 0.3 * uniform(luck);
        d->factor = 1.0 + 6.0 * uniform(luck);
        d->added_us = 100e3 * uniform(luck);
        if (below(luck, 2))
            d->onset_us = 300e6 * uniform(luck);
        else
            d->onset_requests = floor(100 * uniform(luck));
        d->requests = 20;
        d->added_us_per_request = 1e3;
        d->mean_us = 900e6;
        d->restart_us = 100e6;
    }
    if (below(luck, 12) == 0)
        fixture_defect(f, version, DEFECT_NO_LAUNCH);
}

static void random_alarms(struct fixture *f, struct stream *luck)
{
    static const char *const names[] = {"a", "b", "c"};
    static const int periods[] = {10, 60, 60, 120, 300};
    for (int i = 0; i < 3; i++) {
        struct alarm_config *alarm =
            fixture_alarm(f, names[i], (enum metric_id)below(luck, METRICS), STATISTIC_AVERAGE, uniform(luck) * 0.3);
        alarm->period_s = periods[below(luck, 5)];
        alarm->evaluation_periods = alarm->period_s == 10 ? 8 : 1 + below(luck, 3);
        alarm->datapoints_to_alarm = 1 + below(luck, alarm->evaluation_periods);
        alarm->missing = below(luck, 4) ? MISSING_NOT_BREACHING : (enum missing_data)below(luck, MISSING_POLICIES);
        alarm->statistic =
            (struct statistic){(enum statistic_kind)below(luck, STATISTIC_KINDS), 0.5 + 0.49 * uniform(luck)};
        if (alarm->metric == METRIC_MODEL_LATENCY)
            alarm->threshold = 1e6 * uniform(luck);
        if (below(luck, 3))
            alarm->threshold = 1e9; /* most stay quiet, so that most phases are reached */
        if (below(luck, 2))
            alarm->endpoint_config_name = NULL;
    }
}

static void random_policies(struct fixture *f, struct stream *luck)
{
    static const char *const names[] = {"all", "canary", "linear", "rolling"};
    for (int mode = 0; mode < SHIFT_MODES; mode++) {
        struct deployment_config *config = fixture_policy(f, names[mode], (enum shift_mode)mode);
        config->canary = config->linear_step = config->batch =
            (struct capacity_size){CAPACITY_PERCENT, 10 + below(luck, 41)};
        config->wait_interval_s = below(luck, 400);
        config->termination_wait_s = mode == SHIFT_ROLLING ? 0 : below(luck, 2) * below(luck, 400);
        config->maximum_execution_s = below(luck, 3) ? 0 : 300 + below(luck, 600);
        if (below(luck, 2))
            config->rollback_batch = (struct capacity_size){CAPACITY_INSTANCE_COUNT, 1 + below(luck, 3)};
    }
}

static void random_modelling(struct fixture *f, struct stream *luck)
{
    struct modelling *m = &f->setting.modelling;
    if (below(luck, 2))
        *m = modelling_default();
    m->alarm_watch = below(luck, 4) ? WATCH_BAKE : WATCH_DEPLOYMENT;
    m->red_at_start = below(luck, 4) ? RED_TRIP : RED_REFUSE;
    m->on_timeout = below(luck, 2) ? TIMEOUT_ROLLBACK : TIMEOUT_FAIL;
    m->size_rounding = below(luck, 2) ? ROUND_FLOOR : ROUND_CEIL;
    m->initial_alarm_state = below(luck, 2) ? INITIAL_EVALUATED : (enum initial_alarm_state)below(luck, 3);
    m->evaluation_range_extra = 1 + below(luck, 4);
    m->startup_timeout_us = 200e6;
}

static void random_fixture(struct fixture *f, struct stream *luck)
{
    fixture_init(f);
    struct setting *setting = &f->setting;
    setting->seed = stream_next(luck) >> 12;
    setting->warmup_us = 1800 * US_PER_S;
    setting->horizon_us = below(luck, 2) ? 0 : 1000 * US_PER_S;
    setting->slo_latency_us = 400e3;
    setting->endpoint.instance_count = 2 + below(luck, 5);
    setting->endpoint.workers_per_instance = 1 + below(luck, 3);
    setting->endpoint.queue_limit_per_instance = below(luck, 2) ? 1000 : below(luck, 4);
    setting->endpoint.invocation_timeout_us = below(luck, 2) ? 60e6 : 900e3;
    setting->endpoint.routing = (enum routing)below(luck, ROUTING_STRATEGIES);
    setting->endpoint.instance_quota = below(luck, 4) ? 0 : 8;
    if (below(luck, 2))
        setting->endpoint.overhead = draw_uniform(1e3, 30e3);
    fixture_version(f, "third");
    for (size_t v = CURRENT; v <= 2; v++) {
        f->versions[v].service = lognormal_s(0.2, 0.9);
        f->versions[v].error_5xx_fraction = 0.02;
        random_defects(f, luck, v);
    }
    f->versions[2].instance_count = below(luck, 3) ? 0 : 1 + below(luck, 6);
    random_traffic(f, luck);
    if (!f->versions[CURRENT].service.kind)
        f->versions[2].service = (struct draw){0};
    setting->launch.time = below(luck, 2) ? lognormal_s(100, 200) : draw_empirical(launches_us, 4);
    setting->launch.per_fleet = below(luck, 2);
    setting->launch.failure_probability = below(luck, 2) ? 0.0 : 0.2;
    random_alarms(f, luck);
    random_policies(f, luck);
    if (f->versions[2].instance_count > 0) /* a rolling update replaces one for one */
        f->policies[SHIFT_ROLLING].config.mode = SHIFT_CANARY;
    random_modelling(f, luck);
}

/* ---- the same bytes ---- */

static struct replicate_result run_with(const struct setting *setting, struct replicate_options options)
{
    struct replicate_result result;
    assert_int_equal(replicate_run(setting, &options, &result), 0);
    assert_int_equal(result.replications, options.replications);
    return result;
}

static void check_same(const char *what, int setting, const struct replicate_result *a,
                       const struct replicate_result *b)
{
    assert_int_equal(a->trial_count, b->trial_count);
    for (size_t i = 0; i < a->replications * a->trial_count; i++) {
        const char *difference = outcome_difference(&a->rows[i], &b->rows[i]);
        if (difference)
            fail_msg("%s: setting %d, replication %zu, trial %zu: %s differs", what, setting, i / a->trial_count,
                     i % a->trial_count, difference);
    }
}

/* Also told one by one, and from a later first replication on. */
static void check_told(int setting, const struct fixture *f, const struct replicate_result *result)
{
    for (size_t t = 0; t < result->trial_count; t += 1 + (size_t)setting % 5) {
        struct outcome told;
        const struct trial *trial = &result->trials[t];
        assert_int_equal(world_tell(&f->setting, 1, trial->policy, trial->version, &told, NULL), 0);
        const char *difference = outcome_difference(&told, &result->rows[result->trial_count + t]);
        if (difference)
            fail_msg("told: setting %d, trial %zu: %s differs", setting, t, difference);
    }
}

static void test_forks_and_threads_change_nothing(void **state)
{
    (void)state;
    struct stream luck = {{1, 2, 3, 4}};
    unsigned seen = 0;
    for (int i = 0; i < (int)at_length(50, 500); i++) {
        static struct fixture f;
        random_fixture(&f, &luck);
        struct replicate_result one = run_with(&f.setting, (struct replicate_options){.replications = 2, .threads = 1});
        struct replicate_result alone =
            run_with(&f.setting, (struct replicate_options){.replications = 2, .threads = 2, .no_fork = true});
        struct replicate_result eight =
            run_with(&f.setting, (struct replicate_options){.replications = 2, .threads = 8});
        struct replicate_result later =
            run_with(&f.setting, (struct replicate_options){.replications = 1, .first_replication = 1, .threads = 2});
        check_same("no fork", i, &one, &alone);
        check_same("8 threads", i, &one, &eight);
        check_told(i, &f, &one);
        struct replicate_result second = one;
        second.rows += one.trial_count;
        second.replications = 1;
        check_same("a later block", i, &second, &later);
        assert_true(alone.requests_spared == 0 &&
                    one.requests_simulated + one.requests_spared == alone.requests_simulated);
        assert_true(one.requests_simulated == eight.requests_simulated);
        for (size_t k = 0; k < 2 * one.trial_count; k++)
            seen |= 1u << one.rows[k].kind;
        replicate_free(&one);
        replicate_free(&alone);
        replicate_free(&eight);
        replicate_free(&later);
    }
    assert_int_equal(seen, (1u << OUTCOMES) - 1); /* every outcome occurred, or this shows too little */
}

/* One atomic index over many replications. */
static void test_many_replications_over_threads(void **state)
{
    (void)state;
    struct stream luck = {{5, 6, 7, 8}};
    static struct fixture f;
    random_fixture(&f, &luck);
    struct replicate_result one = run_with(&f.setting, (struct replicate_options){.replications = 64, .threads = 1});
    for (int threads = 2; threads <= 8; threads += 6) {
        struct replicate_result many =
            run_with(&f.setting, (struct replicate_options){.replications = 64, .threads = threads});
        check_same("threads", threads, &one, &many);
        replicate_free(&many);
    }
    replicate_free(&one);
}

/* ---- the same world for all ---- */

static void test_everyone_meets_the_same_arrivals(void **state)
{
    (void)state;
    struct stream luck = {{9, 8, 7, 6}};
    bool seen[TRAFFIC_PROCESSES] = {false};
    for (int i = 0; i < 30; i++) {
        static struct fixture f;
        random_fixture(&f, &luck);
        seen[f.setting.traffic.process] = true;
        struct replicate_result result = fixture_run(&f, 3);
        for (size_t r = 0; r < 3; r++) {
            const struct outcome *rows = &result.rows[r * result.trial_count];
            for (size_t t = 1; t < result.trial_count; t++) {
                assert_true(rows[t].arrivals_hash == rows[0].arrivals_hash);
                assert_true(rows[t].requests == rows[0].requests && rows[t].requests > 0);
            }
            for (size_t q = 0; q < r; q++) /* traces among them: each replication has its own rotation */
                assert_true(rows[0].arrivals_hash != result.rows[q * result.trial_count].arrivals_hash);
        }
        replicate_free(&result);
    }
    for (int process = 0; process < TRAFFIC_PROCESSES; process++)
        assert_true(seen[process]);
}

static void poisson_fixture(struct fixture *f, double rate_rps)
{
    fixture_init(f);
    fixture_traffic(f, TRAFFIC_POISSON, rate_rps);
    f->versions[CURRENT].service = f->versions[NEW].service = lognormal_s(0.05, 0.2);
    struct modelling constant = f->setting.modelling;
    f->setting.modelling = modelling_default();
    f->setting.modelling.cleanup = constant.cleanup;
    f->setting.launch.time = lognormal_s(140, 300);
}

static void test_a_version_replaced_by_itself_fails_no_more(void **state)
{
    (void)state;
    static const enum shift_mode modes[] = {SHIFT_ALL_AT_ONCE, SHIFT_CANARY, SHIFT_LINEAR, SHIFT_ROLLING};
    struct fixture f;
    poisson_fixture(&f, 6.0);
    f.versions[CURRENT].error_5xx_fraction = f.versions[NEW].error_5xx_fraction = 0.07;
    f.versions[CURRENT].error_4xx_fraction = f.versions[NEW].error_4xx_fraction = 0.02;
    for (int i = 0; i < 4; i++)
        fixture_policy(&f, shift_rows[modes[i]].name, modes[i]);
    struct replicate_result result = fixture_run(&f, 20);
    for (size_t i = 0; i < 20 * result.trial_count; i++) {
        const struct outcome *row = &result.rows[i], *control = &result.rows[i - i % result.trial_count];
        assert_true(control->failed_requests > 500 && row->rejected_requests == 0);
        assert_true(row->failed_requests == control->failed_requests);
        assert_true(row->excess_bad_responses == 0 && row->loss_usd == 0);
        assert_true(i % result.trial_count == 0 || row->exposed_requests > 1000);
    }
    replicate_free(&result);
}

/* Two policies in the same worlds differ by less than in worlds of their own. */
static void test_pairing(void **state)
{
    (void)state;
    enum { N = 200 };
    struct fixture f;
    poisson_fixture(&f, 4.0);
    f.versions[NEW].error_5xx_fraction = 0.3;
    fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, 10.0);
    fixture_policy(&f, "canary", SHIFT_CANARY);
    fixture_policy(&f, "linear", SHIFT_LINEAR)->wait_interval_s = 240;
    struct replicate_result result = fixture_run(&f, N);
    f.setting.seed = 2;
    struct replicate_result other = fixture_run(&f, N);
    double canary[N], linear[N], apart[N];
    for (size_t r = 0; r < N; r++) {
        canary[r] = result.rows[3 * r + 1].excess_bad_responses;
        linear[r] = result.rows[3 * r + 2].excess_bad_responses;
        apart[r] = other.rows[3 * r + 2].excess_bad_responses;
    }
    struct paired paired = estimate_paired(canary, linear, N, 0.95);
    struct paired unpaired = estimate_paired(canary, apart, N, 0.95);
    assert_true(paired.correlation > 0.5);
    assert_true(fabs(unpaired.correlation) < 4 / sqrt(N));
    assert_true(paired.interval.high - paired.interval.low < 0.7 * (unpaired.interval.high - unpaired.interval.low));
    replicate_free(&result);
    replicate_free(&other);
}

/* ---- order means nothing, content does ---- */

static void swap_bytes(void *a, void *b, size_t size)
{
    char keep[1024];
    assert_true(size <= sizeof keep);
    memcpy(keep, a, size);
    memcpy(a, b, size);
    memcpy(b, keep, size);
}

static const struct outcome *row_named(const struct setting *setting, const struct replicate_result *result, size_t r,
                                       const char *policy, const char *version)
{
    for (size_t t = 1; t < result->trial_count; t++)
        if (strcmp(setting->policies[result->trials[t].policy].name, policy) == 0 &&
            strcmp(setting->versions[result->trials[t].version].name, version) == 0)
            return &result->rows[r * result->trial_count + t];
    fail_msg("no row of %s, %s", policy, version);
    return NULL;
}

static void test_order_of_definition_means_nothing(void **state)
{
    (void)state;
    struct stream luck = {{4, 3, 2, 1}};
    for (int i = 0; i < 30; i++) {
        static struct fixture f, g;
        struct stream again = luck;
        random_fixture(&f, &luck);
        random_fixture(&g, &again);
        swap_bytes(&g.alarms[0], &g.alarms[2], sizeof *g.alarms);
        swap_bytes(&g.policies[0], &g.policies[3], sizeof *g.policies);
        swap_bytes(&g.policies[1], &g.policies[2], sizeof *g.policies);
        swap_bytes(&g.versions[CURRENT], &g.versions[2], sizeof *g.versions);
        g.setting.current = 2;
        struct replicate_result a = fixture_run(&f, 2), b = fixture_run(&g, 2);
        for (size_t r = 0; r < 2; r++) {
            assert_null(outcome_difference(&a.rows[r * a.trial_count], &b.rows[r * b.trial_count]));
            for (size_t t = 1; t < a.trial_count; t++) {
                const char *policy = f.policies[a.trials[t].policy].name,
                           *version = f.versions[a.trials[t].version].name;
                const char *difference =
                    outcome_difference(&a.rows[r * a.trial_count + t], row_named(&g.setting, &b, r, policy, version));
                if (difference)
                    fail_msg("setting %d, %s, %s: %s differs", i, policy, version, difference);
            }
        }
        replicate_free(&a);
        replicate_free(&b);
    }
}

static void test_deleting_the_alarm_that_tripped(void **state)
{
    (void)state;
    struct fixture f;
    poisson_fixture(&f, 4.0);
    f.versions[NEW].error_5xx_fraction = 0.5;
    fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, 5.0);
    fixture_alarm(&f, "never", METRIC_5XX_ERRORS, STATISTIC_AVERAGE, 2.0);
    struct deployment_config *config = fixture_policy(&f, "canary", SHIFT_CANARY);
    struct outcome with = fixture_tell(&f, 0, NULL);
    assert_true(with.kind == OUTCOME_ROLLED_BACK && with.trip_alarms == 1);
    config->alarm_names[0] = config->alarm_names[1];
    config->alarm_count = 1;
    struct outcome without = fixture_tell(&f, 0, NULL);
    assert_int_equal(without.kind, OUTCOME_SUCCEEDED);
    assert_true(without.excess_bad_responses > with.excess_bad_responses && isnan(without.trip_s));
    config->alarm_count = 0;
    assert_null(outcome_difference(&without, &(struct outcome[]){fixture_tell(&f, 0, NULL)}[0]));
}

/* ---- each modelling choice counts ---- */

static void sparse_alarm(struct fixture *f)
{
    fixture_traffic(f, TRAFFIC_POISSON, 0.02);
    f->alarms[0].evaluation_periods = f->alarms[0].datapoints_to_alarm = 3;
    f->alarms[0].threshold = 1.0;
    f->alarms[0].missing = MISSING_NOT_BREACHING;
    f->versions[NEW].error_5xx_fraction = 1.0;
}

static void high_resolution(struct fixture *f)
{
    f->alarms[0].period_s = 10;
    f->alarms[0].evaluation_periods = 10;
}

static void third_of_four(struct fixture *f)
{
    f->setting.endpoint.instance_count = 4;
    f->policies[0].config.canary = (struct capacity_size){CAPACITY_PERCENT, 30};
}

static void red_alarm(struct fixture *f)
{
    f->alarms[0].endpoint_config_name = NULL;
    f->alarms[0].metric = METRIC_INVOCATIONS;
}

static void times_out(struct fixture *f)
{
    f->alarms[0].threshold = 1e9;
    f->policies[0].config.maximum_execution_s = 300;
}

static void sick_version(struct fixture *f)
{
    fixture_defect(f, NEW, DEFECT_NO_LAUNCH);
}

static void no_horizon(struct fixture *f)
{
    f->setting.horizon_us = 0;
}

static void keeps_state(struct fixture *f)
{
    f->alarms[0].missing = MISSING_IGNORE;
}

static void change_modelling(struct modelling *m, const char *field)
{
    struct draw other = draw_constant(23.5e6);
    if (strcmp(field, "call_phase") == 0)
        m->call_phase = other;
    else if (strcmp(field, "alarm_phase") == 0)
        m->alarm_phase = other;
    else if (strcmp(field, "alarm_phase_high_resolution") == 0)
        m->alarm_phase_high_resolution = draw_constant(9e6);
    else if (strcmp(field, "metric_delay") == 0)
        m->metric_delay = other;
    else if (strcmp(field, "poll_interval") == 0)
        m->poll_interval_us = 47e6;
    else if (strcmp(field, "poll_phase") == 0)
        m->poll_phase = draw_constant(9e6);
    else if (strcmp(field, "alarm_watch") == 0)
        m->alarm_watch = WATCH_DEPLOYMENT;
    else if (strcmp(field, "routing_lag") == 0)
        m->routing_lag = other;
    else if (strcmp(field, "rollback_routing_lag") == 0)
        m->rollback_routing_lag = other;
    else if (strcmp(field, "size_rounding") == 0)
        m->size_rounding = ROUND_CEIL;
    else if (strcmp(field, "evaluation_range_extra") == 0)
        m->evaluation_range_extra = 8;
    else if (strcmp(field, "red_at_start") == 0)
        m->red_at_start = RED_REFUSE;
    else if (strcmp(field, "on_timeout") == 0)
        m->on_timeout = TIMEOUT_FAIL;
    else if (strcmp(field, "cleanup") == 0)
        m->cleanup = other;
    else if (strcmp(field, "startup_timeout") == 0)
        m->startup_timeout_us = 222e6;
    else if (strcmp(field, "missed_fault_fixed_after") == 0)
        m->missed_fault_fixed_after_us = 600e6;
    else if (strcmp(field, "initial_alarm_state") == 0)
        m->initial_alarm_state = INITIAL_ALARM;
    else if (strcmp(field, "start_time") == 0)
        m->start_time_us += 1;
    else
        fail_msg("no field %s", field);
}

static void base_of_modelling(struct fixture *f, void (*prepare)(struct fixture *))
{
    fixture_init(f);
    fixture_traffic(f, TRAFFIC_POISSON, 2.0);
    f->versions[NEW].error_5xx_fraction = 0.5;
    fixture_alarm(f, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, 5.0);
    fixture_policy(f, "canary", SHIFT_CANARY);
    if (prepare)
        prepare(f);
}

static bool changes_some_number(const char *field, void (*prepare)(struct fixture *))
{
    static struct fixture f;
    base_of_modelling(&f, prepare);
    struct replicate_result before = fixture_run(&f, 20);
    change_modelling(&f.setting.modelling, field);
    struct replicate_result after = fixture_run(&f, 20);
    bool differs = false;
    for (size_t i = 0; i < 20 * before.trial_count; i++)
        differs |= outcome_difference(&before.rows[i], &after.rows[i]) != NULL;
    replicate_free(&before);
    replicate_free(&after);
    return differs;
}

static void test_every_modelling_choice_changes_some_number(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        void (*prepare)(struct fixture *);
    } rows[] = {
        {"call_phase", NULL},
        {"alarm_phase", NULL},
        {"alarm_phase_high_resolution", high_resolution},
        {"metric_delay", NULL},
        {"poll_interval", NULL},
        {"poll_phase", NULL},
        {"alarm_watch", red_alarm},
        {"routing_lag", NULL},
        {"rollback_routing_lag", NULL},
        {"size_rounding", third_of_four},
        {"evaluation_range_extra", sparse_alarm},
        {"red_at_start", red_alarm},
        {"on_timeout", times_out},
        {"cleanup", NULL},
        {"startup_timeout", sick_version},
        {"missed_fault_fixed_after", no_horizon},
        {"initial_alarm_state", keeps_state},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (!changes_some_number(rows[i].field, rows[i].prepare))
            fail_msg("%s changes nothing", rows[i].field);
    assert_false(changes_some_number("start_time", NULL)); /* for printed timestamps only */
}

/* ---- the journal adds up ---- */

/* All arrivals lie in the window and all answers before its end, so every request is somewhere in the minutes. */
static void test_requests_in_are_answers_out(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    static double trace[COUNT];
    struct stream luck = {{1, 2, 3, 4}};
    for (int i = 1; i < COUNT; i++)
        trace[i] = trace[i - 1] - 0.4e6 * log(uniform(&luck));
    for (int routing = 0; routing < ROUTING_STRATEGIES; routing++)
        for (int mode = 0; mode < SHIFT_MODES; mode++) {
            static struct fixture f;
            fixture_init(&f);
            struct traffic_config *traffic = &f.setting.traffic;
            traffic->trace_us = trace;
            traffic->trace_count = COUNT;
            traffic->span_us = trace[COUNT - 1] + 1e6;
            traffic->fixed_start_us = 0.0;
            traffic->repeats = false;
            f.setting.endpoint.routing = (enum routing)routing;
            f.setting.endpoint.queue_limit_per_instance = 2;
            f.setting.endpoint.invocation_timeout_us = 3e6;
            f.setting.endpoint.overhead = draw_uniform(1e3, 30e3);
            f.versions[CURRENT].service = f.versions[NEW].service = lognormal_s(0.5, 2.0);
            f.versions[CURRENT].error_4xx_fraction = 0.05;
            f.versions[NEW].error_5xx_fraction = 0.05;
            *fixture_defect(&f, NEW, DEFECT_CRASH) =
                (struct defect){.kind = DEFECT_CRASH, .mean_us = 200e6, .restart_us = 60e6};
            fixture_policy(&f, "policy", (enum shift_mode)mode)->wait_interval_s = 200;
            struct journal journal = {0};
            struct outcome got = fixture_tell(&f, 0, &journal);
            double in = 0, green = 0, failed = 0, model = 0, samples = 0, latency = 0;
            for (size_t i = 0; i < journal.count; i++) {
                const struct journal_minute *m = &journal.records[i].minute;
                if (journal.records[i].kind != JOURNAL_MINUTE)
                    continue;
                in += m->invocations;
                green += journal.records[i].colour == GREEN ? m->invocations : 0.0;
                failed += m->errors_4xx + m->errors_5xx;
                model += m->model_errors;
                samples += m->latency_samples;
                latency += m->latency_sum_us + m->overhead_sum_us;
            }
            assert_true(got.requests == COUNT && in == COUNT && got.exposed_requests == green && green > 500);
            assert_true(got.failed_requests == failed && got.rejected_requests > 0 && got.queued_requests > 0);
            assert_true(model == failed - got.rejected_requests && samples == COUNT - got.rejected_requests);
            check_close("mean latency", got.mean_latency_ms, latency / samples / 1e3, 1e-9);
            journal_free(&journal);
        }
}

enum { CLEANUP_S = 30 };

/* A launch for which there was no room fails where it stands: no instance of it ever was. */
static bool is_launch(const struct journal *journal, const struct journal_record *launch)
{
    const struct journal_record *end = journal->records + journal->count;
    for (const struct journal_record *r = launch + 1; r < end && r->at == launch->at; r++)
        if (r->kind == JOURNAL_LAUNCH_FAILED && r->colour == launch->colour)
            return false;
    return launch->kind == JOURNAL_LAUNCH;
}

/* Billed from the launch command to the deletion command and 30 s of cleanup. */
static double integral_of(const struct journal *journal, enum fleet_colour colour, double n, double until_s)
{
    double sum = n * until_s;
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_record *r = &journal->records[i];
        if (r->colour == colour && is_launch(journal, r))
            sum += r->count * (until_s - s_from_us(r->at));
        if (r->colour == colour && r->kind == JOURNAL_DELETE)
            sum -= r->count * (until_s - s_from_us(r->at) - CLEANUP_S);
    }
    return sum;
}

/* Instance-seconds are the integral of the counts, and the invariants that hold whatever happens. */
static void check_sums(const struct fixture *f, const struct outcome *got, const struct journal *journal)
{
    double last = 0.0, share = 0.0, window = s_from_us(setting_window_end(&f->setting)),
           n = f->setting.endpoint.instance_count;
    double green_n = setting_green_instances(&f->setting, NEW), alive = n, peak = n;
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_record *r = &journal->records[i];
        if (r->kind == JOURNAL_DELETE)
            last = fmax(last, s_from_us(r->at) + CLEANUP_S);
        if (r->kind == JOURNAL_SETTLED)
            share = fmax(share, r->green_on / green_n);
        alive += is_launch(journal, r) ? r->count : r->kind == JOURNAL_DELETE ? -r->count : 0;
        peak = fmax(peak, alive);
        assert_true(i == 0 || journal->records[i - 1].at <= r->at);
    }
    const struct deployment_config *config = &f->policies[0].config;
    double horizon = fmax(window, last);
    if (config->mode != SHIFT_ALL_AT_ONCE || config->termination_wait_s > 0) {
        check_close("blue", got->blue_instance_s, integral_of(journal, BLUE, n, horizon), 1e-9);
        check_close("green", got->green_instance_s, integral_of(journal, GREEN, 0, horizon), 1e-9);
        double extra = integral_of(journal, BLUE, n, last) + integral_of(journal, GREEN, 0, last) - n * last;
        if (got->kind != OUTCOME_TIMED_OUT && got->kind != OUTCOME_ROLLBACK_FAILED)
            assert_true(fabs(got->extra_instance_s - extra) < 1e-6);
    }
    assert_true(got->max_green_share == share && got->peak_instances >= n && got->peak_instances <= peak);
    assert_true(got->bad_responses == got->failed_requests + got->slow_requests);
    assert_true(got->exposed_requests <= got->requests && got->rejected_requests <= got->failed_requests);
    assert_true(got->bad_responses <= got->requests && got->queued_requests <= got->requests);
    assert_true(f->setting.endpoint.instance_quota == 0 || got->peak_instances <= f->setting.endpoint.instance_quota ||
                got->peak_instances == n);
    assert_true(isnan(got->first_bad_s) || isnan(got->alarm_s) || got->alarm_s >= got->first_bad_s);
    assert_true(isnan(got->trip_s) || got->trip_s <= got->deployment_s);
    assert_true((got->exposed_requests > 0) <= !isnan(got->last_exposed_s));
}

static void test_ledger_is_the_sum_of_the_journal(void **state)
{
    (void)state;
    struct stream luck = {{2, 4, 6, 8}};
    for (int i = 0; i < (int)at_length(50, 800); i++) {
        static struct fixture f;
        random_fixture(&f, &luck);
        struct journal journal = {0};
        f.policies[0] = f.policies[i % SHIFT_MODES];
        struct outcome got = fixture_tell(&f, 0, &journal);
        check_sums(&f, &got, &journal);
        journal_free(&journal);
    }
}

/* Flips settle in order, e_j = max(e_j-1, flip_j + lag_j), with a lag for each number of a flip, forward and back; a rollback
 * cancels what has not settled. Bakes are much shorter than the lags here. */
static void test_flips_settle_in_order(void **state)
{
    (void)state;
    int overtaken = 0, cancelled = 0;
    for (uint64_t replication = 0; replication < 60; replication++) {
        static struct fixture f;
        fixture_init(&f);
        f.setting.endpoint.instance_count = 6;
        f.setting.modelling.routing_lag = draw_uniform(0.0, 100e6);
        f.setting.modelling.rollback_routing_lag = draw_uniform(0.0, 50e6);
        struct deployment_config *config = fixture_policy(&f, "linear", SHIFT_LINEAR);
        config->wait_interval_s = 10;
        config->maximum_execution_s = replication % 2 ? 135 : 0;
        struct journal journal = {0};
        fixture_tell(&f, replication, &journal);
        int64_t want[8] = {0}, settled = 0;
        int want_on[8], flips = 0, back = 0, next = 0;
        for (size_t i = 0; i < journal.count; i++) {
            const struct journal_record *r = &journal.records[i];
            if (r->kind == JOURNAL_FLIP) {
                bool is_back = r->phase == PHASE_ROLLBACK_FLIP;
                if (is_back) {
                    cancelled += flips - next;
                    flips = next;
                }
                uint64_t number = is_back ? (uint64_t)back++ : (uint64_t)flips;
                double u = streams_uniform(1, replication, is_back ? STREAM_ROLLBACK_LAG : STREAM_LAG, number);
                int64_t at = r->at + llround(u * (is_back ? 50e6 : 100e6));
                overtaken += flips && !is_back && at < want[flips - 1];
                want[flips] = flips && !is_back && at < want[flips - 1] ? want[flips - 1] : at;
                want_on[flips++] = r->green_on;
            } else if (r->kind == JOURNAL_SETTLED) {
                assert_true(next < flips && r->at == want[next] && r->green_on == want_on[next] && r->at >= settled);
                settled = r->at;
                next++;
            }
        }
        assert_int_equal(next, flips);
        journal_free(&journal);
    }
    assert_true(overtaken > 50 && cancelled > 20);
}

/* Each instance of a launch has a time and a luck of its own, by its slot: the slowest decides, and the first to fail. With
 * one draw a fleet it is that of the highest slot. */
static void check_launch(uint64_t replication, int instances, bool per_fleet, double failure_probability)
{
    static struct fixture f;
    fixture_init(&f);
    f.setting.endpoint.instance_count = instances;
    f.setting.launch.time = draw_uniform(50e6, 150e6);
    f.setting.launch.per_fleet = per_fleet;
    f.setting.launch.failure_probability = failure_probability;
    fixture_policy(&f, "all at once", SHIFT_ALL_AT_ONCE);
    double ready = 0, failure = INFINITY;
    for (int slot = per_fleet ? instances - 1 : 0; slot < instances; slot++) {
        struct stream stream = streams_open(1, replication, STREAM_LAUNCH, (uint64_t)slot);
        double time = 50e6 + 100e6 * stream_uniform(&stream);
        ready = fmax(ready, time);
        failure = stream_uniform(&stream) < failure_probability ? fmin(failure, time) : failure;
    }
    struct outcome got = fixture_tell(&f, replication, NULL);
    assert_int_equal(got.kind, isinf(failure) ? OUTCOME_SUCCEEDED : OUTCOME_LAUNCH_FAILED);
    double want = isinf(failure) ? ready + 120e6 : failure; /* a final bake of 120 s */
    assert_true(us_from_s(got.deployment_s) == llround(want));
}

static void test_launches(void **state)
{
    (void)state;
    for (uint64_t replication = 0; replication < 12; replication++)
        for (int instances = 1; instances <= 5; instances += 2)
            for (int per_fleet = 0; per_fleet <= 1; per_fleet++) {
                check_launch(replication, instances, per_fleet, 0.0);
                check_launch(replication, instances, per_fleet, 0.5);
            }
}

/* The window ends at the latest planned end, 99th percentiles of the launches and all waits, at most the timeout, and half an
 * hour on. Uniform 50 to 150 s: one launch of n is within 50 + 100 x 0.99^(1/n). */
static void test_window_end(void **state)
{
    (void)state;
    static struct fixture f;
    fixture_init(&f);
    f.setting.horizon_us = 0;
    f.setting.launch.time = draw_uniform(50e6, 150e6);
    double three = 50 + 100 * pow(0.99, 1.0 / 3);
    fixture_policy(&f, "canary", SHIFT_CANARY);
    assert_true(setting_window_end(&f.setting) == llround((three + 300 + 120 + 1800) * 1e6));
    fixture_policy(&f, "all at once", SHIFT_ALL_AT_ONCE); /* sooner */
    assert_true(setting_window_end(&f.setting) == llround((three + 300 + 120 + 1800) * 1e6));
    fixture_policy(&f, "rolling", SHIFT_ROLLING); /* three launches of one */
    assert_true(setting_window_end(&f.setting) == llround((3 * 149 + 900 + 1800) * 1e6));
    f.setting.launch.per_fleet = true;
    f.setting.policy_count = 1;
    assert_true(setting_window_end(&f.setting) == llround((149 + 420 + 1800) * 1e6));
    f.policies[0].config.maximum_execution_s = 400;
    assert_true(setting_window_end(&f.setting) == 2200 * US_PER_S);
    f.setting.horizon_us = 1234;
    assert_int_equal(setting_window_end(&f.setting), 1234);
}

/* Where every instance is idle at every arrival, ties decide alone: by the same uniform, in slot order, as RANDOM does. */
static void test_ties_fall_as_random_does(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.versions[NEW].error_5xx_fraction = 0.5;
    fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, 25.0);
    fixture_policy(&f, "linear", SHIFT_LINEAR);
    struct outcome random = fixture_tell(&f, 0, NULL);
    f.setting.endpoint.routing = ROUTING_LEAST_OUTSTANDING;
    struct outcome least = fixture_tell(&f, 0, NULL);
    assert_true(random.exposed_requests > 100);
    assert_null(outcome_difference(&random, &least));
}

/* ---- alarms follow from the minutes ---- */

/* A datapoint of Average, Sum or SampleCount of the 5XX errors, from the journal's minutes that are visible at `now`. */
static struct datapoint datapoint_of(const struct journal *journal, const struct alarm_config *alarm, int64_t until,
                                     int64_t now, int64_t delay)
{
    double count = 0, errors = 0;
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_record *r = &journal->records[i];
        bool is_mine = r->kind == JOURNAL_MINUTE && (!alarm->endpoint_config_name || r->colour == GREEN);
        if (!is_mine || r->at > until || r->at <= until - alarm->period_s * US_PER_S || r->at + delay > now)
            continue;
        count += r->minute.invocations;
        errors += r->minute.errors_5xx;
    }
    double value = alarm->statistic.kind == STATISTIC_SUM       ? errors
                   : alarm->statistic.kind == STATISTIC_AVERAGE ? errors / count
                                                                : count;
    return (struct datapoint){.at = until - alarm->period_s * US_PER_S, .value = value, .present = count > 0};
}

/* The newest N real points decide; else they do with the gap filled; else ALARM if all real points breach and the oldest
 * is M periods old. */
static enum alarm_state state_of(const struct alarm_config *alarm, const struct datapoint *range, int count,
                                 enum alarm_state before)
{
    int real = 0, bad = 0, oldest = 0, n = alarm->evaluation_periods, m = alarm->datapoints_to_alarm;
    for (int i = 0; i < count && real < n; i++) {
        if (!range[i].present)
            continue;
        real++;
        bad += range[i].value >= alarm->threshold;
        oldest = i + 1;
    }
    int fill = n - real;
    if (bad + (alarm->missing == MISSING_BREACHING ? fill : 0) >= m)
        return ALARM_ALARM;
    if (fill == 0 || alarm->missing == MISSING_BREACHING || alarm->missing == MISSING_NOT_BREACHING || real > bad)
        return ALARM_OK;
    if (alarm->missing == MISSING_IGNORE)
        return before;
    return real > 0 && oldest >= m ? ALARM_ALARM : ALARM_INSUFFICIENT_DATA;
}

static int check_evaluation(const struct fixture *f, const struct journal *journal, const struct journal_record *r,
                            enum alarm_state *states_now, int64_t delay)
{
    const struct alarm_config *alarm = &f->alarms[r->alarm];
    int count = alarm->evaluation_periods + f->setting.modelling.evaluation_range_extra;
    struct datapoint range[32];
    int64_t until = us_floor(r->at, US_PER_MINUTE), period = alarm->period_s * US_PER_S;
    assert_int_equal(r->range_count, count);
    for (int i = 0; i < count; i++) {
        const struct datapoint *logged = &journal->points[r->range_start + (size_t)i];
        range[i] = datapoint_of(journal, alarm, until - i * period, r->at, delay);
        assert_true(logged->at == range[i].at && logged->present == range[i].present);
        assert_true(!range[i].present || logged->value == range[i].value);
    }
    assert_int_equal(r->before, states_now[r->alarm]);
    states_now[r->alarm] = state_of(alarm, range, count, r->before);
    assert_int_equal(r->verdict.state, states_now[r->alarm]);
    return r->before != r->verdict.state;
}

static void test_alarm_states_follow_from_the_minutes(void **state)
{
    (void)state;
    static const enum statistic_kind kinds[] = {STATISTIC_SUM, STATISTIC_AVERAGE, STATISTIC_SAMPLE_COUNT};
    struct stream luck = {{3, 1, 4, 1}};
    int transitions = 0, trips = 0;
    for (int i = 0; i < (int)at_length(24, 240); i++) {
        static struct fixture f;
        fixture_init(&f);
        fixture_traffic(&f, TRAFFIC_POISSON, i % 2 ? 0.02 : 0.3);
        f.versions[NEW].error_5xx_fraction = 0.6;
        f.versions[CURRENT].error_5xx_fraction = 0.1;
        int64_t delay = (10 + below(&luck, 100)) * US_PER_S;
        f.setting.modelling.metric_delay = draw_constant((double)delay);
        f.setting.modelling.evaluation_range_extra = below(&luck, 4);
        f.setting.seed = (uint64_t)i;
        for (int a = 0; a < 4; a++) {
            static const char *const names[] = {"a", "b", "c", "d"};
            struct alarm_config *alarm = fixture_alarm(&f, names[a], METRIC_5XX_ERRORS, kinds[below(&luck, 3)], 0.0);
            alarm->threshold = alarm->statistic.kind == STATISTIC_AVERAGE ? 0.4 : 1 + below(&luck, 8);
            alarm->period_s = 60 * (1 + below(&luck, 4));
            alarm->evaluation_periods = 1 + below(&luck, 4);
            alarm->datapoints_to_alarm = 1 + below(&luck, alarm->evaluation_periods);
            alarm->missing = (enum missing_data)below(&luck, MISSING_POLICIES);
            alarm->endpoint_config_name = below(&luck, 2) ? "config-2" : NULL;
        }
        f.setting.warmup_us = 2400 * US_PER_S;
        fixture_policy(&f, "policy", (enum shift_mode)(i % SHIFT_MODES));
        struct journal journal = {0};
        fixture_tell(&f, 0, &journal);
        enum alarm_state now[4] = {ALARM_INSUFFICIENT_DATA, ALARM_INSUFFICIENT_DATA, ALARM_INSUFFICIENT_DATA,
                                   ALARM_INSUFFICIENT_DATA};
        for (size_t k = 0; k < journal.count; k++) {
            const struct journal_record *r = &journal.records[k];
            if (r->kind == JOURNAL_EVALUATION)
                transitions += check_evaluation(&f, &journal, r, now, delay);
            if (r->kind != JOURNAL_POLL && r->kind != JOURNAL_TRIP)
                continue;
            unsigned red = 0; /* the guardrail read what the alarms were */
            for (int a = 0; a < 4; a++)
                red |= now[a] == ALARM_ALARM ? 1u << a : 0u;
            assert_true(r->value == red && (r->kind == JOURNAL_POLL || red));
            trips += r->kind == JOURNAL_TRIP;
        }
        journal_free(&journal);
    }
    assert_true(transitions > 100 && trips > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forks_and_threads_change_nothing),
        cmocka_unit_test(test_many_replications_over_threads),
        cmocka_unit_test(test_everyone_meets_the_same_arrivals),
        cmocka_unit_test(test_a_version_replaced_by_itself_fails_no_more),
        cmocka_unit_test(test_pairing),
        cmocka_unit_test(test_order_of_definition_means_nothing),
        cmocka_unit_test(test_deleting_the_alarm_that_tripped),
        cmocka_unit_test(test_every_modelling_choice_changes_some_number),
        cmocka_unit_test(test_requests_in_are_answers_out),
        cmocka_unit_test(test_ledger_is_the_sum_of_the_journal),
        cmocka_unit_test(test_flips_settle_in_order),
        cmocka_unit_test(test_launches),
        cmocka_unit_test(test_window_end),
        cmocka_unit_test(test_ties_fall_as_random_does),
        cmocka_unit_test(test_alarm_states_follow_from_the_minutes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

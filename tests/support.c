#include "tests/support.h"

#include "tests/evidence.h"

#include "sim/estimate.h"

/* ---- the base ---- */

void fixture_init(struct fixture *f)
{
    *f = (struct fixture){0};
    struct draw zero = draw_constant(0.0);
    f->setting = (struct setting){
        .seed = 1,
        .warmup_us = 900 * US_PER_S,
        .horizon_us = 1800 * US_PER_S,
        .endpoint = {.endpoint_name = "endpoint",
                     .variant_name = "AllTraffic",
                     .instance_count = 3,
                     .workers_per_instance = 1,
                     .queue_limit_per_instance = 1000,
                     .invocation_timeout_us = 60e6,
                     .instance_price_usd_per_hour = 0.36},
        .traffic = {.process = TRAFFIC_TRACE,
                    .trace_us = f->trace,
                    .trace_count = 1,
                    .span_us = 1e6,
                    .scale = 1.0,
                    .repeats = true,
                    .has_fixed_start = true,
                    .fixed_start_us = 0.5e6},
        .launch = {.time = draw_constant(100e6)},
        .versions = f->versions,
        .current = CURRENT,
        .alarms = f->alarms,
        .policies = f->policies,
        .slo_latency_us = INFINITY,
        .bad_response_usd = 0.02,
        .modelling = modelling_default(),
    };
    struct modelling *modelling = &f->setting.modelling;
    modelling->call_phase = zero;
    modelling->alarm_phase = draw_constant(15e6);
    modelling->alarm_phase_high_resolution = draw_constant(5e6);
    modelling->metric_delay = draw_constant(10e6);
    modelling->poll_phase = draw_constant(2e6);
    modelling->routing_lag = draw_constant(20e6);
    modelling->rollback_routing_lag = draw_constant(7e6);
    modelling->cleanup = draw_constant(30e6);
    fixture_version(f, "current")->endpoint_config_name = "config-1";
    fixture_version(f, "new");
}

void fixture_traffic(struct fixture *f, enum traffic_process process, double rate_rps)
{
    f->setting.traffic = (struct traffic_config){.process = process, .rate_rps = rate_rps, .scale = 1.0, .cv = 1.0};
}

struct version_config *fixture_version(struct fixture *f, const char *name)
{
    size_t index = f->setting.version_count++;
    assert_true(index < FIXTURE_VERSIONS);
    f->versions[index] = (struct version_config){.name = name,
                                                 .endpoint_config_name = "config-2",
                                                 .probability = NAN,
                                                 .service = draw_constant(100e3),
                                                 .defects = f->defects[index]};
    return &f->versions[index];
}

struct defect *fixture_defect(struct fixture *f, size_t version, enum defect_kind kind)
{
    size_t index = f->versions[version].defect_count++;
    assert_true(index < FIXTURE_DEFECTS);
    f->defects[version][index] = (struct defect){.kind = kind, .factor = 1.0};
    return &f->defects[version][index];
}

struct alarm_config *fixture_alarm(struct fixture *f, const char *name, enum metric_id metric,
                                   enum statistic_kind statistic, double threshold)
{
    size_t index = f->setting.alarm_count++;
    assert_true(index < FIXTURE_ALARMS);
    f->alarms[index] = (struct alarm_config){.name = name,
                                             .namespace_name = "AWS/SageMaker",
                                             .metric_name = metric_rows[metric].name,
                                             .metric = metric,
                                             .statistic = {.kind = statistic},
                                             .period_s = 60,
                                             .evaluation_periods = 1,
                                             .datapoints_to_alarm = 1,
                                             .threshold = threshold,
                                             .comparison = COMPARE_GREATER_OR_EQUAL,
                                             .missing = MISSING_NOT_BREACHING,
                                             .endpoint_name = "endpoint",
                                             .variant_name = "AllTraffic",
                                             .endpoint_config_name = "config-2"};
    return &f->alarms[index];
}

struct deployment_config *fixture_policy(struct fixture *f, const char *name, enum shift_mode mode)
{
    size_t index = f->setting.policy_count++;
    assert_true(index < FIXTURE_POLICIES);
    struct capacity_size one = {CAPACITY_INSTANCE_COUNT, 1};
    f->policies[index] = (struct policy){.name = name,
                                         .config = {.mode = mode,
                                                    .canary = one,
                                                    .linear_step = one,
                                                    .batch = one,
                                                    .wait_interval_s = 300,
                                                    .termination_wait_s = mode == SHIFT_ROLLING ? 0 : 120,
                                                    .alarm_count = (int)f->setting.alarm_count}};
    for (size_t i = 0; i < f->setting.alarm_count; i++)
        f->policies[index].config.alarm_names[i] = f->alarms[i].name;
    return &f->policies[index].config;
}

/* ---- running ---- */

struct replicate_result fixture_run(const struct fixture *f, uint64_t replications)
{
    struct replicate_options options = {.replications = replications, .threads = 2};
    struct replicate_result result;
    assert_int_equal(replicate_run(&f->setting, &options, &result), 0);
    assert_int_equal(result.replications, replications);
    return result;
}

struct outcome fixture_tell(const struct fixture *f, uint64_t replication, struct journal *journal)
{
    struct outcome outcome;
    assert_int_equal(world_tell(&f->setting, replication, 0, NEW, &outcome, journal), 0);
    return outcome;
}

struct outcome fixture_tell_control(const struct fixture *f, uint64_t replication, struct journal *journal)
{
    struct outcome outcome;
    assert_int_equal(world_tell(&f->setting, replication, SIZE_MAX, SIZE_MAX, &outcome, journal), 0);
    return outcome;
}

/* ---- outcomes ---- */

#define FIGURE(name) \
    { \
#name, offsetof(struct outcome, name) \
    }
const struct figure figures[] = {
    FIGURE(requests),         FIGURE(exposed_requests),
    FIGURE(failed_requests),  FIGURE(slow_requests),
    FIGURE(bad_responses),    FIGURE(excess_bad_responses),
    FIGURE(queued_requests),  FIGURE(rejected_requests),
    FIGURE(first_bad_s),      FIGURE(alarm_s),
    FIGURE(trip_s),           FIGURE(last_exposed_s),
    FIGURE(time_to_detect_s), FIGURE(time_to_rollback_s),
    FIGURE(deployment_s),     FIGURE(mean_latency_ms),
    FIGURE(p99_latency_ms),   FIGURE(max_green_share),
    FIGURE(peak_instances),   FIGURE(blue_instance_s),
    FIGURE(green_instance_s), FIGURE(extra_instance_s),
    FIGURE(extra_cost_usd),   FIGURE(loss_usd),
    FIGURE(is_detected),
};
const size_t figure_count = sizeof figures / sizeof *figures;

double figure_of(const struct outcome *outcome, size_t figure)
{
    double value;
    memcpy(&value, (const char *)outcome + figures[figure].offset, sizeof value);
    return value;
}

const char *outcome_difference(const struct outcome *a, const struct outcome *b)
{
    if (a->kind != b->kind)
        return "kind";
    if (a->trip_alarms != b->trip_alarms)
        return "trip_alarms";
    if (a->cause != b->cause)
        return "cause";
    if (a->trip_phase != b->trip_phase || a->trip_phase_index != b->trip_phase_index)
        return "trip_phase";
    if (a->arrivals_hash != b->arrivals_hash)
        return "arrivals_hash";
    for (size_t i = 0; i < figure_count; i++) {
        double x = figure_of(a, i), y = figure_of(b, i);
        if (isnan(x) != isnan(y) || (!isnan(x) && memcmp(&x, &y, sizeof x) != 0))
            return figures[i].name;
    }
    return NULL;
}

/* ---- how long, how close ---- */

bool is_full(void)
{
    return getenv("BAKEOFF_TEST_FULL") != NULL && *getenv("BAKEOFF_TEST_FULL") != '\0';
}

uint64_t at_length(uint64_t thin, uint64_t full)
{
    return is_full() ? full : thin;
}

void check_close(const char *what, double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want)))
        fail_msg("%s: got %.17g, want %.17g within a relative %g", what, got, want, relative);
}

void check_theory(const char *what, double got, double want, double standard_error)
{
    evidence_note(what, got, want, standard_error);
    if (!(fabs(got - want) <= 4.0 * standard_error))
        fail_msg("%s: got %.9g, theory says %.9g; off by %.2f standard errors of %.3g", what, got, want,
                 (got - want) / standard_error, standard_error);
}

void check_mean(const char *what, const double *values, size_t count, double want)
{
    struct moments m = moments_of(values, count);
    assert_int_equal(m.n, count);
    check_theory(what, m.mean, want, moments_sd(&m) / sqrt((double)count));
}

void check_proportion(const char *what, double successes, double trials, double want)
{
    check_theory(what, successes / trials, want, sqrt(want * (1.0 - want) / trials));
}

/* ---- tables ---- */

FILE *table_open(const char *path)
{
    FILE *table = fopen(path, "r");
    if (table == NULL)
        fail_msg("cannot open %s", path);
    return table;
}

bool table_line(FILE *table, char *line, size_t size)
{
    while (fgets(line, (int)size, table) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] != '#' && line[0] != '\0')
            return true;
    }
    return false;
}

/* Recorded traffic, recorded launches, deployment and alarm files from other people's repositories: each drives an
 * endpoint, and what comes out is what the file says. */
#include "tests/real.h"

#include "models/shift.h"
#include "sim/estimate.h"

#include <glob.h>
#include <inttypes.h>

#define ALL_AT_ONCE(termination) \
    "{\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"ALL_AT_ONCE\", " \
    "\"WaitIntervalInSeconds\": 60}, \"TerminationWaitInSeconds\": " #termination "}}"

/* Fields of a scenario that the tests differ in; the rest is the same: answers after 1 ms, nothing but the traffic, the
 * launch and the routing random. */
struct draft {
    const char *endpoint_name;
    int instances, horizon_s;
    const char *traffic, *launch, *alarms, *policies;
    bool trace_serves; /* the trace brings the service times */
};

static const char *text_of(const struct draft *draft)
{
    return arena_format(
        real_arena(),
        "{\"name\": \"real\", \"seed\": 11, \"horizon_s\": %d,\n"
        " \"endpoint\": {\"EndpointName\": \"%s\", \"VariantName\": \"AllTraffic\", \"InitialInstanceCount\": %d,\n"
        "              \"workers_per_instance\": 64},\n"
        " \"traffic\": %s,\n \"launch\": %s,\n"
        " \"versions\": {\n"
        "  \"old\": {%s\"EndpointConfigName\": \"demo-config-v1\"},\n"
        "  \"good\": {\"like\": \"old\", \"EndpointConfigName\": \"demo-config-v2\"},\n"
        "  \"incompatible\": {\"like\": \"good\", \"error_5xx_fraction\": 1},\n"
        "  \"refusing\": {\"like\": \"good\", \"error_4xx_fraction\": 1}},\n"
        " \"current\": \"old\",\n \"alarms\": [%s],\n \"policies\": %s,\n"
        " \"modelling\": {\"call_phase_s\": {\"distribution\": \"constant\", \"value_s\": 0}}}\n",
        draft->horizon_s, draft->endpoint_name ? draft->endpoint_name : "demo-endpoint", draft->instances,
        draft->traffic, draft->launch ? draft->launch : "{\"distribution\": \"constant\", \"value_s\": 100}",
        draft->trace_serves ? "" : "\"service_time\": {\"distribution\": \"constant\", \"value_ms\": 1}, ",
        draft->alarms ? draft->alarms : "", draft->policies ? draft->policies : "{\"p\": " ALL_AT_ONCE(0) "}");
}

static const struct setting *read_draft(const struct draft *draft)
{
    return &real_scenario_text("real", text_of(draft))->setting;
}

/* ---- traces ---- */

enum { CONTROL = 0 }; /* trial */

/* A recorded trace as the test itself reads it: seconds after the first arrival, ascending. */
struct trace {
    const char *keys; /* of "traffic", after the process */
    struct real_column at, duration;
    double span;
};

static bool parse_clock(const char *cell, double *value)
{
    int hours, minutes;
    double seconds;
    if (sscanf(cell, "%*4d-%*2d-%*2d %d:%d:%lf", &hours, &minutes, &seconds) != 3)
        return false;
    *value = hours * 3600.0 + minutes * 60.0 + seconds;
    return true;
}

/* Makes a trace of its columns; durations keep to their arrivals. */
static void trace_finish(struct trace *trace)
{
    double *at = trace->at.values, *duration = trace->duration.values;
    size_t n = trace->at.count;
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && at[j] < at[j - 1]; j--) {
            double swap = at[j];
            at[j] = at[j - 1];
            at[j - 1] = swap;
            if (duration != NULL) {
                swap = duration[j];
                duration[j] = duration[j - 1];
                duration[j - 1] = swap;
            }
        }
    double first = at[0];
    for (size_t i = 0; i < n; i++)
        at[i] -= first;
    trace->span = at[n - 1] * (double)n / (double)(n - 1);
}

/* 8,819 requests of 57 minutes, in bursts; the clock has a blank in place of the T and seven decimals. */
static struct trace language_model_trace(void)
{
    const char *path = real_path("arrivals/azure_llm_2023_code.csv");
    struct trace trace = {.keys = arena_format(real_arena(), "\"file\": \"%s\", \"column\": \"TIMESTAMP\"", path),
                          .at = real_csv(path, "TIMESTAMP", NULL, NULL, parse_clock)};
    trace_finish(&trace);
    assert_int_equal(trace.at.count, 8819);
    return trace;
}

/* 3,993 requests of 17 minutes, in milliseconds. */
static struct trace mooncake_trace(void)
{
    const char *path = real_path("arrivals/mooncake_fast25_synthetic.csv");
    struct trace trace = {
        .keys = arena_format(real_arena(), "\"file\": \"%s\", \"column\": \"timestamp_ms\", \"unit\": \"ms\"", path),
        .at = real_csv(path, "timestamp_ms", NULL, NULL, NULL)};
    for (size_t i = 0; i < trace.at.count; i++)
        trace.at.values[i] *= 1e-3;
    trace_finish(&trace);
    assert_int_equal(trace.at.count, 3993);
    return trace;
}

/* 199 function calls of 20 minutes with their durations, by the time of their end. */
static struct trace functions_trace(void)
{
    const char *path = real_path("arrivals/azure_functions_2021_sample200.csv");
    struct trace trace = {.keys = arena_format(real_arena(),
                                               "\"file\": \"%s\", \"column\": \"end_timestamp\", \"unit\": \"s\", "
                                               "\"minus_column\": \"duration\", \"service_column\": \"duration\"",
                                               path),
                          .at = real_csv(path, "end_timestamp", NULL, NULL, NULL),
                          .duration = real_csv(path, "duration", NULL, NULL, NULL)};
    for (size_t i = 0; i < trace.at.count; i++)
        trace.at.values[i] -= trace.duration.values[i];
    trace_finish(&trace);
    assert_int_equal(trace.at.count, 199);
    return trace;
}

typedef struct trace trace_source(void);
static trace_source *const traces[] = {language_model_trace, mooncake_trace, functions_trace};
enum { TRACES = sizeof traces / sizeof *traces };

static const struct setting *trace_setting(const struct trace *trace, int horizon_s, const char *more)
{
    struct draft draft = {.instances = 4,
                          .horizon_s = horizon_s,
                          .trace_serves = trace->duration.values != NULL,
                          .traffic = arena_format(real_arena(), "{\"process\": \"trace\", %s%s%s}", trace->keys,
                                                  *more ? ", " : "", more)};
    return read_draft(&draft);
}

/* Arrivals at [from, until) of the trace, which repeats for ever or stops. */
static double arrivals_between(const struct trace *trace, double from, double until, bool repeats)
{
    double count = 0.0;
    for (double lap = repeats ? floor(from / trace->span) : 0.0; lap * trace->span < until; lap++) {
        for (size_t i = 0; i < trace->at.count; i++) {
            double at = lap * trace->span + trace->at.values[i];
            count += at >= from && at < until;
        }
        if (!repeats)
            break;
    }
    return count;
}

/* A start between two ticks of every file, so that no rounding decides on which side an arrival falls. */
#define START_S 200.00053
#define START_TEXT "\"start_s\": 200.00053"
enum { HORIZON_S = 900 };

static void check_requests(const struct trace *trace, int horizon_s, const char *more, double want)
{
    const struct setting *setting = trace_setting(trace, horizon_s, more);
    struct replicate_result result = real_run(setting, 3);
    for (uint64_t r = 0; r < result.replications; r++)
        for (size_t t = 0; t < result.trial_count; t++) {
            assert_true(real_row(&result, r, t)->requests == want);
            assert_true(real_row(&result, r, t)->arrivals_hash == real_row(&result, 0, CONTROL)->arrivals_hash);
        }
}

static void test_traces_keep_their_counts(void **state)
{
    (void)state;
    for (int i = 0; i < TRACES; i++) {
        struct trace trace = traces[i]();
        double n = (double)trace.at.count;
        int whole_s = (int)ceil(2.0 * trace.span);
        check_requests(&trace, HORIZON_S, START_TEXT, arrivals_between(&trace, START_S, START_S + HORIZON_S, true));
        check_requests(&trace, whole_s, START_TEXT, arrivals_between(&trace, START_S, START_S + whole_s, true));
        check_requests(&trace, HORIZON_S, START_TEXT ", \"scale\": 2",
                       arrivals_between(&trace, START_S, START_S + 2.0 * HORIZON_S, true));
        check_requests(&trace, whole_s, START_TEXT ", \"end\": \"stop\"",
                       arrivals_between(&trace, START_S, START_S + whole_s, false));
        /* All of it, once; and twice as fast it is over in half the time. */
        check_requests(&trace, whole_s, "\"start_s\": 0, \"end\": \"stop\"", n);
        check_requests(&trace, (int)ceil(trace.span / 2.0), "\"start_s\": 0, \"end\": \"stop\", \"scale\": 2", n);
    }
}

static void test_traces_rotate(void **state)
{
    (void)state;
    uint64_t replications = at_length(100, 1000);
    for (int i = 0; i < TRACES; i++) {
        struct trace trace = traces[i]();
        struct replicate_result result = real_run(trace_setting(&trace, HORIZON_S, ""), replications);
        double *requests = arena_array(real_arena(), replications, sizeof *requests);
        for (uint64_t r = 0; r < replications; r++) {
            const struct outcome *control = real_row(&result, r, CONTROL);
            requests[r] = control->requests;
            assert_true(r == 0 || control->arrivals_hash != real_row(&result, r - 1, CONTROL)->arrivals_hash);
            for (size_t t = 1; t < result.trial_count; t++)
                assert_true(real_row(&result, r, t)->arrivals_hash == control->arrivals_hash);
        }
        /* A uniform rotation shows every part of the trace alike. */
        check_mean(trace.keys, requests, replications, (double)trace.at.count * HORIZON_S / trace.span);
    }
}

/* Minute by minute, as CloudWatch has it: stamped at completion, 1 ms after arrival. */
static void test_minutes_follow_the_trace(void **state)
{
    (void)state;
    static trace_source *const stamped[] = {language_model_trace, mooncake_trace};
    for (size_t i = 0; i < 2; i++) {
        struct trace trace = stamped[i]();
        const struct setting *setting = trace_setting(&trace, HORIZON_S, START_TEXT);
        struct outcome outcome;
        struct journal journal = {0};
        assert_int_equal(world_tell(setting, 0, SIZE_MAX, SIZE_MAX, &outcome, &journal), 0);
        int minutes = 0;
        for (size_t j = 0; j < journal.count; j++) {
            const struct journal_record *record = &journal.records[j];
            if (record->kind != JOURNAL_MINUTE || record->colour != BLUE || record->at <= 0)
                continue;
            double end = START_S + (double)record->at / 1e6 - 1e-3;
            assert_true(record->minute.invocations == arrivals_between(&trace, end - 60.0, end, true));
            minutes++;
        }
        assert_true(minutes >= HORIZON_S / 60 - 1);
        journal_free(&journal);
    }
}

/* The recorded durations are the service times: the longest calls time out, and the mean latency is theirs. */
static void test_durations_are_service_times(void **state)
{
    (void)state;
    struct trace trace = functions_trace();
    int horizon_s = (int)ceil(trace.span);
    const struct setting *setting = trace_setting(&trace, horizon_s, "\"start_s\": 0, \"end\": \"stop\"");
    double timeout_s = setting->endpoint.invocation_timeout_us / 1e6, late = 0.0, total = 0.0;
    for (size_t i = 0; i < trace.duration.count; i++) {
        late += trace.duration.values[i] > timeout_s;
        total += fmin(trace.duration.values[i], timeout_s);
    }
    assert_true(late > 0.0);
    struct replicate_result result = real_run(setting, 2);
    const struct outcome *control = real_row(&result, 0, CONTROL);
    assert_true(control->requests == (double)trace.at.count);
    assert_true(control->queued_requests == 0.0);
    assert_true(control->failed_requests == late);
    check_close("mean latency", control->mean_latency_ms, total / (double)trace.at.count * 1e3, 1e-9);
}

/* Durations that every version overrules are read for nothing: that is said. */
static void test_unused_durations_are_told(void **state)
{
    (void)state;
    struct trace trace = functions_trace();
    struct draft draft = {.instances = 4,
                          .horizon_s = HORIZON_S,
                          .traffic = arena_format(real_arena(), "{\"process\": \"trace\", %s}", trace.keys)};
    for (int trace_serves = 0; trace_serves < 2; trace_serves++) {
        draft.trace_serves = trace_serves;
        struct diagnostics diagnostics = {0};
        struct scenario *scenario = scenario_read(real_write("durations", text_of(&draft)), &diagnostics);
        assert_non_null(scenario);
        size_t told = 0;
        for (size_t i = 0; i < diagnostics.count; i++)
            told += strcmp(diagnostics.items[i].path, "traffic.service_column") == 0;
        assert_int_equal(told, trace_serves ? 0 : 1);
        diagnostics_free(&diagnostics);
        scenario_free(scenario);
    }
}

/* ---- launches ---- */

/* Between the law's quantiles at q -+ 4 standard errors of the rank: what 4 standard errors of an order statistic mean
 * for a law that has steps. */
static void check_quantile(const double *sorted, size_t n, const struct real_column *law, double q, double published)
{
    double error = 4.0 * sqrt(q * (1.0 - q) / (double)n);
    double low = estimate_quantile(law->values, law->count, q - error);
    double high = estimate_quantile(law->values, law->count, fmin(q + error, 1.0 - 1e-9));
    double got = estimate_quantile(sorted, n, q);
    print_message("launch p%g: recorded %g s, simulated %g s (%g to %g allowed)\n", 100.0 * q, published, got, low,
                  high);
    assert_true(estimate_quantile(law->values, law->count, q) == published);
    assert_true(got >= low && got <= high);
}

/* 309 creation times of real endpoints, one draw a fleet: with neither bake nor lag the rollout is the launch. */
static void test_launches_are_the_recorded_ones(void **state)
{
    (void)state;
    const char *path = real_path("provisioning/sagemaker_endpoint_creation_times.csv");
    struct real_column law = real_csv(path, "duration_s", "kind", "endpoint", NULL);
    assert_int_equal(law.count, 309);
    estimate_sort(law.values, law.count);
    struct draft draft = {
        .instances = 3,
        .horizon_s = 600,
        .traffic = "{\"process\": \"poisson\", \"rate_rps\": 0.05}",
        .launch = arena_format(real_arena(),
                               "{\"distribution\": \"empirical\", \"file\": \"%s\", \"column\": \"duration_s\", "
                               "\"where\": {\"kind\": \"endpoint\"}, \"per\": \"fleet\"}",
                               path)};
    const struct setting *setting = read_draft(&draft);
    uint64_t n = at_length(4000, 40000);
    struct replicate_result result = real_run(setting, n);
    size_t trial = real_trial(setting, &result, "p", "good");
    double *rollout = arena_array(real_arena(), n, sizeof *rollout);
    for (uint64_t r = 0; r < n; r++) {
        assert_int_equal(real_row(&result, r, trial)->kind, OUTCOME_SUCCEEDED);
        rollout[r] = real_row(&result, r, trial)->deployment_s;
    }
    check_mean("mean launch", rollout, n, moments_of(law.values, law.count).mean);
    estimate_sort(rollout, n);
    check_quantile(rollout, n, &law, 0.5, 330.0);
    check_quantile(rollout, n, &law, 0.9, 510.0);
    check_quantile(rollout, n, &law, 0.99, 840.0);
}

/* ---- deployment and alarm files ---- */

#define REGULAR "{\"process\": \"regular\", \"rate_rps\": 0.98333333}"
#define NOTEBOOK_5XX "TestAlarm-5XXErrors-DEMO"

/* A file, an endpoint that it suits, and by hand what a good rollout takes beside its launches of 100 s. */
static const struct deployment_file {
    const char *file;
    int instances, launches, waits_s;
    const char *alarms[2];
} deployment_files[] = {
    {"01_smex_canary_1inst_300_120.json", 3, 1, 300 + 120, {NULL}},
    {"02_smex_linear_33pct_180_120.json", 3, 1, 2 * 180 + 120, {NULL}},
    {"03_smex_rolling_33pct_180.json", 3, 3, 3 * 180, {NULL}},
    {"05_docs_canary_30pct_600_600.json", 4, 1, 600 + 600, {"your-cw-alarm"}},
    {"06_docs_linear_20pct_300_300.json", 5, 1, 4 * 300 + 300, {"your-cw-alarm"}},
    {"07_tfacc_all_at_once_60.json", 2, 1, 0, {NULL}},
    {"08_tfacc_linear_1inst_60.json", 2, 1, 60, {"tf-acc-test-cpu"}},
    {"09_tfacc_rolling_5pct_60.json", 2, 2, 2 * 60, {"tf-acc-test-cpu"}},
    {"10_ack_linear_1inst_100_100.json", 3, 1, 2 * 100 + 100, {"5xalarm-endpointtest"}},
    {"11_dphq_all_at_once_600_canary3.json", 1, 1, 0, {"alarm1"}},
    {"12_genai_lgbm_canary_20pct_300_600.json", 2, 1, 300 + 600, {NULL}},
};

static const char *notebook_alarms(const char *more)
{
    return arena_format(real_arena(), "{\"file\": \"%s\"%s}, {\"file\": \"%s\"%s}",
                        real_path("alarms/001_sm_guardrails_5xx_avg.json"), more,
                        real_path("alarms/002_sm_guardrails_latency_10ms.json"), more);
}

static const char *alarm_text(const char *name, const char *metric, const char *statistic, int threshold,
                              const char *comparison)
{
    return arena_format(real_arena(),
                        "{\"AlarmName\": \"%s\", \"Namespace\": \"AWS/SageMaker\", \"MetricName\": \"%s\", "
                        "\"Statistic\": \"%s\", \"Dimensions\": [{\"Name\": \"EndpointName\", \"Value\": "
                        "\"demo-endpoint\"}, {\"Name\": \"VariantName\", \"Value\": \"AllTraffic\"}], \"Period\": 60, "
                        "\"EvaluationPeriods\": 1, \"Threshold\": %d, \"ComparisonOperator\": \"%s\", "
                        "\"TreatMissingData\": \"notBreaching\"}",
                        name, metric, statistic, threshold, comparison);
}

static const char *own_alarm(const char *name)
{
    return alarm_text(name, "Invocation5XXErrors", "Sum", 3, "GreaterThanOrEqualToThreshold");
}

static const char *policy_of(const char *file, const char *more)
{
    return arena_format(real_arena(), "{\"p\": {\"file\": \"%s\"%s}}", real_path("deployments/%s", file), more);
}

static const struct setting *deployment_setting(const struct deployment_file *d)
{
    bool is_notebook = d < &deployment_files[3];
    struct draft draft = {.instances = d->instances,
                          .traffic = REGULAR,
                          .alarms = is_notebook    ? notebook_alarms("")
                                    : d->alarms[0] ? own_alarm(d->alarms[0])
                                                   : NULL,
                          .policies = policy_of(d->file, "")};
    return read_draft(&draft);
}

/* Every UpdateEndpoint file rolls a good version out in the time that its waits add up to. */
static void test_deployment_files_roll_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof deployment_files / sizeof *deployment_files; i++) {
        const struct deployment_file *d = &deployment_files[i];
        const struct setting *setting = deployment_setting(d);
        struct replicate_result result = real_run(setting, 10);
        size_t trial = real_trial(setting, &result, "p", "good");
        for (uint64_t r = 0; r < result.replications; r++) {
            const struct outcome *outcome = real_row(&result, r, trial);
            assert_int_equal(outcome->kind, OUTCOME_SUCCEEDED);
            if (fabs(outcome->deployment_s - (100.0 * d->launches + d->waits_s)) > 1e-6)
                fail_msg("%s: took %.9g s", d->file, outcome->deployment_s);
            assert_true(outcome->max_green_share == 1.0);
            assert_true(outcome->excess_bad_responses == 0.0);
        }
    }
}

/* Nothing in the folder but what stands in the table above, is refused by the API's own rules, or is an update of an
 * inference component. */
static void test_deployment_files_are_all_there(void **state)
{
    (void)state;
    size_t updates = 0, components = 0, broken = 0;
    const struct json *list = real_json(real_path("deployments/index.json"));
    for (const struct json *entry = list->child; entry != NULL; entry = entry->next) {
        const char *file = json_text(real_member(entry, "file", NULL));
        bool is_known = false;
        for (size_t i = 0; i < sizeof deployment_files / sizeof *deployment_files; i++)
            is_known |= strcmp(file, deployment_files[i].file) == 0;
        struct draft draft = {.instances = 3, .traffic = REGULAR, .policies = policy_of(file, "")};
        if (strcmp(json_text(real_member(entry, "operation", NULL)), "UpdateEndpoint") != 0) {
            assert_non_null(strstr(real_refusal("real", text_of(&draft)), "inference components are not modelled"));
            components++;
        } else if (real_member(entry, "api_model_errors", NULL)->child != NULL) {
            assert_non_null(strstr(real_refusal("real", text_of(&draft)), "WaitIntervalInSeconds: is required"));
            broken++;
        } else {
            updates += is_known;
            assert_true(is_known);
        }
    }
    assert_int_equal(updates, sizeof deployment_files / sizeof *deployment_files);
    assert_int_equal(components, 2);
    assert_int_equal(broken, 1);
}

/* Files that name another endpoint are refused until they are told that they stand for this one. */
static void test_rename(void **state)
{
    (void)state;
    const char *file = deployment_files[0].file, *rename = ", \"rename\": true";
    struct draft draft = {.endpoint_name = "fraud",
                          .instances = 3,
                          .traffic = REGULAR,
                          .alarms = notebook_alarms(""),
                          .policies = policy_of(file, "")};
    assert_non_null(strstr(real_refusal("real", text_of(&draft)), "\"rename\": true"));
    draft.policies = policy_of(file, rename);
    draft.alarms = notebook_alarms(rename);
    const struct setting *setting = read_draft(&draft);
    struct replicate_result renamed = real_run(setting, 40);
    const struct setting *own = deployment_setting(&deployment_files[0]);
    struct replicate_result same = real_run(own, 40);
    assert_int_equal(renamed.trial_count, same.trial_count);
    for (uint64_t r = 0; r < 40; r++)
        for (size_t t = 0; t < same.trial_count; t++)
            assert_null(outcome_difference(real_row(&renamed, r, t), real_row(&same, r, t)));
}

/* Trips of the incompatible version by where they happened. */
struct trips {
    double whole, partial; /* in the bake at full traffic; before it */
};

static struct trips count_trips(const struct setting *setting, uint64_t replications)
{
    const struct deployment_config *config = &setting->policies[0].config;
    assert_string_equal(config->alarm_names[0], NOTEBOOK_5XX);
    struct replicate_result result = real_run(setting, replications);
    size_t trial = real_trial(setting, &result, "p", "incompatible");
    struct trips trips = {0};
    for (uint64_t r = 0; r < replications; r++) {
        const struct outcome *outcome = real_row(&result, r, trial);
        if (outcome->kind != OUTCOME_ROLLED_BACK)
            continue;
        assert_int_equal(outcome->trip_alarms, 1);
        bool is_whole = config->mode == SHIFT_ROLLING
                            ? outcome->trip_phase == PHASE_ROLLING_BAKE && outcome->trip_phase_index == 3
                            : outcome->trip_phase == PHASE_FINAL_BAKE;
        *(is_whole ? &trips.whole : &trips.partial) += 1.0;
    }
    return trips;
}

/* The notebooks' 5XX alarm asks for an average of 1: with every answer of the new version a 5xx it stays silent while one
 * old instance serves, since chance sends all of a minute's 59 requests or more to the new ones at most once in 1e10
 * minutes. Only the whole traffic on the new version can set it off, and with CloudWatch's usual delays the final bake
 * of 120 s is over by then; where metrics, routing and alarms know no delay, it always does. */
static void test_notebook_alarm_waits_for_the_whole_traffic(void **state)
{
    (void)state;
    uint64_t n = at_length(1000, 10000);
    for (int i = 0; i < 3; i++) {
        struct setting setting = *deployment_setting(&deployment_files[i]);
        struct trips usual = count_trips(&setting, n);
        print_message("%s: %g of %" PRIu64 " trip at full traffic, %g before it (at most %.2g of all)\n",
                      deployment_files[i].file, usual.whole, n, usual.partial,
                      estimate_clopper_pearson(usual.partial, (double)n, 0.95).high);
        assert_true(usual.partial == 0.0);
        setting.modelling.metric_delay = setting.modelling.alarm_phase = draw_constant(0.0);
        setting.modelling.routing_lag = draw_constant(0.0);
        struct trips prompt = count_trips(&setting, 100);
        assert_true(prompt.partial == 0.0);
        assert_true(prompt.whole == 100.0);
        if (setting.policies[0].config.mode == SHIFT_ROLLING) /* whose last bake is long enough even so */
            assert_true(usual.whole > 0.0);
    }
    print_message("all of 60 requests on a canary of 1/3: %.2g\n", pow(1.0 / 3.0, 60.0));
    check_close("chance", pow(1.0 / 3.0, 60.0), 2.4e-29, 0.02);
}

/* The developer guide's alarm on 4xx asks for an average above 1, which no minute can have, whatever fails; at or above 1
 * it goes off. */
static void test_guide_alarm_never_goes_off(void **state)
{
    (void)state;
    static const struct {
        const char *comparison;
        enum outcome_kind outcome;
    } rows[] = {{"GreaterThanThreshold", OUTCOME_SUCCEEDED}, {"GreaterThanOrEqualToThreshold", OUTCOME_ROLLED_BACK}};
    for (size_t i = 0; i < 2; i++) {
        struct draft draft = {.instances = 5,
                              .traffic = REGULAR,
                              .alarms =
                                  alarm_text("your-cw-alarm", "Invocation4XXErrors", "Average", 1, rows[i].comparison),
                              .policies = policy_of("05_docs_canary_30pct_600_600.json", "")};
        const struct setting *setting = read_draft(&draft);
        struct replicate_result result = real_run(setting, 200);
        size_t trial = real_trial(setting, &result, "p", "refusing");
        for (uint64_t r = 0; r < result.replications; r++)
            assert_int_equal(real_row(&result, r, trial)->kind, rows[i].outcome);
    }
}

/* ---- prices ---- */

/* Every shipped scenario that names a price names the list's, for us-east-1. */
static void test_prices(void **state)
{
    (void)state;
    const struct json *rows = real_member(real_json(real_path("prices/sagemaker_hosting_prices.json")), "rows", NULL);
    glob_t shipped;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &shipped), 0);
    int priced = 0;
    for (size_t i = 0; i < shipped.gl_pathc; i++) {
        const struct json *endpoint = json_get(real_json(shipped.gl_pathv[i]), "endpoint");
        const struct json *price = json_get(endpoint, "instance_price_usd_per_hour");
        if (price == NULL)
            continue;
        const char *type = json_text(real_member(endpoint, "InstanceType", NULL));
        int matches = 0;
        for (const struct json *row = rows->child; row != NULL; row = row->next) {
            if (strcmp(json_text(real_member(row, "instance_type", NULL)), type) != 0 ||
                strcmp(json_text(real_member(row, "region", NULL)), "us-east-1") != 0 ||
                strcmp(json_text(real_member(row, "component", NULL)), "Hosting") != 0)
                continue;
            assert_true(json_number(real_member(row, "usd_per_hour", NULL)) == json_number(price));
            matches++;
        }
        if (matches == 0)
            fail_msg("%s: no price of %s to compare with", shipped.gl_pathv[i], type);
        priced++;
    }
    globfree(&shipped);
    assert_true(priced >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_traces_keep_their_counts, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_traces_rotate, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_minutes_follow_the_trace, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_durations_are_service_times, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_unused_durations_are_told, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_launches_are_the_recorded_ones, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_deployment_files_roll_out, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_deployment_files_are_all_there, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_rename, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_notebook_alarm_waits_for_the_whole_traffic, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_guide_alarm_never_goes_off, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_prices, real_setup, real_teardown),
    };
    return real_is_missing() ? REAL_SKIPPED : cmocka_run_group_tests(tests, NULL, NULL);
}

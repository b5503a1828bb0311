/* What a scenario file becomes: every key in its field, defaults, copies, files, traces, the warm-up, the hash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "models/version.h"
#include "scenarios/arrivals.h"
#include "scenarios/reader.h"
#include "scenarios/scenario.h"
#include "scenarios/sha256.h"
#include "scenarios/tuning.h"
#include "tests/mutate.h"

static const char plain_path[] = "tests/data/plain.json";

static const char *shared_data(void)
{
    const char *path = getenv("BAKEOFF_SHARED_DATA");
    return path != NULL && path[0] != '\0' ? path : NULL;
}

/* ---- a folder for files that scenarios include ---- */

static char folder[256];

static int make_folder(void **state)
{
    (void)state;
    const char *under = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/bakeoff-scenario-XXXXXX", under != NULL ? under : ".");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"s.json", "a.json", "b.json", "t.csv"};
    char path[512];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    return rmdir(folder);
}

/* Valid until the next call. */
static const char *write_file(const char *name, const char *text)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* ---- reading plain.json with changes ---- */

static struct scenario *read_changed(const char *changes, struct diagnostics *list)
{
    char *text = mutate_load(plain_path);
    assert_non_null(text);
    char *changed = mutate_text(text, changes);
    if (changed == NULL)
        fail_msg("cannot be made: %s", changes);
    struct scenario *scenario = scenario_read(write_file("s.json", changed), list);
    free(changed);
    free(text);
    return scenario;
}

static struct scenario *read_good(const char *changes)
{
    struct diagnostics list = {0};
    struct scenario *scenario = read_changed(changes, &list);
    if (scenario == NULL) {
        diagnostics_print(&list, stderr, false);
        fail_msg("refused: %s", changes);
    }
    diagnostics_free(&list);
    return scenario;
}

static void expect_error(const char *changes, const char *file, int line, const char *path, const char *message)
{
    struct diagnostics list = {0};
    struct scenario *scenario = read_changed(changes, &list);
    assert_null(scenario);
    bool is_told = false;
    for (size_t i = 0; i < list.count; i++) {
        const struct diagnostic *item = &list.items[i];
        is_told |= strstr(item->file, file) != NULL && (line == 0 || item->line == line) &&
                   strcmp(item->path, path) == 0 && strstr(item->message, message) != NULL;
    }
    if (!is_told) {
        diagnostics_print(&list, stderr, false);
        fail_msg("not told: %s: %s", path, message);
    }
    diagnostics_free(&list);
}

static double constant_of(const struct draw *d)
{
    assert_string_equal(d->kind->name, "constant");
    return d->a;
}

/* ---- every key ---- */

static void every_key_fills_its_field(void **state)
{
    (void)state;
    struct scenario *scenario = read_good("set warmup_s 3000");
    const struct setting *s = &scenario->setting;
    assert_string_equal(scenario->name, "plain");
    assert_non_null(scenario->says);
    assert_int_equal(s->seed, 7);
    assert_int_equal(scenario->replications, 3);
    assert_int_equal(s->warmup_us, 3000 * US_PER_S);
    assert_int_equal(s->horizon_us, 7200 * US_PER_S);
    assert_string_equal(s->endpoint.endpoint_name, "plain");
    assert_string_equal(s->endpoint.variant_name, "AllTraffic");
    assert_string_equal(s->endpoint.instance_type, "ml.m5.xlarge");
    assert_int_equal(s->endpoint.instance_count, 4);
    assert_int_equal(s->endpoint.routing, ROUTING_LEAST_OUTSTANDING);
    assert_int_equal(s->endpoint.workers_per_instance, 2);
    assert_int_equal(s->endpoint.queue_limit_per_instance, 10);
    assert_true(s->endpoint.invocation_timeout_us == 30e6);
    assert_true(s->endpoint.instance_price_usd_per_hour == 0.23);
    assert_int_equal(s->endpoint.instance_quota, 9);
    assert_string_equal(s->endpoint.overhead.kind->name, "gamma");
    assert_true(fabs(draw_mean(&s->endpoint.overhead) - 3000.0) < 1e-6);
    assert_int_equal(s->traffic.process, TRAFFIC_PIECEWISE);
    assert_int_equal(s->traffic.point_count, 2);
    assert_true(s->traffic.points[1].at_us == 600e6 && s->traffic.points[1].rate_rps == 8.0);
    assert_true(s->traffic.repeat_us == 1200e6);
    assert_true(draw_mean(&s->launch.time) == 150e6);
    assert_true(s->launch.per_fleet);
    assert_true(s->launch.failure_probability == 0.01);
    assert_int_equal(s->current, 0);
    assert_true(s->slo_latency_us == 250e3);
    assert_true(s->bad_response_usd == 0.02);
    assert_int_equal(strlen(scenario->sha256), 64);
    scenario_free(scenario);
}

static void every_modelling_key_fills_its_field(void **state)
{
    (void)state;
    struct scenario *scenario = read_good("set seed 8");
    const struct modelling *m = &scenario->setting.modelling;
    assert_true(constant_of(&m->call_phase) == 1e6);
    assert_true(constant_of(&m->alarm_phase) == 2e6);
    assert_true(constant_of(&m->alarm_phase_high_resolution) == 2e6);
    assert_true(constant_of(&m->metric_delay) == 3e6);
    assert_true(m->poll_interval_us == 4e6);
    assert_true(constant_of(&m->poll_phase) == 5e6);
    assert_int_equal(m->alarm_watch, WATCH_DEPLOYMENT);
    assert_true(constant_of(&m->routing_lag) == 6e6);
    assert_true(constant_of(&m->rollback_routing_lag) == 7e6);
    assert_true(constant_of(&m->final_routing_lag) == 8e6);
    assert_int_equal(m->size_rounding, ROUND_CEIL);
    assert_int_equal(m->evaluation_range_extra, 9);
    assert_int_equal(m->red_at_start, RED_REFUSE);
    assert_int_equal(m->on_timeout, TIMEOUT_FAIL);
    assert_true(constant_of(&m->cleanup) == 10e6);
    assert_true(m->startup_timeout_us == 11e6);
    assert_true(m->missed_fault_fixed_after_us == 12e6);
    assert_int_equal(m->initial_alarm_state, INITIAL_INSUFFICIENT_DATA);
    assert_int_equal(m->start_time_us, INT64_C(1795429230) * US_PER_S);
    scenario_free(scenario);
}

/* The struct in which the default of one key was written out, against the default itself. */
static void compare_modelling(const char *key, const struct modelling *a, const struct modelling *b)
{
    const struct draw *x[] = {&a->call_phase,  &a->alarm_phase,          &a->metric_delay, &a->poll_phase,
                              &a->routing_lag, &a->rollback_routing_lag, &a->cleanup};
    const struct draw *y[] = {&b->call_phase,  &b->alarm_phase,          &b->metric_delay, &b->poll_phase,
                              &b->routing_lag, &b->rollback_routing_lag, &b->cleanup};
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        for (double u = 0.05; u < 1.0; u += 0.1)
            if (draw_quantile(x[i], u) != draw_quantile(y[i], u))
                fail_msg("the default of %s is not what its row says", key);
    bool is_same = a->poll_interval_us == b->poll_interval_us && a->alarm_watch == b->alarm_watch &&
                   a->size_rounding == b->size_rounding && a->evaluation_range_extra == b->evaluation_range_extra &&
                   a->red_at_start == b->red_at_start && a->on_timeout == b->on_timeout &&
                   a->startup_timeout_us == b->startup_timeout_us &&
                   a->missed_fault_fixed_after_us == b->missed_fault_fixed_after_us &&
                   a->initial_alarm_state == b->initial_alarm_state && a->start_time_us == b->start_time_us;
    if (!is_same)
        fail_msg("the default of %s is not what its row says", key);
}

static void defaults_are_what_their_rows_say(void **state)
{
    (void)state;
    const struct modelling fallback = modelling_default();
    for (size_t i = 0; i < tuning_table.count; i++) {
        const struct key *key = &tuning_table.keys[i];
        if (key->fallback == NULL)
            continue;
        char changes[512];
        snprintf(changes, sizeof changes, "set modelling {} ;; set modelling.%s %s", key->name, key->fallback);
        struct scenario *scenario = read_good(changes);
        compare_modelling(key->name, &scenario->setting.modelling, &fallback);
        scenario_free(scenario);
    }
}

static void what_is_absent_has_a_default(void **state)
{
    (void)state;
    struct scenario *scenario = read_good(
        "delete seed ;; delete replications ;; delete warmup_s ;; delete horizon_s ;; delete slo ;; delete costs ;; "
        "delete modelling ;; delete gates ;; delete says ;; delete endpoint.RoutingConfig ;; "
        "delete endpoint.workers_per_instance ;; delete endpoint.queue_limit_per_instance ;; "
        "delete endpoint.invocation_timeout_s ;; delete endpoint.instance_price_usd_per_hour ;; "
        "delete endpoint.instance_quota ;; delete endpoint.overhead ;; delete endpoint.InstanceType ;; "
        "delete launch.per ;; delete launch.failure_probability ;; delete versions.good.probability");
    const struct setting *s = &scenario->setting;
    assert_int_equal(s->seed, 1);
    assert_int_equal(scenario->replications, 200);
    assert_int_equal(s->warmup_us, 900 * US_PER_S);
    assert_int_equal(s->horizon_us, 0);
    assert_true(isinf(s->slo_latency_us));
    assert_true(isnan(s->bad_response_usd));
    assert_int_equal(scenario->gate_count, 0);
    assert_null(scenario->says);
    assert_int_equal(s->endpoint.routing, ROUTING_RANDOM);
    assert_int_equal(s->endpoint.workers_per_instance, 1);
    assert_int_equal(s->endpoint.queue_limit_per_instance, 1000);
    assert_true(s->endpoint.invocation_timeout_us == 60e6);
    assert_true(isnan(s->endpoint.instance_price_usd_per_hour));
    assert_int_equal(s->endpoint.instance_quota, 0);
    assert_null(s->endpoint.overhead.kind);
    assert_null(s->endpoint.instance_type);
    assert_false(s->launch.per_fleet);
    assert_true(s->launch.failure_probability == 0.0);
    assert_true(isnan(s->versions[1].probability));
    const struct modelling fallback = modelling_default();
    compare_modelling("modelling", &s->modelling, &fallback);
    scenario_free(scenario);
}

/* ---- versions ---- */

static void likeness_is_a_shallow_copy(void **state)
{
    (void)state;
    struct scenario *scenario = read_good("set seed 9");
    const struct version_config *v = scenario->setting.versions;
    assert_int_equal(scenario->setting.version_count, 4);
    const struct version_config *v1 = &v[0], *good = &v[1], *bad = &v[2], *stillborn = &v[3];
    assert_string_equal(good->name, "good");
    assert_string_equal(good->endpoint_config_name, "plain-2");
    assert_true(good->probability == 0.5 && good->error_4xx_fraction == 0.002 && good->defect_count == 0);
    assert_ptr_equal(good->service.parts, v1->service.parts);
    assert_string_equal(bad->endpoint_config_name, "plain-2");
    assert_int_equal(bad->instance_count, 6);
    assert_int_equal(bad->defect_count, 5);
    assert_true(bad->defects[0].error_5xx_fraction == 0.1 && bad->defects[0].onset_us == 60e6);
    assert_true(bad->defects[1].factor == 2.0 && bad->defects[1].added_us == 5e3 &&
                bad->defects[1].onset_requests == 100);
    assert_true(bad->defects[2].requests == 50 && bad->defects[2].factor == 3.0);
    assert_true(bad->defects[3].added_us_per_request == 2.5);
    assert_true(bad->defects[4].mean_us == 3600e6 && bad->defects[4].restart_us == 30e6);
    assert_string_equal(stillborn->endpoint_config_name, "plain-2");
    assert_true(isnan(stillborn->probability)); /* not inherited */
    assert_int_equal(stillborn->instance_count, 6);
    assert_int_equal(stillborn->defect_count, 1); /* replaced */
    assert_int_equal(stillborn->defects[0].kind, DEFECT_NO_LAUNCH);
    /* A mixture: weights made to add up to 1, values sorted. */
    assert_int_equal(v1->service.part_count, 2);
    assert_true(v1->service.weights[0] == 0.75);
    assert_true(v1->service.parts[1].values[0] == 40e3 && v1->service.parts[1].values[2] == 80e3);
    scenario_free(scenario);
}

static void likeness_goes_forward_and_in_chains(void **state)
{
    (void)state;
    /* "v1" copies a version that comes later and copies another. */
    struct scenario *scenario = read_good(
        "set versions {\"a\": {\"like\": \"b\", \"error_5xx_fraction\": 0.5}, \"b\": {\"like\": \"c\", \"error_4xx_fraction\": 0.25}, "
        "\"c\": {\"service_time\": {\"distribution\": \"constant\", \"value_ms\": 7}, \"error_5xx_fraction\": 0.125}} ;; "
        "set current \"a\" ;; set gates []");
    const struct version_config *v = scenario->setting.versions;
    assert_true(v[0].error_5xx_fraction == 0.5 && v[0].error_4xx_fraction == 0.25);
    assert_true(constant_of(&v[0].service) == 7e3);
    assert_true(v[1].error_5xx_fraction == 0.125);
    /* A version without EndpointConfigName has its own name, and so have its copies. */
    assert_string_equal(v[2].endpoint_config_name, "c");
    assert_string_equal(v[1].endpoint_config_name, "b");
    assert_string_equal(v[0].endpoint_config_name, "a");
    scenario_free(scenario);
    expect_error("set versions.v1.like \"stillborn\"", "s.json", 0, "versions.good.like", "goes in a circle");
}

/* ---- alarms and policies ---- */

static void alarms_and_policies_are_translated(void **state)
{
    (void)state;
    struct scenario *scenario = read_good("set seed 10");
    const struct setting *s = &scenario->setting;
    assert_int_equal(s->alarm_count, 2);
    const struct alarm_config *errors = &s->alarms[0], *latency = &s->alarms[1];
    assert_string_equal(errors->name, "errors");
    assert_int_equal(errors->metric, METRIC_5XX_ERRORS);
    assert_int_equal(errors->statistic.kind, STATISTIC_AVERAGE);
    assert_string_equal(errors->statistic_text, "Average");
    assert_int_equal(errors->period_s, 60);
    assert_int_equal(errors->evaluation_periods, 3);
    assert_int_equal(errors->datapoints_to_alarm, 2);
    assert_true(errors->threshold == 0.02);
    assert_int_equal(errors->comparison, COMPARE_GREATER);
    assert_int_equal(errors->missing, MISSING_NOT_BREACHING);
    assert_string_equal(errors->endpoint_name, "plain");
    assert_null(errors->endpoint_config_name);
    assert_int_equal(latency->statistic.kind, STATISTIC_PERCENTILE);
    assert_true(latency->statistic.fraction == 99.9 / 100.0);
    assert_int_equal(latency->datapoints_to_alarm, 2);
    assert_int_equal(latency->missing, MISSING_MISSING);
    assert_true(latency->ignores_low_samples && !latency->unit_mismatch);
    assert_string_equal(latency->endpoint_config_name, "plain-2");
    assert_int_equal(s->policy_count, 2);
    const struct deployment_config *canary = &s->policies[0].config, *fallback = &s->policies[1].config;
    assert_string_equal(s->policies[0].name, "canary");
    assert_int_equal(canary->mode, SHIFT_CANARY);
    assert_int_equal(canary->canary.type, CAPACITY_INSTANCE_COUNT);
    assert_int_equal(canary->canary.value, 1);
    assert_int_equal(canary->wait_interval_s, 300);
    assert_int_equal(canary->termination_wait_s, 120);
    assert_int_equal(canary->maximum_execution_s, 1800);
    assert_int_equal(canary->alarm_count, 2);
    assert_string_equal(canary->alarm_names[1], "latency");
    assert_int_equal(fallback->mode, SHIFT_ALL_AT_ONCE);
    assert_int_equal(fallback->termination_wait_s + fallback->alarm_count, 0);
    assert_int_equal(scenario->gate_count, 2);
    assert_string_equal(scenario->gates[0].statistic, "mean");
    assert_true(scenario->gates[0].has_max && scenario->gates[0].limit == 0.01);
    assert_string_equal(scenario->gates[1].statistic, "p95");
    assert_string_equal(scenario->gates[1].version, "(mix)");
    scenario_free(scenario);
}

static void a_rolling_policy_is_translated(void **state)
{
    (void)state;
    struct scenario *scenario = read_good(
        "delete versions.bad.InitialInstanceCount ;; set policies.default {\"RollingUpdatePolicy\": {"
        "\"MaximumBatchSize\": {\"Type\": \"CAPACITY_PERCENT\", \"Value\": 25}, \"WaitIntervalInSeconds\": 60, "
        "\"RollbackMaximumBatchSize\": {\"Type\": \"INSTANCE_COUNT\", \"Value\": 2}}}");
    const struct deployment_config *config = &scenario->setting.policies[1].config;
    assert_int_equal(config->mode, SHIFT_ROLLING);
    assert_int_equal(config->batch.type, CAPACITY_PERCENT);
    assert_int_equal(config->batch.value, 25);
    assert_int_equal(config->rollback_batch.value, 2);
    assert_int_equal(config->wait_interval_s, 60);
    assert_int_equal(config->maximum_execution_s, 0);
    scenario_free(scenario);
}

/* Instances are judged before rounding. */
static void sizes_are_judged_as_shares_of_the_fleet(void **state)
{
    (void)state;
    static const struct {
        int instances, value;
        bool is_good;
    } tests[] = {{2, 1, true}, {3, 1, true}, {3, 2, false}, {5, 2, true}, {5, 3, false}, {9, 4, true}, {9, 5, false}};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        char changes[256];
        snprintf(
            changes, sizeof changes,
            "delete endpoint.instance_quota ;; delete versions.bad.InitialInstanceCount ;; set endpoint.InitialInstanceCount %d ;; "
            "set policies.canary.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Value %d",
            tests[i].instances, tests[i].value);
        struct diagnostics list = {0};
        struct scenario *scenario = read_changed(changes, &list);
        assert_int_equal(scenario != NULL, tests[i].is_good);
        scenario_free(scenario);
        diagnostics_free(&list);
    }
}

static void the_warmup_holds_the_longest_range(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    struct scenario *scenario =
        read_changed("set alarms[0].Period 600 ;; set modelling.evaluation_range_extra 2", &list);
    assert_non_null(scenario);
    assert_int_equal(scenario->setting.warmup_us, ((3 + 2) * 600 + 150) * US_PER_S);
    assert_int_equal(diagnostics_warnings(&list), 1);
    assert_string_equal(list.items[0].path, "warmup_s");
    scenario_free(scenario);
    diagnostics_free(&list);
}

static void a_new_version_has_its_own_config_name(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    struct scenario *scenario = read_changed("set versions.good.EndpointConfigName \"plain-1\"", &list);
    assert_non_null(scenario);
    assert_true(diagnostics_warnings(&list) >= 1);
    assert_string_equal(list.items[0].path, "versions.good.EndpointConfigName");
    scenario_free(scenario);
    diagnostics_free(&list);
}

static void only_listed_alarms_are_kept(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    struct scenario *scenario =
        read_changed("delete policies.canary.AutoRollbackConfiguration.Alarms[0] ;; set warmup_s 3000", &list);
    assert_non_null(scenario);
    assert_int_equal(scenario->setting.alarm_count, 1);
    assert_string_equal(scenario->setting.alarms[0].name, "latency");
    assert_int_equal(diagnostics_warnings(&list), 1);
    scenario_free(scenario);
    diagnostics_free(&list);
}

static void a_metric_of_another_service_is_not_run(void **state)
{
    (void)state;
    expect_error("set alarms[0].Namespace \"AWS/EC2\"", "s.json", 0,
                 "policies.canary.AutoRollbackConfiguration.Alarms[0].AlarmName", "does not publish");
}

/* ---- files ---- */

static const char update_json[] =
    "{\"EndpointName\": \"theirs\", \"EndpointConfigName\": \"their-config\", \"DeploymentConfig\": {"
    "\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"ALL_AT_ONCE\", \"WaitIntervalInSeconds\": 0},\n"
    "\"TerminationWaitInSeconds\": 77}}}\n";

static const char alarms_json[] =
    "{\"MetricAlarms\": [{\"AlarmName\": \"errors\", \"AlarmArn\": \"arn:aws:x\", \"StateValue\": \"OK\", "
    "\"Namespace\": \"AWS/SageMaker\", \"MetricName\": \"Invocation4XXErrors\", \"Statistic\": \"Sum\",\n"
    "\"Dimensions\": [{\"Name\": \"EndpointName\", \"Value\": \"theirs\"}, {\"Name\": \"VariantName\", \"Value\": \"V\"}],\n"
    "\"Period\": 60, \"EvaluationPeriods\": 1, \"Threshold\": 5, \"ComparisonOperator\": \"GreaterThanThreshold\"}], "
    "\"CompositeAlarms\": []}\n";

static void policies_and_alarms_come_from_files(void **state)
{
    (void)state;
    write_file("a.json", update_json);
    write_file("b.json", alarms_json);
    struct scenario *scenario = read_good("set policies.default {\"file\": \"a.json\", \"rename\": true} ;; "
                                          "set alarms[0] {\"file\": \"b.json\", \"rename\": true}");
    assert_int_equal(scenario->setting.policies[1].config.termination_wait_s, 77);
    const struct alarm_config *errors = &scenario->setting.alarms[0];
    assert_int_equal(errors->metric, METRIC_4XX_ERRORS);
    assert_string_equal(errors->endpoint_name, "plain");
    assert_string_equal(errors->variant_name, "AllTraffic");
    scenario_free(scenario);

    /* One {"file"} for all alarms, holding a list. */
    write_file("b.json",
               "[{\"AlarmName\": \"errors\", \"Namespace\": \"AWS/SageMaker\", \"MetricName\": \"Invocations\", "
               "\"Statistic\": \"Sum\", \"Period\": 60, \"EvaluationPeriods\": 1, \"Threshold\": 5, "
               "\"ComparisonOperator\": \"LessThanThreshold\"}]");
    scenario = read_good("set alarms {\"file\": \"b.json\", \"rename\": true} ;; "
                         "delete policies.canary.AutoRollbackConfiguration.Alarms[1]");
    assert_int_equal(scenario->setting.alarm_count, 1);
    assert_int_equal(scenario->setting.alarms[0].metric, METRIC_INVOCATIONS);
    scenario_free(scenario);
}

static void mistakes_in_files_are_told_there(void **state)
{
    (void)state;
    write_file("a.json", update_json);
    expect_error("set policies.default {\"file\": \"a.json\"}", "/a.json", 1, "EndpointName",
                 "is not the scenario's endpoint \"plain\"");
    write_file("a.json", "{\"BlueGreenUpdatePolicy\":\n {\"TerminationWait\": 5}}");
    expect_error("set policies.default {\"file\": \"a.json\"}", "/a.json", 2, "BlueGreenUpdatePolicy.TerminationWait",
                 "unknown key");
    write_file("a.json", "{");
    expect_error("set policies.default {\"file\": \"a.json\"}", "/a.json", 1, "", "never closed");
    expect_error("set policies.default {\"file\": \"nowhere.json\"}", "/s.json", 0, "policies.default.file",
                 "cannot be read: No such file");
    expect_error("set policies.default {\"file\": \".\"}", "/s.json", 0, "policies.default.file", "is a directory");
    write_file("b.json", "{\"AlarmName\": \"x\", \"AlarmRule\": \"ALARM(y)\"}");
    expect_error("set alarms[2] {\"file\": \"b.json\"}", "/b.json", 1, "AlarmRule",
                 "composite alarms are not modelled");
    write_file("b.json", "{\"InferenceComponentName\": \"x\", \"DeploymentConfig\": {}}");
    expect_error("set policies.default {\"file\": \"b.json\"}", "/b.json", 1, "",
                 "inference components are not modelled");
}

static void the_hash_covers_included_files_in_order(void **state)
{
    (void)state;
    write_file("a.json", update_json);
    write_file("b.json", alarms_json);
    struct scenario *scenario = read_good("set policies.default {\"file\": \"a.json\", \"rename\": true} ;; "
                                          "set alarms[0] {\"file\": \"b.json\", \"rename\": true}");
    char path[512], hex[SHA256_HEX];
    snprintf(path, sizeof path, "%s/s.json", folder);
    char *text = mutate_load(path);
    struct sha256 sha;
    sha256_init(&sha);
    sha256_feed(&sha, text, strlen(text));
    sha256_feed(&sha, alarms_json, strlen(alarms_json)); /* alarms stand before policies in the file */
    sha256_feed(&sha, update_json, strlen(update_json));
    sha256_end(&sha, hex);
    assert_string_equal(scenario->sha256, hex);
    free(text);
    scenario_free(scenario);
}

/* ---- traces ---- */

#define TRACE(more) "set traffic {\"process\": \"trace\", \"file\": \"t.csv\", \"column\": \"t\"" more "}"

static void traces_are_sorted_and_begin_at_zero(void **state)
{
    (void)state;
    write_file("t.csv", "d,t,s\n0,30,1\n0,10,2\n5,20,3\n0,10,4\n");
    struct scenario *scenario = read_good(TRACE(
        ", \"unit\": \"s\", \"minus_column\": \"d\", \"service_column\": \"s\", \"scale\": 2, \"end\": \"stop\", \"start_s\": 7"));
    const struct traffic_config *t = &scenario->setting.traffic;
    assert_int_equal(t->trace_count, 4);
    static const double at_s[] = {0, 0, 5, 20}, service_s[] = {2, 4, 3, 1};
    for (int i = 0; i < 4; i++) {
        assert_true(t->trace_us[i] == at_s[i] * 1e6);
        assert_true(t->service_us[i] == service_s[i] * 1e6);
    }
    assert_true(fabs(t->span_us - (20e6 + 20e6 / 3)) < 1.0);
    assert_true(t->scale == 2.0 && !t->repeats && t->has_fixed_start && t->fixed_start_us == 7e6);
    scenario_free(scenario);

    write_file("t.csv", "t\n2023-11-16 18:17:03.9799600\n2023-11-16T18:17:04.0319600Z\n");
    scenario = read_good(TRACE(""));
    t = &scenario->setting.traffic;
    assert_true(t->trace_us[1] == 52000.0 && t->span_us == 104000.0);
    assert_true(t->repeats && !t->has_fixed_start && t->scale == 1.0 && t->service_us == NULL);
    scenario_free(scenario);

    write_file("t.csv", "t\n500\n1500\n");
    scenario = read_good(TRACE(", \"unit\": \"ms\""));
    assert_true(scenario->setting.traffic.trace_us[1] == 1e6);
    scenario_free(scenario);
}

static void a_trace_may_bring_the_service_times(void **state)
{
    (void)state;
    write_file("t.csv", "t,s\n1,0.5\n2,0.25\n");
    struct scenario *scenario =
        read_good(TRACE(", \"unit\": \"s\", \"service_column\": \"s\"") " ;; delete versions.v1.service_time");
    assert_null(scenario->setting.versions[0].service.kind);
    assert_true(scenario->setting.traffic.service_us[1] == 250e3);
    scenario_free(scenario);
}

static void mistakes_in_traces_have_lines(void **state)
{
    (void)state;
    write_file("t.csv", "t\n1\nx\n3\n");
    expect_error(TRACE(", \"unit\": \"s\""), "/t.csv", 3, "", "column \"t\" must be a number, got \"x\"");
    expect_error(TRACE(""), "/t.csv", 2, "", "column \"t\" must be an ISO 8601 time, got \"1\"");
    expect_error(TRACE(", \"unit\": \"s\", \"minus_column\": \"tt\""), "/t.csv", 1, "",
                 "has no column \"tt\": did you mean \"t\"?");
    write_file("t.csv", "t,s\n1,2\n2,-1\n");
    expect_error(TRACE(", \"unit\": \"s\", \"service_column\": \"s\""), "/t.csv", 3, "",
                 "must be a number of at least 0");
    expect_error(TRACE(", \"unit\": \"s\", \"start_s\": 2"), "/s.json", 0, "traffic.start_s",
                 "must lie inside the trace, which is 2 s long");
    write_file("t.csv", "t\n1\n");
    expect_error(TRACE(", \"unit\": \"s\""), "/t.csv", 0, "", "has 1 arrivals, too few");
    write_file("t.csv", "t\n1\n1\n");
    expect_error(TRACE(", \"unit\": \"s\""), "/t.csv", 0, "", "at one instant");
}

static void a_column_may_be_a_distribution(void **state)
{
    (void)state;
    write_file("t.csv", "kind,t,n\na,3,1\nb,9,1\na,1,1.0\na,2,2\n");
    struct scenario *scenario = read_good(
        "set launch {\"distribution\": \"empirical\", \"file\": \"t.csv\", \"column\": \"t\", \"where\": {\"kind\": \"a\", \"n\": 1}}");
    const struct draw *d = &scenario->setting.launch.time;
    assert_int_equal(d->value_count, 2);
    assert_true(d->values[0] == 1e6 && d->values[1] == 3e6);
    scenario_free(scenario);
    scenario = read_good(
        "set versions.v1.service_time {\"distribution\": \"empirical\", \"file\": \"t.csv\", \"column\": \"t\", \"unit\": \"s\"}");
    assert_true(scenario->setting.versions[0].service.values[3] == 9e6);
    scenario_free(scenario);
    expect_error(
        "set launch {\"distribution\": \"empirical\", \"file\": \"t.csv\", \"column\": \"t\", \"where\": {\"kind\": \"c\"}}",
        "/s.json", 0, "launch.file", "has no such row");
}

/* ---- recorded data ---- */

static void recorded_data_is_read(void **state)
{
    (void)state;
    if (shared_data() == NULL) {
        print_message("BAKEOFF_SHARED_DATA is not set\n");
        skip();
    }
    char changes[1024];
    snprintf(
        changes, sizeof changes,
        "set traffic {\"process\": \"trace\", \"file\": \"%s/arrivals/azure_llm_2023_code.csv\", \"column\": \"TIMESTAMP\"}",
        shared_data());
    struct scenario *scenario = read_good(changes);
    const struct traffic_config *t = &scenario->setting.traffic;
    assert_int_equal(t->trace_count, 8819);
    assert_true(fabs(t->span_us / 60e6 - 57.0) < 1.0);
    assert_true(fabs(traffic_mean_rps(t) - 2.57) < 0.01);
    scenario_free(scenario);

    snprintf(
        changes, sizeof changes,
        "set traffic {\"process\": \"trace\", \"file\": \"%s/arrivals/azure_functions_2021_sample200.csv\", "
        "\"column\": \"end_timestamp\", \"unit\": \"s\", \"minus_column\": \"duration\", \"service_column\": \"duration\"}",
        shared_data());
    scenario = read_good(changes);
    t = &scenario->setting.traffic;
    assert_int_equal(t->trace_count, 199);
    assert_true(t->trace_us[0] == 0.0 && t->service_us != NULL);
    for (size_t i = 1; i < t->trace_count; i++)
        assert_true(t->trace_us[i - 1] <= t->trace_us[i]);
    scenario_free(scenario);

    snprintf(
        changes, sizeof changes,
        "set launch {\"distribution\": \"empirical\", \"file\": \"%s/provisioning/sagemaker_endpoint_creation_times.csv\", "
        "\"column\": \"duration_s\", \"where\": {\"kind\": \"endpoint\"}, \"per\": \"fleet\"}",
        shared_data());
    scenario = read_good(changes);
    assert_int_equal(scenario->setting.launch.time.value_count, 309);
    assert_true(fabs(draw_quantile(&scenario->setting.launch.time, 0.5) - 330e6) < 1e6);
    scenario_free(scenario);
}

/* ---- tables ---- */

/* Every key that a traffic process takes has its type and bounds. */
static void every_traffic_key_has_a_row(void **state)
{
    (void)state;
    for (int p = 0; p < TRAFFIC_PROCESSES; p++)
        for (size_t i = 0; i < TRAFFIC_PARAMS && traffic_kinds[p].params[i].key != NULL; i++) {
            bool is_known = false;
            for (size_t k = 0; k < arrivals_table.count; k++)
                is_known |= strcmp(arrivals_table.keys[k].name, traffic_kinds[p].params[i].key) == 0;
            if (!is_known)
                fail_msg("%s: %s", traffic_kinds[p].name, traffic_kinds[p].params[i].key);
        }
}

static void all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    struct scenario *scenario =
        read_changed("set seed -1 ;; set endpoint.workers_per_instance 0 ;; set slo.latency 5 ;; "
                     "set alarms[0].Period 45 ;; set gates[0].statistic \"p90\" ;; set current \"v9\"",
                     &list);
    assert_null(scenario);
    assert_int_equal(diagnostics_errors(&list), 6);
    for (size_t i = 1; i < list.count; i++)
        assert_true(list.items[i - 1].byte <= list.items[i].byte);
    diagnostics_free(&list);
}

static void shipped_scenarios_are_good(void **state)
{
    (void)state;
    static const char *const names[] = {"four-modes", "notebook-canary", "notebook-linear", "notebook-rolling"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[512];
        snprintf(path, sizeof path, "scenarios/%s.json", names[i]);
        struct diagnostics list = {0};
        struct scenario *scenario = scenario_read(path, &list);
        if (scenario == NULL)
            diagnostics_print(&list, stderr, false);
        assert_non_null(scenario);
        assert_string_equal(scenario->name, names[i]);
        scenario_free(scenario);
        diagnostics_free(&list);
    }
}

static void one_alarm_is_read_alone(void **state)
{
    (void)state;
    struct diagnostics list = {0};
    struct alarm_file *file = alarm_file_read(write_file("a.json", alarms_json), &list);
    assert_non_null(file);
    assert_string_equal(file->alarm.name, "errors");
    assert_true(file->alarm.threshold == 5.0);
    alarm_file_free(file);
    assert_null(alarm_file_read(write_file("a.json", "[]"), &list));
    assert_string_equal(list.items[0].message, "must hold one alarm, got 0");
    diagnostics_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_fills_its_field),
        cmocka_unit_test(every_modelling_key_fills_its_field),
        cmocka_unit_test(defaults_are_what_their_rows_say),
        cmocka_unit_test(what_is_absent_has_a_default),
        cmocka_unit_test(likeness_is_a_shallow_copy),
        cmocka_unit_test(likeness_goes_forward_and_in_chains),
        cmocka_unit_test(alarms_and_policies_are_translated),
        cmocka_unit_test(a_rolling_policy_is_translated),
        cmocka_unit_test(sizes_are_judged_as_shares_of_the_fleet),
        cmocka_unit_test(the_warmup_holds_the_longest_range),
        cmocka_unit_test(a_new_version_has_its_own_config_name),
        cmocka_unit_test(only_listed_alarms_are_kept),
        cmocka_unit_test(a_metric_of_another_service_is_not_run),
        cmocka_unit_test(policies_and_alarms_come_from_files),
        cmocka_unit_test(mistakes_in_files_are_told_there),
        cmocka_unit_test(the_hash_covers_included_files_in_order),
        cmocka_unit_test(traces_are_sorted_and_begin_at_zero),
        cmocka_unit_test(a_trace_may_bring_the_service_times),
        cmocka_unit_test(mistakes_in_traces_have_lines),
        cmocka_unit_test(a_column_may_be_a_distribution),
        cmocka_unit_test(recorded_data_is_read),
        cmocka_unit_test(every_traffic_key_has_a_row),
        cmocka_unit_test(all_mistakes_are_told_at_once),
        cmocka_unit_test(shipped_scenarios_are_good),
        cmocka_unit_test(one_alarm_is_read_alone),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

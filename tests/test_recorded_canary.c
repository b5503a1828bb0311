/* A canary that rolled back on a live account on 2023-04-12, rebuilt by scenarios/recorded-canary.json and compared
 * figure by figure: each recorded one must lie between the 2.5 % and the 97.5 % quantile of the simulated ones.
 *
 * Recorded: OneNishitRathod/Enhancing-SageMaker-Inference-Endpoints-on-Machine-Learning-Pipeline@b5093df (MIT), printed
 * outputs and plots of its canary notebook. Its requests left one mark each, '.' answered or 'E' failed, so the
 * simulated requests are brought into the same form and both are measured by the same function. */
#include "tests/evidence.h"
#include "tests/real.h"

#include "models/shift.h"
#include "sim/estimate.h"
#include "sim/streams.h"

#include <inttypes.h>

#define RECORDING "runs/real_canary_rollback_2023-04-12.json"
#define SHIPPED "scenarios/recorded-canary.json"
#define DOCUMENT "docs/recorded-canary.md"

enum { POLICY, BAD_VERSION = 1 }; /* of the shipped scenario */

/* ---- what is compared ---- */

enum seen {
    FIRST_GREEN,  /* s from the call to the first answer of the new version */
    MIXED,        /* s in which both versions answer */
    FULL_GREEN,   /* s of failures without a break before the last one; absent where traffic never was all green */
    FAILED_SHARE, /* of the requests in the mixed phase that failed */
    BUCKET_TO_IN, /* s from the end of the minute that tripped to InService */
    IN_TO_LAST,   /* s from InService to the last answer of the new version */
    FAILED,       /* requests */
    SEEN
};
static const struct {
    const char *what, *unit;
} seen_rows[SEEN] = {
    [FIRST_GREEN] = {"call to the first response of the new version", "s"},
    [MIXED] = {"mixed phase", "s"},
    [FULL_GREEN] = {"full-green phase to the last request of the new version", "s"},
    [FAILED_SHARE] = {"share of failures in the mixed phase", ""},
    [BUCKET_TO_IN] = {"end of the tripping minute to InService", "s"},
    [IN_TO_LAST] = {"InService to the last request of the new version", "s"},
    [FAILED] = {"failed requests", ""},
};

/* Phases of a row of marks, one a request: where the new version begins, where the old one last answers, where the new
 * one ends. */
struct marks {
    size_t first, all_green, end; /* [first, all_green) mixed, [all_green, end) failures without a break */
    size_t failed, failed_mixed;
};

static struct marks marks_of(const char *marks, size_t count)
{
    struct marks m = {0};
    while (m.first < count && marks[m.first] != 'E')
        m.first++;
    for (size_t i = m.first; i < count; i++)
        if (marks[i] == 'E') {
            m.end = i + 1;
            m.failed++;
        }
    for (m.all_green = m.end; m.all_green > m.first && marks[m.all_green - 1] == 'E';)
        m.all_green--;
    m.failed_mixed = m.failed - (m.end - m.all_green);
    return m;
}

static void seen_from_marks(const struct marks *m, double gap_s, double seen[SEEN])
{
    seen[MIXED] = (double)(m->all_green - m->first) * gap_s;
    seen[FULL_GREEN] = (double)(m->end - m->all_green) * gap_s;
    seen[FAILED_SHARE] = (double)m->failed_mixed / (double)(m->all_green - m->first);
    seen[FAILED] = (double)m->failed;
}

/* ---- the recording ---- */

static const struct json *recording(void)
{
    return real_json(real_path(RECORDING));
}

static void read_seen(double gap_s, double seen[SEEN])
{
    const struct json *run = real_member(recording(), "run_A_rollback", NULL);
    const struct json *derived = real_member(run, "derived", NULL);
    const char *marks = json_text(real_member(run, "outcomes", NULL));
    struct marks m = marks_of(marks, strlen(marks));
    seen_from_marks(&m, gap_s, seen);
    seen[FIRST_GREEN] = json_number(real_member(derived, "call_to_first_green_s", NULL));
    seen[BUCKET_TO_IN] = json_number(real_member(derived, "alarm_datapoint_period_end_to_InService_s", NULL));
    seen[IN_TO_LAST] = json_number(real_member(derived, "InService_to_last_green_error_s", NULL));
    /* What the marks say is what was derived from them by others. */
    assert_int_equal(m.failed, json_number(real_member(derived, "total_errors_before_safe", NULL)));
    check_close("mixed phase", seen[MIXED], json_number(real_member(derived, "mixed_phase_s", NULL)), 0.01);
    check_close("full-green phase", seen[FULL_GREEN], json_number(real_member(derived, "all_green_s", NULL)), 0.01);
    check_close("share", seen[FAILED_SHARE], json_number(real_member(derived, "error_share_mixed", NULL)), 0.001);
}

/* ---- one simulated run, as the notebook would have seen it ---- */

/* Instances of the new version with traffic at `at`. */
static int green_on_at(const struct journal *journal, double at)
{
    int green_on = 0;
    for (size_t i = 0; i < journal->count && (double)journal->records[i].at <= at; i++)
        if (journal->records[i].kind == JOURNAL_SETTLED)
            green_on = journal->records[i].green_on;
    return green_on;
}

static double journal_at(const struct journal *journal, enum journal_kind kind)
{
    double at = NAN;
    for (size_t i = 0; i < journal->count; i++)
        if (journal->records[i].kind == kind)
            at = (double)journal->records[i].at;
    return at;
}

/* One mark a request from the call on, by the rule alone: request i goes to slot floor(u_i N), and the new version has
 * the highest slots. Checked against what the ledger and the journal say. */
enum { MARKS = 4000 };
static struct marks replay(const struct setting *setting, uint64_t replication, const struct journal *journal,
                           const struct outcome *outcome)
{
    double gap = 1e6 / setting->traffic.rate_rps, warmup = (double)setting->warmup_us;
    double last = journal_at(journal, JOURNAL_LAST_EXPOSED), first_bad = journal_at(journal, JOURNAL_FIRST_BAD);
    double first = -warmup + fmod(last + warmup, gap); /* the first arrival of all */
    struct stream routing = streams_open(setting->seed, replication, STREAM_ROUTING, 0);
    int n = setting->endpoint.instance_count;
    char text[MARKS];
    size_t count = 0;
    double first_green = NAN;
    for (double i = 0.0; count < MARKS; i++) {
        double at = first + i * gap, u = stream_uniform(&routing);
        if (at < 0.0)
            continue;
        if (at > last + 60e6)
            break;
        bool is_green = (int)(u * n) >= n - green_on_at(journal, at);
        if (is_green && isnan(first_green))
            first_green = at;
        text[count++] = is_green ? 'E' : '.';
    }
    struct marks m = marks_of(text, count);
    assert_true((double)m.failed == outcome->exposed_requests);
    assert_true((double)m.failed == outcome->failed_requests);
    assert_true(first_bad >= first_green && first_bad < first_green + 1e6);
    return m;
}

/* End of the minute by which the alarm went off that the trip saw. */
static double tripping_minute_end(const struct journal *journal, double trip)
{
    double end = NAN;
    for (size_t i = 0; i < journal->count && (double)journal->records[i].at <= trip; i++) {
        const struct journal_record *record = &journal->records[i];
        if (record->kind != JOURNAL_EVALUATION || record->before == ALARM_ALARM || record->verdict.state != ALARM_ALARM)
            continue;
        for (int j = record->range_count - 1; j >= 0; j--) {
            const struct datapoint *point = &journal->points[record->range_start + (size_t)j];
            if (point->present) /* newest first: the last one met is the newest */
                end = (double)(point->at + US_PER_MINUTE);
        }
    }
    return end;
}

static bool ever_red(const struct setting *setting, const struct journal *journal, enum metric_id metric)
{
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_record *record = &journal->records[i];
        if (record->kind == JOURNAL_EVALUATION && setting->alarms[record->alarm].metric == metric &&
            record->verdict.state == ALARM_ALARM)
            return true;
    }
    return false;
}

static void see(const struct setting *setting, uint64_t replication, double seen[SEEN])
{
    struct journal journal = {0};
    struct outcome outcome;
    assert_int_equal(world_tell(setting, replication, POLICY, BAD_VERSION, &outcome, &journal), 0);
    assert_true(ever_red(setting, &journal, METRIC_MODEL_LATENCY));
    assert_false(ever_red(setting, &journal, METRIC_5XX_ERRORS));
    double trip = journal_at(&journal, JOURNAL_TRIP);
    struct marks m = replay(setting, replication, &journal, &outcome);
    seen_from_marks(&m, 1.0 / setting->traffic.rate_rps, seen);
    if (outcome.max_green_share < 1.0)
        seen[FULL_GREEN] = NAN;
    seen[FIRST_GREEN] = outcome.first_bad_s;
    seen[BUCKET_TO_IN] = (trip - tripping_minute_end(&journal, trip)) / 1e6;
    seen[IN_TO_LAST] = outcome.last_exposed_s - outcome.deployment_s;
    journal_free(&journal);
}

/* ---- many simulated runs ---- */

struct canary_runs {
    uint64_t replications, final, earlier; /* rolled back in the final bake; before it */
    double recorded[SEEN];
    double *values[SEEN]; /* of those in the final bake, sorted; counts[] of them present */
    size_t counts[SEEN];
};

static struct canary_runs compare(const struct setting *setting, uint64_t replications)
{
    struct canary_runs c = {.replications = replications};
    read_seen(1.0 / setting->traffic.rate_rps, c.recorded);
    for (int s = 0; s < SEEN; s++)
        c.values[s] = arena_array(real_arena(), replications, sizeof **c.values);
    struct replicate_result result = real_run(setting, replications);
    size_t trial = real_trial(setting, &result, "canary-1-of-3", "incompatible");
    for (uint64_t r = 0; r < replications; r++) {
        const struct outcome *outcome = real_row(&result, r, trial);
        bool is_final = outcome->trip_phase == PHASE_FINAL_BAKE;
        c.earlier += outcome->kind == OUTCOME_ROLLED_BACK && !is_final;
        if (outcome->kind != OUTCOME_ROLLED_BACK || !is_final)
            continue;
        double seen[SEEN];
        see(setting, r, seen);
        for (int s = 0; s < SEEN; s++)
            c.values[s][c.final] = seen[s];
        c.final++;
    }
    for (int s = 0; s < SEEN; s++)
        c.counts[s] = estimate_sort(c.values[s], c.final);
    return c;
}

/* Where the recorded figure lies among the simulated ones, from 0 to 1; ties count half. */
static double place_of(const struct canary_runs *c, int s)
{
    double below = 0.0;
    for (size_t i = 0; i < c->counts[s]; i++)
        below += c->values[s][i] < c->recorded[s] ? 1.0 : c->values[s][i] == c->recorded[s] ? 0.5 : 0.0;
    return below / (double)c->counts[s];
}

static double quantile_of(const struct canary_runs *c, int s, double q)
{
    return estimate_quantile(c->values[s], c->counts[s], q);
}

/* ---- the laws, fitted ---- */

static double seconds_of(const struct json *clock)
{
    int hours, minutes;
    double seconds;
    assert_int_equal(sscanf(json_text(clock), "%d:%d:%lf", &hours, &minutes, &seconds), 3);
    return hours * 3600.0 + minutes * 60.0 + seconds;
}

static bool is_minute(const struct json *clock, const char *minute)
{
    return strncmp(json_text(clock), minute, 5) == 0;
}

/* One minute: its mean latency, its requests, how many instances of the new version answered for the first time. */
struct minute {
    double mean_us, requests, fresh;
    int run;
};

enum { RUN_A, RUN_B, RUNS, MAX_MINUTES = 64 };
struct law {
    double mean_us[RUNS], sd_us;         /* of one request */
    double cold_us, cold_standard_error; /* what the first request of an instance takes more */
};

static size_t read_minutes(struct minute minutes[MAX_MINUTES])
{
    static const struct {
        const char *name, *call, *full;
    } runs[RUNS] = {{"run_A_rollback", "update_call_date", "all_green_phase_about"},
                    {"run_B_success", "update_call_date", "last_blue_response_about"}};
    const struct json *root = recording();
    size_t count = 0;
    for (const struct json *mean = real_member(root, "model_latency_us_average", NULL)->child; mean;
         mean = mean->next) {
        struct minute m = {.mean_us = json_number(mean), .run = -1};
        for (int r = 0; r < RUNS; r++) {
            const struct json *run = real_member(root, runs[r].name, NULL);
            const struct json *full = real_member(run, runs[r].full, NULL);
            const char *call = json_text(real_member(run, runs[r].call, NULL));
            if (strncmp(json_name(mean), call, 5) < 0)
                break;
            m.run = r;
            m.fresh = is_minute(real_member(run, "first_green_response_about", NULL), json_name(mean));
            if (is_minute(json_is_list(full) ? full->child : full, json_name(mean)))
                m.fresh += 2;
        }
        for (const struct json *row = real_member(root, "invocations_per_minute_sum", NULL)->child; row;
             row = row->next)
            if (is_minute(real_member(row, "minute", NULL), json_name(mean)))
                m.requests = json_number(real_member(row, "all", NULL));
        if (m.run < 0)
            continue; /* before the update */
        assert_true(m.requests > 0.0 && count < MAX_MINUTES);
        minutes[count++] = m;
    }
    return count;
}

/* A minute's mean over n requests varies by sd^2 / n, and an instance that answers for the first time adds cold_us / n:
 * weighted least squares, a level for each run. `with_cold` false: the levels alone. */
static struct law fit_latency(const struct minute *minutes, size_t count, bool with_cold)
{
    double n[RUNS] = {0}, x_mean[RUNS] = {0}, y_mean[RUNS] = {0}, xx = 0.0, xy = 0.0, rest = 0.0;
    for (size_t i = 0; i < count; i++) {
        const struct minute *m = &minutes[i];
        n[m->run] += m->requests;
        x_mean[m->run] += m->fresh;
        y_mean[m->run] += m->requests * m->mean_us;
    }
    int levels = 0;
    for (int r = 0; r < RUNS; r++) {
        levels += n[r] > 0.0;
        x_mean[r] /= n[r];
        y_mean[r] /= n[r];
    }
    for (size_t i = 0; i < count && with_cold; i++) {
        const struct minute *m = &minutes[i];
        double x = m->fresh / m->requests - x_mean[m->run];
        xx += m->requests * x * x;
        xy += m->requests * x * (m->mean_us - y_mean[m->run]);
    }
    struct law law = {.cold_us = with_cold ? xy / xx : 0.0};
    for (int r = 0; r < RUNS; r++)
        law.mean_us[r] = y_mean[r] - law.cold_us * x_mean[r];
    for (size_t i = 0; i < count; i++) {
        const struct minute *m = &minutes[i];
        double residue = m->mean_us - law.mean_us[m->run] - law.cold_us * m->fresh / m->requests;
        rest += m->requests * residue * residue;
    }
    law.sd_us = sqrt(rest / ((double)count - levels - with_cold));
    law.cold_standard_error = with_cold ? law.sd_us / sqrt(xx) : NAN;
    return law;
}

static double sigma_of(double mean, double sd)
{
    return sqrt(log1p(sd * sd / (mean * mean)));
}

static double median_of(double mean, double sd)
{
    return mean * exp(-0.5 * sigma_of(mean, sd) * sigma_of(mean, sd));
}

static double sigma_of_law(const struct draw *law)
{
    return log(draw_quantile(law, 0.95) / draw_quantile(law, 0.5)) / 1.6448536269514722;
}

static struct draw lognormal(double median_us, double sigma)
{
    struct draw law;
    double given[DRAW_PARAMS] = {median_us, NAN, NAN, sigma};
    assert_null(draw_resolve(&law, draw_find("lognormal"), given));
    return law;
}

static struct law law_of_run_a_alone(void)
{
    struct minute minutes[MAX_MINUTES];
    size_t count = read_minutes(minutes), kept = 0;
    for (size_t i = 0; i < count; i++)
        if (minutes[i].run == RUN_A)
            minutes[kept++] = minutes[i];
    return fit_latency(minutes, kept, false);
}

static struct law law_of_both(void)
{
    struct minute minutes[MAX_MINUTES];
    return fit_latency(minutes, read_minutes(minutes), true);
}

/* Every launch that the account timed: two creations, an update without guardrails, and the second canary from its start
 * to its final bake less the canary's wait. The first canary is what we want to predict and stays out. */
enum { LAUNCHES = 4 };
static void read_launches(double seconds[LAUNCHES])
{
    const struct json *root = recording(), *run = real_member(root, "run_B_success", NULL);
    const struct json *others = real_member(root, "other_updates_same_day", NULL);
    seconds[0] = json_number(real_member(root, "create_endpoint", "seconds", NULL));
    seconds[1] = json_number(real_member(others->child, "seconds", NULL));
    seconds[2] = json_number(real_member(others->child->next, "seconds", NULL));
    seconds[3] = seconds_of(real_member(run, "full_shift_termination_bake_start", NULL)) -
                 seconds_of(real_member(run, "pending_deployment_start", NULL)) - 300.0;
}

static struct moments log_launches(void)
{
    double seconds[LAUNCHES];
    read_launches(seconds);
    for (int i = 0; i < LAUNCHES; i++)
        seconds[i] = log(seconds[i]);
    return moments_of(seconds, LAUNCHES);
}

/* Of the next launch: what the median itself is uncertain by counts too. */
static double launch_sigma(const struct moments *logs)
{
    return moments_sd(logs) * sqrt(1.0 + 1.0 / (double)logs->n);
}

static const struct version_config *bad_version(const struct setting *setting)
{
    return &setting->versions[BAD_VERSION];
}

/* The shipped setting with another latency law in both versions. cold_us 0: no cold start. */
struct variant {
    struct setting setting;
    struct version_config versions[2];
    struct defect cold;
};

static void variant_init(struct variant *variant, const struct setting *shipped, double mean_us, double sd_us,
                         double cold_us)
{
    *variant = (struct variant){.setting = *shipped};
    assert_int_equal(shipped->version_count, 2);
    for (int v = 0; v < 2; v++) {
        variant->versions[v] = shipped->versions[v];
        variant->versions[v].service = lognormal(median_of(mean_us, sd_us), sigma_of(mean_us, sd_us));
    }
    struct version_config *bad = &variant->versions[BAD_VERSION];
    variant->cold = bad->defects[0];
    variant->cold.factor = 1.0 + cold_us / mean_us;
    bad->defects = &variant->cold;
    bad->defect_count = cold_us > 0.0;
    variant->setting.versions = variant->versions;
}

/* ---- tests ---- */

static const struct setting *shipped(void)
{
    return &real_scenario(SHIPPED)->setting;
}

static void test_scenario_is_the_recorded_one(void **state)
{
    (void)state;
    const struct json *root = recording();
    const struct setting *setting = shipped();
    const struct deployment_config *policy = &setting->policies[POLICY].config;
    const struct json *update = real_member(root, "deployment_config", "BlueGreenUpdatePolicy", NULL);
    const struct json *routing = real_member(update, "TrafficRoutingConfiguration", NULL);
    assert_int_equal(setting->endpoint.instance_count, 3);
    assert_int_equal(setting->traffic.process, TRAFFIC_REGULAR);
    check_close("requests a minute", setting->traffic.rate_rps * 60.0, 59.0, 1e-6);
    assert_string_equal(json_text(real_member(routing, "Type", NULL)), "CANARY");
    assert_int_equal(policy->mode, SHIFT_CANARY);
    assert_int_equal(policy->canary.type, CAPACITY_INSTANCE_COUNT);
    assert_true(policy->canary.value == json_number(real_member(routing, "CanarySize", "Value", NULL)));
    assert_true(policy->wait_interval_s == json_number(real_member(routing, "WaitIntervalInSeconds", NULL)));
    assert_true(policy->termination_wait_s == json_number(real_member(update, "TerminationWaitInSeconds", NULL)));
    assert_true(policy->maximum_execution_s ==
                json_number(real_member(update, "MaximumExecutionTimeoutInSeconds", NULL)));
    const struct json *alarms = real_member(root, "alarms", NULL);
    assert_int_equal(setting->alarm_count, json_count(alarms));
    size_t i = 0;
    for (const struct json *recorded = alarms->child; recorded != NULL; recorded = recorded->next, i++) {
        const struct alarm_config *alarm = &setting->alarms[i];
        assert_string_equal(alarm->metric_name, json_text(real_member(recorded, "MetricName", NULL)));
        assert_true(alarm->threshold == json_number(real_member(recorded, "Threshold", NULL)));
        assert_true(alarm->period_s == json_number(real_member(recorded, "Period", NULL)));
        assert_true(alarm->evaluation_periods == json_number(real_member(recorded, "EvaluationPeriods", NULL)));
        assert_int_equal(alarm->statistic.kind, STATISTIC_AVERAGE);
        assert_int_equal(alarm->comparison, COMPARE_GREATER_OR_EQUAL);
        assert_int_equal(alarm->missing, MISSING_NOT_BREACHING);
        assert_null(alarm->endpoint_config_name); /* both fleets */
    }
    assert_true(bad_version(setting)->error_4xx_fraction == 1.0);
    assert_true(bad_version(setting)->error_5xx_fraction == 0.0);
}

static void test_latency_law_fits(void **state)
{
    (void)state;
    struct law law = law_of_both();
    const struct setting *setting = shipped();
    const struct version_config *bad = bad_version(setting);
    for (size_t v = 0; v < setting->version_count; v++) {
        const struct draw *service = &setting->versions[v].service;
        check_close("median", draw_quantile(service, 0.5), median_of(law.mean_us[RUN_A], law.sd_us), 0.005);
        check_close("sigma", sigma_of_law(service), sigma_of(law.mean_us[RUN_A], law.sd_us), 0.005);
    }
    assert_int_equal(bad->defect_count, 1);
    assert_int_equal(bad->defects[0].kind, DEFECT_COLD_START);
    assert_true(bad->defects[0].requests == 1.0);
    check_close("factor", bad->defects[0].factor, 1.0 + law.cold_us / law.mean_us[RUN_A], 0.005);
    /* The cold start is no whim of the fit. */
    assert_true(law.cold_us > 4.0 * law.cold_standard_error);
}

static void test_launch_law_fits(void **state)
{
    (void)state;
    struct moments logs = log_launches();
    const struct launch_config *launch = &shipped()->launch;
    assert_true(launch->per_fleet);
    check_close("median", draw_quantile(&launch->time, 0.5), exp(logs.mean) * 1e6, 0.005);
    check_close("sigma", sigma_of_law(&launch->time), launch_sigma(&logs), 0.02);
}

static void test_rollback_lies_inside(void **state)
{
    (void)state;
    struct canary_runs c = compare(shipped(), at_length(1000, 20000));
    print_message("%" PRIu64 " of %" PRIu64 " rolled back in the final bake\n", c.final, c.replications);
    assert_true(c.final >= 100);
    for (int s = 0; s < SEEN; s++) {
        double place = place_of(&c, s);
        print_message("%s: recorded %.4g, at %.3f of %.4g to %.4g\n", seen_rows[s].what, c.recorded[s], place,
                      quantile_of(&c, s, 0.025), quantile_of(&c, s, 0.975));
        if (!(place >= 0.025 && place <= 0.975))
            fail_msg("%s: the recorded %g lies at %.4f of the simulated distribution", seen_rows[s].what, c.recorded[s],
                     place);
    }
    double share = moments_of(c.values[FAILED_SHARE], c.final).mean;
    check_close("mean share of the canary", share, 1.0 / 3.0, 0.03);
}

/* The second update of that day went through: the same law at the second run's level must let it. */
static double share_without_trip(const struct setting *shipped_setting, const struct law *law, uint64_t replications)
{
    struct variant calm;
    variant_init(&calm, shipped_setting, law->mean_us[RUN_B], law->sd_us, law->cold_us);
    struct replicate_result result = real_run(&calm.setting, replications);
    size_t trial = real_trial(&calm.setting, &result, "canary-1-of-3", "incompatible");
    double through = 0.0;
    for (uint64_t r = 0; r < replications; r++)
        through += real_row(&result, r, trial)->kind == OUTCOME_SUCCEEDED;
    return through / (double)replications;
}

static void test_second_update_goes_through(void **state)
{
    (void)state;
    struct law law = law_of_both();
    double share = share_without_trip(shipped(), &law, at_length(500, 5000));
    print_message("at the second run's level %.3f go through\n", share);
    assert_true(share >= 0.025);
}

/* ---- the page ---- */

enum { PAGE_REPLICATIONS = 1000 };

/* To be printed with so many digits: never "-0". */
static double rounded(double value, int digits)
{
    double unit = pow(10.0, digits);
    return round(value * unit) / unit + 0.0;
}

static void write_table(FILE *out, const struct canary_runs *c)
{
    fprintf(out, "| figure | recorded | simulated median | 2.5 %% | 97.5 %% | width | recorded lies at |\n"
                 "|---|---:|---:|---:|---:|---:|---:|\n");
    for (int s = 0; s < SEEN; s++) {
        int digits = s == FAILED_SHARE ? 3 : 0;
        double low = rounded(quantile_of(c, s, 0.025), digits), high = rounded(quantile_of(c, s, 0.975), digits);
        fprintf(out, "| %s%s%s | %.*f | %.*f | %.*f | %.*f | %.*f | %.1f %% |\n", seen_rows[s].what,
                *seen_rows[s].unit ? ", " : "", seen_rows[s].unit, digits, c->recorded[s], digits,
                quantile_of(c, s, 0.5), digits, low, digits, high, digits, high - low, 100.0 * place_of(c, s));
    }
}

static void write_chances(FILE *out, const struct canary_runs *c)
{
    double n = (double)c->replications;
    fprintf(out,
            "Of %" PRIu64 " simulated updates %.1f %% were rolled back in the final bake, as the recorded one was, and "
            "%.1f %% before it.\n\n",
            c->replications, 100.0 * (double)c->final / n, 100.0 * (double)c->earlier / n);
}

static void write_numbers(FILE *out)
{
    const struct setting *setting = shipped();
    struct law law = law_of_both(), plain = law_of_run_a_alone();
    struct moments logs = log_launches();
    struct canary_runs c = compare(setting, PAGE_REPLICATIONS);
    fprintf(out, "Launch: median %.1f s, sigma %.3f. Latency: mean %.0f us, standard deviation %.0f us;\n",
            exp(logs.mean), launch_sigma(&logs), law.mean_us[RUN_A], law.sd_us);
    fprintf(out, "the first request of an instance takes %.1f ms more (standard error %.1f ms).\n\n", law.cold_us / 1e3,
            law.cold_standard_error / 1e3);
    write_chances(out, &c);
    write_table(out, &c);
    fprintf(out, "\nAt the level of the second update (mean %.0f us) %.1f %% go through; the recorded one did.\n",
            law.mean_us[RUN_B], 100.0 * share_without_trip(setting, &law, PAGE_REPLICATIONS));
    struct variant variant;
    variant_init(&variant, setting, plain.mean_us[RUN_A], plain.sd_us, 0.0);
    c = compare(&variant.setting, PAGE_REPLICATIONS);
    fprintf(out,
            "\nWithout a cold start (mean %.0f us, standard deviation %.0f us, all of the first run's variance taken\n"
            "for chance) the same comparison gives:\n\n",
            plain.mean_us[RUN_A], plain.sd_us);
    write_chances(out, &c);
    write_table(out, &c);
}

static void test_page_is_current(void **state)
{
    (void)state;
    char *numbers;
    size_t size;
    FILE *out = open_memstream(&numbers, &size);
    write_numbers(out);
    assert_int_equal(fclose(out), 0);
    evidence_page(DOCUMENT, "numbers", numbers);
    free(numbers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_scenario_is_the_recorded_one, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_latency_law_fits, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_launch_law_fits, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_rollback_lies_inside, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_second_update_goes_through, real_setup, real_teardown),
        cmocka_unit_test_setup_teardown(test_page_is_current, real_setup, real_teardown),
    };
    return real_is_missing() ? REAL_SKIPPED : cmocka_run_group_tests(tests, NULL, NULL);
}

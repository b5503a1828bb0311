/* Rows of the ledger worked out by hand (tests/tables/ledger_rows.txt), every column of them, and the words for why. */
#include "tests/support.h"

#include "sim/streams.h"

enum { WARMUP = 900, WINDOW = 1800, MAX_SPANS = 8, LINE = 512 };

/* Arrivals in [from, until): the new version has the top k slots. */
struct span {
    int k;
    double from, until;
};

struct row {
    char name[64];
    struct fixture fixture;
    bool is_slow; /* the new version is slow instead of failing */
    int green;    /* instances of the new version */
    /* Expected. */
    char outcome[32], phase[32], cause[16];
    double alarms, figures[32]; /* as in figures[], NAN where absent */
    bool given[32];
    struct span spans[MAX_SPANS];
    int span_count;
};

/* ---- reading a block ---- */

static double number(const char *text)
{
    char *rest;
    if (strcmp(text, "-") == 0)
        return NAN;
    double value = strtod(text, &rest);
    if (*rest == '/')
        return value / strtod(rest + 1, NULL);
    assert_true(rest != text && *rest == '\0');
    return value;
}

static void read_spans(struct row *row, char *text)
{
    if (strcmp(text, "-") == 0)
        return;
    for (char *span; (span = strsep(&text, ",")) != NULL;) {
        struct span *s = &row->spans[row->span_count++];
        assert_true(row->span_count <= MAX_SPANS);
        assert_int_equal(sscanf(span, "%d:%lf-%lf", &s->k, &s->from, &s->until), 3);
    }
}

static void set_new_version(struct row *row, const char *what)
{
    struct version_config *new = &row->fixture.versions[NEW];
    if (strcmp(what, "slow") == 0) {
        row->is_slow = true;
        new->error_5xx_fraction = 0.0;
        row->fixture.setting.slo_latency_us = 250e3;
        row->fixture.alarms[0].metric = METRIC_MODEL_LATENCY;
        row->fixture.alarms[0].statistic.kind = STATISTIC_AVERAGE;
        fixture_defect(&row->fixture, NEW, DEFECT_LATENCY)->factor = 3.0;
    } else {
        assert_string_equal(what, "no-launch");
        fixture_defect(&row->fixture, NEW, DEFECT_NO_LAUNCH);
    }
}

static void set(struct row *row, const char *key, const char *value)
{
    struct setting *setting = &row->fixture.setting;
    struct deployment_config *config = &row->fixture.policies[0].config;
    struct modelling *modelling = &setting->modelling;
    const struct {
        const char *key;
        int *field;
    } whole[] = {
        {"wait", &config->wait_interval_s},           {"term", &config->termination_wait_s},
        {"max", &config->maximum_execution_s},        {"rollback", &config->rollback_batch.value},
        {"quota", &setting->endpoint.instance_quota},
    };
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strcmp(key, whole[i].key) == 0) {
            *whole[i].field = atoi(value);
            return;
        }
    if (strcmp(key, "K") == 0)
        row->fixture.alarms[0].threshold = number(value);
    else if (strcmp(key, "seed") == 0)
        setting->seed = (uint64_t)number(value);
    else if (strcmp(key, "lag") == 0)
        modelling->routing_lag = draw_constant(number(value) * 1e6);
    else if (strcmp(key, "launch") == 0)
        setting->launch.time = draw_constant(number(value) * 1e6);
    else if (strcmp(key, "failure") == 0)
        setting->launch.failure_probability = number(value);
    else if (strcmp(key, "on_timeout") == 0)
        modelling->on_timeout = strcmp(value, "fail") == 0 ? TIMEOUT_FAIL : TIMEOUT_ROLLBACK;
    else if (strcmp(key, "initial") == 0)
        modelling->initial_alarm_state = strcmp(value, "ALARM") == 0 ? INITIAL_ALARM : INITIAL_EVALUATED;
    else if (strcmp(key, "red") == 0)
        modelling->red_at_start = strcmp(value, "refuse") == 0 ? RED_REFUSE : RED_TRIP;
    else if (strcmp(key, "missing") == 0)
        row->fixture.alarms[0].missing = strcmp(value, "ignore") == 0 ? MISSING_IGNORE : MISSING_NOT_BREACHING;
    else if (strcmp(key, "watch") == 0)
        modelling->alarm_watch = strcmp(value, "deployment") == 0 ? WATCH_DEPLOYMENT : WATCH_BAKE;
    else if (strcmp(key, "also") == 0)
        fixture_alarm(&row->fixture, "traffic", METRIC_INVOCATIONS, STATISTIC_SUM, number(value));
    else if (strcmp(key, "green") == 0)
        row->fixture.versions[NEW].instance_count = row->green = (int)number(value);
    else if (strcmp(key, "old") == 0)
        fixture_defect(&row->fixture, CURRENT, DEFECT_NO_LAUNCH);
    else if (strcmp(key, "new") == 0)
        set_new_version(row, value);
    else
        fail_msg("%s: what is %s?", row->name, key);
}

/* The short names of the table for long columns. */
static const struct {
    const char *key, *figure;
} aliases[] = {
    {"peak", "peak_instances"},      {"p99_ms", "p99_latency_ms"},    {"blue_s", "blue_instance_s"},
    {"green_s", "green_instance_s"}, {"extra_s", "extra_instance_s"}, {"detected", "is_detected"},
};

static void expect(struct row *row, const char *key, double value)
{
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (strcmp(key, aliases[i].key) == 0)
            key = aliases[i].figure;
    for (size_t i = 0; i < figure_count; i++)
        if (strcmp(key, figures[i].name) == 0) {
            assert_false(row->given[i]);
            row->given[i] = true;
            row->figures[i] = value;
            return;
        }
    fail_msg("%s: no column %s", row->name, key);
}

static void read_expectation(struct row *row, const char *key, char *value)
{
    if (strcmp(key, "phase") == 0)
        snprintf(row->phase, sizeof row->phase, "%s", strcmp(value, "-") == 0 ? "" : value);
    else if (strcmp(key, "cause") == 0)
        snprintf(row->cause, sizeof row->cause, "%s", value);
    else if (strcmp(key, "alarms") == 0)
        row->alarms = number(value);
    else if (strcmp(key, "exposed") == 0)
        read_spans(row, value);
    else
        expect(row, key, number(value));
}

static void read_line(struct row *row, char *line, bool *is_expected)
{
    for (char *word; (word = strsep(&line, " ")) != NULL;) {
        char *value = strchr(word, '=');
        if (strcmp(word, "=") == 0) {
            *is_expected = true;
            snprintf(row->outcome, sizeof row->outcome, "%s", strsep(&line, " "));
        } else if (value != NULL) {
            *value++ = '\0';
            if (*is_expected)
                read_expectation(row, word, value);
            else
                set(row, word, value);
        } else if (strcmp(word, "policy") == 0) {
            const char *name = strsep(&line, " ");
            int mode = 0;
            while (strcmp(shift_rows[mode].name, name) != 0)
                assert_true(++mode < SHIFT_MODES);
            fixture_policy(&row->fixture, "policy", (enum shift_mode)mode);
        } else {
            fail_msg("%s: what is %s?", row->name, word);
        }
    }
}

static void begin_row(struct row *row, const char *name)
{
    *row = (struct row){.green = 3};
    snprintf(row->name, sizeof row->name, "%.60s", name);
    fixture_init(&row->fixture);
    row->fixture.versions[CURRENT].error_4xx_fraction = 0.05;
    row->fixture.versions[NEW].error_5xx_fraction = 1.0;
    fixture_alarm(&row->fixture, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, 1.0);
}

/* ---- what the definitions make of the spans ---- */

/* Every request of the window by its routing and error uniforms: slot = floor(N u); the new version has the top k. */
static void expect_counts(struct row *row)
{
    uint64_t seed = row->fixture.setting.seed;
    struct stream routing = streams_open(seed, 0, STREAM_ROUTING, 0), error = streams_open(seed, 0, STREAM_ERROR, 0);
    double exposed = 0, failed = 0, control = 0, first = NAN, last = NAN;
    for (int i = 0; i < WARMUP + WINDOW; i++) {
        double arrival = i - WARMUP + 0.5;
        int slot = (int)(row->green * stream_uniform(&routing));
        bool old_fails = stream_uniform(&error) < 0.05, is_new = false;
        for (int s = 0; s < row->span_count; s++)
            is_new |=
                arrival >= row->spans[s].from && arrival < row->spans[s].until && slot >= row->green - row->spans[s].k;
        if (arrival < 0)
            continue;
        exposed += is_new;
        failed += is_new ? !row->is_slow : old_fails;
        control += old_fails;
        first = is_new && isnan(first) ? arrival : first;
        last = is_new ? arrival : last;
    }
    double slow = row->is_slow ? exposed : 0, bad = failed + slow, new_ms = row->is_slow ? 300 : 100;
    expect(row, "requests", WINDOW);
    expect(row, "exposed_requests", exposed);
    expect(row, "failed_requests", failed);
    expect(row, "slow_requests", slow);
    expect(row, "bad_responses", bad);
    expect(row, "excess_bad_responses", bad - control);
    expect(row, "loss_usd", 0.02 * (bad - control));
    expect(row, "queued_requests", 0);
    expect(row, "rejected_requests", 0);
    expect(row, "first_bad_s", first + new_ms / 1e3);
    expect(row, "last_exposed_s", last);
    expect(row, "mean_latency_ms", (100 * (WINDOW - exposed) + new_ms * exposed) / WINDOW);
}

static double expected(const struct row *row, const char *name)
{
    for (size_t i = 0; i < figure_count; i++)
        if (strcmp(name, figures[i].name) == 0 && row->given[i])
            return row->figures[i];
    fail_msg("%s: %s is not given", row->name, name);
    return NAN;
}

static void expect_differences(struct row *row)
{
    bool is_rolled_back = strcmp(row->outcome, "ROLLED_BACK") == 0;
    double first = expected(row, "first_bad_s");
    expect(row, "time_to_detect_s", expected(row, "alarm_s") - first);
    expect(row, "time_to_rollback_s", is_rolled_back ? expected(row, "last_exposed_s") - first : NAN);
    expect(row, "extra_cost_usd", expected(row, "extra_instance_s") * 0.36 / 3600);
}

static bool is_the_same(double got, double want)
{
    return isnan(want) ? isnan(got) : fabs(got - want) <= 1e-9 * fmax(1.0, fabs(want));
}

static int check_row(struct row *row)
{
    static const char *const causes[DEPLOY_EVENTS] = {
        [DEPLOY_ALARM] = "alarm", [DEPLOY_TIMEOUT] = "timeout", [DEPLOY_LAUNCH_BROKE] = "launch"};
    char phase[32];
    int wrong = 0;
    expect_counts(row);
    expect_differences(row);
    struct outcome got = fixture_tell(&row->fixture, 0, NULL);
    phase_name(phase, sizeof phase, got.trip_phase, got.trip_phase_index);
    bool has_cause = strcmp(row->cause, "-") != 0;
    if (strcmp(outcome_names[got.kind], row->outcome) != 0 || strcmp(phase, row->phase) != 0 ||
        got.trip_alarms != (unsigned)row->alarms || (has_cause && strcmp(causes[got.cause], row->cause) != 0)) {
        print_error("%s: got %s in \"%s\", alarms %u\n", row->name, outcome_names[got.kind], phase, got.trip_alarms);
        wrong++;
    }
    for (size_t i = 0; i < figure_count; i++) {
        if (!row->given[i])
            fail_msg("%s: column %s is missing", row->name, figures[i].name);
        if (!is_the_same(figure_of(&got, i), row->figures[i])) {
            print_error("%s: %s: got %.12g, want %.12g\n", row->name, figures[i].name, figure_of(&got, i),
                        row->figures[i]);
            wrong++;
        }
    }
    return wrong;
}

static void test_rows(void **state)
{
    (void)state;
    static struct row row;
    char line[LINE];
    int rows = 0, wrong = 0;
    bool is_expected = false;
    FILE *table = table_open("tests/tables/ledger_rows.txt");
    while (table_line(table, line, sizeof line)) {
        if (strncmp(line, "row ", 4) == 0) {
            wrong += rows++ ? check_row(&row) : 0;
            begin_row(&row, line + 4);
            is_expected = false;
        } else {
            read_line(&row, line, &is_expected);
        }
    }
    wrong += check_row(&row);
    fclose(table);
    assert_true(rows >= 47);
    assert_int_equal(wrong, 0);
}

/* ---- the control, and words ---- */

static void test_control_row(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.versions[CURRENT].error_5xx_fraction = 1.0;
    fixture_alarm(&f, "errors", METRIC_5XX_ERRORS, STATISTIC_SUM, 1.0)->endpoint_config_name = NULL;
    fixture_policy(&f, "policy", SHIFT_CANARY);
    struct outcome control = fixture_tell_control(&f, 0, NULL);
    static const double want[] = {1800, 0,   1800, 0,   1800, 0, 0,    0, NAN, NAN, NAN, NAN, NAN,
                                  NAN,  NAN, 100,  100, 0,    3, 5400, 0, 0,   0,   0,   NAN};
    assert_int_equal(sizeof want / sizeof *want, figure_count);
    assert_int_equal(control.kind, OUTCOME_NONE);
    for (size_t i = 0; i < figure_count; i++)
        if (!is_the_same(figure_of(&control, i), want[i]))
            fail_msg("control: %s: got %g, want %g", figures[i].name, figure_of(&control, i), want[i]);
}

/* No price, no costs: the money columns are absent. */
static void test_money_is_absent_without_prices(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.setting.endpoint.instance_price_usd_per_hour = NAN;
    f.setting.bad_response_usd = NAN;
    fixture_policy(&f, "policy", SHIFT_CANARY);
    struct outcome got = fixture_tell(&f, 0, NULL);
    assert_true(isnan(got.extra_cost_usd) && isnan(got.loss_usd));
    got = fixture_tell_control(&f, 0, NULL);
    assert_true(isnan(got.extra_cost_usd) && isnan(got.loss_usd));
}

/* AWS's words, with only the alarms that are in ALARM. */
static void test_failure_reason(void **state)
{
    (void)state;
    struct deployment_config config = {.alarm_names = {"first", "second", "third"}, .alarm_count = 3};
    struct outcome outcome = {.kind = OUTCOME_ROLLED_BACK, .trip_alarms = 2};
    char text[256];
    size_t length = outcome_reason(text, sizeof text, &outcome, &config);
    assert_string_equal(text,
                        "One or more configured alarm for automatic rollback deployment is in ALARM state: [second].");
    assert_int_equal(length, strlen(text));
    outcome = (struct outcome){.kind = OUTCOME_REFUSED, .cause = DEPLOY_ALARM};
    outcome_reason(text, sizeof text, &outcome, &config);
    assert_string_equal(text, "The update was refused: an alarm was already in ALARM.");
    outcome.cause = DEPLOY_LAUNCH_BROKE;
    outcome_reason(text, sizeof text, &outcome, &config);
    assert_string_equal(text,
                        "The update was refused: ResourceLimitExceeded, the instance quota leaves no room for it.");
    outcome.kind = OUTCOME_SUCCEEDED;
    assert_int_equal(outcome_reason(text, sizeof text, &outcome, &config), 0);
    assert_string_equal(text, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_control_row),
        cmocka_unit_test(test_money_is_absent_without_prices),
        cmocka_unit_test(test_failure_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What explain draws from a journal: hand-made journals for the pieces, whole replications for the promises. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "report/page.h"
#include "report/story/describe.h"
#include "report/story/endpoint_view.h"
#include "report/story/eventbridge.h"
#include "report/story/minutes.h"
#include "report/story/story.h"
#include "report/story/waterfall.h"
#include "scenarios/clock.h"
#include "scenarios/scenario.h"
#include "sim/world.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define S(seconds) ((int64_t)((seconds)*1e6))

/* ---- a small world, written by hand ---- */

enum { MAX_RECORDS = 64, MAX_POINTS = 64 };

struct small {
    struct version_config versions[2];
    struct alarm_config alarm;
    struct policy policy;
    struct setting setting;
    struct outcome outcome;
    struct journal_record records[MAX_RECORDS];
    struct datapoint points[MAX_POINTS];
    struct journal journal;
    struct told told;
};

static void small_init(struct small *small)
{
    *small = (struct small){
        .versions = {{.name = "old", .endpoint_config_name = "shop-1"},
                     {.name = "new", .endpoint_config_name = "shop-2"}},
        .alarm = {.name = "shop-5xx",
                  .metric_name = "Invocation5XXErrors",
                  .metric = METRIC_5XX_ERRORS,
                  .statistic = {.kind = STATISTIC_AVERAGE},
                  .statistic_text = "Average",
                  .period_s = 60,
                  .evaluation_periods = 3,
                  .datapoints_to_alarm = 2,
                  .threshold = 0.05,
                  .comparison = COMPARE_GREATER},
        .policy = {.name = "canary",
                   .config = {.mode = SHIFT_CANARY,
                              .canary = {CAPACITY_INSTANCE_COUNT, 1},
                              .wait_interval_s = 300,
                              .alarm_names = {"shop-5xx"},
                              .alarm_count = 1}},
    };
    small->setting = (struct setting){
        .seed = 1,
        .warmup_us = S(600),
        .endpoint = {.endpoint_name = "shop", .variant_name = "AllTraffic", .instance_count = 4},
        .versions = small->versions,
        .version_count = 2,
        .alarms = &small->alarm,
        .alarm_count = 1,
        .policies = &small->policy,
        .policy_count = 1,
        .modelling = modelling_default(),
    };
    small->outcome = (struct outcome){.kind = OUTCOME_ROLLED_BACK,
                                      .trip_alarms = 1,
                                      .trip_phase = PHASE_CANARY_BAKE,
                                      .first_bad_s = NAN,
                                      .last_exposed_s = NAN,
                                      .trip_s = NAN,
                                      .time_to_rollback_s = NAN};
    small->journal = (struct journal){.records = small->records, .points = small->points};
    small->told = (struct told){.scenario = "small",
                                .setting = &small->setting,
                                .version = 1,
                                .outcome = &small->outcome,
                                .journal = &small->journal};
}

static struct journal_record *add(struct small *small, double at_s, enum journal_kind kind)
{
    assert_true(small->journal.count < MAX_RECORDS);
    struct journal_record *record = &small->records[small->journal.count++];
    *record = (struct journal_record){.at = S(at_s), .kind = kind};
    return record;
}

static void add_visible(struct small *small, double closed_s, double visible_s)
{
    struct journal_record *record = add(small, visible_s, JOURNAL_VISIBLE);
    record->metric = METRIC_5XX_ERRORS;
    record->closed = S(closed_s);
}

/* Values newest first, the newest datapoint ending at `until_s`; NaN: absent. */
static void add_evaluation(struct small *small, double at_s, double until_s, enum alarm_state before,
                           const double *values, int count)
{
    struct journal_record *record = add(small, at_s, JOURNAL_EVALUATION);
    record->before = before;
    record->range_start = small->journal.point_count;
    record->range_count = count;
    for (int i = 0; i < count; i++)
        small->points[small->journal.point_count++] = (struct datapoint){
            .at = S(until_s - 60 * (i + 1)), .value = values[i], .samples = 10, .present = !isnan(values[i])};
    record->verdict = alarm_evaluate(&small->alarm, &small->points[record->range_start], (size_t)count, before);
}

/* ---- reading JSON ---- */

static cJSON *get(const cJSON *object, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!item)
        fail_msg("no \"%s\" in %s", key, cJSON_Print(object));
    return item;
}

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = get(object, key);
    assert_true(cJSON_IsString(item));
    return item->valuestring;
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = get(object, key);
    assert_true(cJSON_IsNumber(item));
    return item->valuedouble;
}

static void assert_keys(const cJSON *object, const char *const *keys, size_t count)
{
    assert_true(cJSON_IsObject(object));
    assert_int_equal(cJSON_GetArraySize(object), count);
    for (size_t i = 0; i < count; i++)
        get(object, keys[i]);
}

static cJSON *only(const cJSON *list)
{
    assert_true(cJSON_IsArray(list));
    assert_int_equal(cJSON_GetArraySize(list), 1);
    return cJSON_GetArrayItem(list, 0);
}

static void assert_word(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return;
    fail_msg("'%s' is not allowed", word);
}

/* ---- EventBridge's shape, field by field ---- */

static void check_id(const char *id)
{
    assert_int_equal(strlen(id), 36);
    for (int i = 0; i < 36; i++) {
        bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        assert_true(is_dash ? id[i] == '-' : strchr("0123456789abcdef", id[i]) != NULL);
    }
}

static void check_message(const char *status, const char *message)
{
    int x = 0, y, end = 0;
    char capacity[8] = "";
    if (strcmp(status, "Creating") == 0)
        sscanf(message, "Launching %d instance(s).%n", &x, &end);
    else if (strcmp(status, "Deleting") == 0)
        sscanf(message, "Terminating %d instance(s).%n", &x, &end);
    else if (strcmp(status, "ActivatingTraffic") == 0)
        sscanf(message, "Activating traffic on %6[a-z] capacity of %d instance(s).%n", capacity, &x, &end);
    else if (strcmp(status, "Baking") == 0)
        sscanf(message,
               "Baking for %d seconds (TerminationWaitInSeconds) with traffic enabled on %6[a-z] capacity of %d "
               "instance(s).%n",
               &y, capacity, &x, &end);
    if (end == 0 || message[end] != '\0' || x < 1)
        fail_msg("%s: '%s'", status, message);
    if (strcmp(status, "Baking") == 0 || strcmp(status, "ActivatingTraffic") == 0)
        assert_word(capacity, (const char *const[]){"canary", "full"}, 2);
}

static void check_status_list(const cJSON *list)
{
    const cJSON *status = only(list);
    assert_keys(status, (const char *const[]){"Status", "StatusMessage", "StartTime"}, 3);
    assert_word(text_of(status, "Status"),
                (const char *const[]){"Creating", "Updating", "Deleting", "ActivatingTraffic", "Baking"}, 5);
    check_message(text_of(status, "Status"), text_of(status, "StatusMessage"));
    assert_true(number_of(status, "StartTime") > 1.6e12);
}

/* Of a deployment event: weights, counts, and a VariantStatus or none. Returns instances with traffic. */
static double check_variant(const cJSON *variant, bool has_status)
{
    static const char *const keys[] = {"VariantName",          "CurrentWeight",        "DesiredWeight",
                                       "CurrentInstanceCount", "DesiredInstanceCount", "VariantStatus"};
    assert_keys(variant, keys, has_status ? 6 : 5);
    assert_string_equal(text_of(variant, "VariantName"), "AllTraffic");
    assert_true(number_of(variant, "CurrentWeight") == 1 && number_of(variant, "DesiredWeight") == 1);
    assert_true(number_of(variant, "CurrentInstanceCount") <= number_of(variant, "DesiredInstanceCount"));
    if (has_status)
        check_status_list(get(variant, "VariantStatus"));
    return number_of(variant, "CurrentInstanceCount");
}

static void check_pending(const cJSON *pending, double own_instances)
{
    assert_keys(pending, (const char *const[]){"EndpointConfigName", "StartTime", "ProductionVariants"}, 3);
    assert_string_equal(text_of(pending, "EndpointConfigName"), "shop-2");
    assert_true(number_of(pending, "StartTime") == 1767225620000);
    /* With as many instances in either fleet, what one has on the other has off. */
    assert_true(check_variant(only(get(pending, "ProductionVariants")), true) + own_instances == 4);
}

static void check_detail(const cJSON *detail, bool is_deployment)
{
    static const char *const keys[] = {"EndpointName",       "EndpointArn",    "EndpointConfigName",
                                       "ProductionVariants", "EndpointStatus", "CreationTime",
                                       "LastModifiedTime",   "Tags",           "PendingDeploymentSummary"};
    bool is_updating = strcmp(text_of(detail, "EndpointStatus"), "UPDATING") == 0;
    assert_keys(detail, keys, is_deployment && is_updating ? 9 : 8);
    assert_word(text_of(detail, "EndpointStatus"),
                (const char *const[]){"UPDATING", "IN_SERVICE", "UPDATE_ROLLBACK_FAILED"}, 3);
    assert_string_equal(text_of(detail, "EndpointName"), "shop");
    assert_string_equal(text_of(detail, "EndpointArn"), "arn:aws:sagemaker:us-west-2:111122223333:endpoint/shop");
    assert_word(text_of(detail, "EndpointConfigName"), (const char *const[]){"shop-1", "shop-2"}, 2);
    assert_true(number_of(detail, "CreationTime") == 1767225020000);
    assert_true(number_of(detail, "LastModifiedTime") >= 1767225620000);
    assert_keys(get(detail, "Tags"), NULL, 0);
    const cJSON *variant = only(get(detail, "ProductionVariants"));
    if (!is_deployment) {
        assert_keys(variant, (const char *const[]){"DesiredWeight", "DesiredInstanceCount"}, 2);
        assert_true(number_of(variant, "DesiredInstanceCount") == 4);
    } else {
        double on = check_variant(variant, !is_updating);
        if (is_updating)
            check_pending(get(detail, "PendingDeploymentSummary"), on);
    }
}

/* Returns the event's time. */
static int64_t check_event(const cJSON *event)
{
    static const char *const keys[] = {"version", "id",     "detail-type", "source", "account",
                                       "time",    "region", "resources",   "detail"};
    static const char *const types[] = {"SageMaker Endpoint Deployment State Change",
                                        "SageMaker Endpoint State Change"};
    int64_t at;
    assert_keys(event, keys, COUNT(keys));
    assert_string_equal(text_of(event, "version"), "0");
    check_id(text_of(event, "id"));
    assert_word(text_of(event, "detail-type"), types, 2);
    assert_string_equal(text_of(event, "source"), "aws.sagemaker");
    assert_string_equal(text_of(event, "account"), "111122223333");
    assert_string_equal(text_of(event, "region"), "us-west-2");
    assert_int_equal(strlen(text_of(event, "time")), strlen("2026-01-01T00:00:00Z"));
    assert_true(clock_parse(text_of(event, "time"), &at));
    assert_string_equal(only(get(event, "resources"))->valuestring,
                        "arn:aws:sagemaker:us-west-2:111122223333:endpoint/shop");
    check_detail(get(event, "detail"), strcmp(text_of(event, "detail-type"), types[0]) == 0);
    return at;
}

/* ---- whole replications ---- */

static struct scenario *read_fixture(void)
{
    char path[1024];
    const char *root = getenv("REPO");
    struct diagnostics diagnostics = {0};
    snprintf(path, sizeof path, "%s/tests/data/explain.json", root ? root : ".");
    struct scenario *scenario = scenario_read(path, &diagnostics);
    diagnostics_print(&diagnostics, stderr, false);
    diagnostics_free(&diagnostics);
    assert_non_null(scenario);
    return scenario;
}

static char *events_of(const struct told *told)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    eventbridge_write(to, told);
    fclose(to);
    return text;
}

/* The first and last events change the status; ids differ; time does not run backwards. */
static void check_events(const struct told *told)
{
    char *text = events_of(told), *again = events_of(told), last_type[64] = "", ids[128][37];
    int64_t last = INT64_MIN;
    int count = 0, changes = 0;
    assert_string_equal(text, again);
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        cJSON *event = cJSON_Parse(line);
        assert_non_null(event);
        int64_t at = check_event(event);
        assert_true(at >= last && count < (int)COUNT(ids));
        snprintf(last_type, sizeof last_type, "%s", text_of(event, "detail-type"));
        bool is_change = strcmp(last_type, "SageMaker Endpoint State Change") == 0;
        assert_true(count > 0 || is_change);
        changes += is_change;
        snprintf(ids[count], sizeof *ids, "%s", text_of(event, "id"));
        for (int i = 0; i < count; i++)
            assert_string_not_equal(ids[i], ids[count]);
        last = at;
        count++;
        cJSON_Delete(event);
    }
    assert_int_equal(changes, told->outcome->kind == OUTCOME_REFUSED ? 0 : 2);
    free(text);
    free(again);
}

static void check_waterfall(const struct told *told)
{
    const struct outcome *outcome = told->outcome;
    const struct waterfall waterfall = waterfall_find(told);
    bool is_expected = outcome->kind == OUTCOME_ROLLED_BACK && isfinite(outcome->time_to_rollback_s);
    assert_int_equal(waterfall.count > 0, is_expected);
    if (!is_expected)
        return;
    assert_true(waterfall.pieces[0].from_s == outcome->first_bad_s);
    for (int i = 1; i < waterfall.count; i++)
        assert_true(waterfall.pieces[i].from_s == waterfall.pieces[i - 1].until_s);
    double end = waterfall.pieces[waterfall.count - 1].until_s;
    assert_true(end == outcome->last_exposed_s);
    assert_true(end - waterfall.pieces[0].from_s == outcome->time_to_rollback_s);
}

static void check_story(const struct told *told)
{
    static const size_t widths[] = {80, 140};
    for (size_t i = 0; i < COUNT(widths); i++) {
        char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);
        assert_int_equal(story_write(to, told, (struct story_style){.width = widths[i]}), 0);
        fclose(to);
        assert_null(strchr(text, '\033'));
        char *rest;
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
            if (strlen(line) > widths[i])
                fail_msg("%zu columns: %s", strlen(line), line);
        free(text);
    }
}

/* Every policy with every version: what is promised holds whatever happened. */
static void test_promises(void **state)
{
    (void)state;
    struct scenario *scenario = read_fixture();
    const struct setting *setting = &scenario->setting;
    bool seen[OUTCOMES] = {false};
    for (size_t p = 0; p < setting->policy_count; p++) {
        for (size_t v = 0; v < setting->version_count; v++) {
            struct outcome outcome;
            struct journal journal = {0};
            if (v == setting->current)
                continue;
            assert_int_equal(world_tell(setting, 3, p, v, &outcome, &journal), 0);
            struct told told = {.scenario = scenario->name,
                                .setting = setting,
                                .policy = p,
                                .version = v,
                                .replication = 3,
                                .outcome = &outcome,
                                .journal = &journal};
            seen[outcome.kind] = true;
            check_events(&told);
            check_waterfall(&told);
            check_story(&told);
            journal_free(&journal);
        }
    }
    assert_true(seen[OUTCOME_SUCCEEDED] && seen[OUTCOME_ROLLED_BACK] && seen[OUTCOME_TIMED_OUT] &&
                seen[OUTCOME_LAUNCH_FAILED]);
    scenario_free(scenario);
}

/* ---- DescribeEndpoint ---- */

static cJSON *describe(const struct told *told, double at_s)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    describe_write(to, told, S(at_s));
    fclose(to);
    cJSON *answer = cJSON_Parse(text);
    assert_non_null(answer);
    free(text);
    return answer;
}

/* Launch 0-100, canary bake 100-400, final bake 400-520, success; cleanup to 550. */
static void add_canary(struct small *small)
{
    add(small, 0, JOURNAL_UPDATE);
    add(small, 0, JOURNAL_LAUNCH)->count = 4;
    small->records[small->journal.count - 1].colour = GREEN;
    add(small, 100, JOURNAL_LAUNCHED);
    struct journal_record *record = add(small, 100, JOURNAL_FLIP);
    record->green_on = 1;
    record->phase = PHASE_CANARY_FLIP;
    record = add(small, 100, JOURNAL_BAKE);
    record->value = 300;
    record->phase = PHASE_CANARY_BAKE;
}

static void add_final(struct small *small)
{
    add(small, 400, JOURNAL_BAKE_OVER)->phase = PHASE_CANARY_BAKE;
    struct journal_record *record = add(small, 400, JOURNAL_FLIP);
    record->green_on = 4;
    record->phase = PHASE_FINAL_FLIP;
    record = add(small, 400, JOURNAL_BAKE);
    record->value = 120;
    record->phase = PHASE_FINAL_BAKE;
    add(small, 520, JOURNAL_BAKE_OVER);
    add(small, 520, JOURNAL_DELETE)->count = 4;
    add(small, 520, JOURNAL_FINISHED)->outcome = OUTCOME_SUCCEEDED;
    add(small, 550, JOURNAL_DELETED)->count = 4;
    small->outcome.kind = OUTCOME_SUCCEEDED;
    small->outcome.trip_alarms = 0;
}

static void add_trip(struct small *small)
{
    add(small, 300, JOURNAL_TRIP)->value = 1;
    add(small, 300, JOURNAL_FLIP)->phase = PHASE_ROLLBACK_FLIP;
    add(small, 300, JOURNAL_FINISHED)->outcome = OUTCOME_ROLLED_BACK;
    struct journal_record *record = add(small, 310, JOURNAL_DELETE);
    record->count = 4;
    record->colour = GREEN;
    add(small, 340, JOURNAL_DELETED)->count = 4;
}

struct expected_answer {
    double at_s;
    const char *status, *config;
    int old_on, new_on; /* -1: no PendingDeploymentSummary */
    const char *variant_status, *message;
    bool has_reason, has_deployment;
    double modified_s;
};

static void check_answer(const struct told *told, const struct expected_answer *expected)
{
    cJSON *answer = describe(told, expected->at_s);
    char time[40];
    const cJSON *own = only(get(answer, "ProductionVariants")), *busy = own;
    assert_string_equal(text_of(answer, "EndpointStatus"), expected->status);
    assert_string_equal(text_of(answer, "EndpointConfigName"), expected->config);
    assert_int_equal((int)number_of(own, "CurrentInstanceCount"), expected->old_on);
    assert_int_equal(cJSON_HasObjectItem(answer, "FailureReason"), expected->has_reason);
    assert_int_equal(cJSON_HasObjectItem(answer, "LastDeploymentConfig"), expected->has_deployment);
    assert_int_equal(cJSON_HasObjectItem(answer, "PendingDeploymentSummary"), expected->new_on >= 0);
    if (expected->new_on >= 0) {
        const cJSON *pending = get(answer, "PendingDeploymentSummary");
        busy = only(get(pending, "ProductionVariants"));
        assert_string_equal(text_of(pending, "EndpointConfigName"), "shop-2");
        assert_string_equal(text_of(pending, "StartTime"), "2026-01-01T00:00:00.000000+00:00");
        assert_int_equal((int)number_of(busy, "CurrentInstanceCount"), expected->new_on);
        assert_int_equal((int)number_of(busy, "DesiredInstanceCount"), 4);
    }
    assert_int_equal(cJSON_HasObjectItem(busy, "VariantStatus"), expected->variant_status != NULL);
    if (expected->variant_status) {
        const cJSON *status = only(get(busy, "VariantStatus"));
        assert_string_equal(text_of(status, "Status"), expected->variant_status);
        assert_string_equal(text_of(status, "StatusMessage"), expected->message);
    }
    clock_format(time, sizeof time, told_unix_us(told, S(expected->modified_s)), false);
    assert_memory_equal(text_of(answer, "LastModifiedTime"), time, strlen("2026-01-01T00:00:00"));
    assert_string_equal(text_of(answer, "CreationTime"), "2025-12-31T23:50:00.000000+00:00");
    cJSON_Delete(answer);
}

static void test_describe_success(void **state)
{
    (void)state;
    static const char canary[] =
        "Baking for 300 seconds (TerminationWaitInSeconds) with traffic enabled on canary capacity of 1 instance(s).";
    static const char full[] =
        "Baking for 120 seconds (TerminationWaitInSeconds) with traffic enabled on full capacity of 4 instance(s).";
    static const struct expected_answer answers[] = {
        {-1, "InService", "shop-1", 4, -1, NULL, NULL, false, false, -600},
        {50, "Updating", "shop-1", 4, 0, "Creating", "Launching 4 instance(s).", false, true, 0},
        {200, "Updating", "shop-1", 3, 1, "Baking", canary, false, true, 0},
        {519, "Updating", "shop-1", 0, 4, "Baking", full, false, true, 0},
        {521, "InService", "shop-2", 4, -1, NULL, NULL, false, true, 520},
    };
    struct small small;
    small_init(&small);
    add_canary(&small);
    add_final(&small);
    for (size_t i = 0; i < COUNT(answers); i++)
        check_answer(&small.told, &answers[i]);
}

static void test_describe_rollback(void **state)
{
    (void)state;
    static const struct expected_answer answers[] = {
        {299, "Updating", "shop-1", 3, 1, "Baking",
         "Baking for 300 seconds (TerminationWaitInSeconds) with traffic enabled on canary capacity of 1 instance(s).",
         false, true, 0},
        {300, "InService", "shop-1", 4, -1, NULL, NULL, true, true, 300},
        {320, "InService", "shop-1", 4, -1, "Deleting", "Terminating 4 instance(s).", true, true, 300},
        {341, "InService", "shop-1", 4, -1, NULL, NULL, true, true, 300},
    };
    struct small small;
    small_init(&small);
    add_canary(&small);
    add_trip(&small);
    for (size_t i = 0; i < COUNT(answers); i++)
        check_answer(&small.told, &answers[i]);
    cJSON *answer = describe(&small.told, 400);
    assert_string_equal(
        text_of(answer, "FailureReason"),
        "One or more configured alarm for automatic rollback deployment is in ALARM state: [shop-5xx].");
    cJSON_Delete(answer);
}

/* Nothing of a refused update shows; a failed rollback has a status of its own. */
static void test_describe_failures(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    small.outcome.kind = OUTCOME_REFUSED;
    add(&small, 0, JOURNAL_UPDATE);
    add(&small, 0, JOURNAL_REFUSED);
    check_answer(&small.told,
                 &(struct expected_answer){10, "InService", "shop-1", 4, -1, NULL, NULL, false, false, -600});
    small_init(&small);
    small.outcome.kind = OUTCOME_ROLLBACK_FAILED;
    add_canary(&small);
    add(&small, 300, JOURNAL_FINISHED)->outcome = OUTCOME_ROLLBACK_FAILED;
    check_answer(&small.told,
                 &(struct expected_answer){301, "UpdateRollbackFailed", "shop-1", 3, -1, NULL, NULL, true, true, 300});
}

/* ---- the waterfall ---- */

static void assert_pieces(const struct waterfall *waterfall, const char *const *names, const double *until, int count)
{
    assert_int_equal(waterfall->count, count);
    for (int i = 0; i < count; i++) {
        assert_string_equal(waterfall->pieces[i].name, names[i]);
        if (fabs(waterfall->pieces[i].until_s - until[i]) > 1e-9)
            fail_msg("%s: %.9g, not %.9g", names[i], waterfall->pieces[i].until_s, until[i]);
    }
}

static const char *const alarm_pieces[] = {"breaching bucket closed", "metric visible",   "M of N reached",
                                           "alarm evaluated",         "guardrail polled", "routing settled"};

/* Two of three must breach. The minute that closes at 220 is late: those of 160 and 280 are seen before it and suffice. */
static void test_waterfall(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    add_visible(&small, 100, 141);
    add_visible(&small, 160, 200);
    add_visible(&small, 280, 321);
    add_visible(&small, 220, 340);
    add_evaluation(&small, 355, 340, ALARM_OK, (const double[]){NAN, 0.3, 0.2, 0.1, 0.0}, 5);
    small.outcome.first_bad_s = 131.25;
    small.outcome.trip_s = 360;
    small.outcome.last_exposed_s = 369.5;
    small.outcome.time_to_rollback_s = 369.5 - 131.25;
    const struct waterfall waterfall = waterfall_find(&small.told);
    assert_pieces(&waterfall, alarm_pieces, (const double[]){160, 200, 321, 355, 360, 369.5}, 6);
    assert_int_equal(waterfall.alarm, 0);
    check_waterfall(&small.told);
}

/* An alarm that was red before the first bad response: all of the way is the poll and the routing. */
static void test_waterfall_red_before(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    small.outcome.first_bad_s = 131.25;
    small.outcome.trip_s = 140;
    small.outcome.last_exposed_s = 150;
    small.outcome.time_to_rollback_s = 150 - 131.25;
    const struct waterfall waterfall = waterfall_find(&small.told);
    assert_pieces(&waterfall, alarm_pieces, (const double[]){131.25, 131.25, 131.25, 131.25, 140, 150}, 6);
}

/* Missing data that counts as breaching has no bucket. */
static void test_waterfall_missing(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    small.alarm.missing = MISSING_BREACHING;
    add_evaluation(&small, 355, 340, ALARM_OK, (const double[]){NAN, NAN, NAN, NAN, NAN}, 5);
    small.outcome.first_bad_s = 131;
    small.outcome.trip_s = 360;
    small.outcome.last_exposed_s = 370;
    small.outcome.time_to_rollback_s = 370 - 131;
    const struct waterfall waterfall = waterfall_find(&small.told);
    assert_pieces(&waterfall, alarm_pieces, (const double[]){355, 355, 355, 355, 360, 370}, 6);
}

/* A batch that does not come up rolls back without any alarm, and old instances must be launched first. */
static void test_waterfall_launch(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    small.outcome.trip_alarms = 0;
    add(&small, 500, JOURNAL_LAUNCH_FAILED)->colour = GREEN;
    struct journal_record *record = add(&small, 600, JOURNAL_LAUNCHED);
    record->colour = BLUE;
    small.outcome.first_bad_s = 131;
    small.outcome.last_exposed_s = 610;
    small.outcome.time_to_rollback_s = 610 - 131;
    const struct waterfall waterfall = waterfall_find(&small.told);
    assert_pieces(&waterfall, (const char *const[]){"launch failed", "old instances relaunched", "routing settled"},
                  (const double[]){500, 600, 610}, 3);
}

/* Few requests: the last one was answered long before the alarm, and the sum is still the ledger's. */
static void test_waterfall_few_requests(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    small.outcome.first_bad_s = 131;
    small.outcome.trip_s = 360;
    small.outcome.last_exposed_s = 200;
    small.outcome.time_to_rollback_s = 200 - 131;
    check_waterfall(&small.told);
    const struct waterfall waterfall = waterfall_find(&small.told);
    assert_string_equal(waterfall.pieces[waterfall.count - 1].name, "last request was earlier");
}

static void test_waterfall_none(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    assert_int_equal(waterfall_find(&small.told).count, 0); /* never a bad response */
    small.outcome.kind = OUTCOME_SUCCEEDED;
    small.outcome.first_bad_s = 131;
    assert_int_equal(waterfall_find(&small.told).count, 0);
}

/* ---- chains that broke ---- */

static void chain_init(struct small *small)
{
    small_init(small);
    small->outcome.kind = OUTCOME_SUCCEEDED;
    small->outcome.trip_alarms = 0;
    small->outcome.first_bad_s = 131;
    add(small, 100, JOURNAL_BAKE);
    add(small, 400, JOURNAL_BAKE_OVER);
}

static void test_broken_chain(void **state)
{
    (void)state;
    struct small small;
    chain_init(&small);
    assert_int_equal(waterfall_broken(&small.told, 0).link, LINK_NO_DATA);
    add_evaluation(&small, 235, 220, ALARM_OK, (const double[]){0.01, 0.04, 0.0, 0.0, 0.0}, 5);
    struct broken_chain chain = waterfall_broken(&small.told, 0);
    assert_int_equal(chain.link, LINK_NO_BREACH);
    assert_true(chain.value == 0.04);
    add_evaluation(&small, 295, 280, ALARM_OK, (const double[]){0.2, 0.01, 0.04, 0.0, 0.0}, 5);
    chain = waterfall_broken(&small.told, 0);
    assert_int_equal(chain.link, LINK_TOO_FEW);
    assert_int_equal(chain.count, 1);
    add_evaluation(&small, 475, 460, ALARM_OK, (const double[]){0.2, 0.2, 0.01, 0.04, 0.0}, 5);
    chain = waterfall_broken(&small.told, 0);
    assert_int_equal(chain.link, LINK_TOO_LATE);
    assert_int_equal(chain.at, S(475));
    assert_int_equal(chain.last_bake, S(400));
}

static void test_broken_chain_elsewhere(void **state)
{
    (void)state;
    struct small small;
    chain_init(&small);
    small.outcome.first_bad_s = 401;
    assert_int_equal(waterfall_broken(&small.told, 0).link, LINK_BAD_TOO_LATE);
    chain_init(&small);
    add_evaluation(&small, 395, 340, ALARM_OK, (const double[]){0.2, 0.2, 0.0, 0.0, 0.0}, 5);
    assert_int_equal(waterfall_broken(&small.told, 0).link, LINK_UNSEEN);
    chain_init(&small);
    small.journal.count = 0;
    assert_int_equal(waterfall_broken(&small.told, 0).link, LINK_NO_BAKE);
    chain_init(&small);
    small.policy.config.alarm_names[0] = "other";
    assert_int_equal(waterfall_broken(&small.told, 0).link, LINK_UNKNOWN);
}

/* ---- minutes ---- */

static void add_minute(struct small *small, double closed_s, enum fleet_colour fleet, struct journal_minute minute)
{
    struct journal_record *record = add(small, closed_s, JOURNAL_MINUTE);
    record->colour = fleet;
    record->minute = minute;
}

static void test_minutes(void **state)
{
    (void)state;
    const struct journal_minute idle = {.is_published = true, .latency_min_us = INFINITY, .latency_max_us = -INFINITY};
    const struct journal_minute busy = {.is_published = true,
                                        .invocations = 4,
                                        .invocations_per_instance = 1,
                                        .errors_5xx = 1,
                                        .model_errors = 1,
                                        .latency_samples = 4,
                                        .latency_sum_us = 100,
                                        .latency_min_us = 10,
                                        .latency_max_us = 40};
    struct small small;
    small_init(&small);
    add_minute(&small, 60, BLUE, idle);
    add_minute(&small, 60, GREEN, (struct journal_minute){.is_published = false});
    add_minute(&small, 120, BLUE, idle);
    add_minute(&small, 120, GREEN, busy);
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    minutes_write(to, &small.told);
    fclose(to);
    const char *rows = strchr(text, '\n') + 1;
    assert_string_equal(rows, "0,2026-01-01T00:00:00.000Z,all,,0,0,,,,,,,,,,,,,\n"
                              "0,2026-01-01T00:00:00.000Z,blue,shop-1,0,0,,,,,,,,,,,,,\n"
                              "0,2026-01-01T00:00:00.000Z,green,shop-2,,,,,,,,,,,,,,,\n"
                              "60,2026-01-01T00:01:00.000Z,all,,4,1,0,1,1,100,25,10,40,4,,,,,\n"
                              "60,2026-01-01T00:01:00.000Z,blue,shop-1,0,0,,,,,,,,,,,,,\n"
                              "60,2026-01-01T00:01:00.000Z,green,shop-2,4,1,0,1,1,100,25,10,40,4,,,,,\n");
    free(text);
}

/* ---- names from files ---- */

static void test_hostile_names(void **state)
{
    (void)state;
    struct small small;
    small_init(&small);
    small.versions[1].name = "\033[2Jnew";
    small.policy.name = "a\nb";
    small.alarm.name = "\xe2\x80\xae"
                       "ev\"il";
    small.policy.config.alarm_names[0] = small.alarm.name;
    small.told.scenario = "bell\a";
    add_canary(&small);
    add_trip(&small);
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    assert_int_equal(story_write(to, &small.told, (struct story_style){.width = 100}), 0);
    fclose(to);
    assert_null(strchr(text, '\033'));
    assert_null(strchr(text, '\a'));
    assert_null(strstr(text, "\xe2\x80\xae"));
    assert_non_null(strstr(text, "bell\\u0007: policy a\\u000ab, version \\u001b[2Jnew"));
    free(text);
}

/* ---- pages ---- */

static void test_wrap(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    const struct page_style page = {.to = to, .width = 12}, bright = {.to = to, .width = 12, .has_color = true};
    page_wrap(&page, 2, TONE_BAD, "one two three four");
    page_wrap(&page, 0, TONE_PLAIN, "a-word-that-is-too-long x");
    page_wrap(&page, 0, TONE_PLAIN, "");
    page_wrap(&bright, 0, TONE_BAD, "red as a beet root");
    fclose(to);
    assert_string_equal(text, "one two\n  three four\na-word-that-is-too-long\nx\n\n"
                              "\033[31mred as a\033[0m\n\033[31mbeet root\033[0m\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_promises),
        cmocka_unit_test(test_describe_success),
        cmocka_unit_test(test_describe_rollback),
        cmocka_unit_test(test_describe_failures),
        cmocka_unit_test(test_waterfall),
        cmocka_unit_test(test_waterfall_red_before),
        cmocka_unit_test(test_waterfall_missing),
        cmocka_unit_test(test_waterfall_launch),
        cmocka_unit_test(test_waterfall_few_requests),
        cmocka_unit_test(test_waterfall_none),
        cmocka_unit_test(test_broken_chain),
        cmocka_unit_test(test_broken_chain_elsewhere),
        cmocka_unit_test(test_minutes),
        cmocka_unit_test(test_hostile_names),
        cmocka_unit_test(test_wrap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

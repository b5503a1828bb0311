/* The list of figures itself: names and order are a promise to everyone who reads the ledger. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/columns.h"

static const char *const ledger[] = {
    "outcome",          "reason",
    "trip_alarm",       "trip_phase",
    "requests",         "exposed_requests",
    "failed_requests",  "slow_requests",
    "bad_responses",    "excess_bad_responses",
    "first_bad_s",      "alarm_s",
    "trip_s",           "last_exposed_s",
    "time_to_detect_s", "time_to_rollback_s",
    "deployment_s",     "mean_latency_ms",
    "p99_latency_ms",   "max_green_share",
    "peak_instances",   "blue_instance_s",
    "green_instance_s", "extra_instance_s",
    "extra_cost_usd",   "loss_usd",
    "queued_requests",  "rejected_requests",
};
static const char *const proportions[] = {
    "p_succeeded", "p_rolled_back", "p_timed_out", "p_launch_failed", "p_rollback_failed", "p_refused", "p_detected",
};
enum { LEDGER = sizeof ledger / sizeof *ledger, PROPORTIONS = sizeof proportions / sizeof *proportions };

static void test_names_and_order(void **state)
{
    (void)state;
    assert_int_equal(column_count, LEDGER + PROPORTIONS);
    for (size_t i = 0; i < LEDGER; i++) {
        assert_string_equal(columns[i].name, ledger[i]);
        assert_int_equal(columns[i].kind, i < 4 ? COLUMN_TEXT : COLUMN_NUMBER);
    }
    for (size_t i = 0; i < PROPORTIONS; i++) {
        assert_string_equal(columns[LEDGER + i].name, proportions[i]);
        assert_int_equal(columns[LEDGER + i].kind, COLUMN_PROPORTION);
    }
    for (size_t i = 0; i < column_count; i++) {
        assert_true(column_find(columns[i].name) == &columns[i]);
        assert_non_null(columns[i].meaning);
        assert_true((columns[i].put != NULL) == (columns[i].kind == COLUMN_TEXT));
        assert_true((columns[i].unit != NULL) == (columns[i].kind != COLUMN_TEXT));
    }
    assert_null(column_find("no_such_figure"));
}

/* A name that ends in a unit has that unit, and is shown in it. */
static void test_units(void **state)
{
    (void)state;
    static const struct {
        const char *suffix, *unit;
    } rows[] = {{"_ms", "ms"}, {"_s", "s"}, {"_usd", "USD"}, {"_share", "fraction"}, {"_requests", "count"}};
    for (size_t i = 0; i < column_count; i++)
        for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
            size_t length = strlen(columns[i].name), tail = strlen(rows[r].suffix);
            if (length > tail && strcmp(columns[i].name + length - tail, rows[r].suffix) == 0)
                assert_string_equal(columns[i].unit, rows[r].unit);
        }
}

/* Every number column reads a field of its own. */
static void test_fields_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < column_count; i++) {
        if (columns[i].kind != COLUMN_NUMBER)
            continue;
        struct outcome outcome = {0};
        double mark = 2.385;
        memcpy((char *)&outcome + columns[i].offset, &mark, sizeof mark);
        for (size_t j = 0; j < column_count; j++) {
            if (columns[j].kind != COLUMN_NUMBER)
                continue;
            double value = column_value(&columns[j], &outcome);
            assert_true(i == j ? value == mark : value == 0);
        }
    }
}

/* A trial has exactly one outcome; the control has none. */
static void test_proportions(void **state)
{
    (void)state;
    for (int kind = OUTCOME_SUCCEEDED; kind < OUTCOMES; kind++) {
        struct outcome outcome = {.kind = (enum outcome_kind)kind, .is_detected = 1};
        double sum = 0;
        for (size_t i = 0; i < PROPORTIONS; i++)
            sum += column_value(column_find(proportions[i]), &outcome);
        assert_true(sum == 2); /* its outcome, and detected */
    }
    struct outcome control = {.kind = OUTCOME_NONE, .is_detected = NAN};
    for (size_t i = 0; i < PROPORTIONS; i++)
        assert_true(isnan(column_value(column_find(proportions[i]), &control)));
}

static void check_text(const char *column, const struct outcome *outcome, const struct deployment_config *config,
                       const char *expected)
{
    char text[COLUMN_TEXT_SIZE];
    column_find(column)->put(text, sizeof text, outcome, config);
    assert_string_equal(text, expected);
}

static void test_texts(void **state)
{
    (void)state;
    struct deployment_config config = {.alarm_names = {"a", "b, c", "d"}, .alarm_count = 3};
    struct outcome outcome = {
        .kind = OUTCOME_ROLLED_BACK, .trip_alarms = 5, .trip_phase = PHASE_LINEAR_BAKE, .trip_phase_index = 2};
    check_text("outcome", &outcome, &config, "ROLLED_BACK");
    check_text("trip_alarm", &outcome, &config, "a;d");
    check_text("trip_phase", &outcome, &config, "LinearStepBake[2]");
    struct outcome control = {.kind = OUTCOME_NONE, .trip_phase = PHASE_DONE};
    check_text("outcome", &control, NULL, "");
    check_text("reason", &control, NULL, "");
    check_text("trip_alarm", &control, NULL, "");
    check_text("trip_phase", &control, NULL, "");
    assert_true(isnan(column_value(column_find("outcome"), &outcome)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_order),
        cmocka_unit_test(test_units),
        cmocka_unit_test(test_fields_are_told_apart),
        cmocka_unit_test(test_proportions),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

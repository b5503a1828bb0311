/* The guardrail's transition table, cell by cell, against one written by hand. */
#include "tests/support.h"

static const char *cell_of(enum deploy_state state, enum deploy_event event, enum shift_mode mode)
{
    const struct deploy_transition *row = deploy_transition(state, event, mode);
    if (!row)
        return ".";
    assert_true(row->state == state && row->event == event);
    assert_true(row->meaning != NULL && *row->meaning != '\0');
    return row->reaction == REACT_CONTINUE    ? "continue"
           : row->reaction == REACT_ROLL_BACK ? "roll-back"
                                              : deploy_state_names[row->end];
}

static void check_row(const char *line, enum deploy_state at, bool is_rolling)
{
    char name[32], want[DEPLOY_EVENTS][32];
    assert_int_equal(sscanf(line, "%31s %31s %31s %31s %31s %31s %31s", name, want[DEPLOY_LAUNCHED],
                            want[DEPLOY_LAUNCH_BROKE], want[DEPLOY_BAKE_OVER], want[DEPLOY_ALARM], want[DEPLOY_TIMEOUT],
                            want[DEPLOY_SETTLED]),
                     1 + DEPLOY_EVENTS);
    assert_string_equal(name, deploy_state_names[at]);
    for (int mode = 0; mode < SHIFT_MODES; mode++)
        for (int event = 0; event < DEPLOY_EVENTS && (mode == SHIFT_ROLLING) == is_rolling; event++) {
            const char *got = cell_of(at, (enum deploy_event)event, (enum shift_mode)mode);
            if (strcmp(got, want[event]) != 0)
                fail_msg("%s, %s, %s: got %s, want %s", shift_rows[mode].name, name, deploy_event_names[event], got,
                         want[event]);
        }
}

static void test_every_cell(void **state)
{
    (void)state;
    char line[256];
    FILE *table = table_open("tests/tables/deploy_transitions.txt");
    for (int is_rolling = 0; is_rolling <= 1; is_rolling++) {
        assert_true(table_line(table, line, sizeof line));
        assert_string_equal(line, is_rolling ? "rolling" : "blue-green");
        for (int at = 0; at < DEPLOY_STATES; at++) {
            assert_true(table_line(table, line, sizeof line));
            check_row(line, (enum deploy_state)at, is_rolling);
        }
    }
    assert_false(table_line(table, line, sizeof line));
    fclose(table);
}

/* Each cell is decided by one row only, so the order of the rows means nothing. */
static void test_rows_do_not_overlap(void **state)
{
    (void)state;
    for (size_t i = 0; i < deploy_transition_count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct deploy_transition *a = &deploy_transitions[i], *b = &deploy_transitions[j];
            assert_false(a->state == b->state && a->event == b->event && (a->scope & b->scope));
        }
}

static void test_what_is_over(void **state)
{
    (void)state;
    for (int at = 0; at < DEPLOY_STATES; at++)
        assert_int_equal(deploy_is_over((enum deploy_state)at), at != DEPLOY_CREATING && at != DEPLOY_BAKING &&
                                                                    at != DEPLOY_ROLLBACK_CREATING &&
                                                                    at != DEPLOY_ROLLBACK_SETTLING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_cell),
        cmocka_unit_test(test_rows_do_not_overlap),
        cmocka_unit_test(test_what_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Plans, forward and back, against tables written by hand; sizes; what plans say of themselves. */
#include "tests/support.h"

enum { LINE = 4096 };

static enum shift_mode mode_named(const char *name)
{
    for (int mode = 0; mode < SHIFT_MODES; mode++)
        if (strcmp(shift_rows[mode].name, name) == 0)
            return (enum shift_mode)mode;
    fail_msg("no mode %s", name);
    return SHIFT_MODES;
}

/* "33%", "2", "-". */
static struct capacity_size size_of(const char *text)
{
    char *rest;
    int value = (int)strtol(text, &rest, 10);
    if (strcmp(text, "-") == 0)
        return (struct capacity_size){0};
    assert_true(value > 0 && (*rest == '%' || *rest == '\0'));
    return (struct capacity_size){*rest == '%' ? CAPACITY_PERCENT : CAPACITY_INSTANCE_COUNT, value};
}

static void write_plan(char *text, size_t size, const struct plan *plan)
{
    size_t length = 0;
    assert_true(plan->count > 0 && plan->steps[plan->count - 1].kind == STEP_FINISH);
    text[0] = '\0';
    for (int i = 0; i + 1 < plan->count; i++) {
        const struct step *step = &plan->steps[i];
        char phase[32], what[32];
        char colour = step->fleet == GREEN ? 'g' : 'b';
        switch (step->kind) {
        case STEP_LAUNCH: snprintf(what, sizeof what, "+%d%c", step->instances, colour); break;
        case STEP_DELETE: snprintf(what, sizeof what, "-%d%c", step->instances, colour); break;
        case STEP_FLIP: snprintf(what, sizeof what, "=%d", step->green_on); break;
        case STEP_BAKE: snprintf(what, sizeof what, ":%d", (int)(step->wait_us / US_PER_S)); break;
        default: snprintf(what, sizeof what, "%s", step->kind == STEP_SETTLE ? "~" : "?"); break;
        }
        phase_name(phase, sizeof phase, step->phase, step->index);
        length += (size_t)snprintf(text + length, size - length, "%s%s%s", length ? " " : "", phase, what);
        assert_true(length < size);
    }
}

static void check_plan(const char *line, const struct plan *plan)
{
    char got[LINE];
    const char *want = strchr(line, '|');
    assert_non_null(want);
    write_plan(got, sizeof got, plan);
    if (strcmp(got, want + 2) != 0)
        fail_msg("%s\n      got %s", line, got);
}

static void test_forward_plans(void **state)
{
    (void)state;
    static struct plan plan;
    char line[LINE], mode[16], size[8], rounding[8];
    FILE *table = table_open("tests/tables/shift_plans.txt");
    int rows = 0;
    for (; table_line(table, line, sizeof line); rows++) {
        int n;
        struct deployment_config config = {0};
        assert_int_equal(sscanf(line, "%15s %d %7s %d %d %7s |", mode, &n, size, &config.wait_interval_s,
                                &config.termination_wait_s, rounding),
                         6);
        config.mode = mode_named(mode);
        config.canary = config.linear_step = config.batch = size_of(size);
        shift_plan(&plan, &config, n, strcmp(rounding, "ceil") == 0 ? ROUND_CEIL : ROUND_FLOOR);
        check_plan(line, &plan);
    }
    assert_true(rows >= 17);
    fclose(table);
}

static void test_rollback_plans(void **state)
{
    (void)state;
    static struct plan plan;
    char line[LINE], mode[16], size[8];
    FILE *table = table_open("tests/tables/rollback_plans.txt");
    int rows = 0;
    for (; table_line(table, line, sizeof line); rows++) {
        struct rollback_from from;
        struct deployment_config config = {.batch = {CAPACITY_INSTANCE_COUNT, 1}};
        assert_int_equal(sscanf(line, "%15s %d %7s %d %d %d |", mode, &from.n, size, &from.green_alive, &from.green_on,
                                &from.blue_alive),
                         6);
        config.mode = mode_named(mode);
        config.rollback_batch = size_of(size);
        shift_rollback_plan(&plan, &config, from, ROUND_FLOOR);
        check_plan(line, &plan);
    }
    assert_true(rows >= 19);
    fclose(table);
}

static void test_sizes(void **state)
{
    (void)state;
    static const struct {
        enum capacity_type type;
        int value, n, floor, ceil;
    } rows[] = {
        {CAPACITY_INSTANCE_COUNT, 1, 3, 1, 1}, {CAPACITY_INSTANCE_COUNT, 4, 3, 3, 3},
        {CAPACITY_PERCENT, 33, 3, 1, 1},       {CAPACITY_PERCENT, 34, 3, 1, 2},
        {CAPACITY_PERCENT, 20, 2, 1, 1},       {CAPACITY_PERCENT, 5, 2, 1, 1},
        {CAPACITY_PERCENT, 30, 5, 1, 2},       {CAPACITY_PERCENT, 10, 25, 2, 3},
        {CAPACITY_PERCENT, 50, 4, 2, 2},       {CAPACITY_PERCENT, 100, 7, 7, 7},
        {CAPACITY_PERCENT, 29, 100, 29, 29},   {CAPACITY_PERCENT, 7, 1000, 70, 70},
        {CAPACITY_PERCENT, 1, 1, 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct capacity_size size = {rows[i].type, rows[i].value};
        assert_int_equal(capacity_instances(size, rows[i].n, ROUND_FLOOR), rows[i].floor);
        assert_int_equal(capacity_instances(size, rows[i].n, ROUND_CEIL), rows[i].ceil);
    }
}

/* For every size of fleet and step: how many bakes, how long, how many instances at once. */
static void test_waits_and_peaks(void **state)
{
    (void)state;
    static struct plan plan;
    for (int n = 2; n <= 40; n++)
        for (int step = 1; step <= n / 2; step++) {
            struct capacity_size size = {CAPACITY_INSTANCE_COUNT, step};
            struct deployment_config config = {
                .canary = size, .linear_step = size, .batch = size, .wait_interval_s = 70, .termination_wait_s = 11};
            int steps = (n + step - 1) / step; /* ceil(N / step) */
            const double wait[SHIFT_MODES] = {11, 70 + 11, (steps - 1) * 70 + 11, steps * 70};
            const int peak[SHIFT_MODES] = {2 * n, 2 * n, 2 * n, n + step};
            for (int mode = 0; mode < SHIFT_MODES; mode++) {
                config.mode = (enum shift_mode)mode;
                shift_plan(&plan, &config, n, ROUND_FLOOR);
                assert_true(plan_wait_s(&plan) == wait[mode]);
                assert_int_equal(plan_peak_instances(&plan, n), peak[mode]);
            }
        }
}

/* From wherever a rolling update stands, the way back ends with N old and no new instance, never has fewer than N - what
 * is on green to answer, and never flips to more green. */
static void test_every_way_back_arrives(void **state)
{
    (void)state;
    static struct plan plan;
    for (int n = 2; n <= 12; n++)
        for (int batch = 1; batch <= n; batch++)
            for (int on = 0; on <= n; on++)
                for (int idle = 0; idle <= on; idle++)
                    for (int gone = 0; gone <= n - on; gone++) {
                        struct deployment_config config = {.mode = SHIFT_ROLLING,
                                                           .rollback_batch = {CAPACITY_INSTANCE_COUNT, batch}};
                        struct rollback_from from = {n, on + gone, on, n - on + idle};
                        int green = from.green_alive, blue = from.blue_alive, traffic = on, was_on = on;
                        shift_rollback_plan(&plan, &config, from, ROUND_FLOOR);
                        for (int i = 0; i < plan.count; i++) {
                            const struct step *step = &plan.steps[i];
                            blue += step->kind == STEP_LAUNCH ? step->instances : 0;
                            green -= step->kind == STEP_DELETE ? step->instances : 0;
                            assert_true(step->kind != STEP_BAKE); /* no bakes on the way back */
                            if (step->kind == STEP_FLIP) {
                                was_on = traffic;
                                traffic = step->green_on;
                                assert_true(traffic < was_on && blue >= n - traffic);
                            }
                            assert_true(green >= traffic && blue <= n);
                        }
                        assert_int_equal(green, 0);
                        assert_int_equal(blue, n);
                        assert_int_equal(traffic, 0);
                    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forward_plans),
        cmocka_unit_test(test_rollback_plans),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_waits_and_peaks),
        cmocka_unit_test(test_every_way_back_arrives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

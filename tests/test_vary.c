/* Grids: how KEY=V1,V2 is read, and what becomes of a scenario. */
#include "report/columns.h"
#include "scenarios/vary.h"
#include "tests/support.h"

static const char *const tiny = "tests/cli/compare/tiny.json";

static void check_values(const char *text, size_t count, const char *const *values)
{
    struct vary_axis axis;
    char *why;
    if (!vary_parse(&axis, text, &why))
        fail_msg("%s: %s", text, why);
    assert_int_equal(axis.count, count);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(axis.values[i], values[i]);
    vary_free(&axis);
}

static void values_are_json_or_words(void **state)
{
    (void)state;
    check_values("traffic.rate_rps=10,20.5, 3e1 ", 3, (const char *[]){"10", "20.5", "3e1"});
    check_values("a=[1,2],{\"b\": [3, \"x,y\"]},null", 3, (const char *[]){"[1,2]", "{\"b\": [3, \"x,y\"]}", "null"});
    check_values("a=RANDOM,\"RANDOM, too\",007", 3, (const char *[]){"\"RANDOM\"", "\"RANDOM, too\"", "\"007\""});
    check_values("versions[\"a=b\"].probability=0.5", 1, (const char *[]){"0.5"});
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {"",       "=1",   "key",      "key=",   "key=1,", "k=,1",   "k={\"a\":1",
                                       "k=1,,2", "k=1]", "k=\"open", "k=a\\b", "k=1,1",  "k=[1,]", "k=a\nb"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct vary_axis axis;
        char *why;
        if (vary_parse(&axis, rows[i], &why))
            fail_msg("\"%s\" is taken", rows[i]);
        assert_non_null(why);
        free(why);
        vary_free(&axis);
    }
}

static struct scenario *read_varied(const struct variation *variations, size_t count, struct diagnostics *diagnostics)
{
    *diagnostics = (struct diagnostics){0};
    return scenario_read_varied(tiny, variations, count, diagnostics);
}

static void values_stand_where_they_should(void **state)
{
    (void)state;
    const struct variation variations[] = {
        {"traffic.rate_rps", "7.5"},
        {"policies.canary.BlueGreenUpdatePolicy.TrafficRoutingConfiguration.CanarySize.Value", "50"},
        {"alarms[0].Threshold", "9"},
        {"alarms[0].DatapointsToAlarm", "1"}, /* not there yet */
        {"modelling.poll_interval_s", "4"},   /* nor the object around it */
        {"modelling.on_timeout", "\"fail\""}, /* which is, now */
        {"versions[\"good\"].probability", "0.25"},
        {"seed", "99"},
    };
    struct diagnostics diagnostics;
    struct scenario *s = read_varied(variations, sizeof variations / sizeof *variations, &diagnostics);
    diagnostics_print(&diagnostics, stderr, false);
    assert_non_null(s);
    assert_true(s->setting.traffic.rate_rps == 7.5);
    assert_true(s->setting.policies[1].config.canary.value == 50);
    assert_true(s->setting.alarms[0].threshold == 9);
    assert_true(s->setting.modelling.poll_interval_us == 4e6);
    assert_int_equal(s->setting.modelling.on_timeout, TIMEOUT_FAIL);
    assert_true(s->setting.versions[1].probability == 0.25);
    assert_int_equal(s->setting.seed, 99);
    assert_string_equal(s->name, "tiny rate_rps=7.5 Value=50 Threshold=9 DatapointsToAlarm=1 poll_interval_s=4 "
                                 "on_timeout=fail probability=0.25 seed=99");
    diagnostics_free(&diagnostics);
    scenario_free(s);
}

/* The name tells apart, and so does the hash; a varied scenario without variations is the file itself. */
static void varied_scenarios_are_distinct(void **state)
{
    (void)state;
    const struct variation first = {"traffic.rate_rps", "2"}, second = {"traffic.rate_rps", "3"};
    struct diagnostics d[4];
    struct scenario *plain = read_varied(NULL, 0, &d[0]), *a = read_varied(&first, 1, &d[1]);
    struct scenario *b = read_varied(&second, 1, &d[2]), *again = read_varied(&first, 1, &d[3]);
    assert_true(plain && a && b && again);
    assert_string_equal(plain->name, "tiny");
    assert_string_equal(a->name, "tiny rate_rps=2");
    assert_string_equal(a->sha256, again->sha256);
    assert_string_not_equal(a->sha256, b->sha256);
    assert_string_not_equal(a->sha256, plain->sha256);
    const struct variation same_word[] = {{"versions.good.probability", "1"}, {"versions.faulty.probability", "0.5"}};
    struct diagnostics more;
    struct scenario *c = read_varied(same_word, 2, &more);
    assert_string_equal(c->name, "tiny versions.good.probability=1 versions.faulty.probability=0.5");
    struct scenario *all[] = {plain, a, b, again, c};
    for (size_t i = 0; i < 5; i++)
        scenario_free(all[i]);
    for (size_t i = 0; i < 4; i++)
        diagnostics_free(&d[i]);
    diagnostics_free(&more);
}

struct refusal {
    struct variation variation;
    int line; /* of the place */
    const char *words;
};

static void unknown_keys_name_the_nearest(void **state)
{
    (void)state;
    static const struct refusal rows[] = {
        {{"trafic.rate_rps", "1"}, 1, "there is no \"trafic\" here: did you mean \"traffic\"?"},
        {{"traffic.rate_rpm", "1"}, 11, "did you mean \"rate_rps\"?"},
        {{"endpoint.workers_per_instanse", "1"}, 7, "did you mean \"workers_per_instance\"?"},
        {{"policies.canery.x", "1"}, 27, "did you mean \"canary\"?"},
        {{"policies.canary.BlueGreenUpdatePolicy.TerminationWait", "1"}, 36, "there is no \"TerminationWait\""},
        {{"versions.bad.probability", "1"}, 13, "there is no \"bad\""},
        {{"modelling.poll_intervall_s", "1"}, 1, "did you mean \"poll_interval_s\"?"},
        {{"alarms[1].Period", "60"}, 21, "has no element 1"},
        {{"alarms[x].Period", "60"}, 1, "is no path"},
        {{"traffic..rate_rps", "60"}, 1, "is no path"},
        {{"traffic.rate_rps", "-1"}, 11, "must be a number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diagnostics diagnostics;
        struct scenario *scenario = read_varied(&rows[i].variation, 1, &diagnostics);
        if (scenario || diagnostics.count != 1)
            fail_msg("%s: %zu messages", rows[i].variation.key, diagnostics.count);
        if (!strstr(diagnostics.items[0].message, rows[i].words))
            fail_msg("%s: \"%s\" does not say \"%s\"", rows[i].variation.key, diagnostics.items[0].message,
                     rows[i].words);
        assert_int_equal(diagnostics.items[0].line, rows[i].line);
        diagnostics_free(&diagnostics);
    }
}

/* A value inside a file that is included cannot be varied, and says so. */
static void included_files_stay_as_they_are(void **state)
{
    (void)state;
    const struct variation variation = {"policies.canary-30.BlueGreenUpdatePolicy.TerminationWaitInSeconds", "5"};
    struct diagnostics diagnostics = {0};
    assert_null(scenario_read_varied("scenarios/start.json", &variation, 1, &diagnostics));
    assert_non_null(strstr(diagnostics.items[0].message, "in a file of its own"));
    diagnostics_free(&diagnostics);
}

int main(void)
{
    columns_announce();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_json_or_words),       cmocka_unit_test(nonsense_is_refused),
        cmocka_unit_test(values_stand_where_they_should), cmocka_unit_test(varied_scenarios_are_distinct),
        cmocka_unit_test(unknown_keys_name_the_nearest),  cmocka_unit_test(included_files_stay_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

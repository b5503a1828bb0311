/* The alarm rule against CloudWatch's own truth tables, recorded transitions and a rule written another way. */
#include "models/alarm.h"
#include "scenarios/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { RANGE = 5, LINE = 4096 };

/* "0-X-X", oldest left, as a range, newest first. */
static void range_from_text(const char *points, struct datapoint *range)
{
    const size_t count = strlen(points);
    for (size_t i = 0; i < count; i++) {
        const char c = points[count - 1 - i];
        range[i] = (struct datapoint){
            .at = -(int64_t)(i + 1) * US_PER_MINUTE,
            .value = c == 'X' ? 2.5 : 0.0, /* 0.0 is a value, not a gap */
            .samples = 7,
            .present = c != '-',
        };
    }
}

static struct alarm_config alarm_m_of_n(int m, int n, enum missing_data missing)
{
    return (struct alarm_config){
        .statistic = {.kind = STATISTIC_AVERAGE},
        .period_s = 60,
        .evaluation_periods = n,
        .datapoints_to_alarm = m,
        .threshold = 1.0,
        .comparison = COMPARE_GREATER,
        .missing = missing,
    };
}

/* Tables are read from the root of the tree, where tests run. */
static FILE *open_table(const char *path)
{
    FILE *table = fopen(path, "r");
    if (table == NULL)
        fail_msg("cannot open %s", path);
    return table;
}

static bool state_fits(enum alarm_state got, const char *want, enum alarm_state before)
{
    if (strcmp(want, "?") == 0)
        return true;
    if (strcmp(want, "keep") == 0)
        return got == before;
    if (strcmp(want, "!ALARM") == 0)
        return got != ALARM_ALARM;
    return strcmp(alarm_state_names[got], want) == 0;
}

static void test_missing_data_tables(void **state)
{
    (void)state;
    char line[LINE];
    int cells = 0;
    FILE *table = open_table("tests/tables/alarm_missing_data.txt");
    while (fgets(line, sizeof line, table) != NULL) {
        int n, m;
        char points[RANGE + 1], want[MISSING_POLICIES][32];
        if (line[0] == '#' || line[0] == '\n')
            continue;
        assert_int_equal(sscanf(line, "%d %d %5s %31s %31s %31s %31s", &n, &m, points, want[MISSING_MISSING],
                                want[MISSING_IGNORE], want[MISSING_BREACHING], want[MISSING_NOT_BREACHING]),
                         7);
        struct datapoint range[RANGE];
        range_from_text(points, range);
        for (int missing = 0; missing < MISSING_POLICIES; missing++) {
            const struct alarm_config config = alarm_m_of_n(m, n, (enum missing_data)missing);
            for (int before = 0; before < ALARM_STATES; before++) {
                const struct alarm_verdict verdict = alarm_evaluate(&config, range, RANGE, (enum alarm_state)before);
                if (!state_fits(verdict.state, want[missing], (enum alarm_state)before))
                    fail_msg("%d of %d, %s, %s, before %s: got %s, want %s", m, n, points, missing_data_names[missing],
                             alarm_state_names[before], alarm_state_names[verdict.state], want[missing]);
                cells += want[missing][0] != '?';
            }
        }
    }
    fclose(table);
    assert_int_equal(cells, 3 * (40 + 5 + 4 * 4));
}

/* --- The reason --- */

static int word_index(const char *const *words, int count, const char *word)
{
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    fail_msg("\"%s\" is not a known word", word);
    return -1;
}

/* "1.5,-,0" at those times. Returns how many. */
static size_t range_from_values(char *values, int64_t newest_us, int period_s, struct datapoint *range)
{
    size_t count = 0;
    char *rest;
    for (char *value = strtok_r(values, ",", &rest); value != NULL; value = strtok_r(NULL, ",", &rest)) {
        range[count] = (struct datapoint){
            .at = newest_us - (int64_t)count * period_s * US_PER_S,
            .value = strtod(value, NULL),
            .samples = 1,
            .present = strcmp(value, "-") != 0,
        };
        count++;
    }
    return count;
}

static void check_reason(char *evaluation, const char *want)
{
    struct alarm_config config = {.statistic = {.kind = STATISTIC_AVERAGE}};
    char m[16], operator[64], missing[32], before[32], after[32], newest[32], values[1024];
    assert_int_equal(sscanf(evaluation, "%d %15s %d %63s %lf %31s %31s %31s %31s %1023s", &config.evaluation_periods, m,
                            &config.period_s, operator, & config.threshold, missing, before, after, newest, values),
                     10);
    config.datapoints_given = strcmp(m, "-") != 0;
    config.datapoints_to_alarm = config.datapoints_given ? atoi(m) : config.evaluation_periods;
    config.comparison = (enum comparison)word_index(comparison_names, COMPARISONS, operator);
    config.missing = (enum missing_data)word_index(missing_data_names, MISSING_POLICIES, missing);

    int64_t newest_us;
    assert_true(clock_parse(newest, &newest_us));
    struct datapoint range[64];
    const size_t count = range_from_values(values, newest_us, config.period_s, range);
    const struct alarm_verdict verdict =
        alarm_evaluate(&config, range, count, (enum alarm_state)word_index(alarm_state_names, ALARM_STATES, before));
    assert_string_equal(alarm_state_names[verdict.state], after);

    char reason[1024];
    assert_int_equal(alarm_reason(reason, sizeof reason, &config, &verdict, range, count, 0), strlen(want));
    assert_string_equal(reason, want);
    /* The same with another origin of time, and cut to what there is room for. */
    for (size_t i = 0; i < count; i++)
        range[i].at -= 1234 * US_PER_S;
    char cut[24];
    assert_int_equal(alarm_reason(cut, sizeof cut, &config, &verdict, range, count, 1234 * US_PER_S), strlen(want));
    assert_memory_equal(cut, want, strlen(want) < sizeof cut ? strlen(want) + 1 : sizeof cut - 1);
    assert_true(strlen(cut) < sizeof cut);
}

static void test_reasons_to_the_letter(void **state)
{
    (void)state;
    char evaluation[LINE], reason[LINE];
    int cases = 0;
    FILE *table = open_table("tests/tables/alarm_reasons.txt");
    while (fgets(evaluation, sizeof evaluation, table) != NULL) {
        if (evaluation[0] == '#' || evaluation[0] == '\n')
            continue;
        assert_non_null(fgets(reason, sizeof reason, table));
        reason[strcspn(reason, "\n")] = '\0';
        check_reason(evaluation, reason);
        cases++;
    }
    fclose(table);
    assert_true(cases >= 20);
}

/* Numbers: plain decimals, at least one, and the same double when read back. */
static void test_numbers_in_reasons(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0.0"},
        {70, "70.0"},
        {38.839999999999996, "38.839999999999996"},
        {0.1 + 0.2, "0.30000000000000004"},
        {100000, "100000.0"},
        {1223375.0, "1223375.0"},
        {2147483648.0, "2147483648.0"},
        {-12.5, "-12.5"},
        {0.00025, "0.00025"},
        {1e300, "1.0E+300"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alarm_config config = alarm_m_of_n(1, 1, MISSING_MISSING);
        config.threshold = rows[i].value;
        config.comparison = COMPARE_LESS_OR_EQUAL;
        const struct datapoint point = {.value = rows[i].value, .present = true};
        const struct alarm_verdict verdict = alarm_evaluate(&config, &point, 1, ALARM_OK);
        char got[256], want[256];
        alarm_reason(got, sizeof got, &config, &verdict, &point, 1, 0);
        snprintf(
            want, sizeof want,
            "Threshold Crossed: 1 datapoint [%s (01/01/70 00:00:00)] was less than or equal to the threshold (%s).",
            rows[i].text, rows[i].text);
        assert_string_equal(got, want);
    }
}

/* --- Comparisons and percentiles with few samples --- */

static void test_comparisons(void **state)
{
    (void)state;
    static const bool breaches[COMPARISONS][3] = {
        /* threshold - 1, threshold, threshold + 1 */
        [COMPARE_GREATER_OR_EQUAL] = {false, true, true},
        [COMPARE_GREATER] = {false, false, true},
        [COMPARE_LESS] = {true, false, false},
        [COMPARE_LESS_OR_EQUAL] = {true, true, false},
    };
    for (int c = 0; c < COMPARISONS; c++) {
        struct alarm_config config = alarm_m_of_n(1, 1, MISSING_MISSING);
        config.comparison = (enum comparison)c;
        for (int i = 0; i < 3; i++)
            assert_int_equal(alarm_breaches(&config, config.threshold + i - 1), breaches[c][i]);
    }
}

/* The rule for few samples applies below 10/(1-p) for p >= 0.5, below 10/p under that. */
static void test_low_samples(void **state)
{
    (void)state;
    static const struct {
        const char *statistic;
        double enough;
    } rows[] = {
        {"p50", 20},  {"p90", 100}, {"p95", 200}, {"p99", 1000},   {"p99.9", 10000}, {"p99.99", 1e5},   {"p75", 40},
        {"p10", 100}, {"p1", 1000}, {"p25", 40},  {"p0.1", 10000}, {"p99.999", 1e6}, {"p99.9999", 1e7},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct alarm_config config = alarm_m_of_n(1, 1, MISSING_MISSING);
        assert_int_equal(statistic_parse_extended(rows[i].statistic, &config.statistic), STATISTIC_OK);
        for (int ignores = 0; ignores <= 1; ignores++) {
            config.ignores_low_samples = ignores;
            for (int lacking = 0; lacking <= 1; lacking++) {
                const struct datapoint point = {.value = 2.5, .samples = rows[i].enough - lacking, .present = true};
                const struct alarm_verdict verdict = alarm_evaluate(&config, &point, 1, ALARM_OK);
                const bool kept = ignores && lacking;
                if (verdict.low_samples != kept || verdict.kept != kept)
                    fail_msg("%s with %g samples: kept %d", rows[i].statistic, point.samples, verdict.kept);
                assert_int_equal(verdict.state, kept ? ALARM_OK : ALARM_ALARM);
            }
        }
    }
}

/* Only the datapoints in use count; those without a known number of samples are never short. */
static void test_low_samples_are_judged_per_datapoint_in_use(void **state)
{
    (void)state;
    struct alarm_config config = alarm_m_of_n(2, 2, MISSING_MISSING);
    config.statistic = (struct statistic){STATISTIC_PERCENTILE, 0.9};
    config.ignores_low_samples = true;
    struct datapoint range[4];
    range_from_text("X-XX", range);
    range[0].samples = 100;
    range[1].samples = 99;
    range[3].samples = 1; /* older than the two in use */
    struct alarm_verdict verdict = alarm_evaluate(&config, range, 4, ALARM_INSUFFICIENT_DATA);
    assert_true(verdict.kept && verdict.low_samples);
    assert_int_equal(verdict.state, ALARM_INSUFFICIENT_DATA);

    range[1].samples = 100;
    verdict = alarm_evaluate(&config, range, 4, ALARM_INSUFFICIENT_DATA);
    assert_false(verdict.kept);
    assert_int_equal(verdict.state, ALARM_ALARM);

    range[1].samples = NAN;
    assert_false(alarm_evaluate(&config, range, 4, ALARM_OK).kept);

    config.statistic = (struct statistic){.kind = STATISTIC_MAXIMUM};
    range[0].samples = 1;
    assert_false(alarm_evaluate(&config, range, 4, ALARM_OK).kept);
}

/* --- The same rule, written another way --- */

/* From the words of the user guide, on text: write the newest N real points down, fill up with what the setting says
 * ('X', '0', or '?'), and read the answer off. */
static enum alarm_state expected_state(const char *points, int m, int n, enum missing_data missing,
                                       enum alarm_state before)
{
    static const char fill[MISSING_POLICIES] = {'?', '?', 'X', '0'};
    char used[32] = "";
    int real = 0, oldest_breach_age = 0, bad = 0, good = 0, unknown = 0;
    const int count = (int)strlen(points);
    for (int age = 1; age <= count && real < n; age++)
        if (points[count - age] != '-')
            used[real++] = points[count - age];
    for (int i = real; i < n; i++)
        used[i] = fill[missing];
    for (int i = 0; i < n; i++) {
        bad += used[i] == 'X';
        good += used[i] == '0';
        unknown += used[i] == '?';
    }
    if (bad >= m)
        return ALARM_ALARM;
    if (unknown == 0 || good > 0)
        return ALARM_OK;
    if (missing == MISSING_IGNORE)
        return before;
    for (int age = 1; age <= count; age++)
        if (points[count - age] == 'X')
            oldest_breach_age = age;
    return oldest_breach_age >= m ? ALARM_ALARM : ALARM_INSUFFICIENT_DATA;
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void check_verdict(const struct alarm_config *config, const char *points, enum alarm_state before)
{
    struct datapoint range[16];
    const size_t count = strlen(points);
    range_from_text(points, range);
    const struct alarm_verdict verdict = alarm_evaluate(config, range, count, before);
    const enum alarm_state want =
        expected_state(points, config->datapoints_to_alarm, config->evaluation_periods, config->missing, before);
    if (verdict.state != want)
        fail_msg("%d of %d, %s, %s: got %s, want %s", config->datapoints_to_alarm, config->evaluation_periods, points,
                 missing_data_names[config->missing], alarm_state_names[verdict.state], alarm_state_names[want]);

    const int fill = config->missing == MISSING_BREACHING ? verdict.missing : 0;
    const bool enough = verdict.breaching + fill >= config->datapoints_to_alarm;
    assert_int_equal(verdict.considered + verdict.missing, config->evaluation_periods);
    assert_true(verdict.breaching <= verdict.considered);
    assert_int_equal(verdict.state == ALARM_ALARM && !verdict.kept, enough || verdict.premature);
    assert_true(!verdict.kept || verdict.state == before);
    assert_true(!verdict.kept || config->missing == MISSING_IGNORE);
    assert_true(!verdict.premature || (config->missing == MISSING_MISSING && verdict.missing > 0));

    /* One more breach never calms an alarm. */
    for (size_t i = 0; i < count && verdict.state == ALARM_ALARM; i++) {
        if (!range[i].present)
            continue;
        struct datapoint worse[16];
        memcpy(worse, range, sizeof worse);
        worse[i].value = 99.0;
        assert_int_equal(alarm_evaluate(config, worse, count, before).state, ALARM_ALARM);
    }
}

static void test_against_a_rule_written_another_way(void **state)
{
    (void)state;
    uint32_t seed = 20261123;
    for (int round = 0; round < 200000; round++) {
        const int n = 1 + (int)(next_random(&seed) % 8), m = 1 + (int)(next_random(&seed) % (uint32_t)n);
        const int count = n + (int)(next_random(&seed) % 6);
        const uint32_t gaps = next_random(&seed) % 5; /* from none to most */
        char points[16] = "";
        for (int i = 0; i < count; i++)
            points[i] = next_random(&seed) % 5 < gaps ? '-' : next_random(&seed) % 2 ? 'X' : '0';
        const struct alarm_config config = alarm_m_of_n(m, n, (enum missing_data)(next_random(&seed) % 4));
        check_verdict(&config, points, (enum alarm_state)(next_random(&seed) % 3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_missing_data_tables),
        cmocka_unit_test(test_reasons_to_the_letter),
        cmocka_unit_test(test_numbers_in_reasons),
        cmocka_unit_test(test_comparisons),
        cmocka_unit_test(test_low_samples),
        cmocka_unit_test(test_low_samples_are_judged_per_datapoint_in_use),
        cmocka_unit_test(test_against_a_rule_written_another_way),
    };
    return cmocka_run_group_tests_name("alarm", tests, NULL, NULL);
}

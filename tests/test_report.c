/* The report on hand-made trials whose every figure can be worked out on paper, and what it leaves on disk. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <cjson/cJSON.h>

#include "report/deployment_json.h"
#include "report/display.h"
#include "report/grid.h"
#include "report/output.h"
#include "report/ranking.h"
#include "report/write_csv.h"
#include "report/write_json.h"
#include "report/write_text.h"

/* ---- a little study: 2 policies, versions old (current), good (0.75), bad (0.25), 4 replications ---- */

enum { POLICIES = 2, VERSIONS = 2, TRIALS = 1 + POLICIES * VERSIONS, REPLICATIONS = 4 };

/* excess bad responses: [policy][version][replication] */
static const double excess[POLICIES][VERSIONS][REPLICATIONS] = {
    {{0, 0, 0, 0}, {10, 20, 30, 40}},
    {{0, 0, 0, 0}, {4, 6, 14, 16}},
};

struct fixture {
    struct version_config versions[3];
    struct policy policies[POLICIES];
    struct gate gates[3];
    struct scenario scenario;
    struct trial trials[TRIALS];
    struct outcome rows[REPLICATIONS * TRIALS];
    struct replicate_result result;
    struct study study;
};

static void absent(struct outcome *outcome)
{
    *outcome = (struct outcome){.trip_phase = PHASE_DONE, .is_detected = NAN};
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].kind == COLUMN_NUMBER) {
            const double nan = NAN;
            memcpy((char *)outcome + columns[i].offset, &nan, sizeof nan);
        }
}

static void fill_rows(struct fixture *f)
{
    for (size_t r = 0; r < REPLICATIONS; r++)
        for (size_t t = 0; t < TRIALS; t++) {
            struct outcome *o = &f->rows[r * TRIALS + t];
            absent(o);
            o->requests = 1000;
            o->excess_bad_responses = 0;
            if (t == 0)
                continue;
            bool is_bad = f->trials[t].version == 2;
            o->excess_bad_responses = excess[f->trials[t].policy][f->trials[t].version - 1][r];
            /* The first policy misses the fault in the last replication. */
            bool is_back = is_bad && !(f->trials[t].policy == 0 && r == 3);
            o->kind = is_back ? OUTCOME_ROLLED_BACK : OUTCOME_SUCCEEDED;
            o->is_detected = is_back;
            o->trip_alarms = is_back;
            o->trip_phase = is_back ? PHASE_CANARY_BAKE : PHASE_DONE;
            if (is_back)
                o->time_to_rollback_s = 100 + 10 * (double)r;
        }
}

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->versions[0] = (struct version_config){.name = "old", .endpoint_config_name = "cfg-1", .probability = NAN};
    f->versions[1] = (struct version_config){.name = "good", .endpoint_config_name = "cfg-2", .probability = 0.6};
    f->versions[2] =
        (struct version_config){.name = "bad, \"very\"", .endpoint_config_name = "cfg-2", .probability = 0.2};
    f->policies[0] =
        (struct policy){"slow\x1b[2J", {.mode = SHIFT_ALL_AT_ONCE, .alarm_names = {"a;b"}, .alarm_count = 1}};
    f->policies[1] = (struct policy){"quick",
                                     {.mode = SHIFT_CANARY,
                                      .canary = {CAPACITY_PERCENT, 25},
                                      .wait_interval_s = 300,
                                      .termination_wait_s = 60,
                                      .alarm_names = {"it's \xC3\xA9"},
                                      .alarm_count = 1}};
    f->gates[0] = (struct gate){"p_rolled_back", "*", "good", "mean", false, true, 0.01};
    f->gates[1] = (struct gate){"excess_bad_responses", "quick", "(mix)", "mean", false, true, 50};
    f->gates[2] = (struct gate){"excess_bad_responses", "quick", "bad, \"very\"", "min", true, false, 5};
    f->scenario =
        (struct scenario){.file = "little.json",
                          .name = "little",
                          .replications = REPLICATIONS,
                          .gates = f->gates,
                          .gate_count = 3,
                          .setting = {.seed = 7,
                                      .horizon_us = 3600 * US_PER_S,
                                      .versions = f->versions,
                                      .version_count = 3,
                                      .policies = f->policies,
                                      .policy_count = POLICIES,
                                      .endpoint = {.endpoint_name = "e", .variant_name = "v", .instance_count = 4}}};
    f->trials[0] = (struct trial){SIZE_MAX, SIZE_MAX};
    for (size_t t = 1; t < TRIALS; t++)
        f->trials[t] = (struct trial){(t - 1) / VERSIONS, 1 + (t - 1) % VERSIONS};
    fill_rows(f);
    f->result = (struct replicate_result){
        .trials = f->trials, .trial_count = TRIALS, .rows = f->rows, .replications = REPLICATIONS};
    *state = f;
    return study_init(&f->study, &f->scenario, &f->result, 0);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    study_free(&f->study);
    free(f);
    return 0;
}

static const struct summary *figures(const struct fixture *f, size_t policy, size_t version, const char *metric)
{
    long group = study_group(&f->study, policy, version);
    assert_true(group >= 0);
    return &study_summary(&f->study, (size_t)group, column_find(metric))->figures;
}

static void test_summary(void **state)
{
    const struct fixture *f = *state;
    /* Control, then a policy's versions and its mix. */
    static const char *const order[][2] = {
        {"(none)", "old"},        {"slow\x1b[2J", "good"}, {"slow\x1b[2J", "bad, \"very\""},
        {"slow\x1b[2J", "(mix)"}, {"quick", "good"},       {"quick", "bad, \"very\""},
        {"quick", "(mix)"}};
    assert_int_equal(f->study.group_count, 7);
    for (size_t g = 0; g < 7; g++) {
        assert_string_equal(group_policy(&f->study, &f->study.groups[g]), order[g][0]);
        assert_string_equal(group_version(&f->study, &f->study.groups[g]), order[g][1]);
    }
    const struct summary *s = figures(f, 0, 2, "excess_bad_responses");
    assert_true(s->n == 4 && s->mean == 25 && s->min == 10 && s->p50 == 20 && s->p95 == 40 && s->max == 40);
    s = figures(f, 0, SIZE_MAX, "excess_bad_responses");
    assert_true(s->n == 8 && fabs(s->mean - 6.25) < 1e-12 && s->max == 40 && s->p50 == 0);
    s = figures(f, 0, 2, "time_to_rollback_s");
    assert_true(s->n == 3 && s->mean == 110);
    s = figures(f, 0, 1, "time_to_rollback_s");
    assert_true(s->n == 0 && isnan(s->mean));
    s = figures(f, 0, SIZE_MAX, "p_rolled_back");
    struct interval exact = estimate_clopper_pearson(0.25 * 0.75 * 4, 4, 0.95);
    assert_true(s->n == 8 && fabs(s->mean - 0.1875) < 1e-12 && isnan(s->sd) && isnan(s->max));
    assert_true(fabs(s->interval.low - exact.low) < 1e-9 && fabs(s->interval.high - exact.high) < 1e-9);
    s = figures(f, SIZE_MAX, 0, "p_rolled_back");
    assert_true(s->n == 0 && isnan(s->interval.high));
}

static void test_differences(void **state)
{
    const struct fixture *f = *state;
    size_t seen = 0;
    for (size_t i = 0; i < f->study.difference_count; i++) {
        const struct difference_row *row = &f->study.differences[i];
        const struct group *g = &f->study.groups[row->group];
        assert_int_equal(g->policy, 1); /* the baseline is not set against itself */
        if (row->column == column_find("excess_bad_responses") && g->version == 2) {
            assert_true(row->figures.n == 4 && row->figures.mean == -15 && row->figures.correlation > 0.9);
            seen++;
        }
        if (row->column == column_find("excess_bad_responses") && g->version == SIZE_MAX) {
            assert_true(row->figures.n == 4 && fabs(row->figures.mean + 3.75) < 1e-12);
            seen++;
        }
        if (row->column == column_find("time_to_rollback_s") && g->version == 2) {
            assert_true(row->figures.n == 3 && row->figures.mean == 0);
            seen++;
        }
    }
    assert_int_equal(seen, 3);
}

static void test_gates(void **state)
{
    const struct fixture *f = *state;
    struct gate_row *rows;
    size_t count;
    assert_int_equal(judge_gates(&f->study, &rows, &count), 0);
    assert_int_equal(count, 4); /* the star is two */
    /* 0 of 4 says at most 60 %, which straddles 1 %. */
    assert_true(rows[0].result == GATE_UNDECIDED && rows[0].value == 0 && rows[0].interval.high > 0.5);
    assert_int_equal(rows[1].result, GATE_UNDECIDED);
    assert_int_equal(rows[2].result, GATE_PASS);
    assert_true(rows[3].result == GATE_FAIL && rows[3].value == 4); /* the least is 4, at least 5 is asked */
    free(rows);
}

static void test_ranking(void **state)
{
    struct fixture *f = *state;
    struct ranked ranked[POLICIES];
    struct criterion by = ranking_criterion(&f->study);
    assert_true(by.is_mix && by.part_count == 1); /* no prices: the blast radius */
    struct criterion harm = ranking_harm();
    assert_int_equal(ranking_make(&f->study, &harm, 1, ranked), 0);
    assert_true(ranked[0].policy == 1 && ranked[0].rank == 1 && !ranked[0].is_tied);
    assert_true(ranked[1].policy == 0 && ranked[1].rank == 2 && ranked[1].behind.mean == 15);
    assert_int_equal(ranking_make(&f->study, &harm, 0, ranked), 0);
    assert_true(ranked[0].rank == 1 && ranked[1].rank == 1 && ranked[0].is_tied && ranked[1].is_tied);
}

/* A refused deployment harms nobody. It must not win for that. */
static void test_refused_is_not_ranked(void **state)
{
    struct fixture *f = *state;
    struct ranked ranked[POLICIES];
    struct criterion by = ranking_criterion(&f->study);
    for (size_t i = 0; i < REPLICATIONS * TRIALS; i++)
        if (f->trials[i % TRIALS].policy == 1)
            f->rows[i].kind = OUTCOME_REFUSED;
    assert_int_equal(ranking_make(&f->study, &by, SIZE_MAX, ranked), 0);
    assert_true(ranked[0].policy == 0 && ranked[0].rank == 1);
    assert_true(ranked[1].policy == 1 && ranked[1].rank == 0);
}

/* ---- writers ---- */

static char *csv_text(const struct fixture *f, int file)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    csv_files[file].header(to);
    csv_files[file].rows(to, &f->study);
    fclose(to);
    return text;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void test_csv(void **state)
{
    const struct fixture *f = *state;
    char *text = csv_text(f, 0);
    static const char start[] = "scenario,policy,version,replication,outcome,reason,trip_alarm,trip_phase,requests,";
    assert_memory_equal(text, start, sizeof start - 1);
    assert_int_equal(count_lines(text), 1 + TRIALS * REPLICATIONS);
    assert_non_null(strstr(text, "\nlittle,(none),old,0,,,,,1000,"));
    assert_non_null(strstr(text, "\nlittle,quick,\"bad, \"\"very\"\"\",3,ROLLED_BACK,"));
    free(text);
    text = csv_text(f, 1);
    assert_memory_equal(text, "scenario,policy,version,metric,n,mean,", 38);
    assert_non_null(strstr(text, "\nlittle,quick,good,time_to_rollback_s,0,,,,,,,,,\n"));
    assert_non_null(strstr(text, "\nlittle,quick,good,requests,4,1000,1000,1000,0,1000,1000,1000,1000,1000\n"));
    assert_non_null(strstr(text, "\nlittle,quick,good,p_rolled_back,4,0,0,0.602"));
    free(text);
    text = csv_text(f, 2);
    assert_memory_equal(
        text, "scenario,baseline,policy,version,metric,n,mean_difference,ci95_low,ci95_high,correlation\n", 88);
    assert_int_equal(count_lines(text), 1 + f->study.difference_count);
    free(text);
}

static cJSON *member(cJSON *object, const char *key)
{
    cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    assert_non_null(item);
    return item;
}

static void test_json(void **state)
{
    const struct fixture *f = *state;
    static const char *const warnings[] = {"a \"warning\"\nwith \x01 and \xFF"};
    struct manifest manifest = {&f->scenario, &f->result, 2, 1.5, 2.25, warnings, 1};
    struct gate_row *gates;
    size_t gate_count, size;
    char *text;
    assert_int_equal(judge_gates(&f->study, &gates, &gate_count), 0);
    FILE *to = open_memstream(&text, &size);
    struct json json = {.to = to, .lines = 2};
    write_json(&json, &f->study, &manifest, gates, gate_count);
    fclose(to);
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    cJSON *head = member(root, "manifest");
    static const char *const keys[] = {
        "program",  "version", "scenario",           "scenario_sha256", "seed",   "replications", "t_end_s",
        "compiler", "threads", "requests_simulated", "requests_spared", "wall_s", "cpu_s",        "warnings"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        member(head, keys[i]);
    assert_string_equal(member(head, "program")->valuestring, "bakeoff");
    assert_true(member(head, "t_end_s")->valuedouble == 3600);
    assert_string_equal(cJSON_GetArrayItem(member(head, "warnings"), 0)->valuestring,
                        "a \"warning\"\nwith \x01 and \xEF\xBF\xBD");
    assert_int_equal(cJSON_GetArraySize(member(root, "summary")), f->study.summary_count);
    assert_int_equal(cJSON_GetArraySize(member(root, "differences")), f->study.difference_count);
    cJSON *row = cJSON_GetArrayItem(member(root, "gates"), 3);
    assert_string_equal(member(row, "result")->valuestring, "fail");
    assert_true(member(row, "min")->valuedouble == 5 && !cJSON_HasObjectItem(row, "max"));
    cJSON *each; /* absent is null, not 0 */
    cJSON_ArrayForEach(each, member(root, "summary")) if (strcmp(member(each, "metric")->valuestring, "alarm_s") == 0)
        assert_true(cJSON_IsNull(member(each, "mean")) && member(each, "n")->valuedouble == 0);
    cJSON_Delete(root);
    free(text);
    free(gates);
}

static void test_text_fits(void **state)
{
    const struct fixture *f = *state;
    static const size_t widths[] = {70, 80, 140};
    struct gate_row *gates;
    size_t gate_count;
    assert_int_equal(judge_gates(&f->study, &gates, &gate_count), 0);
    for (size_t w = 0; w < 3; w++) {
        char *text;
        size_t size;
        FILE *to = open_memstream(&text, &size);
        struct text_style style = {.width = widths[w]};
        assert_int_equal(write_text(to, &f->study, gates, gate_count, style), 0);
        fclose(to);
        assert_null(strchr(text, '\x1b')); /* neither colours nor the one in a policy's name */
        assert_non_null(strstr(text, "slow\\u001b[2J"));
        assert_non_null(strstr(text, "< ")); /* never 0 % */
        assert_null(strstr(text, " 0 %"));
        assert_non_null(strstr(text, "aws sagemaker update-endpoint --endpoint-name e --endpoint-config-name cfg-2"));
        char *rest = NULL;
        for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
            if (strncmp(line, "aws ", 4) != 0) /* one line, for pasting */
                if (grid_width(line) > widths[w])
                    fail_msg("wider than %zu: %s", widths[w], line);
        free(text);
    }
    free(gates);
}

/* ---- pieces ---- */

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {{0.1, "0.1"},
                {0.1 + 0.2, "0.30000000000000004"},
                {-0.0, "0"},
                {1e300, "1e+300"},
                {1.0 / 3, "0.3333333333333333"},
                {123456789, "123456789"},
                {5e-324, "4.94065645841247e-324"}};
    char text[NUMBER_SIZE];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(emit_number(text, rows[i].value), rows[i].text);
        assert_true(strtod(text, NULL) == rows[i].value);
    }
}

static void test_display(void **state)
{
    (void)state;
    char text[DISPLAY_SIZE];
    const struct interval i = {180, 210.2}, rare = {0, 0.00917987}, sure = {0.99082013, 1};
    assert_string_equal(display_interval(text, FORMAT_SECONDS, 195, i), "3.25 min [3.00, 3.50]");
    assert_string_equal(display_value(text, FORMAT_SECONDS, 45), "45.0 s");
    assert_string_equal(display_value(text, FORMAT_COUNT, NAN), "-");
    assert_string_equal(display_proportion(text, 0, rare, true), "< 0.92 %");
    assert_string_equal(display_proportion(text, 1, sure, true), "> 99.08 %");
    assert_string_equal(display_proportion(text, 0.125, (struct interval){0.1, 0.15}, true), "12.5 % [10.0, 15.0]");
    assert_string_equal(display_interval(text, FORMAT_COUNT, 5, (struct interval){NAN, NAN}), "5 [?, ?]");
}

static void test_visible(void **state)
{
    (void)state;
    char text[64];
    assert_string_equal(emit_visible(text, sizeof text, "a\nb\x7F"), "a\\u000ab\\u007f");
    assert_string_equal(emit_visible(text, sizeof text, "\xE2\x80\xAEtxt"), "\\u202etxt"); /* right to left */
    assert_string_equal(emit_visible(text, sizeof text,
                                     "\xC2\x9B"
                                     "1m"),
                        "\\u009b1m"); /* an 8-bit escape */
    assert_string_equal(emit_visible(text, sizeof text, "\xC3\xA9\xFF"), "\xC3\xA9\\ufffd");
    char tiny[4];
    assert_string_equal(emit_visible(tiny, sizeof tiny, "ab\xC3\xA9"), "ab"); /* no half characters */
}

static char *shell_text(const char *argument)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    shell_put(to, argument);
    fclose(to);
    return text;
}

static void test_shell(void **state)
{
    (void)state;
    static const struct {
        const char *argument, *quoted;
    } rows[] = {{"my-endpoint_1", "my-endpoint_1"},
                {"", "''"},
                {"a b", "'a b'"},
                {"$(x)`y`", "'$(x)`y`'"},
                {"it's", "'it'\\''s'"},
                {"a\n'\\", "$'a\\012\\'\\\\'"},
                {"~x", "'~x'"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *text = shell_text(rows[i].argument);
        assert_string_equal(text, rows[i].quoted);
        free(text);
    }
}

static void test_deployment(void **state)
{
    const struct fixture *f = *state;
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    struct json json = {.to = to, .is_ascii = true};
    deployment_json_put(&json, &f->policies[1].config);
    fclose(to);
    assert_string_equal(
        text, "{\"BlueGreenUpdatePolicy\": {\"TrafficRoutingConfiguration\": {\"Type\": \"CANARY\", "
              "\"WaitIntervalInSeconds\": 300, \"CanarySize\": {\"Type\": \"CAPACITY_PERCENT\", \"Value\": 25}}, "
              "\"TerminationWaitInSeconds\": 60}, \"AutoRollbackConfiguration\": {\"Alarms\": "
              "[{\"AlarmName\": \"it's \\u00e9\"}]}}");
    free(text);
}

/* ---- files ---- */

static char *read_all(const char *path)
{
    static char text[256];
    FILE *file = fopen(path, "r");
    if (!file)
        return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void test_output(void **state)
{
    (void)state;
    char folder[] = "report-test-XXXXXX", path[64], deep[64], link_path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/file", folder);
    snprintf(deep, sizeof deep, "%s/a/b/", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);

    struct output output;
    assert_int_equal(output_open(&output, path), 0);
    fputs("one", output.file);
    assert_null(read_all(path)); /* not before all of it is there */
    assert_int_equal(output_commit(&output), 0);
    assert_string_equal(read_all(path), "one");

    assert_int_equal(output_open(&output, path), 0);
    fputs("two", output.file);
    output_abandon(&output);
    assert_string_equal(read_all(path), "one");

    assert_int_equal(chmod(path, 0640) | symlink("file", link_path), 0);
    assert_int_equal(output_open(&output, link_path), 0); /* through the link, rights kept */
    fputs("three", output.file);
    assert_int_equal(output_commit(&output), 0);
    struct stat there;
    assert_true(lstat(link_path, &there) == 0 && S_ISLNK(there.st_mode));
    assert_true(stat(path, &there) == 0 && (there.st_mode & 0777) == 0640);
    assert_string_equal(read_all(path), "three");

    assert_int_equal(output_make_directory(deep), 0);
    assert_int_equal(output_make_directory(deep), 0);
    assert_int_equal(output_make_directory(path), -1);
    assert_int_equal(errno, ENOTDIR);
    assert_int_equal(output_make_directory(""), -1);
    assert_int_equal(output_open(&output, "no/such/folder/file"), -1);
    assert_int_equal(errno, ENOENT);

    assert_int_equal(unlink(link_path) | unlink(path), 0);
    deep[strlen(deep) - 1] = '\0';
    assert_int_equal(rmdir(deep), 0);
    *strrchr(deep, '/') = '\0';
    assert_int_equal(rmdir(deep), 0);
    assert_int_equal(rmdir(folder), 0); /* and nothing else was left there */
}

static void test_full_disk(void **state)
{
    (void)state;
    struct output output;
    if (access("/dev/full", W_OK))
        skip();
    assert_int_equal(output_open(&output, "/dev/full"), 0);
    for (int i = 0; i < 100000; i++)
        fputs("row\n", output.file);
    assert_int_equal(output_commit(&output), -1);
    assert_int_equal(errno, ENOSPC);
    struct stat there;
    assert_true(stat("/dev/full", &there) == 0 && S_ISCHR(there.st_mode));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_summary, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_differences, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_gates, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ranking, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused_is_not_ranked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_csv, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_json, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_text_fits, set_up, tear_down),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_display),
        cmocka_unit_test(test_visible),
        cmocka_unit_test(test_shell),
        cmocka_unit_test_setup_teardown(test_deployment, set_up, tear_down),
        cmocka_unit_test(test_output),
        cmocka_unit_test(test_full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

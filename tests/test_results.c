/* Stored results: read back as they were written, refused where they are damaged, compared without false alarms. */
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

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "report/output.h"
#include "report/stored/capacity.h"
#include "report/stored/changes.h"
#include "report/stored/results.h"
#include "report/stored/trials_csv.h"
#include "report/stored/write_sheet.h"
#include "report/write_csv.h"

/* ---- folders of results ---- */

static char *room;

static int prepare(void **state)
{
    (void)state;
    const char *temporary = getenv("TMPDIR");
    return asprintf(&room, "%s/results-XXXXXX", temporary ? temporary : ".") < 0 || !mkdtemp(room) ? -1 : 0;
}

static char *path_of(const char *folder, const char *name)
{
    char *path;
    assert_true(asprintf(&path, "%s/%s%s%s", room, folder, name[0] != '\0' ? "/" : "", name) > 0);
    return path;
}

static void put(const char *folder, const char *name, const char *text)
{
    char *directory = path_of(folder, ""), *path = path_of(folder, name);
    assert_int_equal(output_make_directory(directory), 0);
    FILE *to = fopen(path, "w"); /* no fsync: there are hundreds */
    assert_non_null(to);
    fputs(text, to);
    fclose(to);
    free(directory);
    free(path);
}

static void drop(const char *folder)
{
    static const char *const names[] = {"summary.csv", "trials.csv", "differences.csv", "manifest.json"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_of(folder, names[i]);
        unlink(path);
        free(path);
    }
    char *directory = path_of(folder, "");
    rmdir(directory);
    free(directory);
}

static int clean(void **state)
{
    (void)state;
    static const char *const folders[] = {"a", "b"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        drop(folders[i]);
    rmdir(room);
    free(room);
    return 0;
}

static bool read_folder(const char *folder, struct results *results, struct diagnostics *diagnostics)
{
    char *path = path_of(folder, "");
    bool is_good = results_read(results, path, diagnostics);
    free(path);
    return is_good;
}

/* ---- summary.csv ---- */

#define HEADER "scenario,policy,version,metric,n,mean,ci95_low,ci95_high,sd,min,p50,p95,p99,max\n"
#define REQUESTS(group, n, mean) group ",requests," n "," mean ",1,9,2,1,2,3,4,9\n"

static void test_summary(void **state)
{
    (void)state;
    put("a", "summary.csv",
        HEADER REQUESTS("s,(none),old", "3",
                        "5") "s,p,new,deployment_s,0,,,,,,,,,\n"
                             "s,p,new,p_detected,3,0,0,0.7,,,,,,\n"
                             "\"t, \"\"quoted\"\"\nin two lines\",p,new,no_such_figure,1,1,1,1,,,,,,\n");
    struct results results;
    struct diagnostics diagnostics = {0};
    assert_true(read_folder("a", &results, &diagnostics));
    assert_int_equal(diagnostics_warnings(&diagnostics), 1);
    assert_non_null(strstr(diagnostics.items[0].message, "\"no_such_figure\" in line 5"));
    assert_int_equal(results.scenario_count, 2);
    assert_string_equal(results.scenarios[1].name, "t, \"quoted\"\nin two lines");
    assert_false(results.scenarios[0].is_known);
    assert_null(results.program_version);
    const struct results_group *group = results_group(&results.scenarios[0], "p", "new");
    assert_non_null(group);
    const struct results_figure *detected = &group->figures[column_find("p_detected") - columns];
    assert_true(detected->is_there && detected->figures.n == 3 && detected->figures.interval.high == 0.7);
    assert_true(isnan(detected->figures.sd));
    const struct results_figure *late = &group->figures[column_find("deployment_s") - columns];
    assert_true(late->is_there && late->figures.n == 0 && isnan(late->figures.mean));
    assert_false(group->figures[column_find("requests") - columns].is_there);
    const struct results_filter filter = {.policy = "p*", .version = "n[aeiou]w"};
    assert_true(results_wants(&filter, group));
    assert_false(results_wants(&filter, &results.scenarios[0].groups[0]));
    results_free(&results);
    diagnostics_free(&diagnostics);
}

static void test_summary_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *words;
    } rows[] = {
        {"", 1, "is empty"},
        {HEADER, 0, "holds no results"},
        {"scenario,policy,version,metric,n,mean,ci95_low,ci95_high,sd,min,p50,p95,p99\n", 1, "has no column \"max\""},
        {HEADER REQUESTS("s,p,v", "3", "5") REQUESTS("s,p,v", "3", "6"), 3, "requests of this policy and version"},
        {HEADER REQUESTS("s,p,v", "3", "5") REQUESTS("s,q,v", "3", "6") "s,p,v,slow_requests,1,1,1,1,,1,1,1,1,1\n", 4,
         "stands in two places"},
        {HEADER REQUESTS("s,p,v", "3", "5") REQUESTS("t,p,v", "3", "6") REQUESTS("s,q,v", "3", "6"), 4,
         "the scenario \"s\" stands in two places"},
        {HEADER REQUESTS("s,p,v", "3.5", "5"), 2, "n must be a whole number, got \"3.5\""},
        {HEADER REQUESTS("s,p,v", "-3", "5"), 2, "n must be a whole number"},
        {HEADER REQUESTS("s,p,v", "3", "nan"), 2, "mean must be a number or empty, got \"nan\""},
        {HEADER REQUESTS("s,p,v", "3", ""), 2, "the row is damaged"},
        {HEADER REQUESTS("s,p,v", "0", "4"), 2, "the row is damaged"},
        {HEADER "s,p,v,requests,3,5,1", 2, "has 7 cells where the header has 14"},
        {HEADER "s,p,v,requ\"ests,3", 2, "is not CSV"},
        {HEADER "s,p,\"v,requests,3", 2, "is never closed"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct results results;
        struct diagnostics diagnostics = {0};
        put("a", "summary.csv", rows[i].text);
        assert_false(read_folder("a", &results, &diagnostics));
        assert_int_equal(diagnostics_errors(&diagnostics), 1);
        if (diagnostics.items[0].line != rows[i].line || !strstr(diagnostics.items[0].message, rows[i].words))
            fail_msg("row %zu: line %d: %s", i, diagnostics.items[0].line, diagnostics.items[0].message);
        results_free(&results);
        diagnostics_free(&diagnostics);
    }
}

/* Seeds of more than 53 bits are no floating-point numbers. */
static void test_manifest(void **state)
{
    (void)state;
    struct results results;
    struct diagnostics diagnostics = {0};
    put("a", "summary.csv", HEADER REQUESTS("s,p,v", "3", "5"));
    put("a", "manifest.json",
        "{\"scenarios\": [{\"scenario\": \"s\", \"scenario_sha256\": \"ab\", \"program_version\": \"v1\", "
        "\"seed\": 9007199254740993, \"replications\": 3}, {\"scenario\": \"later\", \"scenario_sha256\": \"cd\", "
        "\"program_version\": \"v1\", \"seed\": 1, \"replications\": 3}]}");
    assert_true(read_folder("a", &results, &diagnostics));
    assert_true(results.scenarios[0].is_known && results.scenarios[0].seed == UINT64_C(9007199254740993));
    assert_string_equal(results.program_version, "v1");
    assert_int_equal(results.unfinished, 1);
    assert_int_equal(diagnostics_warnings(&diagnostics), 1);
    results_free(&results);
    diagnostics_free(&diagnostics);
    static const char *const bad[] = {"{", "[]", "{\"scenarios\": 3}", "{\"scenarios\": [3]}",
                                      "{\"scenarios\": [{\"scenario\": \"s\", \"scenario_sha256\": \"ab\", "
                                      "\"program_version\": \"v1\", \"seed\": -1, \"replications\": 3}]}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        diagnostics = (struct diagnostics){0};
        put("a", "manifest.json", bad[i]);
        assert_false(read_folder("a", &results, &diagnostics));
        assert_int_equal(diagnostics_errors(&diagnostics), 1);
        assert_true(diagnostics.items[0].line == 1);
        results_free(&results);
        diagnostics_free(&diagnostics);
    }
    drop("a");
}

/* ---- trials.csv ---- */

#define TRIALS "scenario,policy,version,replication,outcome,requests,first_bad_s,trip_s\n"

static void test_trials(void **state)
{
    (void)state;
    struct trials_csv trials;
    struct diagnostics diagnostics = {0};
    put("a", "trials.csv",
        TRIALS "s,\"p\nin two lines\",v,0,SUCCEEDED,5,,\n\n"
               "s,\"p\nin two lines\",v,1,ROLLED_BACK,6,10,20\r\n"
               "s,q,v,0,ROLLED_BACK,7,30,20\n"
               "s,(none),v,0,,8,,"); /* the last line has no end */
    char *folder = path_of("a", "");
    assert_true(trials_open(&trials, folder, &diagnostics));
    assert_int_equal(trials.group_count, 3);
    const struct trials_group *group = trials_find(&trials, "s", "p\nin two lines", "v");
    assert_true(group && group->rows == 2 && group->line == 2);
    assert_null(trials_find(&trials, "s", "p", "v"));
    double values[64];
    assert_true(column_count <= 64);
    size_t requests = (size_t)(column_find("requests") - columns),
           slow = (size_t)(column_find("slow_requests") - columns);
    size_t detected = (size_t)(column_find("p_detected") - columns),
           back = (size_t)(column_find("p_rolled_back") - columns);
    for (int again = 0; again < 2; again++) {
        assert_true(trials_seek(&trials, trials_find(&trials, "s", "(none)", "v"), &diagnostics));
        assert_true(trials_next(&trials, values, &diagnostics));
        assert_true(values[requests] == 8 && isnan(values[detected]) && isnan(values[back]));
        assert_true(trials_seek(&trials, group, &diagnostics));
        assert_true(trials_next(&trials, values, &diagnostics));
        assert_true(values[requests] == 5 && isnan(values[slow]) && values[detected] == 0 && values[back] == 0);
        assert_true(trials_next(&trials, values, &diagnostics));
        assert_true(values[requests] == 6 && values[detected] == 1 && values[back] == 1);
        assert_true(trials_next(&trials, values, &diagnostics));
        assert_true(values[requests] == 7 && values[detected] == 0 && values[back] == 1);
    }
    assert_int_equal(diagnostics.count, 0);
    trials_close(&trials);
    free(folder);
}

static void test_trials_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
        const char *words;
    } rows[] = {
        {"", 1, "is empty"},
        {"scenario,policy,version,outcome\n", 1, "has no column \"replication\""},
        {TRIALS "s,p,v,0,SUCCEEDED,5,,\ns,p,v,2,SUCCEEDED,5,,\n", 3, "replication 1 was expected, got \"2\""},
        {TRIALS "s,p,v,0,SUCCEEDED,5,,\ns,q,v,0,SUCCEEDED,5,,\ns,p,v,1,SUCCEEDED,5,,\n", 4, "in two places"},
        {TRIALS "s,p,v,0,SUCCEEDED,5,,\ns,p,v,1,SUCC", 3, "has 5 cells where the header has 8"},
        {TRIALS "s,p,v,0,SUCCEEDED,5,,\ns,\"p\n\n\n,v,1", 3, "is never closed"},
        {TRIALS "s,p,v,0,SUC\"CEEDED,5,,\n", 2, "is not CSV"},
    };
    char *folder = path_of("a", "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct trials_csv trials;
        struct diagnostics diagnostics = {0};
        put("a", "trials.csv", rows[i].text);
        assert_false(trials_open(&trials, folder, &diagnostics));
        assert_int_equal(diagnostics_errors(&diagnostics), 1);
        if (diagnostics.items[0].line != rows[i].line || !strstr(diagnostics.items[0].message, rows[i].words))
            fail_msg("row %zu: line %d: %s", i, diagnostics.items[0].line, diagnostics.items[0].message);
        trials_close(&trials);
        diagnostics_free(&diagnostics);
    }
    static const struct {
        const char *text, *words;
    } cells[] = {
        {TRIALS "s,p,v,0,SUCCEEDED,five,,\n", "requests must be a number or empty, got \"five\""},
        {TRIALS "s,p,v,0,SUCCEDED,5,,\n", "there is no outcome \"SUCCEDED\""},
    };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        struct trials_csv trials;
        struct diagnostics diagnostics = {0};
        double values[64];
        put("a", "trials.csv", cells[i].text);
        assert_true(trials_open(&trials, folder, &diagnostics));
        assert_true(trials_seek(&trials, &trials.groups[0], &diagnostics));
        assert_false(trials_next(&trials, values, &diagnostics));
        assert_non_null(strstr(diagnostics.items[0].message, cells[i].words));
        assert_int_equal(diagnostics.items[0].line, 2);
        trials_close(&trials);
        diagnostics_free(&diagnostics);
    }
    free(folder);
    drop("a");
}

/* What is read from the trials has the means of the summary, shares too, which trials.csv does not hold. */
static void test_written(void **state)
{
    (void)state;
    struct diagnostics diagnostics = {0};
    struct scenario *scenario = scenario_read("tests/cli/compare/tiny.json", &diagnostics);
    assert_non_null(scenario);
    struct replicate_result result;
    const struct replicate_options options = {.replications = 12, .threads = 2};
    assert_int_equal(replicate_run(&scenario->setting, &options, &result), 0);
    struct study study;
    assert_int_equal(study_init(&study, scenario, &result, 0), 0);
    char *folder = path_of("a", "");
    assert_int_equal(output_make_directory(folder), 0);
    for (int i = 0; i < CSV_FILES; i++) {
        struct output output;
        assert_int_equal(output_open_in(&output, folder, csv_files[i].name), 0);
        csv_files[i].header(output.file);
        csv_files[i].rows(output.file, &study);
        assert_int_equal(output_commit(&output), 0);
    }
    struct results results;
    struct trials_csv trials;
    assert_true(results_read(&results, folder, &diagnostics) && trials_open(&trials, folder, &diagnostics));
    size_t compared = 0;
    for (size_t g = 0; g < trials.group_count; g++) {
        struct moments moments[64] = {{0}};
        double values[64];
        const struct trials_group *rows = &trials.groups[g];
        const struct results_group *group = results_group(&results.scenarios[0], rows->policy, rows->version);
        assert_true(group && rows->rows == 12 && trials_seek(&trials, rows, &diagnostics));
        for (uint64_t r = 0; r < rows->rows; r++) {
            assert_true(trials_next(&trials, values, &diagnostics));
            for (size_t c = 0; c < column_count; c++)
                moments_add(&moments[c], values[c]);
        }
        for (size_t c = 0; c < column_count; c++) {
            const struct results_figure *figure = &group->figures[c];
            assert_true(figure->is_there == (columns[c].kind != COLUMN_TEXT));
            if (!figure->is_there)
                continue;
            assert_int_equal(figure->figures.n, moments[c].n);
            if (moments[c].n > 0 && fabs(figure->figures.mean - moments[c].mean) > 1e-9 * fabs(moments[c].mean))
                fail_msg("%s of %s, %s", columns[c].name, rows->policy, rows->version);
            compared++;
        }
    }
    assert_int_equal(compared, 5 * (column_count - 4));
    trials_close(&trials);
    results_free(&results);
    study_free(&study);
    replicate_free(&result);
    scenario_free(scenario);
    diagnostics_free(&diagnostics);
    free(folder);
    drop("a");
}

/* ---- changes ---- */

enum { FIGURES = 20, REPLICATIONS = 20 };

/* FIGURES columns of normal values with a common part; `shift` is added to the first. */
static void put_normal(const char *folder, gsl_rng *rng, const double *common, double shift, int seed)
{
    char *summary, *trials, manifest[256];
    size_t size;
    struct moments moments[FIGURES] = {{0}};
    FILE *to = open_memstream(&trials, &size);
    const struct column *first = column_find("requests");
    fputs("scenario,policy,version,replication,outcome", to);
    for (int c = 0; c < FIGURES; c++)
        fprintf(to, ",%s", first[c].name);
    for (int r = 0; r < REPLICATIONS; r++) {
        fprintf(to, "\ns,p,v,%d,", r);
        for (int c = 0; c < FIGURES; c++) {
            double value = (common ? common[r] : 0) + gsl_ran_gaussian_ziggurat(rng, 1) + (c == 0 ? shift : 0);
            fprintf(to, ",%.17g", value);
            moments_add(&moments[c], value);
        }
    }
    fputc('\n', to);
    fclose(to);
    to = open_memstream(&summary, &size);
    fputs(HEADER, to);
    for (int c = 0; c < FIGURES; c++)
        fprintf(to, "s,p,v,%s,%d,%.17g,0,0,%.17g,,,,,\n", first[c].name, REPLICATIONS, moments[c].mean,
                moments_sd(&moments[c]));
    fclose(to);
    snprintf(
        manifest, sizeof manifest,
        "{\"scenarios\": [{\"scenario\": \"s\", \"scenario_sha256\": \"ab\", \"program_version\": \"v1\", \"seed\": "
        "%d, \"replications\": %d}]}",
        seed, REPLICATIONS);
    put(folder, "summary.csv", summary);
    put(folder, "trials.csv", trials);
    put(folder, "manifest.json", manifest);
    free(summary);
    free(trials);
}

/* What changed from a to b; changes_free() it. */
static struct changes compare(const struct results_filter *filter, bool is_all)
{
    const struct column *figures[FIGURES];
    struct results before, after;
    struct diagnostics diagnostics = {0};
    struct changes changes;
    for (int c = 0; c < FIGURES; c++)
        figures[c] = column_find("requests") + c;
    assert_true(read_folder("a", &before, &diagnostics) && read_folder("b", &after, &diagnostics));
    const struct changes_options options = {&before, &after, filter, figures, FIGURES, is_all};
    assert_true(changes_make(&changes, &options, &diagnostics));
    assert_int_equal(diagnostics.count, 0);
    for (size_t i = 0; i < changes.sheet.row_count; i++) /* the names are those of the results */
        for (size_t c = 0; c < 4; c++)
            changes.sheet.cells[i * changes.sheet.column_count + c].text = "";
    results_free(&before);
    results_free(&after);
    return changes;
}

/* Where nothing has changed a report cries wolf once in twenty times at most; and a change of two standard deviations is
 * seen, through noise of thirty that both share, by pairing only. */
static void test_false_alarms(void **state)
{
    (void)state;
    enum { REPORTS = 300, ROUNDS = 30 };
    const struct results_filter filter = {0};
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_taus2);
    gsl_rng_set(rng, 11);
    for (int is_paired = 0; is_paired < 2; is_paired++) {
        int alarms = 0, found = 0;
        double common[REPLICATIONS];
        for (int i = 0; i < REPORTS + ROUNDS; i++) {
            for (int r = 0; r < REPLICATIONS; r++)
                common[r] = gsl_ran_gaussian_ziggurat(rng, 30);
            put_normal("a", rng, common, 0, 1);
            put_normal("b", rng, is_paired ? common : NULL, i < REPORTS ? 0 : 2, is_paired ? 1 : 2);
            struct changes changes = compare(&filter, false);
            assert_int_equal(changes.groups, 1);
            assert_int_equal(changes.apart, !is_paired);
            assert_int_equal(changes.sheet.row_count, changes.figures[CHANGE_CLEAR] + changes.figures[CHANGE_PERHAPS]);
            *(i < REPORTS ? &alarms : &found) += changes.figures[CHANGE_CLEAR] > 0;
            changes_free(&changes);
        }
        assert_true(alarms <= 0.05 * REPORTS + 4 * sqrt(0.05 * 0.95 * REPORTS));
        assert_true(is_paired ? found >= ROUNDS - 2 : found <= ROUNDS / 3);
    }
    gsl_rng_free(rng);
    drop("a");
    drop("b");
}

/* Four pairs whose differences are 1, 2, 3, 4: the interval is that of their mean; a column without any difference is the
 * same; one that is there in one folder only is told, not compared. */
static void test_paired(void **state)
{
    (void)state;
    put("a", "summary.csv",
        HEADER "s,p,v,requests,4,10,0,0,0,,,,,\ns,p,v,slow_requests,4,7,0,0,1,,,,,\ns,p,(mix),requests,4,9,0,0,1,,,,,\n"
               "s,gone,v,requests,4,1,1,1,1,,,,,\nold,p,v,requests,4,1,1,1,1,,,,,\n");
    put("b", "summary.csv",
        HEADER "s,p,v,requests,4,12.5,0,0,1,,,,,\ns,p,v,slow_requests,4,7,0,0,1,,,,,\n"
               "s,p,(mix),requests,4,2,0,0,1,,,,,\ns,p,w,requests,4,1,1,1,1,,,,,\nnew,p,v,requests,4,1,1,1,1,,,,,\n");
    put("a", "trials.csv",
        "scenario,policy,version,replication,outcome,requests,slow_requests\n"
        "s,p,v,0,,10,6\ns,p,v,1,,10,8\ns,p,v,2,,10,6\ns,p,v,3,,10,8\n");
    put("b", "trials.csv",
        "slow_requests,requests,scenario,policy,version,replication,outcome\n" /* columns are found by name */
        "6,11,s,p,v,0,\n8,12,s,p,v,1,\n6,13,s,p,v,2,\n8,14,s,p,v,3,\n");
    const struct results_filter filter = {0};
    struct changes changes = compare(&filter, true);
    const double half = 3.182446305 * sqrt(5.0 / 3) / 2; /* t of 3 degrees, sd 1.29 */
    assert_int_equal(changes.groups, 1);
    assert_int_equal(changes.sheet.row_count, 2);
    const struct sheet_cell *cell = &changes.sheet.cells[sheet_find(&changes.sheet, "difference")];
    assert_true(cell->value == 2.5 && fabs(cell->interval.low - (2.5 - half)) < 1e-8 &&
                fabs(cell->interval.high - (2.5 + half)) < 1e-8);
    assert_int_equal(changes.figures[CHANGE_CLEAR], 1);
    assert_int_equal(changes.figures[CHANGE_NONE], 1);
    assert_true(changes.gone.count == 1 && strcmp(changes.gone.texts[0], "old") == 0);
    assert_true(changes.added.count == 1 && strcmp(changes.added.texts[0], "new") == 0);
    assert_true(changes.groups_gone.count == 1 && strcmp(changes.groups_gone.texts[0], "s: gone with v") == 0);
    assert_true(changes.groups_added.count == 1 && strcmp(changes.groups_added.texts[0], "s: p with w") == 0);
    changes_free(&changes);
    const struct results_filter narrow = {.scenario = "n*"};
    changes = compare(&narrow, true);
    assert_true(changes.groups == 0 && changes.added.count == 1 && changes.gone.count == 0);
    changes_free(&changes);
    drop("a");
    drop("b");
}

/* ---- sheets ---- */

static const struct sheet_column sheet_columns[] = {{"name", "name", .until = 9},
                                                    {"figure", "figure", "what it means", SHEET_INTERVAL, .until = 9}};

/* Rows of a name and a figure. */
static struct sheet sheet_of(const char *const *names, const double *values, size_t count)
{
    struct sheet sheet = {0};
    for (int c = 0; c < 2; c++)
        sheet_column(&sheet, &sheet_columns[c]);
    for (size_t i = 0; i < count; i++) {
        struct sheet_cell *row = sheet_row(&sheet);
        sheet_name(&row[0], names[i]);
        sheet_interval(&row[1], column_find("deployment_s"), values[i], (struct interval){values[i] - 1, NAN});
    }
    return sheet;
}

static void check_order(const struct sheet *sheet, const char *wanted)
{
    for (size_t i = 0; i < sheet->row_count; i++)
        if (sheet->cells[2 * i].text[0] != wanted[i])
            fail_msg("row %zu is %s, expected the order %s", i, sheet->cells[2 * i].text, wanted);
}

static void test_sort(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "a", "d", "c", "e", "f"};
    const double values[] = {2, NAN, 5, 2, NAN, 9};
    struct sheet sheet = sheet_of(names, values, 6);
    sheet.is_noise[5] = true;
    sheet_sort(&sheet, 1, false);
    check_order(&sheet, "dbcaef");
    sheet_sort(&sheet, 0, true);
    check_order(&sheet, "edcbaf");
    sheet_sort(&sheet, 0, false);
    check_order(&sheet, "abcdef");
    sheet_sort(&sheet, 1, true);
    check_order(&sheet, "bcdaef");
    sheet_row(&sheet); /* there is room for more */
    assert_int_equal(sheet.row_count, 7);
    assert_true(sheet_find(&sheet, "figure") == 1 && sheet_find(&sheet, "figures") == SIZE_MAX);
    sheet_free(&sheet);
}

static void test_latex(void **state)
{
    (void)state;
    static const char *const names[] = {"[2ex] \\input{x} 50% & #1_^~", "*--<a>|\"b\"", ""};
    const double values[] = {-240, NAN, 90};
    struct sheet sheet = sheet_of(names, values, 3);
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    write_sheet_latex(to, &sheet, "Says.");
    fclose(to);
    assert_string_equal(text,
                        "% Says.\n% figure: what it means.\n% needs \\usepackage{booktabs}\n"
                        "\\begin{tabular}{@{}lr@{}}\n\\toprule\nname & figure \\\\\n\\midrule\n"
                        "{[}2ex{]} {\\textbackslash}input\\{x\\} 50\\% \\& \\#1\\_{\\textasciicircum}{\\textasciitilde}"
                        " & $-$4.00~min [$-$4.02,~?] \\\\\n"
                        "{*}{-}-{\\textless}a{\\textgreater}{\\textbar}{\\char34}b{\\char34} & - \\\\\n"
                        "- & 90.0~s [89.0,~?] \\\\\n"
                        "\\bottomrule\n\\end{tabular}\n");
    free(text);
    sheet_free(&sheet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_summary),      cmocka_unit_test(test_summary_refused), cmocka_unit_test(test_manifest),
        cmocka_unit_test(test_trials),       cmocka_unit_test(test_trials_refused),  cmocka_unit_test(test_written),
        cmocka_unit_test(test_false_alarms), cmocka_unit_test(test_paired),          cmocka_unit_test(test_sort),
        cmocka_unit_test(test_latex),
    };
    return cmocka_run_group_tests(tests, prepare, clean);
}

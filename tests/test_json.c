/* What stands before belief: the strict scan, places in files, CSV, clock times, hashes and near words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/clock.h"
#include "scenarios/csv.h"
#include "scenarios/json.h"
#include "scenarios/nearest.h"
#include "scenarios/sha256.h"

/* ---- the table of json_errors.txt ---- */

struct json_case {
    char kind; /* F, M or P */
    char text[1024];
    size_t size;
    int column; /* of the caret */
    char message[256];
    int line; /* of the table, for messages */
};

/* <FF> is a byte. */
static size_t unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from != '\0';) {
        unsigned byte;
        int length = 0;
        if (strncmp(from, "<LF>", 4) == 0 || strncmp(from, "<TAB>", 5) == 0) {
            *to++ = from[1] == 'L' ? '\n' : '\t';
            from += from[1] == 'L' ? 4 : 5;
        } else if (sscanf(from, "<%2x>%n", &byte, &length) == 1 && length == 4) {
            *to++ = (char)byte;
            from += 4;
        } else {
            *to++ = *from++;
        }
    }
    return (size_t)(to - text);
}

static void check_json_case(const struct json_case *test)
{
    struct arena *arena = arena_create();
    struct diagnostics list = {0};
    struct json_document *document = json_open(arena, source_copy(arena, "t.json", test->text, test->size), &list);
    if (test->kind == 'P') {
        if (document == NULL || list.count != 0)
            fail_msg("json_errors.txt:%d: refused: %s", test->line, list.count > 0 ? list.items[0].message : "?");
    } else {
        if (list.count != 1)
            fail_msg("json_errors.txt:%d: %zu errors", test->line, list.count);
        const struct diagnostic *item = &list.items[0];
        char told[512];
        snprintf(told, sizeof told, "%s%s%s", item->path, item->path[0] != '\0' ? ": " : "", item->message);
        if (strncmp(told, test->message, strlen(test->message)) != 0 || item->column != test->column)
            fail_msg("json_errors.txt:%d: column %d (expected %d): %s", test->line, item->column, test->column, told);
        assert_int_equal(item->unreadable, test->kind == 'F');
        assert_int_equal(document != NULL, test->kind == 'M');
    }
    json_close(document);
    diagnostics_free(&list);
    arena_free(arena);
}

static char *read_line(FILE *file, char *line, size_t size, int *number)
{
    if (fgets(line, (int)size, file) == NULL)
        return NULL;
    ++*number;
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void json_errors_point_at_the_place(void **state)
{
    (void)state;
    FILE *file = fopen("tests/tables/json_errors.txt", "r");
    assert_non_null(file);
    char line[1024];
    int number = 0, cases = 0;
    while (read_line(file, line, sizeof line, &number) != NULL) {
        if (strncmp(line, "%%", 2) != 0)
            continue;
        struct json_case test = {.kind = line[2], .line = number};
        assert_non_null(read_line(file, test.text, sizeof test.text, &number));
        test.size = unescape(test.text);
        if (test.kind != 'P') {
            assert_non_null(read_line(file, line, sizeof line, &number));
            test.column = (int)strlen(line);
            assert_non_null(read_line(file, test.message, sizeof test.message, &number));
        }
        check_json_case(&test);
        cases++;
    }
    fclose(file);
    assert_true(cases > 60);
}

static size_t nested_errors(int depth)
{
    char *text = malloc(2 * (size_t)depth);
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    struct arena *arena = arena_create();
    struct diagnostics list = {0};
    json_close(json_open(arena, source_copy(arena, "t", text, 2 * (size_t)depth), &list));
    size_t errors = list.count;
    diagnostics_free(&list);
    arena_free(arena);
    free(text);
    return errors;
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    assert_int_equal(nested_errors(JSON_MAX_DEPTH), 0);
    assert_int_equal(nested_errors(JSON_MAX_DEPTH + 1), 1);
    assert_int_equal(nested_errors(200000), 1);
}

static void places_belong_to_values(void **state)
{
    (void)state;
    static const char text[] = "{\n  \"é\": {\"b\": [10,\n 20]}\n}";
    struct arena *arena = arena_create();
    struct diagnostics list = {0};
    struct json_document *document = json_open(arena, source_copy(arena, "t", text, sizeof text - 1), &list);
    const struct json *b = json_get(json_get(document->root, "é"), "b");
    struct position at = source_position(document->source, b->at);
    assert_int_equal(at.line, 2);
    assert_int_equal(at.column, 14);
    const struct json *second = b->child->next;
    at = source_position(document->source, second->at);
    assert_int_equal(at.line, 3);
    assert_int_equal(at.column, 2);
    assert_string_equal(json_path(arena, second, NULL), "[\"é\"].b[1]");
    assert_string_equal(json_path(arena, b->parent, "c d"), "[\"é\"][\"c d\"]");
    assert_true(json_number(second) == 20.0);
    assert_null(json_get(document->root, "É"));
    json_close(document);
    arena_free(arena);
}

/* ---- messages ---- */

static void add(struct diagnostics *list, const struct source *source, size_t at, const char *path, const char *format,
                ...)
{
    va_list arguments;
    va_start(arguments, format);
    diagnostics_add(list, DIAGNOSTIC_ERROR, false, (struct place){source, at, at + 1}, path, format, arguments);
    va_end(arguments);
}

static void names_are_made_visible(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    static const char text[] = "x\033[2J\xff\xe2\x80\xae";
    const struct source *source = source_copy(arena, "a\nb", text, sizeof text - 1);
    struct diagnostics list = {0};
    add(&list, source, 1, "p\033", "\"%s\"", text);
    assert_string_equal(list.items[0].file, "a\\u000ab");
    assert_string_equal(list.items[0].path, "p\\u001b");
    assert_string_equal(list.items[0].message, "\"x\\u001b[2J\\xff\\u202e\"");
    assert_string_equal(list.items[0].source_line, "x\\u001b[2J\\xff\\u202e");
    assert_int_equal(list.items[0].caret, 2);
    diagnostics_free(&list);
    arena_free(arena);
}

static void twenty_errors_are_printed(void **state)
{
    (void)state;
    struct arena *arena = arena_create();
    const struct source *source = source_copy(arena, "f", "{}\n", 3);
    struct diagnostics list = {0};
    for (int i = 0; i < 1500; i++)
        add(&list, source, 0, "", "wrong");
    assert_int_equal(diagnostics_errors(&list), 1500);
    char *text;
    size_t size;
    FILE *file = open_memstream(&text, &size);
    diagnostics_print(&list, file, false);
    fclose(file);
    int lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += text[i] == '\n';
    assert_int_equal(lines, 3 * 20 + 1);
    assert_non_null(strstr(text, "f:1:1: error: wrong\n  {}\n  ^\n"));
    assert_non_null(strstr(text, "... and 1480 more errors\n"));
    free(text);
    diagnostics_free(&list);
    arena_free(arena);
}

/* ---- CSV ---- */

struct csv_log {
    char text[1024];
};

static bool log_row(void *context, const struct csv_row *row)
{
    struct csv_log *log = context;
    size_t used = strlen(log->text);
    snprintf(log->text + used, sizeof log->text - used, "%d:%s,%s;", row->line, row->cells[0],
             row->cells[1] != NULL ? row->cells[1] : "-");
    if (strcmp(row->cells[0], "bad") == 0)
        csv_row_error(row, "told");
    return strcmp(row->cells[0], "bad") != 0;
}

static void csv_rows_know_their_lines(void **state)
{
    (void)state;
    static const struct {
        const char *text, *rows, *error;
        int line;
    } tests[] = {
        {"a,b\n1,2\n3,4\n", "2:1,2;3:3,4;", NULL, 0},
        {"b,a\r\n1,2\r\n\r\n3,4", "2:2,1;4:4,3;", NULL, 0},
        {"\xef\xbb\xbf"
         "a,x\n1,2\n",
         "2:1,-;", NULL, 0},
        {"a,b\n\"1\n2\",3\n4,5\n", "2:1\n2,3;4:4,5;", NULL, 0},
        {"a,b\n\" 1 \", 2 \n", "2: 1 ,2;", NULL, 0},
        {"a,b\n1\n2,3\n", "3:2,3;", "has 1 cells where the header has 2", 2},
        {"a,b\nbad,1\n2,3\n", "2:bad,1;3:2,3;", "told", 2},
        {"A,b\n1,2\n", "", "has no column \"a\": did you mean \"A\"?", 1},
        {"", "", "is empty: expected a line of column names", 1},
        {"a,b\n1,\"2\n", "", "is not CSV: a quoted cell is never closed", 2},
        {"a,b\n1,\"2\"x\n", "", "is not CSV: a quote", 2},
        {"a,b\n1,2\"x\n", "", "is not CSV: a quote", 2},
    };
    static const struct csv_column columns[] = {{"a", false}, {"b", true}};
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        struct arena *arena = arena_create();
        struct diagnostics list = {0};
        struct csv_log log = {""};
        const struct source *source = source_copy(arena, "t.csv", tests[i].text, strlen(tests[i].text));
        assert_int_equal(csv_read(source, &list, columns, 2, log_row, &log), tests[i].error == NULL);
        assert_string_equal(log.text, tests[i].rows);
        assert_int_equal(list.count, tests[i].error != NULL);
        if (tests[i].error != NULL) {
            assert_int_equal(strncmp(list.items[0].message, tests[i].error, strlen(tests[i].error)), 0);
            assert_int_equal(list.items[0].line, tests[i].line);
        }
        diagnostics_free(&list);
        arena_free(arena);
    }
}

static void csv_numbers_are_plain(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "-1.5", "1e-3", "+2", ".5", "5."};
    static const char *const bad[] = {"", "nan", "inf", "0x1", "1e999", "1 2", "1,5", "e", "--1", "1e"};
    double number;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(csv_number(good[i], &number));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(csv_number(bad[i], &number));
}

/* ---- clock ---- */

static void clock_reads_iso_8601(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t unix_us;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01", 0},
        {"2023-11-16 18:17:03.9799600", INT64_C(1700158623979960)},
        {"2023-11-16T18:17:03.97996Z", INT64_C(1700158623979960)},
        {"2023-11-16T19:17:03+01:00", INT64_C(1700158623000000)},
        {"2023-11-16T13:47:03-0430", INT64_C(1700158623000000)},
        {"2023-11-16T18:17Z", INT64_C(1700158620000000)},
        {"2000-02-29T12:00:00Z", INT64_C(951825600000000)},
        {"2026-01-01T00:00:00Z", INT64_C(1767225600000000)},
        {"1969-12-31T23:59:59.5Z", -500000},
        {"1600-03-01T00:00:00Z", INT64_C(-11670912000000000)},
        {"2023-11-16T18:17:03.9999999Z", INT64_C(1700158624000000)},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800000000)},
    };
    static const char *const bad[] = {"",
                                      "2023",
                                      "2023-13-01",
                                      "2023-02-29",
                                      "1900-02-29",
                                      "2023-11-16T",
                                      "2023-11-16T24:00:00Z",
                                      "2023-11-16T18:60:00Z",
                                      "2023-11-16T18:17:03.Z",
                                      "2023-11-16T18:17:03X",
                                      "2023-11-16T18:17:03Z ",
                                      "2023-11-16T18:17:03+1",
                                      "2023-1-16T00:00:00Z",
                                      "+2023-01-16",
                                      "2023-11-16T18:17:03+24:00",
                                      "0000-01-01"};
    int64_t unix_us;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(clock_parse(good[i].text, &unix_us));
        assert_int_equal(unix_us, good[i].unix_us);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (clock_parse(bad[i], &unix_us))
            fail_msg("accepted: %s", bad[i]);
}

static void clock_writes_what_it_reads(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(clock_format(text, sizeof text, 0, false), "1970-01-01T00:00:00Z");
    assert_string_equal(clock_format(text, sizeof text, -1, true), "1969-12-31T23:59:59.999Z");
    assert_string_equal(clock_format(text, sizeof text, INT64_C(1700158623979960), true), "2023-11-16T18:17:03.979Z");
    for (int64_t us = INT64_C(-12000000000000000); us < INT64_C(250000000000000000); us += INT64_C(86398765000000)) {
        int64_t back;
        assert_true(clock_parse(clock_format(text, sizeof text, us, true), &back));
        assert_int_equal(back, us);
    }
}

/* ---- hashes: the examples of FIPS 180-4 and NIST's test vectors ---- */

static void sha256_has_nists_values(void **state)
{
    (void)state;
    static const struct {
        const char *text, *hex;
    } tests[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
    };
    char hex[SHA256_HEX];
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        for (size_t step = 1; step < 130; step += 7) {
            struct sha256 sha;
            sha256_init(&sha);
            size_t size = strlen(tests[i].text);
            for (size_t at = 0; at < size; at += step)
                sha256_feed(&sha, tests[i].text + at, size - at < step ? size - at : step);
            sha256_end(&sha, hex);
            assert_string_equal(hex, tests[i].hex);
        }
    struct sha256 sha;
    sha256_init(&sha);
    for (int i = 0; i < 1000; i++) {
        char block[1000];
        memset(block, 'a', sizeof block);
        sha256_feed(&sha, block, sizeof block);
    }
    sha256_end(&sha, hex);
    assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* ---- near words ---- */

static void nearest_words(void **state)
{
    (void)state;
    static const char *const words[] = {"Period", "EvaluationPeriods", "Threshold", "Statistic", "p99", "OK", "ALARM",
                                        "low_ms", "rate_rps"};
    static const struct {
        const char *word, *found;
    } tests[] = {
        {"Perod", "Period"},
        {"period", "Period"},
        {"Preiod", "Period"},
        {"EvaluationPeriod", "EvaluationPeriods"},
        {"Treshhold", "Threshold"},
        {"Statstic", "Statistic"},
        {"p98", "p99"},
        {"ok", "OK"},
        {"Alram", "ALARM"},
        {"Color", NULL},
        {"", NULL},
        {"xyz", NULL},
        {"Per", NULL},
        {"rate", "rate_rps"}, /* the unit is missing */
        {"low", "low_ms"},
        {"rat", NULL},
        {"rps", NULL},
    };
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        struct nearest nearest = nearest_to(tests[i].word);
        for (size_t k = 0; k < sizeof words / sizeof *words; k++)
            nearest_offer(&nearest, words[k]);
        const char *found = nearest_found(&nearest);
        if (tests[i].found == NULL)
            assert_null(found);
        else if (found == NULL || strcmp(found, tests[i].found) != 0)
            fail_msg("%s: %s", tests[i].word, found != NULL ? found : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_errors_point_at_the_place),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(places_belong_to_values),
        cmocka_unit_test(names_are_made_visible),
        cmocka_unit_test(twenty_errors_are_printed),
        cmocka_unit_test(csv_rows_know_their_lines),
        cmocka_unit_test(csv_numbers_are_plain),
        cmocka_unit_test(clock_reads_iso_8601),
        cmocka_unit_test(clock_writes_what_it_reads),
        cmocka_unit_test(sha256_has_nists_values),
        cmocka_unit_test(nearest_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

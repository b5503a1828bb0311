/* One change to a good file, one message at its place: the table of mutations.txt; and every real file that was
 * gathered is accepted or refused as its index says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/scenario.h"
#include "tests/mutate.h"

static const char *shared_data(void)
{
    const char *path = getenv("BAKEOFF_SHARED_DATA");
    return path != NULL && path[0] != '\0' ? path : NULL;
}

/* ---- the table ---- */

struct mutation {
    char *change, *path, *message, *flag; /* point into the line */
    int line;
};

static char *cut(char **rest)
{
    if (*rest == NULL)
        return NULL;
    char *field = *rest, *bar = strstr(field, " | ");
    *rest = bar != NULL ? bar + 3 : NULL;
    if (bar != NULL)
        *bar = '\0';
    return field;
}

static struct mutation parse_mutation(char *line, int number)
{
    char *rest = line;
    struct mutation m = {.line = number};
    m.change = cut(&rest);
    m.path = cut(&rest);
    m.message = cut(&rest);
    m.flag = cut(&rest);
    return m;
}

static bool is_told(const struct diagnostics *list, const struct mutation *m, enum diagnostic_severity severity)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct diagnostic *item = &list->items[i];
        if (item->severity == severity && strcmp(item->path, m->path) == 0 && strstr(item->message, m->message) != NULL)
            return item->line > 0 && item->column > 0 && item->source_line != NULL;
    }
    return false;
}

static bool is_as_expected(const struct diagnostics *list, const struct mutation *m)
{
    size_t errors = diagnostics_errors(list);
    if (strcmp(m->path, "ok") == 0)
        return errors == 0;
    bool is_warning = m->flag != NULL && m->flag[0] == '~', has_more = m->flag != NULL && m->flag[0] == '+';
    if (is_warning)
        return errors == 0 && is_told(list, m, DIAGNOSTIC_WARNING);
    return is_told(list, m, DIAGNOSTIC_ERROR) && (has_more ? errors > 1 : errors == 1);
}

/* Returns 1 when it came out otherwise, after saying so. */
static int try_mutation(const char *file, const char *text, const struct mutation *m)
{
    char *changed = mutate_text(text, m->change);
    if (changed == NULL) {
        print_error("mutations.txt:%d: cannot be made: %s\n", m->line, m->change);
        return 1;
    }
    struct diagnostics list = {0};
    char what[128];
    check_text(file, changed, strlen(changed), &list, what, sizeof what);
    bool is_good = is_as_expected(&list, m);
    if (!is_good) {
        print_error("mutations.txt:%d: %s: %s\n", m->line, file, m->change);
        diagnostics_print(&list, stderr, false);
    }
    diagnostics_free(&list);
    free(changed);
    return !is_good;
}

static char *load(const char *file)
{
    char path[4096];
    bool is_shared = strncmp(file, "deployments/", 12) == 0 || strncmp(file, "alarms/", 7) == 0;
    if (is_shared && shared_data() == NULL)
        return NULL;
    snprintf(path, sizeof path, "%s%s%s", is_shared ? shared_data() : "", is_shared ? "/" : "", file);
    char *text = mutate_load(path);
    if (text == NULL)
        fail_msg("%s is not there", path);
    return text;
}

static void one_change_one_message(void **state)
{
    (void)state;
    FILE *table = fopen("tests/tables/mutations.txt", "r");
    assert_non_null(table);
    char line[2048], file[2048] = "", *text = NULL;
    int number = 0, tried = 0, failed = 0, skipped = 0;
    while (fgets(line, sizeof line, table) != NULL) {
        number++;
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '#' || line[0] == '\0')
            continue;
        if (line[0] == '@') {
            free(text);
            snprintf(file, sizeof file, "%s", line + 2);
            text = load(file);
            continue;
        }
        struct mutation m = parse_mutation(line, number);
        if (text == NULL) {
            skipped++;
            continue;
        }
        assert_non_null(m.path);
        failed += try_mutation(file, text, &m);
        tried++;
    }
    free(text);
    fclose(table);
    if (skipped > 0)
        print_message("%d mutations of shared data skipped: BAKEOFF_SHARED_DATA is not set\n", skipped);
    assert_int_equal(failed, 0);
    assert_true(tried + skipped >= 200);
}

/* ---- the real files ---- */

static int check_entry(const char *folder, const cJSON *entry)
{
    const char *file = cJSON_GetObjectItemCaseSensitive(entry, "file")->valuestring;
    const cJSON *refused = cJSON_GetObjectItemCaseSensitive(entry, "api_model_errors");
    const cJSON *warnings = cJSON_GetObjectItemCaseSensitive(entry, "warnings");
    char path[4096], what[128];
    snprintf(path, sizeof path, "%s/%s/%s", shared_data(), folder, file);
    struct diagnostics list = {0};
    check_file(path, &list, what, sizeof what);
    bool is_good =
        (diagnostics_errors(&list) > 0) == (cJSON_GetArraySize(refused) > 0) && !diagnostics_unreadable(&list);
    if (warnings != NULL)
        is_good &= (diagnostics_warnings(&list) > 0) == (cJSON_GetArraySize(warnings) > 0);
    if (!is_good) {
        print_error("%s: not as the index says\n", path);
        diagnostics_print(&list, stderr, false);
    }
    diagnostics_free(&list);
    return !is_good;
}

static void check_index(const char *folder, int expected)
{
    if (shared_data() == NULL) {
        print_message("BAKEOFF_SHARED_DATA is not set\n");
        skip();
    }
    char path[4096];
    snprintf(path, sizeof path, "%s/%s/index.json", shared_data(), folder);
    char *text = mutate_load(path);
    assert_non_null(text);
    cJSON *index = cJSON_Parse(text);
    int failed = 0;
    for (const cJSON *entry = index->child; entry != NULL; entry = entry->next)
        failed += check_entry(folder, entry);
    assert_int_equal(cJSON_GetArraySize(index), expected);
    cJSON_Delete(index);
    free(text);
    assert_int_equal(failed, 0);
}

static void real_deployments_are_judged_as_their_index_says(void **state)
{
    (void)state;
    check_index("deployments", 14);
}

static void real_alarms_are_judged_as_their_index_says(void **state)
{
    (void)state;
    check_index("alarms", 73);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_change_one_message),
        cmocka_unit_test(real_deployments_are_judged_as_their_index_says),
        cmocka_unit_test(real_alarms_are_judged_as_their_index_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

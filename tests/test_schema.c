/* The JSON Schema of bakeoff schema, judged by ajv: it takes every shipped scenario, and over thousands of good and bad
 * files it says what bakeoff check says, but for what no schema can see. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "report/columns.h"
#include "report/schema.h"
#include "scenarios/scenario.h"
#include "tests/mutate.h"

/* What check refuses and the schema takes: what depends on more than one place of a file, on arithmetic, or on another
 * file. Each is a part of check's message; each must occur. */
static const char *const beyond_schema[] = {
    /* names that must occur elsewhere, or must not */
    "there is no version",
    "there is no policy",
    "a version cannot be like itself",
    "goes in a circle",
    "is the current version, which is not deployed",
    "is not among \"alarms\"",
    "which this endpoint does not publish",
    "another alarm has this name",
    "was given before",
    "is not the scenario's endpoint",
    "a version takes one defect of kind",
    /* sums, orders and products */
    "must not be below",
    "must not add up to more than 1",
    "add up to 0",
    "must add up to 1",
    "must be later than the point before it",
    "to repeat_s",
    "whose rate is above 0",
    "requests per second in the mean",
    "rows, one a state",
    "probabilities, one a state",
    "reached from every other",
    "must have a median of at most",
    "Period times EvaluationPeriods must be at most",
    "must be at most EvaluationPeriods",
    "instances in both fleets",
    "and a warm-up may take",
    "must hold the endpoint's own",
    "runs on the endpoint's InitialInstanceCount",
    "another number is not modelled",
    "% of the instances, got",
    "needs at least 2 instances",
    "must be longer than the sum of",
    /* two keys of an object at once */
    "is a proportion: it has a mean",
    "is required, since no trace brings",
    /* other files */
    "cannot be opened from here",
};
enum { BEYOND = sizeof beyond_schema / sizeof *beyond_schema };

/* ---- the corpus ---- */

struct example {
    char *text; /* on one line */
    const char *source;
    char *change;
    bool is_valid;
    bool is_beyond; /* all that is wrong is beyond a schema */
};

struct corpus {
    struct example *examples;
    size_t count, room;
    bool occurred[BEYOND];
};

static bool is_beyond(struct corpus *corpus, const struct diagnostic *item)
{
    for (size_t i = 0; i < BEYOND; i++)
        if (strstr(item->message, beyond_schema[i]) != NULL) {
            corpus->occurred[i] = true;
            return true;
        }
    return false;
}

static void add_example(struct corpus *corpus, const cJSON *document, const char *source, const char *change)
{
    if (corpus->count == corpus->room) {
        corpus->room = 2 * corpus->room + 1024;
        corpus->examples = realloc(corpus->examples, corpus->room * sizeof *corpus->examples);
        assert_non_null(corpus->examples);
    }
    struct example *example = &corpus->examples[corpus->count++];
    *example = (struct example){cJSON_PrintUnformatted(document), source, strdup(change), .is_beyond = true};
    struct diagnostics list = {0};
    struct scenario *scenario = scenario_read_text(source, example->text, strlen(example->text), &list);
    example->is_valid = scenario != NULL;
    for (size_t i = 0; i < list.count; i++)
        if (list.items[i].severity == DIAGNOSTIC_ERROR && !is_beyond(corpus, &list.items[i]))
            example->is_beyond = false;
    scenario_free(scenario);
    diagnostics_free(&list);
}

static void free_corpus(struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->count; i++) {
        free(corpus->examples[i].text);
        free(corpus->examples[i].change);
    }
    free(corpus->examples);
}

/* The rows of mutations.txt that are about `file`. A name given twice is lost when a document is parsed. */
static void add_table(struct corpus *corpus, const char *file, const char *text)
{
    FILE *table = fopen("tests/tables/mutations.txt", "r");
    assert_non_null(table);
    char line[2048];
    bool is_here = false;
    while (fgets(line, sizeof line, table) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '@')
            is_here = strcmp(line + 2, file) == 0;
        if (!is_here || line[0] == '@' || line[0] == '#' || line[0] == '\0' || strncmp(line, "duplicate", 9) == 0)
            continue;
        *strstr(line, " | ") = '\0';
        char *changed = mutate_text(text, line);
        assert_non_null(changed);
        cJSON *document = cJSON_Parse(changed);
        add_example(corpus, document, file, line);
        cJSON_Delete(document);
        free(changed);
    }
    fclose(table);
}

/* Every value of the document in turn: left out, misspelt, or something else in its place. */
static void add_changes(struct corpus *corpus, const char *file, const cJSON *root, cJSON *parent)
{
    static const char *const values[] = {"5", "-1", "0.5", "1e12", "\"text\"", "\"\"", "true", "null", "[]", "{}"};
    for (cJSON *child = parent->child; child != NULL; child = child->next) {
        char change[256], *own_name = child->string;
        cJSON own = *child;
        for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
            cJSON *other = cJSON_Parse(values[i]);
            child->type = other->type;
            child->child = NULL;
            child->valuestring = other->valuestring;
            child->valuedouble = other->valuedouble;
            snprintf(change, sizeof change, "%.200s = %s", own_name != NULL ? own_name : "an element", values[i]);
            add_example(corpus, root, file, change);
            cJSON_Delete(other);
            *child = own;
        }
        if (own_name != NULL) {
            char misspelt[256];
            snprintf(misspelt, sizeof misspelt, "%.200sx", own_name);
            snprintf(change, sizeof change, "%.200s misspelt", own_name);
            child->string = misspelt;
            add_example(corpus, root, file, change);
            child->string = own_name;
        }
        cJSON *before = child->prev, *after = child->next;
        bool is_first = parent->child == child;
        snprintf(change, sizeof change, "without %.200s", own_name != NULL ? own_name : "an element");
        if (is_first)
            parent->child = after;
        else
            before->next = after;
        add_example(corpus, root, file, change);
        if (is_first)
            parent->child = child;
        else
            before->next = child;
        add_changes(corpus, file, root, child);
    }
}

static char *load(const char *file)
{
    char *text = mutate_load(file);
    assert_non_null(text);
    return text;
}

static void add_file(struct corpus *corpus, const char *file, bool all_changes)
{
    char *text = load(file);
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    add_table(corpus, file, text);
    if (all_changes)
        add_changes(corpus, file, root, root);
    cJSON_Delete(root);
    free(text);
}

/* What mutations.txt cannot hold, since reading alone does not know which figures there are. */
static void add_figures(struct corpus *corpus)
{
    static const char *const changes[] = {"set gates[0].metric \"p_rolled_back\"",
                                          "set gates[0].metric \"p_rolled_back\" ;; set gates[0].statistic \"p95\"",
                                          "set gates[0].metric \"p_rolled\"",
                                          "set gates[0].metric \"deployment_s\" ;; set gates[0].statistic \"p95\""};
    char *text = load("tests/data/plain.json");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char *changed = mutate_text(text, changes[i]);
        cJSON *document = cJSON_Parse(changed);
        assert_non_null(document);
        add_example(corpus, document, "tests/data/plain.json", changes[i]);
        cJSON_Delete(document);
        free(changed);
    }
    free(text);
}

/* ---- ajv ---- */

static bool has_ajv(void)
{
    setenv("NODE_PATH", "/usr/share/nodejs", 0);
    return system("node -e 'require(\"ajv\")' >/dev/null 2>&1") == 0;
}

static FILE *open_temporary(char *path, size_t size, const char *folder, const char *name)
{
    snprintf(path, size, "%s/bakeoff-%s-XXXXXX", folder, name);
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    return file;
}

/* Runs ajv over the corpus. Returns how many verdicts are wrong. */
static int compare(const struct corpus *corpus)
{
    const char *folder = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : ".";
    char schema[1024], documents[1024], command[4096];
    FILE *to = open_temporary(schema, sizeof schema, folder, "schema");
    schema_write(to);
    fclose(to);
    to = open_temporary(documents, sizeof documents, folder, "corpus");
    for (size_t i = 0; i < corpus->count; i++)
        fprintf(to, "%s\n", corpus->examples[i].text);
    fclose(to);
    snprintf(command, sizeof command, "node tests/validate.js %s <%s", schema, documents);
    FILE *verdicts = popen(command, "r");
    static char line[65536];
    int wrong = 0;
    size_t i = 0;
    for (; i < corpus->count && fgets(line, sizeof line, verdicts) != NULL; i++) {
        const struct example *example = &corpus->examples[i];
        bool is_accepted = line[0] == '1';
        if (is_accepted == example->is_valid || (is_accepted && example->is_beyond))
            continue;
        wrong++;
        print_error("%s: %s: check says %s, the schema %s\n", example->source, example->change,
                    example->is_valid ? "valid" : "invalid", line);
    }
    assert_int_equal(pclose(verdicts), 0);
    assert_int_equal(i, corpus->count);
    unlink(schema);
    unlink(documents);
    return wrong;
}

static void the_schema_says_what_check_says(void **state)
{
    (void)state;
    if (!has_ajv()) {
        print_message("node and ajv are not installed (scripts/bootstrap --tests)\n");
        skip();
    }
    bool is_full = getenv("BAKEOFF_TEST_FULL") != NULL;
    struct corpus corpus = {0};
    add_file(&corpus, "tests/data/plain.json", true);
    add_file(&corpus, "scenarios/four-modes.json", is_full);
    add_file(&corpus, "scenarios/nervous-alarm.json", is_full);
    add_file(&corpus, "scenarios/capacity-plan.json", is_full);
    add_figures(&corpus);
    size_t bad = 0;
    for (size_t i = 0; i < corpus.count; i++)
        bad += !corpus.examples[i].is_valid;
    print_message("%zu files, %zu of them bad\n", corpus.count, bad);
    int wrong = compare(&corpus);
    for (size_t i = 0; i < BEYOND; i++)
        if (!corpus.occurred[i]) {
            print_error("no file is refused for '%s': it needs no exception\n", beyond_schema[i]);
            wrong++;
        }
    assert_true(corpus.count >= 1000 && bad >= 500 && corpus.count - bad >= 100);
    free_corpus(&corpus);
    assert_int_equal(wrong, 0);
}

static void the_schema_takes_every_shipped_scenario(void **state)
{
    (void)state;
    if (!has_ajv()) {
        print_message("node and ajv are not installed (scripts/bootstrap --tests)\n");
        skip();
    }
    struct corpus corpus = {0};
    glob_t found;
    assert_int_equal(glob("scenarios/*.json", 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char *text = load(found.gl_pathv[i]);
        cJSON *root = cJSON_Parse(text);
        add_example(&corpus, root, "shipped", found.gl_pathv[i]);
        corpus.examples[corpus.count - 1].is_valid = true; /* some name files, which are not opened here */
        cJSON_Delete(root);
        free(text);
    }
    globfree(&found);
    assert_true(corpus.count >= 13);
    int wrong = compare(&corpus);
    free_corpus(&corpus);
    assert_int_equal(wrong, 0);
}

/* ---- descriptions ---- */

/* Every key under "properties", wherever it stands, is explained. Returns how many are not. */
static int count_unexplained(const cJSON *schema, int *keys)
{
    int missing = 0;
    const cJSON *child;
    cJSON_ArrayForEach(child, schema)
    {
        bool is_properties = child->string != NULL && strcmp(child->string, "properties") == 0;
        const cJSON *key = is_properties ? child->child : NULL;
        for (; key != NULL; key = key->next) {
            const cJSON *description = cJSON_GetObjectItemCaseSensitive(key, "description");
            bool is_test = cJSON_GetArraySize(key) <= 2 && description == NULL &&
                           (cJSON_HasObjectItem(key, "const") || cJSON_HasObjectItem(key, "if") ||
                            cJSON_HasObjectItem(key, "minimum"));
            *keys += !is_test;
            if (is_test || (description != NULL && description->valuestring[0] != '\0'))
                continue;
            print_error("%s has no description\n", key->string);
            missing++;
        }
        missing += count_unexplained(child, keys);
    }
    return missing;
}

static void every_key_is_explained(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    schema_write(to);
    fclose(to);
    cJSON *schema = cJSON_Parse(text);
    assert_non_null(schema);
    int keys = 0;
    assert_int_equal(count_unexplained(schema, &keys), 0);
    assert_true(keys > 150);
    cJSON_Delete(schema);
    free(text);
}

static int announce(void **state)
{
    (void)state;
    columns_announce();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schema_takes_every_shipped_scenario),
        cmocka_unit_test(the_schema_says_what_check_says),
        cmocka_unit_test(every_key_is_explained),
    };
    return cmocka_run_group_tests(tests, announce, NULL);
}

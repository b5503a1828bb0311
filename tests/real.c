#include "tests/real.h"

#include "scenarios/csv.h"

#include <unistd.h>

enum { MAX_KEPT = 64 };

static struct {
    struct arena *arena;
    struct json_document *documents[MAX_KEPT];
    struct scenario *scenarios[MAX_KEPT];
    struct replicate_result results[MAX_KEPT];
    size_t document_count, scenario_count, result_count;
    char folder[4096];
    const char *files[MAX_KEPT];
    size_t file_count;
} real;

struct arena *real_arena(void)
{
    return real.arena;
}

int real_setup(void **state)
{
    (void)state;
    real.arena = arena_create();
    const char *under = getenv("TMPDIR");
    snprintf(real.folder, sizeof real.folder, "%s/bakeoff-real-XXXXXX", under != NULL ? under : P_tmpdir);
    return mkdtemp(real.folder) == NULL;
}

int real_teardown(void **state)
{
    (void)state;
    while (real.document_count > 0)
        json_close(real.documents[--real.document_count]);
    while (real.scenario_count > 0)
        scenario_free(real.scenarios[--real.scenario_count]);
    while (real.result_count > 0)
        replicate_free(&real.results[--real.result_count]);
    while (real.file_count > 0)
        unlink(real.files[--real.file_count]);
    arena_free(real.arena);
    real.arena = NULL;
    return rmdir(real.folder);
}

/* ---- recorded files ---- */

static const char *data_folder(void)
{
    const char *folder = getenv("BAKEOFF_SHARED_DATA");
    return folder != NULL && *folder != '\0' ? folder : NULL;
}

bool real_is_missing(void)
{
    if (data_folder() == NULL)
        puts("BAKEOFF_SHARED_DATA is not set: no recorded data");
    return data_folder() == NULL;
}

const char *real_path(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *name = xvformat(format, arguments);
    va_end(arguments);
    const char *path = arena_format(real.arena, "%s/%s", data_folder(), name);
    free(name);
    return path;
}

static const struct source *open_source(const char *path)
{
    const char *why;
    const struct source *source = source_read(real.arena, path, JSON_MAX_BYTES, &why);
    if (source == NULL)
        fail_msg("%s: %s", path, why);
    return source;
}

static void expect_none(struct diagnostics *diagnostics, const void *result)
{
    if (result == NULL || diagnostics_errors(diagnostics) > 0) {
        diagnostics_print(diagnostics, stdout, false);
        fail();
    }
    diagnostics_free(diagnostics);
}

const struct json *real_json(const char *path)
{
    struct diagnostics diagnostics = {0};
    struct json_document *document = json_open(real.arena, open_source(path), &diagnostics);
    expect_none(&diagnostics, document);
    assert_true(real.document_count < MAX_KEPT);
    real.documents[real.document_count++] = document;
    return document->root;
}

const struct json *real_member(const struct json *value, ...)
{
    va_list names;
    va_start(names, value);
    for (const char *name; (name = va_arg(names, const char *)) != NULL;) {
        const struct json *member = json_get(value, name);
        if (member == NULL)
            fail_msg("the recorded data has no \"%s\"", name);
        value = member;
    }
    va_end(names);
    return value;
}

struct column_reading {
    struct real_column column;
    bool (*parse)(const char *cell, double *value);
    const char *cell;
    size_t room;
};

static bool take_cell(void *context, const struct csv_row *row)
{
    struct column_reading *reading = context;
    struct real_column *column = &reading->column;
    if (reading->cell != NULL && strcmp(row->cells[1], reading->cell) != 0)
        return true;
    if (column->count == reading->room) {
        size_t room = 2 * reading->room + 1024;
        double *larger = arena_array(real.arena, room, sizeof *larger);
        if (column->count > 0)
            memcpy(larger, column->values, column->count * sizeof *larger);
        column->values = larger;
        reading->room = room;
    }
    return reading->parse(row->cells[0], &column->values[column->count++]);
}

struct real_column real_csv(const char *path, const char *column, const char *where_column, const char *cell,
                            bool (*parse)(const char *cell, double *value))
{
    struct diagnostics diagnostics = {0};
    struct csv_column wanted[2] = {{.name = column}, {.name = where_column}};
    struct column_reading reading = {.parse = parse != NULL ? parse : csv_number, .cell = cell};
    bool is_good = csv_read(open_source(path), &diagnostics, wanted, where_column != NULL ? 2 : 1, take_cell, &reading);
    expect_none(&diagnostics, is_good ? &reading : NULL);
    return reading.column;
}

/* ---- scenarios ---- */

const struct scenario *real_scenario(const char *path)
{
    struct diagnostics diagnostics = {0};
    struct scenario *scenario = scenario_read(path, &diagnostics);
    expect_none(&diagnostics, scenario);
    assert_true(real.scenario_count < MAX_KEPT);
    return real.scenarios[real.scenario_count++] = scenario;
}

const char *real_write(const char *name, const char *text)
{
    const char *path = arena_format(real.arena, "%s/%s.json", real.folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_true(real.file_count < MAX_KEPT);
    return real.files[real.file_count++] = path;
}

const struct scenario *real_scenario_text(const char *name, const char *text)
{
    return real_scenario(real_write(name, text));
}

const char *real_refusal(const char *name, const char *text)
{
    struct diagnostics diagnostics = {0};
    struct scenario *scenario = scenario_read(real_write(name, text), &diagnostics);
    assert_null(scenario);
    const char *said = "";
    for (size_t i = 0; i < diagnostics.count; i++)
        if (diagnostics.items[i].severity == DIAGNOSTIC_ERROR)
            said =
                arena_format(real.arena, "%s%s: %s\n", said, diagnostics.items[i].path, diagnostics.items[i].message);
    diagnostics_free(&diagnostics);
    return said;
}

struct replicate_result real_run(const struct setting *setting, uint64_t replications)
{
    struct replicate_options options = {.replications = replications, .threads = 2};
    assert_true(real.result_count < MAX_KEPT);
    struct replicate_result *result = &real.results[real.result_count];
    assert_int_equal(replicate_run(setting, &options, result), 0);
    real.result_count++;
    assert_int_equal(result->replications, replications);
    return *result;
}

size_t real_trial(const struct setting *setting, const struct replicate_result *result, const char *policy,
                  const char *version)
{
    for (size_t t = 1; t < result->trial_count; t++) {
        const struct trial *trial = &result->trials[t];
        if (strcmp(setting->policies[trial->policy].name, policy) == 0 &&
            strcmp(setting->versions[trial->version].name, version) == 0)
            return t;
    }
    fail_msg("no trial of policy \"%s\" and version \"%s\"", policy, version);
    return 0;
}

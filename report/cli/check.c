/* bakeoff check: are these files valid? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/output.h"
#include "scenarios/arena.h"
#include "scenarios/scenario.h"

enum { WHAT_SIZE = 160 };

/* ---- Arguments ---- */

struct arguments {
    const char **paths; /* points into argv */
    int path_count;
    const char *json_path; /* NULL: for people */
    const char *dash;      /* the lone - after --json, or NULL */
    bool is_quiet;
    enum color_choice color;
};

static const char doc[] =
    "Tells whether files are valid, all errors at once.\n"
    "\n"
    "  bakeoff check scenario.json\n"
    "  bakeoff check update-endpoint.json alarms/*.json\n"
    "  aws cloudwatch describe-alarms | bakeoff check -\n"
    "  bakeoff check --json scenario.json | jq .diagnostics\v"
    "A file is a scenario, an UpdateEndpoint or UpdateInferenceComponent request, a DeploymentConfig, what describe-endpoint answers, a PutMetricAlarm "
    "input, {\"MetricAlarms\": [...]} or a list of these: its keys tell which. Values are judged by AWS's own bounds. "
    "\"-\" is stdin.\n"
    "\n"
    "Exit status: 0 all are valid (warnings do not count); 1 some file is invalid; 2 some file cannot be read, or is no "
    "JSON; 3 failed while running.";

enum { KEY_JSON = 0x100, KEY_COLOR };

static const struct argp_option options[] = {
    {"json", KEY_JSON, "FILE", OPTION_ARG_OPTIONAL,
     "the result as JSON, in the shape of terraform validate -json; on standard output if FILE is left out or -", 0},
    {"quiet", 'q', NULL, 0, "say nothing of valid files", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

/* A lone - after --json is standard output, as after the --json of compare, where there are other files to check; else
 * it is the file. */
static void take_json(struct arguments *arguments, struct argp_state *state, const char *text)
{
    arguments->json_path = text != NULL ? text : "-";
    bool has_dash = text == NULL && state->next < state->argc && strcmp(state->argv[state->next], "-") == 0;
    if (has_dash)
        arguments->dash = state->argv[state->next++];
}

static void end_of_arguments(struct arguments *arguments, const struct argp_state *state)
{
    if (arguments->path_count > 0)
        return;
    if (arguments->dash == NULL)
        options_error(state, "which files? name them, or - for stdin");
    arguments->paths[arguments->path_count++] = arguments->dash;
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    switch (key) {
    case KEY_JSON: take_json(arguments, state, text); return 0;
    case 'q': arguments->is_quiet = true; return 0;
    case KEY_COLOR: arguments->color = options_color(state, text); return 0;
    case ARGP_KEY_ARG: arguments->paths[arguments->path_count++] = text; return 0;
    case ARGP_KEY_END: end_of_arguments(arguments, state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- For programs ---- */

static void add_position(cJSON *range, const char *name, int line, int column, size_t byte)
{
    cJSON *position = cJSON_AddObjectToObject(range, name);
    cJSON_AddNumberToObject(position, "line", line);
    cJSON_AddNumberToObject(position, "column", column);
    cJSON_AddNumberToObject(position, "byte", (double)byte);
}

/* Terraform's snippet: the line, and which of its bytes are meant. */
static void add_snippet(cJSON *entry, const struct diagnostic *item)
{
    cJSON *snippet = cJSON_AddObjectToObject(entry, "snippet");
    if (item->path[0] != '\0')
        cJSON_AddStringToObject(snippet, "context", item->path);
    else
        cJSON_AddNullToObject(snippet, "context");
    cJSON_AddStringToObject(snippet, "code", item->source_line);
    cJSON_AddNumberToObject(snippet, "start_line", item->line);
    cJSON_AddNumberToObject(snippet, "highlight_start_offset", item->caret - 1);
    bool ends_here = item->end_line == item->line;
    cJSON_AddNumberToObject(snippet, "highlight_end_offset",
                            item->caret - 1 + (ends_here ? item->end_column - item->column : 1));
    cJSON_AddArrayToObject(snippet, "values");
}

static cJSON *entry_json(const struct diagnostic *item)
{
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "severity", item->severity == DIAGNOSTIC_ERROR ? "error" : "warning");
    cJSON_AddStringToObject(entry, "summary", item->message);
    char *detail = item->path[0] != '\0' ? xformat("%s: %s", item->path, item->message) : xtext(item->message);
    cJSON_AddStringToObject(entry, "detail", detail);
    free(detail);
    cJSON_AddStringToObject(entry, "path", item->path);
    cJSON *range = cJSON_AddObjectToObject(entry, "range");
    cJSON_AddStringToObject(range, "filename", item->file);
    bool has_place = item->line > 0; /* otherwise the file as a whole */
    add_position(range, "start", has_place ? item->line : 1, has_place ? item->column : 1, item->byte);
    add_position(range, "end", has_place ? item->end_line : 1, has_place ? item->end_column : 1, item->end_byte);
    if (item->source_line != NULL)
        add_snippet(entry, item);
    return entry;
}

static char *report_json(const struct diagnostics *lists, int count)
{
    size_t errors = 0, warnings = 0;
    cJSON *root = cJSON_CreateObject(), *entries = cJSON_CreateArray();
    for (int i = 0; i < count; i++) {
        errors += diagnostics_errors(&lists[i]);
        warnings += diagnostics_warnings(&lists[i]);
        for (size_t k = 0; k < lists[i].count; k++)
            cJSON_AddItemToArray(entries, entry_json(&lists[i].items[k]));
    }
    cJSON_AddStringToObject(root, "format_version", "1.0");
    cJSON_AddBoolToObject(root, "valid", errors == 0);
    cJSON_AddNumberToObject(root, "error_count", (double)errors);
    cJSON_AddNumberToObject(root, "warning_count", (double)warnings);
    cJSON_AddItemToObject(root, "diagnostics", entries);
    char *text = cJSON_Print(root);
    cJSON_Delete(root);
    return text;
}

static int write_json(const char *path, const struct diagnostics *lists, int count)
{
    char *text = report_json(lists, count);
    struct output output = {0};
    bool is_written = text != NULL && output_open(&output, path) == 0;
    if (is_written) {
        fprintf(output.file, "%s\n", text);
        is_written = output_commit(&output) == 0;
    }
    int status = is_written ? STATUS_DONE : options_complain_of_write(path);
    output_abandon(&output);
    free(text);
    return status;
}

/* ---- The command ---- */

static void tell(const struct arguments *arguments, const char *path, const struct diagnostics *list, const char *what)
{
    diagnostics_print(list, stderr, options_has_color(arguments->color, stderr));
    if (diagnostics_errors(list) > 0 || arguments->is_quiet)
        return;
    struct arena *scratch = arena_create();
    printf("%s: valid (%s)\n", text_visible(scratch, path, strlen(path)), what);
    arena_free(scratch);
}

static int status_of(const struct diagnostics *lists, int count)
{
    int status = STATUS_DONE;
    for (int i = 0; i < count; i++) {
        if (diagnostics_unreadable(&lists[i]))
            return STATUS_USAGE;
        if (diagnostics_errors(&lists[i]) > 0)
            status = STATUS_NO;
    }
    return status;
}

static int check_all(const struct arguments *arguments)
{
    int count = arguments->path_count;
    struct diagnostics *lists = xalloc((size_t)count * sizeof *lists);
    for (int i = 0; i < count; i++) {
        char what[WHAT_SIZE];
        lists[i] = (struct diagnostics){0};
        check_file(arguments->paths[i], &lists[i], what, sizeof what);
        if (arguments->json_path == NULL)
            tell(arguments, arguments->paths[i], &lists[i], what);
    }
    int status = status_of(lists, count);
    int written = arguments->json_path != NULL ? write_json(arguments->json_path, lists, count) : STATUS_DONE;
    status = written != STATUS_DONE ? written : status;
    for (int i = 0; i < count; i++)
        diagnostics_free(&lists[i]);
    free(lists);
    return status;
}

int check_main(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &options_help}, {0}};
    const struct argp argp = {
        .options = options, .parser = parse, .args_doc = "FILE...", .doc = doc, .children = children};
    struct arguments arguments = {.paths = xalloc((size_t)argc * sizeof(char *))};
    int status = options_parse(&argp, argc, argv, &arguments) ? STATUS_FAILED : check_all(&arguments);
    free(arguments.paths);
    return status;
}

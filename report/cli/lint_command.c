/* bakeoff lint: can these alarms protect these deployments? */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/output.h"
#include "report/write_lint.h"
#include "report/write_lint_json.h"
#include "scenarios/arena.h"
#include "scenarios/lint/lint.h"
#include "scenarios/nearest.h"

/* ---- arguments ---- */

struct arguments {
    const char **paths, **alarms; /* point into argv */
    size_t path_count;
    struct lint_files files;
    const char *json_path; /* NULL: for people */
    const char *explained; /* a rule, "" for all of them, NULL */
    bool is_quiet;
    enum color_choice color;
};

static const char doc[] =
    "Tells what is wrong with deployment policies and their alarms, before any simulation: can each alarm fire, in which "
    "bake, for how bad a version, how soon.\n"
    "\n"
    "  bakeoff lint scenario.json\n"
    "  bakeoff lint --deployment update-endpoint.json --alarms alarms.json --instances 3\n"
    "  bakeoff lint --deployment update-endpoint.json --alarms alarms.json --instances 3 --rate-rps 20\n"
    "  aws cloudwatch describe-alarms | bakeoff lint --deployment canary.json --alarms - --instances 3\n"
    "  bakeoff lint --json scenario.json | jq '.findings[] | select(.severity == \"error\")'\n"
    "  bakeoff lint --explain L2\v"
    "Each finding names its rule, the place, the reason in numbers, a repair and the source. A scenario lives with a "
    "finding by \"silence\": [{\"rule\": \"L5\", \"reason\": \"...\"}], narrowed down by \"policy\" and \"alarm\".\n"
    "\n"
    "Exit status: 0 no error was found (warnings and notes do not count); 1 some finding is an error; 2 usage, or input "
    "that is no valid JSON or scenario; 3 failed while running.";

enum {
    KEY_DEPLOYMENT = 0x100,
    KEY_ALARMS,
    KEY_INSTANCES,
    KEY_RATE,
    KEY_QUOTA,
    KEY_ENDPOINT_TYPE,
    KEY_INSTANCE_TYPE,
    KEY_JSON,
    KEY_EXPLAIN,
    KEY_COLOR
};

static const struct argp_option options[] = {
    {"deployment", KEY_DEPLOYMENT, "FILE", 0,
     "without a scenario: an UpdateEndpoint request, a DeploymentConfig or what describe-endpoint answers", 0},
    {"alarms", KEY_ALARMS, "FILE", 0, "PutMetricAlarm inputs or describe-alarms output; may be given again", 0},
    {"instances", KEY_INSTANCES, "N", 0, "with --deployment: instances of the endpoint", 0},
    {"rate-rps", KEY_RATE, "R", 0, "with --deployment: requests a second, for probabilities", 0},
    {"quota", KEY_QUOTA, "Q", 0, "with --deployment: instances that the account may run", 0},
    {"endpoint-type", KEY_ENDPOINT_TYPE, "TYPE", 0, "real-time (default), async, serverless or inference-component", 0},
    {"instance-type", KEY_INSTANCE_TYPE, "TYPE", 0, "such as ml.m5.xlarge", 0},
    {"explain", KEY_EXPLAIN, "RULE", OPTION_ARG_OPTIONAL, "tell a rule with a worked example; without RULE list them",
     2},
    {"json", KEY_JSON, "FILE", OPTION_ARG_OPTIONAL,
     "findings and reachability as JSON; on standard output if FILE is left out or -", 0},
    {"quiet", 'q', NULL, 0, "findings only, without the tables", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

static double parse_rate(const struct argp_state *state, const char *text)
{
    char *end;
    double rate = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || !(rate >= TRAFFIC_LEAST_RPS) || !(rate <= 1e6))
        options_error(state, "--rate-rps: must be a number from %g to 1e6, got '%s'", TRAFFIC_LEAST_RPS, text);
    return rate;
}

static enum endpoint_type parse_type(const struct argp_state *state, const char *text)
{
    struct nearest nearest = nearest_to(text);
    for (int type = 0; type < ENDPOINT_TYPES; type++) {
        if (strcmp(endpoint_type_names[type], text) == 0)
            return (enum endpoint_type)type;
        nearest_offer(&nearest, endpoint_type_names[type]);
    }
    const char *found = nearest_found(&nearest);
    options_error(state, "--endpoint-type: must be real-time, async, serverless or inference-component, got '%s'%s%s%s",
                  text, found ? ": did you mean '" : "", found ? found : "", found ? "'?" : "");
    return ENDPOINT_REAL_TIME;
}

/* The word after an option whose argument may be left out, when it can only be that argument. */
static const char *take_next(struct argp_state *state)
{
    return state->argv[state->next++];
}

/* Something to read rather than an earlier result to write over: the word after --json may be either. */
static bool is_precious(const char *path)
{
    char head[64] = "";
    struct stat status;
    bool is_file = stat(path, &status) == 0 && S_ISREG(status.st_mode); /* a pipe has nothing to lose, and would wait */
    FILE *file = is_file ? fopen(path, "rb") : NULL;
    size_t size = file ? fread(head, 1, sizeof head - 1, file) : 0;
    if (file)
        fclose(file);
    return size > 0 && !strstr(head, "\"file\"");
}

/* After --json comes its file, if there is one: -, what follows named scenarios, or what is not there to be read. */
static const char *take_json(const struct arguments *arguments, struct argp_state *state, const char *text)
{
    const char *next = state->next < state->argc ? state->argv[state->next] : NULL;
    if (text || !next || (next[0] == '-' && next[1] != '\0'))
        return text ? text : "-";
    bool has_input = arguments->path_count > 0 || arguments->files.deployment || arguments->files.alarm_count > 0;
    bool is_output = has_input || (strcmp(next, "-") != 0 && access(next, F_OK) != 0) ||
                     (strcmp(next, "-") == 0 && state->next + 1 < state->argc);
    if (is_output && is_precious(next))
        options_error(state, "--json %s would write over it: name all scenarios before --json, or say --json=%s", next,
                      next);
    return is_output ? take_next(state) : "-";
}

static const char *take_rule(struct argp_state *state, const char *text)
{
    const char *next = state->next < state->argc ? state->argv[state->next] : NULL;
    return text ? text : next && next[0] == 'L' ? take_next(state) : "";
}

static void judge(const struct arguments *arguments, const struct argp_state *state)
{
    const struct lint_files *files = &arguments->files;
    bool has_files = files->deployment || files->alarm_count > 0;
    if (arguments->explained)
        return;
    if (has_files && arguments->path_count > 0)
        options_error(state, "a scenario, or --deployment and --alarms: not both");
    if (!has_files && arguments->path_count == 0)
        options_error(state, "which scenario? name it, or give --deployment, --alarms and --instances");
    if (files->deployment && files->instances == 0)
        options_error(state, "--instances N: how many instances does the endpoint have?");
    if (!has_files && (files->instances > 0 || files->rate_rps > 0.0 || files->quota > 0 || files->instance_type ||
                       files->type != ENDPOINT_REAL_TIME))
        options_error(state,
                      "--instances, --rate-rps, --quota, --endpoint-type and --instance-type go with --deployment: a "
                      "scenario says them itself");
    if (files->quota > 0 && files->quota < files->instances)
        options_error(state, "--quota: must hold the endpoint's own %d instances at least", files->instances);
}

static error_t parse(int key, char *text, struct argp_state *state)
{
    struct arguments *arguments = state->input;
    struct lint_files *files = &arguments->files;
    switch (key) {
    case KEY_DEPLOYMENT: files->deployment = text; return 0;
    case KEY_ALARMS: arguments->alarms[files->alarm_count++] = text; return 0;
    case KEY_INSTANCES:
        files->instances = (int)options_count(state, "--instances", text, 1, FLEET_MAX_INSTANCES);
        return 0;
    case KEY_RATE: files->rate_rps = parse_rate(state, text); return 0;
    case KEY_QUOTA: files->quota = (int)options_count(state, "--quota", text, 1, 1000000); return 0;
    case KEY_ENDPOINT_TYPE: files->type = parse_type(state, text); return 0;
    case KEY_INSTANCE_TYPE: files->instance_type = text; return 0;
    case KEY_JSON: arguments->json_path = take_json(arguments, state, text); return 0;
    case KEY_EXPLAIN: arguments->explained = take_rule(state, text); return 0;
    case 'q': arguments->is_quiet = true; return 0;
    case KEY_COLOR: arguments->color = options_color(state, text); return 0;
    case ARGP_KEY_ARG: arguments->paths[arguments->path_count++] = text; return 0;
    case ARGP_KEY_END: judge(arguments, state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- --explain ---- */

static void list_rules(const struct page_style *page)
{
    const struct lint_rule_text *rule;
    for (size_t i = 0; (rule = lint_rule_text(i)); i++)
        fprintf(page->to, "%-4s %s\n", rule->id, rule->title);
}

static const struct lint_rule_text *find_rule(const char *id)
{
    const struct lint_rule_text *rule;
    for (size_t i = 0; (rule = lint_rule_text(i)); i++)
        if (strcmp(rule->id, id) == 0)
            return rule;
    return NULL;
}

static int explain_rule(const struct page_style *page, const char *id)
{
    const struct lint_rule_text *rule = find_rule(id);
    if (!rule) {
        char visible[64];
        fprintf(stderr, "bakeoff: there is no rule '%s'; 'bakeoff lint --explain' lists them\n",
                emit_visible(visible, sizeof visible, id));
        return STATUS_USAGE;
    }
    struct diagnostics diagnostics = {0};
    char *example = lint_example(id);
    struct lint_report *report = lint_scenario_text("example.json", example, strlen(example), &diagnostics);
    fprintf(page->to, "%s: %s\n\n", rule->id, rule->title);
    page_wrap(page, 0, TONE_PLAIN, rule->reason);
    fprintf(page->to, "\nSource: %s\n\nexample.json:\n%s\nbakeoff lint example.json says of it:\n", rule->source,
            example);
    write_lint_findings(page, report, rule->id);
    lint_free(report);
    diagnostics_free(&diagnostics);
    free(example);
    return STATUS_DONE;
}

/* ---- linting ---- */

/* One input: its diagnostics and, unless it is invalid, its report. */
struct linted {
    struct diagnostics diagnostics;
    struct lint_report *report;
};

static int status_of(const struct linted *linted, size_t count)
{
    int status = STATUS_DONE;
    for (size_t i = 0; i < count; i++) {
        if (!linted[i].report)
            return STATUS_USAGE;
        if (lint_count(linted[i].report, FINDING_ERROR) > 0)
            status = STATUS_NO;
    }
    return status;
}

static void print_json(FILE *to, const struct linted *linted, size_t count)
{
    struct json json = {.to = to, .lines = count > 1 ? 3 : 2};
    if (count > 1)
        json_begin(&json, '[');
    for (size_t i = 0; i < count; i++)
        write_lint_json(&json, linted[i].report);
    if (count > 1)
        json_end(&json, ']');
    fputc('\n', to);
}

static int write_json_file(const char *path, const struct linted *linted, size_t count)
{
    struct output output = {0};
    int status = STATUS_DONE;
    if (output_open(&output, path) != 0)
        return options_complain_of_write(path);
    print_json(output.file, linted, count);
    if (output_commit(&output) != 0)
        status = options_complain_of_write(path);
    output_abandon(&output);
    return status;
}

static int print_reports(const struct arguments *arguments, const struct linted *linted, size_t count)
{
    struct page_style page = {stdout, options_width(stdout), options_has_color(arguments->color, stdout)};
    page.width = page.width < 100 ? page.width : 100;
    int status = STATUS_DONE;
    for (size_t i = 0; i < count; i++) {
        if (!linted[i].report)
            continue;
        if (i > 0)
            fputc('\n', stdout);
        if (arguments->is_quiet)
            write_lint_findings(&page, linted[i].report, NULL);
        else if (write_lint_text(&page, linted[i].report) != 0)
            status = STATUS_FAILED;
    }
    return status;
}

static int lint_all(const struct arguments *arguments)
{
    size_t count = arguments->path_count > 0 ? arguments->path_count : 1;
    struct linted *linted = xalloc(count * sizeof *linted);
    for (size_t i = 0; i < count; i++) {
        linted[i] = (struct linted){0};
        linted[i].report = arguments->path_count > 0 ? lint_scenario(arguments->paths[i], &linted[i].diagnostics)
                                                     : lint_files(&arguments->files, &linted[i].diagnostics);
        if (!linted[i].report)
            diagnostics_print(&linted[i].diagnostics, stderr, options_has_color(arguments->color, stderr));
    }
    int status = status_of(linted, count), written = STATUS_DONE;
    if (!arguments->json_path)
        written = print_reports(arguments, linted, count);
    else if (status != STATUS_USAGE)
        written = write_json_file(arguments->json_path, linted, count);
    for (size_t i = 0; i < count; i++) {
        lint_free(linted[i].report);
        diagnostics_free(&linted[i].diagnostics);
    }
    free(linted);
    return written == STATUS_DONE ? status : written;
}

int lint_main(int argc, char **argv)
{
    static const struct argp_child children[] = {{.argp = &options_help}, {0}};
    const struct argp argp = {
        .options = options, .parser = parse, .args_doc = "[SCENARIO...]", .doc = doc, .children = children};
    struct arguments arguments = {.paths = xalloc((size_t)argc * sizeof(char *)),
                                  .alarms = xalloc((size_t)argc * sizeof(char *))};
    arguments.files.alarms = arguments.alarms;
    int status = STATUS_FAILED;
    if (!options_parse_in_order(&argp, argc, argv, &arguments)) {
        struct page_style page = {stdout, options_width(stdout), false};
        page.width = page.width < 100 ? page.width : 100;
        if (!arguments.explained)
            status = lint_all(&arguments);
        else if (arguments.explained[0] == '\0')
            list_rules(&page), status = STATUS_DONE;
        else
            status = explain_rule(&page, arguments.explained);
    }
    free(arguments.paths);
    free(arguments.alarms);
    return status;
}

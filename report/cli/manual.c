/* bakeoff manual: the reference, for people and for man. */
#include <stdlib.h>
#include <string.h>

#include "models/metric.h"
#include "report/cli/commands.h"
#include "report/cli/guide.h"
#include "report/cli/options.h"
#include "report/columns.h"
#include "report/key_reference.h"
#include "report/prose.h"
#include "report/write_csv.h"

static const char doc[] =
    "Prints the reference: every command and option, every key of a scenario, every figure, the exit statuses.\n"
    "\n"
    "  bakeoff manual >reference.md\n"
    "  bakeoff manual commands | scdoc >bakeoff.1\n"
    "  bakeoff manual scenarios | scdoc >bakeoff-scenario.5\v"
    "PAGE is reference (the default: all of it, in Markdown), commands or scenarios (sources of manual pages for scdoc).\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 failed while running.";

/* ---- the parts ---- */

static void tell_option(const struct prose *prose, struct arena *arena, const struct guide_option *option)
{
    prose_term(prose, guide_option_text(arena, option), NULL, option->meaning);
}

static void tell_command(const struct prose *prose, int level, const struct command *command)
{
    struct arena *arena = arena_create();
    struct guide guide = guide_of_command(arena, command);
    prose_heading(prose, level, guide.name);
    prose_text(prose, guide.summary);
    prose_code(prose, guide.examples);
    const char *usage = "", *line = guide.operands;
    do {
        size_t length = strcspn(line, "\n");
        usage = arena_format(arena, "%s%s%s [OPTION...]%s%.*s", usage, *usage != '\0' ? "\n" : "", guide.name,
                             length > 0 ? " " : "", (int)length, line);
        line += length + (line[length] == '\n');
    } while (*line != '\0');
    prose_code(prose, usage);
    for (size_t i = 0; i < guide.option_count; i++)
        tell_option(prose, arena, &guide.options[i]);
    prose_list_end(prose);
    prose_text(prose, guide.notes);
    arena_free(arena);
}

static void tell_commands(const struct prose *prose, int level)
{
    for (size_t i = 0; i < command_count; i++)
        tell_command(prose, level, &commands[i]);
}

static void tell_exits(const struct prose *prose)
{
    for (size_t i = 0; i < exit_count; i++) {
        char status[16];
        snprintf(status, sizeof status, "%d", exit_rows[i].status);
        prose_term(prose, status, NULL, exit_rows[i].meaning);
    }
    prose_list_end(prose);
}

static void tell_figures(const struct prose *prose, enum column_kind kind)
{
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].kind == kind)
            prose_term(prose, columns[i].name, columns[i].unit, columns[i].meaning);
    prose_list_end(prose);
}

static void tell_header(const struct prose *prose, const struct csv_file *file)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (to == NULL)
        arena_exhausted();
    file->header(to);
    if (fclose(to) != 0)
        arena_exhausted();
    const char *list = "";
    char *rest = NULL;
    struct arena *arena = arena_create();
    for (char *name = strtok_r(text, ",\n", &rest); name != NULL; name = strtok_r(NULL, ",\n", &rest))
        list = arena_format(arena, "%s%s%s", list, *list != '\0' ? ", " : "", name);
    prose_term(prose, file->name, NULL, list);
    arena_free(arena);
    free(text);
}

static void tell_all_figures(const struct prose *prose, int level)
{
    prose_heading(prose, level, "Figures");
    prose_text(prose, "Columns of trials.csv behind scenario, replication, policy and version; summary.csv has the "
                      "statistics of each, and gates name them.");
    tell_figures(prose, COLUMN_NUMBER);
    prose_text(prose, "In summary.csv only, as shares of the trials:");
    tell_figures(prose, COLUMN_PROPORTION);
    prose_text(prose, "In trials.csv only, texts:");
    tell_figures(prose, COLUMN_TEXT);
    prose_heading(prose, level, "Files of --csv-dir");
    for (int i = 0; i < CSV_FILES; i++)
        tell_header(prose, &csv_files[i]);
    prose_list_end(prose);
}

static void tell_metrics(const struct prose *prose, int level)
{
    prose_heading(prose, level, "Metrics");
    prose_text(prose, "What an endpoint publishes under AWS/SageMaker, for alarms:");
    for (size_t i = 0; i < METRICS; i++)
        prose_term(prose, metric_rows[i].name, metric_rows[i].unit, metric_rows[i].meaning);
    prose_list_end(prose);
}

static void tell_scenarios(const struct prose *prose, int level)
{
    prose_text(prose,
               "A scenario is one JSON object. Keys that begin with // are comments. AWS's keys are spelt as AWS "
               "spells them; of the others each carries its unit. Paths are relative to the scenario.");
    key_reference_write(prose, level);
    tell_metrics(prose, level);
    tell_all_figures(prose, level);
}

/* ---- the pages ---- */

static void write_reference(FILE *to)
{
    const struct prose prose = {to, PROSE_MARKDOWN};
    fputs("<!-- Made by bakeoff manual. -->\n\n", to);
    prose_heading(&prose, 1, "Reference");
    prose_heading(&prose, 2, "Commands");
    tell_commands(&prose, 3);
    prose_heading(&prose, 2, "Exit statuses");
    tell_exits(&prose);
    prose_heading(&prose, 2, "Scenarios");
    tell_scenarios(&prose, 3);
}

static void write_commands(FILE *to)
{
    const struct prose prose = {to, PROSE_SCDOC};
    fputs("bakeoff(1)\n\n", to);
    prose_heading(&prose, 1, "NAME");
    prose_text(&prose, "bakeoff - compare SageMaker deployment guardrails before they are live");
    prose_heading(&prose, 1, "SYNOPSIS");
    fputs("*bakeoff* _COMMAND_ [_OPTION_...] [_FILE_...]\n\n", to);
    prose_heading(&prose, 1, "DESCRIPTION");
    prose_text(&prose,
               "Which SageMaker deployment-guardrail configuration should you commit, and what will it cost you "
               "when the new model is bad? bakeoff replays each configuration against the same traffic, the "
               "same launches and the same bad versions, and finds out.");
    prose_heading(&prose, 1, "COMMANDS");
    tell_commands(&prose, 2);
    prose_heading(&prose, 1, "EXIT STATUS");
    tell_exits(&prose);
    prose_heading(&prose, 1, "SEE ALSO");
    fputs("*bakeoff-scenario*(5)\n", to);
}

static void write_scenarios(FILE *to)
{
    const struct prose prose = {to, PROSE_SCDOC};
    fputs("bakeoff-scenario(5)\n\n", to);
    prose_heading(&prose, 1, "NAME");
    prose_text(&prose, "bakeoff-scenario - the files that bakeoff compares policies by");
    prose_heading(&prose, 1, "DESCRIPTION");
    tell_scenarios(&prose, 2);
    prose_heading(&prose, 1, "SEE ALSO");
    fputs("*bakeoff*(1)\n", to);
}

/* ---- the command ---- */

static const struct page {
    const char *name;
    void (*write)(FILE *to);
} pages[] = {{"reference", write_reference}, {"commands", write_commands}, {"scenarios", write_scenarios}};
enum { PAGES = sizeof pages / sizeof *pages };

static error_t parse(int key, char *argument, struct argp_state *state)
{
    const char *names[PAGES];
    for (int i = 0; i < PAGES; i++)
        names[i] = pages[i].name;
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    if (state->arg_num > 0)
        options_error(state, "unexpected argument '%s'", argument);
    *(int *)state->input = options_word(state, "PAGE", argument, names, PAGES);
    return 0;
}

int manual_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {.parser = parse, .args_doc = "[PAGE]", .doc = doc, .children = children};
    int page = 0;
    if (options_parse(&argp, argc, argv, &page))
        return STATUS_FAILED;
    pages[page].write(stdout);
    return STATUS_DONE;
}

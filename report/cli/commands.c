#include "report/cli/commands.h"

#include <string.h>

/* In the order of --help. */
const struct command commands[] = {
    {"compare", compare_main, "compare deployment policies on bad and good model versions"},
    {"explain", explain_main, "tell one replication as a story, link by link"},
    {"lint", lint_main, "tell which alarms cannot protect a deployment, and why"},
    {"check", check_main, "tell whether scenarios and AWS files are valid, and why not"},
    {"alarm", alarm_main, "backtest one CloudWatch alarm on a recorded metric"},
    {"batch", batch_main, "run many scenarios: resumable, over threads, shards and machines"},
    {"merge", merge_main, "merge what the shards of a batch left into its results"},
    {"report", report_main, "tell what stored results say, or what changed between two"},
    {"modes", modes_main, "list the traffic-shifting modes, and how the guardrail moves"},
    {"init", init_main, "print a scenario to start from, with a comment before every key"},
    {"schema", schema_main, "print the JSON Schema of scenarios, for editors"},
    {"completion", completion_main, "print what bash, zsh or fish needs to complete command lines"},
    {"manual", manual_main, "print the reference: commands, keys, figures, exit statuses"},
};
const size_t command_count = sizeof commands / sizeof *commands;

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

const struct exit_row exit_rows[] = {
    {STATUS_DONE, "done, and all is well: gates pass, files are valid"},
    {STATUS_NO, "done, and the answer is no: a gate fails or is undecided, a file is invalid, blocks are missing"},
    {STATUS_USAGE, "could not start: usage, or input that cannot be read or is invalid"},
    {STATUS_FAILED, "failed while running: a full disk, no memory"},
    {130, "stopped by SIGINT; what was finished is written"},
    {143, "stopped by SIGTERM; what was finished is written"},
};
const size_t exit_count = sizeof exit_rows / sizeof *exit_rows;

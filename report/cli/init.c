/* bakeoff init: a scenario to start from. */
#include <stdlib.h>
#include <string.h>

#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/output.h"
#include "report/pretty.h"
#include "report/starter.h"
#include "scenarios/nearest.h"

static const char doc[] =
    "Prints a scenario to start from, with a comment before every key.\n"
    "\n"
    "  bakeoff init >scenario.json\n"
    "  bakeoff init rolling >scenario.json\n"
    "  bakeoff init from update-endpoint.json alarms.json >scenario.json\v"
    "MODE is all-at-once, canary (the default), linear or rolling. DEPLOYMENT.json is an UpdateEndpoint request, a "
    "DeploymentConfig or what describe-endpoint prints, ALARMS.json what put-metric-alarm takes or describe-alarms prints; one of them may be \"-\", stdin. "
    "Keys that begin with // are comments: bakeoff leaves them out.\n"
    "\n"
    "Exit status: 0 done, 2 usage or invalid input, 3 failed while running.";

enum { KEY_COLOR = 0x100, MOST_WORDS = 3 };

static const struct argp_option option_rows[] = {
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

struct options {
    const char *words[MOST_WORDS];
    int count;
    enum color_choice color;
    enum shift_mode mode;
};

static enum shift_mode find_mode(const struct argp_state *state, const char *word)
{
    struct nearest nearest = nearest_to(word);
    for (int i = 0; i < SHIFT_MODES; i++) {
        if (strcmp(starter_mode_names[i], word) == 0)
            return (enum shift_mode)i;
        nearest_offer(&nearest, starter_mode_names[i]);
    }
    nearest_offer(&nearest, "from");
    const char *best = nearest_found(&nearest);
    options_error(state, "'%s' is no mode%s%s%s", word,
                  best != NULL ? "; did you mean '" : ": it is all-at-once, canary, linear, rolling or from",
                  best != NULL ? best : "", best != NULL ? "'?" : "");
    return SHIFT_CANARY;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_COLOR: o->color = options_color(state, argument); return 0;
    case ARGP_KEY_ARG:
        if (o->count == MOST_WORDS || (o->count == 1 && strcmp(o->words[0], "from") != 0))
            options_error(state, "unexpected argument '%s'", argument);
        o->words[o->count++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (o->count == 0 || strcmp(o->words[0], "from") != 0)
            o->mode = o->count == 0 ? SHIFT_CANARY : find_mode(state, o->words[0]);
        else if (o->count < MOST_WORDS)
            options_error(state, "from: two files are needed, the deployment and the alarms");
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

int init_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {.options = option_rows,
                              .parser = parse,
                              .args_doc = "[MODE]\nfrom DEPLOYMENT.json ALARMS.json",
                              .doc = doc,
                              .children = children};
    enum { WIDTH = 100 };
    struct options options = {0};
    if (options_parse(&argp, argc, argv, &options))
        return STATUS_FAILED;
    struct diagnostics diagnostics = {0};
    cJSON *scenario = options.count == MOST_WORDS ? starter_of_files(options.words[1], options.words[2], &diagnostics)
                                                  : starter_of_mode(options.mode);
    diagnostics_print(&diagnostics, stderr, options_has_color(options.color, stderr));
    diagnostics_free(&diagnostics);
    if (scenario == NULL)
        return STATUS_USAGE;
    pretty_write(stdout, scenario, WIDTH);
    cJSON_Delete(scenario);
    return STATUS_DONE;
}

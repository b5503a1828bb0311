/* bakeoff modes: the traffic-shifting modes, and the table that the guardrail walks. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "models/deploy.h"
#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/grid.h"

static const char doc[] = "Lists the traffic-shifting modes of SageMaker's deployment guardrails.\n"
                          "\n"
                          "  bakeoff modes\n"
                          "  bakeoff modes --table\v"
                          "Each mode is a plan of steps; one transition table walks them all.\n"
                          "\n"
                          "Exit status: 0 done, 2 usage, 3 failed while running.";

static const struct argp_option options[] = {
    {"table", 't', NULL, 0, "show the guardrail's transition table too", 0},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    switch (key) {
    case 't': *(bool *)state->input = true; return 0;
    case ARGP_KEY_ARG: options_error(state, "unexpected argument '%s'", argument); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

enum { GAP = 2, MEANING_SIZE = 256, MEANING_LEAST = 24 };

static size_t larger(size_t a, const char *text)
{
    size_t b = strlen(text);
    return a > b ? a : b;
}

/* What the other columns leave of the terminal. */
static size_t meaning_width(size_t taken)
{
    size_t width = options_width(stdout);
    return width > taken + MEANING_LEAST ? width - taken : MEANING_LEAST;
}

static int print_modes(void)
{
    struct grid grid;
    char meaning[MEANING_SIZE];
    size_t taken = 0;
    for (int i = 0; i < SHIFT_MODES; i++)
        taken = larger(taken, shift_rows[i].name);
    grid_begin(&grid, stdout, options_width(stdout), false);
    grid_column(&grid, "mode", GRID_WORD);
    grid_column(&grid, "meaning", GRID_PROSE);
    for (int i = 0; i < SHIFT_MODES; i++) {
        grid_line(&grid, NULL);
        grid_cell(&grid, shift_rows[i].name);
        assert(strlen(shift_rows[i].meaning) < MEANING_SIZE);
        grid_cell(&grid, grid_wrap(meaning, shift_rows[i].meaning, meaning_width(taken + GAP)));
    }
    return grid_end(&grid);
}

static const char *reaction_of(const struct deploy_transition *row)
{
    static const char *const names[] = {[REACT_CONTINUE] = "next step", [REACT_ROLL_BACK] = "roll back"};
    return row->reaction == REACT_END ? deploy_state_names[row->end] : names[row->reaction];
}

static const char *const scopes[] = {
    [SCOPE_BLUE_GREEN] = "blue/green", [SCOPE_ROLLING] = "rolling", [SCOPE_ANY] = "any"};

static size_t table_width(void)
{
    size_t state = 0, event = 0, scope = 0, reaction = 0;
    for (size_t i = 0; i < deploy_transition_count; i++) {
        state = larger(state, deploy_state_names[deploy_transitions[i].state]);
        event = larger(event, deploy_event_names[deploy_transitions[i].event]);
        scope = larger(scope, scopes[deploy_transitions[i].scope]);
        reaction = larger(reaction, reaction_of(&deploy_transitions[i]));
    }
    return state + event + scope + reaction + 4 * GAP;
}

static int print_table(void)
{
    struct grid grid;
    char meaning[MEANING_SIZE];
    putchar('\n');
    grid_begin(&grid, stdout, options_width(stdout), false);
    grid_column(&grid, "in state", GRID_WORD);
    grid_column(&grid, "on", GRID_WORD);
    grid_column(&grid, "mode", GRID_WORD);
    grid_column(&grid, "then", GRID_WORD);
    grid_column(&grid, "meaning", GRID_PROSE);
    for (size_t i = 0; i < deploy_transition_count; i++) {
        const struct deploy_transition *row = &deploy_transitions[i];
        grid_line(&grid, NULL);
        grid_cell(&grid, deploy_state_names[row->state]);
        grid_cell(&grid, deploy_event_names[row->event]);
        grid_cell(&grid, scopes[row->scope]);
        grid_cell(&grid, reaction_of(row));
        assert(strlen(row->meaning) < MEANING_SIZE);
        grid_cell(&grid, grid_wrap(meaning, row->meaning, meaning_width(table_width())));
    }
    return grid_end(&grid);
}

int modes_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {.options = options, .parser = parse, .doc = doc, .children = children};
    bool with_table = false;
    if (options_parse(&argp, argc, argv, &with_table))
        return STATUS_FAILED;
    if (print_modes() || (with_table && print_table())) {
        fputs("bakeoff: out of memory\n", stderr);
        return STATUS_FAILED;
    }
    return STATUS_DONE;
}

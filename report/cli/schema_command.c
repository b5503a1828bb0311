/* bakeoff schema: the JSON Schema of scenario files. */
#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/schema.h"

static const char doc[] =
    "Prints the JSON Schema (draft-07) of scenario files, with which editors complete and explain every key.\n"
    "\n"
    "  bakeoff schema >bakeoff.schema.json\v"
    "Then tell the editor where it lies, in its settings or by a key of the scenario itself:\n"
    "\n"
    "  {\"$schema\": \"bakeoff.schema.json\", \"name\": ...}\n"
    "\n"
    "What one place of a file asks of another (names, sums, sizes against instances) only bakeoff check can tell.\n"
    "\n"
    "Exit status: 0 done, 2 usage, 3 failed while running.";

static error_t parse(int key, char *argument, struct argp_state *state)
{
    if (key != ARGP_KEY_ARG)
        return ARGP_ERR_UNKNOWN;
    options_error(state, "unexpected argument '%s'", argument);
    return 0;
}

int schema_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {.parser = parse, .doc = doc, .children = children};
    if (options_parse(&argp, argc, argv, NULL))
        return STATUS_FAILED;
    schema_write(stdout);
    return STATUS_DONE;
}

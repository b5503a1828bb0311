/* What a command says of itself, as data: for --help, the reference, the man page and completion. It is read off the argp
 * that the command hands to options_parse(), so a command with a row has all of these. */
#ifndef BAKEOFF_REPORT_CLI_GUIDE_H
#define BAKEOFF_REPORT_CLI_GUIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <argp.h>

#include "report/cli/commands.h"
#include "scenarios/arena.h"

struct guide_option {
    int letter;       /* 0: none */
    const char *name; /* NULL: none */
    const char *argument;
    bool is_optional; /* the argument */
    const char *meaning;
};

/* All of it lies in the arena. A text is paragraphs with blank lines between them; those that begin with two blanks are to
 * be shown as they are. */
struct guide {
    const char *name;     /* "bakeoff compare" */
    const char *operands; /* "SCENARIO..."; one line for each way to call it, "" for none */
    const char *summary;
    const char *examples;
    const char *notes;
    const struct guide_option *options;
    size_t option_count;
};

/* A doc of argp is read as: sentences, examples (each line begins with two blanks), \v, notes. */
struct guide guide_read(struct arena *arena, const char *name, const struct argp *argp);
struct guide guide_of_command(struct arena *arena, const struct command *command);

/* For options_parse(): true when the command was called for its guide only, which is taken from here. */
bool guide_hear(const struct argp *argp);

/* "-n, --replications=N" */
const char *guide_option_text(struct arena *arena, const struct guide_option *option);

/* As --help shows it. */
void guide_print(FILE *to, const struct guide *guide, size_t width, bool has_color);

/* The option of a long name, or of the beginning of a single one; NULL if there is none. */
const struct guide_option *guide_find(const struct guide *guide, const char *name, size_t length);

#endif

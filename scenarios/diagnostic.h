/* What is wrong with a file, and where: gathered, so that all of it is told at once.
 *
 * file:line:column: error: alarms[1].Period: must be 10, 20, 30 or a multiple of 60, got 45
 * then the source line and a caret. */
#ifndef BAKEOFF_SCENARIOS_DIAGNOSTIC_H
#define BAKEOFF_SCENARIOS_DIAGNOSTIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum diagnostic_severity { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING };

struct diagnostic {
    enum diagnostic_severity severity;
    char *file;         /* as named by the user; "-" is stdin */
    int line, column;   /* 1-based, columns in code points; 0: no place */
    char *path;         /* "policies.canary.BlueGreenUpdatePolicy..."; "" for the whole file */
    char *message;      /* what is wrong, and the remedy */
    char *source_line;  /* without newline; NULL when there is none */
    bool unreadable;    /* the file could not be read or is not JSON at all */
};

/* Zero-initialise; owns all its strings. */
struct diagnostics {
    struct diagnostic *items;
    size_t count, capacity;
};

size_t diagnostics_errors(const struct diagnostics *list);
void diagnostics_free(struct diagnostics *list);

/* At most 20 errors (then a line that counts the rest). Control characters in names are made visible.
 * `color`: ANSI colours. */
void diagnostics_print(const struct diagnostics *list, FILE *to, bool color);

#endif

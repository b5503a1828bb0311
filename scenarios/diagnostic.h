/* What is wrong with a file, and where: gathered, so that all of it is told at once.
 *
 * file:line:column: error: alarms[1].Period: must be 10, 20, 30 or a multiple of 60, got 45
 * then the source line and a caret. */
#ifndef BAKEOFF_SCENARIOS_DIAGNOSTIC_H
#define BAKEOFF_SCENARIOS_DIAGNOSTIC_H

#include "scenarios/source.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum diagnostic_severity { DIAGNOSTIC_ERROR, DIAGNOSTIC_WARNING };

/* All texts are fit for a terminal: what others wrote is made visible (text_visible). */
struct diagnostic {
    enum diagnostic_severity severity;
    char *file;               /* as named by the user; "-" is stdin */
    int line, column;         /* 1-based, columns in code points; 0: no place */
    int end_line, end_column; /* just past the end */
    size_t byte, end_byte;    /* the same as offsets from 0 */
    char *path;               /* "policies.canary.BlueGreenUpdatePolicy..."; "" for the whole file */
    char *message;            /* what is wrong, and the remedy */
    char *source_line;        /* without newline, long ones cut around the place; NULL when there is none */
    int caret;                /* 1-based column of the place in source_line */
    bool unreadable;          /* the file could not be read or is not JSON at all */
    const char *rule; /* of scenarios/lint/lint_rules.h, when it rests on one; "": lint has words of its own for it */
};

/* Zero-initialise; owns all its strings. */
struct diagnostics {
    struct diagnostic *items;
    size_t count, capacity;
    size_t most;    /* entries that are kept; 0: a thousand */
    size_t dropped; /* errors after those: counted, not kept */
};

size_t diagnostics_errors(const struct diagnostics *list);
size_t diagnostics_warnings(const struct diagnostics *list);
size_t diagnostics_plain_errors(const struct diagnostics *list); /* that rest on no rule of lint */
bool diagnostics_are_full(const struct diagnostics *list);       /* more are counted only: spare the words */
bool diagnostics_unreadable(const struct diagnostics *list);     /* any of them */

/* The entries from `first` on into the order of their places: file by file as they were first met, then by line. */
void diagnostics_sort(struct diagnostics *list, size_t first);
void diagnostics_free(struct diagnostics *list);

/* At most 20 errors (then a line that counts the rest), and at most 20 warnings. Control characters in names are
 * made visible. `color`: ANSI colours. */
void diagnostics_print(const struct diagnostics *list, FILE *to, bool color);

/* Bytes [at, end) of a source. */
struct place {
    const struct source *source;
    size_t at, end;
};

/* Adds an entry. `path` and the message are made visible here, so callers hand over words as they found them.
 * `unreadable`: the file is not JSON or cannot be read. Returns it until the next one is added; NULL when the list is
 * full. */
struct diagnostic *diagnostics_add(struct diagnostics *list, enum diagnostic_severity severity, bool unreadable,
                                   struct place place, const char *path, const char *format, va_list arguments)
    __attribute__((format(printf, 6, 0)));

/* The same without a place: the file as a whole. */
void diagnostics_add_file(struct diagnostics *list, const char *file, bool unreadable, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void diagnostics_warn_file(struct diagnostics *list, const char *file, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* An error at the beginning of a line of a file that is not in memory. */
void diagnostics_add_line(struct diagnostics *list, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif

/* What the options of several commands have in common. */
#ifndef BAKEOFF_REPORT_CLI_OPTIONS_H
#define BAKEOFF_REPORT_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <argp.h>

/* -h, --help, --usage and --version, as a child parser; parse with ARGP_NO_HELP. */
extern const struct argp options_help;

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The same without --version, for a command that has one of its own. */
extern const struct argp options_plain_help;

/* argp_parse(), which ends the program on wrong usage; else not 0, with a word, when it could not do its work, or silently
 * when the command was called for its guide (guide.h): then it ends at once. */
int options_parse(const struct argp *argp, int argc, char **argv, void *input);

/* The same, but arguments and options come as they were written. */
int options_parse_in_order(const struct argp *argp, int argc, char **argv, void *input);

/* The arguments before argp moves them about, for the record; malloc'd, or NULL. */
char **options_copy(int argc, char **argv);

/* Arguments of options; a wrong one ends the program with a usage error. */
uint64_t options_count(const struct argp_state *state, const char *option, const char *text, uint64_t low,
                       uint64_t high);
/* The index of one of the words; a wrong one ends the program with an error that names the nearest. */
int options_word(const struct argp_state *state, const char *option, const char *text, const char *const *words,
                 size_t count);
/* argp_error() of a text in which nothing can act on the terminal. */
void options_error(const struct argp_state *state, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends the program with a usage error where an output (NULL: none) is the file to be read, by whatever name. */
void options_spare(const struct argp_state *state, const char *option, const char *output, const char *input);
enum color_choice options_color(const struct argp_state *state, const char *text);

/* auto: on a terminal that is not dumb, unless NO_COLOR is set to something. */
bool options_has_color(enum color_choice choice, FILE *to);

/* Columns of the terminal; elsewhere $COLUMNS, or 120. */
size_t options_width(FILE *to);

/* When a page says it was written, in Unix time: what SOURCE_DATE_EPOCH says, else now if wanted, else negative. */
int64_t options_stamp(bool is_wanted);

/* Processors that this process may use. */
int options_processors(void);

/* Says why a file cannot be written, by errno. Returns the exit status: 2 where the command itself reads it or writes it twice. */
int options_complain_of_write(const char *path);

/* Warns that pages will have no figures, where that is so. */
void options_tell_lacking(bool is_quiet);

#endif

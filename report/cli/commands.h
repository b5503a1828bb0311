/* The commands of bakeoff. To add one: a file here with NAME_main(), its declaration below, its row in commands.c; help,
 * completion and the reference find its options by themselves (guide.h), so options_parse() comes first in it.
 *
 * A command gets argv[0] = "bakeoff NAME" and returns the exit status: 0 done, gates pass, input valid; 1 done, and the
 * answer is no; 2 could not start; 3 failed while running; 130 and 143 on signals. */
#ifndef BAKEOFF_REPORT_CLI_COMMANDS_H
#define BAKEOFF_REPORT_CLI_COMMANDS_H

#include <stddef.h>

enum { STATUS_DONE = 0, STATUS_NO = 1, STATUS_USAGE = 2, STATUS_FAILED = 3 };

struct command {
    const char *name;
    int (*main)(int argc, char **argv);
    const char *help; /* in half a sentence */
};
extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name); /* NULL if there is none */

struct exit_row {
    int status;
    const char *meaning;
};
extern const struct exit_row exit_rows[];
extern const size_t exit_count;

int alarm_main(int argc, char **argv);
int batch_main(int argc, char **argv);
int check_main(int argc, char **argv);
int compare_main(int argc, char **argv);
int completion_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int init_main(int argc, char **argv);
int lint_main(int argc, char **argv);
int manual_main(int argc, char **argv);
int merge_main(int argc, char **argv);
int modes_main(int argc, char **argv);
int report_main(int argc, char **argv);
int schema_main(int argc, char **argv);

#endif

/* The commands of bakeoff. To add one: a file here with NAME_main(), its declaration below, its row in main.c.
 *
 * A command gets argv[0] = "bakeoff NAME" and returns the exit status: 0 done, gates pass, input valid; 1 done, and the
 * answer is no; 2 could not start; 3 failed while running; 130 and 143 on signals. */
#ifndef BAKEOFF_REPORT_CLI_COMMANDS_H
#define BAKEOFF_REPORT_CLI_COMMANDS_H

enum { STATUS_DONE = 0, STATUS_NO = 1, STATUS_USAGE = 2, STATUS_FAILED = 3 };

int alarm_main(int argc, char **argv);
int check_main(int argc, char **argv);
int compare_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int init_main(int argc, char **argv);
int modes_main(int argc, char **argv);
int schema_main(int argc, char **argv);

#endif

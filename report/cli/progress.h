/* How far a command is: one line on a terminal, rewritten in place and erased at the end; elsewhere nothing, or a line for
 * every tenth. */
#ifndef BAKEOFF_REPORT_CLI_PROGRESS_H
#define BAKEOFF_REPORT_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct progress {
    bool is_on, is_terminal, tells_tenths;
    const char *name, *unit; /* "four-modes", "replications" */
    uint64_t there;          /* done before it began: not counted in the rate */
    double start, shown;     /* s; of the run, of the latest line */
    int width, tenths;       /* of the latest line */
};

/* `tells_tenths`: a line for every tenth where there is no terminal. */
struct progress progress_begin(const char *name, const char *unit, bool is_quiet, bool tells_tenths);
void progress_show(struct progress *progress, uint64_t done, uint64_t total);
void progress_erase(struct progress *progress);

/* Of CLOCK_MONOTONIC or CLOCK_PROCESS_CPUTIME_ID. */
double progress_seconds(clockid_t clock);

#endif

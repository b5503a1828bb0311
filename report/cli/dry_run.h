/* `bakeoff batch --dry-run`: how long, on how many machines, how much disk. */
#ifndef BAKEOFF_REPORT_CLI_DRY_RUN_H
#define BAKEOFF_REPORT_CLI_DRY_RUN_H

#include "report/batch/pilot.h"

/* Prints the estimate on standard output; `threads` are those of one machine. Returns an exit status. */
int dry_run(const struct pilot_options *options, int threads);

#endif

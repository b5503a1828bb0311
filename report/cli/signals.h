/* SIGINT and SIGTERM: finish what is under way and write what there is. */
#ifndef BAKEOFF_REPORT_CLI_SIGNALS_H
#define BAKEOFF_REPORT_CLI_SIGNALS_H

#include <stdatomic.h>

extern atomic_int caught_signal; /* its number; 0: none yet */

/* From now on the first of them is caught; whoever interrupts twice wants out. */
void signals_watch(void);

#endif

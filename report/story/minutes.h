/* The minutes of a replication as CloudWatch has them, as CSV: one row a minute for the endpoint as a whole and for
 * each configuration, warm-up included. A cell is empty where CloudWatch has no datapoint. */
#ifndef BAKEOFF_REPORT_MINUTES_H
#define BAKEOFF_REPORT_MINUTES_H

#include <stdio.h>

#include "report/story/told.h"

/* Write errors stay in the stream. */
void minutes_write(FILE *to, const struct told *told);

#endif

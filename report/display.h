/* Figures for people: few digits, units that fit the size, intervals in the unit of their mean. */
#ifndef BAKEOFF_REPORT_DISPLAY_H
#define BAKEOFF_REPORT_DISPLAY_H

#include "report/columns.h"
#include "sim/estimate.h"

enum { DISPLAY_SIZE = 96 };

/* "3.2 min"; "-" where absent. Returns text. */
char *display_value(char text[DISPLAY_SIZE], enum column_format format, double value);

/* "3.2 min [2.9, 3.5]"; without interval as above. An end that is not known is "?". */
char *display_interval(char text[DISPLAY_SIZE], enum column_format format, double value, struct interval interval);

/* A proportion. What was never seen is not impossible: "< 0.92 %", by the end of the interval; what was always
 * seen "> 99.1 %". */
char *display_proportion(char text[DISPLAY_SIZE], double value, struct interval interval, bool with_interval);

#endif

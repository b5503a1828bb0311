/* A gate's row for people: the same words on the terminal and in pages. */
#ifndef BAKEOFF_REPORT_GATE_WORDS_H
#define BAKEOFF_REPORT_GATE_WORDS_H

#include "report/display.h"
#include "report/judge.h"

/* "p95 deployment_s", "at most 7200", "992 [920, ?]"; a share that no trial had is "< 7.2 %". Each returns text. */
const char *gate_put_figure(char text[DISPLAY_SIZE], const struct gate_row *row);
const char *gate_put_limit(char text[DISPLAY_SIZE], const struct gate_row *row);
const char *gate_put_observed(char text[DISPLAY_SIZE], const struct gate_row *row, bool with_interval);

#endif

/* The empirical distribution of times to rollback as points of a figure: time, share of all trials, panel, policy. */
#ifndef BAKEOFF_REPORT_ROLLBACK_CURVE_H
#define BAKEOFF_REPORT_ROLLBACK_CURVE_H

#include <stdint.h>

#include "report/figures/figure.h"

/* Quantiles k / grid, nearest rank, are on the curve to the last digit: at most 402 points each, fewer where many curves share a
 * figure, but always every whole percent. */
size_t rollback_grid(size_t curves);

/* `times`: `count` of them, sorted; of so many trials, so that the curve ends where faults were missed. It is drawn on to
 * `until`. */
void rollback_curve(struct dataset *data, const char *panel, const char *policy, const double *times, size_t count,
                    uint64_t trials, size_t grid, double until);

#endif

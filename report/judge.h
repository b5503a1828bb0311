/* Promises about figures, kept or not: one row for each policy and version that a gate means. */
#ifndef BAKEOFF_REPORT_JUDGE_H
#define BAKEOFF_REPORT_JUDGE_H

#include "report/study.h"

enum gate_result { GATE_PASS, GATE_FAIL, GATE_UNDECIDED, GATE_RESULTS };
extern const char *const gate_result_names[GATE_RESULTS];

struct gate_row {
    const struct gate *gate;
    const struct column *column;
    size_t group;
    double value;             /* NaN: nothing to observe */
    struct interval interval; /* NaN ends: not known. Of "min" and "max", which speak of the runs made: the value */
    enum gate_result result;  /* undecided: the interval straddles the limit, or is not known */
};

/* The rows, in the order of the gates, policies, versions. *rows is the caller's to free. Returns 0, or -1 when
 * memory is not to be had. */
int judge_gates(const struct study *study, struct gate_row **rows, size_t *count);

#endif

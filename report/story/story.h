/* One replication as a readable story: what happened, when, and why the time to rollback is what it is; its row of the
 * ledger stands at the end. Evaluations and polls without consequence are counted, not told. */
#ifndef BAKEOFF_REPORT_STORY_H
#define BAKEOFF_REPORT_STORY_H

#include <stdio.h>

#include "report/story/told.h"

struct story_style {
    size_t width; /* columns of the terminal */
    bool has_color;
};

/* Names come from files: what would not print is made visible. Returns 0, or -1 when memory is not to be had; write
 * errors stay in the stream. */
int story_write(FILE *to, const struct told *told, struct story_style style);

#endif

/* The comparison for a person at a terminal: a block a version, the (mix), the gates, the verdict and the command
 * that commits it. */
#ifndef BAKEOFF_REPORT_WRITE_TEXT_H
#define BAKEOFF_REPORT_WRITE_TEXT_H

#include <stdio.h>

#include "report/judge.h"

struct text_style {
    size_t width; /* columns of the terminal */
    bool has_color;
};

/* Returns 0, or -1 when memory is not to be had; write errors stay in the stream. */
int write_text(FILE *to, const struct study *study, const struct gate_row *gates, size_t gate_count,
               struct text_style style);

#endif

/* What a comparison comes to, in a sentence or two, and the command that puts it into force. */
#ifndef BAKEOFF_REPORT_VERDICT_H
#define BAKEOFF_REPORT_VERDICT_H

#include <stdio.h>

#include "report/judge.h"
#include "report/ranking.h"

/* Borrows all. `ranked` is the ranking of all versions by the criterion, one entry a policy. */
struct verdict {
    const struct study *study;
    struct criterion criterion;
    const struct ranked *ranked;
};

/* Names in it are fit for a terminal. malloc'd; NULL when memory is not to be had. */
char *verdict_words(const struct verdict *verdict, const struct gate_row *gates, size_t gate_count);

/* The version whose endpoint configuration the command names: the likeliest new one, or the first. */
const struct version_config *verdict_version(const struct study *study);

/* The command line for the policy that comes first; nothing where every deployment was refused. Returns 0, or -1 when
 * memory is not to be had. */
int verdict_command(FILE *to, const struct verdict *verdict);

#endif

/* Policies, best first, by the mean of what they cost. A place is claimed only where the paired difference's
 * interval excludes 0; otherwise it is shared. */
#ifndef BAKEOFF_REPORT_RANKING_H
#define BAKEOFF_REPORT_RANKING_H

#include "report/study.h"

enum { RANKING_PARTS = 4 };

/* What is compared: the sum of some columns. */
struct criterion {
    const char *words; /* "loss + extra cost" */
    enum column_format format;
    const struct column *parts[RANKING_PARTS];
    size_t part_count;
    bool is_mix; /* weighted by probability; otherwise the plain mean over the versions */
};

struct ranked {
    size_t policy;
    double mean;
    struct interval interval;
    int rank;             /* 1-based; shared ranks are equal */
    bool is_tied;         /* shares its rank */
    struct paired behind; /* paired difference to the first of the better place: what it costs to take this one */
};

/* Money where the scenario knows costs and prices, otherwise the blast radius. */
struct criterion ranking_criterion(const struct study *study);
/* The blast radius alone. */
struct criterion ranking_harm(void);

/* `version`: the how-many-th new version, or SIZE_MAX for all of them. `ranked` holds one entry a policy.
 * Returns 0, or -1 when memory is not to be had. */
int ranking_make(const struct study *study, const struct criterion *criterion, size_t version, struct ranked *ranked);

#endif

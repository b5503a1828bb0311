/* Where the time to rollback went: from the first bad response of the new version to the last request on it, link by
 * link. And where nothing was rolled back, at which link each alarm's chain broke. */
#ifndef BAKEOFF_REPORT_WATERFALL_H
#define BAKEOFF_REPORT_WATERFALL_H

#include "report/story/told.h"

/* Each piece begins where the one before it ends, so that the sum telescopes: it is time_to_rollback_s. Only the last may
 * be negative: requests may be so few that the last one came before the guardrail acted. */
struct waterfall_piece {
    const char *name; /* of what happened at its end */
    double from_s, until_s;
};

enum { WATERFALL_PIECES = 8 };
struct waterfall {
    int count; /* 0: nothing was rolled back, or the new version never gave a bad response */
    struct waterfall_piece pieces[WATERFALL_PIECES];
    size_t alarm; /* index into the setting's alarms of the one that tripped; SIZE_MAX: none, a launch failed */
};

/* The alarm's pieces follow the evaluation that turned it red. "M of N reached" is when enough of its datapoints were in
 * sight; the bucket is the minute that completed the first of those that counted and breached. What was there before the
 * first bad response counts as there at once; a piece ends no earlier than the one before it. */
struct waterfall waterfall_find(const struct told *told);

/* How far an alarm came after the first bad response. */
enum chain_link {
    LINK_NO_BAKE,      /* nothing reads alarms: there was no bake */
    LINK_BAD_TOO_LATE, /* the first bad response came after the last bake */
    LINK_UNKNOWN,      /* the alarm is not defined here */
    LINK_NO_DATA,      /* no datapoint at any evaluation */
    LINK_NO_BREACH,    /* none breached; `value` is the nearest to the threshold */
    LINK_TOO_FEW,      /* breached, but never M of N at one evaluation; `count` is the most */
    LINK_TOO_LATE,     /* in ALARM, but only after the last bake; `at` is when */
    LINK_UNSEEN        /* in ALARM at `at`, but never at a poll */
};

struct broken_chain {
    enum chain_link link;
    int64_t at, last_bake; /* end of the last bake */
    double value;
    int count;
};

/* Of the alarm that stands `listed`-th on the policy's list. For deployments that no alarm stopped though the new
 * version gave bad responses. */
struct broken_chain waterfall_broken(const struct told *told, int listed);

/* When alarms were last read: the end of the last bake (of the deployment, where they are read throughout), or -1. */
int64_t waterfall_last_bake(const struct told *told);

#endif

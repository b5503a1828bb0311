/* The ways that one policy's rollout may take where nothing trips it: an even spread of cases over all delays and phases,
 * for averages. Seconds from the call. */
#ifndef BAKEOFF_SCENARIOS_COURSES_H
#define BAKEOFF_SCENARIOS_COURSES_H

#include "sim/setting.h"

enum {
    COURSES_MOST = 4096,
    COURSES_SHIFTS = 8,

    COURSES_POLLS = 16,
    COURSES_LAUNCHES = 512,
    COURSES_ALIKE = 64
};

struct course {
    double call_phase; /* minutes begin at -call_phase */
    double alarm_u;    /* of the law of alarm phases */
    double *settles;   /* [flips] */
    double *begins;    /* [bakes]: while alarms are read, from just after the first to the last instant */
    double *ends;      /* [bakes] */
    double
        *elapsed; /* [bakes]: from the first settled flip to `begins`, in the mean over all launches that end where in
                          the minute they do here */
};

/* Launch times of so many instances, in the order of where in a minute they end. */
struct launch_table {
    int instances;
    double time_s[COURSES_LAUNCHES];
    double mean_s[COURSES_LAUNCHES]; /* of those that end at about the same point of the minute */
};

struct courses {
    const struct setting *setting;
    const struct plan *plan; /* the caller's */
    int bakes;               /* those that wait */
    int flips;
    double *share; /* [flips + 1]: green's after each flip, the first is 0 */
    double limit_s;
    bool is_certain;     /* nothing is random: one case is all cases */
    bool is_launch_idle; /* the length of the first launch moves nothing */
    bool from_call;      /* alarm states at the call matter */
    int made, room;      /* cases */
    struct course *each; /* [room] */
    double *times;       /* what they point to */
    struct launch_table *launches;
    int launch_count;
    double poll_interval;
    double poll_phases[COURSES_POLLS]; /* an even spread over their law */
    int poll_count;
    bool has_even_polls; /* any phase is as likely */
};

/* 0, or -1 without memory. `plan` is the policy's and stays alive. */
int courses_make(struct courses *courses, const struct setting *setting, const struct policy *policy,
                 const struct plan *plan);
void courses_free(struct courses *courses);

/* Makes cases up to number `count`, at most COURSES_MOST; -1 without memory. Those of one remainder by COURSES_SHIFTS are
 * evenly spread, the first 2^k of them for any k, and independent of those of another. Pointers to cases do not survive
 * it. */
int courses_extend(struct courses *courses, int count);

/* The part of all poll phases in which the guardrail reads alarms between two instants; `mean_s` becomes the mean of its
 * first such instant. Polls of different stretches are taken as independent. */
struct stretch {
    double from, until;
    bool is_from_open, is_until_open;
};
double courses_polled(const struct courses *courses, struct stretch stretch, double *mean_s);

/* A law's quantile in seconds; 0 of no law. */
double courses_quantile_s(const struct draw *law, double u);

#endif

/* When one alarm trips one policy: the exact chain of models/lookback along the policy's plan, averaged over the delays
 * and phases by an even spread of cases. */
#ifndef BAKEOFF_SCENARIOS_FORESIGHT_H
#define BAKEOFF_SCENARIOS_FORESIGHT_H

#include "models/lookback.h"
#include "scenarios/sight.h"

/* The bakes of a policy in all cases of delays and phases. */
struct foresight {
    const struct setting *setting;
    int bakes; /* those that wait, at most so many */
    int flips;
    int cases;
    double *share;       /* [flips + 1]: green's after each flip, the first is 0 */
    struct course *each; /* [cases] */
    double *times;       /* of all cases */
};

/* One case: seconds from the call. */
struct course {
    double call_phase, alarm_phase, poll_phase;
    const double *settles;       /* [flips] */
    const double *begins, *ends; /* [bakes]: while alarms are read */
};

/* How the alarm fared in the mean: per bake, and over all. */
struct foreseen {
    double *here;     /* [bakes]: P(it trips in this bake); the caller's */
    double total;     /* P(it trips) */
    double tripped_s; /* sum of probability x time of the trip after the first flip settled */
    double old_red;   /* P(in ALARM just before alarms are first read) */
    enum {
        FORESEEN_EXACT,
        FORESEEN_BOUND,
        FORESEEN_NOT,
        FORESEEN_FAILED
    } kind; /* not: only simulation can tell; failed: no memory */
};

/* 0, or -1 without memory. `cases`, a power of two, are made; one is enough where nothing is random. */
int foresight_make(struct foresight *foresight, const struct setting *setting, const struct policy *policy, int cases);
void foresight_free(struct foresight *foresight);

/* `green` behaves so and is seen through `mask`. */
void foresight_alarm(const struct foresight *foresight, const struct sight *sight, const struct sight_side *green,
                     unsigned mask, struct foreseen *seen);

/* An estimate of the work of one case of foresight_alarm(). */
double foresight_work(const struct setting *setting, const struct policy *policy, const struct alarm_config *alarm);

/* Seconds from a period's end to the evaluation that sees it: the least possible, and the mean. */
double foresight_lag_least_s(const struct setting *setting);
double foresight_lag_mean_s(const struct setting *setting);

#endif

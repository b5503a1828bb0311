/* When one alarm trips one policy: the exact chain of models/lookback along the courses that the rollout may take,
 * averaged over as many of them as it takes. */
#ifndef BAKEOFF_SCENARIOS_FORESIGHT_H
#define BAKEOFF_SCENARIOS_FORESIGHT_H

#include "models/lookback.h"
#include "scenarios/lint/courses.h"
#include "scenarios/lint/sight.h"

enum foreseen_kind {
    FORESEEN_EXACT,
    FORESEEN_BOUND, /* probabilities are upper bounds */
    FORESEEN_NOT,   /* only simulation can tell */
    FORESEEN_FAILED /* no memory */
};

/* How the alarm fared in the mean: per bake, and over all. */
struct foreseen {
    double *here;       /* [bakes]: P(it trips in this bake); the caller's */
    double total;       /* P(it trips) */
    double trip_s;      /* mean time of a trip after the first flip settled; NaN without */
    double old_red;     /* P(in ALARM as alarms are first read, or, where that matters, at the call) */
    double error;       /* estimated standard error of these due to the averaging, the largest */
    bool is_rough;      /* an error of the averaging exceeds the standard error of 20,000 replications */
    bool is_time_rough; /* likewise of `trip_s` */
    int cases;
    enum foreseen_kind kind;
};

/* One alarm on one policy's courses, and the room to follow it. */
struct foresight;

/* NULL without memory. */
struct foresight *foresight_new(struct courses *courses, const struct sight *sight);
void foresight_free(struct foresight *foresight);

/* How much is asked. */
struct telling {
    bool wants_time;  /* `trip_s` matters, too */
    double most_work; /* about nanoseconds */
};

/* `green` behaves so and is seen through `mask`. Cases are added until the error of their mean could not be seen in 20,000
 * replications, or the work exceeds the most. Returns the work done. */
double foresight_tell(struct foresight *foresight, const struct sight_side *green, unsigned mask,
                      struct telling telling, struct foreseen *seen);

/* Seconds from a period's end to the evaluation that sees it: the least possible, and the mean. */
double foresight_lag_least_s(const struct setting *setting);
double foresight_lag_mean_s(const struct setting *setting);

#endif

/* What one alarm sees of the old fleet and of a new version, and what its datapoints are at a share of the traffic. */
#ifndef BAKEOFF_SCENARIOS_SIGHT_H
#define BAKEOFF_SCENARIOS_SIGHT_H

#include "models/breach.h"
#include "sim/setting.h"

enum sight_kind {
    SIGHT_FLAGS,  /* each request is a one or a zero */
    SIGHT_VALUES, /* Average or Sum of latencies */
    SIGHT_NONE    /* nothing that can be told without simulation */
};

/* What the alarm sees of one fleet's request. */
struct sight_side {
    double one;                /* P(one) of a flag */
    double mean, square, cube; /* moments of a value */
    const char *unknown;       /* why only simulation can tell, or NULL */
    const char *assumes;       /* what is left out, or NULL */
};

/* An alarm in a setting. */
struct sight {
    const struct setting *setting;
    const struct alarm_config *alarm;
    struct alarm_config judged; /* what the flags are judged by */
    enum sight_kind kind;
    bool idles_at_zero; /* a fleet with traffic publishes zeros when idle */
    enum breach_arrivals arrivals;
    double rate_rps; /* NaN or 0: not known */
    double limit;    /* of latencies: a sample is a one from here on */
    bool is_strict;  /* from just above it on */
    struct sight_side blue;
    const char *unknown, *assumes; /* as of a side */
};

struct sight sight_of(const struct setting *setting, const struct alarm_config *alarm);

/* Is it one of the error metrics? */
bool sight_is_errors(const struct sight *sight);

/* The share of its requests that a version fails, as the alarm's metric counts failures, onsets left out. */
double sight_error_fraction(const struct sight *sight, const struct version_config *version);

struct sight_side sight_side(const struct sight *sight, const struct version_config *version);
struct sight_side sight_side_failing(const struct sight *sight, double fraction);

/* A datapoint over `seconds` in which green has, on average, this share of the traffic. */
struct breach_odds sight_odds(const struct sight *sight, const struct sight_side *green, unsigned mask, double share,
                              double seconds);

/* A minute in which green's share changes from `before` to `after` for its last part. */
struct sight_minute {
    double before, after, part;
};
struct breach_odds sight_minute_odds(const struct sight *sight, const struct sight_side *green, unsigned mask,
                                     struct sight_minute minute);

/* Does an alarm see the same of both? */
bool sight_is_alike(const struct sight_side *a, const struct sight_side *b);

/* The ones of such a period, for breach_counts(). */
struct breach_mix sight_mix(const struct sight *sight, const struct sight_side *green, unsigned mask, double share,
                            double seconds);

#endif

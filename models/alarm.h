/* One CloudWatch metric alarm as a pure rule: configuration, the datapoints in its evaluation range and its
 * present state in; the new state and the reason's ingredients out. It owns no clock and no memory.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html and
 * .../alarms-and-missing-data.html (whose truth tables are the tests). */
#ifndef BAKEOFF_MODELS_ALARM_H
#define BAKEOFF_MODELS_ALARM_H

#include "models/metric.h"

enum alarm_state { ALARM_OK, ALARM_ALARM, ALARM_INSUFFICIENT_DATA, ALARM_STATES };
extern const char *const alarm_state_names[ALARM_STATES];

enum comparison { COMPARE_GREATER_OR_EQUAL, COMPARE_GREATER, COMPARE_LESS, COMPARE_LESS_OR_EQUAL, COMPARISONS };
extern const char *const comparison_names[COMPARISONS]; /* "GreaterThanOrEqualToThreshold", ... */

enum missing_data { MISSING_MISSING, MISSING_IGNORE, MISSING_BREACHING, MISSING_NOT_BREACHING, MISSING_POLICIES };
extern const char *const missing_data_names[MISSING_POLICIES];

/* Owns nothing. */
struct alarm_config {
    const char *name;
    const char *namespace_name, *metric_name; /* as written */
    enum metric_id metric;                    /* METRICS: not a metric of this endpoint */
    struct statistic statistic;
    const char *statistic_text; /* as written, for messages */
    int period_s;               /* 10, 20, 30 or a multiple of 60 */
    int evaluation_periods;     /* N */
    int datapoints_to_alarm;    /* M, 1..N */
    bool datapoints_given;      /* DatapointsToAlarm was written, not left to N: CloudWatch words its reason by it */
    double threshold;
    enum comparison comparison;
    enum missing_data missing;
    bool ignores_low_samples; /* EvaluateLowSampleCountPercentile: "ignore" */
    bool unit_mismatch;       /* Unit given and not the metric's own: never any data */
    /* Dimension values as written, NULL where absent. */
    const char *endpoint_name, *variant_name, *endpoint_config_name;
};

static inline bool alarm_breaches(const struct alarm_config *config, double value)
{
    switch (config->comparison) {
    case COMPARE_GREATER_OR_EQUAL: return value >= config->threshold;
    case COMPARE_GREATER: return value > config->threshold;
    case COMPARE_LESS: return value < config->threshold;
    default: return value <= config->threshold;
    }
}

/* Samples below which a percentile is "low": 10/(1-p) for p >= 0.5, 10/p below. 0 for other statistics. */
double alarm_low_sample_limit(const struct statistic *statistic);

/* Verdict of one evaluation, with what its reason needs. Counts are of datapoints. */
struct alarm_verdict {
    enum alarm_state state;
    int considered;   /* real datapoints used: min(N, real ones in range) */
    int missing;      /* filled: N - considered */
    int breaching;    /* of the considered ones */
    bool kept;        /* the state was kept (ignore, or too few samples) */
    bool low_samples; /* kept because a datapoint had too few samples for its percentile */
    bool premature;   /* ALARM by the premature-transition rule */
};

/* `range` holds the datapoints of the evaluation range, newest first, `count` >= N of them (present or not).
 * A datapoint whose sample count is not known has NaN for it and is never short. Pure. */
struct alarm_verdict alarm_evaluate(const struct alarm_config *config, const struct datapoint *range, size_t count,
                                    enum alarm_state before);

/* CloudWatch's StateReason for a verdict, written into `text` (always terminated, cut when too small).
 * Empty for a state that was kept: CloudWatch then leaves the reason as it was.
 * `range`/`count`: the same as given to alarm_evaluate. `epoch_us`: Unix time of at = 0, for "dd/mm/yy HH:MM:SS".
 * Returns the length it would have, as snprintf does. */
size_t alarm_reason(char *text, size_t size, const struct alarm_config *config, const struct alarm_verdict *verdict,
                    const struct datapoint *range, size_t count, int64_t epoch_us);

#endif

/* CloudWatch metrics of a real-time endpoint, and the statistics taken over them.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html and
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
#ifndef BAKEOFF_MODELS_METRIC_H
#define BAKEOFF_MODELS_METRIC_H

#include "models/units.h"

enum metric_id {
    METRIC_INVOCATIONS,
    METRIC_INVOCATIONS_PER_INSTANCE,
    METRIC_4XX_ERRORS,
    METRIC_5XX_ERRORS,
    METRIC_MODEL_ERRORS,
    METRIC_MODEL_LATENCY,
    METRIC_OVERHEAD_LATENCY,
    METRIC_CONCURRENT_REQUESTS,
    METRICS
};

struct metric_row {
    const char *name;
    const char *unit;       /* as a PutMetricAlarm Unit: "None", "Microseconds", ... */
    bool zero_when_idle;    /* emits a 0 in a minute without requests; otherwise that minute is a gap */
    bool takes_percentiles; /* raw values matter (latencies); the others are derived from counts */
    const char *meaning;
};
extern const struct metric_row metric_rows[METRICS];

/* METRICS when there is none of that name. */
enum metric_id metric_find(const char *name);

enum statistic_kind {
    STATISTIC_SAMPLE_COUNT,
    STATISTIC_AVERAGE,
    STATISTIC_SUM,
    STATISTIC_MINIMUM,
    STATISTIC_MAXIMUM,
    STATISTIC_PERCENTILE,   /* pNN: nearest rank */
    STATISTIC_TRIMMED_MEAN, /* tmNN: mean of the lowest NN % */
    STATISTIC_KINDS
};
struct statistic {
    enum statistic_kind kind;
    double fraction; /* percentile, trimmed mean: in (0, 1] */
};

/* Statistic: SampleCount, Average, Sum, Minimum, Maximum (exact spelling). */
bool statistic_parse_standard(const char *text, struct statistic *out);

enum statistic_verdict {
    STATISTIC_OK,
    STATISTIC_NOT_MODELLED, /* a word CloudWatch knows (tcNN, tsNN, wmNN, IQM, PR(..), TM(..), ...) */
    STATISTIC_UNKNOWN       /* no such statistic */
};
/* ExtendedStatistic: p0..p100 with up to ten decimals, tm likewise. */
enum statistic_verdict statistic_parse_extended(const char *text, struct statistic *out);

/* One datapoint of a statistic over a period. `present` is a flag, never a magic number: 0.0 is a value. */
struct datapoint {
    int64_t at; /* start of the period, us */
    double value;
    double samples;
    bool present;
};

#endif

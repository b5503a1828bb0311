/* The metrics that SageMaker publishes of an endpoint, by kind of endpoint: more than bakeoff simulates, so that lint can
 * tell a metric that does not exist from one that it only cannot judge.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html and .../async-inference-monitor.html */
#ifndef BAKEOFF_SCENARIOS_PUBLISHED_H
#define BAKEOFF_SCENARIOS_PUBLISHED_H

#include "models/alarm.h"

enum endpoint_type { ENDPOINT_REAL_TIME, ENDPOINT_ASYNC, ENDPOINT_SERVERLESS, ENDPOINT_COMPONENT, ENDPOINT_TYPES };
extern const char *const endpoint_type_names[ENDPOINT_TYPES]; /* "real-time", "async", ... */

struct published {
    const char *namespace_name, *name;
    unsigned types;     /* bits 1 << enum endpoint_type: who emits it */
    const char *unit;   /* as a PutMetricAlarm Unit */
    double low, high;   /* of one sample */
    int seconds;        /* between samples */
    bool is_of_variant; /* has a VariantName beside its EndpointName */
    const char *sample; /* what one sample is: "a 1 or a 0 a request" */
};

/* The row of that name; NULL when there is none. */
const struct published *published_find(const char *namespace_name, const char *name);

/* The nearest name of that namespace, or NULL. */
const char *published_nearest(const char *namespace_name, const char *name);

/* The first row of that name in any namespace; NULL when there is none. */
const struct published *published_elsewhere(const char *name);

/* SageMaker's namespace as it is spelt, for a name that is the same but for case and a leading slash; otherwise NULL. */
const char *published_namespace(const char *namespace_name);

/* What an alarm's statistic can be, in [*low, *high]; false where nothing is known of the metric. `longest_us`: no
 * answer takes longer. */
bool published_range(const struct alarm_config *alarm, const char *unit, double longest_us, double *low, double *high);

#endif

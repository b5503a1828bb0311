#include "scenarios/lint/published.h"

#include "scenarios/nearest.h"

#include <math.h>
#include <string.h>
#include <strings.h>

const char *const endpoint_type_names[ENDPOINT_TYPES] = {
    [ENDPOINT_REAL_TIME] = "real-time",
    [ENDPOINT_ASYNC] = "async",
    [ENDPOINT_SERVERLESS] = "serverless",
    [ENDPOINT_COMPONENT] = "inference-component",
};

#define SM "AWS/SageMaker"
#define INSTANCES "/aws/sagemaker/Endpoints"
enum {
    R = 1 << ENDPOINT_REAL_TIME,
    A = 1 << ENDPOINT_ASYNC,
    S = 1 << ENDPOINT_SERVERLESS,
    C = 1 << ENDPOINT_COMPONENT
};

static const char flag[] = "a 1 or a 0 for each request", of_request[] = "one for each request",
                  of_instance[] = "one for each instance", of_endpoint[] = "one for the endpoint";

static const struct published rows[] = {
    {SM, "Invocations", R | S | C, "None", 0, INFINITY, 60, true, of_request},
    {SM, "InvocationsPerInstance", R, "None", 0, INFINITY, 60, true, of_request},
    {SM, "Invocation4XXErrors", R | A | S | C, "None", 0, 1, 60, true, flag},
    {SM, "Invocation5XXErrors", R | A | S | C, "None", 0, 1, 60, true, flag},
    {SM, "InvocationModelErrors", R | A | S | C, "None", 0, 1, 60, true, flag},
    {SM, "ModelLatency", R | A | S | C, "Microseconds", 0, INFINITY, 60, true, of_request},
    {SM, "OverheadLatency", R | S | C, "Microseconds", 0, INFINITY, 60, true, of_request},
    {SM, "ModelSetupTime", S, "Microseconds", 0, INFINITY, 60, true, of_request},
    {SM, "ConcurrentRequestsPerModel", R, "None", 0, INFINITY, 10, true, of_instance},
    {SM, "ConcurrentRequestsPerCopy", C, "None", 0, INFINITY, 10, false, of_instance},
    {SM, "NoCapacityInvocationFailures", C, "None", 0, INFINITY, 10, false, flag},
    {SM, "ApproximateBacklogSize", A, "Count", 0, INFINITY, 60, false, of_endpoint},
    {SM, "ApproximateBacklogSizePerInstance", A, "Count", 0, INFINITY, 60, false, of_endpoint},
    {SM, "ApproximateAgeOfOldestRequest", A, "Seconds", 0, INFINITY, 60, false, of_endpoint},
    {SM, "HasBacklogWithoutCapacity", A, "Count", 0, 1, 60, false, of_endpoint},
    {SM, "RequestDownloadFailures", A, "Count", 0, INFINITY, 60, true, of_request},
    {SM, "ResponseUploadFailures", A, "Count", 0, INFINITY, 60, true, of_request},
    {SM, "NotificationFailures", A, "Count", 0, INFINITY, 60, true, of_request},
    {SM, "ExpiredRequests", A, "Count", 0, INFINITY, 60, true, of_request},
    {SM, "InvocationFailures", A, "Count", 0, INFINITY, 60, true, of_request},
    {SM, "InvocationsProcesssed", A, "Count", 0, INFINITY, 60, true, of_request}, /* AWS's own spelling */
    {SM, "RequestDownloadLatency", A, "Microseconds", 0, INFINITY, 60, true, of_request},
    {SM, "ResponseUploadLatency", A, "Microseconds", 0, INFINITY, 60, true, of_request},
    {SM, "TimeInBacklog", A, "Milliseconds", 0, INFINITY, 60, true, of_request},
    {SM, "TotalProcessingTime", A, "Milliseconds", 0, INFINITY, 60, true, of_request},
    {INSTANCES, "CPUUtilization", R | A | C, "Percent", 0, INFINITY, 60, true, of_instance}, /* 100 a core */
    {INSTANCES, "GPUUtilization", R | A | C, "Percent", 0, INFINITY, 60, true, of_instance}, /* 100 a GPU */
    {INSTANCES, "GPUMemoryUtilization", R | A | C, "Percent", 0, INFINITY, 60, true, of_instance},
    {INSTANCES, "MemoryUtilization", R | A | C, "Percent", 0, 100, 60, true, of_instance},
    {INSTANCES, "DiskUtilization", R | A | C, "Percent", 0, 100, 60, true, of_instance},
};
enum { ROWS = sizeof rows / sizeof *rows };

const struct published *published_find(const char *namespace_name, const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].namespace_name, namespace_name) == 0 && strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const char *published_nearest(const char *namespace_name, const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].namespace_name, namespace_name) == 0)
            nearest_offer(&nearest, rows[i].name);
    return nearest_found(&nearest);
}

const struct published *published_elsewhere(const char *name)
{
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const char *published_namespace(const char *namespace_name)
{
    static const char *const names[] = {SM, INSTANCES};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *given = namespace_name, *name = names[i];
        if (strcasecmp(given + (given[0] == '/'), name + (name[0] == '/')) == 0)
            return name;
    }
    return NULL;
}

/* What one sample can be. Counts of other services are told by their unit; of anything else nothing is known, since a
 * metric may well be negative. */
static bool sample_range(const struct alarm_config *alarm, const char *unit, double longest_us, double *low,
                         double *high)
{
    const struct published *row = published_find(alarm->namespace_name, alarm->metric_name);
    *low = 0.0;
    *high = INFINITY;
    if (row == NULL)
        return unit != NULL && strcmp(unit, "Count") == 0 && strncmp(alarm->namespace_name, "AWS/", 4) == 0;
    *low = row->low;
    *high = strcmp(row->name, "ModelLatency") == 0 ? longest_us : row->high;
    return true;
}

bool published_range(const struct alarm_config *alarm, const char *unit, double longest_us, double *low, double *high)
{
    if (!sample_range(alarm, unit, longest_us, low, high))
        return false;
    if (alarm->statistic.kind == STATISTIC_SUM)
        *high = INFINITY;
    if (alarm->statistic.kind == STATISTIC_SAMPLE_COUNT) {
        *low = 1.0; /* a datapoint has a sample at least */
        *high = INFINITY;
    }
    return true;
}

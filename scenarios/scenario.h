/* A scenario file, read and believed: the one way from a path to a setting.
 *
 * Reading never stops at the first error: everything wrong with the file, and with the files it includes, is
 * gathered. Unknown keys, duplicate keys and unknown words are errors that name the nearest valid one. */
#ifndef BAKEOFF_SCENARIOS_SCENARIO_H
#define BAKEOFF_SCENARIOS_SCENARIO_H

#include "scenarios/diagnostic.h"
#include "sim/setting.h"

/* A promise about a figure, checked by compare. */
struct gate {
    const char *metric;    /* a ledger column or p_... */
    const char *policy;    /* a name, or "*": one row each */
    const char *version;   /* a name, "(mix)" or "*" */
    const char *statistic; /* "mean" (default), "sd", "min", "p50", "p95", "p99", "max" */
    bool has_min, has_max; /* exactly one of them */
    double limit;
};

struct scenario {
    const char *file; /* as named by the user */
    const char *name;
    const char *says; /* may be NULL */
    struct setting setting;
    uint64_t replications;
    const struct gate *gates;
    size_t gate_count;
    char sha256[65]; /* of the file and, in order, of the files it includes */
    void *memory;    /* all that the above points to */
};

/* Reads, checks and completes a scenario file ("-": stdin). NULL when there is any error; warnings may come with
 * a scenario. scenario_free() when done. */
struct scenario *scenario_read(const char *path, struct diagnostics *diagnostics);
void scenario_free(struct scenario *scenario);

/* Checks any file that bakeoff understands and says nothing more: a scenario, an UpdateEndpoint or
 * UpdateInferenceComponent request, a DeploymentConfig, a PutMetricAlarm input, {"MetricAlarms": [...]}, or a list. */
void check_file(const char *path, struct diagnostics *diagnostics);

/* One alarm out of a PutMetricAlarm file, for `bakeoff alarm`; metric and namespace may be any. NULL on error.
 * alarm_file_free() when done. */
struct alarm_file {
    struct alarm_config alarm;
    void *memory;
};
struct alarm_file *alarm_file_read(const char *path, struct diagnostics *diagnostics);
void alarm_file_free(struct alarm_file *file);

#endif

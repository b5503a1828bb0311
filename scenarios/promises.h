/* The "gates" of a scenario: promises that compare checks. */
#ifndef BAKEOFF_SCENARIOS_PROMISES_H
#define BAKEOFF_SCENARIOS_PROMISES_H

#include <stdbool.h>
#include <stddef.h>

struct json;
struct key_table;
struct policy_list;
struct reader;
struct version_list;

/* A promise about a figure. */
struct gate {
    const char *metric;    /* a ledger column or p_... */
    const char *policy;    /* a name, or "*" (default): one row each */
    const char *version;   /* a name, "(mix)" or "*" (default) */
    const char *statistic; /* "mean" (default), "sd", "min", "p50", "p95", "p99", "max" */
    bool has_min, has_max; /* exactly one of them */
    double limit;
};

extern const struct key_table promises_table;

/* Names of policies and versions are checked here; metrics by whoever knows the columns. */
bool promises_read(struct reader *reader, const struct json *value, const struct policy_list *policies,
                   const struct version_list *versions, const struct json *current, const struct gate **gates,
                   size_t *gate_count);

#endif

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
extern const struct form promises_form; /* of "gates" */

/* A figure that a gate may be about. */
struct promised_figure {
    const char *name;
    bool is_proportion; /* has a mean and no other statistic */
};

/* Says once, before anything is read, which figures there are: they are rows of a higher floor. The list must outlive
 * all reading. Before that every metric passes. */
void promises_know(const struct promised_figure *figures, size_t count);

/* Names of policies, versions and figures are checked: a gate that judges nothing would pass unseen. */
bool promises_read(struct reader *reader, const struct json *value, const struct policy_list *policies,
                   const struct version_list *versions, const struct json *current, const struct gate **gates,
                   size_t *gate_count);

#endif

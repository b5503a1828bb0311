/* A scenario's JSON object as tables, and the reading of it: from an open document to a struct scenario. */
#ifndef BAKEOFF_SCENARIOS_SCENARIO_KEYS_H
#define BAKEOFF_SCENARIOS_SCENARIO_KEYS_H

#include "scenarios/policies.h"
#include "scenarios/reader.h"
#include "scenarios/scenario.h"

extern const struct key_table scenario_table;
extern const struct form scenario_form;                /* of a whole scenario file */
extern const struct key_table scenario_endpoint_table; /* into a struct endpoint_config */
extern const struct key_table scenario_launch_table;   /* beside the distribution, into a struct launch_config */

/* What was read of the lists, with places: for lint. Lies in the scratch arena. */
struct scenario_parts {
    struct version_list versions;
    struct policy_list policies;
    struct alarm_list alarms;
};

/* Fills *out; all it points to lies in the reader's arena. False after an error; *out is filled all the same when all of
 * the errors rest on rules of lint (struct diagnostic). `parts` may be NULL. */
bool scenario_fill(struct reader *reader, const struct json *root, struct scenario *out, struct scenario_parts *parts);

#endif

/* The "policies" and "alarms" of a scenario, which may lie in files of their own, and how they fit together. */
#ifndef BAKEOFF_SCENARIOS_POLICIES_H
#define BAKEOFF_SCENARIOS_POLICIES_H

#include "scenarios/aws_alarm.h"
#include "scenarios/versions.h"
#include "sim/setting.h"

/* {"file": ..., "rename": true}, in place of a value. */
extern const struct key_table policies_file_table;

extern const struct form policies_form;        /* of "policies" */
extern const struct form policies_alarms_form; /* of "alarms" */

struct policy_list {
    struct policy *items;       /* in file order; in the reader's arena */
    const struct json **names;  /* member of "policies", in the scratch arena */
    const struct json **values; /* the DeploymentConfig of each; NULL: AWS's default */
    bool *are_sound;            /* read and judged without an error */
    size_t count;
};

/* Reads them for an endpoint; what depends on its instances comes with policies_judge. */
bool policies_read(struct reader *reader, const struct json *value, const struct endpoint_config *endpoint,
                   struct policy_list *out);

/* Sizes and waits, for the endpoint's instances and for those of versions that have their own number. */
bool policies_judge(struct reader *reader, struct policy_list *policies, const struct version_list *versions,
                    const struct endpoint_config *endpoint, enum size_rounding rounding);

/* "alarms": a list of alarms and {"file"}, or one {"file"}. */
bool policies_read_alarms(struct reader *reader, const struct json *value, struct alarm_list *out);

/* Alarms against policies and versions: an alarm listed but unknown is an error; one on a metric that this endpoint does
 * not have too, but where the scenario is only checked; one that can never see data, or that nobody lists, a warning. *alarms: those that are listed. */
bool policies_match_alarms(struct reader *reader, const struct policy_list *policies, const struct alarm_list *defined,
                           const struct version_list *versions, const struct endpoint_config *endpoint,
                           const struct alarm_config **alarms, size_t *alarm_count);

#endif

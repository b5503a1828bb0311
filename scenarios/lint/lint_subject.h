/* What lint looks at: a scenario, or AWS's own files, read as far as they can be, every value with its place. */
#ifndef BAKEOFF_SCENARIOS_LINT_SUBJECT_H
#define BAKEOFF_SCENARIOS_LINT_SUBJECT_H

#include "scenarios/lint/lint_terms.h"
#include "scenarios/scenario_keys.h"

struct lint_subject {
    struct reader reader; /* open until lint_subject_end(): all places lie in its scratch arena */
    const struct json *root;
    struct scenario scenario;    /* of AWS files: made of what is given */
    struct scenario_parts parts; /* as found, good or bad; a policy of AWS files is called as its mode */
    /* The setting that the matrix is made of: of its alarms those that are listed, good and on a metric that is modelled;
     * a policy that is not sound lists none. */
    struct setting setting;
    const struct alarm_entry **entries; /* [setting.alarm_count]: where each was found */
    enum endpoint_type type;
    const char *instance_type;    /* NULL: not known */
    const char *new_config_name;  /* EndpointConfigName of the new version; NULL: not known */
    bool is_scenario, has_alarms; /* alarms were given, if only an empty list */
    bool is_launch_assumed;
};

/* False when there is an error that rests on no rule, told in the diagnostics. lint_subject_end() in any case. */
bool lint_subject_scenario(struct lint_subject *subject, const struct json *root);
bool lint_subject_files(struct lint_subject *subject, const struct lint_files *files);

/* Begins with an empty subject. */
void lint_subject_begin(struct lint_subject *subject, struct diagnostics *diagnostics);
void lint_subject_end(struct lint_subject *subject); /* closes the files; what the setting points to stays */

/* Does some sound policy list an alarm of this name? */
bool lint_subject_lists(const struct lint_subject *subject, const char *alarm_name);

/* The definition of a name, or NULL. */
const struct alarm_entry *lint_subject_alarm(const struct lint_subject *subject, const char *alarm_name);

#endif

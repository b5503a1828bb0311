/* Findings of lint that a scenario has heard and decided to live with: the key "silence".
 *
 * [{"rule": "L5", "reason": "two false alarms a year are fine"}]; "policy" and "alarm" narrow it down. A silenced finding
 * stays in the output with its reason, and counts for nothing. */
#ifndef BAKEOFF_SCENARIOS_SILENCE_H
#define BAKEOFF_SCENARIOS_SILENCE_H

#include <stdbool.h>
#include <stddef.h>

struct form;
struct json;
struct key;
struct key_table;
struct reader;

struct silence {
    const char *rule;           /* "L5"; whether there is such a rule is for lint to say */
    const char *reason;         /* not empty */
    const char *policy, *alarm; /* NULL: every one */
};

struct silence_list {
    const struct silence *items;
    size_t count;
};

extern const struct key_table silence_table; /* of one, in the list */
extern const struct form silence_form;

/* A KEY_OWN of a struct silence_list; what it points to lies in the reader's arena. */
bool silence_read(struct reader *reader, const struct json *value, const struct key *key, void *field);

/* The reason for which such a finding is silenced, or NULL. `policy` and `alarm` may be NULL. */
const char *silence_reason(const struct silence_list *list, const char *rule, const char *policy, const char *alarm);

#endif

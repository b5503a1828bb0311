/* How a rule of lint says what it found. */
#ifndef BAKEOFF_SCENARIOS_FINDING_H
#define BAKEOFF_SCENARIOS_FINDING_H

#include "scenarios/lint/lint_subject.h"

struct lint_rule;

/* One run of lint. */
struct lint {
    struct lint_subject *subject;
    struct arena *arena;   /* of what the report keeps */
    struct arena *scratch; /* of words on the way to a message */
    struct reach_table *reach;
    const struct lint_rule *rule; /* whose turn it is */
    struct found *first, *last;
    size_t count;
};

/* A finding on its way; `at` is an index into the diagnostics, which may still move. */
struct found {
    struct finding finding;
    size_t at;
    size_t order; /* of its rule */
    struct found *next;
};

/* What a finding is about. */
struct about {
    const struct json *at; /* the place; `leaf`: a member that is not there */
    const char *leaf;
    const char *policy, *alarm, *phase; /* NULL: not about one */
};

/* Adds a finding of the present rule. `repair` is kept, the message is formatted into the diagnostics. */
void finding_add(struct lint *lint, enum finding_severity severity, struct about about, const char *repair,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Words for messages, in the scratch arena. */
const char *say(const struct lint *lint, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *say_percent(const struct lint *lint, double fraction);                    /* "33.3 %" */
const char *say_seconds(const struct lint *lint, double s);                           /* "45 s", "3.2 min", "never" */
const char *say_condition(const struct lint *lint, const struct alarm_config *alarm); /* "Average >= 1" */
const char *say_list(const struct lint *lint, const char *so_far, const char *next);  /* "a, b" */

/* ---- going through what there is ---- */

/* Alarm `alarm` of policy `policy` over its bakes. */
struct watch_rows {
    const struct reach_deployment *deployment;
    const struct reach *rows;
    size_t count;
    const struct policy *policy;
    const struct alarm_config *alarm;
    const struct alarm_entry *entry;
};

/* Starts with {0}; false when there are no more. */
bool finding_next_watch(const struct lint *lint, struct watch_rows *watch);

/* `at` is where the policy lists the alarm, or the alarm itself. */
struct about finding_about_watch(const struct lint *lint, const struct watch_rows *watch, const struct reach *row);

/* The DeploymentConfig of a policy as written, or the place of its name. */
const struct json *finding_policy_place(const struct lint *lint, size_t policy);

/* A member of an alarm, or the alarm. */
const struct json *finding_alarm_place(const struct alarm_entry *entry, const char *name);

/* "CanaryBake", "LinearStepBake[2]"; in the report's arena. */
const char *finding_phase(const struct lint *lint, const struct reach *row);

#endif

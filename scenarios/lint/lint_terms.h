/* What lint is asked and what it answers: see scenarios/lint/lint.h. */
#ifndef BAKEOFF_SCENARIOS_LINT_TERMS_H
#define BAKEOFF_SCENARIOS_LINT_TERMS_H

#include "scenarios/diagnostic.h"
#include "scenarios/lint/published.h"
#include "scenarios/lint/reach.h"

enum finding_severity { FINDING_ERROR, FINDING_WARNING, FINDING_NOTE, FINDING_SEVERITIES };
extern const char *const finding_severity_names[FINDING_SEVERITIES]; /* "error", "warning", "note" */

/* One rule, as people may look it up. */
struct lint_rule_text {
    const char *id;     /* "L2" */
    const char *title;  /* "dilution", a few words */
    const char *reason; /* what goes wrong and why, in sentences */
    const char *source; /* the AWS page or rule it rests on */
};

/* What is said may come from names that others wrote: fit for a terminal all the same. */
struct finding {
    const struct lint_rule_text *rule;
    enum finding_severity severity;
    const char *policy, *alarm, *phase; /* NULL: not about one; as written, not made fit for a terminal */
    const struct diagnostic *at;        /* its message, file, line, column, path and quoted line */
    const char *repair;                 /* what to do */
    const char *silenced;               /* the scenario's reason to live with it, as written; NULL: not silenced */
};

struct lint_report {
    const char *file;              /* as named by the user */
    const char *name;              /* of the scenario; NULL: AWS files */
    const struct setting *setting; /* what was linted; its indices are those of the matrix */
    bool has_versions;             /* of the scenario; otherwise only error fractions are asked about */
    bool is_launch_assumed;        /* no launch law was given */
    struct reach_table reach;
    const struct finding *findings; /* errors first */
    size_t count;
    void *memory;
};

struct lint_files {
    const char *deployment;    /* UpdateEndpoint request, DeploymentConfig or UpdateInferenceComponent; NULL: none */
    const char *const *alarms; /* files of alarms */
    size_t alarm_count;
    int instances;   /* N; 0 only without a deployment */
    double rate_rps; /* 0: not known */
    int quota;       /* 0: not known */
    enum endpoint_type type;
    const char *instance_type; /* NULL: not known */
};

#endif

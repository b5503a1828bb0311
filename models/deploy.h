/* The deployment guardrail: where a deployment stands, and what each event does to it.
 *
 * A forward plan and, after a trip, a rollback plan are walked by one transition table. The machine knows no clock:
 * the world carries out each step and tells it what happened.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html and the stage diagrams of AWS's
 * guardrail notebooks. */
#ifndef BAKEOFF_MODELS_DEPLOY_H
#define BAKEOFF_MODELS_DEPLOY_H

#include "models/shift.h"

enum deploy_state {
    DEPLOY_CREATING,          /* waiting for a launch of new instances */
    DEPLOY_BAKING,            /* waiting out a bake, alarms read */
    DEPLOY_ROLLBACK_CREATING, /* waiting for a relaunch of old instances */
    DEPLOY_ROLLBACK_SETTLING, /* waiting for traffic to follow a flip of the rollback */
    DEPLOY_SUCCEEDED,
    DEPLOY_ROLLED_BACK, /* traffic is the old version's again, whatever the reason */
    DEPLOY_LAUNCH_FAILED,
    DEPLOY_ROLLBACK_FAILED, /* AWS: UpdateRollbackFailed, in service on a mix of both versions */
    DEPLOY_STOPPED,         /* timed out with on_timeout "fail": left as it stands */
    DEPLOY_STATES
};
extern const char *const deploy_state_names[DEPLOY_STATES];

enum deploy_event {
    DEPLOY_LAUNCHED,
    DEPLOY_LAUNCH_BROKE, /* an instance failed, never became healthy, or there was no room for it */
    DEPLOY_BAKE_OVER,
    DEPLOY_ALARM, /* the guardrail saw a listed alarm in ALARM */
    DEPLOY_TIMEOUT,
    DEPLOY_SETTLED,
    DEPLOY_EVENTS
};
extern const char *const deploy_event_names[DEPLOY_EVENTS];

enum deploy_reaction {
    REACT_CONTINUE,  /* the next step of the plan */
    REACT_ROLL_BACK, /* the rollback plan from where things stand */
    REACT_END        /* over at once; `end` says how */
};

enum deploy_scope { SCOPE_BLUE_GREEN = 1, SCOPE_ROLLING = 2, SCOPE_ANY = 3 };

/* One row: in this state, on this event, under these modes. What no row names is ignored. */
struct deploy_transition {
    enum deploy_state state;
    enum deploy_event event;
    enum deploy_scope scope;
    enum deploy_reaction reaction;
    enum deploy_state end;
    const char *meaning;
};
extern const struct deploy_transition deploy_transitions[];
extern const size_t deploy_transition_count;

/* The row that applies, or NULL. */
const struct deploy_transition *deploy_transition(enum deploy_state state, enum deploy_event event,
                                                  enum shift_mode mode);

static inline bool deploy_is_over(enum deploy_state state)
{
    return state >= DEPLOY_SUCCEEDED;
}

/* Where a deployment stands: a value in its world. Both plans follow from (config, from), so only the place in
 * them is kept. */
struct deploy {
    enum deploy_state state;
    bool is_rolling_back;
    struct rollback_from from;   /* as the rollback began */
    int step;                    /* index of the present step in the present plan */
    int serial;                  /* grows with every wait begun; a stale event carries an old one */
    int green_alive, blue_alive; /* launched or being launched, their deletion not yet commanded */
    int green_on;                /* with traffic, as commanded */
    int flips, rollback_flips;   /* commanded so far */
};

#endif

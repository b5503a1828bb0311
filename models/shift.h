/* Traffic-shifting modes: a DeploymentConfig and a fleet size become a plan, a list of steps.
 *
 * Source: the DeploymentConfig, BlueGreenUpdatePolicy and RollingUpdatePolicy pages of the SageMaker API, and
 * https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html. */
#ifndef BAKEOFF_MODELS_SHIFT_H
#define BAKEOFF_MODELS_SHIFT_H

#include "models/units.h"

enum shift_mode { SHIFT_ALL_AT_ONCE, SHIFT_CANARY, SHIFT_LINEAR, SHIFT_ROLLING, SHIFT_MODES };

enum capacity_type { CAPACITY_INSTANCE_COUNT, CAPACITY_PERCENT };
struct capacity_size {
    enum capacity_type type;
    int value; /* 0: not given */
};

enum { DEPLOYMENT_MAX_ALARMS = 10, DEPLOYMENT_DEFAULT_TIMEOUT_S = 28800 };

/* DeploymentConfig, checked. Owns nothing. */
struct deployment_config {
    enum shift_mode mode;
    struct capacity_size canary, linear_step;   /* blue/green */
    struct capacity_size batch, rollback_batch; /* rolling; rollback_batch not given: the whole fleet at once */
    int wait_interval_s;
    int termination_wait_s;  /* blue/green; default 0 */
    int maximum_execution_s; /* 0: not given */
    const char *alarm_names[DEPLOYMENT_MAX_ALARMS];
    int alarm_count;
};

enum size_rounding { ROUND_FLOOR, ROUND_CEIL }; /* of percent to instances */

/* Instances that a size means in a fleet of n: the count itself, or percent of n rounded, at least 1, at most n. */
int capacity_instances(struct capacity_size size, int n, enum size_rounding rounding);

enum step_kind {
    STEP_LAUNCH, /* launch `instances` of the fleet and wait for the slowest */
    STEP_FLIP,   /* command: `green_on` instances of green take traffic */
    STEP_BAKE,   /* wait `wait_us`, reading alarms */
    STEP_SETTLE, /* wait until traffic has followed the last flip */
    STEP_DELETE, /* command the deletion of `instances` of the fleet, due when traffic has left them; nobody waits */
    STEP_FINISH, /* the plan is done */
    STEP_KINDS
};

enum fleet_colour { BLUE, GREEN, FLEETS };

enum phase_kind { /* AWS's stage names; see phase_name() */
                  PHASE_CREATE,
                  PHASE_CANARY_FLIP,
                  PHASE_CANARY_BAKE,
                  PHASE_LINEAR_FLIP,
                  PHASE_LINEAR_BAKE,
                  PHASE_FINAL_FLIP,
                  PHASE_FINAL_BAKE,
                  PHASE_ROLLING_CREATE,
                  PHASE_ROLLING_FLIP,
                  PHASE_ROLLING_BAKE,
                  PHASE_CLEANUP,
                  PHASE_ROLLBACK_CREATE,
                  PHASE_ROLLBACK_FLIP,
                  PHASE_ROLLBACK_CLEANUP,
                  PHASE_DONE,
                  PHASE_KINDS
};

struct step {
    enum step_kind kind;
    enum phase_kind phase;
    int index;               /* 1-based where the phase counts, else 0 */
    enum fleet_colour fleet; /* launch, delete */
    int instances;           /* launch, delete */
    int green_on;            /* flip: instances of green with traffic, 0..N */
    int64_t wait_us;         /* bake */
};

/* Steps of the longest plan: a rolling update of the largest fleet by ones takes four an instance. */
enum { PLAN_MAX_STEPS = 4 * 1000 + 8 };
struct plan {
    int count;
    struct step steps[PLAN_MAX_STEPS];
};

struct shift_row {
    const char *name; /* AWS's word, or "ROLLING" */
    const char *meaning;
    void (*forward)(struct plan *plan, const struct deployment_config *config, int n, enum size_rounding rounding);
};
extern const struct shift_row shift_rows[SHIFT_MODES];

/* The forward plan for a green fleet of n. */
void shift_plan(struct plan *plan, const struct deployment_config *config, int n, enum size_rounding rounding);

/* What takes the endpoint back to the old version from where it stands. */
struct rollback_from {
    int n;           /* fleet size */
    int green_alive; /* green instances launched or being launched, not yet deleted */
    int green_on;    /* with traffic, as commanded */
    int blue_alive;  /* blue instances not yet deleted */
};
void shift_rollback_plan(struct plan *plan, const struct deployment_config *config, struct rollback_from from,
                         enum size_rounding rounding);

/* "CanaryBake", "LinearStepBake[2]", ...; text of at least 32 bytes. Returns text. */
char *phase_name(char *text, size_t size, enum phase_kind phase, int index);

/* Instances that both fleets need at the plan's highest point, n old ones included. */
int plan_peak_instances(const struct plan *plan, int n);

/* Seconds of all bakes of a plan, and how many launches it waits for. */
double plan_wait_s(const struct plan *plan);

#endif

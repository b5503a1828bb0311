/* What one replication of one (policy, version) yields: a row of the ledger. Absent figures are NaN. */
#ifndef BAKEOFF_SIM_OUTCOME_H
#define BAKEOFF_SIM_OUTCOME_H

#include "models/deploy.h"

enum outcome_kind {
    OUTCOME_NONE, /* the control: no deployment */
    OUTCOME_SUCCEEDED,
    OUTCOME_ROLLED_BACK,
    OUTCOME_LAUNCH_FAILED,
    OUTCOME_TIMED_OUT,
    OUTCOME_ROLLBACK_FAILED,
    OUTCOME_REFUSED,
    OUTCOMES
};
extern const char *const outcome_names[OUTCOMES]; /* "" for the control */

struct outcome {
    enum outcome_kind kind;
    /* Alarms listed by the policy that were in ALARM when the guardrail saw it, by bit of the policy's list. */
    unsigned trip_alarms;
    enum deploy_event cause;    /* of a rollback, an early end or a refusal */
    enum phase_kind trip_phase; /* where a trip, a timeout or a launch failure struck; PHASE_DONE: nowhere */
    int trip_phase_index;
    double requests, exposed_requests, failed_requests, slow_requests, bad_responses, excess_bad_responses;
    double queued_requests, rejected_requests;
    double first_bad_s, alarm_s, trip_s, last_exposed_s;
    double time_to_detect_s, time_to_rollback_s;
    double deployment_s;
    double mean_latency_ms, p99_latency_ms;
    double max_green_share;
    double peak_instances;
    double blue_instance_s, green_instance_s, extra_instance_s;
    double extra_cost_usd, loss_usd;
    double is_detected;     /* 1 or 0: tripped by an alarm at or after first_bad_s; the control: NaN */
    uint64_t arrivals_hash; /* of the arrivals in the window, minute by minute: equal under every policy */
    uint64_t requests_simulated, requests_spared; /* warm-up included; the manifest's, not the ledger's */
};

/* AWS's FailureReason for an outcome ("" when there is none). `setting_alarm_names` in the policy's order. */
size_t outcome_reason(char *text, size_t size, const struct outcome *outcome, const struct deployment_config *config);

#endif

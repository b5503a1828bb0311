/* Everything a world needs to know, as plain values: the form in which the scenarios floor hands a file
 * down. Owns nothing; whoever built it keeps it alive and unchanged while worlds run. */
#ifndef BAKEOFF_SIM_SETTING_H
#define BAKEOFF_SIM_SETTING_H

#include "models/alarm.h"
#include "models/fleet.h"
#include "models/shift.h"
#include "models/traffic.h"
#include "models/version.h"

enum alarm_watch { WATCH_BAKE, WATCH_DEPLOYMENT };
enum red_at_start { RED_TRIP, RED_REFUSE };
enum on_timeout { TIMEOUT_ROLLBACK, TIMEOUT_FAIL };
enum initial_alarm_state { INITIAL_OK, INITIAL_ALARM, INITIAL_INSUFFICIENT_DATA, INITIAL_EVALUATED };
extern const char *const alarm_watch_names[2];         /* "bake", "deployment" */
extern const char *const red_at_start_names[2];        /* "trip", "refuse" */
extern const char *const on_timeout_names[2];          /* "rollback", "fail" */
extern const char *const size_rounding_names[2];       /* "floor", "ceil" */
extern const char *const initial_alarm_state_names[4]; /* "OK", "ALARM", "INSUFFICIENT_DATA", "evaluated" */

/* What AWS does not document: every choice a parameter. Delays are distributions in us. */
struct modelling {
    struct draw call_phase, alarm_phase, alarm_phase_high_resolution, metric_delay;
    double poll_interval_us;
    struct draw poll_phase;
    enum alarm_watch alarm_watch;
    struct draw routing_lag, rollback_routing_lag;
    struct draw final_routing_lag; /* of the flip to 100 % of a blue/green update; kind NULL: as routing_lag */
    enum size_rounding size_rounding;
    int evaluation_range_extra;
    enum red_at_start red_at_start;
    enum on_timeout on_timeout;
    struct draw cleanup;
    double startup_timeout_us;
    double missed_fault_fixed_after_us;
    enum initial_alarm_state initial_alarm_state;
    int64_t start_time_us; /* Unix time of t = 0, for printed timestamps */
};
/* Every field at its default (DESIGN.md, "Modelling"). */
struct modelling modelling_default(void);

struct launch_config {
    struct draw time;
    bool per_fleet; /* one draw a fleet; otherwise one an instance, and a fleet is ready when its slowest is */
    double failure_probability; /* a draw */
};

struct policy {
    const char *name;
    struct deployment_config config;
};

struct setting {
    uint64_t seed;
    int64_t warmup_us;  /* > 0, already long enough for every alarm's evaluation range */
    int64_t horizon_us; /* 0: automatic */
    struct endpoint_config endpoint;
    struct traffic_config traffic;
    struct launch_config launch;
    const struct version_config *versions; /* in file order, the current one among them */
    size_t version_count;
    size_t current;                    /* index into versions */
    const struct alarm_config *alarms; /* those that some policy lists */
    size_t alarm_count;
    const struct policy *policies;
    size_t policy_count;
    double slo_latency_us;   /* infinite: nothing is slow */
    double bad_response_usd; /* NaN: not given */
    struct modelling modelling;
};

/* The window's end: horizon_us, or the latest planned end over all policies (99th percentile of the launches
 * + all waits, capped by the execution timeout) + missed_fault_fixed_after. Us. */
int64_t setting_window_end(const struct setting *setting);

/* Instances of the new fleet under a version: its own count, or the endpoint's. */
int setting_green_instances(const struct setting *setting, size_t version);

/* The fleets whose datapoints an alarm's dimensions select, as bits of models/meter.h, when the new fleet's endpoint
 * configuration is `green_config_name` (NULL: not known). SageMaker publishes a metric under EndpointName and VariantName, and
 * again with EndpointConfigName; anything else selects nothing. */
unsigned setting_alarm_mask(const struct setting *setting, const struct alarm_config *alarm,
                            const char *green_config_name);

#endif

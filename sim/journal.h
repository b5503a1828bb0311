/* What happened in one replication, in order, as records: written by the world when someone listens,
 * read by the story, the EventBridge lines, DescribeEndpoint and the per-period metrics.
 * The journal grows by realloc and belongs to whoever passed it in. */
#ifndef BAKEOFF_SIM_JOURNAL_H
#define BAKEOFF_SIM_JOURNAL_H

#include "models/alarm.h"
#include "sim/outcome.h"

enum journal_kind {
    JOURNAL_UPDATE,        /* UpdateEndpoint called (at 0): value = bits of the policy's alarms in ALARM */
    JOURNAL_REFUSED,       /* ... and refused: quota, or an alarm already red: value = those bits */
    JOURNAL_LAUNCH,        /* launch command: colour, count, phase */
    JOURNAL_LAUNCHED,      /* that fleet or batch is ready: colour, count, phase */
    JOURNAL_LAUNCH_FAILED, /* colour, count, phase */
    JOURNAL_FLIP,          /* command: green_on, phase */
    JOURNAL_SETTLED,       /* routing in effect: green_on */
    JOURNAL_BAKE,          /* bake begins: phase, value = seconds */
    JOURNAL_BAKE_OVER,     /* phase */
    JOURNAL_FIRST_BAD,     /* first bad response of the new version completes */
    JOURNAL_LAST_EXPOSED,  /* last request of the window routed to the new version arrives */
    JOURNAL_MINUTE,        /* a minute closed: one record a fleet, `minute` filled */
    JOURNAL_VISIBLE,       /* alarms can see `metric` of the minute that ended at `closed`; green_on has no meaning */
    JOURNAL_EVALUATION,    /* an alarm was evaluated: alarm, verdict, state before; datapoints follow in `range` */
    JOURNAL_POLL,          /* the guardrail read the alarms: value = bits of the policy's alarms in ALARM */
    JOURNAL_TRIP,          /* ... and stopped the deployment: phase, value = those bits */
    JOURNAL_TIMEOUT,       /* MaximumExecutionTimeoutInSeconds reached: phase */
    JOURNAL_DELETE,        /* deletion command: colour, count */
    JOURNAL_DELETED,       /* billing of these ends: colour, count */
    JOURNAL_CRASH,         /* colour, index of the instance */
    JOURNAL_RESTART,
    JOURNAL_FINISHED, /* the deployment is over: outcome */
    JOURNAL_KINDS
};

/* One closed minute of one fleet, as CloudWatch has it. */
struct journal_minute {
    bool is_published; /* the fleet has had traffic: idle zeros are emitted */
    double invocations, invocations_per_instance, errors_4xx, errors_5xx, model_errors;
    double latency_samples, latency_sum_us, latency_min_us, latency_max_us;
    double overhead_samples, overhead_sum_us, overhead_min_us, overhead_max_us;
};

enum { JOURNAL_RANGE = 128 }; /* datapoints kept of an evaluation; longer ranges keep the newest */

struct journal_record {
    int64_t at;
    enum journal_kind kind;
    enum fleet_colour colour;
    int count;    /* instances */
    int green_on; /* after this record, as commanded (JOURNAL_SETTLED: in effect) */
    enum phase_kind phase;
    int phase_index;
    double value;
    size_t alarm; /* index into the setting's alarms */
    enum alarm_state before;
    struct alarm_verdict verdict;
    int range_count;
    size_t range_start;           /* into journal.points, newest first */
    struct journal_minute minute; /* at = the minute's end */
    enum metric_id metric;        /* JOURNAL_VISIBLE */
    int64_t closed;               /* likewise: the minute's end */
    enum outcome_kind outcome;    /* JOURNAL_FINISHED */
};

struct journal {
    struct journal_record *records;
    size_t count, capacity;
    struct datapoint *points;
    size_t point_count, point_capacity;
    bool failed; /* memory ran out: the journal is incomplete */
};

/* A new record at the end, its contents indeterminate; NULL (and `failed` set) when memory ran out. */
struct journal_record *journal_append(struct journal *journal);

/* Appends an evaluation's datapoints (newest first) and ties them to the record. */
void journal_add_range(struct journal *journal, struct journal_record *record, const struct datapoint *range,
                       int count);

/* Puts records in order of time; what was recorded first at an instant stays first. */
void journal_sort(struct journal *journal);

void journal_free(struct journal *journal);

#endif

/* Where everything lies in a world's block, and the tables that all worlds of a setting share.
 *
 * A world is a value: one block of memory with offsets instead of pointers, so copying the block copies the world.
 * Whatever does not change while a world runs (configuration, tables, plans) stays outside. */
#ifndef BAKEOFF_SIM_LAYOUT_H
#define BAKEOFF_SIM_LAYOUT_H

#include "models/deploy.h"
#include "models/serve.h"
#include "sim/eventq.h"
#include "sim/setting.h"

/* What becomes of one alarm. */
struct watched_alarm {
    enum alarm_state state;
    int64_t phase_us; /* of its evaluations after each edge of its grain */
};

/* Instances billed, as sums over commands: count x time and count, so that the integral up to any end follows. */
struct bill {
    double count[FLEETS], count_us[FLEETS];
};

/* The head of a block; the arrays follow at the layout's offsets. */
struct world {
    struct eventq queue;
    struct serve serve;
    struct routes routes;
    struct deploy deploy;
    struct bill bill;
    int64_t last_billed_us; /* end of the last deleted instance's bill; 0: none */
    int64_t settle_us;      /* when traffic follows (or followed) the last flip commanded */
    int settles_pending;
    int route_serial; /* flips commanded before the present one of these are cancelled */
    int peak_instances, deletions;
    double max_green_share;
    /* What the ledger says of the deployment. Negative times: has not happened. */
    enum deploy_event cause; /* of the rollback or the end */
    unsigned trip_alarms;
    enum phase_kind trip_phase;
    int trip_phase_index;
    int64_t trip_us, over_us;
    bool is_refused, is_detected;
    bool is_red; /* a listed alarm is in ALARM */
    int64_t red_since_us;
    double alarm_us; /* first instant at or after the first bad response with a listed alarm red; infinite: none */
};

/* Shared by all worlds of a setting; owns its tables. */
struct layout {
    const struct setting *setting;
    int64_t window_end_us;
    struct draw_table *service; /* [version_count]; unused where the trace gives the service times */
    struct draw_table *gap, *overhead, *metric_delay;
    unsigned metrics_used;    /* by alarms, bit by metric */
    int green_max;            /* instances of the largest new fleet */
    struct meter_shape meter; /* but for epoch_us, which is a replication's own */
    int event_capacity;
    size_t scratch_size; /* doubles for reading percentiles */
    size_t heap, alarms, instances, next_free, starts, on, entries, buckets, visible, latencies, latency,
        overhead_samples;
    size_t size; /* bytes of a block */
};

/* NULL when memory is not to be had. layout_free() when done. */
struct layout *layout_new(const struct setting *setting);
void layout_free(struct layout *layout);

/* How often an alarm is evaluated, and on which edges its window ends. */
int64_t alarm_grain_us(const struct alarm_config *alarm);

#endif

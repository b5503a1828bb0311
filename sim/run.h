/* What the parts of the simulator pass to each other: one trial under way. Internal to sim/.
 *
 * `world` is the value; all else here is how to read it, fixed while the trial runs (the rollback plan is derived from
 * the world when a rollback begins, so it need not be copied with it). */
#ifndef BAKEOFF_SIM_RUN_H
#define BAKEOFF_SIM_RUN_H

#include "sim/journal.h"
#include "sim/layout.h"
#include "sim/streams.h"

enum { NO_POLICY = -1 };

struct run {
    const struct layout *layout;
    const struct setting *setting;
    uint64_t replication;
    const struct policy *policy; /* NULL: the control */
    size_t version;              /* the new one */
    struct meter_shape meter_shape;
    struct serving serving; /* points into the block */
    struct world *world;
    struct event *heap;
    struct watched_alarm *alarms;
    unsigned *alarm_masks;             /* [alarm_count]: the fleets that an alarm sees */
    int listed[DEPLOYMENT_MAX_ALARMS]; /* alarms of the policy: index into the setting's, -1 where not defined */
    double *scratch;
    struct datapoint *range; /* of one evaluation */
    struct plan *forward, *rollback;
    struct journal *journal; /* may be NULL */
};

/* A run with a block of its own; NULL when memory is not to be had. */
struct run *run_new(const struct layout *layout);
void run_free(struct run *run);

/* Points a run at a trial; the block is untouched. policy NULL: the control. */
void run_aim(struct run *run, uint64_t replication, const struct policy *policy, size_t version);

/* Makes the world of `to` that of `from`; both have one layout. */
void run_copy_world(struct run *to, const struct run *from);

/* Schedules a control event. */
void run_push(struct run *run, int64_t at, enum event_kind kind, int32_t subject, int32_t serial);

/* The first uniform of a stream of this replication: for what is drawn once. */
double run_uniform(const struct run *run, enum stream_purpose purpose, uint64_t subject);

/* Appends a record when someone listens; the record's `green_on` and `at` are set. Returns it, or NULL. */
struct journal_record *run_note(const struct run *run, int64_t at, enum journal_kind kind);

#endif

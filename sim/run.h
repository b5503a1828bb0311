/* What the parts of the simulator pass to each other: one trial under way. Internal to sim/.
 *
 * `world` is the value; all else here is how to read it, fixed while the trial runs (the rollback plan is derived from
 * the world when a rollback begins, so it need not be copied with it). */
#ifndef BAKEOFF_SIM_RUN_H
#define BAKEOFF_SIM_RUN_H

#include "sim/journal.h"
#include "sim/layout.h"

enum { NO_POLICY = -1 };

struct run {
    const struct layout *layout;
    const struct setting *setting;
    uint64_t replication;
    const struct policy *policy; /* NULL: the control */
    size_t version;              /* the new one */
    struct meter_shape meter_shape;
    struct serve_config serve_config;
    struct serve_memory memory; /* points into the block */
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

/* ---- world.c: time passes ---- */

/* Fills the block with the world at the start of the warm-up. */
void world_begin(struct run *run);

/* Handles every event before `until`, in order, and serves every arrival before it. */
void world_advance(struct run *run, int64_t until);

/* t = 0: the ledger opens; alarms take their initial state where the setting forces one. */
void world_open_window(struct run *run);

/* Goes on until the window and the deployment are both over. */
void world_finish(struct run *run);

void world_push(struct run *run, int64_t at, enum event_kind kind, int32_t subject, int32_t serial);

/* Bits of the policy's alarms that are in ALARM. */
unsigned world_red_alarms(const struct run *run);

/* Notes whether a listed alarm is red, for alarm_s. To be called before and after alarm states change. */
void world_note_red(struct run *run, int64_t now);

/* ---- rollout.c: the guardrail's orders are carried out ---- */

/* UpdateEndpoint at t = 0; the world may be further on, as long as nothing that the deployment does before it touches
 * a request. */
void rollout_begin(struct run *run);

/* The instant up to which the deployment only waits for its first launch: worlds may be shared until then. */
int64_t rollout_first_change(const struct run *run);

void rollout_on_launched(struct run *run, int64_t now, const struct event *event);
void rollout_on_launch_broke(struct run *run, int64_t now, const struct event *event);
void rollout_on_settled(struct run *run, int64_t now, const struct event *event);
void rollout_on_poll(struct run *run, int64_t now, const struct event *event);
void rollout_on_bake_over(struct run *run, int64_t now, const struct event *event);
void rollout_on_timeout(struct run *run, int64_t now, const struct event *event);
void rollout_on_freed(struct run *run, int64_t now, const struct event *event);

/* True once nothing of the deployment is left to happen but deletions. */
bool rollout_is_over(const struct run *run);

/* ---- ledger.c ---- */

/* What the world's row of the ledger says, but for what only the comparison with the control can say. */
void ledger_write(const struct run *run, struct outcome *outcome);

/* Completes a row by the control's of the same replication: excess harm and its price. */
void ledger_compare(const struct setting *setting, const struct outcome *control, struct outcome *outcome);

/* Appends a record when someone listens; the record's `green_on` and `at` are set. Returns it, or NULL. */
struct journal_record *run_note(const struct run *run, int64_t at, enum journal_kind kind);

#endif

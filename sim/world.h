/* One replication of one (policy, version), told whole. The only door through which time passes. */
#ifndef BAKEOFF_SIM_WORLD_H
#define BAKEOFF_SIM_WORLD_H

#include "sim/journal.h"
#include "sim/setting.h"

struct run; /* sim/run.h: what the parts of the simulator pass to each other */

/* Fills the run's block with the world at the start of the warm-up. */
void world_begin(struct run *run);

/* Handles every event before `until`, in order, and serves every arrival before it. */
void world_advance(struct run *run, int64_t until);

/* t = 0: the ledger opens; alarms take their initial state where the setting forces one. */
void world_open_window(struct run *run);

/* Goes on until the window and the deployment are both over. */
void world_finish(struct run *run);

/* Runs replication `replication` of the control (policy == SIZE_MAX) or of one (policy, version), the long way.
 * `journal` may be NULL. Returns 0, or -1 when memory is not to be had. */
int world_tell(const struct setting *setting, uint64_t replication, size_t policy, size_t version,
               struct outcome *outcome, struct journal *journal);

#endif

/* One replication of one (policy, version), told whole. The only door through which time passes. */
#ifndef BAKEOFF_SIM_WORLD_H
#define BAKEOFF_SIM_WORLD_H

#include "sim/journal.h"
#include "sim/setting.h"

/* Runs replication `replication` of the control (policy == SIZE_MAX) or of one (policy, version), the long way.
 * `journal` may be NULL. Returns 0, or -1 when memory is not to be had. */
int world_tell(const struct setting *setting, uint64_t replication, size_t policy, size_t version,
               struct outcome *outcome, struct journal *journal);

#endif

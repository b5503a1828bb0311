/* The guardrail's orders carried out: plans walked step by step; what takes time becomes an event. Internal to sim/. */
#ifndef BAKEOFF_SIM_ROLLOUT_H
#define BAKEOFF_SIM_ROLLOUT_H

#include "sim/run.h"

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

#endif

#include "models/deploy.h"

const char *const deploy_state_names[DEPLOY_STATES] = {
    [DEPLOY_CREATING] = "Creating",
    [DEPLOY_BAKING] = "Baking",
    [DEPLOY_ROLLBACK_CREATING] = "RollbackCreating",
    [DEPLOY_ROLLBACK_SETTLING] = "RollbackSettling",
    [DEPLOY_SUCCEEDED] = "Succeeded",
    [DEPLOY_ROLLED_BACK] = "RolledBack",
    [DEPLOY_LAUNCH_FAILED] = "LaunchFailed",
    [DEPLOY_ROLLBACK_FAILED] = "RollbackFailed",
    [DEPLOY_STOPPED] = "Stopped",
};

const char *const deploy_event_names[DEPLOY_EVENTS] = {
    [DEPLOY_LAUNCHED] = "launched",   [DEPLOY_LAUNCH_BROKE] = "launch failed",
    [DEPLOY_BAKE_OVER] = "bake over", [DEPLOY_ALARM] = "alarm seen",
    [DEPLOY_TIMEOUT] = "timeout",     [DEPLOY_SETTLED] = "routing settled",
};

/* clang-format off */
const struct deploy_transition deploy_transitions[] = {
    {DEPLOY_CREATING, DEPLOY_LAUNCHED, SCOPE_ANY, REACT_CONTINUE, 0,
     "traffic flips to the new instances and the bake begins"},
    {DEPLOY_CREATING, DEPLOY_LAUNCH_BROKE, SCOPE_BLUE_GREEN, REACT_END, DEPLOY_LAUNCH_FAILED,
     "the old fleet never stopped serving; the new one is deleted"},
    {DEPLOY_CREATING, DEPLOY_LAUNCH_BROKE, SCOPE_ROLLING, REACT_ROLL_BACK, 0,
     "batches already replaced are brought back"},
    {DEPLOY_CREATING, DEPLOY_ALARM, SCOPE_ANY, REACT_ROLL_BACK, 0,
     "only when alarms are read outside bakes (alarm_watch \"deployment\")"},
    {DEPLOY_CREATING, DEPLOY_TIMEOUT, SCOPE_ANY, REACT_ROLL_BACK, 0,
     "MaximumExecutionTimeoutInSeconds reached before the launch"},
    {DEPLOY_BAKING, DEPLOY_BAKE_OVER, SCOPE_ANY, REACT_CONTINUE, 0,
     "the next flip, the next batch, or cleanup and success"},
    {DEPLOY_BAKING, DEPLOY_ALARM, SCOPE_ANY, REACT_ROLL_BACK, 0,
     "blue/green: all traffic back at once; rolling: by RollbackMaximumBatchSize"},
    {DEPLOY_BAKING, DEPLOY_TIMEOUT, SCOPE_ANY, REACT_ROLL_BACK, 0,
     "MaximumExecutionTimeoutInSeconds reached in a bake"},
    {DEPLOY_ROLLBACK_CREATING, DEPLOY_LAUNCHED, SCOPE_ROLLING, REACT_CONTINUE, 0,
     "traffic flips to the relaunched old instances"},
    {DEPLOY_ROLLBACK_CREATING, DEPLOY_LAUNCH_BROKE, SCOPE_ROLLING, REACT_END, DEPLOY_ROLLBACK_FAILED,
     "UpdateRollbackFailed: the endpoint stays on both versions"},
    {DEPLOY_ROLLBACK_SETTLING, DEPLOY_SETTLED, SCOPE_ROLLING, REACT_CONTINUE, 0,
     "new instances without traffic go, the next old ones are launched"},
};
/* clang-format on */
const size_t deploy_transition_count = sizeof deploy_transitions / sizeof *deploy_transitions;

const struct deploy_transition *deploy_transition(enum deploy_state state, enum deploy_event event,
                                                  enum shift_mode mode)
{
    enum deploy_scope scope = mode == SHIFT_ROLLING ? SCOPE_ROLLING : SCOPE_BLUE_GREEN;
    for (size_t i = 0; i < deploy_transition_count; i++) {
        const struct deploy_transition *row = &deploy_transitions[i];
        if (row->state == state && row->event == event && (row->scope & scope))
            return row;
    }
    return NULL;
}

#include "sim/outcome.h"

#include <stdio.h>

const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_NONE] = "",
    [OUTCOME_SUCCEEDED] = "SUCCEEDED",
    [OUTCOME_ROLLED_BACK] = "ROLLED_BACK",
    [OUTCOME_LAUNCH_FAILED] = "LAUNCH_FAILED",
    [OUTCOME_TIMED_OUT] = "TIMED_OUT",
    [OUTCOME_ROLLBACK_FAILED] = "ROLLBACK_FAILED",
    [OUTCOME_REFUSED] = "REFUSED",
};

static size_t alarm_list(char *text, size_t size, unsigned alarms, const struct deployment_config *config)
{
    size_t length = 0;
    for (int i = 0; i < config->alarm_count; i++)
        if (alarms & (1u << i))
            length += (size_t)snprintf(length < size ? text + length : NULL, length < size ? size - length : 0, "%s%s",
                                       length ? ", " : "", config->alarm_names[i]);
    return length;
}

size_t outcome_reason(char *text, size_t size, const struct outcome *outcome, const struct deployment_config *config)
{
    char names[DEPLOYMENT_MAX_ALARMS * 258] = "";
    const char *why = "";
    if (size)
        *text = '\0';
    switch (outcome->kind) {
    case OUTCOME_REFUSED:
        why = outcome->cause == DEPLOY_ALARM
                  ? "The update was refused: an alarm was already in ALARM."
                  : "The update was refused: ResourceLimitExceeded, the instance quota leaves no room for it.";
        break;
    case OUTCOME_LAUNCH_FAILED: why = "The new fleet could not be launched."; break;
    case OUTCOME_ROLLBACK_FAILED: why = "The rollback failed: an old instance could not be launched."; break;
    case OUTCOME_TIMED_OUT: why = "The deployment exceeded MaximumExecutionTimeoutInSeconds."; break;
    case OUTCOME_ROLLED_BACK:
        if (!outcome->trip_alarms) {
            why = "A batch of new instances could not be launched.";
            break;
        }
        alarm_list(names, sizeof names, outcome->trip_alarms, config);
        return (size_t)snprintf(
            text, size, "One or more configured alarm for automatic rollback deployment is in ALARM state: [%s].",
            names);
    default: return 0;
    }
    return (size_t)snprintf(text, size, "%s", why);
}

/* A scenario to start from: small, complete, accepted by bakeoff check, and with a comment before every key, taken from
 * the row that reads it. */
#ifndef BAKEOFF_REPORT_STARTER_H
#define BAKEOFF_REPORT_STARTER_H

#include <cjson/cJSON.h>

#include "models/shift.h"
#include "scenarios/diagnostic.h"

/* "canary" for SHIFT_CANARY, as people write it. */
extern const char *const starter_mode_names[SHIFT_MODES];

/* With a policy of that mode, and all at once beside it. cJSON_Delete() when done. */
cJSON *starter_of_mode(enum shift_mode mode);

/* With the policy and the alarms of AWS's own files: an UpdateEndpoint request, a DeploymentConfig or what describe-endpoint
 * prints, and PutMetricAlarm inputs in any form that check takes; of those, what the policy does not list may be anything. The endpoint's name, variant and configuration are read off them; the number of
 * instances is one that the policy's sizes and waits fit. NULL after an error. */
cJSON *starter_of_files(const char *deployment_path, const char *alarms_path, struct diagnostics *diagnostics);

#endif

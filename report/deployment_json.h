/* A DeploymentConfig as AWS takes it, and the command that commits it. */
#ifndef BAKEOFF_REPORT_DEPLOYMENT_JSON_H
#define BAKEOFF_REPORT_DEPLOYMENT_JSON_H

#include "models/shift.h"
#include "report/emit.h"

/* The value itself: as the next element, or after json_key(). */
void deployment_json_put(struct json *json, const struct deployment_config *config);

/* One argument of a POSIX shell, quoted where it must be; what does not print is escaped for $'...'. */
void shell_put(FILE *to, const char *text);

/* "aws sagemaker update-endpoint ..." for pasting into a shell. endpoint_config_name may be NULL. -1: no memory,
 * and nothing is written. */
int update_command_put(FILE *to, const char *endpoint_name, const char *endpoint_config_name,
                       const struct deployment_config *config);

#endif

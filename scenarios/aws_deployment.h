/* AWS's JSON for a deployment: DeploymentConfig, and the UpdateEndpoint and UpdateInferenceComponent requests that
 * carry one. What AWS would refuse is refused, with AWS's words for the field.
 *
 * Source: the DeploymentConfig, BlueGreenUpdatePolicy, TrafficRoutingConfig, RollingUpdatePolicy, AutoRollbackConfig and
 * InferenceComponentRollingUpdatePolicy pages of the SageMaker API. */
#ifndef BAKEOFF_SCENARIOS_AWS_DEPLOYMENT_H
#define BAKEOFF_SCENARIOS_AWS_DEPLOYMENT_H

#include "models/shift.h"
#include "scenarios/reader.h"

extern const struct key_table aws_deployment_table;          /* into a struct deployment_config */
extern const struct key_table aws_update_endpoint_table;     /* into a struct update_endpoint */
extern const struct key_table aws_inference_component_table; /* into a struct update_endpoint */

struct update_endpoint {
    const char *endpoint_name, *endpoint_config_name; /* inference component: its name, NULL */
    const struct json *deployment;                    /* NULL: not given */
    bool unused_flag;
};

/* One DeploymentConfig, all that does not depend on the number of instances. `value` NULL: AWS's default, all at once. */
bool aws_deployment_read(struct reader *reader, const struct json *value, struct deployment_config *out);

/* The rest, for a fleet of n: sizes as shares of it, and the waits against MaximumExecutionTimeoutInSeconds. */
bool aws_deployment_judge(struct reader *reader, const struct json *value, const struct deployment_config *config,
                          int n, enum size_rounding rounding);

/* Requests, with the DeploymentConfig inside. Not for one number of instances. */
bool aws_update_endpoint_read(struct reader *reader, const struct json *value, struct update_endpoint *request,
                              struct deployment_config *out);
bool aws_inference_component_read(struct reader *reader, const struct json *value, struct deployment_config *out);

/* Where alarm i of the config is named in the DeploymentConfig. */
const struct json *aws_deployment_alarm(const struct json *value, const struct deployment_config *config, int i);

/* The DeploymentConfig in what describe-endpoint answers, its LastDeploymentConfig; NULL where that is none. */
const struct json *aws_described_deployment(const struct json *root);

#endif

/* What SageMaker tells EventBridge of a deployment: one JSON object a line, in order of time.
 *
 * "SageMaker Endpoint State Change" when the endpoint's status changes, "SageMaker Endpoint Deployment State Change"
 * when a stage begins: instances launched, traffic activated, baking, instances terminated.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
#ifndef BAKEOFF_REPORT_EVENTBRIDGE_H
#define BAKEOFF_REPORT_EVENTBRIDGE_H

#include <stdio.h>

#include "report/story/told.h"

/* Ids look random and follow from scenario, seed, policy, version and replication. Write errors stay in the stream. */
void eventbridge_write(FILE *to, const struct told *told);

#endif

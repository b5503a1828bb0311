/* What DescribeEndpoint would answer at an instant of a replication, as the AWS CLI prints it.
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html */
#ifndef BAKEOFF_REPORT_DESCRIBE_H
#define BAKEOFF_REPORT_DESCRIBE_H

#include <stdio.h>

#include "report/story/told.h"

/* `at` in us after the call; may be before it. Write errors stay in the stream. */
void describe_write(FILE *to, const struct told *told, int64_t at);

#endif

/* The parts that DescribeEndpoint's answer and EventBridge's events have in common; they differ in how they write times. */
#ifndef BAKEOFF_REPORT_ENDPOINT_JSON_H
#define BAKEOFF_REPORT_ENDPOINT_JSON_H

#include "report/emit.h"
#include "report/story/endpoint_view.h"

/* The value of a member: the instant `unix_us`. */
typedef void endpoint_put_time(struct json *json, int64_t unix_us);

void member_text(struct json *json, const char *key, const char *text);
void member_number(struct json *json, const char *key, double value);

/* "ProductionVariants" of a fleet; with a VariantStatus where one is given and says something. */
void member_variants(struct json *json, const struct told *told, const struct endpoint_view *view,
                     enum fleet_colour fleet, const struct variant_status *variant, endpoint_put_time *put_time);

/* "PendingDeploymentSummary": the new configuration, and the stage that the update is in. */
void member_pending(struct json *json, const struct told *told, const struct endpoint_view *view,
                    endpoint_put_time *put_time);

#endif

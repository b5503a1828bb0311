/* The endpoint as SageMaker shows it to callers: a value that the journal's records change one by one.
 *
 * Words and counts as in DescribeEndpoint and in EventBridge's deployment events: CurrentInstanceCount means instances
 * with traffic on, as observed on live endpoints (the old fleet shows 0 in the final bake).
 *
 * Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html,
 * .../API_ProductionVariantStatus.html and
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
#ifndef BAKEOFF_REPORT_ENDPOINT_VIEW_H
#define BAKEOFF_REPORT_ENDPOINT_VIEW_H

#include "report/story/told.h"

enum endpoint_status { ENDPOINT_IN_SERVICE, ENDPOINT_UPDATING, ENDPOINT_UPDATE_ROLLBACK_FAILED, ENDPOINT_STATUSES };
extern const char *const endpoint_status_names[ENDPOINT_STATUSES];  /* as DescribeEndpoint writes them */
extern const char *const endpoint_status_events[ENDPOINT_STATUSES]; /* as EventBridge writes them */

/* A VariantStatus: what is being done to a variant. */
struct variant_status {
    const char *status; /* "Creating", "Deleting", "ActivatingTraffic", "Baking"; NULL: nothing */
    char message[160];
    int64_t since;
};

struct endpoint_view {
    enum endpoint_status status;
    bool was_updated;    /* UpdateEndpoint was called and taken */
    bool is_new;         /* the new configuration is the endpoint's own */
    bool has_failed;     /* FailureReason is there */
    int on[FLEETS];      /* instances with traffic, as commanded */
    int desired[FLEETS]; /* of each configuration */
    int64_t modified;    /* LastModifiedTime */
    struct variant_status variant;
};

/* Before the call. */
struct endpoint_view endpoint_view_begin(const struct told *told);

/* Takes the next record of the journal. Returns true when it changed what callers see. */
bool endpoint_view_step(struct endpoint_view *view, const struct told *told, const struct journal_record *record);

/* The endpoint exists since the warm-up began. */
int64_t endpoint_created(const struct told *told);

/* "arn:aws:sagemaker:..." in the account and the region of AWS's own examples. */
#define ENDPOINT_ACCOUNT "111122223333"
#define ENDPOINT_REGION "us-west-2"
char *endpoint_arn(char *text, size_t size, const struct told *told);

#endif

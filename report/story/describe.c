#include "report/story/describe.h"

#include "report/columns.h"
#include "report/deployment_json.h"
#include "report/story/endpoint_json.h"
#include "scenarios/clock.h"

enum { ARN_SIZE = 512, TIME_SIZE = 64, ALL_LINES = 64 };

/* "2026-01-01T00:03:08.312000+00:00" */
static void put_time(struct json *json, int64_t unix_us)
{
    char seconds[TIME_SIZE / 2], text[TIME_SIZE];
    clock_format(seconds, sizeof seconds, unix_us, false);
    snprintf(text, sizeof text, "%.19s.%06d+00:00", seconds, (int)(unix_us - us_floor(unix_us, US_PER_S)));
    json_string(json, text);
}

static void member_time(struct json *json, const char *key, const struct told *told, int64_t at)
{
    json_key(json, key);
    put_time(json, told_unix_us(told, at));
}

static void put_reason(struct json *json, const struct told *told)
{
    char reason[COLUMN_TEXT_SIZE];
    outcome_reason(reason, sizeof reason, told->outcome, &told_policy(told)->config);
    member_text(json, "FailureReason", reason);
}

void describe_write(FILE *to, const struct told *told, int64_t at)
{
    struct json json = {.to = to, .lines = ALL_LINES};
    struct endpoint_view view = endpoint_view_begin(told);
    const struct journal *journal = told->journal;
    for (size_t i = 0; i < journal->count && journal->records[i].at <= at; i++)
        endpoint_view_step(&view, told, &journal->records[i]);
    enum fleet_colour own = view.is_new ? GREEN : BLUE;
    bool is_updating = view.status == ENDPOINT_UPDATING;
    char arn[ARN_SIZE];
    json_begin(&json, '{');
    member_text(&json, "EndpointName", told->setting->endpoint.endpoint_name);
    member_text(&json, "EndpointArn", endpoint_arn(arn, sizeof arn, told));
    member_text(&json, "EndpointConfigName", told_version(told, own)->endpoint_config_name);
    member_variants(&json, told, &view, own, is_updating ? NULL : &view.variant, put_time);
    member_text(&json, "EndpointStatus", endpoint_status_names[view.status]);
    if (view.has_failed)
        put_reason(&json, told);
    member_time(&json, "CreationTime", told, endpoint_created(told));
    member_time(&json, "LastModifiedTime", told, view.modified);
    if (view.was_updated) {
        json_key(&json, "LastDeploymentConfig");
        deployment_json_put(&json, &told_policy(told)->config);
    }
    if (is_updating)
        member_pending(&json, told, &view, put_time);
    json_end(&json, '}');
    fputc('\n', to);
}

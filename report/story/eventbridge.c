#include "report/story/eventbridge.h"

#include <string.h>

#include "report/story/endpoint_json.h"
#include "scenarios/clock.h"
#include "scenarios/sha256.h"

enum { ARN_SIZE = 512, ID_SIZE = 37, TIME_SIZE = 48 };

/* 32 digits of a hash, marked as a UUID made from a name (version 8, RFC 9562: "custom"). */
static void make_id(char id[ID_SIZE], const struct told *told, unsigned index)
{
    struct sha256 sha;
    char hex[SHA256_HEX], number[96];
    const char *const names[] = {told->scenario, told_policy(told)->name, told_version(told, GREEN)->name};
    sha256_init(&sha);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        sha256_feed(&sha, names[i], strlen(names[i]) + 1);
    int length = snprintf(number, sizeof number, "%llu %llu %u", (unsigned long long)told->setting->seed,
                          (unsigned long long)told->replication, index);
    sha256_feed(&sha, number, (size_t)length);
    sha256_end(&sha, hex);
    snprintf(id, ID_SIZE, "%.8s-%.4s-8%.3s-%c%.3s-%.12s", hex, hex + 8, hex + 13, "89ab"[hex[16] % 4], hex + 17,
             hex + 20);
}

/* Milliseconds since 1970, as in the detail of events. */
static void put_time(struct json *json, int64_t unix_us)
{
    json_number(json, (double)(us_floor(unix_us, US_PER_MS) / US_PER_MS));
}

static void member_time(struct json *json, const char *key, const struct told *told, int64_t at)
{
    json_key(json, key);
    put_time(json, told_unix_us(told, at));
}

/* The state-change event knows its variants by what is wanted of them only. */
static void put_wanted(struct json *json, const struct endpoint_view *view)
{
    json_key(json, "ProductionVariants");
    json_begin(json, '[');
    json_begin(json, '{');
    member_number(json, "DesiredWeight", 1);
    member_number(json, "DesiredInstanceCount", view->desired[view->is_new ? GREEN : BLUE]);
    json_end(json, '}');
    json_end(json, ']');
}

static void put_detail(struct json *json, const struct told *told, const struct endpoint_view *view, const char *arn)
{
    enum fleet_colour own = view->is_new ? GREEN : BLUE;
    bool is_stage = view->variant.status != NULL, is_updating = view->status == ENDPOINT_UPDATING;
    json_key(json, "detail");
    json_begin(json, '{');
    member_text(json, "EndpointName", told->setting->endpoint.endpoint_name);
    member_text(json, "EndpointArn", arn);
    member_text(json, "EndpointConfigName", told_version(told, own)->endpoint_config_name);
    if (is_stage)
        member_variants(json, told, view, own, is_updating ? NULL : &view->variant, put_time);
    else
        put_wanted(json, view);
    member_text(json, "EndpointStatus", endpoint_status_events[view->status]);
    member_time(json, "CreationTime", told, endpoint_created(told));
    member_time(json, "LastModifiedTime", told, view->modified);
    json_key(json, "Tags");
    json_begin(json, '{');
    json_end(json, '}');
    if (is_stage && is_updating)
        member_pending(json, told, view, put_time);
    json_end(json, '}');
}

static void put_event(FILE *to, const struct told *told, const struct endpoint_view *view, int64_t at, unsigned index)
{
    struct json json = {.to = to};
    char id[ID_SIZE], arn[ARN_SIZE], time[TIME_SIZE];
    make_id(id, told, index);
    endpoint_arn(arn, sizeof arn, told);
    json_begin(&json, '{');
    member_text(&json, "version", "0");
    member_text(&json, "id", id);
    member_text(&json, "detail-type",
                view->variant.status ? "SageMaker Endpoint Deployment State Change"
                                     : "SageMaker Endpoint State Change");
    member_text(&json, "source", "aws.sagemaker");
    member_text(&json, "account", ENDPOINT_ACCOUNT);
    member_text(&json, "time", clock_format(time, sizeof time, told_unix_us(told, at), false));
    member_text(&json, "region", ENDPOINT_REGION);
    json_key(&json, "resources");
    json_begin(&json, '[');
    json_string(&json, arn);
    json_end(&json, ']');
    put_detail(&json, told, view, arn);
    json_end(&json, '}');
    fputc('\n', to);
}

void eventbridge_write(FILE *to, const struct told *told)
{
    struct endpoint_view view = endpoint_view_begin(told);
    unsigned index = 0;
    for (size_t i = 0; i < told->journal->count; i++) {
        const struct journal_record *record = &told->journal->records[i];
        if (endpoint_view_step(&view, told, record))
            put_event(to, told, &view, record->at, index++);
    }
}

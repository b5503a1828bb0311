#include "report/story/endpoint_json.h"

void member_text(struct json *json, const char *key, const char *text)
{
    json_key(json, key);
    json_string(json, text);
}

void member_number(struct json *json, const char *key, double value)
{
    json_key(json, key);
    json_number(json, value);
}

static void member_status(struct json *json, const struct told *told, const struct variant_status *variant,
                          endpoint_put_time *put_time)
{
    json_key(json, "VariantStatus");
    json_begin(json, '[');
    json_begin(json, '{');
    member_text(json, "Status", variant->status);
    member_text(json, "StatusMessage", variant->message);
    json_key(json, "StartTime");
    put_time(json, told_unix_us(told, variant->since));
    json_end(json, '}');
    json_end(json, ']');
}

void member_variants(struct json *json, const struct told *told, const struct endpoint_view *view,
                     enum fleet_colour fleet, const struct variant_status *variant, endpoint_put_time *put_time)
{
    json_key(json, "ProductionVariants");
    json_begin(json, '[');
    json_begin(json, '{');
    member_text(json, "VariantName", told->setting->endpoint.variant_name);
    member_number(json, "CurrentWeight", 1);
    member_number(json, "DesiredWeight", 1);
    member_number(json, "CurrentInstanceCount", view->on[fleet]);
    member_number(json, "DesiredInstanceCount", view->desired[fleet]);
    if (variant && variant->status)
        member_status(json, told, variant, put_time);
    json_end(json, '}');
    json_end(json, ']');
}

void member_pending(struct json *json, const struct told *told, const struct endpoint_view *view,
                    endpoint_put_time *put_time)
{
    json_key(json, "PendingDeploymentSummary");
    json_begin(json, '{');
    member_text(json, "EndpointConfigName", told_version(told, GREEN)->endpoint_config_name);
    json_key(json, "StartTime");
    put_time(json, told_unix_us(told, 0));
    member_variants(json, told, view, GREEN, &view->variant, put_time);
    json_end(json, '}');
}

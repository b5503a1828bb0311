#include "report/write_lint_json.h"

static void finding_json(struct json *json, const struct finding *finding)
{
    json_begin(json, '{');
    json_member_text(json, "rule", finding->rule->id);
    json_member_text(json, "severity", finding_severity_names[finding->severity]);
    json_member_text(json, "policy", finding->policy);
    json_member_text(json, "alarm", finding->alarm);
    json_member_text(json, "phase", finding->phase);
    json_member_text(json, "file", finding->at->file);
    json_member_number(json, "line", finding->at->line);
    json_member_number(json, "column", finding->at->column);
    json_member_text(json, "path", finding->at->path);
    json_member_text(json, "message", finding->at->message);
    json_member_text(json, "repair", finding->repair);
    json_member_text(json, "source", finding->rule->source);
    json_member_text(json, "silenced", finding->silenced);
    json_end(json, '}');
}

static void put_versions(struct json *json, const char *key, const struct lint_report *report, const double *values)
{
    json_key(json, key);
    json_begin(json, '{');
    for (size_t v = 0; report->has_versions && v < report->setting->version_count; v++)
        if (v != report->setting->current)
            json_member_number(json, report->setting->versions[v].name, values[v]);
    json_end(json, '}');
}

static void put_fractions(struct json *json, const char *key, const double values[REACH_FRACTIONS])
{
    char name[NUMBER_SIZE];
    json_key(json, key);
    json_begin(json, '{');
    for (int i = 0; i < REACH_FRACTIONS; i++)
        json_member_number(json, emit_number(name, reach_fractions[i]), values[i]);
    json_end(json, '}');
}

static void put_methods_json(struct json *json, const struct lint_report *report, const struct reach_way *ways)
{
    json_key(json, "methods");
    json_begin(json, '{');
    for (size_t v = 0; report->has_versions && v < report->setting->version_count; v++)
        if (v != report->setting->current)
            json_member_text(json, report->setting->versions[v].name, reach_method_names[ways[v].method]);
    json_end(json, '}');
}

static void row_json(struct json *json, const struct lint_report *report, const struct reach *row)
{
    char phase[32];
    json_begin(json, '{');
    json_member_text(json, "policy", report->setting->policies[row->policy].name);
    json_member_text(json, "alarm", report->setting->alarms[row->alarm].name);
    json_member_text(json, "phase", phase_name(phase, sizeof phase, row->phase, row->phase_index));
    json_member_number(json, "phase_s", row->phase_s);
    json_member_number(json, "green_share", row->green_share);
    json_member_number(json, "expected_green_requests", row->expected_green_requests);
    json_key(json, "reachable");
    json_flag(json, row->is_reachable);
    json_member_number(json, "max_statistic", row->max_statistic);
    json_member_number(json, "min_visible_error_fraction", row->min_visible_error_fraction);
    json_member_number(json, "min_visible_latency_factor", row->min_visible_latency_factor);
    json_member_number(json, "earliest_trip_s", row->earliest_trip_s);
    put_versions(json, "expected_trip_s", report, row->expected_trip_s);
    if (report->has_versions)
        put_versions(json, "p_trip", report, row->p_trip);
    else
        put_fractions(json, "p_trip", row->p_trip_fraction);
    put_versions(json, "p_trip_in_phase", report, row->p_trip_here);
    put_fractions(json, "p_trip_by_error_fraction", row->p_trip_fraction);
    put_fractions(json, "expected_trip_s_by_error_fraction", row->expected_trip_fraction_s);
    json_member_number(json, "p_false_trip", row->p_false_trip);
    json_member_number(json, "p_false_trip_in_phase", row->p_false_trip_here);
    json_member_text(json, "method", reach_method_names[row->method]);
    json_member_text(json, "assumptions", row->method_words);
    put_methods_json(json, report, row->ways);
    json_end(json, '}');
}

static void deployment_json(struct json *json, const struct lint_report *report, const struct reach_deployment *all)
{
    json_begin(json, '{');
    json_member_text(json, "policy", report->setting->policies[all->policy].name);
    json_member_text(json, "alarm", report->setting->alarms[all->alarm].name);
    put_versions(json, "p_trip", report, all->p_trip);
    put_versions(json, "expected_detect_s", report, all->expected_detect_s);
    json_member_number(json, "p_false_trip", all->p_false_trip);
    json_member_number(json, "p_old_red", all->p_old_red);
    json_end(json, '}');
}

void write_lint_json(struct json *json, const struct lint_report *report)
{
    json_begin(json, '{');
    json_member_text(json, "file", report->file);
    json_member_text(json, "name", report->name);
    json_key(json, "findings");
    json_begin(json, '[');
    for (size_t i = 0; i < report->count; i++)
        finding_json(json, &report->findings[i]);
    json_end(json, ']');
    json_key(json, "reachability");
    json_begin(json, '[');
    for (size_t i = 0; i < report->reach.count; i++)
        row_json(json, report, &report->reach.rows[i]);
    json_end(json, ']');
    json_key(json, "deployments");
    json_begin(json, '[');
    for (size_t i = 0; i < report->reach.deployment_count; i++)
        deployment_json(json, report, &report->reach.deployments[i]);
    json_end(json, ']');
    json_end(json, '}');
}

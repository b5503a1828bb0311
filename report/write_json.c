#include "report/write_json.h"

static void put_interval(struct json *json, struct interval interval)
{
    json_member_number(json, "ci95_low", interval.low);
    json_member_number(json, "ci95_high", interval.high);
}

static void put_summary(struct json *json, const struct study *study, const struct summary_row *row)
{
    const struct group *group = &study->groups[row->group];
    const struct summary *s = &row->figures;
    json_begin(json, '{');
    json_member_text(json, "scenario", study->scenario->name);
    json_member_text(json, "policy", group_policy(study, group));
    json_member_text(json, "version", group_version(study, group));
    json_member_text(json, "metric", row->column->name);
    json_key(json, "n"), json_integer(json, s->n);
    json_member_number(json, "mean", s->mean);
    put_interval(json, s->interval);
    json_member_number(json, "sd", s->sd);
    json_member_number(json, "min", s->min);
    json_member_number(json, "p50", s->p50);
    json_member_number(json, "p95", s->p95);
    json_member_number(json, "p99", s->p99);
    json_member_number(json, "max", s->max);
    json_end(json, '}');
}

static void put_difference(struct json *json, const struct study *study, const struct difference_row *row)
{
    const struct group *group = &study->groups[row->group];
    json_begin(json, '{');
    json_member_text(json, "scenario", study->scenario->name);
    json_member_text(json, "baseline", study->scenario->setting.policies[study->baseline].name);
    json_member_text(json, "policy", group_policy(study, group));
    json_member_text(json, "version", group_version(study, group));
    json_member_text(json, "metric", row->column->name);
    json_key(json, "n"), json_integer(json, row->figures.n);
    json_member_number(json, "mean_difference", row->figures.mean);
    put_interval(json, row->figures.interval);
    json_member_number(json, "correlation", row->figures.correlation);
    json_end(json, '}');
}

static void put_gate(struct json *json, const struct study *study, const struct gate_row *row)
{
    const struct group *group = &study->groups[row->group];
    json_begin(json, '{');
    json_member_text(json, "metric", row->column->name);
    json_member_text(json, "policy", group_policy(study, group));
    json_member_text(json, "version", group_version(study, group));
    json_member_text(json, "statistic", row->gate->statistic);
    json_member_number(json, row->gate->has_max ? "max" : "min", row->gate->limit);
    json_member_number(json, "value", row->value);
    put_interval(json, row->interval);
    json_member_text(json, "result", gate_result_names[row->result]);
    json_end(json, '}');
}

void write_json_results(struct json *json, const struct study *study, const struct gate_row *gates, size_t gate_count)
{
    json_key(json, "summary");
    json_begin(json, '[');
    for (size_t i = 0; i < study->summary_count; i++)
        put_summary(json, study, &study->summary[i]);
    json_end(json, ']');
    json_key(json, "differences");
    json_begin(json, '[');
    for (size_t i = 0; i < study->difference_count; i++)
        put_difference(json, study, &study->differences[i]);
    json_end(json, ']');
    json_key(json, "gates");
    json_begin(json, '[');
    for (size_t i = 0; i < gate_count; i++)
        put_gate(json, study, &gates[i]);
    json_end(json, ']');
}

void write_json(struct json *json, const struct study *study, const struct manifest *manifest,
                const struct gate_row *gates, size_t gate_count)
{
    json_begin(json, '{');
    manifest_put(json, manifest);
    write_json_results(json, study, gates, gate_count);
    json_end(json, '}');
}

#include "report/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *const gate_result_names[GATE_RESULTS] = {"pass", "fail", "undecided"};

/* The star means every policy and every version, neither the control nor the (mix). */
static bool is_meant(const char *pattern, const char *name, bool is_star_meant)
{
    return strcmp(pattern, "*") == 0 ? is_star_meant : strcmp(pattern, name) == 0;
}

/* A statistic: its value in the summary, and the interval of what it estimates. */
struct statistic_row {
    const char *name;
    double (*value)(const struct summary *figures);
    double q; /* of a quantile, else 0 */
};

static double value_mean(const struct summary *s)
{
    return s->mean;
}
static double value_sd(const struct summary *s)
{
    return s->sd;
}
static double value_min(const struct summary *s)
{
    return s->min;
}
static double value_p50(const struct summary *s)
{
    return s->p50;
}
static double value_p95(const struct summary *s)
{
    return s->p95;
}
static double value_p99(const struct summary *s)
{
    return s->p99;
}
static double value_max(const struct summary *s)
{
    return s->max;
}

static const struct statistic_row statistics[] = {
    {"mean", value_mean, 0},  {"sd", value_sd, 0},      {"min", value_min, 0}, {"p50", value_p50, 0.50},
    {"p95", value_p95, 0.95}, {"p99", value_p99, 0.99}, {"max", value_max, 0},
};

static const struct statistic_row *find_statistic(const char *name)
{
    for (size_t i = 0; i < sizeof statistics / sizeof *statistics; i++)
        if (strcmp(statistics[i].name, name) == 0)
            return &statistics[i];
    return &statistics[0];
}

static struct interval interval_of(const struct statistic_row *statistic, const struct mix *mix,
                                   const struct summary *figures, double value)
{
    if (statistic->value == value_mean)
        return figures->interval;
    if (statistic->q > 0)
        return estimate_mix_quantile_interval(mix, statistic->q, 0.95);
    if (statistic->value == value_sd && mix->parts == 1)
        return estimate_part_sd_interval(mix, 0.95);
    if (statistic->value == value_sd) /* of a mix there is no interval that deserves the name */
        return (struct interval){NAN, NAN};
    return (struct interval){value, value};
}

static enum gate_result judge(const struct gate *gate, double value, struct interval i)
{
    if (isnan(value))
        return GATE_UNDECIDED;
    if (gate->has_max ? i.high <= gate->limit : i.low >= gate->limit)
        return GATE_PASS;
    if (gate->has_max ? i.low > gate->limit : i.high < gate->limit)
        return GATE_FAIL;
    return GATE_UNDECIDED;
}

static void judge_group(const struct study *study, struct gate_row *row, struct study_room *room)
{
    const struct statistic_row *statistic = find_statistic(row->gate->statistic);
    const struct summary_row *summary = study_summary(study, row->group, row->column);
    row->value = statistic->value(&summary->figures);
    row->interval = (struct interval){NAN, NAN};
    if (!isnan(row->value)) {
        struct mix mix = study_values(study, row->group, row->column, room);
        row->interval = interval_of(statistic, &mix, &summary->figures, row->value);
    }
    row->result = judge(row->gate, row->value, row->interval);
}

int judge_gates(const struct study *study, struct gate_row **rows, size_t *count)
{
    const struct scenario *scenario = study->scenario;
    *count = 0;
    *rows = calloc(scenario->gate_count * study->group_count + 1, sizeof **rows);
    struct study_room room = {0};
    bool is_short = !*rows || study_room_init(&room, study);
    for (size_t i = 0; i < scenario->gate_count && !is_short; i++)
        for (size_t g = 0; g < study->group_count; g++) {
            const struct gate *gate = &scenario->gates[i];
            const struct group *group = &study->groups[g];
            if (!is_meant(gate->policy, group_policy(study, group), group->policy != SIZE_MAX) ||
                !is_meant(gate->version, group_version(study, group), group->version != SIZE_MAX) ||
                group->policy == SIZE_MAX)
                continue;
            struct gate_row *row = &(*rows)[(*count)++];
            *row = (struct gate_row){.gate = gate, .column = column_find(gate->metric), .group = g};
            judge_group(study, row, &room);
        }
    study_room_free(&room);
    return is_short ? -1 : 0;
}

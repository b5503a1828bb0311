#include "report/columns.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenarios/promises.h"

/* ---- text ---- */

static void put_outcome(char *text, size_t size, const struct outcome *outcome, const struct deployment_config *config)
{
    (void)config;
    snprintf(text, size, "%s", outcome_names[outcome->kind]);
}

static void put_reason(char *text, size_t size, const struct outcome *outcome, const struct deployment_config *config)
{
    text[0] = '\0';
    if (config)
        outcome_reason(text, size, outcome, config);
}

static void put_trip_alarm(char *text, size_t size, const struct outcome *outcome,
                           const struct deployment_config *config)
{
    size_t length = 0;
    text[0] = '\0';
    for (int i = 0; config && i < config->alarm_count; i++) {
        if (!(outcome->trip_alarms >> i & 1) || length >= size)
            continue;
        int added = snprintf(text + length, size - length, "%s%s", length > 0 ? ";" : "", config->alarm_names[i]);
        length += added > 0 ? (size_t)added : 0;
    }
}

static void put_trip_phase(char *text, size_t size, const struct outcome *outcome,
                           const struct deployment_config *config)
{
    text[0] = '\0';
    if (config && outcome->trip_phase != PHASE_DONE)
        phase_name(text, size, outcome->trip_phase, outcome->trip_phase_index);
}

/* ---- proportions: a trial's 1 or 0; the control has no outcome and takes no part ---- */

static double is_kind(const struct outcome *outcome, enum outcome_kind kind)
{
    return outcome->kind == OUTCOME_NONE ? NAN : outcome->kind == kind;
}

static double is_succeeded(const struct outcome *outcome)
{
    return is_kind(outcome, OUTCOME_SUCCEEDED);
}

static double is_rolled_back(const struct outcome *outcome)
{
    return is_kind(outcome, OUTCOME_ROLLED_BACK);
}

static double is_timed_out(const struct outcome *outcome)
{
    return is_kind(outcome, OUTCOME_TIMED_OUT);
}

static double is_launch_failed(const struct outcome *outcome)
{
    return is_kind(outcome, OUTCOME_LAUNCH_FAILED);
}

static double is_rollback_failed(const struct outcome *outcome)
{
    return is_kind(outcome, OUTCOME_ROLLBACK_FAILED);
}

static double is_refused(const struct outcome *outcome)
{
    return is_kind(outcome, OUTCOME_REFUSED);
}

static double is_detected(const struct outcome *outcome)
{
    return outcome->is_detected;
}

/* ---- the rows ---- */

#define FIELD(member, in, shown, ...) \
    { \
        .name = #member, .unit = in, .format = shown, .offset = offsetof(struct outcome, member), __VA_ARGS__ \
    }

#define PROPORTION(metric, is_so, ...) \
    { \
        .name = metric, .unit = "fraction", .kind = COLUMN_PROPORTION, .format = FORMAT_SHARE, .get = is_so, \
        __VA_ARGS__ \
    }

const struct column columns[] = {
    {.name = "outcome", .kind = COLUMN_TEXT, .put = put_outcome, .meaning = "how the deployment ended"},
    {.name = "reason", .kind = COLUMN_TEXT, .put = put_reason, .meaning = "FailureReason, as AWS words it"},
    {.name = "trip_alarm", .kind = COLUMN_TEXT, .put = put_trip_alarm, .meaning = "the alarms that tripped it, by ;"},
    {.name = "trip_phase",
     .kind = COLUMN_TEXT,
     .put = put_trip_phase,
     .meaning = "where it tripped, failed or timed out"},

    FIELD(requests, "count", FORMAT_COUNT, .meaning = "arrivals in the window"),
    FIELD(exposed_requests, "count", FORMAT_COUNT, .meaning = "of those, routed to the new version"),
    FIELD(failed_requests, "count", FORMAT_COUNT, .meaning = "4xx, 5xx, rejected or timed out; either fleet"),
    FIELD(slow_requests, "count", FORMAT_COUNT, .meaning = "served, but slower than the SLO"),
    FIELD(bad_responses, "count", FORMAT_COUNT, .meaning = "failed or slow",
          .headline = {.title = "bad", .place = 1, .until = 1}),
    FIELD(excess_bad_responses, "count", FORMAT_COUNT, .role = ROLE_HARM,
          .meaning = "failed or slow responses beyond those of the same traffic without a deployment, (none)",
          .headline = {.title = "excess bad",
                       .is_explained = true,
                       .place = 2,
                       .has_interval = true,
                       .interval_until = 9,
                       .until = 9}),
    FIELD(first_bad_s, "s", FORMAT_SECONDS, .meaning = "first bad response of the new version"),
    FIELD(alarm_s, "s", FORMAT_SECONDS, .meaning = "first ALARM of a listed alarm after it"),
    FIELD(trip_s, "s", FORMAT_SECONDS, .meaning = "the guardrail saw it"),
    FIELD(last_exposed_s, "s", FORMAT_SECONDS, .meaning = "last request routed to the new version"),
    FIELD(time_to_detect_s, "s", FORMAT_SECONDS, .meaning = "from the first bad response to the alarm"),
    FIELD(time_to_rollback_s, "s", FORMAT_SECONDS,
          .meaning = "from the first bad response to the last request on the new version; rolled back only",
          .headline = {.title = "back in",
                       .is_explained = true,
                       .place = 4,
                       .has_interval = true,
                       .interval_until = 2,
                       .until = 9}),
    FIELD(deployment_s, "s", FORMAT_SECONDS, .meaning = "from the UpdateEndpoint call to InService",
          .headline = {.title = "rollout",
                       .is_explained = true,
                       .place = 5,
                       .has_interval = true,
                       .interval_until = 0,
                       .until = 6}),
    FIELD(mean_latency_ms, "ms", FORMAT_MILLISECONDS, .meaning = "mean latency of all requests"),
    FIELD(p99_latency_ms, "ms", FORMAT_MILLISECONDS, .meaning = "99th percentile of the latency of all requests"),
    FIELD(max_green_share, "fraction", FORMAT_SHARE, .meaning = "largest share of traffic that the new version had"),
    FIELD(peak_instances, "count", FORMAT_INSTANCES,
          .meaning = "most instances at once, of both fleets; the quota must hold them",
          .headline = {.title = "peak", .is_explained = true, .place = 8, .is_maximum = true, .until = 4}),
    FIELD(blue_instance_s, "s", FORMAT_INSTANCE_SECONDS, .meaning = "billed time of the old fleet"),
    FIELD(green_instance_s, "s", FORMAT_INSTANCE_SECONDS, .meaning = "billed time of the new fleet"),
    FIELD(extra_instance_s, "s", FORMAT_INSTANCE_SECONDS,
          .meaning = "billed time beyond what the old fleet alone would cost",
          .headline = {.title = "extra inst-h", .is_explained = true, .place = 7, .until = 5}),
    FIELD(extra_cost_usd, "USD", FORMAT_USD, .role = ROLE_MONEY,
          .meaning = "price of the instance time beyond that of the old fleet alone",
          .headline = {.title = "extra USD", .is_explained = true, .place = 7, .until = 5}),
    FIELD(loss_usd, "USD", FORMAT_USD, .role = ROLE_MONEY, .meaning = "cost of the excess bad responses",
          .headline = {.title = "loss USD", .is_explained = true, .place = 9, .until = 1}),
    FIELD(queued_requests, "count", FORMAT_COUNT, .meaning = "requests that waited at all"),
    FIELD(rejected_requests, "count", FORMAT_COUNT, .meaning = "requests that found the queue full"),

    PROPORTION("p_succeeded", is_succeeded, .meaning = "trials in which the new version stayed"),
    PROPORTION("p_rolled_back", is_rolled_back,
               .meaning = "trials that an alarm rolled back; for a good version, falsely",
               .headline = {.title = "rollbacks",
                            .is_explained = true,
                            .place = 6,
                            .has_interval = true,
                            .interval_until = 1,
                            .until = 7}),
    PROPORTION("p_timed_out", is_timed_out, .meaning = "trials that reached MaximumExecutionTimeoutInSeconds",
               .headline = {.title = "timed out", .place = 10, .only_if_seen = true, .is_explained = true, .until = 9}),
    PROPORTION(
        "p_launch_failed", is_launch_failed, .meaning = "trials whose new fleet did not come up",
        .headline = {.title = "launch failed", .place = 11, .only_if_seen = true, .is_explained = true, .until = 9}),
    PROPORTION(
        "p_rollback_failed", is_rollback_failed, .meaning = "trials left on a mix of both versions",
        .headline = {.title = "rollback failed", .place = 12, .only_if_seen = true, .is_explained = true, .until = 9}),
    PROPORTION("p_refused", is_refused,
               .meaning =
                   "trials that did not start (quota, or an alarm already red), which take no part in the ranking",
               .headline = {.title = "refused", .place = 13, .only_if_seen = true, .is_explained = true, .until = 9}),
    PROPORTION("p_detected", is_detected, .meaning = "trials tripped by an alarm after the first bad response",
               .headline = {.title = "detected",
                            .is_explained = true,
                            .place = 3,
                            .has_interval = true,
                            .interval_until = 1,
                            .until = 8}),
};
const size_t column_count = sizeof columns / sizeof *columns;

double column_value(const struct column *column, const struct outcome *outcome)
{
    if (column->kind == COLUMN_TEXT)
        return NAN;
    if (column->get)
        return column->get(outcome);
    double value;
    memcpy(&value, (const char *)outcome + column->offset, sizeof value);
    return value;
}

void columns_announce(void)
{
    static struct promised_figure figures[sizeof columns / sizeof *columns];
    size_t count = 0;
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].kind != COLUMN_TEXT)
            figures[count++] = (struct promised_figure){columns[i].name, columns[i].kind == COLUMN_PROPORTION};
    promises_know(figures, count);
}

const struct column *column_find(const char *name)
{
    for (size_t i = 0; i < column_count; i++)
        if (strcmp(columns[i].name, name) == 0)
            return &columns[i];
    return NULL;
}

#include "sim/run.h"

#include <stdio.h>
#include <string.h>

const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_NONE] = "",
    [OUTCOME_SUCCEEDED] = "SUCCEEDED",
    [OUTCOME_ROLLED_BACK] = "ROLLED_BACK",
    [OUTCOME_LAUNCH_FAILED] = "LAUNCH_FAILED",
    [OUTCOME_TIMED_OUT] = "TIMED_OUT",
    [OUTCOME_ROLLBACK_FAILED] = "ROLLBACK_FAILED",
    [OUTCOME_REFUSED] = "REFUSED",
};

static enum outcome_kind kind_of(const struct run *run)
{
    const struct world *world = run->world;
    if (!run->policy)
        return OUTCOME_NONE;
    if (world->is_refused)
        return OUTCOME_REFUSED;
    switch (world->deploy.state) {
    case DEPLOY_SUCCEEDED: return OUTCOME_SUCCEEDED;
    case DEPLOY_LAUNCH_FAILED: return OUTCOME_LAUNCH_FAILED;
    case DEPLOY_ROLLBACK_FAILED: return OUTCOME_ROLLBACK_FAILED;
    case DEPLOY_STOPPED: return OUTCOME_TIMED_OUT;
    default: return world->cause == DEPLOY_TIMEOUT ? OUTCOME_TIMED_OUT : OUTCOME_ROLLED_BACK;
    }
}

static double seconds_or_absent(double us)
{
    return isinf(us) ? NAN : us / 1e6;
}

/* Requests of the window: what everyone met, whichever version answered. */
static void write_requests(const struct run *run, struct outcome *outcome)
{
    const struct tally *tally = &run->world->serve.tally;
    outcome->requests = (double)tally->requests;
    outcome->exposed_requests = (double)tally->exposed;
    outcome->failed_requests = (double)tally->failed;
    outcome->slow_requests = (double)tally->slow;
    outcome->bad_responses = (double)(tally->failed + tally->slow);
    outcome->queued_requests = (double)tally->queued;
    outcome->rejected_requests = (double)tally->rejected;
    outcome->arrivals_hash = tally->arrivals_hash;
    outcome->mean_latency_ms = NAN;
    outcome->p99_latency_ms = NAN;
    uint64_t answered = tally->requests - tally->rejected;
    if (answered) {
        uint64_t rank = nearest_rank(0.99, answered);
        outcome->mean_latency_ms = tally->latency_sum / (double)answered / 1e3;
        outcome->p99_latency_ms =
            loghist_rank(run->memory.latencies, rank, tally->latency_min, tally->latency_max) / 1e3;
    }
}

static void write_times(const struct run *run, struct outcome *outcome)
{
    const struct world *world = run->world;
    const struct tally *tally = &world->serve.tally;
    outcome->first_bad_s = seconds_or_absent(tally->first_bad_us);
    outcome->alarm_s = seconds_or_absent(world->alarm_us);
    outcome->trip_s = world->trip_us < 0 ? NAN : s_from_us(world->trip_us);
    outcome->last_exposed_s = seconds_or_absent(tally->last_exposed_us);
    outcome->time_to_detect_s = outcome->alarm_s - outcome->first_bad_s;
    bool is_rolled_back = outcome->kind == OUTCOME_ROLLED_BACK;
    outcome->time_to_rollback_s = is_rolled_back ? outcome->last_exposed_s - outcome->first_bad_s : NAN;
    outcome->deployment_s = world->over_us < 0 ? NAN : s_from_us(world->over_us);
    outcome->is_detected = run->policy ? world->is_detected : NAN;
}

/* Instance-seconds of a fleet billed until `end_us`. */
static double billed_s(const struct bill *bill, enum fleet_colour fleet, double end_us)
{
    return (bill->count[fleet] * end_us - bill->count_us[fleet]) / 1e6;
}

static void write_bill(const struct run *run, struct outcome *outcome)
{
    const struct world *world = run->world;
    double last = (double)world->last_billed_us, window = (double)run->layout->window_end_us;
    double horizon = fmax(window, last);
    bool is_settled = outcome->kind != OUTCOME_ROLLBACK_FAILED && world->deploy.state != DEPLOY_STOPPED;
    double until = is_settled ? last : horizon;
    outcome->blue_instance_s = billed_s(&world->bill, BLUE, horizon);
    outcome->green_instance_s = billed_s(&world->bill, GREEN, horizon);
    outcome->extra_instance_s = billed_s(&world->bill, BLUE, until) + billed_s(&world->bill, GREEN, until) -
                                run->serve_config.instances[BLUE] * until / 1e6;
    if (until == 0.0)
        outcome->extra_instance_s = 0.0;
    outcome->peak_instances = world->peak_instances;
    outcome->max_green_share = run->policy ? world->max_green_share : 0.0;
}

void ledger_compare(const struct setting *setting, const struct outcome *control, struct outcome *outcome)
{
    outcome->excess_bad_responses = outcome->bad_responses - control->bad_responses;
    outcome->loss_usd = outcome->excess_bad_responses * setting->bad_response_usd;
}

void ledger_write(const struct run *run, struct outcome *outcome)
{
    const struct setting *setting = run->setting;
    *outcome = (struct outcome){
        .kind = kind_of(run),
        .trip_alarms = run->world->trip_alarms,
        .cause = run->world->cause,
        .trip_phase = run->world->trip_phase,
        .trip_phase_index = run->world->trip_phase_index,
    };
    write_requests(run, outcome);
    write_times(run, outcome);
    write_bill(run, outcome);
    outcome->extra_cost_usd = outcome->extra_instance_s * setting->endpoint.instance_price_usd_per_hour / 3600.0;
    outcome->loss_usd = 0.0 * setting->bad_response_usd; /* NaN where no loss is known */
    outcome->requests_simulated = run->world->serve.arrivals;
}

/* ---- words ---- */

static size_t alarm_list(char *text, size_t size, unsigned alarms, const struct deployment_config *config)
{
    size_t length = 0;
    for (int i = 0; i < config->alarm_count; i++)
        if (alarms & (1u << i))
            length += (size_t)snprintf(length < size ? text + length : NULL, length < size ? size - length : 0, "%s%s",
                                       length ? ", " : "", config->alarm_names[i]);
    return length;
}

size_t outcome_reason(char *text, size_t size, const struct outcome *outcome, const struct deployment_config *config)
{
    char names[DEPLOYMENT_MAX_ALARMS * 258] = "";
    const char *why = "";
    if (size)
        *text = '\0';
    switch (outcome->kind) {
    case OUTCOME_REFUSED:
        why = "The update was refused: an alarm was already in ALARM, or the instance quota leaves no room for it.";
        break;
    case OUTCOME_LAUNCH_FAILED: why = "The new fleet could not be launched."; break;
    case OUTCOME_ROLLBACK_FAILED: why = "The rollback failed: an old instance could not be launched."; break;
    case OUTCOME_TIMED_OUT: why = "The deployment exceeded MaximumExecutionTimeoutInSeconds."; break;
    case OUTCOME_ROLLED_BACK:
        if (!outcome->trip_alarms) {
            why = "A batch of new instances could not be launched.";
            break;
        }
        alarm_list(names, sizeof names, outcome->trip_alarms, config);
        return (size_t)snprintf(
            text, size, "One or more configured alarm for automatic rollback deployment is in ALARM state: [%s].",
            names);
    default: return 0;
    }
    return (size_t)snprintf(text, size, "%s", why);
}

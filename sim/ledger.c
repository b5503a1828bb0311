#include "sim/ledger.h"

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
        outcome->mean_latency_ms = tally->latency_sum / (double)answered / 1e3;
        outcome->p99_latency_ms = samples_percentile(run->serving.latencies, 0.99) / 1e3;
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
                                run->serving.fleets.size[BLUE] * until / 1e6;
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

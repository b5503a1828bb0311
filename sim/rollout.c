#include "sim/rollout.h"

#include "sim/streams.h"
#include "sim/watch.h"

#include <assert.h>
#include <stdlib.h>

static const struct plan *present_plan(const struct run *run)
{
    return run->world->deploy.is_rolling_back ? run->rollback : run->forward;
}

static const struct step *present_step(const struct run *run)
{
    return &present_plan(run)->steps[run->world->deploy.step];
}

static enum shift_mode mode_of(const struct run *run)
{
    return run->policy->config.mode;
}

static double draw_of(const struct run *run, const struct draw *law, enum stream_purpose purpose, uint64_t subject)
{
    return draw_quantile(law, streams_uniform(run->setting->seed, run->replication, purpose, subject));
}

/* All at once without a final bake: AWS bills a single fleet. */
static bool bills_one_fleet(const struct run *run)
{
    return mode_of(run) == SHIFT_ALL_AT_ONCE && run->policy->config.termination_wait_s == 0;
}

static void bill_add(struct run *run, enum fleet_colour fleet, int count, double at_us)
{
    run->world->bill.count[fleet] += count;
    run->world->bill.count_us[fleet] += count * at_us;
}

/* ---- launches ---- */

struct launch {
    enum fleet_colour fleet;
    int first_slot, count;
};

/* New instances take the highest slots that have none; relaunched old ones the lowest that lost theirs. */
static struct launch launch_of(const struct run *run, const struct step *step, bool is_counted)
{
    const struct deploy *deploy = &run->world->deploy;
    int alive = step->fleet == GREEN ? deploy->green_alive : deploy->blue_alive;
    if (is_counted)
        alive -= step->instances;
    int first = step->fleet == GREEN ? run->serving.fleets.size[GREEN] - alive - step->instances : alive;
    return (struct launch){step->fleet, first, step->instances};
}

/* When the slowest of a launch is there, or when its first failure strikes: us after the command. */
static double launch_duration(const struct run *run, struct launch launch, bool *fails)
{
    const struct launch_config *config = &run->setting->launch;
    enum stream_purpose purpose = launch.fleet == GREEN ? STREAM_LAUNCH : STREAM_RELAUNCH;
    double ready = 0.0, failure = INFINITY;
    int last = launch.first_slot + launch.count - 1;
    for (int slot = config->per_fleet ? last : launch.first_slot; slot <= last; slot++) {
        struct stream stream = streams_open(run->setting->seed, run->replication, purpose, (uint64_t)slot);
        double time = draw_quantile(&config->time, stream_uniform(&stream));
        ready = fmax(ready, time);
        if (stream_uniform(&stream) < config->failure_probability)
            failure = fmin(failure, time);
    }
    if (version_defect(run->serving.fleets.version[launch.fleet], DEFECT_NO_LAUNCH))
        failure = fmin(failure, run->setting->modelling.startup_timeout_us);
    *fails = !isinf(failure);
    return *fails ? failure : ready;
}

static struct journal_record *journal_instances(struct run *run, int64_t at, enum journal_kind kind,
                                                const struct step *step)
{
    struct journal_record *record = run_note(run, at, kind);
    if (record) {
        record->colour = step->fleet;
        record->count = step->instances;
        record->phase = step->phase;
        record->phase_index = step->index;
    }
    return record;
}

static void begin_launch(struct run *run, const struct step *step, int64_t now)
{
    struct deploy *deploy = &run->world->deploy;
    int quota = run->setting->endpoint.instance_quota;
    deploy->state = deploy->is_rolling_back ? DEPLOY_ROLLBACK_CREATING : DEPLOY_CREATING;
    deploy->serial++;
    journal_instances(run, now, JOURNAL_LAUNCH, step);
    if (quota && deploy->blue_alive + deploy->green_alive + step->instances > quota) {
        run_push(run, now, EVENT_LAUNCH_BROKE, 0, deploy->serial); /* no room */
        return;
    }
    bool fails;
    int64_t done = now + llround(launch_duration(run, launch_of(run, step, false), &fails));
    *(step->fleet == GREEN ? &deploy->green_alive : &deploy->blue_alive) += step->instances;
    int launched = deploy->blue_alive + deploy->green_alive;
    if (launched > run->world->peak_instances)
        run->world->peak_instances = launched;
    if (!bills_one_fleet(run))
        bill_add(run, step->fleet, step->instances, (double)now);
    run_push(run, done, fails ? EVENT_LAUNCH_BROKE : EVENT_LAUNCHED, step->instances, deploy->serial);
}

static void start_instances(struct run *run, const struct step *step, int64_t now)
{
    struct launch launch = launch_of(run, step, true);
    int base = launch.fleet == GREEN ? run->serving.fleets.size[BLUE] : 0;
    for (int slot = launch.first_slot; slot < launch.first_slot + launch.count; slot++) {
        struct stream crashes = streams_open(run->setting->seed, run->replication, STREAM_CRASH, (uint64_t)slot);
        fleets_start(&run->serving.fleets, base + slot, crashes, (double)now);
        double crash = run->serving.fleets.instances[base + slot].crash_us;
        if (isfinite(crash))
            run_push(run, (int64_t)crash, EVENT_CRASH, base + slot, 0);
    }
}

/* ---- flips ---- */

/* How long traffic takes to follow this flip. */
static double flip_lag(const struct run *run, const struct step *step)
{
    struct deploy *deploy = &run->world->deploy;
    const struct modelling *modelling = &run->setting->modelling;
    if (deploy->is_rolling_back)
        return draw_of(run, &modelling->rollback_routing_lag, STREAM_ROLLBACK_LAG, (uint64_t)deploy->rollback_flips++);
    bool is_final = step->phase == PHASE_FINAL_FLIP && modelling->final_routing_lag.kind;
    return draw_of(run, is_final ? &modelling->final_routing_lag : &modelling->routing_lag, STREAM_LAG,
                   (uint64_t)deploy->flips++);
}

static void command_flip(struct run *run, const struct step *step, int64_t now)
{
    struct world *world = run->world;
    struct deploy *deploy = &world->deploy;
    double lag = flip_lag(run, step);
    int64_t settled = now + llround(lag);
    world->settle_us = settled > world->settle_us ? settled : world->settle_us;
    world->settles_pending++;
    deploy->green_on = step->green_on;
    struct journal_record *record = run_note(run, now, JOURNAL_FLIP);
    if (record) {
        record->phase = step->phase;
        record->phase_index = step->index;
    }
    run_push(run, world->settle_us, EVENT_SETTLED, step->green_on, world->route_serial);
}

/* ---- bakes and polls ---- */

static void schedule_poll(struct run *run, int64_t after, int32_t serial)
{
    double interval = run->setting->modelling.poll_interval_us;
    double phase = draw_of(run, &run->setting->modelling.poll_phase, STREAM_POLL_PHASE, 0);
    double j = floor(((double)after - phase) / interval);
    int64_t at = after;
    for (; at <= after; j++) /* the first instant of the grid past `after`; rounding decides nothing */
        at = llround(phase + j * interval);
    run_push(run, at, EVENT_POLL, 0, serial);
}

/* Alarms are read while baking; or, where the setting says so, throughout the deployment, by one chain of polls. */
enum { POLL_ALWAYS = -1 };

static void begin_bake(struct run *run, const struct step *step, int64_t now)
{
    struct deploy *deploy = &run->world->deploy;
    deploy->state = DEPLOY_BAKING;
    deploy->serial++;
    struct journal_record *record = run_note(run, now, JOURNAL_BAKE);
    if (record) {
        record->phase = step->phase;
        record->phase_index = step->index;
        record->value = s_from_us(step->wait_us);
    }
    run_push(run, now + step->wait_us, EVENT_BAKE_OVER, 0, deploy->serial);
    if (run->setting->modelling.alarm_watch == WATCH_BAKE)
        schedule_poll(run, now, deploy->serial);
}

/* ---- deletions and the end ---- */

static void command_delete(struct run *run, enum fleet_colour fleet, int count, int64_t now)
{
    struct world *world = run->world;
    int64_t due = world->settles_pending && world->settle_us > now ? world->settle_us : now;
    int64_t freed =
        due + llround(draw_of(run, &run->setting->modelling.cleanup, STREAM_CLEANUP, (uint64_t)world->deletions++));
    *(fleet == GREEN ? &world->deploy.green_alive : &world->deploy.blue_alive) -= count;
    if (!bills_one_fleet(run) || fleet == BLUE) {
        bill_add(run, fleet, -count, (double)freed);
        world->last_billed_us = freed > world->last_billed_us ? freed : world->last_billed_us;
    }
    if (bills_one_fleet(run) && fleet == BLUE) /* the bill passes to the new fleet */
        bill_add(run, GREEN, world->deploy.green_alive, (double)freed);
    struct step told = {.fleet = fleet, .instances = count, .phase = PHASE_CLEANUP};
    journal_instances(run, due, JOURNAL_DELETE, &told);
    run_push(run, freed, EVENT_INSTANCE_FREED, fleet == GREEN ? count : -count, 0);
}

void rollout_on_freed(struct run *run, int64_t now, const struct event *event)
{
    struct step told = {.fleet = event->subject > 0 ? GREEN : BLUE, .instances = abs(event->subject)};
    journal_instances(run, now, JOURNAL_DELETED, &told);
}

static void end(struct run *run, enum deploy_state state, int64_t now)
{
    struct world *world = run->world;
    world->deploy.state = state;
    world->deploy.serial++;
    world->over_us = now;
    if (state == DEPLOY_LAUNCH_FAILED)
        command_delete(run, GREEN, world->deploy.green_alive, now);
    run_note(run, now, JOURNAL_FINISHED);
}

bool rollout_is_over(const struct run *run)
{
    return deploy_is_over(run->world->deploy.state) && run->world->settles_pending == 0;
}

/* ---- walking a plan ---- */

static void walk(struct run *run, int64_t now)
{
    struct deploy *deploy = &run->world->deploy;
    for (;; deploy->step++) {
        const struct step *step = present_step(run);
        switch (step->kind) {
        case STEP_LAUNCH: begin_launch(run, step, now); return;
        case STEP_FLIP: command_flip(run, step, now); break;
        case STEP_BAKE:
            if (step->wait_us == 0)
                break;
            begin_bake(run, step, now);
            return;
        case STEP_SETTLE:
            if (run->world->settles_pending == 0)
                break;
            deploy->state = DEPLOY_ROLLBACK_SETTLING;
            deploy->serial++;
            return;
        case STEP_DELETE: {
            /* Blue/green removes the old fleet whole, whatever the size of the new one. */
            bool is_whole = step->fleet == BLUE && mode_of(run) != SHIFT_ROLLING;
            command_delete(run, step->fleet, is_whole ? deploy->blue_alive : step->instances, now);
            break;
        }
        default: end(run, deploy->is_rolling_back ? DEPLOY_ROLLED_BACK : DEPLOY_SUCCEEDED, now); return;
        }
    }
}

static void begin_rollback(struct run *run, int64_t now)
{
    struct world *world = run->world;
    struct deploy *deploy = &world->deploy;
    deploy->from = (struct rollback_from){
        .n = run->serving.fleets.size[BLUE],
        .green_alive = deploy->green_alive,
        .green_on = deploy->green_on,
        .blue_alive = deploy->blue_alive,
    };
    shift_rollback_plan(run->rollback, &run->policy->config, deploy->from, run->setting->modelling.size_rounding);
    deploy->is_rolling_back = true;
    deploy->step = 0;
    /* Forward flips that traffic has not followed yet never will be. */
    world->route_serial++;
    world->settles_pending = 0;
    world->settle_us = now;
    walk(run, now);
}

/* Looks an event up in the table and does what the row says. */
static void react(struct run *run, enum deploy_event event, int64_t now)
{
    struct world *world = run->world;
    const struct deploy_transition *row = deploy_transition(world->deploy.state, event, mode_of(run));
    if (!row)
        return;
    if (row->reaction == REACT_CONTINUE) {
        world->deploy.step++;
        walk(run, now);
        return;
    }
    if (!world->deploy.is_rolling_back) {
        world->cause = event;
        world->trip_phase = present_step(run)->phase;
        world->trip_phase_index = present_step(run)->index;
    }
    bool is_left_standing = event == DEPLOY_TIMEOUT && run->setting->modelling.on_timeout == TIMEOUT_FAIL;
    if (is_left_standing)
        end(run, DEPLOY_STOPPED, now);
    else if (row->reaction == REACT_END)
        end(run, row->end, now);
    else
        begin_rollback(run, now);
}

/* ---- events ---- */

static bool is_stale(const struct run *run, const struct event *event)
{
    return event->serial != run->world->deploy.serial;
}

void rollout_on_launched(struct run *run, int64_t now, const struct event *event)
{
    if (is_stale(run, event))
        return;
    start_instances(run, present_step(run), now);
    journal_instances(run, now, JOURNAL_LAUNCHED, present_step(run));
    react(run, DEPLOY_LAUNCHED, now);
}

void rollout_on_launch_broke(struct run *run, int64_t now, const struct event *event)
{
    if (is_stale(run, event))
        return;
    journal_instances(run, now, JOURNAL_LAUNCH_FAILED, present_step(run));
    if (run->world->deploy.is_rolling_back && event->subject > 0) /* what had begun to start goes again */
        command_delete(run, BLUE, event->subject, now);
    react(run, DEPLOY_LAUNCH_BROKE, now);
}

void rollout_on_settled(struct run *run, int64_t now, const struct event *event)
{
    struct world *world = run->world;
    if (event->serial != world->route_serial)
        return;
    world->settles_pending--;
    serve_route(&run->serving, event->subject);
    double share = (double)event->subject / run->serving.fleets.size[GREEN];
    world->max_green_share = fmax(world->max_green_share, share);
    struct journal_record *record = run_note(run, now, JOURNAL_SETTLED);
    if (record)
        record->green_on = event->subject;
    if (world->settles_pending == 0)
        react(run, DEPLOY_SETTLED, now);
}

void rollout_on_bake_over(struct run *run, int64_t now, const struct event *event)
{
    if (is_stale(run, event))
        return;
    struct journal_record *record = run_note(run, now, JOURNAL_BAKE_OVER);
    if (record) {
        record->phase = present_step(run)->phase;
        record->phase_index = present_step(run)->index;
    }
    react(run, DEPLOY_BAKE_OVER, now);
}

static void trip(struct run *run, int64_t now, unsigned red)
{
    struct world *world = run->world;
    world->trip_us = now;
    world->trip_alarms = red;
    world->is_detected = world->serve.tally.first_bad_us <= (double)now;
    struct journal_record *record = run_note(run, now, JOURNAL_TRIP);
    if (record) {
        record->phase = present_step(run)->phase;
        record->phase_index = present_step(run)->index;
        record->value = red;
    }
    react(run, DEPLOY_ALARM, now);
}

void rollout_on_poll(struct run *run, int64_t now, const struct event *event)
{
    const struct deploy *deploy = &run->world->deploy;
    bool is_always = event->serial == POLL_ALWAYS;
    if ((!is_always && is_stale(run, event)) || deploy->is_rolling_back || deploy_is_over(deploy->state))
        return;
    unsigned red = watch_red_alarms(run);
    struct journal_record *record = run_note(run, now, JOURNAL_POLL);
    if (record)
        record->value = red;
    if (red)
        trip(run, now, red);
    else
        schedule_poll(run, now, event->serial);
}

void rollout_on_timeout(struct run *run, int64_t now, const struct event *event)
{
    (void)event;
    const struct deploy *deploy = &run->world->deploy;
    if (deploy->is_rolling_back || deploy_is_over(deploy->state))
        return;
    struct journal_record *record = run_note(run, now, JOURNAL_TIMEOUT);
    if (record) {
        record->phase = present_step(run)->phase;
        record->phase_index = present_step(run)->index;
    }
    react(run, DEPLOY_TIMEOUT, now);
}

/* ---- the call ---- */

static bool has_room(const struct run *run)
{
    int quota = run->setting->endpoint.instance_quota;
    return !quota || plan_peak_instances(run->forward, run->serving.fleets.size[BLUE]) <= quota;
}

static int64_t timeout_us(const struct run *run)
{
    int limit = run->policy->config.maximum_execution_s;
    return (limit ? limit : DEPLOYMENT_DEFAULT_TIMEOUT_S) * US_PER_S;
}

static void journal_call(struct run *run, enum journal_kind kind)
{
    struct journal_record *record = run_note(run, 0, kind);
    if (record)
        record->value = watch_red_alarms(run);
}

void rollout_begin(struct run *run)
{
    struct world *world = run->world;
    assert(mode_of(run) != SHIFT_ROLLING || run->serving.fleets.size[GREEN] == run->serving.fleets.size[BLUE]);
    serve_route(&run->serving, 0); /* the new fleet may have a size of its own */
    journal_call(run, JOURNAL_UPDATE);
    watch_note_red(run, 0);
    bool is_red = run->setting->modelling.red_at_start == RED_REFUSE && watch_red_alarms(run) != 0;
    if (is_red || !has_room(run)) {
        world->is_refused = true;
        world->cause = is_red ? DEPLOY_ALARM : DEPLOY_LAUNCH_BROKE;
        journal_call(run, JOURNAL_REFUSED);
        return;
    }
    world->deploy = (struct deploy){.state = DEPLOY_CREATING, .blue_alive = run->serving.fleets.size[BLUE]};
    run_push(run, timeout_us(run), EVENT_TIMEOUT, 0, 0);
    if (run->setting->modelling.alarm_watch == WATCH_DEPLOYMENT)
        schedule_poll(run, -1, POLL_ALWAYS);
    walk(run, 0);
}

int64_t rollout_first_change(const struct run *run)
{
    const struct modelling *modelling = &run->setting->modelling;
    if (modelling->alarm_watch == WATCH_DEPLOYMENT || modelling->red_at_start == RED_REFUSE)
        return 0;
    const struct step *step = &run->forward->steps[0];
    struct launch launch = {GREEN, run->serving.fleets.size[GREEN] - step->instances, step->instances};
    bool fails;
    int64_t ready = llround(launch_duration(run, launch, &fails));
    return ready < timeout_us(run) ? ready : timeout_us(run);
}

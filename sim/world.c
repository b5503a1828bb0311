#include "sim/world.h"

#include "sim/ledger.h"
#include "sim/rollout.h"
#include "sim/streams.h"
#include "sim/watch.h"

#include <assert.h>
#include <string.h>

/* ---- the beginning ---- */

static void begin_requests(struct run *run, int64_t from)
{
    uint64_t seed = run->setting->seed, r = run->replication;
    struct serve_streams streams = {
        .gaps = streams_open(seed, r, STREAM_GAPS, 0),
        .path = streams_open(seed, r, STREAM_PATH, 0),
        .service = streams_open(seed, r, STREAM_SERVICE, 0),
        .error = streams_open(seed, r, STREAM_ERROR, 0),
        .routing = streams_open(seed, r, STREAM_ROUTING, 0),
        .overhead = streams_open(seed, r, STREAM_OVERHEAD, 0),
    };
    for (int i = 0; i < run->serving.fleets.size[BLUE]; i++) {
        fleets_start(&run->serving.fleets, i, streams_open(seed, r, STREAM_CRASH, (uint64_t)i), (double)from);
        if (isfinite(run->serving.fleets.instances[i].crash_us))
            run_push(run, (int64_t)run->serving.fleets.instances[i].crash_us, EVENT_CRASH, i, 0);
    }
    meter_clear(&run->serving.meter);
    serve_init(&run->serving, &streams, (double)from);
}

void world_begin(struct run *run)
{
    int64_t from = -run->setting->warmup_us, epoch = run->meter_shape.epoch_us;
    *run->world = (struct world){
        .queue = {.capacity = run->layout->event_capacity},
        .deploy = {.state = DEPLOY_SUCCEEDED, .blue_alive = run->serving.fleets.size[BLUE]},
        .peak_instances = run->serving.fleets.size[BLUE],
        .trip_phase = PHASE_DONE,
        .trip_us = -1,
        .over_us = -1,
        .alarm_us = INFINITY,
    };
    run->world->bill.count[BLUE] = run->serving.fleets.size[BLUE];
    begin_requests(run, from);
    watch_begin(run, from);
    run_push(run, epoch + us_floor(from - epoch, US_PER_MINUTE) + US_PER_MINUTE, EVENT_PERIOD_CLOSED, 0, 0);
    if (run->layout->metrics_used & (1u << METRIC_CONCURRENT_REQUESTS))
        run_push(run, epoch + us_floor(from - epoch, 10 * US_PER_S) + 10 * US_PER_S, EVENT_SAMPLE, 0, 0);
    run_push(run, run->layout->window_end_us, EVENT_WINDOW_END, 0, 0);
}

void world_open_window(struct run *run)
{
    run->world->serve.in_window = true;
    watch_force_initial(run);
}

/* ---- what happens every minute ---- */

static void journal_minutes(struct run *run, int64_t now, int64_t minute)
{
    for (int fleet = 0; fleet < FLEETS; fleet++) {
        struct journal_record *record = run_note(run, now, JOURNAL_MINUTE);
        if (!record)
            return;
        const struct bucket *b = meter_bucket(&run->serving.meter, (enum fleet_colour)fleet, minute);
        record->colour = (enum fleet_colour)fleet;
        record->minute = (struct journal_minute){
            .is_published = b->is_published || b->invocations,
            .invocations = b->invocations,
            .invocations_per_instance = b->per_instance,
            .errors_4xx = b->errors_4xx,
            .errors_5xx = b->errors_5xx,
            .model_errors = b->model_errors,
            .latency_samples = b->invocations - b->rejected,
            .latency_sum_us = b->latency_sum,
            .latency_min_us = b->latency_min,
            .latency_max_us = b->latency_max,
            .overhead_samples = b->invocations - b->rejected,
            .overhead_sum_us = b->overhead_sum,
            .overhead_min_us = b->overhead_min,
            .overhead_max_us = b->overhead_max,
        };
    }
}

static void journal_visible(struct run *run, int64_t at, enum metric_id metric, int64_t closed)
{
    struct journal_record *record = run_note(run, at, JOURNAL_VISIBLE);
    if (record) {
        record->metric = metric;
        record->closed = closed;
    }
}

/* The minute that ends now is closed; each metric of it becomes visible after a delay of its own. */
static void on_period_closed(struct run *run, int64_t now, const struct event *event)
{
    (void)event;
    const struct meter *meter = &run->serving.meter;
    int64_t minute = meter_minute_of(meter->shape, now) - 1;
    if (run->world->serve.in_window)
        serve_hash_arrivals(&run->world->serve);
    for (int metric = 0; metric < METRICS; metric++) {
        if (!(run->layout->metrics_used & (1u << metric)))
            continue;
        uint64_t subject = ((uint64_t)metric << 40) + (uint64_t)(minute + (INT64_C(1) << 32));
        double delay = draw_table_at(run->layout->metric_delay, run_uniform(run, STREAM_METRIC_DELAY, subject));
        int64_t visible = now + llround(delay);
        meter->visible_us[metric * meter->shape->ring + meter_index(meter->shape, minute)] = visible;
        journal_visible(run, visible, (enum metric_id)metric, now);
    }
    journal_minutes(run, now, minute);
    meter_close(meter, minute);
    for (int fleet = 0; fleet < FLEETS; fleet++) /* what publishes goes on publishing */
        if (meter_bucket(meter, (enum fleet_colour)fleet, minute + 1)->is_published)
            meter_bucket(meter, (enum fleet_colour)fleet, minute + meter->shape->open)->is_published = true;
    run_push(run, now + US_PER_MINUTE, EVENT_PERIOD_CLOSED, 0, 0);
}

/* Concurrent requests of every instance with traffic, sampled every 10 s. */
static void on_sample(struct run *run, int64_t now, const struct event *event)
{
    (void)event;
    int64_t minute = meter_minute_of(run->serving.meter.shape, now);
    for (int i = 0; i < run->world->routes.on_count; i++) {
        int instance = run->serving.fleets.on[i];
        enum fleet_colour fleet = instance < run->serving.fleets.size[BLUE] ? BLUE : GREEN;
        struct bucket *b = meter_bucket(&run->serving.meter, fleet, minute);
        double count = fleets_outstanding(&run->serving.fleets, instance, (double)now);
        b->concurrent_samples++;
        b->concurrent_sum += count;
        b->concurrent_min = fmin(b->concurrent_min, count);
        b->concurrent_max = fmax(b->concurrent_max, count);
    }
    run_push(run, now + 10 * US_PER_S, EVENT_SAMPLE, 0, 0);
}

/* ---- crashes ---- */

static void journal_instance(struct run *run, int64_t now, enum journal_kind kind, int instance)
{
    const struct deploy *deploy = &run->world->deploy;
    int blue = run->serving.fleets.size[BLUE], green = run->serving.fleets.size[GREEN];
    bool is_alive = instance < blue ? instance < deploy->blue_alive : instance - blue >= green - deploy->green_alive;
    struct journal_record *record = is_alive ? run_note(run, now, kind) : NULL;
    if (record) {
        record->colour = instance < blue ? BLUE : GREEN;
        record->count = instance < blue ? instance : instance - blue;
    }
}

static void on_crash(struct run *run, int64_t now, const struct event *event)
{
    if (run->serving.fleets.instances[event->subject].crash_us != (double)now)
        return; /* of an earlier life */
    double up_again = fleets_crash(&run->serving.fleets, event->subject);
    journal_instance(run, now, JOURNAL_CRASH, event->subject);
    run_push(run, (int64_t)up_again, EVENT_RESTART, event->subject, 0);
}

static void on_restart(struct run *run, int64_t now, const struct event *event)
{
    struct instance *instance = &run->serving.fleets.instances[event->subject];
    if (!instance->is_down || instance->restart_us != (double)now)
        return;
    fleets_restart(&run->serving.fleets, event->subject, (double)now);
    journal_instance(run, now, JOURNAL_RESTART, event->subject);
    run_push(run, (int64_t)instance->crash_us, EVENT_CRASH, event->subject, 0);
}

static void on_window_end(struct run *run, int64_t now, const struct event *event)
{
    (void)now;
    (void)event;
    run->world->serve.in_window = false;
}

/* ---- time passes ---- */

static void (*const handlers[EVENT_KINDS])(struct run *, int64_t, const struct event *) = {
    [EVENT_INSTANCE_FREED] = rollout_on_freed,
    [EVENT_CRASH] = on_crash,
    [EVENT_RESTART] = on_restart,
    [EVENT_SETTLED] = rollout_on_settled,
    [EVENT_LAUNCHED] = rollout_on_launched,
    [EVENT_LAUNCH_BROKE] = rollout_on_launch_broke,
    [EVENT_SAMPLE] = on_sample,
    [EVENT_PERIOD_CLOSED] = on_period_closed,
    [EVENT_ALARM] = watch_on_alarm,
    [EVENT_POLL] = rollout_on_poll,
    [EVENT_BAKE_OVER] = rollout_on_bake_over,
    [EVENT_TIMEOUT] = rollout_on_timeout,
    [EVENT_WINDOW_END] = on_window_end,
};

static void handle_next(struct run *run)
{
    struct event event = eventq_pop(&run->world->queue, run->heap);
    serve_until(&run->serving, event.at);
    handlers[event.kind](run, event.at, &event);
}

void world_advance(struct run *run, int64_t until)
{
    while (eventq_next(&run->world->queue, run->heap) < until)
        handle_next(run);
    serve_until(&run->serving, until);
}

void world_finish(struct run *run)
{
    int64_t end = run->layout->window_end_us;
    world_advance(run, end);
    while (run->world->serve.in_window || !rollout_is_over(run))
        handle_next(run);
    if (run->policy)
        watch_note_red(run, (int64_t)run->world->serve.served_us);
}

/* ---- one replication, told ---- */

static void tell(struct run *run)
{
    world_begin(run);
    world_advance(run, 0);
    world_open_window(run);
    if (run->policy)
        rollout_begin(run);
    world_finish(run);
}

/* What only the end knows. */
static void journal_complete(struct run *run, const struct outcome *outcome)
{
    const struct tally *tally = &run->world->serve.tally;
    if (isfinite(tally->first_bad_us))
        run_note(run, (int64_t)floor(tally->first_bad_us), JOURNAL_FIRST_BAD);
    if (isfinite(tally->last_exposed_us))
        run_note(run, (int64_t)floor(tally->last_exposed_us), JOURNAL_LAST_EXPOSED);
    for (size_t i = 0; run->journal && i < run->journal->count; i++)
        if (run->journal->records[i].kind == JOURNAL_FINISHED)
            run->journal->records[i].outcome = outcome->kind;
}

int world_tell(const struct setting *setting, uint64_t replication, size_t policy, size_t version,
               struct outcome *outcome, struct journal *journal)
{
    struct layout *layout = layout_new(setting);
    struct run *run = layout ? run_new(layout) : NULL;
    if (!run) {
        layout_free(layout);
        return -1;
    }
    struct outcome control;
    run_aim(run, replication, NULL, setting->current);
    run->journal = policy == SIZE_MAX ? journal : NULL;
    tell(run);
    ledger_write(run, &control);
    *outcome = control;
    if (policy != SIZE_MAX) {
        run_aim(run, replication, &setting->policies[policy], version);
        run->journal = journal;
        tell(run);
        ledger_write(run, outcome);
        ledger_compare(setting, &control, outcome);
        if (journal) /* a short window may end before the last deletion: the story does not */
            world_advance(run, run->world->last_billed_us + 1);
        journal_complete(run, outcome);
    }
    int status = journal && journal->failed ? -1 : 0;
    if (journal)
        journal_sort(journal);
    run_free(run);
    layout_free(layout);
    return status;
}

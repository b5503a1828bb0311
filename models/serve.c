#include "models/serve.h"

#include <assert.h>

/* On the path of every request. */
#define HOT static inline __attribute__((always_inline))

/* ---- one request ---- */

enum fate { FATE_OK, FATE_4XX, FATE_5XX, FATE_REJECTED };

struct response {
    enum fate fate;
    double finish_us;  /* of the answer */
    double latency_us; /* model latency: wait + service, cut by timeout or crash; absent when rejected */
    bool waited;
};

/* Timeouts and crashes cut a response short: whichever comes first. */
HOT void cut_short(struct response *response, const struct instance *inst, double arrival, double limit_us)
{
    if (response->latency_us > limit_us) {
        response->latency_us = limit_us;
        response->fate = FATE_5XX;
    }
    if (arrival + response->latency_us > inst->crash_us) {
        response->latency_us = inst->crash_us - arrival;
        response->fate = FATE_5XX;
    }
    response->finish_us = arrival + response->latency_us;
}

/* The worker that can start first; of several that are free, any: only the instants to come matter. Asks first the one
 * whose turn it is, which is nearly always free: a branch that the processor foresees. */
HOT int first_worker(struct instance *inst, const double *next_free, int workers, double arrival)
{
    int best = inst->turn;
    inst->turn = best + 1 == workers ? 0 : best + 1;
    if (next_free[best] <= arrival)
        return best;
    for (int i = 0; i < workers; i++) {
        if (next_free[i] <= arrival)
            return i;
        best = next_free[i] < next_free[best] ? i : best;
    }
    return best;
}

/* What an instance makes of its version's service time. */
HOT double service_there(const struct instance *inst, double service_us)
{
    return service_us * inst->factor + inst->added_us + inst->leak_us * (double)inst->admitted;
}

/* Admits one request to an instance and tells its fate. `limit_us`: the invocation timeout less the overhead. */
HOT struct response admit(const struct serving *serving, int instance, double arrival, double service_us,
                          double u_error, double limit_us)
{
    const struct fleets *f = &serving->fleets;
    struct instance *inst = &f->instances[instance];
    if (arrival >= inst->change_us || inst->admitted >= inst->change_requests)
        fleets_behave(f, instance, arrival);
    double *next_free = fleets_workers(f, instance);
    int worker = first_worker(inst, next_free, f->endpoint->workers_per_instance, arrival);
    double start = next_free[worker];
    struct response response = {.waited = start > arrival};
    if (!response.waited) {
        start = arrival;
    } else if (!fleets_enqueue(f, instance, arrival, start)) {
        response.fate = FATE_REJECTED;
        response.finish_us = arrival;
        return response;
    }
    double service = service_there(inst, service_us);
    inst->admitted++;
    response.fate = u_error >= inst->error_any ? FATE_OK : u_error < inst->error_5xx ? FATE_5XX : FATE_4XX;
    response.latency_us = start - arrival + service;
    if (start - arrival < limit_us) /* else it expires in the queue: holds its place, never a worker */
        next_free[worker] = start + service;
    cut_short(&response, inst, arrival, limit_us);
    return response;
}

/* ---- recording ---- */

/* The bucket in which a completion at `finish` falls: nearly always the open one. */
HOT int64_t minute_at(double finish, int64_t open, double open_end)
{
    if (finish < open_end)
        return open;
    int64_t ahead = (int64_t)((finish - open_end) / (double)US_PER_MINUTE);
    if (open_end + (double)ahead * (double)US_PER_MINUTE > finish)
        ahead--; /* the quotient was rounded up */
    return open + 1 + ahead;
}

static void keep_samples(const struct meter *meter, enum fleet_colour fleet, int64_t minute, double latency_us,
                         double overhead_us)
{
    int slot = fleet * meter->shape->ring + meter_index(meter->shape, minute);
    if (meter->latency)
        samples_add(&meter->latency[slot], latency_us);
    if (meter->overhead)
        samples_add(&meter->overhead[slot], overhead_us);
}

HOT void record_metrics(struct bucket *b, const struct response *response, double overhead_us, double per_instance)
{
    b->invocations++;
    b->per_instance += per_instance;
    if (response->fate != FATE_OK) {
        b->errors_4xx += response->fate == FATE_4XX;
        b->errors_5xx += response->fate != FATE_4XX;
        b->model_errors += response->fate != FATE_REJECTED;
        b->rejected += response->fate == FATE_REJECTED;
        if (response->fate == FATE_REJECTED)
            return;
    }
    b->latency_sum += response->latency_us;
    b->latency_min = response->latency_us < b->latency_min ? response->latency_us : b->latency_min;
    b->latency_max = response->latency_us > b->latency_max ? response->latency_us : b->latency_max;
    if (overhead_us > 0.0 || b->overhead_min > 0.0) { /* an endpoint without overhead writes its zero once */
        b->overhead_sum += overhead_us;
        b->overhead_min = fmin(b->overhead_min, overhead_us);
        b->overhead_max = fmax(b->overhead_max, overhead_us);
    }
}

HOT void record_tally(struct tally *tally, struct samples *latencies, const struct response *response, double client_us,
                      bool is_slow)
{
    tally->requests++;
    if (response->fate != FATE_OK || response->waited || is_slow) { /* most are served at once, and well */
        tally->failed += response->fate != FATE_OK;
        tally->slow += is_slow;
        tally->queued += response->waited && response->fate != FATE_REJECTED;
        tally->rejected += response->fate == FATE_REJECTED;
        if (response->fate == FATE_REJECTED)
            return;
    }
    tally->latency_sum += client_us;
    samples_add(latencies, client_us);
}

/* ---- the loop ---- */

/* Luck `first` and the one after it, for the whole batch. */
static void fill_luck(struct batch *batch, enum luck first, struct stream *left, struct stream *right)
{
    struct stream_pair pair = stream_pair_of(left, right);
    for (int i = 0; i < BATCH; i++)
        stream_pair_uniform(&pair, &batch->luck[i][first]);
    stream_pair_apart(&pair, left, right);
}

static void fill_arrivals(struct batch *batch, struct traffic *traffic, const struct serving *serving)
{
    if (traffic_is_flat(serving->traffic)) {
        const double mean_gap = traffic_mean_gap_us(serving->traffic);
        double next = traffic->next_us;
        for (int i = 0; i < BATCH; i++) {
            batch->arrival_us[i] = next;
            next += draw_table_at(serving->gap, batch->luck[i][LUCK_GAP]) * mean_gap;
        }
        traffic->next_us = next;
        return;
    }
    for (int i = 0; i < BATCH; i++) {
        batch->arrival_us[i] = traffic->next_us;
        if (serving->traffic->service_us && isfinite(traffic->next_us))
            batch->luck[i][LUCK_SERVICE] = traffic_service_us(traffic, serving->traffic);
        if (isfinite(traffic->next_us))
            traffic_advance(traffic, serving->traffic, serving->gap);
    }
}

static void fill_batch(struct serve *s, const struct serving *serving)
{
    struct stream unused = s->traffic.gaps; /* other than flat traffic draws its own gaps */
    fill_luck(&s->batch, LUCK_SERVICE, &s->service, &s->error);
    fill_luck(&s->batch, LUCK_ROUTING, &s->routing, traffic_is_flat(serving->traffic) ? &s->traffic.gaps : &unused);
    fill_arrivals(&s->batch, &s->traffic, serving);
    s->batch.next = 0;
}

void serve_init(const struct serving *serving, const struct serve_streams *streams, double from_us)
{
    struct serve *serve = serving->serve;
    *serve = (struct serve){.service = streams->service,
                            .error = streams->error,
                            .routing = streams->routing,
                            .overhead = streams->overhead,
                            .served_us = from_us};
    serve->batch.arrival_us[BATCH] = INFINITY;
    serve->tally = (struct tally){.first_bad_us = INFINITY, .last_exposed_us = -INFINITY};
    serving->latencies->count = 0;
    traffic_init(&serve->traffic, serving->traffic, serving->gap, streams->gaps, streams->path, from_us);
    fill_batch(serve, serving);
    serve_route(serving, 0);
}

void serve_route(const struct serving *serving, int green_on)
{
    const struct meter *meter = &serving->meter;
    fleets_route(&serving->fleets, green_on);
    /* The meter publishes idle zeros for a fleet once it has traffic. */
    int64_t minute = meter_minute_of(meter->shape, (int64_t)fmax(serving->serve->served_us, (double)-US_NEVER));
    for (int i = 0; i < meter->shape->open; i++) {
        if (green_on > 0)
            meter_bucket(meter, GREEN, minute + i)->is_published = true;
        if (green_on < serving->fleets.size[GREEN])
            meter_bucket(meter, BLUE, minute + i)->is_published = true;
    }
}

/* Everything that is constant between two control events. */
struct interval {
    double until_us;
    double timeout_us, slo_us;
    double per_instance; /* 1 / active instances */
    double entries;      /* of the routing table */
    int64_t open;        /* the open minute, and its end */
    double open_end_us;
    struct bucket *buckets[FLEETS]; /* of the open minute */
};

static struct interval interval_until(const struct serving *serving, double until_us)
{
    const struct meter *meter = &serving->meter;
    const int64_t open = meter_minute_of(meter->shape, (int64_t)serving->serve->served_us);
    return (struct interval){
        .until_us = until_us,
        .timeout_us = serving->fleets.endpoint->invocation_timeout_us,
        .slo_us = serving->slo_us,
        .per_instance = 1.0 / serving->fleets.routes->on_count,
        .entries = serving->fleets.routes->entry_count,
        .open = open,
        .open_end_us = (double)meter_minute_start(meter->shape, open + 1),
        .buckets = {meter_bucket(meter, BLUE, open), meter_bucket(meter, GREEN, open)},
    };
}

/* The instance that answers; -1: all are down. */
HOT int choose_instance(const struct serving *serving, double entries, double arrival, double u)
{
    if (serving->fleets.endpoint->routing == ROUTING_LEAST_OUTSTANDING)
        return fleets_least_outstanding(&serving->fleets, arrival, u);
    const double position = u * entries;
    int instance = serving->fleets.entries[(int)position];
    if (serving->fleets.instances[instance].is_down)
        return fleets_random_up(&serving->fleets, position - floor(position));
    return instance;
}

HOT double service_time(const struct serving *serving, enum fleet_colour fleet, double luck)
{
    const struct draw_table *table = serving->service[fleet];
    return table ? draw_table_at(table, luck) : luck;
}

HOT void record(const struct serving *serving, const struct interval *interval, struct serve *s,
                const struct response *response, enum fleet_colour fleet, double arrival, double overhead)
{
    const struct meter *meter = &serving->meter;
    const int64_t minute = minute_at(response->finish_us, interval->open, interval->open_end_us);
    record_metrics(minute == interval->open ? interval->buckets[fleet] : meter_bucket(meter, fleet, minute), response,
                   overhead, interval->per_instance);
    if ((meter->latency || meter->overhead) && response->fate != FATE_REJECTED)
        keep_samples(meter, fleet, minute, response->latency_us, overhead);
    const double client_us = response->latency_us + overhead;
    const bool is_slow = response->fate == FATE_OK && client_us > interval->slo_us;
    if (s->in_window)
        record_tally(&s->tally, serving->latencies, response, client_us, is_slow);
    if (fleet == GREEN) {
        s->tally.exposed += s->in_window;
        s->tally.last_exposed_us = arrival;
        if ((is_slow || response->fate != FATE_OK) && response->finish_us < s->tally.first_bad_us)
            s->tally.first_bad_us = response->finish_us;
    }
}

HOT void serve_request(const struct serving *serving, const struct interval *interval, struct serve *s)
{
    const int i = s->batch.next;
    const double arrival = s->batch.arrival_us[i];
    const int chosen = choose_instance(serving, interval->entries, arrival, s->batch.luck[i][LUCK_ROUTING]);
    double overhead = 0.0;
    if (serving->overhead)
        overhead = fmin(draw_table_at(serving->overhead, stream_uniform(&s->overhead)), interval->timeout_us);
    const int instance = chosen >= 0 ? chosen : serving->fleets.on[serving->fleets.routes->on_count - 1];
    const enum fleet_colour fleet = fleets_colour(&serving->fleets, instance);
    struct response response = {.fate = FATE_REJECTED, .finish_us = arrival};
    if (chosen >= 0)
        response = admit(serving, instance, arrival, service_time(serving, fleet, s->batch.luck[i][LUCK_SERVICE]),
                         s->batch.luck[i][LUCK_ERROR], interval->timeout_us - overhead);
    if (response.fate != FATE_REJECTED)
        response.finish_us += overhead;
    record(serving, interval, s, &response, fleet, arrival, overhead);
}

/* Serves what is left of the batch and comes in the interval. */
static void serve_rest(const struct serving *serving, const struct interval *interval, struct serve *s)
{
    for (; serve_next_arrival(s) < interval->until_us; s->batch.next++) {
        serve_request(serving, interval, s);
        s->arrivals++;
    }
}

/* Serves the same up to the first request that is unusual, which is left to serve_rest(). The usual one, by far the
 * most, is routed at random, to an instance whose behaviour is known, and is answered at once, well, and in the open
 * minute. That asks for less, and the tally stays in registers. */
static void serve_usual(const struct serving *serving, const struct interval *interval, struct serve *s)
{
    const struct fleets *f = &serving->fleets;
    const struct meter *meter = &serving->meter;
    const struct interval here = *interval;
    const double good_us = fmin(here.timeout_us, here.slo_us);
    const int workers = f->endpoint->workers_per_instance, first = s->batch.next;
    const bool in_window = s->in_window;
    struct tally tally = s->tally;
    int i = first;
    for (; s->batch.arrival_us[i] < here.until_us; i++) {
        const double arrival = s->batch.arrival_us[i], *luck = s->batch.luck[i];
        const int instance = f->entries[(int)(luck[LUCK_ROUTING] * here.entries)];
        const enum fleet_colour fleet = fleets_colour(f, instance);
        struct instance *inst = &f->instances[instance];
        if (arrival >= inst->change_us || inst->admitted >= inst->change_requests) /* so it is with one that is down */
            break;
        double *next_free = fleets_workers(f, instance);
        const int worker = first_worker(inst, next_free, workers, arrival);
        const double latency = service_there(inst, service_time(serving, fleet, luck[LUCK_SERVICE]));
        const double finish = arrival + latency;
        if (next_free[worker] > arrival || luck[LUCK_ERROR] < inst->error_any || latency > good_us ||
            finish > inst->crash_us || finish >= here.open_end_us)
            break;
        const struct response response = {.fate = FATE_OK, .finish_us = finish, .latency_us = latency};
        next_free[worker] = finish;
        inst->admitted++;
        record_metrics(here.buckets[fleet], &response, 0.0, here.per_instance);
        if (meter->latency || meter->overhead)
            keep_samples(meter, fleet, here.open, latency, 0.0);
        if (in_window)
            record_tally(&tally, serving->latencies, &response, latency, false);
        if (fleet == GREEN) {
            tally.exposed += in_window;
            tally.last_exposed_us = arrival;
        }
    }
    s->batch.next = i;
    s->arrivals += (uint64_t)(i - first);
    s->tally = tally;
}

void serve_until(const struct serving *serving, int64_t until)
{
    struct serve *s = serving->serve;
    if (s->served_us >= (double)until)
        return;
    const struct interval interval = interval_until(serving, (double)until);
    const bool may_be_usual = !serving->overhead && serving->fleets.endpoint->routing == ROUTING_RANDOM;
    while (serve_next_arrival(s) < interval.until_us) {
        if (may_be_usual)
            serve_usual(serving, &interval, s);
        serve_rest(serving, &interval, s);
        if (s->batch.next == BATCH)
            fill_batch(s, serving);
    }
    s->served_us = interval.until_us;
}

void serve_hash_arrivals(struct serve *serve)
{
    uint64_t bits;
    double next_us = serve_next_arrival(serve);
    memcpy(&bits, &next_us, sizeof bits);
    uint64_t hash = serve->tally.arrivals_hash ^ serve->tally.requests;
    serve->tally.arrivals_hash = (hash * UINT64_C(0x9E3779B97F4A7C15)) ^ bits;
}

#include "models/serve.h"

#include <assert.h>

/* On the path of every request. */
#define HOT static inline __attribute__((always_inline))

static const int64_t never_requests = INT64_MAX;

static enum fleet_colour colour_of(const struct serve_config *config, int instance)
{
    return instance < config->instances[BLUE] ? BLUE : GREEN;
}

static double *workers_of(const struct serve_memory *memory, const struct serve_config *config, int instance)
{
    return memory->next_free + (size_t)instance * (size_t)config->endpoint->workers_per_instance;
}

static double *ring_of(const struct serve_memory *memory, const struct serve_config *config, int instance)
{
    return memory->starts + (size_t)instance * (size_t)config->endpoint->queue_limit_per_instance;
}

/* ---- behaviour: what the version and its defects make of a request now ---- */

static bool is_past_onset(const struct instance *inst, const struct defect *d, double now)
{
    return now >= inst->first_traffic_us + d->onset_us && (double)inst->admitted >= d->onset_requests;
}

/* The next instant or count at which this defect may change its mind. */
static void watch_onset(struct instance *inst, const struct defect *d)
{
    double at = inst->first_traffic_us + d->onset_us;
    if (d->onset_requests > 0.0)
        inst->change_requests = (int64_t)fmin((double)inst->change_requests, ceil(d->onset_requests));
    else
        inst->change_us = fmin(inst->change_us, at);
}

static void apply_defect(struct instance *inst, const struct defect *d, double now, double *error_4xx)
{
    if (d->kind == DEFECT_COLD_START) {
        if ((double)inst->admitted < d->requests) {
            inst->factor *= d->factor;
            inst->change_requests = (int64_t)fmin((double)inst->change_requests, ceil(d->requests));
        }
        return;
    }
    if (d->kind == DEFECT_LEAK) {
        inst->leak_us += d->added_us_per_request;
        return;
    }
    if (d->kind != DEFECT_ERRORS && d->kind != DEFECT_LATENCY)
        return;
    if (!is_past_onset(inst, d, now)) {
        watch_onset(inst, d);
        return;
    }
    if (d->kind == DEFECT_LATENCY) {
        inst->factor *= d->factor;
        inst->added_us += d->added_us;
        return;
    }
    inst->error_5xx = 1.0 - (1.0 - inst->error_5xx) * (1.0 - d->error_5xx_fraction);
    *error_4xx = 1.0 - (1.0 - *error_4xx) * (1.0 - d->error_4xx_fraction);
}

static void behave(struct instance *inst, const struct version_config *version, double now)
{
    if (isnan(inst->first_traffic_us))
        inst->first_traffic_us = now;
    inst->change_us = INFINITY;
    inst->change_requests = never_requests;
    inst->error_5xx = version->error_5xx_fraction;
    inst->factor = 1.0;
    inst->added_us = 0.0;
    inst->leak_us = 0.0;
    double error_4xx = version->error_4xx_fraction;
    for (size_t i = 0; i < version->defect_count; i++)
        apply_defect(inst, &version->defects[i], now, &error_4xx);
    inst->error_any = inst->error_5xx + error_4xx;
}

/* ---- life of an instance ---- */

static void draw_crash(struct instance *inst, const struct version_config *version, double at)
{
    const struct defect *crash = version_defect(version, DEFECT_CRASH);
    inst->crash_us = crash ? at - crash->mean_us * log1p(-stream_uniform(&inst->crashes)) : INFINITY;
    inst->crash_us = floor(inst->crash_us); /* crashes are control events: whole microseconds */
}

static void make_fresh(const struct serve_memory *memory, const struct serve_config *config, int instance,
                       double free_at)
{
    struct instance *inst = &memory->instances[instance];
    inst->admitted = 0;
    inst->first_traffic_us = NAN;
    inst->change_us = -INFINITY; /* the first request looks at the defects */
    inst->waiting = 0;
    double *next_free = workers_of(memory, config, instance);
    for (int i = 0; i < config->endpoint->workers_per_instance; i++)
        next_free[i] = free_at;
}

void serve_start_instance(const struct serve_memory *memory, const struct serve_config *config, int instance,
                          struct stream crashes, double at)
{
    struct instance *inst = &memory->instances[instance];
    *inst = (struct instance){.crashes = crashes};
    make_fresh(memory, config, instance, -INFINITY);
    draw_crash(inst, config->version[colour_of(config, instance)].config, at);
}

double serve_crash(const struct serve_memory *memory, const struct serve_config *config, int instance)
{
    struct instance *inst = &memory->instances[instance];
    const struct version_config *version = config->version[colour_of(config, instance)].config;
    double up_again = inst->crash_us + floor(version_defect(version, DEFECT_CRASH)->restart_us);
    inst->is_down = true;
    inst->crash_us = INFINITY;
    inst->restart_us = up_again;
    make_fresh(memory, config, instance, up_again);
    return up_again;
}

void serve_restart(const struct serve_memory *memory, const struct serve_config *config, int instance, double at)
{
    struct instance *inst = &memory->instances[instance];
    inst->is_down = false;
    draw_crash(inst, config->version[colour_of(config, instance)].config, at);
}

/* ---- routing ---- */

static int gcd(int a, int b)
{
    return b ? gcd(b, a % b) : a;
}

int serve_entries(int blue, int green)
{
    return blue / gcd(blue, green) * green;
}

/* Green holds the highest slots: of `entries` equal shares of the traffic its k of N take the top k/N, and what is
 * left is blue's. Where both fleets have N instances, an entry is a slot and slot s belongs to instance s of either. */
void serve_route(const struct serve_memory *memory, const struct serve_config *config, int green_on)
{
    struct serve *serve = memory->serve;
    int blue = config->instances[BLUE], green = config->instances[GREEN];
    /* Without green there are blue's slots only, whatever the sizes: what is rounded and drawn again is the control's. */
    int entries = green_on > 0 ? serve_entries(blue, green) : blue, green_entries = entries / green * green_on;
    int blue_entries = entries - green_entries;
    int blue_on = (int)(((int64_t)blue * blue_entries + entries - 1) / entries); /* an uneven share keeps one more on */
    serve->green_on = green_on;
    serve->entry_count = entries;
    serve->on_count = blue_on + green_on;
    for (int i = 0; i < blue_on; i++)
        memory->on[i] = i;
    for (int i = 0; i < green_on; i++)
        memory->on[blue_on + i] = blue + green - green_on + i;
    for (int i = 0; i < blue_entries; i++)
        memory->entries[i] = (int32_t)((int64_t)i * blue_on / blue_entries);
    for (int i = 0; i < green_entries; i++)
        memory->entries[blue_entries + i] = (int32_t)(blue + green - green_on + (int64_t)i * green_on / green_entries);
    /* The meter publishes idle zeros for a fleet once it has traffic. */
    int64_t minute = meter_minute_of(memory->meter.shape, (int64_t)fmax(serve->served_us, (double)-US_NEVER));
    for (int i = 0; i < memory->meter.shape->open; i++) {
        if (green_on > 0)
            meter_bucket(&memory->meter, GREEN, minute + i)->is_published = true;
        if (blue_on > 0)
            meter_bucket(&memory->meter, BLUE, minute + i)->is_published = true;
    }
}

/* Drops from the ring those whose start has come. */
static void queue_advance(struct instance *inst, const double *ring, uint32_t limit, double now)
{
    while (inst->waiting && ring[inst->waiting_head] <= now) {
        inst->waiting_head = inst->waiting_head + 1 == limit ? 0 : inst->waiting_head + 1;
        inst->waiting--;
    }
}

int serve_outstanding(const struct serve_memory *memory, const struct serve_config *config, int instance, double at)
{
    struct instance *inst = &memory->instances[instance];
    int workers = config->endpoint->workers_per_instance, busy = 0;
    queue_advance(inst, ring_of(memory, config, instance), (uint32_t)config->endpoint->queue_limit_per_instance, at);
    if (inst->waiting)
        return (int)inst->waiting + workers;
    const double *next_free = workers_of(memory, config, instance);
    for (int i = 0; i < workers; i++)
        busy += next_free[i] > at;
    return busy;
}

/* The up instance with the fewest outstanding requests; ties fall to the uniform, in slot order. -1: all are down. */
static int least_outstanding(const struct serve_memory *memory, const struct serve_config *config, double at, double u)
{
    int fewest = INT32_MAX, ties = 0, counts[2 * FLEET_MAX_INSTANCES];
    for (int i = 0; i < memory->serve->on_count; i++) {
        int instance = memory->on[i];
        counts[i] = memory->instances[instance].is_down ? INT32_MAX : serve_outstanding(memory, config, instance, at);
        if (counts[i] < fewest) {
            fewest = counts[i];
            ties = 0;
        }
        ties += counts[i] == fewest;
    }
    if (fewest == INT32_MAX)
        return -1;
    int pick = (int)(u * ties);
    for (int i = 0;; i++)
        if (counts[i] == fewest && pick-- == 0)
            return memory->on[i];
}

/* RANDOM met an instance that is down: the rest of the same uniform chooses among those that are up. -1: none. */
static int random_among_up(const struct serve_memory *memory, double rest)
{
    int up = 0;
    for (int i = 0; i < memory->serve->on_count; i++)
        up += !memory->instances[memory->on[i]].is_down;
    int pick = (int)(rest * up);
    for (int i = 0; i < memory->serve->on_count; i++)
        if (!memory->instances[memory->on[i]].is_down && pick-- == 0)
            return memory->on[i];
    return -1;
}

/* ---- one request ---- */

enum fate { FATE_OK, FATE_4XX, FATE_5XX, FATE_REJECTED };

struct response {
    enum fate fate;
    double finish_us;  /* of the answer */
    double latency_us; /* model latency: wait + service, cut by timeout or crash; absent when rejected */
    bool waited;
};

/* A request that finds every worker busy: NULL-safe bookkeeping of the queue. False: it is full. */
static bool queue_push(struct instance *inst, double *ring, uint32_t limit, double now, double start)
{
    queue_advance(inst, ring, limit, now);
    if (inst->waiting >= limit)
        return false;
    uint32_t tail = inst->waiting_head + inst->waiting;
    ring[tail >= limit ? tail - limit : tail] = start;
    inst->waiting++;
    return true;
}

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

/* The worker that can start first; of several that are free, any: only the instants to come matter. */
HOT int first_worker(const double *next_free, int workers, double arrival)
{
    int best = 0;
    for (int i = 0; i < workers; i++) {
        if (next_free[i] <= arrival)
            return i;
        best = next_free[i] < next_free[best] ? i : best;
    }
    return best;
}

/* Admits one request to an instance and tells its fate. `limit_us`: the invocation timeout less the overhead. */
HOT struct response admit(const struct serve_memory *memory, const struct serve_config *config, int instance,
                          double arrival, double service_us, double u_error, double limit_us)
{
    struct instance *inst = &memory->instances[instance];
    if (arrival >= inst->change_us || inst->admitted >= inst->change_requests)
        behave(inst, config->version[colour_of(config, instance)].config, arrival);
    double *next_free = workers_of(memory, config, instance);
    int worker = first_worker(next_free, config->endpoint->workers_per_instance, arrival);
    double start = next_free[worker];
    struct response response = {.waited = start > arrival};
    if (!response.waited) {
        start = arrival;
    } else if (!queue_push(inst, ring_of(memory, config, instance),
                           (uint32_t)config->endpoint->queue_limit_per_instance, arrival, start)) {
        response.fate = FATE_REJECTED;
        response.finish_us = arrival;
        return response;
    }
    double service = service_us * inst->factor + inst->added_us + inst->leak_us * (double)inst->admitted;
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

HOT void record_tally(struct tally *tally, uint32_t *latencies, const struct response *response, double client_us,
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
    tally->latency_min = client_us < tally->latency_min ? client_us : tally->latency_min;
    tally->latency_max = client_us > tally->latency_max ? client_us : tally->latency_max;
    latencies[loghist_bin(client_us)]++;
}

/* ---- the loop ---- */

static void fill_uniforms(double *u, struct stream *stream)
{
    struct stream fast = *stream;
    for (int i = 0; i < BATCH; i++)
        u[i] = stream_uniform(&fast);
    *stream = fast;
}

static void fill_arrivals(struct batch *batch, struct traffic *traffic, const struct serve_config *config)
{
    if (traffic_is_flat(config->traffic)) {
        const double mean_gap = traffic_mean_gap_us(config->traffic);
        struct stream gaps = traffic->gaps;
        double next = traffic->next_us;
        for (int i = 0; i < BATCH; i++) {
            batch->arrival_us[i] = next;
            next += draw_table_at(config->gap, stream_uniform(&gaps)) * mean_gap;
        }
        traffic->gaps = gaps;
        traffic->next_us = next;
        return;
    }
    for (int i = 0; i < BATCH; i++) {
        batch->arrival_us[i] = traffic->next_us;
        if (config->traffic->service_us && isfinite(traffic->next_us))
            batch->u_service[i] = traffic_service_us(traffic, config->traffic);
        if (isfinite(traffic->next_us))
            traffic_advance(traffic, config->traffic, config->gap);
    }
}

static void fill_batch(struct serve *s, const struct serve_config *config)
{
    fill_uniforms(s->batch.u_service, &s->service);
    fill_uniforms(s->batch.u_error, &s->error);
    fill_uniforms(s->batch.u_routing, &s->routing);
    fill_arrivals(&s->batch, &s->traffic, config);
    s->batch.next = 0;
}

void serve_init(const struct serve_memory *memory, const struct serve_config *config,
                const struct serve_streams *streams, double from_us)
{
    struct serve *serve = memory->serve;
    *serve = (struct serve){.service = streams->service,
                            .error = streams->error,
                            .routing = streams->routing,
                            .overhead = streams->overhead,
                            .served_us = from_us};
    serve->tally = (struct tally){
        .latency_min = INFINITY, .latency_max = -INFINITY, .first_bad_us = INFINITY, .last_exposed_us = -INFINITY};
    memset(memory->latencies, 0, LOGHIST_BINS * sizeof *memory->latencies);
    traffic_init(&serve->traffic, config->traffic, config->gap, streams->gaps, streams->path, from_us);
    fill_batch(serve, config);
    serve_route(memory, config, 0);
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

static struct interval interval_until(const struct serve_memory *memory, const struct serve_config *config,
                                      double until_us)
{
    const struct meter *meter = &memory->meter;
    const int64_t open = meter_minute_of(meter->shape, (int64_t)memory->serve->served_us);
    return (struct interval){
        .until_us = until_us,
        .timeout_us = config->endpoint->invocation_timeout_us,
        .slo_us = config->slo_us,
        .per_instance = 1.0 / memory->serve->on_count,
        .entries = memory->serve->entry_count,
        .open = open,
        .open_end_us = (double)meter_minute_start(meter->shape, open + 1),
        .buckets = {meter_bucket(meter, BLUE, open), meter_bucket(meter, GREEN, open)},
    };
}

/* The instance that answers; -1: all are down. */
HOT int choose_instance(const struct serve_memory *memory, const struct serve_config *config, double entries,
                        double arrival, double u)
{
    if (config->endpoint->routing == ROUTING_LEAST_OUTSTANDING)
        return least_outstanding(memory, config, arrival, u);
    const double position = u * entries;
    int instance = memory->entries[(int)position];
    if (memory->instances[instance].is_down)
        return random_among_up(memory, position - floor(position));
    return instance;
}

HOT double service_time(const struct serve_config *config, enum fleet_colour fleet, double luck)
{
    const struct draw_table *table = config->version[fleet].service;
    return table ? draw_table_at(table, luck) : luck;
}

HOT void record(const struct serve_memory *memory, const struct interval *interval, struct serve *s,
                const struct response *response, enum fleet_colour fleet, double arrival, double overhead)
{
    const struct meter *meter = &memory->meter;
    const int64_t minute = minute_at(response->finish_us, interval->open, interval->open_end_us);
    record_metrics(minute == interval->open ? interval->buckets[fleet] : meter_bucket(meter, fleet, minute), response,
                   overhead, interval->per_instance);
    if ((meter->latency || meter->overhead) && response->fate != FATE_REJECTED)
        keep_samples(meter, fleet, minute, response->latency_us, overhead);
    const double client_us = response->latency_us + overhead;
    const bool is_slow = response->fate == FATE_OK && client_us > interval->slo_us;
    if (s->in_window)
        record_tally(&s->tally, memory->latencies, response, client_us, is_slow);
    if (fleet == GREEN) {
        s->tally.exposed += s->in_window;
        s->tally.last_exposed_us = arrival;
        if ((is_slow || response->fate != FATE_OK) && response->finish_us < s->tally.first_bad_us)
            s->tally.first_bad_us = response->finish_us;
    }
}

HOT void serve_request(const struct serve_memory *memory, const struct serve_config *config,
                       const struct interval *interval, struct serve *s)
{
    const int i = s->batch.next;
    const double arrival = s->batch.arrival_us[i];
    const int chosen = choose_instance(memory, config, interval->entries, arrival, s->batch.u_routing[i]);
    double overhead = 0.0;
    if (config->overhead)
        overhead = fmin(draw_table_at(config->overhead, stream_uniform(&s->overhead)), interval->timeout_us);
    const int instance = chosen >= 0 ? chosen : memory->on[s->on_count - 1];
    const enum fleet_colour fleet = colour_of(config, instance);
    struct response response = {.fate = FATE_REJECTED, .finish_us = arrival};
    if (chosen >= 0)
        response = admit(memory, config, instance, arrival, service_time(config, fleet, s->batch.u_service[i]),
                         s->batch.u_error[i], interval->timeout_us - overhead);
    if (response.fate != FATE_REJECTED)
        response.finish_us += overhead;
    record(memory, interval, s, &response, fleet, arrival, overhead);
}

void serve_until(const struct serve_memory *memory, const struct serve_config *config, int64_t until)
{
    struct serve *s = memory->serve;
    if (s->served_us >= (double)until)
        return;
    const struct interval interval = interval_until(memory, config, (double)until);
    while (serve_next_arrival(s) < interval.until_us) {
        serve_request(memory, config, &interval, s);
        s->arrivals++;
        if (++s->batch.next == BATCH)
            fill_batch(s, config);
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

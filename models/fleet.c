#include "models/fleet.h"

const char *const routing_names[ROUTING_STRATEGIES] = {"RANDOM", "LEAST_OUTSTANDING_REQUESTS"};

static const int64_t never_requests = INT64_MAX;

static double *queue_ring(const struct fleets *f, int instance)
{
    return f->starts + (size_t)instance * (size_t)f->endpoint->queue_limit_per_instance;
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

void fleets_behave(const struct fleets *f, int instance, double now)
{
    struct instance *inst = &f->instances[instance];
    const struct version_config *version = f->version[fleets_colour(f, instance)];
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

static void make_fresh(const struct fleets *f, int instance, double free_at)
{
    struct instance *inst = &f->instances[instance];
    inst->admitted = 0;
    inst->first_traffic_us = NAN;
    inst->change_us = -INFINITY; /* the first request looks at the defects */
    inst->waiting = 0;
    double *next_free = fleets_workers(f, instance);
    for (int i = 0; i < f->endpoint->workers_per_instance; i++)
        next_free[i] = free_at;
}

void fleets_start(const struct fleets *f, int instance, struct stream crashes, double at)
{
    struct instance *inst = &f->instances[instance];
    *inst = (struct instance){.crashes = crashes};
    make_fresh(f, instance, -INFINITY);
    draw_crash(inst, f->version[fleets_colour(f, instance)], at);
}

double fleets_crash(const struct fleets *f, int instance)
{
    struct instance *inst = &f->instances[instance];
    const struct version_config *version = f->version[fleets_colour(f, instance)];
    double up_again = inst->crash_us + floor(version_defect(version, DEFECT_CRASH)->restart_us);
    inst->is_down = true;
    inst->crash_us = INFINITY;
    inst->restart_us = up_again;
    make_fresh(f, instance, up_again);
    return up_again;
}

void fleets_restart(const struct fleets *f, int instance, double at)
{
    struct instance *inst = &f->instances[instance];
    inst->is_down = false;
    draw_crash(inst, f->version[fleets_colour(f, instance)], at);
}

/* ---- routing ---- */

static int gcd(int a, int b)
{
    return b ? gcd(b, a % b) : a;
}

int fleets_entries(int blue, int green)
{
    return blue / gcd(blue, green) * green;
}

/* Green holds the highest slots: of `entries` equal shares of the traffic its k of N take the top k/N, and what is
 * left is blue's. Where both fleets have N instances, an entry is a slot and slot s belongs to instance s of either. */
void fleets_route(const struct fleets *f, int green_on)
{
    struct routes *routes = f->routes;
    int blue = f->size[BLUE], green = f->size[GREEN];
    /* Without green there are blue's slots only, whatever the sizes: what is rounded and drawn again is the control's. */
    int entries = green_on > 0 ? fleets_entries(blue, green) : blue, green_entries = entries / green * green_on;
    int blue_entries = entries - green_entries;
    int blue_on = (int)(((int64_t)blue * blue_entries + entries - 1) / entries); /* an uneven share keeps one more on */
    routes->green_on = green_on;
    routes->entry_count = entries;
    routes->on_count = blue_on + green_on;
    for (int i = 0; i < blue_on; i++)
        f->on[i] = i;
    for (int i = 0; i < green_on; i++)
        f->on[blue_on + i] = blue + green - green_on + i;
    for (int i = 0; i < blue_entries; i++)
        f->entries[i] = (int32_t)((int64_t)i * blue_on / blue_entries);
    for (int i = 0; i < green_entries; i++)
        f->entries[blue_entries + i] = (int32_t)(blue + green - green_on + (int64_t)i * green_on / green_entries);
}

/* Drops from the ring those whose start has come. */
static void queue_advance(struct instance *inst, const double *ring, uint32_t limit, double now)
{
    while (inst->waiting && ring[inst->waiting_head] <= now) {
        inst->waiting_head = inst->waiting_head + 1 == limit ? 0 : inst->waiting_head + 1;
        inst->waiting--;
    }
}

int fleets_outstanding(const struct fleets *f, int instance, double at)
{
    struct instance *inst = &f->instances[instance];
    int workers = f->endpoint->workers_per_instance, busy = 0;
    queue_advance(inst, queue_ring(f, instance), (uint32_t)f->endpoint->queue_limit_per_instance, at);
    if (inst->waiting)
        return (int)inst->waiting + workers;
    const double *next_free = fleets_workers(f, instance);
    for (int i = 0; i < workers; i++)
        busy += next_free[i] > at;
    return busy;
}

int fleets_least_outstanding(const struct fleets *f, double at, double u)
{
    int fewest = INT32_MAX, ties = 0, counts[2 * FLEET_MAX_INSTANCES];
    for (int i = 0; i < f->routes->on_count; i++) {
        int instance = f->on[i];
        counts[i] = f->instances[instance].is_down ? INT32_MAX : fleets_outstanding(f, instance, at);
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
            return f->on[i];
}

int fleets_random_up(const struct fleets *f, double rest)
{
    int up = 0;
    for (int i = 0; i < f->routes->on_count; i++)
        up += !f->instances[f->on[i]].is_down;
    int pick = (int)(rest * up);
    for (int i = 0; i < f->routes->on_count; i++)
        if (!f->instances[f->on[i]].is_down && pick-- == 0)
            return f->on[i];
    return -1;
}

bool fleets_enqueue(const struct fleets *f, int instance, double arrival, double start)
{
    struct instance *inst = &f->instances[instance];
    double *ring = queue_ring(f, instance);
    uint32_t limit = (uint32_t)f->endpoint->queue_limit_per_instance;
    queue_advance(inst, ring, limit, arrival);
    if (inst->waiting >= limit)
        return false;
    uint32_t tail = inst->waiting_head + inst->waiting;
    ring[tail >= limit ? tail - limit : tail] = start;
    inst->waiting++;
    return true;
}

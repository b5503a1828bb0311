#include "scenarios/lint/sight.h"

#include "models/meter.h"

#include <string.h>

/* ---- one version ---- */

static double either(double a, double b)
{
    return 1.0 - (1.0 - a) * (1.0 - b);
}

bool sight_is_errors(const struct sight *sight)
{
    enum metric_id metric = sight->alarm->metric;
    return metric == METRIC_4XX_ERRORS || metric == METRIC_5XX_ERRORS || metric == METRIC_MODEL_ERRORS;
}

static double of_metric(enum metric_id metric, double error_5xx, double error_4xx)
{
    return metric == METRIC_5XX_ERRORS ? error_5xx : metric == METRIC_4XX_ERRORS ? error_4xx : error_5xx + error_4xx;
}

/* A version's service time is its law times `factor` plus `added`. */
struct speed {
    double factor, added_us;
};

static struct speed speed_of(const struct version_config *version)
{
    struct speed speed = {1.0, 0.0};
    for (size_t i = 0; i < version->defect_count; i++) {
        const struct defect *d = &version->defects[i];
        if (d->kind != DEFECT_LATENCY)
            continue;
        speed.factor *= d->factor > 0.0 ? d->factor : 1.0;
        speed.added_us += d->added_us;
    }
    return speed;
}

static double above(const struct draw *law, struct speed speed, double limit, bool is_strict)
{
    double at = (limit - speed.added_us) / speed.factor;
    return 1.0 - draw_cdf(law, is_strict ? at : nextafter(at, -INFINITY));
}

double sight_error_fraction(const struct sight *sight, const struct version_config *version)
{
    double error_5xx = version->error_5xx_fraction, error_4xx = version->error_4xx_fraction;
    for (size_t i = 0; i < version->defect_count; i++) {
        const struct defect *d = &version->defects[i];
        if (d->kind != DEFECT_ERRORS)
            continue;
        error_5xx = either(error_5xx, d->error_5xx_fraction);
        error_4xx = either(error_4xx, d->error_4xx_fraction);
    }
    if (version->service.kind)
        error_5xx = either(error_5xx, above(&version->service, speed_of(version),
                                            sight->setting->endpoint.invocation_timeout_us, true));
    return fmin(1.0, of_metric(sight->alarm->metric, error_5xx, fmin(error_4xx, 1.0 - error_5xx)));
}

/* Moments of the service time by its quantiles. */
static void moments(const struct draw *law, struct speed speed, double limit, struct sight_side *side)
{
    enum { CELLS = 200 };
    double mean = 0.0, square = 0.0, cube = 0.0;
    for (int i = 0; i < CELLS; i++) {
        double x = fmin(limit, draw_quantile(law, (i + 0.5) / CELLS) * speed.factor + speed.added_us);
        mean += x / CELLS;
        square += x * x / CELLS;
        cube += x * x * x / CELLS;
    }
    double exact = draw_mean(law) * speed.factor + speed.added_us;
    if (isfinite(exact) && exact < limit) /* what the cells cut off the tail is put back into both */
        square += (exact - mean) * (exact + mean), mean = exact;
    side->mean = mean;
    side->square = fmax(square, mean * mean);
    side->cube = fmax(cube, mean * side->square);
}

/* Utilisation of one instance's workers, all of them taking the same share. */
static double load_of(const struct sight *sight, const struct version_config *version)
{
    const struct endpoint_config *endpoint = &sight->setting->endpoint;
    struct speed speed = speed_of(version);
    double mean = draw_mean(&version->service) * speed.factor + speed.added_us;
    return sight->rate_rps / endpoint->instance_count * mean / 1e6 / endpoint->workers_per_instance;
}

/* Erlang's C by way of B. */
static double p_wait(double load, int workers)
{
    double offered = load * workers, b = 1.0;
    for (int k = 1; k <= workers; k++)
        b = offered * b / (k + offered * b);
    return load < 1.0 ? b / (1.0 - load * (1.0 - b)) : 1.0;
}

/* Adds the wait for a worker to a latency: Erlang's C for the chance of it, the mean of Allen and Cunneen, its tail taken as
 * exponential. Exact for one worker in the mean (Pollaczek and Khinchine). */
static void add_wait(const struct sight *sight, const struct version_config *version, struct sight_side *side)
{
    int workers = sight->setting->endpoint.workers_per_instance;
    double load = load_of(sight, version), chance = p_wait(load, workers), mean = side->mean;
    if (!(load > 0.0 && load < 1.0) || mean <= 0.0)
        return;
    double wait = chance * side->square / (2.0 * mean * workers * (1.0 - load));
    side->mean += wait;
    side->cube += 3.0 * side->square * wait;
    side->square += 2.0 * mean * wait + 2.0 * wait * wait / chance;
}

/* What no closed form covers. */
static void judge_defects(const struct sight *sight, const struct version_config *version, struct sight_side *side)
{
    bool is_latency = sight->alarm->metric == METRIC_MODEL_LATENCY;
    for (size_t i = 0; i < version->defect_count; i++) {
        const struct defect *d = &version->defects[i];
        bool has_onset = d->onset_us > 0.0 || d->onset_requests > 0.0;
        if (d->kind == DEFECT_CRASH)
            side->unknown = "crashes take instances out at random";
        else if (d->kind == DEFECT_ERRORS && has_onset && sight_is_errors(sight))
            side->unknown = "the errors begin only after an onset";
        else if (is_latency && (d->kind == DEFECT_LEAK || (d->kind == DEFECT_LATENCY && has_onset)))
            side->unknown = "the latency changes with time";
        else if (is_latency && d->kind == DEFECT_COLD_START)
            side->unknown = "the first requests of an instance are slower";
    }
}

static void judge_load(const struct sight *sight, const struct version_config *version, struct sight_side *side)
{
    enum { LONG_S = 2 };
    double load = load_of(sight, version);
    const struct endpoint_config *endpoint = &sight->setting->endpoint;
    int workers = endpoint->workers_per_instance;
    bool is_latency = sight->alarm->metric == METRIC_MODEL_LATENCY;
    if (!(load > 0.0))
        return;
    if (endpoint->routing == ROUTING_LEAST_OUTSTANDING)
        side->assumes = "requests are taken to be spread at random";
    if (load * endpoint->instance_count * workers > LONG_S * sight->rate_rps)
        side->assumes = "answers that take seconds are taken to come at once";
    if (is_latency && load > 0.5)
        side->unknown = "workers are busy more than half of the time, so queueing decides";
    else if (load > 0.9)
        side->unknown = "workers are nearly always busy, so timeouts and full queues decide";
    else if (is_latency && sight->kind == SIGHT_FLAGS && p_wait(load, workers) > 0.01)
        side->assumes = "waiting for a worker is left out";
}

struct sight_side sight_side(const struct sight *sight, const struct version_config *version)
{
    struct sight_side side = {.one = 1.0, .unknown = sight->unknown, .assumes = sight->assumes};
    enum metric_id metric = sight->alarm->metric;
    bool is_overhead = metric == METRIC_OVERHEAD_LATENCY, is_latency = is_overhead || metric == METRIC_MODEL_LATENCY;
    const struct draw *law = is_overhead ? &sight->setting->endpoint.overhead : &version->service;
    if (sight_is_errors(sight))
        side.one = sight_error_fraction(sight, version);
    if (is_latency && !law->kind) {
        side.unknown = is_overhead ? NULL : "service times are not given as a distribution";
        side.one = 0.0 >= sight->limit;
        return side;
    }
    struct speed speed = is_overhead ? (struct speed){1.0, 0.0} : speed_of(version);
    double longest = sight->setting->endpoint.invocation_timeout_us;
    if (is_latency && sight->kind == SIGHT_VALUES)
        moments(law, speed, is_overhead ? INFINITY : longest, &side);
    if (is_latency && !is_overhead && sight->kind == SIGHT_VALUES)
        add_wait(sight, version, &side);
    if (is_latency && sight->kind != SIGHT_VALUES)
        side.one = !is_overhead && sight->limit > longest ? 0.0 : above(law, speed, sight->limit, sight->is_strict);
    judge_defects(sight, version, &side);
    if (version->service.kind)
        judge_load(sight, version, &side);
    return side;
}

struct sight_side sight_side_failing(const struct sight *sight, double fraction)
{
    struct sight_side side = sight->blue;
    side.one = either(side.one, fraction);
    return side;
}

/* ---- the alarm ---- */

/* Latencies as flags: which sample is a one, and what the flags are judged by. */
static void judge_latency(struct sight *sight)
{
    const struct alarm_config *alarm = sight->alarm;
    bool is_upper = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_GREATER_OR_EQUAL;
    switch (alarm->statistic.kind) {
    case STATISTIC_SAMPLE_COUNT: return;
    case STATISTIC_AVERAGE:
    case STATISTIC_SUM:
        sight->kind = SIGHT_VALUES;
        sight->assumes = "sums of latencies are taken as nearly normal, waits for a worker as independent";
        return;
    case STATISTIC_TRIMMED_MEAN:
        sight->kind = SIGHT_NONE;
        sight->unknown = "a trimmed mean of latencies has no closed form";
        return;
    default: break;
    }
    sight->limit = alarm->threshold;
    sight->is_strict = alarm->comparison == COMPARE_GREATER || alarm->comparison == COMPARE_LESS_OR_EQUAL;
    sight->judged.threshold = 0.5;
    sight->judged.comparison = is_upper ? COMPARE_GREATER : COMPARE_LESS;
}

/* Variance over mean of the requests in a minute of a recording: 1 if they come as Poisson's do. */
static double dispersion_of(const struct traffic_config *traffic)
{
    double minutes = floor(traffic->span_us / US_PER_MINUTE), sum = 0.0, squares = 0.0;
    size_t next = 0;
    for (double minute = 1.0; minute <= minutes; minute++) {
        size_t first = next;
        while (next < traffic->trace_count && traffic->trace_us[next] < minute * US_PER_MINUTE)
            next++;
        double count = (double)(next - first);
        sum += count;
        squares += count * count;
    }
    return sum > 0.0 ? squares / sum - sum / minutes : 1.0;
}

/* Largest over smallest rate. */
static double swing_of(const struct traffic_config *traffic)
{
    double least = INFINITY, most = 0.0;
    for (size_t i = 0; i < traffic->point_count; i++) {
        least = fmin(least, traffic->points[i].rate_rps);
        most = fmax(most, traffic->points[i].rate_rps);
    }
    return most / least;
}

/* Poisson traffic at the mean rate stands for what is nearly that. */
static void judge_traffic(struct sight *sight)
{
    const struct traffic_config *traffic = &sight->setting->traffic;
    const char *assumes = "traffic is taken as Poisson at its mean rate", *unknown = NULL;
    double dispersion = 1.0;
    sight->rate_rps = traffic_mean_rps(traffic);
    sight->arrivals = traffic->process == TRAFFIC_REGULAR ? BREACH_REGULAR : BREACH_POISSON;
    switch (traffic->process) {
    case TRAFFIC_POISSON:
    case TRAFFIC_REGULAR: assumes = NULL; break;
    case TRAFFIC_GAMMA: dispersion = traffic->cv * traffic->cv; break;
    case TRAFFIC_PIECEWISE: unknown = swing_of(traffic) > 1.25 ? "the rate of the traffic changes" : NULL; break;
    case TRAFFIC_TRACE: dispersion = dispersion_of(traffic); break;
    default: unknown = "the rate of the traffic changes at random"; break;
    }
    if (!(dispersion > 0.5 && dispersion < 2.0))
        unknown = "requests come in bursts, or more evenly than at random";
    /* Of so few values the law of a sum is far from normal. */
    enum { FEW = 12 };
    if (sight->kind == SIGHT_VALUES && sight->rate_rps * sight->alarm->period_s < FEW && sight->rate_rps > 0.0)
        unknown = "too few requests a period for sums of latencies to be nearly normal";
    if (unknown && !sight->unknown)
        sight->unknown = unknown;
    if (assumes && !sight->assumes)
        sight->assumes = assumes;
}

struct sight sight_of(const struct setting *setting, const struct alarm_config *alarm)
{
    struct sight sight = {.setting = setting, .alarm = alarm, .judged = *alarm};
    switch (alarm->metric) {
    case METRIC_MODEL_LATENCY:
    case METRIC_OVERHEAD_LATENCY: judge_latency(&sight); break;
    case METRIC_INVOCATIONS_PER_INSTANCE:
        if (alarm->statistic.kind != STATISTIC_SAMPLE_COUNT)
            sight.judged.threshold *= setting->endpoint.instance_count;
        break;
    case METRIC_CONCURRENT_REQUESTS:
    case METRICS:
        sight.kind = SIGHT_NONE;
        sight.unknown = "the metric has no closed form";
        break;
    default: break;
    }
    sight.idles_at_zero = alarm->metric < METRICS && metric_rows[alarm->metric].zero_when_idle;
    judge_traffic(&sight);
    if (setting->current < setting->version_count)
        sight.blue = sight_side(&sight, &setting->versions[setting->current]);
    return sight;
}

/* ---- datapoints ---- */

struct breach_mix sight_mix(const struct sight *sight, const struct sight_side *green, unsigned mask, double share,
                            double seconds)
{
    double requests = sight->rate_rps * seconds;
    double of_green = mask & MASK_GREEN ? requests * share : 0.0;
    double of_blue = mask & MASK_BLUE ? requests * (1.0 - share) : 0.0;
    double ones = of_green * green->one + of_blue * sight->blue.one;
    return (struct breach_mix){sight->arrivals, requests, ones, fmax(0.0, of_green + of_blue - ones)};
}

static struct breach_odds value_odds(const struct sight *sight, const struct sight_side *green, unsigned mask,
                                     double share, double seconds)
{
    double requests = sight->rate_rps * seconds;
    double of_green = mask & MASK_GREEN ? requests * share : 0.0;
    double of_blue = mask & MASK_BLUE ? requests * (1.0 - share) : 0.0, seen = of_green + of_blue;
    struct breach_values values = {sight->arrivals, requests, seen, 0.0, 0.0, 0.0};
    if (seen > 0.0) {
        values.mean = (of_green * green->mean + of_blue * sight->blue.mean) / seen;
        values.square = (of_green * green->square + of_blue * sight->blue.square) / seen;
        values.cube = (of_green * green->cube + of_blue * sight->blue.cube) / seen;
    }
    return breach_of_values(sight->alarm, &values);
}

struct breach_odds sight_odds(const struct sight *sight, const struct sight_side *green, unsigned mask, double share,
                              double seconds)
{
    if (sight->kind == SIGHT_VALUES)
        return value_odds(sight, green, mask, share, seconds);
    struct breach_mix mix = sight_mix(sight, green, mask, share, seconds);
    struct breach_odds odds = breach_of_flags(&sight->judged, &mix);
    bool is_published = (mask & MASK_BLUE) || ((mask & MASK_GREEN) && share > 0.0);
    if (sight->idles_at_zero && is_published) { /* an idle minute is one sample of 0 */
        double idle = sight->judged.statistic.kind == STATISTIC_SAMPLE_COUNT ? 1.0 : 0.0;
        odds.breach += alarm_breaches(&sight->judged, idle) ? odds.missing : 0.0;
        odds.missing = 0.0;
    }
    return odds;
}

/* Regular traffic that is seen whole: so many requests before the change, the others after it. */
static bool is_split(const struct sight *sight, unsigned mask)
{
    enum { MOST = 500 };
    return sight->kind == SIGHT_FLAGS && sight->arrivals == BREACH_REGULAR && mask == (MASK_BLUE | MASK_GREEN) &&
           sight->rate_rps * 60.0 >= 1.0 && sight->rate_rps * 60.0 <= MOST;
}

struct breach_odds sight_minute_odds(const struct sight *sight, const struct sight_side *green, unsigned mask,
                                     struct sight_minute minute)
{
    double mean = minute.before + minute.part * (minute.after - minute.before), blue = sight->blue.one;
    if (minute.part == 0.0 || !is_split(sight, mask))
        return sight_odds(sight, green, mask, mean, 60.0);
    double before = blue + minute.before * (green->one - blue), after = blue + minute.after * (green->one - blue);
    return (struct breach_odds){breach_of_halves(&sight->judged, sight->rate_rps * 60.0, minute.part, before, after),
                                0.0};
}

bool sight_is_alike(const struct sight_side *a, const struct sight_side *b)
{
    return a->one == b->one && a->mean == b->mean && a->square == b->square;
}

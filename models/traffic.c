#include "models/traffic.h"

#include <assert.h>

const struct traffic_kind traffic_kinds[TRAFFIC_PROCESSES] = {
    [TRAFFIC_POISSON] = {"poisson", "memoryless arrivals at one rate", {{"rate_rps", true, "requests per second"}}},
    [TRAFFIC_PIECEWISE] = {"piecewise",
                           "Poisson arrivals, the rate running straight from point to point",
                           {{"points", true, "list of {\"at_s\", \"rate_rps\"}, at_s counted from UpdateEndpoint"},
                            {"repeat_s", false, "the points repeat after this"}}},
    [TRAFFIC_GAMMA] = {"gamma",
                       "independent gamma gaps: burstier (cv > 1) or more even (cv < 1) than Poisson",
                       {{"rate_rps", true, "requests per second"}, {"cv", true, "sd of the gaps / mean"}}},
    [TRAFFIC_MMPP] = {"mmpp",
                      "Poisson arrivals whose rate jumps between states",
                      {{"states", true, "list of {\"rate_rps\", \"mean_s\"}: rate, and mean stay (exponential)"},
                       {"transitions", false, "jump probabilities, row by row; the states in turn if absent"}}},
    [TRAFFIC_REGULAR] = {"regular",
                         "evenly spaced arrivals, random phase",
                         {{"rate_rps", true, "requests per second"}}},
    [TRAFFIC_TRACE] = {"trace",
                       "recorded arrivals",
                       {{"file", true, "CSV with a header, relative to the scenario"},
                        {"column", true, "column of the arrival times"},
                        {"unit", false, "iso8601, s or ms"},
                        {"minus_column", false, "subtracted: end minus duration"},
                        {"service_column", false, "service time of each request"},
                        {"scale", false, "multiplies the rate"},
                        {"end", false, "repeat (default) or stop"},
                        {"start_s", false, "second of the trace at t = 0; random per replication if absent"}}},
};

double traffic_mean_rps(const struct traffic_config *config)
{
    double area = 0.0, length = 0.0;
    switch (config->process) {
    case TRAFFIC_PIECEWISE:
        if (config->repeat_us <= 0.0)
            return config->points[config->point_count - 1].rate_rps;
        for (size_t i = 0; i < config->point_count; i++) {
            const struct traffic_point *p = &config->points[i];
            bool is_last = i + 1 == config->point_count;
            double until = is_last ? config->repeat_us + config->points[0].at_us : p[1].at_us;
            area += (until - p->at_us) * 0.5 * (p->rate_rps + (is_last ? p->rate_rps : p[1].rate_rps));
            length += until - p->at_us;
        }
        return area / length;
    case TRAFFIC_MMPP: /* the cycle; with own transitions an approximation that weighs all states alike */
        for (size_t i = 0; i < config->state_count; i++) {
            area += config->states[i].rate_rps * config->states[i].mean_us;
            length += config->states[i].mean_us;
        }
        return area / length;
    case TRAFFIC_TRACE: return (double)config->trace_count / config->span_us * 1e6 * config->scale;
    default: return config->rate_rps;
    }
}

struct draw traffic_gap_law(const struct traffic_config *config)
{
    struct draw law = draw_constant(1.0);
    double given[DRAW_PARAMS] = {1.0, config->cv, NAN, NAN};
    if (config->process == TRAFFIC_GAMMA)
        draw_resolve(&law, draw_find("gamma"), given);
    else if (config->process != TRAFFIC_REGULAR)
        draw_resolve(&law, draw_find("exponential"), given);
    return law;
}

/* ---- the path of rates, a piece at a time ---- */

static void flat_piece(struct traffic *traffic, double rate_rps, double from_us, double until_us)
{
    traffic->rate = rate_rps * 1e-6;
    traffic->slope = 0.0;
    traffic->from_us = from_us;
    traffic->until_us = until_us;
}

/* Piece `traffic->piece` of the lap that starts at lap_us; piece point_count is the stretch before point 0. */
static void piecewise_piece(struct traffic *traffic, const struct traffic_config *config)
{
    const struct traffic_point *points = config->points;
    size_t last = config->point_count - 1, i = traffic->piece;
    if (i == last) {
        double until = config->repeat_us > 0.0 ? traffic->lap_us + config->repeat_us + points[0].at_us : INFINITY;
        flat_piece(traffic, points[last].rate_rps, traffic->lap_us + points[last].at_us, until);
        return;
    }
    flat_piece(traffic, points[i].rate_rps, traffic->lap_us + points[i].at_us, traffic->lap_us + points[i + 1].at_us);
    traffic->slope = (points[i + 1].rate_rps * 1e-6 - traffic->rate) / (traffic->until_us - traffic->from_us);
}

static void piecewise_begin(struct traffic *traffic, const struct traffic_config *config, double from_us)
{
    const struct traffic_point *points = config->points;
    traffic->lap_us =
        config->repeat_us > 0.0 ? floor((from_us - points[0].at_us) / config->repeat_us) * config->repeat_us : 0.0;
    if (from_us < traffic->lap_us + points[0].at_us) { /* before the first point of a path that does not repeat */
        traffic->piece = config->point_count;
        flat_piece(traffic, points[0].rate_rps, from_us, points[0].at_us);
        return;
    }
    traffic->piece = 0;
    while (traffic->piece + 1 < config->point_count && traffic->lap_us + points[traffic->piece + 1].at_us <= from_us)
        traffic->piece++;
    piecewise_piece(traffic, config);
}

static double mmpp_stay(struct traffic *traffic, const struct traffic_config *config)
{
    return -config->states[traffic->piece].mean_us * log1p(-stream_uniform(&traffic->path));
}

/* The state after `piece` by the uniform u. */
static size_t mmpp_successor(const struct traffic_config *config, size_t piece, double u)
{
    if (!config->transitions)
        return (piece + 1) % config->state_count;
    const double *row = config->transitions + piece * config->state_count;
    size_t last = piece;
    for (size_t i = 0; i < config->state_count; i++) {
        if (row[i] > 0.0)
            last = i;
        u -= row[i];
        if (u < 0.0)
            return i;
    }
    return last; /* rounding: the last state that can follow */
}

/* Stationary start: a state with probability proportional to its share of time. With own transitions the
 * jump chain's stationary law comes from iterating its lazy version, which converges for any chain. */
static void mmpp_begin(struct traffic *traffic, const struct traffic_config *config, double from_us)
{
    enum { ROUNDS = 4000 };
    size_t n = config->state_count;
    assert(n <= TRAFFIC_MAX_STATES);
    double law[TRAFFIC_MAX_STATES], next[TRAFFIC_MAX_STATES], total = 0.0;
    for (size_t i = 0; i < n; i++)
        law[i] = 1.0 / (double)n;
    for (int round = 0; config->transitions && round < ROUNDS; round++) {
        for (size_t j = 0; j < n; j++) {
            next[j] = 0.5 * law[j];
            for (size_t i = 0; i < n; i++)
                next[j] += 0.5 * law[i] * config->transitions[i * n + j];
        }
        memcpy(law, next, n * sizeof *law);
    }
    for (size_t i = 0; i < n; i++)
        total += law[i] *= config->states[i].mean_us;
    double u = stream_uniform(&traffic->path) * total;
    traffic->piece = 0;
    while (traffic->piece + 1 < n && u >= law[traffic->piece])
        u -= law[traffic->piece++];
    flat_piece(traffic, config->states[traffic->piece].rate_rps, from_us, from_us + mmpp_stay(traffic, config));
}

static void next_piece(struct traffic *traffic, const struct traffic_config *config)
{
    if (config->process == TRAFFIC_MMPP) {
        traffic->piece = mmpp_successor(config, traffic->piece, stream_uniform(&traffic->path));
        double from = traffic->until_us;
        flat_piece(traffic, config->states[traffic->piece].rate_rps, from, from + mmpp_stay(traffic, config));
        return;
    }
    if (traffic->piece == config->point_count) {
        traffic->piece = 0;
    } else if (traffic->piece + 1 == config->point_count) {
        traffic->piece = 0;
        traffic->lap_us += config->repeat_us;
    } else {
        traffic->piece++;
    }
    piecewise_piece(traffic, config);
}

/* Where in the present piece `area` requests have come since `at_us`, or infinity if that is beyond it. The
 * root of area = rate dt + slope dt^2 / 2 is written so that nothing cancels when the slope is small. */
static double piece_invert(const struct traffic *traffic, double at_us, double area)
{
    double rate = traffic->rate + traffic->slope * (at_us - traffic->from_us);
    double root = rate * rate + 2.0 * traffic->slope * area;
    if (root < 0.0 || rate + sqrt(root) <= 0.0)
        return INFINITY;
    return at_us + 2.0 * area / (rate + sqrt(root));
}

static double piece_area(const struct traffic *traffic, double at_us)
{
    double dt = traffic->until_us - at_us;
    double rate = traffic->rate + traffic->slope * (at_us - traffic->from_us);
    return dt * (rate + 0.5 * traffic->slope * dt);
}

static void path_advance(struct traffic *traffic, const struct traffic_config *config, double area)
{
    double at = traffic->next_us;
    for (;;) {
        double arrival = piece_invert(traffic, at, area);
        if (arrival < traffic->until_us) {
            traffic->next_us = arrival;
            return;
        }
        if (isinf(traffic->until_us) || at > TRAFFIC_PATH_END_US) { /* the rate is 0 for good, or as good as that */
            traffic->next_us = INFINITY;
            return;
        }
        area = fmax(0.0, area - piece_area(traffic, at));
        at = traffic->until_us;
        next_piece(traffic, config);
    }
}

/* ---- traces ---- */

static void trace_settle(struct traffic *traffic, const struct traffic_config *config)
{
    if (traffic->piece == config->trace_count) {
        traffic->piece = 0;
        traffic->lap_us += config->span_us / config->scale;
        if (!config->repeats) {
            traffic->next_us = INFINITY;
            return;
        }
    }
    traffic->next_us = traffic->lap_us + config->trace_us[traffic->piece] / config->scale;
}

static void trace_begin(struct traffic *traffic, const struct traffic_config *config, double from_us)
{
    double span = config->span_us / config->scale;
    double at_zero =
        config->has_fixed_start ? config->fixed_start_us / config->scale : stream_uniform(&traffic->path) * span;
    traffic->lap_us = -at_zero;
    if (config->repeats)
        traffic->lap_us += floor((from_us - traffic->lap_us) / span) * span;
    traffic->piece = 0;
    while (traffic->piece < config->trace_count &&
           traffic->lap_us + config->trace_us[traffic->piece] / config->scale < from_us)
        traffic->piece++;
    trace_settle(traffic, config);
}

double traffic_service_us(const struct traffic *traffic, const struct traffic_config *config)
{
    return config->service_us[traffic->piece];
}

/* ---- the process ---- */

void traffic_init(struct traffic *traffic, const struct traffic_config *config, const struct draw_table *gap,
                  struct stream gaps, struct stream path, double from_us)
{
    *traffic = (struct traffic){.gaps = gaps, .path = path, .next_us = from_us};
    double share = 1.0; /* of the first gap that lies ahead */
    switch (config->process) {
    case TRAFFIC_TRACE: trace_begin(traffic, config, from_us); return;
    case TRAFFIC_PIECEWISE: piecewise_begin(traffic, config, from_us); break;
    case TRAFFIC_MMPP: mmpp_begin(traffic, config, from_us); break;
    case TRAFFIC_REGULAR: share = stream_uniform(&traffic->path); /* fall through */
    default: flat_piece(traffic, config->rate_rps, from_us, INFINITY); break;
    }
    path_advance(traffic, config, share * draw_table_at(gap, stream_uniform(&traffic->gaps)));
}

void traffic_advance(struct traffic *traffic, const struct traffic_config *config, const struct draw_table *gap)
{
    if (config->process == TRAFFIC_TRACE) {
        traffic->piece++;
        trace_settle(traffic, config);
        return;
    }
    double area = draw_table_at(gap, stream_uniform(&traffic->gaps));
    if (traffic_is_flat(config))
        traffic->next_us += area * traffic_mean_gap_us(config);
    else
        path_advance(traffic, config, area);
}

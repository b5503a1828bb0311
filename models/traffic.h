/* Arrival processes: what comes, when, without regard to who answers.
 *
 * Every process but the trace is a renewal process in operational time: gaps with mean 1 (exponential,
 * gamma or constant) laid over a path of rates (one rate, straight lines between points, or a Markov
 * chain's). So one uniform a request decides its arrival under every process. */
#ifndef BAKEOFF_MODELS_TRAFFIC_H
#define BAKEOFF_MODELS_TRAFFIC_H

#include "models/draw.h"
#include "models/stream.h"
#include "models/units.h"

enum traffic_process {
    TRAFFIC_POISSON,
    TRAFFIC_PIECEWISE, /* Poisson, its rate running in straight lines between points */
    TRAFFIC_GAMMA,     /* renewal, gamma gaps */
    TRAFFIC_MMPP,      /* Markov-modulated Poisson */
    TRAFFIC_REGULAR,   /* evenly spaced, random phase */
    TRAFFIC_TRACE,     /* recorded arrivals */
    TRAFFIC_PROCESSES
};

struct traffic_param {
    const char *key;
    bool required;
    const char *meaning;
};

enum { TRAFFIC_PARAMS = 10 };
struct traffic_kind {
    const char *name; /* as in "process" */
    const char *meaning;
    struct traffic_param params[TRAFFIC_PARAMS]; /* keys beside "process"; ends at the first NULL key */
};
extern const struct traffic_kind traffic_kinds[TRAFFIC_PROCESSES];

struct traffic_point {
    double at_us, rate_rps; /* at_us counts from the UpdateEndpoint call */
};

struct traffic_state {
    double rate_rps, mean_us;
};

/* Bounds of a path of rates; the reader refuses what lies outside. Without them the search for the next arrival has no
 * end: it walks the path piece by piece. */
enum { TRAFFIC_MAX_STATES = 100 };
#define TRAFFIC_LEAST_RPS 1e-6                         /* in the mean */
#define TRAFFIC_LEAST_STAY_S 0.01                      /* in a state, in the mean */
#define TRAFFIC_LEAST_REPEAT_S 1.0                     /* of piecewise traffic, of a trace */
#define TRAFFIC_PATH_END_US (366.0 * 24 * US_PER_HOUR) /* a path is silent from here on */

/* Owns nothing. */
struct traffic_config {
    enum traffic_process process;
    double rate_rps; /* poisson, gamma, regular: > 0 */
    double cv;       /* gamma: coefficient of variation of the gaps, > 0 */
    /* piecewise: at least one point, at_us strictly ascending. Before the first point its rate holds, after
     * the last one its rate, unless repeat_us > 0: then time is taken modulo repeat_us, which is at least the last at_us;
     * between the last point and the repeat the last rate holds. */
    const struct traffic_point *points;
    size_t point_count;
    double repeat_us;
    /* mmpp: at least one state with rate > 0. transitions: row-major state_count x state_count jump
     * probabilities, or NULL for the cycle 0 -> 1 -> ... -> 0. Starts in its stationary law. */
    const struct traffic_state *states;
    size_t state_count;
    const double *transitions;
    /* trace: arrivals sorted, the first at 0. span_us: length of the trace for repeating = last arrival +
     * mean gap. service_us: one service time an arrival, or NULL. scale multiplies the rate. */
    const double *trace_us;
    const double *service_us;
    size_t trace_count;
    double span_us;
    double scale;
    bool repeats;          /* "end": "repeat" (default), otherwise silent after the last arrival */
    bool has_fixed_start;  /* otherwise a random rotation per replication */
    double fixed_start_us; /* the instant of the trace at which t = 0 falls */
};

/* Mean requests per second, for planning and messages. piecewise: over the repeat, or the last rate. */
double traffic_mean_rps(const struct traffic_config *config);

/* Where an arrival process stands: a value, copied with its world. */
struct traffic {
    struct stream gaps; /* one uniform a request */
    struct stream path; /* mmpp: the chain; trace, regular: the phase */
    double next_us;     /* arrival of the next request; infinite when there is none */
    /* The piece of the rate path that next_us lies in: rate(t) = rate_rps + slope * (t - from_us). */
    double from_us, until_us, rate, slope; /* requests per us, and per us^2 */
    size_t piece;  /* piecewise: index of the point that begins it; mmpp: the state; trace: next index */
    double lap_us; /* piecewise: start of the present repeat; trace: offset of the present lap */
};

/* The gap law of a process in operational time (mean 1). */
struct draw traffic_gap_law(const struct traffic_config *config);

/* Starts the process at `from_us`; the first arrival is drawn. `gap` is a table of traffic_gap_law(). */
void traffic_init(struct traffic *traffic, const struct traffic_config *config, const struct draw_table *gap,
                  struct stream gaps, struct stream path, double from_us);

/* Moves on to the arrival after next_us. */
void traffic_advance(struct traffic *traffic, const struct traffic_config *config, const struct draw_table *gap);

/* Trace with service times: that of the arrival at next_us. */
double traffic_service_us(const struct traffic *traffic, const struct traffic_config *config);

static inline double traffic_mean_gap_us(const struct traffic_config *config)
{
    return 1e6 / config->rate_rps;
}

/* True where traffic_advance() does no more than next_us += gap * traffic_mean_gap_us(), so that a hot loop
 * may do it inline. */
static inline bool traffic_is_flat(const struct traffic_config *config)
{
    return config->process == TRAFFIC_POISSON || config->process == TRAFFIC_GAMMA;
}

#endif

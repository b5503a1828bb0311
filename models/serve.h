/* The request path: hands the arrivals of an interval between two control events to the fleets.
 *
 * THE INVARIANT: no control event changes the fate of an admitted request. Its start and its finish are known and
 * final on arrival: queues are first-in-first-out over workers whose next free instants are known, crashes are drawn
 * before they happen, a defect's state is read on arrival, and what a flip switches off finishes what it has. So a
 * request needs no event, and a world may be copied between any two of them. */
#ifndef BAKEOFF_MODELS_SERVE_H
#define BAKEOFF_MODELS_SERVE_H

#include "models/fleet.h"
#include "models/meter.h"
#include "models/traffic.h"
#include "models/version.h"

/* What the ledger counts; arrivals in the window only, but for the last two. */
struct tally {
    uint64_t requests, exposed, failed, slow, queued, rejected;
    double latency_sum;     /* us; not of rejected requests */
    uint64_t arrivals_hash; /* of how many had come, and when the next came, at every minute edge */
    double first_bad_us;    /* completion of green's first bad response; infinite: none */
    double last_exposed_us; /* arrival of green's last request; -infinite: none */
};

/* What a request's luck decides, a uniform each. */
enum luck { LUCK_SERVICE /* or the trace's service time, us */, LUCK_ERROR, LUCK_ROUTING, LUCK_GAP, LUCKS };

/* The next arrivals and their luck, drawn together: streams that are advanced many times in a row stay in registers.
 * Request i gets the i-th number of each stream whatever the batch. */
enum { BATCH = 64 };
struct batch {
    int next;
    double arrival_us[BATCH + 1]; /* ends with infinity */
    double luck[BATCH][LUCKS];
};

/* The value part. */
struct serve {
    struct batch batch;
    struct traffic traffic; /* ahead of the batch */
    struct stream service, error, routing, overhead;
    double served_us;  /* all arrivals before this are served */
    uint64_t arrivals; /* served so far, warm-up included */
    bool in_window;    /* arrivals count in the tally */
    struct tally tally;
};

/* Everything that requests meet: what is fixed for a trial, and where the world keeps the rest. */
struct serving {
    const struct traffic_config *traffic;
    const struct draw_table *gap;
    const struct draw_table *overhead;        /* NULL: none */
    const struct draw_table *service[FLEETS]; /* NULL: from the trace */
    double slo_us;                            /* infinite: nothing is slow */
    struct fleets fleets;
    struct serve *serve;
    struct samples *latencies; /* of the ledger */
    struct meter meter;
};

/* Starts arrivals at from_us with blue holding all traffic. Streams are the caller's to key. */
struct serve_streams {
    struct stream gaps, path, service, error, routing, overhead;
};
void serve_init(const struct serving *serving, const struct serve_streams *streams, double from_us);

/* Gives green_on instances of green traffic, the highest slots. */
void serve_route(const struct serving *serving, int green_on);

/* Serves all arrivals before `until`. The caller stops at every control instant, minute edges among them. */
void serve_until(const struct serving *serving, int64_t until);

static inline double serve_next_arrival(const struct serve *serve)
{
    return serve->batch.arrival_us[serve->batch.next];
}

/* Takes the arrivals so far into the tally's hash. */
void serve_hash_arrivals(struct serve *serve);

#endif

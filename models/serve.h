/* The request path: hands the arrivals of an interval between two control events to the fleets.
 *
 * THE INVARIANT: no control event changes the fate of an admitted request. Its start and its finish are known and
 * final on arrival: queues are first-in-first-out over workers whose next free instants are known, crashes are drawn
 * before they happen, a defect's state is read on arrival, and what a flip switches off finishes what it has. So a
 * request needs no event, and a world may be copied between any two of them.
 *
 * Instances: blue's are 0 .. N_blue-1, green's follow. Workers and queue rings lie by instance. */
#ifndef BAKEOFF_MODELS_SERVE_H
#define BAKEOFF_MODELS_SERVE_H

#include "models/fleet.h"
#include "models/meter.h"
#include "models/traffic.h"
#include "models/version.h"

/* One instance. Its behaviour (what its version and defects make of a request now) is kept ready and looked at again
 * when `change_us` or `change_requests` is reached. */
struct instance {
    double change_us;
    int64_t change_requests;
    int64_t admitted;            /* since its last start */
    double first_traffic_us;     /* NaN before */
    double error_5xx, error_any; /* u < error_5xx: 5xx; u < error_any: an error */
    double factor, added_us, leak_us;
    double crash_us;   /* next crash, infinite if none */
    double restart_us; /* while down: when it comes back */
    struct stream crashes;
    uint32_t waiting_head, waiting; /* ring of the start instants of those that wait */
    bool is_down;
};

/* What one version does, ready for the hot loop. */
struct serve_version {
    const struct version_config *config;
    const struct draw_table *service; /* NULL: from the trace */
};

/* Read-only for a trial. */
struct serve_config {
    const struct endpoint_config *endpoint;
    const struct traffic_config *traffic;
    const struct draw_table *gap;
    const struct draw_table *overhead; /* NULL: none */
    struct serve_version version[FLEETS];
    int instances[FLEETS];
    double slo_us; /* infinite: nothing is slow */
};

/* What the ledger counts; arrivals in the window only, but for the last two. */
struct tally {
    uint64_t requests, exposed, failed, slow, queued, rejected;
    double latency_sum, latency_min, latency_max;
    uint64_t arrivals_hash; /* of how many had come, and when the next came, at every minute edge */
    double first_bad_us;    /* completion of green's first bad response; infinite: none */
    double last_exposed_us; /* arrival of green's last request; -infinite: none */
};

/* The next arrivals and their luck, drawn together: a stream that is advanced many times in a row stays in registers.
 * Request i gets the i-th number of each stream whatever the batch. */
enum { BATCH = 64 };
struct batch {
    int next;
    double arrival_us[BATCH];
    double u_service[BATCH]; /* or the trace's service time, us */
    double u_error[BATCH], u_routing[BATCH];
};

/* The value part. */
struct serve {
    struct batch batch;
    struct traffic traffic; /* ahead of the batch */
    struct stream service, error, routing, overhead;
    double served_us;  /* all arrivals before this are served */
    uint64_t arrivals; /* served so far, warm-up included */
    int green_on;      /* instances of green with traffic */
    int on_count;      /* instances with traffic, in slot order */
    int entry_count;   /* of the routing table */
    bool in_window;    /* arrivals count in the tally */
    struct tally tally;
};

/* The parts of a world's block that requests touch. */
struct serve_memory {
    struct serve *serve;
    struct instance *instances; /* [N_blue + N_green] */
    double *next_free;          /* [instance][workers] */
    double *starts;             /* [instance][queue_limit]: rings */
    int32_t *on;                /* [N_blue + N_green]: instances with traffic, in slot order */
    int32_t *entries;           /* routing table of RANDOM: [serve_entries()] */
    uint32_t *latencies;        /* [LOGHIST_BINS], of the ledger */
    struct meter meter;
};

/* Entries of the routing table: N slots where both fleets have N instances, else a multiple of both sizes. */
int serve_entries(int blue, int green);

/* Starts arrivals at from_us with blue holding all traffic. Streams are the caller's to key. */
struct serve_streams {
    struct stream gaps, path, service, error, routing, overhead;
};
void serve_init(const struct serve_memory *memory, const struct serve_config *config,
                const struct serve_streams *streams, double from_us);

/* (Re)starts an instance at `at`: empty, its counters at 0, its next crash drawn from `crashes`. */
void serve_start_instance(const struct serve_memory *memory, const struct serve_config *config, int instance,
                          struct stream crashes, double at);

/* Crash and restart of an instance with the crash defect, at instance->crash_us. The crash empties its queue and
 * takes it out; returns the restart's instant. The restart draws its next crash. */
double serve_crash(const struct serve_memory *memory, const struct serve_config *config, int instance);
void serve_restart(const struct serve_memory *memory, const struct serve_config *config, int instance, double at);

/* Gives green_on instances of green traffic, the highest slots. */
void serve_route(const struct serve_memory *memory, const struct serve_config *config, int green_on);

/* Serves all arrivals before `until`. The caller stops at every control instant, minute edges among them. */
void serve_until(const struct serve_memory *memory, const struct serve_config *config, int64_t until);

static inline double serve_next_arrival(const struct serve *serve)
{
    return serve->batch.arrival_us[serve->batch.next];
}

/* Takes the arrivals so far into the tally's hash. */
void serve_hash_arrivals(struct serve *serve);

/* Requests queued or in service at an instance at `at` (not before the last arrival). */
int serve_outstanding(const struct serve_memory *memory, const struct serve_config *config, int instance, double at);

#endif

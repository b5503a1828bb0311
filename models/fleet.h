/* The endpoint and its two fleets: instances with workers and queues, which of them have traffic, and what a version
 * and its defects make of a request there.
 *
 * Instances: blue's are 0 .. N_blue-1, green's follow. Workers and queue rings lie by instance. */
#ifndef BAKEOFF_MODELS_FLEET_H
#define BAKEOFF_MODELS_FLEET_H

#include "models/shift.h"
#include "models/stream.h"
#include "models/version.h"

enum routing { ROUTING_RANDOM, ROUTING_LEAST_OUTSTANDING, ROUTING_STRATEGIES };
extern const char *const routing_names[ROUTING_STRATEGIES]; /* AWS's enum words */

/* Bounds on what a world may hold; the reader refuses more. */
enum {
    FLEET_MAX_INSTANCES = 1000,
    FLEET_MAX_WORKERS = 1024,
    FLEET_MAX_QUEUE = 1000000,
    FLEET_MAX_PLACES = 50000000 /* in all queues of both fleets */
};

/* What UpdateEndpoint does not change. Owns nothing. */
struct endpoint_config {
    const char *endpoint_name;
    const char *variant_name;
    const char *instance_type; /* may be NULL */
    int instance_count;        /* N >= 1 */
    enum routing routing;
    int workers_per_instance;           /* >= 1 */
    int queue_limit_per_instance;       /* >= 0, waiting only */
    double invocation_timeout_us;       /* > 0, from arrival */
    double instance_price_usd_per_hour; /* NaN: not given, money columns empty */
    int instance_quota;                 /* 0: none */
    struct draw overhead;               /* kind NULL: none */
};

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
    int32_t turn;                   /* the worker to be asked first: usually the one taken longest ago */
    bool is_down;
};

/* Which instances have traffic. */
struct routes {
    int green_on;    /* instances of green */
    int on_count;    /* of both */
    int entry_count; /* of the routing table */
};

/* Both fleets of one world: what is fixed for a trial, and where the world keeps the rest. */
struct fleets {
    const struct endpoint_config *endpoint;
    const struct version_config *version[FLEETS];
    int size[FLEETS];
    struct routes *routes;
    struct instance *instances; /* [N_blue + N_green] */
    double *next_free;          /* [instance][workers]: when each worker is free again */
    double *starts;             /* [instance][queue_limit]: rings */
    int32_t *on;                /* [N_blue + N_green]: instances with traffic, in slot order */
    int32_t *entries;           /* routing table of RANDOM: [fleets_entries()] */
};

static inline enum fleet_colour fleets_colour(const struct fleets *f, int instance)
{
    return instance < f->size[BLUE] ? BLUE : GREEN;
}

static inline double *fleets_workers(const struct fleets *f, int instance)
{
    return f->next_free + (size_t)instance * (size_t)f->endpoint->workers_per_instance;
}

/* Entries of the routing table: N slots where both fleets have N instances, else a multiple of both sizes. */
int fleets_entries(int blue, int green);

/* (Re)starts an instance at `at`: empty, its counters at 0, its next crash drawn from `crashes`. */
void fleets_start(const struct fleets *f, int instance, struct stream crashes, double at);

/* Crash and restart of an instance with the crash defect, at instance->crash_us. The crash empties its queue and
 * takes it out; returns the restart's instant. The restart draws its next crash. */
double fleets_crash(const struct fleets *f, int instance);
void fleets_restart(const struct fleets *f, int instance, double at);

/* Looks at the defects again: to be called when an instance's change_us or change_requests is reached. */
void fleets_behave(const struct fleets *f, int instance, double now);

/* Gives green_on instances of green traffic, the highest slots. */
void fleets_route(const struct fleets *f, int green_on);

/* Lets a request that cannot start before `start` wait at an instance. False: its queue is full. */
bool fleets_enqueue(const struct fleets *f, int instance, double arrival, double start);

/* Requests queued or in service at an instance at `at` (not before the last arrival). */
int fleets_outstanding(const struct fleets *f, int instance, double at);

/* The up instance with the fewest outstanding requests; ties fall to the uniform u, in slot order. -1: all are down. */
int fleets_least_outstanding(const struct fleets *f, double at, double u);

/* One of the up instances with traffic by the uniform u, for RANDOM that met one that is down. -1: all are down. */
int fleets_random_up(const struct fleets *f, double u);

#endif

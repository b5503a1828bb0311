/* The endpoint's fixed facts: what UpdateEndpoint does not change. */
#ifndef BAKEOFF_MODELS_FLEET_H
#define BAKEOFF_MODELS_FLEET_H

#include "models/draw.h"

enum routing { ROUTING_RANDOM, ROUTING_LEAST_OUTSTANDING, ROUTING_STRATEGIES };
extern const char *const routing_names[ROUTING_STRATEGIES]; /* AWS's enum words */

/* Bounds on what a world may hold; the reader refuses more. */
enum { FLEET_MAX_INSTANCES = 1000, FLEET_MAX_WORKERS = 1024, FLEET_MAX_QUEUE = 1000000 };

/* Owns nothing. */
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

#endif

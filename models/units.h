/* Time and its units. Nothing else lives here.
 *
 * Control time is a signed count of microseconds from the UpdateEndpoint call (t = 0; the warm-up has
 * negative times). Request times are doubles in the same unit: a double holds every whole microsecond of
 * 285 years exactly, so comparing a request with a control edge is exact. */
#ifndef BAKEOFF_MODELS_UNITS_H
#define BAKEOFF_MODELS_UNITS_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define US_PER_MS INT64_C(1000)
#define US_PER_S INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_S)
#define US_PER_HOUR (3600 * US_PER_S)

/* "Never", for control times. Far enough for any run, small enough that adding to it cannot overflow. */
#define US_NEVER (INT64_MAX / 4)

static inline int64_t us_from_s(double seconds)
{
    return llround(seconds * 1e6);
}

static inline double s_from_us(int64_t us)
{
    return (double)us / 1e6;
}

/* Largest multiple of `grain` that is <= `at`; also right for negative `at`. grain > 0. */
static inline int64_t us_floor(int64_t at, int64_t grain)
{
    int64_t rest = at % grain;
    return rest < 0 ? at - rest - grain : at - rest;
}

#endif

/* Who gets which random numbers: a stream is named by (seed, replication, purpose, subject) and by nothing else, so
 * every policy and every version meets the same world. */
#ifndef BAKEOFF_SIM_STREAMS_H
#define BAKEOFF_SIM_STREAMS_H

#include "models/stream.h"

#include <gsl/gsl_rng.h>

enum stream_purpose { /* the numbers are part of what a seed means: add at the end only */
                      STREAM_GAPS,
                      STREAM_PATH, /* MMPP states, phase of regular arrivals, rotation of a trace */
                      STREAM_SERVICE,
                      STREAM_ERROR,
                      STREAM_ROUTING,
                      STREAM_OVERHEAD,
                      STREAM_LAUNCH,       /* subject: slot */
                      STREAM_RELAUNCH,     /* subject: slot */
                      STREAM_LAG,          /* subject: number of the forward flip */
                      STREAM_ROLLBACK_LAG, /* subject: number of the rollback's flip */
                      STREAM_METRIC_DELAY, /* subject: metric and minute */
                      STREAM_ALARM_PHASE,  /* subject: hash of AlarmName */
                      STREAM_CRASH,        /* subject: slot */
                      STREAM_CALL_PHASE,
                      STREAM_POLL_PHASE,
                      STREAM_CLEANUP /* subject: number of the deletion */
};

/* The stream of that name. Distinct names give independent streams (64-bit mixing of each part, then splitmix64 into
 * the 256 bits of state: Steele, Lea and Flood, OOPSLA 2014). */
struct stream streams_open(uint64_t seed, uint64_t replication, enum stream_purpose purpose, uint64_t subject);

/* The first uniform of that stream: for what is drawn once. */
double streams_uniform(uint64_t seed, uint64_t replication, enum stream_purpose purpose, uint64_t subject);

/* A hash of a name, for subjects. */
uint64_t streams_subject(const char *name);

/* The same generator for GSL: 64-bit seeded, where gsl_rng_mt19937 takes 32 bits of a seed. */
extern const gsl_rng_type *const streams_rng;

#endif

#include "sim/streams.h"

/* Finaliser of splitmix64: every bit of the input reaches every bit of the output. */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);

static struct stream expand(uint64_t key)
{
    struct stream stream;
    for (int i = 0; i < 4; i++)
        stream.s[i] = mix(key += golden);
    return stream;
}

struct stream streams_open(uint64_t seed, uint64_t replication, enum stream_purpose purpose, uint64_t subject)
{
    uint64_t key = mix(seed + golden);
    key = mix((key ^ replication) + golden);
    key = mix((key ^ (uint64_t)purpose) + golden);
    key = mix((key ^ subject) + golden);
    return expand(key);
}

double streams_uniform(uint64_t seed, uint64_t replication, enum stream_purpose purpose, uint64_t subject)
{
    struct stream stream = streams_open(seed, replication, purpose, subject);
    return stream_uniform(&stream);
}

uint64_t streams_subject(const char *name)
{
    uint64_t hash = golden;
    for (; *name; name++)
        hash = mix(hash ^ (unsigned char)*name);
    return hash;
}

/* ---- the row for GSL ---- */

static void rng_set(void *state, unsigned long seed)
{
    *(struct stream *)state = expand(seed);
}

static unsigned long rng_get(void *state)
{
    return stream_next(state);
}

static double rng_get_double(void *state)
{
    return stream_uniform(state);
}

static const gsl_rng_type row = {"xoshiro256++", UINT64_MAX,    0, sizeof(struct stream), rng_set,
                                 rng_get,        rng_get_double};
const gsl_rng_type *const streams_rng = &row;

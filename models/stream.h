/* The random numbers themselves: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47(4), 2021), 256 bits of state by value, so that copying a world copies its luck.
 * Who gets which stream is decided in sim/streams. */
#ifndef BAKEOFF_MODELS_STREAM_H
#define BAKEOFF_MODELS_STREAM_H

#include <stdint.h>
#include <string.h>

struct stream {
    uint64_t s[4]; /* not all zero */
};

static inline uint64_t stream_rotl(uint64_t x, int k)
{
    return (x << k) | (x >> (64 - k));
}

static inline uint64_t stream_next(struct stream *stream)
{
    uint64_t *s = stream->s;
    uint64_t result = stream_rotl(s[0] + s[3], 23) + s[0];
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = stream_rotl(s[3], 45);
    return result;
}

/* Uniform on the odd multiples of 2^-53: never 0, never 1, never exactly a half, and 1 - u is exact. */
static inline double stream_uniform(struct stream *stream)
{
    uint64_t bits = (stream_next(stream) >> 12) | UINT64_C(0x3FF0000000000000); /* 1 + k 2^-52 */
    double u;
    memcpy(&u, &bits, sizeof u);
    return u - (1.0 - 0x1p-53);
}

/* Two streams side by side, advanced together: as many as a vector register holds on every 64-bit machine. */
typedef uint64_t stream_pair_bits __attribute__((vector_size(16)));
typedef double stream_pair_uniforms __attribute__((vector_size(16)));
struct stream_pair {
    stream_pair_bits s[4];
};

static inline struct stream_pair stream_pair_of(const struct stream *left, const struct stream *right)
{
    struct stream_pair pair;
    for (int i = 0; i < 4; i++)
        pair.s[i] = (stream_pair_bits){left->s[i], right->s[i]};
    return pair;
}

static inline void stream_pair_apart(const struct stream_pair *pair, struct stream *left, struct stream *right)
{
    for (int i = 0; i < 4; i++) {
        left->s[i] = pair->s[i][0];
        right->s[i] = pair->s[i][1];
    }
}

/* stream_uniform() of both. */
static inline void stream_pair_uniform(struct stream_pair *pair, double u[2])
{
    stream_pair_bits *s = pair->s, bits = s[0] + s[3], t = s[1] << 17;
    bits = ((bits << 23) | (bits >> 41)) + s[0];
    bits = (bits >> 12) | UINT64_C(0x3FF0000000000000);
    stream_pair_uniforms uniforms;
    memcpy(&uniforms, &bits, sizeof uniforms);
    uniforms -= 1.0 - 0x1p-53;
    memcpy(u, &uniforms, sizeof uniforms);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = (s[3] << 45) | (s[3] >> 19);
}

#endif

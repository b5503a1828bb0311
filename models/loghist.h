/* A histogram of positive times on a logarithmic grid: 512 bins an octave from 1 us to 2^33 us (2.4 hours), each
 * read as its middle, so that a quantile is off by at most 0.1 %. Fixed size, no heap, copied by assignment. */
#ifndef BAKEOFF_MODELS_LOGHIST_H
#define BAKEOFF_MODELS_LOGHIST_H

#include "models/units.h"

#include <string.h>

enum { LOGHIST_BITS = 9, LOGHIST_OCTAVES = 33, LOGHIST_BINS = LOGHIST_OCTAVES << LOGHIST_BITS };

/* Values below 1 us count as 1 us, above the top as the top. */
static inline uint32_t loghist_bin(double us)
{
    uint64_t bits;
    memcpy(&bits, &us, sizeof bits);
    int64_t bin = (int64_t)(bits >> (52 - LOGHIST_BITS)) - ((int64_t)1023 << LOGHIST_BITS);
    return (uint32_t)(bin < 0 ? 0 : bin >= LOGHIST_BINS ? LOGHIST_BINS - 1 : bin);
}

/* The middle of a bin, us. */
static inline double loghist_value(uint32_t bin)
{
    uint64_t bits = (((uint64_t)1023 << LOGHIST_BITS) + bin) << (52 - LOGHIST_BITS);
    bits |= UINT64_C(1) << (51 - LOGHIST_BITS);
    double us;
    memcpy(&us, &bits, sizeof us);
    return us;
}

/* Value of the sample of that rank (1 = smallest), clamped to what was seen. rank <= the number of samples. */
double loghist_rank(const uint32_t bins[LOGHIST_BINS], uint64_t rank, double smallest, double largest);

/* 1-based nearest rank of the quantile `fraction` among `count` samples; rounding of the product is forgiven. */
static inline uint64_t nearest_rank(double fraction, uint64_t count)
{
    double rank = ceil(fraction * (double)count - 1e-9);
    return rank < 1.0 ? 1 : rank > (double)count ? count : (uint64_t)rank;
}

#endif

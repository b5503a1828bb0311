#include "models/loghist.h"

double loghist_rank(const uint32_t bins[LOGHIST_BINS], uint64_t rank, double smallest, double largest)
{
    uint64_t seen = 0;
    for (uint32_t bin = loghist_bin(smallest); bin < LOGHIST_BINS; bin++) {
        seen += bins[bin];
        if (seen >= rank)
            return fmin(fmax(loghist_value(bin), smallest), largest);
    }
    return largest;
}

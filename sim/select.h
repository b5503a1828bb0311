/* Order statistics of samples of any size in constant memory: radix selection on the bits of the doubles, with as many
 * passes over the sample as their digits need, fewer where values repeat or are few. Exact. */
#ifndef BAKEOFF_SIM_SELECT_H
#define BAKEOFF_SIM_SELECT_H

#include "sim/mix.h"

enum { SELECT_MAX = 3 };

/* found[i]: the smallest present value v for which the weights of the present values at or below v add up to targets[i]
 * at least; the largest value where they never do; NaN where nothing is present. `least` and `most` are the ends of what is
 * present. count <= SELECT_MAX. */
void select_values(const struct mix *mix, double least, double most, const double *targets, size_t count,
                   double *found);

#endif

/* How far two results lie apart that were had by two runs, replication by replication or each for itself. Pure functions;
 * an interval that cannot be known is NaN.
 *
 * Sources: Welch, Biometrika 34 (1947), with Satterthwaite's degrees of freedom; Newcombe, Statistics in Medicine 17 (1998)
 * 873, method 10; Bonett and Price, J. Educ. Behav. Stat. 37 (2012) 479, the adjusted Wald interval of paired shares, which
 * does not shrink to a point where no pair differs. */
#ifndef BAKEOFF_SIM_CONTRAST_H
#define BAKEOFF_SIM_CONTRAST_H

#include "sim/estimate.h"

/* Of the difference b - a of two means; of each the sample's mean, standard deviation and size. */
struct interval contrast_means(const struct summary *a, const struct summary *b, double confidence);

/* Of the difference b - a of two shares, each of trials of its own. */
struct interval contrast_shares(double a, uint64_t a_trials, double b, uint64_t b_trials, double confidence);

/* The same of pairs: in `only_a` of them a alone had it, in `only_b` b alone. */
struct interval contrast_paired_shares(uint64_t only_a, uint64_t only_b, uint64_t pairs, double confidence);

#endif

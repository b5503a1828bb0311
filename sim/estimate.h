/* What a list of replications says about the truth: moments, intervals, quantiles, paired differences and
 * weighted mixes. Pure functions on arrays; NaN means absent and is never counted.
 *
 * An interval end that cannot be known (one observation, no data, a quantile beyond the sample) is NaN.
 * Sources: Clopper and Pearson, Biometrika 26 (1934); Wilson, JASA 22 (1927); Welford, Technometrics 4 (1962)
 * with Chan, Golub and LeVeque's merge; order-statistic intervals: David and Nagaraja, Order Statistics, 7.1;
 * ratio estimates: Cochran, Sampling Techniques, 6.3; the spread of a standard deviation: Bonett, CSDA 50 (2006). */
#ifndef BAKEOFF_SIM_ESTIMATE_H
#define BAKEOFF_SIM_ESTIMATE_H

#include "sim/mix.h"

#include <stddef.h>
#include <stdint.h>

struct interval {
    double low, high;
};

/* Running moments in one pass; zero-initialise. */
struct moments {
    uint64_t n;
    double mean, m2; /* m2: sum of squared deviations from the mean */
    double min, max; /* meaningless while n == 0 */
};
void moments_add(struct moments *m, double value); /* NaN is passed over */
void moments_merge(struct moments *into, const struct moments *from);
struct moments moments_of(const double *values, size_t count);
double moments_sd(const struct moments *m); /* NaN while n < 2 */

/* Student's t interval of the mean. */
struct interval estimate_t(const struct moments *m, double confidence);

/* Of a proportion, `successes` of `trials`; both may be fractions, 0 <= successes <= trials. */
struct interval estimate_clopper_pearson(double successes, double trials, double confidence);
struct interval estimate_wilson(double successes, double trials, double confidence);

/* Drops the absent values and sorts the rest to the front. Returns how many there are. */
size_t estimate_sort(double *values, size_t count);

/* Nearest rank: the smallest value with at least q of the sample at or below it. 0 < q < 1. */
double estimate_quantile(const double *sorted, size_t count, double q);
/* Distribution-free, between two order statistics; an end that lies beyond the sample is NaN. */
struct interval estimate_quantile_interval(const double *sorted, size_t count, double q, double confidence);

/* Of a standard deviation, by the sample's own kurtosis. */
struct interval estimate_sd_interval(const double *values, size_t count, double confidence);
struct interval estimate_part_sd_interval(const struct mix *mix, double confidence); /* of the one part of a mix */

/* a - b, pair by pair where both are present. */
struct paired {
    uint64_t n;
    double mean;
    struct interval interval; /* t */
    double correlation;       /* of a and b; NaN where either does not vary */
};
struct paired estimate_paired(const double *a, const double *b, size_t count, double confidence);

/* A row of the summary. For a proportion sd to max are NaN and the interval is Clopper and Pearson's. */
struct summary {
    uint64_t n;
    double mean;
    struct interval interval;
    double sd, min, p50, p95, p99, max;
};

struct summary estimate_summary(const double *values, size_t count, int is_proportion);
/* The same of the one part of a mix. */
struct summary estimate_part_summary(const struct mix *mix, int is_proportion);

/* The mean is a ratio of sums over replications; its interval takes the replication as the unit, so what the
 * parts share through their common world counts. Where every value is present this is the t interval of the
 * per-replication mixes. n: replications in which any part has a value. */
struct summary estimate_mix_mean(const struct mix *mix, double confidence);

/* The whole row; n counts the trials pooled. A proportion's interval takes as many draws as there are replications, n p of
 * them successes: a mix over parts never varies more than one draw from it would, so the interval errs on the safe side. */
struct summary estimate_mix_summary(const struct mix *mix, int is_proportion);
struct interval estimate_mix_quantile_interval(const struct mix *mix, double q, double confidence);

/* Paired differences of two mixes with the same shape and weights; a pair needs the same part and replication. */
struct paired estimate_mix_paired(const struct mix *a, const struct mix *b, double confidence);

#endif

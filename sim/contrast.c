#include "sim/contrast.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

static const struct interval UNKNOWN = {NAN, NAN};

static double normal_quantile(double confidence)
{
    return gsl_cdf_ugaussian_Pinv(0.5 + confidence / 2);
}

struct interval contrast_means(const struct summary *a, const struct summary *b, double confidence)
{
    double difference = b->mean - a->mean;
    if (a->n < 2 || b->n < 2 || !isfinite(a->sd) || !isfinite(b->sd))
        return UNKNOWN;
    double of_a = a->sd * a->sd / (double)a->n, of_b = b->sd * b->sd / (double)b->n, both = of_a + of_b;
    if (!(both > 0))
        return (struct interval){difference, difference};
    double freedom = both * both / (of_a * of_a / (double)(a->n - 1) + of_b * of_b / (double)(b->n - 1));
    double half = gsl_cdf_tdist_Pinv(0.5 + confidence / 2, freedom) * sqrt(both);
    return (struct interval){difference - half, difference + half};
}

struct interval contrast_shares(double a, uint64_t a_trials, double b, uint64_t b_trials, double confidence)
{
    if (a_trials == 0 || b_trials == 0)
        return UNKNOWN;
    struct interval of_a = estimate_wilson(a * (double)a_trials, (double)a_trials, confidence);
    struct interval of_b = estimate_wilson(b * (double)b_trials, (double)b_trials, confidence);
    return (struct interval){b - a - hypot(b - of_b.low, of_a.high - a), b - a + hypot(of_b.high - b, a - of_a.low)};
}

struct interval contrast_paired_shares(uint64_t only_a, uint64_t only_b, uint64_t pairs, double confidence)
{
    if (pairs == 0)
        return UNKNOWN;
    double n = (double)pairs + 2, a = ((double)only_a + 1) / n, b = ((double)only_b + 1) / n;
    double half = normal_quantile(confidence) * sqrt((a + b - (b - a) * (b - a)) / n);
    return (struct interval){fmax(-1, b - a - half), fmin(1, b - a + half)};
}

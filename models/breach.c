#include "models/breach.h"

#include "models/loghist.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

double breach_flag_statistic(const struct statistic *statistic, double ones, double zeros)
{
    double n = ones + zeros;
    switch (statistic->kind) {
    case STATISTIC_SAMPLE_COUNT: return n;
    case STATISTIC_AVERAGE: return ones / n;
    case STATISTIC_SUM: return ones;
    case STATISTIC_MINIMUM: return zeros > 0.0 ? 0.0 : 1.0;
    case STATISTIC_MAXIMUM: return ones > 0.0 ? 1.0 : 0.0;
    default: break;
    }
    double rank = (double)nearest_rank(statistic->fraction, (uint64_t)n);
    if (statistic->kind == STATISTIC_PERCENTILE)
        return rank <= zeros ? 0.0 : 1.0;
    return rank > zeros ? (rank - zeros) / rank : 0.0;
}

static bool breaches(const struct alarm_config *config, double ones, double zeros)
{
    return alarm_breaches(config, breach_flag_statistic(&config->statistic, ones, zeros));
}

/* Whole numbers that carry a count's probability: all that matters down to 1e-30 for small means, and 12 standard
 * deviations for large ones. */
struct span {
    double low, high;
};

static struct span span_around(double mean, double most)
{
    double reach = 12.0 * sqrt(mean) + 40.0;
    return (struct span){fmax(0.0, floor(mean - reach)), fmin(most, ceil(mean + reach))};
}

/* The zeros z, least <= z <= most, with which so many ones breach: those up to the edge, or those beyond it. */
struct edge {
    bool is_below;
    double at; /* the last z of the lower part */
};

/* `near` is where the edge may be: the search widens from there. */
static struct edge find_edge(const struct alarm_config *config, double ones, double least, double most, double near)
{
    bool first = breaches(config, ones, least);
    if (least >= most || first == breaches(config, ones, most))
        return (struct edge){first, most};
    double low = least, high = most, width = 1.0;
    for (double at = near; at > low && at < high; width *= 2.0) {
        bool is_low = breaches(config, ones, at) == first;
        *(is_low ? &low : &high) = at;
        at += is_low ? width : -width;
    }
    while (high - low > 1.0) {
        double middle = floor(0.5 * (low + high));
        if (breaches(config, ones, middle) == first)
            low = middle;
        else
            high = middle;
    }
    return (struct edge){first, low};
}

/* GSL's is NaN for a mean of 0. */
static double poisson_pdf(unsigned k, double mean)
{
    return mean > 0.0 ? gsl_ran_poisson_pdf(k, mean) : k == 0;
}

/* P(at most k): the upper tail is left to the caller. */
static double binomial_cdf(double k, double p, double n, bool is_upper)
{
    if (k < 0.0)
        return is_upper ? 1.0 : 0.0;
    if (k >= n)
        return is_upper ? 0.0 : 1.0;
    return is_upper ? gsl_cdf_binomial_Q((unsigned)k, p, (unsigned)n) : gsl_cdf_binomial_P((unsigned)k, p, (unsigned)n);
}

static double poisson_cdf(double k, double mean, bool is_upper)
{
    if (k < 0.0 || mean == 0.0)
        return (k < 0.0) == is_upper ? 1.0 : 0.0;
    return is_upper ? gsl_cdf_poisson_Q((unsigned)k, mean) : gsl_cdf_poisson_P((unsigned)k, mean);
}

/* P(Poisson <= at), for an `at` that seldom falls back: summed on from where it stood. */
struct running {
    double mean, at, here, sum;
    double edge, step; /* the last edge, and how far it lay from the one before */
};

static double running_cdf(struct running *r, double at)
{
    if (at < r->at || r->mean == 0.0 || r->here == 0.0)
        return poisson_cdf(at, r->mean, false);
    for (; r->at < at; r->sum += r->here) {
        r->at++;
        r->here *= r->mean / r->at;
    }
    return fmin(r->sum, 1.0);
}

/* P(least <= zeros, and they breach beside so many ones), the zeros Poisson. The interval is summed from its own end, so
 * that small probabilities keep their digits. */
static double poisson_zeros(const struct alarm_config *config, double ones, struct running *zeros, double most)
{
    double least = ones == 0.0 ? 1.0 : 0.0, mean = zeros->mean;
    struct edge edge = find_edge(config, ones, least, fmax(most, least), zeros->edge + zeros->step);
    zeros->step = edge.at - zeros->edge;
    zeros->edge = edge.at;
    double none = least > 0.0 ? poisson_pdf(0, mean) : 0.0;
    if (edge.at >= most) /* all or nothing */
        return edge.is_below ? 1.0 - none : 0.0;
    return edge.is_below ? running_cdf(zeros, edge.at) - none : poisson_cdf(edge.at, mean, true);
}

static double poisson_breach(const struct breach_mix *mix, const struct alarm_config *config)
{
    struct span ones = span_around(mix->ones, INFINITY), most = span_around(mix->zeros, INFINITY);
    struct running zeros = {mix->zeros, most.low, poisson_pdf((unsigned)most.low, mix->zeros), 0.0, most.low, 0.0};
    zeros.sum = most.low > 0.0 ? zeros.here : poisson_cdf(0.0, mix->zeros, false); /* what lies below is nothing */
    double sum = 0.0, here = poisson_pdf((unsigned)ones.low, mix->ones);
    for (double k = ones.low; k <= ones.high; k++, here *= mix->ones / k) {
        if (here > 0.0)
            sum += here * poisson_zeros(config, k, &zeros, most.high);
        if (k > mix->ones && here < 1e-18 * sum)
            break;
    }
    return sum;
}

/* The same of n requests, the zeros binomial among those that are no ones. */
static double binomial_zeros(const struct alarm_config *config, double ones, double p, double n)
{
    double rest = n - ones, least = ones == 0.0 ? 1.0 : 0.0;
    if (rest < least)
        return 0.0;
    if (p >= 1.0)
        return breaches(config, ones, rest);
    struct edge edge = find_edge(config, ones, least, rest, least);
    double none = least > 0.0 ? pow(1.0 - p, rest) : 0.0;
    if (edge.at >= rest)
        return edge.is_below ? 1.0 - none : 0.0;
    return edge.is_below ? binomial_cdf(edge.at, p, rest, false) - none : binomial_cdf(edge.at, p, rest, true);
}

static double regular_breach(const struct breach_mix *mix, const struct alarm_config *config, double n)
{
    double p = fmin(1.0, mix->ones / mix->requests), rest = mix->requests - mix->ones;
    double zero = rest > 1e-9 * mix->requests ? mix->zeros / rest : 0.0;
    if (zero > 1.0 - 1e-9)
        zero = 1.0;
    struct span ones = span_around(n * p, n);
    double sum = 0.0;
    for (double k = ones.low; k <= ones.high; k++) {
        double here = gsl_ran_binomial_pdf((unsigned)k, p, (unsigned)n);
        if (here > 0.0)
            sum += here * binomial_zeros(config, k, zero, n);
        if (k > n * p && here < 1e-18 * sum)
            break;
    }
    return sum;
}

/* Regular arrivals put one of two neighbouring whole numbers into a period: n and, with this probability, n + 1. */
static double regular_count(double requests, double *more)
{
    double n = floor(requests + 1e-9);
    *more = fmax(0.0, requests - n);
    if (*more < 1e-9)
        *more = 0.0;
    return n;
}

/* Of n requests the last `late` ones have probability p[1] of being a one, the others p[0]. */
static double halves_breach(const struct alarm_config *config, int n, int late, const double p[2])
{
    double late_ones[BREACH_HALVES + 1], sum = 0.0;
    for (int k = 0; k <= late; k++)
        late_ones[k] = gsl_ran_binomial_pdf((unsigned)k, p[1], (unsigned)late);
    for (int j = 0; j <= n - late; j++) {
        double here = gsl_ran_binomial_pdf((unsigned)j, p[0], (unsigned)(n - late));
        for (int k = 0; k <= late && here > 0.0; k++)
            if (late_ones[k] > 0.0 && breaches(config, j + k, n - j - k))
                sum += here * late_ones[k];
    }
    return sum;
}

double breach_of_halves(const struct alarm_config *config, double requests, double part, double one_before,
                        double one_after)
{
    const double p[2] = {fmin(fmax(one_before, 0.0), 1.0), fmin(fmax(one_after, 0.0), 1.0)};
    double more, sum = 0.0, least = regular_count(requests, &more);
    for (int extra = 0; extra <= 1; extra++) {
        double n = least + extra, weight = extra ? more : 1.0 - more;
        double late = floor(n * part), later = n * part - late; /* one more of them with this probability */
        if (weight == 0.0 || n < 1.0 || n > BREACH_HALVES)
            continue;
        sum += weight * (1.0 - later) * halves_breach(config, (int)n, (int)late, p);
        if (later > 0.0)
            sum += weight * later * halves_breach(config, (int)n, (int)late + 1, p);
    }
    return fmin(sum, 1.0);
}

static double missing_of(enum breach_arrivals arrivals, double requests, double seen)
{
    if (arrivals == BREACH_POISSON)
        return exp(-seen);
    double more, n = regular_count(requests, &more);
    double unseen = requests > 0.0 ? fmax(0.0, 1.0 - seen / requests) : 1.0;
    if (unseen < 1e-9)
        unseen = 0.0;
    return (1.0 - more) * pow(unseen, n) + more * pow(unseen, n + 1.0);
}

struct breach_odds breach_of_flags(const struct alarm_config *config, const struct breach_mix *mix)
{
    struct breach_odds odds = {0.0, missing_of(mix->arrivals, mix->requests, mix->ones + mix->zeros)};
    if (mix->ones + mix->zeros <= 0.0)
        return (struct breach_odds){0.0, 1.0};
    if (mix->arrivals == BREACH_POISSON) {
        odds.breach = poisson_breach(mix, config);
    } else {
        double more, n = regular_count(mix->requests, &more);
        odds.breach = (1.0 - more) * regular_breach(mix, config, n);
        if (more > 0.0)
            odds.breach += more * regular_breach(mix, config, n + 1.0);
    }
    odds.breach = fmin(fmax(odds.breach, 0.0), 1.0 - odds.missing);
    return odds;
}

void breach_counts(const struct breach_mix *mix, int cap, double *counts)
{
    double more = 0.0, n = mix->arrivals == BREACH_REGULAR ? regular_count(mix->requests, &more) : 0.0;
    double p = mix->requests > 0.0 ? fmin(1.0, mix->ones / mix->requests) : 0.0;
    for (int j = 0; j < cap; j++)
        counts[j] = mix->arrivals == BREACH_POISSON ? poisson_pdf((unsigned)j, mix->ones)
                                                    : (1.0 - more) * gsl_ran_binomial_pdf((unsigned)j, p, (unsigned)n) +
                                                          more * gsl_ran_binomial_pdf((unsigned)j, p, (unsigned)n + 1);
    counts[cap] = mix->arrivals == BREACH_POISSON ? poisson_cdf(cap - 1, mix->ones, true)
                                                  : (1.0 - more) * binomial_cdf(cap - 1, p, n, true) +
                                                        more * binomial_cdf(cap - 1, p, n + 1.0, true);
}

double breach_below(const struct breach_mix *mix, double samples)
{
    double seen = mix->ones + mix->zeros, last = ceil(samples) - 1.0;
    if (mix->arrivals == BREACH_POISSON)
        return poisson_cdf(last, seen, false);
    double more, n = regular_count(mix->requests, &more),
                 p = mix->requests > 0.0 ? fmin(1.0, seen / mix->requests) : 0.0;
    return (1.0 - more) * binomial_cdf(last, p, n, false) + more * binomial_cdf(last, p, n + 1.0, false);
}

/* P(beyond z) of a law that is nearly normal: Edgeworth's first term. */
static double tail(double z, double skewness)
{
    double above = gsl_cdf_ugaussian_Q(z) + gsl_ran_ugaussian_pdf(z) * skewness / 6.0 * (z * z - 1.0);
    return fmin(fmax(above, 0.0), 1.0);
}

/* The mean of n values. */
static double mean_above(const struct breach_values *values, double threshold, double n)
{
    double mean = values->mean, variance = values->square - mean * mean;
    double third = values->cube - 3.0 * mean * values->square + 2.0 * mean * mean * mean;
    if (variance <= 1e-12 * mean * mean)
        return mean >= threshold;
    return tail((threshold - mean) * sqrt(n / variance), third / (variance * sqrt(variance * n)));
}

/* How many there are matters: the mean of fewer strays further. */
static double average_above(const struct breach_values *values, double threshold, double missing)
{
    enum { MANY = 300 };
    double seen = values->seen, reach = 6.0 * sqrt(seen) + 10.0;
    if (values->arrivals == BREACH_REGULAR || seen > MANY)
        return mean_above(values, threshold, fmax(seen, 1.0));
    double sum = 0.0;
    for (unsigned n = (unsigned)fmax(1.0, seen - reach); n <= seen + reach; n++)
        sum += poisson_pdf(n, seen) * mean_above(values, threshold, n);
    return missing < 1.0 ? sum / (1.0 - missing) : 0.0;
}

static double sum_above(const struct breach_values *values, double threshold)
{
    double n = values->requests, mean = values->seen * values->mean;
    double squares = values->seen * values->square, cubes = values->seen * values->cube;
    bool is_regular = values->arrivals == BREACH_REGULAR; /* each request adds its value or nothing */
    double variance = is_regular ? squares - mean * mean / n : squares;
    double third = is_regular ? cubes - 3.0 * squares * mean / n + 2.0 * mean * mean * mean / (n * n) : cubes;
    if (variance <= 1e-12 * mean * mean)
        return mean >= threshold;
    return tail((threshold - mean) / sqrt(variance), third / (variance * sqrt(variance)));
}

struct breach_odds breach_of_values(const struct alarm_config *config, const struct breach_values *values)
{
    struct breach_odds odds = {0.0, missing_of(values->arrivals, values->requests, values->seen)};
    if (values->seen <= 0.0)
        return (struct breach_odds){0.0, 1.0};
    bool is_average = config->statistic.kind == STATISTIC_AVERAGE;
    double above =
        is_average ? average_above(values, config->threshold, odds.missing) : sum_above(values, config->threshold);
    bool is_upper = config->comparison == COMPARE_GREATER || config->comparison == COMPARE_GREATER_OR_EQUAL;
    odds.breach = (1.0 - odds.missing) * (is_upper ? above : 1.0 - above);
    return odds;
}

#include "sim/estimate.h"

#include "sim/select.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

/* Slack for products of counts and fractions that mean whole numbers (0.07 * 100 is a bit over 7). */
static const double RANK_SLACK = 1e-9;

static const struct interval UNKNOWN = {NAN, NAN};
static const double WHOLE = 1;

static struct mix mix_of(const double *values, size_t count)
{
    return (struct mix){.values = values, .weights = &WHOLE, .parts = 1, .count = count};
}

void moments_add(struct moments *m, double value)
{
    if (isnan(value))
        return;
    if (m->n == 0 || value < m->min)
        m->min = value;
    if (m->n == 0 || value > m->max)
        m->max = value;
    m->n++;
    double from_old = value - m->mean;
    m->mean += from_old / (double)m->n;
    m->m2 += from_old * (value - m->mean);
}

void moments_merge(struct moments *into, const struct moments *from)
{
    if (from->n == 0)
        return;
    if (into->n == 0) {
        *into = *from;
        return;
    }
    double a = (double)into->n, b = (double)from->n;
    double apart = from->mean - into->mean;
    into->mean += apart * b / (a + b);
    into->m2 += from->m2 + apart * apart * a * b / (a + b);
    into->min = fmin(into->min, from->min);
    into->max = fmax(into->max, from->max);
    into->n += from->n;
}

struct moments moments_of(const double *values, size_t count)
{
    struct moments m = {0};
    for (size_t i = 0; i < count; i++)
        moments_add(&m, values[i]);
    return m;
}

static struct moments moments_of_part(const struct mix *mix, size_t part)
{
    struct moments m = {0};
    for (size_t first = 0; first < mix->count;) {
        struct window w = mix_window(mix, part, 1, first);
        for (size_t i = 0; i < w.count; i++)
            moments_add(&m, w.values[i]);
        first += w.count;
    }
    return m;
}

double moments_sd(const struct moments *m)
{
    return m->n < 2 ? NAN : sqrt(m->m2 / (double)(m->n - 1));
}

static struct interval around(double mean, double standard_error, double freedom, double confidence)
{
    if (!(freedom >= 1))
        return UNKNOWN;
    double half = standard_error > 0 ? gsl_cdf_tdist_Pinv(0.5 + confidence / 2, freedom) * standard_error : 0;
    return (struct interval){mean - half, mean + half};
}

struct interval estimate_t(const struct moments *m, double confidence)
{
    if (m->n < 2)
        return UNKNOWN;
    return around(m->mean, moments_sd(m) / sqrt((double)m->n), (double)m->n - 1, confidence);
}

/* A sum of weighted counts lands beside the whole number it means. */
static double snap(double x)
{
    double whole = round(x);
    return fabs(x - whole) < RANK_SLACK * fmax(1, fabs(whole)) ? whole : x;
}

/* The x at which the beta(a, b) cdf is `target`. gsl_cdf_beta_Pinv gives up on some skewed pairs ("inverse
 * failed to converge"), so the cdf is bisected, down to neighbouring doubles or to nothing. */
static double beta_quantile(double target, double a, double b)
{
    double low = 0, high = 1;
    while (high > 1e-300) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        double p = gsl_cdf_beta_P(middle, a, b);
        assert(!isnan(p));
        if (p < target)
            low = middle;
        else
            high = middle;
    }
    return high;
}

struct interval estimate_clopper_pearson(double successes, double trials, double confidence)
{
    if (!(trials > 0))
        return UNKNOWN;
    double x = snap(successes), tail = (1 - confidence) / 2;
    assert(x >= 0 && x <= trials);
    struct interval i;
    if (x <= 0)
        i.low = 0;
    else if (x >= trials)
        i.low = pow(tail, 1 / trials);
    else
        i.low = beta_quantile(tail, x, trials - x + 1);
    if (x >= trials)
        i.high = 1;
    else if (x <= 0)
        i.high = -expm1(log(tail) / trials);
    else
        i.high = beta_quantile(1 - tail, x + 1, trials - x);
    return i;
}

struct interval estimate_wilson(double successes, double trials, double confidence)
{
    if (!(trials > 0))
        return UNKNOWN;
    double z = gsl_cdf_ugaussian_Pinv(0.5 + confidence / 2), z2 = z * z;
    double p = successes / trials;
    double centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
    double half = z * sqrt(p * (1 - p) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials);
    /* At 0 and at n one end is exact, whatever the rounding says. */
    return (struct interval){successes <= 0 ? 0 : centre - half, successes >= trials ? 1 : centre + half};
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

size_t estimate_sort(double *values, size_t count)
{
    size_t present = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[present++] = values[i];
    if (present > 0)
        qsort(values, present, sizeof *values, compare_doubles);
    return present;
}

static double nearest_rank(size_t count, double q)
{
    double rank = ceil(q * (double)count - RANK_SLACK);
    return GSL_MIN_DBL(GSL_MAX_DBL(rank, 1), (double)count);
}

double estimate_quantile(const double *sorted, size_t count, double q)
{
    if (count == 0)
        return NAN;
    return sorted[(size_t)nearest_rank(count, q) - 1];
}

/* The ranks between which the q-quantile lies: low of 0 and high of count + 1 are beyond the sample.
 * The number of observations at or below the quantile is binomial(count, q) (at ties only more so). */
struct ranks {
    size_t low, high;
};
static struct ranks quantile_ranks(size_t count, double q, double confidence)
{
    assert(count <= UINT32_MAX);
    unsigned n = (unsigned)count;
    double tail = (1 - confidence) / 2;
    /* Bisection: the least k in [0, n] with P(X <= k) over the bound (P(X <= n) = 1 is over both). */
    unsigned found[2];
    const double bounds[2] = {tail, 1 - tail};
    for (int side = 0; side < 2; side++) {
        unsigned low = 0, high = n;
        while (low < high) {
            unsigned middle = low + (high - low) / 2;
            double p = gsl_cdf_binomial_P(middle, q, n);
            if (side == 0 ? p > bounds[0] : p >= bounds[1])
                high = middle;
            else
                low = middle + 1;
        }
        found[side] = low;
    }
    /* P(X < low) <= tail, P(X < high) >= 1 - tail. */
    return (struct ranks){found[0], (size_t)found[1] + 1};
}

struct interval estimate_quantile_interval(const double *sorted, size_t count, double q, double confidence)
{
    if (count == 0)
        return UNKNOWN;
    struct ranks r = quantile_ranks(count, q, confidence);
    return (struct interval){r.low >= 1 ? sorted[r.low - 1] : NAN, r.high <= count ? sorted[r.high - 1] : NAN};
}

struct interval estimate_part_sd_interval(const struct mix *mix, double confidence)
{
    struct moments m = moments_of_part(mix, 0);
    if (m.n < 4)
        return UNKNOWN;
    double sd = moments_sd(&m), n = (double)m.n;
    if (sd <= 0)
        return (struct interval){0, 0};
    double fourth = 0;
    for (size_t first = 0; first < mix->count;) {
        struct window w = mix_window(mix, 0, 1, first);
        for (size_t i = 0; i < w.count; i++)
            if (!isnan(w.values[i]))
                fourth += gsl_pow_4(w.values[i] - m.mean);
        first += w.count;
    }
    double kurtosis = n * fourth / (m.m2 * m.m2);
    double z = gsl_cdf_ugaussian_Pinv(0.5 + confidence / 2);
    double correction = n > z ? n / (n - z) : n;
    double error = correction * sqrt(GSL_MAX_DBL((kurtosis - (n - 3) / n) / (n - 1), 0));
    /* Bonett's interval is of log variance. */
    return (struct interval){sd * sqrt(correction * exp(-z * error)), sd * sqrt(correction * exp(z * error))};
}

struct interval estimate_sd_interval(const double *values, size_t count, double confidence)
{
    struct mix mix = mix_of(values, count);
    return estimate_part_sd_interval(&mix, confidence);
}

/* Second moments of pairs, in one pass like struct moments. */
struct comoments {
    struct moments a, b;
    double cross;
};

static void comoments_add(struct comoments *c, double a, double b)
{
    double a_from_old = a - c->a.mean;
    moments_add(&c->a, a);
    moments_add(&c->b, b);
    c->cross += a_from_old * (b - c->b.mean);
}

static double comoments_correlation(const struct comoments *c)
{
    if (c->a.n < 2 || !(c->a.m2 > 0) || !(c->b.m2 > 0))
        return NAN;
    double r = c->cross / (sqrt(c->a.m2) * sqrt(c->b.m2));
    return GSL_MAX_DBL(-1, GSL_MIN_DBL(1, r));
}

struct paired estimate_paired(const double *a, const double *b, size_t count, double confidence)
{
    struct comoments c = {0};
    struct moments difference = {0};
    for (size_t i = 0; i < count; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            continue;
        comoments_add(&c, a[i], b[i]);
        moments_add(&difference, a[i] - b[i]);
    }
    return (struct paired){
        .n = difference.n,
        .mean = difference.n > 0 ? difference.mean : NAN,
        .interval = estimate_t(&difference, confidence),
        .correlation = comoments_correlation(&c),
    };
}

static struct summary proportion(double p, uint64_t n, double confidence)
{
    return (struct summary){
        .n = n,
        .mean = p,
        .interval = estimate_clopper_pearson(p * (double)n, (double)n, confidence),
        .sd = NAN,
        .min = NAN,
        .p50 = NAN,
        .p95 = NAN,
        .p99 = NAN,
        .max = NAN,
    };
}

static struct summary summary_absent(void)
{
    return (struct summary){0, NAN, UNKNOWN, NAN, NAN, NAN, NAN, NAN, NAN};
}

/* The quantiles of a summary. */
static const double QUANTILES[] = {0.50, 0.95, 0.99};
enum { QUANTILE_COUNT = sizeof QUANTILES / sizeof *QUANTILES };

struct summary estimate_part_summary(const struct mix *mix, int is_proportion)
{
    assert(mix->parts == 1);
    struct mix plain = *mix;
    plain.weights = &WHOLE;
    struct moments m = moments_of_part(&plain, 0);
    if (m.n == 0)
        return summary_absent();
    if (is_proportion)
        return proportion(m.mean, m.n, 0.95);
    double ranks[QUANTILE_COUNT], found[QUANTILE_COUNT];
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        ranks[i] = nearest_rank(m.n, QUANTILES[i]);
    select_values(&plain, m.min, m.max, ranks, QUANTILE_COUNT, found);
    return (struct summary){
        .n = m.n,
        .mean = m.mean,
        .interval = estimate_t(&m, 0.95),
        .sd = moments_sd(&m),
        .min = m.min,
        .p50 = found[0],
        .p95 = found[1],
        .p99 = found[2],
        .max = m.max,
    };
}

struct summary estimate_summary(const double *values, size_t count, int is_proportion)
{
    struct mix mix = mix_of(values, count);
    return estimate_part_summary(&mix, is_proportion);
}

/* One replication of a mix: the weighted sum of its present values and the weight they carry. */
struct share {
    double sum, weight;
};
static struct share mix_share(const struct mix *mix, const struct window *window, size_t i)
{
    struct share s = {0, 0};
    for (size_t part = 0; part < mix->parts; part++) {
        double value = window->values[part * window->stride + i];
        if (isnan(value))
            continue;
        s.sum += mix->weights[part] * value;
        s.weight += mix->weights[part];
    }
    return s;
}

struct summary estimate_mix_mean(const struct mix *mix, double confidence)
{
    struct summary result = summary_absent();
    struct share total = {0, 0};
    double squares = 0;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t first = 0; first < mix->count;) {
            struct window w = mix_window(mix, 0, mix->parts, first);
            for (size_t i = 0; i < w.count; i++) {
                struct share s = mix_share(mix, &w, i);
                if (pass == 1) {
                    squares += gsl_pow_2(s.sum - result.mean * s.weight);
                    continue;
                }
                total.sum += s.sum;
                total.weight += s.weight;
                result.n += s.weight > 0;
            }
            first += w.count;
        }
        if (result.n == 0)
            return result;
        result.mean = total.sum / total.weight;
    }
    double n = (double)result.n;
    if (result.n >= 2)
        result.interval = around(result.mean, sqrt(squares * n / (n - 1)) / total.weight, n - 1, confidence);
    return result;
}

/* The trials of a mix, pooled: each present value with the weight of its part. */
struct pool {
    uint64_t n;
    double weight, weight_squares;
    double squares; /* weighted, about a mean */
    double min, max;
};

static struct pool mix_pool(const struct mix *mix, double mean)
{
    struct pool pool = {.min = INFINITY, .max = -INFINITY};
    for (size_t part = 0; part < mix->parts; part++) {
        double squares = 0, weight = mix->weights[part];
        uint64_t present = 0;
        for (size_t first = 0; first < mix->count;) {
            struct window w = mix_window(mix, part, 1, first);
            for (size_t i = 0; i < w.count; i++) {
                double value = w.values[i];
                if (isnan(value))
                    continue;
                present++;
                squares += gsl_pow_2(value - mean);
                pool.min = value < pool.min ? value : pool.min;
                pool.max = value > pool.max ? value : pool.max;
            }
            first += w.count;
        }
        pool.n += present;
        pool.weight += weight * (double)present;
        pool.weight_squares += weight * weight * (double)present;
        pool.squares += weight * squares;
    }
    return pool;
}

static double pool_sd(const struct pool *pool)
{
    /* With equal weights this is the usual n - 1. */
    return pool->n < 2 ? NAN : sqrt(pool->squares / (pool->weight - pool->weight_squares / pool->weight));
}

struct summary estimate_mix_summary(const struct mix *mix, int is_proportion)
{
    struct summary result = estimate_mix_mean(mix, 0.95);
    if (result.n == 0)
        return result;
    struct pool pool = mix_pool(mix, result.mean);
    if (is_proportion) /* rounding of a weighted sum may stray over the edge */
        result = proportion(GSL_MIN_DBL(1, GSL_MAX_DBL(0, result.mean)), result.n, 0.95);
    result.n = pool.n;
    if (is_proportion)
        return result;
    double targets[QUANTILE_COUNT], found[QUANTILE_COUNT];
    for (size_t i = 0; i < QUANTILE_COUNT; i++)
        targets[i] = (QUANTILES[i] - RANK_SLACK) * pool.weight;
    select_values(mix, pool.min, pool.max, targets, QUANTILE_COUNT, found);
    result.sd = pool_sd(&pool);
    result.min = pool.min;
    result.p50 = found[0];
    result.p95 = found[1];
    result.p99 = found[2];
    result.max = pool.max;
    return result;
}

struct interval estimate_mix_quantile_interval(const struct mix *mix, double q, double confidence)
{
    struct summary mean = estimate_mix_mean(mix, confidence);
    if (mean.n == 0)
        return UNKNOWN;
    struct pool pool = mix_pool(mix, mean.mean);
    double n = (double)mean.n, weight = pool.weight;
    struct ranks r = quantile_ranks(mean.n, q, confidence);
    double targets[] = {((double)r.low / n - RANK_SLACK) * weight, ((double)r.high / n - RANK_SLACK) * weight};
    double found[2];
    select_values(mix, pool.min, pool.max, targets, 2, found);
    return (struct interval){r.low >= 1 ? found[0] : NAN, r.high <= mean.n ? found[1] : NAN};
}

/* One replication of two mixes: their sums over the parts that both have, and the weight of those. */
struct shared {
    double a, b, weight;
};
static struct shared shared_at(const double *weights, size_t parts, const struct window *a, const struct window *b,
                               size_t i)
{
    struct shared s = {0, 0, 0};
    for (size_t part = 0; part < parts; part++) {
        double x = a->values[part * a->stride + i], y = b->values[part * b->stride + i];
        if (isnan(x) || isnan(y))
            continue;
        s.a += weights[part] * x;
        s.b += weights[part] * y;
        s.weight += weights[part];
    }
    return s;
}

struct paired estimate_mix_paired(const struct mix *a, const struct mix *b, double confidence)
{
    assert(a->parts == b->parts && a->count == b->count);
    struct paired result = {0, NAN, UNKNOWN, NAN};
    struct comoments mixes = {0}; /* of the per-replication mixes over the parts that have both */
    double sum = 0, weight = 0;
    for (int pass = 0; pass < 2; pass++) {
        double squares = 0;
        for (size_t first = 0; first < a->count;) {
            struct window wa = mix_window(a, 0, a->parts, first), wb = mix_window(b, 0, b->parts, first);
            assert(wa.count == wb.count);
            for (size_t i = 0; i < wa.count; i++) {
                struct shared s = shared_at(a->weights, a->parts, &wa, &wb, i);
                if (s.weight <= 0)
                    continue;
                if (pass == 1) {
                    squares += gsl_pow_2(s.a - s.b - result.mean * s.weight);
                    continue;
                }
                comoments_add(&mixes, s.a / s.weight, s.b / s.weight);
                sum += s.a - s.b;
                weight += s.weight;
                result.n++;
            }
            first += wa.count;
        }
        if (result.n == 0)
            return result;
        double n = (double)result.n;
        if (pass == 0)
            result.mean = sum / weight;
        else if (result.n >= 2)
            result.interval = around(result.mean, sqrt(squares * n / (n - 1)) / weight, n - 1, confidence);
    }
    result.correlation = comoments_correlation(&mixes);
    return result;
}

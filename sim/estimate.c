#include "sim/estimate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>

/* Slack for products of counts and fractions that mean whole numbers (0.07 * 100 is a bit over 7). */
static const double RANK_SLACK = 1e-9;

static const struct interval UNKNOWN = {NAN, NAN};

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

double estimate_quantile(const double *sorted, size_t count, double q)
{
    if (count == 0)
        return NAN;
    double rank = ceil(q * (double)count - RANK_SLACK);
    return sorted[(size_t)GSL_MIN_DBL(GSL_MAX_DBL(rank, 1), (double)count) - 1];
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

struct interval estimate_sd_interval(const double *values, size_t count, double confidence)
{
    struct moments m = moments_of(values, count);
    if (m.n < 4)
        return UNKNOWN;
    double sd = moments_sd(&m), n = (double)m.n;
    if (sd <= 0)
        return (struct interval){0, 0};
    double fourth = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            fourth += gsl_pow_4(values[i] - m.mean);
    double kurtosis = n * fourth / (m.m2 * m.m2);
    double z = gsl_cdf_ugaussian_Pinv(0.5 + confidence / 2);
    double correction = n > z ? n / (n - z) : n;
    double error = correction * sqrt(GSL_MAX_DBL((kurtosis - (n - 3) / n) / (n - 1), 0));
    /* Bonett's interval is of log variance. */
    return (struct interval){sd * sqrt(correction * exp(-z * error)), sd * sqrt(correction * exp(z * error))};
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

struct summary estimate_summary(double *values, size_t count, int is_proportion)
{
    /* Moments first: in the order of the replications, like any other pass over them. */
    struct moments m = moments_of(values, count);
    if (m.n == 0)
        return summary_absent();
    if (is_proportion)
        return proportion(m.mean, m.n, 0.95);
    size_t present = estimate_sort(values, count);
    return (struct summary){
        .n = m.n,
        .mean = m.mean,
        .interval = estimate_t(&m, 0.95),
        .sd = moments_sd(&m),
        .min = m.min,
        .p50 = estimate_quantile(values, present, 0.50),
        .p95 = estimate_quantile(values, present, 0.95),
        .p99 = estimate_quantile(values, present, 0.99),
        .max = m.max,
    };
}

/* One replication of a mix: the weighted sum of its present values and the weight they carry. */
struct share {
    double sum, weight;
};
static struct share mix_share(const struct mix *mix, size_t replication)
{
    struct share s = {0, 0};
    for (size_t part = 0; part < mix->parts; part++) {
        double value = mix->values[part * mix->count + replication];
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
    for (size_t r = 0; r < mix->count; r++) {
        struct share s = mix_share(mix, r);
        total.sum += s.sum;
        total.weight += s.weight;
        result.n += s.weight > 0;
    }
    if (result.n == 0)
        return result;
    result.mean = total.sum / total.weight;
    double squares = 0;
    for (size_t r = 0; r < mix->count; r++) {
        struct share s = mix_share(mix, r);
        squares += gsl_pow_2(s.sum - result.mean * s.weight);
    }
    double n = (double)result.n;
    if (result.n >= 2)
        result.interval = around(result.mean, sqrt(squares * n / (n - 1)) / total.weight, n - 1, confidence);
    return result;
}

static int compare_weighted(const void *a, const void *b)
{
    double x = ((const struct weighted *)a)->value, y = ((const struct weighted *)b)->value;
    return (x > y) - (x < y);
}

/* The present values, sorted, with their weights. Returns how many there are. */
static size_t mix_sort(const struct mix *mix, struct weighted *scratch)
{
    size_t present = 0;
    for (size_t part = 0; part < mix->parts; part++)
        for (size_t r = 0; r < mix->count; r++) {
            double value = mix->values[part * mix->count + r];
            if (!isnan(value))
                scratch[present++] = (struct weighted){value, mix->weights[part]};
        }
    if (present > 0)
        qsort(scratch, present, sizeof *scratch, compare_weighted);
    return present;
}

/* The smallest value with at least `fraction` of the weight at or below it. */
static double weighted_quantile(const struct weighted *sorted, size_t count, double fraction)
{
    double total = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        total += sorted[i].weight;
    for (size_t i = 0; i < count; i++) {
        sum += sorted[i].weight;
        if (sum >= (fraction - RANK_SLACK) * total)
            return sorted[i].value;
    }
    return count > 0 ? sorted[count - 1].value : NAN;
}

static double weighted_sd(const struct weighted *values, size_t count)
{
    double total = 0, squares = 0, mean = 0, m2 = 0;
    for (size_t i = 0; i < count; i++) {
        total += values[i].weight;
        squares += values[i].weight * values[i].weight;
        mean += (values[i].value - mean) * (values[i].weight / total);
    }
    for (size_t i = 0; i < count; i++)
        m2 += values[i].weight * gsl_pow_2(values[i].value - mean);
    /* With equal weights this is the usual n - 1. */
    return count < 2 ? NAN : sqrt(m2 / (total - squares / total));
}

struct summary estimate_mix_summary(const struct mix *mix, struct weighted *scratch, int is_proportion)
{
    struct summary result = estimate_mix_mean(mix, 0.95);
    if (result.n == 0)
        return result;
    size_t present = mix_sort(mix, scratch);
    if (is_proportion) /* rounding of a weighted sum may stray over the edge */
        result = proportion(GSL_MIN_DBL(1, GSL_MAX_DBL(0, result.mean)), result.n, 0.95);
    result.n = present; /* the trials pooled */
    if (is_proportion)
        return result;
    result.sd = weighted_sd(scratch, present);
    result.min = scratch[0].value;
    result.p50 = weighted_quantile(scratch, present, 0.50);
    result.p95 = weighted_quantile(scratch, present, 0.95);
    result.p99 = weighted_quantile(scratch, present, 0.99);
    result.max = scratch[present - 1].value;
    return result;
}

struct interval estimate_mix_quantile_interval(const struct mix *mix, struct weighted *scratch, double q,
                                               double confidence)
{
    uint64_t n = estimate_mix_mean(mix, confidence).n;
    if (n == 0)
        return UNKNOWN;
    size_t present = mix_sort(mix, scratch);
    struct ranks r = quantile_ranks(n, q, confidence);
    double low = (double)r.low / (double)n, high = (double)r.high / (double)n;
    return (struct interval){r.low >= 1 ? weighted_quantile(scratch, present, low) : NAN,
                             r.high <= n ? weighted_quantile(scratch, present, high) : NAN};
}

struct paired estimate_mix_paired(const struct mix *a, const struct mix *b, double confidence)
{
    assert(a->parts == b->parts && a->count == b->count);
    struct paired result = {0, NAN, UNKNOWN, NAN};
    struct comoments mixes = {0}; /* of the per-replication mixes over the parts that have both */
    double sum = 0, weight = 0;
    for (int pass = 0; pass < 2; pass++) {
        double squares = 0;
        for (size_t r = 0; r < a->count; r++) {
            double sum_a = 0, sum_b = 0, share = 0;
            for (size_t part = 0; part < a->parts; part++) {
                double x = a->values[part * a->count + r], y = b->values[part * a->count + r];
                if (isnan(x) || isnan(y))
                    continue;
                sum_a += a->weights[part] * x;
                sum_b += a->weights[part] * y;
                share += a->weights[part];
            }
            if (share <= 0)
                continue;
            if (pass == 0) {
                comoments_add(&mixes, sum_a / share, sum_b / share);
                sum += sum_a - sum_b;
                weight += share;
                result.n++;
            } else {
                squares += gsl_pow_2(sum_a - sum_b - result.mean * share);
            }
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

#include "models/draw.h"

#include <assert.h>
#include <float.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_gamma.h>

/* ---- the rows ---- */

static const char *constant_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    d->a = given[0];
    return NULL;
}

static double constant_quantile(const struct draw *d, double u)
{
    (void)u;
    return d->a;
}

static double constant_cdf(const struct draw *d, double x)
{
    return x >= d->a ? 1.0 : 0.0;
}

static double constant_mean(const struct draw *d)
{
    return d->a;
}

static const char *uniform_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    d->a = given[0];
    d->b = given[1];
    return d->b < d->a ? "high must not be below low" : NULL;
}

static double uniform_quantile(const struct draw *d, double u)
{
    return d->a + (d->b - d->a) * u;
}

static double uniform_cdf(const struct draw *d, double x)
{
    if (x < d->a)
        return 0.0;
    return x >= d->b ? 1.0 : (x - d->a) / (d->b - d->a);
}

static double uniform_mean(const struct draw *d)
{
    return 0.5 * (d->a + d->b);
}

static const char *exponential_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    d->a = given[0];
    return NULL;
}

static double exponential_quantile(const struct draw *d, double u)
{
    return -d->a * log1p(-u);
}

static double exponential_cdf(const struct draw *d, double x)
{
    return x <= 0.0 ? 0.0 : -expm1(-x / d->a);
}

static double exponential_mean(const struct draw *d)
{
    return d->a;
}

/* Lognormal: a = ln(median), b = sigma. */
enum { LOGNORMAL_MEDIAN, LOGNORMAL_P95, LOGNORMAL_P99, LOGNORMAL_SIGMA };

static const char *lognormal_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    bool has_p95 = !isnan(given[LOGNORMAL_P95]), has_p99 = !isnan(given[LOGNORMAL_P99]);
    bool has_sigma = !isnan(given[LOGNORMAL_SIGMA]);
    if (has_p95 + has_p99 + has_sigma != 1)
        return "needs exactly one of p95, p99 and sigma beside the median";
    d->a = log(given[LOGNORMAL_MEDIAN]);
    if (has_sigma) {
        d->b = given[LOGNORMAL_SIGMA];
        return NULL;
    }
    double tail = has_p95 ? given[LOGNORMAL_P95] : given[LOGNORMAL_P99];
    if (tail < given[LOGNORMAL_MEDIAN])
        return "the upper percentile must not be below the median";
    d->b = (log(tail) - d->a) / gsl_cdf_ugaussian_Pinv(has_p95 ? 0.95 : 0.99);
    return NULL;
}

static double lognormal_quantile(const struct draw *d, double u)
{
    return exp(d->a + d->b * gsl_cdf_ugaussian_Pinv(u));
}

static double lognormal_cdf(const struct draw *d, double x)
{
    if (x <= 0.0)
        return 0.0;
    if (d->b == 0.0)
        return log(x) >= d->a ? 1.0 : 0.0;
    return gsl_cdf_ugaussian_P((log(x) - d->a) / d->b);
}

static double lognormal_mean(const struct draw *d)
{
    return exp(d->a + 0.5 * d->b * d->b);
}

/* Gamma: a = shape, b = scale. */
static const char *gamma_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    d->a = 1.0 / (given[1] * given[1]);
    d->b = given[0] / d->a;
    return NULL;
}

/* By Newton's method on the logarithm of the nearer tail over log(x), kept inside a bracket: gsl_cdf_gamma_Pinv gives
 * up for small shapes. Below, x^a / G(a + 1) is the tail to all digits. */
static double gamma_quantile(const struct draw *d, double u)
{
    bool is_lower = u < 0.5;
    double target = log(is_lower ? u : 1.0 - u), low = -INFINITY, high = 700.0;
    double y = (log(u) + gsl_sf_lngamma(d->a + 1.0)) / d->a;
    if (is_lower && y < -40.0)
        return d->b * exp(y);
    y = d->a > 1.0 ? log(d->a) : fmin(y, 3.0);
    for (int i = 0; i < 200; i++) {
        double x = exp(y), tail = is_lower ? gsl_cdf_gamma_P(x, d->a, 1.0) : gsl_cdf_gamma_Q(x, d->a, 1.0);
        double off = (log(tail) - target) * (is_lower ? 1.0 : -1.0); /* > 0: x is too large */
        *(off > 0.0 ? &high : &low) = y;
        double next = y - off * tail / (x * gsl_ran_gamma_pdf(x, d->a, 1.0));
        if (!(next > low && next < high))
            next = isinf(low) ? y - 1.0 : 0.5 * (low + high);
        if (fabs(next - y) <= 1e-15 * fmax(1.0, fabs(y)))
            break;
        y = next;
    }
    return d->b * exp(y);
}

static double gamma_cdf(const struct draw *d, double x)
{
    return x <= 0.0 ? 0.0 : gsl_cdf_gamma_P(x, d->a, d->b);
}

static double gamma_mean(const struct draw *d)
{
    return d->a * d->b;
}

/* Weibull: a = shape k, b = scale. The shape that has the asked-for cv is found by bisection: cv falls
 * monotonically in k, cv^2 + 1 = G(1 + 2/k) / G(1 + 1/k)^2. */
static double weibull_cv(double shape)
{
    double ratio = gsl_sf_lngamma(1.0 + 2.0 / shape) - 2.0 * gsl_sf_lngamma(1.0 + 1.0 / shape);
    return sqrt(expm1(ratio));
}

static const char *weibull_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    double low = 0.1, high = 200.0;
    if (given[1] > weibull_cv(low) || given[1] < weibull_cv(high))
        return "no weibull distribution has that cv (0.0064 to 429 are possible)";
    for (int i = 0; i < 200; i++) {
        double middle = sqrt(low * high);
        if (weibull_cv(middle) > given[1])
            low = middle;
        else
            high = middle;
    }
    d->a = high;
    d->b = given[0] / exp(gsl_sf_lngamma(1.0 + 1.0 / d->a));
    return NULL;
}

static double weibull_quantile(const struct draw *d, double u)
{
    return d->b * pow(-log1p(-u), 1.0 / d->a);
}

static double weibull_cdf(const struct draw *d, double x)
{
    return x <= 0.0 ? 0.0 : -expm1(-pow(x / d->b, d->a));
}

static double weibull_mean(const struct draw *d)
{
    return d->b * exp(gsl_sf_lngamma(1.0 + 1.0 / d->a));
}

/* Pareto: a = minimum, b = shape. */
static const char *pareto_resolve(struct draw *d, const double given[DRAW_PARAMS])
{
    d->a = given[0];
    d->b = given[1];
    return NULL;
}

static double pareto_quantile(const struct draw *d, double u)
{
    return d->a * pow(1.0 - u, -1.0 / d->b);
}

static double pareto_cdf(const struct draw *d, double x)
{
    return x <= d->a ? 0.0 : 1.0 - pow(d->a / x, d->b);
}

static double pareto_mean(const struct draw *d)
{
    return d->b > 1.0 ? d->a * d->b / (d->b - 1.0) : INFINITY;
}

/* Empirical: the values themselves, each with the same weight; the u-quantile is a recorded value. */
static double empirical_quantile(const struct draw *d, double u)
{
    size_t rank = (size_t)(u * (double)d->value_count);
    return d->values[rank < d->value_count ? rank : d->value_count - 1];
}

static double empirical_cdf(const struct draw *d, double x)
{
    size_t low = 0, high = d->value_count; /* first index with a value > x */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->values[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low / (double)d->value_count;
}

static double empirical_mean(const struct draw *d)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->value_count; i++)
        sum += d->values[i];
    return sum / (double)d->value_count;
}

/* Mixture: the quantile is the smallest x with cdf(x) >= u, found by bisection down to neighbouring doubles,
 * so that an atom comes out exactly. */
static double mixture_cdf(const struct draw *d, double x)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->part_count; i++)
        sum += d->weights[i] * draw_cdf(&d->parts[i], x);
    return sum;
}

static double mixture_quantile(const struct draw *d, double u)
{
    double low = INFINITY, high = -INFINITY;
    for (size_t i = 0; i < d->part_count; i++) {
        double q = draw_quantile(&d->parts[i], u);
        low = fmin(low, q);
        high = fmax(high, q);
    }
    high = fmin(high, DBL_MAX); /* a component's tail may overflow where the mixture's does not */
    if (mixture_cdf(d, low) >= u)
        return low;
    for (;;) {
        double middle = low + 0.5 * (high - low);
        if (middle <= low || middle >= high)
            return high;
        if (mixture_cdf(d, middle) >= u)
            high = middle;
        else
            low = middle;
    }
}

static double mixture_mean(const struct draw *d)
{
    double sum = 0.0;
    for (size_t i = 0; i < d->part_count; i++)
        sum += d->weights[i] * draw_mean(&d->parts[i]);
    return sum;
}

#define TIME(key, low_open, required, meaning) \
    { \
        key, true, 0.0, 1e9, low_open, required, meaning \
    }

const struct draw_kind draw_kinds[] = {
    {"constant",
     "always the same",
     {TIME("value", false, true, "the value")},
     false,
     constant_resolve,
     constant_quantile,
     constant_cdf,
     constant_mean},
    {"uniform",
     "evenly between two bounds",
     {TIME("low", false, true, "lower bound"), TIME("high", false, true, "upper bound")},
     false,
     uniform_resolve,
     uniform_quantile,
     uniform_cdf,
     uniform_mean},
    {"exponential",
     "memoryless",
     {TIME("mean", true, true, "mean")},
     false,
     exponential_resolve,
     exponential_quantile,
     exponential_cdf,
     exponential_mean},
    {"lognormal",
     "the usual law of latencies",
     {TIME("median", true, true, "median"),
      TIME("p95", true, false, "95th percentile (this, p99 or sigma)"),
      TIME("p99", true, false, "99th percentile"),
      {"sigma", false, 0.0, 10.0, false, false, "standard deviation of the logarithm"}},
     true,
     lognormal_resolve,
     lognormal_quantile,
     lognormal_cdf,
     lognormal_mean},
    {"gamma",
     "sums of exponentials, any cv",
     {TIME("mean", true, true, "mean"), {"cv", false, 0.01, 20.0, false, true, "standard deviation / mean"}},
     false,
     gamma_resolve,
     gamma_quantile,
     gamma_cdf,
     gamma_mean},
    {"weibull",
     "ageing (cv < 1) or infant mortality (cv > 1)",
     {TIME("mean", true, true, "mean"), {"cv", false, 0.01, 400.0, false, true, "standard deviation / mean"}},
     false,
     weibull_resolve,
     weibull_quantile,
     weibull_cdf,
     weibull_mean},
    {"pareto",
     "a power-law tail",
     {TIME("minimum", true, true, "smallest value"),
      {"shape", false, 0.0, 1000.0, true, true, "tail exponent; the mean is finite above 1"}},
     false,
     pareto_resolve,
     pareto_quantile,
     pareto_cdf,
     pareto_mean},
    {"empirical",
     "recorded values, each as likely as the others",
     {{NULL, false, 0, 0, false, false, NULL}},
     false,
     NULL,
     empirical_quantile,
     empirical_cdf,
     empirical_mean},
    {"mixture",
     "one of several distributions, by weight",
     {{NULL, false, 0, 0, false, false, NULL}},
     false,
     NULL,
     mixture_quantile,
     mixture_cdf,
     mixture_mean},
};
const size_t draw_kind_count = sizeof draw_kinds / sizeof *draw_kinds;

/* ---- what all rows share ---- */

const struct draw_kind *draw_find(const char *name)
{
    for (size_t i = 0; i < draw_kind_count; i++)
        if (strcmp(draw_kinds[i].name, name) == 0)
            return &draw_kinds[i];
    return NULL;
}

const char *draw_resolve(struct draw *d, const struct draw_kind *kind, const double given[DRAW_PARAMS])
{
    assert(kind->resolve);
    *d = (struct draw){.kind = kind};
    return kind->resolve(d, given);
}

struct draw draw_empirical(const double *values, size_t count)
{
    assert(count > 0);
    return (struct draw){.kind = draw_find("empirical"), .values = values, .value_count = count};
}

struct draw draw_mixture(const struct draw *parts, const double *weights, size_t count)
{
    assert(count > 0);
    return (struct draw){.kind = draw_find("mixture"), .parts = parts, .weights = weights, .part_count = count};
}

struct draw draw_constant(double value_us)
{
    return (struct draw){.kind = draw_find("constant"), .a = value_us};
}

struct draw draw_uniform(double low_us, double high_us)
{
    return (struct draw){.kind = draw_find("uniform"), .a = low_us, .b = high_us};
}

double draw_quantile(const struct draw *d, double u)
{
    double q = d->kind->quantile(d, u);
    return d->most_us > 0.0 && q > d->most_us ? d->most_us : q;
}

double draw_cdf(const struct draw *d, double x)
{
    return d->most_us > 0.0 && x >= d->most_us ? 1.0 : d->kind->cdf(d, x);
}

double draw_mean(const struct draw *d)
{
    return d->kind->mean(d);
}

/* Where cell `index` begins, as a distance from the end of (0, 1). */
static double cell_start(int64_t index)
{
    uint64_t bits = (uint64_t)(index + ((int64_t)(1022 - DRAW_TABLE_OCTAVES) << DRAW_TABLE_CELL_BITS))
                    << (52 - DRAW_TABLE_CELL_BITS);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static double quantile_at(const struct draw *d, int upper, double v)
{
    return draw_quantile(d, upper ? 1.0 - v : v);
}

/* The parabola through the ends and the middle of a cell (Newton's form, multiplied out). */
static struct draw_cell fit_cell(const struct draw *d, int upper, double v0, double v2)
{
    double v1 = 0.5 * (v0 + v2);
    double q0 = quantile_at(d, upper, v0), q1 = quantile_at(d, upper, v1), q2 = quantile_at(d, upper, v2);
    double slope = (q1 - q0) / (v1 - v0), bend = ((q2 - q1) / (v2 - v1) - slope) / (v2 - v0);
    return (struct draw_cell){q0 - slope * v0 + bend * v0 * v1, slope - bend * (v0 + v1), bend};
}

static bool is_close(const struct draw_cell *cell, const struct draw *d, int upper, double v, double scale)
{
    double q = quantile_at(d, upper, v);
    return fabs(cell->a + v * (cell->b + v * cell->c) - q) <= 1e-4 * (fabs(q) + scale);
}

void draw_table_init(struct draw_table *table, const struct draw *d)
{
    double mean = draw_mean(d), scale = isfinite(mean) ? mean : draw_quantile(d, 0.5);
    table->exact = *d;
    for (int upper = 0; upper < 2; upper++)
        for (int64_t i = 0; i < DRAW_TABLE_CELLS; i++) {
            double v0 = cell_start(i), v2 = cell_start(i + 1);
            struct draw_cell cell = fit_cell(d, upper, v0, v2);
            if (!is_close(&cell, d, upper, 0.75 * v0 + 0.25 * v2, scale) ||
                !is_close(&cell, d, upper, 0.25 * v0 + 0.75 * v2, scale))
                cell.c = NAN;
            table->cell[upper][i] = cell;
        }
}

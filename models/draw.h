/* Distributions by name: one row each, told apart by no one but their own functions.
 *
 * Every distribution is drawn by its quantile function from one uniform, so two versions (or two policies)
 * that are handed the same uniform meet the same luck: common random numbers by construction.
 *
 * All values are microseconds; whoever reads "median_ms" multiplies before calling draw_resolve(). */
#ifndef BAKEOFF_MODELS_DRAW_H
#define BAKEOFF_MODELS_DRAW_H

#include "models/units.h"

enum { DRAW_PARAMS = 4 };

struct draw;

/* One parameter of a distribution. The key in a scenario file is `key`, followed by "_ms" or "_s" when the
 * parameter has a unit. */
struct draw_param {
    const char *key;
    bool has_unit;
    double low, high; /* inclusive bounds, in the file's unit when has_unit */
    bool low_open;    /* the lower bound itself is refused */
    bool required;    /* otherwise resolve() says which combinations make sense */
    const char *meaning;
};

struct draw_kind {
    const char *name;
    const char *meaning;
    struct draw_param params[DRAW_PARAMS]; /* ends at the first NULL key */
    /* given[i] belongs to params[i], NaN where absent, times already in us. Fills d->a and d->b.
     * Returns NULL, or what is wrong as a sentence without a full stop. NULL for empirical and mixture. */
    const char *(*resolve)(struct draw *d, const double given[DRAW_PARAMS]);
    double (*quantile)(const struct draw *d, double u); /* 0 < u < 1 */
    double (*cdf)(const struct draw *d, double x);      /* P(X <= x) */
    double (*mean)(const struct draw *d);               /* may be infinite (pareto, shape <= 1) */
};

/* A distribution as a value. Owns nothing: `values` and `parts` belong to whoever built it. */
struct draw {
    const struct draw_kind *kind; /* NULL: not given */
    double a, b;                  /* meaning is the row's own */
    const double *values;         /* empirical: sorted ascending, us */
    size_t value_count;
    const struct draw *parts; /* mixture: components, with weights that sum to 1 */
    const double *weights;
    size_t part_count;
};

extern const struct draw_kind draw_kinds[];
extern const size_t draw_kind_count;

/* The row of that name, or NULL. */
const struct draw_kind *draw_find(const char *name);

/* Scalar kinds: sets d->kind and its parameters. Returns NULL or the error sentence. */
const char *draw_resolve(struct draw *d, const struct draw_kind *kind, const double given[DRAW_PARAMS]);

/* `values` must be sorted ascending, count > 0, and outlive the result. */
struct draw draw_empirical(const double *values, size_t count);

/* Weights are normalised by the caller and outlive the result, as parts do. */
struct draw draw_mixture(const struct draw *parts, const double *weights, size_t count);

struct draw draw_constant(double value_us);
struct draw draw_uniform(double low_us, double high_us);

/* The u-quantile, 0 < u < 1. For a mixture: by bisection of its cdf, to a relative 1e-12. */
double draw_quantile(const struct draw *d, double u);
double draw_cdf(const struct draw *d, double x);
double draw_mean(const struct draw *d);

/* A quantile function tabulated for speed: piecewise linear between exact values, 128 cells an octave of
 * the distance to the nearer end of (0, 1), so that tails are as fine as the middle; a cell in which the
 * line would be off by more than 1e-4 (a jump, or the far tail) calls the exact function instead. */
enum { DRAW_TABLE_OCTAVES = 20, DRAW_TABLE_CELLS = 128 };
struct draw_table {
    struct draw exact;
    /* [side][octave * CELLS + cell] = {value at the cell's start, slope per unit of u}; a NaN slope sends
     * the draw to the exact function. */
    struct {
        double value, slope;
    } cell[2][DRAW_TABLE_OCTAVES * DRAW_TABLE_CELLS];
};

void draw_table_init(struct draw_table *table, const struct draw *d);

#endif

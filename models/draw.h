/* Distributions by name: one row each, told apart by no one but their own functions.
 *
 * Every distribution is drawn by its quantile function from one uniform, so two versions (or two policies)
 * that are handed the same uniform meet the same luck: common random numbers by construction.
 *
 * All values are microseconds; whoever reads "median_ms" multiplies before calling draw_resolve(). */
#ifndef BAKEOFF_MODELS_DRAW_H
#define BAKEOFF_MODELS_DRAW_H

#include "models/units.h"

#include <string.h>

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
    bool takes_one_more;                   /* exactly one of the parameters that are not required is given */
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
    double most_us; /* what would be longer is cut to this; 0: nothing is */
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

/* A quantile function tabulated for speed: in each cell a parabola a + b v + c v^2 in the distance v of u to the nearer
 * end of (0, 1), 16 cells an octave of v, so that the tails are as fine as the middle and the table stays in the first
 * cache. A cell in which the parabola would be off by more than 1e-4 of value and mean (a jump), and all beyond the last
 * octave, calls the exact function. */
enum { DRAW_TABLE_OCTAVES = 20, DRAW_TABLE_CELL_BITS = 4 };
enum { DRAW_TABLE_CELLS = DRAW_TABLE_OCTAVES << DRAW_TABLE_CELL_BITS };
struct draw_cell {
    double a, b, c; /* c is NaN where the exact function must be asked */
};
struct draw_table {
    struct draw exact;
    struct draw_cell cell[2][DRAW_TABLE_CELLS]; /* [1] for u >= 0.5; ascending in v */
};

void draw_table_init(struct draw_table *table, const struct draw *d);

/* The u-quantile, 0 < u < 1; within 1e-4 of value and mean of the exact one, and exact where the law is flat. */
static inline double draw_table_at(const struct draw_table *table, double u)
{
    const int upper = u >= 0.5; /* a coin toss: kept free of branches */
    const double rest = 1.0 - u, v = rest < u ? rest : u;
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    /* Exponent and leading mantissa bits number the cells; [1/4, 1/2) is the last octave. */
    int64_t index =
        (int64_t)(bits >> (52 - DRAW_TABLE_CELL_BITS)) - ((int64_t)(1022 - DRAW_TABLE_OCTAVES) << DRAW_TABLE_CELL_BITS);
    if (index >= 0 && index < DRAW_TABLE_CELLS) {
        const struct draw_cell *cell = &table->cell[upper][index];
        double y = cell->a + v * (cell->b + v * cell->c);
        if (y == y)
            return y;
    }
    return draw_quantile(&table->exact, u);
}

#endif

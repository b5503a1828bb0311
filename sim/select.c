#include "sim/select.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 1024, DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, KEY_BITS = 64 };

/* ---- few values: sorted ---- */

struct weighted {
    double value, weight;
};

static int compare_weighted(const void *a, const void *b)
{
    double x = ((const struct weighted *)a)->value, y = ((const struct weighted *)b)->value;
    return (x > y) - (x < y);
}

static void select_sorted(const struct mix *mix, const double *targets, size_t count, double *found)
{
    struct weighted sorted[FEW];
    size_t present = 0, at = 0;
    for (size_t part = 0; part < mix->parts; part++) {
        struct window w = mix_window(mix, part, 1, 0);
        assert(w.count == mix->count);
        for (size_t r = 0; r < mix->count; r++)
            if (!isnan(w.values[r]))
                sorted[present++] = (struct weighted){w.values[r], mix->weights[part]};
    }
    /* cppcheck-suppress uninitvar ; those that are present have been written */
    qsort(sorted, present, sizeof *sorted, compare_weighted);
    for (size_t t = 0; t < count; t++) {
        double below = 0;
        for (at = 0; at + 1 < present; at++) {
            below += sorted[at].weight;
            if (below >= targets[t])
                break;
        }
        found[t] = present > 0 ? sorted[at].value : NAN;
    }
}

/* ---- many: digit by digit from the top ---- */

/* Unsigned integers in the order of the doubles. */
static uint64_t key_of(double value)
{
    uint64_t bits;
    value += 0.0; /* -0 is 0 */
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key)
{
    uint64_t bits = key >> 63 ? key & ~(UINT64_C(1) << 63) : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* A value sought: what is known of its key, and the weight below all keys that begin so. */
struct search {
    double target, below;
    uint64_t prefix;      /* the digits known, at the low end */
    uint64_t least, most; /* keys of the values that begin so */
    size_t leader;        /* the first search with the same prefix counts for both */
    double *weights;      /* [DIGITS] */
};

struct digit {
    int shift; /* of the digit looked for */
    int known; /* bits above it: those of the prefix; 0: none */
};

static void count_part(struct search *searches, size_t count, const struct mix *mix, size_t part, struct digit digit,
                       uint64_t (*seen)[DIGITS])
{
    for (size_t first = 0; first < mix->count;) {
        struct window w = mix_window(mix, part, 1, first);
        for (size_t i = 0; i < w.count; i++) {
            if (isnan(w.values[i]))
                continue;
            uint64_t key = key_of(w.values[i]);
            uint64_t prefix = digit.known > 0 ? key >> (KEY_BITS - digit.known) : 0;
            for (size_t s = 0; s < count; s++) {
                struct search *search = &searches[s];
                if (search->leader != s || prefix != search->prefix)
                    continue;
                seen[s][key >> digit.shift & (DIGITS - 1)]++;
                search->least = key < search->least ? key : search->least;
                search->most = key > search->most ? key : search->most;
            }
        }
        first += w.count;
    }
}

/* Whole counts first, weights then: sums of many weights would round. */
static void count_all(struct search *searches, size_t count, const struct mix *mix, struct digit digit)
{
    uint64_t seen[SELECT_MAX][DIGITS];
    for (size_t s = 0; s < count; s++) {
        searches[s].least = UINT64_MAX;
        searches[s].most = 0;
        memset(searches[s].weights, 0, DIGITS * sizeof *searches[s].weights);
    }
    for (size_t part = 0; part < mix->parts; part++) {
        memset(seen, 0, sizeof seen);
        count_part(searches, count, mix, part, digit, seen);
        for (size_t s = 0; s < count; s++)
            for (size_t d = 0; d < DIGITS && searches[s].leader == s; d++)
                searches[s].weights[d] += mix->weights[part] * (double)seen[s][d];
    }
}

/* The digit in which the target lies. */
static void descend(struct search *search, const double *weights, struct digit digit)
{
    size_t chosen = 0;
    double below = 0, sum = 0;
    for (size_t d = 0; d < DIGITS; d++) {
        if (!(weights[d] > 0))
            continue;
        chosen = d;
        below = sum;
        sum += weights[d];
        if (search->below + sum >= search->target)
            break;
    }
    search->below += below;
    int bits = KEY_BITS - digit.known - digit.shift;
    search->prefix = search->prefix << bits | (chosen & ((UINT64_C(1) << bits) - 1));
}

/* The digits that all keys begin with are known; the first to look at follows them. */
static struct digit first_digit(uint64_t least, uint64_t most)
{
    int known = __builtin_clzll(least ^ most);
    return (struct digit){.shift = known + DIGIT_BITS < KEY_BITS ? KEY_BITS - DIGIT_BITS - known : 0, .known = known};
}

static void select_by_digits(const struct mix *mix, uint64_t least, uint64_t most, const double *targets, size_t count,
                             double *found)
{
    double weights[SELECT_MAX][DIGITS];
    struct search searches[SELECT_MAX] = {0};
    struct digit digit = first_digit(least, most);
    uint64_t prefix = digit.known > 0 ? least >> (KEY_BITS - digit.known) : 0;
    bool is_open = true;
    for (size_t s = 0; s < count; s++)
        searches[s] = (struct search){.target = targets[s], .prefix = prefix, .weights = weights[s]};
    while (is_open) {
        count_all(searches, count, mix, digit);
        is_open = false;
        for (size_t s = 0; s < count; s++) {
            const struct search *leader = &searches[searches[s].leader];
            bool is_absent = leader->least > leader->most, is_one = leader->least == leader->most;
            descend(&searches[s], leader->weights, digit);
            found[s] = is_absent ? NAN : value_of(is_one ? leader->least : searches[s].prefix);
            is_open |= !is_absent && !is_one && digit.shift > 0;
        }
        for (size_t s = 0; s < count; s++) {
            searches[s].leader = 0;
            while (searches[searches[s].leader].prefix != searches[s].prefix)
                searches[s].leader++;
        }
        digit.known = KEY_BITS - digit.shift;
        digit.shift = digit.shift > DIGIT_BITS ? digit.shift - DIGIT_BITS : 0;
    }
}

void select_values(const struct mix *mix, double least, double most, const double *targets, size_t count, double *found)
{
    assert(count <= SELECT_MAX);
    if (mix->count <= FEW / mix->parts)
        select_sorted(mix, targets, count, found);
    else if (!(least < most))
        for (size_t t = 0; t < count; t++)
            found[t] = least;
    else
        select_by_digits(mix, key_of(least), key_of(most), targets, count, found);
}

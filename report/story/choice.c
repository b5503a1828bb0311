#include "report/story/choice.h"

#include <math.h>
#include <stdlib.h>

struct candidate {
    double value;
    uint64_t replication;
};

static int compare_candidates(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->replication > y->replication) - (x->replication < y->replication);
}

static size_t rank_of(const struct candidate *sorted, size_t count, enum choice choice)
{
    if (choice == CHOOSE_MEDIAN)
        return (count + 1) / 2 - 1;
    size_t first = count - 1;
    while (first > 0 && sorted[first - 1].value == sorted[count - 1].value)
        first--;
    return first;
}

int choose_replication(struct chosen *chosen, const struct replicate_result *result, size_t trial,
                       const struct column *figure, enum choice choice)
{
    *chosen = (struct chosen){0};
    struct candidate *candidates = calloc(result->replications + 1, sizeof *candidates);
    if (!candidates)
        return -1;
    size_t count = 0;
    for (uint64_t r = 0; r < result->replications; r++) {
        double value = column_value(figure, &result->rows[r * result->trial_count + trial]);
        if (isfinite(value))
            candidates[count++] = (struct candidate){value, r};
    }
    if (count > 0) {
        qsort(candidates, count, sizeof *candidates, compare_candidates);
        const struct candidate *best = &candidates[rank_of(candidates, count, choice)];
        *chosen = (struct chosen){true, best->replication, best->value};
    }
    free(candidates);
    return 0;
}

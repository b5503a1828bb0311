#include "report/figures/rollback_curve.h"

/* Points of all curves together, and the finest grid of quantiles that a curve is drawn on. */
enum { POINTS = 3200, FINEST = 400 };

size_t rollback_grid(size_t curves)
{
    size_t grid = FINEST;
    while (grid > 100 && grid * curves > POINTS)
        grid /= 2;
    return grid;
}

static void put_point(struct dataset *data, const char *panel, const char *policy, double at, double share)
{
    dataset_number(data, at);
    dataset_number(data, share);
    dataset_text(data, panel);
    dataset_text(data, policy);
}

void rollback_curve(struct dataset *data, const char *panel, const char *policy, const double *times, size_t count,
                    uint64_t trials, size_t grid, double until)
{
    size_t last = 0;
    put_point(data, panel, policy, count > 0 ? times[0] : 0, 0);
    for (size_t k = 0; k <= grid && count > 0; k++) {
        size_t rank = k == 0 ? 1 : (count * k + grid - 1) / grid;
        if (rank > last)
            put_point(data, panel, policy, times[rank - 1], (double)rank / (double)trials);
        last = rank;
    }
    put_point(data, panel, policy, until, (double)count / (double)trials);
}

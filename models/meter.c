#include "models/meter.h"

#include <assert.h>

static const struct bucket empty_bucket = {
    .latency_min = INFINITY,
    .latency_max = -INFINITY,
    .overhead_min = INFINITY,
    .overhead_max = -INFINITY,
    .concurrent_min = INFINITY,
    .concurrent_max = -INFINITY,
};

static void empty_slot(const struct meter *meter, int index)
{
    for (int fleet = 0; fleet < FLEETS; fleet++) {
        int i = fleet * meter->shape->ring + index;
        meter->buckets[i] = empty_bucket;
        if (meter->latency)
            meter->latency[i].count = 0;
        if (meter->overhead)
            meter->overhead[i].count = 0;
    }
    for (int metric = 0; metric < METRICS; metric++)
        meter->visible_us[metric * meter->shape->ring + index] = US_NEVER;
}

void meter_clear(const struct meter *meter)
{
    for (int i = 0; i < meter->shape->ring; i++)
        empty_slot(meter, i);
}

void meter_close(const struct meter *meter, int64_t minute)
{
    empty_slot(meter, meter_index(meter->shape, minute + meter->shape->open));
}

/* ---- raw samples ---- */

void samples_to_bins(struct samples *samples)
{
    uint32_t bins[LOGHIST_BINS] = {0};
    for (uint32_t i = 0; i < SAMPLES_EXACT; i++)
        bins[loghist_bin(samples->raw[i])]++;
    memcpy(samples->bins, bins, sizeof bins);
}

void samples_copy(struct samples *to, const struct samples *from)
{
    size_t used = from->count > SAMPLES_EXACT ? sizeof from->bins : from->count * sizeof *from->raw;
    memcpy(to, from, offsetof(struct samples, raw) + used);
}

/* ---- reading ---- */

/* Visits the visible buckets of a window. */
struct window {
    const struct meter *meter;
    enum metric_id metric;
    unsigned mask;
    int64_t minute, until, now;
    int fleet;
};

static struct window window_over(const struct meter *meter, enum metric_id metric, unsigned mask, int64_t from,
                                 int64_t until, int64_t now)
{
    /* The first minute that begins at or after `from`. */
    int64_t minute = meter_minute_of(meter->shape, from + US_PER_MINUTE - 1);
    return (struct window){meter, metric, mask, minute, until, now, -1};
}

/* Index of the next bucket ([fleet][slot]), or -1. */
static int window_next(struct window *w)
{
    const struct meter_shape *shape = w->meter->shape;
    for (;; w->minute++, w->fleet = -1) {
        if (meter_minute_start(shape, w->minute) >= w->until)
            return -1;
        int slot = meter_index(shape, w->minute);
        if (w->meter->visible_us[w->metric * shape->ring + slot] > w->now)
            continue;
        while (++w->fleet < FLEETS)
            if (w->mask & (1u << w->fleet))
                return w->fleet * shape->ring + slot;
    }
}

/* Count, sum, minimum and maximum of a metric over some buckets: all that the plain statistics need. */
struct totals {
    double count, sum, smallest, largest;
};

static void totals_add(struct totals *totals, double count, double sum, double smallest, double largest)
{
    if (count == 0.0)
        return;
    totals->count += count;
    totals->sum += sum;
    totals->smallest = fmin(totals->smallest, smallest);
    totals->largest = fmax(totals->largest, largest);
}

/* A metric that is 0 or 1 for each of `count` requests. */
static void totals_add_flags(struct totals *totals, double count, double ones)
{
    totals_add(totals, count, ones, ones < count ? 0.0 : 1.0, ones > 0.0 ? 1.0 : 0.0);
}

static void totals_add_bucket(struct totals *totals, enum metric_id metric, const struct bucket *b)
{
    double n = b->invocations;
    switch (metric) {
    case METRIC_INVOCATIONS: totals_add(totals, n, n, 1.0, 1.0); break;
    case METRIC_INVOCATIONS_PER_INSTANCE:
        totals_add(totals, n, b->per_instance, b->per_instance / n, b->per_instance / n);
        break;
    case METRIC_4XX_ERRORS: totals_add_flags(totals, n, b->errors_4xx); break;
    case METRIC_5XX_ERRORS: totals_add_flags(totals, n, b->errors_5xx); break;
    case METRIC_MODEL_ERRORS: totals_add_flags(totals, n, b->model_errors); break;
    case METRIC_MODEL_LATENCY:
        totals_add(totals, n - b->rejected, b->latency_sum, b->latency_min, b->latency_max);
        break;
    case METRIC_OVERHEAD_LATENCY:
        totals_add(totals, n - b->rejected, b->overhead_sum, b->overhead_min, b->overhead_max);
        break;
    case METRIC_CONCURRENT_REQUESTS:
        totals_add(totals, b->concurrent_samples, b->concurrent_sum, b->concurrent_min, b->concurrent_max);
        break;
    default: assert(!"no such metric");
    }
}

static double totals_statistic(const struct totals *totals, const struct statistic *statistic)
{
    switch (statistic->kind) {
    case STATISTIC_SAMPLE_COUNT: return totals->count;
    case STATISTIC_AVERAGE: return totals->sum / totals->count;
    case STATISTIC_SUM: return totals->sum;
    case STATISTIC_MINIMUM: return totals->smallest;
    default: return totals->largest;
    }
}

/* Percentile or trimmed mean of a metric whose samples take two values at most (flags, ones, or a count). */
static double two_point_statistic(const struct totals *totals, const struct statistic *statistic)
{
    uint64_t n = (uint64_t)totals->count, rank = nearest_rank(statistic->fraction, n);
    double spread = totals->largest - totals->smallest;
    uint64_t low = spread > 0.0 ? n - (uint64_t)llround((totals->sum - totals->count * totals->smallest) / spread) : n;
    if (statistic->kind == STATISTIC_PERCENTILE)
        return rank <= low ? totals->smallest : totals->largest;
    uint64_t high = rank > low ? rank - low : 0;
    return totals->smallest + spread * (double)high / (double)rank;
}

/* Moves the `rank` smallest of v[0..n) to the front (Hoare's selection; the middle element as pivot, so that equal
 * input gives equal work on every machine). */
static void select_smallest(double *v, int64_t n, int64_t rank)
{
    int64_t low = 0, high = n - 1, k = rank - 1;
    while (low < high) {
        double pivot = v[low + (high - low) / 2];
        int64_t i = low, j = high;
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i <= j) {
                double swap = v[i];
                v[i++] = v[j];
                v[j--] = swap;
            }
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            return;
    }
}

static double raw_statistic(const struct statistic *statistic, double *v, uint64_t n)
{
    uint64_t rank = nearest_rank(statistic->fraction, n);
    select_smallest(v, (int64_t)n, (int64_t)rank);
    double sum = 0.0, largest = v[0];
    for (uint64_t i = 0; i < rank; i++) {
        sum += v[i];
        largest = v[i] > largest ? v[i] : largest;
    }
    return statistic->kind == STATISTIC_PERCENTILE ? largest : sum / (double)rank;
}

static double binned_statistic(const struct statistic *statistic, const uint32_t *bins, uint64_t n, double smallest,
                               double largest)
{
    uint64_t rank = nearest_rank(statistic->fraction, n), seen = 0;
    if (statistic->kind == STATISTIC_PERCENTILE)
        return loghist_rank(bins, rank, smallest, largest);
    double sum = 0.0;
    for (uint32_t bin = 0; bin < LOGHIST_BINS && seen < rank; bin++) {
        uint64_t take = bins[bin] < rank - seen ? bins[bin] : rank - seen;
        sum += (double)take * loghist_value(bin);
        seen += take;
    }
    return sum / (double)rank;
}

double samples_percentile(struct samples *samples, double fraction)
{
    const struct statistic percentile = {.kind = STATISTIC_PERCENTILE, .fraction = fraction};
    if (samples->count <= SAMPLES_EXACT)
        return raw_statistic(&percentile, samples->raw, samples->count);
    return binned_statistic(&percentile, samples->bins, samples->count, samples->smallest, samples->largest);
}

size_t meter_scratch_size(int minutes)
{
    size_t raw = (size_t)minutes * FLEETS * SAMPLES_EXACT;
    size_t binned = LOGHIST_BINS / 2 + 1;
    return raw > binned ? raw : binned;
}

/* Percentile or trimmed mean of kept samples: exact while every minute is, else all on the histogram's grid. */
static double samples_statistic(const struct samples *kept, struct window w, const struct statistic *statistic,
                                double *scratch)
{
    struct window again = w;
    uint64_t n = 0;
    bool is_exact = true;
    double smallest = INFINITY, largest = -INFINITY;
    for (int i; (i = window_next(&w)) >= 0;) {
        is_exact = is_exact && kept[i].count <= SAMPLES_EXACT;
        if (is_exact && kept[i].count)
            memcpy(scratch + n, kept[i].raw, kept[i].count * sizeof *scratch);
        n += kept[i].count;
        if (kept[i].count) {
            smallest = fmin(smallest, kept[i].smallest);
            largest = fmax(largest, kept[i].largest);
        }
    }
    if (is_exact)
        return raw_statistic(statistic, scratch, n);
    uint32_t *bins = (uint32_t *)scratch;
    memset(bins, 0, LOGHIST_BINS * sizeof *bins);
    for (int i; (i = window_next(&again)) >= 0;) {
        bool is_raw = kept[i].count <= SAMPLES_EXACT;
        for (uint64_t k = 0; k < (is_raw ? kept[i].count : LOGHIST_BINS); k++)
            bins[is_raw ? loghist_bin(kept[i].raw[k]) : k] += is_raw ? 1 : kept[i].bins[k];
    }
    return binned_statistic(statistic, bins, n, smallest, largest);
}

/* A minute in which none of the fleets had a request, while one of them publishes, is one sample of 0. */
static void totals_add_idle_minutes(struct totals *totals, struct window w)
{
    const struct bucket *buckets = w.meter->buckets;
    for (int i = window_next(&w); i >= 0;) {
        const int64_t minute = w.minute;
        uint32_t invocations = 0;
        bool is_published = false;
        for (; i >= 0 && w.minute == minute; i = window_next(&w)) {
            invocations += buckets[i].invocations;
            is_published = is_published || buckets[i].is_published;
        }
        if (is_published && invocations == 0)
            totals_add(totals, 1.0, 0.0, 0.0, 0.0);
    }
}

struct datapoint meter_read(const struct meter *meter, enum metric_id metric, const struct statistic *statistic,
                            unsigned mask, int64_t from, int64_t until, int64_t now, double *scratch)
{
    struct datapoint point = {.at = from};
    struct totals totals = {.smallest = INFINITY, .largest = -INFINITY};
    struct window w = window_over(meter, metric, mask, from, until, now), again = w;
    for (int i; (i = window_next(&w)) >= 0;)
        totals_add_bucket(&totals, metric, &meter->buckets[i]);
    if (metric_rows[metric].zero_when_idle)
        totals_add_idle_minutes(&totals, again);
    if (totals.count == 0.0)
        return point;
    point.present = true;
    point.samples = totals.count;
    bool is_order = statistic->kind == STATISTIC_PERCENTILE || statistic->kind == STATISTIC_TRIMMED_MEAN;
    const struct samples *kept = metric == METRIC_MODEL_LATENCY      ? meter->latency
                                 : metric == METRIC_OVERHEAD_LATENCY ? meter->overhead
                                                                     : NULL;
    if (!is_order)
        point.value = totals_statistic(&totals, statistic);
    else if (kept)
        point.value = samples_statistic(kept, again, statistic, scratch);
    else
        point.value = two_point_statistic(&totals, statistic);
    return point;
}

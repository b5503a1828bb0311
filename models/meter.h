/* CloudWatch's memory of an endpoint: one bucket a minute and fleet, in a ring of the minutes that alarms can
 * still look back on and of the few into which admitted requests can still complete.
 *
 * Requests are stamped at completion in buckets [start, end). A minute becomes visible to alarms some time after
 * it closed, metric by metric. Minutes are numbered: minute m covers [epoch + m * 60 s, epoch + (m + 1) * 60 s). */
#ifndef BAKEOFF_MODELS_METER_H
#define BAKEOFF_MODELS_METER_H

#include "models/loghist.h"
#include "models/metric.h"
#include "models/shift.h"

struct bucket {
    double latency_sum, latency_min, latency_max;    /* us */
    double overhead_sum, overhead_min, overhead_max; /* us */
    double concurrent_min, concurrent_max, concurrent_sum;
    double per_instance; /* sum of 1 / active instances */
    uint32_t invocations, errors_4xx, errors_5xx, model_errors, concurrent_samples;
    uint32_t rejected; /* these leave no latency */
    bool is_published; /* the fleet has had traffic: idle zeros are emitted */
};

enum { SAMPLES_EXACT = 4096 };

/* Raw latencies, exact up to SAMPLES_EXACT, then a histogram: those of the ledger, and those of one minute and fleet,
 * which are kept only where an alarm asks for a percentile. */
struct samples {
    uint64_t count;
    double smallest, largest;
    union {
        double raw[SAMPLES_EXACT];
        uint32_t bins[LOGHIST_BINS];
    };
};

/* Fixed for a setting. */
struct meter_shape {
    int64_t epoch_us;                   /* start of minute 0; differs by replication */
    int ring;                           /* minutes kept, open ones included */
    int open;                           /* minutes that can still receive completions, the current one included */
    bool keeps_latency, keeps_overhead; /* raw samples are wanted */
};

/* The parts of a world's block that the meter uses. */
struct meter {
    const struct meter_shape *shape;
    struct bucket *buckets;   /* [FLEETS][ring] */
    int64_t *visible_us;      /* [METRICS][ring]: when the minute can be seen; US_NEVER while it is open */
    struct samples *latency;  /* [FLEETS][ring], or NULL */
    struct samples *overhead; /* likewise */
};

static inline int meter_index(const struct meter_shape *shape, int64_t minute)
{
    int index = (int)(minute % shape->ring);
    return index < 0 ? index + shape->ring : index;
}

static inline int64_t meter_minute_start(const struct meter_shape *shape, int64_t minute)
{
    return shape->epoch_us + minute * US_PER_MINUTE;
}

static inline int64_t meter_minute_of(const struct meter_shape *shape, int64_t at)
{
    return us_floor(at - shape->epoch_us, US_PER_MINUTE) / US_PER_MINUTE;
}

static inline struct bucket *meter_bucket(const struct meter *meter, enum fleet_colour fleet, int64_t minute)
{
    return &meter->buckets[fleet * meter->shape->ring + meter_index(meter->shape, minute)];
}

/* Makes every minute of the ring empty and invisible. */
void meter_clear(const struct meter *meter);

/* Minute `minute` closes: the slot of the minute that opens in its stead at the far end is emptied. */
void meter_close(const struct meter *meter, int64_t minute);

/* What is in `raw` goes to `bins`. */
void samples_to_bins(struct samples *samples);

static inline void samples_add(struct samples *samples, double us)
{
    if (samples->count < SAMPLES_EXACT) {
        samples->raw[samples->count] = us;
        if (samples->count == 0)
            samples->smallest = samples->largest = us;
    } else {
        if (samples->count == SAMPLES_EXACT)
            samples_to_bins(samples);
        samples->bins[loghist_bin(us)]++;
    }
    samples->smallest = us < samples->smallest ? us : samples->smallest;
    samples->largest = us > samples->largest ? us : samples->largest;
    samples->count++;
}

/* The sample of the nearest rank; changes the order of what is kept. count > 0. */
double samples_percentile(struct samples *samples, double fraction);

/* Copies what is in use. */
void samples_copy(struct samples *to, const struct samples *from);

/* Bits of fleets. */
enum { MASK_BLUE = 1, MASK_GREEN = 2 };

/* One datapoint: the statistic over the minutes that begin in [from, until) and are visible at `now`, of the fleets
 * in `mask`. `scratch` holds at least meter_scratch_size() doubles where percentiles may be asked. */
struct datapoint meter_read(const struct meter *meter, enum metric_id metric, const struct statistic *statistic,
                            unsigned mask, int64_t from, int64_t until, int64_t now, double *scratch);

/* Doubles of scratch for windows of `minutes`. */
size_t meter_scratch_size(int minutes);

#endif

/* Any bytes as a recorded metric. What is accepted must be in order, whole Periods apart and finite.
 * The first byte chooses the alarm. */
#include "scenarios/recording.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct recording *recording, const struct alarm_config *alarm)
{
    bool is_good = recording->count > 0;
    for (size_t i = 0; i < recording->count; i++) {
        const struct datapoint *point = &recording->points[i];
        is_good &= !point->present || isfinite(point->value);
        is_good &= isnan(point->samples) || point->samples >= 0;
        if (i > 0) {
            const int64_t gap = point->at - recording->points[i - 1].at;
            is_good &= gap > 0 && gap % (alarm->period_s * US_PER_S) == 0;
        }
    }
    if (!is_good)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct alarm_config alarms[] = {
        {.statistic = {.kind = STATISTIC_AVERAGE}, .statistic_text = "Average", .period_s = 60},
        {.statistic = {STATISTIC_PERCENTILE, 0.99},
         .statistic_text = "p99",
         .period_s = 300,
         .ignores_low_samples = true},
        {.statistic = {.kind = STATISTIC_MAXIMUM}, .statistic_text = "Maximum", .period_s = 10},
    };
    if (size == 0)
        return 0;
    const struct alarm_config *alarm = &alarms[data[0] % 3];
    struct diagnostics diagnostics = {0};
    struct recording *recording =
        recording_read_text("fuzz", (const char *)data + 1, size - 1, alarm, data[0] & 64 ? "m1" : NULL, &diagnostics);
    if (recording != NULL)
        check(recording, alarm);
    else if (diagnostics_errors(&diagnostics) == 0)
        abort();
    recording_free(recording);
    diagnostics_free(&diagnostics);
    return 0;
}

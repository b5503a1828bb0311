/* A metric as CloudWatch recorded it: the datapoints of one statistic, as an alarm would get them.
 *
 * Understood: CSV with the columns timestamp, value and perhaps samples; the answers of `aws cloudwatch
 * get-metric-data` and `get-metric-statistics`. Timestamps are the starts of the periods, ISO 8601 or seconds since
 * 1970. Rows may come in any order; whole periods may be absent. */
#ifndef BAKEOFF_SCENARIOS_RECORDING_H
#define BAKEOFF_SCENARIOS_RECORDING_H

#include "models/alarm.h"
#include "scenarios/diagnostic.h"

/* More periods than this between the first and the last row are refused: a slip in a timestamp. */
enum { RECORDING_MAX_PERIODS = 10000000 };

struct recording {
    /* Oldest first, `at` in Unix us, each a whole number of periods after the one before; at least one. A row with
     * an empty value is not present. Samples are NaN where they were not recorded. */
    const struct datapoint *points;
    size_t count;
    bool is_epoch;    /* the timestamps were written as seconds since 1970 */
    bool has_samples; /* some datapoint came with its sample count */
    void *memory;     /* all that the above points to */
};

/* Reads what `alarm` would see ("-": stdin): its Period and, where several were recorded, its statistic. `id` chooses
 * among several results of get-metric-data; may be NULL. NULL when there is any error; warnings may come with a
 * recording. recording_free() when done. */
struct recording *recording_read(const char *path, const struct alarm_config *alarm, const char *id,
                                 struct diagnostics *diagnostics);

/* The same from memory, for those who have the bytes already. */
struct recording *recording_read_text(const char *name, const char *text, size_t size, const struct alarm_config *alarm,
                                      const char *id, struct diagnostics *diagnostics);

void recording_free(struct recording *recording); /* NULL is fine */

#endif

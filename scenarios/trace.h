/* Recorded arrivals in a CSV file. */
#ifndef BAKEOFF_SCENARIOS_TRACE_H
#define BAKEOFF_SCENARIOS_TRACE_H

#include "models/traffic.h"
#include "scenarios/diagnostic.h"
#include "scenarios/source.h"

enum trace_unit { TRACE_ISO8601, TRACE_S, TRACE_MS, TRACE_UNITS };
extern const char *const trace_unit_names[TRACE_UNITS];

struct trace_columns {
    const char *column;         /* of the arrival times */
    const char *minus_column;   /* subtracted from them; NULL: none. Like service_column in `unit`, in seconds when */
    const char *service_column; /* that is iso8601. NULL: none */
    enum trace_unit unit;
};

/* Fills trace_us (sorted, the first at 0), service_us, trace_count and span_us, in the arena. False after errors. */
bool trace_read(const struct source *source, struct diagnostics *diagnostics, struct arena *arena,
                const struct trace_columns *columns, struct traffic_config *out);

#endif

#include "scenarios/trace.h"

#include "scenarios/clock.h"
#include "scenarios/csv.h"

#include <stdlib.h>

const char *const trace_unit_names[TRACE_UNITS] = {[TRACE_ISO8601] = "iso8601", [TRACE_S] = "s", [TRACE_MS] = "ms"};

struct arrival {
    double at_us, service_us;
    size_t row; /* equal times stay in the file's order */
};

struct trace_reading {
    const struct trace_columns *columns;
    struct csv_column wanted[3];
    size_t minus, service; /* places of those columns in `wanted`; 0: none */
    struct arrival *arrivals;
    size_t count, room;
};

static int by_time(const void *a, const void *b)
{
    const struct arrival *x = a, *y = b;
    if (x->at_us != y->at_us)
        return x->at_us > y->at_us ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static double unit_us(enum trace_unit unit)
{
    return unit == TRACE_MS ? 1e3 : 1e6;
}

static bool take_time(const struct trace_reading *reading, const struct csv_row *row, double *at_us)
{
    const char *cell = row->cells[0], *name = reading->columns->column;
    if (reading->columns->unit == TRACE_ISO8601) {
        int64_t unix_us;
        if (!clock_parse(cell, &unix_us)) {
            csv_row_error(row, "column \"%s\" must be an ISO 8601 time, got \"%s\"", name, cell);
            return false;
        }
        *at_us = (double)unix_us;
        return true;
    }
    if (!csv_number(cell, at_us)) {
        csv_row_error(row, "column \"%s\" must be a number, got \"%s\"", name, cell);
        return false;
    }
    *at_us *= unit_us(reading->columns->unit);
    return true;
}

/* A duration in column `place` of the wanted ones; 0 when that is not wanted. */
static bool take_duration(const struct trace_reading *reading, const struct csv_row *row, size_t place, double *us)
{
    *us = 0.0;
    if (place == 0)
        return true;
    if (!csv_number(row->cells[place], us) || *us < 0.0) {
        csv_row_error(row, "column \"%s\" must be a number of at least 0, got \"%s\"", reading->wanted[place].name,
                      row->cells[place]);
        return false;
    }
    *us *= unit_us(reading->columns->unit);
    return true;
}

static bool take_arrival(void *context, const struct csv_row *row)
{
    struct trace_reading *reading = context;
    struct arrival arrival = {.row = reading->count};
    double minus_us;
    if (!take_time(reading, row, &arrival.at_us) || !take_duration(reading, row, reading->minus, &minus_us) ||
        !take_duration(reading, row, reading->service, &arrival.service_us))
        return false;
    arrival.at_us -= minus_us;
    if (reading->count == reading->room) {
        reading->room = 2 * reading->room + 1024;
        reading->arrivals = xrealloc(reading->arrivals, reading->room * sizeof *reading->arrivals);
    }
    reading->arrivals[reading->count++] = arrival;
    return true;
}

static void keep_arrivals(const struct trace_reading *reading, struct arena *arena, struct traffic_config *out)
{
    size_t count = reading->count;
    qsort(reading->arrivals, count, sizeof *reading->arrivals, by_time);
    double *at = arena_array(arena, count, sizeof *at), *service = NULL;
    if (reading->service > 0)
        service = arena_array(arena, count, sizeof *service);
    for (size_t i = 0; i < count; i++) {
        at[i] = reading->arrivals[i].at_us - reading->arrivals[0].at_us;
        if (service != NULL)
            service[i] = reading->arrivals[i].service_us;
    }
    out->trace_us = at;
    out->service_us = service;
    out->trace_count = count;
    out->span_us = at[count - 1] + at[count - 1] / (double)(count - 1);
}

bool trace_read(const struct source *source, struct diagnostics *diagnostics, struct arena *arena,
                const struct trace_columns *columns, struct traffic_config *out)
{
    struct trace_reading reading = {.columns = columns, .wanted = {{.name = columns->column}}};
    size_t wanted = 1;
    if (columns->minus_column != NULL) {
        reading.minus = wanted;
        reading.wanted[wanted++].name = columns->minus_column;
    }
    if (columns->service_column != NULL) {
        reading.service = wanted;
        reading.wanted[wanted++].name = columns->service_column;
    }
    bool is_good = csv_read(source, diagnostics, reading.wanted, wanted, take_arrival, &reading);
    if (is_good && reading.count < 2) {
        diagnostics_add_file(diagnostics, source->name, false, "has %zu arrivals, too few for a trace: 2 is the least",
                             reading.count);
        is_good = false;
    }
    if (is_good) {
        keep_arrivals(&reading, arena, out);
        is_good = out->span_us > 0.0;
        if (!is_good)
            diagnostics_add_file(diagnostics, source->name, false, "has all its arrivals at one instant");
    }
    free(reading.arrivals);
    return is_good;
}

/* Anything as the CSV of a trace; the first byte chooses unit and columns. What is accepted is sorted, begins at 0 and
 * has a length. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "scenarios/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const struct traffic_config *traffic)
{
    if (traffic->trace_count < 2 || traffic->trace_us[0] != 0.0 || !(traffic->span_us > 0.0))
        abort();
    for (size_t i = 1; i < traffic->trace_count; i++)
        if (!(traffic->trace_us[i - 1] <= traffic->trace_us[i]))
            abort();
    for (size_t i = 0; traffic->service_us != NULL && i < traffic->trace_count; i++)
        if (!(traffic->service_us[i] >= 0.0))
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct trace_columns columns = {.column = "t",
                                    .minus_column = data[0] & 4 ? "d" : NULL,
                                    .service_column = data[0] & 8 ? "s" : NULL,
                                    .unit = (enum trace_unit)(data[0] % TRACE_UNITS)};
    struct arena *arena = arena_create();
    struct diagnostics list = {0};
    struct traffic_config traffic = {0};
    const struct source *source = source_copy(arena, "fuzz", (const char *)data + 1, size - 1);
    bool is_good = trace_read(source, &list, arena, &columns, &traffic);
    if (is_good != (diagnostics_errors(&list) == 0))
        abort();
    if (is_good)
        judge(&traffic);
    diagnostics_free(&list);
    arena_free(arena);
    return 0;
}

#include "sim/layout.h"

#include <stdlib.h>

int64_t alarm_grain_us(const struct alarm_config *alarm)
{
    if (alarm->period_s < 60)
        return 10 * US_PER_S;
    return (int64_t)alarm->period_s * alarm->evaluation_periods > 86400 ? US_PER_HOUR : US_PER_MINUTE;
}

/* Minutes of the past that some alarm can look at. */
static int history_minutes(const struct setting *setting)
{
    int64_t longest = 0;
    for (size_t i = 0; i < setting->alarm_count; i++) {
        const struct alarm_config *alarm = &setting->alarms[i];
        int64_t range = alarm->evaluation_periods + setting->modelling.evaluation_range_extra;
        int64_t span = range * alarm->period_s * US_PER_S + alarm_grain_us(alarm);
        longest = span > longest ? span : longest;
    }
    return (int)(longest / US_PER_MINUTE) + 2;
}

static bool is_order_statistic(const struct alarm_config *alarm)
{
    return alarm->statistic.kind == STATISTIC_PERCENTILE || alarm->statistic.kind == STATISTIC_TRIMMED_MEAN;
}

/* Minutes of the longest datapoint for which raw samples are read. */
static int window_minutes(const struct setting *setting)
{
    int longest_s = 0;
    for (size_t i = 0; i < setting->alarm_count; i++)
        if (is_order_statistic(&setting->alarms[i]) && setting->alarms[i].period_s > longest_s)
            longest_s = setting->alarms[i].period_s;
    return longest_s / 60 + 1;
}

static void shape_meter(struct layout *layout)
{
    const struct setting *setting = layout->setting;
    struct meter_shape *meter = &layout->meter;
    meter->open = (int)(setting->endpoint.invocation_timeout_us / (double)US_PER_MINUTE) + 3;
    meter->ring = meter->open + history_minutes(setting);
    for (size_t i = 0; i < setting->alarm_count; i++) {
        const struct alarm_config *alarm = &setting->alarms[i];
        layout->metrics_used |= 1u << alarm->metric;
        if (is_order_statistic(alarm)) {
            meter->keeps_latency |= alarm->metric == METRIC_MODEL_LATENCY;
            meter->keeps_overhead |= alarm->metric == METRIC_OVERHEAD_LATENCY;
        }
    }
    if (meter->keeps_latency || meter->keeps_overhead)
        layout->scratch_size = meter_scratch_size(window_minutes(setting));
}

/* Takes `bytes` off the block, aligned; returns their offset. */
static size_t take(struct layout *layout, size_t bytes)
{
    enum { LINE = 64 };
    size_t offset = layout->size;
    layout->size = (offset + bytes + LINE - 1) / LINE * LINE;
    return offset;
}

static void place(struct layout *layout)
{
    const struct setting *setting = layout->setting;
    const struct endpoint_config *endpoint = &setting->endpoint;
    size_t instances = (size_t)(endpoint->instance_count + layout->green_max);
    size_t ring = (size_t)layout->meter.ring;
    int entries = endpoint->instance_count;
    for (size_t v = 0; v < setting->version_count; v++) {
        int own = fleets_entries(endpoint->instance_count, setting_green_instances(setting, v));
        entries = own > entries ? own : entries;
    }
    layout->event_capacity = (int)(setting->alarm_count + 4 * instances) + 64;
    take(layout, sizeof(struct world));
    layout->heap = take(layout, (size_t)layout->event_capacity * sizeof(struct event));
    layout->alarms = take(layout, setting->alarm_count * sizeof(struct watched_alarm));
    layout->instances = take(layout, instances * sizeof(struct instance));
    layout->next_free = take(layout, instances * (size_t)endpoint->workers_per_instance * sizeof(double));
    layout->starts = take(layout, instances * (size_t)endpoint->queue_limit_per_instance * sizeof(double));
    layout->on = take(layout, instances * sizeof(int32_t));
    layout->entries = take(layout, (size_t)entries * sizeof(int32_t));
    layout->buckets = take(layout, FLEETS * ring * sizeof(struct bucket));
    layout->visible = take(layout, METRICS * ring * sizeof(int64_t));
    /* The samples stand last: run_copy_world() copies of them what is in use. */
    layout->latencies = take(layout, sizeof(struct samples));
    layout->latency = take(layout, layout->meter.keeps_latency ? FLEETS * ring * sizeof(struct samples) : 0);
    layout->overhead_samples = take(layout, layout->meter.keeps_overhead ? FLEETS * ring * sizeof(struct samples) : 0);
}

static struct draw_table *new_table(const struct draw *law)
{
    struct draw_table *table = malloc(sizeof *table);
    if (table)
        draw_table_init(table, law);
    return table;
}

static bool build_tables(struct layout *layout)
{
    const struct setting *setting = layout->setting;
    struct draw gap = traffic_gap_law(&setting->traffic);
    layout->gap = new_table(&gap);
    layout->metric_delay = new_table(&setting->modelling.metric_delay);
    if (setting->endpoint.overhead.kind)
        layout->overhead = new_table(&setting->endpoint.overhead);
    layout->service = calloc(setting->version_count, sizeof *layout->service);
    for (size_t v = 0; layout->service && v < setting->version_count; v++)
        if (setting->versions[v].service.kind)
            draw_table_init(&layout->service[v], &setting->versions[v].service);
    return layout->gap && layout->metric_delay && layout->service &&
           (layout->overhead || !setting->endpoint.overhead.kind);
}

struct layout *layout_new(const struct setting *setting)
{
    struct layout *layout = calloc(1, sizeof *layout);
    if (!layout)
        return NULL;
    layout->setting = setting;
    layout->window_end_us = setting_window_end(setting);
    layout->green_max = setting->endpoint.instance_count;
    for (size_t v = 0; v < setting->version_count; v++) {
        int green = setting_green_instances(setting, v);
        layout->green_max = green > layout->green_max ? green : layout->green_max;
    }
    shape_meter(layout);
    place(layout);
    if (!build_tables(layout)) {
        layout_free(layout);
        return NULL;
    }
    return layout;
}

void layout_free(struct layout *layout)
{
    if (!layout)
        return;
    free(layout->service);
    free(layout->gap);
    free(layout->overhead);
    free(layout->metric_delay);
    free(layout);
}

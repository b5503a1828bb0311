#include "sim/run.h"

#include "sim/streams.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct run *run_new(const struct layout *layout)
{
    size_t alarms = layout->setting->alarm_count, range = 1;
    for (size_t i = 0; i < alarms; i++) {
        size_t own =
            (size_t)(layout->setting->alarms[i].evaluation_periods + layout->setting->modelling.evaluation_range_extra);
        range = own > range ? own : range;
    }
    struct run *run = calloc(1, sizeof *run);
    if (!run)
        return NULL;
    run->layout = layout;
    run->setting = layout->setting;
    run->world = aligned_alloc(64, layout->size);
    run->alarm_masks = calloc(alarms + 1, sizeof *run->alarm_masks);
    run->scratch = calloc(layout->scratch_size + 1, sizeof *run->scratch);
    run->range = calloc(range, sizeof *run->range);
    run->forward = malloc(sizeof *run->forward);
    run->rollback = malloc(sizeof *run->rollback);
    if (!run->world || !run->alarm_masks || !run->scratch || !run->range || !run->forward || !run->rollback) {
        run_free(run);
        return NULL;
    }
    return run;
}

void run_free(struct run *run)
{
    if (!run)
        return;
    free(run->world);
    free(run->alarm_masks);
    free(run->scratch);
    free(run->range);
    free(run->forward);
    free(run->rollback);
    free(run);
}

static struct meter aim_meter(struct run *run, char *block)
{
    const struct layout *layout = run->layout;
    return (struct meter){
        .shape = &run->meter_shape,
        .buckets = (struct bucket *)(block + layout->buckets),
        .visible_us = (int64_t *)(block + layout->visible),
        .latency = layout->meter.keeps_latency ? (struct samples *)(block + layout->latency) : NULL,
        .overhead = layout->meter.keeps_overhead ? (struct samples *)(block + layout->overhead_samples) : NULL,
    };
}

static struct fleets aim_fleets(struct run *run, char *block)
{
    const struct layout *layout = run->layout;
    const struct setting *setting = run->setting;
    return (struct fleets){
        .endpoint = &setting->endpoint,
        .version = {&setting->versions[setting->current], &setting->versions[run->version]},
        .size = {setting->endpoint.instance_count,
                 run->policy ? setting_green_instances(setting, run->version) : setting->endpoint.instance_count},
        .routes = &run->world->routes,
        .instances = (struct instance *)(block + layout->instances),
        .next_free = (double *)(block + layout->next_free),
        .starts = (double *)(block + layout->starts),
        .on = (int32_t *)(block + layout->on),
        .entries = (int32_t *)(block + layout->entries),
    };
}

/* A version's table of service times; NULL where the trace gives them. */
static const struct draw_table *service_table(const struct layout *layout, size_t version)
{
    return layout->setting->versions[version].service.kind ? &layout->service[version] : NULL;
}

static void aim_block(struct run *run)
{
    const struct layout *layout = run->layout;
    char *block = (char *)run->world;
    run->heap = (struct event *)(block + layout->heap);
    run->alarms = (struct watched_alarm *)(block + layout->alarms);
    run->serving = (struct serving){
        .traffic = &run->setting->traffic,
        .gap = layout->gap,
        .overhead = layout->overhead,
        .service = {service_table(layout, run->setting->current), service_table(layout, run->version)},
        .slo_us = run->setting->slo_latency_us,
        .fleets = aim_fleets(run, block),
        .serve = &run->world->serve,
        .latencies = (struct samples *)(block + layout->latencies),
        .meter = aim_meter(run, block),
    };
}

static void aim_alarms(struct run *run)
{
    const struct setting *setting = run->setting;
    const char *green = run->serving.fleets.version[GREEN]->endpoint_config_name;
    for (size_t i = 0; i < setting->alarm_count; i++)
        run->alarm_masks[i] = setting_alarm_mask(setting, &setting->alarms[i], green);
    for (int i = 0; run->policy && i < run->policy->config.alarm_count; i++) {
        run->listed[i] = -1;
        for (size_t a = 0; a < setting->alarm_count; a++)
            if (strcmp(setting->alarms[a].name, run->policy->config.alarm_names[i]) == 0)
                run->listed[i] = (int)a;
    }
}

/* Where CloudWatch's minute stood at the call: the last minute edge at or before t = 0. */
static int64_t minute_epoch(const struct run *run)
{
    double u = streams_uniform(run->setting->seed, run->replication, STREAM_CALL_PHASE, 0);
    int64_t phase = llround(draw_quantile(&run->setting->modelling.call_phase, u));
    return -(phase - us_floor(phase, US_PER_MINUTE));
}

void run_aim(struct run *run, uint64_t replication, const struct policy *policy, size_t version)
{
    const struct setting *setting = run->setting;
    run->replication = replication;
    run->policy = policy;
    run->version = version;
    run->meter_shape = run->layout->meter;
    run->meter_shape.epoch_us = minute_epoch(run);
    aim_block(run);
    aim_alarms(run);
    if (policy)
        shift_plan(run->forward, &policy->config, run->serving.fleets.size[GREEN], setting->modelling.size_rounding);
}

/* Raw samples are most of a large block and nearly all of it is empty: copying what was never written would make
 * memory of it. */
static void copy_samples(void *to, const void *from, size_t at, int count)
{
    struct samples *into = (struct samples *)((char *)to + at);
    const struct samples *source = (const struct samples *)((const char *)from + at);
    for (int i = 0; i < count; i++)
        samples_copy(&into[i], &source[i]);
}

void run_copy_world(struct run *to, const struct run *from)
{
    const struct layout *layout = to->layout;
    int minutes = FLEETS * layout->meter.ring;
    memcpy(to->world, from->world, layout->latencies); /* the samples stand last */
    copy_samples(to->world, from->world, layout->latencies, 1);
    if (layout->meter.keeps_latency)
        copy_samples(to->world, from->world, layout->latency, minutes);
    if (layout->meter.keeps_overhead)
        copy_samples(to->world, from->world, layout->overhead_samples, minutes);
}

void run_push(struct run *run, int64_t at, enum event_kind kind, int32_t subject, int32_t serial)
{
    eventq_push(&run->world->queue, run->heap,
                (struct event){.at = at, .kind = kind, .subject = subject, .serial = serial});
}

double run_uniform(const struct run *run, enum stream_purpose purpose, uint64_t subject)
{
    return streams_uniform(run->setting->seed, run->replication, purpose, subject);
}

struct journal_record *run_note(const struct run *run, int64_t at, enum journal_kind kind)
{
    struct journal_record *record = run->journal ? journal_append(run->journal) : NULL;
    if (record)
        *record = (struct journal_record){.at = at, .kind = kind, .green_on = run->world->deploy.green_on};
    return record;
}

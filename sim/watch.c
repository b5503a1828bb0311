#include "sim/watch.h"

#include "sim/streams.h"

void watch_begin(struct run *run, int64_t from)
{
    const struct modelling *modelling = &run->setting->modelling;
    for (size_t i = 0; i < run->setting->alarm_count; i++) {
        const struct alarm_config *alarm = &run->setting->alarms[i];
        const struct draw *law =
            alarm->period_s < 60 ? &modelling->alarm_phase_high_resolution : &modelling->alarm_phase;
        int64_t grain = alarm_grain_us(alarm), epoch = run->meter_shape.epoch_us;
        int64_t phase = llround(draw_quantile(law, run_uniform(run, STREAM_ALARM_PHASE, streams_subject(alarm->name))));
        run->alarms[i] = (struct watched_alarm){ALARM_INSUFFICIENT_DATA, phase};
        run_push(run, epoch + us_floor(from - epoch, grain) + grain + phase, EVENT_ALARM, (int32_t)i, 0);
    }
}

void watch_force_initial(struct run *run)
{
    static const enum alarm_state forced[] = {
        [INITIAL_OK] = ALARM_OK,
        [INITIAL_ALARM] = ALARM_ALARM,
        [INITIAL_INSUFFICIENT_DATA] = ALARM_INSUFFICIENT_DATA,
    };
    enum initial_alarm_state initial = run->setting->modelling.initial_alarm_state;
    for (size_t i = 0; initial != INITIAL_EVALUATED && i < run->setting->alarm_count; i++)
        run->alarms[i].state = forced[initial];
}

unsigned watch_red_alarms(const struct run *run)
{
    unsigned bits = 0;
    for (int i = 0; run->policy && i < run->policy->config.alarm_count; i++)
        if (run->listed[i] >= 0 && run->alarms[run->listed[i]].state == ALARM_ALARM)
            bits |= 1u << i;
    return bits;
}

void watch_note_red(struct run *run, int64_t now)
{
    struct world *world = run->world;
    double first_bad = world->serve.tally.first_bad_us;
    if (world->is_red && isinf(world->alarm_us) && first_bad <= (double)now)
        world->alarm_us = fmax(first_bad, (double)world->red_since_us);
    bool is_red = watch_red_alarms(run) != 0;
    if (is_red && !world->is_red) {
        world->red_since_us = now;
        if (isinf(world->alarm_us) && first_bad <= (double)now)
            world->alarm_us = (double)now;
    }
    world->is_red = is_red;
}

/* The datapoints that CloudWatch fetches for an evaluation, newest first; the window ends at the last whole edge. */
static int read_range(struct run *run, size_t index, int64_t now)
{
    const struct alarm_config *alarm = &run->setting->alarms[index];
    int count = alarm->evaluation_periods + run->setting->modelling.evaluation_range_extra;
    int64_t period = alarm->period_s * US_PER_S, epoch = run->meter_shape.epoch_us;
    int64_t until = epoch + us_floor(now - epoch, alarm_grain_us(alarm));
    for (int i = 0; i < count; i++, until -= period)
        run->range[i] = meter_read(&run->serving.meter, alarm->metric, &alarm->statistic, run->alarm_masks[index],
                                   until - period, until, now, run->scratch);
    return count;
}

void watch_on_alarm(struct run *run, int64_t now, const struct event *event)
{
    size_t index = (size_t)event->subject;
    const struct alarm_config *alarm = &run->setting->alarms[index];
    struct watched_alarm *watched = &run->alarms[index];
    int count = read_range(run, index, now);
    struct alarm_verdict verdict = alarm_evaluate(alarm, run->range, (size_t)count, watched->state);
    struct journal_record *record = run_note(run, now, JOURNAL_EVALUATION);
    if (record) {
        record->alarm = index;
        record->before = watched->state;
        record->verdict = verdict;
        journal_add_range(run->journal, record, run->range, count);
    }
    watched->state = verdict.state;
    if (run->policy)
        watch_note_red(run, now);
    run_push(run, now + alarm_grain_us(alarm), EVENT_ALARM, event->subject, 0);
}

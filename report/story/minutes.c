#include "report/story/minutes.h"

#include "report/emit.h"
#include "scenarios/clock.h"

/* The average of a 0-or-1 metric is its sum over Invocations; latencies are in us, as CloudWatch has them. */
static const char header[] =
    "minute_start_s,minute_start,fleet,EndpointConfigName,Invocations,InvocationsPerInstance,Invocation4XXErrors,"
    "Invocation5XXErrors,InvocationModelErrors,ModelLatency_sum_us,ModelLatency_average_us,ModelLatency_minimum_us,"
    "ModelLatency_maximum_us,ModelLatency_samples,OverheadLatency_sum_us,OverheadLatency_average_us,"
    "OverheadLatency_minimum_us,OverheadLatency_maximum_us,OverheadLatency_samples\n";

static void put_number(FILE *to, bool is_present, double value)
{
    fputc(',', to);
    csv_put_number(to, is_present ? value : NAN);
}

static void put_latency(FILE *to, double samples, double sum, double low, double high)
{
    bool is_present = samples > 0;
    put_number(to, is_present, sum);
    put_number(to, is_present, sum / samples);
    put_number(to, is_present, low);
    put_number(to, is_present, high);
    put_number(to, is_present, samples);
}

static void put_row(FILE *to, const struct told *told, int64_t closed, const char *fleet, const char *config_name,
                    const struct journal_minute *m)
{
    char time[48];
    int64_t start = closed - US_PER_MINUTE;
    bool is_busy = m->invocations > 0;
    csv_put_number(to, s_from_us(start));
    fprintf(to, ",%s,%s,", clock_format(time, sizeof time, told_unix_us(told, start), true), fleet);
    csv_put_text(to, config_name);
    put_number(to, m->is_published, m->invocations);
    put_number(to, m->is_published, m->invocations_per_instance);
    put_number(to, is_busy, m->errors_4xx);
    put_number(to, is_busy, m->errors_5xx);
    put_number(to, is_busy, m->model_errors);
    put_latency(to, m->latency_samples, m->latency_sum_us, m->latency_min_us, m->latency_max_us);
    put_latency(to, m->overhead_samples, m->overhead_sum_us, m->overhead_min_us, m->overhead_max_us);
    fputc('\n', to);
}

static struct journal_minute both(const struct journal_minute *a, const struct journal_minute *b)
{
    return (struct journal_minute){
        .is_published = a->is_published || b->is_published,
        .invocations = a->invocations + b->invocations,
        .invocations_per_instance = a->invocations_per_instance + b->invocations_per_instance,
        .errors_4xx = a->errors_4xx + b->errors_4xx,
        .errors_5xx = a->errors_5xx + b->errors_5xx,
        .model_errors = a->model_errors + b->model_errors,
        .latency_samples = a->latency_samples + b->latency_samples,
        .latency_sum_us = a->latency_sum_us + b->latency_sum_us,
        .latency_min_us = fmin(a->latency_min_us, b->latency_min_us),
        .latency_max_us = fmax(a->latency_max_us, b->latency_max_us),
        .overhead_samples = a->overhead_samples + b->overhead_samples,
        .overhead_sum_us = a->overhead_sum_us + b->overhead_sum_us,
        .overhead_min_us = fmin(a->overhead_min_us, b->overhead_min_us),
        .overhead_max_us = fmax(a->overhead_max_us, b->overhead_max_us),
    };
}

/* A minute's records stand side by side, blue first. */
void minutes_write(FILE *to, const struct told *told)
{
    const struct journal *journal = told->journal;
    const struct journal_minute *blue = NULL;
    fputs(header, to);
    for (size_t i = 0; i < journal->count; i++) {
        const struct journal_record *record = &journal->records[i];
        if (record->kind != JOURNAL_MINUTE)
            continue;
        if (record->colour == BLUE) {
            blue = &record->minute;
        } else if (blue) {
            struct journal_minute all = both(blue, &record->minute);
            put_row(to, told, record->at, "all", "", &all);
            put_row(to, told, record->at, "blue", told_version(told, BLUE)->endpoint_config_name, blue);
            put_row(to, told, record->at, "green", told_version(told, GREEN)->endpoint_config_name, &record->minute);
            blue = NULL;
        }
    }
}

/* What a request costs: a world of one Poisson endpoint with an error and a latency alarm, against a bare loop that
 * draws the same gaps, service times and routing uniforms from the same generator and tables and keeps the same
 * workers' next free instants, and does nothing else. Five alternated pairs; the minimum of each side counts. */
#include "sim/replicate.h"
#include "sim/streams.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { INSTANCES = 4, WORKERS = 4, PAIRS = 5 };
static const double rate_rps = 50.0;
static const double horizon_s = 100000.0;

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct draw service_law(void)
{
    struct draw law;
    const char *error = draw_resolve(&law, draw_find("lognormal"), (double[]){20e3, NAN, 80e3, NAN});
    assert(!error);
    (void)error;
    return law;
}

/* Nanoseconds a request; `sum` keeps the compiler honest. */
static double bare_loop(double *sum)
{
    static struct draw_table gap, service;
    struct draw service_draw = service_law(), gap_draw;
    draw_resolve(&gap_draw, draw_find("exponential"), (double[]){1.0, NAN, NAN, NAN});
    draw_table_init(&gap, &gap_draw);
    draw_table_init(&service, &service_draw);
    struct stream gaps = streams_open(1, 0, STREAM_GAPS, 0), services = streams_open(1, 0, STREAM_SERVICE, 0);
    struct stream routing = streams_open(1, 0, STREAM_ROUTING, 0);
    double next_free[INSTANCES][WORKERS] = {{0}}, mean_gap = 1e6 / rate_rps, now = 0.0, end = horizon_s * 1e6;
    uint64_t count = 0;
    double start_s = cpu_s();
    for (;; count++) {
        now += draw_table_at(&gap, stream_uniform(&gaps)) * mean_gap;
        if (now >= end)
            break;
        double *workers = next_free[(int)(stream_uniform(&routing) * INSTANCES)];
        int best = 0;
        for (int i = 0; i < WORKERS; i++) {
            if (workers[i] <= now) {
                best = i;
                break;
            }
            best = workers[i] < workers[best] ? i : best;
        }
        double begin = workers[best] > now ? workers[best] : now;
        workers[best] = begin + draw_table_at(&service, stream_uniform(&services));
    }
    double ns = (cpu_s() - start_s) * 1e9 / (double)count;
    for (int i = 0; i < INSTANCES; i++)
        for (int w = 0; w < WORKERS; w++)
            *sum += next_free[i][w];
    return ns;
}

static double world(double *sum)
{
    struct version_config version = {.name = "v1",
                                     .endpoint_config_name = "cfg-1",
                                     .probability = NAN,
                                     .service = service_law(),
                                     .error_5xx_fraction = 0.0005};
    struct alarm_config error = {.name = "errors",
                                 .metric = METRIC_5XX_ERRORS,
                                 .statistic = {STATISTIC_AVERAGE, 0},
                                 .period_s = 60,
                                 .evaluation_periods = 3,
                                 .datapoints_to_alarm = 2,
                                 .threshold = 0.01,
                                 .missing = MISSING_NOT_BREACHING,
                                 .endpoint_name = "e",
                                 .variant_name = "v"};
    struct alarm_config latency = error;
    latency.name = "latency";
    latency.metric = METRIC_MODEL_LATENCY;
    latency.threshold = 100e3;
    struct alarm_config alarms[] = {error, latency};
    struct setting setting = {.seed = 1,
                              .warmup_us = 900 * US_PER_S,
                              .horizon_us = us_from_s(horizon_s),
                              .endpoint = {.endpoint_name = "e",
                                           .variant_name = "v",
                                           .instance_count = INSTANCES,
                                           .workers_per_instance = WORKERS,
                                           .queue_limit_per_instance = 1000,
                                           .invocation_timeout_us = 60e6},
                              .traffic = {.process = TRAFFIC_POISSON, .rate_rps = rate_rps},
                              .launch = {.time = draw_constant(100e6)},
                              .versions = &version,
                              .version_count = 1,
                              .alarms = alarms,
                              .alarm_count = 2,
                              .slo_latency_us = 250e3,
                              .modelling = modelling_default()};
    struct replicate_options options = {.replications = 1, .threads = 1};
    struct replicate_result result;
    double start_s = cpu_s();
    int status = replicate_run(&setting, &options, &result);
    double ns = (cpu_s() - start_s) * 1e9 / (double)result.requests_simulated;
    assert(status == 0);
    (void)status;
    *sum += result.rows[0].mean_latency_ms;
    replicate_free(&result);
    return ns;
}

int main(void)
{
    double bare = INFINITY, full = INFINITY, sum = 0.0;
    for (int i = 0; i < PAIRS; i++) {
        bare = fmin(bare, bare_loop(&sum));
        full = fmin(full, world(&sum));
    }
    printf("bare loop  %6.1f ns a request  %12.0f requests a second\n", bare, 1e9 / bare);
    printf("bakeoff    %6.1f ns a request  %12.0f requests a second\n", full, 1e9 / full);
    printf("ratio      %6.2f (at most 2.5 is promised)\n", full / bare);
    return isfinite(sum) && full <= 2.5 * bare ? 0 : 1;
}

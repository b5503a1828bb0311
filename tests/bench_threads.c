/* What threads cost: CPU time of one thread over CPU time of two for the same replications (1 = nothing is lost to
 * sharing), and what forking spares. Median of five alternated pairs; at least 0.9 is promised. */
#include "sim/replicate.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PAIRS = 5, REPLICATIONS = 24 };

static double clock_s(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

struct cost {
    double cpu_s, wall_s;
    uint64_t simulated, spared;
};

static struct cost run(const struct setting *setting, int threads)
{
    struct replicate_options options = {.replications = REPLICATIONS, .threads = threads};
    struct replicate_result result;
    double cpu = clock_s(CLOCK_PROCESS_CPUTIME_ID), wall = clock_s(CLOCK_MONOTONIC);
    int status = replicate_run(setting, &options, &result);
    assert(status == 0);
    (void)status;
    struct cost cost = {clock_s(CLOCK_PROCESS_CPUTIME_ID) - cpu, clock_s(CLOCK_MONOTONIC) - wall,
                        result.requests_simulated, result.requests_spared};
    replicate_free(&result);
    return cost;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(void)
{
    struct draw service;
    const char *error = draw_resolve(&service, draw_find("lognormal"), (double[]){20e3, NAN, 80e3, NAN});
    assert(!error);
    (void)error;
    struct version_config versions[] = {
        {.name = "v1", .endpoint_config_name = "cfg-1", .probability = NAN, .service = service},
        {.name = "v2",
         .endpoint_config_name = "cfg-2",
         .probability = NAN,
         .service = service,
         .error_5xx_fraction = 0.05},
    };
    struct alarm_config alarm = {.name = "errors",
                                 .metric = METRIC_5XX_ERRORS,
                                 .statistic = {STATISTIC_AVERAGE, 0},
                                 .period_s = 60,
                                 .evaluation_periods = 2,
                                 .datapoints_to_alarm = 2,
                                 .threshold = 0.01,
                                 .missing = MISSING_NOT_BREACHING,
                                 .endpoint_name = "e",
                                 .variant_name = "v"};
    struct deployment_config canary = {.mode = SHIFT_CANARY,
                                       .canary = {CAPACITY_INSTANCE_COUNT, 1},
                                       .wait_interval_s = 300,
                                       .termination_wait_s = 300,
                                       .alarm_names = {"errors"},
                                       .alarm_count = 1};
    struct deployment_config rolling = canary;
    rolling.mode = SHIFT_ROLLING;
    rolling.batch = (struct capacity_size){CAPACITY_INSTANCE_COUNT, 1};
    struct policy policies[] = {{"canary", canary}, {"rolling", rolling}};
    struct setting setting = {.seed = 1,
                              .warmup_us = 900 * US_PER_S,
                              .endpoint = {.endpoint_name = "e",
                                           .variant_name = "v",
                                           .instance_count = 4,
                                           .workers_per_instance = 4,
                                           .queue_limit_per_instance = 1000,
                                           .invocation_timeout_us = 60e6},
                              .traffic = {.process = TRAFFIC_POISSON, .rate_rps = 50.0},
                              .launch = {.time = draw_uniform(100e6, 200e6)},
                              .versions = versions,
                              .version_count = 2,
                              .alarms = &alarm,
                              .alarm_count = 1,
                              .policies = policies,
                              .policy_count = 2,
                              .slo_latency_us = 250e3,
                              .modelling = modelling_default()};
    double efficiency[PAIRS], speedup[PAIRS];
    struct cost one = {0}, two;
    for (int i = 0; i < PAIRS; i++) {
        one = run(&setting, 1);
        two = run(&setting, 2);
        efficiency[i] = one.cpu_s / two.cpu_s;
        speedup[i] = one.wall_s / two.wall_s;
    }
    qsort(efficiency, PAIRS, sizeof *efficiency, compare);
    qsort(speedup, PAIRS, sizeof *speedup, compare);
    printf(
        "2 threads  CPU-time efficiency %.2f (at least 0.9 is promised), speed-up %.2f (depends on what else runs)\n",
        efficiency[PAIRS / 2], speedup[PAIRS / 2]);
    printf("forks      %.0f %% of all requests spared\n",
           100.0 * (double)one.spared / (double)(one.spared + one.simulated));
    return efficiency[PAIRS / 2] >= 0.9 ? 0 : 1;
}

#include "report/batch/pilot.h"

#include "report/write_csv.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Of one scenario; NaN: not measured. */
struct price {
    double replication_s, row_bytes;
};

static double thread_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Simulates and writes `count` replications. Returns the bytes of their rows, or -1. */
static double run_some(const struct scenario *scenario, uint64_t first, uint64_t count, const atomic_int *stop)
{
    const struct replicate_options options = {
        .first_replication = first, .replications = count, .threads = 1, .stop = stop};
    struct replicate_result result;
    char *rows = NULL;
    size_t size = 0;
    if (replicate_run(&scenario->setting, &options, &result))
        return -1;
    FILE *file = open_memstream(&rows, &size);
    for (size_t t = 0; t < result.trial_count && file; t++)
        for (uint64_t r = 0; r < result.replications; r++)
            csv_put_trial(file, scenario, &result.trials[t], first + r, &result.rows[r * result.trial_count + t]);
    bool is_whole = file && result.replications == count;
    if (file && fclose(file))
        is_whole = false;
    free(rows);
    replicate_free(&result);
    return is_whole ? (double)size : -1;
}

/* One replication, and then as many as the share of the budget allows, but no more than a block. */
static int measure(const struct scenario *scenario, const struct planned *planned, double share_s,
                   const struct pilot_options *options, struct pilot *pilot, struct price *price)
{
    double start = thread_s(), bytes = run_some(scenario, 0, 1, options->stop), one_s = thread_s() - start;
    if (bytes < 0)
        return -1;
    *price = (struct price){one_s, bytes / (double)planned->trial_count};
    pilot->scenarios_measured++;
    pilot->replications_measured++;
    double more = fmin(floor(share_s / one_s) - 1, (double)agenda_size(planned, 0) - 1);
    if (!(more >= 1))
        return 0;
    start = thread_s();
    bytes = run_some(scenario, 1, (uint64_t)more, options->stop);
    if (bytes < 0)
        return -1;
    *price = (struct price){(thread_s() - start) / more, bytes / more / (double)planned->trial_count};
    pilot->replications_measured += (uint64_t)more;
    return 0;
}

/* Scenarios far from each other first, so that those that the budget reaches stand for all: steps of about the golden
 * section, with no divisor in common with the count. */
static size_t stride(size_t count)
{
    size_t step = (size_t)(0.618 * (double)count) + 1;
    for (;; step++) {
        size_t a = step, b = count;
        while (b > 0) {
            size_t rest = a % b;
            a = b;
            b = rest;
        }
        if (a == 1)
            return step;
    }
}

static int measure_all(const struct pilot_options *options, struct pilot *pilot, struct price *prices)
{
    size_t count = options->agenda->count, step = stride(count);
    double start = thread_s();
    for (size_t i = 0, item = 0; i < count && !(options->stop && *options->stop); i++, item = (item + step) % count) {
        double left_s = options->budget_s - (thread_s() - start);
        if (i > 0 && left_s <= 0)
            break;
        struct scenario *scenario = options->read(options->context, item);
        if (!scenario)
            continue;
        int failed = measure(scenario, &options->agenda->items[item], left_s / (double)(count - i), options, pilot,
                             &prices[item]);
        scenario_free(scenario);
        if (failed)
            return -1;
    }
    pilot->pilot_s = thread_s() - start;
    return pilot->scenarios_measured > 0 ? 0 : -1;
}

/* What a trial costs on average over those measured. */
static struct price average(const struct agenda *agenda, const struct price *prices)
{
    struct price sum = {0, 0};
    double measured = 0;
    for (size_t i = 0; i < agenda->count; i++) {
        if (isnan(prices[i].replication_s))
            continue;
        sum.replication_s += prices[i].replication_s / (double)agenda->items[i].trial_count;
        sum.row_bytes += prices[i].row_bytes;
        measured++;
    }
    return (struct price){sum.replication_s / measured, sum.row_bytes / measured};
}

static void add_item(struct pilot *pilot, const struct planned *planned, struct price price)
{
    uint64_t replications = planned->scenario.replications, trials = replications * planned->trial_count;
    double figures = (double)(trials * planned->figure_count * sizeof(double));
    double rows = price.row_bytes * (double)trials;
    double block_s = price.replication_s * (double)agenda_size(planned, 0);
    pilot->replications += replications;
    pilot->trials += trials;
    pilot->blocks += planned->block_count;
    pilot->cpu_s += price.replication_s * (double)replications;
    pilot->longest_block_s = fmax(pilot->longest_block_s, block_s);
    pilot->trial_bytes += rows;
    pilot->part_bytes += rows + figures + (double)(planned->block_count * strlen(planned->text));
    pilot->spool_bytes = fmax(pilot->spool_bytes, figures);
}

int pilot_run(const struct pilot_options *options, struct pilot *pilot)
{
    const struct agenda *agenda = options->agenda;
    *pilot = (struct pilot){0};
    struct price *prices = malloc(agenda->count * sizeof *prices);
    if (!prices)
        return -1;
    for (size_t i = 0; i < agenda->count; i++)
        prices[i] = (struct price){NAN, NAN};
    int status = measure_all(options, pilot, prices);
    struct price mean = average(agenda, prices);
    for (size_t i = 0; i < agenda->count && status == 0; i++) {
        struct price price = prices[i];
        if (isnan(price.replication_s))
            price = (struct price){mean.replication_s * (double)agenda->items[i].trial_count, mean.row_bytes};
        add_item(pilot, &agenda->items[i], price);
    }
    free(prices);
    return status;
}

double pilot_wall_s(const struct pilot *pilot, uint64_t threads)
{
    return fmax(pilot->cpu_s / (double)threads, pilot->longest_block_s);
}

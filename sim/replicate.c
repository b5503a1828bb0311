#include "sim/replicate.h"

#include "sim/ledger.h"
#include "sim/rollout.h"
#include "sim/world.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

size_t replicate_trials(const struct setting *setting, struct trial **trials)
{
    size_t count = 0;
    struct trial *list = malloc((setting->policy_count * setting->version_count + 1) * sizeof *list);
    *trials = list;
    if (!list)
        return 0;
    list[count++] = (struct trial){SIZE_MAX, SIZE_MAX};
    for (size_t p = 0; p < setting->policy_count; p++)
        for (size_t v = 0; v < setting->version_count; v++)
            if (v != setting->current)
                list[count++] = (struct trial){p, v};
    return count;
}

/* What all threads see. Each takes the next replication by one atomic index and writes to its own rows. */
struct work {
    const struct setting *setting;
    const struct replicate_options *options;
    const struct layout *layout;
    const struct replicate_result *result;
    atomic_uint_fast64_t next, done;
    atomic_bool *finished; /* [replications] */
};

/* A trial and the instant at which its world leaves the common past. */
struct fork {
    int64_t at;
    size_t trial;
};

static int compare_forks(const void *a, const void *b)
{
    const struct fork *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->trial < y->trial ? -1 : x->trial > y->trial;
}

struct worker {
    struct work *work;
    struct run *trunk, *branch;
    struct fork *forks;
    bool reports_progress;
};

static const struct policy *policy_of(const struct work *work, const struct trial *trial)
{
    return &work->setting->policies[trial->policy];
}

/* The long way: every trial simulates its own past. */
static void run_alone(struct worker *worker, uint64_t replication, struct outcome *rows)
{
    const struct work *work = worker->work;
    struct run *run = worker->branch;
    for (size_t t = 0; t < work->result->trial_count; t++) {
        const struct trial *trial = &work->result->trials[t];
        bool is_control = trial->policy == SIZE_MAX;
        run_aim(run, replication, is_control ? NULL : policy_of(work, trial),
                is_control ? work->setting->current : trial->version);
        world_begin(run);
        world_advance(run, 0);
        world_open_window(run);
        if (!is_control)
            rollout_begin(run);
        world_finish(run);
        ledger_write(run, &rows[t]);
        ledger_compare(work->setting, &rows[0], &rows[t]);
    }
}

static void plan_forks(struct worker *worker, uint64_t replication)
{
    const struct replicate_result *result = worker->work->result;
    for (size_t t = 1; t < result->trial_count; t++) {
        run_aim(worker->branch, replication, policy_of(worker->work, &result->trials[t]), result->trials[t].version);
        worker->forks[t - 1] = (struct fork){rollout_first_change(worker->branch), t};
    }
    qsort(worker->forks, result->trial_count - 1, sizeof *worker->forks, compare_forks);
}

/* The common past is simulated once, by the control; each trial leaves it as a copy at its own first change. */
static void run_forked(struct worker *worker, uint64_t replication, struct outcome *rows)
{
    const struct work *work = worker->work;
    const struct replicate_result *result = work->result;
    struct run *trunk = worker->trunk, *branch = worker->branch;
    plan_forks(worker, replication);
    run_aim(trunk, replication, NULL, work->setting->current);
    world_begin(trunk);
    world_advance(trunk, 0);
    world_open_window(trunk);
    for (size_t i = 0; i + 1 < result->trial_count; i++) {
        const struct fork *fork = &worker->forks[i];
        const struct trial *trial = &result->trials[fork->trial];
        world_advance(trunk, fork->at);
        run_aim(branch, replication, policy_of(work, trial), trial->version);
        run_copy_world(branch, trunk);
        uint64_t spared = branch->world->serve.arrivals;
        rollout_begin(branch);
        world_finish(branch);
        ledger_write(branch, &rows[fork->trial]);
        rows[fork->trial].requests_simulated -= spared;
        rows[fork->trial].requests_spared = spared;
    }
    world_finish(trunk);
    ledger_write(trunk, &rows[0]);
    for (size_t t = 1; t < result->trial_count; t++)
        ledger_compare(work->setting, &rows[0], &rows[t]);
}

static void *work_on(void *argument)
{
    struct worker *worker = argument;
    struct work *work = worker->work;
    const struct replicate_options *options = work->options;
    for (;;) {
        if (options->stop && *options->stop)
            return NULL;
        uint64_t index = atomic_fetch_add(&work->next, 1);
        if (index >= options->replications)
            return NULL;
        struct outcome *rows = work->result->rows + index * work->result->trial_count;
        (options->no_fork ? run_alone : run_forked)(worker, options->first_replication + index, rows);
        atomic_store(&work->finished[index], true);
        uint64_t done = atomic_fetch_add(&work->done, 1) + 1;
        if (worker->reports_progress && options->progress)
            options->progress(options->progress_context, done, options->replications);
    }
}

static bool prepare(struct worker *worker, struct work *work)
{
    *worker = (struct worker){.work = work};
    worker->trunk = run_new(work->layout);
    worker->branch = run_new(work->layout);
    worker->forks = calloc(work->result->trial_count, sizeof *worker->forks);
    return worker->trunk && worker->branch && worker->forks;
}

static void release_one(struct worker *worker)
{
    run_free(worker->trunk);
    run_free(worker->branch);
    free(worker->forks);
}

static void release(struct worker *workers, int count)
{
    for (int i = 0; i < count; i++)
        release_one(&workers[i]);
    free(workers);
}

/* The calling thread works too, and alone reports progress. */
static int run_workers(struct worker *workers, int count)
{
    pthread_t *threads = calloc((size_t)count, sizeof *threads);
    int started = 1, status = threads ? 0 : -1;
    while (status == 0 && started < count && pthread_create(&threads[started], NULL, work_on, &workers[started]) == 0)
        started++; /* those that the system grants do the work */
    workers[0].reports_progress = true;
    if (status == 0)
        work_on(&workers[0]);
    for (int i = 1; threads && i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return status;
}

static void count_finished(struct work *work, struct replicate_result *result)
{
    while (result->replications < work->options->replications && atomic_load(&work->finished[result->replications])) {
        const struct outcome *rows = result->rows + result->replications * result->trial_count;
        for (size_t t = 0; t < result->trial_count; t++) {
            result->requests_simulated += rows[t].requests_simulated;
            result->requests_spared += rows[t].requests_spared;
        }
        result->replications++;
    }
}

/* How many workers memory allows for: fewer come to the same results. */
static int prepare_all(struct worker *workers, int count, struct work *work)
{
    for (int i = 0; i < count; i++)
        if (!prepare(&workers[i], work)) {
            release_one(&workers[i]);
            return i;
        }
    return count;
}

int replicate_run(const struct setting *setting, const struct replicate_options *options,
                  struct replicate_result *result)
{
    *result = (struct replicate_result){0};
    result->trial_count = replicate_trials(setting, &result->trials);
    struct layout *layout = layout_new(setting);
    result->rows = calloc(options->replications * result->trial_count + 1, sizeof *result->rows);
    struct work work = {.setting = setting, .options = options, .layout = layout, .result = result};
    work.finished = calloc(options->replications + 1, sizeof *work.finished);
    int count = options->threads < 1 ? 1 : options->threads;
    if ((uint64_t)count > options->replications)
        count = options->replications ? (int)options->replications : 1;
    struct worker *workers = calloc((size_t)count, sizeof *workers);
    bool is_ready = result->trials && layout && result->rows && work.finished && workers;
    int ready = is_ready ? prepare_all(workers, count, &work) : 0;
    int status = ready > 0 ? run_workers(workers, ready) : -1;
    if (status == 0)
        count_finished(&work, result);
    release(workers, ready);
    free(work.finished);
    layout_free(layout);
    if (status < 0)
        replicate_free(result);
    return status;
}

void replicate_free(struct replicate_result *result)
{
    free(result->trials);
    free(result->rows);
    *result = (struct replicate_result){0};
}

#include "report/batch/batch.h"

#include "report/batch/store.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct task {
    size_t item;
    uint64_t block;
};

/* What is kept of an item while some of its blocks are to do. */
struct slot {
    struct scenario *scenario;
    uint64_t left; /* blocks not yet finished */
    bool is_out;   /* cannot be read or run: what is left is left */
};

struct work {
    const struct batch_options *options;
    struct batch_result *result;
    struct task *tasks;
    size_t task_count, next;
    struct slot *slots;
    struct task *returned; /* by threads that found no memory */
    size_t returned_count;
    size_t active; /* threads that take tasks */
    bool is_over;  /* a write failed */
    pthread_mutex_t mutex;
    pthread_cond_t ended; /* a thread has */
};

/* ---- what there is to do ---- */

/* Looks at every block of this shard. Whoever is not good is a task. */
static int find_tasks(struct work *work)
{
    const struct batch_options *options = work->options;
    struct batch_progress *progress = &work->result->progress;
    struct part part = {0};
    uint64_t all = 0, index = 0;
    for (size_t i = 0; i < options->agenda->count; i++)
        all += options->agenda->items[i].block_count;
    work->tasks = calloc(all / options->shard.count + 1, sizeof *work->tasks);
    for (size_t i = 0; i < options->agenda->count && work->tasks; i++) {
        const struct planned *planned = &options->agenda->items[i];
        for (uint64_t b = 0; b < planned->block_count && !(options->stop && *options->stop); b++, index++) {
            if (index % options->shard.count != options->shard.index)
                continue;
            uint64_t trials = agenda_size(planned, b) * planned->trial_count;
            char *path = store_part_path(options->out, planned, b);
            enum part_state state = part_read(&part, path, planned, b);
            progress->blocks_own++;
            progress->trials_own += trials;
            if (state == PART_GOOD) {
                progress->blocks_there++;
                progress->trials_there += trials;
            } else {
                work->tasks[work->task_count++] = (struct task){i, b};
                work->slots[i].left++;
            }
            if (state != PART_GOOD && state != PART_MISSING) {
                work->result->blocks_refused++;
                options->tell(options->context, BATCH_PART_REFUSED, state, path);
            }
            free(path);
        }
    }
    part_free(&part);
    return work->tasks ? 0 : -1;
}

/* ---- tasks; the mutex is held ---- */

static bool is_stopped(const struct work *work)
{
    return work->is_over || (work->options->stop && *work->options->stop);
}

static bool has_scenario(struct work *work, size_t item)
{
    struct slot *slot = &work->slots[item];
    if (slot->is_out || slot->scenario)
        return !slot->is_out;
    slot->scenario = work->options->read(work->options->context, item);
    slot->is_out = !slot->scenario;
    work->result->unread += slot->is_out;
    return !slot->is_out;
}

static void finish_task(struct work *work, struct task task)
{
    struct slot *slot = &work->slots[task.item];
    if (--slot->left > 0)
        return;
    scenario_free(slot->scenario);
    slot->scenario = NULL;
}

static bool take_task(struct work *work, struct task *task)
{
    while (!is_stopped(work) && (work->returned_count > 0 || work->next < work->task_count)) {
        *task = work->returned_count > 0 ? work->returned[--work->returned_count] : work->tasks[work->next++];
        if (has_scenario(work, task->item))
            return true;
        finish_task(work, *task);
    }
    return false;
}

static void tell_error(struct work *work, enum batch_event event, const char *path, int error)
{
    work->result->failed = true;
    errno = error;
    work->options->tell(work->options->context, event, PART_UNREADABLE, path);
}

/* Fewer threads need less memory: the block goes back, and the thread ends unless it is the last. */
static bool is_given_back(struct work *work, struct task task, int error)
{
    if (error == ENOMEM && work->active > 1) {
        work->returned[work->returned_count++] = task;
        return true;
    }
    struct slot *slot = &work->slots[task.item];
    if (!slot->is_out)
        tell_error(work, BATCH_SCENARIO_FAILED, work->options->agenda->items[task.item].scenario.name,
                   error != 0 ? error : ENOMEM);
    slot->is_out = true;
    finish_task(work, task);
    return false;
}

static void note_done(struct work *work, struct task task, const struct replicate_result *result)
{
    struct batch_progress *progress = &work->result->progress;
    progress->blocks_done++;
    progress->trials_done += result->replications * result->trial_count;
    work->result->requests_simulated += result->requests_simulated;
    work->result->requests_spared += result->requests_spared;
    finish_task(work, task);
}

/* ---- a thread; takes and gives back the mutex ---- */

/* False: this thread is to end. */
static bool do_task(struct work *work, struct task task)
{
    const struct planned *planned = &work->options->agenda->items[task.item];
    const struct scenario *scenario = work->slots[task.item].scenario;
    const struct replicate_options run = {
        .first_replication = agenda_first(planned, task.block),
        .replications = agenda_size(planned, task.block),
        .threads = 1,
        .stop = work->options->stop,
    };
    struct replicate_result result;
    pthread_mutex_unlock(&work->mutex);
    errno = 0;
    int failed = replicate_run(&scenario->setting, &run, &result);
    int error = errno, write_error = 0;
    bool is_whole = !failed && result.replications == run.replications;
    char *path = store_part_path(work->options->out, planned, task.block);
    if (is_whole && part_write(path, planned, task.block, scenario, &result))
        write_error = errno != 0 ? errno : EIO;
    pthread_mutex_lock(&work->mutex);
    bool goes_on = true;
    if (failed) {
        goes_on = !is_given_back(work, task, error);
    } else if (write_error != 0) {
        if (!work->is_over)
            tell_error(work, BATCH_WRITE_FAILED, path, write_error);
        work->is_over = true;
        finish_task(work, task);
    } else if (is_whole) {
        note_done(work, task, &result);
    } else {
        finish_task(work, task); /* stopped */
    }
    if (!failed)
        replicate_free(&result);
    free(path);
    return goes_on;
}

static void *work_on(void *argument)
{
    struct work *work = argument;
    struct task task;
    pthread_mutex_lock(&work->mutex);
    while (take_task(work, &task) && do_task(work, task))
        ;
    work->active--;
    pthread_cond_signal(&work->ended);
    pthread_mutex_unlock(&work->mutex);
    return NULL;
}

/* ---- all of them ---- */

static void watch(struct work *work)
{
    const struct batch_options *options = work->options;
    pthread_mutex_lock(&work->mutex);
    while (work->active > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 100000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&work->ended, &work->mutex, &until);
        if (options->progress)
            options->progress(options->context, &work->result->progress);
    }
    pthread_mutex_unlock(&work->mutex);
}

/* This thread only watches, unless the system grants no other. */
static int run_threads(struct work *work)
{
    size_t count =
        work->task_count < (size_t)work->options->threads ? work->task_count : (size_t)work->options->threads;
    pthread_t *threads = calloc(count + 1, sizeof *threads);
    work->returned = calloc(count + 1, sizeof *work->returned);
    if (!threads || !work->returned) {
        free(threads);
        return -1;
    }
    size_t started = 0;
    pthread_mutex_lock(&work->mutex);
    while (started < count && pthread_create(&threads[started], NULL, work_on, work) == 0)
        started++;
    work->active = started > 0 ? started : 1;
    pthread_mutex_unlock(&work->mutex);
    if (started == 0)
        work_on(work);
    watch(work);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    free(threads);
    return 0;
}

int batch_run(const struct batch_options *options, struct batch_result *result)
{
    struct work work = {
        .options = options, .result = result, .mutex = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};
    *result = (struct batch_result){0};
    work.slots = calloc(options->agenda->count + 1, sizeof *work.slots);
    int status = work.slots ? find_tasks(&work) : -1;
    if (status == 0 && work.task_count > 0)
        status = run_threads(&work);
    for (size_t i = 0; i < options->agenda->count && work.slots; i++)
        scenario_free(work.slots[i].scenario);
    free(work.slots);
    free(work.tasks);
    free(work.returned);
    return status;
}

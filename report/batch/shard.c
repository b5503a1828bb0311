#include "report/batch/shard.h"

#include "scenarios/arena.h"

#include <stdlib.h>
#include <string.h>

/* Variables that an engine sets. The names after the first may be NULL. */
struct engine {
    const char *name, *index, *count, *least, *step;
};

static const struct engine engines[] = {
    {"Slurm", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP"},
    {"AWS Batch", "AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE", NULL, NULL},
    {"Kubernetes", "JOB_COMPLETION_INDEX", NULL, NULL, NULL},
    {"Open MPI", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL, NULL},
};
enum { ENGINES = sizeof engines / sizeof *engines };

/* Digits alone, up to SHARD_MAX. */
static bool read_count(const char *text, size_t length, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || *value > SHARD_MAX)
            return false;
        *value = 10 * *value + (uint64_t)(text[i] - '0');
    }
    return length > 0 && *value <= SHARD_MAX;
}

/* A variable, or `fallback` where it is not set. False, with *why, where it is no number. */
static bool read_variable(const char *name, char *(*get)(const char *name), uint64_t fallback, uint64_t *value,
                          char **why)
{
    const char *text = name ? get(name) : NULL;
    *value = fallback;
    if (!text || read_count(text, strlen(text), value))
        return true;
    *why = xformat("%s must be a whole number up to %d, got '%s'", name, SHARD_MAX, text);
    return false;
}

static const struct engine *find_engine(char *(*get)(const char *name), char **why)
{
    const struct engine *found = NULL;
    for (size_t i = 0; i < ENGINES; i++) {
        if (!get(engines[i].index))
            continue;
        if (found) {
            *why = xformat("auto: both %s and %s are set: say which by I/N", found->index, engines[i].index);
            return NULL;
        }
        found = &engines[i];
    }
    if (!found)
        *why = xformat("auto: none of %s, %s, %s and %s is set: start it from one of these engines, or say I/N",
                       engines[0].index, engines[1].index, engines[2].index, engines[3].index);
    return found;
}

static bool ask_engine(const struct engine *engine, char *(*get)(const char *name), uint64_t count_given,
                       struct shard *shard, char **why)
{
    uint64_t id, count, least, step;
    if (!read_variable(engine->index, get, 0, &id, why) || !read_variable(engine->count, get, 0, &count, why) ||
        !read_variable(engine->least, get, 0, &least, why) || !read_variable(engine->step, get, 1, &step, why))
        return false;
    if (count_given > 0) {
        *shard = (struct shard){id, count_given};
        if (id >= count_given)
            *why = xformat("auto/%llu: %s is %llu, which is no index below %llu", (unsigned long long)count_given,
                           engine->index, (unsigned long long)id, (unsigned long long)count_given);
        return id < count_given;
    }
    if (count == 0) {
        *why =
            engine->count && get(engine->count)
                ? xformat("auto: %s is 0", engine->count)
                : xformat("auto: %s tells which shard this is, but %s%s how many there are: say auto/N", engine->index,
                          engine->count ? engine->count : "nothing", engine->count ? " is not set, so not" : " tells");
        return false;
    }
    bool is_regular = step > 0 && id >= least && (id - least) % step == 0 && (id - least) / step < count;
    if (is_regular)
        *shard = (struct shard){(id - least) / step, count};
    else
        *why = xformat("auto: %s is %llu, which is none of %llu tasks from %llu on in steps of %llu: say auto/N or I/N",
                       engine->index, (unsigned long long)id, (unsigned long long)count, (unsigned long long)least,
                       (unsigned long long)step);
    return is_regular;
}

bool shard_parse(const char *text, char *(*get)(const char *name), struct shard *shard, char **why)
{
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : strlen(text);
    bool is_auto = length == 4 && strncmp(text, "auto", 4) == 0;
    uint64_t index = 0, count = 0;
    *why = NULL;
    bool is_good = (is_auto || (slash && read_count(text, length, &index))) &&
                   (!slash || (read_count(slash + 1, strlen(slash + 1), &count) && count > 0));
    if (!is_good) {
        *why = xformat("must be I/N, auto or auto/N with N from 1 to %d, got '%s'", SHARD_MAX, text);
        return false;
    }
    if (is_auto) {
        const struct engine *engine = find_engine(get, why);
        return engine && ask_engine(engine, get, count, shard, why);
    }
    if (index >= count) {
        *why = xformat("%s: shards are counted from 0, so the last of %llu is %llu/%llu", text,
                       (unsigned long long)count, (unsigned long long)count - 1, (unsigned long long)count);
        return false;
    }
    *shard = (struct shard){index, count};
    return true;
}

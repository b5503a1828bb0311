#include "report/cli/merging.h"

#include "report/cli/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/batch/store.h"
#include "report/cli/commands.h"
#include "report/cli/progress.h"
#include "report/cli/signals.h"
#include "report/emit.h"
#include "report/output.h"

enum { MOST_TOLD = 20 };

int merging_no_memory(void)
{
    fprintf(stderr, "bakeoff: %s\n", errno != 0 ? strerror(errno) : "out of memory");
    return STATUS_FAILED;
}

struct telling {
    struct progress progress;
    uint64_t told;
};

static void tell(void *context, enum merge_event event, enum part_state state, const struct planned *planned,
                 uint64_t block, const char *path)
{
    struct telling *telling = context;
    int error = errno;
    char name[256], file[1024];
    if (telling->told++ >= MOST_TOLD)
        return;
    uint64_t first = agenda_first(planned, block), last = first + agenda_size(planned, block) - 1;
    const char *what =
        event == MERGE_BLOCK_DIFFERS ? "differs from another part of the same block" : part_state_words[state];
    fprintf(stderr, "bakeoff: error: '%s', replications %llu to %llu: %s %s%s%s\n",
            emit_visible(name, sizeof name, planned->scenario.name), (unsigned long long)first,
            (unsigned long long)last, emit_visible(file, sizeof file, path), what, state == PART_UNREADABLE ? ": " : "",
            state == PART_UNREADABLE ? strerror(error) : "");
}

static void show(void *context, uint64_t done, uint64_t total)
{
    struct telling *telling = context;
    progress_show(&telling->progress, done, total);
}

static int tell_end(enum merge_status status, const struct merging *merging, const struct merge_result *result)
{
    char visible[1024];
    const char *out = emit_visible(visible, sizeof visible, merging->out);
    switch (status) {
    case MERGE_DONE: break;
    case MERGE_INCOMPLETE:
        fprintf(stderr, "bakeoff: %llu of %llu blocks are missing: run the batch, or its shards, once more\n",
                (unsigned long long)result->missing, (unsigned long long)result->blocks);
        return STATUS_NO;
    case MERGE_REFUSED:
        fprintf(stderr, "bakeoff: %llu part%s cannot be used: run the batch, or its shards, once more\n",
                (unsigned long long)result->refused, result->refused == 1 ? "" : "s");
        return STATUS_USAGE;
    case MERGE_UNREADABLE: return STATUS_FAILED; /* each has been told of */
    case MERGE_STOPPED: return 128 + caught_signal;
    case MERGE_FAILED: return result->failed ? options_complain_of_write(result->failed) : merging_no_memory();
    }
    if (!merging->is_quiet)
        fprintf(stderr, "bakeoff: %zu scenario%s, %llu trials in %s\n", merging->agenda->count,
                merging->agenda->count == 1 ? "" : "s", (unsigned long long)result->trials, out);
    if (result->gates_kept == result->gates)
        return STATUS_DONE;
    if (!merging->is_quiet)
        fprintf(stderr, "bakeoff: %zu of %zu gates do not pass: see %s/summary.json\n",
                result->gates - result->gates_kept, result->gates, out);
    return STATUS_NO;
}

int merging_run(const struct merging *merging, struct merge_result *result)
{
    struct telling telling = {.progress = progress_begin("merge", "blocks", merging->is_quiet, false)};
    const struct merge_options options = {
        .folders = merging->folders,
        .folder_count = merging->folder_count,
        .agenda = merging->agenda,
        .out = merging->out,
        .threads = merging->threads,
        .tell = tell,
        .progress = show,
        .context = &telling,
        .stop = &caught_signal,
    };
    errno = 0;
    enum merge_status status = merge_run(&options, result);
    int error = errno;
    progress_erase(&telling.progress);
    if (telling.told > MOST_TOLD)
        fprintf(stderr, "bakeoff: ... and %llu more\n", (unsigned long long)(telling.told - MOST_TOLD));
    errno = error;
    int exit_status = tell_end(status, merging, result);
    free(result->failed);
    result->failed = NULL;
    if (status == MERGE_DONE)
        for (size_t i = 0; i < merging->folder_count; i++)
            store_tidy(merging->folders[i]);
    return exit_status;
}

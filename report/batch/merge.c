#include "report/batch/merge.h"

#include "report/batch/spool.h"
#include "report/batch/store.h"
#include "report/emit.h"
#include "report/judge.h"
#include "report/output.h"
#include "report/write_csv.h"
#include "report/write_json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct merge {
    const struct merge_options *options;
    struct merge_result *result;
    struct part part, other;
    struct output csv[CSV_FILES], summary;
    struct json json;
    uint64_t trials_end; /* bytes of trials.csv so far */
    uint64_t done;       /* blocks */
};

static bool is_stopped(const struct merge *merge)
{
    return merge->options->stop && *merge->options->stop;
}

static char *path_in(const struct merge *merge, size_t folder, const struct planned *planned, uint64_t block)
{
    return store_part_path(merge->options->folders[folder], planned, block);
}

/* ---- are all blocks there, once? ---- */

static void tell(struct merge *merge, enum merge_event event, enum part_state state, const struct planned *planned,
                 uint64_t block, const char *path)
{
    if (event == MERGE_BLOCK_MISSING)
        merge->result->missing++;
    else if (state == PART_UNREADABLE)
        merge->result->unreadable++;
    else
        merge->result->refused++;
    merge->options->tell(merge->options->context, event, state, planned, block, path);
}

static void compare_repeats(struct merge *merge, const struct planned *planned, uint64_t block, const char *first,
                            const char *second)
{
    enum part_state a = part_read(&merge->part, first, planned, block);
    enum part_state b = part_read(&merge->other, second, planned, block);
    merge->result->repeated++;
    if (a != PART_GOOD)
        tell(merge, MERGE_BLOCK_REFUSED, a, planned, block, first);
    else if (b != PART_GOOD)
        tell(merge, MERGE_BLOCK_REFUSED, b, planned, block, second);
    else if (merge->part.size != merge->other.size ||
             memcmp(merge->part.bytes, merge->other.bytes, merge->part.size) != 0)
        tell(merge, MERGE_BLOCK_DIFFERS, PART_GOOD, planned, block, second);
}

static void check_block(struct merge *merge, const struct planned *planned, uint64_t block)
{
    char *good = NULL;
    bool is_there = false;
    for (size_t i = 0; i < merge->options->folder_count; i++) {
        char *path = path_in(merge, i, planned, block);
        enum part_state state = part_read_head(&merge->part, path, planned, block);
        if (state != PART_GOOD && state != PART_MISSING)
            state = part_read(&merge->part, path, planned, block);
        is_there |= state != PART_MISSING;
        if (state == PART_GOOD && !good) {
            good = path;
            continue;
        }
        if (state == PART_GOOD)
            compare_repeats(merge, planned, block, good, path);
        else if (state != PART_MISSING)
            tell(merge, MERGE_BLOCK_REFUSED, state, planned, block, path);
        free(path);
    }
    if (!is_there) {
        good = path_in(merge, 0, planned, block);
        tell(merge, MERGE_BLOCK_MISSING, PART_MISSING, planned, block, good);
    }
    merge->result->blocks++;
    free(good);
}

static void check_all(struct merge *merge)
{
    const struct agenda *agenda = merge->options->agenda;
    for (size_t i = 0; i < agenda->count; i++)
        for (uint64_t b = 0; b < agenda->items[i].block_count && !is_stopped(merge); b++)
            check_block(merge, &agenda->items[i], b);
}

/* ---- one scenario ---- */

/* Reads a part from the first folder that has it. *path is the caller's to free. */
static enum part_state read_block(struct merge *merge, const struct planned *planned, uint64_t block, bool head_only,
                                  char **path)
{
    enum part_state state = PART_MISSING;
    *path = NULL;
    for (size_t i = 0; i < merge->options->folder_count && state == PART_MISSING; i++) {
        free(*path);
        *path = path_in(merge, i, planned, block);
        state = head_only ? part_read_head(&merge->part, *path, planned, block)
                          : part_read(&merge->part, *path, planned, block);
    }
    return state;
}

/* A part that was good a moment ago. */
static enum merge_status refuse(struct merge *merge, enum part_state state, const struct planned *planned,
                                uint64_t block, char *path)
{
    tell(merge, state == PART_MISSING ? MERGE_BLOCK_MISSING : MERGE_BLOCK_REFUSED, state, planned, block, path);
    free(path);
    return state == PART_MISSING ? MERGE_INCOMPLETE : state == PART_UNREADABLE ? MERGE_UNREADABLE : MERGE_REFUSED;
}

static enum merge_status fail(struct merge *merge, const char *path)
{
    int error = errno;
    merge->result->failed = path ? strdup(path) : NULL;
    errno = error;
    return MERGE_FAILED;
}

/* Where each trial's rows begin in trials.csv: at[t]; moves the end. */
static enum merge_status place_rows(struct merge *merge, const struct planned *planned, uint64_t *at)
{
    memset(at, 0, planned->trial_count * sizeof *at);
    for (uint64_t b = 0; b < planned->block_count; b++) {
        char *path;
        enum part_state state = read_block(merge, planned, b, true, &path);
        if (state != PART_GOOD)
            return refuse(merge, state, planned, b, path);
        free(path);
        for (size_t t = 0; t < planned->trial_count; t++)
            at[t] += merge->part.row_bytes[t];
    }
    for (size_t t = 0; t < planned->trial_count; t++) {
        uint64_t size = at[t];
        at[t] = merge->trials_end;
        merge->trials_end += size;
    }
    return MERGE_DONE;
}

static int copy_rows(struct merge *merge, const struct planned *planned, uint64_t *at)
{
    const char *rows = merge->part.bytes + merge->part.rows;
    for (size_t t = 0; t < planned->trial_count; t++) {
        uint64_t size = merge->part.row_bytes[t];
        if (output_write_at(fileno(merge->csv[CSV_TRIALS].file), rows, size, at[t]))
            return -1;
        at[t] += size;
        rows += size;
    }
    return 0;
}

/* Each part is read once: rows to their places, figures to the spool. */
static enum merge_status copy_parts(struct merge *merge, const struct planned *planned, uint64_t *at,
                                    struct spool *spool)
{
    const struct merge_options *options = merge->options;
    for (uint64_t b = 0; b < planned->block_count; b++) {
        char *path;
        if (is_stopped(merge))
            return MERGE_STOPPED;
        enum part_state state = read_block(merge, planned, b, false, &path);
        if (state != PART_GOOD)
            return refuse(merge, state, planned, b, path);
        free(path);
        if (copy_rows(merge, planned, at))
            return fail(merge, merge->csv[CSV_TRIALS].path);
        if (spool_add(spool, &merge->part, agenda_first(planned, b)))
            return fail(merge, options->out);
        merge->done++;
        if (options->progress)
            options->progress(options->context, merge->done, merge->result->blocks);
    }
    return MERGE_DONE;
}

static void put_scenario(struct merge *merge, const struct planned *planned, const struct study *study,
                         const struct gate_row *gates, size_t gate_count)
{
    struct json *json = &merge->json;
    json_begin(json, '{');
    json_key(json, "scenario"), json_string(json, planned->scenario.name);
    json_key(json, "scenario_sha256"), json_string(json, planned->scenario.sha256);
    json_key(json, "seed"), json_integer(json, planned->scenario.setting.seed);
    json_key(json, "replications"), json_integer(json, planned->scenario.replications);
    write_json_results(json, study, gates, gate_count);
    json_end(json, '}');
}

static enum merge_status put_results(struct merge *merge, const struct planned *planned, struct spool *spool)
{
    const struct replicate_result stored = {
        .trials = planned->trials, .trial_count = planned->trial_count, .replications = planned->scenario.replications};
    const struct study_source source = spool_source(spool);
    struct study study;
    struct gate_row *gates = NULL;
    size_t gate_count = 0;
    errno = ENOMEM;
    enum merge_status status = MERGE_DONE;
    if (study_init_stored(&study, &planned->scenario, &stored, 0, &source, merge->options->threads) ||
        judge_gates(&study, &gates, &gate_count)) {
        status = fail(merge, NULL);
    } else if (spool->error != 0) {
        errno = spool->error;
        status = fail(merge, merge->options->out);
    } else {
        csv_files[CSV_SUMMARY].rows(merge->csv[CSV_SUMMARY].file, &study);
        csv_files[CSV_DIFFERENCES].rows(merge->csv[CSV_DIFFERENCES].file, &study);
        put_scenario(merge, planned, &study, gates, gate_count);
    }
    for (size_t i = 0; i < gate_count; i++)
        merge->result->gates_kept += gates[i].result == GATE_PASS;
    merge->result->gates += gate_count;
    int error = errno;
    free(gates);
    study_free(&study);
    errno = error;
    return status;
}

static enum merge_status merge_scenario(struct merge *merge, const struct planned *planned)
{
    struct spool spool;
    uint64_t *at = calloc(planned->trial_count, sizeof *at);
    enum merge_status status = MERGE_DONE;
    if (!at)
        return fail(merge, NULL);
    if (spool_open(&spool, merge->options->out, planned))
        status = fail(merge, merge->options->out);
    if (status == MERGE_DONE)
        status = place_rows(merge, planned, at);
    if (status == MERGE_DONE)
        status = copy_parts(merge, planned, at, &spool);
    /* The disk may begin with the rows while figures are estimated. */
    if (status == MERGE_DONE)
        sync_file_range(fileno(merge->csv[CSV_TRIALS].file), 0, 0, SYNC_FILE_RANGE_WRITE);
    if (status == MERGE_DONE)
        status = put_results(merge, planned, &spool);
    merge->result->trials += planned->scenario.replications * planned->trial_count;
    int error = errno;
    spool_close(&spool);
    free(at);
    errno = error;
    return status;
}

/* ---- all of them ---- */

static enum merge_status open_results(struct merge *merge)
{
    const char *out = merge->options->out;
    if (output_make_directory(out))
        return fail(merge, out);
    for (int i = 0; i < CSV_FILES; i++) {
        if (output_open_in(&merge->csv[i], out, csv_files[i].name))
            return fail(merge, out);
        csv_files[i].header(merge->csv[i].file);
    }
    if (output_open_in(&merge->summary, out, "summary.json"))
        return fail(merge, out);
    if (output_flush(merge->csv[CSV_TRIALS].file))
        return fail(merge, merge->csv[CSV_TRIALS].path);
    merge->trials_end = (uint64_t)ftell(merge->csv[CSV_TRIALS].file);
    merge->json = (struct json){.to = merge->summary.file, .lines = 3};
    json_begin(&merge->json, '[');
    return MERGE_DONE;
}

static enum merge_status commit_one(struct merge *merge, struct output *output)
{
    char *path = strdup(output->path);
    enum merge_status status = MERGE_DONE;
    if (output_commit(output))
        status = fail(merge, path);
    free(path);
    return status;
}

static enum merge_status commit_results(struct merge *merge)
{
    enum merge_status status = MERGE_DONE;
    json_end(&merge->json, ']');
    fputc('\n', merge->summary.file);
    for (int i = 0; i < CSV_FILES && status == MERGE_DONE; i++)
        status = commit_one(merge, &merge->csv[i]);
    return status == MERGE_DONE ? commit_one(merge, &merge->summary) : status;
}

static enum merge_status write_all(struct merge *merge)
{
    const struct agenda *agenda = merge->options->agenda;
    enum merge_status status = open_results(merge);
    for (size_t i = 0; i < agenda->count && status == MERGE_DONE; i++)
        status = merge_scenario(merge, &agenda->items[i]);
    if (status == MERGE_DONE)
        status = commit_results(merge);
    merge->result->trial_bytes = merge->trials_end;
    int error = errno;
    for (int i = 0; i < CSV_FILES; i++)
        output_abandon(&merge->csv[i]);
    output_abandon(&merge->summary);
    errno = error;
    return status;
}

enum merge_status merge_run(const struct merge_options *options, struct merge_result *result)
{
    struct merge merge = {.options = options, .result = result};
    *result = (struct merge_result){0};
    check_all(&merge);
    enum merge_status status = MERGE_DONE;
    if (is_stopped(&merge))
        status = MERGE_STOPPED;
    else if (result->unreadable > 0)
        status = MERGE_UNREADABLE;
    else if (result->refused > 0)
        status = MERGE_REFUSED;
    else if (result->missing > 0)
        status = MERGE_INCOMPLETE;
    if (status == MERGE_DONE)
        status = write_all(&merge);
    int error = errno;
    part_free(&merge.part);
    part_free(&merge.other);
    errno = error;
    return status;
}

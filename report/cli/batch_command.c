/* bakeoff batch: many scenarios, block by block, so that it can be interrupted, continued and spread over machines. */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "report/batch/batch_manifest.h"
#include "report/batch/record.h"
#include "report/batch/store.h"
#include "report/cli/commands.h"
#include "report/cli/dry_run.h"
#include "report/cli/inputs.h"
#include "report/cli/merging.h"
#include "report/cli/options.h"
#include "report/cli/progress.h"
#include "report/cli/signals.h"
#include "report/emit.h"
#include "scenarios/arena.h"

enum { KEY_SEED = 0x100, KEY_SHARD, KEY_VARY, KEY_RESTART, KEY_DRY_RUN, MAX_THREADS = 1024 };
static const double PILOT_S = 5;
static const uint64_t MAX_SEED = UINT64_C(1) << 53, MAX_REPLICATIONS = 1000000000;

/* ---- options ---- */

static const char doc[] =
    "Runs many scenarios: files, and folders of them. Results land in a folder, as tables over all scenarios. Whatever "
    "interrupts it, the same command goes on where it stopped, and the results are the same bytes.\n"
    "\n"
    "  bakeoff batch scenarios/ -o out\n"
    "  bakeoff batch shop.json --vary traffic.rate_rps=10,20,50 --vary alarms[0].Threshold=3,5 -o grid\n"
    "  bakeoff batch scenarios/ --dry-run              how long, how much disk\n"
    "  bakeoff batch scenarios/ -o out --shard 0/4     on one machine, 1/4 on the next, ...\n"
    "  bakeoff merge out                               when all shards are done\v"
    "With --shard I/N a run takes every N-th block from the I-th on, counted from 0. --shard auto asks the engine that started it: "
    "SLURM_ARRAY_TASK_ID and _COUNT, AWS_BATCH_JOB_ARRAY_INDEX and _SIZE, or OMPI_COMM_WORLD_RANK and _SIZE; "
    "--shard auto/N where it does not tell how many there are, as Kubernetes' JOB_COMPLETION_INDEX. Shards share nothing but "
    "the folder, which may be another one each.\n"
    "\n"
    "Exit status: 0 done, 1 done and a gate does not pass, 2 usage, or a scenario that is invalid (the others are run) or "
    "has changed, 3 failed while running (run it again), 130 and 143 interrupted (run it again).";

static const struct argp_option option_rows[] = {
    {"output", 'o', "DIR", 0, "where the results go", 0},
    {"vary", KEY_VARY, "KEY=V1,V2,...", 0,
     "run every scenario with each of these values (JSON) at a key; several make a grid", 0},
    {"shard", KEY_SHARD, "I/N", 0, "do one share of the work, and do not merge; also auto, auto/N", 0},
    {"restart", KEY_RESTART, NULL, 0, "throw away what the folder holds of an earlier batch", 0},
    {"dry-run", KEY_DRY_RUN, NULL, 0, "run a pilot of some seconds, and tell how long it will take and how much disk",
     0},
    {"replications", 'n', "N", 0, "replications of each policy and version, instead of the scenarios'", 0},
    {"seed", KEY_SEED, "S", 0, "seed, instead of the scenarios'", 0},
    {"threads", 'j', "N", 0, "threads (default: all processors); results do not depend on it", 0},
    {"quiet", 'q', NULL, 0, "no progress and no warnings", 0},
    {0},
};

struct options {
    char **paths;
    size_t path_count;
    const char *out, *shard_text;
    struct shard shard;
    struct vary_axis *axes;
    size_t axis_count;
    uint64_t replications; /* 0: the scenarios' */
    bool has_seed, restart, dry_run, quiet;
    uint64_t seed;
    int threads;
};

enum { MOST_CELLS = 1000000 };

static void add_axis(struct options *o, const char *argument, const struct argp_state *state)
{
    char *why;
    o->axes = xrealloc(o->axes, (o->axis_count + 1) * sizeof *o->axes);
    struct vary_axis *axis = &o->axes[o->axis_count++];
    if (!vary_parse(axis, argument, &why))
        options_error(state, "--vary: %s", why);
    for (size_t i = 0; i + 1 < o->axis_count; i++)
        if (strcmp(o->axes[i].key, axis->key) == 0)
            options_error(state, "--vary: %s is varied twice", axis->key);
    size_t cells = 1;
    for (size_t i = 0; i < o->axis_count; i++) {
        cells *= o->axes[i].count;
        if (cells > MOST_CELLS)
            options_error(state,
                          "--vary: the grid would have more than %d cells: vary fewer keys, or fewer values of each",
                          MOST_CELLS);
    }
}

static void finish(struct options *o, const struct argp_state *state)
{
    char *why;
    if (!o->out && !o->dry_run)
        options_error(state, "where do the results go? Say -o DIR");
    if (o->shard_text && !shard_parse(o->shard_text, getenv, &o->shard, &why))
        options_error(state, "--shard %s", why);
    if (o->shard_text && o->restart)
        options_error(state, "--restart would throw away what other shards did: remove the folder before they start");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'o': o->out = argument; return 0;
    case 'n': o->replications = options_count(state, "--replications", argument, 1, MAX_REPLICATIONS); return 0;
    case 'j': o->threads = (int)options_count(state, "--threads", argument, 1, MAX_THREADS); return 0;
    case 'q': o->quiet = true; return 0;
    case KEY_SEED:
        o->seed = options_count(state, "--seed", argument, 0, MAX_SEED);
        o->has_seed = true;
        return 0;
    case KEY_VARY: add_axis(o, argument, state); return 0;
    case KEY_SHARD: o->shard_text = argument; return 0;
    case KEY_RESTART: o->restart = true; return 0;
    case KEY_DRY_RUN: o->dry_run = true; return 0;
    case ARGP_KEY_ARGS:
        o->paths = state->argv + state->next;
        o->path_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS: options_error(state, "which scenarios, or which folder of them?"); return 0;
    case ARGP_KEY_END: finish(o, state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- scenarios ---- */

/* All that a run needs; main() owns it. */
struct run {
    struct options options;
    int argc;
    char **argv;
    struct inputs inputs;
    char **records;       /* of the valid inputs, [agenda.count] */
    const char **files;   /* theirs */
    size_t *input_of;     /* and their places among the inputs */
    size_t valid;         /* how many */
    const char **invalid; /* files */
    size_t invalid_count;
    struct agenda agenda;
    struct progress progress;
    struct batch_result result;
    double start;
    int status; /* the worst so far */
};

static void worsen(struct run *run, int status)
{
    run->status = status > run->status ? status : run->status;
}

static struct scenario *read_input(const struct run *run, const struct input *input, struct diagnostics *diagnostics)
{
    struct scenario *scenario =
        scenario_read_varied(input->file, input->variations, input->variation_count, diagnostics);
    if (scenario && run->options.has_seed)
        scenario->setting.seed = run->options.seed;
    if (scenario && run->options.replications > 0)
        scenario->replications = run->options.replications;
    return scenario;
}

static void say_variations(const struct input *input)
{
    char key[256], value[256];
    if (input->variation_count == 0)
        return;
    fputs("with", stderr);
    for (size_t i = 0; i < input->variation_count; i++)
        fprintf(stderr, " --vary %s=%s", emit_visible(key, sizeof key, input->variations[i].key),
                emit_visible(value, sizeof value, input->variations[i].value));
    fputs(":\n", stderr);
}

static void keep_text(void *text)
{
    (void)text; /* it is the arena's */
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Whether the name is new to the tree of names; says so if not. */
static bool is_new_name(struct run *run, void **names, struct arena *memory, const struct scenario *scenario)
{
    char name[256], file[1024];
    if (!tfind(scenario->name, names, by_name)) {
        if (!tsearch(arena_text(memory, scenario->name), names, by_name))
            arena_exhausted();
        return true;
    }
    fprintf(stderr, "%s: error: another file already has a scenario named '%s'\n",
            emit_visible(file, sizeof file, scenario->file), emit_visible(name, sizeof name, scenario->name));
    worsen(run, STATUS_USAGE);
    return false;
}

static void keep_input(struct run *run, size_t index, const struct scenario *scenario)
{
    const struct input *input = &run->inputs.items[index];
    run->records[run->valid] = record_write(scenario, input->variations, input->variation_count);
    run->files[run->valid] = input->file;
    run->input_of[run->valid++] = index;
}

static void read_inputs(struct run *run)
{
    size_t count = run->inputs.count;
    struct arena *memory = arena_create();
    void *names = NULL;
    run->records = xalloc((count + 1) * sizeof *run->records);
    run->files = xalloc((count + 1) * sizeof *run->files);
    run->input_of = xalloc((count + 1) * sizeof *run->input_of);
    run->invalid = xalloc((count + 1) * sizeof *run->invalid);
    for (size_t i = 0; i < count && caught_signal == 0; i++) {
        struct diagnostics diagnostics = {0};
        struct scenario *scenario = read_input(run, &run->inputs.items[i], &diagnostics);
        bool has_errors = !scenario;
        if (diagnostics.count > 0 && (has_errors || !run->options.quiet)) {
            say_variations(&run->inputs.items[i]);
            diagnostics_print(&diagnostics, stderr, options_has_color(COLOR_AUTO, stderr));
        }
        if (scenario && is_new_name(run, &names, memory, scenario)) {
            keep_input(run, i, scenario);
        } else {
            run->invalid[run->invalid_count++] = run->inputs.items[i].file;
            worsen(run, STATUS_USAGE);
        }
        scenario_free(scenario);
        diagnostics_free(&diagnostics);
    }
    tdestroy(names, keep_text);
    arena_free(memory);
}

/* ---- running ---- */

static struct scenario *read_again(void *context, size_t item)
{
    struct run *run = context;
    const struct planned *planned = &run->agenda.items[item];
    const struct input *input = &run->inputs.items[run->input_of[item]];
    struct diagnostics diagnostics = {0};
    struct scenario *scenario = read_input(run, input, &diagnostics);
    char *record = scenario ? record_write(scenario, input->variations, input->variation_count) : NULL;
    if (!record || strcmp(record, planned->text) != 0) {
        char file[1024];
        progress_erase(&run->progress);
        diagnostics_print(&diagnostics, stderr, false);
        fprintf(stderr, "%s: error: has changed while the batch ran: run it again\n",
                emit_visible(file, sizeof file, input->file));
        scenario_free(scenario);
        scenario = NULL;
    }
    free(record);
    diagnostics_free(&diagnostics);
    return scenario;
}

static void tell(void *context, enum batch_event event, enum part_state state, const char *path)
{
    struct run *run = context;
    int error = errno;
    char visible[1024];
    progress_erase(&run->progress);
    emit_visible(visible, sizeof visible, path);
    switch (event) {
    case BATCH_PART_REFUSED:
        fprintf(stderr, "bakeoff: warning: %s %s: done again\n", visible, part_state_words[state]);
        break;
    case BATCH_SCENARIO_FAILED: fprintf(stderr, "bakeoff: '%s' failed: %s\n", visible, strerror(error)); break;
    case BATCH_WRITE_FAILED:
        errno = error;
        options_complain_of_write(path);
        break;
    }
}

static void show(void *context, const struct batch_progress *progress)
{
    struct run *run = context;
    run->progress.there = progress->trials_there;
    progress_show(&run->progress, progress->trials_there + progress->trials_done, progress->trials_own);
}

static void simulate(struct run *run)
{
    const struct options *options = &run->options;
    run->progress = progress_begin("batch", "trials", options->quiet, true);
    const struct batch_options batch = {
        .out = options->out,
        .agenda = &run->agenda,
        .shard = options->shard,
        .threads = options->threads,
        .read = read_again,
        .tell = tell,
        .progress = show,
        .context = run,
        .stop = &caught_signal,
    };
    errno = 0;
    if (batch_run(&batch, &run->result))
        worsen(run, merging_no_memory());
    progress_erase(&run->progress);
    if (run->result.unread > 0)
        worsen(run, STATUS_USAGE);
    if (run->result.failed)
        worsen(run, STATUS_FAILED);
    if (caught_signal != 0)
        worsen(run, 128 + caught_signal);
}

static void say_done(const struct run *run)
{
    const struct batch_progress *p = &run->result.progress;
    if (run->options.quiet)
        return;
    fprintf(stderr, "bakeoff: %llu of %llu blocks", (unsigned long long)(p->blocks_there + p->blocks_done),
            (unsigned long long)p->blocks_own);
    if (run->options.shard.count > 1)
        fprintf(stderr, " of shard %llu/%llu", (unsigned long long)run->options.shard.index,
                (unsigned long long)run->options.shard.count);
    fprintf(stderr, " are done, %llu of them now\n", (unsigned long long)p->blocks_done);
    if (p->blocks_there + p->blocks_done < p->blocks_own)
        fputs("bakeoff: the same command goes on from here\n", stderr);
}

static void write_manifest(struct run *run, const char *name, const struct merge_result *merged)
{
    const struct batch_manifest manifest = {
        .command = "batch",
        .argc = run->argc,
        .argv = run->argv,
        .agenda = &run->agenda,
        .files = run->files,
        .refused = run->invalid,
        .refused_count = run->invalid_count,
        .shard = run->options.shard,
        .threads = run->options.threads,
        .result = &run->result,
        .blocks_merged = merged->blocks,
        .blocks_repeated = merged->repeated,
        .trials_merged = merged->trials,
        .wall_s = progress_seconds(CLOCK_MONOTONIC) - run->start,
        .cpu_s = progress_seconds(CLOCK_PROCESS_CPUTIME_ID),
        .status = run->status,
    };
    char *path = store_file_path(run->options.out, name);
    if (batch_manifest_write(path, &manifest))
        worsen(run, options_complain_of_write(path));
    free(path);
}

static void merge_all(struct run *run)
{
    const struct merging merging = {
        .folders = &run->options.out,
        .folder_count = 1,
        .agenda = &run->agenda,
        .out = run->options.out,
        .threads = run->options.threads,
        .is_quiet = run->options.quiet,
    };
    struct merge_result result = {0};
    int status = merging_run(&merging, &result);
    worsen(run, status);
    if (status <= STATUS_NO && result.missing == 0)
        write_manifest(run, "manifest.json", &result);
}

static void estimate(struct run *run)
{
    const struct pilot_options options = {
        .agenda = &run->agenda, .budget_s = PILOT_S, .read = read_again, .context = run, .stop = &caught_signal};
    worsen(run, dry_run(&options, run->options.threads));
}

/* Makes the agenda, and prepares the folder for it; false after words, or when that is all. */
static bool begin(struct run *run)
{
    char *why = NULL, *text = record_join((const char *const *)run->records, run->valid);
    struct diagnostics diagnostics = {0};
    if (!agenda_read(&run->agenda, "the agenda", text, strlen(text), &diagnostics))
        diagnostics_print(&diagnostics, stderr, false); /* names too long for it, say */
    diagnostics_free(&diagnostics);
    int status = 0;
    if (run->agenda.count < run->valid)
        worsen(run, STATUS_USAGE);
    else if (run->options.dry_run)
        estimate(run);
    else if (run->options.restart && store_clear(run->options.out))
        worsen(run, options_complain_of_write(run->options.out));
    else
        status = store_begin(run->options.out, &run->agenda, text, &why);
    if (status > 0) {
        char visible[1024], reason[2048];
        bool is_batch = status == 1;
        fprintf(stderr, "%s: error: %s%s; take another folder%s\n",
                emit_visible(visible, sizeof visible, run->options.out),
                is_batch ? "holds the results of another batch: " : "", emit_visible(reason, sizeof reason, why),
                is_batch ? ", or --restart to throw them away" : ", or remove it");
        worsen(run, STATUS_USAGE);
    } else if (status < 0) {
        worsen(run, options_complain_of_write(why));
    }
    bool is_good =
        run->agenda.count == run->valid && status == 0 && !run->options.dry_run && run->status != STATUS_FAILED;
    free(why);
    free(text);
    return is_good;
}

static void run_batch(struct run *run)
{
    const struct shard *shard = &run->options.shard;
    inputs_gather(&run->inputs, run->options.paths, run->options.path_count, run->options.axes, run->options.axis_count,
                  run->options.quiet);
    if (run->inputs.unreadable > 0)
        worsen(run, STATUS_USAGE);
    read_inputs(run);
    if (run->valid == 0 && run->inputs.count == 0 && run->inputs.unreadable == 0) {
        fputs("bakeoff: there is no scenario in there: a folder holds them as *.json\n", stderr);
        worsen(run, STATUS_USAGE);
    }
    if (caught_signal != 0)
        worsen(run, 128 + caught_signal);
    if (caught_signal != 0 || run->valid == 0 || !begin(run))
        return;
    simulate(run);
    say_done(run);
    const struct merge_result nothing = {0};
    char *name =
        xformat("parts/shard-%llu-of-%llu.json", (unsigned long long)shard->index, (unsigned long long)shard->count);
    write_manifest(run, name, &nothing);
    free(name);
    const struct batch_progress *p = &run->result.progress;
    if (!run->options.shard_text && p->blocks_there + p->blocks_done == p->blocks_own && caught_signal == 0 &&
        run->status != STATUS_FAILED)
        merge_all(run);
}

static void free_run(struct run *run)
{
    for (size_t i = 0; i < run->valid; i++)
        free(run->records[i]);
    free(run->records);
    free(run->files);
    free(run->input_of);
    free(run->invalid);
    if (run->agenda.memory)
        agenda_free(&run->agenda);
    inputs_free(&run->inputs);
    for (size_t i = 0; i < run->options.axis_count; i++)
        vary_free(&run->options.axes[i]);
    free(run->options.axes);
    free(run->argv);
}

int batch_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = option_rows, .parser = parse, .args_doc = "PATH... -o DIR", .doc = doc, .children = children};
    struct run run = {
        .options = {.threads = options_processors(), .shard = {0, 1}},
        .argc = argc,
        .argv = options_copy(argc, argv),
        .start = progress_seconds(CLOCK_MONOTONIC),
    };
    if (!run.argv)
        return merging_no_memory();
    if (options_parse(&argp, argc, argv, &run.options)) {
        worsen(&run, STATUS_FAILED);
    } else {
        signals_watch();
        run_batch(&run);
    }
    free_run(&run);
    return run.status;
}

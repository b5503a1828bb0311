/* bakeoff merge: the parts of a batch, of all its shards, into its results. */
#include <stdlib.h>
#include <string.h>

#include "report/batch/batch_manifest.h"
#include "report/batch/store.h"
#include "report/cli/commands.h"
#include "report/cli/merging.h"
#include "report/cli/options.h"
#include "report/cli/progress.h"
#include "report/cli/signals.h"
#include "report/emit.h"
#include "scenarios/arena.h"

enum { MAX_THREADS = 1024 };

static const char doc[] =
    "Merges what the shards of a batch left in one folder, or in several, into the results that one undisturbed run "
    "gives, to the byte.\n"
    "\n"
    "  bakeoff merge out\n"
    "  bakeoff merge shard-0 shard-1 shard-2 -o out\v"
    "Every block must be there, of the same program version, scenario, seed and replications; a block that is in several "
    "folders must be the same in all. Where blocks are missing they are named, and nothing is written.\n"
    "\n"
    "Exit status: 0 merged, 1 blocks are missing or a gate does not pass, 2 usage, or parts that are damaged or do not "
    "belong together, 3 failed while running.";

static const struct argp_option option_rows[] = {
    {"output", 'o', "DIR", 0, "where the results go (default: the first folder)", 0},
    {"threads", 'j', "N", 0, "threads (default: all processors); results do not depend on it", 0},
    {"quiet", 'q', NULL, 0, "no progress and no words at the end", 0},
    {0},
};

struct options {
    char **folders;
    size_t folder_count;
    const char *out;
    int threads;
    bool quiet;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'o': o->out = argument; return 0;
    case 'j': o->threads = (int)options_count(state, "--threads", argument, 1, MAX_THREADS); return 0;
    case 'q': o->quiet = true; return 0;
    case ARGP_KEY_ARGS:
        o->folders = state->argv + state->next;
        o->folder_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS: options_error(state, "which folder?"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* The agenda of a folder into *agenda, after words where there is none. */
static bool read_agenda(const char *folder, struct agenda *agenda)
{
    struct diagnostics diagnostics = {0};
    char visible[1024];
    bool is_good = store_read(folder, agenda, &diagnostics);
    diagnostics_print(&diagnostics, stderr, false);
    if (!is_good && diagnostics_errors(&diagnostics) == 0)
        fprintf(stderr, "%s: error: there is no batch here: no parts/agenda.json\n",
                emit_visible(visible, sizeof visible, folder));
    diagnostics_free(&diagnostics);
    return is_good;
}

static int differ(const char *folder, const char *name, const char *why)
{
    char visible_folder[1024], visible_name[256], visible_why[1024];
    fprintf(stderr, "%s: error: not of the same batch as the first folder: '%s' %s\n",
            emit_visible(visible_folder, sizeof visible_folder, folder),
            emit_visible(visible_name, sizeof visible_name, name), emit_visible(visible_why, sizeof visible_why, why));
    return STATUS_USAGE;
}

/* The same records in the same order. */
static int compare_agendas(const char *folder, const struct agenda *first, const struct agenda *other)
{
    for (size_t i = 0; i < first->count || i < other->count; i++) {
        const struct planned *a = i < first->count ? &first->items[i] : NULL;
        const struct planned *b = i < other->count ? &other->items[i] : NULL;
        if (!a || (b && strcmp(a->scenario.name, b->scenario.name) != 0))
            return differ(folder, b->scenario.name, "stands in another place, or only there");
        if (!b)
            return differ(folder, a->scenario.name, "is missing");
        if (strcmp(a->text, b->text) != 0) {
            char *why = agenda_difference(a, b), *words = xformat("differs: %s", why);
            int status = differ(folder, a->scenario.name, words);
            free(why);
            free(words);
            return status;
        }
    }
    return STATUS_DONE;
}

static int check_folders(const struct options *options, const struct agenda *agenda)
{
    int status = STATUS_DONE;
    for (size_t i = 1; i < options->folder_count; i++) {
        struct agenda other;
        if (!read_agenda(options->folders[i], &other)) {
            status = STATUS_USAGE;
            continue;
        }
        if (compare_agendas(options->folders[i], agenda, &other) != STATUS_DONE)
            status = STATUS_USAGE;
        agenda_free(&other);
    }
    return status;
}

static int merge_all(const struct options *options, const struct agenda *agenda, int argc, char **argv)
{
    double start = progress_seconds(CLOCK_MONOTONIC);
    const struct merging merging = {
        .folders = (const char *const *)options->folders,
        .folder_count = options->folder_count,
        .agenda = agenda,
        .out = options->out,
        .threads = options->threads,
        .is_quiet = options->quiet,
    };
    struct merge_result result = {0};
    int status = merging_run(&merging, &result);
    if (status > STATUS_NO || result.missing > 0)
        return status;
    const struct batch_manifest manifest = {
        .command = "merge",
        .argc = argc,
        .argv = argv,
        .agenda = agenda,
        .blocks_merged = result.blocks,
        .blocks_repeated = result.repeated,
        .trials_merged = result.trials,
        .wall_s = progress_seconds(CLOCK_MONOTONIC) - start,
        .cpu_s = progress_seconds(CLOCK_PROCESS_CPUTIME_ID),
        .status = status,
    };
    char *path = store_file_path(options->out, "manifest.json");
    if (batch_manifest_write(path, &manifest))
        status = options_complain_of_write(path);
    free(path);
    return status;
}

int merge_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = option_rows, .parser = parse, .args_doc = "OUT...", .doc = doc, .children = children};
    struct options options = {.threads = options_processors()};
    struct agenda agenda;
    char **as_given = options_copy(argc, argv);
    if (!as_given)
        return merging_no_memory();
    if (options_parse(&argp, argc, argv, &options)) {
        free(as_given);
        return STATUS_FAILED;
    }
    options.out = options.out ? options.out : options.folders[0];
    signals_watch();
    int status = STATUS_USAGE;
    if (read_agenda(options.folders[0], &agenda)) {
        status = check_folders(&options, &agenda);
        if (status == STATUS_DONE)
            status = merge_all(&options, &agenda, argc, as_given);
        agenda_free(&agenda);
    }
    free(as_given);
    return status;
}

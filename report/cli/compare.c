/* bakeoff compare: every policy x version of one or more scenarios, replicated, compared, judged. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/batch/store.h"
#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/cli/progress.h"
#include "report/cli/signals.h"
#include "report/emit.h"
#include "report/figures/figures.h"
#include "report/figures/html.h"
#include "report/output.h"
#include "report/ranking.h"
#include "report/write_csv.h"
#include "report/write_json.h"
#include "report/write_lint.h"
#include "report/write_text.h"
#include "scenarios/lint/lint.h"
#include "scenarios/nearest.h"

enum {
    KEY_BASELINE = 0x100,
    KEY_CSV_DIR,
    KEY_JSON,
    KEY_NO_FORK,
    KEY_SEED,
    KEY_COLOR,
    KEY_FIGURES,
    KEY_HTML,
    KEY_STAMP,
    MAX_THREADS = 1024
};
static const uint64_t MAX_SEED = UINT64_C(1) << 53, MAX_REPLICATIONS = 1000000000;

/* ---- options ---- */

static const char doc[] =
    "Compares the deployment policies of scenarios: blast radius, time to rollback, rollout time, false rollbacks, cost.\n"
    "\n"
    "  bakeoff compare scenario.json\n"
    "  bakeoff compare -n 1000 --seed 7 --baseline all-at-once scenario.json\n"
    "  bakeoff compare --csv-dir out --json result.json scenario.json other.json\n"
    "  bakeoff compare --json - scenario.json | jq .gates\v"
    "The table's columns are explained below it; the ranking is by money where the scenario has prices, else by excess bad "
    "responses.\n"
    "\n"
    "Exit status: 0 all gates pass or there are none, 1 a gate fails or is undecided, 2 usage or invalid input, 3 failed while running.";

static const struct argp_option option_rows[] = {
    {"replications", 'n', "N", 0, "replications of each policy and version, instead of the scenario's", 0},
    {"seed", KEY_SEED, "S", 0, "seed, instead of the scenario's", 0},
    {"threads", 'j', "N", 0, "threads (default: all processors); results do not depend on it", 0},
    {"baseline", KEY_BASELINE, "POLICY", 0, "the policy that differences are taken against (default: the first)", 0},
    {"csv-dir", KEY_CSV_DIR, "DIR", 0, "write trials.csv, summary.csv and differences.csv there", 0},
    {"json", KEY_JSON, "FILE", 0, "write the results as JSON; - is standard output, without the table", 0},
    {"figures", KEY_FIGURES, "DIR", 0,
     "write each figure there: NAME.vl.json for Vega-Lite, NAME.gp for gnuplot (makes NAME.pdf and NAME.svg), NAME.csv",
     0},
    {"html", KEY_HTML, "FILE", 0,
     "write one page with verdict, tables, figures, gates, lint and the scenario; opens from disk", 0},
    {"stamp", KEY_STAMP, NULL, 0, "tell in the page when it was written (or what SOURCE_DATE_EPOCH says)", 0},
    {"output", 'o', "FILE", 0, "write the table there instead of standard output", 0},
    {"no-fork", KEY_NO_FORK, NULL, 0, "let every trial simulate its own past: the same bytes, slower", 0},
    {"quiet", 'q', NULL, 0, "no progress and no warnings", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

struct options {
    char **files;
    size_t file_count;
    uint64_t replications; /* 0: the scenario's */
    bool has_seed;
    uint64_t seed;
    int threads;
    const char *baseline, *csv_dir, *json, *output, *figures, *html;
    bool stamp;
    bool no_fork, quiet;
    enum color_choice color;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'n': o->replications = options_count(state, "--replications", argument, 1, MAX_REPLICATIONS); return 0;
    case 'j': o->threads = (int)options_count(state, "--threads", argument, 1, MAX_THREADS); return 0;
    case 'o': o->output = argument; return 0;
    case 'q': o->quiet = true; return 0;
    case KEY_SEED:
        o->seed = options_count(state, "--seed", argument, 0, MAX_SEED);
        o->has_seed = true;
        return 0;
    case KEY_BASELINE: o->baseline = argument; return 0;
    case KEY_CSV_DIR: o->csv_dir = argument; return 0;
    case KEY_FIGURES: o->figures = argument; return 0;
    case KEY_HTML: o->html = argument; return 0;
    case KEY_STAMP: o->stamp = true; return 0;
    case KEY_JSON: o->json = argument; return 0;
    case KEY_NO_FORK: o->no_fork = true; return 0;
    case KEY_COLOR: o->color = options_color(state, argument); return 0;
    case ARGP_KEY_ARGS:
        o->files = state->argv + state->next;
        o->file_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_END:
        if (o->json && o->output && strcmp(o->json, o->output) == 0)
            options_error(state, "--json and --output name the same file: one of them would be lost");
        if (o->html && ((o->json && strcmp(o->json, o->html) == 0) || (o->output && strcmp(o->output, o->html) == 0)))
            options_error(state, "--html names the file of another output: one of them would be lost");
        for (size_t i = 0; i < o->file_count; i++) {
            options_spare(state, "--json", o->json, o->files[i]);
            options_spare(state, "--html", o->html, o->files[i]);
            options_spare(state, "--output", o->output, o->files[i]);
        }
        if ((o->figures || o->html) && o->file_count > 1)
            options_error(state, "--figures and --html take one scenario");
        return 0;
    case ARGP_KEY_NO_ARGS: options_error(state, "which scenario?"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- input ---- */

/* A scenario and what was said about its file. */
struct entry {
    struct scenario *scenario;
    struct diagnostics diagnostics;
    size_t baseline;
    char **warnings; /* as in the manifest */
    size_t warning_count;
};

static bool add_warning(struct entry *entry, char *text)
{
    char **grown = realloc(entry->warnings, (entry->warning_count + 1) * sizeof *grown);
    if (!text || !grown) {
        free(text);
        return false;
    }
    entry->warnings = grown;
    entry->warnings[entry->warning_count++] = text;
    return true;
}

static bool keep_warnings(struct entry *entry)
{
    for (size_t i = 0; i < entry->diagnostics.count; i++) {
        const struct diagnostic *d = &entry->diagnostics.items[i];
        char *text = NULL;
        if (d->severity != DIAGNOSTIC_WARNING)
            continue;
        if (asprintf(&text, "%s:%d:%d: %s%s%s", d->file, d->line, d->column, d->path, d->path[0] ? ": " : "",
                     d->message) < 0)
            text = NULL;
        if (!add_warning(entry, text))
            return false;
    }
    return true;
}

static int complain(const char *file, const char *what, const char *name, const char *best)
{
    char visible_file[256], visible_name[256], visible_best[256];
    fprintf(stderr, "%s: error: %s '%s'", emit_visible(visible_file, sizeof visible_file, file), what,
            emit_visible(visible_name, sizeof visible_name, name));
    if (best)
        fprintf(stderr, "; did you mean '%s'?", emit_visible(visible_best, sizeof visible_best, best));
    fputc('\n', stderr);
    return STATUS_USAGE;
}

static int find_baseline(struct entry *entry, const char *name)
{
    const struct setting *setting = &entry->scenario->setting;
    struct nearest nearest = nearest_to(name ? name : "");
    for (size_t p = 0; p < setting->policy_count && name; p++) {
        if (strcmp(setting->policies[p].name, name) == 0) {
            entry->baseline = p;
            return STATUS_DONE;
        }
        nearest_offer(&nearest, setting->policies[p].name);
    }
    return name ? complain(entry->scenario->file, "--baseline: there is no policy", name, nearest_found(&nearest))
                : STATUS_DONE;
}

static int check_entries(struct entry *entries, size_t count, const struct options *options)
{
    int status = STATUS_DONE;
    for (size_t i = 0; i < count; i++) {
        const struct scenario *scenario = entries[i].scenario;
        for (size_t j = 0; j < i; j++)
            if (strcmp(entries[j].scenario->name, scenario->name) == 0)
                status = complain(scenario->file, "another file already has a scenario named", scenario->name, NULL);
        if (find_baseline(&entries[i], options->baseline))
            status = STATUS_USAGE;
    }
    return status;
}

static int read_entries(struct entry *entries, const struct options *options)
{
    int status = STATUS_DONE;
    bool has_color = options_has_color(options->color, stderr);
    for (size_t i = 0; i < options->file_count; i++) {
        entries[i].scenario = scenario_read(options->files[i], &entries[i].diagnostics);
        bool has_errors = diagnostics_errors(&entries[i].diagnostics) > 0;
        if (has_errors || !options->quiet)
            diagnostics_print(&entries[i].diagnostics, stderr, has_color);
        if (!entries[i].scenario || has_errors)
            status = STATUS_USAGE;
        else if (!keep_warnings(&entries[i]))
            return STATUS_FAILED;
    }
    if (status != STATUS_DONE)
        return status;
    for (size_t i = 0; i < options->file_count; i++) {
        struct scenario *scenario = entries[i].scenario;
        if (options->has_seed)
            scenario->setting.seed = options->seed;
        if (options->replications > 0)
            scenario->replications = options->replications;
    }
    return check_entries(entries, options->file_count, options);
}

static void free_entries(struct entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        scenario_free(entries[i].scenario);
        diagnostics_free(&entries[i].diagnostics);
        for (size_t w = 0; w < entries[i].warning_count; w++)
            free(entries[i].warnings[w]);
        free(entries[i].warnings);
    }
    free(entries);
}

/* ---- output: opened before the work, so that a wrong path costs no hours ---- */

struct outputs {
    struct output csv[CSV_FILES], json_file, html, text;
    struct json json;
    struct text_style style;
};

static void outputs_abandon(struct outputs *outputs)
{
    for (int i = 0; i < CSV_FILES; i++)
        output_abandon(&outputs->csv[i]);
    output_abandon(&outputs->json_file);
    output_abandon(&outputs->html);
    output_abandon(&outputs->text);
}

/* `report` would take the figures for the batch's own. */
static bool holds_batch(const char *folder)
{
    char *path = store_agenda_path(folder), visible[1024];
    bool is_batch = access(path, F_OK) == 0;
    if (is_batch)
        fprintf(stderr, "%s: error: holds the results of a batch: take another folder for --csv-dir\n",
                emit_visible(visible, sizeof visible, folder));
    free(path);
    return is_batch;
}

static int outputs_open(struct outputs *outputs, const struct options *options)
{
    if (options->csv_dir) {
        if (holds_batch(options->csv_dir))
            return STATUS_USAGE;
        if (output_make_directory(options->csv_dir))
            return options_complain_of_write(options->csv_dir);
        for (int i = 0; i < CSV_FILES; i++) {
            if (output_open_in(&outputs->csv[i], options->csv_dir, csv_files[i].name))
                return options_complain_of_write(options->csv_dir);
            csv_files[i].header(outputs->csv[i].file);
        }
    }
    if (options->figures && output_make_directory(options->figures))
        return options_complain_of_write(options->figures);
    if (options->json && output_open(&outputs->json_file, options->json))
        return options_complain_of_write(options->json);
    if (options->html && output_open(&outputs->html, options->html))
        return options_complain_of_write(options->html);
    if (options->html)
        options_tell_lacking(options->quiet);
    bool is_stdout_taken =
        (options->json && strcmp(options->json, "-") == 0) || (options->html && strcmp(options->html, "-") == 0);
    if (options->output || !is_stdout_taken) {
        const char *path = options->output ? options->output : "-";
        if (output_open(&outputs->text, path))
            return options_complain_of_write(path);
        outputs->style.has_color = options_has_color(options->color, outputs->text.file);
        outputs->style.width = options_width(outputs->text.file);
    }
    if (outputs->json_file.file) {
        outputs->json = (struct json){.to = outputs->json_file.file, .lines = options->file_count > 1 ? 3 : 2};
        if (options->file_count > 1)
            json_begin(&outputs->json, '[');
    }
    return STATUS_DONE;
}

/* The one after the other, so that the first that fails is named; the others then stay as they were. */
static int outputs_commit(struct outputs *outputs, const struct options *options)
{
    struct output *all[CSV_FILES + 3];
    size_t count = 0;
    if (outputs->json_file.file) {
        if (options->file_count > 1)
            json_end(&outputs->json, ']');
        fputc('\n', outputs->json_file.file);
    }
    for (int i = 0; i < CSV_FILES; i++)
        all[count++] = &outputs->csv[i];
    all[count++] = &outputs->json_file;
    all[count++] = &outputs->html;
    all[count++] = &outputs->text;
    for (size_t i = 0; i < count; i++) {
        char *path = all[i]->path ? strdup(all[i]->path) : NULL;
        int status = output_commit(all[i]) ? options_complain_of_write(path ? path : "output") : STATUS_DONE;
        free(path);
        if (status != STATUS_DONE)
            return status;
    }
    return STATUS_DONE;
}

/* A disk that is full now will be full in an hour. */
static int outputs_check(const struct outputs *outputs)
{
    const struct output *all[] = {&outputs->csv[0], &outputs->csv[1], &outputs->csv[2], &outputs->json_file,
                                  &outputs->html};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->file && all[i]->file != stdout && output_flush(all[i]->file))
            return options_complain_of_write(all[i]->path);
    return STATUS_DONE;
}

/* ---- running ---- */

static int out_of_memory(void)
{
    fprintf(stderr, "bakeoff: %s\n", errno != 0 ? strerror(errno) : "out of memory");
    return STATUS_FAILED;
}

/* ---- figures ---- */

/* Of what only figures and pages need: the ranking, a few replications told, and lint's matrix. */
struct pictured {
    struct figure_source source;
    struct verdict verdict;
    struct ranked *ranked;
    struct episodes episodes;
    struct lint_report *lint;
    struct diagnostics diagnostics;
};

/* -1 without memory; pictured_free() in either case. */
static int pictured_make(struct pictured *pictured, const struct study *study, const struct gate_row *gates,
                         size_t gate_count)
{
    const struct scenario *scenario = study->scenario;
    *pictured = (struct pictured){.ranked = calloc(scenario->setting.policy_count + 1, sizeof *pictured->ranked)};
    pictured->verdict = (struct verdict){study, ranking_criterion(study), pictured->ranked};
    pictured->source = (struct figure_source){
        .study = study, .gates = gates, .gate_count = gate_count, .episodes = &pictured->episodes};
    if (!pictured->ranked || ranking_make(study, &pictured->verdict.criterion, SIZE_MAX, pictured->ranked) ||
        episodes_tell(&pictured->episodes, study))
        return -1;
    if (pictured->ranked[0].policy < pictured->episodes.count)
        pictured->source.shown = &pictured->episodes.told[pictured->ranked[0].policy];
    pictured->lint = lint_scenario_text(scenario->file, scenario->text, scenario->text_size, &pictured->diagnostics);
    pictured->source.lint = pictured->lint;
    return 0;
}

static void pictured_free(struct pictured *pictured)
{
    lint_free(pictured->lint);
    diagnostics_free(&pictured->diagnostics);
    episodes_free(&pictured->episodes);
    free(pictured->ranked);
}

static int write_figures(const struct options *options, const struct figure_source *source)
{
    char *failed = NULL;
    errno = 0;
    if (figures_write(options->figures, source, &failed) == 0)
        return STATUS_DONE;
    int status = failed ? options_complain_of_write(failed) : out_of_memory();
    free(failed);
    return status;
}

static int write_pictured(struct outputs *outputs, const struct study *study, const struct manifest *manifest,
                          const struct options *options, const struct gate_row *gates, size_t gate_count)
{
    struct pictured pictured;
    if (!options->figures && !outputs->html.file)
        return STATUS_DONE;
    int status = pictured_make(&pictured, study, gates, gate_count) ? out_of_memory() : STATUS_DONE;
    if (status == STATUS_DONE && options->figures)
        status = write_figures(options, &pictured.source);
    const struct html_page page = {
        .source = &pictured.source,
        .verdict = &pictured.verdict,
        .warnings = manifest->warnings,
        .warning_count = manifest->warning_count,
        .stamp_s = options_stamp(options->stamp),
    };
    if (status == STATUS_DONE && outputs->html.file && html_write(outputs->html.file, &page))
        status = out_of_memory();
    pictured_free(&pictured);
    return status;
}

static int write_results(struct outputs *outputs, const struct study *study, const struct manifest *manifest,
                         const struct options *options)
{
    struct gate_row *gates = NULL;
    size_t gate_count = 0;
    if (judge_gates(study, &gates, &gate_count)) {
        free(gates);
        return out_of_memory();
    }
    int status = STATUS_DONE;
    for (size_t i = 0; i < gate_count; i++)
        if (gates[i].result != GATE_PASS)
            status = STATUS_NO;
    for (int i = 0; i < CSV_FILES; i++)
        if (outputs->csv[i].file)
            csv_files[i].rows(outputs->csv[i].file, study);
    if (outputs->json_file.file)
        write_json(&outputs->json, study, manifest, gates, gate_count);
    if (outputs->text.file && write_text(outputs->text.file, study, gates, gate_count, outputs->style))
        status = out_of_memory();
    if (status != STATUS_FAILED && write_pictured(outputs, study, manifest, options, gates, gate_count) != STATUS_DONE)
        status = STATUS_FAILED;
    free(gates);
    int written = outputs_check(outputs);
    return written != STATUS_DONE ? written : status;
}

static bool warn_of_stop(struct entry *entry, uint64_t done, const struct options *options)
{
    char *text = NULL;
    if (done >= entry->scenario->replications)
        return true;
    if (asprintf(&text, "stopped by a signal after %llu of %llu replications", (unsigned long long)done,
                 (unsigned long long)entry->scenario->replications) < 0)
        return false;
    if (!options->quiet)
        fprintf(stderr, "bakeoff: warning: %s\n", text);
    return add_warning(entry, text);
}

static int report_entry(struct entry *entry, const struct replicate_result *result, struct manifest *manifest,
                        struct outputs *outputs, const struct options *options)
{
    struct study study;
    manifest->scenario = entry->scenario;
    manifest->result = result;
    manifest->warnings = (const char *const *)entry->warnings;
    manifest->warning_count = entry->warning_count;
    int status = study_init(&study, entry->scenario, result, entry->baseline)
                     ? out_of_memory()
                     : write_results(outputs, &study, manifest, options);
    study_free(&study);
    return status;
}

static void show_progress(void *context, uint64_t done, uint64_t total)
{
    progress_show(context, done, total);
}

/* *done counts replications over all scenarios. */
static int run_entry(struct entry *entry, const struct options *options, struct outputs *outputs, uint64_t *done)
{
    char name[64];
    struct progress progress =
        progress_begin(emit_visible(name, sizeof name, entry->scenario->name), "replications", options->quiet, false);
    const struct replicate_options run = {
        .replications = entry->scenario->replications,
        .threads = options->threads,
        .no_fork = options->no_fork,
        .stop = &caught_signal,
        .progress = show_progress,
        .progress_context = &progress,
    };
    struct replicate_result result = {0};
    double cpu = progress_seconds(CLOCK_PROCESS_CPUTIME_ID);
    errno = 0;
    int failed = replicate_run(&entry->scenario->setting, &run, &result);
    progress_erase(&progress);
    if (failed)
        return out_of_memory();
    struct manifest manifest = {
        .threads = options->threads,
        .wall_s = progress_seconds(CLOCK_MONOTONIC) - progress.start,
        .cpu_s = progress_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu,
    };
    *done += result.replications;
    int status = warn_of_stop(entry, result.replications, options) ? STATUS_DONE : out_of_memory();
    if (status == STATUS_DONE && result.replications > 0)
        status = report_entry(entry, &result, &manifest, outputs, options);
    replicate_free(&result);
    return status;
}

static int run_all(struct entry *entries, const struct options *options, struct outputs *outputs)
{
    int status = STATUS_DONE;
    uint64_t done = 0;
    for (size_t i = 0; i < options->file_count && caught_signal == 0; i++) {
        if (i > 0 && outputs->text.file)
            fputs("\n\n", outputs->text.file);
        int of_entry = run_entry(&entries[i], options, outputs, &done);
        if (of_entry == STATUS_FAILED)
            return STATUS_FAILED;
        status = of_entry != STATUS_DONE ? of_entry : status;
    }
    int stopped = caught_signal;
    /* Nothing at all is no result to put in the place of an older one. */
    if (done > 0 && outputs_commit(outputs, options))
        return STATUS_FAILED;
    return stopped != 0 ? 128 + stopped : status;
}

/* A configuration may be valid and protect nothing, and the figures do not say why. */
static void point_to_lint(const struct scenario *scenario)
{
    struct diagnostics diagnostics = {0};
    struct lint_report *report = lint_scenario_text(scenario->file, scenario->text, scenario->text_size, &diagnostics);
    fflush(stdout); /* the pointer comes last, also where both go to one place */
    if (report)
        write_lint_pointer(stderr, report);
    lint_free(report);
    diagnostics_free(&diagnostics);
}

int compare_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = option_rows, .parser = parse, .args_doc = "SCENARIO...", .doc = doc, .children = children};
    struct options options = {.threads = options_processors()};
    struct outputs outputs = {0};
    if (options_parse(&argp, argc, argv, &options))
        return STATUS_FAILED;
    struct entry *entries = calloc(options.file_count, sizeof *entries);
    if (!entries)
        return out_of_memory();
    int status = read_entries(entries, &options);
    signals_watch();
    if (status == STATUS_DONE)
        status = outputs_open(&outputs, &options);
    if (status == STATUS_DONE)
        status = run_all(entries, &options, &outputs);
    for (size_t i = 0; i < options.file_count && status <= STATUS_NO && !options.quiet && caught_signal == 0; i++)
        point_to_lint(entries[i].scenario);
    outputs_abandon(&outputs);
    free_entries(entries, options.file_count);
    return status;
}

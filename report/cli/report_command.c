/* bakeoff report: tables of results that are there, without simulating. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/batch/store.h"
#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/emit.h"
#include "report/figures/figures.h"
#include "report/output.h"
#include "report/stored/baseline.h"
#include "report/stored/capacity.h"
#include "report/stored/figure_sheet.h"
#include "report/stored/results_page.h"
#include "report/stored/write_sheet.h"
#include "scenarios/nearest.h"
#include "version.h"

/* ---- arguments ---- */

static const char doc[] =
    "Tells what stored results say, without simulating: what 'bakeoff batch' and 'merge' left in a folder, or 'bakeoff "
    "compare --csv-dir'. A table over all scenarios for planning: instances against the quota, worst blast radius, rollout "
    "time, cost; chosen figures; how far policies are from the baseline; or what changed since another folder.\n"
    "\n"
    "  bakeoff report out\n"
    "  bakeoff report out --sort spare_instances --reverse --csv plan.csv\n"
    "  bakeoff report out --metric time_to_rollback_s --metric p_rolled_back --policy 'canary*'\n"
    "  bakeoff report out --baseline --version '(mix)'\n"
    "  bakeoff report --diff out-october out-november\n"
    "  bakeoff report out --html plan.html\n"
    "  bakeoff report out --latex table.tex\v"
    "Patterns are the shell's: *, ? and [...]. Figures are sorted from large to small, names from A to Z, --reverse turns "
    "both round; what is absent comes last.\n"
    "\n"
    "A difference compares figure by figure: replication by replication where both folders have trials.csv and the seed is not "
    "known to differ, otherwise as independent samples. 'clear' says that the difference stands even though so many figures "
    "were compared, 'perhaps' that it would stand alone; of what chance explains and of what is the same only the number is "
    "told, unless --all is given.\n"
    "\n"
    "Exit status: 0 done; 2 usage, or results that are missing, damaged or do not belong together; 3 failed while running.";

enum {
    KEY_DIFF = 0x100,
    KEY_BASELINE,
    KEY_SCENARIO,
    KEY_POLICY,
    KEY_VERSION,
    KEY_METRIC,
    KEY_SORT,
    KEY_ALL,
    KEY_CSV,
    KEY_JSON,
    KEY_LATEX,
    KEY_HTML,
    KEY_FIGURES,
    KEY_STAMP,
    KEY_COLOR
};

static const struct argp_option option_rows[] = {
    {"diff", KEY_DIFF, NULL, 0, "what changed from the first folder to the second", 0},
    {"baseline", KEY_BASELINE, NULL, 0, "how far each policy is from the baseline of its scenario, in pairs", 0},
    {"scenario", KEY_SCENARIO, "PATTERN", 0, "only scenarios of such names", 0},
    {"policy", KEY_POLICY, "PATTERN", 0, "only policies of such names", 0},
    {"version", KEY_VERSION, "PATTERN", 0, "only versions of such names", 0},
    {"metric", KEY_METRIC, "FIGURE", 0, "this figure, version by version; may be given again", 0},
    {"all", KEY_ALL, NULL, 0, "rows for all that a difference compared, the same and the noise too", 0},
    {"sort", KEY_SORT, "COLUMN", 0, "by a column, as --csv names it", 0},
    {"reverse", 'r', NULL, 0, "sort the other way round", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the table as CSV; - is standard output", 0},
    {"json", KEY_JSON, "FILE", 0, "write it as JSON", 0},
    {"latex", KEY_LATEX, "FILE", 0, "write it as a tabular for LaTeX's booktabs", 0},
    {"html", KEY_HTML, "FILE", 0, "write it as one page with table, figures and manifests; opens from disk", 0},
    {"figures", KEY_FIGURES, "DIR", 0,
     "write its figures there: NAME.vl.json for Vega-Lite, NAME.gp for gnuplot (makes NAME.pdf and NAME.svg), NAME.csv",
     0},
    {"stamp", KEY_STAMP, NULL, 0, "tell in the page when it was written (or what SOURCE_DATE_EPOCH says)", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

struct options {
    char **folders;
    size_t folder_count;
    bool is_diff, is_baseline, is_all, is_reverse, stamp;
    struct results_filter filter;
    const struct column **figures; /* room for all */
    size_t figure_count;
    const char *sort, *csv, *json, *latex, *html, *directory;
    enum color_choice color;
    char **arguments; /* as they were written */
};

static void take_figure(struct options *o, const struct argp_state *state, const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < column_count; i++) {
        if (columns[i].kind == COLUMN_TEXT)
            continue;
        nearest_offer(&nearest, columns[i].name);
        if (strcmp(columns[i].name, name) != 0)
            continue;
        for (size_t f = 0; f < o->figure_count; f++)
            if (o->figures[f] == &columns[i])
                return;
        o->figures[o->figure_count++] = &columns[i];
        return;
    }
    const char *best = nearest_found(&nearest);
    char visible[256];
    options_error(state, "--metric: there is no figure '%s'%s%s%s", emit_visible(visible, sizeof visible, name),
                  best ? "; did you mean '" : "; 'bakeoff manual' lists them", best ? best : "", best ? "'?" : "");
}

/* No table is written over what the folders hold. */
static void spare_results(const struct options *o, const struct argp_state *state, const char *output)
{
    for (size_t f = 0; f < o->folder_count; f++)
        for (const char *const *name = store_results; *name; name++) {
            char *path = store_file_path(o->folders[f], *name);
            options_spare(state, "writing to", output, path);
            free(path);
        }
}

/* A table and a file of a figure would be one. */
static void spare_figures(const struct options *o, const struct argp_state *state, const char *table)
{
    for (size_t f = 0; f < sheet_figure_count && o->directory && table; f++)
        for (const char *const *ending = figure_endings; *ending; ending++) {
            char *path = xformat("%s/%s%s", o->directory, sheet_figures[f]->name, *ending);
            if (output_is_same(path, table))
                options_error(state, "%s is a file of --figures too: one of them would be lost", table);
            free(path);
        }
}

static void judge(const struct options *o, const struct argp_state *state)
{
    int on_stdout = 0;
    const char *const files[] = {o->csv, o->json, o->latex, o->html};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        on_stdout += files[i] && strcmp(files[i], "-") == 0;
        for (size_t j = 0; j < i && files[i] && strcmp(files[i], "-") != 0; j++)
            if (files[j] && output_is_same(files[i], files[j]))
                options_error(state, "two tables cannot both go to '%s': one of them would be lost", files[i]);
    }
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        spare_results(o, state, files[i]), spare_figures(o, state, files[i]);
    if (o->is_diff && o->folder_count != 2)
        options_error(state, "--diff takes two folders: the old one and the new one");
    if (o->is_diff && o->is_baseline)
        options_error(state, "--diff or --baseline, not both");
    if (o->is_all && !o->is_diff)
        options_error(state, "--all goes with --diff");
    if (o->is_reverse && !o->sort)
        options_error(state, "--reverse goes with --sort");
    if (on_stdout > 1)
        options_error(state, "only one of --csv, --json, --latex and --html can go to standard output");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case KEY_DIFF: o->is_diff = true; return 0;
    case KEY_BASELINE: o->is_baseline = true; return 0;
    case KEY_SCENARIO: o->filter.scenario = argument; return 0;
    case KEY_POLICY: o->filter.policy = argument; return 0;
    case KEY_VERSION: o->filter.version = argument; return 0;
    case KEY_METRIC: take_figure(o, state, argument); return 0;
    case KEY_ALL: o->is_all = true; return 0;
    case KEY_SORT: o->sort = argument; return 0;
    case 'r': o->is_reverse = true; return 0;
    case KEY_CSV: o->csv = argument; return 0;
    case KEY_JSON: o->json = argument; return 0;
    case KEY_LATEX: o->latex = argument; return 0;
    case KEY_HTML: o->html = argument; return 0;
    case KEY_FIGURES: o->directory = argument; return 0;
    case KEY_STAMP: o->stamp = true; return 0;
    case KEY_COLOR: o->color = options_color(state, argument); return 0;
    case ARGP_KEY_ARGS:
        o->folders = state->argv + state->next;
        o->folder_count = (size_t)(state->argc - state->next);
        return 0;
    case ARGP_KEY_NO_ARGS: options_error(state, "which folder?"); return 0;
    case ARGP_KEY_SUCCESS: judge(o, state); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- what goes together ---- */

static int complain(const char *folder, const char *words)
{
    char visible[1024];
    fprintf(stderr, "%s: error: %s\n", emit_visible(visible, sizeof visible, folder), words);
    return STATUS_USAGE;
}

static int check_pair(const struct results *first, const struct results *second)
{
    char name[256], folder[1024], other[1024], *words = NULL;
    if (first->program_version && second->program_version &&
        strcmp(first->program_version, second->program_version) != 0)
        words = xformat("is by version %s of the program, '%s' by %s: report them one by one, or with --diff",
                        emit_visible(name, sizeof name, second->program_version),
                        emit_visible(folder, sizeof folder, first->folder),
                        emit_visible(other, sizeof other, first->program_version));
    for (size_t s = 0; s < second->scenario_count && !words; s++)
        if (results_find(first, second->scenarios[s].name))
            words = xformat("has the scenario '%s', which '%s' has too: --diff compares them",
                            emit_visible(name, sizeof name, second->scenarios[s].name),
                            emit_visible(folder, sizeof folder, first->folder));
    int status = words ? complain(second->folder, words) : STATUS_DONE;
    free(words);
    return status;
}

/* ---- do the patterns find anything? ---- */

struct dimension {
    const char *what, *pattern;
    bool is_found;
    struct nearest nearest;
};

static void offer(struct dimension *dimension, const char *name, bool is_wanted)
{
    dimension->is_found |= is_wanted;
    if (dimension->pattern)
        nearest_offer(&dimension->nearest, name);
}

static int check_filter(const struct results_filter *filter, const struct results *results, size_t count)
{
    struct dimension list[] = {
        {"scenario", filter->scenario}, {"policy", filter->policy}, {"version", filter->version}};
    enum { DIMENSIONS = sizeof list / sizeof *list };
    for (int d = 0; d < DIMENSIONS; d++)
        list[d].nearest = nearest_to(list[d].pattern ? list[d].pattern : "");
    for (size_t r = 0; r < count; r++)
        for (size_t s = 0; s < results[r].scenario_count; s++) {
            const struct results_scenario *scenario = &results[r].scenarios[s];
            const struct results_filter of_policy = {.policy = filter->policy},
                                        of_version = {.version = filter->version};
            offer(&list[0], scenario->name, results_wants_scenario(filter, scenario));
            for (size_t g = 0; g < scenario->group_count; g++) {
                offer(&list[1], scenario->groups[g].policy, results_wants(&of_policy, &scenario->groups[g]));
                offer(&list[2], scenario->groups[g].version, results_wants(&of_version, &scenario->groups[g]));
            }
        }
    int status = STATUS_DONE;
    char name[256], near[256];
    for (int d = 0; d < DIMENSIONS; d++) {
        const char *best = nearest_found(&list[d].nearest);
        if (list[d].is_found)
            continue;
        fprintf(stderr, "bakeoff: --%s: there is no %s '%s' in these results%s%s%s\n", list[d].what, list[d].what,
                emit_visible(name, sizeof name, list[d].pattern ? list[d].pattern : ""), best ? "; did you mean '" : "",
                best ? emit_visible(near, sizeof near, best) : "", best ? "'?" : "");
        status = STATUS_USAGE;
    }
    return status;
}

static int sort_sheet(struct sheet *sheet, const struct options *options)
{
    if (!options->sort)
        return STATUS_DONE;
    size_t column = sheet_find(sheet, options->sort);
    if (column != SIZE_MAX) {
        sheet_sort(sheet, column, options->is_reverse);
        return STATUS_DONE;
    }
    struct nearest nearest = nearest_to(options->sort);
    char visible[256];
    for (size_t c = 0; c < sheet->column_count; c++)
        nearest_offer(&nearest, sheet->columns[c].name);
    const char *best = nearest_found(&nearest);
    fprintf(stderr, "bakeoff: --sort: there is no column '%s'", emit_visible(visible, sizeof visible, options->sort));
    if (best)
        fprintf(stderr, "; did you mean '%s'?\n", best);
    for (size_t c = 0; c < sheet->column_count && !best; c++)
        fprintf(stderr, "%s%s%s", c > 0 ? ", " : "; there are ", sheet->columns[c].name,
                c + 1 == sheet->column_count ? "\n" : "");
    return STATUS_USAGE;
}

/* ---- writing ---- */

/* All that one report shows; `changes` is NULL unless it is a difference. */
struct shown {
    const struct options *options;
    const struct results *results;
    size_t count;
    const struct sheet *sheet;
    const struct changes *changes;
    const char *says; /* how to read the figures */
};

static const char tables_say[] =
    "Means with 95 % intervals; < stands before a share that no trial had, > before one that all had.";
static const char baseline_says[] =
    "Paired differences, policy less baseline, with 95 % intervals; those of shares in percentage points.";
static const char changes_say[] =
    "Differences, new less old, with 95 % intervals; those of shares in percentage points. clear: at a confidence at which "
    "one false alarm in twenty such reports is to be feared; perhaps: at 95 % alone.";

static void put_texts(struct json *json, const char *key, const struct change_list *list)
{
    json_key(json, key), json_begin(json, '[');
    for (size_t i = 0; i < list->count; i++)
        json_string(json, list->texts[i]);
    json_end(json, ']');
}

static void put_json_changes(struct json *json, const struct changes *changes)
{
    put_texts(json, "scenarios_added", &changes->added);
    put_texts(json, "scenarios_gone", &changes->gone);
    put_texts(json, "scenarios_changed", &changes->changed);
    put_texts(json, "groups_added", &changes->groups_added);
    put_texts(json, "groups_gone", &changes->groups_gone);
    json_key(json, "groups_compared"), json_integer(json, changes->groups);
    json_key(json, "figures"), json_begin(json, '{');
    for (int kind = 0; kind < CHANGE_KINDS; kind++)
        json_key(json, change_names[kind]), json_integer(json, changes->figures[kind]);
    json_end(json, '}');
}

static int put_json(FILE *to, const struct shown *shown)
{
    struct json json = {.to = to, .lines = 2};
    json_begin(&json, '{');
    json_key(&json, "program"), json_string(&json, "bakeoff");
    json_key(&json, "version"), json_string(&json, BAKEOFF_VERSION);
    json_key(&json, "folders"), json_begin(&json, '[');
    for (size_t r = 0; r < shown->count; r++) {
        json_begin(&json, '{');
        json_key(&json, "folder"), json_string(&json, shown->results[r].folder);
        json_key(&json, "program_version"), json_string(&json, shown->results[r].program_version);
        json_key(&json, "scenarios"), json_integer(&json, shown->results[r].scenario_count);
        json_end(&json, '}');
    }
    json_end(&json, ']');
    if (shown->changes)
        put_json_changes(&json, shown->changes);
    json_key(&json, "rows");
    write_sheet_json(&json, shown->sheet);
    json_end(&json, '}');
    fputc('\n', to);
    return 0;
}

static int put_csv(FILE *to, const struct shown *shown)
{
    write_sheet_csv(to, shown->sheet);
    return 0;
}

static int put_latex(FILE *to, const struct shown *shown)
{
    write_sheet_latex(to, shown->sheet, shown->says);
    return 0;
}

static size_t count_shown(const struct shown *shown, const struct results *results)
{
    size_t count = 0;
    for (size_t s = 0; s < results->scenario_count; s++)
        count += results_wants_scenario(&shown->options->filter, &results->scenarios[s]);
    return count;
}

static int put_html(FILE *to, const struct shown *shown)
{
    size_t scenarios = 0;
    for (size_t r = 0; r < shown->count; r++)
        scenarios += count_shown(shown, &shown->results[r]);
    const struct results_page page = {.results = shown->results,
                                      .count = shown->count,
                                      .scenario_count = scenarios,
                                      .sheet = shown->sheet,
                                      .changes = shown->changes,
                                      .says = shown->says,
                                      .arguments = shown->options->arguments,
                                      .stamp_s = options_stamp(shown->options->stamp)};
    return results_page_write(to, &page);
}

static int put_file(const char *path, const struct shown *shown, int (*put)(FILE *to, const struct shown *shown))
{
    struct output output = {0};
    if (!path)
        return STATUS_DONE;
    int failed = output_open(&output, path);
    if (!failed) {
        failed = put(output.file, shown);
        if (failed)
            errno = ENOMEM;
        else
            failed = output_commit(&output);
        int error = errno;
        output_abandon(&output);
        errno = error;
    }
    return failed ? options_complain_of_write(path) : STATUS_DONE;
}

static int put_figures(const struct shown *shown)
{
    const char *directory = shown->options->directory;
    if (!directory)
        return STATUS_DONE;
    if (output_make_directory(directory))
        return options_complain_of_write(directory);
    const struct stored_source source = {shown->sheet, shown->results, shown->count};
    int status = STATUS_DONE;
    for (size_t i = 0; i < sheet_figure_count && status == STATUS_DONE; i++) {
        struct dataset data;
        char *failed = NULL;
        sheet_figures[i]->fill(&data, &source);
        struct figure figure = sheet_figures[i]->make(&data);
        if (dataset_rows(&data) > 0 && figure_files(directory, &figure, &data, shown->results[0].folder, &failed))
            status = options_complain_of_write(failed ? failed : directory);
        free(failed);
        dataset_free(&data);
    }
    return status;
}

/* ---- for people ---- */

static void say(const struct page_style *page, char *text)
{
    if (text)
        page_wrap(page, 0, TONE_PLAIN, text);
    free(text);
}

static void say_folders(const struct page_style *page, const struct shown *shown)
{
    for (size_t r = 0; r < shown->count; r++) {
        const struct results *results = &shown->results[r];
        size_t count = count_shown(shown, results);
        page_say(page, TONE_TITLE, "%s%s: %zu scenario%s%s%s",
                 !shown->changes ? ""
                 : r == 0        ? "old "
                                 : "new ",
                 results->folder, count, count == 1 ? "" : "s", results->program_version ? ", by bakeoff " : "",
                 results->program_version ? results->program_version : "");
    }
}

static void say_changes(const struct page_style *page, const struct shown *shown)
{
    const struct changes *changes = shown->changes;
    const char *before = shown->results[0].program_version, *after = shown->results[1].program_version;
    if (before && after && strcmp(before, after) != 0)
        page_say(page, TONE_WARNING, "The program has changed: %s, was %s.", after, before);
    say(page, changes_list_words("Scenarios added:", &changes->added));
    say(page, changes_list_words("Scenarios gone:", &changes->gone));
    say(page, changes_list_words("Scenarios changed:", &changes->changed));
    say(page, changes_list_words("Added:", &changes->groups_added));
    say(page, changes_list_words("Gone:", &changes->groups_gone));
}

static int put_text(const struct shown *shown)
{
    const struct page_style page = {stdout, options_width(stdout), options_has_color(shown->options->color, stdout)};
    say_folders(&page, shown);
    if (shown->changes)
        say_changes(&page, shown);
    if (shown->sheet->row_count > 0) {
        fputc('\n', stdout);
        if (write_sheet_text(&page, shown->sheet, shown->says))
            return STATUS_FAILED;
    }
    if (shown->changes) {
        fputc('\n', stdout);
        say(&page, changes_count_words(shown->changes));
    }
    return STATUS_DONE;
}

static bool is_stdout(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static int show(struct sheet *sheet, struct shown *shown)
{
    const struct options *options = shown->options;
    shown->sheet = sheet;
    int status = sort_sheet(sheet, options);
    if (!shown->changes && sheet->row_count == 0) {
        fputs("bakeoff: nothing in these results is of such a scenario, policy and version together\n", stderr);
        return STATUS_USAGE;
    }
    if (status == STATUS_DONE)
        status = put_file(options->csv, shown, put_csv);
    if (status == STATUS_DONE)
        status = put_file(options->json, shown, put_json);
    if (status == STATUS_DONE)
        status = put_file(options->latex, shown, put_latex);
    if (options->html)
        options_tell_lacking(false);
    if (status == STATUS_DONE)
        status = put_file(options->html, shown, put_html);
    if (status == STATUS_DONE)
        status = put_figures(shown);
    if (status == STATUS_DONE && !is_stdout(options->csv) && !is_stdout(options->json) && !is_stdout(options->latex) &&
        !is_stdout(options->html))
        status = put_text(shown);
    return status;
}

/* ---- the reports ---- */

static int show_tables(const struct options *options, const struct results *results)
{
    struct sheet sheet;
    struct arena *arena = arena_create();
    struct shown shown = {.options = options, .results = results, .count = options->folder_count, .says = tables_say};
    if (options->figure_count > 0)
        capacity_figures(&sheet, results, options->folder_count, &options->filter, options->figures,
                         options->figure_count);
    else
        capacity_make(&sheet, arena, results, options->folder_count, &options->filter);
    int status = show(&sheet, &shown);
    sheet_free(&sheet);
    arena_free(arena);
    return status;
}

static int show_baseline(const struct options *options, const struct results *results)
{
    struct diagnostics diagnostics = {0};
    struct sheet sheet = {0};
    struct arena *arena = arena_create();
    struct shown shown = {
        .options = options, .results = results, .count = options->folder_count, .says = baseline_says};
    bool is_good = true;
    for (size_t i = 0; i < options->folder_count; i++)
        is_good = baseline_read(&sheet, arena, options->folders[i], &options->filter, options->figures,
                                options->figure_count, &diagnostics) &&
                  is_good;
    diagnostics_print(&diagnostics, stderr, options_has_color(options->color, stderr));
    int status = is_good ? show(&sheet, &shown) : STATUS_USAGE;
    sheet_free(&sheet);
    arena_free(arena);
    diagnostics_free(&diagnostics);
    return status;
}

static int show_changes(const struct options *options, const struct results *results)
{
    struct diagnostics diagnostics = {0};
    struct changes changes;
    const struct changes_options what = {&results[0],      &results[1],           &options->filter,
                                         options->figures, options->figure_count, options->is_all};
    struct shown shown = {.options = options, .results = results, .count = 2, .changes = &changes, .says = changes_say};
    bool is_good = changes_make(&changes, &what, &diagnostics);
    diagnostics_print(&diagnostics, stderr, options_has_color(options->color, stderr));
    int status = is_good ? show(&changes.sheet, &shown) : STATUS_USAGE;
    changes_free(&changes);
    diagnostics_free(&diagnostics);
    return status;
}

/* Unless some are named: what the tables of compare show. */
static void default_figures(struct options *options)
{
    for (size_t i = 0; i < column_count && options->figure_count < column_count; i++)
        if (columns[i].headline.place > 0 &&
            (options->is_diff || columns[i].headline.has_interval || columns[i].role != ROLE_NONE))
            options->figures[options->figure_count++] = &columns[i];
}

static int read_all(const struct options *options, struct results *results)
{
    int status = STATUS_DONE;
    for (size_t i = 0; i < options->folder_count; i++) {
        struct diagnostics diagnostics = {0};
        if (!results_read(&results[i], options->folders[i], &diagnostics))
            status = STATUS_USAGE;
        diagnostics_print(&diagnostics, stderr, options_has_color(options->color, stderr));
        diagnostics_free(&diagnostics);
    }
    for (size_t i = 0; i < options->folder_count && status == STATUS_DONE && !options->is_diff; i++)
        for (size_t j = 0; j < i && status == STATUS_DONE; j++)
            status = check_pair(&results[j], &results[i]);
    if (status == STATUS_DONE)
        status = check_filter(&options->filter, results, options->folder_count);
    return status;
}

int report_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_plain_help, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = option_rows, .parser = parse, .args_doc = "OUT...", .doc = doc, .children = children};
    struct options options = {.figures = xalloc(column_count * sizeof *options.figures)};
    char **copy = options_copy(argc, argv);
    if (!copy || options_parse(&argp, argc, argv, &options)) {
        free(copy);
        free(options.figures);
        return STATUS_FAILED;
    }
    options.arguments = copy + 1;
    struct results *results = xalloc(options.folder_count * sizeof *results);
    memset(results, 0, options.folder_count * sizeof *results);
    int status = read_all(&options, results);
    if ((options.is_diff || options.is_baseline) && options.figure_count == 0)
        default_figures(&options);
    if (status == STATUS_DONE)
        status = options.is_diff       ? show_changes(&options, results)
                 : options.is_baseline ? show_baseline(&options, results)
                                       : show_tables(&options, results);
    for (size_t i = 0; i < options.folder_count; i++)
        results_free(&results[i]);
    free(results);
    free(copy);
    free(options.figures);
    return status;
}

/* bakeoff explain: one replication of one policy and version, told as a story. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/cli/commands.h"
#include "report/cli/options.h"
#include "report/columns.h"
#include "report/emit.h"
#include "report/output.h"
#include "report/story/choice.h"
#include "report/story/describe.h"
#include "report/story/eventbridge.h"
#include "report/story/minutes.h"
#include "report/story/story.h"
#include "scenarios/nearest.h"
#include "scenarios/scenario.h"
#include "sim/replicate.h"
#include "sim/world.h"

enum {
    KEY_REPLICATION = 0x100,
    KEY_WORST,
    KEY_MEDIAN,
    KEY_SEED,
    KEY_EVENTS,
    KEY_METRICS,
    KEY_DESCRIBE,
    KEY_COLOR,
    MAX_THREADS = 1024,
    VISIBLE_SIZE = 1024
};
static const uint64_t MAX_SEED = UINT64_C(1) << 53, MAX_REPLICATIONS = 1000000000;

/* ---- options ---- */

static const char doc[] =
    "Tells one replication as a story: what happened when, and where the time to rollback went.\n"
    "\n"
    "  bakeoff explain scenario.json --policy canary --version faulty\n"
    "  bakeoff explain scenario.json -p canary -v faulty --worst bad_responses\n"
    "  bakeoff explain scenario.json -p canary -v faulty --replication 7 \\\n"
    "      --events events.jsonl --metrics minutes.csv\n"
    "  bakeoff explain scenario.json -p canary -v faulty --describe 300\v"
    "A scenario with a single policy or a single new version needs no --policy or --version. METRIC is any figure of "
    "the ledger, such as excess_bad_responses or time_to_rollback_s; a wrong one lists all. At most one output goes to standard output; - names it.\n"
    "\n"
    "Exit status: 0 done, 1 no replication has the figure asked for, 2 usage or invalid input, 3 failed while running.";

static const struct argp_option option_rows[] = {
    {"policy", 'p', "POLICY", 0, "a policy of the scenario", 0},
    {"version", 'v', "VERSION", 0, "a new version of the scenario", 0},
    {"replication", KEY_REPLICATION, "K", 0, "the replication, as trials.csv counts them (default 0)", 0},
    {"worst", KEY_WORST, "METRIC", 0, "instead: the replication with the largest METRIC", 0},
    {"median", KEY_MEDIAN, "METRIC", 0, "instead: the replication with the median METRIC (nearest rank)", 0},
    {"replications", 'n', "N", 0, "replications that --worst and --median look among, instead of the scenario's", 0},
    {"threads", 'j', "N", 0, "threads for --worst and --median (default: all processors)", 0},
    {"seed", KEY_SEED, "S", 0, "seed, instead of the scenario's", 0},
    {"events", KEY_EVENTS, "FILE", 0, "write what SageMaker would tell EventBridge, one JSON object a line", 0},
    {"metrics", KEY_METRICS, "FILE", 0, "write the CloudWatch metrics of every minute as CSV", 0},
    {"describe", KEY_DESCRIBE, "T", 0, "print what DescribeEndpoint would answer T seconds after the call", 0},
    {"output", 'o', "FILE", 0, "write the story there instead of standard output", 0},
    {"quiet", 'q', NULL, 0, "no warnings", 0},
    {"color", KEY_COLOR, "WHEN", 0, "auto, always or never (default auto)", 0},
    {0},
};

struct options {
    const char *file, *policy, *version;
    enum choice choice;
    int choices;             /* how many were asked for */
    const char *metric_name; /* of worst and median */
    uint64_t replication, replications, seed;
    bool has_seed, has_describe, quiet;
    int threads;
    int64_t describe_us;
    const char *events, *metrics, *output;
    enum color_choice color;
};

static int64_t parse_instant(const struct argp_state *state, const char *text)
{
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || !(fabs(seconds) <= 1e9))
        options_error(state, "--describe: must be seconds after the call, got '%s'", text);
    return us_from_s(seconds);
}

static void ask(struct options *o, enum choice choice, const char *metric)
{
    o->choice = choice;
    o->metric_name = metric;
    o->choices++;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct options *o = state->input;
    switch (key) {
    case 'p': o->policy = argument; return 0;
    case 'v': o->version = argument; return 0;
    case KEY_REPLICATION:
        o->replication = options_count(state, "--replication", argument, 0, MAX_REPLICATIONS - 1);
        ask(o, CHOOSE_MEDIAN, NULL);
        return 0;
    case KEY_WORST: ask(o, CHOOSE_LARGEST, argument); return 0;
    case KEY_MEDIAN: ask(o, CHOOSE_MEDIAN, argument); return 0;
    case 'n': o->replications = options_count(state, "--replications", argument, 1, MAX_REPLICATIONS); return 0;
    case 'j': o->threads = (int)options_count(state, "--threads", argument, 1, MAX_THREADS); return 0;
    case KEY_SEED:
        o->seed = options_count(state, "--seed", argument, 0, MAX_SEED);
        o->has_seed = true;
        return 0;
    case KEY_EVENTS: o->events = argument; return 0;
    case KEY_METRICS: o->metrics = argument; return 0;
    case KEY_DESCRIBE:
        o->describe_us = parse_instant(state, argument);
        o->has_describe = true;
        return 0;
    case 'o': o->output = argument; return 0;
    case 'q': o->quiet = true; return 0;
    case KEY_COLOR: o->color = options_color(state, argument); return 0;
    case ARGP_KEY_ARG:
        if (o->file)
            options_error(state, "only one scenario can be explained at a time");
        o->file = argument;
        return 0;
    case ARGP_KEY_END:
        if (!o->file)
            options_error(state, "no scenario given");
        if (o->choices > 1)
            options_error(state, "--replication, --worst and --median exclude each other");
        if (o->replications > 0 && !o->metric_name)
            options_error(state, "--replications goes with --worst or --median");
        options_spare(state, "--events", o->events, o->file);
        options_spare(state, "--metrics", o->metrics, o->file);
        options_spare(state, "--output", o->output, o->file);
        return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

/* ---- outputs: what goes where ---- */

enum { OUT_DESCRIBE, OUT_EVENTS, OUT_METRICS, OUT_STORY, OUTS };

/* Fills in the paths, NULL for what is not wanted: the story goes to standard output unless something else does. */
static int plan_outputs(const char *paths[OUTS], const struct options *options)
{
    paths[OUT_DESCRIBE] = options->has_describe ? "-" : NULL;
    paths[OUT_EVENTS] = options->events;
    paths[OUT_METRICS] = options->metrics;
    paths[OUT_STORY] = options->output;
    bool is_stdout_free = true;
    for (int i = 0; i < OUTS; i++) {
        if (!paths[i])
            continue;
        is_stdout_free = is_stdout_free && strcmp(paths[i], "-") != 0;
        for (int j = 0; j < i; j++) {
            if (!paths[j] || strcmp(paths[i], paths[j]) != 0)
                continue;
            char visible[VISIBLE_SIZE];
            fprintf(stderr, "bakeoff explain: two outputs cannot both go to '%s'\n",
                    emit_visible(visible, sizeof visible, paths[i]));
            return STATUS_USAGE;
        }
    }
    if (!paths[OUT_STORY] && is_stdout_free)
        paths[OUT_STORY] = "-";
    return STATUS_DONE;
}

static int write_one(int which, FILE *to, const struct told *told, const struct options *options)
{
    const struct story_style style = {options_width(to), options_has_color(options->color, to)};
    switch (which) {
    case OUT_DESCRIBE: describe_write(to, told, options->describe_us); return 0;
    case OUT_EVENTS: eventbridge_write(to, told); return 0;
    case OUT_METRICS: minutes_write(to, told); return 0;
    default: return story_write(to, told, style);
    }
}

static int out_of_memory(void)
{
    fputs("bakeoff: out of memory\n", stderr);
    return STATUS_FAILED;
}

/* All are written before the first appears under its name. */
static int write_outputs(struct output outputs[OUTS], const char *const paths[OUTS], const struct told *told,
                         const struct options *options)
{
    for (int i = 0; i < OUTS; i++)
        if (paths[i] && output_open(&outputs[i], paths[i]))
            return options_complain_of_write(paths[i]);
    for (int i = 0; i < OUTS; i++) {
        if (!paths[i])
            continue;
        errno = 0;
        if (write_one(i, outputs[i].file, told, options))
            return out_of_memory();
        if (output_flush(outputs[i].file))
            return options_complain_of_write(paths[i]);
    }
    for (int i = 0; i < OUTS; i++)
        if (paths[i] && output_commit(&outputs[i]))
            return options_complain_of_write(paths[i]);
    return STATUS_DONE;
}

/* ---- names ---- */

static void list_names(const char *const *known, size_t count)
{
    char visible[VISIBLE_SIZE];
    for (size_t i = 0; i < count; i++)
        fprintf(stderr, "%s'%s'", i > 0 ? ", " : "", emit_visible(visible, sizeof visible, known[i]));
}

/* "FILE: error: --policy: there is no 'canry'; did you mean 'canary'?", or all that there are. */
static int complain_of_name(const char *file, const char *option, const char *name, const char *const *known,
                            size_t count)
{
    char visible[VISIBLE_SIZE];
    fprintf(stderr, "%s: error: %s: ", emit_visible(visible, sizeof visible, file), option);
    struct nearest nearest = nearest_to(name ? name : "");
    for (size_t i = 0; i < count; i++)
        nearest_offer(&nearest, known[i]);
    const char *best = name ? nearest_found(&nearest) : NULL;
    if (name)
        fprintf(stderr, "there is no '%s'; ", emit_visible(visible, sizeof visible, name));
    if (best) {
        fprintf(stderr, "did you mean '%s'?", emit_visible(visible, sizeof visible, best));
    } else {
        fputs("choose among ", stderr);
        list_names(known, count);
    }
    fputc('\n', stderr);
    return STATUS_USAGE;
}

/* The index of `name`, or of the only one there is. */
static int find_name(size_t *found, const char *file, const char *option, const char *name, const char *const *known,
                     size_t count)
{
    if (!name && count == 1) {
        *found = 0;
        return STATUS_DONE;
    }
    for (size_t i = 0; name && i < count; i++) {
        if (strcmp(known[i], name) == 0) {
            *found = i;
            return STATUS_DONE;
        }
    }
    return complain_of_name(file, option, name, known, count);
}

static int find_trial(struct told *told, const struct options *options)
{
    const struct setting *setting = told->setting;
    size_t room = setting->policy_count + setting->version_count + 1, count = 0, found = 0;
    const char **names = calloc(room, sizeof *names);
    if (!names)
        return out_of_memory();
    for (size_t i = 0; i < setting->policy_count; i++)
        names[count++] = setting->policies[i].name;
    int status = find_name(&told->policy, options->file, "--policy", options->policy, names, count);
    count = 0;
    for (size_t i = 0; i < setting->version_count; i++)
        if (i != setting->current)
            names[count++] = setting->versions[i].name;
    if (find_name(&found, options->file, "--version", options->version, names, count) != STATUS_DONE)
        status = STATUS_USAGE;
    told->version = found + (found >= setting->current); /* the current one is left out of the names */
    free(names);
    return status;
}

static int find_metric(const struct column **metric, const struct options *options)
{
    const char *const option = options->choice == CHOOSE_LARGEST ? "--worst" : "--median";
    *metric = NULL;
    if (!options->metric_name)
        return STATUS_DONE;
    const char **names = calloc(column_count, sizeof *names);
    if (!names)
        return out_of_memory();
    size_t count = 0;
    for (size_t i = 0; i < column_count; i++) {
        if (columns[i].kind == COLUMN_TEXT)
            continue;
        names[count++] = columns[i].name;
        if (strcmp(columns[i].name, options->metric_name) == 0)
            *metric = &columns[i];
    }
    int status =
        *metric ? STATUS_DONE : complain_of_name("bakeoff explain", option, options->metric_name, names, count);
    free(names);
    return status;
}

/* ---- which replication ---- */

static int choose(struct told *told, const struct replicate_result *result, const struct column *metric,
                  enum choice choice, char *words, size_t size)
{
    struct chosen chosen;
    if (choose_replication(&chosen, result, 1, metric, choice))
        return out_of_memory();
    if (!chosen.found) {
        fprintf(stderr, "bakeoff explain: none of %llu replications has a %s\n",
                (unsigned long long)result->replications, metric->name);
        return STATUS_NO;
    }
    snprintf(words, size, "Of %llu replications the one with the %s %s: %.6g.",
             (unsigned long long)result->replications, choice == CHOOSE_LARGEST ? "largest" : "median", metric->name,
             chosen.value);
    told->replication = chosen.replication;
    told->chosen = words;
    return STATUS_DONE;
}

/* Only the trial in question runs; the window stays that of the whole scenario. */
static int search(struct told *told, const struct column *metric, const struct options *options, uint64_t replications,
                  char *chosen, size_t size)
{
    const struct setting *setting = told->setting;
    const struct version_config versions[] = {setting->versions[setting->current], setting->versions[told->version]};
    struct setting narrow = *setting;
    narrow.horizon_us = setting_window_end(setting);
    narrow.policies = told_policy(told);
    narrow.policy_count = 1;
    narrow.versions = versions;
    narrow.version_count = 2;
    narrow.current = 0;
    const struct replicate_options run = {.replications = replications, .threads = options->threads};
    struct replicate_result result = {0};
    if (replicate_run(&narrow, &run, &result))
        return out_of_memory();
    int status = choose(told, &result, metric, options->choice, chosen, size);
    replicate_free(&result);
    return status;
}

/* ---- the command ---- */

static int tell(struct told told, const struct options *options, const char *const paths[OUTS])
{
    struct outcome outcome;
    struct journal journal = {0};
    struct output outputs[OUTS] = {0};
    int status = STATUS_DONE;
    if (world_tell(told.setting, told.replication, told.policy, told.version, &outcome, &journal))
        status = out_of_memory();
    told.outcome = &outcome;
    told.journal = &journal;
    if (status == STATUS_DONE)
        status = write_outputs(outputs, paths, &told, options);
    for (int i = 0; i < OUTS; i++)
        output_abandon(&outputs[i]);
    journal_free(&journal);
    return status;
}

static int explain(struct scenario *scenario, const struct options *options, const char *const paths[OUTS])
{
    char chosen[VISIBLE_SIZE];
    struct told told = {.scenario = scenario->name, .setting = &scenario->setting, .replication = options->replication};
    const struct column *metric;
    if (options->has_seed)
        scenario->setting.seed = options->seed;
    int status = find_metric(&metric, options);
    if (status == STATUS_DONE)
        status = find_trial(&told, options);
    uint64_t replications = options->replications > 0 ? options->replications : scenario->replications;
    if (status == STATUS_DONE && metric)
        status = search(&told, metric, options, replications, chosen, sizeof chosen);
    return status == STATUS_DONE ? tell(told, options, paths) : status;
}

int explain_main(int argc, char **argv)
{
    const struct argp_child children[] = {{&options_plain_help, 0, NULL, 0}, {0}};
    const struct argp argp = {
        .options = option_rows, .parser = parse, .args_doc = "SCENARIO", .doc = doc, .children = children};
    struct options options = {.threads = options_processors()};
    const char *paths[OUTS];
    if (options_parse(&argp, argc, argv, &options))
        return STATUS_FAILED;
    if (plan_outputs(paths, &options) != STATUS_DONE)
        return STATUS_USAGE;
    struct diagnostics diagnostics = {0};
    struct scenario *scenario = scenario_read(options.file, &diagnostics);
    bool is_sound = scenario && diagnostics_errors(&diagnostics) == 0;
    if (!is_sound || !options.quiet)
        diagnostics_print(&diagnostics, stderr, options_has_color(options.color, stderr));
    diagnostics_free(&diagnostics);
    int status = STATUS_USAGE;
    if (scenario && is_sound)
        status = explain(scenario, &options, paths);
    if (scenario)
        scenario_free(scenario);
    return status;
}

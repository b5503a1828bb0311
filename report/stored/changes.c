#include "report/stored/changes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/batch/store.h"
#include "report/stored/trials_csv.h"
#include "sim/contrast.h"

const char *const change_names[CHANGE_KINDS] = {"same", "noise", "perhaps", "clear"};

/* One figure of one group; what its interval needs at any confidence. */
struct change {
    const struct results_scenario *scenario;
    const struct results_group *group; /* after */
    const struct column *column;
    const struct summary *before, *after;
    bool is_paired;
    struct moments difference; /* pair by pair */
    uint64_t only_before, only_after;
    bool differs; /* any pair; else any number of the summaries */
};

struct comparing {
    const struct changes_options *options;
    struct changes *changes;
    struct diagnostics *diagnostics;
    struct arena *arena;
    struct trials_csv before, after;
    bool has_trials;
    struct change *list;
    size_t count, room;
};

/* ---- pairs ---- */

static bool open_trials(struct comparing *comparing)
{
    const struct results *both[] = {comparing->options->before, comparing->options->after};
    comparing->has_trials = true;
    for (int i = 0; i < 2; i++) {
        char *path = store_file_path(both[i]->folder, "trials.csv");
        if (access(path, F_OK) != 0) {
            diagnostics_warn_file(comparing->diagnostics, path,
                                  "is not there: nothing is compared replication by replication");
            comparing->has_trials = false;
        }
        free(path);
    }
    return !comparing->has_trials || (trials_open(&comparing->before, both[0]->folder, comparing->diagnostics) &&
                                      trials_open(&comparing->after, both[1]->folder, comparing->diagnostics));
}

/* The rows of a group, NULL after an error: as many as the folder promises. */
static const struct trials_group *find_rows(struct comparing *comparing, const struct trials_csv *trials,
                                            const struct results_scenario *scenario, const struct results_group *group)
{
    const struct trials_group *rows = trials_find(trials, scenario->name, group->policy, group->version);
    uint64_t found = rows ? rows->rows : 0;
    if (rows && (!scenario->is_known || scenario->replications == found))
        return rows;
    if (scenario->is_known)
        diagnostics_add_file(
            comparing->diagnostics, trials->path, false,
            "has %llu of %llu replications of \"%s\", policy \"%s\", version \"%s\": the file is damaged",
            (unsigned long long)found, (unsigned long long)scenario->replications, scenario->name, group->policy,
            group->version);
    else
        diagnostics_add_file(comparing->diagnostics, trials->path, false,
                             "has no row of \"%s\", policy \"%s\", version \"%s\", which summary.csv has",
                             scenario->name, group->policy, group->version);
    return NULL;
}

static void add_pair(struct change *change, double before, double after)
{
    if (isnan(before) || isnan(after)) {
        change->differs |= isnan(before) != isnan(after);
        return;
    }
    moments_add(&change->difference, after - before);
    change->only_before += before > after;
    change->only_after += after > before;
    change->differs |= before < after || after < before;
}

static bool pair_up(struct comparing *comparing, const struct results_scenario *before, const struct results_group *old,
                    const struct results_scenario *after, const struct results_group *new, struct change *list,
                    size_t count)
{
    const struct trials_group *a = find_rows(comparing, &comparing->before, before, old);
    const struct trials_group *b = a ? find_rows(comparing, &comparing->after, after, new) : NULL;
    if (!b || !trials_seek(&comparing->before, a, comparing->diagnostics) ||
        !trials_seek(&comparing->after, b, comparing->diagnostics))
        return false;
    double *values = xalloc(2 * column_count * sizeof *values), *others = values + column_count;
    bool is_good = true;
    for (uint64_t r = 0; r < a->rows && r < b->rows && is_good; r++) {
        is_good = trials_next(&comparing->before, values, comparing->diagnostics) &&
                  trials_next(&comparing->after, others, comparing->diagnostics);
        for (size_t i = 0; i < count && is_good; i++)
            add_pair(&list[i], values[list[i].column - columns], others[list[i].column - columns]);
    }
    comparing->changes->alone += a->rows > b->rows ? a->rows - b->rows : b->rows - a->rows;
    free(values);
    return is_good;
}

/* ---- figures ---- */

static bool is_same_number(double a, double b)
{
    return !(a < b || b < a) && isnan(a) == isnan(b);
}

static bool may_pair(const struct comparing *comparing, const struct results_scenario *before,
                     const struct results_scenario *after)
{
    bool is_known = before->is_known && after->is_known;
    return comparing->has_trials && (!is_known || before->seed == after->seed);
}

static bool compare_groups(struct comparing *comparing, const struct results_scenario *before,
                           const struct results_group *old, const struct results_scenario *after,
                           const struct results_group *new)
{
    const struct changes_options *options = comparing->options;
    bool is_paired = may_pair(comparing, before, after);
    size_t first = comparing->count;
    for (size_t i = 0; i < options->figure_count; i++) {
        const struct column *column = options->figures[i];
        const struct results_figure *a = &old->figures[column - columns], *b = &new->figures[column - columns];
        if (!a->is_there || !b->is_there || (a->figures.n == 0 && b->figures.n == 0))
            continue;
        if (comparing->count == comparing->room) {
            comparing->room = comparing->room > 0 ? 2 * comparing->room : 256;
            comparing->list = xrealloc(comparing->list, comparing->room * sizeof *comparing->list);
        }
        comparing->list[comparing->count++] =
            (struct change){.scenario = after,
                            .group = new,
                            .column = column,
                            .before = &a->figures,
                            .after = &b->figures,
                            .is_paired = is_paired,
                            .differs = !is_paired && (!is_same_number(a->figures.mean, b->figures.mean) ||
                                                      !is_same_number(a->figures.sd, b->figures.sd))};
    }
    comparing->changes->groups++;
    comparing->changes->apart += !is_paired;
    return !is_paired || pair_up(comparing, before, old, after, new, &comparing->list[first], comparing->count - first);
}

static struct interval interval_of(const struct change *change, double confidence)
{
    bool is_share = change->column->kind == COLUMN_PROPORTION;
    if (change->is_paired && is_share)
        return contrast_paired_shares(change->only_before, change->only_after, change->difference.n, confidence);
    if (change->is_paired)
        return estimate_t(&change->difference, confidence);
    if (is_share)
        return contrast_shares(change->before->mean, change->before->n, change->after->mean, change->after->n,
                               confidence);
    return contrast_means(change->before, change->after, confidence);
}

static double difference_of(const struct change *change)
{
    if (change->is_paired)
        return change->difference.n > 0 ? change->difference.mean : NAN;
    return change->after->mean - change->before->mean;
}

static bool leaves_out_0(struct interval interval)
{
    return interval.low > 0 || interval.high < 0;
}

/* `compared`: figures that are not the same anyway. */
static enum change_kind judge(const struct change *change, size_t compared)
{
    if (!change->differs)
        return CHANGE_NONE;
    if (leaves_out_0(interval_of(change, 1 - 0.05 / (double)compared)))
        return CHANGE_CLEAR;
    return leaves_out_0(interval_of(change, 0.95)) ? CHANGE_PERHAPS : CHANGE_NOISE;
}

/* ---- what there is ---- */

static void note(struct change_list *list, const char *text)
{
    if (list->count == list->room) {
        list->room = list->room > 0 ? 2 * list->room : 16;
        list->texts = xrealloc(list->texts, list->room * sizeof *list->texts);
    }
    list->texts[list->count++] = text;
}

/* Why the same name may not mean the same; NULL where all that is known agrees. */
static const char *find_change(struct arena *arena, const struct results_scenario *a, const struct results_scenario *b)
{
    const char *words = "";
    if (!a->is_known || !b->is_known)
        return NULL;
    if (strcmp(a->sha256, b->sha256) != 0)
        words = arena_format(arena, "hash %.8s, was %.8s", b->sha256, a->sha256);
    if (a->seed != b->seed)
        words = arena_format(arena, "%s%sseed %llu, was %llu", words, words[0] != '\0' ? "; " : "",
                             (unsigned long long)b->seed, (unsigned long long)a->seed);
    if (a->replications != b->replications)
        words = arena_format(arena, "%s%s%llu replications, were %llu", words, words[0] != '\0' ? "; " : "",
                             (unsigned long long)b->replications, (unsigned long long)a->replications);
    return words[0] != '\0' ? arena_format(arena, "%s (%s)", b->name, words) : NULL;
}

static bool is_wanted(const struct comparing *comparing, const struct results_group *group)
{
    return strcmp(group->version, "(mix)") != 0 && results_wants(comparing->options->filter, group);
}

static const char *group_words(struct comparing *comparing, const struct results_scenario *scenario,
                               const struct results_group *group)
{
    return arena_format(comparing->arena, "%s: %s with %s", scenario->name, group->policy, group->version);
}

static bool compare_scenarios(struct comparing *comparing, const struct results_scenario *before,
                              const struct results_scenario *after)
{
    struct changes *changes = comparing->changes;
    const char *change = find_change(comparing->arena, before, after);
    if (change)
        note(&changes->changed, change);
    for (size_t g = 0; g < before->group_count; g++)
        if (is_wanted(comparing, &before->groups[g]) &&
            !results_group(after, before->groups[g].policy, before->groups[g].version))
            note(&changes->groups_gone, group_words(comparing, before, &before->groups[g]));
    for (size_t g = 0; g < after->group_count; g++) {
        const struct results_group *new = &after->groups[g];
        const struct results_group *old = results_group(before, new->policy, new->version);
        if (!is_wanted(comparing, new))
            continue;
        if (!old)
            note(&changes->groups_added, group_words(comparing, after, new));
        else if (!compare_groups(comparing, before, old, after, new))
            return false;
    }
    return true;
}

static bool compare_all(struct comparing *comparing)
{
    const struct results *before = comparing->options->before, *after = comparing->options->after;
    struct changes *changes = comparing->changes;
    for (size_t s = 0; s < before->scenario_count; s++) {
        const struct results_scenario *scenario = &before->scenarios[s];
        if (results_wants_scenario(comparing->options->filter, scenario) && !results_find(after, scenario->name))
            note(&changes->gone, arena_text(comparing->arena, scenario->name));
    }
    for (size_t s = 0; s < after->scenario_count; s++) {
        const struct results_scenario *scenario = &after->scenarios[s], *old = results_find(before, scenario->name);
        if (!results_wants_scenario(comparing->options->filter, scenario))
            continue;
        if (!old)
            note(&changes->added, arena_text(comparing->arena, scenario->name));
        else if (!compare_scenarios(comparing, old, scenario))
            return false;
    }
    return true;
}

/* ---- rows ---- */

enum { SCENARIO, POLICY, VERSION, METRIC, PAIRING, N, BEFORE, AFTER, DIFFERENCE, CHANGE, COLUMNS };

static const struct sheet_column change_columns[COLUMNS] = {
    [SCENARIO] = {"scenario", "scenario", .until = 9},
    [POLICY] = {"policy", "policy", .until = 9},
    [VERSION] = {"version", "version", .until = 9},
    [METRIC] = {"metric", "figure", .kind = SHEET_WORD, .until = 9},
    [PAIRING] = {"pairing", "pairing", .until = -1},
    [N] = {"n", "n", .kind = SHEET_VALUE, .until = -1},
    [BEFORE] = {"old", "old", .kind = SHEET_INTERVAL, .interval_until = 2, .until = 4},
    [AFTER] = {"new", "new", .kind = SHEET_INTERVAL, .interval_until = 1, .until = 5},
    [DIFFERENCE] = {"difference", "difference", .kind = SHEET_INTERVAL, .interval_until = 9, .until = 9},
    [CHANGE] = {"change", "change", .kind = SHEET_WORD, .until = 9},
};

static void put_row(struct sheet *sheet, const struct change *change, enum change_kind kind)
{
    struct sheet_cell *row = sheet_row(sheet);
    bool is_there = change->before->n > 0 && change->after->n > 0;
    sheet_name(&row[SCENARIO], change->scenario->name);
    sheet_name(&row[POLICY], change->group->policy);
    sheet_name(&row[VERSION], change->group->version);
    sheet_name(&row[METRIC], change->column->name);
    row[METRIC].shown = change->column->headline.title;
    if (!change->column->headline.title)
        row[BEFORE].unit = row[AFTER].unit = row[DIFFERENCE].unit = sheet_unit(change->column->format);
    sheet_name(&row[PAIRING], change->is_paired ? "paired" : "apart");
    if (change->is_paired)
        sheet_value(&row[N], FORMAT_COUNT, (double)change->difference.n);
    if (change->before->n > 0)
        sheet_interval(&row[BEFORE], change->column, change->before->mean, change->before->interval);
    if (change->after->n > 0)
        sheet_interval(&row[AFTER], change->column, change->after->mean, change->after->interval);
    if (is_there) {
        sheet_interval(&row[DIFFERENCE], change->column, difference_of(change), interval_of(change, 0.95));
        row[DIFFERENCE].is_share = false; /* a difference of 0 was seen */
    }
    sheet_name(&row[CHANGE], change_names[kind]);
    sheet->is_noise[sheet->row_count - 1] = kind <= CHANGE_NOISE;
}

static void put_rows(struct comparing *comparing)
{
    struct changes *changes = comparing->changes;
    size_t compared = 0;
    for (size_t i = 0; i < comparing->count; i++)
        compared += comparing->list[i].differs;
    for (int c = 0; c < COLUMNS; c++)
        sheet_column(&changes->sheet, &change_columns[c]);
    for (size_t i = 0; i < comparing->count; i++) {
        enum change_kind kind = judge(&comparing->list[i], compared);
        changes->figures[kind]++;
        if (kind >= CHANGE_PERHAPS || comparing->options->is_all)
            put_row(&changes->sheet, &comparing->list[i], kind);
    }
}

bool changes_make(struct changes *changes, const struct changes_options *options, struct diagnostics *diagnostics)
{
    struct comparing comparing = {.options = options, .changes = changes, .diagnostics = diagnostics};
    *changes = (struct changes){.memory = arena_create()};
    comparing.arena = changes->memory;
    bool is_good = open_trials(&comparing) && compare_all(&comparing);
    if (is_good)
        put_rows(&comparing);
    trials_close(&comparing.before);
    trials_close(&comparing.after);
    free(comparing.list);
    return is_good;
}

void changes_free(struct changes *changes)
{
    sheet_free(&changes->sheet);
    free(changes->added.texts);
    free(changes->gone.texts);
    free(changes->changed.texts);
    free(changes->groups_added.texts);
    free(changes->groups_gone.texts);
    arena_free(changes->memory);
    *changes = (struct changes){0};
}

/* ---- words ---- */

enum { MOST_NAMED = 12 };

char *changes_count_words(const struct changes *changes)
{
    size_t total = 0;
    char *text;
    for (int kind = 0; kind < CHANGE_KINDS; kind++)
        total += changes->figures[kind];
    char alone[128] = "";
    if (changes->alone > 0)
        snprintf(alone, sizeof alone,
                 " %llu trials of replications that only one side has took no part in differences.",
                 (unsigned long long)changes->alone);
    int length = asprintf(
        &text,
        "Of %zu figures of %zu pairs of a policy and a version, %zu changed clearly, %zu perhaps; %zu differ by no more than "
        "chance explains, %zu are the same. %zu pairs were compared replication by replication, %zu as independent samples.%s",
        total, changes->groups, changes->figures[CHANGE_CLEAR], changes->figures[CHANGE_PERHAPS],
        changes->figures[CHANGE_NOISE], changes->figures[CHANGE_NONE], changes->groups - changes->apart, changes->apart,
        alone);
    return length < 0 ? NULL : text;
}

char *changes_list_words(const char *what, const struct change_list *list)
{
    char *text = NULL;
    size_t size;
    FILE *to = list->count > 0 ? open_memstream(&text, &size) : NULL;
    if (!to)
        return NULL;
    fputs(what, to);
    for (size_t i = 0; i < list->count && i < MOST_NAMED; i++)
        fprintf(to, "%s%s", i > 0 ? ", " : " ", list->texts[i]);
    if (list->count > MOST_NAMED)
        fprintf(to, " and %zu more", list->count - MOST_NAMED);
    fputc('.', to);
    fclose(to);
    return text;
}

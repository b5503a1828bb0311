/* How soon faults were rolled back, of stored results: what figure_rollback draws of a comparison, a panel for each scenario with
 * each version that anybody rolled back, read from trials.csv. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/figures/rollback_curve.h"
#include "report/stored/figure_sheet.h"
#include "report/stored/trials_csv.h"
#include "scenarios/arena.h"

enum { MOST_PANELS = 6, TITLE_SIZE = 1024 };

struct reading {
    struct dataset *data;
    const struct sheet *sheet;
    struct trials_csv trials;
    struct diagnostics diagnostics; /* nobody is told: what cannot be read is not drawn */
    size_t time;                    /* its column */
    size_t panels;
};

static bool is_shown(const struct sheet *sheet, const char *scenario, const char *policy)
{
    size_t names[] = {sheet_find(sheet, "scenario"), sheet_find(sheet, "policy")};
    for (size_t row = 0; row < sheet->row_count; row++) {
        const struct sheet_cell *cells = &sheet->cells[row * sheet->column_count];
        if (strcmp(cells[names[0]].text, scenario) == 0 && strcmp(cells[names[1]].text, policy) == 0)
            return true;
    }
    return false;
}

/* The sorted times of one policy with one version; malloc'd. */
static double *read_times(struct reading *reading, const struct trials_group *group, size_t *count)
{
    double *times = xalloc((group->rows + 1) * sizeof *times), *values = xalloc(column_count * sizeof *values);
    bool is_good = trials_seek(&reading->trials, group, &reading->diagnostics);
    *count = 0;
    for (uint64_t r = 0; r < group->rows && is_good; r++) {
        is_good = trials_next(&reading->trials, values, &reading->diagnostics);
        times[r] = is_good ? values[reading->time] : NAN;
        *count = r + 1;
    }
    *count = is_good ? estimate_sort(times, *count) : 0;
    free(values);
    return times;
}

/* A policy, not the control, with that version. */
static bool is_of(const struct results_group *group, const char *version)
{
    return strcmp(group->version, version) == 0 && strcmp(group->policy, "(none)") != 0;
}

static void put_panel(struct reading *reading, const struct results_scenario *scenario, const char *version,
                      double until)
{
    char title[TITLE_SIZE];
    snprintf(title, sizeof title, "%s: %s", scenario->name, version);
    for (size_t g = 0; g < scenario->group_count; g++) {
        const struct results_group *group = &scenario->groups[g];
        const struct trials_group *rows =
            is_of(group, version) && is_shown(reading->sheet, scenario->name, group->policy)
                ? trials_find(&reading->trials, scenario->name, group->policy, version)
                : NULL;
        size_t count;
        double *times = rows ? read_times(reading, rows, &count) : NULL;
        if (rows)
            rollback_curve(reading->data, title, group->policy, times, count, rows->rows,
                           rollback_grid(MOST_PANELS * 4), until);
        free(times);
    }
}

/* The longest time of any policy that is shown with the version; NaN: nobody rolled it back, or it was told before. */
static double longest(const struct reading *reading, const struct results_scenario *scenario, size_t first)
{
    const char *version = scenario->groups[first].version;
    double until = NAN;
    if (!is_of(&scenario->groups[first], version))
        return NAN;
    for (size_t g = 0; g < first; g++)
        if (is_of(&scenario->groups[g], version))
            return NAN;
    for (size_t g = first; g < scenario->group_count && strcmp(version, "(mix)") != 0; g++) {
        const struct results_group *group = &scenario->groups[g];
        const struct results_figure *figure = &group->figures[reading->time];
        if (is_of(group, version) && figure->is_there && figure->figures.n > 0 &&
            is_shown(reading->sheet, scenario->name, group->policy))
            until = fmax(until, figure->figures.max);
    }
    return until;
}

static void put_folder(struct reading *reading, const struct results *results)
{
    if (trials_open(&reading->trials, results->folder, &reading->diagnostics))
        for (size_t s = 0; s < results->scenario_count; s++)
            for (size_t g = 0; g < results->scenarios[s].group_count && reading->panels < MOST_PANELS; g++) {
                const struct results_scenario *scenario = &results->scenarios[s];
                double until = longest(reading, scenario, g);
                if (!isfinite(until))
                    continue;
                put_panel(reading, scenario, scenario->groups[g].version, until);
                reading->panels++;
            }
    trials_close(&reading->trials);
}

static void fill(struct dataset *data, const struct stored_source *source)
{
    struct reading reading = {
        .data = data, .sheet = source->sheet, .time = (size_t)(column_find("time_to_rollback_s") - columns)};
    dataset_begin(data, figure_rollback.columns);
    /* Only of the planner's table, whose rows are policies of scenarios. */
    if (sheet_find(source->sheet, "p_refused") == SIZE_MAX || sheet_find(source->sheet, "spare_instances") == SIZE_MAX)
        return;
    for (size_t r = 0; r < source->count; r++)
        put_folder(&reading, &source->results[r]);
    diagnostics_free(&reading.diagnostics);
}

static struct figure make(const struct dataset *data)
{
    struct figure figure = figure_rollback;
    size_t panels = dataset_runs(data, "version");
    figure.name = figure_rollbacks.name;
    figure.says =
        "Share of all trials that were rolled back within a time after the first bad response, a panel for each scenario and version. "
        "A curve that ends below 100 % missed the fault in the rest. Versions that nobody rolled back have no panel; of many the "
        "first 6 do: --scenario chooses.";
    figure.height_cm = 7.0 * (double)((panels + 1) / 2) + 1;
    return figure;
}

const struct sheet_figure figure_rollbacks = {"rollback", fill, make};

#include "report/stored/capacity.h"

#include <math.h>
#include <string.h>

/* ---- the rows of one policy ---- */

/* What all lookups for one row share. */
struct view {
    const struct results_scenario *scenario;
    const struct results_filter *filter;
    const char *policy;
};

static bool is_mix(const struct results_group *group)
{
    return strcmp(group->version, "(mix)") == 0;
}

static bool is_control(const struct results_group *group)
{
    return strcmp(group->policy, "(none)") == 0;
}

static bool is_of(const struct view *view, const struct results_group *group)
{
    return strcmp(group->policy, view->policy) == 0 && results_wants(view->filter, group);
}

static const struct summary *figures_of(const struct results_group *group, const char *name)
{
    const struct results_figure *figure = &group->figures[column_find(name) - columns];
    return figure->is_there && figure->figures.n > 0 ? &figure->figures : NULL;
}

/* The version with the largest mean, or NULL. */
static const struct summary *worst(const struct view *view, const char *name)
{
    const struct summary *found = NULL;
    for (size_t g = 0; g < view->scenario->group_count; g++) {
        const struct results_group *group = &view->scenario->groups[g];
        const struct summary *figures = is_of(view, group) && !is_mix(group) ? figures_of(group, name) : NULL;
        if (figures && (!found || figures->mean > found->mean))
            found = figures;
    }
    return found;
}

static const struct summary *expected(const struct view *view, const char *name)
{
    const struct results_group *mix = results_group(view->scenario, view->policy, "(mix)");
    const struct summary *figures = mix && results_wants(view->filter, mix) ? figures_of(mix, name) : NULL;
    return figures ? figures : worst(view, name);
}

/* The largest of any trial. */
static double most(const struct view *view, const char *name)
{
    double found = NAN;
    for (size_t g = 0; g < view->scenario->group_count; g++) {
        const struct results_group *group = &view->scenario->groups[g];
        const struct summary *figures = is_of(view, group) && !is_mix(group) ? figures_of(group, name) : NULL;
        if (figures)
            found = fmax(found, figures->max);
    }
    return found;
}

/* The versions that may be the worst: those whose interval reaches up to its own. "" where all do no harm. */
static const char *may_be_worst(const struct view *view, struct arena *arena, const char *name)
{
    const struct summary *first = worst(view, name);
    const char *names = "";
    for (size_t g = 0; first && first->mean > 0 && g < view->scenario->group_count; g++) {
        const struct results_group *group = &view->scenario->groups[g];
        const struct summary *figures = is_of(view, group) && !is_mix(group) ? figures_of(group, name) : NULL;
        if (figures && (figures == first || !(figures->interval.high < first->interval.low)))
            names = arena_format(arena, "%s%s%s", names, names[0] != '\0' ? ";" : "", group->version);
    }
    return names;
}

/* ---- capacity planning ---- */

enum {
    SCENARIO,
    POLICY,
    QUOTA,
    PEAK,
    SPARE,
    REFUSED,
    HARM,
    WORST,
    WORST_TRIAL,
    ROLLOUT,
    USD,
    INSTANCES,
    LOSS,
    COLUMNS
};

/* clang-format off */
static const struct sheet_column capacity_columns[COLUMNS] = {
    [SCENARIO] = {"scenario", "scenario", .until = 9},
    [POLICY] = {"policy", "policy", .until = 9},
    [QUOTA] = {"instance_quota", "quota", .kind = SHEET_VALUE, .until = 8},
    [PEAK] = {"peak_instances", "peak", "most instances at once of any trial, of both fleets",
              SHEET_VALUE, .until = 9},
    [SPARE] = {"spare_instances", "spare", "what the quota leaves at the peak", SHEET_VALUE, .until = 6},
    [REFUSED] = {"p_refused", "refused",
                 "trials that did not start, for the quota or for a red alarm; where none did, nothing else is known",
                 SHEET_INTERVAL, .only_if_seen = true, .interval_until = 1, .until = 9},
    [HARM] = {"excess_bad_responses", "worst excess bad",
              "mean of the worst version, failed or slow beyond the same traffic without a deployment",
              SHEET_INTERVAL, .interval_until = 7, .until = 9},
    [WORST] = {"worst_version", "worst version", "that version, and all whose interval reaches up to its own",
               .until = 5},
    [WORST_TRIAL] = {"excess_bad_responses_max", "worst trial", "excess bad responses of the worst trial of all",
                     SHEET_VALUE, .until = 1},
    [ROLLOUT] = {"deployment_s", "rollout", "from the UpdateEndpoint call to InService",
                 SHEET_INTERVAL, .interval_until = 4, .until = 8},
    [USD] = {"extra_cost_usd", "extra USD", "price of the instance time beyond that of the old fleet alone",
             SHEET_INTERVAL, .interval_until = 3, .until = 7},
    [INSTANCES] = {"extra_instance_s", "extra inst-h", "billed time beyond what the old fleet alone would cost",
                   SHEET_INTERVAL, .interval_until = 3, .until = 7},
    [LOSS] = {"loss_usd", "loss USD", "cost of the excess bad responses",
              SHEET_INTERVAL, .interval_until = 2, .until = 5},
};
/* clang-format on */

static void put(struct sheet_cell *row, int cell, const struct summary *figures)
{
    if (figures)
        sheet_interval(&row[cell], column_find(capacity_columns[cell].name), figures->mean, figures->interval);
}

static void put_policy(struct sheet *sheet, struct arena *arena, const struct view *view)
{
    struct sheet_cell *row = sheet_row(sheet);
    const struct summary *refused = worst(view, "p_refused");
    double quota = view->scenario->instance_quota > 0 ? view->scenario->instance_quota : NAN;
    double peak = most(view, "peak_instances");
    bool is_shut_out = refused && refused->mean >= 1;
    sheet_name(&row[SCENARIO], view->scenario->name);
    sheet_name(&row[POLICY], view->policy);
    sheet_value(&row[QUOTA], FORMAT_INSTANCES, quota);
    sheet_value(&row[PEAK], FORMAT_INSTANCES, peak);
    put(row, REFUSED, refused);
    if (is_shut_out)
        return; /* it did nothing, which is not the same as harmless and free */
    sheet_value(&row[SPARE], FORMAT_INSTANCES, quota - peak);
    put(row, HARM, worst(view, "excess_bad_responses"));
    sheet_name(&row[WORST], may_be_worst(view, arena, "excess_bad_responses"));
    sheet_value(&row[WORST_TRIAL], FORMAT_COUNT, most(view, "excess_bad_responses"));
    put(row, ROLLOUT, expected(view, "deployment_s"));
    put(row, USD, expected(view, "extra_cost_usd"));
    put(row, INSTANCES, expected(view, "extra_instance_s"));
    put(row, LOSS, expected(view, "loss_usd"));
}

/* A policy's first group that is wanted makes its row. */
static bool is_first(const struct view *view, size_t group)
{
    for (size_t g = 0; g < group; g++)
        if (is_of(view, &view->scenario->groups[g]))
            return false;
    return true;
}

/* Every instance-hour has a price. */
static bool is_priced(const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_cell *row = &sheet->cells[i * sheet->column_count];
        if (isnan(row[USD].value) && !isnan(row[INSTANCES].value))
            return false;
    }
    return true;
}

void capacity_make(struct sheet *sheet, struct arena *arena, const struct results *results, size_t count,
                   const struct results_filter *filter)
{
    *sheet = (struct sheet){0};
    for (int c = 0; c < COLUMNS; c++)
        sheet_column(sheet, &capacity_columns[c]);
    for (size_t r = 0; r < count; r++)
        for (size_t s = 0; s < results[r].scenario_count; s++) {
            const struct results_scenario *scenario = &results[r].scenarios[s];
            for (size_t g = 0; g < scenario->group_count && results_wants_scenario(filter, scenario); g++) {
                const struct results_group *group = &scenario->groups[g];
                const struct view view = {scenario, filter, group->policy};
                if (!is_control(group) && results_wants(filter, group) && is_first(&view, g))
                    put_policy(sheet, arena, &view);
            }
        }
    /* Where there is a price, it says what people want to know. */
    if (sheet_is_seen(sheet, USD))
        sheet->columns[INSTANCES].until = is_priced(sheet) ? -1 : 2;
}

/* ---- chosen figures ---- */

void capacity_figures(struct sheet *sheet, const struct results *results, size_t count,
                      const struct results_filter *filter, const struct column *const *figures, size_t figure_count)
{
    static const struct sheet_column names[] = {{"scenario", "scenario", .until = SHEET_STEPS},
                                                {"policy", "policy", .until = SHEET_STEPS},
                                                {"version", "version", .until = SHEET_STEPS}};
    enum { NAMES = sizeof names / sizeof *names };
    *sheet = (struct sheet){0};
    for (int c = 0; c < NAMES; c++)
        sheet_column(sheet, &names[c]);
    for (size_t i = 0; i < figure_count; i++) {
        int last = SHEET_STEPS - 1 - (int)(i < SHEET_STEPS ? i : SHEET_STEPS - 1); /* later ones go first */
        sheet_column(sheet,
                     &(struct sheet_column){figures[i]->name,
                                            figures[i]->headline.title ? figures[i]->headline.title : figures[i]->name,
                                            figures[i]->meaning, SHEET_INTERVAL, .interval_until = last,
                                            .until = last > 4 ? SHEET_STEPS : last + 4});
    }
    for (size_t r = 0; r < count; r++)
        for (size_t s = 0; s < results[r].scenario_count; s++) {
            const struct results_scenario *scenario = &results[r].scenarios[s];
            for (size_t g = 0; g < scenario->group_count && results_wants_scenario(filter, scenario); g++) {
                const struct results_group *group = &scenario->groups[g];
                if (!results_wants(filter, group))
                    continue;
                struct sheet_cell *row = sheet_row(sheet);
                sheet_name(&row[0], scenario->name);
                sheet_name(&row[1], group->policy);
                sheet_name(&row[2], group->version);
                for (size_t i = 0; i < figure_count; i++) {
                    const struct results_figure *figure = &group->figures[figures[i] - columns];
                    if (figure->is_there && figure->figures.n > 0)
                        sheet_interval(&row[NAMES + i], figures[i], figure->figures.mean, figure->figures.interval);
                    if (!figures[i]->headline.title)
                        row[NAMES + i].unit = sheet_unit(figures[i]->format);
                }
            }
        }
}

#include "report/stored/baseline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/batch/store.h"
#include "scenarios/csv.h"

enum { SCENARIO, BASELINE, POLICY, VERSION, METRIC, MEAN, LOW, HIGH, CELLS, NAMES = METRIC };

static const struct csv_column cells[CELLS] = {
    [SCENARIO] = {"scenario"}, [BASELINE] = {"baseline"},    [POLICY] = {"policy"}, [VERSION] = {"version"},
    [METRIC] = {"metric"},     [MEAN] = {"mean_difference"}, [LOW] = {"ci95_low"},  [HIGH] = {"ci95_high"},
};

static const struct sheet_column name_columns[NAMES] = {
    [SCENARIO] = {"scenario", "scenario", .until = SHEET_STEPS},
    [BASELINE] = {"baseline", "baseline", .until = 7},
    [POLICY] = {"policy", "policy", .until = SHEET_STEPS},
    [VERSION] = {"version", "version", .until = SHEET_STEPS},
};

struct reading {
    struct sheet *sheet;
    struct arena *arena;
    const struct results_filter *filter;
    const struct column *const *figures;
    size_t figure_count;
    const char *names[NAMES]; /* of the latest row of the file */
    struct sheet_cell *row;   /* of these names; NULL: not wanted, or none of its figures so far */
};

static void begin_sheet(struct sheet *sheet, const struct column *const *figures, size_t figure_count)
{
    for (int c = 0; c < NAMES; c++)
        sheet_column(sheet, &name_columns[c]);
    for (size_t i = 0; i < figure_count; i++) {
        const char *title = figures[i]->headline.title;
        int last = (int)i < SHEET_STEPS - 1 ? SHEET_STEPS - 1 - (int)i : 0; /* later ones go first */
        sheet_column(sheet, &(struct sheet_column){.name = figures[i]->name,
                                                   .title = title ? title : figures[i]->name,
                                                   .meaning = figures[i]->meaning,
                                                   .kind = SHEET_INTERVAL,
                                                   .interval_until = SHEET_STEPS,
                                                   .until = last});
    }
}

static bool is_wanted(const struct reading *reading)
{
    const struct results_scenario scenario = {.name = reading->names[SCENARIO]};
    const struct results_group group = {.policy = reading->names[POLICY], .version = reading->names[VERSION]};
    return results_wants_scenario(reading->filter, &scenario) && results_wants(reading->filter, &group);
}

/* A row of the file begins another row of the sheet where its names are others. */
static void turn_to(struct reading *reading, const struct csv_row *row)
{
    bool is_same = reading->names[0] != NULL;
    for (int c = 0; c < NAMES && is_same; c++)
        is_same = strcmp(reading->names[c], row->cells[c]) == 0;
    if (is_same)
        return;
    for (int c = 0; c < NAMES; c++)
        reading->names[c] = arena_text(reading->arena, row->cells[c]);
    reading->row = is_wanted(reading) ? sheet_row(reading->sheet) : NULL;
    for (int c = 0; c < NAMES && reading->row; c++)
        sheet_name(&reading->row[c], reading->names[c]);
}

static bool take_number(const struct csv_row *row, int cell, double *value)
{
    *value = NAN;
    if (row->cells[cell][0] == '\0' || csv_number(row->cells[cell], value))
        return true;
    csv_row_error(row, "%s must be a number or empty, got \"%s\"", cells[cell].name, row->cells[cell]);
    return false;
}

static bool take_row(void *context, const struct csv_row *row)
{
    struct reading *reading = context;
    struct interval interval;
    double mean;
    turn_to(reading, row);
    if (!take_number(row, MEAN, &mean) || !take_number(row, LOW, &interval.low) ||
        !take_number(row, HIGH, &interval.high))
        return false;
    for (size_t i = 0; i < reading->figure_count && reading->row; i++) {
        struct sheet_cell *cell = &reading->row[NAMES + i];
        if (strcmp(reading->figures[i]->name, row->cells[METRIC]) != 0)
            continue;
        if (isfinite(cell->value)) {
            csv_row_error(row, "%s of this policy and version stands there twice", row->cells[METRIC]);
            return false;
        }
        sheet_interval(cell, reading->figures[i], mean, interval);
        cell->is_share = false; /* of a difference 0 is nothing special */
        cell->unit = reading->figures[i]->headline.title ? NULL : sheet_unit(reading->figures[i]->format);
    }
    return true;
}

bool baseline_read(struct sheet *sheet, struct arena *arena, const char *folder, const struct results_filter *filter,
                   const struct column *const *figures, size_t figure_count, struct diagnostics *diagnostics)
{
    struct reading reading = {
        .sheet = sheet, .arena = arena, .filter = filter, .figures = figures, .figure_count = figure_count};
    struct arena *scratch = arena_create();
    char *path = store_file_path(folder, "differences.csv");
    const char *why = NULL;
    const struct source *source = source_read(scratch, path, CSV_MAX_BYTES, &why);
    if (sheet->column_count == 0)
        begin_sheet(sheet, figures, figure_count);
    if (!source)
        diagnostics_add_file(diagnostics, path, true, "%s", why);
    bool is_good = source && csv_read(source, diagnostics, cells, CELLS, take_row, &reading);
    free(path);
    arena_free(scratch);
    return is_good;
}

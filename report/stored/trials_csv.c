#include "report/stored/trials_csv.h"

#include <csv.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/batch/store.h"
#include "scenarios/csv.h"

/* ---- one row ---- */

enum { SCENARIO, POLICY, VERSION, REPLICATION, OUTCOME, KNOWN };
static const char *const known[KNOWN] = {"scenario", "policy", "version", "replication", "outcome"};

struct trials_reading {
    struct arena *arena;
    FILE *file;
    struct csv_parser parser;
    bool has_parser;
    char *text; /* the line at hand */
    size_t text_room;
    int line, next_line; /* where the row at hand begins, and the next line to read; 1-based */
    long at, next_at;
    char *cells; /* of the row at hand, each with its end */
    size_t used, room;
    size_t *cell; /* where each begins */
    size_t cell_count, cell_room;
    bool is_whole;          /* the row has ended */
    size_t header_count;    /* cells of a row */
    size_t place[KNOWN];    /* which cell it is */
    size_t *figure;         /* [column_count]: which cell; SIZE_MAX: none */
    size_t first_bad, trip; /* columns */
};

static void take_cell(void *text, size_t size, void *context)
{
    struct trials_reading *reading = context;
    if (reading->cell_count == reading->cell_room) {
        reading->cell_room = reading->cell_room > 0 ? 2 * reading->cell_room : 64;
        reading->cell = xrealloc(reading->cell, reading->cell_room * sizeof *reading->cell);
    }
    if (reading->room - reading->used < size + 1)
        reading->cells = xrealloc(reading->cells, reading->room = 2 * (reading->room + size + 1));
    reading->cell[reading->cell_count++] = reading->used;
    memcpy(reading->cells + reading->used, text, size);
    reading->cells[reading->used + size] = '\0';
    reading->used += size + 1;
}

static void take_end(int terminator, void *context)
{
    (void)terminator;
    ((struct trials_reading *)context)->is_whole = true;
}

enum row { ROW_GOOD, ROW_END, ROW_BAD };

static enum row refuse(const struct trials_csv *trials, struct diagnostics *diagnostics, const char *why)
{
    diagnostics_add_line(diagnostics, trials->path, trials->reading->line, "%s", why);
    return ROW_BAD;
}

/* The file has ended, maybe in the middle of a row. */
static enum row end_rows(struct trials_csv *trials, struct diagnostics *diagnostics)
{
    struct trials_reading *reading = trials->reading;
    if (ferror(reading->file)) {
        diagnostics_add_file(diagnostics, trials->path, true, "%s", strerror(errno));
        return ROW_BAD;
    }
    if (csv_fini(&reading->parser, take_cell, take_end, reading) != 0)
        return refuse(trials, diagnostics, "is not CSV: a quoted cell is never closed");
    return reading->is_whole ? ROW_GOOD : ROW_END;
}

static enum row next_row(struct trials_csv *trials, struct diagnostics *diagnostics)
{
    struct trials_reading *reading = trials->reading;
    reading->used = reading->cell_count = 0;
    reading->is_whole = false;
    reading->line = reading->next_line;
    reading->at = reading->next_at;
    while (!reading->is_whole) {
        ssize_t size = getline(&reading->text, &reading->text_room, reading->file);
        if (size < 0)
            return end_rows(trials, diagnostics);
        reading->next_line++;
        reading->next_at += size;
        if (memchr(reading->text, '\0', (size_t)size))
            return refuse(trials, diagnostics, "is not CSV: it holds a byte 0");
        if (csv_parse(&reading->parser, reading->text, (size_t)size, take_cell, take_end, reading) != (size_t)size)
            return refuse(trials, diagnostics,
                          "is not CSV: a quote stands inside a cell that is not quoted, or after one");
        if (reading->cell_count == 0 && !reading->is_whole && strspn(reading->text, " \t\r\n") == (size_t)size) {
            reading->line = reading->next_line; /* an empty line is no row */
            reading->at = reading->next_at;
        }
    }
    return ROW_GOOD;
}

static const char *cell_of(const struct trials_reading *reading, size_t place)
{
    return reading->cells + reading->cell[place];
}

static const char *known_cell(const struct trials_reading *reading, int which)
{
    return cell_of(reading, reading->place[which]);
}

/* ---- the header ---- */

static size_t find_cell(const struct trials_reading *reading, const char *name)
{
    for (size_t i = 0; i < reading->cell_count; i++)
        if (strcmp(cell_of(reading, i), name) == 0)
            return i;
    return SIZE_MAX;
}

static bool read_header(struct trials_csv *trials, struct diagnostics *diagnostics)
{
    struct trials_reading *reading = trials->reading;
    enum row row = next_row(trials, diagnostics);
    bool is_good = row == ROW_GOOD;
    if (row == ROW_END)
        diagnostics_add_line(diagnostics, trials->path, 1, "is empty: expected a line of column names");
    for (int i = 0; i < KNOWN && is_good; i++) {
        reading->place[i] = find_cell(reading, known[i]);
        if (reading->place[i] == SIZE_MAX) {
            diagnostics_add_line(diagnostics, trials->path, 1, "has no column \"%s\"", known[i]);
            is_good = false;
        }
    }
    reading->header_count = reading->cell_count;
    reading->figure = arena_array(reading->arena, column_count, sizeof *reading->figure);
    for (size_t c = 0; c < column_count; c++)
        reading->figure[c] =
            columns[c].kind == COLUMN_NUMBER && is_good ? find_cell(reading, columns[c].name) : SIZE_MAX;
    reading->first_bad = (size_t)(column_find("first_bad_s") - columns);
    reading->trip = (size_t)(column_find("trip_s") - columns);
    return is_good;
}

/* ---- where groups begin ---- */

static bool is_of(const struct trials_reading *reading, const struct trials_group *group)
{
    return strcmp(known_cell(reading, VERSION), group->version) == 0 &&
           strcmp(known_cell(reading, POLICY), group->policy) == 0 &&
           strcmp(known_cell(reading, SCENARIO), group->scenario) == 0;
}

static struct trials_group *begin_group(struct trials_csv *trials, size_t *room)
{
    struct trials_reading *reading = trials->reading;
    if (trials->group_count == *room) {
        *room = *room > 0 ? 2 * *room : 64;
        trials->groups = xrealloc(trials->groups, *room * sizeof *trials->groups);
    }
    struct trials_group *group = &trials->groups[trials->group_count++];
    *group = (struct trials_group){.scenario = arena_text(reading->arena, known_cell(reading, SCENARIO)),
                                   .policy = arena_text(reading->arena, known_cell(reading, POLICY)),
                                   .version = arena_text(reading->arena, known_cell(reading, VERSION)),
                                   .at = reading->at,
                                   .line = reading->line};
    return group;
}

static bool check_cells(const struct trials_csv *trials, struct diagnostics *diagnostics)
{
    const struct trials_reading *reading = trials->reading;
    if (reading->cell_count == reading->header_count)
        return true;
    diagnostics_add_line(diagnostics, trials->path, reading->line, "has %zu cells where the header has %zu",
                         reading->cell_count, reading->header_count);
    return false;
}

/* Replications count up from 0, each policy with a version in one place. */
static bool index_row(struct trials_csv *trials, size_t *room, struct diagnostics *diagnostics)
{
    struct trials_reading *reading = trials->reading;
    struct trials_group *group = trials->group_count > 0 ? &trials->groups[trials->group_count - 1] : NULL;
    if (!check_cells(trials, diagnostics))
        return false;
    if (!group || !is_of(reading, group)) {
        if (trials_find(trials, known_cell(reading, SCENARIO), known_cell(reading, POLICY),
                        known_cell(reading, VERSION))) {
            refuse(trials, diagnostics, "the rows of this policy and version stand in two places of the file");
            return false;
        }
        group = begin_group(trials, room);
    }
    char expected[32];
    snprintf(expected, sizeof expected, "%llu", (unsigned long long)group->rows);
    if (strcmp(known_cell(reading, REPLICATION), expected) != 0) {
        diagnostics_add_line(diagnostics, trials->path, reading->line, "replication %s was expected, got \"%s\"",
                             expected, known_cell(reading, REPLICATION));
        return false;
    }
    group->rows++;
    return true;
}

bool trials_open(struct trials_csv *trials, const char *folder, struct diagnostics *diagnostics)
{
    struct arena *arena = arena_create();
    struct trials_reading *reading = arena_take(arena, sizeof *reading);
    *trials = (struct trials_csv){.path = store_file_path(folder, "trials.csv"), .reading = reading};
    *reading = (struct trials_reading){.arena = arena, .file = fopen(trials->path, "re"), .next_line = 1};
    if (!reading->file) {
        diagnostics_add_file(diagnostics, trials->path, true, "%s", strerror(errno));
        return false;
    }
    reading->has_parser = csv_init(&reading->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) == 0;
    csv_set_realloc_func(&reading->parser, xrealloc);
    if (!read_header(trials, diagnostics))
        return false;
    enum row row;
    size_t room = 0;
    while ((row = next_row(trials, diagnostics)) == ROW_GOOD)
        if (!index_row(trials, &room, diagnostics))
            return false;
    return row == ROW_END;
}

void trials_close(struct trials_csv *trials)
{
    struct trials_reading *reading = trials->reading;
    if (reading) {
        if (reading->file)
            fclose(reading->file);
        if (reading->has_parser)
            csv_free(&reading->parser);
        free(reading->text);
        free(reading->cells);
        free(reading->cell);
        arena_free(reading->arena);
    }
    free(trials->path);
    free(trials->groups);
    *trials = (struct trials_csv){0};
}

const struct trials_group *trials_find(const struct trials_csv *trials, const char *scenario, const char *policy,
                                       const char *version)
{
    for (size_t i = 0; i < trials->group_count; i++) {
        const struct trials_group *group = &trials->groups[i];
        if (strcmp(group->scenario, scenario) == 0 && strcmp(group->policy, policy) == 0 &&
            strcmp(group->version, version) == 0)
            return group;
    }
    return NULL;
}

/* ---- rows ---- */

bool trials_seek(struct trials_csv *trials, const struct trials_group *group, struct diagnostics *diagnostics)
{
    struct trials_reading *reading = trials->reading;
    clearerr(reading->file);
    reading->next_at = group->at;
    reading->next_line = group->line;
    if (fseek(reading->file, group->at, SEEK_SET) == 0)
        return true;
    diagnostics_add_file(diagnostics, trials->path, true, "%s", strerror(errno));
    return false;
}

/* As columns.c has them; the control has no outcome and takes no part. */
static bool put_shares(struct trials_csv *trials, double *values, struct diagnostics *diagnostics)
{
    const struct trials_reading *reading = trials->reading;
    const char *word = known_cell(reading, OUTCOME);
    int kind = 0;
    while (kind < OUTCOMES && strcmp(outcome_names[kind], word) != 0)
        kind++;
    if (kind == OUTCOMES) {
        diagnostics_add_line(diagnostics, trials->path, reading->line, "there is no outcome \"%s\"", word);
        return false;
    }
    bool is_detected = values[reading->first_bad] <= values[reading->trip];
    struct outcome outcome = {.kind = (enum outcome_kind)kind, .is_detected = kind == OUTCOME_NONE ? NAN : is_detected};
    for (size_t c = 0; c < column_count; c++)
        if (columns[c].kind == COLUMN_PROPORTION)
            values[c] = columns[c].get(&outcome);
    return true;
}

bool trials_next(struct trials_csv *trials, double *values, struct diagnostics *diagnostics)
{
    const struct trials_reading *reading = trials->reading;
    enum row row = next_row(trials, diagnostics);
    if (row == ROW_END)
        refuse(trials, diagnostics, "the file ends here, and was longer a moment ago");
    if (row != ROW_GOOD || !check_cells(trials, diagnostics))
        return false;
    for (size_t c = 0; c < column_count; c++) {
        const char *cell = reading->figure[c] != SIZE_MAX ? cell_of(reading, reading->figure[c]) : "";
        values[c] = NAN;
        if (cell[0] == '\0' || csv_number(cell, &values[c]))
            continue;
        diagnostics_add_line(diagnostics, trials->path, reading->line, "%s must be a number or empty, got \"%s\"",
                             columns[c].name, cell);
        return false;
    }
    return put_shares(trials, values, diagnostics);
}

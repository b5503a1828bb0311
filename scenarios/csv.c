#include "scenarios/csv.h"

#include "scenarios/nearest.h"

#include <assert.h>
#include <csv.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_BAD_ROWS = 20 };

struct reading {
    const struct csv_column *columns;
    size_t wanted;
    bool (*take)(void *context, const struct csv_row *row);
    void *context;
    struct csv_row row;
    struct arena *names; /* of the header */
    const char **header; /* column names */
    size_t header_count;
    bool has_header;
    size_t found[CSV_MAX_WANTED];   /* column of the file, SIZE_MAX: none */
    size_t offsets[CSV_MAX_WANTED]; /* of the wanted cells of the row at hand in `bytes` */
    char *bytes;
    size_t used, room;
    size_t cell_count;
    size_t row_count; /* rows that ended, the header too */
    int bad_rows;
};

void csv_row_error(const struct csv_row *row, const char *format, ...)
{
    size_t size;
    const char *line = source_line(row->source, row->line, &size);
    size_t at = (size_t)(line - row->source->text);
    va_list arguments;
    va_start(arguments, format);
    diagnostics_add(row->diagnostics, DIAGNOSTIC_ERROR, false, (struct place){row->source, at, at + size}, "", format,
                    arguments);
    va_end(arguments);
}

bool csv_number(const char *cell, double *number)
{
    if (cell[0] == '\0' || strspn(cell, "+-.0123456789eE") != strlen(cell))
        return false;
    char *end;
    *number = strtod(cell, &end);
    return *end == '\0' && isfinite(*number);
}

static void find_columns(struct reading *reading)
{
    for (size_t w = 0; w < reading->wanted; w++) {
        const char *name = reading->columns[w].name;
        struct nearest nearest = nearest_to(name);
        reading->found[w] = SIZE_MAX;
        for (size_t i = reading->header_count; i-- > 0;) {
            nearest_offer(&nearest, reading->header[i]);
            if (strcmp(reading->header[i], name) == 0)
                reading->found[w] = i;
        }
        if (reading->found[w] != SIZE_MAX || reading->columns[w].is_optional)
            continue;
        const char *near = nearest_found(&nearest);
        csv_row_error(&reading->row, "has no column \"%s\"%s%s%s", name, near != NULL ? ": did you mean \"" : "",
                      near != NULL ? near : "", near != NULL ? "\"?" : "");
        reading->bad_rows = MAX_BAD_ROWS;
    }
}

static void keep_cell(struct reading *reading, size_t wanted, const char *cell, size_t size)
{
    if (reading->room - reading->used < size + 1) {
        reading->room = 2 * (reading->room + size + 1);
        reading->bytes = xrealloc(reading->bytes, reading->room);
    }
    reading->offsets[wanted] = reading->used;
    memcpy(reading->bytes + reading->used, cell, size);
    reading->bytes[reading->used + size] = '\0';
    reading->used += size + 1;
}

static void take_cell(void *cell, size_t size, void *context)
{
    struct reading *reading = context;
    size_t column = reading->cell_count++;
    if (!reading->has_header) {
        reading->header = xrealloc(reading->header, reading->cell_count * sizeof *reading->header);
        reading->header[column] = arena_text(reading->names, cell);
        reading->header_count = reading->cell_count;
        return;
    }
    for (size_t w = 0; w < reading->wanted; w++)
        if (reading->found[w] == column)
            keep_cell(reading, w, cell, size);
}

static void take_row(int terminator, void *context)
{
    (void)terminator;
    struct reading *reading = context;
    size_t cells = reading->cell_count;
    reading->cell_count = 0;
    reading->used = 0;
    reading->row_count++;
    if (reading->bad_rows >= MAX_BAD_ROWS)
        return;
    if (!reading->has_header) {
        reading->has_header = true;
        find_columns(reading);
        return;
    }
    if (cells != reading->header_count) {
        csv_row_error(&reading->row, "has %zu cells where the header has %zu", cells, reading->header_count);
        reading->bad_rows++;
        return;
    }
    for (size_t w = 0; w < reading->wanted; w++)
        reading->row.cells[w] = reading->found[w] != SIZE_MAX ? reading->bytes + reading->offsets[w] : NULL;
    reading->bad_rows += !reading->take(reading->context, &reading->row);
}

static bool is_blank(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n')
            return false;
    return true;
}

/* Line by line, so that the line number is known: libcsv has none, and skips empty lines. A row is where it begins. */
static bool feed_lines(struct reading *reading, struct csv_parser *parser)
{
    const struct source *source = reading->row.source;
    size_t skipped = source->size >= 3 && memcmp(source->text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool is_open = false; /* a quoted cell runs over the end of the line before */
    for (size_t i = 0; i < source->line_count && reading->bad_rows < MAX_BAD_ROWS; i++) {
        size_t from = i == 0 ? skipped : source->lines[i];
        size_t to = i + 1 < source->line_count ? source->lines[i + 1] : source->size;
        size_t rows = reading->row_count;
        if (!is_open)
            reading->row.line = (int)i + 1;
        if (csv_parse(parser, source->text + from, to - from, take_cell, take_row, reading) != to - from) {
            csv_row_error(&reading->row, "is not CSV: a quote stands inside a cell that is not quoted, or after one");
            return false;
        }
        is_open = reading->row_count == rows && (is_open || !is_blank(source->text + from, to - from));
    }
    if (csv_fini(parser, take_cell, take_row, reading) == 0)
        return true;
    csv_row_error(&reading->row, "is not CSV: a quoted cell is never closed");
    return false;
}

bool csv_read(const struct source *source, struct diagnostics *diagnostics, const struct csv_column *columns,
              size_t count, bool (*take)(void *context, const struct csv_row *row), void *context)
{
    assert(count <= CSV_MAX_WANTED);
    struct reading reading = {.columns = columns,
                              .wanted = count,
                              .take = take,
                              .context = context,
                              .row = {.source = source, .diagnostics = diagnostics, .line = 1},
                              .names = arena_create()};
    const char *nul = memchr(source->text, '\0', source->size);
    if (nul != NULL) {
        reading.row.line = source_position(source, (size_t)(nul - source->text)).line;
        csv_row_error(&reading.row, "is not CSV: it holds a byte 0");
        arena_free(reading.names);
        return false;
    }
    struct csv_parser parser;
    bool is_good = csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) == 0;
    csv_set_realloc_func(&parser, xrealloc);
    csv_set_blk_size(&parser, 1 << 16); /* a long cell is else copied for every 128 bytes of it */
    is_good = is_good && feed_lines(&reading, &parser);
    if (is_good && !reading.has_header) {
        csv_row_error(&reading.row, "is empty: expected a line of column names");
        is_good = false;
    }
    csv_free(&parser);
    arena_free(reading.names);
    free(reading.header);
    free(reading.bytes);
    return is_good && reading.bad_rows == 0;
}

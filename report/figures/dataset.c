#include "report/figures/dataset.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_SIZE = 1024 };

void dataset_begin(struct dataset *data, const char *const *columns)
{
    *data = (struct dataset){.columns = columns};
    while (columns[data->column_count])
        data->column_count++;
}

static void add(struct dataset *data, struct dataset_cell cell)
{
    if (data->count == data->room) {
        size_t room = data->room > 0 ? 2 * data->room : 256;
        struct dataset_cell *grown = realloc(data->cells, room * sizeof *grown);
        if (!grown) {
            free(cell.text);
            data->failed = true;
            return;
        }
        data->cells = grown;
        data->room = room;
    }
    data->cells[data->count++] = cell;
}

void dataset_text(struct dataset *data, const char *text)
{
    char visible[NAME_SIZE];
    /* Objects of scripts have one member of their own, which no name may stand for: Vega files marks by name. */
    bool is_taken = strcmp(text, "__proto__") == 0;
    char *kept = strdup(is_taken ? "__proto__ " : emit_visible(visible, sizeof visible, text));
    if (kept)
        add(data, (struct dataset_cell){.text = kept});
    else
        data->failed = true;
}

void dataset_number(struct dataset *data, double number)
{
    add(data, (struct dataset_cell){.number = isfinite(number) ? number : NAN});
}

void dataset_free(struct dataset *data)
{
    for (size_t i = 0; i < data->count; i++)
        free(data->cells[i].text);
    free(data->cells);
    *data = (struct dataset){0};
}

size_t dataset_rows(const struct dataset *data)
{
    return data->column_count > 0 ? data->count / data->column_count : 0;
}

const struct dataset_cell *dataset_at(const struct dataset *data, size_t row, const char *column)
{
    size_t c = 0;
    while (strcmp(data->columns[c], column) != 0)
        c++;
    assert(c < data->column_count && row < dataset_rows(data));
    return &data->cells[row * data->column_count + c];
}

size_t dataset_run(const struct dataset *data, size_t first, const char *column, const char *second)
{
    size_t row = first;
    do
        row++;
    while (row < dataset_rows(data) &&
           strcmp(dataset_at(data, row, column)->text, dataset_at(data, first, column)->text) == 0 &&
           (!second || strcmp(dataset_at(data, row, second)->text, dataset_at(data, first, second)->text) == 0));
    return row - first;
}

size_t dataset_runs(const struct dataset *data, const char *column)
{
    size_t runs = 0;
    for (size_t row = 0; row < dataset_rows(data); row += dataset_run(data, row, column, NULL))
        runs++;
    return runs;
}

void dataset_csv(FILE *to, const struct dataset *data)
{
    for (size_t c = 0; c < data->column_count; c++)
        fprintf(to, "%s%s", c > 0 ? "," : "", data->columns[c]);
    for (size_t i = 0; i < dataset_rows(data) * data->column_count; i++) {
        fputc(i % data->column_count == 0 ? '\n' : ',', to);
        if (data->cells[i].text)
            csv_put_text(to, data->cells[i].text);
        else
            csv_put_number(to, data->cells[i].number);
    }
    fputc('\n', to);
}

void dataset_json(struct json *json, const struct dataset *data)
{
    json_begin(json, '[');
    for (size_t row = 0; row < dataset_rows(data); row++) {
        json_begin(json, '{');
        for (size_t c = 0; c < data->column_count; c++) {
            const struct dataset_cell *cell = &data->cells[row * data->column_count + c];
            json_key(json, data->columns[c]);
            if (cell->text)
                json_string(json, cell->text);
            else
                json_number(json, cell->number);
        }
        json_end(json, '}');
    }
    json_end(json, ']');
}

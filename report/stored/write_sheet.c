#include "report/stored/write_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/grid.h"

static const struct sheet_cell *cell_at(const struct sheet *sheet, size_t row, size_t column)
{
    return &sheet->cells[row * sheet->column_count + column];
}

/* ---- terminal ---- */

enum { GAP = 2, NAME_WISH = 24 };

static bool stands(const struct sheet *sheet, size_t column, int step)
{
    return step <= sheet->columns[column].until && sheet_is_seen(sheet, column);
}

static size_t column_width(const struct sheet *sheet, size_t column, int step)
{
    const struct sheet_column *c = &sheet->columns[column];
    char text[SHEET_TEXT_SIZE];
    size_t widest = grid_width(c->title);
    for (size_t i = 0; i < sheet->row_count; i++) {
        size_t width = grid_width(sheet_text(text, c, cell_at(sheet, i, column), step <= c->interval_until));
        widest = width > widest ? width : widest;
    }
    return c->kind == SHEET_NAME && widest > NAME_WISH ? NAME_WISH : widest;
}

static size_t sheet_width(const struct sheet *sheet, int step)
{
    size_t total = 0;
    for (size_t c = 0; c < sheet->column_count; c++)
        if (stands(sheet, c, step))
            total += column_width(sheet, c, step) + GAP;
    return total;
}

static int put_grid(const struct page_style *page, const struct sheet *sheet, int step)
{
    char text[SHEET_TEXT_SIZE];
    static const enum grid_kind kinds[] = {[SHEET_NAME] = GRID_NAME,
                                           [SHEET_WORD] = GRID_WORD,
                                           [SHEET_VALUE] = GRID_FIGURE,
                                           [SHEET_INTERVAL] = GRID_FIGURE};
    struct grid grid;
    grid_begin(&grid, page->to, page->width, page->has_color);
    for (size_t c = 0; c < sheet->column_count; c++)
        if (stands(sheet, c, step))
            grid_column(&grid, sheet->columns[c].title, kinds[sheet->columns[c].kind]);
    for (size_t i = 0; i < sheet->row_count; i++) {
        grid_line(&grid, NULL);
        for (size_t c = 0; c < sheet->column_count; c++)
            if (stands(sheet, c, step))
                grid_cell(&grid, sheet_text(text, &sheet->columns[c], cell_at(sheet, i, c),
                                            step <= sheet->columns[c].interval_until));
    }
    return grid_end(&grid);
}

/* Which columns a narrow page lacks. */
static void put_left_out(FILE *to, const struct sheet *sheet, int step)
{
    bool is_some = false;
    for (size_t c = 0; c < sheet->column_count; c++) {
        if (stands(sheet, c, step) || !stands(sheet, c, 0))
            continue;
        fprintf(to, "%s%s", is_some ? ", " : " Left out for want of room: ", sheet->columns[c].title);
        is_some = true;
    }
    if (is_some)
        fputs("; a wider terminal, --html and --csv have them.", to);
}

static int put_meanings(const struct page_style *page, const struct sheet *sheet, int step, const char *says)
{
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    if (!to)
        return -1;
    fputs(says, to);
    for (size_t c = 0; c < sheet->column_count; c++)
        if (sheet->columns[c].meaning && stands(sheet, c, step))
            fprintf(to, " %s: %s.", sheet->columns[c].title, sheet->columns[c].meaning);
    put_left_out(to, sheet, step);
    if (fclose(to))
        return -1;
    fputc('\n', page->to);
    page_wrap(page, 0, TONE_PLAIN, text);
    free(text);
    return 0;
}

int write_sheet_text(const struct page_style *page, const struct sheet *sheet, const char *says)
{
    int step = 0;
    while (step + 1 < SHEET_STEPS && sheet_width(sheet, step) > page->width + GAP)
        step++;
    return put_grid(page, sheet, step) || put_meanings(page, sheet, step, says) ? -1 : 0;
}

/* ---- CSV ---- */

void write_sheet_csv(FILE *to, const struct sheet *sheet)
{
    for (size_t c = 0; c < sheet->column_count; c++) {
        const char *name = sheet->columns[c].name;
        fprintf(to, "%s%s", c > 0 ? "," : "", name);
        if (sheet->columns[c].kind == SHEET_INTERVAL)
            fprintf(to, ",%s_ci95_low,%s_ci95_high", name, name);
    }
    fputc('\n', to);
    for (size_t i = 0; i < sheet->row_count && !ferror(to); i++) {
        for (size_t c = 0; c < sheet->column_count; c++) {
            const struct sheet_cell *cell = cell_at(sheet, i, c);
            if (c > 0)
                fputc(',', to);
            if (sheet_is_text(&sheet->columns[c]))
                csv_put_text(to, cell->text);
            else
                csv_put_number(to, cell->value);
            if (sheet->columns[c].kind != SHEET_INTERVAL)
                continue;
            fputc(',', to);
            csv_put_number(to, cell->interval.low);
            fputc(',', to);
            csv_put_number(to, cell->interval.high);
        }
        fputc('\n', to);
    }
}

/* ---- JSON ---- */

static void put_cell(struct json *json, const struct sheet_column *column, const struct sheet_cell *cell)
{
    json_key(json, column->name);
    if (sheet_is_text(column)) {
        json_string(json, cell->text[0] != '\0' ? cell->text : NULL);
    } else if (column->kind == SHEET_VALUE) {
        json_number(json, cell->value);
    } else {
        json_begin(json, '{');
        json_key(json, "value"), json_number(json, cell->value);
        json_key(json, "ci95_low"), json_number(json, cell->interval.low);
        json_key(json, "ci95_high"), json_number(json, cell->interval.high);
        json_end(json, '}');
    }
}

void write_sheet_json(struct json *json, const struct sheet *sheet)
{
    json_begin(json, '[');
    for (size_t i = 0; i < sheet->row_count && !ferror(json->to); i++) {
        json_begin(json, '{');
        for (size_t c = 0; c < sheet->column_count; c++)
            put_cell(json, &sheet->columns[c], cell_at(sheet, i, c));
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* ---- LaTeX ---- */

/* What means something to TeX, in every font encoding. "[" and "*" would be arguments of the \\ before a row. */
static const char *tex_of(char c)
{
    switch (c) {
    case '\\': return "{\\textbackslash}";
    case '~': return "{\\textasciitilde}";
    case '^': return "{\\textasciicircum}";
    case '|': return "{\\textbar}";
    case '<': return "{\\textless}";
    case '>': return "{\\textgreater}";
    case '"': return "{\\char34}";
    case '&': return "\\&";
    case '%': return "\\%";
    case '$': return "\\$";
    case '#': return "\\#";
    case '_': return "\\_";
    case '{': return "\\{";
    case '}': return "\\}";
    case '[': return "{[}";
    case ']': return "{]}";
    case '*': return "{*}";
    case '`': return "{`}"; /* no ligatures: ``, '', --, ?` */
    case '\'': return "{'}";
    default: return NULL;
    }
}

static void put_tex(FILE *to, const char *text, bool is_figure)
{
    for (const char *c = text; *c != '\0'; c++) {
        const char *tex = tex_of(*c);
        if (*c == '-')
            fputs(is_figure && c[1] >= '0' && c[1] <= '9' ? "$-$" : c[1] == '-' ? "{-}" : "-", to);
        else if (is_figure && *c == ' ' && c[1] != '[' && c > text && c[1] != '\0')
            fputc('~', to); /* a figure and its unit stay together */
        else if (is_figure && (*c == '[' || *c == ']'))
            fputc(*c, to); /* never first in a row */
        else if (tex)
            fputs(tex, to);
        else
            fputc(*c, to);
    }
}

void write_sheet_latex(FILE *to, const struct sheet *sheet, const char *says)
{
    char text[SHEET_TEXT_SIZE];
    fprintf(to, "%% %s\n", says);
    for (size_t c = 0; c < sheet->column_count; c++)
        if (sheet->columns[c].meaning && stands(sheet, c, 0))
            fprintf(to, "%% %s: %s.\n", sheet->columns[c].title, sheet->columns[c].meaning);
    fputs("% needs \\usepackage{booktabs}\n\\begin{tabular}{@{}", to);
    for (size_t c = 0; c < sheet->column_count; c++)
        if (stands(sheet, c, 0))
            fputc(sheet_is_text(&sheet->columns[c]) ? 'l' : 'r', to);
    fputs("@{}}\n\\toprule\n", to);
    for (size_t c = 0, put = 0; c < sheet->column_count; c++)
        if (stands(sheet, c, 0)) {
            fputs(put++ > 0 ? " & " : "", to);
            put_tex(to, sheet->columns[c].title, false);
        }
    fputs(" \\\\\n\\midrule\n", to);
    for (size_t i = 0; i < sheet->row_count && !ferror(to); i++) {
        for (size_t c = 0, put = 0; c < sheet->column_count; c++)
            if (stands(sheet, c, 0)) {
                fputs(put++ > 0 ? " & " : "", to);
                put_tex(to, sheet_text(text, &sheet->columns[c], cell_at(sheet, i, c), true),
                        !sheet_is_text(&sheet->columns[c]));
            }
        fputs(" \\\\\n", to);
    }
    fputs("\\bottomrule\n\\end{tabular}\n", to);
}

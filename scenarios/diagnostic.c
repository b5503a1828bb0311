#include "scenarios/diagnostic.h"

#include <stdlib.h>
#include <string.h>

enum { KEPT = 1000, SHOWN = 20, EXCERPT = 150, BEFORE_PLACE = 60, LONGEST_BEFORE = 110 };

static size_t count_severity(const struct diagnostics *list, enum diagnostic_severity severity)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].severity == severity;
    return count;
}

size_t diagnostics_errors(const struct diagnostics *list)
{
    return count_severity(list, DIAGNOSTIC_ERROR) + list->dropped;
}

size_t diagnostics_warnings(const struct diagnostics *list)
{
    return count_severity(list, DIAGNOSTIC_WARNING);
}

size_t diagnostics_plain_errors(const struct diagnostics *list)
{
    size_t count = list->dropped;
    for (size_t i = 0; i < list->count; i++)
        count += list->items[i].severity == DIAGNOSTIC_ERROR && list->items[i].rule == NULL;
    return count;
}

bool diagnostics_are_full(const struct diagnostics *list)
{
    return list->count >= (list->most > 0 ? list->most : KEPT);
}

bool diagnostics_unreadable(const struct diagnostics *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].unreadable)
            return true;
    return false;
}

void diagnostics_free(struct diagnostics *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].file);
        free(list->items[i].path);
        free(list->items[i].message);
        free(list->items[i].source_line);
    }
    free(list->items);
    *list = (struct diagnostics){0};
}

/* Where an entry belongs: which file, where in it, which came first. */
struct rank {
    struct diagnostic item;
    size_t file, order;
};

static int by_rank(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;
    if (x->file != y->file)
        return x->file > y->file ? 1 : -1;
    if (x->item.byte != y->item.byte)
        return x->item.byte > y->item.byte ? 1 : -1;
    return (x->order > y->order) - (x->order < y->order);
}

void diagnostics_sort(struct diagnostics *list, size_t first)
{
    size_t count = list->count > first ? list->count - first : 0;
    struct rank *ranks = xalloc(count * sizeof *ranks);
    for (size_t i = 0; i < count; i++) {
        size_t same = 0;
        while (same < i && strcmp(ranks[same].item.file, list->items[first + i].file) != 0)
            same++;
        ranks[i] = (struct rank){list->items[first + i], same < i ? ranks[same].file : i, i};
    }
    qsort(ranks, count, sizeof *ranks, by_rank);
    for (size_t i = 0; i < count; i++)
        list->items[first + i] = ranks[i].item;
    free(ranks);
}

/* NULL when there is no room for more. */
static struct diagnostic *take_slot(struct diagnostics *list, enum diagnostic_severity severity)
{
    if (diagnostics_are_full(list)) {
        list->dropped += severity == DIAGNOSTIC_ERROR;
        return NULL;
    }
    if (list->count == list->capacity) {
        list->capacity = list->capacity > 0 ? 2 * list->capacity : 16;
        list->items = xrealloc(list->items, list->capacity * sizeof *list->items);
    }
    struct diagnostic *item = &list->items[list->count++];
    *item = (struct diagnostic){.severity = severity};
    return item;
}

/* `count` code points forward from `text`, at most to its end. */
static size_t skip_points(const char *text, size_t size, size_t count)
{
    size_t at = 0;
    while (at < size && count-- > 0) {
        size_t length = utf8_length(text + at, size - at);
        at += length > 0 ? length : 1;
    }
    return at;
}

/* `count` code points back from `place`, at most to the beginning. */
static size_t back_points(const char *text, size_t place, size_t count)
{
    while (place > 0 && count > 0)
        count -= (text[--place] & 0xc0) != 0x80;
    return place;
}

/* The line of the place, or a piece of it when it is long; the caret's column counts what is printed. */
static void quote_line(struct diagnostic *item, const struct source *source, struct arena *scratch)
{
    size_t size;
    const char *line = source_line(source, item->line, &size);
    size_t place = item->byte - (size_t)(line - source->text);
    place = place < size ? place : size;
    size_t from = back_points(line, place, LONGEST_BEFORE);
    if (from > 0)
        from = back_points(line, place, BEFORE_PLACE);
    size_t to = from + skip_points(line + from, size - from, EXCERPT);
    char *piece = arena_take(scratch, to - from + 1);
    for (size_t i = from; i < to; i++)
        piece[i - from] = line[i] == '\t' ? ' ' : line[i]; /* one column, like every other character */
    char *head = text_visible(scratch, piece, place - from);
    char *tail = text_visible(scratch, piece + (place - from), to - place);
    const char *cut_left = from > 0 ? "..." : "", *cut_right = to < size ? "..." : "";
    item->source_line = xformat("%s%s%s%s", cut_left, head, tail, cut_right);
    item->caret = (int)strlen(cut_left) + 1;
    for (size_t i = 0; head[i] != '\0'; i++)
        item->caret += (head[i] & 0xc0) != 0x80;
}

static char *visible_copy(struct arena *scratch, const char *text)
{
    return xtext(text_visible(scratch, text, strlen(text)));
}

/* What others wrote may be as long as they like; who reads a message wants its beginning. */
static char *shortened(char *text)
{
    enum { LONGEST = 2000 };
    size_t length = strlen(text);
    if (length <= LONGEST)
        return text;
    size_t end = LONGEST;
    while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
        end--;
    char *shorter = xformat("%.*s ... (%zu bytes)", (int)end, text, length);
    free(text);
    return shorter;
}

static void fill_texts(struct diagnostic *item, const char *file, const char *path, char *message)
{
    struct arena *scratch = arena_create();
    item->file = visible_copy(scratch, file);
    item->path = shortened(visible_copy(scratch, path));
    item->message = shortened(visible_copy(scratch, message));
    arena_free(scratch);
    free(message);
}

struct diagnostic *diagnostics_add(struct diagnostics *list, enum diagnostic_severity severity, bool unreadable,
                                   struct place place, const char *path, const char *format, va_list arguments)
{
    struct diagnostic *item = take_slot(list, severity);
    if (item == NULL)
        return NULL;
    item->unreadable = unreadable;
    fill_texts(item, place.source->name, path, xvformat(format, arguments));
    struct position start = source_position(place.source, place.at), end = source_position(place.source, place.end);
    item->line = start.line;
    item->column = start.column;
    item->end_line = end.line;
    item->end_column = end.column;
    item->byte = place.at;
    item->end_byte = place.end;
    struct arena *scratch = arena_create();
    quote_line(item, place.source, scratch);
    arena_free(scratch);
    return item;
}

void diagnostics_add_file(struct diagnostics *list, const char *file, bool unreadable, const char *format, ...)
{
    struct diagnostic *item = take_slot(list, DIAGNOSTIC_ERROR);
    if (item == NULL)
        return;
    item->unreadable = unreadable;
    va_list arguments;
    va_start(arguments, format);
    fill_texts(item, file, "", xvformat(format, arguments));
    va_end(arguments);
}

void diagnostics_warn_file(struct diagnostics *list, const char *file, const char *format, ...)
{
    struct diagnostic *item = take_slot(list, DIAGNOSTIC_WARNING);
    if (item == NULL)
        return;
    va_list arguments;
    va_start(arguments, format);
    fill_texts(item, file, "", xvformat(format, arguments));
    va_end(arguments);
}

void diagnostics_add_line(struct diagnostics *list, const char *file, int line, const char *format, ...)
{
    struct diagnostic *item = take_slot(list, DIAGNOSTIC_ERROR);
    if (item == NULL)
        return;
    item->line = item->end_line = line;
    item->column = item->end_column = 1;
    va_list arguments;
    va_start(arguments, format);
    fill_texts(item, file, "", xvformat(format, arguments));
    va_end(arguments);
}

static void print_one(const struct diagnostic *item, FILE *to, bool color)
{
    bool is_error = item->severity == DIAGNOSTIC_ERROR;
    const char *bold = color ? "\033[1m" : "", *plain = color ? "\033[0m" : "";
    const char *tint = !color ? "" : is_error ? "\033[1;31m" : "\033[1;35m";
    fprintf(to, "%s%s:", bold, item->file);
    if (item->line > 0)
        fprintf(to, "%d:%d:", item->line, item->column);
    fprintf(to, "%s %s%s:%s ", plain, tint, is_error ? "error" : "warning", plain);
    if (item->path[0] != '\0')
        fprintf(to, "%s%s:%s ", bold, item->path, plain);
    fprintf(to, "%s\n", item->message);
    if (item->source_line == NULL)
        return;
    fprintf(to, "  %s\n  %*s%s^%s\n", item->source_line, item->caret - 1, "", tint, plain);
}

static void print_severity(const struct diagnostics *list, enum diagnostic_severity severity, FILE *to, bool color)
{
    size_t total = severity == DIAGNOSTIC_ERROR ? diagnostics_errors(list) : diagnostics_warnings(list);
    size_t shown = 0;
    for (size_t i = 0; i < list->count && shown < SHOWN; i++) {
        if (list->items[i].severity != severity)
            continue;
        print_one(&list->items[i], to, color);
        shown++;
    }
    if (total > shown)
        fprintf(to, "... and %zu more %s%s\n", total - shown, severity == DIAGNOSTIC_ERROR ? "error" : "warning",
                total - shown > 1 ? "s" : "");
}

void diagnostics_print(const struct diagnostics *list, FILE *to, bool color)
{
    print_severity(list, DIAGNOSTIC_ERROR, to, color);
    print_severity(list, DIAGNOSTIC_WARNING, to, color);
}

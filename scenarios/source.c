#include "scenarios/source.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct source *source_keep(struct arena *arena, const char *name, const char *text, size_t size)
{
    size_t line_count = 1;
    for (size_t i = 0; i < size; i++)
        line_count += text[i] == '\n';
    size_t *lines = arena_array(arena, line_count, sizeof *lines);
    size_t line = 1;
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\n')
            lines[line++] = i + 1;
    struct source *source = arena_take(arena, sizeof *source);
    *source = (struct source){arena_text(arena, name), text, size, lines, line_count};
    return source;
}

const struct source *source_copy(struct arena *arena, const char *name, const char *text, size_t size)
{
    char *copy = arena_take(arena, size + 1);
    if (size > 0)
        memcpy(copy, text, size);
    return source_keep(arena, name, copy, size);
}

/* All of an open file into *bytes (malloc'ed, whatever happens). NULL, or why not. */
static const char *read_all(FILE *file, size_t limit, char **bytes, size_t *size)
{
    size_t room = 64 * 1024;
    *bytes = xalloc(room);
    *size = 0;
    for (;;) {
        size_t got = fread(*bytes + *size, 1, room - *size, file);
        *size += got;
        if (*size > limit)
            return "is too large";
        if (*size < room)
            return ferror(file) ? strerror(errno) : NULL;
        room *= 2;
        *bytes = xrealloc(*bytes, room);
    }
}

/* ---- what was read ---- */

struct file_id {
    dev_t device;
    ino_t number;
};

static struct {
    pthread_mutex_t lock;
    void *files; /* a tree, since batches read thousands */
} were_read = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int by_file(const void *a, const void *b)
{
    const struct file_id *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->device != y->device ? x->device < y->device ? -1 : 1 : 0;
}

static void remember(const struct stat *file)
{
    struct file_id *id = xalloc(sizeof *id);
    *id = (struct file_id){file->st_dev, file->st_ino};
    pthread_mutex_lock(&were_read.lock);
    struct file_id *const *kept = tsearch(id, &were_read.files, by_file);
    pthread_mutex_unlock(&were_read.lock);
    if (kept == NULL)
        arena_exhausted();
    else if (*kept != id)
        free(id);
}

bool source_was_read(const struct stat *file)
{
    const struct file_id id = {file->st_dev, file->st_ino};
    pthread_mutex_lock(&were_read.lock);
    bool was = S_ISREG(file->st_mode) && tfind(&id, &were_read.files, by_file) != NULL;
    pthread_mutex_unlock(&were_read.lock);
    return was;
}

/* ---- reading ---- */

const struct source *source_read(struct arena *arena, const char *path, size_t limit, const char **why)
{
    bool is_stdin = strcmp(path, "-") == 0;
    if (is_stdin && feof(stdin)) {
        *why = "was read already: stdin can be named once";
        return NULL;
    }
    FILE *file = is_stdin ? stdin : fopen(path, "rb");
    if (file == NULL && errno == ENOMEM)
        arena_exhausted();
    if (file == NULL) {
        *why = arena_format(arena, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    const struct source *source = NULL;
    struct stat status;
    bool has_status = fstat(fileno(file), &status) == 0;
    if (has_status && S_ISREG(status.st_mode))
        remember(&status);
    if (has_status && S_ISDIR(status.st_mode)) {
        *why = "is a directory: name the files in it";
    } else {
        char *bytes;
        size_t size;
        const char *problem = read_all(file, limit, &bytes, &size);
        if (problem == NULL)
            source = source_copy(arena, path, bytes, size);
        else if (size > limit)
            *why = arena_format(arena, "is larger than %zu MiB, more than is read here", limit >> 20);
        else
            *why = arena_format(arena, "cannot be read: %s", problem);
        free(bytes);
    }
    if (!is_stdin)
        fclose(file);
    return source;
}

static int clamped(size_t value)
{
    return value < INT_MAX ? (int)value : INT_MAX;
}

static size_t line_of(const struct source *source, size_t at)
{
    size_t low = 0, high = source->line_count; /* the line lies in [low, high) */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    return low;
}

struct position source_position(const struct source *source, size_t at)
{
    size_t line = line_of(source, at);
    size_t column = 1;
    for (size_t i = source->lines[line]; i < at; i++)
        column += (source->text[i] & 0xc0) != 0x80;
    return (struct position){clamped(line + 1), clamped(column)};
}

const char *source_line(const struct source *source, int line, size_t *size)
{
    size_t from = source->lines[line - 1];
    size_t to = (size_t)line < source->line_count ? source->lines[line] - 1 : source->size;
    if (to > from && source->text[to - 1] == '\r')
        to--;
    *size = to - from;
    return source->text + from;
}

size_t utf8_length(const char *text, size_t size)
{
    const unsigned char *s = (const unsigned char *)text;
    if (size == 0)
        return 0;
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    bool is_overlong = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xf0 && s[1] < 0x90);
    bool is_surrogate = s[0] == 0xed && s[1] >= 0xa0;
    bool is_beyond = s[0] == 0xf4 && s[1] >= 0x90;
    return is_overlong || is_surrogate || is_beyond ? 0 : length;
}

static uint32_t code_point(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    switch (length) {
    case 1: return s[0];
    case 2: return (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
    case 3: return (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
    default: return (s[0] & 0x07U) << 18 | (s[1] & 0x3fU) << 12 | (s[2] & 0x3fU) << 6 | (s[3] & 0x3fU);
    }
}

bool text_is_hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C || c == 0x180E ||
           (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
           c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

char *text_visible(struct arena *arena, const char *text, size_t size)
{
    char *shown = arena_take(arena, 6 * size + 1), *to = shown;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_length(text + i, size - i);
        uint32_t c = length > 0 ? code_point(text + i, length) : (unsigned char)text[i];
        if (length == 0)
            to += sprintf(to, "\\x%02x", c);
        else if (text_is_hidden(c))
            to += sprintf(to, "\\u%04x", c);
        else
            to = (char *)mempcpy(to, text + i, length);
        i += length > 0 ? length : 1;
    }
    *to = '\0';
    return shown;
}

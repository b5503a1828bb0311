/* A file in memory, and places in it. */
#ifndef BAKEOFF_SCENARIOS_SOURCE_H
#define BAKEOFF_SCENARIOS_SOURCE_H

#include "scenarios/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Belongs to the arena it was read into. */
struct source {
    const char *name; /* as named by the user; "-" is stdin */
    const char *text; /* `size` bytes and a '\0' after them; there may be others among them */
    size_t size;
    const size_t *lines; /* where each line begins; line_count >= 1 */
    size_t line_count;
};

/* Reads a whole file ("-": stdin), a pipe or a device too, but no directory and no more than `limit` bytes.
 * NULL when it cannot: then *why says so, in the arena. */
const struct source *source_read(struct arena *arena, const char *path, size_t limit, const char **why);

/* Is it a regular file that source_read() has read since the program began? Such a file is not to be written over. */
struct stat;
bool source_was_read(const struct stat *file);

/* The same as source_read() from memory; the bytes are copied. */
const struct source *source_copy(struct arena *arena, const char *name, const char *text, size_t size);

/* 1-based; the column counts code points (bytes that begin one). `at` <= size. */
struct position {
    int line, column;
};
struct position source_position(const struct source *source, size_t at);

/* The bytes of a line, 1-based, without its end. */
const char *source_line(const struct source *source, int line, size_t *size);

/* Bytes of the UTF-8 sequence that begins at `text`, 0 if there is none in those `size` bytes: overlong forms,
 * surrogates and what lies above U+10FFFF are none. */
size_t utf8_length(const char *text, size_t size);

/* Does a terminal obey it, hide it, or let it turn the text around it? Controls, zero-width characters, direction marks, tags. */
bool text_is_hidden(uint32_t code_point);

/* `size` bytes with everything that a terminal might obey or hide written as \xNN or \uNNNN: control characters, bytes
 * that are no UTF-8, marks that turn the direction of text. For names and words that others wrote. */
char *text_visible(struct arena *arena, const char *text, size_t size);

#endif

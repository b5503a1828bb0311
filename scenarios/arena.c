#include "scenarios/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 64 * 1024, EXIT_OUT_OF_MEMORY = 3 };

struct block {
    struct block *older;
    size_t size, used;
    max_align_t bytes[]; /* of `size` bytes */
};

struct arena {
    struct block *newest;
};

_Noreturn void arena_exhausted(void)
{
    fputs("bakeoff: error: out of memory\n", stderr);
    exit(EXIT_OUT_OF_MEMORY);
}

void *xalloc(size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);
    if (memory == NULL)
        arena_exhausted();
    return memory;
}

void *xrealloc(void *memory, size_t size)
{
    void *moved = realloc(memory, size > 0 ? size : 1);
    if (moved == NULL)
        arena_exhausted();
    return moved;
}

char *xtext(const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(xalloc(size), text, size);
}

char *xvformat(const char *format, va_list arguments)
{
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        arena_exhausted();
    return text;
}

char *xformat(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = xvformat(format, arguments);
    va_end(arguments);
    return text;
}

struct arena *arena_create(void)
{
    struct arena *arena = xalloc(sizeof *arena);
    arena->newest = NULL;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    for (struct block *block = arena->newest, *older; block != NULL; block = older) {
        older = block->older;
        free(block);
    }
    free(arena);
}

void *arena_take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        arena_exhausted();
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    struct block *block = arena->newest;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        block = xalloc(sizeof *block + room);
        *block = (struct block){.older = arena->newest, .size = room};
        arena->newest = block;
    }
    void *memory = (char *)block->bytes + block->used;
    block->used += size;
    return memset(memory, 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / 2 / size)
        arena_exhausted();
    return arena_take(arena, count * size);
}

char *arena_text(struct arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    return memcpy(arena_take(arena, size), text, size);
}

char *arena_format(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = xvformat(format, arguments);
    va_end(arguments);
    char *kept = arena_text(arena, text);
    free(text);
    return kept;
}

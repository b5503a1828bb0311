/* Memory that is given back all at once, and the one place where running out of it ends the program.
 *
 * What a scenario points to lies in one arena; what only reading needs lies in another. Nothing in an arena is
 * freed by itself. Out of memory: a message on stderr and exit 3, here and nowhere else on this floor. */
#ifndef BAKEOFF_SCENARIOS_ARENA_H
#define BAKEOFF_SCENARIOS_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_create(void);
void arena_free(struct arena *arena); /* NULL is fine */

/* Zeroed, aligned for any type. Valid until arena_free(). */
void *arena_take(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* malloc, realloc and friends that never return NULL; the caller frees. */
void *xalloc(size_t size);
void *xrealloc(void *memory, size_t size);
char *xtext(const char *text);
char *xformat(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvformat(const char *format, va_list arguments) __attribute__((format(printf, 1, 0)));

/* The end of the program, for memory that a library could not get. */
_Noreturn void arena_exhausted(void);

#endif

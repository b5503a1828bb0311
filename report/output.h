/* A file that appears under its name whole or not at all: written beside it under a name of its own, synced,
 * renamed. What is no regular file (a device, a pipe) is written directly. "-" is stdout, which stays open and
 * whose last flush is checked where the program ends. */
#ifndef BAKEOFF_REPORT_OUTPUT_H
#define BAKEOFF_REPORT_OUTPUT_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Zero-initialise. `file` is NULL while nothing is open. */
struct output {
    FILE *file;
    char *path;      /* as the user named it */
    char *final;     /* symbolic links resolved; NULL when written directly */
    char *temporary; /* beside it */
};

/* What takes the place of a file that the program reads, or of another output that is open, is refused with this
 * errno, which no call of a file gives. */
enum { OUTPUT_IS_TAKEN = EALREADY };

/* All return 0, or -1 with errno set; nothing then stays behind but what was there before. */
int output_open(struct output *output, const char *path);
int output_open_in(struct output *output, const char *directory, const char *name);
int output_commit(struct output *output);

/* Would both be one file? Never of stdout. */
bool output_is_same(const char *a, const char *b);

/* Why writing failed, for people. */
const char *output_reason(int error);

/* Removes what was written; harmless when nothing is open. */
void output_abandon(struct output *output);

/* A whole file at once. */
int output_put(const char *path, const void *bytes, size_t size);

/* All of it to an open file, from its position or from `at` on. */
int output_write(int fd, const void *bytes, size_t size);
int output_write_at(int fd, const void *bytes, size_t size, uint64_t at);

/* Is it the name of a half-written file whose program is gone? Of other hosts' programs nothing is known: theirs are not. */
bool output_is_abandoned(const char *name);

/* mkdir -p; new folders are there after a crash of the machine. */
int output_make_directory(const char *path);

/* Lets the names in the folder of a path survive a crash of the machine, where it can be synced. */
void output_sync_folder(const char *path);

/* Flushes; 0 also when the reader of a pipe has gone away, which is its right. */
int output_flush(FILE *file);

#endif

/* The smallest pieces of what machines read: numbers, CSV cells, JSON. Errors stay in the stream (ferror). */
#ifndef BAKEOFF_REPORT_EMIT_H
#define BAKEOFF_REPORT_EMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* The shortest of %.15g, %.16g, %.17g that reads back equal; -0 is 0. Not for NaN or infinities. Returns text. */
enum { NUMBER_SIZE = 32 };
char *emit_number(char text[NUMBER_SIZE], double value);

/* CSV cells. Text is quoted only where it must be; a number that is not there is an empty cell. */
void csv_put_text(FILE *to, const char *text);
void csv_put_number(FILE *to, double value);

/* JSON as it comes, nothing kept but the depth. Members below `lines` levels stand on one line.
 * Start with {.to = file, .lines = n}. Strings are UTF-8; what is not becomes U+FFFD. */
struct json {
    FILE *to;
    int lines;
    bool is_ascii;    /* escape everything beyond it, for pasting into a terminal */
    bool is_embedded; /* escape <, for a script element of a page */
    int depth;
    bool has_member, has_key;
};
void json_begin(struct json *json, char bracket); /* '{' or '[' */
void json_end(struct json *json, char bracket);   /* '}' or ']' */
void json_key(struct json *json, const char *key);
void json_string(struct json *json, const char *text); /* NULL is null */
void json_number(struct json *json, double value);     /* NaN and infinities are null */
void json_integer(struct json *json, uint64_t value);
void json_flag(struct json *json, bool value);
/* A key and its value. */
void json_member_text(struct json *json, const char *key, const char *text);
void json_member_number(struct json *json, const char *key, double value);
void json_member_integer(struct json *json, const char *key, uint64_t value);
/* Members of an object, or a value after a key, written in the program itself: JSON with ' for " and ` for '. */
void json_literal(struct json *json, const char *text);

/* One code point of UTF-8 at `text` into *code; U+FFFD for what is none. Returns the bytes it took, 0 at the end. */
size_t utf8_next(const char *text, uint32_t *code);

/* Writes a name from a file for a person's terminal: control characters, invisible ones and those that turn the
 * writing direction appear as \u001b or \u202e. Always terminated. Returns text. */
char *emit_visible(char *text, size_t size, const char *name);

#endif

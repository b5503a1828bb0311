/* Reading by the tables of scenarios/keys.h. */
#ifndef BAKEOFF_SCENARIOS_READER_H
#define BAKEOFF_SCENARIOS_READER_H

#include "scenarios/json.h"
#include "scenarios/keys.h"

#include <stdint.h>

/* What one reading shares. The includes are remembered, for the hash. */
struct reader {
    struct diagnostics *diagnostics;
    struct arena *arena;   /* of what outlives the reading */
    struct arena *scratch; /* of sources and trees */
    struct include *includes;
    bool is_sealed;  /* no file may be opened */
    bool is_checked; /* checked, not run: what AWS takes and only a run refuses is a warning */
    /* The rule of lint that what is wrong from here on rests on (see struct diagnostic), NULL: none; and that of values
     * out of bounds and of keys that AWS requires. */
    const char *rule, *bounds_rule;
};

struct reader reader_begin(struct diagnostics *diagnostics, struct arena *arena);
void reader_end(struct reader *reader);

/* ---- files ---- */

/* The JSON document at `path`, or NULL after a diagnostic. */
const struct json *reader_open(struct reader *reader, const char *path);
const struct json *reader_open_text(struct reader *reader, const char *name, const char *text, size_t size);

/* The file that a text value names, relative to the file that the value stands in; NULL after a diagnostic at that
 * value. It joins the includes. Files that are included include nothing themselves. */
const struct source *reader_include(struct reader *reader, const struct json *name, size_t limit);
const struct json *reader_include_json(struct reader *reader, const struct json *name);

/* SHA-256 of the document and, in the order in which it names them, of the files it includes, one after another. */
void reader_hash(const struct reader *reader, const struct json *root, char hex[65]);

/* ---- messages ---- */

/* At the value; at the name of a member; for a member that an object lacks. `path` is made from the place. */
void reader_error(struct reader *reader, const struct json *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void reader_error_name(struct reader *reader, const struct json *member, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void reader_error_missing(struct reader *reader, const struct json *object, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void reader_warn(struct reader *reader, const struct json *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void reader_warn_name(struct reader *reader, const struct json *member, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* json_shown in the scratch arena. */
const char *reader_shown(struct reader *reader, const struct json *value);

/* `, did you mean "x"?` or nothing; for the end of a message. */
const char *reader_hint(struct reader *reader, const char *nearest);

/* ---- tables ---- */

/* A table and the struct that its rows fill. */
struct key_sheet {
    const struct key_table *table;
    void *into;
};

/* Reads an object by its tables: type, bounds, words, required and unknown keys, rules; in a scenario keys that begin with "//"
 * are gone before (json_drop_comments), in AWS's own files they are unknown like others. Returns false after any error; what
 * is good is filled in all the same. */
bool reader_object(struct reader *reader, const struct json *object, const struct key_sheet *sheets, size_t count);
bool reader_table(struct reader *reader, const struct json *object, const struct key_table *table, void *into);

/* One value by one row: what reader_object does for a key that is there. */
bool reader_value(struct reader *reader, const struct json *value, const struct key *key, void *field);

/* `value` must be of that type, or there is an error. `what` fills "must be %s". */
bool reader_is_object(struct reader *reader, const struct json *value, const char *what);
bool reader_is_list(struct reader *reader, const struct json *value, const char *what);
bool reader_is_free_name(struct reader *reader, const struct json *member); /* no "*", no "(mix)", not empty */
bool reader_is_text(struct reader *reader, const struct json *value, const char *what);

#endif

/* Reading by table: the keys of every JSON object that bakeoff understands are rows of a const table, so that a key is
 * described once, for reading, for its messages, and for whoever prints the tables (a schema, a manual).
 *
 * Adding a key: one row, with the offset of the field it fills. */
#ifndef BAKEOFF_SCENARIOS_READER_H
#define BAKEOFF_SCENARIOS_READER_H

#include "scenarios/json.h"

#include <stdint.h>

/* What one reading shares. The includes are remembered, for the hash. */
struct reader {
    struct diagnostics *diagnostics;
    struct arena *arena;   /* of what outlives the reading */
    struct arena *scratch; /* of sources and trees */
    struct include *includes;
    bool is_sealed;  /* no file may be opened */
    bool is_checked; /* checked, not run: what AWS takes and only a run refuses is a warning */
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

enum key_type {
    KEY_NUMBER,  /* double, times `scale` */
    KEY_INTEGER, /* int */
    KEY_WHOLE,   /* uint64_t, up to 2^53 */
    KEY_TIME,    /* int64_t microseconds from seconds */
    KEY_FLAG,    /* bool */
    KEY_TEXT,    /* const char *, low..high characters */
    KEY_NAME,    /* const char *, a SageMaker name: 1-63 letters, digits and hyphens */
    KEY_WORD,    /* an enum (or int): the index into `words` */
    KEY_OBJECT,  /* the table `inside`, its fields counted from this one's offset */
    KEY_VALUE,   /* const struct json *: whoever reads the table looks at it */
    KEY_OWN,     /* `read` does it */
    KEY_UNUSED   /* accepted, for AWS's keys that change nothing here */
};

struct key {
    const char *name;
    enum key_type type;
    size_t at;        /* offset of the field */
    const char *unit; /* "s", "ms", "USD", ... for people; KEY_OWN may use it */
    double scale;     /* KEY_NUMBER: file's number x scale = field; 0 counts as 1 */
    double low, high; /* inclusive, in the file's unit; both 0: no bounds */
    bool low_open;    /* low itself is refused */
    bool required;
    const char *fallback; /* its value in JSON when it is absent; NULL: the field stays as it is */
    const char *const *words;
    size_t word_count;
    const struct key_table *inside;
    bool (*read)(struct reader *reader, const struct json *value, const struct key *key, void *field);
    const char *meaning;
};

struct key_table {
    const char *name; /* what the object is, for messages: "an alarm" */
    const struct key *keys;
    size_t count;
};

#define KEY_COUNT(keys) (sizeof(keys) / sizeof *(keys))
#define KEY_WORDS(names) .words = (names), .word_count = KEY_COUNT(names)

/* A table and the struct that its rows fill. */
struct key_sheet {
    const struct key_table *table;
    void *into;
};

/* Reads an object by its tables: type, bounds, words, required and unknown keys; in a scenario keys that begin with "//"
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

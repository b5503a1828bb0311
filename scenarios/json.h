/* JSON, strictly (RFC 8259), with the place of every value.
 *
 * cJSON parses; before it, a scan refuses what cJSON lets pass (007, 1., invalid UTF-8, raw control characters) or
 * silently changes (1e999, "\u0000", numbers of more than 63 characters), and duplicate names, of which cJSON keeps
 * the first. The scan also leaves a tree of places beside cJSON's tree of values. */
#ifndef BAKEOFF_SCENARIOS_JSON_H
#define BAKEOFF_SCENARIOS_JSON_H

#include "scenarios/arena.h"
#include "scenarios/diagnostic.h"
#include "scenarios/source.h"

#include <cjson/cJSON.h>

enum { JSON_MAX_DEPTH = 100, JSON_MAX_BYTES = 16 << 20 };

/* One value and where it stands. Belongs to the arena of its document. */
struct json {
    const cJSON *item; /* type and value; item->string is its name in an object */
    const struct json_document *document;
    const struct json *parent, *child, *next; /* child: the first; next: the following sibling */
    size_t index;                             /* among its siblings */
    size_t at, end;                           /* bytes [at, end) of the source */
    size_t name_at, name_end;                 /* of its name in an object, quotes included */
};

struct json_document {
    const struct source *source;
    struct json *root;
    cJSON *items; /* freed by json_close() */
};

/* Reads the source. Everything wrong goes to the diagnostics; NULL when there is nothing to go on with. What the
 * grammar allows but we do not (a number out of range, "\u0000", a name given twice) is an error, and reading goes
 * on. json_close() when done, before the arena goes. */
struct json_document *json_open(struct arena *arena, const struct source *source, struct diagnostics *diagnostics);
void json_close(struct json_document *document); /* NULL is fine */

/* Takes every member whose name begins with "//" out of the document, whatever it holds: they are comments. */
void json_drop_comments(const struct json_document *document);
static inline bool json_is_comment_name(const char *name)
{
    return name[0] == '/' && name[1] == '/';
}

/* The member of that name (to the letter), or NULL; `object` may be anything, NULL too, so that calls nest. */
const struct json *json_get(const struct json *object, const char *name);

static inline bool json_is_object(const struct json *value)
{
    return cJSON_IsObject(value->item);
}
static inline bool json_is_list(const struct json *value)
{
    return cJSON_IsArray(value->item);
}
static inline bool json_is_text(const struct json *value)
{
    return cJSON_IsString(value->item);
}
static inline bool json_is_number(const struct json *value)
{
    return cJSON_IsNumber(value->item);
}
static inline const char *json_text(const struct json *value) /* of a text */
{
    return value->item->valuestring;
}
static inline double json_number(const struct json *value) /* of a number */
{
    return value->item->valuedouble;
}
static inline const char *json_name(const struct json *value) /* of a member of an object */
{
    return value->item->string;
}
size_t json_count(const struct json *value); /* children */

/* "alarms[1].Period"; names that are no plain words are written as ["a b"]. `leaf` (may be NULL) is the name of a
 * member that is not there. */
const char *json_path(struct arena *arena, const struct json *value, const char *leaf);

struct place json_place(const struct json *value);
struct place json_name_place(const struct json *value); /* of its name, in an object */

/* A value as a message quotes it: scalars as they were written, cut when long; "an object", "a list". */
const char *json_shown(struct arena *arena, const struct json *value);

#endif

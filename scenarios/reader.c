#include "scenarios/reader.h"

#include "scenarios/nearest.h"
#include "scenarios/sha256.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One file that was opened; `named_by` is NULL for those the user named. */
struct include {
    const struct json *named_by;
    const struct source *source;
    struct json_document *document; /* NULL for CSV */
    struct include *earlier;
};

struct reader reader_begin(struct diagnostics *diagnostics, struct arena *arena)
{
    return (struct reader){.diagnostics = diagnostics, .arena = arena, .scratch = arena_create()};
}

void reader_end(struct reader *reader)
{
    for (struct include *include = reader->includes; include != NULL; include = include->earlier)
        json_close(include->document);
    arena_free(reader->scratch);
    reader->includes = NULL;
    reader->scratch = NULL;
}

/* ---- files ---- */

static struct include *remember(struct reader *reader, const struct source *source, const struct json *named_by)
{
    struct include *include = arena_take(reader->scratch, sizeof *include);
    *include = (struct include){.named_by = named_by, .source = source, .earlier = reader->includes};
    reader->includes = include;
    return include;
}

static const struct json *open_json(struct reader *reader, struct include *include)
{
    include->document = json_open(reader->scratch, include->source, reader->diagnostics);
    return include->document != NULL ? include->document->root : NULL;
}

const struct json *reader_open(struct reader *reader, const char *path)
{
    const char *why;
    const struct source *source = source_read(reader->scratch, path, JSON_MAX_BYTES, &why);
    if (source == NULL) {
        diagnostics_add_file(reader->diagnostics, path, true, "%s", why);
        return NULL;
    }
    return open_json(reader, remember(reader, source, NULL));
}

const struct json *reader_open_text(struct reader *reader, const char *name, const char *text, size_t size)
{
    return open_json(reader, remember(reader, source_copy(reader->scratch, name, text, size), NULL));
}

static void add(struct reader *reader, enum diagnostic_severity severity, bool unreadable, struct place place,
                const char *path, const char *format, ...) __attribute__((format(printf, 6, 7)));
static void add(struct reader *reader, enum diagnostic_severity severity, bool unreadable, struct place place,
                const char *path, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diagnostics_add(reader->diagnostics, severity, unreadable, place, path, format, arguments);
    va_end(arguments);
}

const struct source *reader_include(struct reader *reader, const struct json *name, size_t limit)
{
    const char *file = json_text(name), *base = name->document->source->name;
    const char *slash = strrchr(base, '/');
    const char *path = file;
    if (file[0] != '/' && slash != NULL)
        path = arena_format(reader->scratch, "%.*s%s", (int)(slash + 1 - base), base, file);
    const char *why = "cannot be opened from here";
    const struct source *source = NULL;
    if (strcmp(file, "-") == 0)
        why = "only the scenario itself can come from stdin";
    else if (!reader->is_sealed)
        source = source_read(reader->scratch, path, limit, &why);
    if (source == NULL) {
        add(reader, DIAGNOSTIC_ERROR, true, json_place(name), json_path(reader->scratch, name, NULL), "\"%s\" %s", path,
            why);
        return NULL;
    }
    return remember(reader, source, name)->source;
}

const struct json *reader_include_json(struct reader *reader, const struct json *name)
{
    const struct source *source = reader_include(reader, name, JSON_MAX_BYTES);
    return source != NULL ? open_json(reader, reader->includes) : NULL;
}

static int by_place(const void *a, const void *b)
{
    const struct include *x = *(const struct include *const *)a, *y = *(const struct include *const *)b;
    return (x->named_by->at > y->named_by->at) - (x->named_by->at < y->named_by->at);
}

void reader_hash(const struct reader *reader, const struct json *root, char hex[65])
{
    size_t count = 0;
    for (const struct include *include = reader->includes; include != NULL; include = include->earlier)
        count += include->named_by != NULL;
    const struct include **included = xalloc(count * sizeof *included);
    size_t i = 0;
    for (const struct include *include = reader->includes; include != NULL; include = include->earlier)
        if (include->named_by != NULL)
            included[i++] = include;
    qsort(included, count, sizeof *included, by_place);
    struct sha256 sha;
    sha256_init(&sha);
    sha256_feed(&sha, root->document->source->text, root->document->source->size);
    for (i = 0; i < count; i++)
        sha256_feed(&sha, included[i]->source->text, included[i]->source->size);
    sha256_end(&sha, hex);
    free(included);
}

/* ---- messages ---- */

static const char *path_of(struct reader *reader, const struct json *value, const char *leaf)
{
    return diagnostics_are_full(reader->diagnostics) ? "" : json_path(reader->scratch, value, leaf);
}

#define ADD_FORMATTED(severity, place, path) \
    do { \
        va_list arguments; \
        va_start(arguments, format); \
        struct diagnostic *added = \
            diagnostics_add(reader->diagnostics, severity, false, place, path, format, arguments); \
        if (added != NULL) \
            added->rule = reader->rule; \
        va_end(arguments); \
    } while (0)

void reader_error(struct reader *reader, const struct json *at, const char *format, ...)
{
    ADD_FORMATTED(DIAGNOSTIC_ERROR, json_place(at), path_of(reader, at, NULL));
}

void reader_error_name(struct reader *reader, const struct json *member, const char *format, ...)
{
    ADD_FORMATTED(DIAGNOSTIC_ERROR, json_name_place(member), path_of(reader, member, NULL));
}

void reader_error_missing(struct reader *reader, const struct json *object, const char *name, const char *format, ...)
{
    struct place place = json_place(object);
    place.end = place.at + 1;
    ADD_FORMATTED(DIAGNOSTIC_ERROR, place, path_of(reader, object, name));
}

void reader_warn(struct reader *reader, const struct json *at, const char *format, ...)
{
    ADD_FORMATTED(DIAGNOSTIC_WARNING, json_place(at), path_of(reader, at, NULL));
}

void reader_warn_name(struct reader *reader, const struct json *member, const char *format, ...)
{
    ADD_FORMATTED(DIAGNOSTIC_WARNING, json_name_place(member), path_of(reader, member, NULL));
}

const char *reader_shown(struct reader *reader, const struct json *value)
{
    return json_shown(reader->scratch, value);
}

const char *reader_hint(struct reader *reader, const char *nearest)
{
    return nearest != NULL ? arena_format(reader->scratch, ": did you mean \"%s\"?", nearest) : "";
}

/* ---- one value ---- */

static bool is_within(const struct key *key, double value)
{
    if (!key_has_bounds(key))
        return true;
    return value <= key->high && (key->low_open ? value > key->low : value >= key->low);
}

/* A number in quotes is the commonest slip, so it gets its own remedy. */
static const char *quoted_number_hint(const struct json *value)
{
    if (!json_is_text(value) || json_text(value)[0] == '\0')
        return "";
    char *end;
    strtod(json_text(value), &end);
    return *end == '\0' ? ": write it without quotes" : "";
}

/* 2^53 + 1 reads as 2^53, the bound of whole numbers. */
static bool is_rounded_down(const struct json *value)
{
    const double bound = 9007199254740992.0;
    return json_number(value) == bound &&
           strtoull(value->document->source->text + value->at, NULL, 10) > (uint64_t)bound;
}

static bool read_number(struct reader *reader, const struct json *value, const struct key *key, double *number)
{
    bool is_whole = key->type == KEY_INTEGER || key->type == KEY_WHOLE;
    bool is_good = json_is_number(value) && isfinite(json_number(value)) && is_within(key, json_number(value)) &&
                   !(is_whole && (json_number(value) != floor(json_number(value)) || is_rounded_down(value)));
    if (!is_good) {
        const char *rule = reader->rule;
        if (json_is_number(value))
            reader->rule = reader->bounds_rule;
        reader_error(reader, value, "must be a %s%s, got %s%s", is_whole ? "whole number" : "number",
                     key_bounds(reader->scratch, key), reader_shown(reader, value), quoted_number_hint(value));
        reader->rule = rule;
        return false;
    }
    *number = json_number(value);
    return true;
}

static bool store_number(const struct key *key, double number, void *field)
{
    switch (key->type) {
    case KEY_NUMBER: *(double *)field = number * (key->scale != 0.0 ? key->scale : 1.0); break;
    case KEY_INTEGER: *(int *)field = (int)fmin(number, INT_MAX); break;
    case KEY_WHOLE: *(uint64_t *)field = (uint64_t)number; break;
    default: *(int64_t *)field = llround(number * 1e6); break;
    }
    return true;
}

static size_t points_in(const char *text)
{
    size_t count = 0;
    for (size_t i = 0; text[i] != '\0'; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

static bool is_sagemaker_name(const char *name)
{
    size_t length = strlen(name);
    bool after_letter = false;
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!is_letter && !(c == '-' && i > 0))
            return false;
        after_letter = is_letter;
    }
    return length <= 63 && after_letter;
}

static bool read_text(struct reader *reader, const struct json *value, const struct key *key, const char **field)
{
    if (!reader_is_text(reader, value, "a text"))
        return false;
    const char *text = json_text(value);
    if (key->type == KEY_NAME && !is_sagemaker_name(text)) {
        reader_error(reader, value,
                     "must be 1 to 63 letters, digits and hyphens, with a letter or digit at either end, got %s",
                     reader_shown(reader, value));
        return false;
    }
    if (!is_within(key, (double)points_in(text))) {
        reader_error(reader, value, "must have%s characters, got %zu", key_bounds(reader->scratch, key),
                     points_in(text));
        return false;
    }
    *field = arena_text(reader->arena, text);
    return true;
}

static bool read_word(struct reader *reader, const struct json *value, const struct key *key, int *field)
{
    struct nearest nearest = nearest_to(json_is_text(value) ? json_text(value) : "");
    for (size_t i = 0; i < key->word_count; i++) {
        if (json_is_text(value) && strcmp(key->words[i], json_text(value)) == 0) {
            *field = (int)i;
            return true;
        }
        nearest_offer(&nearest, key->words[i]);
    }
    reader_error(reader, value, "must be %s, got %s%s", key_list(reader->scratch, key->words, key->word_count, "or"),
                 reader_shown(reader, value), reader_hint(reader, nearest_found(&nearest)));
    return false;
}

static bool read_flag(struct reader *reader, const struct json *value, bool *field)
{
    if (!cJSON_IsBool(value->item)) {
        reader_error(reader, value, "must be true or false, got %s", reader_shown(reader, value));
        return false;
    }
    *field = cJSON_IsTrue(value->item);
    return true;
}

bool reader_value(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    double number;
    switch (key->type) {
    case KEY_NUMBER:
    case KEY_INTEGER:
    case KEY_WHOLE:
    case KEY_TIME: return read_number(reader, value, key, &number) && store_number(key, number, field);
    case KEY_FLAG: return read_flag(reader, value, field);
    case KEY_TEXT:
    case KEY_NAME: return read_text(reader, value, key, field);
    case KEY_WORD: return read_word(reader, value, key, field);
    case KEY_OBJECT: return reader_table(reader, value, key->inside, field);
    case KEY_VALUE: *(const struct json **)field = value; return true;
    case KEY_OWN: return key->read(reader, value, key, field);
    case KEY_UNUSED:
    case KEY_NONE: return true;
    }
    return true;
}

/* A default is written once, in JSON, for people and for here. */
static void fall_back(const struct key *key, void *field)
{
    switch (key->type) {
    case KEY_NUMBER:
    case KEY_INTEGER:
    case KEY_WHOLE:
    case KEY_TIME: store_number(key, strtod(key->fallback, NULL), field); break;
    case KEY_FLAG: *(bool *)field = strcmp(key->fallback, "true") == 0; break;
    case KEY_WORD:
        for (size_t i = 0; i < key->word_count; i++) {
            size_t length = strlen(key->words[i]);
            if (strncmp(key->fallback + 1, key->words[i], length) == 0 && key->fallback[length + 1] == '"')
                *(int *)field = (int)i;
        }
        break;
    default: break; /* described only; whoever made the struct filled it */
    }
}

/* ---- objects ---- */

bool reader_is_object(struct reader *reader, const struct json *value, const char *what)
{
    if (!json_is_object(value))
        reader_error(reader, value, "must be %s, got %s", what, reader_shown(reader, value));
    return json_is_object(value);
}

bool reader_is_list(struct reader *reader, const struct json *value, const char *what)
{
    if (!json_is_list(value))
        reader_error(reader, value, "must be %s, got %s", what, reader_shown(reader, value));
    return json_is_list(value);
}

bool reader_is_text(struct reader *reader, const struct json *value, const char *what)
{
    if (!json_is_text(value))
        reader_error(reader, value, "must be %s, got %s", what, reader_shown(reader, value));
    return json_is_text(value);
}

bool reader_is_free_name(struct reader *reader, const struct json *member)
{
    const char *name = json_name(member);
    bool is_good = name[0] != '\0' && name[0] != '(' && strcmp(name, "*") != 0 && points_in(name) <= 255;
    if (!is_good)
        reader_error_name(reader, member,
                          "must be a name of 1 to 255 characters, not \"*\" and without a parenthesis in front");
    return is_good;
}

/* ": it takes a, b and c", where no key is near the one that was written; no more than can be taken in. */
static const char *keys_taken(struct reader *reader, const struct key_sheet *sheets, size_t count)
{
    enum { MOST = 20 };
    const char *text = "";
    size_t left = 0;
    for (size_t s = 0; s < count; s++)
        left += sheets[s].table->count;
    if (left == 0 || left > MOST || diagnostics_are_full(reader->diagnostics))
        return "";
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sheets[s].table->count; i++) {
            const char *before = *text == '\0' ? ": it takes " : left == 1 ? " and " : ", ";
            text = arena_format(reader->scratch, "%s%s%s", text, before, sheets[s].table->keys[i].name);
            left--;
        }
    return text;
}

/* An unknown key: an error that names the nearest one, which is returned, or all of them; NULL for a known key. A name
 * given twice was told by the scan. */
static const char *refuse_unknown(struct reader *reader, const struct json *member, const struct key_sheet *sheets,
                                  size_t count)
{
    struct nearest nearest = nearest_to(json_name(member));
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sheets[s].table->count; i++) {
            const char *name = sheets[s].table->keys[i].name;
            if (strcmp(name, json_name(member)) == 0)
                return NULL;
            if (!diagnostics_are_full(reader->diagnostics))
                nearest_offer(&nearest, name);
        }
    if (json_is_comment_name(json_name(member))) {
        reader_error_name(reader, member, "comments stand in scenarios: AWS's own tools refuse this key");
        return "";
    }
    const char *found = nearest_found(&nearest);
    reader_error_name(reader, member, "unknown key in %s%s", sheets[0].table->name,
                      found != NULL ? reader_hint(reader, found) : keys_taken(reader, sheets, count));
    return found != NULL ? found : "";
}

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool is_in_force(const struct json *object, const struct key_rule *rule)
{
    const struct json *when = rule->when != NULL ? json_get(object, rule->when) : NULL;
    return rule->when == NULL || (when != NULL && json_is_text(when) && strcmp(json_text(when), rule->is) == 0);
}

/* Which keys of the rule are there: their number, and the first two. */
static size_t find_given(const struct json *object, const struct key_rule *rule, const struct json *given[2])
{
    size_t count = 0;
    for (size_t i = 0; i < RULE_KEYS && rule->keys[i] != NULL; i++) {
        const struct json *member = json_get(object, rule->keys[i]);
        if (member != NULL && count < 2)
            given[count] = member;
        count += member != NULL;
    }
    return count;
}

static const char *meaning_of(const struct key_table *table, const char *name)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return table->keys[i].meaning;
    return "";
}

static bool judge_needs(struct reader *reader, const struct json *object, const struct key_table *table,
                        const struct key_rule *rule)
{
    bool is_good = true;
    if (json_get(object, rule->keys[0]) == NULL)
        return true;
    for (size_t i = 1; i < RULE_KEYS && rule->keys[i] != NULL; i++) {
        if (json_get(object, rule->keys[i]) != NULL)
            continue;
        is_good = false;
        if (rule->when != NULL)
            reader_error_missing(reader, object, rule->keys[i], "is required where %s is %s", rule->when, rule->is);
        else
            reader_error_missing(reader, object, rule->keys[i], "is required beside %s: %s", rule->keys[0],
                                 meaning_of(table, rule->keys[i]));
    }
    return is_good;
}

/* `meant`: keys that others were taken for. */
static bool judge_rule(struct reader *reader, const struct json *object, const struct key_table *table,
                       const struct key_rule *rule, const char *const *meant, size_t meant_count)
{
    const struct json *given[2];
    if (!is_in_force(object, rule) || rule->kind == RULE_SHARE)
        return true;
    if (rule->kind == RULE_NEEDS)
        return judge_needs(reader, object, table, rule);
    size_t count = find_given(object, rule, given), keys = 0;
    for (; keys < RULE_KEYS && rule->keys[keys] != NULL; keys++)
        if (is_among(rule->keys[keys], meant, meant_count))
            return true;
    if (count == 0 && rule->kind != RULE_NOT_TWO) {
        reader_error_missing(reader, object, rule->keys[0], "is required, or %s in its place",
                             key_list(reader->scratch, rule->keys + 1, keys - 1, "or"));
        return false;
    }
    if (count > 1 && rule->kind != RULE_ANY_OF) {
        reader_error_name(reader, given[1], "%s and %s exclude each other", json_name(given[0]), json_name(given[1]));
        return false;
    }
    return true;
}

static bool judge_rules(struct reader *reader, const struct json *object, const struct key_table *table,
                        const char *const *meant, size_t meant_count)
{
    bool is_good = true;
    for (const struct key_rule *rule = table->rules; rule != NULL && rule->kind != RULE_END; rule++)
        is_good &= judge_rule(reader, object, table, rule, meant, meant_count);
    return is_good;
}

bool reader_object(struct reader *reader, const struct json *object, const struct key_sheet *sheets, size_t count)
{
    if (!reader_is_object(reader, object, sheets[0].table->name))
        return false;
    /* A slip of the pen is told once: the key that it was taken for is not also missing. */
    const char **meant = arena_array(reader->scratch, json_count(object), sizeof *meant);
    size_t meant_count = 0;
    for (const struct json *member = object->child; member != NULL; member = member->next) {
        const char *found = refuse_unknown(reader, member, sheets, count);
        if (found != NULL)
            meant[meant_count++] = found;
    }
    bool is_good = meant_count == 0;
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sheets[s].table->count; i++) {
            const struct key *key = &sheets[s].table->keys[i];
            void *field = (char *)sheets[s].into + key->at;
            const struct json *value = json_get(object, key->name);
            if (key->fallback != NULL)
                fall_back(key, field);
            if (value != NULL) {
                is_good &= reader_value(reader, value, key, field);
            } else if (key->required && !is_among(key->name, meant, meant_count)) {
                const char *rule = reader->rule;
                reader->rule = reader->bounds_rule;
                reader_error_missing(reader, object, key->name, "is required: %s", key->meaning);
                reader->rule = rule;
                is_good = false;
            }
        }
    for (size_t s = 0; s < count; s++)
        is_good &= judge_rules(reader, object, sheets[s].table, meant, meant_count);
    return is_good;
}

bool reader_table(struct reader *reader, const struct json *object, const struct key_table *table, void *into)
{
    struct key_sheet sheet = {table, into};
    return reader_object(reader, object, &sheet, 1);
}

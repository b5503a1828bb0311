#include "scenarios/json.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_MAX_CHARS = 63, SHOWN_CHARS = 40 };

/* ---- the scan ---- */

struct scan {
    struct arena *arena;
    struct diagnostics *diagnostics;
    struct json_document *document;
    const char *text;
    size_t size, at;
    int depth;
    const struct json *within; /* the value that is being read, for the path */
};

/* What is wrong at [at, end). `is_json`: the grammar allows it. */
static void complain(struct scan *scan, bool is_json, size_t at, size_t end, const char *format, va_list arguments)
{
    struct place place = {scan->document->source, at, end < scan->size ? end : scan->size};
    bool is_told = scan->within != NULL && !diagnostics_are_full(scan->diagnostics);
    const char *path = is_told ? json_path(scan->arena, scan->within, NULL) : "";
    diagnostics_add(scan->diagnostics, DIAGNOSTIC_ERROR, !is_json, place, path, format, arguments);
}

static bool refuse(struct scan *scan, size_t at, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool refuse(struct scan *scan, size_t at, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(scan, false, at, at + 1, format, arguments);
    va_end(arguments);
    return false;
}

static void mind(struct scan *scan, size_t at, size_t end, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static void mind(struct scan *scan, size_t at, size_t end, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain(scan, true, at, end, format, arguments);
    va_end(arguments);
}

static char peek(const struct scan *scan)
{
    return scan->at < scan->size ? scan->text[scan->at] : '\0';
}

/* The character at hand as a message quotes it. */
static const char *seen(struct scan *scan)
{
    if (scan->at >= scan->size)
        return "the end of the file";
    if (scan->text[scan->at] == '\0')
        return "a byte 0";
    size_t length = utf8_length(scan->text + scan->at, scan->size - scan->at);
    return arena_format(scan->arena, "'%.*s'", length > 0 ? (int)length : 1, scan->text + scan->at);
}

static bool skip_blanks(struct scan *scan)
{
    while (scan->at < scan->size && scan->text[scan->at] != '\0' && strchr(" \t\n\r", scan->text[scan->at]))
        scan->at++;
    if (peek(scan) == '/' || peek(scan) == '#')
        return refuse(scan, scan->at, "JSON has no comments");
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t skip_digits(struct scan *scan)
{
    size_t from = scan->at;
    while (is_digit(peek(scan)))
        scan->at++;
    return scan->at - from;
}

static bool scan_number(struct scan *scan)
{
    size_t from = scan->at;
    scan->at += peek(scan) == '-';
    size_t first = scan->at;
    size_t whole = skip_digits(scan);
    if (whole == 0)
        return refuse(scan, scan->at, "a digit must follow the '-', got %s", seen(scan));
    size_t zeros = 0;
    while (zeros + 1 < whole && scan->text[first + zeros] == '0')
        zeros++;
    if (zeros > 0)
        return refuse(scan, first, "a number must not begin with 0: write %.*s", (int)fmin(whole - zeros, 20.0),
                      scan->text + first + zeros);
    if (peek(scan) == '.') {
        scan->at++;
        if (skip_digits(scan) == 0)
            return refuse(scan, scan->at, "a digit must follow the decimal point, got %s", seen(scan));
    }
    if (peek(scan) == 'e' || peek(scan) == 'E') {
        scan->at++;
        scan->at += peek(scan) == '+' || peek(scan) == '-';
        if (skip_digits(scan) == 0)
            return refuse(scan, scan->at, "the exponent needs a digit, got %s", seen(scan));
    }
    if (scan->at - from > NUMBER_MAX_CHARS)
        return refuse(scan, from, "a number of more than %d characters", NUMBER_MAX_CHARS);
    char digits[NUMBER_MAX_CHARS + 1] = "";
    memcpy(digits, scan->text + from, scan->at - from);
    if (isinf(strtod(digits, NULL)))
        mind(scan, from, scan->at, "the number %s is out of range", digits);
    return true;
}

/* The code unit of \uXXXX at `at`, or -1. */
static int code_unit(const struct scan *scan, size_t at)
{
    int unit = 0;
    for (size_t i = at + 2; i < at + 6; i++) {
        char c = i < scan->size ? scan->text[i] : '\0';
        const char *digits = "0123456789abcdefABCDEF", *digit = c != '\0' ? strchr(digits, c) : NULL;
        if (digit == NULL)
            return -1;
        unit = 16 * unit + (int)(digit - digits >= 16 ? digit - digits - 6 : digit - digits);
    }
    return unit;
}

static bool scan_escape(struct scan *scan)
{
    size_t at = scan->at;
    char c = at + 1 < scan->size ? scan->text[at + 1] : '\0';
    if (c != 'u') {
        if (c == '\0' || strchr("\"\\/bfnrt", c) == NULL)
            return refuse(scan, at, "no such escape in a text: write \\\\ for a backslash");
        scan->at += 2;
        return true;
    }
    int unit = code_unit(scan, at);
    if (unit < 0)
        return refuse(scan, at, "\\u takes four hexadecimal digits");
    scan->at += 6;
    if (unit == 0)
        mind(scan, at, scan->at, "\\u0000 cannot stand in a text here");
    if (unit < 0xd800 || unit > 0xdfff)
        return true;
    bool is_paired = unit < 0xdc00 && scan->at + 1 < scan->size && scan->text[scan->at] == '\\' &&
                     scan->text[scan->at + 1] == 'u' && (code_unit(scan, scan->at) & 0xfc00) == 0xdc00;
    if (!is_paired)
        return refuse(scan, at, "half of a surrogate pair");
    scan->at += 6;
    return true;
}

static bool scan_text(struct scan *scan)
{
    size_t from = scan->at++;
    while (scan->at < scan->size && scan->text[scan->at] != '"') {
        unsigned char c = (unsigned char)scan->text[scan->at];
        if (c == '\n' || c == '\r')
            return refuse(scan, scan->at, "the text that begins here is not closed on its line");
        if (c < 0x20)
            return refuse(scan, scan->at, "a control character must be written as an escape (\\u%04x)", c);
        if (c == '\\') {
            if (!scan_escape(scan))
                return false;
            continue;
        }
        size_t length = utf8_length(scan->text + scan->at, scan->size - scan->at);
        if (length == 0)
            return refuse(scan, scan->at, "byte 0x%02x is no UTF-8: save the file as UTF-8", c);
        scan->at += length;
    }
    if (scan->at == scan->size)
        return refuse(scan, from, "the text that begins here is never closed");
    scan->at++;
    return true;
}

/* A word that stands where a value should: say what was meant. */
static bool refuse_word(struct scan *scan)
{
    static const char *const words[][2] = {
        {"True", "true"}, {"TRUE", "true"}, {"False", "false"},    {"FALSE", "false"},         {"None", "null"},
        {"NULL", "null"}, {"nan", NULL},    {"NaN", NULL},         {"Infinity", NULL},         {"-Infinity", NULL},
        {"inf", NULL},    {"'", "\""},      {"undefined", "null"}, {"+", "numbers without +"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i][0]);
        if (scan->size - scan->at < length || memcmp(scan->text + scan->at, words[i][0], length) != 0)
            continue;
        if (words[i][1] == NULL)
            return refuse(scan, scan->at, "JSON has no %s", words[i][0]);
        return refuse(scan, scan->at, "JSON has no %s: write %s", words[i][0], words[i][1]);
    }
    return refuse(scan, scan->at, "expected a value, got %s", seen(scan));
}

static bool scan_word(struct scan *scan)
{
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t length = strlen(words[i]);
        if (scan->size - scan->at < length || memcmp(scan->text + scan->at, words[i], length) != 0)
            continue;
        scan->at += length;
        return true;
    }
    return refuse_word(scan);
}

static bool scan_value(struct scan *scan, struct json *value);

static struct json *new_value(struct scan *scan, const struct json *parent, size_t index)
{
    struct json *value = arena_take(scan->arena, sizeof *value);
    value->document = scan->document;
    value->parent = parent;
    value->index = index;
    value->at = value->end = scan->at;
    return value;
}

/* "name": before a member. */
static bool scan_name(struct scan *scan, struct json *member)
{
    if (peek(scan) == '}')
        return refuse(scan, scan->at, "no comma before the closing brace");
    if (peek(scan) != '"')
        return refuse(scan, scan->at, "expected a name in double quotes, got %s", seen(scan));
    member->name_at = scan->at;
    if (!scan_text(scan))
        return false;
    member->name_end = scan->at;
    scan->within = member;
    if (!skip_blanks(scan))
        return false;
    if (peek(scan) != ':')
        return refuse(scan, scan->at, "expected ':' after the name, got %s", seen(scan));
    scan->at++;
    return true;
}

static bool scan_children(struct scan *scan, struct json *value, bool is_object)
{
    char close = is_object ? '}' : ']';
    const char *what = is_object ? "object" : "list";
    size_t open = scan->at++;
    const struct json **link = &value->child;
    if (!skip_blanks(scan))
        return false;
    if (peek(scan) == close) {
        scan->at++;
        return true;
    }
    for (size_t index = 0;; index++) {
        if (scan->at >= scan->size)
            return refuse(scan, open, "the %s that begins here is never closed", what);
        struct json *child = new_value(scan, value, index);
        if (is_object && !scan_name(scan, child))
            return false;
        if (!skip_blanks(scan))
            return false;
        if (!is_object && peek(scan) == ']')
            return refuse(scan, scan->at, "no comma before the closing bracket");
        if (!scan_value(scan, child))
            return false;
        *link = child;
        link = &child->next;
        scan->within = value;
        if (!skip_blanks(scan))
            return false;
        if (scan->at >= scan->size)
            return refuse(scan, open, "the %s that begins here is never closed", what);
        if (peek(scan) == close)
            break;
        if (peek(scan) != ',')
            return refuse(scan, scan->at, "expected ',' or '%c', got %s", close, seen(scan));
        scan->at++;
        if (!skip_blanks(scan))
            return false;
    }
    scan->at++;
    return true;
}

static bool scan_value(struct scan *scan, struct json *value)
{
    scan->within = value;
    value->at = scan->at;
    char c = peek(scan);
    bool is_object = c == '{';
    bool is_good;
    if (is_object || c == '[') {
        if (scan->depth == JSON_MAX_DEPTH)
            return refuse(scan, scan->at, "nested deeper than %d", JSON_MAX_DEPTH);
        scan->depth++;
        is_good = scan_children(scan, value, is_object);
        scan->depth--;
    } else if (c == '"') {
        is_good = scan_text(scan);
    } else if (is_digit(c) || (c == '-' && scan->at + 1 < scan->size && scan->text[scan->at + 1] != 'I')) {
        is_good = scan_number(scan);
    } else {
        is_good = scan_word(scan);
    }
    value->end = scan->at;
    return is_good;
}

static bool scan_document(struct scan *scan)
{
    if (scan->size >= 3 && memcmp(scan->text, "\xef\xbb\xbf", 3) == 0)
        return refuse(scan, 0, "begins with a byte order mark: save the file as UTF-8 without one");
    if (scan->size >= 2 && (memcmp(scan->text, "\xff\xfe", 2) == 0 || memcmp(scan->text, "\xfe\xff", 2) == 0))
        return refuse(scan, 0, "is UTF-16: save the file as UTF-8");
    if (!skip_blanks(scan))
        return false;
    if (scan->at == scan->size)
        return refuse(scan, 0, "is empty: expected a JSON object");
    scan->document->root = new_value(scan, NULL, 0);
    if (!scan_value(scan, scan->document->root))
        return false;
    scan->within = NULL;
    if (!skip_blanks(scan))
        return false;
    return scan->at == scan->size || refuse(scan, scan->at, "expected the end of the file, got %s", seen(scan));
}

/* ---- cJSON's values beside our places ---- */

/* Both trees were made from the same text, so they have the same shape. */
static void pair(struct json *value, const cJSON *item)
{
    value->item = item;
    const cJSON *child_item = item->child;
    for (const struct json *child = value->child; child != NULL; child = child->next) {
        assert(child_item != NULL);
        pair((struct json *)child, child_item);
        child_item = child_item->next;
    }
    assert(child_item == NULL);
}

static int by_name(const void *a, const void *b)
{
    const struct json *x = *(const struct json *const *)a, *y = *(const struct json *const *)b;
    int order = strcmp(json_name(x), json_name(y));
    return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static void mind_duplicates(struct scan *scan, const struct json *value)
{
    size_t count = json_count(value);
    if (json_is_object(value) && count > 1) {
        const struct json **members = xalloc(count * sizeof *members);
        size_t i = 0;
        for (const struct json *child = value->child; child != NULL; child = child->next)
            members[i++] = child;
        qsort(members, count, sizeof *members, by_name);
        for (i = 1; i < count; i++) {
            if (strcmp(json_name(members[i - 1]), json_name(members[i])) != 0)
                continue;
            if (diagnostics_are_full(scan->diagnostics)) { /* finding places in long lines takes its time */
                mind(scan, 0, 0, "\"%s\" was given before", json_name(members[i]));
                continue;
            }
            int line = source_position(scan->document->source, members[i - 1]->name_at).line;
            scan->within = members[i];
            mind(scan, members[i]->name_at, members[i]->name_end, "\"%s\" was given before, in line %d: keep one",
                 json_name(members[i]), line);
        }
        free(members);
    }
    for (const struct json *child = value->child; child != NULL; child = child->next)
        mind_duplicates(scan, child);
}

struct json_document *json_open(struct arena *arena, const struct source *source, struct diagnostics *diagnostics)
{
    struct json_document *document = arena_take(arena, sizeof *document);
    document->source = source;
    struct scan scan = {
        .arena = arena, .diagnostics = diagnostics, .document = document, .text = source->text, .size = source->size};
    if (!scan_document(&scan))
        return NULL;
    document->items = cJSON_ParseWithLength(source->text, source->size);
    if (document->items == NULL) /* it takes all that the scan lets pass */
        arena_exhausted();
    pair(document->root, document->items);
    mind_duplicates(&scan, document->root);
    return document;
}

void json_close(struct json_document *document)
{
    if (document != NULL)
        cJSON_Delete(document->items);
}

/* ---- comments ---- */

static void drop_comments(struct json *value)
{
    bool is_object = json_is_object(value);
    const struct json **link = &value->child;
    while (*link != NULL) {
        struct json *child = (struct json *)*link;
        if (is_object && json_is_comment_name(json_name(child))) {
            *link = child->next;
            continue;
        }
        drop_comments(child);
        link = &child->next;
    }
}

void json_drop_comments(const struct json_document *document)
{
    drop_comments(document->root);
}

/* ---- reading ---- */

const struct json *json_get(const struct json *object, const char *name)
{
    if (object == NULL || !json_is_object(object))
        return NULL;
    for (const struct json *child = object->child; child != NULL; child = child->next)
        if (strcmp(json_name(child), name) == 0)
            return child;
    return NULL;
}

size_t json_count(const struct json *value)
{
    size_t count = 0;
    for (const struct json *child = value->child; child != NULL; child = child->next)
        count++;
    return count;
}

static bool is_plain(const char *name, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        if (!is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '_' && c != '-' && c != '/')
            return false;
    }
    return length > 0;
}

static const char *path_step(struct arena *arena, const char *before, const char *name, size_t length)
{
    if (!is_plain(name, length))
        return arena_format(arena, "%s[\"%.*s\"]", before, (int)length, name);
    return arena_format(arena, "%s%s%.*s", before, before[0] != '\0' ? "." : "", (int)length, name);
}

const char *json_path(struct arena *arena, const struct json *value, const char *leaf)
{
    const char *path = "";
    if (value->parent != NULL) {
        path = json_path(arena, value->parent, NULL);
        const char *text = value->document->source->text;
        if (value->item != NULL && value->item->string != NULL)
            path = path_step(arena, path, json_name(value), strlen(json_name(value)));
        else if (value->name_end > value->name_at) /* still scanning: as it is written */
            path = path_step(arena, path, text + value->name_at + 1, value->name_end - value->name_at - 2);
        else if (text[value->parent->at] == '[')
            path = arena_format(arena, "%s[%zu]", path, value->index);
    }
    return leaf != NULL ? path_step(arena, path, leaf, strlen(leaf)) : path;
}

struct place json_place(const struct json *value)
{
    return (struct place){value->document->source, value->at, value->end};
}

struct place json_name_place(const struct json *value)
{
    return (struct place){value->document->source, value->name_at, value->name_end};
}

const char *json_shown(struct arena *arena, const struct json *value)
{
    if (json_is_object(value))
        return "an object";
    if (json_is_list(value))
        return "a list";
    const char *text = value->document->source->text + value->at;
    size_t length = value->end - value->at, kept = 0;
    while (kept < length && kept < SHOWN_CHARS)
        kept += utf8_length(text + kept, length - kept);
    return arena_format(arena, "%.*s%s", (int)kept, text, kept < length ? "...\"" : "");
}

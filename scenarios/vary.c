#include "scenarios/vary.h"

#include "scenarios/aws_alarm.h"
#include "scenarios/aws_deployment.h"
#include "scenarios/nearest.h"
#include "scenarios/scenario_keys.h"
#include "scenarios/versions.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- KEY=V1,V2,... ---- */

/* Where `stop` first stands outside quotes and brackets, or the end. */
static const char *find_outside(const char *text, char stop)
{
    int depth = 0;
    bool is_quoted = false;
    for (; *text != '\0'; text++) {
        if (is_quoted) {
            if (*text == '\\' && text[1] != '\0')
                text++;
            else if (*text == '"')
                is_quoted = false;
            continue;
        }
        if (*text == stop && depth == 0)
            break;
        is_quoted = *text == '"';
        depth += (*text == '{' || *text == '[') - (*text == '}' || *text == ']');
    }
    return text;
}

static bool is_json(const char *text)
{
    struct diagnostics diagnostics = {0};
    struct arena *arena = arena_create();
    struct json_document *document = json_open(arena, source_copy(arena, "", text, strlen(text)), &diagnostics);
    bool is_good = document && diagnostics_errors(&diagnostics) == 0;
    json_close(document);
    arena_free(arena);
    diagnostics_free(&diagnostics);
    return is_good;
}

/* NULL where it is neither JSON nor a bare word. */
static char *read_value(const char *from, const char *to)
{
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    char *text = xformat("%.*s", (int)(to - from), from);
    if (is_json(text))
        return text;
    char *word = NULL;
    if (text[0] != '\0' && !strpbrk(text, "{}[]\"\\"))
        word = xformat("\"%s\"", text);
    free(text);
    if (word && is_json(word))
        return word;
    free(word);
    return NULL;
}

bool vary_parse(struct vary_axis *axis, const char *text, char **why)
{
    const char *equals = find_outside(text, '=');
    *axis = (struct vary_axis){0};
    *why = NULL;
    if (*equals == '\0' || equals == text) {
        *why = xformat("must be KEY=VALUE,VALUE,... as in traffic.rate_rps=10,20, got '%s'", text);
        return false;
    }
    axis->key = xformat("%.*s", (int)(equals - text), text);
    for (const char *from = equals + 1;; from++) {
        const char *to = find_outside(from, ',');
        axis->values = xrealloc(axis->values, (axis->count + 1) * sizeof *axis->values);
        axis->values[axis->count] = read_value(from, to);
        if (!axis->values[axis->count]) {
            *why = xformat("%s: '%.*s' is neither JSON nor a plain word", axis->key, (int)(to - from), from);
            return false;
        }
        for (size_t i = 0; i < axis->count && !*why; i++)
            if (strcmp(axis->values[i], axis->values[axis->count]) == 0)
                *why = xformat("%s: %s stands there twice", axis->key, axis->values[i]);
        axis->count++;
        if (*why || *to == '\0')
            return !*why;
        from = to;
    }
}

void vary_free(struct vary_axis *axis)
{
    for (size_t i = 0; i < axis->count; i++)
        free(axis->values[i]);
    free(axis->values);
    free(axis->key);
    *axis = (struct vary_axis){0};
}

/* ---- where a key leads ---- */

/* Objects whose keys are names that the file gives, each with a value that has a table. */
static const struct {
    const char *key;
    const struct key_table *table;
} maps[] = {{"versions", &versions_table}, {"policies", &aws_deployment_table}, {"alarms", &aws_alarm_table}};

/* Where a path stands: a value, and what is known of its keys. */
struct spot {
    const struct json *value;
    const struct key_table *table;    /* NULL: not known */
    const struct key_table *elements; /* of the values of a map */
};

static const struct key *find_row(const struct key_table *table, const char *name)
{
    for (size_t i = 0; table && i < table->count; i++)
        if (strcmp(table->keys[i].name, name) == 0)
            return &table->keys[i];
    return NULL;
}

static struct spot step_into(const struct spot *from, const struct json *value, const char *name)
{
    struct spot to = {.value = value};
    const struct key *row = name ? find_row(from->table, name) : NULL;
    if (from->elements)
        to.table = from->elements;
    else if (row && row->type == KEY_OBJECT)
        to.table = row->inside;
    for (size_t i = 0; name && i < sizeof maps / sizeof *maps && from->table == &scenario_table; i++)
        if (strcmp(maps[i].key, name) == 0)
            to.elements = maps[i].table;
    return to;
}

/* One step of a path: a name, or an index where `name` is NULL. *path moves behind it. */
struct path_step {
    char *name;
    size_t index;
};

static bool read_step(struct arena *arena, const char **path, bool is_first, struct path_step *step)
{
    const char *at = *path;
    *step = (struct path_step){0};
    if (*at == '[' && isdigit((unsigned char)at[1])) {
        char *end;
        step->index = strtoul(at + 1, &end, 10);
        *path = end + 1;
        return *end == ']';
    }
    if (at[0] == '[' && at[1] == '"') {
        const char *end = strstr(at, "\"]");
        end = end == at + 1 ? strstr(at + 2, "\"]") : end;
        if (!end)
            return false;
        step->name = arena_format(arena, "%.*s", (int)(end - at - 2), at + 2);
        *path = end + 2;
        return true;
    }
    if (!is_first && *at++ != '.')
        return false;
    size_t length = strcspn(at, ".[");
    step->name = arena_format(arena, "%.*s", (int)length, at);
    *path = at + length;
    return length > 0;
}

static void refuse_step(struct reader *reader, const char *key, const struct spot *at, const struct path_step *step)
{
    if (!step->name) {
        reader_error(reader, at->value, "--vary %s: has no element %zu", key, step->index);
        return;
    }
    struct nearest nearest = nearest_to(step->name);
    for (const struct json *member = json_is_object(at->value) ? at->value->child : NULL; member; member = member->next)
        nearest_offer(&nearest, json_name(member));
    for (size_t i = 0; at->table && i < at->table->count; i++)
        nearest_offer(&nearest, at->table->keys[i].name);
    if (json_get(at->value, "file"))
        reader_error(
            reader, at->value,
            "--vary %s: stands in a file of its own, which is not varied: write into the scenario what the file holds",
            key);
    else
        reader_error(reader, at->value, "--vary %s: there is no \"%s\" here%s", key, step->name,
                     reader_hint(reader, nearest_found(&nearest)));
}

static const struct json *find_child(const struct json *value, const struct path_step *step)
{
    if (step->name)
        return json_get(value, step->name);
    const struct json *child = json_is_list(value) ? value->child : NULL;
    for (size_t i = 0; child && i < step->index; i++)
        child = child->next;
    return child;
}

/* ---- putting it there ---- */

/* `size` bytes of text with [at, end) replaced. */
static char *splice(const struct source *source, size_t at, size_t end, const char *with, size_t *size)
{
    size_t length = strlen(with);
    *size = source->size - (end - at) + length;
    char *text = xalloc(*size + 1);
    memcpy(text, source->text, at);
    memcpy(text + at, with, length);
    memcpy(text + at + length, source->text + end, source->size - end);
    return text;
}

/* "name": VALUE in front of the members of an object. */
static char *insert(struct arena *arena, const struct json *object, const char *name, const char *value, size_t *size)
{
    size_t at = object->at + 1;
    const char *member = arena_format(arena, "\"%s\": %s%s", name, value, object->child ? ", " : "");
    return splice(object->document->source, at, at, member, size);
}

/* The value of a key that is not there: objects for what is left of the path, around the value. */
static const char *nest(struct arena *arena, const char *path, const char *value)
{
    struct path_step step;
    if (*path == '\0')
        return value;
    if (!read_step(arena, &path, false, &step) || !step.name)
        return NULL;
    const char *inner = nest(arena, path, value);
    return inner ? arena_format(arena, "{\"%s\": %s}", step.name, inner) : NULL;
}

static char *put(struct reader *reader, const struct json *root, const char *key, const char *value, size_t *size)
{
    struct spot spot = {.value = root, .table = &scenario_table};
    const char *path = key;
    for (bool is_first = true; *path != '\0'; is_first = false) {
        struct path_step step;
        if (!read_step(reader->scratch, &path, is_first, &step)) {
            reader_error(reader, root, "--vary %s: is no path: write it as in traffic.rate_rps or alarms[0].Period",
                         key);
            return NULL;
        }
        const struct json *child = find_child(spot.value, &step);
        if (child) {
            spot = step_into(&spot, child, step.name);
            continue;
        }
        /* A key that may be there, but is not: whatever follows it is for the reader to judge. */
        const struct key *row = step.name && json_is_object(spot.value) ? find_row(spot.table, step.name) : NULL;
        const char *nested = row && !json_get(spot.value, "file") ? nest(reader->scratch, path, value) : NULL;
        if (nested)
            return insert(reader->scratch, spot.value, step.name, nested, size);
        refuse_step(reader, key, &spot, &step);
        return NULL;
    }
    return splice(root->document->source, spot.value->at, spot.value->end, value, size);
}

/* The last word of a path where it tells the axes apart, else all of it. */
static const char *short_key(const struct variation *variations, size_t count, size_t own)
{
    const char *dot = strrchr(variations[own].key, '.');
    const char *word = dot ? dot + 1 : variations[own].key;
    for (size_t i = 0; i < count; i++) {
        const char *other = strrchr(variations[i].key, '.');
        if (i != own && strcmp(other ? other + 1 : variations[i].key, word) == 0)
            return variations[own].key;
    }
    return word;
}

/* "name rate_rps=20 CanarySize=Type:INSTANCE_COUNT,Value:1" as JSON, malloc'd. */
static char *make_name(struct arena *arena, const char *name, const struct variation *variations, size_t count)
{
    const char *text = name;
    for (size_t i = 0; i < count; i++) {
        char *value = arena_text(arena, variations[i].value), *to = value;
        for (const char *from = value; *from != '\0'; from++)
            if (!strchr("{}[]\" \t\r\n", *from))
                *to++ = *from;
        *to = '\0';
        text = arena_format(arena, "%s %s=%s", text, short_key(variations, count, i), value);
    }
    cJSON *item = cJSON_CreateString(text);
    char *json = item ? cJSON_PrintUnformatted(item) : NULL;
    if (!json)
        arena_exhausted();
    cJSON_Delete(item);
    return json;
}

/* Puts one value into a text that is freed; NULL after errors. */
static char *change(struct reader *reader, const char *name, char *text, size_t *size, const char *key,
                    const char *value)
{
    size_t errors = diagnostics_errors(reader->diagnostics);
    struct json_document *document =
        json_open(reader->scratch, source_copy(reader->scratch, name, text, *size), reader->diagnostics);
    free(text);
    text = NULL;
    bool is_good = document && diagnostics_errors(reader->diagnostics) == errors;
    if (is_good && reader_is_object(reader, document->root, "a scenario, which is a JSON object"))
        text = put(reader, document->root, key, value, size);
    json_close(document);
    return text;
}

static char *change_name(struct reader *reader, const char *file, char *text, size_t *size,
                         const struct variation *variations, size_t count)
{
    struct json_document *document =
        json_open(reader->scratch, source_copy(reader->scratch, file, text, *size), reader->diagnostics);
    const struct json *name = document ? json_get(document->root, "name") : NULL;
    char *json = name && json_is_text(name) ? make_name(reader->scratch, json_text(name), variations, count) : NULL;
    json_close(document);
    if (json) /* without one there will be an error soon enough */
        text = change(reader, file, text, size, "name", json);
    cJSON_free(json);
    return text;
}

char *vary_apply(struct reader *reader, const struct source *source, const struct variation *variations, size_t count,
                 size_t *size)
{
    char *text = xalloc(source->size + 1);
    memcpy(text, source->text, source->size);
    *size = source->size;
    bool is_named = count == 0;
    /* One after the other, each into what the one before left. */
    for (size_t i = 0; i < count && text; i++) {
        text = change(reader, source->name, text, size, variations[i].key, variations[i].value);
        is_named |= strcmp(variations[i].key, "name") == 0;
    }
    return text && !is_named ? change_name(reader, source->name, text, size, variations, count) : text;
}

#include "report/key_reference.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/scenario_keys.h"

/* One object to tell of. */
struct topic {
    const char *title;
    const struct form *form;
    const char *unit;
};

/* In the order in which they were met; those behind `told` wait. */
struct telling {
    const struct prose *prose;
    int level;
    struct arena *arena;
    struct topic *topics; /* malloc'ed */
    size_t count, told;
};

/* Its title; told later, unless it was. */
static const char *meet(struct telling *telling, const struct form *form, const char *unit)
{
    const char *title = form_title(telling->arena, form, unit);
    for (size_t i = 0; i < telling->count; i++)
        if (strcmp(telling->topics[i].title, title) == 0)
            return title;
    telling->topics = xrealloc(telling->topics, (telling->count + 1) * sizeof *telling->topics);
    telling->topics[telling->count++] = (struct topic){title, form, unit};
    return title;
}

static const char *shape_of_key(struct telling *telling, const struct key *key, const char *unit);

static const char *shape_of_cases(struct telling *telling, const struct form_case *one, const char *unit);

/* "list of defect object", "text or number": what a value looks like. */
static const char *shape(struct telling *telling, const struct form *form, const char *unit)
{
    switch (form->kind) {
    case FORM_ROW: return shape_of_key(telling, form->row, unit);
    case FORM_OBJECT:
    case FORM_CHOICE: return arena_format(telling->arena, "%s object", meet(telling, form, unit));
    case FORM_LIST: return arena_format(telling->arena, "list of %s", shape(telling, form->each, unit));
    case FORM_MEMBERS: return arena_format(telling->arena, "by name: %s", shape(telling, form->each, unit));
    case FORM_SCALAR: return "text or number";
    case FORM_NOTHING: return "not modelled";
    case FORM_FIRST: return shape_of_cases(telling, form->cases, unit);
    }
    return "";
}

static const char *shape_of_cases(struct telling *telling, const struct form_case *one, const char *unit)
{
    const char *own = shape(telling, one->form, unit);
    if (one->key == NULL)
        return own;
    const char *others = shape_of_cases(telling, one + 1, unit);
    return strncmp(others, own, strlen(own)) == 0 ? others : arena_format(telling->arena, "%s or %s", own, others);
}

static const char *shape_of_key(struct telling *telling, const struct key *key, const char *unit)
{
    unit = key->unit != NULL ? key->unit : unit;
    if (key->form != NULL)
        return shape(telling, key->form, unit);
    const struct form inside = {FORM_OBJECT, .table = key->inside};
    switch (key_shown_type(key)) {
    case KEY_NUMBER:
    case KEY_TIME: return "number";
    case KEY_INTEGER:
    case KEY_WHOLE: return "whole number";
    case KEY_FLAG: return "true or false";
    case KEY_TEXT: return "text";
    case KEY_NAME: return "name";
    case KEY_WORD: return key_list(telling->arena, key->words, key->word_count, "or");
    case KEY_OBJECT: {
        struct form *kept = arena_take(telling->arena, sizeof *kept);
        *kept = inside;
        return shape(telling, kept, unit);
    }
    default: return "anything";
    }
}

static void tell_keys(struct telling *telling, const struct key_table *table, const char *tag, const char *unit)
{
    for (size_t i = 0; i < table->count; i++) {
        const struct key *key = &table->keys[i];
        if (tag != NULL && strcmp(key->name, tag) == 0)
            continue;
        const char *note =
            arena_format(telling->arena, "%s%s", shape_of_key(telling, key, unit), key->required ? "; required" : "");
        const char *text = key_says(telling->arena, key);
        if (key->fallback != NULL && key->fallback[0] == '{')
            text = arena_format(telling->arena, "%s; if absent %s", text, key->fallback);
        prose_term(telling->prose, key->name, note, text);
    }
}

/* Behind the list of its keys. */
static void tell_rules(struct telling *telling, const struct key_table *table)
{
    const char *text = "";
    for (const struct key_rule *rule = table->rules; rule != NULL && rule->kind != RULE_END; rule++)
        text =
            arena_format(telling->arena, "%s%s%s", text, *text != '\0' ? " " : "", key_rule_says(telling->arena, rule));
    prose_text(telling->prose, text);
}

static void tell_choice(struct telling *telling, const struct topic *topic)
{
    const struct key_choice *choice = topic->form->choice;
    struct key_variant *variant = arena_take(telling->arena, sizeof *variant);
    for (size_t i = 0; choice->variant(telling->arena, topic->unit, i, variant); i++) {
        prose_text(telling->prose,
                   arena_format(telling->arena, "\"%s\": \"%s\": %s.", choice->tag, variant->word, variant->meaning));
        tell_keys(telling, &variant->table, choice->tag, topic->unit);
        if (variant->table.count > 1)
            prose_list_end(telling->prose);
        tell_rules(telling, &variant->table);
    }
    if (topic->form->beside != NULL) {
        prose_text(telling->prose, "Beside these, in each of them:");
        tell_keys(telling, topic->form->beside, NULL, topic->unit);
        prose_list_end(telling->prose);
    }
}

static void tell_object(struct telling *telling, const struct topic *topic)
{
    tell_keys(telling, topic->form->table, NULL, topic->unit);
    if (topic->form->beside != NULL)
        tell_keys(telling, topic->form->beside, NULL, topic->unit);
    prose_list_end(telling->prose);
    tell_rules(telling, topic->form->table);
}

void key_reference_write(const struct prose *prose, int level)
{
    struct telling telling = {.prose = prose, .level = level, .arena = arena_create()};
    meet(&telling, &scenario_form, NULL);
    for (; telling.told < telling.count; telling.told++) {
        const struct topic topic = telling.topics[telling.told]; /* the list may move */
        prose_heading(prose, level, topic.title);
        if (topic.form->kind == FORM_CHOICE)
            tell_choice(&telling, &topic);
        else
            tell_object(&telling, &topic);
    }
    free(telling.topics);
    arena_free(telling.arena);
}

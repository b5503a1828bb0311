#include "report/schema.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "report/pretty.h"
#include "scenarios/scenario_keys.h"

/* Objects that occur in several places, or in themselves, stand once under "definitions". */
struct draft {
    struct arena *arena;
    cJSON *definitions;
};

/* ---- small pieces ---- */

static cJSON *object_of(cJSON *value, const char *name)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddItemToObject(object, name, value);
    return object;
}

static cJSON *typed(const char *type)
{
    return object_of(cJSON_CreateString(type), "type");
}

static cJSON *words_of(const char *const *words, size_t count)
{
    return cJSON_CreateStringArray(words, (int)count);
}

/* {"required": [keys]} */
static cJSON *requires(const char *const *keys, size_t count)
{
    return object_of(words_of(keys, count), "required");
}

/* {"properties": {key: {"const": word}}, "required": [key]} */
static cJSON *says_word(const char *key, const char *word)
{
    cJSON *test = requires(&key, 1);
    cJSON_AddItemToObject(test, "properties", object_of(object_of(cJSON_CreateString(word), "const"), key));
    return test;
}

static cJSON *if_then(cJSON *test, cJSON *then)
{
    cJSON *both = object_of(test, "if");
    cJSON_AddItemToObject(both, "then", then);
    return both;
}

/* ---- scalars ---- */

static void add_bounds(cJSON *schema, const struct key *key)
{
    if (!key_has_bounds(key))
        return;
    if (isfinite(key->low))
        cJSON_AddNumberToObject(schema, key->low_open ? "exclusiveMinimum" : "minimum", key->low);
    if (isfinite(key->high))
        cJSON_AddNumberToObject(schema, "maximum", key->high);
}

/* Multiples of a step, or one of others. */
static cJSON *stepped(const struct key *key)
{
    cJSON *schema = typed("integer"), *either = cJSON_AddArrayToObject(schema, "anyOf"),
          *multiple = cJSON_CreateObject();
    cJSON_AddItemToArray(either, object_of(cJSON_CreateDoubleArray(key->others, (int)key->other_count), "enum"));
    cJSON_AddNumberToObject(multiple, "multipleOf", key->step);
    cJSON_AddNumberToObject(multiple, "minimum", key->step);
    cJSON_AddNumberToObject(multiple, "maximum", key->high);
    cJSON_AddItemToArray(either, multiple);
    return schema;
}

static cJSON *number(const struct key *key, const char *type)
{
    if (key->step > 0.0)
        return stepped(key);
    cJSON *schema = typed(type);
    add_bounds(schema, key);
    return schema;
}

static cJSON *offered(const struct key *key)
{
    cJSON *words = cJSON_CreateArray();
    for (size_t i = 0; key->offer(i) != NULL; i++)
        cJSON_AddItemToArray(words, cJSON_CreateString(key->offer(i)));
    return object_of(words, "enum");
}

static cJSON *text(const struct key *key)
{
    if (key->offer != NULL && key->offer(0) != NULL)
        return offered(key);
    cJSON *schema = typed("string");
    if (key->type == KEY_NAME) {
        cJSON_AddStringToObject(schema, "pattern", "^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$");
        return schema;
    }
    if (key->low > 0.0)
        cJSON_AddNumberToObject(schema, "minLength", key->low);
    if (key->high > 0.0)
        cJSON_AddNumberToObject(schema, "maxLength", key->high);
    if (key->pattern != NULL)
        cJSON_AddStringToObject(schema, "pattern", key->pattern);
    return schema;
}

/* ---- objects ---- */

static cJSON *form_schema(struct draft *draft, const struct form *form, const char *unit);

static cJSON *value_schema(struct draft *draft, const struct key *key, const char *unit)
{
    unit = key->unit != NULL ? key->unit : unit;
    if (key->form != NULL)
        return form_schema(draft, key->form, unit);
    switch (key_shown_type(key)) {
    case KEY_NUMBER:
    case KEY_TIME: return number(key, "number");
    case KEY_INTEGER:
    case KEY_WHOLE: return number(key, "integer");
    case KEY_FLAG: return typed("boolean");
    case KEY_TEXT:
    case KEY_NAME: return text(key);
    case KEY_WORD: return object_of(words_of(key->words, key->word_count), "enum");
    case KEY_OBJECT: {
        const struct form inside = {FORM_OBJECT, .table = key->inside};
        return form_schema(draft, &inside, unit);
    }
    case KEY_UNUSED: return cJSON_CreateObject();
    default: assert(!"a row says what it takes: as or form"); return NULL;
    }
}

static cJSON *property(struct draft *draft, const struct key *key, const char *unit)
{
    cJSON *schema = cJSON_CreateObject(), *value = value_schema(draft, key, unit);
    cJSON_AddStringToObject(schema, "description", key_says(draft->arena, key));
    if (key->fallback != NULL)
        cJSON_AddItemToObject(schema, "default", cJSON_Parse(key->fallback));
    if (cJSON_HasObjectItem(value, "$ref")) { /* what stands beside a $ref is not looked at */
        cJSON *all = cJSON_AddArrayToObject(schema, "allOf");
        cJSON_AddItemToArray(all, value);
        return schema;
    }
    while (value->child != NULL) {
        cJSON *member = cJSON_DetachItemViaPointer(value, value->child);
        cJSON_AddItemToObject(schema, member->string, member);
    }
    cJSON_Delete(value);
    return schema;
}

/* A size that is given in percent lies in low..high. */
static cJSON *share_schema(const struct key_rule *rule)
{
    cJSON *bounds = cJSON_CreateObject();
    cJSON_AddNumberToObject(bounds, "minimum", rule->low);
    cJSON_AddNumberToObject(bounds, "maximum", rule->high);
    cJSON *size = if_then(says_word("Type", "CAPACITY_PERCENT"), object_of(object_of(bounds, "Value"), "properties"));
    return object_of(object_of(size, rule->keys[0]), "properties");
}

static cJSON *rule_schema(const struct key_rule *rule)
{
    size_t count = 0;
    while (count < RULE_KEYS && rule->keys[count] != NULL)
        count++;
    cJSON *schema = NULL, *each;
    switch (rule->kind) {
    case RULE_ANY_OF:
    case RULE_ONE_OF:
        schema = cJSON_CreateObject();
        each = cJSON_AddArrayToObject(schema, rule->kind == RULE_ANY_OF ? "anyOf" : "oneOf");
        for (size_t i = 0; i < count; i++)
            cJSON_AddItemToArray(each, requires(&rule->keys[i], 1));
        break;
    case RULE_NOT_TWO:
        assert(count == 2);
        schema = object_of(requires(rule->keys, count), "not");
        break;
    case RULE_NEEDS:
        schema = object_of(object_of(words_of(rule->keys + 1, count - 1), rule->keys[0]), "dependencies");
        break;
    case RULE_SHARE: schema = share_schema(rule); break;
    case RULE_END: assert(!"an end is no rule");
    }
    return rule->when != NULL ? if_then(says_word(rule->when, rule->is), schema) : schema;
}

/* An object with the keys of tables, and no others but comments. */
static cJSON *table_schema(struct draft *draft, const struct key_table *const tables[], size_t count, const char *unit)
{
    cJSON *schema = typed("object"), *required = cJSON_CreateArray(), *all = cJSON_CreateArray();
    cJSON *properties = cJSON_AddObjectToObject(schema, "properties");
    for (size_t t = 0; t < count; t++) {
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct key *key = &tables[t]->keys[i];
            cJSON_AddItemToObject(properties, key->name, property(draft, key, unit));
            if (key->required)
                cJSON_AddItemToArray(required, cJSON_CreateString(key->name));
        }
        for (const struct key_rule *rule = tables[t]->rules; rule != NULL && rule->kind != RULE_END; rule++)
            cJSON_AddItemToArray(all, rule_schema(rule));
    }
    cJSON_AddItemToObject(schema, "patternProperties",
                          object_of(object_of(cJSON_CreateString("a comment"), "description"), "^//"));
    cJSON_AddFalseToObject(schema, "additionalProperties");
    cJSON_AddItemToObject(schema, "required", required);
    cJSON_AddItemToObject(schema, "allOf", all);
    if (cJSON_GetArraySize(required) == 0)
        cJSON_DeleteItemFromObject(schema, "required");
    if (cJSON_GetArraySize(all) == 0)
        cJSON_DeleteItemFromObject(schema, "allOf");
    return schema;
}

static cJSON *object_schema(struct draft *draft, const struct form *form, const char *unit)
{
    const struct key_table *tables[] = {form->table, form->beside};
    return table_schema(draft, tables, form->beside != NULL ? 2 : 1, unit);
}

/* The tag says which of the variants holds. */
static cJSON *choice_schema(struct draft *draft, const struct form *form, const char *unit)
{
    const struct key_choice *choice = form->choice;
    cJSON *schema = typed("object"), *words = cJSON_CreateArray(), *all = cJSON_CreateArray();
    cJSON *tag = cJSON_CreateObject();
    cJSON_AddStringToObject(tag, "description", choice->meaning);
    cJSON_AddItemToObject(tag, "enum", words);
    cJSON_AddItemToObject(schema, "properties", object_of(tag, choice->tag));
    cJSON_AddItemToObject(schema, "required", words_of(&choice->tag, 1));
    struct key_variant *variant = arena_take(draft->arena, sizeof *variant);
    for (size_t i = 0; choice->variant(draft->arena, unit, i, variant); i++) {
        cJSON_AddItemToArray(words, cJSON_CreateString(variant->word));
        const struct key_table *tables[] = {&variant->table, form->beside};
        cJSON *then = table_schema(draft, tables, form->beside != NULL ? 2 : 1, unit);
        cJSON *own_tag = cJSON_CreateObject();
        cJSON_AddStringToObject(own_tag, "description", variant->meaning);
        cJSON_AddStringToObject(own_tag, "const", variant->word);
        cJSON_ReplaceItemInObjectCaseSensitive(cJSON_GetObjectItemCaseSensitive(then, "properties"), choice->tag,
                                               own_tag);
        cJSON_AddItemToArray(all, if_then(says_word(choice->tag, variant->word), then));
    }
    cJSON_AddItemToObject(schema, "allOf", all);
    return schema;
}

/* ---- forms ---- */

static cJSON *list_schema(struct draft *draft, const struct form *form, const char *unit)
{
    cJSON *schema = typed("array");
    cJSON_AddItemToObject(schema, "items", form_schema(draft, form->each, unit));
    if (form->low > 0)
        cJSON_AddNumberToObject(schema, "minItems", (double)form->low);
    if (form->high > 0)
        cJSON_AddNumberToObject(schema, "maxItems", (double)form->high);
    return schema;
}

/* As reader_is_free_name() has it; comments are no members. */
static cJSON *free_names(void)
{
    cJSON *either = cJSON_CreateArray(), *name = cJSON_CreateObject();
    cJSON_AddItemToArray(either, object_of(cJSON_CreateString("^//"), "pattern"));
    cJSON_AddStringToObject(name, "pattern", "^([^(*]|\\*[^])");
    cJSON_AddNumberToObject(name, "maxLength", 255);
    cJSON_AddItemToArray(either, name);
    return object_of(either, "anyOf");
}

static cJSON *members_schema(struct draft *draft, const struct form *form, const char *unit)
{
    cJSON *schema = typed("object");
    if (form->has_free_names)
        cJSON_AddItemToObject(schema, "propertyNames", free_names());
    cJSON_AddItemToObject(schema, "patternProperties",
                          object_of(object_of(cJSON_CreateString("a comment"), "description"), "^//"));
    cJSON_AddItemToObject(schema, "additionalProperties", form_schema(draft, form->each, unit));
    if (form->low > 0)
        cJSON_AddNumberToObject(schema, "minProperties", (double)form->low);
    if (form->high > 0)
        cJSON_AddNumberToObject(schema, "maxProperties", (double)form->high);
    return schema;
}

static cJSON *cases_schema(struct draft *draft, const struct form_case *one, const char *unit)
{
    cJSON *own = form_schema(draft, one->form, unit);
    if (one->key == NULL)
        return own;
    cJSON *test = requires(&one->key, 1);
    cJSON_AddStringToObject(test, "type", "object");
    cJSON *schema = if_then(test, own);
    cJSON_AddItemToObject(schema, "else", cases_schema(draft, one + 1, unit));
    return schema;
}

/* What is written out where it stands. */
static cJSON *inline_schema(struct draft *draft, const struct form *form, const char *unit)
{
    cJSON *schema;
    switch (form->kind) {
    case FORM_ROW: return value_schema(draft, form->row, unit);
    case FORM_LIST: return list_schema(draft, form, unit);
    case FORM_MEMBERS: return members_schema(draft, form, unit);
    case FORM_SCALAR: {
        static const char *const types[] = {"string", "number"};
        return object_of(words_of(types, KEY_COUNT(types)), "type");
    }
    case FORM_NOTHING:
        schema = typed("array");
        cJSON_AddNumberToObject(schema, "maxItems", 0);
        return schema;
    case FORM_OBJECT: return object_schema(draft, form, unit);
    case FORM_CHOICE: return choice_schema(draft, form, unit);
    case FORM_FIRST: return cases_schema(draft, form->cases, unit);
    }
    return NULL;
}

static cJSON *form_schema(struct draft *draft, const struct form *form, const char *unit)
{
    if (form->kind != FORM_OBJECT && form->kind != FORM_CHOICE && form->kind != FORM_FIRST)
        return inline_schema(draft, form, unit);
    const char *name = form_title(draft->arena, form, unit);
    if (!cJSON_HasObjectItem(draft->definitions, name)) {
        /* Its name first, for it may hold itself. */
        cJSON_AddItemToObject(draft->definitions, name, cJSON_CreateObject());
        cJSON_ReplaceItemInObjectCaseSensitive(draft->definitions, name, inline_schema(draft, form, unit));
    }
    return object_of(cJSON_CreateString(arena_format(draft->arena, "#/definitions/%s", name)), "$ref");
}

void schema_write(FILE *to)
{
    enum { WIDTH = 120 };
    struct draft draft = {arena_create(), cJSON_CreateObject()};
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "$schema", "http://json-schema.org/draft-07/schema#");
    cJSON_AddStringToObject(root, "title", "a scenario of bakeoff");
    cJSON *scenario = inline_schema(&draft, &scenario_form, NULL);
    while (scenario->child != NULL) {
        cJSON *member = cJSON_DetachItemViaPointer(scenario, scenario->child);
        cJSON_AddItemToObject(root, member->string, member);
    }
    cJSON_Delete(scenario);
    cJSON_AddItemToObject(root, "definitions", draft.definitions);
    pretty_write(to, root, WIDTH);
    cJSON_Delete(root);
    arena_free(draft.arena);
}

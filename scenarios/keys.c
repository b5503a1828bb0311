#include "scenarios/keys.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum key_type key_shown_type(const struct key *key)
{
    return key->type == KEY_OWN || key->type == KEY_VALUE ? key->as : key->type;
}

bool key_has_bounds(const struct key *key)
{
    return key->low != 0.0 || key->high != 0.0;
}

const char *key_number(struct arena *arena, double number)
{
    const char *text = arena_format(arena, "%.15g", number);
    return strtod(text, NULL) == number ? text : arena_format(arena, "%.17g", number);
}

const char *key_bounds(struct arena *arena, const struct key *key)
{
    if (!key_has_bounds(key))
        return "";
    bool has_low = isfinite(key->low), has_high = isfinite(key->high);
    const char *low = key_number(arena, key->low), *high = key_number(arena, key->high);
    if (has_low && has_high && key->low_open)
        return arena_format(arena, " above %s and at most %s", low, high);
    if (has_low && has_high)
        return arena_format(arena, " from %s to %s", low, high);
    if (has_high)
        return arena_format(arena, " of at most %s", high);
    return arena_format(arena, key->low_open ? " above %s" : " of at least %s", low);
}

const char *key_list(struct arena *arena, const char *const *words, size_t count, const char *joint)
{
    const char *list = "";
    for (size_t i = 0; i < count; i++) {
        const char *before = i == 0 ? "" : i + 1 < count ? ", " : arena_format(arena, " %s ", joint);
        list = arena_format(arena, "%s%s%s", list, before, words[i]);
    }
    return list;
}

/* A default that is a law or a list is too long for a sentence. */
static bool is_short(const char *fallback)
{
    return fallback != NULL && fallback[0] != '{';
}

const char *key_says(struct arena *arena, const struct key *key)
{
    enum key_type type = key_shown_type(key);
    bool is_number = type == KEY_NUMBER || type == KEY_INTEGER || type == KEY_WHOLE || type == KEY_TIME;
    const char *parts[3];
    size_t count = 0;
    if (key->unit != NULL)
        parts[count++] = key->unit;
    if (is_number && key_has_bounds(key) && key->step <= 0.0) {
        const char *bounds = key_bounds(arena, key) + 1;
        parts[count++] = strncmp(bounds, "of ", 3) == 0 ? bounds + 3 : bounds;
    }
    if (is_short(key->fallback))
        parts[count++] = arena_format(arena, "%s if absent", key->fallback);
    const char *text = key->meaning;
    for (size_t i = 0; i < count; i++)
        text = arena_format(arena, "%s%s%s", text, i == 0 ? " (" : "; ", parts[i]);
    return count > 0 ? arena_format(arena, "%s)", text) : text;
}

const char *key_rule_says(struct arena *arena, const struct key_rule *rule)
{
    const char *where = rule->when != NULL ? arena_format(arena, " where %s is %s", rule->when, rule->is) : "";
    size_t count = 0;
    while (count < RULE_KEYS && rule->keys[count] != NULL)
        count++;
    switch (rule->kind) {
    case RULE_ANY_OF:
        return arena_format(arena, "At least one of %s%s.", key_list(arena, rule->keys, count, "and"), where);
    case RULE_ONE_OF:
        return arena_format(arena, "Exactly one of %s%s.", key_list(arena, rule->keys, count, "and"), where);
    case RULE_NOT_TWO: return arena_format(arena, "Not both %s%s.", key_list(arena, rule->keys, count, "and"), where);
    case RULE_NEEDS: {
        const char *needed = key_list(arena, rule->keys + 1, count - 1, "and");
        return rule->when != NULL ? arena_format(arena, "%s is required%s.", needed, where)
                                  : arena_format(arena, "%s needs %s.", rule->keys[0], needed);
    }
    case RULE_SHARE:
        return arena_format(arena, "%s is from %.15g to %.15g %% of the instances%s.", rule->keys[0], rule->low,
                            rule->high, where);
    case RULE_END: break;
    }
    return "";
}

/* ---- forms ---- */

/* "a DeploymentConfig" -> "DeploymentConfig"; blanks become underscores. */
static const char *plain_name(struct arena *arena, const char *name)
{
    static const char *const articles[] = {"a ", "an ", "the "};
    for (size_t i = 0; i < KEY_COUNT(articles); i++)
        if (strncmp(name, articles[i], strlen(articles[i])) == 0) {
            name += strlen(articles[i]);
            break;
        }
    char *plain = arena_text(arena, name);
    for (char *c = plain; *c != '\0'; c++)
        if (*c == ' ')
            *c = '_';
    return plain;
}

const char *form_title(struct arena *arena, const struct form *form, const char *unit)
{
    if (form->name == NULL)
        return plain_name(arena, form->table->name);
    bool is_by_unit = form->name[strlen(form->name) - 1] == '_';
    return is_by_unit ? arena_format(arena, "%s%s", form->name, unit) : form->name;
}

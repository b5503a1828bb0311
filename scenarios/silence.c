#include "scenarios/silence.h"

#include "scenarios/reader.h"

#include <string.h>

enum { MAX_SILENCES = 1000 };

static const struct key silence_keys[] = {
    {"rule", KEY_TEXT, offsetof(struct silence, rule), .low = 2, .high = 3, .required = true,
     .pattern = "^L[0-9]{1,2}$", .meaning = "which rule of lint: L5"},
    {"reason", KEY_TEXT, offsetof(struct silence, reason), .low = 1, .high = 1000, .required = true,
     .meaning = "why; it is kept in lint's output"},
    {"policy", KEY_TEXT, offsetof(struct silence, policy), .low = 1, .high = 255,
     .meaning = "of this policy only; of all if absent"},
    {"alarm", KEY_TEXT, offsetof(struct silence, alarm), .low = 1, .high = 255,
     .meaning = "of this alarm only; of all if absent"},
};
const struct key_table silence_table = {"a silenced rule", silence_keys, KEY_COUNT(silence_keys)};
static const struct form item_form = {FORM_OBJECT, .table = &silence_table};
const struct form silence_form = {FORM_LIST, .each = &item_form, .high = MAX_SILENCES};

static bool is_rule_name(const char *text)
{
    size_t digits = text[0] == 'L' ? strspn(text + 1, "0123456789") : 0;
    return digits >= 1 && digits <= 2 && text[digits + 1] == '\0';
}

static bool read_one(struct reader *reader, const struct json *item, struct silence *out)
{
    if (!reader_table(reader, item, &silence_table, out))
        return false;
    bool is_good = is_rule_name(out->rule);
    if (!is_good)
        reader_error(reader, json_get(item, "rule"), "must be a rule of lint, L1, L2, ... (bakeoff lint --explain)");
    return is_good;
}

bool silence_read(struct reader *reader, const struct json *value, const struct key *key, void *field)
{
    (void)key;
    size_t count = json_count(value), i = 0;
    if (!reader_is_list(reader, value, "a list of {\"rule\": \"L5\", \"reason\": ...}"))
        return false;
    if (count > MAX_SILENCES) {
        reader_error(reader, value, "must hold at most %d rules, got %zu", MAX_SILENCES, count);
        return false;
    }
    bool is_good = true;
    struct silence *items = arena_array(reader->arena, count, sizeof *items);
    for (const struct json *item = value->child; item != NULL; item = item->next)
        is_good &= read_one(reader, item, &items[i++]);
    *(struct silence_list *)field = (struct silence_list){items, count};
    return is_good;
}

static bool is_meant(const char *wanted, const char *name)
{
    return wanted == NULL || (name != NULL && strcmp(wanted, name) == 0);
}

const char *silence_reason(const struct silence_list *list, const char *rule, const char *policy, const char *alarm)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct silence *item = &list->items[i];
        if (strcmp(item->rule, rule) == 0 && is_meant(item->policy, policy) && is_meant(item->alarm, alarm))
            return item->reason;
    }
    return NULL;
}

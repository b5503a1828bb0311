/* The keys of every JSON object that bakeoff understands, as rows of const tables. A key is described once: for reading
 * (scenarios/reader.h), for the messages of reading, and for whoever prints the tables (the JSON Schema, the starter
 * scenario, the reference).
 *
 * Adding a key: one row, with the offset of the field it fills. */
#ifndef BAKEOFF_SCENARIOS_KEYS_H
#define BAKEOFF_SCENARIOS_KEYS_H

#include "scenarios/arena.h"

#include <stdbool.h>
#include <stddef.h>

struct reader;
struct json;
struct form;

enum key_type {
    KEY_NONE,
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

    /* For printing: what KEY_VALUE and KEY_OWN take, by one of the two. */
    enum key_type as;
    const struct form *form;
    /* For printing, where `read` has bounds of its own: a regular expression (ECMA) for texts; for numbers a step whose
     * multiples are good, beside `others`. */
    const char *pattern;
    double step;
    const double *others;
    size_t other_count;
    const char *(*offer)(size_t i); /* for texts: the i-th of all that are good, NULL past the last; may know none */
};

enum key_rule_kind {
    RULE_END,
    RULE_ANY_OF,  /* at least one of the keys */
    RULE_ONE_OF,  /* exactly one */
    RULE_NOT_TWO, /* at most one */
    RULE_NEEDS,   /* where the first is, the others must be */
    RULE_SHARE    /* the first is a CapacitySize; if it is CAPACITY_PERCENT, low..high. Its owner judges. */
};
enum { RULE_KEYS = 3 };

/* What keys of one object ask of each other. */
struct key_rule {
    enum key_rule_kind kind;
    const char *keys[RULE_KEYS]; /* ends at the first NULL */
    const char *when, *is;       /* holds only where the key `when` is the word `is`; NULL: always */
    double low, high;            /* RULE_SHARE: percent */
};

struct key_table {
    const char *name; /* what the object is, for messages: "an alarm" */
    const struct key *keys;
    size_t count;
    const struct key_rule *rules; /* ends with RULE_END; NULL: none */
};

#define KEY_COUNT(keys) (sizeof(keys) / sizeof *(keys))
#define KEY_WORDS(names) .words = (names), .word_count = KEY_COUNT(names)

/* ---- values that no single row describes ---- */

enum { VARIANT_ROWS = 12 };
struct key_variant {
    const char *word, *meaning;
    struct key_table table; /* its keys are rows[], which must live as long */
    struct key rows[VARIANT_ROWS];
    struct key_rule rules[3];
};

/* An object in which one key, the tag, says which others there are. */
struct key_choice {
    const char *tag;     /* "distribution" */
    const char *meaning; /* of the tag */
    /* Its i-th word with the keys that go with it, the tag among them; false past the last. `unit` is the suffix of
     * keys that carry one, as the row of the value has it. */
    bool (*variant)(struct arena *arena, const char *unit, size_t i, struct key_variant *out);
};

enum form_kind {
    FORM_ROW,     /* as the row `row` */
    FORM_OBJECT,  /* the keys of `table`, and of `beside` if there is one */
    FORM_CHOICE,  /* as `choice`, and the keys of `beside` */
    FORM_LIST,    /* low..high values, each as `each` */
    FORM_MEMBERS, /* an object of low..high members, whose names are the file's own, each as `each` */
    FORM_SCALAR,  /* a text or a number */
    FORM_NOTHING, /* an empty list: what AWS knows and bakeoff does not model */
    FORM_FIRST    /* the first of `cases` that fits */
};

/* One of several forms: an object that has `key`; the last has none and takes the rest. */
struct form_case {
    const char *key;
    const struct form *form;
};

/* What JSON a value takes. Bounds of 0 to 0 are none. */
struct form {
    enum form_kind kind;
    const char *name; /* for printing; NULL: of its table; what ends with "_" gets the unit behind it */
    const struct key *row;
    const struct key_table *table, *beside;
    const struct key_choice *choice;
    const struct form *each;
    size_t low, high;
    bool has_free_names; /* FORM_MEMBERS: names of versions and policies, as reader_is_free_name() wants them */
    const struct form_case *cases;
};

/* ---- words for people, in the arena ---- */

/* The shortest of 15 and 17 digits that reads back equal. */
const char *key_number(struct arena *arena, double number);

/* " from 0 to 3600", " above 0", " of at least 1", "" without bounds. */
const char *key_bounds(struct arena *arena, const struct key *key);
bool key_has_bounds(const struct key *key);

/* "requests wait this long (s; above 0 and at most 3600; 60 if absent)": all that the row says but its words. */
const char *key_says(struct arena *arena, const struct key *key);

/* "Exactly one of min and max." */
const char *key_rule_says(struct arena *arena, const struct key_rule *rule);

/* "A, B and C" or "A, B or C". */
const char *key_list(struct arena *arena, const char *const *words, size_t count, const char *joint);

/* What a form is called: "distribution_ms", "DeploymentConfig". Only for objects, choices and firsts. */
const char *form_title(struct arena *arena, const struct form *form, const char *unit);

/* The type that people see: `as` where the row reads itself. */
enum key_type key_shown_type(const struct key *key);

#endif

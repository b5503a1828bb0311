/* The rules of lint, one row each. To add one: its row in lint_rules.c and its function, declared in rules.h. */
#ifndef BAKEOFF_SCENARIOS_LINT_RULES_H
#define BAKEOFF_SCENARIOS_LINT_RULES_H

#include "scenarios/lint/rules.h"

/* Where the rule speaks: pieces of a scenario (lint_rules.c has the whole). NULL: the piece as it is there. */
struct lint_example_parts {
    const char *endpoint; /* members of "endpoint", after the names */
    const char *traffic;
    const char *policy; /* a DeploymentConfig */
    const char *alarm;  /* the one alarm */
};

struct lint_rule {
    struct lint_rule_text text;
    void (*look)(struct lint *lint);
    struct lint_example_parts example;
};

enum { LINT_RULES = 23 };
extern const struct lint_rule lint_rules[LINT_RULES];

/* SIZE_MAX: there is none of that name. */
size_t lint_rule_find(const char *id);

/* The scenario of a rule's example, in the arena. */
const char *lint_rule_example(const struct lint_rule *rule, struct arena *arena);

#endif

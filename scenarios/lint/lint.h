/* lint: what is wrong with deployment policies and their alarms, told from the configuration and, where given, the
 * traffic, before any simulation. A configuration may be valid to the letter and protect nothing.
 *
 * Two ways in: a scenario, or AWS's own files with a number of instances. Each gives the findings by rule, and the
 * reachability matrix that many of them rest on (scenarios/lint/reach.h). */
#ifndef BAKEOFF_SCENARIOS_LINT_H
#define BAKEOFF_SCENARIOS_LINT_H

#include "scenarios/lint/lint_terms.h"

/* The rules in the order of their numbers; NULL beyond the last. */
const struct lint_rule_text *lint_rule_text(size_t index);

/* NULL when the input is invalid beyond what is lint's to say, or unreadable: then the diagnostics say so. The diagnostics
 * must outlive the report, whose findings point into them. lint_free() when done. */
struct lint_report *lint_scenario(const char *path, struct diagnostics *diagnostics);
struct lint_report *lint_scenario_text(const char *name, const char *text, size_t size,
                                       struct diagnostics *diagnostics);
struct lint_report *lint_scenario_sealed(const char *name, const char *text, size_t size,
                                         struct diagnostics *diagnostics); /* opens no file */

struct lint_report *lint_files(const struct lint_files *files, struct diagnostics *diagnostics);
void lint_free(struct lint_report *report); /* NULL is fine */

/* Findings of that severity that are not silenced. */
size_t lint_count(const struct lint_report *report, enum finding_severity severity);

/* A rule's worked example: a scenario in which it speaks, as text; the caller frees it. NULL: no such rule. */
char *lint_example(const char *id);

#endif

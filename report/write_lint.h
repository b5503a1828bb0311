/* What lint found, for people; for programs see write_lint_json.h. */
#ifndef BAKEOFF_REPORT_WRITE_LINT_H
#define BAKEOFF_REPORT_WRITE_LINT_H

#include "report/page.h"
#include "scenarios/lint/lint.h"

/* The reachability matrix as two tables a policy, then the findings, each with its place, reason, repair and source, and a
 * line that counts them. Fits 100 columns, or the page's width if that is less. 0, or -1 without memory. */
int write_lint_text(const struct page_style *page, const struct lint_report *report);

/* The findings alone, in the shape of compiler messages; those of one rule, or all with NULL. */
void write_lint_findings(const struct page_style *page, const struct lint_report *report, const char *rule);

/* "2 errors and a warning"; text of at least 80 bytes. Returns text. */
char *write_lint_count(char *text, size_t size, const struct lint_report *report);

/* One line that sends people to lint, when it found an error or a warning that is not silenced: which rules, which file. */
void write_lint_pointer(FILE *to, const struct lint_report *report);

#endif

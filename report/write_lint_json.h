/* What lint found, for programs; for people see write_lint.h. */
#ifndef BAKEOFF_REPORT_WRITE_LINT_JSON_H
#define BAKEOFF_REPORT_WRITE_LINT_JSON_H

#include "report/emit.h"
#include "scenarios/lint/lint.h"

/* One object: {"file", "name", "findings": [...], "reachability": [...], "deployments": [...]}. */
void write_lint_json(struct json *json, const struct lint_report *report);

#endif

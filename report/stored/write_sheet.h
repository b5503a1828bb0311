/* A sheet as people and programs read it. Errors of writing stay in the stream. */
#ifndef BAKEOFF_REPORT_WRITE_SHEET_H
#define BAKEOFF_REPORT_WRITE_SHEET_H

#include "report/emit.h"
#include "report/page.h"
#include "report/stored/sheet.h"

/* A table that fits the width, without the columns in which nothing is to be seen; below it what titles mean, after `says`.
 * Returns 0, or -1: no memory. */
int write_sheet_text(const struct page_style *page, const struct sheet *sheet, const char *says);

/* A header and a row each; a column with an interval is three: NAME, NAME_ci95_low, NAME_ci95_high. */
void write_sheet_csv(FILE *to, const struct sheet *sheet);

/* A list of objects; a figure with an interval is an object of value, ci95_low and ci95_high. */
void write_sheet_json(struct json *json, const struct sheet *sheet);

/* A tabular in the manner of booktabs, for \input; `says` and what titles mean stand above it as comments. Names are escaped: none of them
 * commands TeX. */
void write_sheet_latex(FILE *to, const struct sheet *sheet, const char *says);

#endif

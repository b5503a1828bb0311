/* Stored paired differences, differences.csv, as a table: what each policy has more or less than its scenario's baseline. */
#ifndef BAKEOFF_REPORT_BASELINE_H
#define BAKEOFF_REPORT_BASELINE_H

#include "report/stored/results.h"
#include "report/stored/sheet.h"

/* Adds the rows of one folder to a sheet; one that is empty gets its columns first, those of the figures behind the names.
 * Texts lie in the arena. False after errors. */
bool baseline_read(struct sheet *sheet, struct arena *arena, const char *folder, const struct results_filter *filter,
                   const struct column *const *figures, size_t figure_count, struct diagnostics *diagnostics);

#endif

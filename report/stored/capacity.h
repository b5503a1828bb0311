/* Stored results as tables: capacity planning over whole folders, and chosen figures. */
#ifndef BAKEOFF_REPORT_CAPACITY_H
#define BAKEOFF_REPORT_CAPACITY_H

#include "report/stored/results.h"
#include "report/stored/sheet.h"

/* A row for each scenario and policy: most instances against the quota, refusals, the worst version's blast radius; rollout
 * time and money over the (mix), or where there is none of the version with most of it. Texts lie in the results and the
 * arena. */
void capacity_make(struct sheet *sheet, struct arena *arena, const struct results *results, size_t count,
                   const struct results_filter *filter);

/* A row for each scenario, policy and version, the control and the (mix) too, with the means of these columns. */
void capacity_figures(struct sheet *sheet, const struct results *results, size_t count,
                      const struct results_filter *filter, const struct column *const *figures, size_t figure_count);

#endif

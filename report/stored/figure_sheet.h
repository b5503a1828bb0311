/* The figures of a sheet with their intervals, a panel each, a line for each row: what a page of stored results draws. */
#ifndef BAKEOFF_REPORT_FIGURE_SHEET_H
#define BAKEOFF_REPORT_FIGURE_SHEET_H

#include "report/figures/figure.h"
#include "report/stored/sheet.h"

/* The rows of the sheet as they are sorted, noise left out; of each panel as many as can be read, so that it may show less than
 * the sheet. No rows: there is nothing with an interval. dataset_free(). */
void figure_sheet_fill(struct dataset *data, const struct sheet *sheet);

/* As high in print as the rows ask for. */
struct figure figure_sheet(const struct dataset *data);

#endif

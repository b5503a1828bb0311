/* The figures in the order of reading, as specs and as files. */
#ifndef BAKEOFF_REPORT_FIGURES_H
#define BAKEOFF_REPORT_FIGURES_H

#include "report/figures/figure.h"

extern const struct figure *const figures[];
extern const size_t figure_count;

/* A whole spec; `says` is its description, for those who do not see it. */
void figure_spec(struct json *json, const struct figure *figure, const struct dataset *data,
                 const struct figure_source *source);

/* NAME.csv, NAME.vl.json and NAME.gp for each figure that has something to show, in a folder that exists. Returns 0, or -1
 * with errno; *failed (malloc'd) is then the path, or NULL without memory. */
int figures_write(const char *directory, const struct figure_source *source, char **failed);

#endif

/* The figures in the order of reading, as specs and as files. */
#ifndef BAKEOFF_REPORT_FIGURES_H
#define BAKEOFF_REPORT_FIGURES_H

#include "report/figures/figure.h"

extern const struct figure *const figures[];
extern const size_t figure_count;

/* A whole spec over a table; `says` is its description, for those who do not see it. The subtitle may be a name from a file. */
void figure_spec(struct json *json, const struct figure *figure, const struct dataset *data, const char *subtitle);

/* NAME.csv, NAME.vl.json and NAME.gp of a figure that has something to show, in a folder that exists. Returns 0, or -1 with
 * errno; *failed (malloc'd) is then the path, or NULL without memory. */
/* What the names of a figure's files end with, NULL-terminated. */
extern const char *const figure_endings[];

int figure_files(const char *directory, const struct figure *figure, const struct dataset *data, const char *subtitle,
                 char **failed);

/* The same for each figure of a comparison. */
int figures_write(const char *directory, const struct figure_source *source, char **failed);

#endif

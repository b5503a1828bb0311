/* Sections of a page; of a comparison, about one study: ranked tables, figures, gates. Write errors stay in the stream; those that return a
 * number return 0, or -1 when memory is not to be had. */
#ifndef BAKEOFF_REPORT_SECTIONS_H
#define BAKEOFF_REPORT_SECTIONS_H

#include "report/figures/figures.h"
#include "report/ranking.h"

/* Where a section stands in its page. */
struct section_place {
    const char *prefix; /* of the ids in it; "" where it is the only one of its kind */
    int level;          /* of its heading: 2 or 3 */
    bool is_drawn;      /* there are scripts that draw figures */
};

/* The (mix) by the criterion, each version by its excess bad responses. */
int section_rankings(FILE *to, const struct section_place *place, const struct study *study,
                     const struct criterion *criterion);

/* One figure over a table that is not empty. */
void section_figure(FILE *to, const struct section_place *place, const struct figure *figure,
                    const struct dataset *data, const char *subtitle, const struct told *told);

/* Each of the figures that has something to show; their heading is the caller's. */
int section_figures(FILE *to, const struct section_place *place, const struct figure_source *source);
void section_undrawn(FILE *to, bool is_drawn); /* what to say where figures may be not drawn */

/* Nothing where there are none. */
void section_gates(FILE *to, const struct section_place *place, const struct figure_source *source);

#endif

/* A figure of a comparison: a table (dataset.h), a Vega-Lite v5 spec over it for screens, and a gnuplot script over the same table
 * as CSV for print. Each is a file figure_NAME.c that ends with its row; figures.c lists the rows.
 *
 * Source: https://vega.github.io/vega-lite/docs/; colours: Okabe and Ito, Color Universal Design (2008). */
#ifndef BAKEOFF_REPORT_FIGURE_H
#define BAKEOFF_REPORT_FIGURE_H

#include "report/figures/dataset.h"
#include "report/figures/episodes.h"
#include "report/judge.h"
#include "scenarios/lint/lint.h"

/* What figures are made from; borrows everything. */
struct figure_source {
    const struct study *study;
    const struct gate_row *gates;
    size_t gate_count;
    const struct episodes *episodes;
    const struct told *shown;       /* the one of them that is told minute by minute; NULL: none */
    const struct lint_report *lint; /* NULL: not linted */
};

struct figure {
    const char *name;           /* of its files */
    const char *title;          /* what it shows */
    const char *says;           /* how to read it, in sentences */
    const char *const *columns; /* of the table, NULL-terminated */
    /* No rows: nothing to show. NULL in figures of something else than a comparison: who has them fills their tables. */
    void (*fill)(struct dataset *data, const struct figure_source *source);
    const char *spec; /* members of the Vega-Lite spec, as json_literal() takes them */
    void (*plot)(FILE *to, const struct dataset *data); /* the gnuplot commands between the terminals */
    double width_cm, height_cm;                         /* in print: one column is 8.5 cm, two are 17.5 */
};
extern const struct figure figure_objectives, figure_tradeoff, figure_rollback, figure_waterfall, figure_replication,
    figure_gates, figure_reach;

#endif

/* Words of gnuplot scripts. Names from files stand in single quotes, where gnuplot reads nothing into them. */
#ifndef BAKEOFF_REPORT_GNUPLOT_H
#define BAKEOFF_REPORT_GNUPLOT_H

#include "report/figures/dataset.h"

enum { GNUPLOT_STYLES = 8 };

/* A string, quotes and all. */
void gnuplot_text(FILE *to, const char *text);

/* One of "set ytics (...)", at 0, 1, ... in their order: its text is a format there. */
void gnuplot_tic(FILE *to, const char *text, size_t place);

/* "linecolor rgb '#0072B2'", and with a dash pattern too, by turns. */
void gnuplot_colour(FILE *to, size_t index);
void gnuplot_style(FILE *to, size_t index);

/* "using 3:4" follows: rows first .. first + count - 1 of the table. */
void gnuplot_rows(FILE *to, size_t first, size_t count);

/* The script around the commands of a figure: pdf and svg, in the size given. */
void gnuplot_begin(FILE *to, const char *name, double width_cm, double height_cm);
void gnuplot_end(FILE *to);

#endif

/* Pieces of a page, escaped: whatever text goes in, no element and no attribute comes out of it. Errors of writing stay in the
 * stream. */
#ifndef BAKEOFF_REPORT_MARKUP_H
#define BAKEOFF_REPORT_MARKUP_H

#include <stdint.h>
#include <stdio.h>

#include "report/figures/bundles.h"

enum { MARKUP_NAME = 1024 };

void markup_text(FILE *to, const char *text);

/* A name from a file: what is invisible is made visible, and it does not turn the text around it. */
void markup_name(FILE *to, const char *name);

/* <TAG CLASS>text</TAG>; without a class NULL. */
void markup_element(FILE *to, const char *tag, const char *class, const char *text);

/* A cell with a figure and perhaps its interval, which may stand below it where room is short. */
void markup_figure(FILE *to, const char *text);

/* Of a dl. */
void markup_member(FILE *to, const char *term, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* One word of a command, as a shell takes it. */
void markup_argument(FILE *to, const char *argument);

/* A table that scrolls where it is wider than the page. Header cells, </tr></thead><tbody> and rows follow. */
void markup_table(FILE *to, const char *label);
void markup_column(FILE *to, const char *title, bool is_name);
void markup_rows(FILE *to);
void markup_table_end(FILE *to);

/* From <!DOCTYPE> to the title, which stands in the text too; a Content-Security-Policy forbids the page any request. */
void markup_page(FILE *to, const char *title);
/* "written", where a page is to say so: not for negative times, in seconds since 1970. */
void markup_stamp(FILE *to, int64_t stamp_s);
/* Ends the page, with the scripts that draw its figures. */
struct bundles;
void markup_page_end(FILE *to, const struct bundles *bundles);

#endif

/* The comparison of one scenario as one page that opens from disk and asks for nothing: verdict, ranked tables, figures, gates,
 * lint, the scenario itself, and how to make it again. The same input has the same bytes, whatever the machine.
 *
 * Names are untrusted: they stand in text and in JSON with < escaped, and a Content-Security-Policy forbids the page any
 * request. Without scripts, or where those that draw are not installed, the tables stand all the same. */
#ifndef BAKEOFF_REPORT_HTML_H
#define BAKEOFF_REPORT_HTML_H

#include "report/figures/figures.h"
#include "report/verdict.h"

struct html_page {
    const struct figure_source *source;
    const struct verdict *verdict;
    const char *const *warnings;
    size_t warning_count;
    int64_t stamp_s; /* Unix time to print; negative: none */
};

/* Write errors stay in the stream. Returns 0, or -1 when memory is not to be had. */
int html_write(FILE *to, const struct html_page *page);

#endif

/* Lines of prose for a terminal: wrapped, indented, coloured as a whole. Names in them may come from files: what would
 * not print is made visible here. */
#ifndef BAKEOFF_REPORT_PAGE_H
#define BAKEOFF_REPORT_PAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum tone { TONE_PLAIN, TONE_GOOD, TONE_BAD, TONE_WARNING, TONE_QUIET, TONE_TITLE };

struct page_style {
    FILE *to;
    size_t width;
    bool has_color;
};

/* Prints `text` from column `indent` on, the cursor standing there already; ends the line. */
void page_wrap(const struct page_style *page, size_t indent, enum tone tone, const char *text);

/* The same for a paragraph of its own. */
void page_say(const struct page_style *page, enum tone tone, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

/* A page of headings, paragraphs, code and explained terms, in Markdown or as a source of scdoc. Texts are plain; what a
 * format would take for its own marks is escaped. Errors stay in the stream. */
#ifndef BAKEOFF_REPORT_PROSE_H
#define BAKEOFF_REPORT_PROSE_H

#include <stdio.h>

enum prose_format { PROSE_MARKDOWN, PROSE_SCDOC };

struct prose {
    FILE *to;
    enum prose_format format;
};

/* `level` from 1, the largest. */
void prose_heading(const struct prose *prose, int level, const char *text);

/* Paragraphs with blank lines between them; those that begin with two blanks are code. */
void prose_text(const struct prose *prose, const char *text);

/* Lines as they are. */
void prose_code(const struct prose *prose, const char *text);

/* "term" or "term (note)": text. Terms that follow each other make a list. */
void prose_term(const struct prose *prose, const char *term, const char *note, const char *text);
void prose_list_end(const struct prose *prose);

#endif

/* What tests found, written where people read it: pages hold no number that was typed.
 *
 * A page has places "<!-- NAME begin: WHAT -->" ... "<!-- NAME end -->", each on lines of their own. */
#ifndef BAKEOFF_TESTS_EVIDENCE_H
#define BAKEOFF_TESTS_EVIDENCE_H

/* Fails unless the text stands in the place; writes it there instead where BAKEOFF_UPDATE_DOCS is set. */
void evidence_page(const char *path, const char *name, const char *text);

/* From here on every comparison with theory (support.h) becomes a row: below which heading, and of what. Names are printf's. */
void evidence_section(const char *heading);
void evidence_about(const char *format, ...) __attribute__((format(printf, 1, 2)));
void evidence_note(const char *what, double got, double want, double standard_error);

/* Published numbers that are met digit for digit: a table of its own, and a row of it for what evidence_about() says last.
 * Fails where the number, rounded to the digits of the text ("62.632", "1.001e9"), is another. */
void evidence_published(const char *heading);
void evidence_digits(const char *published, double got);

/* The rows as tables in a place of a page, once. */
void evidence_tables(const char *path, const char *name);

#endif

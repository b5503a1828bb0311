#include "tests/evidence.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void evidence_page(const char *path, const char *name, const char *text)
{
    enum { LARGEST = 1 << 20 };
    char mark[256], *page = calloc(1, LARGEST), *wanted = NULL;
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(page);
    assert_true(fread(page, 1, LARGEST, file) < LARGEST);
    fclose(file);
    snprintf(mark, sizeof mark, "<!-- %s begin: ", name);
    char *from = strstr(page, mark);
    assert_non_null(from);
    from = strchr(from, '\n') + 1; /* the file ends with a newline */
    snprintf(mark, sizeof mark, "<!-- %s end -->\n", name);
    const char *to = strstr(from, mark);
    assert_non_null(to);
    assert_true(asprintf(&wanted, "%.*s%s%s", (int)(from - page), page, text, to) >= 0);
    if (getenv("BAKEOFF_UPDATE_DOCS") != NULL) {
        file = fopen(path, "w");
        assert_non_null(file);
        assert_true(fputs(wanted, file) >= 0);
        assert_int_equal(fclose(file), 0);
    } else {
        assert_string_equal(page, wanted);
    }
    free(wanted);
    free(page);
}

/* ---- comparisons with theory ---- */

static char *written;
static size_t written_size;
static FILE *rows; /* into `written`; NULL until there is a section */
static char about[256];
static double squares;
static int count, digits;

static void begin_table(const char *heading, const char *head)
{
    if (rows == NULL)
        rows = open_memstream(&written, &written_size);
    assert_non_null(rows);
    fprintf(rows, "\n### %s\n\n%s\n", heading, head);
    about[0] = '\0';
}

void evidence_section(const char *heading)
{
    begin_table(heading, "| of | figure | theory | obtained | standard error | off by, in standard errors |\n"
                         "|---|---|---:|---:|---:|---:|");
}

void evidence_published(const char *heading)
{
    begin_table(heading, "| of | published | obtained |\n|---|---:|---:|");
}

/* Half a unit in the last digit of a number as printed: "62.632", "1.001e9". */
static double half_unit(const char *text)
{
    const char *point = strchr(text, '.'), *exponent = strchr(text, 'e');
    const size_t length = exponent != NULL ? (size_t)(exponent - text) : strlen(text);
    const double decimals = point != NULL ? (double)(text + length - point - 1) : 0.0;
    return 0.5 * pow(10.0, (exponent != NULL ? strtod(exponent + 1, NULL) : 0.0) - decimals);
}

void evidence_digits(const char *published, double got)
{
    assert_non_null(rows);
    fprintf(rows, "| %s | %s | %.7g |\n", about, published, got);
    digits++;
    if (!(fabs(got - strtod(published, NULL)) <= half_unit(published)))
        fail_msg("%s: got %.17g, published %s", about, got, published);
}

void evidence_about(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(about, sizeof about, format, arguments);
    va_end(arguments);
}

void evidence_note(const char *what, double got, double want, double standard_error)
{
    if (rows == NULL)
        return;
    double off = standard_error > 0 ? (got - want) / standard_error : 0;
    fprintf(rows, "| %s | %s | %.5g | %.5g | %.2g | %.2f |\n", about, what, want, got, standard_error, off);
    squares += off * off;
    count++;
}

void evidence_tables(const char *path, const char *name)
{
    assert_non_null(rows);
    if (digits > 0)
        fprintf(rows, "\n%d numbers, each to its last published digit.\n\n", digits);
    else
        fprintf(
            rows,
            "\n%d comparisons; the mean of the squares of the last column is %.2f. Rows of one setting share their randomness, "
            "and a few have none.\n\n",
            count, squares / count);
    assert_int_equal(fclose(rows), 0);
    rows = NULL;
    evidence_page(path, name, written);
    free(written);
    written = NULL;
}

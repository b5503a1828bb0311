#include "report/figures/markup.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "html_assets.h"
#include "report/emit.h"
#include "report/figures/bundles.h"

/* ---- text ---- */

void markup_text(FILE *to, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '<': fputs("&lt;", to); break;
        case '>': fputs("&gt;", to); break;
        case '&': fputs("&amp;", to); break;
        case '"': fputs("&quot;", to); break;
        case '\'': fputs("&#39;", to); break;
        default: fputc(*text, to);
        }
}

void markup_name(FILE *to, const char *name)
{
    char visible[MARKUP_NAME];
    fputs("<bdi>", to);
    markup_text(to, emit_visible(visible, sizeof visible, name));
    fputs("</bdi>", to);
}

void markup_element(FILE *to, const char *tag, const char *class, const char *text)
{
    fprintf(to, "<%s%s%s%s>", tag, class ? " class=\"" : "", class ? class : "", class ? "\"" : "");
    markup_text(to, text);
    fprintf(to, "</%s>", tag);
}

void markup_figure(FILE *to, const char *text)
{
    fputs("<td>", to);
    for (; *text != '\0'; text++)
        if (*text == ' ' && text[1] != '[')
            fputs("&nbsp;", to);
        else
            markup_text(to, (char[]){*text, '\0'});
    fputs("</td>", to);
}

void markup_member(FILE *to, const char *term, const char *format, ...)
{
    char text[MARKUP_NAME];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    markup_element(to, "dt", NULL, term);
    markup_element(to, "dd", NULL, text);
    fputc('\n', to);
}

void markup_argument(FILE *to, const char *raw)
{
    char visible[4 * MARKUP_NAME];
    const char *argument = emit_visible(visible, sizeof visible, raw);
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+:@%";
    if (argument[0] != '\0' && argument[strspn(argument, plain)] == '\0') {
        markup_text(to, argument);
        return;
    }
    fputs("&#39;", to);
    for (char letter[2] = ""; *argument != '\0'; argument++) {
        letter[0] = *argument;
        markup_text(to, *argument == '\'' ? "'\\''" : letter);
    }
    fputs("&#39;", to);
}

/* ---- tables ---- */

void markup_table(FILE *to, const char *label)
{
    fputs("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"", to);
    markup_text(to, label);
    fputs("\"><table><thead><tr>", to);
}

void markup_column(FILE *to, const char *title, bool is_name)
{
    fprintf(to, "<th scope=\"col\"%s>", is_name ? " class=\"name\"" : "");
    markup_text(to, title);
    fputs("</th>", to);
}

void markup_rows(FILE *to)
{
    fputs("</tr></thead><tbody>\n", to);
}

void markup_table_end(FILE *to)
{
    fputs("</tbody></table></div>\n", to);
}

/* ---- the page ---- */

void markup_page(FILE *to, const char *title)
{
    char visible[MARKUP_NAME];
    fputs(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src "
        "'unsafe-inline'; img-src data:\">\n<title>",
        to);
    markup_text(to, emit_visible(visible, sizeof visible, title));
    fputs(" - bakeoff</title>\n<style>\n", to);
    fputs(html_css, to);
    fputs("</style>\n</head>\n<body>\n<header><h1>", to);
    markup_name(to, title);
    fputs("</h1>\n", to);
}

void markup_stamp(FILE *to, int64_t stamp_s)
{
    time_t at = (time_t)stamp_s;
    struct tm parts;
    char stamp[64] = "";
    if (stamp_s < 0)
        return;
    if (gmtime_r(&at, &parts))
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
    markup_member(to, "written", "%s", stamp);
}

/* A bundle must not end the element that it stands in. */
static void put_script(FILE *to, const char *text, size_t size)
{
    fputs("<script>", to);
    for (size_t i = 0; i < size;) {
        const char *next = memchr(text + i, '<', size - i);
        size_t length = next ? (size_t)(next - text) - i : size - i;
        fwrite(text + i, 1, length, to);
        i += length;
        if (i < size) {
            bool is_end = size - i > 8 && strncasecmp(text + i, "</script", 8) == 0;
            fputs(is_end ? "<\\/" : "<", to);
            i += is_end ? 2 : 1;
        }
    }
    fputs("</script>\n", to);
}

void markup_page_end(FILE *to, const struct bundles *bundles)
{
    fputs("</main>\n", to);
    for (int i = 0; i < BUNDLES && bundles; i++)
        put_script(to, bundles->text[i], bundles->size[i]);
    if (bundles)
        put_script(to, html_js, strlen(html_js));
    fputs("</body>\n</html>\n", to);
}

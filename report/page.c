#include "report/page.h"

#include <string.h>

#include "report/columns.h"
#include "report/emit.h"
#include "report/grid.h"

enum { WORD_SIZE = 1024 };

static const char *color_of(const struct page_style *page, enum tone tone)
{
    static const char *const colors[] = {
        [TONE_PLAIN] = "",           [TONE_GOOD] = "\033[32m", [TONE_BAD] = "\033[31m",
        [TONE_WARNING] = "\033[33m", [TONE_QUIET] = "\033[2m", [TONE_TITLE] = "\033[1m",
    };
    return page->has_color ? colors[tone] : "";
}

void page_wrap(const struct page_style *page, size_t indent, enum tone tone, const char *raw)
{
    char visible[COLUMN_TEXT_SIZE];
    const char *text = emit_visible(visible, sizeof visible, raw);
    const char *color = color_of(page, tone), *end = color[0] != '\0' ? "\033[0m" : "";
    size_t column = indent;
    fputs(color, page->to);
    while (*text != '\0') {
        char word[WORD_SIZE];
        size_t length = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)length, text);
        size_t width = grid_width(word);
        if (column > indent && column + 1 + width > page->width) {
            fprintf(page->to, "%s\n%*s%s", end, (int)indent, "", color);
            column = indent;
        }
        column += width + (column > indent ? 1 : 0);
        fprintf(page->to, "%s%.*s", column > indent + width ? " " : "", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
    fprintf(page->to, "%s\n", end);
}

void page_say(const struct page_style *page, enum tone tone, const char *format, ...)
{
    char text[COLUMN_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    page_wrap(page, 0, tone, text);
}

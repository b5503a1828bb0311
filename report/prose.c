#include "report/prose.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* Plain words, escaped. */
static void put_plain(const struct prose *prose, const char *text, size_t length)
{
    bool is_markdown = prose->format == PROSE_MARKDOWN;
    const char *marks = is_markdown ? "\\`*_<>[]|" : "\\*_";
    for (size_t i = 0; i < length; i++) {
        bool is_in_word =
            i > 0 && i + 1 < length && isalnum((unsigned char)text[i - 1]) && isalnum((unsigned char)text[i + 1]);
        if (strchr(marks, text[i]) != NULL && !(is_markdown && text[i] == '_' && is_in_word))
            fputc('\\', prose->to);
        fputc(text[i], prose->to);
    }
}

/* A literal, such as a key: code in Markdown, bold in a manual page. */
static void put_literal(const struct prose *prose, const char *text)
{
    if (prose->format == PROSE_MARKDOWN) {
        fprintf(prose->to, "`%s`", text);
    } else {
        fputc('*', prose->to);
        put_plain(prose, text, strlen(text));
        fputc('*', prose->to);
    }
}

void prose_heading(const struct prose *prose, int level, const char *text)
{
    for (int i = 0; i < level; i++)
        fputc('#', prose->to);
    fputc(' ', prose->to);
    if (prose->format == PROSE_MARKDOWN)
        put_plain(prose, text, strlen(text));
    else
        fputs(text, prose->to); /* no marks in headings */
    fputs("\n\n", prose->to);
}

static void put_code(const struct prose *prose, const char *text, size_t length)
{
    fputs("```\n", prose->to);
    while (length > 0) {
        size_t line = strcspn(text, "\n"), set_in = strncmp(text, "  ", 2) == 0 ? 2 : 0;
        line = line < length ? line : length;
        fprintf(prose->to, "%.*s\n", (int)(line - set_in), text + set_in);
        line += line < length;
        text += line;
        length -= line;
    }
    fputs("```\n\n", prose->to);
}

void prose_code(const struct prose *prose, const char *text)
{
    put_code(prose, text, strlen(text));
}

void prose_text(const struct prose *prose, const char *text)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        if (strncmp(text, "  ", 2) == 0) {
            put_code(prose, text, length);
        } else {
            put_plain(prose, text, length);
            fputs("\n\n", prose->to);
        }
        text += length + strspn(text + length, "\n");
    }
}

void prose_term(const struct prose *prose, const char *term, const char *note, const char *text)
{
    if (prose->format == PROSE_MARKDOWN)
        fputs("* ", prose->to);
    put_literal(prose, term);
    if (note != NULL) {
        fputs(" (", prose->to);
        put_plain(prose, note, strlen(note));
        fputc(')', prose->to);
    }
    fputs(prose->format == PROSE_MARKDOWN ? ": " : "\n\t", prose->to);
    put_plain(prose, text, strlen(text));
    fputs(prose->format == PROSE_MARKDOWN ? "\n" : "\n\n", prose->to);
}

void prose_list_end(const struct prose *prose)
{
    if (prose->format == PROSE_MARKDOWN)
        fputc('\n', prose->to);
}

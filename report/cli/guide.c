#include "report/cli/guide.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/* ---- options ---- */

static bool is_end(const struct argp_option *option)
{
    return option->name == NULL && option->key == 0 && option->doc == NULL;
}

/* Counts, and fills where there is room. */
static size_t take_options(const struct argp *argp, struct guide_option *out, size_t count)
{
    for (const struct argp_option *option = argp->options; option != NULL && !is_end(option); option++) {
        if (option->flags & (OPTION_HIDDEN | OPTION_ALIAS | OPTION_DOC))
            continue;
        if (out != NULL)
            out[count] = (struct guide_option){
                .letter = option->key > 0 && option->key < 0x80 && isprint(option->key) ? option->key : 0,
                .name = option->name,
                .argument = option->arg,
                .is_optional = (option->flags & OPTION_ARG_OPTIONAL) != 0,
                .meaning = option->doc,
            };
        count++;
    }
    for (const struct argp_child *child = argp->children; child != NULL && child->argp != NULL; child++)
        count = take_options(child->argp, out, count);
    return count;
}

const char *guide_option_text(struct arena *arena, const struct guide_option *option)
{
    const char *value = "";
    if (option->argument != NULL)
        value = arena_format(arena, option->is_optional ? "[=%s]" : "=%s", option->argument);
    if (option->name == NULL)
        return arena_format(arena, "-%c%s%s", option->letter, option->argument != NULL ? " " : "",
                            option->argument != NULL ? option->argument : "");
    return option->letter != 0 ? arena_format(arena, "-%c, --%s%s", option->letter, option->name, value)
                               : arena_format(arena, "--%s%s", option->name, value);
}

const struct guide_option *guide_find(const struct guide *guide, const char *name, size_t length)
{
    const struct guide_option *found = NULL;
    size_t count = 0;
    for (size_t i = 0; i < guide->option_count; i++) {
        const struct guide_option *option = &guide->options[i];
        if (option->name == NULL || strncmp(option->name, name, length) != 0)
            continue;
        if (option->name[length] == '\0')
            return option;
        found = option;
        count++;
    }
    return count == 1 ? found : NULL;
}

/* ---- texts ---- */

/* Where the examples begin in the part of a doc before \v: the first paragraph that is set in. */
static const char *find_examples(const char *text)
{
    const char *at = strncmp(text, "  ", 2) == 0 ? text : strstr(text, "\n\n  ");
    if (at == NULL)
        return text + strlen(text);
    return at == text ? at : at + 2;
}

/* Without the line ends behind it. */
static const char *cut(struct arena *arena, const char *from, const char *to)
{
    while (to > from && to[-1] == '\n')
        to--;
    return arena_format(arena, "%.*s", (int)(to - from), from);
}

struct guide guide_read(struct arena *arena, const char *name, const struct argp *argp)
{
    const char *doc = argp->doc != NULL ? argp->doc : "", *notes = strchr(doc, '\v');
    const char *before = cut(arena, doc, notes != NULL ? notes : doc + strlen(doc)), *examples = find_examples(before);
    size_t count = take_options(argp, NULL, 0);
    struct guide_option *options = arena_array(arena, count, sizeof *options);
    take_options(argp, options, 0);
    return (struct guide){
        .name = arena_text(arena, name),
        .operands = argp->args_doc != NULL ? argp->args_doc : "",
        .summary = cut(arena, before, examples),
        .examples = examples,
        .notes = notes != NULL ? notes + 1 : "",
        .options = options,
        .option_count = count,
    };
}

/* ---- of a command ---- */

static struct listening {
    struct arena *arena;
    const char *name;
    struct guide guide;
    bool is_on, has_heard;
} listening;

bool guide_hear(const struct argp *argp)
{
    if (!listening.is_on)
        return false;
    listening.guide = guide_read(listening.arena, listening.name, argp);
    listening.has_heard = true;
    return true;
}

struct guide guide_of_command(struct arena *arena, const struct command *command)
{
    char *name = arena_format(arena, "bakeoff %s", command->name);
    char *arguments[] = {name, NULL};
    listening = (struct listening){.arena = arena, .name = name, .is_on = true};
    command->main(1, arguments);
    listening.is_on = false;
    assert(listening.has_heard);
    return listening.guide;
}

/* ---- for the terminal ---- */

enum { OPTION_COLUMN = 30, WIDEST = 100 };

/* Words from `column` on; later lines begin at `indent`. */
static void put_words(FILE *to, const char *text, size_t length, size_t column, size_t indent, size_t width)
{
    bool is_first = true;
    while (length > 0) {
        size_t word = strcspn(text, " \n");
        word = word < length ? word : length;
        if (!is_first && column + 1 + word > width) {
            fprintf(to, "\n%*s", (int)indent, "");
            column = indent;
        } else if (!is_first) {
            fputc(' ', to);
            column++;
        }
        fwrite(text, 1, word, to);
        column += word;
        is_first = false;
        size_t blank = word + strspn(text + word, " \n");
        blank = blank < length ? blank : length;
        text += blank;
        length -= blank;
    }
    fputc('\n', to);
}

static void put_paragraphs(FILE *to, const char *text, size_t width)
{
    while (*text != '\0') {
        const char *end = strstr(text, "\n\n");
        size_t length = end != NULL ? (size_t)(end - text) : strlen(text);
        if (strncmp(text, "  ", 2) == 0)
            fprintf(to, "%.*s\n", (int)length, text);
        else
            put_words(to, text, length, 0, 0, width);
        text += length + strspn(text + length, "\n");
        if (*text != '\0')
            fputc('\n', to);
    }
}

static void put_heading(FILE *to, const char *text, bool has_color)
{
    fprintf(to, has_color ? "\n\033[1m%s\033[0m\n" : "\n%s\n", text);
}

static void put_usage(FILE *to, const struct guide *guide)
{
    const char *line = guide->operands;
    do {
        size_t length = strcspn(line, "\n");
        fprintf(to, "  %s [OPTION...]%s%.*s\n", guide->name, length > 0 ? " " : "", (int)length, line);
        line += length + (line[length] == '\n');
    } while (*line != '\0');
}

static void put_options(FILE *to, const struct guide *guide, size_t width)
{
    struct arena *arena = arena_create();
    size_t widest = 0;
    for (size_t i = 0; i < guide->option_count; i++) {
        size_t own = strlen(guide_option_text(arena, &guide->options[i])) + (guide->options[i].letter == 0 ? 4 : 0);
        widest = own > widest && own <= OPTION_COLUMN ? own : widest;
    }
    for (size_t i = 0; i < guide->option_count; i++) {
        const struct guide_option *option = &guide->options[i];
        const char *text = guide_option_text(arena, option);
        int taken = fprintf(to, "  %s%s", option->letter == 0 ? "    " : "", text);
        size_t column = widest + 4;
        if ((size_t)taken + 2 > column)
            fprintf(to, "\n%*s", (int)column, "");
        else
            fprintf(to, "%*s", (int)column - taken, "");
        put_words(to, option->meaning, strlen(option->meaning), column, column, width);
    }
    arena_free(arena);
}

void guide_print(FILE *to, const struct guide *guide, size_t width, bool has_color)
{
    width = width < WIDEST ? width : WIDEST;
    put_paragraphs(to, guide->summary, width);
    put_heading(to, "Examples:", has_color);
    fprintf(to, "%s\n", guide->examples);
    put_heading(to, "Usage:", has_color);
    put_usage(to, guide);
    put_heading(to, "Options:", has_color);
    put_options(to, guide, width);
    fputc('\n', to);
    put_paragraphs(to, guide->notes, width);
}

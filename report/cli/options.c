#include "report/cli/options.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "report/cli/guide.h"
#include "report/cli/signals.h"
#include "report/emit.h"
#include "report/figures/bundles.h"
#include "report/output.h"
#include "scenarios/keys.h"
#include "scenarios/nearest.h"
#include "version.h"

enum { KEY_USAGE = 0x1000, KEY_VERSION };

static const struct argp_option plain_help_options[] = {
    {"help", 'h', NULL, 0, "show this help", -1},
    {"usage", KEY_USAGE, NULL, 0, "show the options in short", -1},
    {0},
};

static const struct argp_option version_options[] = {
    {"version", KEY_VERSION, NULL, 0, "show the version", -1},
    {0},
};

static _Noreturn void print_help(const struct argp_state *state)
{
    struct arena *arena = arena_create();
    struct guide guide = guide_read(arena, state->name, state->root_argp);
    guide_print(stdout, &guide, options_width(stdout), options_has_color(COLOR_AUTO, stdout));
    arena_free(arena);
    exit(STATUS_DONE);
}

static error_t parse_help(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == 'h') {
        print_help(state);
    } else if (key == KEY_USAGE) {
        argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
    } else if (key == KEY_VERSION) {
        puts("bakeoff " BAKEOFF_VERSION);
        exit(0);
    } else {
        return ARGP_ERR_UNKNOWN;
    }
    return 0;
}

const struct argp options_plain_help = {.options = plain_help_options, .parser = parse_help};
static const struct argp version_argp = {.options = version_options, .parser = parse_help};
static const struct argp_child version_children[] = {{&version_argp, 0, NULL, 0}, {0}};
const struct argp options_help = {.options = plain_help_options, .parser = parse_help, .children = version_children};

/* ---- an option that there is not ---- */

/* What stands behind the letters of "-n5" or "-qn 5": true when the next word belongs to them. */
static bool takes_next(const struct guide *guide, const char *letters)
{
    for (; *letters != '\0'; letters++)
        for (size_t i = 0; i < guide->option_count; i++)
            if (guide->options[i].letter == *letters && guide->options[i].argument != NULL)
                return letters[1] == '\0' && !guide->options[i].is_optional;
    return false;
}

static void refuse_option(const struct guide *guide, const char *word, size_t length)
{
    char name[256], visible[256];
    snprintf(name, sizeof name, "%.*s", (int)length, word);
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < guide->option_count; i++) {
        if (guide->options[i].name == NULL)
            continue;
        if (strncmp(guide->options[i].name, name, length) == 0)
            return; /* the beginning of several: argp lists them */
        nearest_offer(&nearest, guide->options[i].name);
    }
    const char *best = nearest_found(&nearest);
    fprintf(stderr, "%s: there is no option '--%s'", guide->name, emit_visible(visible, sizeof visible, name));
    if (best != NULL)
        fprintf(stderr, "; did you mean '--%s'?\n", best);
    else
        fprintf(stderr, "; '%s --help' lists them\n", guide->name);
    exit(STATUS_USAGE);
}

/* Names the nearest option in place of a wrong one, which argp would only call unrecognized. */
static void check_options(const struct argp *argp, int argc, char **argv)
{
    struct arena *arena = arena_create();
    struct guide guide = guide_read(arena, argv[0], argp);
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        const char *word = argv[i];
        if (strncmp(word, "--", 2) == 0) {
            size_t length = strcspn(word + 2, "=");
            const struct guide_option *option = guide_find(&guide, word + 2, length);
            if (option == NULL)
                refuse_option(&guide, word + 2, length);
            else if (option->argument != NULL && !option->is_optional && word[2 + length] == '\0')
                i++;
        } else if (word[0] == '-') {
            i += takes_next(&guide, word + 1);
        }
    }
    arena_free(arena);
}

/* ---- parsing ---- */

static int parse_all(const struct argp *argp, int argc, char **argv, unsigned flags, void *input)
{
    if (guide_hear(argp))
        return ECANCELED;
    check_options(argp, argc, argv);
    int error = argp_parse(argp, argc, argv, ARGP_NO_HELP | flags, NULL, input);
    if (error)
        fprintf(stderr, "bakeoff: cannot read the command line: %s\n", strerror(error));
    return error;
}

int options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    return parse_all(argp, argc, argv, 0, input);
}

int options_parse_in_order(const struct argp *argp, int argc, char **argv, void *input)
{
    return parse_all(argp, argc, argv, ARGP_IN_ORDER, input);
}

char **options_copy(int argc, char **argv)
{
    size_t count = (size_t)argc + 1;
    char **copy = malloc(count * sizeof *copy);
    return copy ? memcpy(copy, argv, count * sizeof *copy) : NULL;
}

uint64_t options_count(const struct argp_state *state, const char *option, const char *text, uint64_t low,
                       uint64_t high)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    bool is_digits = text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
    if (!is_digits || errno != 0 || value < low || value > high)
        options_error(state, "%s: must be a whole number from %llu to %llu, got '%s'", option, (unsigned long long)low,
                      (unsigned long long)high, text);
    return value;
}

int options_word(const struct argp_state *state, const char *option, const char *text, const char *const *words,
                 size_t count)
{
    struct nearest nearest = nearest_to(text);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(text, words[i]) == 0)
            return (int)i;
        nearest_offer(&nearest, words[i]);
    }
    struct arena *arena = arena_create();
    const char *best = nearest_found(&nearest);
    options_error(state, "%s: must be %s, got '%s'%s", option, key_list(arena, words, count, "or"), text,
                  best != NULL ? arena_format(arena, "; did you mean '%s'?", best) : "");
    arena_free(arena);
    return 0;
}

void options_spare(const struct argp_state *state, const char *option, const char *output, const char *input)
{
    struct stat target, source;
    if (output && input && stat(output, &target) == 0 && S_ISREG(target.st_mode) && stat(input, &source) == 0 &&
        source.st_dev == target.st_dev && source.st_ino == target.st_ino)
        options_error(state, "%s %s would write over what is to be read", option, output);
}

enum color_choice options_color(const struct argp_state *state, const char *text)
{
    static const char *const names[] = {[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};
    return (enum color_choice)options_word(state, "--color", text, names, sizeof names / sizeof *names);
}

bool options_has_color(enum color_choice choice, FILE *to)
{
    if (choice != COLOR_AUTO)
        return choice == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if ((no_color && no_color[0] != '\0') || (term && strcmp(term, "dumb") == 0))
        return false;
    return isatty(fileno(to));
}

size_t options_width(FILE *to)
{
    struct winsize size = {0};
    if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    const char *text = getenv("COLUMNS");
    long width = text ? strtol(text, NULL, 10) : 0;
    return width >= 40 && width <= 1000 ? (size_t)width : 120;
}

int64_t options_stamp(bool is_wanted)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    char *end;
    long long given = epoch ? strtoll(epoch, &end, 10) : -1;
    if (epoch && *epoch != '\0' && *end == '\0' && given >= 0)
        return given;
    return is_wanted ? (int64_t)time(NULL) : -1;
}

int options_processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > 0 ? count : 1;
}

void options_tell_lacking(bool is_quiet)
{
    const char *lacking = is_quiet ? NULL : bundles_lacking();
    if (lacking)
        fprintf(stderr, "bakeoff: warning: %s\n", lacking);
}

int options_complain_of_write(const char *path)
{
    int error = errno;
    char visible[1024];
    if (error == EINTR && caught_signal != 0)
        return 128 + caught_signal;
    fprintf(stderr, "bakeoff: cannot write '%s': %s\n", emit_visible(visible, sizeof visible, path),
            output_reason(error));
    return error == OUTPUT_IS_TAKEN ? STATUS_USAGE : STATUS_FAILED;
}

void options_error(const struct argp_state *state, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL, visible[2048] = "out of memory";
    if (vasprintf(&text, format, arguments) >= 0)
        emit_visible(visible, sizeof visible, text);
    va_end(arguments);
    free(text);
    argp_error(state, "%s", visible);
}

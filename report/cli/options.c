#include "report/cli/options.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "version.h"

enum { KEY_USAGE = 0x1000, KEY_VERSION };

static const struct argp_option help_options[] = {
    {"help", 'h', NULL, 0, "show this help", -1},
    {"usage", KEY_USAGE, NULL, 0, "show the options in short", -1},
    {"version", KEY_VERSION, NULL, 0, "show the version", -1},
    {0},
};

static error_t parse_help(int key, char *argument, struct argp_state *state)
{
    (void)argument;
    if (key == 'h') {
        argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_LONG | ARGP_HELP_DOC | ARGP_HELP_EXIT_OK);
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

const struct argp options_help = {.options = help_options, .parser = parse_help};

int options_parse(const struct argp *argp, int argc, char **argv, void *input)
{
    int error = argp_parse(argp, argc, argv, ARGP_NO_HELP, NULL, input);
    if (error)
        fprintf(stderr, "bakeoff: cannot read the command line: %s\n", strerror(error));
    return error;
}

uint64_t options_count(const struct argp_state *state, const char *option, const char *text, uint64_t low,
                       uint64_t high)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    bool is_digits = text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
    if (!is_digits || errno != 0 || value < low || value > high)
        argp_error(state, "%s: must be a whole number from %llu to %llu, got '%s'", option, (unsigned long long)low,
                   (unsigned long long)high, text);
    return value;
}

enum color_choice options_color(const struct argp_state *state, const char *text)
{
    static const char *const names[] = {[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};
    for (int i = COLOR_AUTO; i <= COLOR_NEVER; i++)
        if (strcmp(text, names[i]) == 0)
            return (enum color_choice)i;
    argp_error(state, "--color: must be auto, always or never, got '%s'", text);
    return COLOR_AUTO;
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

int options_processors(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > 0 ? count : 1;
}

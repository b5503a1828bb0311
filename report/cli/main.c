#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <gsl/gsl_errno.h>

#include "report/cli/commands.h"
#include "report/cli/guide.h"
#include "report/cli/options.h"
#include "report/columns.h"
#include "report/emit.h"
#include "report/output.h"
#include "scenarios/nearest.h"
#include "version.h"

enum { SUMMARY_COLUMN = 14 };

/* One example a command, the first of its own help. */
static void print_examples(FILE *to)
{
    struct arena *arena = arena_create();
    for (size_t i = 0; i < command_count; i++) {
        const char *examples = guide_of_command(arena, &commands[i]).examples;
        fprintf(to, "%.*s\n", (int)strcspn(examples, "\n"), examples);
    }
    arena_free(arena);
}

static void print_usage(FILE *to)
{
    const char *bold = options_has_color(COLOR_AUTO, to) ? "\033[1m" : "", *plain = bold[0] != '\0' ? "\033[0m" : "";
    fprintf(to,
            "Which SageMaker deployment-guardrail configuration should you commit, and what\n"
            "will it cost you when the new model is bad? bakeoff replays each configuration\n"
            "against the same traffic and finds out.\n"
            "\n%sExamples:%s\n",
            bold, plain);
    print_examples(to);
    fprintf(to, "\n%sCommands:%s\n", bold, plain);
    for (size_t i = 0; i < command_count; i++)
        fprintf(to, "  %-*s%s\n", SUMMARY_COLUMN, commands[i].name, commands[i].help);
    fprintf(to,
            "\n%sOptions:%s\n  -h, --help    show this help\n      --version show the version\n\n"
            "'bakeoff help COMMAND' tells more of one.\n",
            bold, plain);
}

static int complain_of_command(const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (size_t i = 0; i < command_count; i++)
        nearest_offer(&nearest, commands[i].name);
    nearest_offer(&nearest, "help");
    nearest_offer(&nearest, "--help");
    nearest_offer(&nearest, "--version");
    const char *best = nearest_found(&nearest);
    char visible[64];
    fprintf(stderr, "bakeoff: '%s' is no command", emit_visible(visible, sizeof visible, name));
    if (best)
        fprintf(stderr, "; did you mean '%s'?\n", best);
    else
        fputs("; 'bakeoff --help' lists them\n", stderr);
    return STATUS_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
    char name[64];
    snprintf(name, sizeof name, "bakeoff %s", command->name);
    argv[0] = name;
    return command->main(argc, argv);
}

static int help(int argc, char **argv)
{
    if (argc == 0 || strcmp(argv[0], "help") == 0) {
        print_usage(stdout);
        return STATUS_DONE;
    }
    const struct command *command = command_find(argv[0]);
    if (!command)
        return complain_of_command(argv[0]);
    char option[] = "--help";
    char *arguments[] = {NULL, option, NULL};
    return run(command, 2, arguments);
}

/* GSL's own handler aborts without a word on where. Its errors are faults of the program, never of the input. */
static _Noreturn void stop_on_gsl_error(const char *reason, const char *file, int line, int number)
{
    fprintf(stderr, "bakeoff: internal error: %s (%s:%d: %s)\n", reason, file, line, gsl_strerror(number));
    _exit(STATUS_FAILED);
}

/* Every way out passes here, since a full disk may show at the last flush only. */
static void check_stdout(void)
{
    if (output_flush(stdout)) {
        fprintf(stderr, "bakeoff: cannot write to standard output: %s\n", strerror(errno));
        _exit(STATUS_FAILED);
    }
}

/* A closed descriptor would be given to the next file that is opened, and messages would land in it. The stand-ins are
 * open the wrong way round, so using one is an error. */
static void guard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        /* cppcheck-suppress leakReturnValNotUsed ; it is meant to stay open */
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) != fd)
            _exit(STATUS_FAILED);
}

int main(int argc, char **argv)
{
    guard_descriptors();
    setlocale(LC_CTYPE, ""); /* for the widths of names; numbers stay as they are */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file too large is an error of writing, told as such */
    gsl_set_error_handler(stop_on_gsl_error);
    /* A tree of JSON that is built, too, ends the program where there is no memory. */
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = xalloc, .free_fn = free});
    columns_announce();
    argp_err_exit_status = STATUS_USAGE;
    if (atexit(check_stdout))
        return STATUS_FAILED;
    if (argc < 2) {
        print_usage(stderr);
        return STATUS_USAGE;
    }
    const char *word = argv[1];
    if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return help(argc - 2, argv + 2);
    if (strcmp(word, "--version") == 0) {
        puts("bakeoff " BAKEOFF_VERSION);
        return STATUS_DONE;
    }
    const struct command *command = command_find(word);
    return command ? run(command, argc - 1, argv + 1) : complain_of_command(word);
}

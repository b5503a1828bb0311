#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "report/cli/commands.h"
#include "report/columns.h"
#include "report/emit.h"
#include "report/output.h"
#include "scenarios/nearest.h"
#include "version.h"

struct command {
    const char *name;
    int (*main)(int argc, char **argv);
    const char *help;
};

static const struct command commands[] = {
    {"compare", compare_main, "compare deployment policies on bad and good model versions"},
    {"explain", explain_main, "tell one replication as a story, and where the time to rollback went"},
    {"check", check_main, "tell whether scenarios and AWS files are valid, all errors at once"},
    {"alarm", alarm_main, "backtest one CloudWatch alarm on a recorded metric"},
    {"modes", modes_main, "list the traffic-shifting modes and the guardrail's transition table"},
    {"init", init_main, "print a scenario to start from, with a comment before every key"},
    {"schema", schema_main, "print the JSON Schema of scenarios, for editors"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_usage(FILE *to)
{
    fputs("Which SageMaker deployment-guardrail configuration should you commit, and what will it cost you when the\n"
          "new model is bad? bakeoff replays each configuration against the same traffic and finds out.\n"
          "\n"
          "  bakeoff compare scenario.json             compare the policies of a scenario\n"
          "  bakeoff compare -n 1000 --csv-dir out scenario.json\n"
          "  bakeoff explain scenario.json -p canary -v faulty\n"
          "  bakeoff check deployment.json alarms.json are these files valid?\n"
          "  bakeoff alarm alarm.json metric.csv       would this alarm have fired?\n"
          "  bakeoff help compare                      all options of a command\n"
          "\n"
          "Commands:\n",
          to);
    for (int i = 0; i < COMMANDS; i++)
        fprintf(to, "  %-9s %s\n", commands[i].name, commands[i].help);
    fputs("\nOptions:\n  -h, --help  show this help\n  --version   show the version\n", to);
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int complain_of_command(const char *name)
{
    struct nearest nearest = nearest_to(name);
    for (int i = 0; i < COMMANDS; i++)
        nearest_offer(&nearest, commands[i].name);
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
    if (argc == 0) {
        print_usage(stdout);
        return STATUS_DONE;
    }
    const struct command *command = find_command(argv[0]);
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
    const struct command *command = find_command(word);
    return command ? run(command, argc - 1, argv + 1) : complain_of_command(word);
}

/* bakeoff completion: what a shell needs to complete command lines, from the options that the commands take. */
#include <stdlib.h>
#include <string.h>

#include "models/alarm.h"
#include "report/cli/commands.h"
#include "report/cli/guide.h"
#include "report/cli/options.h"
#include "report/columns.h"
#include "scenarios/keys.h"

static const char doc[] = "Prints what a shell needs to complete commands, options and their arguments.\n"
                          "\n"
                          "  . <(bakeoff completion bash)\n"
                          "  bakeoff completion zsh >\"${fpath[1]}/_bakeoff\"\n"
                          "  bakeoff completion fish >~/.config/fish/completions/bakeoff.fish\v"
                          "SHELL is bash, zsh or fish. make install puts all three where the shells find them.\n"
                          "\n"
                          "Exit status: 0 done, 2 usage, 3 failed while running.";

static const char *const shells[] = {"bash", "zsh", "fish"};
enum { SHELLS = sizeof shells / sizeof *shells };

/* ---- what stands for an argument, by the name that the help gives it ---- */

enum { MOST_WORDS = 64 };

struct candidates {
    bool is_file, is_folder;
    const char *words[MOST_WORDS];
    size_t count;
};

static void add_words(struct candidates *out, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && out->count < MOST_WORDS; i++)
        out->words[out->count++] = words[i];
}

static void add_figures(struct candidates *out)
{
    for (size_t i = 0; i < column_count; i++)
        if (columns[i].kind == COLUMN_NUMBER)
            add_words(out, &columns[i].name, 1);
}

/* One name: "WHEN", "SCENARIO", "ALARM.json". What is not known here is free. */
static void add_name(struct candidates *out, const char *name)
{
    static const char *const when[] = {"auto", "always", "never"};
    static const char *const modes[] = {"all-at-once", "canary", "linear", "rolling"};
    static const char *const pages[] = {"reference", "commands", "scenarios"};
    static const char *const from = "from";
    if (strcmp(name, "WHEN") == 0)
        add_words(out, when, KEY_COUNT(when));
    else if (strcmp(name, "MODE") == 0)
        add_words(out, modes, KEY_COUNT(modes));
    else if (strcmp(name, "from") == 0)
        add_words(out, &from, 1);
    else if (strcmp(name, "SHELL") == 0)
        add_words(out, shells, SHELLS);
    else if (strcmp(name, "PAGE") == 0)
        add_words(out, pages, KEY_COUNT(pages));
    else if (strcmp(name, "STATE") == 0)
        add_words(out, alarm_state_names, ALARM_STATES);
    else if (strcmp(name, "METRIC") == 0)
        add_figures(out);
    else if (strncmp(name, "DIR", 3) == 0 || strncmp(name, "OUT", 3) == 0)
        out->is_folder = true;
    else if (strncmp(name, "FILE", 4) == 0 || strncmp(name, "PATH", 4) == 0 || strncmp(name, "SCENARIO", 8) == 0 ||
             strchr(name, '.') != NULL)
        out->is_file = true;
}

/* Of an option's argument, or of all operands: "[MODE]\nfrom DEPLOYMENT.json ALARMS.json". */
static struct candidates candidates_of(struct arena *arena, const char *names)
{
    struct candidates out = {0};
    char *rest = arena_text(arena, names), *saved = NULL;
    for (char *name = strtok_r(rest, " \n[]|", &saved); name != NULL; name = strtok_r(NULL, " \n[]|", &saved))
        add_name(&out, name);
    return out;
}

static const char *joined(struct arena *arena, const struct candidates *candidates)
{
    const char *text = "";
    for (size_t i = 0; i < candidates->count; i++)
        text = arena_format(arena, "%s%s%s", text, i > 0 ? " " : "", candidates->words[i]);
    return text;
}

/* ---- bash ---- */

static void put_bash_reply(FILE *to, struct arena *arena, const struct candidates *candidates)
{
    fprintf(to, "COMPREPLY=($(compgen");
    if (candidates->count > 0)
        fprintf(to, " -W '%s'", joined(arena, candidates));
    if (candidates->is_file)
        fputs(" -f", to);
    else if (candidates->is_folder)
        fputs(" -d", to);
    fputs(candidates->count > 0 || candidates->is_file || candidates->is_folder ? " -- \"$cur\"))" : "))", to);
}

static const char *bash_options(struct arena *arena, const struct guide *guide)
{
    const char *text = "";
    for (size_t i = 0; i < guide->option_count; i++) {
        const struct guide_option *option = &guide->options[i];
        if (option->letter != 0)
            text = arena_format(arena, "%s -%c", text, option->letter);
        if (option->name != NULL)
            text = arena_format(arena, "%s --%s", text, option->name);
    }
    return text + (*text == ' ');
}

static void put_bash_command(FILE *to, struct arena *arena, const struct command *command)
{
    struct guide guide = guide_of_command(arena, command);
    fprintf(to, "    %s)\n        case $prev in\n", command->name);
    for (size_t i = 0; i < guide.option_count; i++) {
        const struct guide_option *option = &guide.options[i];
        if (option->argument == NULL || option->is_optional)
            continue;
        struct candidates candidates = candidates_of(arena, option->argument);
        fputs("        ", to);
        if (option->letter != 0)
            fprintf(to, "-%c%s", option->letter, option->name != NULL ? " | " : "");
        if (option->name != NULL)
            fprintf(to, "--%s", option->name);
        fputs(") ", to);
        put_bash_reply(to, arena, &candidates);
        fputs("; return ;;\n", to);
    }
    struct candidates operands = candidates_of(arena, guide.operands);
    fprintf(
        to,
        "        esac\n        case $cur in\n        -*) COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n        *) ",
        bash_options(arena, &guide));
    put_bash_reply(to, arena, &operands);
    fputs(" ;;\n        esac\n        ;;\n", to);
}

static const char *command_names(struct arena *arena)
{
    const char *text = "help";
    for (size_t i = 0; i < command_count; i++)
        text = arena_format(arena, "%s %s", text, commands[i].name);
    return text;
}

static void put_bash(FILE *to, struct arena *arena)
{
    const char *names = command_names(arena);
    fprintf(to,
            "# bash completion of bakeoff, made by bakeoff completion bash\n"
            "# shellcheck shell=bash disable=SC2207 # words on purpose\n"
            "_bakeoff()\n{\n"
            "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
            "    COMPREPLY=()\n"
            "    # --option=value comes as three words.\n"
            "    if [ \"$cur\" = = ]; then\n        cur=\n"
            "    elif [ \"$prev\" = = ]; then\n        prev=${COMP_WORDS[COMP_CWORD-2]}\n    fi\n"
            "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
            "        COMPREPLY=($(compgen -W '%s --help --version' -- \"$cur\"))\n        return\n    fi\n"
            "    case ${COMP_WORDS[1]} in\n"
            "    help) COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n",
            names, names);
    for (size_t i = 0; i < command_count; i++)
        put_bash_command(to, arena, &commands[i]);
    fputs("    esac\n}\ncomplete -o filenames -F _bakeoff bakeoff\n", to);
}

/* ---- zsh ---- */

/* Inside single quotes, in a text that _arguments reads. */
static void put_zsh_text(FILE *to, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", to);
        else if (strchr("[]:\\", *text) != NULL)
            fprintf(to, "\\%c", *text);
        else
            fputc(*text, to);
    }
}

static void put_zsh_candidates(FILE *to, struct arena *arena, const char *names)
{
    struct candidates candidates = candidates_of(arena, names);
    if (candidates.is_file && candidates.count > 0)
        fprintf(to, "{_alternative \"words:word:(%s)\" \"files:file:_files\"}", joined(arena, &candidates));
    else if (candidates.count > 0)
        fprintf(to, "(%s)", joined(arena, &candidates));
    else if (candidates.is_file)
        fputs("_files", to);
    else if (candidates.is_folder)
        fputs("_files -/", to);
    else
        fputc(' ', to);
}

static void put_zsh_option(FILE *to, struct arena *arena, const struct guide_option *option)
{
    fputs("            ", to);
    if (option->letter != 0 && option->name != NULL)
        fprintf(to, "'(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name, option->letter,
                option->argument != NULL ? "+" : "", option->name,
                option->argument == NULL ? ""
                : option->is_optional    ? "=-"
                                         : "=");
    else if (option->name != NULL)
        fprintf(to, "'--%s%s[", option->name, option->argument == NULL ? "" : option->is_optional ? "=-" : "=");
    else
        fprintf(to, "'-%c%s[", option->letter, option->argument != NULL ? "+" : "");
    put_zsh_text(to, option->meaning);
    fputc(']', to);
    if (option->argument != NULL) {
        fputs(option->is_optional ? "::" : ":", to);
        put_zsh_text(to, option->argument);
        fputc(':', to);
        put_zsh_candidates(to, arena, option->argument);
    }
    fputs("' \\\n", to);
}

static void put_zsh_command(FILE *to, struct arena *arena, const struct command *command)
{
    struct guide guide = guide_of_command(arena, command);
    fprintf(to, "        %s)\n            _arguments -s -S \\\n", command->name);
    for (size_t i = 0; i < guide.option_count; i++)
        put_zsh_option(to, arena, &guide.options[i]);
    fputs("            '*:operand:", to);
    put_zsh_candidates(to, arena, guide.operands);
    fputs("'\n            ;;\n", to);
}

static void put_zsh(FILE *to, struct arena *arena)
{
    fputs("#compdef bakeoff\n# zsh completion of bakeoff, made by bakeoff completion zsh\n"
          "_bakeoff() {\n    local curcontext=$curcontext state line\n    local -a names\n    names=(\n"
          "        'help:tell more of a command'\n",
          to);
    for (size_t i = 0; i < command_count; i++) {
        fprintf(to, "        '%s:", commands[i].name);
        put_zsh_text(to, commands[i].help);
        fputs("'\n", to);
    }
    fputs("    )\n"
          "    _arguments -C '(- *)'{-h,--help}'[show help]' '(- *)--version[show the version]' \\\n"
          "        '1:command:->command' '*::operand:->operand'\n"
          "    case $state in\n    command) _describe command names ;;\n    operand)\n        case $words[1] in\n"
          "        help) _describe command names ;;\n",
          to);
    for (size_t i = 0; i < command_count; i++)
        put_zsh_command(to, arena, &commands[i]);
    fputs("        esac\n        ;;\n    esac\n}\n"
          "# Both ways: found by fpath, or sourced.\n"
          "if [ \"$funcstack[1]\" = _bakeoff ]; then _bakeoff \"$@\"; else compdef _bakeoff bakeoff; fi\n",
          to);
}

/* ---- fish ---- */

/* In single quotes. */
static void put_fish_text(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text != '\0'; text++)
        fprintf(to, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    fputc('\'', to);
}

static void put_fish_command(FILE *to, struct arena *arena, const struct command *command)
{
    struct guide guide = guide_of_command(arena, command);
    for (size_t i = 0; i < guide.option_count; i++) {
        const struct guide_option *option = &guide.options[i];
        fprintf(to, "complete -c bakeoff -n '__fish_seen_subcommand_from %s'", command->name);
        if (option->letter != 0)
            fprintf(to, " -s %c", option->letter);
        if (option->name != NULL)
            fprintf(to, " -l %s", option->name);
        struct candidates candidates = candidates_of(arena, option->argument != NULL ? option->argument : "");
        if (option->argument != NULL && !option->is_optional)
            fputs(candidates.is_file || candidates.is_folder ? " -r -F" : " -x", to);
        if (candidates.count > 0)
            fprintf(to, " -a '%s'", joined(arena, &candidates));
        fputs(" -d ", to);
        put_fish_text(to, option->meaning);
        fputc('\n', to);
    }
    struct candidates operands = candidates_of(arena, guide.operands);
    if (operands.count > 0)
        fprintf(to, "complete -c bakeoff -n '__fish_seen_subcommand_from %s' -a '%s'\n", command->name,
                joined(arena, &operands));
    if (!operands.is_file && !operands.is_folder)
        fprintf(to, "complete -c bakeoff -n '__fish_seen_subcommand_from %s' -f\n", command->name);
}

static void put_fish(FILE *to, struct arena *arena)
{
    fputs("# fish completion of bakeoff, made by bakeoff completion fish\n"
          "complete -c bakeoff -n __fish_use_subcommand -f\n"
          "complete -c bakeoff -n __fish_use_subcommand -l help -s h -d 'show help'\n"
          "complete -c bakeoff -n __fish_use_subcommand -l version -d 'show the version'\n"
          "complete -c bakeoff -n __fish_use_subcommand -a help -d 'tell more of a command'\n",
          to);
    for (size_t i = 0; i < command_count; i++) {
        fprintf(to, "complete -c bakeoff -n __fish_use_subcommand -a %s -d ", commands[i].name);
        put_fish_text(to, commands[i].help);
        fputc('\n', to);
    }
    fprintf(to, "complete -c bakeoff -n '__fish_seen_subcommand_from help' -f -a '%s'\n", command_names(arena));
    for (size_t i = 0; i < command_count; i++)
        put_fish_command(to, arena, &commands[i]);
}

/* ---- the command ---- */

static error_t parse(int key, char *argument, struct argp_state *state)
{
    switch (key) {
    case ARGP_KEY_ARG:
        if (state->arg_num > 0)
            options_error(state, "unexpected argument '%s'", argument);
        *(int *)state->input = options_word(state, "SHELL", argument, shells, SHELLS);
        return 0;
    case ARGP_KEY_NO_ARGS: options_error(state, "which shell? bash, zsh or fish"); return 0;
    default: return ARGP_ERR_UNKNOWN;
    }
}

int completion_main(int argc, char **argv)
{
    static void (*const writers[SHELLS])(FILE * to, struct arena * arena) = {put_bash, put_zsh, put_fish};
    const struct argp_child children[] = {{&options_help, 0, NULL, 0}, {0}};
    const struct argp argp = {.parser = parse, .args_doc = "SHELL", .doc = doc, .children = children};
    int shell = 0;
    if (options_parse(&argp, argc, argv, &shell))
        return STATUS_FAILED;
    struct arena *arena = arena_create();
    writers[shell](stdout, arena);
    arena_free(arena);
    return STATUS_DONE;
}

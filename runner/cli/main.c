/*
 * The command line: a table of subcommands, looked up by their first word.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "commands.h"
#include "files.h"
#include "profile_schema.h"
#include "strbuf.h"
#include "study.h"
#include "terminal.h"

static const struct command *const table[] = {
    &command_run,      &command_resume,  &command_status,   &command_cancel, &command_collect,
    &command_report,   &command_compare, &command_check,   &command_backends, &command_clusters, &command_probe,
    &command_worker,   &command_help,    &command_version,
};
enum { TABLE_ROWS = sizeof table / sizeof *table };

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < TABLE_ROWS; i++)
        if (strcmp(table[i]->name, name) == 0)
            return table[i];
    return NULL;
}

static void print_overview(void)
{
    struct strbuf out = STRBUF_INIT;
    strbuf_add(&out, "scalestudy measures how a program scales and says how many cores to ask for.\n\n"
                     "usage: scalestudy COMMAND [OPTION...] [WORDS]\n\n");
    for (size_t i = 0; i < TABLE_ROWS; i++)
        if (!table[i]->internal)
            strbuf_addf(&out, "  %-8s %-15s %s\n", table[i]->name, table[i]->arguments,
                        table[i]->summary);
    strbuf_add(&out, "\n`scalestudy help COMMAND` tells a command's options, `help study` what a study\n"
                     "file may hold and `help cluster` a cluster profile; `help schema` and\n"
                     "`help cluster-schema` print that as JSON Schemas.\n");
    terminal_print(out.str);
    strbuf_free(&out);
}

static void print_command(const struct command *command)
{
    struct strbuf out = STRBUF_INIT;
    strbuf_addf(&out, "usage: scalestudy %s%s%s%s\n\n%s\n", command->name,
                command->options == NULL ? "" : " [OPTION...]",
                command->arguments[0] == '\0' ? "" : " ", command->arguments, command->summary);
    if (command->options != NULL)
        strbuf_add_char(&out, '\n');
    for (const struct option_row *o = command->options; o != NULL && o->name != NULL; o++) {
        char letter[] = "    ";
        if (o->letter != 0)
            memcpy(letter, (char[]){'-', o->letter, ',', ' '}, 4);
        char *name = text_format("%s--%s%s%s", letter, o->name, o->value == NULL ? "" : " ",
                                 o->value == NULL ? "" : o->value);
        strbuf_addf(&out, "  %-28s %s\n", name, o->help);
        free(name);
    }
    if (command->details[0] != '\0')
        strbuf_addf(&out, "\n%s", command->details);
    terminal_print(out.str);
    strbuf_free(&out);
}

/* What `help` tells beside the commands. */
static const struct {
    const char *word;
    void (*write)(struct strbuf *out);
} topics[] = {
    {"study", study_describe},
    {"schema", study_schema},
    {"cluster", profile_help},
    {"cluster-schema", profile_schema},
};

enum { TOPICS = sizeof topics / sizeof *topics };

/* `help` has topics beside the commands: "studies" is meant to be one. */
static int refuse(const char *word, bool of_help)
{
    const char *names[TABLE_ROWS + TOPICS];
    struct error err = ERROR_INIT;
    size_t count = 0;
    for (size_t i = 0; i < TABLE_ROWS; i++)
        if (!table[i]->internal)
            names[count++] = table[i]->name;
    for (size_t i = 0; of_help && i < TOPICS; i++)
        names[count++] = topics[i].word;
    const char *meant = suggest_word(word + strspn(word, "-"), names, count);
    const char *what = of_help ? "command or topic" : "command";
    if (meant != NULL)
        error_set(&err, "there is no %s \"%.60s\"; did you mean \"%s\"?", what, word, meant);
    else if (file_exists(word))
        error_set(&err, "there is no %s \"%.60s\"; did you mean \"scalestudy %s %s\"?", what, word,
                  folder_exists(word) ? "report" : "run", word);
    else
        error_set(&err, "there is no %s \"%.60s\"; `scalestudy help` lists them", what, word);
    return terminal_fail(&err);
}

static int print_about(const char *word)
{
    for (size_t i = 0; i < TOPICS; i++)
        if (strcmp(word, topics[i].word) == 0) {
            struct strbuf out = STRBUF_INIT;
            topics[i].write(&out);
            terminal_print(out.str);
            strbuf_free(&out);
            return STATUS_OK;
        }
    if (find(word) == NULL)
        return refuse(word, true);
    print_command(find(word));
    return STATUS_OK;
}

static int help(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    int status = STATUS_OK;
    if (arguments_parse(&arguments, command, argc, argv, 0, 1, &err) != 0)
        return terminal_fail(&err);
    if (arguments.positional_count == 0)
        print_overview();
    else
        status = print_about(arguments.positional[0]);
    arguments_free(&arguments);
    return status;
}

static int version(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    if (arguments_parse(&arguments, command, argc, argv, 0, 0, &err) != 0)
        return terminal_fail(&err);
    printf("scalestudy %s\n", SCALESTUDY_VERSION);
    arguments_free(&arguments);
    return STATUS_OK;
}

const struct command command_help = {
    .name = "help",
    .arguments = "[COMMAND|TOPIC]",
    .summary = "tell about a command, or a topic: study, schema, cluster, cluster-schema",
    .details = "",
    .run = help,
};

const struct command command_version = {
    .name = "version",
    .arguments = "",
    .summary = "print the version",
    .details = "",
    .run = version,
};

static bool asks_for_help(int argc, char **argv)
{
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

/* What went to stdout may not have reached the disk or the pipe. */
static int close_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    struct error err = ERROR_INIT;
    error_system(&err, "could not write to standard output");
    return terminal_fail(&err);
}

/* Where a caller closed one of the standard streams, the next file opened would
 * take its number, and what is meant for people would go into it. */
static void open_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd > STDERR_FILENO)
        close(fd);
}

int main(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    open_standard_streams();
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error that is told, not a death */
    if (argc < 2) {
        print_overview();
        close_output(0);
        return STATUS_INPUT;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        word = "help";
    else if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        word = "version";
    const struct command *command = find(word);
    if (command == NULL)
        return refuse(word, false);
    if (asks_for_help(argc - 2, argv + 2)) {
        print_command(command);
        return close_output(STATUS_OK);
    }
    return close_output(command->run(command, argc - 2, argv + 2));
}

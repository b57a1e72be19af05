/*
 * scalestudy clusters: the cluster profiles there are, and what one says.
 */
#include <stdlib.h>

#include "clock.h"
#include "command.h"
#include "commands.h"
#include "profile_find.h"
#include "profile_text.h"
#include "strbuf.h"
#include "terminal.h"

static const struct option_row options[] = {
    {"json", 0, NULL, "the profile as a file, to be kept and changed"},
    {0},
};

static int show_all(const char *today, struct strbuf *out, struct error *err)
{
    struct profile_list list;
    if (profile_list_load(&list, err) != 0)
        return -1;
    profile_list_describe(&list, today, out);
    profile_list_free(&list);
    return 0;
}

static int show_one(const char *name, bool json, const char *today, struct strbuf *out,
                    struct error *err)
{
    struct profile profile;
    char *origin = NULL;
    if (profile_find(&profile, name, &origin, err) != 0)
        return -1;
    if (json)
        profile_write(&profile, out);
    else
        profile_describe(&profile, origin, today, out);
    free(origin);
    profile_free(&profile);
    return 0;
}

static int show(const struct arguments *arguments, struct strbuf *out, struct error *err)
{
    char today[CLOCK_STAMP_SIZE];
    bool json = arguments_has(arguments, "json");
    clock_stamp(today, clock_now());
    if (arguments->positional_count == 1)
        return show_one(arguments->positional[0], json, today, out, err);
    if (json)
        return error_set(err, "--json prints one profile: scalestudy clusters --json NAME");
    return show_all(today, out, err);
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    int status = STATUS_OK;
    if (arguments_parse(&arguments, command, argc, argv, 0, 1, &err) != 0)
        return terminal_fail(&err);
    if (show(&arguments, &text, &err) != 0)
        status = terminal_fail(&err);
    else
        terminal_print(text.str);
    strbuf_free(&text);
    arguments_free(&arguments);
    return status;
}

const struct command command_clusters = {
    .name = "clusters",
    .arguments = "[NAME|FILE]",
    .summary = "list the cluster profiles, or show one with its sources",
    .options = options,
    .details = "Your own profiles are files NAME.json in ~/.config/scalestudy/clusters/. One that\n"
               "has the name of a built-in profile takes its place.\n",
    .run = run,
};

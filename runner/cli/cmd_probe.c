/*
 * scalestudy probe: a cluster profile from what Slurm says of itself.
 */
#include "command.h"
#include "commands.h"
#include "probe.h"
#include "strbuf.h"
#include "terminal.h"

static const struct option_row options[] = {
    {"name", 0, "NAME", "the profile's name; Slurm's name of the cluster where not given"},
    {0},
};

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct profile profile;
    struct error err = ERROR_INIT;
    int status = STATUS_OK;
    if (arguments_parse(&arguments, command, argc, argv, 0, 0, &err) != 0)
        return terminal_fail(&err);
    if (probe_run(&profile, arguments_value(&arguments, "name"), &err) != 0) {
        status = terminal_fail(&err);
    } else {
        struct strbuf text = STRBUF_INIT;
        profile_write(&profile, &text);
        terminal_print(text.str);
        strbuf_free(&text);
        profile_free(&profile);
    }
    arguments_free(&arguments);
    return status;
}

const struct command command_probe = {
    .name = "probe",
    .arguments = "",
    .summary = "print a cluster profile for the cluster that this is run on",
    .options = options,
    .details = "Keep it, and add what Slurm does not know (\"sources\" say what that is):\n\n"
               "  scalestudy probe >~/.config/scalestudy/clusters/mycluster.json\n",
    .run = run,
};

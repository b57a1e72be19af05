/*
 * scalestudy collect: from records to results.csv, also while runs go on.
 */
#include "commands.h"
#include "stages.h"
#include "study_command.h"

static int act(const struct study_command *study)
{
    return stage_collect(study->folder, study->plan);
}

static int run(const struct command *command, int argc, char **argv)
{
    return study_command_run(command, argc, argv, false, act);
}

const struct command command_collect = {
    .name = "collect",
    .arguments = "DIR",
    .summary = "gather a study's records into results.csv",
    .details = "",
    .run = run,
};

/*
 * scalestudy resume: goes on with a study that was interrupted. It needs no
 * study file: the folder's plan says what is missing.
 */
#include "commands.h"
#include "interrupt.h"
#include "stages.h"
#include "study_command.h"

static const struct option_row options[] = {
    {"retry-failed", 0, NULL, "run again what failed, timed out or was wrong"},
    {0},
};

static int act(const struct study_command *study)
{
    return stage_measure(study->folder, study->plan,
                         arguments_has(study->arguments, "retry-failed"));
}

static int run(const struct command *command, int argc, char **argv)
{
    interrupt_catch();
    return study_command_run(command, argc, argv, true, act);
}

const struct command command_resume = {
    .name = "resume",
    .arguments = "DIR",
    .summary = "go on with a study that was interrupted",
    .options = options,
    .details = "",
    .run = run,
};

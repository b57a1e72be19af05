/*
 * scalestudy resume: goes on with a study that was interrupted. It needs no
 * study file: the folder's plan says what is missing.
 */
#include "command.h"
#include "commands.h"
#include "files.h"
#include "folder.h"
#include "interrupt.h"
#include "stages.h"
#include "terminal.h"

static const struct option_row options[] = {
    {"retry-failed", 0, NULL, "run again what failed, timed out or was wrong"},
    {0},
};

static int resume_locked(const struct study_folder *folder, bool retry_failed, struct error *err)
{
    struct plan plan;
    if (plan_read(&plan, folder->plan, err) != 0)
        return terminal_fail(err);
    int status = stage_measure(folder, &plan, retry_failed);
    plan_free(&plan);
    return status;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    struct study_folder folder;
    struct folder_lock lock = {.fd = -1};
    int status;
    interrupt_catch();
    study_folder_init(&folder, arguments.positional[0], "", "");
    if (study_folder_check(&folder, &err) != 0 || folder_lock(&lock, folder.path, &err) != 0)
        status = terminal_fail(&err);
    else
        status = resume_locked(&folder, arguments_has(&arguments, "retry-failed"), &err);
    folder_unlock(&lock);
    study_folder_free(&folder);
    arguments_free(&arguments);
    return status;
}

const struct command command_resume = {
    .name = "resume",
    .arguments = "DIR",
    .summary = "go on with a study that was interrupted",
    .options = options,
    .details = "",
    .run = run,
};

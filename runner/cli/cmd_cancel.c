/*
 * scalestudy cancel: ends the jobs of a study; what they recorded stays.
 */
#include "commands.h"
#include "executor_slurm.h"
#include "plural.h"
#include "study_command.h"
#include "terminal.h"

static int act(const struct study_command *study)
{
    struct error err = ERROR_INIT;
    int64_t tasks = 0;
    if (plan_is_local(study->plan))
        error_set(&err, "%s is measured on this machine and has no jobs; Ctrl-C ends its runner",
                  study->folder->path);
    else if (executor_slurm_cancel(study->folder->path, &tasks, &err) == 0)
        terminal_say("%lld task%s of %s cancelled; what is recorded stays, and `scalestudy resume "
                     "%s` submits the rest again",
                     (long long)tasks, plural(tasks), study->plan->name,
                     study->folder->path);
    return err.status == STATUS_OK ? STATUS_OK : terminal_fail(&err);
}

static int run(const struct command *command, int argc, char **argv)
{
    return study_command_run(command, argc, argv, false, act);
}

const struct command command_cancel = {
    .name = "cancel",
    .arguments = "DIR",
    .summary = "end the jobs of a study",
    .details = "",
    .run = run,
};

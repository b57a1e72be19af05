/*
 * scalestudy worker: does the runs of a task that have no record yet, and
 * nothing else. What a job script calls; a person may call it too.
 */
#include "commands.h"
#include "interrupt.h"
#include "progress.h"
#include "study_command.h"
#include "terminal.h"
#include "worker.h"

static int act(const struct study_command *study)
{
    struct progress progress;
    struct worker_outcome outcome;
    struct error err = ERROR_INIT;
    progress_begin(&progress, study->plan);
    struct worker_task task = {.folder = study->folder->path,
                               .plan = study->plan,
                               .name = "local",
                               .attempt = 1,
                               .watch = &progress.watch,
                               .cancel = &interrupted};
    int rc = worker_run(&task, &outcome, &err);
    progress_end(&progress);
    if (rc != 0)
        return terminal_fail(&err);
    if (outcome.cancelled)
        return STATUS_INTERRUPTED;
    return outcome.failed > 0 ? STATUS_SOME_FAILED : STATUS_OK;
}

static int run(const struct command *command, int argc, char **argv)
{
    interrupt_catch();
    return study_command_run(command, argc, argv, false, act);
}

const struct command command_worker = {
    .name = "worker",
    .arguments = "DIR",
    .summary = "do the runs of a study's folder that have no record yet",
    .details = "",
    .run = run,
    .internal = true,
};

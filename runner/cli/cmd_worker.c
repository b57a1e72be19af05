/*
 * scalestudy worker: does the runs of a task that have no record yet, and
 * nothing else. What a job script calls; a person may call it too.
 */
#include "command.h"
#include "commands.h"
#include "folder.h"
#include "interrupt.h"
#include "progress.h"
#include "terminal.h"
#include "worker.h"

static int work(const struct study_folder *folder, struct error *err)
{
    struct plan plan;
    struct progress progress;
    struct worker_outcome outcome;
    if (study_folder_check(folder, err) != 0 || plan_read(&plan, folder->plan, err) != 0)
        return terminal_fail(err);
    progress_begin(&progress, &plan);
    struct worker_task task = {.folder = folder->path,
                               .plan = &plan,
                               .name = "local",
                               .attempt = 1,
                               .watch = &progress.watch,
                               .cancel = &interrupted};
    int rc = worker_run(&task, &outcome, err);
    progress_end(&progress);
    plan_free(&plan);
    if (rc != 0)
        return terminal_fail(err);
    if (outcome.cancelled)
        return STATUS_INTERRUPTED;
    return outcome.failed > 0 ? STATUS_SOME_FAILED : STATUS_OK;
}

static int run(const struct command *command, int argc, char **argv)
{
    struct arguments arguments;
    struct error err = ERROR_INIT;
    if (arguments_parse(&arguments, command, argc, argv, 1, 1, &err) != 0)
        return terminal_fail(&err);
    struct study_folder folder;
    interrupt_catch();
    study_folder_init(&folder, arguments.positional[0], "", "");
    int status = work(&folder, &err);
    study_folder_free(&folder);
    arguments_free(&arguments);
    return status;
}

const struct command command_worker = {
    .name = "worker",
    .arguments = "DIR",
    .summary = "do the runs of a study's folder that have no record yet",
    .details = "",
    .run = run,
    .internal = true,
};

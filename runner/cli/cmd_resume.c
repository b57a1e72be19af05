/*
 * scalestudy resume: goes on with a study that was interrupted. It needs no
 * study file: the folder's plan says what is missing.
 */
#include <string.h>

#include "commands.h"
#include "interrupt.h"
#include "stage_allocation.h"
#include "stage_cluster.h"
#include "stages.h"
#include "study_command.h"

static const struct option_row options[] = {
    {"detach", 0, NULL, "on a cluster: submit what is missing and return"},
    {"retry-failed", 0, NULL, "run again what failed, timed out or was wrong"},
    {0},
};

static int act(const struct study_command *study)
{
    bool retry_failed = arguments_has(study->arguments, "retry-failed");
    bool detach = arguments_has(study->arguments, "detach");
    if (plan_is_local(study->plan))
        return stage_measure(study->folder, study->plan, retry_failed);
    if (allocation_is_ours() && strcmp(study->plan->layout, "packed") == 0)
        return stage_allocation(study->folder, study->plan);
    return stage_cluster(study->folder, study->plan, retry_failed, detach);
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
    .details = "On a cluster it submits just what is missing, and watches what still runs.\n",
    .run = run,
};

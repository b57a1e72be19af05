/*
 * scalestudy worker: does the runs of a task that have no record yet, and
 * nothing else. What a job script calls; a person may call it too.
 */
#include <stdlib.h>

#include "commands.h"
#include "interrupt.h"
#include "job_facts.h"
#include "study_command.h"
#include "tasks.h"
#include "terminal.h"
#include "work.h"
#include "worker.h"

static const struct option_row options[] = {
    {"array", 0, "KEY", "the array of a cluster's plan, such as w0-1x1x28"},
    {"first-block", 0, "N", "the block of array index 0; SLURM_ARRAY_TASK_ID is added to it"},
    {"retry-failed", 0, NULL, "run again what failed, timed out or was wrong"},
    {0},
};

/* Of this element: the number that the script gives and the index that Slurm gives. */
static int find_block(const struct study_command *study, const struct task_array *array,
                      int64_t index, int64_t *block, struct error *err)
{
    const char *given = arguments_value(study->arguments, "first-block");
    char *end;
    *block = 0;
    if (given != NULL) {
        *block = strtoll(given, &end, 10);
        if (end == given || *end != '\0')
            return error_set(err, "--first-block %.60s: a block is a number", given);
    }
    if (index > 0)
        *block += index;
    if (*block < array->first_block || *block >= array->first_block + array->blocks)
        return error_set(err, "%s has blocks %lld to %lld, not %lld", array->key,
                         (long long)array->first_block,
                         (long long)(array->first_block + array->blocks - 1), (long long)*block);
    return 0;
}

static int find_array(const struct study_command *study, struct task_array *array, int64_t index,
                      int64_t *block, struct error *err)
{
    const char *key = arguments_value(study->arguments, "array");
    if (key == NULL)
        return error_set(err, "%s is a cluster's: name the task, as its scripts in %s/jobs do",
                         study->folder->path, study->folder->path);
    if (!task_array_find(study->plan, key, array))
        return error_set(err, "%s has no array \"%.60s\"; its scripts are in %s/jobs",
                         study->folder->path, key, study->folder->path);
    return find_block(study, array, index, block, err);
}

static int work_on_array(const struct study_command *study, bool retry_failed)
{
    struct task_array array;
    struct job_facts facts;
    struct error err = ERROR_INIT;
    int64_t block = 0;
    job_facts_read(&facts);
    int rc = find_array(study, &array, facts.array_index, &block, &err);
    int status = rc != 0 ? terminal_fail(&err)
                         : work_in_job(study->folder, study->plan, &array, block, retry_failed, &facts);
    job_facts_free(&facts);
    return status;
}

static int act(const struct study_command *study)
{
    bool retry_failed = arguments_has(study->arguments, "retry-failed");
    struct worker_task task = {.folder = study->folder->path,
                               .plan = study->plan,
                               .name = "local",
                               .attempt = 1,
                               .retry_failed = retry_failed,
                               .cancel = &interrupted};
    return plan_is_local(study->plan) ? work(&task) : work_on_array(study, retry_failed);
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
    .options = options,
    .details = "",
    .run = run,
    .internal = true,
};

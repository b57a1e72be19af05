#include "work.h"

#include "command.h"
#include "interrupt.h"
#include "progress.h"
#include "terminal.h"

int work(struct worker_task *task)
{
    struct progress progress;
    struct worker_outcome outcome;
    struct error err = ERROR_INIT;
    progress_begin(&progress, task->plan);
    task->watch = &progress.watch;
    int rc = worker_run(task, &outcome, &err);
    progress_end(&progress);
    if (rc != 0)
        return terminal_fail(&err);
    if (outcome.cancelled)
        return STATUS_INTERRUPTED;
    return outcome.failed > 0 ? STATUS_SOME_FAILED : STATUS_OK;
}

int work_in_job(const struct study_folder *folder, const struct plan *plan,
                const struct task_array *array, int64_t block, bool retry_failed,
                const struct job_facts *facts)
{
    char name[TASK_NAME_SIZE];
    struct worker_task task = {.folder = folder->path,
                               .plan = plan,
                               .name = task_name(name, array->key, block),
                               .array = array,
                               .block = block,
                               .attempt = 0,
                               .submission = facts->name,
                               .array_job = facts->array_job,
                               .job = facts->job,
                               .partition = facts->partition,
                               .granted_memory_bytes = facts->memory_bytes,
                               .retry_failed = retry_failed,
                               .cancel = &interrupted};
    return work(&task);
}

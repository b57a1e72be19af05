/*
 * The runs of one task, with its progress shown: what `worker` does, and `run`
 * inside an allocation.
 */
#ifndef SCALESTUDY_WORK_H
#define SCALESTUDY_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "folder.h"
#include "job_facts.h"
#include "planfile.h"
#include "tasks.h"
#include "worker.h"

/* Both return an exit status. `task->watch` is set here. */
int work(struct worker_task *task);
int work_in_job(const struct study_folder *folder, const struct plan *plan,
                const struct task_array *array, int64_t block, bool retry_failed,
                const struct job_facts *facts);

#endif

/*
 * What a worker in a job says of its task, beside the records and in the same
 * file: that it has begun, for which submission and as which job, and how it
 * ended. So a job is known to have been accepted, or to be over, also where
 * Slurm does not answer, has forgotten it, or keeps no accounts.
 */
#ifndef SCALESTUDY_TASK_FACTS_H
#define SCALESTUDY_TASK_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "record.h"
#include "worker.h"

/* `submission` is the job's name, `array_job` its id ("123"), `job` that of the
 * element ("123_4"); all may be "". */
struct task_begin {
    const char *submission, *array_job, *job, *host;
};
int task_facts_begin(struct record_log *log, const struct task_begin *begin, struct error *err);

/* `problem`: why the worker could not do its runs; "" where it could. */
int task_facts_end(struct record_log *log, const struct worker_outcome *outcome,
                   const char *problem, struct error *err);

/* What the last attempt of a task has said. Texts are "" where nothing was. */
struct task_seen {
    int64_t attempts; /* files; 0: never begun */
    bool begun, ended;
    char *submission, *array_job, *job;
    char *problem;
};
int task_facts_look(struct task_seen *seen, const char *folder, const char *task,
                    struct error *err);
void task_seen_free(struct task_seen *seen);

#endif

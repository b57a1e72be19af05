/*
 * What `scalestudy worker` does, and `scalestudy run` on this machine: the
 * runs of a task, one at a time, in the planned order, each bound, measured,
 * judged and recorded. Runs that have a record already are passed over, so a
 * worker can be killed and started again at any time.
 *
 * On this machine it stops when a whole block, and three runs or more, failed one
 * after the other: the next would fail as well. A job on a cluster does one block.
 */
#ifndef SCALESTUDY_WORKER_H
#define SCALESTUDY_WORKER_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"
#include "planfile.h"
#include "results.h"
#include "schedule.h"
#include "tasks.h"

/* Who wants to watch; any may be NULL. */
struct worker_watch {
    void (*begins)(const struct planned_run *planned, int64_t done, int64_t total, void *context);
    void (*ended)(const struct planned_run *planned, const struct run *run, int64_t done,
                  int64_t total, void *context);
    void *context;
};

struct worker_task {
    const char *folder;
    const struct plan *plan;
    const char *name; /* "local": all waves */
    const struct task_array *array; /* whose element of `block` is done; NULL: all waves */
    int64_t block;
    const char *submission, *array_job, *job, *partition; /* of Slurm; NULL none */
    double granted_memory_bytes; /* NAN or 0: the machine's */
    int64_t attempt;  /* 1 is the first; 0: the next that has no records yet */
    bool retry_failed; /* runs again what has a record that is not ok */
    const struct worker_watch *watch;
    const volatile int *cancel; /* set by a signal handler: the run in hand is ended and not
                                   recorded */
};

struct worker_outcome {
    int64_t total, ok, failed; /* of the task's runs and warm-ups, those recorded before included */
    bool cancelled;
    char *in_vain; /* on this machine: a whole block failed, and this is what its first run came to; the
                      rest was not tried. NULL: it was. The caller frees */
    int64_t tried_in_vain; /* runs, one after the other */
};

/* -1 where records cannot be written: nothing that was recorded is lost. */
int worker_run(const struct worker_task *task, struct worker_outcome *outcome, struct error *err);

#endif

/*
 * One submission: its script is written, its intent journalled, sbatch called,
 * the answer journalled; and what became of one whose answer was lost.
 */
#ifndef SCALESTUDY_SLURM_SUBMISSION_H
#define SCALESTUDY_SLURM_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client.h"
#include "error.h"
#include "journal.h"
#include "planfile.h"
#include "tasks.h"

struct submitter {
    const struct plan *plan;
    const char *folder;  /* absolute */
    const char *program; /* scalestudy itself, absolute */
    struct journal *journal;
    struct slurm_client *client;
    bool retry_failed;
    double settle_seconds; /* how long after an intent a job of its name may still turn up */
};

/*
 * Asks for these blocks (ascending) of an array. The journal has the outcome
 * before this returns; `answer` is sbatch's, the caller frees it. An uncertain
 * one stays an intent. -1 where the script, the journal or sbatch itself could
 * not be had.
 */
int submission_send(const struct submitter *submitter, const struct task_array *array,
                    const int64_t *blocks, size_t count, int64_t first_block,
                    struct slurm_submit *answer, struct error *err);

/*
 * Looks for an intent's job, by what its tasks have written and by its name in
 * the queue; a fruitless search counts once settle_seconds have passed. The
 * journal then says accepted or never; otherwise it is still an intent.
 */
int submission_settle(const struct submitter *submitter, size_t index, struct error *err);

#endif

/*
 * The job script of an array: text that a student can read and run by hand,
 * from templates/job.sbatch. Every value is checked and quoted for its reader,
 * sbatch or the shell; nothing of a study reaches a shell unquoted but the
 * lines that are shell by definition (set-up lines of the profile and study).
 */
#ifndef SCALESTUDY_SLURM_SCRIPT_H
#define SCALESTUDY_SLURM_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "planfile.h"
#include "strbuf.h"
#include "tasks.h"

struct script_request {
    const struct plan *plan;
    const struct task_array *array;
    const char *name;     /* of the submission: the job's name, unique in the queue */
    const char *folder;   /* of the study, absolute */
    const char *program;  /* scalestudy itself, absolute */
    const int64_t *blocks; /* that are asked for, ascending */
    size_t block_count;
    int64_t first_block;  /* the block of array index 0: indexes stay below MaxArraySize */
    bool retry_failed;    /* runs that failed are done again too */
    const char *templates; /* folder whose files override the built-in ones; NULL: none */
};

/*
 * Appends the script. -1 (STATUS_INPUT) where a value cannot stand in one: a
 * line end or control character in a path or a name, a backslash in the folder
 * (Slurm drops it from the log's name), an account of two words. At least one
 * block must be asked for.
 */
int script_write(const struct script_request *request, struct strbuf *out, struct error *err);

/* "0-8" from 0, 1, …, 8; "0-2,5" for sbatch --array, numbers relative to `first_block`. */
void script_add_elements(struct strbuf *out, const int64_t *blocks, size_t count,
                         int64_t first_block);

#endif

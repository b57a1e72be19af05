/*
 * Slurm's job states and reasons: which end a job, which come again, what they
 * mean in words. States are stable from version to version; reasons are not,
 * so known ones are explained and unknown ones shown as they are.
 */
#ifndef SCALESTUDY_SLURM_STATE_H
#define SCALESTUDY_SLURM_STATE_H

#include <stdbool.h>

enum slurm_state {
    SLURM_UNKNOWN,    /* a word we do not know: keep waiting */
    SLURM_PENDING,    /* and requeued ones, held or not */
    SLURM_RUNNING,    /* and CONFIGURING, SUSPENDED, STOPPED, RESIZING, SIGNALING */
    SLURM_COMPLETING, /* and STAGE_OUT: the program has ended, how is not told yet */
    SLURM_COMPLETED,
    SLURM_FAILED,
    SLURM_CANCELLED,
    SLURM_TIMEOUT, /* and DEADLINE */
    SLURM_OUT_OF_MEMORY,
    SLURM_NODE_FAIL,
    SLURM_BOOT_FAIL,
    SLURM_PREEMPTED
};

/* "CANCELLED by 1001", "NODE_FAIL", "TIMEOUT+": the first word counts. */
enum slurm_state slurm_state_parse(const char *text);
const char *slurm_state_name(enum slurm_state state); /* as Slurm writes it: "NODE_FAIL" */

/* No run comes any more, provided that the job was submitted with --no-requeue:
 * else one that was preempted or lost its node waits again under the same id. */
bool slurm_state_ends(enum slurm_state state);
bool slurm_state_comes_again(enum slurm_state state); /* not the program's fault: submit again */

struct slurm_reason {
    const char *words;  /* what it means; NULL where the reason is not known: show it as it is */
    bool stuck;         /* never clears by itself */
    const char *remedy; /* what to do where it is stuck; NULL */
};

/* For a pending job's reason, as squeue %r or scontrol (underscores) spell it. */
struct slurm_reason slurm_reason_explain(const char *reason);

/* What can be changed in the study after sbatch has refused with these words; "" nothing known. */
const char *slurm_refusal_remedy(const char *words);

#endif

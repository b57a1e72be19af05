/*
 * Slurm's commands, each run from an argument vector with a time limit and an
 * environment without SBATCH_*, SQUEUE_*, SACCT_* and SLURM_CLUSTERS of the
 * caller's shell, which would change what they do. Text formats only: they are
 * the same from 20.11 to 24.11, JSON is not.
 *
 * A command that fails is an answer: "not known", never "failed". Its words are
 * kept for the user.
 */
#ifndef SCALESTUDY_SLURM_CLIENT_H
#define SCALESTUDY_SLURM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "slurm_state.h"
#include "strbuf.h"

struct slurm_client {
    double time_limit;          /* seconds for each command; 60 */
    const volatile int *cancel; /* a signal handler's flag; NULL none */
    int64_t calls;              /* commands run so far, for the journal and tests */
};

/* What sbatch said. */
enum slurm_submit_kind {
    SLURM_SUBMITTED,   /* `job` is its id */
    SLURM_REFUSED,     /* for good: `words` are Slurm's */
    SLURM_BUSY,        /* refused for now: queue full, submit limit; try again later */
    SLURM_UNCERTAIN,   /* no answer, time out, connection lost: it may have been accepted */
    SLURM_NOT_RUN      /* there is no sbatch, or it could not be started */
};
struct slurm_submit {
    enum slurm_submit_kind kind;
    char *job;   /* "123"; a cluster behind ";" is cut off */
    char *words; /* what it printed, one line, without "sbatch: error: "; "" */
};

/* sbatch --parsable OPTIONS, the script on stdin. `options` NULL-terminated, may be NULL. */
void slurm_submit(struct slurm_client *client, const char *script, char *const *options,
                  struct slurm_submit *answer);
void slurm_submit_free(struct slurm_submit *answer);

/* sbatch --test-only: 0 where it would be accepted, -1 with Slurm's words. */
int slurm_test_script(struct slurm_client *client, const char *script, struct error *err);

/* One element of an array as squeue shows it. */
struct slurm_element {
    int64_t array_job; /* %F */
    int64_t index;     /* %K; -1 where it is no array */
    enum slurm_state state;
    char *state_text;  /* as Slurm wrote it */
    char *reason;      /* as Slurm wrote it; "" none */
    char *start;       /* expected or actual start, Slurm's text; "" not known */
    char *nodes;       /* "" none yet */
};
struct slurm_elements {
    struct slurm_element *list;
    size_t count;
};

/* squeue for all of these ids at once, finished ones too as long as Slurm knows
 * them. An id that is not in the answer is forgotten or never was. -1 where
 * squeue failed: nothing is known. */
int slurm_queue(struct slurm_client *client, const char *const *jobs, size_t count,
                struct slurm_elements *out, struct error *err);
void slurm_elements_free(struct slurm_elements *elements);

/* One allocation or step of an ended array, as sacct tells it. */
struct slurm_account {
    int64_t array_job, index; /* index -1: no array, or the pending rest of one */
    enum slurm_state state;
    char *state_text;         /* "CANCELLED by 1001" */
    char *reason, *nodes;     /* "" not given */
    int exit_code, exit_signal;
    int64_t start, end;       /* epoch seconds; 0 not known */
    double cpu_seconds;       /* NAN: not gathered */
    double memory_bytes;      /* most of the sum over a step's tasks; NAN */
    double energy_joules;     /* NAN: 0 means not measured */
    double granted_memory_bytes; /* of the whole allocation; NAN */
    int64_t allocated_cpus;      /* Slurm's CPUs; 0 not known */
    double elapsed_seconds;   /* NAN */
};
struct slurm_accounts {
    struct slurm_account *list; /* one row an element: steps are folded into their job */
    size_t count;
};

/*
 * sacct for one array job, own user only, from `since` (epoch seconds, the
 * submission) on, so that an id that has wrapped is not believed. Fields that
 * this version lacks are left out. -1 where sacct failed or accounting is off
 * (*off then tells): nothing is known.
 */
int slurm_account(struct slurm_client *client, const char *job, int64_t since,
                  struct slurm_accounts *out, bool *off, struct error *err);
void slurm_accounts_free(struct slurm_accounts *accounts);

/*
 * Whether a job of this name of the own user was accepted: by squeue, then, with
 * accounting, by sacct since `since`. 1 with its id in *job (caller frees), 0
 * not seen, -1 nothing is known.
 */
int slurm_find_by_name(struct slurm_client *client, const char *name, int64_t since, char **job,
                       struct error *err);

/* scancel; `elements` such as "0,2-5" or NULL for all. */
int slurm_cancel(struct slurm_client *client, const char *job, const char *elements,
                 struct error *err);

/* One value of `scontrol show config`, such as "MaxArraySize"; the caller frees. NULL not known. */
char *slurm_config_value(struct slurm_client *client, const char *key);

/* "22.05.8", the version of the client; NULL where there is none. The caller frees. */
char *slurm_version(struct slurm_client *client);

#endif

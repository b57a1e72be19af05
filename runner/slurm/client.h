/*
 * Slurm's commands, each run from an argument vector with a time limit and an
 * environment without SBATCH_*, SQUEUE_*, SACCT_* and the like of the caller's
 * shell and without SLURM_* of a surrounding job, which would change what they
 * do (SLURM_CONF stays). Text formats only: they are the same from 20.11 to
 * 24.11, JSON is not.
 *
 * A command that fails is an answer: "not known", never "failed". Its words are
 * kept for the user; they may hold hostile bytes: whoever prints escapes them.
 */
#ifndef SCALESTUDY_SLURM_CLIENT_H
#define SCALESTUDY_SLURM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "slurm_state.h"

struct slurm_client {
    double time_limit;          /* seconds for each command; 0 means 60 */
    const volatile int *cancel; /* a signal handler's flag; NULL none */
    int64_t calls;              /* commands run so far, for the journal and tests */

    uint32_t lacking; /* the client's own: fields that this sacct does not have */
};

/* What sbatch said. */
enum slurm_submit_kind {
    SLURM_SUBMITTED, /* `job` is its id */
    SLURM_REFUSED,   /* for good: `words` are Slurm's */
    SLURM_BUSY,      /* refused for now, see `busy`; certainly not accepted: try again later */
    SLURM_UNCERTAIN, /* no answer, time out, connection lost: it may have been accepted */
    SLURM_NOT_RUN    /* there is no sbatch, it could not be started, or it knows of no cluster */
};
enum slurm_busy {
    SLURM_NOT_BUSY,
    /* A limit on the jobs in the queue, the user's, the project's or the
     * cluster's; an array counts with all its elements, so one that is longer
     * than the limit is never accepted. */
    SLURM_QUEUE_LIMIT,
    SLURM_UNREACHABLE /* the controller, or what proves who we are, is away */
};
struct slurm_submit {
    enum slurm_submit_kind kind;
    enum slurm_busy busy; /* why, where `kind` is SLURM_BUSY; where it is SLURM_UNCERTAIN what it
                             was waiting for when its time was over, as far as it said so */
    char *job;            /* "123"; a cluster behind ";" is cut off; "" unless submitted */
    char *words;          /* what it printed, one line, without "sbatch: error: "; "" */
};

/*
 * sbatch --parsable OPTIONS, the script on stdin. `options` NULL-terminated, may
 * be NULL. After SLURM_UNCERTAIN slurm_find_by_name() tells: not at once, since
 * a controller under load may still have the request in its hands.
 */
void slurm_submit(struct slurm_client *client, const char *script, char *const *options,
                  struct slurm_submit *answer);
void slurm_submit_free(struct slurm_submit *answer);

/* sbatch --test-only: 0 where it would be accepted, -1 with Slurm's words: with
 * STATUS_INPUT where it is refused for good. */
int slurm_test_script(struct slurm_client *client, const char *script, struct error *err);

/* One element of an array as squeue shows it. */
struct slurm_element {
    int64_t array_job; /* %F */
    int64_t index;     /* %K; -1 where it is no array */
    enum slurm_state state;
    char *state_text; /* as Slurm wrote it */
    char *reason;     /* as Slurm wrote it; "" none */
    int64_t start;    /* expected or actual, epoch seconds; 0 not known */
    char *nodes;      /* "" none yet */
};
struct slurm_elements {
    struct slurm_element *list;
    size_t count;
};

/*
 * squeue for all of these ids at once, of the own user, finished ones too as
 * long as Slurm knows them. An id that is not in the answer is forgotten or
 * never was; so is an element that was cancelled before it ran. -1 where
 * squeue failed: nothing is known.
 */
int slurm_queue(struct slurm_client *client, const char *const *jobs, size_t count,
                struct slurm_elements *out, struct error *err);
void slurm_elements_free(struct slurm_elements *elements);

/* One allocation of an array, as sacct tells it. */
struct slurm_account {
    int64_t array_job, index; /* index -1: no array, or the rest of one that never started */
    enum slurm_state state;
    char *state_text; /* "CANCELLED by 1001" */
    char *reason;     /* "" not given; of an ended job it may be what it had waited for */
    char *nodes;      /* "" none */
    int exit_code, exit_signal;
    int64_t submit, start, end;  /* epoch seconds; 0 not known */
    double cpu_seconds;          /* of all steps; NAN: not gathered */
    double memory_bytes;         /* most of the sum over a step's tasks; NAN */
    double energy_joules;        /* NAN: 0 means not measured */
    double granted_memory_bytes; /* of the whole allocation; NAN */
    int64_t allocated_cpus;      /* Slurm's CPUs; 0 not known */
    double elapsed_seconds;      /* NAN */
};
struct slurm_accounts {
    struct slurm_account *list; /* one row an element: steps are folded into their job */
    size_t count;
};

/*
 * sacct for one array job, own user only, from `since` (epoch seconds, the
 * submission; 0 any time) on, so that an id that has wrapped is not believed;
 * ten minutes are left for clocks that differ. Fields that this version lacks
 * are left out. An element without a row may have one seconds or, on a loaded
 * site, minutes later. -1 where sacct failed or accounting is off (*off then
 * tells; may be NULL): nothing is known.
 */
int slurm_account(struct slurm_client *client, const char *job, int64_t since,
                  struct slurm_accounts *out, bool *off, struct error *err);
void slurm_accounts_free(struct slurm_accounts *accounts);

/*
 * Whether a job of this name of the own user was accepted: by squeue, then, with
 * accounting, by sacct since `since`. 1 with its id in *job (caller frees; the
 * youngest where there are several), 0 not seen, -1 nothing is known. The name
 * has no comma.
 */
int slurm_find_by_name(struct slurm_client *client, const char *name, int64_t since, char **job,
                       struct error *err);

/*
 * scancel; `elements` such as "0,2-5" or NULL for all. What has ended or is not
 * known is fine. Runs although `cancel` is set: it is what follows upon that.
 */
int slurm_cancel(struct slurm_client *client, const char *job, const char *elements,
                 struct error *err);

/* One value of `scontrol show config`, such as "MaxArraySize"; the caller frees. NULL not known. */
char *slurm_config_value(struct slurm_client *client, const char *key);

/* "22.05.8", the version of the client; NULL where there is none. The caller frees. */
char *slurm_version(struct slurm_client *client);

/*
 * The accounts that the own user may charge on this cluster, NULL-terminated;
 * freed with string_list_free(). An empty list without accounting: any will do.
 */
int slurm_accounts_of_user(struct slurm_client *client, char ***accounts, struct error *err);

#endif

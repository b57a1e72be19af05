/*
 * How one run is started: its argument vector with the placeholders replaced,
 * the MPI launcher in front where the backend needs one, its environment
 * (thread counts, binding, the study's own variables after its set-up lines),
 * and the cores that it may use.
 */
#ifndef SCALESTUDY_LAUNCH_H
#define SCALESTUDY_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "planfile.h"
#include "process.h"
#include "schedule.h"
#include "topology.h"

/* What is the same for all runs of a task. */
struct launcher {
    const struct plan *plan;
    const struct topology *topology;
    char *identity; /* value of LAUNCH_FOLDER_VARIABLE for all that it starts */
    struct launch_backend *backends; /* environment of each, made when first needed */
    const volatile int *cancel; /* ends runs and set-up lines when it becomes non-zero */
};

/*
 * The variable that every child carries, and what it holds: the absolute folder,
 * and in a job its task too ("FOLDER/w0-1x1x28-b3"), since tasks of one study
 * may share a node and must not end each other's runs. `task` is NULL on this
 * machine. The caller frees it; NULL where the folder is gone.
 */
#define LAUNCH_FOLDER_VARIABLE "SCALESTUDY_FOLDER"
char *launch_identity(const char *folder, const char *task, struct error *err);

/* `cancel` may be NULL. */
void launcher_open(struct launcher *launcher, const struct plan *plan,
                   const struct topology *topology, const char *identity,
                   const volatile int *cancel);
void launcher_close(struct launcher *launcher);

/* One run, ready for process_run(). */
struct launch {
    char **argv, **environment;
    const char *workdir;
    void *affinity; /* a cpu_set_t of `affinity_size` bytes; NULL: as the caller's */
    size_t affinity_size;
    bool elsewhere; /* processes of it are no descendants of ours (srun's are the node's daemon's,
                       and there may be other nodes): what is counted of ours says nothing */
    bool hidden;    /* elsewhere, and none of its workers are ours, not even on this node */
};

/*
 * -1 with a sentence where it cannot be started (a set-up line failed, no
 * mpirun): the run has failed, the study goes on.
 */
int launch_prepare(struct launcher *launcher, const struct planned_run *run, struct launch *launch,
                   struct error *err);
void launch_free(struct launch *launch);

/* "OMP_PLACES=cores", …: what is set for a point, and what is taken out of the
 * caller's environment; for the report. NULL-terminated; the caller frees. */
char **launch_policy(const struct plan *plan);

/*
 * The MPI launcher's words before a program of one rank and the environment it
 * is started with, for measuring what an empty start costs; both NULL where no
 * backend needs one or there is none. The caller frees both.
 */
void launch_mpi_prefix(struct launcher *launcher, char ***words, char ***environment);

#endif

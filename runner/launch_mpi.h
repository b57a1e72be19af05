/*
 * The launchers of MPI programs: what is said to each so that every rank has
 * cores of its own, ranks are spread evenly over the nodes, and no more is
 * probed than is needed. A part of launch.c.
 *
 * On this machine it is mpirun. In a job it is the one that the cluster's
 * profile names. Ranks of a job are bound by the launcher, from the first core
 * of each node on, neighbours first, as threads are.
 */
#ifndef SCALESTUDY_LAUNCH_MPI_H
#define SCALESTUDY_LAUNCH_MPI_H

#include "environment.h"
#include "error.h"
#include "planfile.h"
#include "topology.h"
#include "words.h"

/* The launcher as an environment has it. */
struct mpi_launcher {
    char *program; /* full path; NULL: not found, or not looked for */
    int open_mpi;  /* major version where it is Open MPI's mpirun; else 0 */
};
void mpi_launcher_find(struct mpi_launcher *launcher, const struct plan *plan,
                       const struct environment *variables);
void mpi_launcher_free(struct mpi_launcher *launcher); /* an all-zero one is fine */

/* The sentence for a launcher that was not found. Returns -1. */
int mpi_launcher_missing(const struct plan *plan, const char *backend, struct error *err);

/* All words before the program's own. */
void mpi_launcher_add_words(const struct mpi_launcher *launcher, const struct plan *plan,
                            const struct topology *topology, const struct plan_point *point,
                            struct words *words);

/* Whether ranks are started by something else than a process of ours. */
bool mpi_launcher_is_elsewhere(const struct plan *plan, const struct plan_point *point);

/* Whether those of this node, at least, are descendants of the launcher. */
bool mpi_launcher_forks_here(const struct plan *plan);

/*
 * What Slurm and the launcher find in the environment of a point's run in a
 * job; `ranks`: it is started by the launcher. What the job was asked with must
 * not be taken for what this run is asked with.
 */
void mpi_launcher_set_variables(const struct plan *plan, const struct plan_point *point,
                                bool ranks, struct environment *variables);

#endif

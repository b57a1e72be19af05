/*
 * Facts of this host for machines.json: what it is, and what its timer and a
 * launch cost.
 */
#ifndef SCALESTUDY_MACHINE_FACTS_H
#define SCALESTUDY_MACHINE_FACTS_H

#include "machines.h"
#include "topology.h"

/*
 * Fills all of `machine` but `environment`, which stays NULL (the caller knows
 * what it sets); freed with machine_free(). What cannot be found is "", 0 or
 * NAN; there is no failure.
 *
 * `topology` is this host's. `environment` is what runs are started with, NULL
 * the caller's own. `mpi_launcher` is an argv prefix that starts one rank
 * ({"mpirun", "-n", "1", NULL}); NULL: none.
 *
 * Takes some 0.1 s; with a launcher as long as eight of its launches, at most
 * MACHINE_LAUNCH_SECONDS or one that hangs for so long.
 */
void machine_facts_read(struct machine *machine, const struct topology *topology,
                        char *const *mpi_launcher, char *const *environment);

enum { MACHINE_LAUNCH_SECONDS = 15 };

#endif

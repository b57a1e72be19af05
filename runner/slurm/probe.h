/*
 * A cluster profile from what Slurm says of itself. Text formats only: they
 * are the same from 20.11 to 24.11.
 */
#ifndef SCALESTUDY_PROBE_H
#define SCALESTUDY_PROBE_H

#include "error.h"
#include "profile.h"

/* What the commands printed. */
struct probe_answers {
    const char *config;     /* scontrol show config */
    const char *partitions; /* scontrol -o show partition */
    const char *nodes;      /* scontrol -o show node */
    const char *accounts;   /* sacctmgr -n -P show associations … format=account,maxsubmitjobs;
                               "" where it does not answer */
    const char *mpi;        /* srun --mpi=list; "" */
};

/*
 * `name` is the profile's, NULL for Slurm's own ClusterName; `host` this
 * machine's name; `today` an ISO date. -1 where the answers hold no node that a
 * job could have. The caller frees the profile.
 */
int probe_read(struct profile *profile, const struct probe_answers *answers, const char *name,
               const char *host, const char *today, struct error *err);

/* Asks the Slurm of this machine. -1 with STATUS_SYSTEM where there is none or
 * it does not answer. */
int probe_run(struct profile *profile, const char *name, struct error *err);

#endif

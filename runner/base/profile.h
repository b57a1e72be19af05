/*
 * A cluster profile: the facts of a machine that a study needs, as data. Five
 * come with the program (templates/clusters/NAME.json); users add and override
 * theirs. Each fact has its date and source in the file's "sources".
 *
 * Everything is owned by the profile and freed by profile_free(). Texts are
 * "" where not given, numbers NAN or 0, lists empty.
 */
#ifndef SCALESTUDY_PROFILE_H
#define SCALESTUDY_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

/* One kind of node; a study runs on exactly one kind. */
struct profile_cpu {
    char *id;        /* "skylake"; what "cpu" in a study names */
    char *title;     /* "2 x 14 Intel Skylake" */
    char *partition; /* what selects it: --partition, ... */
    char *constraint; /* ... or --constraint; both "" where it is the only kind */
    int64_t sockets, cores_per_socket, threads_per_core, numa_nodes;
    double memory_mib;          /* that jobs may use, of a node; NAN not known */
    double memory_mib_per_core; /* that comes with a core; NAN not known */
    int64_t gpus;               /* of a node */
};

struct profile_source {
    char *fact, *source, *date; /* "partitions", "centre's documentation, running jobs", "2026-02" */
    bool verified;              /* false: "check with your centre" */
};

struct profile {
    char *name, *title, *centre; /* "kebnekaise", "Kebnekaise", "HPC2N" */
    char *ends;                  /* "2026-09-30": when it is taken down; "" not announced */
    char **login_hosts, **node_hosts; /* POSIX extended regular expressions of host names */

    bool account_required;
    char *account_pattern; /* POSIX extended; "" any */
    char *partition;       /* asked for where the kind of node names none */
    bool partition_required; /* there is no default */
    bool partition_forbidden; /* must not be given */
    char *qos, *reservation;
    struct profile_cpu *cpus;
    size_t cpu_count; /* 1 or more; the first is the default */

    bool cpu_is_thread; /* Slurm's CPUs are hardware threads: 2 of them are a core */
    bool exclusive;     /* whole nodes are allocated whatever is asked */
    bool memory_allowed; /* --mem may be given */
    double max_time, default_time; /* seconds; NAN not known */

    char *charge_unit;      /* "core", "node" or "granule" */
    int64_t charge_granule; /* cores charged in multiples of this; 1 by the core */
    double charge_weight;   /* charged core-hours for a core-hour */
    double charge_memory_gib_per_core; /* more memory than this is charged as cores; NAN: no clause */

    char *layout;        /* default: "array" or "packed" */
    int64_t max_array;   /* largest index of an array + 1; 0 not known: asked of Slurm */
    int64_t max_queued;  /* tasks of one user in the queue; 0 no limit known */
    int64_t max_running; /* %k of an array; 0 none */
    double poll_seconds; /* least time between two questions to the controller */

    char *launcher; /* of MPI programs: "srun", "mpirun" or "mpprun" */
    char *srun_mpi; /* srun --mpi=...: "pmix"; "" leaves it to the site */

    char *shebang;  /* "#!/bin/bash" */
    bool purge;     /* "module purge" first */
    char **pre;     /* lines of shell that open the job script */
    char **modules_gcc, **modules_python, **modules_julia; /* in the order of loading */
    char **extra_sbatch; /* "--no-requeue"-like options */

    bool has_sacct;   /* accounting answers */
    char *monitor;    /* the centre's own command, {job} stands for the id; "" */

    struct profile_source *sources;
    size_t source_count;
};

/* From text; `path` is for messages. Unknown keys, wrong types and impossible
 * values are refused with file:line:column. */
int profile_parse(struct profile *profile, const char *path, const char *text, size_t length,
                  struct error *err);
void profile_free(struct profile *profile); /* an all-zero profile is fine */

/* As profile_parse() reads it. */
void profile_write(const struct profile *profile, struct strbuf *out);

/* By its id; the first kind for "" or NULL; NULL where there is none. */
const struct profile_cpu *profile_cpu_find(const struct profile *profile, const char *id);

/* Physical cores of a node of this kind. */
int64_t profile_cpu_cores(const struct profile_cpu *cpu);

#endif

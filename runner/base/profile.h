/*
 * A cluster profile: the facts of a machine that a study needs, as data. Five
 * come with the program (templates/clusters/NAME.json); users add and override
 * theirs. Each fact has its date and source in the file's "sources".
 *
 * Everything is owned by the profile and freed by profile_free(). Texts are
 * "" where not given, numbers NAN or 0, lists empty; all as the rows of
 * profile_fields.c say.
 */
#ifndef SCALESTUDY_PROFILE_H
#define SCALESTUDY_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "strbuf.h"

enum { PROFILE_MAX_BYTES = 1 << 20 };

/*
 * What an allocation comes with, which often goes by partition: each kind of
 * node has its own. What a kind does not say is the profile's, and is filled
 * in when the file is read, so that only the kind's need be looked at.
 */
struct profile_terms {
    bool exclusive;                /* whole nodes are allocated whatever is asked */
    double max_time, default_time; /* seconds; NAN not known */
    char *charge_unit;      /* "core", "node" or "granule": see profile_charge_granule() */
    int64_t charge_granule; /* of "granule": cores are charged in multiples of this */
    double charge_weight;   /* charged core-hours for a core-hour */
    double charge_memory_gib_per_core; /* more memory than this is charged as cores; NAN: it is not */
};

/* One kind of node; a study runs on exactly one kind. */
struct profile_cpu {
    char *id;         /* "skylake"; what "cpu" in a study names */
    char *title;      /* "2 x 14 Intel Skylake" */
    char *partition;  /* what selects it: --partition (else the profile's), ... */
    char *constraint; /* ... or --constraint, ... */
    char **extra_sbatch; /* ... or other options: "--mem=440G" */
    char **pre;       /* lines of shell behind the profile's own */
    int64_t sockets, cores_per_socket, threads_per_core;
    int64_t numa_nodes;         /* of a node; 0 not known */
    int64_t nodes;              /* of this kind; 0 not known */
    double memory_mib;          /* that jobs may use, of a node; NAN not known */
    double memory_mib_per_core; /* that comes with a core; NAN not known */
    int64_t gpus;               /* of a node */
    char *gpu_type;             /* "l40s", for --gpus-per-node=TYPE:N */
    struct profile_terms terms;
};

struct profile_source {
    char *fact, *source, *date; /* "partitions", "centre's documentation, running jobs", "2026-02" */
    bool verified;              /* false: "check with your centre" */
};

struct profile {
    char *name, *title, *centre; /* "kebnekaise", "Kebnekaise", "HPC2N" */
    char *ends;                  /* "2026-09-30": when it is taken down; "" not announced */
    char **login_hosts, **node_hosts; /* POSIX extended regular expressions of whole host names */

    bool account_required;
    char *account_pattern; /* POSIX extended, of the whole name; "" any */
    char *partition;       /* of kinds that name none */
    bool partition_required;  /* there is no default */
    bool partition_forbidden; /* must not be given */
    char *qos, *reservation;

    bool cpu_is_thread;  /* Slurm's CPUs are hardware threads: threads_per_core of them are a core */
    bool memory_allowed; /* --mem may be given */
    struct profile_terms terms; /* of kinds that do not say otherwise */
    struct profile_cpu *cpus;
    size_t cpu_count; /* 1 or more; the first is the default */

    char *layout;        /* default: "array" or "packed" */
    int64_t max_array;   /* largest index of an array + 1; 0 not known: asked of Slurm */
    int64_t max_queued;  /* tasks of one user in the queue; 0 no limit known */
    int64_t max_running; /* %k of an array; 0 none */
    double poll_seconds; /* least time between two questions to the controller */

    char *launcher; /* of MPI programs: "srun", "mpirun" or "mpprun" */
    bool launcher_required; /* others do not work */
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
 * values are refused with file:line:column and a remedy. */
int profile_parse(struct profile *profile, const char *path, const char *text, size_t length,
                  struct error *err);
int profile_load(struct profile *profile, const char *path, struct error *err); /* a file */
void profile_free(struct profile *profile); /* an all-zero profile is fine */

/* As profile_parse() reads it, without what it would fill in itself. */
void profile_write(const struct profile *profile, struct strbuf *out);

/* What an empty file would say, for who makes a profile; profile_free() it. */
void profile_defaults(struct profile *profile);
void profile_cpu_defaults(const struct profile *profile, struct profile_cpu *cpu);

/* By its id; the first kind for "" or NULL; NULL where there is none. */
const struct profile_cpu *profile_cpu_find(const struct profile *profile, const char *id);

/* Physical cores of a node of this kind. */
int64_t profile_cpu_cores(const struct profile_cpu *cpu);

/* Cores that are charged together: 1, or the granule, or all of a node's; at
 * least a whole node where those are allocated. */
int64_t profile_charge_granule(const struct profile_cpu *cpu);

/* Whether it is taken down by `today`, an ISO date such as "2026-11-22…". */
bool profile_has_ended(const struct profile *profile, const char *today);

/* Whether a POSIX extended regular expression matches the whole of `text`. */
bool profile_pattern_matches(const char *pattern, const char *text);

#endif

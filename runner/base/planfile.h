/*
 * plan.json: what was resolved before the first run, and all that the worker
 * and the report need to know of a study. Points, waves and a seed are stored;
 * order and run ids are computed from them (see runner/plan.h), so the file
 * stays small at a million runs.
 *
 * Everything is owned by the plan and freed by plan_free(); texts are never
 * NULL unless said.
 */
#ifndef SCALESTUDY_PLANFILE_H
#define SCALESTUDY_PLANFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum plan_rule { RULE_FAST, RULE_EFFICIENT, RULE_KNEE, RULE_CHEAPEST };

struct plan_optimum {
    enum plan_rule rule;
    double tolerance;  /* 0.05: within 5 % of the fastest is fast enough */
    double efficiency; /* 0.70 */
    double deadline;   /* seconds; NAN: none */
};

struct plan_variable {
    char *name, *value;
};

/* How a backend is run: a built-in kernel's executable or the user's program. */
struct plan_backend {
    char *name;     /* as results.csv spells it */
    char *backend;  /* the built-in one it is, or "" for a program */
    char *kernel;   /* "": the plan's. Of a study of several each backend is there for each */
    char *parallel; /* serial, threads, processes, ranks, hybrid */
    char **argv;    /* NULL-terminated; {cores} {threads} {ranks} {nodes} {size} {block} {run}
                       stand in it until a run replaces them */
    char *seconds_pattern, *value_pattern; /* POSIX extended; "" none */
    bool has_expect;
    double expect_value, expect_tolerance; /* relative, absolute where the value is 0 */
    char **setup, **modules; /* lists */
    struct plan_variable *environment;
    size_t environment_count;
    char *workdir; /* "": where the command was given */
    bool reports_seconds; /* prints its own time: a kernel, or `seconds` is given */
    char *unit;           /* of work: "sin"; "" where not known */
};

struct plan_point {
    size_t backend; /* index into backends */
    double size, actual_size, work;
    int64_t nodes, ranks, threads; /* threads of each rank */
    int64_t cores;                 /* ranks x threads: physical cores in use */
    int64_t allocated_cores;       /* asked for: request_cores where given */
};

/* Blocks [first_block, first_block + blocks) of some points: [first_point, first_point + points),
 * or, where `chosen` is not NULL, the `points` ones whose indexes stand in it, ascending. */
struct plan_wave {
    int64_t first_block, blocks;
    size_t first_point, points;
    size_t *chosen;
};

/*
 * Where the runs are: what a price, a job script and a worker need to know of
 * it, resolved from the cluster's profile and the study's own wishes. For a
 * study on this machine only the first group is filled.
 */
struct plan_cluster {
    char *name; /* names the folder: "local", "kebnekaise-zen4" */
    char *title; /* "this machine", "Kebnekaise" */
    int64_t cores_per_node; /* physical; 0: not known */
    int64_t charge_granule; /* cores charged in multiples of this; 1: by the core */
    double charge_weight;   /* charged core-hours for a core-hour */

    char *profile, *cpu; /* "kebnekaise", "zen4": the profile and its kind of node */
    char *account, *partition, *constraint, *qos, *reservation; /* "": not asked for */
    double time_limit; /* seconds, of a task; NAN: made from the study's timeout */
    double max_time;   /* the longest that may be asked for; NAN: not known */
    double memory_mib; /* asked for, of a node; NAN: what comes with the cores */
    double charge_memory_gib_per_core; /* more memory is charged as cores; NAN: it is not */
    bool exclusive;    /* whole nodes are asked for */
    bool whole_nodes;  /* whole nodes are granted and charged, whatever is asked */
    int64_t gpus;      /* of a node */
    char *gpu_type;    /* as --gpus-per-node=TYPE:N takes it; "": any */
    bool cpu_is_thread;      /* Slurm's CPUs are hardware threads: */
    int64_t threads_per_core; /* so many of them are a core */
    char *shebang; /* "#!/bin/bash" */
    bool purge;    /* unload all modules first */
    char **pre, **modules, **setup; /* lines, names and lines of the job script, in this order */
    char **extra_sbatch; /* "--mail-type=END" */
    char *launcher, *srun_mpi; /* of MPI programs: "srun", "mpirun", "mpprun"; "pmix" */
    int64_t max_array;   /* largest index of an array + 1; 0: asked of Slurm */
    int64_t max_queued;  /* tasks in the queue at one time; 0: no limit known */
    int64_t max_running; /* of an array's tasks; 0: no limit */
    double poll_seconds; /* least time between two questions to Slurm; NAN: ours */
    bool has_sacct;
    char *monitor; /* the centre's own command; {job} stands for the id; "" none */
};

struct plan {
    char *name, *title, *description, *scaling; /* scaling: "strong", "weak" */
    char *kernel; /* "" where there are several, or none */
    char *timing; /* "kernel" or "total": the metric of the analysis */
    char *bind;   /* "cores" or "none" */
    char *layout; /* "local": one task; "array": a task for each shape and block; "packed": one for
                     each block, with all its points */
    char *background; /* "idle" or "fill": the cores of a packed task that a point leaves free */
    char *id;     /* random: tells this folder's jobs from all others in the queue */
    char *version, *created; /* of scalestudy; ISO 8601 UTC */
    uint64_t seed;
    int64_t blocks; /* at most; the waves hold those that are planned so far */
    double precision; /* of intervals, as a share of the median, up to which blocks are added; NAN */
    double budget_core_hours; /* that all runs may cost then; NAN */
    int64_t runs, warmups;
    double timeout;     /* seconds, of a run */
    double budget_time; /* seconds, of all runs on this machine; none where not above 0 */
    bool oversubscribe;
    struct plan_optimum optimum;
    struct plan_cluster cluster;
    struct plan_backend *backends;
    size_t backend_count;
    struct plan_point *points;
    size_t point_count;
    struct plan_wave *waves;
    size_t wave_count;
    char **notes; /* sentences for the report's "how it was measured": how a size was found, what
                     was left out and why; NULL-terminated */
};

int plan_read(struct plan *plan, const char *path, struct error *err);
int plan_write(const struct plan *plan, const char *path, struct error *err); /* atomic */
void plan_free(struct plan *plan); /* an all-zero plan is fine */

/* Copies that the caller owns; an all-zero one can be copied too. */
void plan_cluster_copy(struct plan_cluster *copy, const struct plan_cluster *cluster);
void plan_cluster_free(struct plan_cluster *cluster);
void plan_backend_copy(struct plan_backend *copy, const struct plan_backend *backend);

/* What a backend computes; "" for a program without a kernel beside it. */
const char *plan_kernel_of(const struct plan *plan, const struct plan_backend *backend);

/* The index of a wave's i-th point; i is below wave->points. */
size_t plan_wave_point(const struct plan_wave *wave, size_t i);
bool plan_wave_has_point(const struct plan_wave *wave, size_t point);

/* Blocks that the waves give to a point so far. */
int64_t plan_blocks_of_point(const struct plan *plan, size_t point);

/* Whether the runs are Slurm's to start. */
bool plan_is_local(const struct plan *plan);

const char *plan_rule_name(enum plan_rule rule);
bool plan_rule_parse(const char *name, enum plan_rule *rule);

#endif

/*
 * study.json: what a user asks for. One table (study_fields.c) drives reading,
 * suggestions, `scalestudy help study` and the JSON Schema. A study is checked
 * here as far as it can be without a machine: whether its backends exist and
 * its core counts fit is for the plan.
 *
 * Everything is owned by the study and freed by study_free(). Texts that were
 * not given are NULL, numbers that were not given NAN or 0 as said.
 */
#ifndef SCALESTUDY_STUDY_H
#define SCALESTUDY_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "jsontext.h"
#include "planfile.h"

enum {
    STUDY_MAX_BYTES = 1 << 20, /* of a study file */
    STUDY_MAX_CORES = 65536,
    STUDY_MAX_COUNT = 1000000, /* of blocks and of runs, each */
    STUDY_MAX_WARMUPS = 1000
};

/* Where something was written, for messages that can only be given later (a
 * count beyond the machine, a program that is not there): "study.json:4:12". */
struct study_place {
    char text[512];
};

/* One entry of `cores`: a number, or a part or multiple of a node. */
struct study_cores {
    int64_t count;       /* cores, if node_parts is 0 */
    int64_t node_count;  /* "2_nodes": 2 / 1; "1_4_node": 1 / 4 */
    int64_t node_parts;  /* 0: a plain number */
    struct study_place place;
};

struct study_cores_list {
    struct study_cores *list;
    size_t count;
    bool automatic; /* "auto", or not given */
    bool given;
};

/* An option of the kernel, each a number: {"seconds": 0.05} is --seconds 0.05. */
struct study_option {
    char *name;
    double value;
    struct study_place place;
};

struct study_options {
    struct study_option *list;
    size_t count;
};

/* Sizes as given: numbers, "auto", or nothing. */
struct study_sizes {
    double *list;               /* empty with `automatic` */
    struct study_place *places; /* of each */
    size_t count;
    bool automatic, given;
    struct study_place place;
};

/* One of the kernels of a study, with what it has of its own. */
struct study_kernel {
    char *name;
    struct study_sizes sizes;     /* not given: the study's */
    struct study_options options; /* these go before the study's of the same name */
    struct study_place place;
};

struct study_backend {
    char *name;
    char *backend;   /* the built-in one; NULL where `command` is given */
    char **command;  /* NULL: a built-in */
    char *parallel;  /* NULL: the built-in's own */
    int64_t threads_per_rank; /* 0: not given */
    char *seconds, *value;    /* POSIX extended regular expressions; NULL */
    bool has_expect;
    double expect_value, expect_tolerance;
    char **setup, **modules; /* NULL or a list */
    struct plan_variable *environment;
    size_t environment_count;
    char *workdir;
    struct study_options options; /* these go before the kernel's of the same name */
    struct study_cores_list cores; /* own; `given` false: the study's */
    struct study_place place;
};

struct study_cluster {
    char *folder;    /* the key: names the results folder */
    char *cluster;   /* the profile */
    char *account, *cpu, *partition, *constraint, *qos, *reservation; /* NULL: the profile's */
    double time_limit_seconds; /* NAN */
    double memory_mib;         /* NAN; of a node */
    int exclusive;             /* -1 not given, 0, 1 */
    int64_t gpus;              /* 0 */
    char **modules, **setup, **extra_sbatch;
    struct study_place place;
    struct study_place *places; /* of each key that is given: see study_cluster_place() */
};

struct study {
    char *path; /* as given */
    char *name, *title, *description;
    struct study_kernel *kernels; /* none: every backend has a command */
    size_t kernel_count;
    struct study_options options; /* of every kernel */
    struct study_backend *backends;
    size_t backend_count;
    bool backends_auto; /* "auto": all in C that run here; and with "all" */
    bool backends_all;  /* "all": those in other languages too */
    struct study_cores_list cores;
    struct study_sizes sizes; /* those of the one kernel, where there is but one */
    char *scaling; /* "strong" or "weak" */
    char *work;    /* "size", "size^2", "size^3"; NULL: the kernel's own, else "size" */
    int64_t blocks, runs, warmups;
    double precision;          /* 0.02; NAN not given */
    int64_t max_blocks;        /* 30 */
    double budget_core_hours;  /* NAN */
    double budget_time;        /* seconds; NAN */
    char *timing;              /* "kernel", "total" or NULL: decided by the backends */
    double timeout;            /* seconds */
    struct study_cluster *clusters;
    size_t cluster_count;
    char *layout;     /* "array", "packed" or NULL */
    char *background; /* "idle" or "fill" */
    char *bind;       /* "cores" or "none" */
    int64_t request_cores;       /* 0: as many as workers; else this number, … */
    int64_t request_extra_cores; /* … or so many more ("+1") */
    struct study_place request_place;
    struct plan_optimum optimum;
};

/*
 * Reads a study file, then `settings`, each "key=value" as --set gives it (the
 * value is JSON where it parses as JSON, else a text; a key may be dotted:
 * "optimum.tolerance=0.1"). -1 with file:line:column.
 */
int study_load(struct study *study, const char *path, char *const *settings, size_t setting_count,
               struct error *err);

/* The same from text; `path` is for messages. */
int study_parse(struct study *study, const char *path, const char *text, size_t length,
                char *const *settings, size_t setting_count, struct error *err);
void study_free(struct study *study); /* an all-zero study is fine */

/* Where an override stands; the cluster's own place where `key` is not given. */
const char *study_cluster_place(const struct study_cluster *cluster, const char *key);

/* What a name may be: [A-Za-z0-9][A-Za-z0-9._+-]{0,63}. */
bool study_name_is_valid(const char *name);

/* The table in words, for `help study`, and as a JSON Schema. */
void study_describe(struct strbuf *out);
void study_schema(struct strbuf *out);

#endif

/*
 * A workload's row in the table of workloads: what it is called, how it is
 * computed, and how its answer is judged. main() does everything else, the same
 * for all: arguments, binding, clock, printing.
 */
#ifndef SCALESTUDY_KERNEL_H
#define SCALESTUDY_KERNEL_H

#include "team.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define KERNEL_OPTIONS_MAX 4

/*
 * An option of one workload, "--curvature 0.5"; always a number. With a step it
 * is the minimum, or that and a whole number of steps: 1 makes it a whole number.
 */
struct kernel_option {
    const char *name;  /* with its dashes; NULL ends the list */
    const char *value; /* what --help calls its value */
    double preset, minimum, maximum;
    double step; /* 0: any number */
    const char *help;
};

struct kernel_arguments {
    int64_t size;
    double options[KERNEL_OPTIONS_MAX]; /* in the order of the workload's list */
    bool test_wrong;                    /* spoil the answer, so that tests see the check find it */
};

/* What came out, filled in by rank 0. */
struct kernel_result {
    double value;
    double error;    /* distance of value from what it should be */
    char wrong[200]; /* why the answer is wrong, a clause without a full stop; empty if it is right
                      */
    double work;     /* units done, where options make it other than the size says; else 0 */

    /* What people want to know a second of: 1e9 of it in all, and its name, "GB/s". NULL: nothing.
     */
    double giga;
    const char *giga_per_second;
};

/* Bytes that the workers of one node take, all together. */
struct kernel_need {
    double own;         /* of memory, each worker's own */
    double shared;      /* of memory, by team_share() */
    double disk;        /* of the file system of `folder` */
    const char *folder; /* of a file on each node; NULL where there is none */
};

struct kernel {
    const char *name, *summary;
    const char *unit; /* what `work` counts */
    const char *work; /* how it grows: "size", "size^2" or "size^3" */
    const char *size; /* what --size counts */
    int64_t default_size, maximum_size;
    const struct kernel_option *options; /* NULL: none */

    /*
     * The instruction set it computes with; NULL if SCALESTUDY_ISA names one that this
     * CPU does not have. No function: does not matter.
     */
    const char *(*isa)(void);

    bool hidden; /* for tests: in no list */

    /*
     * Before workers start: whether this process can do it at all. 0, or -1 with a
     * sentence in `why`. No function: always.
     */
    int (*ready)(char *why, size_t size);

    /* The library that computes, for the record; after ready(). No function: none. */
    const char *(*library)(void);

    /*
     * What prepare() will take on this worker's node, so that too large a size is
     * refused before anything is allocated. No function: hardly anything.
     */
    void (*need)(const struct team *team, const struct kernel_arguments *arguments,
                 struct kernel_need *need);

    /*
     * Every worker calls these in this order. `prepare` allocates, fills tables
     * and warms up for at most a millisecond; `run` is what is timed; `check`
     * is not; `finish` frees. The pointer is the worker's own.
     */
    void *(*prepare)(struct team *team, const struct kernel_arguments *arguments);
    void (*run)(struct team *team, void *state);
    void (*check)(struct team *team, void *state, struct kernel_result *result);
    void (*say)(const struct kernel_result *result, FILE *out); /* for people, one line */
    void (*finish)(void *state);
};

extern const struct kernel *const kernels[]; /* ends with NULL */

/* NULL if there is none of that name. */
const struct kernel *kernel_find(const char *name);

/* Units of work in all: a power of the size. */
double kernel_work(const struct kernel *kernel, int64_t size);

#endif

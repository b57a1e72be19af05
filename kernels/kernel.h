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

/* An option of one workload, "--curvature 0.5"; always a number. */
struct kernel_option {
    const char *name;  /* with its dashes; NULL ends the list */
    const char *value; /* what --help calls its value */
    double preset, minimum, maximum;
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
};

struct kernel {
    const char *name, *summary;
    const char *unit; /* what `work` counts */
    const char *work; /* how it grows: "size" or "size^2" */
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

/* Units of work in all: size or its square. */
double kernel_work(const struct kernel *kernel, int64_t size);

#endif

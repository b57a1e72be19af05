/*
 * From a study to a plan: which points exist on this target, how each backend
 * is started, and what is left to do when a study is run again.
 */
#ifndef SCALESTUDY_PLAN_H
#define SCALESTUDY_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog.h"
#include "error.h"
#include "plan_filter.h"
#include "planfile.h"
#include "study.h"

enum { PLAN_MAX_RUNS = 100000000 }; /* with warm-ups; of a millisecond each they last a day */

/* What the runs will stand on. */
struct plan_target {
    const char *name, *title;  /* "local", "this machine" */
    int64_t cores_per_node;    /* physical cores that may be used */
    int64_t packages;          /* sockets of a node */
    int64_t cores_per_numa;    /* for the default threads of a hybrid rank */
    int64_t largest_count;     /* cores that a point may have; 0: no limit */
    bool oversubscribe;        /* more workers than cores are allowed */
    bool programs_are_here;    /* a command is started on this machine: it must exist */
    const char *layout;        /* where the study names none: "array" or "packed"; NULL: local */
    const struct plan_cluster *cluster; /* what jobs are asked with; NULL: local */
};

/*
 * Resolves a study. `size` stands for "auto" where the study leaves the size
 * open (see calibrate.h); it is not used otherwise. -1 with the place in the
 * study of what does not fit.
 */
int plan_make(struct plan *plan, const struct study *study, const struct catalog *catalog,
              const struct plan_target *target, const struct plan_filter *filter, double size,
              struct error *err);

/*
 * Brings a plan that has run (`plan`) up to a newly made one (`wanted`): new
 * points, backends and blocks become waves behind the old ones. -1 with the
 * differences where what was measured would no longer be the same thing
 * (another command, size, timing, …). `*added` tells whether anything came.
 */
int plan_extend(struct plan *plan, const struct plan *wanted, bool *added, struct error *err);

/* Makes the plan's points have so many blocks each, by waves behind the others; true where any
 * had fewer. */
bool plan_add_blocks(struct plan *plan, int64_t blocks);

/* The same, each point as many as `until` says (by its index; fewer than it has: none). */
bool plan_add_blocks_of(struct plan *plan, const int64_t *until);

/* The fewest blocks that a point has. */
int64_t plan_block_count(const struct plan *plan);

/*
 * Whether the points' size says anything: not where all run programs that take
 * none and the study gives none, for which 1 stands.
 */
bool plan_has_size(const struct plan *plan);

/* The catalog with the rows that the study needs asked; empty where it runs programs alone. */
int plan_load_catalog(const struct study *study, struct catalog *catalog, struct error *err);

/* What is a slip on any machine: backends, kernels and options that there are nowhere, and sizes
 * that a backend does not take. */
int plan_check_builtins(const struct study *study, const struct catalog *catalog,
                        struct error *err);

/* Workers that a point starts, in all. */
int64_t plan_point_workers(const struct plan_point *point);

/* -1 where a plan has more runs and warm-ups than PLAN_MAX_RUNS: each has a
 * place in memory when its records are looked for. */
int plan_check_length(const struct plan *plan, struct error *err);

/* Runs, warm-ups excluded, that the plan holds. */
int64_t plan_run_count(const struct plan *plan);

#endif

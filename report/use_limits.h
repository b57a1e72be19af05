/*
 * From where on use is worth a word: the same for warnings, tables and plots.
 * docs/method.md, "Warnings".
 */
#ifndef SCALESTUDY_USE_LIMITS_H
#define SCALESTUDY_USE_LIMITS_H

#include "analysis.h"

#define CPU_USED_LEAST 0.80 /* of the cores granted */
#define MEMORY_MOST 0.90    /* of the memory granted: near its limit */
#define MEMORY_LEAST 0.25   /* mostly unused */
#define WALL_LEAST 0.1      /* seconds: CPU time of shorter steps is mostly their start */
#define SURPLUS_LEAST 0.1   /* of the cores asked for, beyond one for each worker */

/* The share of the cores asked for that had no worker. */
static inline double use_surplus(const struct point_summary *point)
{
    return (double)(point->asked_cores - point->cores) / (double)point->asked_cores;
}

/* The share of the cores asked for that worked; NAN not known. */
static inline double use_share(const struct point_summary *point)
{
    return point->cpu_used * (double)point->allocated_cores / (double)point->asked_cores;
}

static inline bool use_leaves_cores_idle(const struct point_summary *point)
{
    return point->wall_median >= WALL_LEAST &&
           (use_share(point) < CPU_USED_LEAST || use_surplus(point) >= SURPLUS_LEAST);
}

#endif

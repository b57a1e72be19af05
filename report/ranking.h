/*
 * The backends of a group side by side, the fastest first: each where it is
 * fastest, on one core, and against what all speedups are measured against.
 */
#ifndef SCALESTUDY_RANKING_H
#define SCALESTUDY_RANKING_H

#include "groups.h"

struct ranked {
    const struct series *series;
    const struct point_summary *best;  /* of the least median */
    const struct point_summary *first; /* on one core, else on its smallest count */
    double ratio; /* the first's time over the base's; NAN without a common base */
    struct interval ratio_ci;
};

struct ranking {
    struct ranked *rows; /* backends without any time are not in it */
    size_t count;
    int64_t first_cores;       /* of most rows' first point: the group's smallest count */
    const struct series *base; /* a series that names the base which all share; NULL: none do */
};

enum { RANKING_LEAST = 5 };

/* Of a group whose backends do the same work on any count; else it has no rows. */
struct ranking ranking_of(struct pool *pool, const struct group *group);

/* Whether the group's plots and lists need it: more backends than lines can show. */
bool ranking_needed(const struct ranking *ranking);

/* The group without the series that were measured on a single count, which are no curves; may be
 * empty. */
struct group ranking_curves(struct pool *pool, const struct group *group);

#endif

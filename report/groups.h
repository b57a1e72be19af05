/*
 * Series that belong together: one cluster, kernel and size. Each group has an
 * answer, plots and tables of its own; the headline's comes first.
 */
#ifndef SCALESTUDY_GROUPS_H
#define SCALESTUDY_GROUPS_H

#include "analysis.h"
#include "pool.h"

struct group {
    const struct answer *answer; /* NULL where the analysis gives none */
    const struct series **series;
    size_t count;
    int64_t *cores; /* all counts of the group with an ok run, ascending */
    size_t core_count;
};

struct groups {
    struct group *list;
    size_t count;
};

/* Puts a count in its place where it is not there yet; there must be room for it. */
void group_add_cores(struct group *group, int64_t cores);

/* Lives in `pool`; borrows from the analysis. */
struct groups groups_of(struct pool *pool, const struct analysis *analysis);

/* The answer's series and point; NULL where there is no recommendation. */
const struct series *group_answer_series(const struct analysis *analysis,
                                         const struct group *group);
const struct point_summary *group_answer_point(const struct analysis *analysis,
                                               const struct group *group);

/* What tells the analysis' series apart beside their backends, and so belongs to their names. */
struct group_differences {
    bool kernels, sizes, clusters;
};
struct group_differences group_differences(const struct analysis *analysis);

/* The smallest count on which a series is shown to be faster than its base; 0: none, as where there
 * are no intervals. */
int64_t series_outruns_base(const struct series *series);

/* The point at a core count; NULL where there is none. */
const struct point_summary *series_point(const struct series *series, int64_t cores);

/* The one to show of a series: the recommended point, else the largest count with a time; NULL
 * where there is none. */
const struct point_summary *series_shown_point(const struct series *series);

#endif

/*
 * What was measured, as marks of a plot over core counts: curves, points,
 * intervals and single blocks.
 */
#ifndef SCALESTUDY_FIGURE_MARKS_H
#define SCALESTUDY_FIGURE_MARKS_H

#include "figure.h"
#include "figure_views.h"
#include "groups.h"

/* "openmp, 2 cores: 11.7 ms (0.0114–0.0120 s, 6 blocks)" */
const char *figure_point_title(struct pool *pool, const struct figure_view *view,
                               const struct series *series, const struct point_summary *point);

/* Whether the point has a value and an interval wide enough to be drawn. */
bool figure_has_interval(const struct figure_view *view, const struct point_summary *point);

/* Neighbours with an interval share a band; one without such neighbours gets a whisker. */
void figure_add_bands(struct figure *figure, const struct figure_view *view,
                      const struct series *series);

/* A whisker for each interval, `aside` pixels from its point so that several can be told apart. */
void figure_add_whiskers(struct figure *figure, const struct figure_view *view,
                         const struct series *series, double aside);

/* ROLE_LINE or ROLE_POINTS; nothing where no point has a value. */
void figure_add_curve(struct figure *figure, const struct figure_view *view,
                      const struct series *series, enum figure_role role);

/* Single blocks around each point's median. */
void figure_add_dots(struct figure *figure, const struct series *series);

/* A ring around the recommended point; nothing where there is none. */
void figure_add_halo(struct figure *figure, const struct figure_view *view,
                     const struct analysis *analysis, const struct group *group);

/* Which blocks are drawn where a point has many: ranks of its sorted times. */
enum { FIGURE_MOST_DOTS = 60 };
size_t figure_dot_ranks(size_t blocks, size_t ranks[FIGURE_MOST_DOTS]);

#endif

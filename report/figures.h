/*
 * The plots of a group: speedup, parallel efficiency, time to solution and
 * optimal cores; where there are many backends, first all of them side by side.
 */
#ifndef SCALESTUDY_FIGURES_H
#define SCALESTUDY_FIGURES_H

#include "figure.h"
#include "groups.h"

enum { FIGURES_PER_GROUP = 5 };

/* Two layouts of the same: texts keep their size on a narrow screen. */
enum figure_layout { LAYOUT_WIDE, LAYOUT_NARROW };

/*
 * Appends the group's figures to `out`, at most FIGURES_PER_GROUP; a figure
 * without data is left out. Names end in "-2", … from the second group on.
 * `efficiency` is the threshold of the efficiency plot. Returns how many.
 */
size_t figures_make(struct figure *out, const struct analysis *analysis, const struct group *group,
                    size_t group_index, double efficiency, enum figure_layout layout);

/*
 * The same for a comparison, whose group has a series for each cluster, without
 * an answer: time, speedup and cost; at most FIGURES_PER_GROUP.
 */
size_t figures_compare(struct figure *out, const struct group *group, size_t group_index,
                       enum figure_layout layout);

#endif

/*
 * The plot of many backends side by side: a row for each, its time on one core
 * and where it is fastest, on one axis of time.
 */
#ifndef SCALESTUDY_FIGURE_RANKING_H
#define SCALESTUDY_FIGURE_RANKING_H

#include "figure.h"
#include "ranking.h"

/* Fills an empty figure. It is as wide as the page, unless `narrow`. */
void figure_ranking(struct figure *figure, const struct ranking *ranking, const struct group *group,
                    size_t group_index, bool narrow);

#endif

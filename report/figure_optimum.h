/*
 * The plot of optimal cores: a row for each backend.
 */
#ifndef SCALESTUDY_FIGURE_OPTIMUM_H
#define SCALESTUDY_FIGURE_OPTIMUM_H

#include "figure.h"
#include "groups.h"

void figure_optimum(struct figure *figure, const struct group *group, size_t group_index,
                    bool narrow);

#endif

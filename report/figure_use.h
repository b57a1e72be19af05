/*
 * What a run used over time, against what was granted: a plot of busy cores
 * and one of memory.
 */
#ifndef SCALESTUDY_FIGURE_USE_H
#define SCALESTUDY_FIGURE_USE_H

#include "figures.h"
#include "use.h"

enum { FIGURES_PER_USE = 2 };

/* Appends the view's figures, at most FIGURES_PER_USE: memory only where it was
 * looked at. Names end in "-2", … from the second view on. Returns how many. */
size_t figures_use(struct figure *out, const struct use_view *view, size_t index,
                   enum figure_layout layout);

#endif

/*
 * The plot of a comparison: each ratio of times with its interval, around 1.
 */
#ifndef SCALESTUDY_FIGURE_RATIOS_H
#define SCALESTUDY_FIGURE_RATIOS_H

#include "compare.h"
#include "figure.h"

/* The backend that is shown first: the reference's best; else its first. */
const char *figure_ratios_backend(const struct compare_contest *contest);

/* False, and nothing made, where no ratio has an interval. Of the backends the one above is drawn. */
bool figure_ratios(struct figure *figure, const struct compare *compare,
                   const struct compare_contest *contest, size_t index, bool narrow);

#endif

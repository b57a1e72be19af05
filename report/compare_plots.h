/*
 * The plots of a comparison: for each kernel, size and backend the clusters'
 * curves in one plot, each in its own colour, and the ratios around 1.
 */
#ifndef SCALESTUDY_COMPARE_PLOTS_H
#define SCALESTUDY_COMPARE_PLOTS_H

#include "compare.h"
#include "drawing.h"

/* Pictures that stand together: [first, first + count) of the drawing's. */
struct compare_plots {
    size_t contest;
    const char *backend; /* the reference's name of it */
    size_t first, count;
};

/* Fills the drawing and lists its parts, in `pool`: by contest, the main backend
 * first. Returns how many. */
size_t compare_plots_plan(struct pool *pool, const struct compare *compare,
                          struct drawing *drawing, struct compare_plots **parts);

#endif

/*
 * The rows of one point in its figures: blocks, median, spread, what is far
 * out, and what was used of what was granted.
 */
#ifndef SCALESTUDY_POINTS_H
#define SCALESTUDY_POINTS_H

#include "context.h"

/* Fills all of the point_summary and point_detail that does not depend on
 * other points. */
void point_summarise(struct context *context, const struct gathered_point *rows,
                     struct point_summary *point, struct point_detail *detail);

#endif

/*
 * The ratio of the times of two points that have nothing to do with each
 * other, and what may be claimed of it.
 */
#ifndef SCALESTUDY_COMPARE_RATIO_H
#define SCALESTUDY_COMPARE_RATIO_H

#include "bootstrap.h"
#include "compare.h"

/* `level`, `tolerance` and `claims` are those of `compare`. */
struct compare_ratio compare_ratio(struct bootstrap *bootstrap, const struct compare *compare,
                                   const struct compare_side *a, const struct compare_side *b);

bool compare_has_interval(const struct compare_side *a, const struct compare_side *b);

#endif

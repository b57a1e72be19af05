/*
 * The ratio of the times of two points that have nothing to do with each
 * other, and the verdict on it.
 */
#ifndef SCALESTUDY_COMPARE_RATIO_H
#define SCALESTUDY_COMPARE_RATIO_H

#include "bootstrap.h"
#include "compare.h"

/* Fewer blocks on a side give no interval. */
enum { COMPARE_LEAST_BLOCKS = 5 };

/* Values and intervals; `claims` intervals together are to hold at `level`. */
struct compare_ratio compare_ratio(struct bootstrap *bootstrap, const struct compare_side *a,
                                   const struct compare_side *b, double level, size_t claims);

bool compare_has_interval(const struct compare_side *a, const struct compare_side *b);

/* The verdict on an interval that may not exist. */
enum compare_verdict compare_verdict(struct interval interval, double tolerance);
bool compare_is_within(struct interval interval, double tolerance);

#endif

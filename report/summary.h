/*
 * One sample of times in a few numbers: median, its interval, spread, and what
 * lies far out. Sources: docs/method.md, "The median and its interval".
 */
#ifndef SCALESTUDY_SUMMARY_H
#define SCALESTUDY_SUMMARY_H

#include <stddef.h>

/* Ascending; the values must not be NAN. */
void summary_sort(double *values, size_t count);

/* Of `count` ascending values; NAN for none. */
double summary_median(const double *sorted, size_t count);

/* The same of values in any order, which it sorts. */
double summary_median_of(double *values, size_t count);

/* The value of `rank` (from 0) in ascending order, which it puts in its place,
 * with none above it before it and none below it after it. Linear. */
double summary_select(double *values, size_t count, size_t rank);

/* The median without sorting them all: linear, and leaves them in some order. */
double summary_median_select(double *values, size_t count);

/* Ranks count from 1: the interval is [x(low), x(high)]. Both are 0 where no
 * interval of that level exists for so few values. */
struct summary_ranks {
    size_t low, high;
    double coverage; /* what the ranks achieve, `level` or more; NAN where there are none */
};

/*
 * The narrowest symmetric order-statistic interval of the median that covers
 * at least `level`, whatever the distribution: the largest k with
 * 2 P(Bin(n, 1/2) <= k - 1) <= 1 - level gives [x(k), x(n + 1 - k)].
 */
struct summary_ranks summary_ranks(size_t count, double level);

/* Median absolute deviation from the median, not scaled, of ascending values. */
double summary_mad(const double *sorted, size_t count);

/*
 * What one unit of the modified z-score is for this sample: MAD / 0.6745, or
 * 1.2533 times the mean absolute deviation where the MAD is 0, or 0 where that
 * is 0 too (then nothing is flagged).
 */
double summary_z_unit(const double *values, size_t count, double median, double mad);

#define SUMMARY_Z_LIMIT 3.5

#endif

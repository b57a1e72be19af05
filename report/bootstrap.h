/*
 * The bootstrap distribution of a median, in closed form: what resampling
 * without end would give, without a random number. docs/method.md, "Ratios".
 *
 * The median of a resample of n values is one of the values (n odd) or the
 * mean of two (n even); how probable each is depends on n and on ranks only.
 */
#ifndef SCALESTUDY_BOOTSTRAP_H
#define SCALESTUDY_BOOTSTRAP_H

#include <stddef.h>

#include "pool.h"

/* Outcomes less probable than this are left out; nothing is made up for them. */
#define BOOTSTRAP_LEAST 1e-9

/* What the median may be, ascending, and how probably. */
struct median_law {
    size_t count;          /* 0: no law (no values) */
    const double *values;  /* ascending, none twice */
    const double *weights; /* of each; they sum to 1 but for what was left out */
    const double *above;   /* above[i]: the sum of weights from i on; above[count] is 0 */
    double mean, deviation;
};

/* The rank probabilities of every sample size met so far: points share them. */
struct bootstrap;
struct bootstrap *bootstrap_new(void);
void bootstrap_free(struct bootstrap *bootstrap); /* NULL is fine */

/*
 * The law of the median of `count` ascending values, in `pool`.
 *
 * Exact up to n = 60, and nearly so beyond. For even n above 200 the two middle
 * values of an even resample are within a rank or two of each other: each lower
 * one is taken with the mean of its upper ones, which narrows an interval by
 * less than half a percent of its width. Beyond n = 60 a law of more than 256
 * outcomes is thinned by merging neighbours of together at most 1/256 at their
 * mean; both errors are well below what 10,000 random resamples would add.
 */
struct median_law bootstrap_median(struct bootstrap *bootstrap, struct pool *pool,
                                   const double *sorted, size_t count);

/*
 * How probably the lower and the upper of a resample's two middle values have
 * each rank of the sample (from 0); one and the same for odd n. The median lies
 * between the two, and they need no list of outcomes: an ascending sample with
 * these weights is a law.
 */
struct middle_ranks {
    size_t count;
    const double *lower, *lower_above; /* as a law's weights and above */
    const double *upper, *upper_above;
};

/* Of a sample of `count` values, 1 or more; lives as long as `bootstrap`. */
const struct middle_ranks *bootstrap_middle_ranks(struct bootstrap *bootstrap, size_t count);

/* Smallest value v with P(median <= v) >= level. NAN for no law. */
double median_law_quantile(const struct median_law *law, double level);

#endif

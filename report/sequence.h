/*
 * Whether the order of values says anything about them: a trend, or
 * neighbours that are alike. Both go by ranks, so one far-out value cannot
 * make or hide either. docs/method.md, "Order".
 */
#ifndef SCALESTUDY_SEQUENCE_H
#define SCALESTUDY_SEQUENCE_H

#include <stddef.h>

/* The ranks of `count` values, from 1; equal ones share the mean of theirs. */
void sequence_ranks(const double *values, size_t count, double *ranks);

/* Spearman's correlation of values with their place, -1 to 1; NAN where all are
 * equal or there are fewer than 3. */
double sequence_trend(const double *values, size_t count);

/*
 * Two-sided probability of a correlation at least that far from 0 by chance
 * alone, without ties: exact up to 10 values, then by an Edgeworth series
 * (Best and Roberts, Applied Statistics 24(3), 1975, AS 89).
 */
double sequence_trend_chance(double correlation, size_t count);

/* Lag-1 autocorrelation of the ranks; NAN where all are equal or there are
 * fewer than 3. Around -1 / count, by 1 / sqrt(count), where there is none. */
double sequence_dependence(const double *values, size_t count);

/* How many independent values say as much about a mean. */
double sequence_effective_count(double dependence, size_t count);

/* Probability that a standard normal variable is above `z`. */
double sequence_normal_above(double z);

#endif

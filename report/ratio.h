/*
 * The ratio of two independent medians: its bootstrap distribution is that of
 * all quotients of outcomes, each with the product of their weights. Nothing is
 * drawn; and the quotients, which may be many, are never listed: both laws are
 * sorted, so one walk along them sums what lies below a value.
 */
#ifndef SCALESTUDY_RATIO_H
#define SCALESTUDY_RATIO_H

#include <stddef.h>

#include "bootstrap.h"

/* P(numerator / denominator <= limit), and the same for < limit. All values are positive. */
double ratio_at_most(const struct median_law *numerator, const struct median_law *denominator,
                     double limit);
double ratio_below(const struct median_law *numerator, const struct median_law *denominator,
                   double limit);

/*
 * The smallest quotient v with P(ratio <= v) >= level, which is above 0 and
 * below 1. NAN where a law is empty or has an outcome that is not positive.
 */
double ratio_quantile(const struct median_law *numerator, const struct median_law *denominator,
                      double level);

/*
 * The two-sided interval of any level. Both ends are NAN where an end would be
 * the outermost quotient there is although more than may be left out lies on
 * it: so few values do not reach that level.
 */
void ratio_interval(const struct median_law *numerator, const struct median_law *denominator,
                    double level, double *low, double *high);

#endif

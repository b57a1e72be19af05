/*
 * How many times as long one sample's times are as another's, where both have
 * the same shape but for that factor: the estimate of Hodges and Lehmann on
 * logarithms, with the interval that inverts the test of Mann and Whitney.
 * Exact whatever the shape is; narrower than that of medians where noise is
 * mild, and a second opinion on it everywhere. docs/method.md, "Ratios".
 */
#ifndef SCALESTUDY_HODGES_LEHMANN_H
#define SCALESTUDY_HODGES_LEHMANN_H

#include <stddef.h>

struct hodges_lehmann {
    double ratio;     /* exp of the median of all ln x - ln y; NAN where there is none */
    double low, high; /* NAN where so few values have no interval of that level */
    double coverage;  /* what the interval achieves, `level` or more */
};

/* Of ascending positive values; all NAN where a sample is empty or has a value
 * that is not positive. Time: near-linear; no list of all quotients is made. */
struct hodges_lehmann hodges_lehmann(const double *x, size_t x_count, const double *y,
                                     size_t y_count, double level);

/*
 * The interval's ends among the x_count * y_count ascending quotients, by rank
 * from 1: [low, high]. `low` is 0 where no interval reaches the level: 3 and 3
 * values have none at 95 %, 4 and 4 have. Exact up to 2500 quotients, then by
 * the normal distribution with half a step for continuity.
 */
struct hodges_lehmann_ranks {
    size_t low, high;
    double coverage; /* NAN where there are none */
};
struct hodges_lehmann_ranks hodges_lehmann_ranks(size_t x_count, size_t y_count, double level);

#endif

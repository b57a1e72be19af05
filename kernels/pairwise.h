/*
 * A sum whose bits depend on the numbers alone, never on who computed them.
 */
#ifndef SCALESTUDY_PAIRWISE_H
#define SCALESTUDY_PAIRWISE_H

#include <stddef.h>

/*
 * Adds neighbours, then neighbours of the sums, and so on: a tree whose shape
 * only `count` decides. Its rounding error grows with log2(count). 0 for none.
 */
double pairwise_sum(const double *numbers, size_t count);

#endif

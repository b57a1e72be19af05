#include "pairwise.h"

/* The largest power of two below count goes left, so that subtrees are complete wherever they can
 * be. */
double pairwise_sum(const double *numbers, size_t count)
{
    size_t left = 1;

    if (count == 0)
        return 0;
    if (count == 1)
        return numbers[0];
    while (2 * left < count)
        left *= 2;
    return pairwise_sum(numbers, left) + pairwise_sum(numbers + left, count - left);
}

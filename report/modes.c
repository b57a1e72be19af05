#include "modes.h"

#include <math.h>

#include "summary.h"

#define GAP_LEAST 0.05 /* of the median */

static double sum_of_squares(const double *values, size_t count)
{
    double mean = 0, sum = 0;
    for (size_t i = 0; i < count; i++)
        mean += values[i] / (double)count;
    for (size_t i = 0; i < count; i++)
        sum += (values[i] - mean) * (values[i] - mean);
    return sum;
}

/*
 * The gap in standard deviations within the groups. With few values a wide gap
 * is there by chance: the second term holds that to some 2 % of samples with a
 * skewed noise of 10 %, and to far fewer with less noise (docs/coverage.md).
 */
static double gap_least(size_t count)
{
    return 3 + 20 / (double)(count - 2);
}

struct modes modes_find(const double *sorted, size_t count)
{
    struct modes modes = {.lower = 0};
    size_t side = count / 10 + (count % 10 != 0); /* a tenth, rounded up */
    side = side < 2 ? 2 : side;
    if (count < 2 * side + 1) /* of 2 + 2 values any two pairs look like groups */
        return modes;
    for (size_t i = side; i + side <= count; i++)
        if (sorted[i] - sorted[i - 1] > modes.gap) {
            modes.gap = sorted[i] - sorted[i - 1];
            modes.lower = i;
        }
    double spread = sqrt((sum_of_squares(sorted, modes.lower) +
                          sum_of_squares(sorted + modes.lower, count - modes.lower)) /
                         (double)(count - 2));
    if (!(modes.gap > GAP_LEAST * summary_median(sorted, count)) ||
        !(modes.gap > gap_least(count) * spread))
        return (struct modes){.lower = 0};
    modes.low = summary_median(sorted, modes.lower);
    modes.high = summary_median(sorted + modes.lower, count - modes.lower);
    return modes;
}

/*
 * Whether a sample is two groups with a gap between them instead of one with a
 * spread. docs/method.md, "Two groups".
 */
#ifndef SCALESTUDY_MODES_H
#define SCALESTUDY_MODES_H

#include <stddef.h>

struct modes {
    size_t lower;     /* values in the lower group; 0: there is one group only */
    double low, high; /* medians of the groups */
    double gap;       /* between them: from the lower one's last to the upper one's first */
};

/*
 * Splits ascending positive values at their widest gap that leaves a tenth of
 * them, and two, on either side. They are two groups if the gap is both more
 * than 5 % of the median, so that it matters, and so many times the spread
 * within the groups that one group, even a skewed one, hardly ever has it.
 */
struct modes modes_find(const double *sorted, size_t count);

#endif

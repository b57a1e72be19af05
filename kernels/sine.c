#include "sine.h"

#include "isa.h"

#include <math.h>

ISA_TABLE(sine);

/* Vectors do not reach here, and nobody measures it: for completeness of the answer only. */
static double far_row(double x, double slope, const double *y, size_t count)
{
    double sums[8] = {0};

    for (size_t j = 0; j < count; j++)
        sums[j % 8] += sin(x + slope * y[j]);
    return ((sums[0] + sums[4]) + (sums[2] + sums[6])) +
           ((sums[1] + sums[5]) + (sums[3] + sums[7]));
}

double sine_row(const struct sine_isa *isa, double x, double slope, const double *y, size_t count)
{
    if (count == 0)
        return 0;
    /* The argument is linear in y, so it is largest at an end. */
    double first = fabs(x + slope * y[0]), last = fabs(x + slope * y[count - 1]);

    if (!(first <= SINE_LIMIT && last <= SINE_LIMIT))
        return far_row(x, slope, y, count);
    return slope == 1 ? isa->row(x, y, count) : isa->sloped_row(x, slope, y, count);
}

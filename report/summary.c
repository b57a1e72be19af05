#include "summary.h"

#include <math.h>
#include <stdlib.h>

enum { SMALL_SORT = 24, RECURSION_MOST = 1000 };

static void insertion_sort(double *values, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        double value = values[i];
        size_t j = i;
        for (; j > 0 && values[j - 1] > value; j--)
            values[j] = values[j - 1];
        values[j] = value;
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double middle_of_three(double a, double b, double c)
{
    double low = fmin(a, b), high = fmax(a, b);
    return fmax(low, fmin(high, c));
}

/* Splits into [0, i), none above a pivot, and [i, count), none below it; 0 < i < count. */
static size_t split(double *values, size_t count)
{
    double pivot = middle_of_three(values[0], values[count / 2], values[count - 1]);
    size_t i = 0, j = count - 1;
    for (;;) {
        while (values[i] < pivot)
            i++;
        while (values[j] > pivot)
            j--;
        if (i >= j)
            return i;
        double swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
    }
}

/* qsort() calls its comparison through a pointer: at a million rows that is
 * most of the analysis' time. It serves only where splits go wrong. */
static void quick_sort(double *values, size_t count, int depth)
{
    while (count > SMALL_SORT) {
        if (depth-- == 0) {
            qsort(values, count, sizeof *values, ascending);
            return;
        }
        size_t lower = split(values, count);
        quick_sort(values, lower, depth);
        values += lower;
        count -= lower;
    }
    insertion_sort(values, count);
}

void summary_sort(double *values, size_t count)
{
    size_t i = 1;
    while (i < count && values[i - 1] <= values[i])
        i++;
    if (i < count)
        quick_sort(values, count, 64);
}

double summary_median(const double *sorted, size_t count)
{
    if (count == 0)
        return NAN;
    if (count % 2 == 1)
        return sorted[count / 2];
    return (sorted[count / 2 - 1] + sorted[count / 2]) / 2;
}

double summary_median_of(double *values, size_t count)
{
    summary_sort(values, count);
    return summary_median(values, count);
}

double summary_select(double *values, size_t count, size_t rank)
{
    double *wanted = values + rank;
    for (int depth = 64; count > SMALL_SORT && depth > 0; depth--) {
        size_t lower = split(values, count);
        if (rank < lower) {
            count = lower;
        } else {
            values += lower;
            count -= lower;
            rank -= lower;
        }
    }
    summary_sort(values, count);
    return *wanted;
}

double summary_median_select(double *values, size_t count)
{
    double below = -INFINITY;
    if (count <= SMALL_SORT)
        return summary_median_of(values, count);
    summary_select(values, count, count / 2);
    if (count % 2 == 1)
        return values[count / 2];
    for (size_t i = 0; i < count / 2; i++)
        below = values[i] > below ? values[i] : below;
    return (below + values[count / 2]) / 2;
}

/*
 * P(Bin(n, 1/2) = i) to start the recursion from: i = 0 up to n = 1000, where
 * 2^-n is still a normal double; beyond that 20 standard deviations below the
 * middle, where what is left out is below 1e-80.
 */
static double first_term(size_t n, size_t *i)
{
    *i = 0;
    if (n <= RECURSION_MOST)
        return ldexp(1, -(int)n);
    double size = (double)n, start = floor(size / 2 - 10 * sqrt(size));
    *i = (size_t)start;
    return exp(lgamma(size + 1) - lgamma(start + 1) - lgamma(size - start + 1) - size * log(2));
}

struct summary_ranks summary_ranks(size_t count, double level)
{
    struct summary_ranks ranks = {.coverage = NAN};
    size_t i;
    double term = first_term(count, &i), below = term;

    if (count < 2) /* one value covers nothing, whatever the level */
        return ranks;
    /* `below` is P(Bin <= i): with k = i + 1, rank k is low enough. */
    while (i < count / 2 && 2 * below <= 1 - level) {
        ranks.low = i + 1;
        ranks.high = count - i;
        ranks.coverage = 1 - 2 * below;
        term *= (double)(count - i) / (double)(i + 1);
        i++;
        below += term;
    }
    return ranks;
}

/*
 * Deviations grow from the median outwards, so taking the nearer neighbour of
 * what is taken already meets them in ascending order, without sorting again.
 */
double summary_mad(const double *sorted, size_t count)
{
    double median = summary_median(sorted, count), last = 0, previous = 0;
    size_t above = count / 2, below = above; /* taken: [below, above) */
    if (count == 0)
        return NAN;
    for (size_t taken = 0; taken < count / 2 + 1; taken++) {
        double up = above < count ? fabs(sorted[above] - median) : INFINITY;
        double down = below > 0 ? fabs(median - sorted[below - 1]) : INFINITY;
        previous = last;
        last = fmin(up, down);
        if (up <= down)
            above++;
        else
            below--;
    }
    return count % 2 == 1 ? last : (previous + last) / 2;
}

double summary_z_unit(const double *values, size_t count, double median, double mad)
{
    if (mad > 0)
        return mad / 0.6745;
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += fabs(values[i] - median);
    return count == 0 ? 0 : 1.2533 * sum / (double)count;
}

#include "hodges_lehmann.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sequence.h"

enum { EXACT_MOST = 2500 };

/*
 * P(U = u) for u below `size`, where U counts the pairs in which x is above y,
 * and there is no difference: the largest of all values is an x with
 * probability n1 / (n1 + n2), and then is above all n2 y; else it is a y.
 */
static double *mann_whitney(size_t n1, size_t n2, size_t size)
{
    double *rows = xcalloc((n2 + 1) * size, sizeof *rows);
    for (size_t j = 0; j <= n2; j++)
        rows[j * size] = 1; /* without any x */
    for (size_t i = 1; i <= n1; i++)
        for (size_t j = 1; j <= n2; j++) { /* without any y the row stays */
            double *own = rows + j * size;
            const double *left = own - size; /* one y fewer; this row still is one x fewer */
            double x_last = (double)i / (double)(i + j), y_last = (double)j / (double)(i + j);
            for (size_t u = size; u-- > 0;)
                own[u] = (u >= j ? x_last * own[u - j] : 0) + y_last * left[u];
        }
    memmove(rows, rows + n2 * size, size * sizeof *rows);
    return rows;
}

static struct hodges_lehmann_ranks exact_ranks(size_t n1, size_t n2, double miss)
{
    struct hodges_lehmann_ranks ranks = {0, 0, NAN};
    size_t size = n1 * n2 / 2 + 1;
    double *chances = mann_whitney(n1, n2, size), below = 0;
    for (size_t u = 0; u < size; u++) { /* `below` becomes P(U <= u): rank u + 1 is low enough */
        below += chances[u];
        if (2 * below > miss + 1e-14 || u >= n1 * n2 - u) /* 1 - 0.9 is a little below 0.1 */
            break;
        ranks = (struct hodges_lehmann_ranks){u + 1, n1 * n2 - u, 1 - 2 * below};
    }
    free(chances);
    return ranks;
}

/* P(U <= u) from the normal distribution. */
static double nearly_below(double u, double pairs, double deviation)
{
    return sequence_normal_above((pairs / 2 - u - 0.5) / deviation);
}

static struct hodges_lehmann_ranks near_ranks(size_t n1, size_t n2, double miss)
{
    double pairs = (double)n1 * (double)n2;
    double deviation = sqrt(pairs * (double)(n1 + n2 + 1) / 12);
    size_t low = 0, high = n1 * n2 / 2; /* the rank is from low to below high */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (2 * nearly_below((double)middle - 1, pairs, deviation) <= miss)
            low = middle;
        else
            high = middle;
    }
    if (low == 0)
        return (struct hodges_lehmann_ranks){0, 0, NAN};
    return (struct hodges_lehmann_ranks){
        low, n1 * n2 + 1 - low, 1 - 2 * nearly_below((double)low - 1, pairs, deviation)};
}

struct hodges_lehmann_ranks hodges_lehmann_ranks(size_t x_count, size_t y_count, double level)
{
    if (x_count == 0 || y_count == 0)
        return (struct hodges_lehmann_ranks){0, 0, NAN};
    if (x_count <= EXACT_MOST / y_count)
        return exact_ranks(x_count, y_count, 1 - level);
    return near_ranks(x_count, y_count, 1 - level);
}

/* How many quotients are at or below `limit`. Both samples ascend, so the y that
 * keep a quotient there are all from some place on, which moves up with x. */
static size_t count_at_most(const double *x, size_t x_count, const double *y, size_t y_count,
                            double limit)
{
    size_t count = 0;
    for (size_t i = 0, j = 0; i < x_count; i++) {
        while (j < y_count && x[i] / y[j] > limit)
            j++;
        if (j == y_count)
            break;
        count += y_count - j;
    }
    return count;
}

/* The quotient of this rank, from 1: halves the doubles between until none is left. */
static double quotient(const double *x, size_t x_count, const double *y, size_t y_count,
                       size_t rank)
{
    double low = nextafter(x[0] / y[y_count - 1], 0), high = x[x_count - 1] / y[0];
    for (;;) {
        double middle = low + (high - low) / 2;
        if (!(middle > low && middle < high))
            return high;
        if (count_at_most(x, x_count, y, y_count, middle) < rank)
            low = middle;
        else
            high = middle;
    }
}

struct hodges_lehmann hodges_lehmann(const double *x, size_t x_count, const double *y,
                                     size_t y_count, double level)
{
    struct hodges_lehmann result = {NAN, NAN, NAN, NAN};
    size_t pairs = x_count * y_count;
    if (pairs == 0 || !(x[0] > 0) || !(y[0] > 0))
        return result;
    result.ratio = quotient(x, x_count, y, y_count, pairs / 2 + pairs % 2);
    if (pairs % 2 == 0) /* the mean of two logarithms */
        result.ratio = sqrt(result.ratio * quotient(x, x_count, y, y_count, pairs / 2 + 1));
    struct hodges_lehmann_ranks ranks = hodges_lehmann_ranks(x_count, y_count, level);
    if (ranks.low == 0)
        return result;
    result.low = quotient(x, x_count, y, y_count, ranks.low);
    result.high = quotient(x, x_count, y, y_count, ranks.high);
    result.coverage = ranks.coverage;
    return result;
}

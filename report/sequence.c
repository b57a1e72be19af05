#include "sequence.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "alloc.h"

enum { EXACT_MOST = 10 };

struct placed {
    double value;
    size_t place;
};

static int by_value(const void *x, const void *y)
{
    const struct placed *a = x, *b = y;
    if (a->value != b->value)
        return a->value < b->value ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

void sequence_ranks(const double *values, size_t count, double *ranks)
{
    struct placed *sorted = xcalloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct placed){values[i], i};
    qsort(sorted, count, sizeof *sorted, by_value);
    for (size_t begin = 0, end; begin < count; begin = end) {
        for (end = begin + 1; end < count && sorted[end].value == sorted[begin].value; end++)
            continue;
        for (size_t i = begin; i < end; i++)
            ranks[sorted[i].place] = (double)(begin + 1 + end) / 2;
    }
    free(sorted);
}

/* Deviations of the ranks from their mean; the sum of their squares. */
static double rank_deviations(const double *values, size_t count, double *out)
{
    double sum = 0;
    sequence_ranks(values, count, out);
    for (size_t i = 0; i < count; i++) {
        out[i] -= (double)(count + 1) / 2;
        sum += out[i] * out[i];
    }
    return sum;
}

double sequence_trend(const double *values, size_t count)
{
    double *deviations = xcalloc(count, sizeof *deviations), n = (double)count;
    double square = rank_deviations(values, count, deviations), product = 0;
    for (size_t i = 0; i < count; i++)
        product += deviations[i] * ((double)(i + 1) - (n + 1) / 2);
    free(deviations);
    if (count < 3 || square == 0)
        return NAN;
    return product / sqrt(square * (n * n * n - n) / 12);
}

/*
 * How many permutations of n places have each sum of squared displacements:
 * `ways[mask]` holds it for the first places filled with the ranks in `mask`.
 */
static double exact_share(size_t n, size_t most)
{
    size_t sums = (n * n * n - n) / 3 + 1, masks = (size_t)1 << n;
    uint32_t *ways = xcalloc(masks * sums, sizeof *ways);
    double at_most = 0, all = 0;
    ways[0] = 1;
    for (size_t mask = 0; mask + 1 < masks; mask++) {
        size_t place = 0;
        for (size_t rank = 0; rank < n; rank++)
            place += mask >> rank & 1;
        for (size_t rank = 0; rank < n; rank++) {
            size_t off = rank > place ? rank - place : place - rank;
            if ((mask >> rank & 1) != 0)
                continue;
            uint32_t *to = ways + (mask | (size_t)1 << rank) * sums;
            for (size_t sum = 0; sum + off * off < sums; sum++)
                to[sum + off * off] += ways[mask * sums + sum];
        }
    }
    for (size_t sum = 0; sum < sums; sum++) {
        double here = ways[(masks - 1) * sums + sum];
        all += here;
        at_most += sum <= most ? here : 0;
    }
    free(ways);
    return at_most / all;
}

double sequence_normal_above(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

/* P(correlation >= r), half a step of the sum included, with the series' terms up to 1 / n^3. */
static double edgeworth_above(double r, double n)
{
    double b = 1 / n, x = (r - 6 / (n * n * n - n)) * sqrt(n - 1), y = x * x;
    double inner = 0.0072 - 0.0831 * b + y * b * (0.0131 - 4.6e-4 * y);
    double series = x * b *
                    (0.2274 + b * (0.2531 + 0.1745 * b) +
                     y * (-0.0758 + b * (0.1033 + 0.3932 * b) -
                          y * b * (0.0879 + 0.0151 * b - y * inner)));
    double above = series / exp(y / 2) + sequence_normal_above(x);
    return fmin(fmax(above, 0), 1);
}

double sequence_trend_chance(double correlation, size_t count)
{
    double n = (double)count, r = fabs(correlation);
    if (count < 3 || isnan(correlation))
        return NAN;
    if (count > EXACT_MOST)
        return fmin(1, 2 * edgeworth_above(r, n));
    double sum = (1 - r) * (n * n * n - n) / 6; /* of squared displacements */
    return fmin(1, 2 * exact_share(count, (size_t)(sum + 1e-6)));
}

double sequence_dependence(const double *values, size_t count)
{
    double *deviations = xcalloc(count, sizeof *deviations);
    double square = rank_deviations(values, count, deviations), product = 0;
    for (size_t i = 0; i + 1 < count; i++)
        product += deviations[i] * deviations[i + 1];
    free(deviations);
    return count < 3 || square == 0 ? NAN : product / square;
}

double sequence_effective_count(double dependence, size_t count)
{
    return (double)count * (1 - dependence) / (1 + dependence);
}

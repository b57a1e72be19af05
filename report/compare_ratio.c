#include "compare_ratio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "groups.h"
#include "ratio.h"
#include "summary.h"

/* Three laws are combined outcome by outcome: this many of each are enough. */
#define LARGEST_PART (1.0 / 48)

static bool has_enough(const struct compare_side *side)
{
    return side->point->blocks >= CLAIM_LEAST_BLOCKS &&
           (side->next == NULL || side->next->blocks >= CLAIM_LEAST_BLOCKS);
}

bool compare_has_interval(const struct compare_side *a, const struct compare_side *b)
{
    return has_enough(a) && has_enough(b) && a->point->minimum > 0 && b->point->minimum > 0;
}

static double *sorted_times(struct pool *pool, const struct point_summary *point)
{
    double *sorted = pool_alloc(pool, point->blocks, sizeof *sorted);
    memcpy(sorted, point->times, point->blocks * sizeof *sorted);
    summary_sort(sorted, point->blocks);
    return sorted;
}

/* Same cost ------------------------------------------------------------------ */

struct outcome {
    double value, weight;
};

static int by_value(const void *x, const void *y)
{
    const struct outcome *a = x, *b = y;
    return (a->value > b->value) - (a->value < b->value);
}

/* The law in few outcomes: neighbours of together at most LARGEST_PART at their mean. */
static size_t few_outcomes(const struct median_law *law, struct outcome *out)
{
    size_t count = 0;
    for (size_t i = 0; i < law->count; i++) {
        struct outcome *last = count > 0 ? &out[count - 1] : NULL;
        double weight = law->weights[i];
        if (last == NULL || law->count <= 48 || last->weight + weight > LARGEST_PART) {
            out[count++] = (struct outcome){law->values[i], weight};
            continue;
        }
        last->value = (last->value * last->weight + law->values[i] * weight) /
                      (last->weight + weight);
        last->weight += weight;
    }
    return count;
}

/* Charged core-hours for a second of a point. */
static double rate(const struct point_summary *point)
{
    return point->charged_core_hours / point->median;
}

/*
 * ln T is a line over ln C between two measured neighbours; beyond them the
 * nearer one stands. With other medians the neighbours' costs move too, so each
 * outcome of the three medians gives a ratio of its own.
 */
static double time_at_cost(double first, double first_rate, double second, double second_rate,
                           double cost)
{
    double low = log(first * first_rate), high = log(second * second_rate), at = log(cost);
    double part = high > low ? (at - low) / (high - low) : at < high ? 0 : 1;
    part = fmin(fmax(part, 0), 1);
    return exp(log(first) + part * (log(second) - log(first)));
}

static double quantile(const struct outcome *list, size_t count, double level)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += list[i].weight;
        if (sum >= level)
            return list[i].value;
    }
    return list[count - 1].value;
}

static struct compare_ratio ratio_between(struct bootstrap *bootstrap, struct pool *pool,
                                          const struct compare *c, const struct compare_side *a,
                                          const struct compare_side *b)
{
    const struct point_summary *points[] = {a->point, a->next, b->point};
    struct outcome *few[3];
    size_t counts[3];
    for (size_t i = 0; i < 3; i++) {
        struct median_law law = bootstrap_median(bootstrap, pool, sorted_times(pool, points[i]),
                                                 points[i]->blocks);
        few[i] = pool_alloc(pool, law.count, sizeof **few);
        counts[i] = few_outcomes(&law, few[i]);
    }
    size_t count = 0;
    struct outcome *list = xcalloc(counts[0] * counts[1] * counts[2], sizeof *list);
    for (size_t i = 0; i < counts[0]; i++)
        for (size_t j = 0; j < counts[1]; j++)
            for (size_t k = 0; k < counts[2]; k++) {
                double time = few[2][k].value;
                double other = time_at_cost(few[0][i].value, rate(a->point), few[1][j].value,
                                            rate(a->next), time * rate(b->point));
                list[count++] = (struct outcome){
                    other / time, few[0][i].weight * few[1][j].weight * few[2][k].weight};
            }
    qsort(list, count, sizeof *list, by_value);
    double miss = 1 - c->level, level = claim_level(c->level, c->claims);
    double part = (1 - level) / 2;
    struct interval all = {NAN, NAN};
    if (list[0].weight <= part && list[count - 1].weight <= part)
        all = (struct interval){quantile(list, count, part), quantile(list, count, 1 - part)};
    struct compare_ratio ratio = {
        .ci95 = {quantile(list, count, miss / 2), quantile(list, count, 1 - miss / 2)},
        .claim = claim_of_medians(a->seconds / b->seconds, all, level, c->tolerance)};
    free(list);
    return ratio;
}

/* Measured on both sides ------------------------------------------------------ */

static struct compare_ratio ratio_of_points(struct bootstrap *bootstrap, struct pool *pool,
                                            const struct compare *c,
                                            const struct point_summary *a,
                                            const struct point_summary *b)
{
    const double *x = sorted_times(pool, a), *y = sorted_times(pool, b);
    struct median_law x_law = bootstrap_median(bootstrap, pool, x, a->blocks);
    struct median_law y_law = bootstrap_median(bootstrap, pool, y, b->blocks);
    double miss = 1 - c->level;
    return (struct compare_ratio){
        .ci95 = {ratio_quantile(&x_law, &y_law, miss / 2),
                 ratio_quantile(&x_law, &y_law, 1 - miss / 2)},
        .claim = claim_of(&(struct claim_side){x, a->blocks, &x_law},
                          &(struct claim_side){y, b->blocks, &y_law},
                          claim_level(c->level, c->claims), c->tolerance)};
}

/* A point against itself is exactly 1. */
static struct compare_ratio ratio_to_itself(const struct compare *c)
{
    const struct interval one = {1, 1};
    return (struct compare_ratio){
        .ci95 = one, .claim = claim_of_medians(1, one, claim_level(c->level, c->claims),
                                               c->tolerance)};
}

static struct compare_ratio ratio_unknown(const struct compare *c, const struct compare_side *a,
                                          const struct compare_side *b)
{
    const struct interval none = {NAN, NAN};
    return (struct compare_ratio){
        .ci95 = none, .claim = claim_of_medians(a->seconds / b->seconds, none,
                                                claim_level(c->level, c->claims), c->tolerance)};
}

struct compare_ratio compare_ratio(struct bootstrap *bootstrap, const struct compare *c,
                                   const struct compare_side *a, const struct compare_side *b)
{
    struct pool pool = POOL_INIT;
    struct compare_ratio ratio;
    if (a->point == b->point && a->next == NULL && b->next == NULL)
        ratio = ratio_to_itself(c);
    else if (!compare_has_interval(a, b))
        ratio = ratio_unknown(c, a, b);
    else if (a->next != NULL)
        ratio = ratio_between(bootstrap, &pool, c, a, b);
    else
        ratio = ratio_of_points(bootstrap, &pool, c, a->point, b->point);
    pool_free(&pool);
    return ratio;
}

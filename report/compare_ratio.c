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
    return side->point->blocks >= COMPARE_LEAST_BLOCKS &&
           (side->next == NULL || side->next->blocks >= COMPARE_LEAST_BLOCKS);
}

bool compare_has_interval(const struct compare_side *a, const struct compare_side *b)
{
    return has_enough(a) && has_enough(b) && a->point->minimum > 0 && b->point->minimum > 0;
}

static struct median_law law_of(struct bootstrap *bootstrap, struct pool *pool,
                                const struct point_summary *point)
{
    double *sorted = pool_alloc(pool, point->blocks, sizeof *sorted);
    memcpy(sorted, point->times, point->blocks * sizeof *sorted);
    summary_sort(sorted, point->blocks);
    return bootstrap_median(bootstrap, pool, sorted, point->blocks);
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

static void set_interpolated(struct compare_ratio *ratio, struct bootstrap *bootstrap,
                             struct pool *pool, const struct compare_side *a,
                             const struct compare_side *b, double miss, size_t claims)
{
    const struct point_summary *points[] = {a->point, a->next, b->point};
    struct outcome *few[3];
    size_t counts[3];
    for (size_t i = 0; i < 3; i++) {
        struct median_law law = law_of(bootstrap, pool, points[i]);
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
    ratio->ci95 = (struct interval){quantile(list, count, miss / 2),
                                    quantile(list, count, 1 - miss / 2)};
    double part = miss / (double)claims;
    if (list[0].weight <= part / 2 && list[count - 1].weight <= part / 2)
        ratio->adjusted = (struct interval){quantile(list, count, part / 2),
                                            quantile(list, count, 1 - part / 2)};
    free(list);
}

/* Measured on both sides ------------------------------------------------------ */

static void set_measured(struct compare_ratio *ratio, struct bootstrap *bootstrap,
                         struct pool *pool, const struct compare_side *a,
                         const struct compare_side *b, double miss, size_t claims)
{
    struct median_law x = law_of(bootstrap, pool, a->point);
    struct median_law y = law_of(bootstrap, pool, b->point);
    ratio->ci95 = (struct interval){ratio_quantile(&x, &y, miss / 2),
                                    ratio_quantile(&x, &y, 1 - miss / 2)};
    ratio_interval(&x, &y, 1 - miss / (double)claims, &ratio->adjusted.low, &ratio->adjusted.high);
    /*
     * Here is where two independent samples meet, point->times of either side:
     * a second opinion on their ratio belongs into ratio->hodges_lehmann and
     * its interval. The page, compare.json and the tables show it where it exists.
     */
}

struct compare_ratio compare_ratio(struct bootstrap *bootstrap, const struct compare_side *a,
                                   const struct compare_side *b, double level, size_t claims)
{
    struct compare_ratio ratio = {.value = a->seconds / b->seconds,
                                  .ci95 = {NAN, NAN},
                                  .adjusted = {NAN, NAN},
                                  .hodges_lehmann = NAN,
                                  .hodges_lehmann_ci95 = {NAN, NAN}};
    struct pool pool = POOL_INIT;
    claims = claims > 0 ? claims : 1;
    if (a->point == b->point && a->next == NULL && b->next == NULL)
        ratio.ci95 = ratio.adjusted = (struct interval){1, 1};
    else if (compare_has_interval(a, b) && a->next != NULL)
        set_interpolated(&ratio, bootstrap, &pool, a, b, 1 - level, claims);
    else if (compare_has_interval(a, b))
        set_measured(&ratio, bootstrap, &pool, a, b, 1 - level, claims);
    pool_free(&pool);
    return ratio;
}

bool compare_is_within(struct interval interval, double tolerance)
{
    return interval_exists(interval) && interval.low >= 1 / (1 + tolerance) &&
           interval.high <= 1 + tolerance;
}

enum compare_verdict compare_verdict(struct interval interval, double tolerance)
{
    if (!interval_exists(interval))
        return VERDICT_UNDECIDED;
    if (interval.low > 1)
        return VERDICT_SLOWER;
    if (interval.high < 1)
        return VERDICT_FASTER;
    return compare_is_within(interval, tolerance) ? VERDICT_EQUAL : VERDICT_UNDECIDED;
}

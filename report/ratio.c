#include "ratio.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "alloc.h"

/* So few quotients left are sorted instead of searched. */
enum { FEW = 128 };

/* What lies at or below a limit: probability and number of quotients. */
struct share {
    double weight;
    size_t count;
};

/*
 * A quotient falls with its denominator, so for each numerator the denominators
 * that keep it at or below `limit` are all from some place on, and that place
 * moves up with the numerator. Quotients are computed as they will be reported,
 * so that rounding cannot part a quotient from itself.
 */
static struct share share_at_most(const struct median_law *a, const struct median_law *b,
                                  double limit)
{
    struct share share = {0, 0};
    size_t j = 0;
    for (size_t i = 0; i < a->count; i++) {
        while (j < b->count && a->values[i] / b->values[j] > limit)
            j++;
        if (j == b->count)
            break;
        share.weight += a->weights[i] * b->above[j];
        share.count += b->count - j;
    }
    return share;
}

double ratio_at_most(const struct median_law *numerator, const struct median_law *denominator,
                     double limit)
{
    return share_at_most(numerator, denominator, limit).weight;
}

double ratio_below(const struct median_law *numerator, const struct median_law *denominator,
                   double limit)
{
    return share_at_most(numerator, denominator, nextafter(limit, -INFINITY)).weight;
}

struct quotient {
    double value, weight;
};

static int by_value(const void *x, const void *y)
{
    const struct quotient *a = x, *b = y;
    return (a->value > b->value) - (a->value < b->value);
}

/* The quotients in (low, high]. */
static size_t quotients_between(const struct median_law *a, const struct median_law *b, double low,
                                double high, struct quotient *out)
{
    size_t count = 0, from = 0, to = 0;
    for (size_t i = 0; i < a->count; i++) {
        while (from < b->count && a->values[i] / b->values[from] > high)
            from++;
        while (to < b->count && a->values[i] / b->values[to] > low)
            to++;
        for (size_t j = from; j < to; j++)
            out[count++] =
                (struct quotient){a->values[i] / b->values[j], a->weights[i] * b->weights[j]};
    }
    return count;
}

/* A bracket of the quantile: P(<= low) < level <= P(<= high). */
struct bracket {
    double low, high;
    struct share below, up_to;
};

static bool tighten(const struct median_law *a, const struct median_law *b, struct bracket *at,
                    double level, double cut)
{
    if (!(cut > at->low && cut < at->high))
        return false;
    struct share share = share_at_most(a, b, cut);
    if (share.weight < level) {
        at->low = cut;
        at->below = share;
    } else {
        at->high = cut;
        at->up_to = share;
    }
    return true;
}

/* The standard normal quantile, roughly (Abramowitz and Stegun 26.2.22): where to look first. */
static double normal_quantile(double level)
{
    double t = sqrt(-2 * log(fmin(level, 1 - level)));
    double z = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + t * 0.04481));
    return level < 0.5 ? -z : z;
}

/* With many outcomes the logarithm of a ratio is nearly normal: guess, then
 * step outwards until the quantile is between two steps. */
static void bracket_by_guess(const struct median_law *a, const struct median_law *b,
                             struct bracket *at, double level)
{
    double spread = hypot(a->deviation / a->mean, b->deviation / b->mean);
    double guess = a->mean / b->mean * exp(normal_quantile(level) * spread);
    for (double step = 0.1 * spread; step < 16 * spread; step *= 2) {
        double low = at->low, high = at->high;
        if (!tighten(a, b, at, level, guess))
            return;
        if (at->low > low && at->high < high)
            return;
        guess *= exp(at->high == guess ? -step : step);
    }
}

/*
 * Where to cut next: by the weights on either side, as the distribution is
 * smooth where it has many outcomes; every third time in the middle, as it has
 * steps where it has few.
 */
static double next_cut(const struct bracket *at, double level, int round)
{
    double part = 0.5;
    if (round % 3 != 2)
        part = (level - at->below.weight) / (at->up_to.weight - at->below.weight);
    part = fmin(fmax(part, 0.02), 0.98);
    return at->low + (at->high - at->low) * part;
}

static double among(const struct median_law *a, const struct median_law *b,
                    const struct bracket *at, double level)
{
    size_t expected = at->up_to.count - at->below.count;
    struct quotient *list = xcalloc(expected, sizeof *list);
    size_t count = quotients_between(a, b, at->low, at->high, list);
    double sum = at->below.weight, value = at->high;
    qsort(list, count, sizeof *list, by_value);
    for (size_t i = 0; i < count; i++) {
        sum += list[i].weight;
        value = list[i].value;
        if (sum >= level)
            break;
    }
    free(list);
    return value;
}

static double quantile(const struct median_law *a, const struct median_law *b,
                       struct bracket at, double level)
{
    if (at.up_to.weight < level) /* by what was left out: the largest there is */
        return at.high;
    if (at.up_to.count > FEW)
        bracket_by_guess(a, b, &at, level);
    for (int round = 0; at.up_to.count - at.below.count > FEW; round++)
        if (!tighten(a, b, &at, level, next_cut(&at, level, round)))
            return at.high; /* neighbouring doubles: all that is left is `high` itself */
    return among(a, b, &at, level);
}

double ratio_quantile(const struct median_law *numerator, const struct median_law *denominator,
                      double level)
{
    if (numerator->count == 0 || denominator->count == 0 || !(numerator->values[0] > 0) ||
        !(denominator->values[0] > 0))
        return NAN;
    double least = numerator->values[0] / denominator->values[denominator->count - 1];
    double most = numerator->values[numerator->count - 1] / denominator->values[0];
    struct bracket all = {.low = nextafter(least, 0),
                          .high = most,
                          .up_to = {numerator->above[0] * denominator->above[0],
                                    numerator->count * denominator->count}};
    return quantile(numerator, denominator, all, level);
}

void ratio_interval(const struct median_law *numerator, const struct median_law *denominator,
                    double level, double *low, double *high)
{
    const struct median_law *a = numerator, *b = denominator;
    double miss = 1 - level;
    *low = *high = NAN;
    if (a->count == 0 || b->count == 0)
        return;
    double least = a->weights[0] * b->weights[b->count - 1];
    double most = a->weights[a->count - 1] * b->weights[0];
    bool one_value = a->count == 1 && b->count == 1; /* all times alike */
    if (!one_value && (least > miss / 2 || most > miss / 2))
        return;
    *low = ratio_quantile(a, b, miss / 2);
    *high = ratio_quantile(a, b, 1 - miss / 2);
}

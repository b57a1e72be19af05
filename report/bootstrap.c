#include "bootstrap.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

enum { EXACT_MOST = 60, EXACT_EVEN_MOST = 200, OUTCOMES_MOST = 256 };

/* The median is the mean of the values of these two ranks (from 0). */
struct rank_pair {
    uint32_t low, high;
    double weight;
};

struct rank_law {
    size_t sample; /* n */
    struct rank_pair *pairs; /* by low, then high */
    size_t count, capacity;
    struct middle_ranks *middles; /* NULL: not asked for yet */
};

struct bootstrap {
    struct rank_law *laws;
    size_t count, capacity;
};

struct outcome {
    double value, weight;
};

struct bootstrap *bootstrap_new(void)
{
    return xcalloc(1, sizeof(struct bootstrap));
}

void bootstrap_free(struct bootstrap *bootstrap)
{
    if (bootstrap == NULL)
        return;
    for (size_t i = 0; i < bootstrap->count; i++) {
        free(bootstrap->laws[i].pairs);
        free(bootstrap->laws[i].middles);
    }
    free(bootstrap->laws);
    free(bootstrap);
}

static double log_binomial(size_t n, size_t k)
{
    double from_n = (double)n, from_k = (double)k;
    return lgamma(from_n + 1) - lgamma(from_k + 1) - lgamma(from_n - from_k + 1);
}

/*
 * P(Bin(n, p) >= m). The term at m comes from logarithms, its neighbours from
 * the recursion; the shorter side is summed, until terms no longer count.
 */
static double binomial_tail(size_t n, size_t m, double p, double log_choose)
{
    if (p >= 1)
        return 1;
    if (p <= 0)
        return 0;
    double size = (double)n, odds = p / (1 - p);
    double term = exp(log_choose + (double)m * log(p) + (size - (double)m) * log1p(-p));
    double sum = 0;
    if (p * size <= (double)m) {
        for (size_t i = m; term > 1e-18 * sum && term > 0; i++) {
            sum += term;
            if (i == n)
                break;
            term *= (double)(n - i) / (double)(i + 1) * odds;
        }
        return sum;
    }
    for (size_t i = m; i > 0 && term > 0; i--) {
        term *= (double)i / (double)(n - i + 1) / odds;
        if (term < 1e-18)
            break;
        sum += term;
    }
    return 1 - sum;
}

static void add_pair(struct rank_law *law, size_t low, size_t high, double weight)
{
    if (!(weight >= BOOTSTRAP_LEAST))
        return;
    array_grow(&law->pairs, law->count, &law->capacity, sizeof *law->pairs);
    law->pairs[law->count++] = (struct rank_pair){(uint32_t)low, (uint32_t)high, weight};
}

/*
 * For even n, the lower middle value has rank k and the upper one rank l > k:
 * C(n, m) ways to split the draws, times the chance that m draws have their
 * largest at k, times that m have their smallest at l (ranks from 1). Half of
 * C(n, m) goes to each factor, so that neither leaves the range of a double.
 */
static double half_largest(size_t n, size_t m, size_t k, double log_choose)
{
    double size = (double)n, power = (double)m, half = log_choose / 2;
    double upper = exp(power * log((double)k / size) + half);
    return k == 1 ? upper : upper - exp(power * log((double)(k - 1) / size) + half);
}

/* The upper ranks that go with lower rank k; what is left of `mass` is k with itself. */
static void add_even_pairs(struct rank_law *law, size_t n, size_t k, double mass,
                           double log_choose)
{
    size_t m = n / 2;
    double lower = half_largest(n, m, k, log_choose), apart = 0;
    size_t own = law->count;
    add_pair(law, k - 1, k - 1, 1); /* its place; the weight follows */
    for (size_t l = k + 1; l <= n; l++) {
        double weight = lower * half_largest(n, m, n - l + 1, log_choose);
        apart += weight;
        add_pair(law, k - 1, l - 1, weight);
        if (weight < BOOTSTRAP_LEAST * 1e-6)
            break; /* smaller from here on */
    }
    law->pairs[own].weight = fmax(mass - apart, 0);
}

static void build_rank_law(struct rank_law *law, size_t n)
{
    size_t m = n / 2 + n % 2;
    double log_choose = log_binomial(n, m);
    /* The rank has a standard deviation of sqrt(n)/2: ten of them hold it. */
    size_t reach = (size_t)(5 * sqrt((double)n)) + 5;
    size_t first = m > reach ? m - reach : 1, last = m + reach < n ? m + reach : n;
    double before = binomial_tail(n, m, (double)(first - 1) / (double)n, log_choose);
    *law = (struct rank_law){.sample = n};
    for (size_t k = first; k <= last; k++) {
        double up_to = binomial_tail(n, m, (double)k / (double)n, log_choose);
        if (n % 2 == 1)
            add_pair(law, k - 1, k - 1, up_to - before);
        else
            add_even_pairs(law, n, k, up_to - before, log_choose);
        before = up_to;
    }
}

static struct rank_law *rank_law(struct bootstrap *bootstrap, size_t n)
{
    for (size_t i = 0; i < bootstrap->count; i++)
        if (bootstrap->laws[i].sample == n)
            return &bootstrap->laws[i];
    array_grow(&bootstrap->laws, bootstrap->count, &bootstrap->capacity, sizeof *bootstrap->laws);
    struct rank_law *law = &bootstrap->laws[bootstrap->count++];
    build_rank_law(law, n);
    return law;
}

/* The struct and its four arrays are one piece of memory. */
static struct middle_ranks *middles_of(const struct rank_law *law)
{
    size_t n = law->sample;
    struct middle_ranks *middles = xcalloc(1, sizeof *middles + (4 * n + 2) * sizeof(double));
    double *lower = (double *)(middles + 1), *lower_above = lower + n;
    double *upper = lower_above + n + 1, *upper_above = upper + n;
    for (size_t i = 0; i < law->count; i++) {
        lower[law->pairs[i].low] += law->pairs[i].weight;
        upper[law->pairs[i].high] += law->pairs[i].weight;
    }
    for (size_t i = n; i-- > 0;) {
        lower_above[i] = lower_above[i + 1] + lower[i];
        upper_above[i] = upper_above[i + 1] + upper[i];
    }
    *middles = (struct middle_ranks){n, lower, lower_above, upper, upper_above};
    return middles;
}

const struct middle_ranks *bootstrap_middle_ranks(struct bootstrap *bootstrap, size_t count)
{
    struct rank_law *law = rank_law(bootstrap, count);
    if (law->middles == NULL)
        law->middles = middles_of(law);
    return law->middles;
}

static int by_value(const void *a, const void *b)
{
    const struct outcome *x = a, *y = b;
    return (x->value > y->value) - (x->value < y->value);
}

/* One outcome a pair. */
static size_t all_outcomes(const struct rank_law *law, const double *sorted, struct outcome *out)
{
    size_t count = 0;
    for (size_t i = 0; i < law->count; i++) {
        const struct rank_pair *pair = &law->pairs[i];
        if (pair->weight < BOOTSTRAP_LEAST)
            continue;
        double low = sorted[pair->low], high = sorted[pair->high];
        out[count++] = (struct outcome){low == high ? low : (low + high) / 2, pair->weight};
    }
    if (law->sample % 2 == 0)
        qsort(out, count, sizeof *out, by_value);
    return count;
}

/* One outcome a lower rank, the mean over its upper ones: they ascend by themselves. */
static size_t collapsed_outcomes(const struct rank_law *law, const double *sorted,
                                 struct outcome *out)
{
    size_t count = 0;
    for (size_t i = 0; i < law->count;) {
        uint32_t low = law->pairs[i].low;
        double sum = 0, mass = 0;
        for (; i < law->count && law->pairs[i].low == low; i++) {
            mass += law->pairs[i].weight;
            sum += law->pairs[i].weight * (sorted[low] + sorted[law->pairs[i].high]) / 2;
        }
        if (mass >= BOOTSTRAP_LEAST)
            out[count++] = (struct outcome){sum / mass, mass};
    }
    return count;
}

/* Equal values become one; with `most` > 0, neighbours of together at most 1/most as well. */
static size_t merge(struct outcome *list, size_t count, double most)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        struct outcome *last = kept > 0 ? &list[kept - 1] : NULL;
        if (last == NULL || (list[i].value != last->value && last->weight + list[i].weight > most)) {
            list[kept++] = list[i];
            continue;
        }
        double weight = last->weight + list[i].weight;
        if (list[i].value != last->value)
            last->value += (list[i].value - last->value) * (list[i].weight / weight);
        last->weight = weight;
    }
    return kept;
}

static struct median_law law_of(struct pool *pool, const struct outcome *list, size_t count)
{
    double *memory = pool_alloc(pool, 3 * count + 1, sizeof *memory);
    double *values = memory, *weights = memory + count, *above = memory + 2 * count;
    for (size_t i = count; i-- > 0;) {
        values[i] = list[i].value;
        weights[i] = list[i].weight;
        above[i] = above[i + 1] + weights[i];
    }
    double mean = 0, variance = 0;
    for (size_t i = 0; i < count; i++)
        mean += weights[i] * values[i];
    for (size_t i = 0; i < count; i++)
        variance += weights[i] * (values[i] - mean) * (values[i] - mean);
    return (struct median_law){count, values, weights, above, mean, sqrt(variance)};
}

struct median_law bootstrap_median(struct bootstrap *bootstrap, struct pool *pool,
                                   const double *sorted, size_t count)
{
    if (count == 0)
        return (struct median_law){0};
    const struct rank_law *ranks = rank_law(bootstrap, count);
    struct outcome *list = xcalloc(ranks->count, sizeof *list);
    size_t outcomes = count % 2 == 0 && count > EXACT_EVEN_MOST
                          ? collapsed_outcomes(ranks, sorted, list)
                          : all_outcomes(ranks, sorted, list);
    outcomes = merge(list, outcomes, 0);
    if (count > EXACT_MOST && outcomes > OUTCOMES_MOST)
        outcomes = merge(list, outcomes, 1.0 / OUTCOMES_MOST);
    struct median_law law = law_of(pool, list, outcomes);
    free(list);
    return law;
}

double median_law_quantile(const struct median_law *law, double level)
{
    double sum = 0;
    for (size_t i = 0; i < law->count; i++) {
        sum += law->weights[i];
        if (sum >= level)
            return law->values[i];
    }
    return law->count == 0 ? NAN : law->values[law->count - 1];
}

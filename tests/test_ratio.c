#include "ratio.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct fixture {
    struct bootstrap *bootstrap;
    struct pool pool;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    f->bootstrap = bootstrap_new();
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    bootstrap_free(f->bootstrap);
    pool_free(&f->pool);
    free(f);
    return 0;
}

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The medians of all n^n resamples, sorted. */
static double *all_medians(const double *values, size_t n, size_t *count)
{
    *count = 1;
    for (size_t i = 0; i < n; i++)
        *count *= n;
    double *medians = calloc(*count, sizeof *medians);
    assert_non_null(medians);
    for (size_t resample = 0; resample < *count; resample++) {
        double drawn[8];
        size_t digits = resample;
        for (size_t i = 0; i < n; i++, digits /= n)
            drawn[i] = values[digits % n];
        qsort(drawn, n, sizeof *drawn, ascending);
        medians[resample] = n % 2 == 1              ? drawn[n / 2]
                            : drawn[n / 2 - 1] == drawn[n / 2] ? drawn[n / 2]
                                                    : (drawn[n / 2 - 1] + drawn[n / 2]) / 2;
    }
    qsort(medians, *count, sizeof *medians, ascending);
    return medians;
}

static void check_law_by_brute_force(struct fixture *f, const double *values, size_t n)
{
    size_t count, at = 0;
    double *medians = all_medians(values, n, &count);
    struct median_law law = bootstrap_median(f->bootstrap, &f->pool, values, n);
    for (size_t i = 0; i < law.count; i++) {
        size_t equal = 0;
        while (at + equal < count && medians[at + equal] == law.values[i])
            equal++;
        assert_close(law.weights[i], (double)equal / (double)count, 1e-14);
        assert_true(equal > 0);
        at += equal;
    }
    assert_int_equal(at, count); /* every resample is accounted for */
    free(medians);
}

static void the_law_of_a_median_is_that_of_all_resamples(void **state)
{
    static const double values[] = {1.0, 1.37, 2.02, 2.03, 5.5, 7.25};
    for (size_t n = 1; n <= 6; n++)
        check_law_by_brute_force(*state, values, n);
}

static void ties_share_one_outcome(void **state)
{
    static const double five[] = {1, 2, 2, 2, 3}, six[] = {1, 1, 2, 2, 3, 3}, same[] = {4, 4, 4, 4};
    struct fixture *f = *state;
    check_law_by_brute_force(f, five, 5);
    check_law_by_brute_force(f, six, 6);
    struct median_law law = bootstrap_median(f->bootstrap, &f->pool, same, 4);
    assert_int_equal(law.count, 1);
    assert_close(law.values[0], 4, 0);
    assert_close(law.weights[0], 1, 1e-15);
}

/* Of all n^n resamples of 0, 1, … n - 1, how many have rank k as lower and as upper middle. */
static void middle_ranks_are_those_of_all_resamples(void **state)
{
    struct fixture *f = *state;
    for (size_t n = 1; n <= 6; n++) {
        const struct middle_ranks *ranks = bootstrap_middle_ranks(f->bootstrap, n);
        double lower[6] = {0}, upper[6] = {0}, all = pow((double)n, (double)n);
        for (size_t resample = 0; resample < (size_t)all; resample++) {
            double drawn[6];
            size_t digits = resample;
            for (size_t i = 0; i < n; i++, digits /= n)
                drawn[i] = (double)(digits % n);
            qsort(drawn, n, sizeof *drawn, ascending);
            lower[(size_t)drawn[(n - 1) / 2]] += 1 / all;
            upper[(size_t)drawn[n / 2]] += 1 / all;
        }
        assert_int_equal(ranks->count, n);
        for (size_t k = 0; k < n; k++) {
            assert_close(ranks->lower[k], lower[k], 1e-9);
            assert_close(ranks->upper[k], upper[k], 1e-9);
            assert_close(ranks->lower_above[k] - ranks->lower_above[k + 1], lower[k], 1e-9);
        }
        assert_close(ranks->upper_above[0], 1, 1e-9);
        assert_close(ranks->upper_above[n], 0, 0);
    }
}

/* Smallest quotient of two lists of equally probable medians that has at least
 * the part `level` of all quotients at or below it. */
static double quantile_by_brute_force(const double *a, size_t m, const double *b, size_t n,
                                      double level)
{
    size_t a_count, b_count, kept = 0;
    double *as = all_medians(a, m, &a_count), *bs = all_medians(b, n, &b_count);
    struct {
        double value, weight;
    } *list = calloc(a_count * 64, sizeof *list);
    assert_non_null(list);
    /* Equal medians stand together: quotients of runs of them. */
    for (size_t i = 0, i_end; i < a_count; i = i_end) {
        for (i_end = i; i_end < a_count && as[i_end] == as[i]; i_end++)
            continue;
        for (size_t j = 0, j_end; j < b_count; j = j_end) {
            for (j_end = j; j_end < b_count && bs[j_end] == bs[j]; j_end++)
                continue;
            list[kept].value = as[i] / bs[j];
            list[kept++].weight =
                (double)(i_end - i) * (double)(j_end - j) / (double)a_count / (double)b_count;
        }
    }
    qsort(list, kept, sizeof *list, ascending);
    double sum = 0, value = NAN;
    for (size_t i = 0; i < kept && !(sum >= level); i++) {
        sum += list[i].weight;
        value = list[i].value;
    }
    free(list);
    free(as);
    free(bs);
    return value;
}

static void quantiles_of_a_ratio_are_those_of_all_pairs_of_resamples(void **state)
{
    static const double a[] = {10.1, 10.2, 10.25, 10.4, 11.9, 12.0},
                        b[] = {2.49, 2.5, 2.53, 2.6, 2.61, 3.3};
    static const double levels[] = {0.025, 0.05, 0.3, 0.5, 0.95, 0.975};
    static const size_t sizes[][2] = {{5, 5}, {6, 6}, {5, 6}, {6, 5}, {3, 6}, {1, 5}};
    struct fixture *f = *state;
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        struct median_law x = bootstrap_median(f->bootstrap, &f->pool, a, sizes[s][0]);
        struct median_law y = bootstrap_median(f->bootstrap, &f->pool, b, sizes[s][1]);
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
            assert_close(ratio_quantile(&x, &y, levels[i]),
                         quantile_by_brute_force(a, sizes[s][0], b, sizes[s][1], levels[i]), 0);
    }
}

/* Uniform numbers, the same everywhere. */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static void fill(double *values, size_t count, uint64_t *random)
{
    for (size_t i = 0; i < count; i++)
        values[i] = 1 + 0.1 * uniform(random) * uniform(random);
    qsort(values, count, sizeof *values, ascending);
}

struct product {
    double value, weight;
};

static double quantile_by_listing(const struct median_law *a, const struct median_law *b,
                                  double level)
{
    size_t count = 0;
    struct product *list = calloc(a->count * b->count, sizeof *list);
    assert_non_null(list);
    for (size_t i = 0; i < a->count; i++)
        for (size_t j = 0; j < b->count; j++)
            list[count++] =
                (struct product){a->values[i] / b->values[j], a->weights[i] * b->weights[j]};
    qsort(list, count, sizeof *list, ascending);
    double sum = 0, value = NAN;
    for (size_t i = 0; i < count && !(sum >= level); i++) {
        sum += list[i].weight;
        value = list[i].value;
    }
    free(list);
    return value;
}

static void searching_finds_what_listing_all_quotients_finds(void **state)
{
    static const size_t sizes[] = {7, 9, 12, 30, 31, 40, 59, 60, 150, 1001};
    static const double levels[] = {0.001, 0.025, 0.05, 0.5, 0.95, 0.975, 0.999};
    static double a[1001], b[1001];
    struct fixture *f = *state;
    uint64_t random = 1;
    for (size_t s = 0; s + 1 < sizeof sizes / sizeof *sizes; s++) {
        fill(a, sizes[s], &random);
        fill(b, sizes[s + 1], &random);
        struct median_law x = bootstrap_median(f->bootstrap, &f->pool, a, sizes[s]);
        struct median_law y = bootstrap_median(f->bootstrap, &f->pool, b, sizes[s + 1]);
        for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
            assert_close(ratio_quantile(&x, &y, levels[i]), quantile_by_listing(&x, &y, levels[i]),
                         0);
    }
}

/* The median of n resampled ranks has mean and spread that are known for large
 * n: about n/2, and a standard deviation of sqrt(n)/2 ranks. */
static void large_samples_keep_the_spread_that_theory_gives(void **state)
{
    static const size_t sizes[] = {201, 202, 1000, 1001, 10000};
    static double ranks[10000];
    struct fixture *f = *state;
    for (size_t i = 0; i < 10000; i++)
        ranks[i] = (double)(i + 1);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        double n = (double)sizes[s];
        struct median_law law = bootstrap_median(f->bootstrap, &f->pool, ranks, sizes[s]);
        assert_close(law.mean, (n + 1) / 2, 0.01);
        assert_close(law.deviation / (sqrt(n) / 2), 1, 0.01);
        assert_close(law.above[0], 1, 1e-5);
    }
}

/*
 * 5 and 5 values: the outermost quotient has (181/3125)^2 = 0.00335 of the
 * weight, so 95 % has an interval and 99.9 % has none; 9 and 9 have one there.
 */
static void an_interval_that_so_few_values_do_not_reach_is_none(void **state)
{
    static const double five[] = {1, 2, 3, 4, 5}, nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const double same[] = {2, 2, 2, 2, 2};
    struct fixture *f = *state;
    struct median_law a = bootstrap_median(f->bootstrap, &f->pool, five, 5);
    struct median_law b = bootstrap_median(f->bootstrap, &f->pool, nine, 9);
    struct median_law c = bootstrap_median(f->bootstrap, &f->pool, same, 5);
    double low, high;
    ratio_interval(&a, &a, 0.95, &low, &high);
    assert_close(low, ratio_quantile(&a, &a, 0.025), 0);
    assert_close(high, ratio_quantile(&a, &a, 0.975), 0);
    ratio_interval(&a, &a, 0.999, &low, &high);
    assert_true(isnan(low) && isnan(high));
    ratio_interval(&b, &b, 0.999, &low, &high);
    assert_close(low * high, 1, 1e-14);
    assert_true(high > 3);
    ratio_interval(&c, &c, 0.999, &low, &high);
    assert_close(low, 1, 0);
    assert_close(high, 1, 0);
}

static void probability_at_a_limit_includes_it_and_below_it_does_not(void **state)
{
    static const double one[] = {2, 2, 2}, other[] = {1, 1, 1};
    struct fixture *f = *state;
    struct median_law a = bootstrap_median(f->bootstrap, &f->pool, one, 3);
    struct median_law b = bootstrap_median(f->bootstrap, &f->pool, other, 3);
    assert_close(ratio_at_most(&a, &b, 2), 1, 1e-15);
    assert_close(ratio_below(&a, &b, 2), 0, 0);
    assert_close(ratio_quantile(&a, &b, 0.025), 2, 0);
    assert_close(ratio_quantile(&a, &b, 0.975), 2, 0);
}

static void there_is_no_ratio_to_nothing(void **state)
{
    static const double zero[] = {0, 1, 1, 1, 2}, fine[] = {1, 2, 3, 4, 5};
    struct fixture *f = *state;
    struct median_law a = bootstrap_median(f->bootstrap, &f->pool, zero, 5);
    struct median_law b = bootstrap_median(f->bootstrap, &f->pool, fine, 5);
    struct median_law none = bootstrap_median(f->bootstrap, &f->pool, fine, 0);
    assert_true(isnan(ratio_quantile(&b, &a, 0.5)));
    assert_true(isnan(ratio_quantile(&b, &none, 0.5)));
    assert_true(isnan(median_law_quantile(&none, 0.5)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_law_of_a_median_is_that_of_all_resamples),
        cmocka_unit_test(ties_share_one_outcome),
        cmocka_unit_test(middle_ranks_are_those_of_all_resamples),
        cmocka_unit_test(quantiles_of_a_ratio_are_those_of_all_pairs_of_resamples),
        cmocka_unit_test(searching_finds_what_listing_all_quotients_finds),
        cmocka_unit_test(large_samples_keep_the_spread_that_theory_gives),
        cmocka_unit_test(an_interval_that_so_few_values_do_not_reach_is_none),
        cmocka_unit_test(probability_at_a_limit_includes_it_and_below_it_does_not),
        cmocka_unit_test(there_is_no_ratio_to_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

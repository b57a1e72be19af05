#include "summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "median_ranks.h"

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

static void ranks_of_the_median_are_those_of_the_binomial_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof median_ranks / sizeof *median_ranks; i++) {
        const struct median_ranks *expected = &median_ranks[i];
        struct summary_ranks ranks = summary_ranks(expected->count, expected->level);
        assert_int_equal(ranks.low, expected->low);
        assert_int_equal(ranks.high, expected->high);
        if (expected->low > 0)
            assert_close(ranks.coverage, expected->coverage,
                         expected->count <= 1000 ? 1e-12 : 1e-8);
        else
            assert_true(isnan(ranks.coverage));
    }
}

static void no_interval_exists_below_six_values(void **state)
{
    (void)state;
    for (size_t n = 0; n < 6; n++)
        assert_int_equal(summary_ranks(n, 0.95).low, 0);
    assert_int_equal(summary_ranks(6, 0.95).low, 1);
}

static void median_of_even_counts_is_the_mean_of_the_middle_two(void **state)
{
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};
    (void)state;
    assert_close(summary_median_of(odd, 3), 3, 0);
    assert_close(summary_median_of(even, 4), 2.5, 0);
    assert_close(summary_median_of(one, 1), 7, 0);
    assert_true(isnan(summary_median(one, 0)));
}

static void sorting_puts_any_order_in_order(void **state)
{
    double values[500];
    uint32_t random = 1;
    (void)state;
    for (size_t count = 0; count < 500; count += 7)
        for (uint32_t distinct = 1; distinct < 1000; distinct *= 9) {
            double sum = 0, sorted_sum = 0;
            for (size_t i = 0; i < count; i++) {
                random = random * 1664525 + 1013904223;
                values[i] = (double)((random >> 8) % distinct);
                sum += values[i];
            }
            summary_sort(values, count);
            for (size_t i = 0; i < count; i++) {
                sorted_sum += values[i];
                assert_true(i == 0 || values[i - 1] <= values[i]);
            }
            assert_close(sum, sorted_sum, 0);
        }
}

/* 1, 1, 2, 2, 4, 6, 9: median 2, deviations 1 1 0 0 2 4 7, their median 1. */
static void mad_is_the_median_of_deviations(void **state)
{
    static const double odd[] = {1, 1, 2, 2, 4, 6, 9}, even[] = {1, 2, 4, 10}, same[] = {3, 3, 3};
    (void)state;
    assert_close(summary_mad(odd, 7), 1, 0);
    assert_close(summary_mad(even, 4), 1.5, 0); /* median 3: 2 1 1 7 */
    assert_close(summary_mad(same, 3), 0, 0);
    assert_close(summary_mad(odd, 1), 0, 0);
    assert_true(isnan(summary_mad(odd, 0)));
}

static void mad_agrees_with_sorting_the_deviations(void **state)
{
    uint32_t random = 7;
    (void)state;
    for (size_t count = 1; count < 200; count++) {
        double values[200], deviations[200];
        for (size_t i = 0; i < count; i++) {
            random = random * 1664525 + 1013904223;
            values[i] = (double)((random >> 8) % 40);
        }
        double selected[200];
        for (size_t i = 0; i < count; i++)
            selected[i] = values[i];
        double median = summary_median_of(values, count);
        assert_close(summary_median_select(selected, count), median, 0);
        size_t rank = count / 3;
        assert_close(summary_select(selected, count, rank), values[rank], 0);
        assert_close(summary_select(selected + rank, count - rank, count - 1 - rank),
                     values[count - 1], 0);
        for (size_t i = 0; i < count; i++)
            deviations[i] = fabs(values[i] - median);
        assert_close(summary_mad(values, count), summary_median_of(deviations, count), 0);
    }
}

static void scores_fall_back_on_the_mean_deviation_where_mad_is_zero(void **state)
{
    static const double values[] = {1, 1, 1, 1, 2};
    (void)state;
    assert_close(summary_z_unit(values, 5, 1, 0.6745), 1, 1e-15);
    assert_close(summary_z_unit(values, 5, 1, 0), 1.2533 / 5, 1e-15);
    assert_close(summary_z_unit(values, 4, 1, 0), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_of_the_median_are_those_of_the_binomial_table),
        cmocka_unit_test(no_interval_exists_below_six_values),
        cmocka_unit_test(median_of_even_counts_is_the_mean_of_the_middle_two),
        cmocka_unit_test(sorting_puts_any_order_in_order),
        cmocka_unit_test(mad_is_the_median_of_deviations),
        cmocka_unit_test(mad_agrees_with_sorting_the_deviations),
        cmocka_unit_test(scores_fall_back_on_the_mean_deviation_where_mad_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

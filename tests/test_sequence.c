#include "sequence.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

static void equal_values_share_a_rank(void **state)
{
    static const double values[] = {3, 1, 3, 2, 3};
    static const double expected[] = {4, 1, 4, 2, 4};
    double ranks[5];
    (void)state;
    sequence_ranks(values, 5, ranks);
    for (size_t i = 0; i < 5; i++)
        assert_close(ranks[i], expected[i], 0);
}

/* Squared displacements 1 1 1 1 0: 1 - 6 * 4 / 120. */
static void a_trend_is_the_correlation_of_ranks_with_places(void **state)
{
    static const double rising[] = {1, 2, 30, 31, 1e9}, swapped[] = {2, 1, 4, 3, 5};
    static const double falling[] = {5, 4, 3, 2, 1}, same[] = {7, 7, 7};
    (void)state;
    assert_close(sequence_trend(rising, 5), 1, 1e-15);
    assert_close(sequence_trend(falling, 5), -1, 1e-15);
    assert_close(sequence_trend(swapped, 5), 0.8, 1e-15);
    assert_true(isnan(sequence_trend(same, 3)));
    assert_true(isnan(sequence_trend(rising, 2)));
}

/*
 * All permutations, counted in another language: values, sum of squared
 * displacements, two-sided probability.
 */
static const struct {
    size_t count;
    double sum, chance;
} counted[] = {
    {5, 0, 0.0166666666667},  {5, 2, 0.0833333333333},    {5, 8, 0.35},
    {6, 0, 0.00277777777778}, {6, 6, 0.0583333333333},    {6, 14, 0.241666666667},
    {8, 4, 0.00114087301587}, {8, 16, 0.0217757936508},   {8, 58, 0.461805555556},
    {9, 6, 0.000352733686067}, {9, 22, 0.0107694003527},  {9, 82, 0.410080467372},
    {10, 8, 0.000108024691358}, {10, 32, 0.00721450617284}, {10, 114, 0.386905864198},
    {12, 14, 1.09769988242e-05}, {12, 56, 0.00251754900192}, {12, 114, 0.0428004791633},
    {14, 22, 1.06847701094e-06}, {14, 90, 0.000920101379551}, {14, 182, 0.0260918952722},
};

static void the_chance_of_a_trend_is_that_of_all_permutations(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        double n = (double)counted[i].count;
        double r = 1 - 6 * counted[i].sum / (n * n * n - n);
        double tolerance = counted[i].count <= 10 ? 1e-11 : 0.001;
        assert_close(sequence_trend_chance(r, counted[i].count), counted[i].chance, tolerance);
        assert_close(sequence_trend_chance(-r, counted[i].count), counted[i].chance, tolerance);
    }
    assert_close(sequence_trend_chance(0, 40), 1, 0.01);
    assert_true(isnan(sequence_trend_chance(NAN, 9)));
}

/* Ranks' deviations -2 -1 0 1 2: products of neighbours 2 + 0 + 0 + 2, squares 10. */
static void dependence_is_the_correlation_of_neighbours(void **state)
{
    static const double rising[] = {1, 2, 3, 4, 50}, alternating[] = {1, 2, 1, 2, 1, 2};
    (void)state;
    assert_close(sequence_dependence(rising, 5), 0.4, 1e-15);
    assert_close(sequence_dependence(alternating, 6), -5.0 / 6, 1e-15);
    assert_close(sequence_effective_count(0.5, 9), 3, 1e-15);
}

static void the_normal_distribution_is_that_of_the_tables(void **state)
{
    (void)state;
    assert_close(sequence_normal_above(1.959963984540054), 0.025, 1e-12);
    assert_close(sequence_normal_above(-1.959963984540054), 0.975, 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_values_share_a_rank),
        cmocka_unit_test(a_trend_is_the_correlation_of_ranks_with_places),
        cmocka_unit_test(the_chance_of_a_trend_is_that_of_all_permutations),
        cmocka_unit_test(dependence_is_the_correlation_of_neighbours),
        cmocka_unit_test(the_normal_distribution_is_that_of_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

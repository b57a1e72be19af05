#include "linear_fit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

/* Four points, one line: y = 3.5 + 1.4 x has the squares 4.2 (by hand). */
static void a_line_through_four_points_is_that_of_the_textbook(void **state)
{
    double rows[] = {1, 1, 6, 1, 2, 5, 1, 3, 7, 1, 4, 10}, x[2], covariance[4];
    struct linear_system system = linear_reduce(rows, 4, 2);
    (void)state;
    assert_true(linear_solve(&system, x));
    assert_close(x[0], 3.5, 1e-14);
    assert_close(x[1], 1.4, 1e-14);
    assert_close(system.rest, 4.2, 1e-13);
    assert_true(linear_covariance(&system, NULL, covariance)); /* (4 10; 10 30) inverted */
    assert_close(covariance[0], 1.5, 1e-14);
    assert_close(covariance[1], -0.5, 1e-14);
    assert_close(covariance[2], -0.5, 1e-14);
    assert_close(covariance[3], 0.2, 1e-14);
}

static void an_unknown_that_is_held_has_no_covariance(void **state)
{
    double rows[] = {1, 1, 6, 1, 2, 5, 1, 3, 7, 1, 4, 10}, covariance[4];
    const bool free[] = {false, true};
    struct linear_system system = linear_reduce(rows, 4, 2);
    (void)state;
    assert_true(linear_covariance(&system, free, covariance));
    assert_close(covariance[0], 0, 0);
    assert_close(covariance[1], 0, 0);
    assert_close(covariance[3], 1.0 / 30, 1e-15);
}

/* Läuchli's matrix: its normal equations are singular in doubles. */
static void nearly_dependent_columns_keep_their_digits(void **state)
{
    const double e = 1e-9;
    double rows[] = {1, 1, 2, e, 0, e, 0, e, e}, x[2];
    struct linear_system system = linear_reduce(rows, 3, 2);
    (void)state;
    assert_true(linear_solve(&system, x));
    assert_close(x[0], 1, 1e-6);
    assert_close(x[1], 1, 1e-6);
}

static void what_would_be_negative_is_zero_and_the_others_make_the_best_of_it(void **state)
{
    /* y falls along x, so the slope is held at 0 and the rest is the mean. */
    double rows[] = {1, 1, 9, 1, 2, 8, 1, 3, 4, 1, 4, 3}, x[2];
    struct linear_system system = linear_reduce(rows, 4, 2);
    (void)state;
    assert_close(linear_solve_nonnegative(&system, x), 9 + 4 + 4 + 9, 1e-13);
    assert_close(x[0], 6, 1e-14);
    assert_close(x[1], 0, 0);
}

static void where_all_would_be_negative_all_are_zero(void **state)
{
    double rows[] = {1, 0, 0, -1, 0, 1, 0, -2, 0, 0, 1, -3}, x[3];
    struct linear_system system = linear_reduce(rows, 3, 3);
    (void)state;
    assert_close(linear_solve_nonnegative(&system, x), 1 + 4 + 9, 1e-13);
    for (size_t j = 0; j < 3; j++)
        assert_close(x[j], 0, 0);
}

/* Uniform in -1...1, the same everywhere. */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1;
}

/* What marks the least squares among non-negative unknowns (Karush, Kuhn and
 * Tucker): the slope is 0 in those above 0, and not downwards in those at 0. */
static void check_slopes(const double *rows, size_t count, const double *x)
{
    for (size_t j = 0; j < 3; j++) {
        double slope = 0;
        for (size_t i = 0; i < count; i++) {
            const double *row = rows + 4 * i;
            slope += row[j] * (row[0] * x[0] + row[1] * x[1] + row[2] * x[2] - row[3]);
        }
        assert_true(x[j] >= 0);
        if (x[j] > 0)
            assert_close(slope, 0, 1e-12);
        else
            assert_true(slope > -1e-12);
    }
}

static void no_other_choice_without_negatives_is_better(void **state)
{
    uint64_t random = 7;
    size_t held = 0;
    (void)state;
    for (int trial = 0; trial < 2000; trial++) {
        double rows[5 * 4], kept[5 * 4], x[3];
        for (size_t i = 0; i < 20; i++)
            rows[i] = kept[i] = uniform(&random);
        struct linear_system system = linear_reduce(rows, 5, 3);
        linear_solve_nonnegative(&system, x);
        check_slopes(kept, 5, x);
        held += x[0] == 0 || x[1] == 0 || x[2] == 0;
    }
    assert_true(held > 1000 && held < 2000);
}

static void what_the_rows_do_not_determine_is_refused(void **state)
{
    double twins[] = {1, 2, 1, 2, 4, 2, 3, 6, 3}, few[] = {1, 2, 3}, x[2] = {5, 5};
    double zeros[12] = {0}, covariance[4];
    (void)state;
    struct linear_system system = linear_reduce(twins, 3, 2);
    assert_false(linear_solve(&system, x));
    assert_false(linear_covariance(&system, NULL, covariance));
    assert_close(linear_solve_nonnegative(&system, x), 0, 1e-28); /* one of the twins does it */
    system = linear_reduce(few, 1, 2);
    assert_false(linear_solve(&system, x));
    assert_close(linear_solve_nonnegative(&system, x), 0, 1e-28);
    system = linear_reduce(zeros, 4, 2);
    assert_false(linear_solve(&system, x));
}

static void numbers_that_are_none_give_nothing(void **state)
{
    double rows[] = {1, NAN, 6, 1, 2, INFINITY, 1, 3, 7}, x[2] = {5, 5};
    struct linear_system system = linear_reduce(rows, 3, 2);
    (void)state;
    linear_solve_nonnegative(&system, x);
    assert_close(x[0], 0, 0);
    assert_close(x[1], 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_through_four_points_is_that_of_the_textbook),
        cmocka_unit_test(an_unknown_that_is_held_has_no_covariance),
        cmocka_unit_test(nearly_dependent_columns_keep_their_digits),
        cmocka_unit_test(what_would_be_negative_is_zero_and_the_others_make_the_best_of_it),
        cmocka_unit_test(where_all_would_be_negative_all_are_zero),
        cmocka_unit_test(no_other_choice_without_negatives_is_better),
        cmocka_unit_test(what_the_rows_do_not_determine_is_refused),
        cmocka_unit_test(numbers_that_are_none_give_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "step.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_close(double a, double b)
{
    if (!(fabs(a - b) < 1e-12))
        fail_msg("%.17g is not %.17g", a, b);
}

typedef double curve_fn(double cores);

static struct step step_of(curve_fn *curve, const double cores[4], double factor)
{
    struct step_point points[4];
    for (int i = 0; i < 4; i++)
        points[i] =
            (struct step_point){log(cores[i]), log(curve(cores[i]) * (i < 2 ? 1 : factor)), 0.01};
    return step_across(points);
}

static double power(double p)
{
    return 10 * pow(p, -0.8);
}

static double amdahl(double p)
{
    return 9 / p + 1;
}

static double usl(double p)
{
    return 9 / p + 0.9 + 0.02 * (p - 1);
}

static double logarithmic(double p)
{
    return 9 / p + 0.5 + 0.2 * log2(p);
}

static const double around_seven[] = {4, 7, 8, 14};

static void a_step_on_a_straight_line_has_its_height(void **state)
{
    (void)state;
    assert_close(step_of(power, around_seven, 1.2).height, log(1.2));
    assert_close(step_of(power, around_seven, 1).height, 0);
    assert_true(step_of(power, around_seven, 0.9).height < 0);
}

static void no_smooth_curve_of_ours_has_a_step(void **state)
{
    static const double grids[][4] = {
        {4, 7, 8, 14}, {1, 2, 4, 8}, {8, 14, 15, 28}, {8, 16, 32, 64}};
    static curve_fn *const curves[] = {power, amdahl, usl, logarithmic};
    (void)state;
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++)
        for (size_t j = 0; j < sizeof curves / sizeof *curves; j++)
            assert_true(step_of(curves[j], grids[i], 1).height < 1e-12);
}

/* Equal distances: the height is (y3 - y2) - (y2 - y1), of variance 1 + 4 + 1, and so behind. */
static void its_noise_is_that_of_the_counts_around(void **state)
{
    static const double doubling[] = {2, 4, 8, 16};
    (void)state;
    assert_close(step_of(power, doubling, 1.2).z, log(1.2) / (0.01 * sqrt(6)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_on_a_straight_line_has_its_height),
        cmocka_unit_test(no_smooth_curve_of_ours_has_a_step),
        cmocka_unit_test(its_noise_is_that_of_the_counts_around),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

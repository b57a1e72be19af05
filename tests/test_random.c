#include "random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void the_numbers_are_the_published_ones(void **state)
{
    struct random random = {1234567};
    (void)state;
    /* splitmix64.c by S. Vigna, seeded with 1234567 */
    assert_true(random_bits(&random) == 6457827717110365317u);
    assert_true(random_bits(&random) == 3203168211198807973u);
    assert_true(random_bits(&random) == 9817491932198370423u);
}

/* 100,000 of them; four standard deviations are left. */
static void they_have_the_moments_of_their_distributions(void **state)
{
    struct random random = {1};
    const double count = 1e5;
    double normal = 0, squares = 0, uniform = 0;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        double x = random_normal(&random), u = random_uniform(&random);
        normal += x / count;
        squares += x * x / count;
        uniform += u / count;
        assert_true(u > 0 && u < 1);
    }
    assert_true(fabs(normal) < 4 / sqrt(count));
    assert_true(fabs(squares - 1) < 4 * sqrt(2 / count));
    assert_true(fabs(uniform - 0.5) < 4 / sqrt(12 * count));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_are_the_published_ones),
        cmocka_unit_test(they_have_the_moments_of_their_distributions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "quantiles.h"

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

struct entry {
    double probability, freedom, value;
};

/* To the digits printed in Abramowitz and Stegun, table 26.10, and in NIST's
 * e-Handbook of Statistical Methods, 1.3.6.7.2. */
static void student_values_are_those_of_the_printed_tables(void **state)
{
    static const struct entry table[] = {
        {0.975, 1, 12.706}, {0.975, 2, 4.303}, {0.975, 3, 3.182},  {0.975, 4, 2.776},
        {0.975, 5, 2.571},  {0.975, 6, 2.447}, {0.975, 7, 2.365},  {0.975, 8, 2.306},
        {0.975, 9, 2.262},  {0.975, 10, 2.228}, {0.975, 20, 2.086}, {0.975, 30, 2.042},
        {0.975, 40, 2.021}, {0.975, 60, 2.000}, {0.95, 1, 6.314},   {0.95, 5, 2.015},
        {0.95, 10, 1.812},  {0.95, 30, 1.697}, {0.995, 5, 4.032},  {0.995, 10, 3.169},
        {0.9, 1, 3.078},    {0.9, 10, 1.372},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_close(student_quantile(table[i].probability, table[i].freedom), table[i].value,
                     0.5001e-3);
}

/* The same handbook, 1.3.6.7.4. */
static void chi_square_values_are_those_of_the_printed_tables(void **state)
{
    static const struct entry table[] = {
        {0.99, 1, 6.635},   {0.99, 2, 9.210},   {0.99, 3, 11.345},  {0.99, 4, 13.277},
        {0.99, 5, 15.086},  {0.99, 6, 16.812},  {0.99, 7, 18.475},  {0.99, 8, 20.090},
        {0.99, 9, 21.666},  {0.99, 10, 23.209}, {0.99, 20, 37.566}, {0.99, 30, 50.892},
        {0.99, 100, 135.807}, {0.95, 1, 3.841}, {0.95, 5, 11.070},  {0.95, 10, 18.307},
        {0.05, 10, 3.940},  {0.01, 5, 0.554},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_close(chi_square_quantile(table[i].probability, table[i].freedom), table[i].value,
                     0.5001e-3);
}

/* One degree of freedom: Cauchy; two: 2q / sqrt(2 (1/4 - q^2)) with q = p - 1/2. */
static void student_values_are_those_of_the_closed_forms(void **state)
{
    static const double probabilities[] = {0.001, 0.025, 0.3, 0.6, 0.95, 0.975, 0.995, 0.99999};
    const double pi = acos(-1);
    (void)state;
    for (size_t i = 0; i < sizeof probabilities / sizeof *probabilities; i++) {
        double p = probabilities[i], q = p - 0.5;
        double one = tan(pi * q), two = 2 * q / sqrt(2 * (0.25 - q * q));
        assert_close(student_quantile(p, 1) / one, 1, 1e-11);
        assert_close(student_quantile(p, 2) / two, 1, 1e-11);
    }
    assert_close(student_quantile(0.5, 3), 0, 0);
}

/* Two degrees of freedom: exponential. Four: exp(-x/2) (1 + x/2) above x. One:
 * the square of a normal value. */
static void chi_square_values_are_those_of_the_closed_forms(void **state)
{
    static const double probabilities[] = {0.01, 0.25, 0.5, 0.9, 0.99, 0.9999};
    (void)state;
    for (size_t i = 0; i < sizeof probabilities / sizeof *probabilities; i++) {
        double p = probabilities[i];
        double four = chi_square_quantile(p, 4), z = normal_quantile((1 + p) / 2);
        assert_close(chi_square_quantile(p, 2) / (-2 * log1p(-p)), 1, 1e-11);
        assert_close(exp(-four / 2) * (1 + four / 2), 1 - p, 1e-13);
        assert_close(chi_square_quantile(p, 1) / (z * z), 1, 1e-10);
    }
}

static void normal_values_are_those_that_everyone_knows(void **state)
{
    (void)state;
    assert_close(normal_quantile(0.975), 1.959963984540054, 1e-14);
    assert_close(normal_quantile(0.995), 2.5758293035489, 1e-13);
    assert_close(normal_quantile(0.025), -1.959963984540054, 1e-14);
    assert_close(normal_quantile(0.5), 0, 0);
}

/* I_x(a, b) of whole a, b is a binomial tail; I_x(1/2, 1/2) an arc sine. */
static void incomplete_functions_are_those_of_the_closed_forms(void **state)
{
    const double pi = acos(-1);
    (void)state;
    assert_close(incomplete_beta(2, 3, 0.4), 1 - pow(0.6, 4) - 4 * 0.4 * pow(0.6, 3), 1e-15);
    assert_close(incomplete_beta(0.5, 0.5, 0.3), 2 / pi * asin(sqrt(0.3)), 1e-15);
    assert_close(incomplete_beta(0.5, 0.5, 0.99), 2 / pi * asin(sqrt(0.99)), 1e-15);
    assert_close(incomplete_gamma(0.5, 2), erf(sqrt(2)), 1e-15);
    assert_close(incomplete_gamma(0.5, 0.1), erf(sqrt(0.1)), 1e-15);
    assert_close(incomplete_gamma(3, 8), 1 - exp(-8) * (1 + 8 + 32), 1e-15);
}

/* Wilson and Hilferty (1931) is good to a few thousandths there. */
static void many_degrees_of_freedom_are_no_trouble(void **state)
{
    double n = 1e6, h = 2 / (9 * n), z = normal_quantile(0.99);
    (void)state;
    assert_close(chi_square_quantile(0.99, n) / (n * pow(1 - h + z * sqrt(h), 3)), 1, 1e-8);
    assert_close(student_quantile(0.975, 1e7), normal_quantile(0.975), 1e-6);
}

static void what_has_no_answer_is_not_a_number(void **state)
{
    (void)state;
    assert_true(isnan(normal_quantile(0)));
    assert_true(isnan(normal_quantile(NAN)));
    assert_true(isnan(student_quantile(1, 3)));
    assert_true(isnan(student_quantile(0.975, 0)));
    assert_true(isnan(chi_square_quantile(0.99, -1)));
    assert_true(isnan(chi_square_quantile(0.99, NAN)));
    assert_true(isnan(incomplete_gamma(0, 1)));
    assert_true(isnan(incomplete_beta(1, 1, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(student_values_are_those_of_the_printed_tables),
        cmocka_unit_test(chi_square_values_are_those_of_the_printed_tables),
        cmocka_unit_test(student_values_are_those_of_the_closed_forms),
        cmocka_unit_test(chi_square_values_are_those_of_the_closed_forms),
        cmocka_unit_test(normal_values_are_those_that_everyone_knows),
        cmocka_unit_test(incomplete_functions_are_those_of_the_closed_forms),
        cmocka_unit_test(many_degrees_of_freedom_are_no_trouble),
        cmocka_unit_test(what_has_no_answer_is_not_a_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

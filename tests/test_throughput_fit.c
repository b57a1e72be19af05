#include "throughput_fit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nist_data.h"

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

static void assert_relative(double a, double b, double tolerance)
{
    assert_close(a, b, tolerance * fabs(b));
}

/* SPEC SDM91 as in the R package usl 3.0.3, with what it publishes; more digits
 * of the same fit by R's nlsLM, which stops at about 2e-8. */
static const double sdm_n[] = {1, 18, 36, 72, 108, 144, 216};
static const double sdm_x[] = {64.9, 995.9, 1652.4, 1853.2, 1828.9, 1775.0, 1702.2};

static void the_published_fit_of_spec_sdm91_is_repeated(void **state)
{
    static const double fitted[] = {90, 1078, 1541, 1850, 1879, 1822, 1646};
    static const double residuals[] = {-25.1, -81.66, 111.09, 3.05, -49.99, -46.6, 56.0};
    struct throughput_fit fit = throughput_fit(sdm_n, sdm_x, 7);
    (void)state;
    assert_true(fit.converged);
    assert_close(fit.sigma.value, 0.0277285, 0.5e-7); /* published, to its last digit */
    assert_close(fit.sigma.error, 0.0091217, 0.51e-7);
    assert_close(fit.kappa.value, 0.0001044, 0.5e-7);
    assert_close(fit.kappa.error, 1.99e-05, 0.5e-7);
    assert_close(fit.one.value, 89.995233, 1e-6);
    assert_close(fit.one.error, 14.2134894, 1e-6);
    assert_relative(fit.sigma.value, 0.02772847518, 1e-7);
    assert_relative(fit.kappa.value, 0.0001043654838, 1e-7);
    assert_relative(fit.one.value, 89.99523235, 1e-7);
    assert_relative(fit.one.error, 14.21349008, 1e-7);
    assert_relative(fit.sigma.error, 0.00912173207, 1e-7);
    assert_relative(fit.kappa.error, 1.987527024e-05, 1e-7);
    assert_close(fit.freedom, 4, 0);
    assert_close(fit.deviation, 82.85, 0.005);
    assert_relative(fit.sum_squares, 27453.71958, 1e-9);
    assert_relative(fit.peak_cores, 96.51956102, 1e-7);
    assert_relative(fit.peak, 1883.898998, 1e-7);
    assert_relative(fit.limit, 3245.588939, 1e-7);
    assert_relative(1 / fit.sigma.value, 36.06400978, 1e-7);
    for (size_t i = 0; i < 7; i++) {
        assert_close(throughput_at(&fit, sdm_n[i]), fitted[i], 0.5);
        assert_close(sdm_x[i] - throughput_at(&fit, sdm_n[i]), residuals[i], 0.05);
    }
}

/* The same package's raytracer: contention alone, nothing falls. */
static void a_curve_that_never_falls_has_no_peak(void **state)
{
    static const double n[] = {1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64};
    static const double x[] = {20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310};
    struct throughput_fit fit = throughput_fit(n, x, 11);
    (void)state;
    assert_true(fit.converged);
    assert_close(fit.kappa.value, 0, 0);
    assert_true(fit.kappa.at_bound && isnan(fit.kappa.error) && isnan(fit.kappa.ci.high));
    assert_true(isinf(fit.peak_cores));
    assert_relative(fit.peak, fit.one.value / fit.sigma.value, 1e-15);
}

/* From the package's tests: 0.02 and 0.02, to the digits of the data. */
static void rounded_data_give_their_parameters_back(void **state)
{
    static const double n[] = {1, 2, 4, 6, 8, 10};
    static const double x[] = {1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557};
    struct throughput_fit fit = throughput_fit(n, x, 6);
    (void)state;
    assert_close(fit.sigma.value, 0.02, 0.5e-4);
    assert_close(fit.kappa.value, 0.02, 0.5e-4);
    assert_close(fit.one.value, 1, 1e-4);
}

/* NIST's Misra1d is the curve without kappa: sigma = b2 / (1 + b2),
 * X(1) = b1 b2 / (1 + b2); its best kappa is not 0, so here of its own curve. */
static void misra1d_in_disguise_is_met(void **state)
{
    const double b1 = misra1d_values[0], b2 = misra1d_values[1];
    double y[14];
    (void)state;
    for (size_t i = 0; i < 14; i++)
        y[i] = b1 * b2 * misra1a_x[i] / (1 + b2 * misra1a_x[i]);
    struct throughput_fit fit = throughput_fit(misra1a_x, y, 14);
    assert_true(fit.converged);
    assert_relative(fit.sigma.value, b2 / (1 + b2), 1e-8);
    assert_relative(fit.one.value, b1 * b2 / (1 + b2), 1e-8);
    assert_close(fit.kappa.value, 0, 1e-12);
}

static void what_is_no_throughput_is_refused(void **state)
{
    static const double n[] = {1, 2, 4, 8}, same[] = {4, 4, 4, 4};
    static const double good[] = {1, 2, 3, 4};
    static const double bad[][4] = {
        {1, 0, 3, 4}, {1, -2, 3, 4}, {1, NAN, 3, 4}, {1, INFINITY, 3, 4}};
    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_false(throughput_fit(n, bad[i], 4).converged);
    assert_false(throughput_fit(n, good, 0).converged);
    assert_false(throughput_fit(bad[1], good, 4).converged);
    struct throughput_fit fit = throughput_fit(same, good, 4);
    assert_true(!fit.converged || isnan(fit.sigma.error));
    fit = throughput_fit(n, good, 1);
    assert_true(isnan(fit.sigma.error));
    fit = throughput_fit(n, good, 2);
    assert_true(isnan(fit.sigma.error));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_fit_of_spec_sdm91_is_repeated),
        cmocka_unit_test(a_curve_that_never_falls_has_no_peak),
        cmocka_unit_test(rounded_data_give_their_parameters_back),
        cmocka_unit_test(misra1d_in_disguise_is_met),
        cmocka_unit_test(what_is_no_throughput_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

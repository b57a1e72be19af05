#include "model.h"

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

static void assert_relative(double a, double b, double tolerance)
{
    assert_close(a, b, tolerance * fabs(b));
}

enum { COUNT = 10 };
static const double cores[COUNT] = {1, 2, 4, 6, 8, 12, 16, 24, 32, 48};
static const double equal[COUNT] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static const double unequal[COUNT] = {1, 5, 3, 0.2, 9, 1, 1, 40, 2, 7};

/* Uniform in -1...1, the same everywhere. */
static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1;
}

static struct model_curve fit(enum model_kind kind, const double *times, const double *weights)
{
    double logs[COUNT];
    struct model_curve curve = {.kind = MODEL_KINDS};
    struct model_fitter *fitter = model_fitter_new(kind, cores, weights, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        logs[i] = log(times[i]);
    if (!model_fitter_fit(fitter, logs, NULL, &curve))
        fail_msg("%s cannot be fitted", model_name(kind));
    model_fitter_free(fitter);
    return curve;
}

static const struct model_curve curves[] = {
    {MODEL_IDEAL, {12.5}},          {MODEL_AMDAHL, {95, 5}},
    {MODEL_AMDAHL, {1e-5, 3e-7}},   {MODEL_AMDAHL, {4e6, 3}},
    {MODEL_USL, {9.7, 0.3, 0.004}}, {MODEL_USL, {100, 0, 0.05}},
    {MODEL_USL, {10, 0.1, 0}},      {MODEL_USL, {0, 10, 0.2}},
    {MODEL_LOGARITHMIC, {40, 1, 2}}, {MODEL_LOGARITHMIC, {40, 0, 0.3}},
    {MODEL_POWER, {10, 0.8}},       {MODEL_POWER, {10, 1.1}},
    {MODEL_POWER, {10, -0.3}},
};

static void exact_times_give_their_curve_back(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof curves / sizeof *curves; k++) {
        double times[COUNT];
        const double *expected = curves[k].coefficients;
        for (size_t i = 0; i < COUNT; i++)
            times[i] = model_time(&curves[k], cores[i]);
        for (int weighted = 0; weighted < 2; weighted++) {
            struct model_curve found =
                fit(curves[k].kind, times, weighted ? unequal : equal);
            for (size_t j = 0; j < MODEL_COEFFICIENTS_MOST; j++)
                assert_close(found.coefficients[j], expected[j],
                             fmax(1e-10 * expected[j], 1e-12 * times[0]));
        }
    }
}

/* Where the true value is at the bound, noise on its wrong side leaves it there. */
static void what_would_be_negative_is_exactly_zero(void **state)
{
    double times[COUNT];
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        times[i] = 100 / cores[i] * (cores[i] > 16 ? 0.97 : 1);
    struct model_curve usl = fit(MODEL_USL, times, equal);
    assert_close(usl.coefficients[1], 0, 0);
    assert_close(usl.coefficients[2], 0, 0);
    assert_true(isinf(model_peak(&usl)));
    for (size_t i = 0; i < COUNT; i++)
        times[i] = 10 + 0.1 * cores[i] - 3 / cores[i]; /* nothing falls */
    usl = fit(MODEL_USL, times, equal);
    assert_close(usl.coefficients[0], 0, 0);
    assert_close(model_peak(&usl), 1, 0);
    struct model_curve amdahl = fit(MODEL_AMDAHL, times, equal);
    assert_close(amdahl.coefficients[0], 0, 0);
}

/* The sum that is to be least, by itself. */
static double misfit(const struct model_curve *curve, const double *times, const double *weights)
{
    double sum = 0;
    for (size_t i = 0; i < COUNT; i++)
        sum += weights[i] * pow(log(times[i] / model_time(curve, cores[i])), 2);
    return sum;
}

/* No curve around the one found is nearer to noisy times, in logarithms. */
static void noisy_times_get_the_curve_of_least_squares(void **state)
{
    uint64_t random = 3;
    (void)state;
    for (int trial = 0; trial < 300; trial++) {
        enum model_kind kind = (enum model_kind)(trial % MODEL_KINDS);
        double times[COUNT], logs[COUNT];
        double bent = trial % 3 * 0.003, noise = trial % 7 * 0.05;
        for (size_t i = 0; i < COUNT; i++) {
            times[i] = (9.6 / cores[i] + 0.4 + bent * cores[i]) * exp(noise * uniform(&random));
            logs[i] = log(times[i]);
        }
        struct model_curve best = fit(kind, times, unequal);
        double least = misfit(&best, times, unequal);
        struct model_fitter *fitter = model_fitter_new(kind, cores, unequal, COUNT);
        assert_close(model_fitter_misfit(fitter, logs, &best), least, 1e-9 * least + 1e-24);
        model_fitter_free(fitter);
        for (int probe = 0; probe < 200; probe++) {
            struct model_curve near = best;
            double size = probe % 2 == 0 ? 1e-2 : 1e-4;
            for (size_t j = 0; j < model_coefficients(kind); j++) {
                near.coefficients[j] += size * uniform(&random);
                if (kind != MODEL_POWER)
                    near.coefficients[j] = fmax(near.coefficients[j], 0);
            }
            assert_true(misfit(&near, times, unequal) >= least * (1 - 1e-12) - 1e-24);
        }
    }
}

static void a_start_from_elsewhere_ends_at_the_same_curve(void **state)
{
    const struct model_curve start = {MODEL_USL, {50, 1, 1}};
    double logs[COUNT];
    struct model_curve found, cold;
    struct model_fitter *fitter = model_fitter_new(MODEL_USL, cores, unequal, COUNT);
    uint64_t random = 5;
    (void)state;
    for (size_t i = 0; i < COUNT; i++)
        logs[i] = log(9.6 / cores[i] + 0.4 + 0.003 * cores[i]) + 0.1 * uniform(&random);
    assert_true(model_fitter_fit(fitter, logs, NULL, &cold));
    assert_true(model_fitter_fit(fitter, logs, &start, &found));
    for (size_t j = 0; j < 3; j++)
        assert_relative(found.coefficients[j], cold.coefficients[j], 1e-9);
    model_fitter_free(fitter);
}

static void a_point_left_out_does_not_count(void **state)
{
    double logs[COUNT];
    struct model_curve found;
    struct model_fitter *fitter = model_fitter_new(MODEL_USL, cores, equal, COUNT);
    (void)state;
    for (size_t out = 0; out < COUNT; out++) {
        for (size_t i = 0; i < COUNT; i++)
            logs[i] = log(9.6 / cores[i] + 0.4 + 0.003 * (cores[i] - 1)) + (i == out ? 5 : 0);
        model_fitter_leave_out(fitter, out);
        assert_true(model_fitter_fit(fitter, logs, NULL, &found));
        assert_relative(found.coefficients[0], 9.6, 1e-9);
        assert_relative(found.coefficients[1], 0.4, 1e-9);
        assert_relative(found.coefficients[2], 0.003, 1e-9);
    }
    model_fitter_leave_out(fitter, COUNT);
    assert_true(model_fitter_fit(fitter, logs, NULL, &found));
    assert_true(fabs(found.coefficients[0] - 9.6) > 0.1);
    model_fitter_free(fitter);
}

/* By shifting each time a little and fitting again. */
static void covariances_are_those_of_refitted_curves(void **state)
{
    static const enum model_kind kinds[] = {MODEL_IDEAL, MODEL_AMDAHL, MODEL_POWER, MODEL_USL,
                                            MODEL_LOGARITHMIC};
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        struct model_curve truth = {kinds[k], {10, 0.7, 0.01}}, near;
        double logs[COUNT], covariance[9], sums[9] = {0};
        struct model_fitter *fitter = model_fitter_new(kinds[k], cores, unequal, COUNT);
        for (size_t i = 0; i < COUNT; i++)
            logs[i] = log(model_time(&truth, cores[i]));
        assert_true(model_fitter_covariance(fitter, &truth, covariance));
        for (size_t i = 0; i < COUNT; i++) {
            const double shift = 1e-6;
            double slope[3];
            logs[i] += shift;
            assert_true(model_fitter_fit(fitter, logs, NULL, &near));
            logs[i] -= shift;
            for (size_t j = 0; j < 3; j++)
                slope[j] = (near.coefficients[j] - truth.coefficients[j]) / shift;
            for (size_t j = 0; j < 9; j++)
                sums[j] += slope[j / 3] * slope[j % 3] / unequal[i];
        }
        size_t n = model_coefficients(kinds[k]);
        for (size_t a = 0; a < n; a++)
            for (size_t b = 0; b < n; b++)
                assert_close(covariance[3 * a + b], sums[3 * a + b],
                             1e-4 * sqrt(covariance[4 * a] * covariance[4 * b]));
        model_fitter_free(fitter);
    }
}

/* USL: sqrt((1 - sigma) / kappa) as in Gunther's books. */
static void the_lowest_time_is_where_the_closed_form_has_it(void **state)
{
    const double sigma = 0.02772847518, kappa = 0.0001043654838; /* SPEC SDM91, R's usl 3.0.3 */
    const struct model_curve usl = {MODEL_USL, {1 - sigma, sigma, kappa}},
                             logarithmic = {MODEL_LOGARITHMIC, {40, 1, 2}},
                             power = {MODEL_POWER, {1, 0.9}}, rising = {MODEL_POWER, {1, -0.1}},
                             amdahl = {MODEL_AMDAHL, {9, 1}};
    (void)state;
    assert_relative(model_peak(&usl), 96.51956, 1e-7);
    double peak = model_peak(&logarithmic);
    assert_relative(peak, 20 * log(2), 1e-15);
    assert_true(model_time(&logarithmic, peak) < model_time(&logarithmic, peak * 1.01));
    assert_true(model_time(&logarithmic, peak) < model_time(&logarithmic, peak / 1.01));
    assert_true(isinf(model_peak(&power)) && isinf(model_peak(&amdahl)));
    assert_close(model_peak(&rising), 1, 0);
}

static void what_cannot_be_fitted_is_refused(void **state)
{
    const double none[COUNT] = {NAN}, zero[COUNT] = {-INFINITY};
    const double one[] = {1}, two[] = {0, 1};
    struct model_curve curve = {.kind = MODEL_KINDS};
    (void)state;
    for (int k = 0; k < MODEL_KINDS; k++) {
        enum model_kind kind = (enum model_kind)k;
        struct model_fitter *fitter = model_fitter_new(kind, cores, equal, COUNT);
        assert_false(model_fitter_fit(fitter, none, NULL, &curve));
        assert_false(model_fitter_fit(fitter, zero, NULL, &curve));
        model_fitter_free(fitter);
        fitter = model_fitter_new(kind, one, equal, 1);
        assert_int_equal(model_fitter_fit(fitter, two, NULL, &curve), kind == MODEL_IDEAL);
        model_fitter_leave_out(fitter, 0);
        assert_false(model_fitter_fit(fitter, two, NULL, &curve));
        model_fitter_free(fitter);
        fitter = model_fitter_new(kind, NULL, NULL, 0);
        assert_false(model_fitter_fit(fitter, NULL, NULL, &curve));
        model_fitter_free(fitter);
    }
    model_fitter_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_times_give_their_curve_back),
        cmocka_unit_test(what_would_be_negative_is_exactly_zero),
        cmocka_unit_test(noisy_times_get_the_curve_of_least_squares),
        cmocka_unit_test(a_start_from_elsewhere_ends_at_the_same_curve),
        cmocka_unit_test(a_point_left_out_does_not_count),
        cmocka_unit_test(covariances_are_those_of_refitted_curves),
        cmocka_unit_test(the_lowest_time_is_where_the_closed_form_has_it),
        cmocka_unit_test(what_cannot_be_fitted_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "levenberg.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nist_data.h"

static void assert_relative(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance * fabs(b)))
        fail_msg("%.17g is not %.17g", a, b);
}

struct observed {
    const double *x, *y;
    size_t count;
};

static void misra1a(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double x = o->x[i];
        residuals[i] = o->y[i] + b[0] * expm1(-b[1] * x);
        slopes[2 * i] = -expm1(-b[1] * x);
        slopes[2 * i + 1] = b[0] * x * exp(-b[1] * x);
    }
}

static void misra1d(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double x = o->x[i], below = 1 + b[1] * x;
        residuals[i] = o->y[i] - b[0] * b[1] * x / below;
        slopes[2 * i] = b[1] * x / below;
        slopes[2 * i + 1] = b[0] * x / (below * below);
    }
}

static void daniel_wood(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double x = o->x[i];
        residuals[i] = o->y[i] - b[0] * pow(x, b[1]);
        slopes[2 * i] = pow(x, b[1]);
        slopes[2 * i + 1] = b[0] * pow(x, b[1]) * log(x);
    }
}

static void mgh09(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double x = o->x[i], above = x * (x + b[1]), below = x * (x + b[2]) + b[3];
        residuals[i] = o->y[i] - b[0] * above / below;
        slopes[4 * i] = above / below;
        slopes[4 * i + 1] = b[0] * x / below;
        slopes[4 * i + 2] = -b[0] * above * x / (below * below);
        slopes[4 * i + 3] = -b[0] * above / (below * below);
    }
}

static void eckerle4(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double z = (o->x[i] - b[2]) / b[1], bell = exp(-0.5 * z * z) / b[1];
        residuals[i] = o->y[i] - b[0] * bell;
        slopes[3 * i] = bell;
        slopes[3 * i + 1] = b[0] * bell * (z * z - 1) / b[1];
        slopes[3 * i + 2] = b[0] * bell * z / b[1];
    }
}

static void hahn1(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double x = o->x[i], *to = slopes + 7 * i;
        double above = b[0] + x * (b[1] + x * (b[2] + x * b[3]));
        double below = 1 + x * (b[4] + x * (b[5] + x * b[6]));
        residuals[i] = o->y[i] - above / below;
        for (int j = 0; j < 4; j++)
            to[j] = pow(x, j) / below;
        for (int j = 1; j < 4; j++)
            to[j + 3] = -above * pow(x, j) / (below * below);
    }
}

struct reference {
    const char *name;
    void (*evaluate)(const void *, const double *, double *, double *);
    struct observed observed;
    size_t unknowns;
    const double *starts[2], *values, *errors;
    double squares, tolerance;
};

#define OBSERVED(x, y)                                                                             \
    {                                                                                              \
        x, y, sizeof(x) / sizeof *(x)                                                              \
    }

/* The certified values have 11 digits; how many of them are asked for. */
static const struct reference references[] = {
    {"Misra1a", misra1a, OBSERVED(misra1a_x, misra1a_y), 2, {misra1a_start1, misra1a_start2},
     misra1a_values, misra1a_errors, misra1a_squares, 1e-10},
    {"Misra1d", misra1d, OBSERVED(misra1a_x, misra1a_y), 2, {misra1d_start1, misra1d_start2},
     misra1d_values, misra1d_errors, misra1d_squares, 1e-10},
    {"DanielWood", daniel_wood, OBSERVED(daniel_wood_x, daniel_wood_y), 2,
     {daniel_wood_start1, daniel_wood_start2}, daniel_wood_values, daniel_wood_errors,
     daniel_wood_squares, 1e-10},
    {"MGH09", mgh09, OBSERVED(mgh09_x, mgh09_y), 4, {mgh09_start1, mgh09_start2}, mgh09_values,
     mgh09_errors, mgh09_squares, 1e-9},
    {"Eckerle4", eckerle4, OBSERVED(eckerle4_x, eckerle4_y), 3, {eckerle4_start1, eckerle4_start2},
     eckerle4_values, eckerle4_errors, eckerle4_squares, 1e-10},
    {"Hahn1", hahn1, OBSERVED(hahn1_x, hahn1_y), 7, {hahn1_start1, hahn1_start2}, hahn1_values,
     hahn1_errors, hahn1_squares, 1e-9},
};

static struct levenberg_fit fit_reference(const struct reference *r, size_t start)
{
    struct levenberg_problem problem = {r->unknowns, r->observed.count, r->evaluate,
                                        &r->observed, NULL, NULL};
    return levenberg_fit(&problem, r->starts[start]);
}

static void nist_certified_values_are_reached_from_both_starts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++)
        for (size_t start = 0; start < 2; start++) {
            const struct reference *r = &references[i];
            if (r->evaluate == eckerle4 && start == 0)
                continue; /* see below */
            struct levenberg_fit fit = fit_reference(r, start);
            if (!fit.converged)
                fail_msg("%s from start %zu has no end", r->name, start + 1);
            for (size_t j = 0; j < r->unknowns; j++) {
                assert_relative(fit.values[j], r->values[j], r->tolerance);
                assert_relative(fit.errors[j], r->errors[j], r->tolerance);
                assert_false(fit.at_bound[j]);
            }
            assert_relative(fit.sum_squares, r->squares, 1e-10);
            assert_relative(fit.freedom, (double)(r->observed.count - r->unknowns), 0);
        }
}

/* From its first start the bell runs off to where it is flat. */
static void a_search_without_end_says_so(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        if (references[i].evaluate != eckerle4)
            continue;
        struct levenberg_fit fit = fit_reference(&references[i], 0);
        assert_false(fit.converged);
        assert_true(isnan(fit.values[0]) && isnan(fit.errors[2]) && isnan(fit.sum_squares));
    }
}

static void line(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        residuals[i] = o->y[i] - b[0] - b[1] * o->x[i];
        slopes[2 * i] = 1;
        slopes[2 * i + 1] = o->x[i];
    }
}

static const double falling_x[] = {1, 2, 3, 4}, falling_y[] = {9, 8, 4, 3};
static const struct observed falling = OBSERVED(falling_x, falling_y);

static void an_unknown_that_wants_past_its_bound_stays_at_it(void **state)
{
    const double low[] = {0, 0}, high[] = {100, 100}, start[] = {1, 7};
    struct levenberg_problem problem = {2, 4, line, &falling, low, high};
    struct levenberg_fit fit = levenberg_fit(&problem, start);
    (void)state;
    assert_true(fit.converged);
    assert_relative(fit.values[0], 6, 1e-12);
    assert_relative(fit.values[1], 0, 0);
    assert_true(fit.at_bound[1] && !fit.at_bound[0]);
    assert_true(isnan(fit.errors[1]));
    assert_relative(fit.sum_squares, 26, 1e-12);
    assert_relative(fit.errors[0], sqrt(26.0 / 2 / 4), 1e-12); /* two unknowns were fitted */
}

/* The best line is 11.5 - 2.2 x. */
static void an_unknown_leaves_its_bound_where_that_helps(void **state)
{
    const double low[] = {0, -2}, high[] = {100, 5}, wide[] = {0, -3}, start[] = {0, 5};
    struct levenberg_problem problem = {2, 4, line, &falling, low, high};
    struct levenberg_fit fit = levenberg_fit(&problem, start);
    (void)state;
    assert_true(fit.converged && fit.at_bound[1]);
    assert_relative(fit.values[0], 11, 1e-12); /* through the means, with the slope of its bound */
    assert_relative(fit.values[1], -2, 0);
    problem.low = wide;
    fit = levenberg_fit(&problem, start);
    assert_true(fit.converged && !fit.at_bound[0] && !fit.at_bound[1]);
    assert_relative(fit.values[0], 11.5, 1e-12);
    assert_relative(fit.values[1], -2.2, 1e-12);
}

static void an_unknown_between_equal_bounds_is_not_fitted(void **state)
{
    const double low[] = {0, 1}, high[] = {100, 1}, start[] = {50, 50};
    struct levenberg_problem problem = {2, 4, line, &falling, low, high};
    struct levenberg_fit fit = levenberg_fit(&problem, start);
    (void)state;
    assert_true(fit.converged);
    assert_relative(fit.values[0], 3.5, 1e-12);
    assert_relative(fit.values[1], 1, 0);
    assert_relative(fit.freedom, 3, 0);
}

static void raytracer(const void *data, const double *b, double *residuals, double *slopes)
{
    const struct observed *o = data;
    for (size_t i = 0; i < o->count; i++) {
        double n = o->x[i], x = 20 * n / (1 + b[0] * (n - 1) + b[1] * n * (n - 1));
        residuals[i] = o->y[i] - x;
        slopes[2 * i] = -x * x / 20 * (n - 1) / n;
        slopes[2 * i + 1] = -x * x / 20 * (n - 1);
    }
}

/* Gunther's example of the USL, by R's nls ("port"): alpha 5.007e-02, and beta at its bound. */
static void a_published_fit_that_ends_at_a_bound_is_repeated(void **state)
{
    static const double n[] = {1, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64};
    static const double x[] = {20, 78, 130, 170, 190, 200, 210, 230, 260, 280, 310};
    static const struct observed observed = OBSERVED(n, x);
    const double start[] = {5e-2, 2e-6}, low[] = {0, 0}, high[] = {10e-2, 5e-6};
    struct levenberg_problem problem = {2, 11, raytracer, &observed, low, high};
    struct levenberg_fit fit = levenberg_fit(&problem, start);
    (void)state;
    assert_true(fit.converged && fit.at_bound[1]);
    assert_relative(fit.values[0], 5.007e-2, 1e-4);
    assert_relative(fit.values[1], 5e-6, 0);
}

static void exact_data_are_met_exactly(void **state)
{
    static const double x[] = {1, 2, 4, 8, 16}, y[] = {3, 5, 9, 17, 33}; /* 1 + 2 x */
    static const struct observed exact = OBSERVED(x, y);
    const double start[] = {100, -30};
    struct levenberg_problem problem = {2, 5, line, &exact, NULL, NULL};
    struct levenberg_fit fit = levenberg_fit(&problem, start);
    (void)state;
    assert_true(fit.converged);
    assert_relative(fit.values[0], 1, 1e-12);
    assert_relative(fit.values[1], 2, 1e-12);
}

static void what_determines_nothing_has_no_fit(void **state)
{
    static const double x[] = {1, 1, 1}, y[] = {3, 4, 5}, bad[] = {3, NAN, 5};
    static const struct observed same = OBSERVED(x, y), none = OBSERVED(x, bad);
    static const struct observed one = {x, y, 1}, empty = {x, y, 0};
    const struct observed *cases[] = {&same, &none, &one};
    const double start[] = {0, 1};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct levenberg_problem problem = {2, cases[i]->count, line, cases[i], NULL, NULL};
        struct levenberg_fit fit = levenberg_fit(&problem, start);
        if (cases[i] == &none)
            assert_false(fit.converged);
        assert_true(isnan(fit.errors[0]));
    }
    struct levenberg_problem problem = {2, 0, line, &empty, NULL, NULL};
    assert_true(isnan(levenberg_fit(&problem, start).errors[0]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nist_certified_values_are_reached_from_both_starts),
        cmocka_unit_test(a_search_without_end_says_so),
        cmocka_unit_test(an_unknown_that_wants_past_its_bound_stays_at_it),
        cmocka_unit_test(an_unknown_leaves_its_bound_where_that_helps),
        cmocka_unit_test(an_unknown_between_equal_bounds_is_not_fitted),
        cmocka_unit_test(a_published_fit_that_ends_at_a_bound_is_repeated),
        cmocka_unit_test(exact_data_are_met_exactly),
        cmocka_unit_test(what_determines_nothing_has_no_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

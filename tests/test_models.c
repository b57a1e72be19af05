#include "models.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "quantiles.h"
#include "summary.h"

struct fixture {
    struct pool pool;
    struct models models;
    struct model_point points[16];
    struct model_data data;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    f->data.points = f->points;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    pool_free(&f->pool);
    free(f);
    return 0;
}

static void assert_close(double a, double b, double tolerance)
{
    if (!(fabs(a - b) <= tolerance))
        fail_msg("%.17g is not %.17g", a, b);
}

static void assert_relative(double a, double b, double tolerance)
{
    assert_close(a, b, tolerance * fabs(b));
}

static const double to_32[] = {1, 2, 4, 8, 12, 16, 24, 32};
static const double twos[] = {1, 2, 4, 8, 16, 32};

/* A median of 9 blocks whose interval reaches the part `width` to either side. */
static void add(struct fixture *f, double cores, double median, double width)
{
    f->points[f->data.count++] = (struct model_point){
        cores, median, {median / (1 + width), median * (1 + width)}, 9};
}

static const struct model *fit(struct fixture *f)
{
    models_fit(&f->models, &f->data, &f->pool);
    return f->models.chosen < 0 ? NULL : &f->models.all[f->models.chosen];
}

/* The curve's own times, times 1 + noise[i] % where there is noise. */
static const struct model *fit_curve(struct fixture *f, struct model_curve curve,
                                     const double *cores, size_t count, const double *noise)
{
    f->data.count = 0;
    for (size_t i = 0; i < count; i++)
        add(f, cores[i], model_time(&curve, cores[i]) * (1 + (noise ? noise[i] / 100 : 0)), 0.01);
    return fit(f);
}

static const double noise[] = {0.4, -0.7, 0.2, 1.0, -0.5, 0.3, -0.9, 0.6};

static void exact_times_give_their_model_back(void **state)
{
    struct fixture *f = *state;
    const struct model_curve amdahl = {MODEL_AMDAHL, {95, 5}};
    const struct model *m = fit_curve(f, amdahl, to_32, 8, NULL);
    assert_int_equal(m->kind, MODEL_AMDAHL);
    assert_relative(m->time_one.value, 100, 1e-9);
    assert_relative(m->serial.value, 0.05, 1e-9);
    assert_close(m->left_out_inner, 0, 1e-9);
    assert_close(m->left_out_ends, 0, 1e-9);
    /* T = 20 (1 + 0.02 (p - 1) + 0.0008 p (p - 1)) / p; N* = sqrt(0.98 / 0.0008) = 35 */
    m = fit_curve(f, (struct model_curve){MODEL_USL, {19.6, 0.4, 0.016}}, to_32, 8, NULL);
    assert_int_equal(m->kind, MODEL_USL);
    assert_relative(m->time_one.value, 20, 1e-9);
    assert_relative(m->serial.value, 0.02, 1e-9);
    assert_relative(m->overhead.value, 0.0008, 1e-9);
    assert_relative(m->peak.value, 35, 1e-9);
    m = fit_curve(f, (struct model_curve){MODEL_LOGARITHMIC, {38, 2, 0.8}}, to_32, 8, NULL);
    assert_int_equal(m->kind, MODEL_LOGARITHMIC);
    assert_relative(m->serial.value, 0.05, 1e-9);
    assert_relative(m->overhead.value, 0.02, 1e-9);
    assert_relative(m->peak.value, 38 * log(2) / 0.8, 1e-9);
    m = fit_curve(f, (struct model_curve){MODEL_POWER, {7, 0.85}}, to_32, 8, NULL);
    assert_int_equal(m->kind, MODEL_POWER);
    assert_relative(m->exponent.value, 0.85, 1e-9);
    assert_relative(m->time_one.value, 7, 1e-9);
    m = fit_curve(f, (struct model_curve){MODEL_IDEAL, {7}}, to_32, 8, NULL);
    assert_int_equal(m->kind, MODEL_IDEAL); /* the others are as good, but not simpler */
    assert_relative(m->time_one.value, 7, 1e-9);
}

/* A straight line through logarithms, by the textbook's formulas. */
static void errors_of_the_power_law_are_those_of_regression(void **state)
{
    struct fixture *f = *state;
    double x = 0, y = 0, xx = 0, xy = 0, squares = 0, n = 8;
    fit_curve(f, (struct model_curve){MODEL_POWER, {7, 0.85}}, to_32, 8, noise);
    for (size_t i = 0; i < 8; i++) {
        x += log(f->points[i].cores) / n;
        y += log(f->points[i].median) / n;
    }
    for (size_t i = 0; i < 8; i++) {
        xx += pow(log(f->points[i].cores) - x, 2);
        xy += (log(f->points[i].cores) - x) * (log(f->points[i].median) - y);
    }
    double slope = xy / xx, start = y - slope * x;
    for (size_t i = 0; i < 8; i++)
        squares += pow(log(f->points[i].median) - start - slope * log(f->points[i].cores), 2);
    double error = sqrt(squares / (n - 2) / xx);
    double start_error = sqrt(squares / (n - 2) * (1 / n + x * x / xx));
    const struct model *m = &f->models.all[MODEL_POWER];
    const double t = 2.446911851; /* t(.975) with 6 degrees of freedom */
    assert_relative(m->exponent.value, -slope, 1e-9);
    assert_relative(m->exponent.error, error, 1e-9);
    assert_relative(m->exponent.ci.low, -slope - t * error, 1e-8);
    assert_relative(m->time_one.value, exp(start), 1e-9);
    assert_relative(m->time_one.error, exp(start) * start_error, 1e-9);
    assert_relative(m->time_one.ci.high, exp(start + t * start_error), 1e-8);
    /* AICc: n ln(Q/n) + 2 k + 2 k (k + 1) / (n - k - 1), k = 3, here of weighted squares */
    assert_relative(m->aicc, n * log(m->misfit / n) + 6 + 24.0 / 4, 1e-12);
    double s = log(1.01) / normal_quantile((1 + summary_ranks(9, 0.95).coverage) / 2);
    assert_relative(m->misfit, squares / (s * s), 1e-9);
    assert_relative(m->chi_square, squares / (s * s), 1e-9);
}

static void errors_of_fractions_are_those_of_shifted_times(void **state)
{
    struct fixture *f = *state;
    const struct model_curve curve = {MODEL_USL, {19.6, 0.4, 0.016}};
    double before[4], sums[4] = {0};
    fit_curve(f, curve, to_32, 8, noise);
    struct model base = f->models.all[MODEL_USL];
    const struct estimate *found[] = {&base.time_one, &base.serial, &base.overhead, &base.peak};
    double variance = base.misfit / 5;
    for (size_t k = 0; k < 4; k++)
        before[k] = found[k]->value;
    for (size_t i = 0; i < 8; i++) {
        double shift = 1e-6, kept = f->points[i].median;
        f->points[i].median *= exp(shift);
        fit(f);
        f->points[i].median = kept;
        const struct model *m = &f->models.all[MODEL_USL];
        const double after[] = {m->time_one.value, m->serial.value, m->overhead.value,
                                m->peak.value};
        for (size_t k = 0; k < 4; k++)
            sums[k] += pow((after[k] - before[k]) / shift, 2) * variance / f->models.weights[i];
    }
    /* With noise the curve's bend adds a little to what its slopes say. */
    for (size_t k = 0; k < 4; k++)
        assert_relative(found[k]->error, sqrt(sums[k]), 0.03);
    assert_true(base.serial.ci.low > 0 && base.serial.ci.low < base.serial.value);
}

/* Faster than ideal: nothing serial, nothing in the way. */
static void parameters_stay_within_their_bounds(void **state)
{
    struct fixture *f = *state;
    fit_curve(f, (struct model_curve){MODEL_POWER, {50, 1.05}}, to_32, 8, noise);
    const struct model *usl = &f->models.all[MODEL_USL];
    assert_close(usl->serial.value, 0, 0);
    assert_close(usl->overhead.value, 0, 0);
    assert_true(usl->serial.at_bound && usl->overhead.at_bound && isnan(usl->serial.error));
    assert_true(isinf(usl->peak.value) && isnan(usl->peak.ci.low));
    assert_true(isfinite(usl->time_one.error));
    /* sigma = 0 beside kappa > 0, which a + b/p + c p with a >= 0 could not do */
    const struct model *m = fit_curve(f, (struct model_curve){MODEL_USL, {20, 0, 0.02}}, to_32, 8,
                                      NULL);
    assert_relative(m->overhead.value, 0.001, 1e-9);
    assert_close(m->serial.value, 0, 1e-12);
    /* slower and slower: all of it serial */
    fit_curve(f, (struct model_curve){MODEL_POWER, {50, -0.5}}, to_32, 8, NULL);
    assert_close(f->models.all[MODEL_USL].serial.value, 1, 1e-12);
    assert_close(f->models.all[MODEL_AMDAHL].serial.value, 1, 0);
    assert_true(f->models.all[MODEL_AMDAHL].serial.at_bound);
    for (int k = 0; k < MODEL_KINDS; k++)
        for (double p = 1; p < 100; p *= 1.3)
            assert_true(model_time(&f->models.all[k].curve, p) > 0);
}

static void within_a_tie_the_simpler_model_is_chosen(void **state)
{
    struct fixture *f = *state;
    const struct model_curve amdahl = {MODEL_AMDAHL, {95, 5}};
    const struct model *m = fit_curve(f, amdahl, to_32, 8, noise);
    assert_int_equal(m->kind, MODEL_AMDAHL);
    double least = INFINITY, sum = 0;
    for (int k = 0; k < MODEL_KINDS; k++) {
        least = fmin(least, f->models.all[k].aicc);
        sum += f->models.all[k].weight;
    }
    assert_true(m->aicc <= least + 2);
    assert_close(sum, 1, 1e-12);
    const struct model *usl = &f->models.all[MODEL_USL];
    assert_relative(usl->weight / m->weight, exp((m->aicc - usl->aicc) / 2), 1e-9);
}

static void each_point_is_foretold_by_the_others(void **state)
{
    struct fixture *f = *state;
    const struct model *m =
        fit_curve(f, (struct model_curve){MODEL_USL, {19.6, 0.4, 0.016}}, to_32, 8, noise);
    double inner = 0, misses[8];
    for (size_t i = 0; i < 8; i++)
        misses[i] = m->left_out[i];
    assert_relative(m->left_out_ends, fmax(misses[0], misses[7]), 0);
    for (size_t i = 1; i < 7; i++)
        inner = fmax(inner, misses[i]);
    assert_relative(m->left_out_inner, inner, 0);
    assert_true(m->interpolates);
    /* The third, by a fit that never saw it. */
    double cores[7], logs[7], weights[7];
    for (size_t i = 0, to = 0; i < 8; i++)
        if (i != 2) {
            cores[to] = f->points[i].cores;
            logs[to] = log(f->points[i].median);
            weights[to++] = f->models.weights[i];
        }
    struct model_curve others;
    struct model_fitter *fitter = model_fitter_new(m->kind, cores, weights, 7);
    assert_true(model_fitter_fit(fitter, logs, NULL, &others));
    model_fitter_free(fitter);
    double ratio = f->points[2].median / model_time(&others, f->points[2].cores);
    assert_relative(misses[2], fmax(ratio, 1 / ratio) - 1, 1e-8);
}

/* A second socket: all beyond 8 cores takes 1.3 times as long. */
static void a_step_is_seen_as_more_than_noise(void **state)
{
    struct fixture *f = *state;
    enum models_reach reach;
    for (size_t i = 0; i < 8; i++)
        add(f, to_32[i], (95 / to_32[i] + 5) * (to_32[i] > 8 ? 1.3 : 1), 0.005);
    const struct model *m = fit(f);
    assert_true(m->misses_data);
    assert_relative(m->chi_square_limit, m->chi_square_freedom == 5 ? 15.0862724694 : 16.8118938298,
                    1e-10);
    double sum = 0;
    for (size_t i = 0; i < 8; i++)
        sum += pow(f->models.log_times[i] - log(model_time(&m->curve, to_32[i])), 2) /
               (1 / f->models.weights[i] + m->scatter * m->scatter);
    assert_relative(sum, m->chi_square_freedom, 1e-9);
    assert_false(f->models.all[MODEL_AMDAHL].interpolates);
    assert_true(f->models.all[MODEL_AMDAHL].left_out_inner > 0.10);
    (void)models_time(&f->models, 20, &reach);
    assert_int_equal(reach, MODELS_WITHIN);
}

static void a_model_that_misses_inner_points_is_not_drawn_further(void **state)
{
    struct fixture *f = *state;
    enum models_reach reach;
    static const double jagged[] = {100, 51, 30, 14, 10.5, 7.5, 5, 4.5};
    for (size_t i = 0; i < 8; i++)
        add(f, to_32[i], jagged[i], 0.01);
    assert_false(fit(f)->interpolates);
    assert_true(isnan(models_time(&f->models, 33, &reach)));
    assert_int_equal(reach, MODELS_OUTSIDE);
}

static void without_intervals_all_points_count_the_same(void **state)
{
    struct fixture *f = *state;
    fit_curve(f, (struct model_curve){MODEL_AMDAHL, {95, 5}}, to_32, 8, noise);
    assert_true(f->models.weighted);
    f->points[3].blocks = 5;
    f->points[3].ci = (struct interval){NAN, NAN};
    const struct model *m = fit(f);
    assert_false(f->models.weighted);
    for (size_t i = 0; i < 8; i++)
        assert_close(f->models.weights[i], 1, 0);
    assert_int_equal(m->kind, MODEL_AMDAHL);
    assert_true(isnan(m->chi_square) && isnan(m->scatter) && !m->misses_data);
}

static void uncertainty_goes_by_what_the_ranks_cover(void **state)
{
    struct model_point point = {4, 10, {10 / 1.02, 10 * 1.02}, 6};
    (void)state;
    /* 6 blocks: 31/32, whose normal quantile is 2.1538747 */
    assert_relative(models_uncertainty(&point, 0), log(1.02) / 2.1538746940614573, 1e-9);
    point.ci = (struct interval){10, 10};
    assert_relative(models_uncertainty(&point, 0), 1e-4, 0);
    assert_relative(models_uncertainty(&point, 0.05), 0.005, 1e-12);
    point.blocks = 5;
    assert_true(isnan(models_uncertainty(&point, 0)));
    point = (struct model_point){4, 10, {NAN, NAN}, 9};
    assert_true(isnan(models_uncertainty(&point, 0)));
}

static void a_lowest_time_is_told_only_where_it_was_seen(void **state)
{
    struct fixture *f = *state;
    struct model_curve curve = {MODEL_USL, {95, 5, 0.2}}; /* N* = 21.8 */
    assert_int_equal(fit_curve(f, curve, to_32, 8, noise)->kind, MODEL_USL);
    assert_int_equal(f->models.peak, MODELS_PEAK_MEASURED);
    curve.coefficients[2] = 0.06; /* 39.8 */
    assert_int_equal(fit_curve(f, curve, to_32, 8, noise)->kind, MODEL_USL);
    assert_true(f->models.all[MODEL_USL].peak.value > 32);
    assert_int_equal(f->models.peak, MODELS_PEAK_AHEAD);
    curve.coefficients[2] = 0.025; /* 61.6 */
    fit_curve(f, curve, to_32, 8, NULL);
    assert_int_equal(f->models.chosen, MODEL_USL);
    assert_int_equal(f->models.peak, MODELS_PEAK_NONE);
    fit_curve(f, (struct model_curve){MODEL_AMDAHL, {95, 5}}, to_32, 8, noise);
    assert_int_equal(f->models.peak, MODELS_PEAK_NONE);
}

static void nothing_is_told_beyond_the_limit(void **state)
{
    struct fixture *f = *state;
    enum models_reach reach;
    fit_curve(f, (struct model_curve){MODEL_AMDAHL, {95, 5}}, to_32, 8, NULL);
    assert_relative(models_time(&f->models, 10, &reach), 14.5, 1e-9);
    assert_int_equal(reach, MODELS_WITHIN);
    assert_relative(models_time(&f->models, 64, &reach), 95.0 / 64 + 5, 1e-9);
    assert_int_equal(reach, MODELS_BEYOND);
    assert_true(isnan(models_time(&f->models, 64.1, &reach)));
    assert_int_equal(reach, MODELS_OUTSIDE);
    assert_true(isnan(models_time(&f->models, 0.5, &reach)));
    assert_true(isnan(models_time(&f->models, NAN, &reach)));
    f->data.node_cores = 48; /* a second node was not measured */
    fit(f);
    assert_close(f->models.limit, 48, 0);
    f->data.node_cores = 16; /* two were */
    fit(f);
    assert_close(f->models.limit, 64, 0);
    f->data.node_cores = 0;
}

static void a_series_that_starts_later_is_marked(void **state)
{
    static const double later[] = {4, 8, 12, 16, 24, 32, 40, 48};
    struct fixture *f = *state;
    fit_curve(f, (struct model_curve){MODEL_AMDAHL, {95, 5}}, later, 8, noise);
    assert_int_equal(f->models.refusal, MODELS_NOT_REFUSED);
    assert_false(f->models.starts_at_one);
    fit_curve(f, (struct model_curve){MODEL_AMDAHL, {95, 5}}, to_32, 8, noise);
    assert_true(f->models.starts_at_one);
}

static void check_refusal(struct fixture *f, enum models_refusal why, const char *code,
                          const char *text)
{
    enum models_reach reach;
    assert_null(fit(f));
    assert_int_equal(f->models.refusal, why);
    assert_string_equal(f->models.refusal_code, code);
    assert_string_equal(f->models.refusal_text, text);
    assert_int_equal(f->models.peak, MODELS_PEAK_NONE);
    assert_true(isnan(models_time(&f->models, 4, &reach)));
    f->data.count = 0;
}

static void what_cannot_carry_a_model_is_refused(void **state)
{
    struct fixture *f = *state;
    check_refusal(f, MODELS_FEW_POINTS, "few-points",
                  "no model is fitted to 0 core counts: 4 is the least");
    add(f, 1, 10, 0.01);
    check_refusal(f, MODELS_FEW_POINTS, "few-points",
                  "no model is fitted to 1 core count: 4 is the least");
    add(f, 1, 10, 0.01);
    add(f, 8, 2, 0.01);
    check_refusal(f, MODELS_FEW_POINTS, "few-points",
                  "no model is fitted to 2 core counts: 4 is the least");
    for (int p = 8; p < 16; p++)
        add(f, p, 100.0 / p, 0.01);
    check_refusal(f, MODELS_NARROW, "narrow-range",
                  "no model is fitted from 8 to 15 cores: the largest count is to be 4 times the "
                  "smallest at least");
    for (size_t i = 0; i < 6; i++)
        add(f, twos[i], 100 / twos[i], 0.01);
    f->points[0].blocks = 4;
    check_refusal(f, MODELS_FEW_BLOCKS, "few-blocks",
                  "no model is fitted: on 1 core, where every curve begins, there are 4 blocks, "
                  "and 5 is the least");
    for (size_t i = 0; i < 6; i++)
        add(f, twos[i], 100 / twos[i], i == 5 ? 50 : 0.01);
    check_refusal(f, MODELS_NOISY, "noise",
                  "no model is fitted: a median is uncertain by 572 %, and all core counts "
                  "together change the time by 3100 %");
    for (size_t i = 0; i < 6; i++)
        add(f, twos[i], 100 + noise[i], 0.01);
    check_refusal(f, MODELS_FLAT, "flat",
                  "no model is fitted: no speedup is shown, as from 1 to 32 cores all times are the "
                  "same within noise");
    add(f, 1, 100, 0.01);
    add(f, 2, 60, 0.01);
    add(f, 4, 40, 0.01);
    add(f, 8, 30, 0.01);
    check_refusal(f, MODELS_FEW_POINTS, "few-points",
                  "no model is fitted: 4 core counts are enough for the ideal one only, and it "
                  "misses them by up to 64 %");
    for (size_t i = 0; i < 6; i++)
        add(f, i < 4 ? twos[i] : 8, 100 / twos[i], 0.01);
    check_refusal(f, MODELS_SAME_CORES, "same-cores",
                  "no model is fitted: 8 cores were measured in two ways, and a curve has one time "
                  "for a count");
    add(f, 1, 100, 0.01);
    add(f, 2, 52, 0.01);
    add(f, 4, 75, 0.01);
    add(f, 8, 14, 0.01);
    add(f, 16, 11, 0.01);
    check_refusal(f, MODELS_MISFIT, "misfit",
                  "no model describes it: the best of them, ideal, misses a count in between by "
                  "151 % where it is fitted without it");
}

static void numbers_that_are_none_are_refused(void **state)
{
    static const double bad[] = {0, -1, INFINITY, NAN};
    struct fixture *f = *state;
    for (size_t k = 0; k < 8; k++) {
        for (size_t i = 0; i < 6; i++)
            add(f, twos[i], 100 / twos[i], 0.01);
        if (k < 4)
            f->points[2].median = bad[k];
        else
            f->points[2].cores = bad[k - 4];
        check_refusal(f, MODELS_BAD_TIME, "bad-time",
                      "no model is fitted: a time is not a positive number of seconds");
    }
}

/* Nothing that a table can hold makes a time negative, or the fit come to no end. */
static void wild_times_give_a_curve_or_a_refusal(void **state)
{
    static const double wild[] = {1e-300, 1e300, 1, 1e-12, 1e12, 1.0000001, 5, 5};
    struct fixture *f = *state;
    for (size_t shift = 0; shift < 8; shift++) {
        f->data.count = 0;
        for (size_t i = 0; i < 8; i++)
            add(f, shift % 2 ? to_32[i] : pow(10, (double)i), wild[(i + shift) % 8],
                i % 3 ? 1e-9 : 0.5);
        f->points[shift].ci.low = shift % 3 ? 0 : -1;
        const struct model *m = fit(f);
        assert_true(m != NULL || f->models.refusal != MODELS_NOT_REFUSED);
        for (int k = 0; k < MODEL_KINDS; k++)
            if (f->models.all[k].fitted)
                for (double p = 1; p < 100; p *= 1.5)
                    assert_true(model_time(&f->models.all[k].curve, p) >= 0); /* p^-200 is 0 */
    }
}

static void identical_times_are_no_speedup(void **state)
{
    struct fixture *f = *state;
    for (int intervals = 0; intervals < 2; intervals++) {
        for (size_t i = 0; i < 6; i++) {
            add(f, twos[i], 3, 0);
            if (!intervals)
                f->points[i] = (struct model_point){twos[i], 3, {NAN, NAN}, 5};
        }
        check_refusal(f, MODELS_FLAT, "flat",
                      "no model is fitted: no speedup is shown, as from 1 to 32 cores all times are "
                      "the same within noise");
    }
}

static void four_points_are_enough_for_what_is_ideal(void **state)
{
    static const double four[] = {1, 2, 4, 8};
    struct fixture *f = *state;
    const struct model *m = fit_curve(f, (struct model_curve){MODEL_IDEAL, {80}}, four, 4, noise);
    assert_int_equal(m->kind, MODEL_IDEAL);
    assert_false(f->models.all[MODEL_AMDAHL].fitted);
    assert_true(isnan(f->models.all[MODEL_AMDAHL].aicc));
    assert_true(isnan(f->models.all[MODEL_USL].serial.value));
}

/* Uniform in 0...1, the same everywhere; and normal, by Box and Muller. */
static double uniform(uint64_t *random)
{
    uint64_t z = *random += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *random)
{
    return sqrt(-2 * log(uniform(random))) * cos(2 * acos(-1) * uniform(random));
}

enum { STUDIES = 400 };

/* How often each model is chosen, where 7 runs a point scatter by 3 %. */
static void simulate(struct fixture *f, struct model_curve truth, const double *cores, size_t count,
                     int *chosen)
{
    uint64_t random = 1;
    struct summary_ranks ranks = summary_ranks(7, 0.95);
    for (int k = 0; k < MODEL_KINDS; k++)
        chosen[k] = 0;
    for (int study = 0; study < STUDIES; study++) {
        for (size_t i = 0; i < count; i++) {
            double times[7];
            for (size_t r = 0; r < 7; r++)
                times[r] = model_time(&truth, cores[i]) * exp(0.03 * normal(&random));
            summary_sort(times, 7);
            f->points[i] = (struct model_point){
                cores[i], times[3], {times[ranks.low - 1], times[ranks.high - 1]}, 7};
        }
        f->data.count = count;
        fit(f);
        if (f->models.chosen >= 0)
            chosen[f->models.chosen]++;
        pool_free(&f->pool);
    }
}

/*
 * A simulation of the same shapes by other code found, by AICc alone, the USL
 * in 9 % and the logarithmic model in 3 % of studies on six powers of two, 99 %
 * and 81 % on the eight counts; its parameters are not known, those here were
 * chosen to be alike. With the tie given to the simpler model it is less. The
 * limits leave four standard deviations.
 */
static void eight_counts_tell_models_apart_that_six_powers_of_two_do_not(void **state)
{
    struct fixture *f = *state;
    const struct model_curve usl = {MODEL_USL, {95, 5, 0.1}},
                             logarithmic = {MODEL_LOGARITHMIC, {98, 2, 1}},
                             amdahl = {MODEL_AMDAHL, {95, 5}};
    int chosen[MODEL_KINDS];
    simulate(f, usl, twos, 6, chosen);
    assert_in_range(chosen[MODEL_USL], 0, STUDIES * 12 / 100);
    assert_in_range(chosen[MODEL_AMDAHL], STUDIES * 86 / 100, STUDIES);
    simulate(f, usl, to_32, 8, chosen);
    assert_in_range(chosen[MODEL_USL], STUDIES * 78 / 100, STUDIES);
    assert_in_range(chosen[MODEL_AMDAHL], 0, STUDIES * 2 / 100);
    simulate(f, logarithmic, twos, 6, chosen);
    assert_in_range(chosen[MODEL_LOGARITHMIC], 0, STUDIES * 6 / 100);
    simulate(f, logarithmic, to_32, 8, chosen);
    assert_in_range(chosen[MODEL_LOGARITHMIC], STUDIES * 64 / 100, STUDIES * 90 / 100);
    simulate(f, amdahl, to_32, 8, chosen);
    assert_in_range(chosen[MODEL_AMDAHL], STUDIES * 97 / 100, STUDIES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(exact_times_give_their_model_back),
        TEST(errors_of_the_power_law_are_those_of_regression),
        TEST(errors_of_fractions_are_those_of_shifted_times),
        TEST(parameters_stay_within_their_bounds),
        TEST(within_a_tie_the_simpler_model_is_chosen),
        TEST(each_point_is_foretold_by_the_others),
        TEST(a_step_is_seen_as_more_than_noise),
        TEST(a_model_that_misses_inner_points_is_not_drawn_further),
        TEST(without_intervals_all_points_count_the_same),
        TEST(uncertainty_goes_by_what_the_ranks_cover),
        TEST(a_lowest_time_is_told_only_where_it_was_seen),
        TEST(nothing_is_told_beyond_the_limit),
        TEST(a_series_that_starts_later_is_marked),
        TEST(what_cannot_carry_a_model_is_refused),
        TEST(numbers_that_are_none_are_refused),
        TEST(wild_times_give_a_curve_or_a_refusal),
        TEST(identical_times_are_no_speedup),
        TEST(four_points_are_enough_for_what_is_ideal),
        TEST(eight_counts_tell_models_apart_that_six_powers_of_two_do_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

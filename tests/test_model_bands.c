#include "model_bands.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "summary.h"

enum { POINTS = 8, BLOCKS_MOST = 30, GRID = 5 };

static const double cores[POINTS] = {1, 2, 4, 8, 12, 16, 24, 32};
static const double grid[GRID] = {1, 5, 20, 32, 60};

struct fixture {
    struct bootstrap *bootstrap;
    struct pool pool;
    struct random random;
    size_t blocks;
    double times[POINTS][BLOCKS_MOST]; /* sorted */
    struct median_law laws[POINTS];
    struct models models;
    struct model_bands bands;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    f->bootstrap = bootstrap_new();
    f->random.state = 1;
    f->blocks = 9;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    bootstrap_free(f->bootstrap);
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

/* Block times around the curve: log-normal, and a miss of each point as a whole. */
static void measure(struct fixture *f, const struct model_curve *truth, double spread, double miss)
{
    struct summary_ranks ranks = summary_ranks(f->blocks, 0.95);
    struct model_point points[POINTS];
    struct model_data data = {points, POINTS, 0, 0};
    for (size_t i = 0; i < POINTS; i++) {
        double time = model_time(truth, cores[i]) * exp(miss * random_normal(&f->random));
        for (size_t b = 0; b < f->blocks; b++)
            f->times[i][b] = time * exp(spread * random_normal(&f->random));
        summary_sort(f->times[i], f->blocks);
        points[i] = (struct model_point){cores[i], summary_median(f->times[i], f->blocks),
                                         {NAN, NAN}, f->blocks};
        if (ranks.low > 0)
            points[i].ci =
                (struct interval){f->times[i][ranks.low - 1], f->times[i][ranks.high - 1]};
        f->laws[i] = bootstrap_median(f->bootstrap, &f->pool, f->times[i], f->blocks);
    }
    models_fit(&f->models, &data, &f->pool);
}

static void draw_bands(struct fixture *f, enum model_kind kind, uint64_t seed)
{
    const struct model_base base = {&f->laws[0], cores[0], 0};
    model_bands(&f->bands, &f->models, kind, f->laws, &base, grid, GRID, seed, &f->pool);
}

static const struct model_curve usl = {MODEL_USL, {95, 5, 0.1}}, amdahl = {MODEL_AMDAHL, {95, 5}};

/* By drawing blocks and taking medians, as the bootstrap is told; 2.5 and 97.5 %
 * of some other 2000 studies are the same but for chance. */
static void bands_are_those_of_resampled_blocks(void **state)
{
    struct fixture *f = *state;
    static double values[2][2000];
    struct random random = {77};
    measure(f, &usl, 0.03, 0);
    draw_bands(f, MODEL_USL, 5);
    struct model_fitter *fitter =
        model_fitter_new(MODEL_USL, cores, f->models.weights, POINTS);
    for (size_t study = 0; study < 2000; study++) {
        double logs[POINTS];
        struct model_curve curve;
        for (size_t i = 0; i < POINTS; i++) {
            double drawn[BLOCKS_MOST];
            for (size_t b = 0; b < f->blocks; b++)
                drawn[b] = f->times[i][random_bits(&random) % f->blocks];
            logs[i] = log(summary_median_of(drawn, f->blocks));
        }
        assert_true(model_fitter_fit(fitter, logs, NULL, &curve));
        values[0][study] = curve.coefficients[2] / (curve.coefficients[0] + curve.coefficients[1]);
        values[1][study] = model_time(&curve, 20);
    }
    model_fitter_free(fitter);
    for (size_t k = 0; k < 2; k++)
        summary_sort(values[k], 2000);
    double width = values[0][1950] - values[0][49];
    assert_close(f->bands.overhead.low, values[0][49], 0.1 * width);
    assert_close(f->bands.overhead.high, values[0][1950], 0.1 * width);
    width = values[1][1950] - values[1][49];
    assert_close(f->bands.curve[2].time.low, values[1][49], 0.1 * width);
    assert_close(f->bands.curve[2].time.high, values[1][1950], 0.1 * width);
}

static void the_same_seed_gives_the_same_bands(void **state)
{
    struct fixture *f = *state;
    struct interval time, speedup;
    measure(f, &usl, 0.03, 0);
    draw_bands(f, MODEL_USL, 5);
    time = f->bands.curve[2].time;
    speedup = f->bands.curve[2].speedup;
    struct interval peak = f->bands.peak;
    draw_bands(f, MODEL_USL, 5);
    assert_memory_equal(&time, &f->bands.curve[2].time, sizeof time);
    assert_memory_equal(&speedup, &f->bands.curve[2].speedup, sizeof time);
    assert_memory_equal(&peak, &f->bands.peak, sizeof peak);
    draw_bands(f, MODEL_USL, 6);
    assert_true(time.low != f->bands.curve[2].time.low); /* another seed, nearly the same */
    assert_relative(f->bands.curve[2].time.low, time.low, 0.01);
}

static void calm_blocks_leave_no_band(void **state)
{
    struct fixture *f = *state;
    measure(f, &usl, 0, 0);
    draw_bands(f, MODEL_USL, 5);
    assert_int_equal(f->bands.refits, MODEL_BANDS_REFITS);
    assert_relative(f->bands.time_one.low, 100, 1e-9);
    assert_relative(f->bands.time_one.high, 100, 1e-9);
    assert_relative(f->bands.serial.low, 0.05, 1e-9);
    assert_relative(f->bands.overhead.high, 0.001, 1e-9);
    assert_relative(f->bands.peak.low, sqrt(950), 1e-9);
    assert_close(f->bands.endless, 0, 0);
    for (size_t k = 0; k < GRID; k++) {
        assert_relative(f->bands.curve[k].time.low, model_time(&usl, grid[k]), 1e-9);
        assert_relative(f->bands.curve[k].time.high, model_time(&usl, grid[k]), 1e-9);
        assert_relative(f->bands.curve[k].speedup.low, 100 / model_time(&usl, grid[k]), 1e-9);
    }
    assert_true(isnan(f->bands.exponent.low));
}

static void a_fit_without_overhead_counts_as_a_peak_at_infinity(void **state)
{
    struct fixture *f = *state;
    measure(f, &amdahl, 0.03, 0);
    draw_bands(f, MODEL_USL, 5);
    assert_true(f->bands.endless > 0.025 && f->bands.endless < 1);
    assert_true(isinf(f->bands.peak.high) && f->bands.peak.low > 32);
    assert_close(f->bands.overhead.low, 0, 0);
    draw_bands(f, MODEL_AMDAHL, 5);
    assert_close(f->bands.endless, 1, 0);
    assert_true(isinf(f->bands.peak.low));
    assert_true(isnan(f->bands.overhead.low));
}

static void a_misfit_beyond_noise_widens_the_bands(void **state)
{
    struct fixture *f = *state;
    measure(f, &usl, 0.005, 0.05);
    double scatter = f->models.all[MODEL_USL].scatter;
    assert_true(f->models.all[MODEL_USL].misses_data && scatter > 0.02);
    draw_bands(f, MODEL_USL, 5);
    struct interval wide = f->bands.curve[2].time;
    f->models.all[MODEL_USL].scatter = 0;
    draw_bands(f, MODEL_USL, 5);
    struct interval narrow = f->bands.curve[2].time;
    assert_true(wide.high / wide.low - 1 > 2 * (narrow.high / narrow.low - 1));
}

static void no_band_reaches_beyond_the_limit(void **state)
{
    static const double beyond[] = {0.5, 64, 64.5, NAN};
    struct fixture *f = *state;
    const struct model_base base = {&f->laws[0], cores[0], 0};
    measure(f, &usl, 0.03, 0);
    model_bands(&f->bands, &f->models, MODEL_USL, f->laws, &base, beyond, 4, 1, &f->pool);
    assert_int_equal(f->bands.count, 4);
    assert_true(isnan(f->bands.curve[0].time.low));
    assert_true(f->bands.curve[1].time.low > 0);
    assert_true(isnan(f->bands.curve[2].time.low) && isnan(f->bands.curve[2].speedup.high));
    assert_true(isnan(f->bands.curve[3].time.low));
}

/* At one core the curve's speedup is T(1) as measured over T(1) as fitted: both come
 * from the same blocks. Another program's blocks know nothing of them. */
static void the_base_is_drawn_along_with_the_points(void **state)
{
    struct fixture *f = *state;
    const struct model_base own = {&f->laws[0], 1, 0}, other = {&f->laws[0], 1, POINTS};
    const struct model_base none = {NULL, 1, POINTS};
    measure(f, &usl, 0.03, 0);
    model_bands(&f->bands, &f->models, MODEL_USL, f->laws, &own, grid, GRID, 1, &f->pool);
    struct interval along = f->bands.curve[0].speedup, time = f->bands.curve[2].time;
    assert_true(along.low < along.high);
    model_bands(&f->bands, &f->models, MODEL_USL, f->laws, &other, grid, GRID, 1, &f->pool);
    struct interval apart = f->bands.curve[0].speedup;
    assert_true(apart.high / apart.low - 1 > 1.2 * (along.high / along.low - 1));
    assert_memory_equal(&time, &f->bands.curve[2].time, sizeof time);
    model_bands(&f->bands, &f->models, MODEL_USL, f->laws, &none, grid, GRID, 1, &f->pool);
    assert_true(isnan(f->bands.curve[2].speedup.low) && f->bands.curve[2].time.low > 0);
}

static void too_few_blocks_have_no_band(void **state)
{
    struct fixture *f = *state;
    f->blocks = 5;
    measure(f, &usl, 0.03, 0);
    draw_bands(f, MODEL_USL, 5);
    assert_int_equal(f->bands.refits, MODEL_BANDS_REFITS);
    f->models.least_blocks = 4;
    draw_bands(f, MODEL_USL, 5);
    assert_int_equal(f->bands.refits, 0);
    assert_true(isnan(f->bands.serial.low) && isnan(f->bands.curve[1].time.low));
}

static void what_was_refused_has_no_band(void **state)
{
    struct fixture *f = *state;
    struct model_data none = {NULL, 0, 0, 0};
    models_fit(&f->models, &none, &f->pool);
    for (int k = 0; k < MODEL_KINDS; k++) {
        draw_bands(f, (enum model_kind)k, 1);
        assert_int_equal(f->bands.refits, 0);
        assert_true(isnan(f->bands.time_one.low) && isnan(f->bands.endless));
        assert_true(isnan(f->bands.curve[0].time.high));
    }
}

/*
 * In 100 studies with 9 blocks a point and 3 % of noise. 95 % are meant, and 93
 * to 97 % come out of many; three standard deviations are left.
 */
static void bands_hold_the_truth_about_as_often_as_they_claim(void **state)
{
    struct fixture *f = *state;
    int studies = 100, held[4] = {0};
    for (int study = 0; study < studies; study++) {
        measure(f, &usl, 0.03, 0);
        draw_bands(f, MODEL_USL, (uint64_t)study);
        const struct interval bands[] = {f->bands.serial, f->bands.overhead, f->bands.peak,
                                         f->bands.curve[2].speedup};
        const double truth[] = {0.05, 0.001, sqrt(950), 100 / model_time(&usl, 20)};
        for (size_t k = 0; k < 4; k++)
            held[k] += bands[k].low <= truth[k] && truth[k] <= bands[k].high;
        pool_free(&f->pool);
    }
    for (size_t k = 0; k < 4; k++)
        assert_in_range(held[k], 86, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
        TEST(bands_are_those_of_resampled_blocks),
        TEST(the_same_seed_gives_the_same_bands),
        TEST(calm_blocks_leave_no_band),
        TEST(a_fit_without_overhead_counts_as_a_peak_at_infinity),
        TEST(a_misfit_beyond_noise_widens_the_bands),
        TEST(no_band_reaches_beyond_the_limit),
        TEST(the_base_is_drawn_along_with_the_points),
        TEST(too_few_blocks_have_no_band),
        TEST(what_was_refused_has_no_band),
        TEST(bands_hold_the_truth_about_as_often_as_they_claim),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

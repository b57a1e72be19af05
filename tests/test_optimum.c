#include "rows_fixture.h"

static void the_smallest_count_within_the_tolerance_is_recommended(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 8, 2.0, 9);
    rows_add_calm(rows, "openmp", 12, 1.03, 9);
    rows_add_calm(rows, "openmp", 14, 1.0, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    const struct optimum *o = &rows_series(rows, "openmp")->optimum;
    assert_int_equal(o->recommended, 12);
    assert_int_equal(o->kind, OPTIMUM_COUNT);
    assert_int_equal(o->fastest, 14);
    assert_false(o->largest_tested_won);
    assert_int_equal(o->candidate_count, 1);
    assert_string_equal(a->headline, "Ask for 12 cores, with openmp.");
    assert_null(rows_warning(rows, "largest-count-won"));
}

/* 12 cores: 3 % slower by the median, but so noisy that 5 % cannot be shown. */
static void noise_makes_the_rule_fall_back_on_the_fastest(void **state)
{
    static const double noisy[] = {0.9, 1.0, 1.03, 1.2, 1.3, 0.95, 1.25};
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_point(rows, "openmp", 12, noisy, 7);
    rows_add_calm(rows, "openmp", 14, 1.0, 9);
    rows_analyse(rows, NULL);
    const struct optimum *o = &rows_series(rows, "openmp")->optimum;
    assert_int_equal(o->recommended, 14);
    assert_int_equal(o->candidate_count, 2); /* yet it may be as fast */
    assert_int_equal(o->candidates[0], 12);
}

static void where_the_largest_count_wins_it_says_at_least(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 1, 32, 9);
    rows_add_calm(rows, "mpi", 16, 2.2, 9);
    rows_add_calm(rows, "mpi", 32, 1.2, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(rows_series(rows, "mpi")->optimum.kind, OPTIMUM_AT_LEAST);
    assert_true(rows_series(rows, "mpi")->optimum.largest_tested_won);
    assert_string_equal(a->headline, "Ask for at least 32 cores, with mpi: more were not measured.");
    assert_non_null(rows_warning(rows, "largest-count-won"));
}

static void where_nothing_is_faster_it_says_do_not_parallelise(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "serial", 1, 10, 9);
    rows_add_calm(rows, "openmp", 1, 10.5, 9);
    rows_add_calm(rows, "openmp", 4, 10.2, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_string_equal(a->headline,
                        "Do not parallelise: nothing is shown to be faster than one core, with serial.");
    assert_int_equal(a->answers[0].kind, OPTIMUM_DO_NOT_PARALLELISE);
}

/* It is shown to be faster: that must not be denied. */
static void what_is_hardly_faster_is_not_parallelised_but_told(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 4, 9.7, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->answers[0].kind, OPTIMUM_DO_NOT_PARALLELISE);
    assert_true(a->answers[0].parallel_pays);
    assert_string_equal(a->headline, "Do not parallelise: one core takes at most 5 % more time than "
                                     "the fastest, with openmp.");
}

static void backends_that_noise_alone_sets_apart_are_named(void **state)
{
    static const double chosen[] = {1.0, 1.01, 1.02, 1.03, 1.04, 1.05, 1.06},
                        alike[] = {1.005, 1.015, 1.025, 1.035, 1.045, 1.055, 1.065};
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 7);
    rows_add_point(rows, "openmp", 8, chosen, 7);
    rows_add_point(rows, "mpi", 8, alike, 7);
    rows_add_calm(rows, "numba", 8, 1.3, 7);
    rows_add_calm(rows, "hybrid", 8, 1.04, 2); /* too few blocks to tell */
    const struct answer *answer = &rows_analyse(rows, NULL)->answers[0];
    assert_int_equal(answer->alike_count, 1);
    assert_string_equal(answer->alike[0], "mpi");
}

/* 4 cores have the least median, but are not shown to be faster than one. */
static void a_gain_within_the_noise_is_no_reason_to_parallelise(void **state)
{
    static const double one[] = {10, 9, 11, 10.5, 9.5, 12, 8}, four[] = {9.2, 8, 10, 9, 11, 8.5, 12};
    struct rows *rows = *state;
    rows_add_point(rows, "openmp", 1, one, 7);
    rows_add_point(rows, "openmp", 4, four, 7);
    rows_analyse(rows, NULL);
    assert_int_equal(rows_series(rows, "openmp")->optimum.kind, OPTIMUM_DO_NOT_PARALLELISE);
    assert_int_equal(rows_series(rows, "openmp")->optimum.recommended, 1);
    assert_int_equal(rows_series(rows, "openmp")->optimum.fastest, 4);
}

/* 8 cores are 3.6 % faster than one: shown, but not where six other counts were tried too. */
static void the_more_counts_are_tried_the_surer_a_gain_must_be(void **state)
{
    struct rows *rows = *state;
    for (int others = 0; others < 2; others++) {
        analysis_free(rows->analysis);
        rows->analysis = NULL;
        observations_free(rows->table);
        rows->table = observations_new();
        for (int64_t cores = 1; cores <= 8; cores++)
            for (int block = 0; block < 9 && (others || cores == 1 || cores == 8); block++) {
                double seconds = 10 + 0.1 * (block - 4) - (cores == 8 ? 0.36 : 0);
                struct run run = rows_run("openmp", cores, block, seconds);
                rows_add(rows, &run);
            }
        const struct analysis *a = rows_analyse(rows, NULL);
        assert_int_equal(a->answers[0].kind,
                         others ? OPTIMUM_DO_NOT_PARALLELISE : OPTIMUM_AT_LEAST);
    }
}

static void thresholds_knee_and_cheapest_are_those_of_the_medians(void **state)
{
    struct rows *rows = *state;
    static const struct {
        int64_t cores;
        double seconds;
    } points[] = {{1, 100}, {2, 52}, {4, 28}, {8, 17}, {16, 13}, {32, 12.9}};
    for (size_t i = 0; i < 6; i++)
        rows_add_calm(rows, "openmp", points[i].cores, points[i].seconds, 9);
    rows_analyse(rows, NULL);
    const struct optimum *o = &rows_series(rows, "openmp")->optimum;
    /* E: 1, 0.962, 0.893, 0.735, 0.481, 0.242; S E: 1, 1.85, 3.19, 4.33, 3.70, 1.88 */
    assert_int_equal(o->efficient[0], 8);
    assert_int_equal(o->efficient[1], 8);
    assert_int_equal(o->efficient[2], 4);
    assert_int_equal(o->knee, 8);
    assert_int_equal(o->cheapest, 1);
    assert_int_equal(o->recommended, 16);
}

static void a_deadline_and_whole_nodes_change_what_is_cheapest(void **state)
{
    struct rows *rows = *state;
    rows->plan.optimum = (struct plan_optimum){RULE_CHEAPEST, 0.05, 0.7, 20};
    rows->plan.cluster.charge_granule = 8;
    rows->plan.cluster.charge_weight = 2;
    rows_add_calm(rows, "openmp", 1, 100, 9);
    rows_add_calm(rows, "openmp", 4, 28, 9);
    rows_add_calm(rows, "openmp", 8, 17, 9);
    rows_add_calm(rows, "openmp", 16, 13, 9);
    rows_analyse(rows, &rows->plan);
    assert_int_equal(rows_series(rows, "openmp")->optimum.recommended, 8);
    assert_close(rows_point(rows, "openmp", 4)->charged_core_hours, 28.0 / 3600 * 8 * 2, 1e-15);
    assert_close(rows_point(rows, "openmp", 16)->charged_core_hours, 13.0 / 3600 * 16 * 2, 1e-15);
    assert_close(rows_point(rows, "openmp", 4)->core_seconds, 28 * 4, 1e-12);
}

/* mpi on 16 is fastest; openmp on 8 is within 5 % and costs half. */
static void across_backends_the_cheapest_of_the_fast_enough_wins(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "serial", 1, 10, 9);
    rows_add_calm(rows, "openmp", 8, 1.52, 9);
    rows_add_calm(rows, "openmp", 16, 1.6, 9);
    rows_add_calm(rows, "mpi", 8, 2.0, 9);
    rows_add_calm(rows, "mpi", 16, 1.5, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->answer_count, 1);
    assert_string_equal(a->headline, "Ask for 8 cores, with openmp.");
    assert_string_equal(a->series[a->answers[0].fastest_series].backend, "mpi");
    assert_int_equal(rows_series(rows, "mpi")->optimum.recommended, 16);
}

static void the_headline_is_of_the_largest_size(void **state)
{
    struct rows *rows = *state;
    for (int size = 100; size <= 10000; size *= 10)
        for (int block = 0; block < 9; block++)
            for (int64_t cores = 1; cores <= 4; cores *= 2) {
                struct run run = rows_run("openmp", cores, block,
                                          size / (double)cores + (size == 100 ? 1000 : 0));
                run.size = size;
                rows_add(rows, &run);
            }
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->answer_count, 3);
    assert_close(a->answers[0].size, 10000, 0);
    assert_close(a->answers[2].size, 100, 0);
    assert_ptr_equal(a->headline, a->answers[0].sentence);
}

static void each_kernel_has_its_answer_in_the_studys_order(void **state)
{
    struct rows *rows = *state;
    static const char *const kernels[] = {"triad", "matmul"};
    static const double sizes[] = {100, 5000};
    for (int k = 0; k < 2; k++)
        for (int block = 0; block < 9; block++)
            for (int64_t cores = 1; cores <= 4; cores *= 2) {
                struct run run = rows_run("openmp", cores, block, 8 / (double)cores);
                run.kernel = kernels[k];
                run.size = sizes[k];
                rows_add(rows, &run);
            }
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->answer_count, 2);
    assert_string_equal(a->answers[0].kernel, "triad");
    assert_string_equal(a->headline,
                        "triad: ask for at least 4 cores, with openmp: more were not measured.");
}

static void weak_scaling_recommends_the_largest_efficient_count(void **state)
{
    struct rows *rows = *state;
    static const double seconds[] = {10, 10.5, 12, 20};
    for (int i = 0; i < 4; i++)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("mpi", 1 << i, block, seconds[i]);
            run.scaling = "weak";
            rows_add(rows, &run);
        }
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_close(rows_point(rows, "mpi", 4)->efficiency, 10.0 / 12, 1e-12);
    assert_string_equal(a->headline, "Ask for 4 cores, with mpi.");
}

static void runs_that_are_too_short_get_no_verdict(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 0.05, 9);
    rows_add_calm(rows, "openmp", 8, 0.008, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    const struct optimum *o = &rows_series(rows, "openmp")->optimum;
    assert_int_equal(o->kind, OPTIMUM_NONE);
    assert_int_equal(o->recommended, 0);
    assert_int_equal(o->efficient[0], 0);
    assert_int_equal(o->fastest, 8);
    assert_true(rows_point(rows, "openmp", 8)->too_small);
    assert_false(rows_point(rows, "openmp", 1)->too_small);
    assert_string_equal(a->headline, "No core count can be recommended: the runs are too short to "
                                     "judge (8.00 ms on 8 cores, with openmp).");
}

static void below_three_blocks_the_medians_decide(void **state)
{
    static const double one[] = {10, 10.2}, four[] = {3, 3.1}, eight[] = {2.95, 3.1};
    struct rows *rows = *state;
    rows_add_point(rows, "openmp", 1, one, 2);
    rows_add_point(rows, "openmp", 4, four, 2);
    rows_add_point(rows, "openmp", 8, eight, 2);
    rows_analyse(rows, NULL);
    assert_int_equal(rows_series(rows, "openmp")->optimum.recommended, 4);
    assert_non_null(rows_warning(rows, "no-uncertainty"));
}

static void twice_the_recommended_count_has_its_saving_and_its_price(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 20, 9);
    rows_add_calm(rows, "openmp", 4, 5, 9);
    rows_add_calm(rows, "openmp", 6, 4.6, 9);
    rows_add_calm(rows, "openmp", 12, 4.5, 9);
    rows_add_calm(rows, "openmp", 16, 4.4, 9);
    rows_add_calm(rows, "mpi", 1, 20, 9);
    const struct analysis *a = rows_analyse(rows, NULL);
    const struct alternative *d = &rows_series(rows, "openmp")->optimum.doubling;
    assert_int_equal(rows_series(rows, "openmp")->optimum.recommended, 6);
    assert_int_equal(d->cores, 12);
    assert_close(d->time, 4.5 / 4.6, 1e-12);
    assert_close(d->core_hours, 4.5 * 12 / (4.6 * 6), 1e-12);
    assert_true(d->time_ci.low < d->time && d->time < d->time_ci.high && d->time_ci.high < 1);
    assert_int_equal(a->answers[0].doubling.cores, 12);
    assert_int_equal(rows_series(rows, "mpi")->optimum.doubling.cores, 0);
}

/* Curves whose answers are known in closed form ---------------------------- */

/* T = b/p + s + c log2 p + k p, or a power of p. */
struct curve {
    double b, s, c, k, exponent;
};

static double time_on(const struct curve *curve, double p)
{
    if (curve->exponent < 0)
        return 100 * pow(p, curve->exponent);
    return curve->b / p + curve->s + curve->c * log2(p) + curve->k * p;
}

enum { EVERY_COUNT = 64 };

/* Without noise, on every count, so that only the formula decides. */
static const struct optimum *optimum_of_curve(struct rows *rows, const struct curve *curve)
{
    for (int64_t p = 1; p <= EVERY_COUNT; p++) {
        double times[3];
        times[0] = times[1] = times[2] = time_on(curve, (double)p);
        rows_add_point(rows, "openmp", p, times, 3);
    }
    rows_analyse(rows, NULL);
    const struct optimum *o = &rows_series(rows, "openmp")->optimum;
    assert_close(o->choices.shares[0], 1, 0); /* and nothing else in any redrawn study */
    assert_int_equal(o->choices.cores[0], o->recommended);
    return o;
}

/* Of the two counts next to where a curve has its extreme, the better one. */
static int64_t best_beside(double place, double (*badness)(const struct curve *, double),
                           const struct curve *curve)
{
    double below = floor(place);
    return (int64_t)(badness(curve, below) <= badness(curve, below + 1) ? below : below + 1);
}

/* S E = T(1)^2 / (p T^2), so the knee is where this is least. */
static double knee_badness(const struct curve *curve, double p)
{
    return time_on(curve, p) * sqrt(p);
}

static double larger_root(double a, double b, double c)
{
    return (-b + sqrt(b * b - 4 * a * c)) / (2 * a);
}

static double smaller_root(double a, double b, double c)
{
    return (-b - sqrt(b * b - 4 * a * c)) / (2 * a);
}

/* T = 100 (f + (1 - f)/p): E = 1/(f p + 1 - f); the knee is at (1 - f)/f. */
static void amdahls_law_has_the_answers_of_its_formulas(void **state)
{
    static const double thresholds[] = {0.5, 0.7, 0.8};
    double f = 0.043;
    const struct curve curve = {.b = 100 * (1 - f), .s = 100 * f};
    const struct optimum *o = optimum_of_curve(*state, &curve);
    double limit = 1.05 * (f + (1 - f) / EVERY_COUNT);
    assert_int_equal(o->fastest, EVERY_COUNT);
    assert_int_equal(o->recommended, (int64_t)ceil((1 - f) / (limit - f)));
    assert_int_equal(o->knee, best_beside((1 - f) / f, knee_badness, &curve));
    for (int i = 0; i < 3; i++)
        assert_int_equal(o->efficient[i], (int64_t)floor((1 / thresholds[i] - 1 + f) / f));
}

/* Gunther's law with D = 1 + sigma (p - 1) + kappa p (p - 1), T = 100 D / p, E = 1/D. */
static void gunthers_law_has_the_answers_of_its_formulas(void **state)
{
    static const double thresholds[] = {0.5, 0.7, 0.8};
    double sigma = 0.021, kappa = 0.00071;
    const struct curve curve = {.b = 100 * (1 - sigma), .s = 100 * (sigma - kappa),
                                .k = 100 * kappa};
    const struct optimum *o = optimum_of_curve(*state, &curve);
    double peak = sqrt((1 - sigma) / kappa);
    int64_t fastest = best_beside(peak, time_on, &curve);
    double limit = 1.05 * time_on(&curve, (double)fastest) / 100;
    assert_int_equal(o->fastest, fastest);
    /* kappa p^2 + (sigma - kappa - limit) p + 1 - sigma <= 0 */
    assert_int_equal(o->recommended,
                     (int64_t)ceil(smaller_root(kappa, sigma - kappa - limit, 1 - sigma)));
    assert_int_equal(o->knee, best_beside(larger_root(3 * kappa, sigma - kappa, sigma - 1),
                                          knee_badness, &curve));
    for (int i = 0; i < 3; i++)
        assert_int_equal(o->efficient[i],
                         (int64_t)floor(larger_root(kappa, sigma - kappa,
                                                    1 - sigma - 1 / thresholds[i])));
}

/* T = 100 p^-e: E = p^(e - 1), and S E = p^(2 e - 1) rises for e > 1/2 and falls below. */
static void a_power_law_has_the_answers_of_its_formulas(void **state)
{
    static const double exponents[] = {0.85, 0.45}, thresholds[] = {0.5, 0.7, 0.8};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        void *own = NULL;
        double e = exponents[i];
        const struct curve curve = {.exponent = -e};
        assert_int_equal(rows_setup(&own), 0);
        const struct optimum *o = optimum_of_curve(own, &curve);
        assert_int_equal(o->fastest, EVERY_COUNT);
        assert_int_equal(o->recommended, (int64_t)ceil(EVERY_COUNT * pow(1.05, -1 / e)));
        assert_int_equal(o->knee, e > 0.5 ? EVERY_COUNT : 1);
        for (int j = 0; j < 3; j++) {
            double largest = floor(pow(thresholds[j], 1 / (e - 1)));
            assert_int_equal(o->efficient[j], (int64_t)fmin(largest, EVERY_COUNT));
        }
        rows_teardown(&own);
    }
}

/*
 * T = b/p + s + c log2 p is least at b ln 2 / c. With b = 16 (s + 4 c + 2 c/ln 2)
 * its knee is 16, and with s = 0 the efficiency is b / (b + c p log2 p).
 */
static void the_logarithmic_law_has_the_answers_of_its_formulas(void **state)
{
    static const double thresholds[] = {0.5, 0.7, 0.8};
    double c = 1, b = 16 * (4 * c + 2 * c / log(2.0));
    const struct curve curve = {.b = b, .c = c};
    const struct optimum *o = optimum_of_curve(*state, &curve);
    int64_t fastest = b * log(2.0) / c > EVERY_COUNT
                          ? EVERY_COUNT
                          : best_beside(b * log(2.0) / c, time_on, &curve);
    assert_int_equal(o->fastest, fastest);
    assert_int_equal(o->knee, 16);
    /* Both p log2 p and, below the lowest point, T have no inverse but by trying. */
    for (int i = 0; i < 3; i++) {
        double most = b / c * (1 / thresholds[i] - 1), p = (double)o->efficient[i];
        assert_true(p * log2(p) <= most && (p + 1) * log2(p + 1) > most);
    }
    double limit = 1.05 * time_on(&curve, (double)fastest), p = (double)o->recommended;
    assert_true(time_on(&curve, p) <= limit && time_on(&curve, p - 1) > limit);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_smallest_count_within_the_tolerance_is_recommended),
        TEST(noise_makes_the_rule_fall_back_on_the_fastest),
        TEST(where_the_largest_count_wins_it_says_at_least),
        TEST(where_nothing_is_faster_it_says_do_not_parallelise),
        TEST(what_is_hardly_faster_is_not_parallelised_but_told),
        TEST(backends_that_noise_alone_sets_apart_are_named),
        TEST(a_gain_within_the_noise_is_no_reason_to_parallelise),
        TEST(the_more_counts_are_tried_the_surer_a_gain_must_be),
        TEST(thresholds_knee_and_cheapest_are_those_of_the_medians),
        TEST(a_deadline_and_whole_nodes_change_what_is_cheapest),
        TEST(across_backends_the_cheapest_of_the_fast_enough_wins),
        TEST(the_headline_is_of_the_largest_size),
        TEST(each_kernel_has_its_answer_in_the_studys_order),
        TEST(weak_scaling_recommends_the_largest_efficient_count),
        TEST(runs_that_are_too_short_get_no_verdict),
        TEST(below_three_blocks_the_medians_decide),
        TEST(twice_the_recommended_count_has_its_saving_and_its_price),
        TEST(amdahls_law_has_the_answers_of_its_formulas),
        TEST(gunthers_law_has_the_answers_of_its_formulas),
        TEST(a_power_law_has_the_answers_of_its_formulas),
        TEST(the_logarithmic_law_has_the_answers_of_its_formulas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "adaptive.h"

#include "rows_fixture.h"

static char name_openmp[] = "openmp", kind_threads[] = "threads";

/* openmp on 1, 4 and 8 cores; six blocks of each are planned, thirty allowed. */
static struct plan_point points[3];
static struct plan_wave wave;

static void plan_six_blocks(struct rows *rows)
{
    static const int64_t cores[] = {1, 4, 8};
    rows->backends[0] = (struct plan_backend){.name = name_openmp, .parallel = kind_threads};
    for (size_t i = 0; i < 3; i++)
        points[i] = (struct plan_point){.size = 1000, .cores = cores[i], .allocated_cores = cores[i]};
    wave = (struct plan_wave){.blocks = 6, .points = 3};
    rows->plan.backends = rows->backends;
    rows->plan.backend_count = 1;
    rows->plan.points = points;
    rows->plan.point_count = 3;
    rows->plan.waves = &wave;
    rows->plan.wave_count = 1;
    rows->plan.blocks = 30;
    rows->plan.precision = 0.02;
}

static struct adaptive judge(struct rows *rows)
{
    struct adaptive adaptive;
    adaptive_judge(&adaptive, rows_analyse(rows, &rows->plan), &rows->plan);
    return adaptive;
}

static void calm_points_want_nothing(void **state)
{
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows_add_calm(rows, "openmp", 1, 8, 6);
    rows_add_calm(rows, "openmp", 4, 2.1, 6);
    rows_add_calm(rows, "openmp", 8, 1, 6);
    struct adaptive a = judge(rows);
    assert_int_equal(a.wide, 0);
    assert_int_equal(a.until[0] + a.until[1] + a.until[2], 0);
    adaptive_free(&a);
}

/* ±4 % where ±2 % is asked for: four times as many blocks would do, twice are taken. */
static void a_wide_candidate_wants_more(void **state)
{
    static const double noisy[] = {0.96, 0.98, 1.0, 1.0, 1.02, 1.04};
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows_add_calm(rows, "openmp", 1, 8, 6);
    rows_add_calm(rows, "openmp", 4, 2.1, 6);
    rows_add_point(rows, "openmp", 8, noisy, 6);
    struct adaptive a = judge(rows);
    assert_int_equal(a.wide, 1);
    assert_int_equal(a.at_most, 0);
    assert_true(fabs(a.widest - 0.04) < 1e-12);
    assert_int_equal(a.until[0], 0);
    assert_int_equal(a.until[2], 12);
    adaptive_free(&a);
}

/* On 4 cores it takes twice the time: however wide, that is not the answer. */
static void what_cannot_be_the_answer_is_left_alone(void **state)
{
    static const double noisy[] = {1.9, 2.0, 2.1, 2.1, 2.2, 2.3};
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows_add_calm(rows, "openmp", 1, 8, 6);
    rows_add_point(rows, "openmp", 4, noisy, 6);
    rows_add_calm(rows, "openmp", 8, 1, 6);
    struct adaptive a = judge(rows);
    assert_int_equal(a.wide, 0);
    adaptive_free(&a);
}

static void the_base_of_a_speedup_matters(void **state)
{
    static const double noisy[] = {7.5, 7.8, 8, 8, 8.2, 8.5};
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows_add_point(rows, "openmp", 1, noisy, 6);
    rows_add_calm(rows, "openmp", 8, 1, 6);
    struct adaptive a = judge(rows);
    assert_int_equal(a.wide, 1);
    assert_true(a.until[0] > 6);
    adaptive_free(&a);
}

static void a_little_too_wide_still_gets_a_third_more(void **state)
{
    static const double noisy[] = {0.979, 0.99, 1.0, 1.0, 1.01, 1.021};
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows_add_calm(rows, "openmp", 1, 8, 6);
    rows_add_point(rows, "openmp", 8, noisy, 6);
    struct adaptive a = judge(rows);
    assert_int_equal(a.until[2], 8);
    adaptive_free(&a);
}

static void nothing_goes_beyond_the_most_that_is_allowed(void **state)
{
    static const double noisy[] = {0.5, 0.8, 1.0, 1.0, 1.2, 1.5};
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows->plan.blocks = 7;
    rows_add_calm(rows, "openmp", 1, 8, 6);
    rows_add_point(rows, "openmp", 8, noisy, 6);
    struct adaptive a = judge(rows);
    assert_int_equal(a.until[2], 7);
    adaptive_free(&a);
    rows->plan.blocks = 6;
    a = judge(rows);
    assert_int_equal(a.until[2], 0);
    assert_int_equal(a.wide, 1);
    assert_int_equal(a.at_most, 1);
    adaptive_free(&a);
}

/* Two of six failed. */
static void too_few_good_blocks_for_an_interval_are_made_six(void **state)
{
    struct rows *rows = *state;
    plan_six_blocks(rows);
    rows_add_calm(rows, "openmp", 1, 8, 4);
    rows_add_calm(rows, "openmp", 8, 1, 4);
    struct adaptive a = judge(rows);
    assert_int_equal(a.wide, 2);
    assert_int_equal(a.until[0], 8);
    adaptive_free(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(calm_points_want_nothing),
        TEST(a_wide_candidate_wants_more),
        TEST(what_cannot_be_the_answer_is_left_alone),
        TEST(the_base_of_a_speedup_matters),
        TEST(a_little_too_wide_still_gets_a_third_more),
        TEST(nothing_goes_beyond_the_most_that_is_allowed),
        TEST(too_few_good_blocks_for_an_interval_are_made_six),
    };
    return cmocka_run_group_tests_name("adaptive", tests, NULL, NULL);
}

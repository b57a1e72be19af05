#include "schedule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"

/* A plan of so many points whose blocks follow from its waves. */
struct fixture {
    struct plan plan;
    struct plan_wave waves[3];
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->waves[0] = (struct plan_wave){.first_block = 0, .blocks = 3, .first_point = 0, .points = 5};
    f->plan = (struct plan){.seed = schedule_seed("integration"),
                            .runs = 2,
                            .warmups = 1,
                            .waves = f->waves,
                            .wave_count = 1,
                            .point_count = 5};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

/* All planned runs; the caller frees. */
static struct planned_run *all_runs(const struct plan *plan)
{
    int64_t count = schedule_count(plan), n = 0;
    struct planned_run *runs = xcalloc((size_t)count + 1, sizeof *runs), run;
    struct schedule schedule;
    schedule_begin(&schedule, plan);
    while (schedule_next(&schedule, &run)) {
        assert_true(n < count);
        runs[n++] = run;
    }
    assert_false(schedule_next(&schedule, &run));
    schedule_end(&schedule);
    assert_int_equal(n, count);
    return runs;
}

/* The points of a block in their order, as digits. */
static void order_of_block(const struct plan *plan, int64_t block, char *out)
{
    struct planned_run *runs = all_runs(plan);
    for (int64_t i = 0; i < schedule_count(plan); i++)
        if (runs[i].block == block && !runs[i].warmup && runs[i].run == 0)
            *out++ = (char)('0' + runs[i].point);
    *out = '\0';
    free(runs);
}

static void a_plan_without_waves_points_or_blocks_has_no_runs(void **state)
{
    struct fixture *f = *state;
    f->plan.wave_count = 0;
    free(all_runs(&f->plan));
    assert_int_equal(schedule_count(&f->plan), 0);
    f->plan.wave_count = 1;
    f->waves[0].blocks = 0;
    free(all_runs(&f->plan));
    assert_int_equal(schedule_count(&f->plan), 0);
    f->waves[0].blocks = 1;
    f->waves[0].points = 0;
    free(all_runs(&f->plan));
    assert_int_equal(schedule_count(&f->plan), 0);
}

static void every_run_of_every_block_comes_once(void **state)
{
    struct fixture *f = *state;
    int seen[5][3][2] = {{{0}}}, warmups[5] = {0};
    struct planned_run *runs = all_runs(&f->plan);
    assert_int_equal(schedule_count(&f->plan), 5 * (3 * 2 + 1));
    for (int64_t i = 0; i < schedule_count(&f->plan); i++) {
        assert_int_equal(runs[i].order, i);
        assert_int_equal(runs[i].wave, 0);
        if (runs[i].warmup)
            warmups[runs[i].point]++;
        else
            seen[runs[i].point][runs[i].block][runs[i].run]++;
    }
    for (size_t p = 0; p < 5; p++) {
        assert_int_equal(warmups[p], 1);
        for (size_t b = 0; b < 3; b++)
            for (size_t r = 0; r < 2; r++)
                assert_int_equal(seen[p][b][r], 1);
    }
    free(runs);
}

static void warmups_come_right_before_a_points_first_run_and_runs_stay_together(void **state)
{
    struct fixture *f = *state;
    f->plan.warmups = 2;
    struct planned_run *runs = all_runs(&f->plan);
    for (int64_t i = 0; i < 5 * 4; i += 4) { /* the first block: two warm-ups and two runs each */
        for (int64_t j = 0; j < 4; j++) {
            assert_int_equal(runs[i + j].point, runs[i].point);
            assert_int_equal(runs[i + j].block, 0);
            assert_int_equal(runs[i + j].warmup, j < 2);
            assert_int_equal(runs[i + j].run, j % 2);
        }
    }
    for (int64_t i = 5 * 4; i < schedule_count(&f->plan); i++)
        assert_false(runs[i].warmup);
    free(runs);
}

static void the_order_follows_from_the_seed_and_differs_between_blocks(void **state)
{
    struct fixture *f = *state;
    char first[8], second[8], third[8], again[8], other[8];
    order_of_block(&f->plan, 0, first);
    order_of_block(&f->plan, 1, second);
    order_of_block(&f->plan, 2, third);
    order_of_block(&f->plan, 0, again);
    assert_string_equal(first, again);
    assert_string_not_equal(first, second);
    assert_string_not_equal(second, third);
    f->plan.seed = schedule_seed("integratioN");
    order_of_block(&f->plan, 0, other);
    assert_string_not_equal(first, other);
}

static void the_order_is_the_same_in_every_version(void **state)
{
    struct fixture *f = *state;
    char order[8];
    /* Records name their runs by order number: another shuffle would mix up studies that
     * have begun. */
    assert_true(schedule_seed("") == 0xc3817c016ba4ff30u);
    assert_true(schedule_seed("integration") == 0x2b7d72550aa6604eu);
    order_of_block(&f->plan, 0, order);
    assert_string_equal(order, "12430");
}

static void every_permutation_is_as_likely_as_another(void **state)
{
    struct fixture *f = *state;
    int counts[6] = {0};
    static const char *const permutations[6] = {"012", "021", "102", "120", "201", "210"};
    f->waves[0].points = f->plan.point_count = 3;
    f->waves[0].blocks = 6000;
    f->plan.runs = 1;
    f->plan.warmups = 0;
    struct planned_run *runs = all_runs(&f->plan);
    for (size_t b = 0; b < 6000; b++) {
        char order[4] = {(char)('0' + runs[3 * b].point), (char)('0' + runs[3 * b + 1].point),
                         (char)('0' + runs[3 * b + 2].point), '\0'};
        for (size_t i = 0; i < 6; i++)
            counts[i] += strcmp(order, permutations[i]) == 0;
    }
    double chi_squared = 0;
    for (size_t i = 0; i < 6; i++)
        chi_squared += (counts[i] - 1000.0) * (counts[i] - 1000.0) / 1000.0;
    assert_true(chi_squared < 20.5); /* 99.9 % of five degrees of freedom; the seed is fixed */
    free(runs);
}

static void waves_come_behind_the_ones_before_and_keep_their_numbers(void **state)
{
    struct fixture *f = *state;
    struct planned_run *before = all_runs(&f->plan);
    int64_t count = schedule_count(&f->plan);
    f->waves[1] = (struct plan_wave){.first_block = 3, .blocks = 2, .first_point = 0, .points = 5};
    f->waves[2] = (struct plan_wave){.first_block = 0, .blocks = 5, .first_point = 5, .points = 1};
    f->plan.wave_count = 3;
    f->plan.point_count = 6;
    struct planned_run *after = all_runs(&f->plan);
    for (int64_t i = 0; i < count; i++) {
        assert_int_equal(after[i].order, before[i].order);
        assert_int_equal(after[i].point, before[i].point);
        assert_int_equal(after[i].block, before[i].block);
        assert_int_equal(after[i].run, before[i].run);
    }
    int64_t second = schedule_wave_count(&f->plan, 1), third = schedule_wave_count(&f->plan, 2);
    assert_int_equal(second, 5 * (2 * 2 + 1));
    assert_int_equal(third, 5 * 2 + 1);
    assert_int_equal(schedule_count(&f->plan), count + second + third);
    for (int64_t i = count; i < count + second; i++) {
        assert_int_equal(after[i].wave, 1);
        assert_true(after[i].block >= 3 && after[i].point < 5);
    }
    for (int64_t i = count + second; i < count + second + third; i++)
        assert_true(after[i].wave == 2 && after[i].point == 5 && after[i].block < 5);
    assert_true(after[count].warmup); /* another task: warm again */
    free(before);
    free(after);
}

static void a_wave_without_runs_between_others_is_passed_over(void **state)
{
    struct fixture *f = *state;
    f->waves[1] = (struct plan_wave){.first_block = 3, .blocks = 0, .first_point = 0, .points = 5};
    f->waves[2] = (struct plan_wave){.first_block = 3, .blocks = 1, .first_point = 1, .points = 1};
    f->plan.wave_count = 3;
    free(all_runs(&f->plan));
    assert_int_equal(schedule_count(&f->plan), 35 + 3);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_plan_without_waves_points_or_blocks_has_no_runs),
        TEST(every_run_of_every_block_comes_once),
        TEST(warmups_come_right_before_a_points_first_run_and_runs_stay_together),
        TEST(the_order_follows_from_the_seed_and_differs_between_blocks),
        TEST(the_order_is_the_same_in_every_version),
        TEST(every_permutation_is_as_likely_as_another),
        TEST(waves_come_behind_the_ones_before_and_keep_their_numbers),
        TEST(a_wave_without_runs_between_others_is_passed_over),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}

#include <stdio.h>

#include "rows_fixture.h"

static const double noise[] = {0.1, -0.3, 0.5, 0, -0.2, 0.3, -0.1, 0.4, -0.4, 0.2, -0.5, 0.25};

/* All blocks of both counts become slower by `percent` from the first to the last. */
static void add_rising(struct rows *rows, double percent, int64_t blocks)
{
    for (int64_t block = 0; block < blocks; block++)
        for (int64_t cores = 1; cores <= 2; cores++) {
            double drift = percent / 100 * (double)block / (double)(blocks - 1);
            double seconds = 10 / (double)cores * (1 + noise[block] / 100) * (1 + drift);
            struct run run = rows_run("openmp", cores, block, seconds);
            run.order = 2 * block + cores;
            rows_add(rows, &run);
        }
}

static void a_drift_of_all_points_is_told_once(void **state)
{
    struct rows *rows = *state;
    add_rising(rows, 8, 9);
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "drift");
    assert_non_null(warning);
    assert_int_equal(warning->series, -1);
    assert_string_equal(warning->text,
                        "Times rose while the study was measured, by 6.7 % from the first to the "
                        "last third of 9 blocks (rank correlation 1.00, chance below 0.0001).");
    assert_string_equal(warning->evidence,
                        "by 6.7 % from the first to the last third of 9 blocks (rank correlation "
                        "1.00, chance below 0.0001)");
    assert_true(strlen(warning->remedy) > 0);
    assert_null(rows_warning(rows, "dependence")); /* it is the same trouble */
}

static void a_drift_too_small_to_matter_is_not_told(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("openmp", 1, block, 10 * (1 + 0.0005 * block));
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "drift"));
}

/* The table's blocks are in no order of time; when runs started is what counts. */
static void the_order_is_that_of_the_starts(void **state)
{
    static const int place[] = {4, 0, 7, 2, 8, 5, 1, 6, 3};
    struct rows *rows = *state;
    for (int pass = 0; pass < 2; pass++) {
        rows_teardown(state);
        rows_setup(state);
        rows = *state;
        for (int block = 0; block < 9; block++) {
            char started[40];
            struct run run = rows_run("openmp", 1, block, 10 + 0.2 * place[block]);
            snprintf(started, sizeof started, "2026-12-31T23:59:5%d.%d00Z", 4 + place[block] / 2,
                     place[block] % 2 * 5);
            run.started = pass == 0 ? "" : started;
            rows_add(rows, &run);
        }
        rows_analyse(rows, NULL);
        if (pass == 0)
            assert_null(rows_warning(rows, "drift"));
        else
            assert_non_null(rows_warning(rows, "drift"));
    }
}

/* One of three points falls, the blocks as a whole do not. */
static void a_drift_of_one_point_names_it(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 4; cores *= 2)
        for (int block = 0; block < 9; block++) {
            double off = cores == 4 ? -0.02 * block : noise[block] / 100;
            struct run run = rows_run("mpi", cores, block, 10 / (double)cores * (1 + off));
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "drift");
    assert_non_null(warning);
    assert_int_equal(warning->series, 0);
    assert_int_equal(warning->cores, 4);
    assert_string_equal(warning->evidence,
                        "by 12 % from the first to the last third of 9 blocks (rank correlation "
                        "-1.00, chance below 0.0001)");
}

static void rows_in_no_known_order_have_no_drift(void **state)
{
    struct rows *rows = *state;
    for (int i = 0; i < 9; i++) { /* sorted by time, as a foreign table may be */
        struct run run = rows_run("openmp", 1, RESULTS_UNKNOWN, 10 + i);
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_null(rows_warning(rows, "drift"));
    assert_null(rows_warning(rows, "dependence"));
}

/* Slow waves: no trend, but each block is like the one before. */
static void times_like_those_before_are_told_with_what_they_are_worth(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 24; block++)
        for (int64_t cores = 1; cores <= 2; cores++) {
            double wave = 1 + 0.03 * sin(block * 0.52) + noise[block % 12] / 1000;
            struct run run = rows_run("openmp", cores, block, 10 / (double)cores * wave);
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct warning *warning = rows_warning(rows, "dependence");
    assert_non_null(warning);
    assert_int_equal(warning->count, 2);
    assert_string_equal(warning->text,
                        "Times of openmp on 1 and 2 cores are like those measured just before, so "
                        "their intervals are too narrow: neighbours are correlated by 0.85 at "
                        "worst, and 24 blocks say as much as 2 independent ones.");
    assert_null(rows_warning(rows, "drift"));
}

/* Of so many not all are looked at, but those that are must be neighbours. */
static void very_many_blocks_are_seen_to_be_like_their_neighbours(void **state)
{
    struct rows *rows = *state;
    for (int block = 0; block < 3000; block++) {
        struct run run = rows_run("openmp", 1, block, 10 + 0.3 * sin(block * 2 * acos(-1) / 12));
        rows_add(rows, &run);
    }
    rows_analyse(rows, NULL);
    assert_non_null(rows_warning(rows, "dependence"));
    assert_null(rows_warning(rows, "drift"));
}

/* 100 healthy studies of 20 points: hardly any may be suspected. */
static void healthy_studies_are_hardly_ever_suspected(void **state)
{
    uint64_t random = 5;
    size_t suspected = 0;
    for (int study = 0; study < 100; study++) {
        rows_teardown(state);
        rows_setup(state);
        struct rows *rows = *state;
        for (int64_t cores = 1; cores <= 20; cores++)
            for (int block = 0; block < 9; block++) {
                double sum = 0;
                for (int i = 0; i < 12; i++) {
                    random = random * 6364136223846793005u + 1442695040888963407u;
                    sum += (double)(random >> 11) / 9007199254740992.0;
                }
                struct run run =
                    rows_run("mpi", cores, block, 10 / (double)cores * exp(0.02 * (sum - 6)));
                run.order = block * 20 + cores;
                rows_add(rows, &run);
            }
        rows_analyse(rows, NULL);
        suspected += rows_warning(rows, "drift") != NULL ||
                     rows_warning(rows, "dependence") != NULL ||
                     rows_warning(rows, "two-groups") != NULL;
    }
    assert_true(suspected <= 4); /* at most some 2 % by design */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_drift_of_all_points_is_told_once),
        TEST(a_drift_too_small_to_matter_is_not_told),
        TEST(the_order_is_that_of_the_starts),
        TEST(a_drift_of_one_point_names_it),
        TEST(rows_in_no_known_order_have_no_drift),
        TEST(times_like_those_before_are_told_with_what_they_are_worth),
        TEST(very_many_blocks_are_seen_to_be_like_their_neighbours),
        TEST(healthy_studies_are_hardly_ever_suspected),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tasks.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char text_threads[] = "threads", text_ranks[] = "ranks", text_hybrid[] = "hybrid";

struct fixture {
    struct plan plan;
    struct plan_backend backends[3];
    struct plan_point points[8];
    struct plan_wave waves[2];
    struct task_array *arrays;
    size_t count;
};

/* Nodes of 28 cores; the three kinds of backends on one and on two nodes. */
static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->backends[0].parallel = text_threads;
    f->backends[1].parallel = text_ranks;
    f->backends[2].parallel = text_hybrid;
    static const struct plan_point points[] = {
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 1, .cores = 1, .allocated_cores = 1},
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 28, .cores = 28, .allocated_cores = 28},
        {.backend = 1, .nodes = 1, .ranks = 1, .threads = 1, .cores = 1, .allocated_cores = 1},
        {.backend = 1, .nodes = 1, .ranks = 28, .threads = 1, .cores = 28, .allocated_cores = 28},
        {.backend = 1, .nodes = 2, .ranks = 56, .threads = 1, .cores = 56, .allocated_cores = 56},
        {.backend = 2, .nodes = 2, .ranks = 4, .threads = 14, .cores = 56, .allocated_cores = 56},
    };
    memcpy(f->points, points, sizeof points);
    f->waves[0] = (struct plan_wave){.first_block = 0, .blocks = 6, .first_point = 0, .points = 6};
    f->waves[1] = (struct plan_wave){.first_block = 6, .blocks = 3, .first_point = 0, .points = 2};
    f->plan = (struct plan){.layout = (char *)"array",
                            .runs = 2,
                            .warmups = 1,
                            .timeout = 600,
                            .cluster = {.cores_per_node = 28, .charge_granule = 1,
                                        .charge_weight = 1, .time_limit = NAN, .max_time = NAN,
                                        .memory_mib = NAN, .charge_memory_gib_per_core = NAN},
                            .backends = f->backends,
                            .backend_count = 3,
                            .points = f->points,
                            .point_count = 6,
                            .waves = f->waves,
                            .wave_count = 2};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    free(f->arrays);
    free(f);
    return 0;
}

static void deal(struct fixture *f)
{
    free(f->arrays);
    f->arrays = task_arrays(&f->plan, &f->count);
}

static void each_shape_of_a_wave_is_an_array(void **state)
{
    struct fixture *f = *state;
    static const char *const keys[] = {"w0-1x1x1",   "w0-1x1x28", "w0-1x28x1", "w0-2x56x1",
                                       "w0-2x4x14",  "w1-1x1x1",  "w1-1x1x28"};
    deal(f);
    assert_int_equal(f->count, 7);
    for (size_t i = 0; i < 7; i++)
        assert_string_equal(f->arrays[i].key, keys[i]);
    assert_int_equal(f->arrays[0].points, 2); /* one core is one core to both backends */
    assert_int_equal(f->arrays[6].first_block, 6);
    assert_int_equal(f->arrays[6].blocks, 3);
}

static void packed_takes_whole_nodes_for_all_points(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = (char *)"packed";
    deal(f);
    assert_int_equal(f->count, 2);
    assert_string_equal(f->arrays[0].key, "w0-2x56x1");
    assert_string_equal(f->arrays[1].key, "w1-1x28x1");
    assert_int_equal(f->arrays[0].points, 6);
    assert_true(task_charged_cores(&f->plan, &f->arrays[0]) == 56);
}

static void a_local_plan_has_no_arrays(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = (char *)"local";
    deal(f);
    assert_null(f->arrays);
    assert_int_equal(f->count, 0);
}

/* Every run is in exactly one task: nothing is done twice or left out. */
static void tasks_share_all_runs(void **state)
{
    struct fixture *f = *state;
    static const char *const layouts[] = {"array", "packed"};
    for (size_t l = 0; l < 2; l++) {
        f->plan.layout = (char *)layouts[l];
        deal(f);
        struct schedule schedule;
        struct planned_run run;
        int64_t runs = 0;
        schedule_begin(&schedule, &f->plan);
        for (; schedule_next(&schedule, &run); runs++) {
            int holders = 0;
            for (size_t a = 0; a < f->count; a++)
                for (int64_t b = 0; b < f->arrays[a].blocks; b++)
                    holders += task_holds(&f->plan, &f->arrays[a], f->arrays[a].first_block + b, &run);
            assert_int_equal(holders, 1);
        }
        schedule_end(&schedule);
        assert_int_equal(runs, (6 * 6 + 2 * 3) * (2 + 1)); /* each block has its warm-up */
        assert_int_equal(runs, schedule_count(&f->plan));
    }
}

static void more_cores_than_workers_are_asked_for(void **state)
{
    struct fixture *f = *state;
    f->points[1].allocated_cores = 28;
    f->points[1].cores = f->points[1].threads = 27;
    f->points[3].allocated_cores = 30; /* over one node's 28 */
    struct task_shape threads = task_shape_of_point(&f->plan, &f->points[1]);
    struct task_shape ranks = task_shape_of_point(&f->plan, &f->points[3]);
    assert_int_equal(threads.cores, 28);
    assert_int_equal(ranks.tasks, 30);
    assert_int_equal(ranks.nodes, 2);
}

static void arrays_are_found_by_their_keys(void **state)
{
    struct fixture *f = *state;
    struct task_array array;
    char name[TASK_NAME_SIZE];
    assert_true(task_array_find(&f->plan, "w1-1x1x28", &array));
    assert_int_equal(array.wave, 1);
    assert_string_equal(task_name(name, array.key, 7), "w1-1x1x28-b7");
    assert_false(task_array_find(&f->plan, "w2-1x1x28", &array));
}

static void time_is_asked_for_by_what_runs_may_take(void **state)
{
    struct fixture *f = *state;
    deal(f);
    assert_true(task_longest(&f->plan, &f->arrays[0]) == 2 * 3 * 600);
    assert_int_equal(task_time_limit_minutes(&f->plan, &f->arrays[0]), 61);
    f->plan.cluster.max_time = 1800;
    assert_int_equal(task_time_limit_minutes(&f->plan, &f->arrays[0]), 30);
    f->plan.cluster.time_limit = 90;
    assert_int_equal(task_time_limit_minutes(&f->plan, &f->arrays[0]), 2);
}

static void prices_follow_the_clusters_rule(void **state)
{
    struct fixture *f = *state;
    deal(f);
    assert_true(task_charged_cores(&f->plan, &f->arrays[0]) == 1);
    f->plan.cluster.charge_granule = 16;
    assert_true(task_charged_cores(&f->plan, &f->arrays[1]) == 32);
    f->plan.cluster.charge_granule = 1;
    f->plan.cluster.memory_mib = 100 * 1024;
    f->plan.cluster.charge_memory_gib_per_core = 5;
    assert_true(task_charged_cores(&f->plan, &f->arrays[0]) == 20);
    f->plan.cluster.whole_nodes = true;
    f->plan.cluster.charge_weight = 1.5;
    assert_true(task_charged_cores(&f->plan, &f->arrays[3]) == 84);
}

static void nodes_are_charged_alike(void **state)
{
    struct fixture *f = *state;
    f->points[4].ranks = f->points[4].allocated_cores = 29; /* 15 and 14 */
    deal(f);
    assert_string_equal(f->arrays[3].key, "w0-2x29x1");
    assert_true(task_charged_cores(&f->plan, &f->arrays[3]) == 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_shape_of_a_wave_is_an_array),
        TEST(packed_takes_whole_nodes_for_all_points),
        TEST(a_local_plan_has_no_arrays),
        TEST(tasks_share_all_runs),
        TEST(more_cores_than_workers_are_asked_for),
        TEST(arrays_are_found_by_their_keys),
        TEST(time_is_asked_for_by_what_runs_may_take),
        TEST(prices_follow_the_clusters_rule),
        TEST(nodes_are_charged_alike),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

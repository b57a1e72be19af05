#include "price.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(literal) ((char *)(literal))

struct fixture {
    struct plan plan;
    struct plan_backend backends[2];
    struct plan_point points[3];
    struct plan_wave waves[1];
    struct strbuf text;
};

/* Six blocks of 1 and 28 cores on a node of 28, and of MPI on two of them. */
static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    static const struct plan_point points[] = {
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 1, .cores = 1, .allocated_cores = 1},
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 28, .cores = 28, .allocated_cores = 28},
        {.backend = 1, .nodes = 2, .ranks = 56, .threads = 1, .cores = 56, .allocated_cores = 56},
    };
    memcpy(f->points, points, sizeof points);
    f->backends[0].parallel = TEXT("threads");
    f->backends[1].parallel = TEXT("ranks");
    f->waves[0] = (struct plan_wave){.blocks = 6, .points = 3};
    f->plan = (struct plan){.layout = TEXT("array"),
                            .runs = 2,
                            .warmups = 1,
                            .timeout = 600,
                            .cluster = {.cores_per_node = 28, .charge_granule = 1,
                                        .charge_weight = 1, .time_limit = 5400, .max_time = NAN,
                                        .memory_mib = NAN, .charge_memory_gib_per_core = NAN},
                            .backends = f->backends,
                            .backend_count = 2,
                            .points = f->points,
                            .point_count = 3,
                            .waves = f->waves,
                            .wave_count = 1};
    f->text = (struct strbuf)STRBUF_INIT;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    strbuf_free(&f->text);
    free(f);
    return 0;
}

static void the_price_is_charged_cores_times_the_limit_of_all_blocks(void **state)
{
    struct fixture *f = *state;
    assert_float_equal(price_of_plan(&f->plan), (1 + 28 + 56) * 1.5 * 6, 1e-9);
    struct task_array array;
    assert_true(task_array_find(&f->plan, "w0-1x1x28", &array));
    assert_float_equal(price_of_array(&f->plan, &array, 2), 28 * 1.5 * 2, 1e-9);
}

static void it_follows_what_the_cluster_charges(void **state)
{
    struct fixture *f = *state;
    struct plan_cluster *c = &f->plan.cluster;
    c->whole_nodes = true;
    assert_float_equal(price_of_plan(&f->plan), (28 + 28 + 56) * 1.5 * 6, 1e-9);
    c->whole_nodes = false;
    c->charge_granule = 7;
    c->charge_weight = 2;
    assert_float_equal(price_of_plan(&f->plan), (7 + 28 + 56) * 2 * 1.5 * 6, 1e-9);
    c->charge_granule = 1;
    c->charge_weight = 1;
    c->memory_mib = 10240;
    c->charge_memory_gib_per_core = 1;
    assert_float_equal(price_of_plan(&f->plan), (10 + 28 + 56) * 1.5 * 6, 1e-9);
}

static void a_packed_plan_pays_for_whole_nodes_once(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = TEXT("packed");
    assert_float_equal(price_of_plan(&f->plan), 56 * 1.5 * 6, 1e-9);
}

static void a_plan_on_this_machine_costs_nothing(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = TEXT("local");
    assert_true(price_of_plan(&f->plan) == 0);
    price_add_table(&f->text, &f->plan);
    assert_string_equal(f->text.str, "");
}

static void hours_are_rounded_up(void **state)
{
    static const struct {
        double hours;
        const char *text;
    } rounded[] = {{0, "0.0"},      {0.0001, "0.1"}, {0.1, "0.1"},     {12.51, "12.6"},
                   {99.9, "99.9"},  {99.91, "100"},  {252, "252"},     {252.2, "253"},
                   {9999, "9999"},  {12600, "12 600"}, {1234567.5, "1 234 568"}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rounded / sizeof *rounded; i++) {
        strbuf_clear(&f->text);
        price_add_hours(&f->text, rounded[i].hours);
        assert_string_equal(f->text.str, rounded[i].text);
    }
}

static void the_table_shows_each_array_and_the_total(void **state)
{
    struct fixture *f = *state;
    price_add_table(&f->text, &f->plan);
    assert_string_equal(
        f->text.str,
        "array      nodes  tasks  cores a task  charged cores  elements  time limit  core-hours at most\n"
        "w0-1x1x1       1      1             1              1         6    01:30:00                 9.0\n"
        "w0-1x1x28      1      1            28             28         6    01:30:00                 252\n"
        "w0-2x56x1      2     56             1             56         6    01:30:00                 504\n"
        "total                                                       18                             765\n"
        "Slurm charges the time that a task uses, not its time limit, so the study costs less as a "
        "rule.\n");
}

static void the_table_says_how_the_cluster_charges(void **state)
{
    struct fixture *f = *state;
    struct plan_cluster *c = &f->plan.cluster;
    c->charge_granule = 16;
    c->charge_weight = 1.5;
    price_add_table(&f->text, &f->plan);
    assert_non_null(strstr(f->text.str, "Cores are charged in multiples of 16.\n"));
    assert_non_null(strstr(f->text.str, "A core-hour on these nodes counts 1.5 times.\n"));
    c->whole_nodes = true;
    strbuf_clear(&f->text);
    price_add_table(&f->text, &f->plan);
    assert_non_null(strstr(f->text.str, "Whole nodes of 28 cores are charged.\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_price_is_charged_cores_times_the_limit_of_all_blocks),
        TEST(it_follows_what_the_cluster_charges),
        TEST(a_packed_plan_pays_for_whole_nodes_once),
        TEST(a_plan_on_this_machine_costs_nothing),
        TEST(hours_are_rounded_up),
        TEST(the_table_shows_each_array_and_the_total),
        TEST(the_table_says_how_the_cluster_charges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

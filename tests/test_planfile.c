#include "planfile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "machines.h"

struct fixture {
    char path[64], other[64];
    struct error err;
    struct plan plan; /* what was read */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->path, "/tmp/test_planfile.XXXXXX");
    strcpy(f->other, "/tmp/test_planfile.XXXXXX");
    close(mkstemp(f->path));
    close(mkstemp(f->other));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    plan_free(&f->plan);
    unlink(f->path);
    unlink(f->other);
    free(f);
    return 0;
}

static void write_text(const char *path, const char *text)
{
    unlink(path);
    FILE *file = fopen(path, "w");
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static const char *message(const struct fixture *f)
{
    size_t length = strlen(f->path);
    assert_memory_equal(f->err.text, f->path, length);
    return f->err.text + length + 1;
}

static void assert_same_files(const char *a, const char *b)
{
    struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;
    struct error err = ERROR_INIT;
    assert_int_equal(file_read(a, SIZE_MAX / 2, &x, &err), 0);
    assert_int_equal(file_read(b, SIZE_MAX / 2, &y, &err), 0);
    assert_string_equal(x.str, y.str);
    strbuf_free(&x);
    strbuf_free(&y);
}

/* A plan in which `was` is replaced by `is`: once right, then wrong in one place. */
static const char minimal[] =
    "{\"name\": \"n\", \"runs\": 1, \"seed\": \"0x2a\",\n"
    "\"optimum\": {\"rule\": \"fast\"}, \"cluster\": {\"name\": \"local\"},\n"
    "\"backends\": [{\"name\": \"b\", \"parallel\": \"ranks\", \"environment\": {\"A\": \"1\"}}],\n"
    "\"points\": [{\"backend\": 0, \"nodes\": 1, \"ranks\": 1, \"threads\": 1, \"cores\": 1}],\n"
    "\"waves\": [{\"first_block\": 0, \"blocks\": 9, \"first_point\": 0, \"points\": 1}]}\n";

static const struct {
    const char *was, *is, *message;
} rejected[] = {
    {"\"points\": 1}]", "\"points\": 1, \"chosen\": [1]}]",
     "5:11: this wave has the point 1, and the plan has 1"},
    {"\"points\": 1}]", "\"points\": 1, \"chosen\": [0, 0]}]",
     "5:74: \"chosen\" must be a list of 1 point"},
    {"\"points\": 1}]", "\"points\": 1, \"chosen\": [-1]}]",
     "5:85: \"chosen\" must hold points' numbers, ascending"},
    {"\"name\": \"n\", ", "", "1:1: \"name\" is missing"},
    {"\"name\": \"n\"", "\"name\": null", "1:1: \"name\" is missing"},
    {"\"name\": \"n\"", "\"name\": 3", "1:2: \"name\" must be a text, not a number"},
    {"\"runs\": 1", "\"runs\": 0", "1:15: \"runs\" must be 1 or more, got 0"},
    {"\"runs\": 1", "\"runs\": 1.5", "1:15: \"runs\" must be a whole number, not 1.5"},
    {"\"runs\": 1", "\"runs\": 1, \"warmups\": -1", "1:26: \"warmups\" must be 0 or more, got -1"},
    {"\"runs\": 1", "\"runs\": 1, \"scaling\": \"weakest\"",
     "1:26: \"scaling\" must be one of strong, weak, not \"weakest\""},
    {"\"runs\": 1", "\"runs\": 1, \"notes\": \"x\"", "1:26: \"notes\" must be a list of texts"},
    {"\"runs\": 1", "\"runs\": 1, \"notes\": [1]", "1:36: \"notes\" must hold texts only"},
    {"\"0x2a\"", "42", "1:26: \"seed\" must be a text, not a number"},
    {"0x2a", "42", "1:26: \"seed\" must be a hexadecimal number of at most 16 digits, such as "
                   "\"0x2a\""},
    {"0x2a", "0x12345678901234567", "1:26: \"seed\" must be a hexadecimal number of at most 16 "
                                    "digits, such as \"0x2a\""},
    {"\"fast\"", "\"fastest\"", "2:13: \"rule\" must be one of fast, efficient, knee, cheapest"},
    {"\"optimum\": {\"rule\": \"fast\"}, ", "", "1:1: \"optimum\" is missing"},
    {"{\"rule\": \"fast\"}", "[]", "2:1: expected an object here"},
    {"\"cluster\": {\"name\": \"local\"},\n", "", "1:1: \"cluster\" is missing"},
    {"[{\"name\": \"b\"", "[3, {\"name\": \"b\"", "3:14: expected an object here"},
    {"\"ranks\", \"env", "\"mpi\", \"env",
     "3:28: \"parallel\" must be one of serial, threads, processes, ranks, hybrid, not \"mpi\""},
    {"{\"A\": \"1\"}", "[]", "3:49: \"environment\" must be an object"},
    {"{\"A\": \"1\"}", "{\"A\": 1}", "3:65: a variable's value must be a text"},
    {"\"points\": [{", "\"points\": {}, \"x\": [{", "4:1: \"points\" must be a list"},
    {"\"backend\": 0, ", "", "4:12: \"backend\" is missing"},
    {"\"backend\": 0", "\"backend\": 1",
     "4:13: \"backend\" is 1, and the plan has 1 backend, counted from 0"},
    {"\"backend\": 0", "\"backend\": -1", "4:13: \"backend\" must be 0 or more, got -1"},
    {"\"cores\": 1", "\"cores\": 0", "4:65: \"cores\" must be 1 or more, got 0"},
    {"\"blocks\": 9", "\"blocks\": -9", "5:30: \"blocks\" must be 0 or more, got -9"},
    {"\"points\": 1}", "\"points\": 2}",
     "5:11: this wave has 2 points from number 0 on, and the plan has 1"},
    {"\"first_point\": 0", "\"first_point\": 2",
     "5:11: this wave has 1 point from number 2 on, and the plan has 1"},
    {"\"first_point\": 0", "\"first_point\": 9007199254740992",
     "5:11: this wave has 1 point from number 9007199254740992 on, and the plan has 1"},
    {"\"waves\"", "\"wave\"", "1:1: \"waves\" is missing"},
    {"\"name\": \"n\",", "\"name\": \"n\"", "1:14: a comma is missing before this"},
};

static void every_mistake_is_located_and_explained(void **state)
{
    struct fixture *f = *state;
    write_text(f->path, minimal);
    assert_int_equal(plan_read(&f->plan, f->path, &f->err), 0);
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        const char *at = strstr(minimal, rejected[i].was);
        assert_non_null(at);
        char *text = text_format("%.*s%s%s", (int)(at - minimal), minimal, rejected[i].is,
                                 at + strlen(rejected[i].was));
        write_text(f->path, text);
        free(text);
        assert_int_equal(plan_read(&f->plan, f->path, &f->err), -1);
        assert_string_equal(message(f), rejected[i].message);
        assert_string_equal(f->plan.name, "n"); /* left alone */
    }
}

static void what_is_absent_has_its_default(void **state)
{
    struct fixture *f = *state;
    write_text(f->path, minimal);
    assert_int_equal(plan_read(&f->plan, f->path, &f->err), 0);
    assert_string_equal(f->plan.description, "");
    assert_string_equal(f->plan.backends[0].seconds_pattern, "");
    assert_non_null(f->plan.backends[0].argv);
    assert_null(f->plan.backends[0].argv[0]);
    assert_true(isnan(f->plan.optimum.deadline));
    assert_true(f->plan.seed == 0x2a);
    assert_string_equal(f->plan.backends[0].environment[0].name, "A");
}

static char hostile[] = "\"quotes\" 'and' \\ \n\t<script>alert(1)</script> $(touch x) `y` "
                        "%s {cores} räksmörgås 日本 😀 \x7f\x01";
static char empty[] = "", name[] = "n", ranks[] = "ranks";
static char *texts[] = {hostile, empty, name, NULL};
static struct plan_variable variables[] = {{hostile, hostile}, {name, empty}};

/* The caller frees nothing: all of it is static, or NULL and read as "". */
static struct plan make_plan(struct plan_backend backends[2], struct plan_point *points,
                             size_t point_count, struct plan_wave waves[2])
{
    backends[0] = (struct plan_backend){.name = hostile,
                                        .backend = hostile,
                                        .parallel = ranks,
                                        .argv = texts,
                                        .seconds_pattern = hostile,
                                        .has_expect = true,
                                        .expect_value = -1.0 / 3,
                                        .expect_tolerance = 1e-9,
                                        .setup = texts,
                                        .modules = texts,
                                        .environment = variables,
                                        .environment_count = 2,
                                        .workdir = hostile,
                                        .reports_seconds = true,
                                        .unit = hostile};
    backends[1] = (struct plan_backend){.name = name, .expect_value = NAN};
    for (size_t i = 0; i < point_count; i++)
        points[i] = (struct plan_point){.backend = i % 2,
                                        .size = 10000,
                                        .actual_size = 1e4 * sqrt((double)i),
                                        .work = NAN,
                                        .nodes = 2,
                                        .ranks = 4,
                                        .threads = (int64_t)i + 1,
                                        .cores = 4 * ((int64_t)i + 1),
                                        .allocated_cores = 56};
    waves[0] = (struct plan_wave){.blocks = 9, .points = point_count};
    waves[1] = (struct plan_wave){.first_block = 9, .blocks = 3, .first_point = point_count};
    return (struct plan){.name = name,
                         .title = hostile,
                         .description = hostile,
                         .kernel = hostile,
                         .seed = UINT64_C(0xfedcba9876543210),
                         .runs = 1000000,
                         .warmups = 1,
                         .blocks = 1000,
                         .timeout = 600.5,
                         .budget_time = 59.5,
                         .oversubscribe = true,
                         .optimum = {RULE_KNEE, 0.05, 0.7, NAN},
                         .cluster = {.name = hostile,
                                     .title = hostile,
                                     .cores_per_node = 28,
                                     .charge_granule = 1,
                                     .charge_weight = 1.25},
                         .backends = backends,
                         .backend_count = 2,
                         .points = points,
                         .point_count = point_count,
                         .waves = waves,
                         .wave_count = 2,
                         .notes = texts};
}

static void hostile_texts_and_all_numbers_come_back_the_same(void **state)
{
    struct fixture *f = *state;
    struct plan_backend backends[2];
    struct plan_point points[5];
    struct plan_wave waves[2];
    struct plan plan = make_plan(backends, points, 5, waves);
    assert_int_equal(plan_write(&plan, f->path, &f->err), 0);
    assert_int_equal(plan_read(&f->plan, f->path, &f->err), 0);
    assert_int_equal(plan_write(&f->plan, f->other, &f->err), 0);
    assert_same_files(f->path, f->other);

    const struct plan *read = &f->plan;
    assert_string_equal(read->title, hostile);
    assert_string_equal(read->scaling, "");
    assert_true(read->seed == UINT64_C(0xfedcba9876543210));
    assert_int_equal(read->optimum.rule, RULE_KNEE);
    assert_true(isnan(read->optimum.deadline));
    assert_int_equal(read->cluster.cores_per_node, 28);
    assert_int_equal(string_list_count(read->backends[0].argv), 3);
    assert_string_equal(read->backends[0].argv[0], hostile);
    assert_string_equal(read->backends[0].environment[0].name, hostile);
    assert_true(read->backends[0].expect_value == -1.0 / 3);
    assert_true(isnan(read->backends[1].expect_value));
    assert_int_equal(read->points[4].threads, 5);
    assert_true(isnan(read->points[4].work));
    assert_true(read->points[3].actual_size == points[3].actual_size);
    assert_int_equal(read->waves[1].first_point, 5);
    assert_string_equal(read->notes[2], name);
}

static void a_wave_of_chosen_points_comes_back_the_same(void **state)
{
    struct fixture *f = *state;
    struct plan_backend backends[2];
    struct plan_point points[5];
    struct plan_wave waves[2];
    size_t chosen[] = {1, 3, 4};
    struct plan plan = make_plan(backends, points, 5, waves);
    waves[1] = (struct plan_wave){.first_block = 9, .blocks = 3, .first_point = 1, .points = 3,
                                  .chosen = chosen};
    assert_int_equal(plan_write(&plan, f->path, &f->err), 0);
    assert_int_equal(plan_read(&f->plan, f->path, &f->err), 0);
    assert_null(f->plan.waves[0].chosen);
    assert_memory_equal(f->plan.waves[1].chosen, chosen, sizeof chosen);
    assert_int_equal(plan_wave_point(&f->plan.waves[1], 1), 3);
    assert_true(plan_wave_has_point(&f->plan.waves[1], 4));
    assert_false(plan_wave_has_point(&f->plan.waves[1], 2));
    assert_int_equal(plan_blocks_of_point(&f->plan, 3), 12);
    assert_int_equal(plan_blocks_of_point(&f->plan, 2), 9);
}

static void a_hundred_thousand_points_are_fine(void **state)
{
    struct fixture *f = *state;
    size_t count = 100000;
    struct plan_backend backends[2];
    struct plan_point *points = calloc(count, sizeof *points);
    struct plan_wave waves[2];
    struct plan plan = make_plan(backends, points, count, waves);
    assert_int_equal(plan_write(&plan, f->path, &f->err), 0);
    assert_int_equal(plan_read(&f->plan, f->path, &f->err), 0);
    assert_int_equal(f->plan.point_count, count);
    assert_int_equal(f->plan.points[count - 1].cores, 400000);
    free(points);
}

static void rules_have_names(void **state)
{
    enum plan_rule rule = RULE_KNEE;
    (void)state;
    assert_false(plan_rule_parse("best", &rule));
    assert_int_equal(rule, RULE_KNEE);
    for (int i = RULE_FAST; i <= RULE_CHEAPEST; i++) {
        assert_true(plan_rule_parse(plan_rule_name((enum plan_rule)i), &rule));
        assert_int_equal(rule, i);
    }
}

static void damaged_plans_do_no_harm(void **state)
{
    struct fixture *f = *state;
    unsigned random = 1;
    for (int i = 0; i < 1500; i++) {
        char text[sizeof minimal];
        memcpy(text, minimal, sizeof minimal);
        random = random * 1664525u + 1013904223u;
        if (i < (int)sizeof minimal)
            text[i] = '\0';
        else
            text[(random >> 8) % (sizeof minimal - 1)] = "0-9n\"x.e[]{}"[(random >> 24) % 12];
        write_text(f->path, text);
        plan_free(&f->plan);
        if (plan_read(&f->plan, f->path, &f->err) != 0)
            assert_non_null(message(f));
    }
}

/* --- machines.json --------------------------------------------------------- */

static void machines_come_back_the_same(void **state)
{
    struct fixture *f = *state;
    struct machine list[] = {
        {.host = hostile,
         .cpu_model = hostile,
         .system = name,
         .sockets = 2,
         .cores = 28,
         .memory_bytes = 128849018880,
         .timer_resolution = 1e-9,
         .timer_overhead = 2.7e-8,
         .launch_seconds = 0.000421,
         .mpi_launch_seconds = NAN,
         .environment = texts},
        {.host = name},
    };
    struct machines machines = {list, 2}, read = {0};
    assert_int_equal(machines_write(&machines, f->path, &f->err), 0);
    assert_int_equal(machines_read(&read, f->path, &f->err), 0);
    assert_int_equal(machines_write(&read, f->other, &f->err), 0);
    assert_same_files(f->path, f->other);
    assert_int_equal(read.count, 2);
    assert_string_equal(read.list[0].host, hostile);
    assert_string_equal(read.list[0].governor, "");
    assert_true(isnan(read.list[0].mpi_launch_seconds));
    assert_string_equal(read.list[0].environment[0], hostile);
    machines_free(&read);
}

static void machines_that_are_wrong_are_located(void **state)
{
    struct fixture *f = *state;
    struct machines read = {0};
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"{}", "1:1: expected a list of machines"},
        {"[{\"host\": \"a\"},\n {}]", "2:2: \"host\" is missing"},
        {"[{\"host\": \"a\", \"cores\": \"28\"}]",
         "1:16: \"cores\" must be a whole number, not a text"},
        {"[{\"host\": \"a\", \"cores\": -1}]", "1:16: \"cores\" must be 0 or more, got -1"},
        {"[3]", "1:2: expected an object here"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        write_text(f->path, wrong[i].text);
        assert_int_equal(machines_read(&read, f->path, &f->err), -1);
        assert_string_equal(message(f), wrong[i].message);
    }
}

static void no_file_of_machines_is_no_machines(void **state)
{
    struct fixture *f = *state;
    struct machines read = {.count = 3};
    unlink(f->path);
    assert_int_equal(machines_read(&read, f->path, &f->err), 0);
    assert_int_equal(read.count, 0);
    machines_free(&read);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_mistake_is_located_and_explained),
        TEST(what_is_absent_has_its_default),
        TEST(hostile_texts_and_all_numbers_come_back_the_same),
        TEST(a_wave_of_chosen_points_comes_back_the_same),
        TEST(a_hundred_thousand_points_are_fine),
        TEST(rules_have_names),
        TEST(damaged_plans_do_no_harm),
        TEST(machines_come_back_the_same),
        TEST(machines_that_are_wrong_are_located),
        TEST(no_file_of_machines_is_no_machines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

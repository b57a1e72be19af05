#include "missing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "schedule.h"
#include "strbuf.h"

#define TEXT(literal) ((char *)(literal))

/* Three points of two shapes, three blocks, two runs and a warm-up each; then
 * two blocks more of the first point. */
struct fixture {
    char folder[64];
    struct plan plan;
    struct plan_backend backends[2];
    struct plan_point points[3];
    struct plan_wave waves[2];
    struct missing missing;
    struct strbuf records;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    static const struct plan_point points[] = {
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 4, .cores = 4, .allocated_cores = 4},
        {.backend = 1, .nodes = 1, .ranks = 4, .threads = 1, .cores = 4, .allocated_cores = 4},
        {.backend = 0, .nodes = 1, .ranks = 1, .threads = 4, .cores = 4, .allocated_cores = 4},
    };
    strcpy(f->folder, "/tmp/test_missing.XXXXXX");
    *state = f;
    if (mkdtemp(f->folder) == NULL)
        return -1;
    memcpy(f->points, points, sizeof points);
    f->backends[0].parallel = TEXT("threads");
    f->backends[1].parallel = TEXT("ranks");
    f->waves[0] = (struct plan_wave){.blocks = 3, .points = 3};
    f->waves[1] = (struct plan_wave){.first_block = 3, .blocks = 2, .points = 1};
    f->plan = (struct plan){.layout = TEXT("array"), .runs = 2, .warmups = 1, .timeout = 60, .seed = 3,
                            .cluster = {.cores_per_node = 28}, .backends = f->backends,
                            .backend_count = 2, .points = f->points, .point_count = 3,
                            .waves = f->waves, .wave_count = 2};
    f->records = (struct strbuf)STRBUF_INIT;
    char *records = path_join(f->folder, "records");
    int rc = folder_make(records, &f->err);
    free(records);
    return rc;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -r %s", f->folder);
    int rc = system(command);
    free(command);
    missing_free(&f->missing);
    strbuf_free(&f->records);
    free(f);
    return rc;
}

enum kind { WARMUPS = 1, RUNS = 2, ALL = 3 };

/* Records of a point's runs in a block (-1: of all), of that status. */
static void record(struct fixture *f, int64_t point, int64_t block, enum kind kind, const char *status)
{
    struct schedule schedule;
    struct planned_run run;
    schedule_begin(&schedule, &f->plan);
    while (schedule_next(&schedule, &run))
        if ((point < 0 || (int64_t)run.point == point) && (block < 0 || run.block == block) &&
            ((run.warmup ? WARMUPS : RUNS) & kind) != 0)
            strbuf_addf(&f->records, "{\"order\": %lld, \"status\": \"%s\"}\n", (long long)run.order,
                        status);
    schedule_end(&schedule);
    char *path = path_join(f->folder, "records/any.1.jsonl");
    assert_int_equal(file_write(path, f->records.str, f->records.len, &f->err), 0);
    free(path);
}

static void find(struct fixture *f, bool retry_failed)
{
    missing_free(&f->missing);
    if (missing_find(&f->missing, f->folder, &f->plan, retry_failed, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

/* "w0-1x1x4:011 w0-1x4x1:111": 1 where a block lacks a run. */
static void assert_lacks(const struct fixture *f, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    for (size_t a = 0; a < f->missing.count; a++) {
        const struct missing_array *array = &f->missing.arrays[a];
        strbuf_addf(&text, "%s%s:", a > 0 ? " " : "", array->array.key);
        for (int64_t b = 0; b < array->array.blocks; b++)
            strbuf_add_char(&text, array->lacks[b] ? '1' : '0');
    }
    assert_string_equal(text.str, expected);
    strbuf_free(&text);
}

static void without_records_all_is_missing(void **state)
{
    struct fixture *f = *state;
    find(f, false);
    assert_lacks(f, "w0-1x1x4:111 w0-1x4x1:111 w1-1x1x4:11");
    assert_int_equal(f->missing.runs_recorded, 0);
    assert_int_equal(f->missing.runs_lacking, (3 * 3 + 2) * 3);
}

static void with_all_records_nothing_is_missing(void **state)
{
    struct fixture *f = *state;
    record(f, -1, -1, ALL, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x1x4:000 w0-1x4x1:000 w1-1x1x4:00");
    assert_int_equal(f->missing.runs_recorded, (3 * 3 + 2) * 3);
    assert_int_equal(f->missing.runs_lacking, 0);
}

static void a_task_is_done_with_the_last_run_of_all_its_points(void **state)
{
    struct fixture *f = *state;
    record(f, 0, 1, ALL, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x1x4:111 w0-1x4x1:111 w1-1x1x4:11");
    record(f, 2, 1, ALL, "ok"); /* the other point of that shape */
    find(f, false);
    assert_lacks(f, "w0-1x1x4:101 w0-1x4x1:111 w1-1x1x4:11");
    record(f, 1, 0, ALL, "ok");
    record(f, 0, 4, ALL, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x1x4:101 w0-1x4x1:011 w1-1x1x4:10");
}

static void warm_ups_alone_are_not_missed(void **state)
{
    struct fixture *f = *state;
    record(f, -1, -1, RUNS, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x1x4:000 w0-1x4x1:000 w1-1x1x4:00");
    assert_int_equal(f->missing.runs_lacking, 3 * 3 + 2);
    find(f, true);
    assert_lacks(f, "w0-1x1x4:000 w0-1x4x1:000 w1-1x1x4:00");
}

static void warm_ups_make_no_task_done(void **state)
{
    struct fixture *f = *state;
    record(f, -1, -1, WARMUPS, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x1x4:111 w0-1x4x1:111 w1-1x1x4:11");
}

static void what_failed_is_missing_to_who_tries_again(void **state)
{
    struct fixture *f = *state;
    record(f, -1, -1, ALL, "ok");
    strbuf_clear(&f->records);
    record(f, 0, -1, ALL, "ok");
    record(f, 1, -1, ALL, "failed");
    record(f, 2, -1, ALL, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x1x4:000 w0-1x4x1:000 w1-1x1x4:00");
    find(f, true);
    assert_lacks(f, "w0-1x1x4:000 w0-1x4x1:111 w1-1x1x4:00");
    record(f, 1, 2, RUNS, "ok"); /* of several records an ok one counts */
    find(f, true);
    assert_lacks(f, "w0-1x1x4:000 w0-1x4x1:110 w1-1x1x4:00");
}

static void a_packed_block_needs_all_points(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = TEXT("packed");
    record(f, 0, -1, ALL, "ok");
    record(f, 2, -1, ALL, "ok");
    record(f, 1, 1, ALL, "ok");
    find(f, false);
    assert_lacks(f, "w0-1x28x1:101 w1-1x28x1:00");
}

static void a_local_plan_is_counted_without_arrays(void **state)
{
    struct fixture *f = *state;
    f->plan.layout = TEXT("local");
    record(f, 0, 0, ALL, "ok");
    find(f, false);
    assert_int_equal(f->missing.count, 0);
    assert_int_equal(f->missing.runs_recorded, 3);
    assert_int_equal(f->missing.runs_lacking, schedule_count(&f->plan) - 3);
}

static void arrays_are_found_by_their_keys(void **state)
{
    struct fixture *f = *state;
    find(f, false);
    assert_ptr_equal(missing_array(&f->missing, "w1-1x1x4"), &f->missing.arrays[2]);
    assert_null(missing_array(&f->missing, "w1-1x1x"));
    assert_null(missing_array(&f->missing, ""));
}

static void a_folder_without_records_is_told_and_changes_nothing(void **state)
{
    struct fixture *f = *state;
    find(f, false);
    struct missing before = f->missing;
    assert_int_equal(missing_find(&f->missing, "/nonexistent", &f->plan, false, &f->err), -1);
    assert_string_equal(f->err.text, "/nonexistent has no records: No such file or directory");
    assert_memory_equal(&before, &f->missing, sizeof before);
}

/* 1000 shapes of 20 blocks. */
static void many_tasks_are_found_quickly(void **state)
{
    struct fixture *f = *state;
    enum { SHAPES = 1000 };
    struct plan_point *points = xcalloc(SHAPES, sizeof *points);
    for (int i = 0; i < SHAPES; i++)
        points[i] = (struct plan_point){.nodes = 1, .ranks = 1, .threads = i + 1, .cores = i + 1,
                                        .allocated_cores = i + 1};
    f->plan.points = points;
    f->plan.point_count = SHAPES;
    f->plan.wave_count = 1;
    f->waves[0] = (struct plan_wave){.blocks = 20, .points = SHAPES};
    record(f, 999, -1, ALL, "ok");
    find(f, false);
    assert_int_equal(f->missing.count, SHAPES);
    assert_int_equal(f->missing.runs_recorded, 20 * 3);
    assert_false(missing_array(&f->missing, "w0-1x1x1000")->lacks[19]);
    free(points);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_records_all_is_missing),
        TEST(with_all_records_nothing_is_missing),
        TEST(a_task_is_done_with_the_last_run_of_all_its_points),
        TEST(warm_ups_alone_are_not_missed),
        TEST(warm_ups_make_no_task_done),
        TEST(what_failed_is_missing_to_who_tries_again),
        TEST(a_packed_block_needs_all_points),
        TEST(a_local_plan_is_counted_without_arrays),
        TEST(arrays_are_found_by_their_keys),
        TEST(a_folder_without_records_is_told_and_changes_nothing),
        TEST(many_tasks_are_found_quickly),
    };
    return cmocka_run_group_tests_name("missing", tests, NULL, NULL);
}

#include "collect.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "record.h"
#include "results.h"
#include "schedule.h"
#include "strbuf.h"

/* Two points, two blocks and a warm-up each: six runs. */
struct fixture {
    char folder[64];
    struct plan plan;
    struct plan_backend backends[2];
    struct plan_point points[2];
    struct plan_wave wave;
    struct collected collected;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    strcpy(f->folder, "/tmp/test_collect.XXXXXX");
    if (mkdtemp(f->folder) == NULL)
        return -1;
    f->backends[0] = (struct plan_backend){.name = "serial"};
    f->backends[1] = (struct plan_backend){.name = "openmp"};
    f->points[0] = (struct plan_point){.backend = 0, .size = 10, .actual_size = 10, .work = 100,
                                       .nodes = 1, .ranks = 1, .threads = 1, .cores = 1,
                                       .allocated_cores = 1};
    f->points[1] = (struct plan_point){.backend = 1, .size = 10, .actual_size = 14, .work = 200,
                                       .nodes = 1, .ranks = 1, .threads = 2, .cores = 2,
                                       .allocated_cores = 3};
    f->wave = (struct plan_wave){.blocks = 2, .points = 2};
    f->plan = (struct plan){.name = "s, \"quoted\"", .kernel = "integration2d", .scaling = "weak",
                            .cluster = {.name = "local"}, .seed = 1, .runs = 1, .warmups = 1,
                            .backends = f->backends, .backend_count = 2, .points = f->points,
                            .point_count = 2, .waves = &f->wave, .wave_count = 1};
    char *records = path_join(f->folder, "records");
    int rc = mkdir(records, 0755);
    free(records);
    return rc;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -rf '%s'", f->folder);
    int rc = system(command);
    free(command);
    free(f);
    return rc;
}

static void put(struct fixture *f, const char *name, const char *text)
{
    char *path = path_join(f->folder, name);
    if (file_write(path, text, strlen(text), &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

static void collect_well(struct fixture *f)
{
    if (collect(f->folder, &f->plan, NULL, &f->collected, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

static void get(struct fixture *f, const char *name, struct strbuf *text)
{
    char *path = path_join(f->folder, name);
    if (file_read(path, 1 << 20, text, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

struct seen {
    int64_t next, missing;
    char statuses[64];
};

static int see(const struct run *run, size_t line, void *context, struct error *err)
{
    struct seen *seen = context;
    (void)line;
    (void)err;
    assert_int_equal(run->order, seen->next++);
    assert_string_equal(run->study, "s, \"quoted\"");
    assert_string_equal(run->cluster, "local");
    bool openmp = strcmp(run->backend, "openmp") == 0;
    assert_true(openmp || strcmp(run->backend, "serial") == 0);
    assert_int_equal(run->cores, openmp ? 2 : 1);
    assert_int_equal(run->allocated_cores, openmp ? 3 : 1);
    assert_true(run->size == 10 && run->actual_size == (openmp ? 14 : 10));
    strcat(seen->statuses, run->status);
    strcat(seen->statuses, " ");
    if (strcmp(run->status, "missing") == 0) {
        assert_string_equal(run->reason, "has not run yet");
        assert_true(isnan(run->seconds) && isnan(run->wall_seconds));
        assert_true(run->work == (openmp ? 200 : 100)); /* as planned */
        assert_int_equal(run->attempt, RESULTS_UNKNOWN);
        assert_string_equal(run->started, "");
        seen->missing++;
    }
    return 0;
}

static void read_rows(struct fixture *f, struct seen *seen)
{
    struct results_reader reader = {.row = see, .context = seen};
    char *path = path_join(f->folder, "results.csv");
    *seen = (struct seen){0};
    if (results_read(path, &reader, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

static void a_folder_without_records_is_told(void **state)
{
    struct fixture *f = *state;
    char *folder = path_join(f->folder, "records");
    char *expected = text_format("%s has no records: No such file or directory", f->folder);
    assert_int_equal(rmdir(folder), 0);
    assert_int_equal(collect(f->folder, &f->plan, NULL, &f->collected, &f->err), -1);
    assert_string_equal(f->err.text, expected);
    free(folder);
    free(expected);
}

static void a_table_that_cannot_be_written_is_told(void **state)
{
    struct fixture *f = *state;
    char *path = path_join(f->folder, "results.csv");
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(collect(f->folder, &f->plan, NULL, &f->collected, &f->err), -1);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    assert_non_null(strstr(f->err.text, "results.csv"));
    free(path);
}

static void before_the_first_run_all_rows_are_missing(void **state)
{
    struct fixture *f = *state;
    struct seen seen;
    collect_well(f);
    read_rows(f, &seen);
    assert_int_equal(seen.next, 6);
    assert_int_equal(seen.missing, 6);
    assert_int_equal(f->collected.planned, 6);
    assert_int_equal(f->collected.missing, 6);
    assert_int_equal(f->collected.ok + f->collected.failed + f->collected.torn, 0);
}

static void each_planned_run_has_its_row_in_planned_order(void **state)
{
    struct fixture *f = *state;
    struct seen seen;
    put(f, "records/local.1.jsonl",
        "{\"order\": 5, \"status\": \"ok\", \"seconds\": 1, \"work\": 7}\n"
        "{\"order\": 0, \"status\": \"failed\", \"reason\": \"a, \\\"b\\\"\\nc\"}\n"
        "{\"order\": 2, \"status\": \"ok\", \"secon");
    put(f, "records/local.2.jsonl", "{\"order\": 0, \"status\": \"timeout\"}\n"
                                    "{\"order\": 3, \"status\": \"ok\"}\n");
    collect_well(f);
    read_rows(f, &seen);
    assert_string_equal(seen.statuses, "timeout missing missing ok missing ok ");
    assert_int_equal(f->collected.ok, 2);
    assert_int_equal(f->collected.failed, 1);
    assert_int_equal(f->collected.missing, 3);
    assert_int_equal(f->collected.torn, 1);
}

static void collecting_again_gives_the_same_bytes(void **state)
{
    struct fixture *f = *state;
    static const char *const files[] = {"results.csv", "machines.json"};
    put(f, "records/local.1.jsonl",
        "{\"machine\": {\"host\": \"n1\", \"cores\": 4}}\n{\"order\": 1, \"status\": \"ok\", \"seconds\": 0.1}\n");
    for (size_t i = 0; i < 2; i++) {
        struct strbuf first = STRBUF_INIT, again = STRBUF_INIT;
        collect_well(f);
        get(f, files[i], &first);
        collect_well(f);
        get(f, files[i], &again);
        assert_true(first.len > 0);
        assert_string_equal(first.str, again.str);
        strbuf_free(&first);
        strbuf_free(&again);
    }
}

static void a_hosts_last_description_counts(void **state)
{
    struct fixture *f = *state;
    struct machines machines;
    put(f, "records/local.1.jsonl", "{\"machine\": {\"host\": \"n1\", \"cores\": 4}}\n"
                                    "{\"machine\": {\"host\": \"n2\", \"cores\": 8}}\n");
    put(f, "records/local.2.jsonl", "{\"machine\": {\"host\": \"n1\", \"cores\": 6}}\n");
    collect_well(f);
    char *path = path_join(f->folder, "machines.json");
    assert_int_equal(machines_read(&machines, path, &f->err), 0);
    assert_int_equal(machines.count, 2);
    assert_string_equal(machines.list[0].host, "n1");
    assert_int_equal(machines.list[0].cores, 6);
    assert_int_equal(machines.list[1].cores, 8);
    machines_free(&machines);
    free(path);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_folder_without_records_is_told),
        TEST(a_table_that_cannot_be_written_is_told),
        TEST(before_the_first_run_all_rows_are_missing),
        TEST(each_planned_run_has_its_row_in_planned_order),
        TEST(collecting_again_gives_the_same_bytes),
        TEST(a_hosts_last_description_counts),
    };
    return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}

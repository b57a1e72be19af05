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
    static const char *const files[] = {"results.csv", "usage.csv", "others.csv", "machines.json"};
    put(f, "records/local.1.jsonl",
        "{\"machine\": {\"host\": \"n1\", \"cores\": 4}}\n{\"order\": 1, \"status\": \"ok\", \"seconds\": 0.1,"
        " \"samples\": \"0.25 0.5 4096,0.5 1\"}\n");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
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

static void samples_have_their_rows_in_planned_order(void **state)
{
    struct fixture *f = *state;
    struct strbuf usage = STRBUF_INIT;
    f->points[1].nodes = 2;
    put(f, "records/local.1.jsonl",
        "{\"order\": 5, \"status\": \"timeout\", \"samples\": \"0.25 1.5 4096,0.5 1\"}\n"
        "{\"order\": 1, \"status\": \"ok\", \"samples\": \"0.25 0.5 4096,0.4 1 8192\"}\n"
        "{\"order\": 2, \"status\": \"ok\"}\n"
        "{\"order\": 3, \"status\": \"ok\", \"samples\": \"0.25 0.5 4096,0.");
    collect_well(f);
    get(f, "usage.csv", &usage);
    assert_string_equal(usage.str,
                        "order,cluster,kernel,backend,size,cores,block,run,warmup,status,source,"
                        "seconds_since_start,busy_cores,memory_bytes\n"
                        "1,local,integration2d,serial,10,1,0,0,0,ok,tree,0.25,0.5,4096\n"
                        "1,local,integration2d,serial,10,1,0,0,0,ok,tree,0.4,1,8192\n"
                        "5,local,integration2d,openmp,10,2,1,0,0,timeout,first-node,0.25,1.5,4096\n"
                        "5,local,integration2d,openmp,10,2,1,0,0,timeout,first-node,0.5,1,\n");
    assert_int_equal(f->collected.torn, 1);
    strbuf_free(&usage);
}

static void watched_runs_have_their_rows_in_planned_order(void **state)
{
    struct fixture *f = *state;
    struct strbuf others = STRBUF_INIT;
    put(f, "records/local.1.jsonl",
        "{\"order\": 5, \"status\": \"ok\", \"watched_cpus\": 2, \"watched_seconds\": 0.5, "
        "\"others_seconds\": 0.25, \"stolen_seconds\": 0.125}\n"
        "{\"order\": 1, \"status\": \"failed\", \"watched_cpus\": 1, \"watched_seconds\": 2, "
        "\"others_seconds\": -0.5, \"stolen_seconds\": 0}\n"
        "{\"order\": 2, \"status\": \"ok\"}\n");
    collect_well(f);
    get(f, "others.csv", &others);
    assert_string_equal(others.str,
                        "order,cluster,kernel,backend,size,cores,block,run,warmup,status,"
                        "watched_cpus,watched_seconds,others_seconds,stolen_seconds\n"
                        "1,local,integration2d,serial,10,1,0,0,0,failed,1,2,-0.5,0\n"
                        "5,local,integration2d,openmp,10,2,1,0,0,ok,2,0.5,0.25,0.125\n");
    strbuf_free(&others);
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

/* The same plan on a cluster: w0-1x1x1 has the serial point, w0-1x1x3 the other. */
static void move_to_a_cluster(struct fixture *f)
{
    f->plan.layout = "array";
    f->plan.timeout = 60;
    f->plan.cluster = (struct plan_cluster){.name = "local", .cores_per_node = 28};
    f->backends[0].parallel = f->backends[1].parallel = "threads";
}

static struct task_fate *add_fate(struct task_fates *fates, const char *task, const char *job,
                                  const char *reason)
{
    struct task_fate *fate = task_fates_add(fates, task, job);
    free(fate->reason);
    fate->reason = xstrdup(reason);
    return fate;
}

struct row {
    char status[16], reason[64], job[16];
    double cpu_seconds, memory_bytes, energy_joules;
};

/* Of each backend and block the row of the run, not of the warm-up. */
struct rows {
    struct row of[2][2];
};

static int see_row(const struct run *run, size_t line, void *context, struct error *err)
{
    struct rows *rows = context;
    (void)line;
    (void)err;
    if (run->warmup)
        return 0;
    struct row *row = &rows->of[strcmp(run->backend, "openmp") == 0][run->block];
    snprintf(row->status, sizeof row->status, "%s", run->status);
    snprintf(row->reason, sizeof row->reason, "%s", run->reason);
    snprintf(row->job, sizeof row->job, "%s", run->job);
    row->cpu_seconds = run->job_cpu_seconds;
    row->memory_bytes = run->job_memory_bytes;
    row->energy_joules = run->job_energy_joules;
    return 0;
}

static void collect_fates(struct fixture *f, struct task_fates *fates, struct rows *rows)
{
    struct results_reader reader = {.row = see_row, .context = rows};
    char *path = path_join(f->folder, "results.csv");
    if (fates != NULL)
        task_fates_sort(fates);
    if (collect(f->folder, &f->plan, fates, &f->collected, &f->err) != 0 ||
        results_read(path, &reader, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

static void assert_row(const struct row *row, const char *status, const char *reason, const char *job)
{
    assert_string_equal(row->status, status);
    assert_string_equal(row->reason, reason);
    assert_string_equal(row->job, job);
}

static void missing_rows_tell_what_became_of_their_task(void **state)
{
    struct fixture *f = *state;
    struct task_fates fates = {0};
    struct rows rows;
    move_to_a_cluster(f);
    add_fate(&fates, "w0-1x1x1-b0", "12_0", "TIMEOUT: TimeLimit")->status = "timeout";
    add_fate(&fates, "w0-1x1x1-b1", "", "Slurm refused the job: \"no\",\nreally");
    add_fate(&fates, "w0-1x1x3-b0", "13_0", "");
    add_fate(&fates, "w1-1x1x3-b1", "13_1", "of a wave that is not planned");
    collect_fates(f, &fates, &rows);
    assert_row(&rows.of[0][0], "timeout", "TIMEOUT: TimeLimit", "12_0");
    assert_row(&rows.of[0][1], "missing", "Slurm refused the job: \"no\",\nreally", "");
    assert_row(&rows.of[1][0], "missing", "has not run yet", "13_0"); /* it waits or runs */
    assert_row(&rows.of[1][1], "missing", "has not run yet", "");
    assert_int_equal(f->collected.missing, 8);
    task_fates_free(&fates);
}

/* What ran is not made to look lost by how its job ended, or by an attempt before. */
static void records_count_more_than_fates(void **state)
{
    struct fixture *f = *state;
    struct task_fates fates = {0};
    struct rows rows;
    move_to_a_cluster(f);
    for (int64_t block = 0; block < 2; block++)
        for (int point = 0; point < 2; point++) {
            char *task = text_format("w0-1x1x%d-b%lld", point == 0 ? 1 : 3, (long long)block);
            add_fate(&fates, task, "9_0", "NODE_FAIL");
            add_fate(&fates, task, "10_0", "CANCELLED")->status = "timeout";
            free(task);
        }
    put(f, "records/w0-1x1x1-b0.1.jsonl", "{\"order\": 0, \"status\": \"ok\"}\n"
                                          "{\"order\": 1, \"status\": \"ok\"}\n"
                                          "{\"order\": 2, \"status\": \"failed\", \"reason\": \"x\"}\n"
                                          "{\"order\": 3, \"status\": \"failed\", \"reason\": \"x\"}\n");
    collect_fates(f, &fates, &rows);
    int ok = 0, failed = 0;
    for (int point = 0; point < 2; point++) { /* the first block's runs are orders 0 to 3 */
        ok += strcmp(rows.of[point][0].status, "ok") == 0 && rows.of[point][0].reason[0] == '\0';
        failed += strcmp(rows.of[point][0].status, "failed") == 0 &&
                  strcmp(rows.of[point][0].reason, "x") == 0;
        assert_row(&rows.of[point][1], "timeout", "CANCELLED", "10_0");
    }
    assert_int_equal(ok, 1);
    assert_int_equal(failed, 1);
    task_fates_free(&fates);
}

static void figures_of_a_job_go_to_its_rows(void **state)
{
    struct fixture *f = *state;
    struct task_fates fates = {0};
    struct rows rows;
    move_to_a_cluster(f);
    struct task_fate *first = add_fate(&fates, "w0-1x1x1-b0", "12_0", "");
    first->cpu_seconds = 5.5;
    first->memory_bytes = 4096;
    struct task_fate *lost = add_fate(&fates, "w0-1x1x1-b1", "12_1", "OUT_OF_MEMORY");
    lost->memory_bytes = 1e9;
    lost->energy_joules = 77;
    struct task_fate *again = add_fate(&fates, "w0-1x1x1-b0", "14_0", "");
    again->cpu_seconds = 6.5;
    put(f, "records/w0-1x1x1-b0.1.jsonl", "{\"order\": 0, \"status\": \"ok\", \"job\": \"12_0\"}\n"
                                          "{\"order\": 1, \"status\": \"ok\", \"job\": \"12_0\"}\n"
                                          "{\"order\": 2, \"status\": \"ok\", \"job\": \"14_0\"}\n"
                                          "{\"order\": 3, \"status\": \"ok\", \"job\": \"99_0\"}\n");
    collect_fates(f, &fates, &rows);
    for (int point = 0; point < 2; point++) {
        const struct row *row = &rows.of[point][0];
        if (strcmp(row->job, "12_0") == 0)
            assert_true(row->cpu_seconds == 5.5 && row->memory_bytes == 4096 && isnan(row->energy_joules));
        else if (strcmp(row->job, "14_0") == 0)
            assert_true(row->cpu_seconds == 6.5 && isnan(row->memory_bytes));
        else
            assert_true(isnan(row->cpu_seconds));
    }
    assert_true(rows.of[0][1].memory_bytes == 1e9 && rows.of[0][1].energy_joules == 77);
    assert_true(isnan(rows.of[1][1].memory_bytes));
    task_fates_free(&fates);
}

static void fates_do_not_touch_a_study_on_this_machine(void **state)
{
    struct fixture *f = *state;
    struct task_fates fates = {0};
    struct rows rows;
    f->plan.layout = "local";
    add_fate(&fates, "local", "5", "TIMEOUT")->cpu_seconds = 3;
    put(f, "records/local.1.jsonl", "{\"order\": 0, \"status\": \"ok\", \"job\": \"5\"}\n"
                                    "{\"order\": 1, \"status\": \"ok\", \"job\": \"5\"}\n");
    for (int i = 0; i < 2; i++) {
        struct strbuf text = STRBUF_INIT;
        collect_fates(f, i == 0 ? &fates : NULL, &rows);
        get(f, "results.csv", &text);
        assert_null(strstr(text.str, "TIMEOUT"));
        assert_int_equal(f->collected.missing, 4);
        assert_int_equal(f->collected.ok, 2);
        strbuf_free(&text);
    }
    for (int point = 0; point < 2; point++)
        for (int block = 0; block < 2; block++)
            assert_true(isnan(rows.of[point][block].cpu_seconds));
    task_fates_free(&fates);
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
        TEST(samples_have_their_rows_in_planned_order),
        TEST(watched_runs_have_their_rows_in_planned_order),
        TEST(a_hosts_last_description_counts),
        TEST(missing_rows_tell_what_became_of_their_task),
        TEST(records_count_more_than_fates),
        TEST(figures_of_a_job_go_to_its_rows),
        TEST(fates_do_not_touch_a_study_on_this_machine),
    };
    return cmocka_run_group_tests_name("collect", tests, NULL, NULL);
}

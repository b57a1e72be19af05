#include "record.h"
#include "records.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "strbuf.h"

enum { RUNS = 10 };

struct fixture {
    char folder[64];
    struct records_index index;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/test_record.XXXXXX");
    *state = f;
    if (mkdtemp(f->folder) == NULL)
        return -1;
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
    records_index_free(&f->index);
    free(f);
    return rc;
}

static char *path_of(const struct fixture *f, const char *name)
{
    return text_format("%s/records/%s", f->folder, name);
}

static void put(struct fixture *f, const char *name, const char *text, size_t length)
{
    char *path = path_of(f, name);
    if (file_write(path, text, length, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

static void get(struct fixture *f, const char *name, struct strbuf *text)
{
    char *path = path_of(f, name);
    if (file_read(path, 1 << 20, text, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(path);
}

static struct record_log *open_log(struct fixture *f, int64_t attempt)
{
    struct record_log *log = record_log_open(f->folder, "local", attempt, &f->err);
    if (log == NULL)
        fail_msg("%s", f->err.text);
    return log;
}

static void close_log(struct fixture *f, struct record_log *log)
{
    if (record_log_close(log, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

static void append(struct fixture *f, struct record_log *log, int64_t order, const char *status)
{
    struct planned_run planned = {.order = order, .point = 1, .block = 2};
    struct run run = run_unknown();
    run.status = status;
    if (record_log_append(log, &planned, &run, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

static void load(struct fixture *f)
{
    records_index_free(&f->index);
    if (records_index(&f->index, f->folder, NULL, RUNS, NULL, NULL, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

/* The orders that have a record, "+" behind an ok one. */
static void assert_found(const struct fixture *f, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (int64_t i = 0; i < RUNS; i++)
        if (f->index.places[i].file != UINT32_MAX)
            strbuf_addf(&sb, "%lld%s ", (long long)i, f->index.places[i].ok ? "+" : "");
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void a_folder_without_records_is_told(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(records_index(&f->index, "/nowhere", NULL, RUNS, NULL, NULL, &f->err), -1);
    assert_string_equal(f->err.text, "/nowhere has no records: No such file or directory");
    assert_null(record_log_open("/nowhere", "local", 1, &f->err));
    assert_string_equal(f->err.text,
                        "could not open /nowhere/records/local.1.jsonl: No such file or directory");
    assert_int_equal(f->err.status, STATUS_SYSTEM);
}

static void a_task_has_one_worker_at_a_time(void **state)
{
    struct fixture *f = *state;
    struct record_log *log = open_log(f, 1);
    assert_null(record_log_open(f->folder, "local", 1, &f->err));
    assert_string_equal(f->err.text, "task local is being run by another worker");
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    append(f, log, 0, "ok");
    close_log(f, log);
    close_log(f, open_log(f, 1));
}

static void torn_and_foreign_lines_are_passed_over_and_counted(void **state)
{
    struct fixture *f = *state;
    static const char text[] =
        "{\"machine\": {\"host\": \"torn\n"
        "{\"order\": 0, \"status\": \"ok\"}\n"
        "garbage\n"
        "\n"
        "{\"order\": 1, \"status\": \"ok\", \"reason\": \"torn behind a brace }\n"
        "{\"order\": 1, \"status\": \"ok\"}}\n"
        "{\"order\": 1, \"status\": \"ok\", \"mask\": {\"a\": 1}\n"
        "{\"order\": 1, \"status\": \"ok\", \"x\": \"\0\0\0\"}\n"
        "{\"order\": 1, \"status\": 1}\n"
        "{\"order\": 10, \"status\": \"ok\"}\n"
        "{\"order\": -1, \"status\": \"ok\"}\n"
        "{\"order\": 99999999999999999999, \"status\": \"ok\"}\n"
        "{\"order\": 2, \"status\": \"failed\", \"reason\": \"a \\\" and a } and a { and a \\\\\"}\n"
        "{\"order\": 3, \"status\": \"o";
    put(f, "local.1.jsonl", text, sizeof text - 1);
    load(f);
    assert_found(f, "0+ 2 ");
    assert_int_equal(f->index.found, 2);
    assert_int_equal(f->index.ok, 1);
    assert_int_equal(f->index.torn, 10);
    struct run run = run_unknown();
    struct records_reader reader;
    records_reader_begin(&reader, &f->index, f->folder);
    assert_int_equal(records_reader_get(&reader, 1, &run, &f->err), 0);
    assert_int_equal(records_reader_get(&reader, 2, &run, &f->err), 1);
    assert_string_equal(run.reason, "a \" and a } and a { and a \\");
    records_reader_end(&reader);
}

static void other_files_are_left_alone(void **state)
{
    struct fixture *f = *state;
    static const char record[] = "{\"order\": 0, \"status\": \"ok\"}\n";
    put(f, ".local.1.jsonl", record, strlen(record));
    put(f, "local.1.jsonl~", record, strlen(record));
    put(f, "notes.txt", record, strlen(record));
    put(f, ".jsonl", record, strlen(record));
    load(f);
    assert_int_equal(f->index.file_count, 0);
    assert_int_equal(f->index.found, 0);
}

/* The reason that is given for a record. */
static void assert_damaged(struct fixture *f, const char *record, const char *why)
{
    struct run run = run_unknown();
    struct records_reader reader;
    put(f, "local.1.jsonl", record, strlen(record));
    load(f);
    records_reader_begin(&reader, &f->index, f->folder);
    assert_int_equal(records_reader_get(&reader, 4, &run, &f->err), -1);
    records_reader_end(&reader);
    assert_non_null(strstr(f->err.text, "/records/local.1.jsonl: the record with \"order\": 4 was damaged ("));
    assert_non_null(strstr(f->err.text, why));
    assert_non_null(strstr(f->err.text, "); remove its line, and the run is done again with `scalestudy resume`"));
}

static void what_looks_whole_and_is_not_is_named_with_the_remedy(void **state)
{
    struct fixture *f = *state;
    assert_damaged(f, "{\"order\": 4, \"status\": \"ok\", \"seconds\": \"1\"}\n",
                   "\"seconds\" must be a number");
    assert_damaged(f, "{\"order\": 4, \"status\": \"ok\", \"samples\": \"0.2 1 5,0.1 1 5\"}\n",
                   "\"samples\" must be times that ascend, each with cores and bytes");
    assert_damaged(f, "{\"order\": 4, \"status\": \"ok\", \"samples\": \"0.2 1 5\\n=1+1\"}\n",
                   "\"samples\" must be times that ascend, each with cores and bytes");
}

static void a_torn_last_line_is_closed_before_the_next_is_written(void **state)
{
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    put(f, "local.1.jsonl", "{\"order\": 0, \"sta", 17);
    struct record_log *log = open_log(f, 1);
    append(f, log, 1, "ok");
    close_log(f, log);
    get(f, "local.1.jsonl", &text);
    assert_memory_equal(text.str, "{\"order\": 0, \"sta\n{\"order\": 1, ", 31);
    strbuf_free(&text);
    load(f);
    assert_found(f, "1+ ");
    assert_int_equal(f->index.torn, 1);
}

static void of_several_records_the_first_ok_one_counts_else_the_last(void **state)
{
    struct fixture *f = *state;
    static const char first[] = "{\"order\": 0, \"status\": \"failed\", \"seconds\": 1}\n"
                                "{\"order\": 1, \"status\": \"ok\", \"seconds\": 1}\n"
                                "{\"order\": 2, \"status\": \"timeout\", \"seconds\": 1}\n"
                                "{\"order\": 1, \"status\": \"ok\", \"seconds\": 2}\n";
    static const char second[] = "{\"order\": 0, \"status\": \"ok\", \"seconds\": 2}\n"
                                 "{\"order\": 2, \"status\": \"failed\", \"seconds\": 2}\n";
    static const char tenth[] = "{\"order\": 0, \"status\": \"ok\", \"seconds\": 10}\n"
                                "{\"order\": 1, \"status\": \"failed\", \"seconds\": 10}\n"
                                "{\"order\": 2, \"status\": \"wrong\", \"seconds\": 10}\n";
    static const double expected[] = {2, 1, 10};
    struct records_reader reader;
    put(f, "local.10.jsonl", tenth, strlen(tenth)); /* ten comes behind two */
    put(f, "local.2.jsonl", second, strlen(second));
    put(f, "local.1.jsonl", first, strlen(first));
    load(f);
    assert_found(f, "0+ 1+ 2 ");
    assert_int_equal(f->index.found, 3);
    assert_int_equal(f->index.ok, 2);
    records_reader_begin(&reader, &f->index, f->folder);
    for (int64_t i = 0; i < 3; i++) {
        struct run run = run_unknown();
        assert_int_equal(records_reader_get(&reader, i, &run, &f->err), 1);
        assert_true(run.seconds == expected[i]);
    }
    records_reader_end(&reader);
}

static void a_record_comes_back_as_it_was_written(void **state)
{
    struct fixture *f = *state;
    struct planned_run planned = {.order = 7, .point = 3, .block = 2, .run = 1, .warmup = true};
    struct run run = run_unknown(), back = run_unknown();
    run.status = "wrong";
    run.reason = "a \"quoted\" line\nwith \x01, \\ and \xc3\xa5";
    run.seconds = 0.1 + 0.2;
    run.wall_seconds = 1e-300;
    run.peak_memory_bytes = 123456789012345;
    run.value = -0.0;
    run.mask = "0 1-3,8";
    run.bound = 0;
    run.exit = 139;
    run.attempt = 2;
    run.started = "2026-11-22T15:00:00.000Z";
    run.host = "n1";
    run.samples = "0.25 0.98 2e+07,0.45 1.97";
    struct record_log *log = open_log(f, 2);
    assert_int_equal(record_log_append(log, &planned, &run, &f->err), 0);
    close_log(f, log);
    load(f);
    assert_found(f, "7 ");
    struct records_reader reader;
    records_reader_begin(&reader, &f->index, f->folder);
    assert_int_equal(records_reader_get(&reader, 7, &back, &f->err), 1);
    assert_string_equal(back.status, "wrong");
    assert_string_equal(back.reason, run.reason);
    assert_true(back.seconds == run.seconds);
    assert_true(back.wall_seconds == run.wall_seconds);
    assert_true(back.peak_memory_bytes == run.peak_memory_bytes);
    assert_true(back.value == 0 && isnan(back.error) && isnan(back.work));
    assert_string_equal(back.mask, run.mask);
    assert_int_equal(back.bound, 0);
    assert_int_equal(back.exit, 139);
    assert_int_equal(back.attempt, 2);
    assert_int_equal(back.gpus, RESULTS_UNKNOWN);
    assert_string_equal(back.started, run.started);
    assert_string_equal(back.partition, "");
    assert_string_equal(back.samples, run.samples);
    records_reader_end(&reader);
}

static int count_machine(const struct json_doc *doc, const cJSON *object, void *context,
                         struct error *err)
{
    struct machine machine;
    if (machine_parse(&machine, doc, object, err) != 0)
        return -1;
    *(int *)context += strcmp(machine.host, "n1") == 0;
    machine_free(&machine);
    return 0;
}

static void machines_are_handed_on(void **state)
{
    struct fixture *f = *state;
    char host[] = "n1", empty[] = "";
    struct machine machine = {.host = host, .cpu_model = empty, .system = empty, .governor = empty};
    int machines = 0;
    for (int i = 0; i < 2; i++) {
        struct record_log *log = open_log(f, 1);
        assert_int_equal(record_log_machine(log, &machine, &f->err), 0);
        append(f, log, i, "ok");
        close_log(f, log);
    }
    assert_int_equal(records_index(&f->index, f->folder, NULL, RUNS, count_machine, &machines, &f->err), 0);
    assert_int_equal(machines, 2);
    assert_int_equal(f->index.torn, 0);
    assert_found(f, "0+ 1+ ");
}

static void a_log_that_nothing_was_written_to_leaves_no_file(void **state)
{
    struct fixture *f = *state;
    char *path = path_of(f, "local.3.jsonl");
    struct record_log *log = open_log(f, 3);
    assert_true(file_exists(path));
    close_log(f, log);
    assert_false(file_exists(path));
    free(path);
}

static void a_record_is_on_its_way_to_the_disk_before_the_next_run(void **state)
{
    struct fixture *f = *state;
    struct record_log *log = open_log(f, 1);
    for (int64_t i = 0; i < 5; i++) {
        append(f, log, i, "ok");
        load(f); /* as another process sees it */
        assert_int_equal(f->index.ok, i + 1);
    }
    close_log(f, log);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_folder_without_records_is_told),
        TEST(a_task_has_one_worker_at_a_time),
        TEST(torn_and_foreign_lines_are_passed_over_and_counted),
        TEST(other_files_are_left_alone),
        TEST(what_looks_whole_and_is_not_is_named_with_the_remedy),
        TEST(a_torn_last_line_is_closed_before_the_next_is_written),
        TEST(of_several_records_the_first_ok_one_counts_else_the_last),
        TEST(a_record_comes_back_as_it_was_written),
        TEST(machines_are_handed_on),
        TEST(a_log_that_nothing_was_written_to_leaves_no_file),
        TEST(a_record_is_on_its_way_to_the_disk_before_the_next_run),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}

#include "task_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "alloc.h"
#include "files.h"
#include "records.h"
#include "strbuf.h"

struct fixture {
    char folder[64];
    struct task_seen seen;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/test_task_facts.XXXXXX");
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
    task_seen_free(&f->seen);
    free(f);
    return rc;
}

static struct record_log *open_new(struct fixture *f)
{
    struct record_log *log = record_log_open(f->folder, "w0-1x1x2-b0", 0, &f->err);
    if (log == NULL)
        fail_msg("%s", f->err.text);
    return log;
}

static void begin(struct fixture *f, struct record_log *log, const char *job)
{
    struct task_begin facts = {"study-0a1b2c3d-1", "123", job, "b-cn0101"};
    assert_int_equal(task_facts_begin(log, &facts, &f->err), 0);
}

static void look(struct fixture *f)
{
    task_seen_free(&f->seen);
    assert_int_equal(task_facts_look(&f->seen, f->folder, "w0-1x1x2-b0", &f->err), 0);
}

static void a_task_that_never_began_has_no_attempts(void **state)
{
    struct fixture *f = *state;
    look(f);
    assert_int_equal(f->seen.attempts, 0);
    assert_false(f->seen.begun);
    assert_string_equal(f->seen.submission, "");
}

static void the_last_attempt_tells(void **state)
{
    struct fixture *f = *state;
    struct record_log *first = open_new(f);
    begin(f, first, "123_0");
    look(f);
    assert_true(f->seen.begun);
    assert_false(f->seen.ended);
    assert_string_equal(f->seen.job, "123_0");
    /* The first is still open, as after a requeue that came too early. */
    struct record_log *second = open_new(f);
    assert_int_equal(record_log_attempt(second), 2);
    begin(f, second, "124_0");
    struct worker_outcome outcome = {.total = 4, .ok = 3, .failed = 1};
    assert_int_equal(task_facts_end(second, &outcome, "the disk\nis full", &f->err), 0);
    assert_int_equal(record_log_close(second, &f->err), 0);
    assert_int_equal(record_log_close(first, &f->err), 0);
    look(f);
    assert_int_equal(f->seen.attempts, 2);
    assert_true(f->seen.ended);
    assert_string_equal(f->seen.job, "124_0");
    assert_string_equal(f->seen.submission, "study-0a1b2c3d-1");
    assert_string_equal(f->seen.problem, "the disk\nis full");
}

static void facts_are_no_records_and_no_torn_lines(void **state)
{
    struct fixture *f = *state;
    struct records_index index;
    struct record_log *log = open_new(f);
    begin(f, log, "123_0");
    assert_int_equal(record_log_close(log, &f->err), 0);
    assert_int_equal(records_index(&index, f->folder, NULL, 3, NULL, NULL, &f->err), 0);
    assert_int_equal(index.file_count, 1);
    assert_int_equal(index.found, 0);
    assert_int_equal(index.torn, 0);
    records_index_free(&index);
}

static void a_torn_fact_is_passed_over(void **state)
{
    struct fixture *f = *state;
    struct record_log *log = open_new(f);
    begin(f, log, "123_0");
    assert_int_equal(record_log_line(log, "{\"end\": {\"at\": \"2026", &f->err), 0);
    assert_int_equal(record_log_close(log, &f->err), 0);
    look(f);
    assert_true(f->seen.begun);
    assert_false(f->seen.ended);
}

static void one_tasks_files_are_told_from_anothers(void **state)
{
    struct fixture *f = *state;
    struct records_index index;
    static const char *const tasks[] = {"w0-1x1x2-b1", "w0-1x1x2-b11", "w0-1x1x2-b1.x"};
    for (size_t i = 0; i < 3; i++) {
        struct record_log *log = record_log_open(f->folder, tasks[i], 0, &f->err);
        assert_non_null(log);
        begin(f, log, "1");
        assert_int_equal(record_log_close(log, &f->err), 0);
    }
    assert_int_equal(records_index(&index, f->folder, "w0-1x1x2-b1", 3, NULL, NULL, &f->err), 0);
    assert_int_equal(index.file_count, 1);
    records_index_free(&index);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_task_that_never_began_has_no_attempts),
        TEST(the_last_attempt_tells),
        TEST(facts_are_no_records_and_no_torn_lines),
        TEST(a_torn_fact_is_passed_over),
        TEST(one_tasks_files_are_told_from_anothers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

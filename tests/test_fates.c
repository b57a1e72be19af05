#include "fates.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "strbuf.h"

static int setup(void **state)
{
    *state = xcalloc(1, sizeof(struct task_fates));
    return 0;
}

static int teardown(void **state)
{
    task_fates_free(*state);
    free(*state);
    return 0;
}

static void add(struct task_fates *fates, const char *task, const char *job, const char *reason)
{
    struct task_fate *fate = task_fates_add(fates, task, job);
    free(fate->reason);
    fate->reason = xstrdup(reason);
}

static void nothing_is_known_of_no_fates(void **state)
{
    struct task_fates *fates = *state;
    assert_null(task_fates_of_task(fates, "w0-1x1x28-b0"));
    assert_null(task_fates_of_job(fates, "1_0"));
    task_fates_sort(fates);
    assert_null(task_fates_of_task(fates, ""));
    task_fates_free(fates);
    task_fates_free(fates); /* an empty one is fine */
}

static void a_new_fate_tells_of_a_run_that_is_missing(void **state)
{
    struct task_fates *fates = *state;
    char task[] = "w0-1x1x28-b0", job[] = "123_0";
    const struct task_fate *fate = task_fates_add(fates, task, job);
    task[0] = job[0] = 'x'; /* texts are copied */
    assert_string_equal(fate->task, "w0-1x1x28-b0");
    assert_string_equal(fate->job, "123_0");
    assert_string_equal(fate->status, "missing");
    assert_string_equal(fate->reason, "");
    assert_true(isnan(fate->cpu_seconds) && isnan(fate->memory_bytes) && isnan(fate->energy_joules));
}

static void the_last_fate_of_a_task_counts(void **state)
{
    struct task_fates *fates = *state;
    add(fates, "b", "1_1", "first");
    add(fates, "a", "1_0", "alone");
    add(fates, "b", "2_1", "second");
    add(fates, "c", "1_2", "other");
    add(fates, "b", "3_1", "third");
    task_fates_sort(fates);
    assert_string_equal(task_fates_of_task(fates, "b")->reason, "third");
    assert_string_equal(task_fates_of_task(fates, "a")->reason, "alone");
    assert_string_equal(task_fates_of_task(fates, "c")->reason, "other");
}

/* Records name the job that made them: an older one's figures are not lost. */
static void each_job_is_found(void **state)
{
    struct task_fates *fates = *state;
    add(fates, "b", "1_1", "first");
    add(fates, "b", "2_1", "second");
    add(fates, "b", "", "refused");
    task_fates_sort(fates);
    assert_string_equal(task_fates_of_job(fates, "1_1")->reason, "first");
    assert_string_equal(task_fates_of_job(fates, "2_1")->reason, "second");
    assert_null(task_fates_of_job(fates, "1_10"));
    assert_null(task_fates_of_job(fates, "1_"));
}

static void beginnings_and_longer_names_are_others(void **state)
{
    struct task_fates *fates = *state;
    add(fates, "w0-1x1x2-b1", "10_1", "1");
    add(fates, "w0-1x1x2-b11", "10_11", "11");
    task_fates_sort(fates);
    assert_string_equal(task_fates_of_task(fates, "w0-1x1x2-b1")->reason, "1");
    assert_string_equal(task_fates_of_task(fates, "w0-1x1x2-b11")->reason, "11");
    assert_null(task_fates_of_task(fates, "w0-1x1x2-b"));
    assert_null(task_fates_of_task(fates, "w0-1x1x2-b111"));
    assert_null(task_fates_of_task(fates, "~"));
}

static void more_may_be_added_and_sorted_in(void **state)
{
    struct task_fates *fates = *state;
    add(fates, "b", "1", "old");
    task_fates_sort(fates);
    add(fates, "a", "2", "new");
    add(fates, "b", "3", "newer");
    task_fates_sort(fates);
    assert_string_equal(task_fates_of_task(fates, "a")->reason, "new");
    assert_string_equal(task_fates_of_task(fates, "b")->reason, "newer");
}

static void many_are_found_quickly(void **state)
{
    struct task_fates *fates = *state;
    enum { MANY = 100000 };
    for (int i = 0; i < MANY; i++) {
        char *task = text_format("w0-1x1x28-b%d", (int)(i * INT64_C(7919) % (MANY / 2)));
        char *job = text_format("%d", i), *reason = text_format("%d", i);
        add(fates, task, job, reason);
        free(task);
        free(job);
        free(reason);
    }
    task_fates_sort(fates);
    for (int i = 0; i < MANY; i++) {
        char *job = text_format("%d", i);
        assert_string_equal(task_fates_of_job(fates, job)->reason, job);
        const struct task_fate *last = task_fates_of_task(fates, fates->list[i].task);
        assert_ptr_equal(last, &fates->list[i < MANY / 2 ? i + MANY / 2 : i]);
        free(job);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_known_of_no_fates),
        TEST(a_new_fate_tells_of_a_run_that_is_missing),
        TEST(the_last_fate_of_a_task_counts),
        TEST(each_job_is_found),
        TEST(beginnings_and_longer_names_are_others),
        TEST(more_may_be_added_and_sorted_in),
        TEST(many_are_found_quickly),
    };
    return cmocka_run_group_tests_name("fates", tests, NULL, NULL);
}

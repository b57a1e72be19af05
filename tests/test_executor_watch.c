#include "executor_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "clock.h"
#include "files.h"

static void a_silent_queue_means_nothing(void **state)
{
    struct session *s = *state;
    session_put(s, "squeue.silent", "1\n2\n3\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_int_equal(s->silent, 3);
    assert_each_ran_once(s);
}

static void silent_accounts_mean_nothing(void **state)
{
    struct session *s = *state;
    session_put(s, "sacct.silent", "1\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_each_ran_once(s);
    struct journal journal = journal_of(s);
    assert_true(journal.list[0].elements[0].accounted);
    journal_close(&journal);
}

static void accounts_that_never_come_are_not_waited_for_for_ever(void **state)
{
    struct session *s = *state;
    answers(s->f, "sacct", "", "", 0);
    session_run_study(s, 1, 2);
    assert_over(s);
    struct journal journal = journal_of(s);
    assert_false(journal.list[0].elements[0].accounted);
    journal_close(&journal);
}

static void what_a_node_has_ended_comes_again(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "NODE_FAIL\nPREEMPTED\nBOOT_FAIL\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_said(s, "w0-1x1x1 block 0 ended with NODE_FAIL and is submitted again");
    assert_int_equal(times_submitted(s), 4);
    assert_each_ran_once(s);
    assert_int_equal(s->done, 2); /* however often they were submitted */
    assert_int_equal(s->lost, 0);
}

static void a_node_may_fail_four_times_but_not_for_ever(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "NODE_FAIL\nNODE_FAIL\nNODE_FAIL\nNODE_FAIL\nNODE_FAIL\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_int_equal(times_submitted(s), 4);
    assert_false(has_records(s, "w0-1x1x1-b0", 1));
    assert_int_equal(s->done, 1);
    assert_int_equal(s->lost, 1);
}

static void what_the_program_has_ended_does_not_come_again(void **state)
{
    struct session *s = *state;
    static const char *const states[] = {"TIMEOUT", "OUT_OF_MEMORY", "CANCELLED", "FAILED"};
    session_set_size(s, 4, 1);
    for (int i = 0; i < 4; i++) {
        char *name = text_format("fates.w0-1x1x%d-b0", i + 1);
        session_put(s, name, states[i]);
        free(name);
    }
    session_run(s);
    assert_over(s);
    assert_int_equal(times_submitted(s), 4);
    assert_int_equal(s->lost, 4);
    session_run(s); /* but `resume` submits what is missing */
    assert_int_equal(times_submitted(s), 8);
    assert_each_ran_once(s);
    assert_int_equal(s->done, 4);
    assert_int_equal(s->lost, 0);
}

static void a_job_without_records_is_lost_after_a_while(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "LOST\n");
    double before = clock_seconds();
    session_run_study(s, 1, 1);
    assert_true(clock_seconds() - before > slurm_pace_of(&s->plan.cluster).settle);
    assert_over(s);
    assert_int_equal(times_submitted(s), 1);
    assert_int_equal(s->lost, 1);
    assert_first_end(s, SLURM_COMPLETED, "COMPLETED");
}

static void records_that_come_late_are_waited_for(void **state)
{
    struct session *s = *state;
    s->plan.cluster.poll_seconds = 0.1;
    session_put(s, "fates.w0-1x1x1-b0", "LATE\n");
    session_set_size(s, 1, 1);
    session_run_late(s);
    assert_over(s);
    assert_each_ran_once(s);
    assert_int_equal(s->done, 1);
    assert_int_equal(s->lost, 0);
}

static void what_only_sacct_remembers_is_believed(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "GONE-TIMEOUT\n");
    session_run_study(s, 1, 1);
    assert_over(s);
    assert_first_end(s, SLURM_TIMEOUT, "TIMEOUT");
    assert_int_equal(times_submitted(s), 1);
}

static void who_cancelled_a_job_is_found_out(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "CANCELLED\n");
    session_put(s, "fates.w0-1x1x1-b1", "CANCELLED\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_first_end(s, SLURM_CANCELLED, "CANCELLED by 1001");
    assert_int_equal(times_submitted(s), 1);
    struct journal journal = journal_of(s);
    assert_int_equal(journal_open_tasks(&journal), 0);
    assert_string_equal(journal.list[0].elements[1].reason, "CANCELLED by 1001");
    journal_close(&journal);
}

static void what_nobody_knows_any_more_is_over_without_a_reason(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "VANISHED\n");
    session_run_study(s, 1, 1);
    assert_over(s);
    assert_first_end(s, SLURM_UNKNOWN, "CANCELLED before it began, as it seems: Slurm no longer knows it, "
                        "and it has written nothing");
    assert_int_equal(times_submitted(s), 1);
    assert_int_equal(s->lost, 1);
}

/* One that was cancelled before it ran is forgotten at once, its array goes on. */
static void an_element_that_vanishes_is_over_before_its_array(void **state)
{
    struct session *s = *state;
    session_put(s, "fates.w0-1x1x1-b0", "VANISHED\n");
    session_put(s, "fates.w0-1x1x1-b1", "GONE-CANCELLED by 1001\n");
    session_put(s, "fates.w0-1x1x1-b2", "RUNNING\nRUNNING\nRUNNING\nRUNNING\nRUNNING\nRUNNING\nRUNNING\n"
                                        "RUNNING\nRUNNING\n");
    s->cancel_at = 8;
    session_run_study(s, 1, 3);
    assert_int_equal(s->outcome.open, 1);
    assert_int_equal(s->lost, 2);
    struct journal journal = journal_of(s);
    const struct submission_element *e = journal.list[0].elements;
    assert_string_equal(e[0].reason, "CANCELLED before it began, as it seems: Slurm no longer knows it, "
                        "and it has written nothing");
    assert_string_equal(e[1].reason, "CANCELLED by 1001");
    assert_false(e[2].ended);
    journal_close(&journal);
    s->cancel_at = 0;
    session_run(s); /* what was lost comes again beside what still runs */
    assert_over(s);
    assert_int_equal(s->outcome.submitted_tasks, 2);
    assert_each_ran_once(s);
}

static void records_end_what_slurm_does_not_tell_of(void **state)
{
    struct session *s = *state;
    struct strbuf silence = STRBUF_INIT;
    s->cancel_at = 1;
    session_put(s, "hold", "");
    session_run_study(s, 1, 1);
    assert_int_equal(s->outcome.open, 1);
    for (int i = 0; i < 200; i++)
        strbuf_add(&silence, "no\n");
    session_put(s, "squeue.silent", silence.str);
    strbuf_free(&silence);
    char *path = path_join(s->f->folder, "runs.w0-1x1x1-b0");
    struct strbuf runs = STRBUF_INIT;
    assert_int_equal(file_read(path, 1 << 20, &runs, &s->f->err), 0);
    session_put(s, "study/records/w0-1x1x1-b0.1.jsonl", runs.str);
    strbuf_free(&runs);
    free(path);
    s->cancel_at = 0;
    session_run(s);
    assert_over(s);
    assert_int_equal(times_submitted(s), 1);
}

static void a_folder_that_is_deleted_is_told(void **state)
{
    struct session *s = *state;
    session_put(s, "hold", "");
    fake(s->f, "squeue", "rm -r study/records");
    session_set_size(s, 1, 1);
    assert_int_equal(session_try(s), -1);
    assert_non_null(strstr(s->f->err.text, "has no records: No such file or directory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_silent_queue_means_nothing),
        CASE(silent_accounts_mean_nothing),
        CASE(accounts_that_never_come_are_not_waited_for_for_ever),
        CASE(what_a_node_has_ended_comes_again),
        CASE(a_node_may_fail_four_times_but_not_for_ever),
        CASE(what_the_program_has_ended_does_not_come_again),
        CASE(a_job_without_records_is_lost_after_a_while),
        CASE(records_that_come_late_are_waited_for),
        CASE(what_only_sacct_remembers_is_believed),
        CASE(who_cancelled_a_job_is_found_out),
        CASE(what_nobody_knows_any_more_is_over_without_a_reason),
        CASE(an_element_that_vanishes_is_over_before_its_array),
        CASE(records_end_what_slurm_does_not_tell_of),
        CASE(a_folder_that_is_deleted_is_told),
    };
    return cmocka_run_group_tests_name("executor_watch", tests, NULL, NULL);
}

#include "executor_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "clock.h"
#include "files.h"

/* ---- leaving and coming back ---- */

static void detached_is_submitted_and_left(void **state)
{
    struct session *s = *state;
    s->request.detach = true;
    session_run_study(s, 2, 3);
    assert_int_equal(s->outcome.submitted_tasks, 6);
    assert_int_equal(s->outcome.open, 6);
    assert_int_equal(s->outcome.waiting, 0);
    assert_int_equal(s->outcome.questions, 2);
    s->request.detach = false;
    session_run(s);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_tasks, 0);
    assert_int_equal(times_submitted(s), 2);
    assert_each_ran_once(s);
}

static void detached_from_a_full_queue_tells_what_waits(void **state)
{
    struct session *s = *state;
    session_put(s, "limit", "2");
    s->request.detach = true;
    session_run_study(s, 1, 5);
    assert_int_equal(s->outcome.open, 2);
    assert_int_equal(s->outcome.waiting, 3);
    s->request.detach = false;
    session_run(s);
    assert_over(s);
    assert_each_ran_once(s);
}

static void the_user_may_leave_at_any_moment(void **state)
{
    struct session *s = *state;
    session_put(s, "hold", "");
    s->cancel_at = 1;
    s->plan.cluster.poll_seconds = 100;
    double before = clock_seconds();
    session_run_study(s, 2, 3);
    assert_true(clock_seconds() - before < 3);
    assert_true(s->outcome.cancelled);
    assert_int_equal(s->outcome.open, 6);
    s->plan.cluster.poll_seconds = 0.01;
    session_drop(s, "hold");
    s->cancel_at = 0;
    session_run(s);
    assert_over(s);
    assert_each_ran_once(s);
    assert_int_equal(times_submitted(s), 2);
}

static struct session *interrupted_session;

static void interrupt(int number)
{
    (void)number;
    interrupted_session->cancelled = 1;
}

static void an_interrupted_sbatch_is_settled_later(void **state)
{
    struct session *s = *state;
    char *body = text_format("sh '%s' sbatch \"$@\" >answer; [ -e slow ] && sleep 600; cat answer",
                             SLURM_FAKE);
    fake(s->f, "sbatch", body);
    free(body);
    session_put(s, "slow", "");
    session_set_size(s, 1, 2);
    interrupted_session = s;
    signal(SIGALRM, interrupt);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {.tv_usec = 400000}}, NULL);
    double before = clock_seconds();
    session_run(s);
    assert_true(clock_seconds() - before < 5);
    assert_true(s->outcome.cancelled);
    assert_int_equal(s->outcome.open, 2);
    session_drop(s, "slow");
    session_run(s);
    assert_over(s);
    assert_int_equal(times_submitted(s), 1);
    assert_each_ran_once(s);
}

/* What was submitted before, and ends under our eyes, is like what we submitted. */
static void a_time_out_after_coming_back_does_not_come_again(void **state)
{
    struct session *s = *state;
    session_put(s, "hold", "");
    session_put(s, "fates.w0-1x1x1-b0", "TIMEOUT\nTIMEOUT\n");
    s->cancel_at = 1;
    session_run_study(s, 1, 2);
    session_drop(s, "hold");
    s->cancel_at = 0;
    session_run(s);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_tasks, 0);
    assert_int_equal(times_submitted(s), 1);
    assert_int_equal(s->lost, 1);
}

static void what_ended_while_nobody_looked_is_submitted_again(void **state)
{
    struct session *s = *state;
    s->request.detach = true;
    session_run_study(s, 1, 3);
    s->request.detach = false;
    session_put(s, "fates.w0-1x1x1-b1", "VANISHED\n");
    session_put(s, "fates.w0-1x1x1-b2", "TIMEOUT\n");
    pass_time(s);
    pass_time(s);
    session_run(s);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_tasks, 2);
    assert_each_ran_once(s);
    assert_int_equal(s->done, 3);
    assert_int_equal(s->lost, 0);
}

static void records_that_are_late_when_we_come_back_are_waited_for(void **state)
{
    struct session *s = *state;
    s->plan.cluster.poll_seconds = 0.1;
    s->request.detach = true;
    session_put(s, "fates.w0-1x1x1-b0", "LATE\n");
    session_run_study(s, 1, 1);
    s->request.detach = false;
    pass_time(s);
    pass_time(s);
    session_run_late(s);
    assert_over(s);
    assert_int_equal(times_submitted(s), 1);
    assert_each_ran_once(s);
}

/* ---- looking and cancelling beside a runner ---- */

static void status_looks_and_writes_nothing(void **state)
{
    struct session *s = *state;
    session_put(s, "limit", "2");
    s->request.detach = true;
    session_run_study(s, 2, 2);
    char *path = path_join(s->folder, "journal.jsonl");
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    assert_int_equal(file_read(path, 1 << 20, &before, &s->f->err), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(executor_slurm_look(s->folder, &s->plan, session_see, s, &s->f->err), 0);
    assert_int_equal(s->done, 2);
    assert_int_equal(s->waiting, 2);
    assert_int_equal(file_read(path, 1 << 20, &after, &s->f->err), 0);
    assert_string_equal(before.str, after.str);
    strbuf_free(&before);
    strbuf_free(&after);
    free(path);
}

/* Its array still runs, but it has no job any more. */
static void a_lost_task_waits_for_resume(void **state)
{
    struct session *s = *state;
    s->request.detach = true;
    session_put(s, "fates.w0-1x1x1-b0", "TIMEOUT\n");
    session_run_study(s, 1, 2);
    session_put(s, "hold", "");
    session_shell(s, "sed -i '1s/PENDING/RUNNING/' elements");
    assert_int_equal(executor_slurm_look(s->folder, &s->plan, session_see, s, &s->f->err), 0);
    assert_int_equal(s->lost, 1);
    assert_int_equal(s->waiting, 1);
}

static void what_slurm_still_has_is_cancelled(void **state)
{
    struct session *s = *state;
    int64_t tasks = 0;
    session_put(s, "hold", "");
    session_put(s, "answers", "accept\nunheard\n");
    session_put(s, "squeue.silent", "1\n2\n");
    s->cancel_at = 1;
    session_run_study(s, 2, 2);
    session_drop(s, "squeue.silent");
    assert_int_equal(executor_slurm_open_tasks(s->folder, &s->plan, &tasks, &s->f->err), 0);
    assert_int_equal(tasks, 4);
    assert_int_equal(executor_slurm_cancel(s->folder, &tasks, &s->f->err), 0);
    assert_int_equal(tasks, 4);
    assert_true(notes(s->f, "scancel.arguments", "101\n102\n"));
    struct journal journal = journal_of(s);
    assert_true(journal.list[0].cancelled && journal.list[1].cancelled);
    journal_close(&journal);
    assert_int_equal(executor_slurm_open_tasks(s->folder, &s->plan, &tasks, &s->f->err), 0);
    s->cancel_at = 0;
    session_drop(s, "hold");
    session_run(s);
    assert_over(s);
    assert_each_ran_once(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(detached_is_submitted_and_left),
        CASE(detached_from_a_full_queue_tells_what_waits),
        CASE(the_user_may_leave_at_any_moment),
        CASE(an_interrupted_sbatch_is_settled_later),
        CASE(a_time_out_after_coming_back_does_not_come_again),
        CASE(what_ended_while_nobody_looked_is_submitted_again),
        CASE(records_that_are_late_when_we_come_back_are_waited_for),
        CASE(status_looks_and_writes_nothing),
        CASE(a_lost_task_waits_for_resume),
        CASE(what_slurm_still_has_is_cancelled),
    };
    return cmocka_run_group_tests_name("executor_resume", tests, NULL, NULL);
}

#include "executor_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

/* ---- a good day ---- */

static void a_study_is_submitted_watched_and_done(void **state)
{
    struct session *s = *state;
    session_run_study(s, 2, 3);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_arrays, 2);
    assert_int_equal(s->outcome.submitted_tasks, 6);
    assert_int_equal(s->outcome.refused, 0);
    assert_int_equal(times_submitted(s), 2);
    assert_each_ran_once(s);
    assert_int_equal(s->done, 6);
    assert_int_equal(s->lost, 0);
    struct journal journal = journal_of(s);
    for (size_t i = 0; i < 2; i++)
        for (size_t e = 0; e < 3; e++) {
            const struct submission_element *element = &journal.list[i].elements[e];
            assert_int_equal(element->state, SLURM_COMPLETED);
            assert_true(element->cpu_seconds == 5);
            assert_true(element->memory_bytes == 2000 * 1024);
            assert_true(isnan(element->energy_joules));
        }
    journal_close(&journal);
}

static void a_study_that_is_done_asks_for_nothing(void **state)
{
    struct session *s = *state;
    session_run_study(s, 1, 2);
    size_t looks = lines_of(s, "looks");
    session_run(s);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_tasks, 0);
    assert_int_equal(s->outcome.questions, 0);
    assert_int_equal(times_submitted(s), 1);
    assert_int_equal(lines_of(s, "looks"), looks);
}

static void without_accounting_nothing_is_asked_of_it(void **state)
{
    struct session *s = *state;
    s->plan.cluster.has_sacct = false;
    session_run_study(s, 2, 2);
    assert_over(s);
    assert_each_ran_once(s);
    assert_int_equal(lines_of(s, "sacct.arguments"), 0);
}

static void twenty_arrays_are_one_question_an_interval(void **state)
{
    struct session *s = *state;
    session_put(s, "hold", "");
    s->plan.cluster.poll_seconds = 0.05;
    session_set_size(s, 20, 2);
    s->cancel_at = 4;
    double before = clock_seconds();
    session_run(s);
    double seconds = clock_seconds() - before;
    assert_int_equal(s->outcome.submitted_arrays, 20);
    assert_int_equal(s->outcome.open, 40);
    assert_int_equal(lines_of(s, "looks"), 4);
    assert_int_equal(s->outcome.questions, 20 + 4);
    assert_true(notes(s->f, "looks", "101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,"
                                     "116,117,118,119,120\n"));
    /* Each wait is half as long again as the one before. */
    assert_true(seconds > s->plan.cluster.poll_seconds * (1 + 1.5 + 1.5 * 1.5));
}

static void the_pace_is_the_clusters_within_reason(void **state)
{
    (void)state;
    struct plan_cluster cluster = {.poll_seconds = NAN};
    struct slurm_pace pace = slurm_pace_of(&cluster);
    assert_true(pace.least == 10 && pace.most == 180 && pace.settle == 60 && pace.patience == 120);
    cluster.poll_seconds = 300;
    pace = slurm_pace_of(&cluster);
    assert_true(pace.least == 300 && pace.most == 300 && pace.settle == 60);
    cluster.poll_seconds = 0;
    assert_true(slurm_pace_of(&cluster).least == 10);
}

static void blocks_beyond_the_largest_array_are_split(void **state)
{
    struct session *s = *state;
    s->plan.cluster.max_array = 4;
    session_run_study(s, 1, 10);
    assert_over(s);
    assert_each_ran_once(s);
    assert_int_equal(s->outcome.submitted_arrays, 3);
    struct journal journal = journal_of(s);
    assert_int_equal(journal.list[0].first_block, 0);
    assert_int_equal(journal.list[1].first_block, 4);
    assert_int_equal(journal.list[2].first_block, 8);
    journal_close(&journal);
}

static void slurm_is_asked_for_the_largest_array_where_nobody_knows_it(void **state)
{
    struct session *s = *state;
    s->plan.cluster.max_array = 0;
    answers(s->f, "scontrol", "MaxArraySize            = 5\n", "", 0);
    session_run_study(s, 1, 10);
    assert_int_equal(s->outcome.submitted_arrays, 2);
    assert_each_ran_once(s);
}

/* ---- submitting on bad days ---- */

static void a_refusal_is_told_and_not_repeated(void **state)
{
    struct session *s = *state;
    session_put(s, "answers", "refuse\nrefuse\n");
    session_run_study(s, 2, 3);
    assert_over(s);
    assert_int_equal(s->outcome.refused, 6);
    assert_int_equal(s->outcome.submitted_tasks, 0);
    assert_string_equal(s->outcome.words, "Batch job submission failed: Invalid account or "
                                          "account/partition combination specified");
    assert_said(s, "Slurm refuses w0-1x1x1: Batch job");
    assert_int_equal(times_submitted(s), 2);
    session_run(s); /* as `resume` does, when the account is mended */
    assert_int_equal(s->outcome.submitted_tasks, 6);
    assert_each_ran_once(s);
}

static void a_full_queue_gets_as_much_as_it_takes(void **state)
{
    struct session *s = *state;
    session_put(s, "limit", "3");
    session_run_study(s, 2, 5);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_tasks, 10);
    assert_each_ran_once(s);
}

static void a_queue_that_takes_one_at_a_time_is_enough(void **state)
{
    struct session *s = *state;
    session_put(s, "limit", "1");
    session_run_study(s, 1, 3);
    assert_over(s);
    assert_int_equal(s->outcome.submitted_arrays, 3);
    assert_each_ran_once(s);
}

static void no_more_than_the_profile_allows_is_asked_for(void **state)
{
    struct session *s = *state;
    s->plan.cluster.max_queued = 2;
    session_put(s, "limit", "2");
    session_run_study(s, 2, 3);
    assert_over(s);
    assert_each_ran_once(s);
    struct journal journal = journal_of(s);
    for (size_t i = 0; i < journal.count; i++)
        assert_int_equal(journal.list[i].fate, SUBMISSION_ACCEPTED);
    journal_close(&journal);
}

static void a_lost_answer_is_found_by_the_jobs_name(void **state)
{
    struct session *s = *state;
    session_put(s, "answers", "unheard\n");
    session_run_study(s, 2, 2);
    assert_over(s);
    assert_said(s, "looking whether the job is there");
    assert_int_equal(times_submitted(s), 2);
    assert_int_equal(s->outcome.submitted_tasks, 4);
    assert_each_ran_once(s);
}

static void a_job_that_did_not_arrive_is_submitted_again(void **state)
{
    struct session *s = *state;
    session_put(s, "answers", "lost\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_int_equal(times_submitted(s), 2);
    assert_int_equal(s->outcome.submitted_arrays, 1);
    assert_each_ran_once(s);
    struct journal journal = journal_of(s);
    assert_int_equal(journal.list[0].fate, SUBMISSION_NEVER);
    assert_int_equal(journal.list[1].fate, SUBMISSION_ACCEPTED);
    journal_close(&journal);
}

static void a_job_whose_answer_was_lost_tells_itself(void **state)
{
    struct session *s = *state;
    session_put(s, "answers", "unheard\n");
    session_put(s, "squeue.silent", "1\n2\n3\n4\n");
    s->cancel_at = 2;
    session_run_study(s, 1, 1);
    assert_int_equal(s->outcome.open, 1);
    /* Nobody can be asked, but the job has begun. */
    session_put(s, "study/records/w0-1x1x1-b0.1.jsonl",
        "{\"begin\":{\"submission\":\"study-1f2e3d4c-1\",\"array_job\":\"101\",\"job\":\"101_0\"}}\n");
    session_put(s, "squeue.silent", "1\n2\n3\n4\n5\n6\n7\n8\n");
    session_run(s);
    struct journal journal = journal_of(s);
    assert_int_equal(journal.list[0].fate, SUBMISSION_ACCEPTED);
    assert_string_equal(journal.list[0].job, "101");
    assert_int_equal(journal.count, 1);
    journal_close(&journal);
    assert_int_equal(times_submitted(s), 1);
}

static void a_controller_that_is_away_is_waited_for(void **state)
{
    struct session *s = *state;
    session_put(s, "answers", "unreachable\nunreachable\n");
    session_run_study(s, 1, 2);
    assert_over(s);
    assert_said(s, "Slurm does not answer: Batch job submission failed: Unable to contact");
    assert_int_equal(times_submitted(s), 3);
    assert_each_ran_once(s);
}

static void a_controller_that_stays_away_is_given_up(void **state)
{
    struct session *s = *state;
    struct strbuf silence = STRBUF_INIT;
    for (int i = 0; i < 200; i++)
        strbuf_add(&silence, "unreachable\n");
    session_put(s, "answers", silence.str);
    strbuf_free(&silence);
    session_set_size(s, 1, 2);
    assert_int_equal(session_try(s), -1);
    assert_int_equal(s->f->err.status, STATUS_SYSTEM);
    assert_non_null(strstr(s->f->err.text, "Slurm has not answered for"));
    assert_non_null(strstr(s->f->err.text, "nothing is lost"));
}

/* "The queue is full" is an answer. */
static void a_controller_that_has_come_back_is_not_given_up(void **state)
{
    struct session *s = *state;
    session_put(s, "answers", "unreachable\n");
    session_put(s, "limit", "0");
    session_set_size(s, 1, 1);
    /* Its patience is 0.12 s. */
    s->cancel_at = 7;
    session_run(s);
    assert_true(s->outcome.cancelled);
    assert_int_equal(s->outcome.waiting, 1);
}

static void without_sbatch_the_way_out_is_told(void **state)
{
    struct session *s = *state;
    session_set_size(s, 1, 1);
    session_drop(s, "sbatch");
    setenv("PATH", s->f->folder, 1);
    assert_int_equal(session_try(s), -1);
    assert_int_equal(s->f->err.status, STATUS_SYSTEM);
    assert_non_null(strstr(s->f->err.text, "there is no Slurm on this machine (sbatch was not found); run it"));
    assert_non_null(strstr(s->f->err.text, "--local"));
    struct journal journal = journal_of(s);
    assert_int_equal(journal.list[0].fate, SUBMISSION_NEVER);
    journal_close(&journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_study_is_submitted_watched_and_done),
        CASE(a_study_that_is_done_asks_for_nothing),
        CASE(without_accounting_nothing_is_asked_of_it),
        CASE(twenty_arrays_are_one_question_an_interval),
        CASE(the_pace_is_the_clusters_within_reason),
        CASE(blocks_beyond_the_largest_array_are_split),
        CASE(slurm_is_asked_for_the_largest_array_where_nobody_knows_it),
        CASE(a_refusal_is_told_and_not_repeated),
        CASE(a_full_queue_gets_as_much_as_it_takes),
        CASE(a_queue_that_takes_one_at_a_time_is_enough),
        CASE(no_more_than_the_profile_allows_is_asked_for),
        CASE(a_lost_answer_is_found_by_the_jobs_name),
        CASE(a_job_that_did_not_arrive_is_submitted_again),
        CASE(a_job_whose_answer_was_lost_tells_itself),
        CASE(a_controller_that_is_away_is_waited_for),
        CASE(a_controller_that_stays_away_is_given_up),
        CASE(a_controller_that_has_come_back_is_not_given_up),
        CASE(without_sbatch_the_way_out_is_told),
    };
    return cmocka_run_group_tests_name("executor", tests, NULL, NULL);
}

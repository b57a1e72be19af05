#include "slurm_fixture.h"

#include <stdlib.h>

#include "alloc.h"
#include "strbuf.h"

static void the_queue_is_asked_once_for_all_jobs(void **state)
{
    struct fixture *f = *state;
    struct slurm_elements all;
    char *user = own_user();
    char *arguments = text_format("-h\n-r\n-t\nall\n-u\n%s\n-j\n44,45,9\n-o\n%%F|%%K|%%T|%%S|%%N|"
                                  "%%r\n",
                                  user);
    answers(f, "squeue",
            "Welcome to the cluster|of the year\n"
            "44|11|PENDING|N/A||JobArrayTaskLimit\n"
            "44|6|PENDING|1795332676||Resources\n"
            "44|5|RUNNING|1795332600|b-cn[0101-0102]|None\n"
            "44|0|COMPLETED|1795332500|b-cn0101|None\n"
            "44|1|FAILED|1795332500|b-cn0101|RaisedSignal:9(Killed)\n"
            "45|N/A|PENDING|N/A|(null)|ReqNodeNotAvail, UnavailableNodes:b-cn0101|more\n",
            "", 0);
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"44", "45", "9"}, 3, &all, &f->err),
                     0);
    assert_noted(f, "squeue.arguments", arguments);
    assert_int_equal(f->client.calls, 1);
    assert_int_equal(all.count, 6);
    assert_int_equal(all.list[0].array_job, 44);
    assert_int_equal(all.list[0].index, 11);
    assert_int_equal(all.list[0].state, SLURM_PENDING);
    assert_string_equal(all.list[0].reason, "JobArrayTaskLimit");
    assert_int_equal(all.list[0].start, 0);
    assert_string_equal(all.list[0].nodes, "");
    assert_int_equal(all.list[1].start, 1795332676);
    assert_int_equal(all.list[2].state, SLURM_RUNNING);
    assert_string_equal(all.list[2].nodes, "b-cn[0101-0102]");
    assert_string_equal(all.list[2].reason, "");
    assert_string_equal(all.list[3].state_text, "COMPLETED");
    assert_string_equal(all.list[4].reason, "RaisedSignal:9(Killed)");
    assert_int_equal(all.list[5].array_job, 45);
    assert_int_equal(all.list[5].index, -1);
    assert_string_equal(all.list[5].nodes, "");
    assert_string_equal(all.list[5].reason, "ReqNodeNotAvail, UnavailableNodes:b-cn0101|more");
    slurm_elements_free(&all);
    free(arguments);
    free(user);
}

static void jobs_that_are_forgotten_are_an_empty_answer(void **state)
{
    struct fixture *f = *state;
    struct slurm_elements all;
    answers(f, "squeue", "", "slurm_load_jobs error: Invalid job id specified\n", 1);
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"9"}, 1, &all, &f->err), 0);
    assert_int_equal(all.count, 0);
    slurm_elements_free(&all);
    answers(f, "squeue", "", "", 0);
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"9", "10"}, 2, &all, &f->err), 0);
    assert_int_equal(all.count, 0);
    slurm_elements_free(&all);
    assert_int_equal(slurm_queue(&f->client, NULL, 0, &all, &f->err), 0);
    assert_int_equal(all.count, 0);
    assert_int_equal(f->client.calls, 2);
}

static void a_queue_that_cannot_be_asked_is_not_an_empty_one(void **state)
{
    struct fixture *f = *state;
    struct slurm_elements all;
    int interrupted = 1;
    static const char unreachable[] =
        "slurm_load_jobs error: Unable to contact slurm controller (connect failure)\n";

    answers(f, "squeue", "", unreachable, 1);
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"9"}, 1, &all, &f->err), -1);
    assert_string_equal(f->err.text, "squeue: slurm_load_jobs error: Unable to contact slurm "
                                     "controller (connect failure)");
    assert_int_equal(f->err.status, STATUS_SYSTEM);
    answers(f, "squeue", "", unreachable, 0);
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"9"}, 1, &all, &f->err), -1);

    f->client.time_limit = 0.2;
    fake(f, "squeue", "echo '44|0|COMPLETED|1|n|None'; sleep 600");
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"44"}, 1, &all, &f->err), -1);
    assert_string_equal(f->err.text, "squeue gave no answer within 0.2 s");
    f->client.cancel = &interrupted;
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"44"}, 1, &all, &f->err), -1);
    assert_string_equal(f->err.text, "squeue was interrupted");
    assert_int_equal(f->err.status, STATUS_INTERRUPTED);
}

static void so_many_ids_that_the_system_refuses_them_are_asked_in_parts(void **state)
{
    enum { MANY = 30000 };
    struct fixture *f = *state;
    struct slurm_elements all;
    char **ids = xcalloc(MANY + 1, sizeof *ids);
    for (int i = 0; i < MANY; i++)
        ids[i] = text_format("%d", 31000000 + i);
    fake(f, "squeue",
         "for word in \"$@\"; do case $word in 3*) echo \"$word\" | tr , '\\n' |\n"
         "sed 's/$/|0|RUNNING|1|n|None/';; esac; done");
    assert_int_equal(slurm_queue(&f->client, (const char *const *)ids, MANY, &all, &f->err), 0);
    assert_int_equal(all.count, MANY);
    assert_int_equal(f->client.calls, 3);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(all.list[i].array_job, 31000000 + i);
    slurm_elements_free(&all);
    string_list_free(ids);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_queue_is_asked_once_for_all_jobs),
        TEST(jobs_that_are_forgotten_are_an_empty_answer),
        TEST(a_queue_that_cannot_be_asked_is_not_an_empty_one),
        TEST(so_many_ids_that_the_system_refuses_them_are_asked_in_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

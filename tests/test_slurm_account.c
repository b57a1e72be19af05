#include "slurm_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "strbuf.h"

/* The fields: JobID State ExitCode AllocCPUS NNodes NTasks ElapsedRaw TotalCPU MaxRSS ReqMem
 * AllocTRES TRESUsageInTot ConsumedEnergyRaw Submit Start End NodeList Reason */
static const char accounts_of_22_05[] =
    "3998_0|COMPLETED|0:0|4|1||5|00:04.456|||billing=4,cpu=4,mem=18284M,node=1||0|1795332600|"
    "1795332601|1795332606|b-cn0101|None\n"
    "3998_0.batch|COMPLETED|0:0|4|1|1|5|00:00.410|4194304||cpu=4,mem=18284M,node=1|"
    "cpu=00:00:00,energy=0,fs/disk=80001,mem=4194304,pages=0,vmem=4194304|0|1795332601|"
    "1795332601|1795332606|b-cn0101|\n"
    "3998_0.0|COMPLETED|0:0|4|1|4|4|00:04.046|119402496||cpu=4,mem=18284M,node=1|"
    "cpu=00:00:04,energy=0,fs/disk=1,mem=477609984,pages=0,vmem=1|0|1795332602|1795332602|"
    "1795332606|b-cn0101|\n"
    "3998_1|CANCELLED by 1001|0:0|4|1||3|00:00:00||18284M|billing=4,cpu=4,mem=18284M,node=1||0|"
    "1795332600|1795332601|1795332604|b-cn0101|None\n"
    "3998_1.batch|CANCELLED|0:15|4|1|1|3|00:00:00|||cpu=4,mem=18284M,node=1||0|1795332601|"
    "1795332601|1795332604|b-cn0101|\n"
    "3998_[2-5%2]|PENDING|0:0|0|1||0|00:00:00||18284M||||1795332600|Unknown|Unknown|"
    "None assigned|None\n";

static void steps_are_folded_into_their_element(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    bool off = true;
    answers(f, "sacct", accounts_of_22_05, "", 0);
    assert_int_equal(slurm_account(&f->client, "3998", 1795332600, &all, &off, &f->err), 0);
    assert_false(off);
    assert_int_equal(all.count, 3);

    const struct slurm_account *a = &all.list[0];
    assert_int_equal(a->array_job, 3998);
    assert_int_equal(a->index, 0);
    assert_int_equal(a->state, SLURM_COMPLETED);
    assert_true(fabs(a->cpu_seconds - 4.456) < 1e-9);
    assert_true(a->memory_bytes == 477609984);
    assert_true(isnan(a->energy_joules));
    assert_true(a->granted_memory_bytes == 18284.0 * 1024 * 1024);
    assert_int_equal(a->allocated_cpus, 4);
    assert_true(a->elapsed_seconds == 5);
    assert_int_equal(a->submit, 1795332600);
    assert_int_equal(a->start, 1795332601);
    assert_int_equal(a->end, 1795332606);
    assert_string_equal(a->nodes, "b-cn0101");
    assert_string_equal(a->reason, "");

    a = &all.list[1];
    assert_int_equal(a->index, 1);
    assert_int_equal(a->state, SLURM_CANCELLED);
    assert_string_equal(a->state_text, "CANCELLED by 1001");
    assert_true(isnan(a->cpu_seconds)); /* not gathered, not 0 */
    assert_true(isnan(a->memory_bytes));

    a = &all.list[2];
    assert_int_equal(a->index, -1);
    assert_int_equal(a->state, SLURM_PENDING);
    assert_int_equal(a->start, 0);
    assert_int_equal(a->allocated_cpus, 0);
    assert_true(isnan(a->granted_memory_bytes) || a->granted_memory_bytes == 18284.0 * 1024 * 1024);
    assert_string_equal(a->nodes, "");
    slurm_accounts_free(&all);
}

static void accounting_is_asked_for_own_jobs_since_the_submission(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    char *user = own_user(), since[32];
    time_t before = 1795332600 - 600;
    struct tm local;
    strftime(since, sizeof since, "-S\n%Y-%m-%dT%H:%M:%S\n", localtime_r(&before, &local));
    char *who = text_format("-u\n%s\n-j\n3998\n", user);

    answers(f, "sacct", "", "", 0);
    assert_int_equal(slurm_account(&f->client, "3998", 1795332600, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 0);
    assert_true(notes(f, "sacct.arguments", since));
    assert_true(notes(f, "sacct.arguments", who));
    assert_true(notes(f, "sacct.arguments", "--noconvert\n"));
    assert_true(notes(f, "sacct.environment", "SLURM_TIME_FORMAT=%s\n"));
    free(user);
    free(who);
}

static void jobs_of_an_id_that_has_wrapped_are_not_believed(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    answers(f, "sacct", accounts_of_22_05, "", 0);
    assert_int_equal(slurm_account(&f->client, "3998", 1795332600 + 86400, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 0);
    slurm_accounts_free(&all);
    /* A clock that is a few minutes behind is not another time. */
    assert_int_equal(slurm_account(&f->client, "3998", 1795332600 + 300, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 3);
    slurm_accounts_free(&all);
    assert_int_equal(slurm_account(&f->client, "3999", 1795332600, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 0);
    slurm_accounts_free(&all);
}

static void older_and_newer_versions_are_understood(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    /* 20.11: memory asked for per CPU, the reason is kept; no use in sum, energy of a plugin */
    answers(f, "sacct",
            "7_2|FAILED|9:0|4|2||90000|1-01:00:00||5300Mc|||1234567|1795332600|1795332601|"
            "1795422601|n[1-2]|NonZeroExitCode\n"
            "7_2.batch|FAILED|9:0|2|1|1|90000|00:00:01|1024||||1000000|1795332601|1795332601|"
            "1795422601|n1|\n"
            "7_2.0|FAILED|9:0|4|2|4|90000|1-01:00:00|1048576||||1234567|1795332601|1795332601|"
            "1795422601|n[1-2]|\n"
            "7_3|TIMEOUT|0:0|4|2||60|00:00:00||4Gn|||18446744073709551614|1795332600|"
            "1795332601|1795332661|n[1-2]|None\n",
            "", 0);
    assert_int_equal(slurm_account(&f->client, "7", 1795332600, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 2);
    assert_int_equal(all.list[0].exit_code, 9);
    assert_string_equal(all.list[0].reason, "NonZeroExitCode");
    assert_true(all.list[0].cpu_seconds == 90001);
    assert_true(all.list[0].memory_bytes == 4 * 1048576.0);
    assert_true(all.list[0].energy_joules == 1234567);
    assert_true(all.list[0].granted_memory_bytes == 4 * 5300.0 * 1024 * 1024);
    assert_int_equal(all.list[1].state, SLURM_TIMEOUT);
    assert_true(all.list[1].granted_memory_bytes == 2 * 4.0 * 1024 * 1024 * 1024);
    assert_true(isnan(all.list[1].energy_joules));
    slurm_accounts_free(&all);
}

static void rows_that_are_none_are_passed_over(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    answers(f, "sacct",
            "\n|\nNotice: maintenance on Monday|see the web|\n"
            "5.batch|COMPLETED|0:0|4|1|1|5|00:00.410|1|||||1|1|1|n|\n" /* no job for it */
            "5|COMPLETED|0:0\n"
            "5|RUNNING|?|x|1||-|later|16?|?|mem=?||-1|1795332601|1795332601|Unknown|n|None\n"
            "5|COMPLETED|0:0|4|1||5|00:00.410|1|||||1795332601|1|1|n|None|one more\n",
            "", 0);
    assert_int_equal(slurm_account(&f->client, "5", 1795332600, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 1);
    assert_int_equal(all.list[0].index, -1);
    assert_int_equal(all.list[0].state, SLURM_RUNNING);
    assert_int_equal(all.list[0].exit_code, 0);
    assert_int_equal(all.list[0].allocated_cpus, 0);
    assert_true(isnan(all.list[0].elapsed_seconds));
    assert_true(isnan(all.list[0].granted_memory_bytes));
    assert_true(isnan(all.list[0].energy_joules));
    slurm_accounts_free(&all);
    assert_int_equal(slurm_account(&f->client, "5_1", 0, &all, NULL, &f->err), -1);
    assert_string_equal(f->err.text, "\"5_1\" is no job id");
}

static void fields_that_this_version_lacks_are_left_out_from_then_on(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    fake(f, "sacct",
         "for field in Reason ConsumedEnergyRaw; do case \"$*\" in *$field*)\n"
         "echo \"sacct: error: Invalid field requested: \\\"$field\\\"\" >&2; exit 1;; esac; done\n"
         "echo '5|COMPLETED|0:0|4|1||5|00:00:00||4000M|cpu=4,mem=4000M||1795332600|1795332601|"
         "1795332606|n1'");
    assert_int_equal(slurm_account(&f->client, "5", 1795332600, &all, NULL, &f->err), 0);
    assert_int_equal(all.count, 1);
    assert_string_equal(all.list[0].nodes, "n1");
    assert_string_equal(all.list[0].reason, "");
    assert_int_equal(all.list[0].end, 1795332606);
    assert_int_equal(f->client.calls, 3);
    slurm_accounts_free(&all);
    assert_int_equal(slurm_account(&f->client, "5", 1795332600, &all, NULL, &f->err), 0);
    assert_int_equal(f->client.calls, 4);
    slurm_accounts_free(&all);

    answers(f, "sacct", "", "sacct: error: Invalid field requested: \"State\"\n", 1);
    assert_int_equal(slurm_account(&f->client, "5", 1795332600, &all, NULL, &f->err), -1);
    assert_string_equal(f->err.text, "sacct: Invalid field requested: \"State\"");
    answers(f, "sacct", "", "sacct: error: Invalid field requested: \"Reason\"\n", 1);
    assert_int_equal(slurm_account(&f->client, "5", 1795332600, &all, NULL, &f->err), -1);
}

static void without_accounting_or_with_its_database_away_nothing_is_known(void **state)
{
    struct fixture *f = *state;
    struct slurm_accounts all;
    bool off = false;
    answers(f, "sacct", "", "Slurm accounting storage is disabled\n", 1);
    assert_int_equal(slurm_account(&f->client, "5", 1, &all, &off, &f->err), -1);
    assert_true(off);
    assert_string_equal(f->err.text, "sacct: Slurm accounting storage is disabled");
    answers(f, "sacct", "",
            "sacct: error: slurm_persist_conn_open_without_init: failed to open persistent "
            "connection to host:127.0.0.1:27000: Connection refused\n"
            "sacct: error: Problem talking to the database: Connection refused\n",
            1);
    assert_int_equal(slurm_account(&f->client, "5", 1, &all, &off, &f->err), -1);
    assert_false(off);
    f->client.time_limit = 0.2;
    fake(f, "sacct", "sleep 600");
    assert_int_equal(slurm_account(&f->client, "5", 1, &all, &off, &f->err), -1);
    assert_false(off);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steps_are_folded_into_their_element),
        TEST(accounting_is_asked_for_own_jobs_since_the_submission),
        TEST(jobs_of_an_id_that_has_wrapped_are_not_believed),
        TEST(older_and_newer_versions_are_understood),
        TEST(rows_that_are_none_are_passed_over),
        TEST(fields_that_this_version_lacks_are_left_out_from_then_on),
        TEST(without_accounting_or_with_its_database_away_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

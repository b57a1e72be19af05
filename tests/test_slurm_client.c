#include "slurm_fixture.h"

#include <stdlib.h>
#include <time.h>

#include "alloc.h"

static void a_job_is_found_by_its_name_in_the_queue(void **state)
{
    struct fixture *f = *state;
    char *job = NULL;
    answers(f, "squeue",
            "70|1700000000|study-abc\n" /* too old */
            "77|1795332600|study-abc\n"
            "78|1795332601|study-abcd\n"
            "76|1795332599|study-abc\n",
            "", 0);
    answers(f, "sacct", "", "must not be asked\n", 1);
    assert_int_equal(slurm_find_by_name(&f->client, "study-abc", 1795332600, &job, &f->err), 1);
    assert_string_equal(job, "77");
    assert_true(notes(f, "squeue.arguments", "-n\nstudy-abc\n"));
    assert_int_equal(f->client.calls, 1);
    free(job);
}

static void a_job_that_the_queue_has_forgotten_is_found_in_accounting(void **state)
{
    struct fixture *f = *state;
    char *job = NULL;
    answers(f, "squeue", "", "", 0);
    answers(f, "sacct", "77_0|1795332600|study-abc\n77_[1-3]|1795332600|study-abc\n", "", 0);
    assert_int_equal(slurm_find_by_name(&f->client, "study-abc", 1795332600 - 3600, &job, &f->err),
                     1);
    assert_string_equal(job, "77");
    assert_true(notes(f, "sacct.arguments", "--name\nstudy-abc\n"));
    free(job);
}

static void a_name_that_nobody_knows_is_told_from_not_knowing(void **state)
{
    struct fixture *f = *state;
    char *job = NULL;
    int64_t now = (int64_t)time(NULL);
    answers(f, "squeue", "", "", 0);
    answers(f, "sacct", "", "", 0);
    assert_int_equal(slurm_find_by_name(&f->client, "n", now - 3600, &job, &f->err), 0);
    assert_int_equal(f->client.calls, 2);

    answers(f, "sacct", "", "Slurm accounting storage is disabled\n", 1);
    assert_int_equal(slurm_find_by_name(&f->client, "n", now - 3600, &job, &f->err), 0);

    answers(f, "sacct", "", "sacct: error: Problem talking to the database\n", 1);
    assert_int_equal(slurm_find_by_name(&f->client, "n", now - 3600, &job, &f->err), -1);
    assert_string_equal(f->err.text, "sacct: Problem talking to the database");
    /* What was submitted just now the queue knows better. */
    assert_int_equal(slurm_find_by_name(&f->client, "n", now, &job, &f->err), 0);
    answers(f, "sacct", "8|1|n\n9|1|n|m\n", "", 0); /* older; another name */
    assert_int_equal(slurm_find_by_name(&f->client, "n", now, &job, &f->err), 0);

    answers(f, "squeue", "", "slurm_load_jobs error: Socket timed out on send/recv operation\n", 1);
    assert_int_equal(slurm_find_by_name(&f->client, "n", now, &job, &f->err), -1);
    assert_null(job);
}

static void jobs_and_elements_are_cancelled_also_after_an_interruption(void **state)
{
    struct fixture *f = *state;
    int interrupted = 1;
    f->client.cancel = &interrupted;
    answers(f, "scancel", "", "", 0);
    assert_int_equal(slurm_cancel(&f->client, "44", NULL, &f->err), 0);
    assert_int_equal(slurm_cancel(&f->client, "44", "0,2-5", &f->err), 0);
    assert_noted(f, "scancel.arguments", "44\n44_[0,2-5]\n");

    answers(f, "scancel", "",
            "scancel: error: Kill job error on job id 44: Access/permission denied\n", 210);
    assert_int_equal(slurm_cancel(&f->client, "44", NULL, &f->err), -1);
    assert_string_equal(f->err.text,
                        "scancel: Kill job error on job id 44: Access/permission denied");
    answers(f, "scancel", "",
            "scancel: error: Kill job error on job id 44: Job/step already completing or "
            "completed\n",
            1);
    assert_int_equal(slurm_cancel(&f->client, "44", NULL, &f->err), 0);
}

static void one_value_of_the_configuration_is_told(void **state)
{
    struct fixture *f = *state;
    answers(f, "scontrol",
            "Configuration data as of 1795332600\n"
            "AccountingStorageTRES   = cpu,mem,energy\n"
            "JobAcctGatherParams     = (null)\n"
            "MaxArraySize            = 1001\n"
            "MaxArraySizeX           = 7\n"
            "SLURM_CONF              = /etc/slurm/slurm.conf\n"
            "BOOT=1\n",
            "", 0);
    static const struct {
        const char *key, *value;
    } values[] = {{"MaxArraySize", "1001"}, {"SLURM_CONF", "/etc/slurm/slurm.conf"}, {"BOOT", "1"}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *value = slurm_config_value(&f->client, values[i].key);
        assert_string_equal(value, values[i].value);
        free(value);
    }
    assert_null(slurm_config_value(&f->client, "JobAcctGatherParams"));
    assert_null(slurm_config_value(&f->client, "MaxArray"));
    answers(f, "scontrol", "", "slurm_load_ctl_conf error: Unable to contact slurm controller\n",
            1);
    assert_null(slurm_config_value(&f->client, "MaxArraySize"));
}

static void the_version_is_that_of_sbatch_or_sinfo(void **state)
{
    struct fixture *f = *state;
    static const char *const texts[] = {"slurm 22.05.8\n", "slurm-wlm 22.05.8\n",
                                        "Notice of 1 Jan\nslurm 22.05.8\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        answers(f, "sbatch", texts[i], "", 0);
        char *version = slurm_version(&f->client);
        assert_string_equal(version, "22.05.8");
        free(version);
    }
    answers(f, "sbatch", "", "", 1);
    answers(f, "sinfo", "slurm 24.11.5-1\n", "", 0);
    char *version = slurm_version(&f->client);
    assert_string_equal(version, "24.11.5-1");
    free(version);
    answers(f, "sbatch", "slurm\n", "", 0);
    answers(f, "sinfo", "something 1.2\n", "", 0);
    assert_null(slurm_version(&f->client));
    setenv("PATH", "/nowhere", 1);
    assert_null(slurm_version(&f->client));
}

static void the_user_s_accounts_on_this_cluster_are_listed_once(void **state)
{
    struct fixture *f = *state;
    char **accounts = NULL;
    answers(f, "sacctmgr",
            "kebnekaise|hpc2n2026-001\nkebnekaise|hpc2n2026-002\n"
            "kebnekaise|hpc2n2026-001\n",
            "", 0);
    assert_int_equal(slurm_accounts_of_user(&f->client, &accounts, &f->err), 0);
    assert_int_equal(string_list_count(accounts), 2);
    assert_string_equal(accounts[1], "hpc2n2026-002");
    assert_int_equal(f->client.calls, 1);
    string_list_free(accounts);

    answers(f, "sacctmgr", "kebnekaise|hpc2n2026-001\ndardel|naiss2026-5\n", "", 0);
    answers(f, "scontrol", "ClusterName             = dardel\n", "", 0);
    assert_int_equal(slurm_accounts_of_user(&f->client, &accounts, &f->err), 0);
    assert_int_equal(string_list_count(accounts), 1);
    assert_string_equal(accounts[0], "naiss2026-5");
    string_list_free(accounts);

    answers(f, "sacctmgr", "",
            "You are not running a supported accounting_storage plugin\n"
            "Only 'accounting_storage/slurmdbd' is supported.\n",
            1);
    assert_int_equal(slurm_accounts_of_user(&f->client, &accounts, &f->err), 0);
    assert_null(accounts[0]);
    string_list_free(accounts);

    answers(f, "sacctmgr", "", "sacctmgr: error: Problem talking to the database\n", 1);
    assert_int_equal(slurm_accounts_of_user(&f->client, &accounts, &f->err), -1);
    assert_string_equal(f->err.text, "sacctmgr: Problem talking to the database");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_is_found_by_its_name_in_the_queue),
        TEST(a_job_that_the_queue_has_forgotten_is_found_in_accounting),
        TEST(a_name_that_nobody_knows_is_told_from_not_knowing),
        TEST(jobs_and_elements_are_cancelled_also_after_an_interruption),
        TEST(one_value_of_the_configuration_is_told),
        TEST(the_version_is_that_of_sbatch_or_sinfo),
        TEST(the_user_s_accounts_on_this_cluster_are_listed_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

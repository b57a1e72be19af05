#include "slurm_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "strbuf.h"

static const char script[] = "#!/bin/sh\ntrue\n";

static void the_script_goes_in_and_the_id_comes_out(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    fake(f, "sbatch", "cat >script; echo 31000001");
    slurm_submit(&f->client, script, (char *[]){"--array=0-3", "-p", "a b", NULL}, &answer);
    assert_int_equal(answer.kind, SLURM_SUBMITTED);
    assert_int_equal(answer.busy, SLURM_NOT_BUSY);
    assert_string_equal(answer.job, "31000001");
    assert_string_equal(answer.words, "");
    assert_noted(f, "script", script);
    assert_noted(f, "sbatch.arguments", "--parsable\n--array=0-3\n-p\na b\n");
    assert_int_equal(f->client.calls, 1);
    slurm_submit_free(&answer);
}

static void a_long_script_goes_in_whole(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, script);
    for (int i = 0; i < 30000; i++)
        strbuf_addf(&text, "# line %d of a script that is longer than a pipe\n", i);
    fake(f, "sbatch", "cat >script; echo 7");
    slurm_submit(&f->client, text.str, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_SUBMITTED);
    assert_noted(f, "script", text.str);
    strbuf_free(&text);
    slurm_submit_free(&answer);
}

static void ids_are_found_in_what_sites_print_around_them(void **state)
{
    static const struct {
        const char *output, *errors, *job, *words;
    } outputs[] = {
        {"123\n", "", "123", ""},
        {"123", "", "123", ""},
        {"123;kebnekaise\n", "", "123", ""},
        {"  123;kebnekaise \r\n", "", "123", ""},
        {"Project hours left:\n4000\n----\n123\n", "", "123", ""},
        {"123\nThank you for using us, 24 hours a day\n12 nodes\n", "", "123", ""},
        {"124\n", "sbatch: Your job costs 17 units\n\nsbatch: warning: no mail\n", "124",
         "Your job costs 17 units; warning: no mail"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        struct slurm_submit answer;
        answers(f, "sbatch", outputs[i].output, outputs[i].errors, 0);
        slurm_submit(&f->client, script, NULL, &answer);
        assert_int_equal(answer.kind, SLURM_SUBMITTED);
        assert_string_equal(answer.job, outputs[i].job);
        assert_string_equal(answer.words, outputs[i].words);
        slurm_submit_free(&answer);
    }
}

#define FAILED "sbatch: error: Batch job submission failed: "
#define POLICY                                                                                     \
    FAILED "Job violates accounting/QOS policy (job submit limit, user's size and/or time "        \
           "limits)\n"
#define SLEEPING "sbatch: error: Slurm temporarily unable to accept job, sleeping and retrying\n"

/* As 20.11, 22.05 and 24.11 print it. */
static void failures_are_told_apart(void **state)
{
    static const struct {
        const char *errors;
        int status;
        enum slurm_submit_kind kind;
        enum slurm_busy busy;
    } failures[] = {
        {FAILED "Invalid account or account/partition combination specified\n", 1, SLURM_REFUSED,
         SLURM_NOT_BUSY},
        {"sbatch: error: invalid partition specified: nosuch\n" FAILED
         "Invalid partition name specified\n",
         1, SLURM_REFUSED, SLURM_NOT_BUSY},
        {FAILED "Requested node configuration is not available\n", 1, SLURM_REFUSED,
         SLURM_NOT_BUSY},
        {FAILED "Requested time limit is invalid (missing or exceeds some limit)\n", 1,
         SLURM_REFUSED, SLURM_NOT_BUSY},
        {FAILED "Invalid job array specification\n", 1, SLURM_REFUSED, SLURM_NOT_BUSY},
        {FAILED "Invalid qos specification\n", 1, SLURM_REFUSED, SLURM_NOT_BUSY},
        {FAILED "Required partition not available (inactive or drain)\n", 1, SLURM_REFUSED,
         SLURM_NOT_BUSY},
        {"sbatch: error: This site wants a project\n" FAILED "Unspecified error\n", 1,
         SLURM_REFUSED, SLURM_NOT_BUSY},
        {"sbatch: error: Invalid --time specification\n", 255, SLURM_REFUSED, SLURM_NOT_BUSY},
        {"sbatch: unrecognized option '--bogus'\nTry \"sbatch --help\" for more information\n", 255,
         SLURM_REFUSED, SLURM_NOT_BUSY},
        {"sbatch: error: Invalid generic resource (gres) specification\n", 1, SLURM_REFUSED,
         SLURM_NOT_BUSY},
        {"sbatch: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host\n"
         "sbatch: fatal: Could not establish a configuration source\n",
         1, SLURM_NOT_RUN, SLURM_NOT_BUSY},
        /* The sentence of the submit limit, but about the size of this job. */
        {"sbatch: error: QOSMaxCpuPerJobLimit\n" POLICY, 1, SLURM_REFUSED, SLURM_NOT_BUSY},
        {"sbatch: error: QOSMaxWallDurationPerJobLimit\n" POLICY, 1, SLURM_REFUSED, SLURM_NOT_BUSY},

        {"sbatch: error: QOSMaxSubmitJobPerUserLimit\n" POLICY, 1, SLURM_BUSY, SLURM_QUEUE_LIMIT},
        {"sbatch: error: AssocMaxSubmitJobLimit\n" POLICY, 1, SLURM_BUSY, SLURM_QUEUE_LIMIT},
        {"sbatch: error: AssocGrpSubmitJobsLimit\n" POLICY, 1, SLURM_BUSY, SLURM_QUEUE_LIMIT},
        {SLEEPING SLEEPING FAILED "Resource temporarily unavailable\n", 1, SLURM_BUSY,
         SLURM_QUEUE_LIMIT},
        {FAILED "Unable to contact slurm controller (connect failure)\n", 1, SLURM_BUSY,
         SLURM_UNREACHABLE},
        {FAILED "Slurm backup controller in standby mode\n", 1, SLURM_BUSY, SLURM_UNREACHABLE},
        {"sbatch: error: If munged is up, restart with --num-threads=10\n"
         "sbatch: error: Munge encode failed: Failed to access \"/run/munge/munge.socket.2\": No "
         "such file or directory (Did you start munged?)\n"
         "sbatch: error: slurm_send_node_msg: auth_g_create: REQUEST_SUBMIT_BATCH_JOB has "
         "authentication error\n" FAILED "Protocol authentication error\n",
         1, SLURM_BUSY, SLURM_UNREACHABLE},
        {"sbatch: error: g_slurm_auth_create: REQUEST_SUBMIT_BATCH_JOB has authentication error: "
         "Invalid authentication credential\n" FAILED "Protocol authentication error\n",
         1, SLURM_BUSY, SLURM_UNREACHABLE},

        {FAILED "Socket timed out on send/recv operation\n", 1, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
        {FAILED "Unable to contact slurm controller (receive failure)\n", 1, SLURM_UNCERTAIN,
         SLURM_NOT_BUSY},
        {FAILED "Zero Bytes were transmitted or received\n", 1, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
        {FAILED "Connection reset by peer\n", 1, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
        {"sbatch: error: Munge decode failed: Expired credential\n" FAILED
         "Protocol authentication error\n",
         1, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
        {"", 1, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
        {"", 0, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
        {"sbatch: something else\n", 0, SLURM_UNCERTAIN, SLURM_NOT_BUSY},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        struct slurm_submit answer;
        answers(f, "sbatch", "", failures[i].errors, failures[i].status);
        slurm_submit(&f->client, script, NULL, &answer);
        if (answer.kind != failures[i].kind || answer.busy != failures[i].busy)
            print_error("%s", failures[i].errors);
        assert_int_equal(answer.kind, failures[i].kind);
        assert_int_equal(answer.busy, failures[i].busy);
        assert_string_equal(answer.job, "");
        assert_string_not_equal(answer.words, "");
        slurm_submit_free(&answer);
    }
}

static void words_are_one_line_without_what_repeats(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    struct strbuf long_text = STRBUF_INIT;

    answers(f, "sbatch", "",
            SLEEPING "sbatch: fatal: x y\n" SLEEPING "  \r\n" FAILED
                     "Resource temporarily unavailable\n",
            1);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_string_equal(answer.words,
                        "Slurm temporarily unable to accept job, sleeping and retrying; x y; Batch "
                        "job submission failed: Resource temporarily unavailable");
    slurm_submit_free(&answer);

    answers(f, "sbatch", "no\n", "", 1);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_string_equal(answer.words, "no");
    slurm_submit_free(&answer);

    answers(f, "sbatch", "", "", 3);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_string_equal(answer.words, "sbatch: exit status 3");
    slurm_submit_free(&answer);

    answers(f, "sbatch", "", "sbatch: well\n", 0);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_string_equal(answer.words, "sbatch printed no job id: well");
    slurm_submit_free(&answer);

    for (int i = 0; i < 5000; i++)
        strbuf_add(&long_text, "ö");
    answers(f, "sbatch", "", long_text.str, 1);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(strlen(answer.words), 1000 + strlen("…"));
    slurm_submit_free(&answer);
    strbuf_free(&long_text);
}

static void an_id_from_a_command_that_failed_is_not_trusted(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    answers(f, "sbatch", "123\n", FAILED "Invalid qos specification\n", 1);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_UNCERTAIN);
    assert_string_equal(answer.job, "");
    slurm_submit_free(&answer);
}

static void what_hangs_or_is_killed_may_have_submitted(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    int interrupted = 1;

    f->client.time_limit = 0.3;
    fake(f, "sbatch", "echo 'sbatch: error: slow today' >&2; sleep 600");
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_UNCERTAIN);
    assert_string_equal(answer.words, "sbatch gave no answer within 0.3 s: slow today");
    assert_int_equal(answer.busy, SLURM_NOT_BUSY);
    slurm_submit_free(&answer);

    /* Slurm's own patience with a full queue is two minutes. */
    fake(f, "sbatch",
         "echo 'sbatch: error: Slurm temporarily unable to accept job, sleeping and "
         "retrying' >&2; sleep 600");
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_UNCERTAIN);
    assert_int_equal(answer.busy, SLURM_QUEUE_LIMIT);
    slurm_submit_free(&answer);

    f->client.time_limit = 60;
    fake(f, "sbatch", "kill -9 $$");
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_UNCERTAIN);
    assert_string_equal(answer.words, "sbatch: ended by signal 9 (Killed)");
    slurm_submit_free(&answer);

    f->client.cancel = &interrupted;
    fake(f, "sbatch", "sleep 600");
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_UNCERTAIN);
    assert_string_equal(answer.words, "sbatch was interrupted");
    slurm_submit_free(&answer);
}

static void without_sbatch_nothing_is_submitted(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    setenv("PATH", f->folder, 1);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_NOT_RUN);
    assert_string_equal(answer.words, "there is no Slurm on this machine (sbatch was not found)");
    assert_string_equal(answer.job, "");
    slurm_submit_free(&answer);
}

static void a_machine_of_no_cluster_is_told_in_one_sentence(void **state)
{
    struct fixture *f = *state;
    struct slurm_submit answer;
    answers(f, "sbatch", "",
            "sbatch: error: resolve_ctls_from_dns_srv: res_nsearch error: Unknown host\n"
            "sbatch: error: fetch_config: DNS SRV lookup failed\n"
            "sbatch: error: _establish_config_source: failed to fetch config\n"
            "sbatch: fatal: Could not establish a configuration source\n",
            1);
    slurm_submit(&f->client, script, NULL, &answer);
    assert_int_equal(answer.kind, SLURM_NOT_RUN);
    assert_string_equal(answer.words, "there is no Slurm on this machine (sbatch finds no "
                                      "configuration of a cluster)");
    slurm_submit_free(&answer);
}

static void the_caller_s_variables_do_not_change_what_is_submitted(void **state)
{
    static const char *const removed[] = {
        "SBATCH_PARTITION",   "SBATCH_ARRAY_INX",   "SBATCH_TIMELIMIT",    "SLURM_CLUSTERS",
        "SLURM_JOB_ID",       "SLURM_MEM_PER_NODE", "SLURM_CPUS_PER_TASK", "SLURM_EXPORT_ENV",
        "SRUN_CPUS_PER_TASK", "SQUEUE_FORMAT",      "SACCT_FORMAT",        "SCANCEL_INTERACTIVE",
        "SLURM_TIME_FORMAT"};
    struct fixture *f = *state;
    struct slurm_submit answer;
    struct slurm_elements elements;

    for (size_t i = 0; i < sizeof removed / sizeof *removed; i++)
        setenv(removed[i], "outer", 1);
    setenv("SLURM_CONF", "/kept/slurm.conf", 1);
    setenv("MY_SLURM_OPTION", "mine", 1);
    answers(f, "sbatch", "5\n", "", 0);
    slurm_submit(&f->client, script, NULL, &answer);
    slurm_submit_free(&answer);
    answers(f, "squeue", "", "", 0);
    assert_int_equal(slurm_queue(&f->client, (const char *[]){"5"}, 1, &elements, &f->err), 0);
    for (size_t i = 0; i < sizeof removed / sizeof *removed; i++) {
        assert_string_equal(getenv(removed[i]), "outer");
        unsetenv(removed[i]);
    }
    unsetenv("SLURM_CONF");
    unsetenv("MY_SLURM_OPTION");

    assert_false(notes(f, "sbatch.environment", "outer"));
    assert_false(notes(f, "squeue.environment", "outer"));
    assert_true(notes(f, "sbatch.environment", "\nSLURM_CONF=/kept/slurm.conf\n") ||
                notes(f, "sbatch.environment", "SLURM_CONF=/kept/slurm.conf\n"));
    assert_true(notes(f, "squeue.environment", "SLURM_CONF=/kept/slurm.conf\n"));
    assert_true(notes(f, "sbatch.environment", "MY_SLURM_OPTION=mine\n"));
    /* The formats of our questions are not the job's. */
    assert_true(notes(f, "squeue.environment", "SLURM_BITSTR_LEN=0\n"));
    assert_true(notes(f, "squeue.environment", "SLURM_TIME_FORMAT=%s\n"));
    assert_false(notes(f, "sbatch.environment", "SLURM_TIME_FORMAT"));
    assert_false(notes(f, "sbatch.environment", "SLURM_BITSTR_LEN"));
}

static void a_script_is_tested_without_submitting_it(void **state)
{
    struct fixture *f = *state;
    fake(f, "sbatch",
         "cat >script; echo 'sbatch: Job 20 to start at 2026-11-22T10:00:00 using 4 "
         "processors on nodes b-cn0101 in partition batch' >&2");
    assert_int_equal(slurm_test_script(&f->client, script, &f->err), 0);
    assert_noted(f, "script", script);
    assert_noted(f, "sbatch.arguments", "--test-only\n");

    answers(f, "sbatch", "", "allocation failure: Requested node configuration is not available\n",
            1);
    assert_int_equal(slurm_test_script(&f->client, script, &f->err), -1);
    assert_string_equal(
        f->err.text, "sbatch: allocation failure: Requested node configuration is not available");
    assert_int_equal(f->err.status, STATUS_INPUT);

    answers(f, "sbatch", "",
            "allocation failure: Unable to contact slurm controller (connect failure)\n", 1);
    assert_int_equal(slurm_test_script(&f->client, script, &f->err), -1);
    assert_int_equal(f->err.status, STATUS_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_script_goes_in_and_the_id_comes_out),
        TEST(a_long_script_goes_in_whole),
        TEST(ids_are_found_in_what_sites_print_around_them),
        TEST(failures_are_told_apart),
        TEST(words_are_one_line_without_what_repeats),
        TEST(an_id_from_a_command_that_failed_is_not_trusted),
        TEST(what_hangs_or_is_killed_may_have_submitted),
        TEST(without_sbatch_nothing_is_submitted),
        TEST(a_machine_of_no_cluster_is_told_in_one_sentence),
        TEST(the_caller_s_variables_do_not_change_what_is_submitted),
        TEST(a_script_is_tested_without_submitting_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

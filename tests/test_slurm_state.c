#include "slurm_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void every_state_of_slurm_has_its_meaning(void **state)
{
    static const struct {
        const char *text;
        enum slurm_state expected;
        bool ends, comes_again;
    } states[] = {
        {"COMPLETED", SLURM_COMPLETED, true, false},
        {"CANCELLED by 1001", SLURM_CANCELLED, true, false},
        {"CANCELLED", SLURM_CANCELLED, true, false},
        {"CANCELLED+", SLURM_CANCELLED, true, false},
        {"FAILED", SLURM_FAILED, true, false},
        {"TIMEOUT", SLURM_TIMEOUT, true, false},
        {"OUT_OF_MEMORY", SLURM_OUT_OF_MEMORY, true, false},
        {"NODE_FAIL", SLURM_NODE_FAIL, true, true},
        {"PREEMPTED", SLURM_PREEMPTED, true, true},
        {"BOOT_FAIL", SLURM_BOOT_FAIL, true, true},
        {"DEADLINE", SLURM_TIMEOUT, true, false},
        {"REQUEUED", SLURM_PENDING, false, false},
        {"REQUEUE_HOLD", SLURM_PENDING, false, false},
        {"REQUEUE_FED", SLURM_PENDING, false, false},
        {"RESV_DEL_HOLD", SLURM_PENDING, false, false},
        {"SPECIAL_EXIT", SLURM_PENDING, false, false},
        {"RESIZING", SLURM_RUNNING, false, false},
        {"SIGNALING", SLURM_RUNNING, false, false},
        {"STOPPED", SLURM_RUNNING, false, false},
        {"CONFIGURING", SLURM_RUNNING, false, false},
        {"RUNNING", SLURM_RUNNING, false, false},
        {"SUSPENDED", SLURM_RUNNING, false, false},
        {"PENDING", SLURM_PENDING, false, false},
        {"COMPLETING", SLURM_COMPLETING, false, false},
        {"STAGE_OUT", SLURM_COMPLETING, false, false},
        {"REVOKED", SLURM_UNKNOWN, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        enum slurm_state parsed = slurm_state_parse(states[i].text);
        if (parsed != states[i].expected)
            print_error("%s\n", states[i].text);
        assert_int_equal(parsed, states[i].expected);
        assert_int_equal(slurm_state_ends(parsed), states[i].ends);
        assert_int_equal(slurm_state_comes_again(parsed), states[i].comes_again);
    }
}

static void a_word_that_is_no_state_is_waited_for(void **state)
{
    static const char *const words[] = {
        "", "+", " ", "COMPLETE", "COMPLETEDX", "completed", "FUTURE_STATE", "CANCELLEDby", "0"};
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(slurm_state_parse(words[i]), SLURM_UNKNOWN);
    assert_false(slurm_state_ends(SLURM_UNKNOWN));
    assert_false(slurm_state_comes_again(SLURM_UNKNOWN));
}

static void a_state_has_one_name_that_reads_back(void **state)
{
    (void)state;
    for (enum slurm_state s = SLURM_PENDING; s <= SLURM_PREEMPTED; s++)
        assert_int_equal(slurm_state_parse(slurm_state_name(s)), s);
    assert_string_equal(slurm_state_name(SLURM_UNKNOWN), "UNKNOWN");
    assert_string_equal(slurm_state_name(SLURM_TIMEOUT), "TIMEOUT");
    assert_string_equal(slurm_state_name(SLURM_NODE_FAIL), "NODE_FAIL");
}

static void reasons_are_told_apart_into_those_that_clear_and_those_that_do_not(void **state)
{
    static const struct {
        const char *reason;
        bool stuck;
    } reasons[] = {
        {"None", false},
        {"", false},
        {"Resources", false},
        {"Priority", false},
        {"JobArrayTaskLimit", false},
        {"Dependency", false},
        {"DependencyNeverSatisfied", true},
        {"BeginTime", false},
        {"JobHeldUser", true},
        {"JobHeldAdmin", true},
        {"launch failed requeued held", true},
        {"launch_failed_requeued_held", true},
        {"PartitionConfig", true},
        {"PartitionNodeLimit", true},
        {"PartitionTimeLimit", true},
        {"PartitionDown", false},
        {"BadConstraints", true},
        {"ReqNodeNotAvail", false},
        {"ReqNodeNotAvail, UnavailableNodes:kn2", false},
        {"ReqNodeNotAvail,_UnavailableNodes:kn2", false},
        {"ReqNodeNotAvail, May be reserved for other job", false},
        {"Nodes required for job are DOWN, DRAINED or reserved for jobs in higher priority "
         "partitions",
         false},
        {"Nodes_required_for_job_are_DOWN,_DRAINED_or_reserved", false},
        /* jobs and what they use now: comes free */
        {"QOSMaxJobsPerUserLimit", false},
        {"QOSMaxSubmitJobPerUserLimit", false},
        {"QOSMaxCpuPerUserLimit", false},
        {"QOSGrpCpuLimit", false},
        {"AssocGrpJobsLimit", false},
        {"AssocGrpSubmitJobsLimit", false},
        {"AssocMaxJobsLimit", false},
        {"AssocGrpCPURunMinutesLimit", false},
        {"MaxCpuPerAccount", false},
        /* hours used up, or one job too large: does not */
        {"AssocGrpCPUMinutesLimit", true},
        {"AssocGrpBillingMinutes", true},
        {"AssocGrpWallLimit", true},
        {"QOSGrpCPUMinutesLimit", true},
        {"QOSMaxWallDurationPerJobLimit", true},
        {"QOSMaxCpuMinutesPerJobLimit", true},
        {"AssocMaxNodePerJobLimit", true},
        {"QOSMinCpuNotSatisfied", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct slurm_reason reason = slurm_reason_explain(reasons[i].reason);
        if (reason.words == NULL || reason.stuck != reasons[i].stuck)
            print_error("%s\n", reasons[i].reason);
        assert_non_null(reason.words);
        assert_int_equal(reason.stuck, reasons[i].stuck);
        assert_int_equal(reason.remedy != NULL, reasons[i].stuck);
    }
}

static void the_kind_of_limit_is_told(void **state)
{
    (void)state;
    assert_string_equal(slurm_reason_explain("AssocGrpCPUMinutesLimit").words,
                        "the hours of the project are used up");
    assert_string_equal(slurm_reason_explain("QOSMaxWallDurationPerJobLimit").words,
                        "its time limit is longer than its account or QOS allows");
    assert_string_equal(slurm_reason_explain("QOSMaxJobsPerUserLimit").words,
                        "as many jobs run as the account or QOS allows");
    assert_string_equal(slurm_reason_explain("ReqNodeNotAvail, UnavailableNodes:n[1-4]").words,
                        "nodes that it needs are down or drained");
}

static void reasons_that_are_not_known_are_left_to_be_shown(void **state)
{
    static const char *const reasons[] = {
        "NewReasonOfSlurm99",     "Resource", "ResourcesX",       "Job",
        "RaisedSignal:9(Killed)", "QOS",      "QOSSomethingElse", "Maximum"};
    (void)state;
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct slurm_reason reason = slurm_reason_explain(reasons[i]);
        assert_null(reason.words);
        assert_null(reason.remedy);
        assert_false(reason.stuck);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_of_slurm_has_its_meaning),
        cmocka_unit_test(a_word_that_is_no_state_is_waited_for),
        cmocka_unit_test(a_state_has_one_name_that_reads_back),
        cmocka_unit_test(reasons_are_told_apart_into_those_that_clear_and_those_that_do_not),
        cmocka_unit_test(the_kind_of_limit_is_told),
        cmocka_unit_test(reasons_that_are_not_known_are_left_to_be_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

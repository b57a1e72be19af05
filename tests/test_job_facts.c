#include "job_facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const variables[] = {
    "SLURM_JOB_ID",        "SLURM_ARRAY_JOB_ID",  "SLURM_ARRAY_TASK_ID", "SLURM_JOB_NAME",
    "SLURM_JOB_PARTITION", "SLURM_JOB_NODELIST",  "SLURM_RESTART_COUNT", "SLURM_CPUS_ON_NODE",
    "SLURM_MEM_PER_NODE",  "SLURM_MEM_PER_CPU"};

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    return 0;
}

static void outside_of_jobs_nothing_is_told(void **state)
{
    struct job_facts facts;
    (void)state;
    job_facts_read(&facts);
    assert_string_equal(facts.job, "");
    assert_string_equal(facts.array_job, "");
    assert_string_equal(facts.partition, "");
    assert_int_equal(facts.array_index, -1);
    assert_int_equal(facts.restarts, 0);
    assert_int_equal(facts.cpus_on_node, 0);
    assert_true(isnan(facts.memory_bytes));
    job_facts_free(&facts);
}

static void an_element_is_known_by_array_and_index(void **state)
{
    struct job_facts facts;
    (void)state;
    setenv("SLURM_JOB_ID", "130", 1); /* Slurm's own number of the element */
    setenv("SLURM_ARRAY_JOB_ID", "123", 1);
    setenv("SLURM_ARRAY_TASK_ID", "4", 1);
    setenv("SLURM_JOB_NAME", "scalestudy-x", 1);
    setenv("SLURM_JOB_PARTITION", "batch", 1);
    setenv("SLURM_JOB_NODELIST", "b-cn[0101-0102]", 1);
    setenv("SLURM_RESTART_COUNT", "2", 1);
    job_facts_read(&facts);
    assert_string_equal(facts.job, "123_4");
    assert_string_equal(facts.array_job, "123");
    assert_int_equal(facts.array_index, 4);
    assert_string_equal(facts.name, "scalestudy-x");
    assert_string_equal(facts.partition, "batch");
    assert_string_equal(facts.nodes, "b-cn[0101-0102]");
    assert_int_equal(facts.restarts, 2);
    job_facts_free(&facts);
}

static void a_single_job_is_its_own_array(void **state)
{
    struct job_facts facts;
    (void)state;
    setenv("SLURM_JOB_ID", "130", 1);
    setenv("SLURM_ARRAY_TASK_ID", "4", 1); /* left over in the shell */
    job_facts_read(&facts);
    assert_string_equal(facts.job, "130");
    assert_string_equal(facts.array_job, "130");
    assert_int_equal(facts.array_index, -1);
    job_facts_free(&facts);
}

static void memory_is_that_of_the_job_on_this_node(void **state)
{
    static const struct {
        const char *node, *cpu, *cpus;
        double mib;
    } cases[] = {
        {"2048", NULL, "4", 2048},       {NULL, "880", "256", 225280}, {"0", NULL, "4", NAN},
        {NULL, "0", "4", NAN},           {NULL, "880", NULL, NAN},     {NULL, NULL, "4", NAN},
        {"12x", NULL, "4", NAN},         {"-5", NULL, "4", NAN},       {"", "100", "2", 200},
        {"99999999999999999999", NULL, "4", NAN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct job_facts facts;
        setup(NULL);
        if (cases[i].node != NULL)
            setenv("SLURM_MEM_PER_NODE", cases[i].node, 1);
        if (cases[i].cpu != NULL)
            setenv("SLURM_MEM_PER_CPU", cases[i].cpu, 1);
        if (cases[i].cpus != NULL)
            setenv("SLURM_CPUS_ON_NODE", cases[i].cpus, 1);
        job_facts_read(&facts);
        if (isnan(cases[i].mib))
            assert_true(isnan(facts.memory_bytes));
        else
            assert_true(facts.memory_bytes == 1048576 * cases[i].mib);
        job_facts_free(&facts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(outside_of_jobs_nothing_is_told, setup),
        cmocka_unit_test_setup(an_element_is_known_by_array_and_index, setup),
        cmocka_unit_test_setup(a_single_job_is_its_own_array, setup),
        cmocka_unit_test_setup(memory_is_that_of_the_job_on_this_node, setup),
    };
    return cmocka_run_group_tests_name("job_facts", tests, NULL, NULL);
}

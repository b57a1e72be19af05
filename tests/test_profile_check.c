/*
 * A study against the rules of the clusters that come with the program.
 */
#include "profile_check.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "toolchain.h"

struct fixture {
    struct profile_list list;
    struct study study;
    struct catalog catalog;
    struct profile_findings findings;
    struct error err;
};

static int setup(void **state)
{
    static char openmp[] = "openmp", threads[] = "threads";
    struct fixture *f = calloc(1, sizeof *f);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    f->catalog.backends = calloc(1, sizeof *f->catalog.backends);
    f->catalog.backend_count = 1;
    f->catalog.backends[0] = (struct catalog_backend){.name = openmp, .parallel = threads};
    *state = f;
    return profile_list_load(&f->list, &f->err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    profile_list_free(&f->list);
    profile_findings_free(&f->findings);
    study_free(&f->study);
    free(f->catalog.backends);
    free(f);
    return 0;
}

static void check(struct fixture *f, const char *cluster, const char *json)
{
    study_free(&f->study);
    profile_findings_free(&f->findings);
    if (study_parse(&f->study, "s.json", json, strlen(json), NULL, 0, &f->err) != 0)
        fail_msg("%s", f->err.text);
    const struct profile_question question = {
        .profile = &profile_list_find(&f->list, cluster)->profile,
        .study = &f->study,
        .asked = f->study.cluster_count == 0 ? NULL : &f->study.clusters[0],
        .catalog = &f->catalog,
        .known = &f->list,
        .today = "2026-06-01",
    };
    profile_check(&question, &f->findings);
}

/* The overrides of a cluster, its "account" among them, from 2:2 on. */
#define STUDY(more, cluster, overrides)                                                            \
    "{\"name\": \"s\", \"kernel\": \"triad\", \"backends\": [\"openmp\"], " more                   \
    "\"clusters\": {\"" cluster "\": {\n " overrides "}}}"

static const struct {
    const char *cluster, *study;
    bool refused;
    const char *finding; /* NULL: none */
} cases[] = {
    {"kebnekaise", STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\""), false, NULL},
    {"kebnekaise", STUDY("", "kebnekaise", "\"account\": \"NAISS2026-1-1\", \"cpu\": \"zen4\""),
     false, NULL},
    /* accounts */
    {"kebnekaise", STUDY("", "kebnekaise", "\"cpu\": \"zen4\""), true,
     "s.json:1:71: Kebnekaise needs an account, the project that pays; give run --account NAME, "
     "or the study \"clusters\": {\"kebnekaise\": {\"account\": \"NAME\"}}"},
    {"kebnekaise", STUDY("", "kebnekaise", "\"account\": \"uppmax2026-1-1\""), true,
     "s.json:2:2: the account \"uppmax2026-1-1\" is none of Kebnekaise's but looks like one of "
     "Pelle, which look like hpc2n20[0-9]{2}-[0-9]{3}|naiss20[0-9]{2}-[0-9]+-[0-9]+; `sacctmgr "
     "show associations user=$USER format=account` lists yours"},
    {"kebnekaise", STUDY("", "kebnekaise", "\"account\": \"hpc2n-20XX\""), true,
     "s.json:2:2: the account \"hpc2n-20XX\" is none of Kebnekaise's, which look like "
     "hpc2n20[0-9]{2}-[0-9]{3}|naiss20[0-9]{2}-[0-9]+-[0-9]+; `sacctmgr show associations "
     "user=$USER format=account` lists yours"},
    {"cosmos", STUDY("", "cosmos", ""), false, NULL},
    {"kebnekaise", "{\"name\": \"s\", \"kernel\": \"triad\", \"backends\": [\"openmp\"]}", true,
     "s.json: Kebnekaise needs an account, the project that pays; give run --account NAME, "
     "or the study \"clusters\": {\"kebnekaise\": {\"account\": \"NAME\"}}"},
    /* kinds of node */
    {"kebnekaise", STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\", \"cpu\": \"zen44\""),
     true,
     "s.json:2:30: Kebnekaise has no kind of node \"zen44\"; did you mean \"zen4\"? There are "
     "skylake, zen4, zen3, largemem, v100, a100, mi100, a6000, l40s, h100, a40"},
    {"cosmos", STUDY("", "cosmos", "\"cpu\": \"rome\""), true,
     "s.json:2:2: Cosmos has no kind of node \"rome\"; there are milan, cascade, gpua100, "
     "gpua100i"},
    /* partitions */
    {"kebnekaise",
     STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\", \"partition\": \"batch\""), true,
     "s.json:2:30: on Kebnekaise no partition may be given; leave \"partition\" out, and say with "
     "\"cpu\" which nodes are meant"},
    {"dardel", STUDY("", "dardel", "\"partition\": \"main\""), false, NULL},
    {"dardel", STUDY("", "dardel", "\"partition\": \"shared\""), true,
     "s.json:2:2: partition \"shared\" has nodes of kind \"shared\", and the study is planned for "
     "\"thin\"; say \"cpu\": \"shared\" instead"},
    {"dardel", STUDY("", "dardel", "\"partition\": \"secret\""), false,
     "s.json:2:2: the profile of Dardel does not know partition \"secret\"; the study is planned "
     "for nodes of kind \"thin\", so check that it has those only"},
    /* constraints */
    {"kebnekaise",
     STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\", \"constraint\": \"zen3|zen4\""), true,
     "s.json:2:30: \"zen3|zen4\" takes nodes of kind \"zen3\" and \"zen4\", whose times cannot be "
     "compared in one curve; say \"cpu\": \"zen3\" or \"zen4\""},
    {"kebnekaise",
     STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\", \"constraint\": \"zen4\""), true,
     "s.json:2:30: \"zen4\" takes nodes of kind \"zen4\", and the study is planned for "
     "\"skylake\"; say \"cpu\": \"zen4\" instead"},
    {"kebnekaise",
     STUDY("", "kebnekaise",
           "\"account\": \"hpc2n2026-001\", \"cpu\": \"zen4\", \"constraint\": \"zen4&rack17\""),
     false, NULL},
    {"kebnekaise",
     STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\", \"constraint\": \"amd_cpu\""), false,
     "s.json:2:30: \"amd_cpu\" may take nodes of several kinds, and those of \"skylake\" are what "
     "the study is planned for; leave it out, \"cpu\" selects them"},
    /* GPUs */
    {"kebnekaise", STUDY("", "kebnekaise", "\"account\": \"hpc2n2026-001\", \"gpus\": 1"), true,
     "s.json:2:30: nodes of kind \"skylake\" on Kebnekaise have 0 GPUs, and 1 are asked for; "
     "choose another \"cpu\", or fewer"},
    /* time */
    {"cosmos", STUDY("", "cosmos", "\"time_limit\": \"7-00:00:00\""), false, NULL},
    {"cosmos", STUDY("", "cosmos", "\"time_limit\": \"7-00:00:01\""), true,
     "s.json:2:2: jobs on nodes of kind \"milan\" on Cosmos have at most 7-00:00:00, and "
     "7-00:00:01 are asked for; say a shorter \"time_limit\""},
    {"dardel", STUDY("", "dardel", "\"time_limit\": \"1-01\""), true,
     "s.json:2:2: jobs on nodes of kind \"thin\" on Dardel have at most 1-00:00:00, and "
     "1-01:00:00 are asked for; say a shorter \"time_limit\""},
    {"dardel", STUDY("", "dardel", "\"time_limit\": \"1-01\", \"cpu\": \"long\""), false, NULL},
    {"pelle", STUDY("", "pelle", "\"account\": \"uppmax2026-1-1\""), false, NULL},
    {"dardel", STUDY("\"timeout\": \"2-00\", ", "dardel", ""), true,
     "s.json: a run may take 2-00:00:00 (\"timeout\"), and jobs on nodes of kind \"thin\" on Dardel "
     "have at most 1-00:00:00; say a shorter \"timeout\""},
    {"dardel", STUDY("\"timeout\": \"2-00\", ", "dardel", "\"cpu\": \"long\""), false, NULL},
    /* memory */
    {"cosmos", STUDY("", "cosmos", "\"memory\": 5300"), false, NULL},
    {"cosmos", STUDY("", "cosmos", "\"memory\": 16000"), false,
     "s.json:2:2: on Cosmos 16000 MiB are charged as 4 cores, also where fewer are used"},
    {"cosmos", STUDY("", "cosmos", "\"memory\": 300000"), true,
     "s.json:2:2: nodes of kind \"milan\" on Cosmos have 254000 MiB for jobs, and 300000 are asked "
     "for"},
    /* layout */
    {"cosmos", STUDY("\"layout\": \"array\", ", "cosmos", ""), false,
     "s.json: Cosmos asks for few jobs instead of many; leave \"layout\": \"array\" out"},
    /* core counts */
    {"cosmos", STUDY("\"cores\": [1, 48, \"1_node\"], ", "cosmos", ""), false, NULL},
    {"cosmos", STUDY("\"cores\": [1, 64, 96], ", "cosmos", ""), false,
     "s.json:1:71: backend \"openmp\" stays on one node, and nodes of kind \"milan\" on Cosmos "
     "have 48 cores; it is not measured on 64, 96"},
    {"cosmos", STUDY("\"cores\": [1, \"2_nodes\"], ", "cosmos", ""), false,
     "s.json:1:71: backend \"openmp\" stays on one node, and nodes of kind \"milan\" on Cosmos "
     "have 48 cores; it is not measured on 96"},
    /* modules */
    {"cosmos", STUDY("", "cosmos", "\"modules\": [\"GCC/13.2.0\", \"OpenMPI/4.1.6\"]"), false,
     NULL},
    {"cosmos",
     STUDY("", "cosmos",
           "\"modules\": [\"Python/3.11.5-GCCcore-13.2.0\", \"mpi4py/4.0.1-gompi-2024a\"]"),
     false,
     "s.json:2:2: Python/3.11.5-GCCcore-13.2.0 and mpi4py/4.0.1-gompi-2024a were built with "
     "different compilers; take both of one generation"},
    {"cosmos",
     "{\"name\": \"s\", \"backends\": [{\"name\": \"b\", \"command\": [\"./b\"],\n"
     "\"modules\": [\"mpi4py/3.1.5-gompi-2023b\"]}], "
     "\"clusters\": {\"cosmos\": {\"modules\": [\"foss/2024a\"]}}}",
     false,
     "s.json:1:28: backend \"b\" loads foss/2024a and mpi4py/3.1.5-gompi-2023b, which were built "
     "with different compilers; take both of one generation"},
    /* launchers */
    {"dardel",
     "{\"name\": \"s\", \"backends\": [{\"name\": \"b\", \"parallel\": \"threads\",\n"
     "\"command\": [\"mpirun\", \"./b\"]}]}",
     true,
     "s.json:1:28: backend \"b\" calls mpirun, and on Dardel MPI programs are started by srun; "
     "say \"parallel\": \"ranks\" and leave the launcher to scalestudy"},
    {"dardel",
     "{\"name\": \"s\", \"backends\": [{\"name\": \"b\", \"parallel\": \"threads\",\n"
     "\"command\": [\"bash\", \"-c\", \"cd x && mpirun ./b\"]}]}",
     true,
     "s.json:1:28: backend \"b\" calls mpirun, and on Dardel MPI programs are started by srun; "
     "say \"parallel\": \"ranks\" and leave the launcher to scalestudy"},
    {"cosmos",
     "{\"name\": \"s\", \"backends\": [{\"name\": \"b\", \"command\": [\"./b\", \"srun\"]}]}", false,
     NULL},
    {"cosmos",
     "{\"name\": \"s\", \"backends\": [{\"name\": \"b\", \"command\": [\"./b\"],\n"
     "\"setup\": [\"srun hostname\"]}]}",
     false,
     "s.json:1:28: backend \"b\" calls srun, and on Cosmos MPI programs are started by mpirun; "
     "say \"parallel\": \"ranks\" and leave the launcher to scalestudy"},
    /* the end */
    {"cosmos", STUDY("", "cosmos", "\"exclusive\": true"), false, NULL},
};

static void each_rule_is_named_with_its_place(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        check(f, cases[i].cluster, cases[i].study);
        if (cases[i].finding == NULL) {
            if (f->findings.count != 0)
                fail_msg("%s: %s", cases[i].study, f->findings.list[0].text);
            continue;
        }
        if (f->findings.count != 1)
            fail_msg("%s: %zu findings, such as %s", cases[i].study, f->findings.count,
                     f->findings.count == 0 ? "" : f->findings.list[0].text);
        assert_string_equal(f->findings.list[0].text, cases[i].finding);
        assert_int_equal(f->findings.list[0].refused, cases[i].refused);
        assert_int_equal(profile_findings_refuse(&f->findings), cases[i].refused);
    }
}

static void a_cluster_that_is_gone_is_told(void **state)
{
    struct fixture *f = *state;
    struct profile profile = profile_list_find(&f->list, "cosmos")->profile;
    char end[] = "2026-06-01";
    struct profile_question question = {
        .profile = &profile, .study = &f->study, .today = "2026-06-01T00:00"};
    check(f, "cosmos", STUDY("", "cosmos", ""));
    profile.ends = end;
    question.today = "2026-05-31T23:59";
    profile_check(&question, &f->findings);
    assert_int_equal(f->findings.count, 0);
    question.today = "2026-06-01T00:00";
    profile_check(&question, &f->findings);
    assert_int_equal(f->findings.count, 1);
    assert_string_equal(f->findings.list[0].text,
                        "s.json: Cosmos was taken down on 2026-06-01, as its profile says; choose "
                        "another cluster (`scalestudy clusters` lists them), or correct \"ends\" "
                        "in a profile of your own");
    assert_false(f->findings.list[0].refused);
}

/* A cluster that takes no memory options, and one without a default partition
 * whose kinds name none. */
static void rules_that_no_built_in_cluster_has(void **state)
{
    static const char text[] =
        "{\"name\": \"lab\", \"memory_allowed\": false, \"partition_required\": true,\n"
        "\"cpus\": [{\"id\": \"n\", \"sockets\": 2, \"cores_per_socket\": 8, \"nodes\": 2}]}";
    static const char study[] =
        "{\"name\": \"s\", \"cores\": [16, 33, 64], \"backends\": [{\"name\": \"b\", "
        "\"parallel\": \"ranks\", \"command\": [\"./b\"]}],\n\"clusters\": {\"lab\": "
        "{\"memory\": 100, \"extra_sbatch\": [\"--mem-per-cpu=1G\"]}}}";
    static const char *const wanted[] = {
        "s.json:2:14: Lab has no default partition; say \"partition\", or a \"cpu\" that has one",
        "s.json:2:37: Lab takes no memory options; leave --mem-per-cpu=1G out, memory comes with "
        "the cores",
        "s.json:2:22: Lab takes no memory options; leave \"memory\" out, it comes with the cores",
        "s.json:1:29: Lab has 2 nodes of kind \"n\" with 32 cores together, and backend \"b\" is "
        "to run on 33, 64; leave those out",
    };
    struct fixture *f = *state;
    struct profile profile;
    assert_int_equal(profile_parse(&profile, "lab.json", text, strlen(text), &f->err), 0);
    strcpy(profile.title, "Lab");
    assert_int_equal(study_parse(&f->study, "s.json", study, strlen(study), NULL, 0, &f->err), 0);
    const struct profile_question question = {.profile = &profile,
                                              .study = &f->study,
                                              .asked = &f->study.clusters[0],
                                              .today = "2026-06-01"};
    profile_check(&question, &f->findings);
    assert_int_equal(f->findings.count, 4);
    for (size_t i = 0; i < 4; i++)
        assert_string_equal(f->findings.list[i].text, wanted[i]);
    profile_free(&profile);
}

static void a_team_has_its_largest_count(void **state)
{
    struct fixture *f = *state;
    const struct profile *p = &profile_list_find(&f->list, "kebnekaise")->profile;
    const struct profile_cpu *zen4 = profile_cpu_find(p, "zen4");
    assert_int_equal(profile_largest_count(zen4, "serial"), 1);
    assert_int_equal(profile_largest_count(zen4, "threads"), 256);
    assert_int_equal(profile_largest_count(zen4, "processes"), 256);
    assert_int_equal(profile_largest_count(zen4, "ranks"), 2048);
    p = &profile_list_find(&f->list, "tetralith")->profile;
    assert_int_equal(profile_largest_count(p->cpus, "hybrid"), 0);
}

static void no_built_in_profile_mixes_toolchains(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < f->list.count; i++) {
        const struct profile *p = &f->list.entries[i].profile;
        const char *first, *second;
        assert_false(toolchain_find_mix(p->modules_gcc, &first, &second));
        assert_false(toolchain_find_mix(p->modules_python, &first, &second));
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_rule_is_named_with_its_place),
        TEST(a_cluster_that_is_gone_is_told),
        TEST(rules_that_no_built_in_cluster_has),
        TEST(a_team_has_its_largest_count),
        TEST(no_built_in_profile_mixes_toolchains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

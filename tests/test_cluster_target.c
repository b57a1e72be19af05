#include "cluster_target.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "strbuf.h"

struct fixture {
    struct profile profile;
    struct study study;
    struct cluster_target target;
    struct error err;
};

static const char lab[] =
    "{\"name\": \"lab\", \"title\": \"Lab\", \"partition\": \"batch\", \"qos\": \"normal\","
    " \"reservation\": \"course\", \"layout\": \"packed\", \"shebang\": \"#!/bin/bash -l\","
    " \"launcher\": \"mpirun\", \"srun_mpi\": \"pmix\", \"monitor\": \"usage {job}\", \"purge\": true,"
    " \"max_array\": 500, \"max_queued\": 90, \"max_running\": 7, \"poll_seconds\": 30,"
    " \"has_sacct\": false, \"cpu_is_thread\": true, \"charge_memory_gib_per_core\": 4,"
    " \"pre\": [\"profile line\"], \"extra_sbatch\": [\"--mail-type=END\"],"
    " \"modules_gcc\": [\"GCC/13\", \"OpenMPI/4\"], \"modules_python\": [\"Python/3\"],"
    " \"modules_julia\": [\"Julia/1\"], \"cpus\": ["
    "{\"id\": \"small\", \"sockets\": 2, \"cores_per_socket\": 14, \"threads_per_core\": 2,"
    " \"numa_nodes\": 4, \"gpus\": 2, \"gpu_type\": \"v100\", \"constraint\": \"skylake\", \"pre\": [\"kind line\"],"
    " \"extra_sbatch\": [\"--mem=10G\"]},"
    "{\"id\": \"large\", \"sockets\": 2, \"cores_per_socket\": 64, \"partition\": \"big\","
    " \"exclusive\": true, \"max_time\": \"1-00:00:00\", \"charge_unit\": \"node\","
    " \"charge_weight\": 2}]}";

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    return profile_parse(&f->profile, "lab.json", lab, strlen(lab), &f->err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    cluster_target_free(&f->target);
    study_free(&f->study);
    profile_free(&f->profile);
    free(f);
    return 0;
}

/* A study of these backends with these entries of "clusters". */
static void parse(struct fixture *f, const char *backends, const char *clusters)
{
    char *text = text_format("{\"name\": \"s\", \"kernel\": \"integration2d\", \"backends\": [%s]%s%s%s}",
                             backends, clusters[0] == '\0' ? "" : ", \"clusters\": {", clusters,
                             clusters[0] == '\0' ? "" : "}");
    study_free(&f->study);
    if (study_parse(&f->study, "s.json", text, strlen(text), NULL, 0, &f->err) != 0)
        fail_msg("%s", f->err.text);
    free(text);
}

static int try_make(struct fixture *f)
{
    cluster_target_free(&f->target);
    return cluster_target_make(&f->target, &f->profile,
                               f->study.cluster_count == 0 ? NULL : &f->study.clusters[0], &f->study,
                               &f->err);
}

static const struct plan_cluster *make(struct fixture *f, const char *clusters)
{
    parse(f, "\"openmp\"", clusters);
    if (try_make(f) != 0)
        fail_msg("%s", f->err.text);
    return &f->target.cluster;
}

static void assert_list(char *const *list, const char *expected)
{
    struct strbuf text = STRBUF_INIT;
    for (size_t i = 0; i < string_list_count(list); i++)
        strbuf_addf(&text, "%s%s", i > 0 ? " | " : "", list[i]);
    assert_string_equal(text.str, expected);
    strbuf_free(&text);
}

static void without_wishes_all_is_the_profiles(void **state)
{
    struct fixture *f = *state;
    const struct plan_cluster *c = make(f, "");
    assert_string_equal(c->name, "lab");
    assert_string_equal(c->title, "Lab");
    assert_string_equal(c->profile, "lab");
    assert_string_equal(c->cpu, "small"); /* the first kind */
    assert_string_equal(c->account, "");
    assert_string_equal(c->partition, "batch");
    assert_string_equal(c->constraint, "skylake");
    assert_string_equal(c->qos, "normal");
    assert_string_equal(c->reservation, "course");
    assert_string_equal(c->shebang, "#!/bin/bash -l");
    assert_string_equal(c->launcher, "mpirun");
    assert_string_equal(c->srun_mpi, "pmix");
    assert_string_equal(c->monitor, "usage {job}");
    assert_int_equal(c->cores_per_node, 28);
    assert_int_equal(c->threads_per_core, 2);
    assert_true(c->cpu_is_thread && c->purge);
    assert_false(c->has_sacct || c->exclusive || c->whole_nodes);
    assert_int_equal(c->max_array, 500);
    assert_int_equal(c->max_queued, 90);
    assert_int_equal(c->max_running, 7);
    assert_true(c->poll_seconds == 30 && c->charge_memory_gib_per_core == 4);
    assert_true(isnan(c->time_limit) && isnan(c->max_time) && isnan(c->memory_mib));
    assert_int_equal(c->gpus, 0);
    assert_list(c->pre, "profile line | kind line");
    assert_list(c->setup, "");
}

static void what_the_study_wishes_takes_its_place(void **state)
{
    struct fixture *f = *state;
    const struct plan_cluster *c =
        make(f, "\"lab-own\": {\"cluster\": \"lab\", \"account\": \"a1\", \"partition\": \"devel\", "
                "\"constraint\": \"fast\", \"qos\": \"high\", \"reservation\": \"mine\", "
                "\"time_limit\": \"30:00\", \"memory\": 2048, \"exclusive\": true, \"gpus\": 2, "
                "\"setup\": [\"source venv\"], \"modules\": [\"foss/2024a\"]}");
    assert_string_equal(c->name, "lab-own"); /* names the results folder */
    assert_string_equal(c->profile, "lab");
    assert_string_equal(c->account, "a1");
    assert_string_equal(c->partition, "devel");
    assert_string_equal(c->constraint, "fast");
    assert_string_equal(c->qos, "high");
    assert_string_equal(c->reservation, "mine");
    assert_true(c->time_limit == 1800 && c->memory_mib == 2048);
    assert_true(c->exclusive);
    assert_int_equal(c->gpus, 2);
    assert_string_equal(c->gpu_type, "v100");
    assert_list(c->setup, "source venv");
    assert_list(c->modules, "foss/2024a");
    assert_list(c->pre, "profile line | kind line");
}

static void each_kind_of_node_has_its_own_terms(void **state)
{
    struct fixture *f = *state;
    const struct plan_cluster *c = make(f, "\"lab\": {\"cpu\": \"large\"}");
    assert_string_equal(c->cpu, "large");
    assert_int_equal(c->cores_per_node, 128);
    assert_string_equal(c->partition, "big");
    assert_string_equal(c->constraint, "");
    assert_true(c->whole_nodes && c->max_time == 86400 && c->charge_weight == 2);
    assert_int_equal(c->charge_granule, 128);
    assert_false(c->exclusive); /* nobody asked: it comes by itself */
    assert_list(c->pre, "profile line");
}

static void options_come_from_the_general_to_the_particular(void **state)
{
    struct fixture *f = *state;
    assert_list(make(f, "\"lab\": {\"extra_sbatch\": [\"--mail-type=ALL\", \"--nice\"]}")->extra_sbatch,
                "--mail-type=END | --mem=10G | --mail-type=ALL | --nice");
    assert_list(make(f, "\"lab\": {\"cpu\": \"large\"}")->extra_sbatch, "--mail-type=END");
}

static void modules_follow_the_languages_that_are_used(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *backends, *modules;
    } studies[] = {
        {"\"openmp\", \"mpi\"", "GCC/13 | OpenMPI/4"},
        {"\"numba\"", "Python/3"},
        {"\"openmp\", \"mpi4py\"", "Python/3"},
        {"\"torch-mpi\"", "Python/3"},
        {"\"multiprocessing\"", "Python/3"},
        {"\"julia\"", "GCC/13 | OpenMPI/4 | Julia/1"},
        {"\"numba\", \"julia\"", "Python/3 | Julia/1"},
        {"{\"name\": \"mine\", \"command\": [\"python3\", \"a.py\"], \"parallel\": \"threads\"}",
         "Python/3"},
        {"{\"name\": \"fast\", \"backend\": \"numba\"}", "Python/3"},
    };
    for (size_t i = 0; i < sizeof studies / sizeof *studies; i++) {
        parse(f, studies[i].backends, "");
        assert_int_equal(try_make(f), 0);
        assert_list(f->target.cluster.modules, studies[i].modules);
    }
    parse(f, "\"numba\"", "\"lab\": {\"modules\": []}");
    assert_int_equal(try_make(f), 0);
    assert_list(f->target.cluster.modules, ""); /* an empty wish is one */
}

static void the_plan_is_told_of_the_node(void **state)
{
    struct fixture *f = *state;
    make(f, "");
    const struct plan_target *target = &f->target.target;
    assert_string_equal(target->name, "lab");
    assert_string_equal(target->title, "Lab");
    assert_string_equal(target->layout, "packed");
    assert_int_equal(target->cores_per_node, 28);
    assert_int_equal(target->packages, 2);
    assert_int_equal(target->cores_per_numa, 7);
    assert_ptr_equal(target->cluster, &f->target.cluster);
    assert_false(target->programs_are_here);
    make(f, "\"lab\": {\"cpu\": \"large\"}");
    assert_int_equal(target->cores_per_numa, 64); /* a socket, where nothing is said */
}

static void an_unknown_kind_is_told_with_the_known_one(void **state)
{
    struct fixture *f = *state;
    parse(f, "\"openmp\"", "\"lab\": {\"cpu\": \"lagre\"}");
    assert_int_equal(try_make(f), -1);
    assert_int_equal(f->err.status, STATUS_INPUT);
    assert_non_null(strstr(f->err.text, "s.json:1:"));
    assert_non_null(strstr(f->err.text,
                           "Lab has no nodes of the kind \"lagre\"; did you mean \"large\"?"));
    parse(f, "\"openmp\"", "\"lab\": {\"cpu\": \"gpu\"}");
    assert_int_equal(try_make(f), -1);
    assert_non_null(strstr(f->err.text, "Lab has no nodes of the kind \"gpu\"; `scalestudy clusters "
                                        "lab` lists them"));
    assert_null(f->target.cluster.name); /* as it was */
}

static void an_entry_is_found_by_its_folder_then_by_its_profile(void **state)
{
    struct fixture *f = *state;
    bool ambiguous = true;
    parse(f, "\"openmp\"", "\"lab-a\": {\"cluster\": \"lab\"}, \"lab-b\": {\"cluster\": \"lab\", "
                           "\"cpu\": \"large\"}, \"dardel\": {}, \"other\": {\"cluster\": \"pelle\"}");
    const struct study_cluster *list = f->study.clusters;
    assert_ptr_equal(study_cluster_of(&f->study, "lab-b", "lab", &ambiguous), &list[1]);
    assert_false(ambiguous);
    assert_ptr_equal(study_cluster_of(&f->study, "x", "pelle", &ambiguous), &list[3]);
    assert_false(ambiguous);
    assert_ptr_equal(study_cluster_of(&f->study, "dardel", "dardel", &ambiguous), &list[2]);
    assert_null(study_cluster_of(&f->study, "lab", "lab", &ambiguous));
    assert_true(ambiguous);
    assert_null(study_cluster_of(&f->study, "x", "y", &ambiguous));
    assert_false(ambiguous);
}

/* A third entry does not make two of them right. */
static void three_entries_are_as_ambiguous_as_two(void **state)
{
    struct fixture *f = *state;
    bool ambiguous = false;
    parse(f, "\"openmp\"", "\"a\": {\"cluster\": \"lab\"}, \"b\": {\"cluster\": \"lab\"}, "
                           "\"c\": {\"cluster\": \"lab\"}");
    assert_null(study_cluster_of(&f->study, "lab", "lab", &ambiguous));
    assert_true(ambiguous);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_wishes_all_is_the_profiles),
        TEST(what_the_study_wishes_takes_its_place),
        TEST(each_kind_of_node_has_its_own_terms),
        TEST(options_come_from_the_general_to_the_particular),
        TEST(modules_follow_the_languages_that_are_used),
        TEST(the_plan_is_told_of_the_node),
        TEST(an_unknown_kind_is_told_with_the_known_one),
        TEST(an_entry_is_found_by_its_folder_then_by_its_profile),
        TEST(three_entries_are_as_ambiguous_as_two),
    };
    return cmocka_run_group_tests_name("cluster_target", tests, NULL, NULL);
}

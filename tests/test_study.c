/*
 * What study.json may say is read as it is meant, and a setting counts as if it
 * stood in the file.
 */
#include "study.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
    struct study study;
    struct error err;
};

static int setup(void **state)
{
    *state = calloc(1, sizeof(struct fixture));
    return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    study_free(&f->study);
    free(f);
    return 0;
}

static int parse(struct fixture *f, const char *json, char *const *settings, size_t count)
{
    study_free(&f->study);
    return study_parse(&f->study, "t.json", json, strlen(json), settings, count, &f->err);
}

static void accept(struct fixture *f, const char *json)
{
    if (parse(f, json, NULL, 0) != 0)
        fail_msg("%s: %s", json, f->err.text);
}

static int set(struct fixture *f, const char *json, const char *setting)
{
    char *copy = strdup(setting);
    assert_non_null(copy);
    int rc = parse(f, json, &copy, 1);
    free(copy);
    return rc;
}

/* A study of a kernel, of one of its backends, of a program, of clusters. */
#define K(members)                                                                                 \
    "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [\"openmp\"], " members "}"
#define B(backend) "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [" backend "]}"
#define P(members) "{\"name\": \"a\", \"backends\": [{\"name\": \"x\", " members "}]}"
#define C(clusters) K("\"clusters\": " clusters)

static const char small[] = "{\"name\": \"a\", \"kernel\": \"triad\", \"backends\": [\"openmp\"]}";

static void the_least_study_gets_every_default(void **state)
{
    struct fixture *f = *state;
    const struct study *s = &f->study;
    accept(f, "{\"name\": \"integration\", \"kernel\": \"integration2d\", "
              "\"backends\": [\"serial\", \"openmp\", \"mpi\"], \"cores\": [1, 2, 4, 8, 12, 14]}");
    assert_string_equal(s->path, "t.json");
    assert_string_equal(s->name, "integration");
    assert_null(s->title);
    assert_int_equal(s->backend_count, 3);
    assert_string_equal(s->backends[2].name, "mpi");
    assert_string_equal(s->backends[2].backend, "mpi");
    assert_null(s->backends[2].command);
    assert_true(s->backends[2].cores.automatic && !s->backends[2].cores.given);
    assert_int_equal(s->cores.count, 6);
    assert_int_equal(s->cores.list[5].count, 14);
    assert_false(s->sizes.given || s->sizes.automatic || s->sizes.count > 0);
    assert_string_equal(s->scaling, "strong");
    assert_null(s->work);
    assert_int_equal(s->blocks, 9);
    assert_int_equal(s->runs, 1);
    assert_int_equal(s->warmups, 1);
    assert_true(isnan(s->precision) && isnan(s->budget_core_hours));
    assert_int_equal(s->max_blocks, 30);
    assert_null(s->timing);
    assert_true(s->timeout == 600);
    assert_int_equal(s->cluster_count, 0);
    assert_null(s->layout);
    assert_string_equal(s->background, "idle");
    assert_string_equal(s->bind, "cores");
    assert_int_equal(s->request_cores + s->request_extra_cores, 0);
    assert_int_equal(s->optimum.rule, RULE_FAST);
    assert_true(s->optimum.tolerance == 0.05 && s->optimum.efficiency == 0.70);
    assert_true(isnan(s->optimum.deadline));
}

static void every_key_of_a_study_is_read(void **state)
{
    struct fixture *f = *state;
    const struct study *s = &f->study;
    accept(f, "{\"$schema\": \"study.schema.json\", \"name\": \"a\", \"title\": \"T\", "
              "\"description\": \"D\\n<b>\", \"kernel\": \"matmul\", \"backends\": \"auto\", "
              "\"cores\": \"auto\", \"size\": [100, 1000], \"scaling\": \"weak\", \"blocks\": 7, "
              "\"runs\": 2, \"warmups\": 0, \"precision\": 0.02, \"max_blocks\": 20, "
              "\"budget_core_hours\": 1.5, \"timing\": \"total\", \"timeout\": \"1:30:00\", "
              "\"layout\": \"array\", \"background\": \"fill\", \"bind\": \"none\", "
              "\"request_cores\": \"+1\", \"optimum\": {\"rule\": \"knee\", \"tolerance\": 0, "
              "\"efficiency\": 1, \"deadline\": \"2-12\"}}");
    assert_string_equal(s->title, "T");
    assert_string_equal(s->description, "D\n<b>");
    assert_true(s->backends_auto && s->cores.automatic && s->cores.given && s->sizes.given);
    assert_int_equal(s->sizes.count, 2);
    assert_true(s->sizes.list[1] == 1000);
    assert_string_equal(s->scaling, "weak");
    assert_int_equal(s->blocks, 7);
    assert_int_equal(s->runs, 2);
    assert_int_equal(s->warmups, 0);
    assert_true(s->precision == 0.02 && s->budget_core_hours == 1.5 && s->timeout == 5400);
    assert_int_equal(s->max_blocks, 20);
    assert_string_equal(s->timing, "total");
    assert_string_equal(s->layout, "array");
    assert_string_equal(s->background, "fill");
    assert_string_equal(s->bind, "none");
    assert_int_equal(s->request_cores, 0);
    assert_int_equal(s->request_extra_cores, 1);
    assert_int_equal(s->optimum.rule, RULE_KNEE);
    assert_true(s->optimum.tolerance == 0 && s->optimum.efficiency == 1);
    assert_true(s->optimum.deadline == 60 * 3600);
}

static void every_key_of_a_backend_is_read(void **state)
{
    struct fixture *f = *state;
    accept(f, "{\"name\": \"a\", \"size\": \"auto\", \"work\": \"size^2\", \"backends\": [{"
              "\"name\": \"x\", \"command\": [\"./p q\", \"{cores}/{threads}\", \"{size}\"], "
              "\"parallel\": \"hybrid\", \"threads_per_rank\": 4, "
              "\"seconds\": \"Time: ([0-9.]+)\", \"value\": \"^value [0-9.]+\", "
              "\"expect\": {\"value\": -1.5}, \"setup\": [\"ml purge > /dev/null\"], "
              "\"modules\": [\"GCC/12.3.0\", \"OpenMPI/4.1.5\"], "
              "\"environment\": {\"B\": \"1 2\", \"LD_PRELOAD\": \"\"}, \"cores\": [\"1_node\"], "
              "\"workdir\": \"../run here\"}]}");
    const struct study_backend *b = &f->study.backends[0];
    assert_int_equal(f->study.kernel_count, 0);
    assert_string_equal(f->study.work, "size^2");
    assert_null(b->backend);
    assert_string_equal(b->command[0], "./p q");
    assert_string_equal(b->command[2], "{size}");
    assert_null(b->command[3]);
    assert_string_equal(b->parallel, "hybrid");
    assert_int_equal(b->threads_per_rank, 4);
    assert_string_equal(b->seconds, "Time: ([0-9.]+)");
    assert_string_equal(b->value, "^value [0-9.]+");
    assert_true(b->has_expect && b->expect_value == -1.5 && b->expect_tolerance == 1e-6);
    assert_string_equal(b->setup[0], "ml purge > /dev/null");
    assert_string_equal(b->modules[1], "OpenMPI/4.1.5");
    assert_int_equal(b->environment_count, 2);
    assert_string_equal(b->environment[0].name, "B");
    assert_string_equal(b->environment[0].value, "1 2");
    assert_true(b->cores.given && b->cores.count == 1 && b->cores.list[0].node_parts == 1);
    assert_string_equal(b->workdir, "../run here");
}

static void a_backend_is_named_after_what_it_runs(void **state)
{
    struct fixture *f = *state;
    accept(f, B("{\"backend\": \"openmp\"}, {\"name\": \"mpi\"}, {\"name\": \"bare\", \"backend\": "
                "\"mpi\", \"environment\": {\"A\": \"\"}}"));
    assert_string_equal(f->study.backends[0].name, "openmp");
    assert_string_equal(f->study.backends[1].backend, "mpi");
    assert_string_equal(f->study.backends[2].name, "bare");
    assert_string_equal(f->study.backends[2].backend, "mpi");
}

static void a_program_has_threads_unless_it_says_otherwise(void **state)
{
    struct fixture *f = *state;
    accept(f, P("\"command\": [\"a\"]"));
    assert_string_equal(f->study.backends[0].parallel, "threads");
    accept(f, P("\"command\": [\"a\", \"{ranks}\"], \"parallel\": \"ranks\""));
    assert_string_equal(f->study.backends[0].parallel, "ranks");
    accept(f, P("\"command\": [\"mpirun\", \"a\"], \"parallel\": \"processes\""));
}

static void braces_that_are_no_placeholder_are_left_to_the_program(void **state)
{
    struct fixture *f = *state;
    accept(f, P("\"command\": [\"sh\", \"-c\", \"echo ${HOME} {1..4} {a,b} {} {{ { print } "
                "{\\\"n\\\": {cores}} {unclosed\"]"));
}

static void every_key_of_a_cluster_is_read(void **state)
{
    struct fixture *f = *state;
    accept(
        f,
        C("{\"kebnekaise-zen4\": {\"cluster\": \"kebnekaise\", \"account\": \"hpc2n2026-001\", "
          "\"cpu\": \"zen4\", \"partition\": \"batch\", \"constraint\": \"zen3|zen4\", \"qos\": "
          "\"test\", \"reservation\": \"course_1\", \"time_limit\": \"20:00\", \"memory\": 16384, "
          "\"exclusive\": false, \"gpus\": 2, \"modules\": [], \"setup\": [\"ml foss\"], "
          "\"extra_sbatch\": [\"--mail-type=END\", \"--mem-per-cpu=2G\"]}, \"pelle\": {}}"));
    const struct study_cluster *c = f->study.clusters;
    assert_int_equal(f->study.cluster_count, 2);
    assert_string_equal(c->folder, "kebnekaise-zen4");
    assert_string_equal(c->cluster, "kebnekaise");
    assert_string_equal(c->account, "hpc2n2026-001");
    assert_string_equal(c->cpu, "zen4");
    assert_string_equal(c->partition, "batch");
    assert_string_equal(c->constraint, "zen3|zen4");
    assert_string_equal(c->qos, "test");
    assert_string_equal(c->reservation, "course_1");
    assert_true(c->time_limit_seconds == 1200 && c->memory_mib == 16384);
    assert_int_equal(c->exclusive, 0);
    assert_int_equal(c->gpus, 2);
    assert_non_null(c->modules);
    assert_null(c->modules[0]);
    assert_string_equal(c->setup[0], "ml foss");
    assert_string_equal(c->extra_sbatch[1], "--mem-per-cpu=2G");
    assert_string_equal(c[1].cluster, "pelle");
    assert_int_equal(c[1].exclusive, -1);
    assert_null(c[1].modules);
    assert_true(isnan(c[1].time_limit_seconds) && isnan(c[1].memory_mib));
}

static void the_order_of_keys_does_not_matter(void **state)
{
    struct fixture *f = *state;
    accept(f,
           "{\"max_blocks\": 12, \"backends\": [{\"value\": \"v\", \"expect\": {\"tolerance\": 1, "
           "\"value\": 2}, \"parallel\": \"ranks\", \"command\": [\"a\"], \"name\": \"x\"}], "
           "\"precision\": 0.1, \"name\": \"a\"}");
    assert_int_equal(f->study.max_blocks, 12);
    assert_true(f->study.backends[0].expect_tolerance == 1);
}

static void times_are_seconds_or_what_slurm_writes(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } times[] = {
        {"10", 10},
        {"\"10\"", 10},
        {"0.5", 0.5},
        {"\"90.5\"", 90.5},
        {"\"20:00\"", 1200},
        {"\"90:30\"", 5430},
        {"\"1:30:00\"", 5400},
        {"\"48:00:00\"", 172800},
        {"\"2-12\"", 216000},
        {"\"1-00:30\"", 88200},
        {"\"1-02:03:04\"", 93784},
        {"\"0-1\"", 3600},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char json[256];
        snprintf(json, sizeof json, K("\"timeout\": %s"), times[i].text);
        accept(f, json);
        assert_true(f->study.timeout == times[i].seconds);
    }
}

static void core_counts_may_be_parts_and_multiples_of_a_node(void **state)
{
    static const struct {
        int64_t count, node_count, node_parts;
    } expected[] = {{1, 0, 0}, {6, 0, 0}, {0, 1, 4},  {0, 1, 2},
                    {0, 3, 4}, {0, 1, 1}, {0, 16, 1}, {65536, 0, 0}};
    struct fixture *f = *state;
    accept(f, K("\"cores\": [\"1_core\", \"6_cores\", \"1_4_node\", \"1_2_node\", \"3_4_node\", "
                "\"1_node\", \"16_nodes\", 65536]"));
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(f->study.cores.list[i].count, expected[i].count);
        assert_int_equal(f->study.cores.list[i].node_count, expected[i].node_count);
        assert_int_equal(f->study.cores.list[i].node_parts, expected[i].node_parts);
    }
    accept(f, K("\"cores\": 4"));
    assert_int_equal(f->study.cores.list[0].count, 4);
    accept(f, K("\"cores\": \"1_node\""));
    assert_int_equal(f->study.cores.list[0].node_parts, 1);
}

static void places_are_kept_for_messages_that_come_later(void **state)
{
    struct fixture *f = *state;
    accept(f,
           "{\"name\": \"a\",\n \"title\": \"\xc3\xa5\", \"kernel\": \"triad\",\n \"cores\": [1,\n"
           "  64], \"size\": 5, \"request_cores\": 64,\n \"backends\": [\"mpi\", {\"name\": \"x\", "
           "\"cores\": [2]}],\n\t\"clusters\": {\"pelle\": {}}}");
    assert_string_equal(f->study.cores.list[0].place.text, "t.json:3:12");
    assert_string_equal(f->study.cores.list[1].place.text, "t.json:4:3");
    assert_string_equal(f->study.sizes.place.text, "t.json:4:8");
    assert_string_equal(f->study.request_place.text, "t.json:4:19");
    assert_string_equal(f->study.backends[0].place.text, "t.json:5:15");
    assert_string_equal(f->study.backends[1].place.text, "t.json:5:22");
    assert_string_equal(f->study.backends[1].cores.list[0].place.text, "t.json:5:46");
    assert_string_equal(f->study.clusters[0].place.text, "t.json:6:15");
    assert_int_equal(set(f, small, "cores=[4, 8]"), 0);
    assert_string_equal(f->study.cores.list[1].place.text, "--set cores=[4, 8]");
}

static void a_setting_takes_the_place_of_what_the_file_says(void **state)
{
    char *settings[] = {"blocks=3",        "title=2026 \"x\"", "optimum.rule=cheapest",
                        "cores=[1, 2]",    "timeout=1:00:00",  "backends.x.environment.B=2",
                        "size=auto",       "blocks=5",         "clusters.pelle.v2.account=me",
                        "request_cores=+2"};
    struct fixture *f = *state;
    int rc = parse(
        f,
        "{\"name\": \"a\", \"kernel\": \"triad\", \"blocks\": 20, \"cores\": [64], "
        "\"optimum\": {\"rule\": \"knee\", \"tolerance\": 0.1}, \"clusters\": [\"pelle.v2\"], "
        "\"backends\": [{\"name\": \"x\", \"environment\": {\"A\": \"1\", \"B\": \"1\"}}]}",
        settings, sizeof settings / sizeof *settings);
    if (rc != 0)
        fail_msg("%s", f->err.text);
    assert_int_equal(f->study.blocks, 5);
    assert_string_equal(f->study.title, "2026 \"x\"");
    assert_int_equal(f->study.optimum.rule, RULE_CHEAPEST);
    assert_true(f->study.optimum.tolerance == 0.1);
    assert_int_equal(f->study.cores.count, 2);
    assert_true(f->study.timeout == 3600 && f->study.sizes.automatic);
    assert_int_equal(f->study.backends[0].environment_count, 2);
    assert_string_equal(f->study.backends[0].environment[1].value, "2");
    assert_string_equal(f->study.clusters[0].account, "me");
    assert_int_equal(f->study.request_extra_cores, 2);
}

static void a_later_setting_replaces_an_earlier_one_with_all_below_it(void **state)
{
    char *settings[] = {"optimum.tolerance=0.2", "optimum={\"rule\": \"knee\"}",
                        "optimum.efficiency=0.5"};
    struct fixture *f = *state;
    assert_int_equal(parse(f, small, settings, 3), 0);
    assert_true(f->study.optimum.tolerance == 0.05 && f->study.optimum.efficiency == 0.5);
    assert_int_equal(f->study.optimum.rule, RULE_KNEE);
}

static void a_whole_cluster_can_be_set_as_one_object(void **state)
{
    struct fixture *f = *state;
    char *settings[] = {"clusters=[\"v1.2\", \"pelle\"]", "clusters.v1.2.qos=gone",
                        "clusters.v1.2={\"account\": \"me\", \"qos\": \"short\"}",
                        "clusters.v1.2.account=you"};
    assert_int_equal(parse(f, small, settings, 4), 0);
    assert_string_equal(f->study.clusters[0].folder, "v1.2");
    assert_string_equal(f->study.clusters[0].account, "you");
    assert_string_equal(f->study.clusters[0].qos, "short");
    assert_null(f->study.clusters[1].account);
    study_free(&f->study);
    settings[2] = (char[]){"clusters.pelle=me"};
    assert_int_equal(parse(f, small, settings, 3), -1);
    assert_string_equal(f->err.text, "--set clusters.pelle=me: a cluster must be an object of "
                                     "overrides, got text \"me\"; {} overrides nothing");
}

static void a_setting_can_give_what_the_file_lacks(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(set(f, "{\"kernel\": \"triad\", \"backends\": \"auto\"}", "name=12"), 0);
    assert_string_equal(f->study.name, "12");
    assert_int_equal(
        set(f, P("\"command\": [\"a\"], \"value\": \"v\""), "backends.x.expect.value=3"), 0);
    assert_true(f->study.backends[0].has_expect && f->study.backends[0].expect_value == 3);
}

static void precision_starts_with_as_many_blocks_as_an_interval_needs(void **state)
{
    struct fixture *f = *state;
    accept(f, K("\"precision\": 0.02"));
    assert_int_equal(f->study.blocks, 6);
    assert_int_equal(f->study.max_blocks, 30);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_least_study_gets_every_default),
        TEST(every_key_of_a_study_is_read),
        TEST(every_key_of_a_backend_is_read),
        TEST(a_backend_is_named_after_what_it_runs),
        TEST(a_program_has_threads_unless_it_says_otherwise),
        TEST(braces_that_are_no_placeholder_are_left_to_the_program),
        TEST(every_key_of_a_cluster_is_read),
        TEST(the_order_of_keys_does_not_matter),
        TEST(times_are_seconds_or_what_slurm_writes),
        TEST(core_counts_may_be_parts_and_multiples_of_a_node),
        TEST(places_are_kept_for_messages_that_come_later),
        TEST(a_setting_takes_the_place_of_what_the_file_says),
        TEST(a_later_setting_replaces_an_earlier_one_with_all_below_it),
        TEST(a_whole_cluster_can_be_set_as_one_object),
        TEST(a_setting_can_give_what_the_file_lacks),
        TEST(precision_starts_with_as_many_blocks_as_an_interval_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

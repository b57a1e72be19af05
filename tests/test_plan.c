#include "plan.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "plan_text.h"
#include "schedule.h"
#include "strbuf.h"

/* A node of eight cores in two sockets of four, and four built-in backends. */
struct fixture {
    struct catalog_option options[2], passes;
    struct catalog_workload workload, both[2];
    struct catalog_backend backends[4];
    struct catalog catalog;
    struct plan_target target;
    struct plan_filter filter;
    struct study study;
    struct plan plan, wanted;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->workload = (struct catalog_workload){.name = "integration2d", .summary = "", .unit = "sin",
                                            .work = "size^2", .default_size = 10000,
                                            .maximum_size = 1e6,
                                            .options = f->options, .option_count = 2};
    f->options[0] = (struct catalog_option){"curvature", "", 0, -1e6, 1e6, 0};
    f->options[1] = (struct catalog_option){"chunk", "", 16, 1, 5000, 1};
    static const char *const names[] = {"serial", "openmp", "mpi", "hybrid"};
    static const char *const kinds[] = {"serial", "threads", "ranks", "hybrid"};
    for (size_t i = 0; i < 4; i++)
        f->backends[i] = (struct catalog_backend){.name = (char *)(uintptr_t)names[i],
                                                  .executable = (char *)(uintptr_t)names[i],
                                                  .parallel = (char *)(uintptr_t)kinds[i],
                                                  .workloads = &f->workload,
                                                  .workload_count = 1};
    f->catalog = (struct catalog){.backends = f->backends, .backend_count = 4, .folder = "/"};
    f->target = (struct plan_target){.name = "local", .title = "this machine", .cores_per_node = 8,
                                     .packages = 2, .cores_per_numa = 4, .largest_count = 8,
                                     .programs_are_here = true};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    plan_filter_free(&f->filter);
    study_free(&f->study);
    plan_free(&f->plan);
    plan_free(&f->wanted);
    free(f);
    return 0;
}

/* Serial and openmp have a second kernel, the others do not. */
static void add_triad(struct fixture *f)
{
    f->passes = (struct catalog_option){"passes", "", 1, 1, 1000, 1};
    f->both[0] = f->workload;
    f->both[1] = (struct catalog_workload){.name = "triad", .summary = "", .unit = "element",
                                           .work = "size", .default_size = 1e6,
                                           .maximum_size = 1e12,
                                           .options = &f->passes, .option_count = 1};
    for (size_t i = 0; i < 2; i++) {
        f->backends[i].workloads = f->both;
        f->backends[i].workload_count = 2;
    }
}

static int make(struct fixture *f, struct plan *plan, const char *study)
{
    study_free(&f->study);
    f->study = (struct study){0};
    plan_free(plan);
    *plan = (struct plan){0};
    if (study_parse(&f->study, "s.json", study, strlen(study), NULL, 0, &f->err) != 0)
        fail_msg("%s", f->err.text);
    return plan_make(plan, &f->study, &f->catalog, &f->target, &f->filter, 500, &f->err);
}

static void make_well(struct fixture *f, struct plan *plan, const char *study)
{
    if (make(f, plan, study) != 0)
        fail_msg("%s", f->err.text);
}

#define STUDY(members) "{\"name\": \"s\", \"kernel\": \"integration2d\", \"size\": 100,\n" members "}"
#define PROGRAM(members) "{\"name\": \"s\", \"size\": 100, \"backends\": [\n{" members "}], \"cores\": [1]}"

/* "openmp:4=1x1x4 …": backend, cores, nodes x ranks x threads. */
static void assert_points(const struct plan *plan, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *p = &plan->points[i];
        strbuf_addf(&sb, "%s%s:%lld=%lldx%lldx%lld", i > 0 ? " " : "",
                    plan->backends[p->backend].name, (long long)p->cores, (long long)p->nodes,
                    (long long)p->ranks, (long long)p->threads);
    }
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void assert_waves(const struct plan *plan, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < plan->wave_count; i++) {
        const struct plan_wave *w = &plan->waves[i];
        strbuf_addf(&sb, "%spoints %zu+%zu blocks %lld+%lld", i > 0 ? "; " : "", w->first_point,
                    w->points, (long long)w->first_block, (long long)w->blocks);
    }
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

/* All of a backend's command line but the program. */
static void assert_command(const struct plan_backend *backend, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 1; backend->argv[i] != NULL; i++)
        strbuf_addf(&sb, "%s%s", i > 1 ? " " : "", backend->argv[i]);
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void options_reach_the_kernel_and_a_backend_has_its_own(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan,
              STUDY("\"options\": {\"chunk\": 64, \"curvature\": 0.5}, \"cores\": [1],"
                    "\"backends\": [\"serial\", {\"name\": \"openmp\", \"options\": {\"chunk\": 8}}]"));
    assert_command(&f->plan.backends[0],
                   "integration2d --size {size} --workers {cores} --curvature 0.5 --chunk 64");
    assert_command(&f->plan.backends[1],
                   "integration2d --size {size} --workers {cores} --curvature 0.5 --chunk 8");
}

static void a_kernel_has_its_own_size_where_none_is_given(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", \"backends\": [\"serial\"]}");
    assert_true(f->plan.points[0].size == 10000);
    assert_string_equal(f->plan.kernel, "integration2d");
}

static void of_several_default_sizes_the_smallest_is_taken(void **state)
{
    struct fixture *f = *state;
    struct catalog_workload slow = f->workload;
    slow.default_size = 300;
    f->backends[1].workloads = &slow;
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", "
                           "\"backends\": [\"serial\", \"openmp\"], \"cores\": [1]}");
    assert_true(f->plan.points[0].size == 300 && f->plan.points[1].size == 300);
    make_well(f, &f->plan,
              "{\"name\": \"s\", \"kernel\": \"integration2d\", \"backends\": [\"serial\"]}");
    assert_true(f->plan.points[0].size == 10000);
    f->backends[1].language = true; /* "auto" takes none of those */
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", "
                           "\"backends\": \"auto\", \"cores\": [1]}");
    assert_true(f->plan.points[0].size == 10000);
}

/* Both for a plan and for `check`, which knows no target. */
static void a_size_beyond_what_a_backend_takes_is_refused(void **state)
{
    static const struct {
        const char *study, *message;
        bool on_any_machine; /* cores of a node are known with the machine alone */
    } rejected[] = {
        {"{\"name\": \"s\", \"kernel\": \"integration2d\",\n \"size\": [100, 1000001], "
         "\"backends\": [\"openmp\"], \"cores\": [1]}",
         "s.json:2:16: the size 1000001 is too large for kernel \"integration2d\" of backend "
         "\"openmp\", which takes at most 1000000; give a smaller \"size\"",
         true},
        {"{\"name\": \"s\", \"kernel\": {\"integration2d\": {\"size\": 2000000}},\n "
         "\"backends\": [{\"name\": \"mine\", \"backend\": \"serial\"}]}",
         "s.json:1:44: the size 2000000 is too large for kernel \"integration2d\" of backend "
         "\"mine\", which takes at most 1000000; give a smaller \"size\"",
         true},
        {"{\"name\": \"s\", \"kernel\": \"integration2d\",\n \"size\": 900000, \"scaling\": \"weak\", "
         "\"backends\": [\"serial\", \"openmp\"], \"cores\": [1, 4]}",
         "s.json:2:2: in weak scaling the size 900000 grows to 1800000 on 4 cores, too large for "
         "kernel \"integration2d\" of backend \"openmp\", which takes at most 1000000; give a "
         "smaller \"size\", or fewer \"cores\"",
         true},
        {"{\"name\": \"s\", \"kernel\": \"integration2d\",\n \"size\": 900000, \"scaling\": \"weak\", "
         "\"backends\": [\"openmp\"], \"cores\": [1, \"1_node\"]}",
         "s.json:2:2: in weak scaling the size 900000 grows to 2545584 on 8 cores, too large for "
         "kernel \"integration2d\" of backend \"openmp\", which takes at most 1000000; give a "
         "smaller \"size\", or fewer \"cores\"",
         false},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        f->err.text[0] = '\0';
        assert_int_equal(make(f, &f->plan, rejected[i].study), -1);
        assert_string_equal(f->err.text, rejected[i].message);
        f->err.text[0] = '\0';
        assert_int_equal(plan_check_builtins(&f->study, &f->catalog, &f->err),
                         rejected[i].on_any_machine ? -1 : 0);
        if (rejected[i].on_any_machine)
            assert_string_equal(f->err.text, rejected[i].message);
    }
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", \"size\": 1000000, "
                           "\"backends\": [\"openmp\"], \"cores\": [1, 4]}");
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", \"size\": 1000000, "
                           "\"scaling\": \"weak\", \"backends\": [\"serial\"], \"cores\": [1, 4]}");
}

/* "serial/triad:1@2000 …": backend, kernel, cores, size. */
static void assert_kernels(const struct plan *plan, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < plan->point_count; i++) {
        const struct plan_point *p = &plan->points[i];
        const struct plan_backend *backend = &plan->backends[p->backend];
        strbuf_addf(&sb, "%s%s/%s:%lld@%g", i > 0 ? " " : "", backend->name,
                    plan_kernel_of(plan, backend), (long long)p->cores, p->size);
        assert_string_equal(backend->argv[1], plan_kernel_of(plan, backend));
    }
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

#define TWO_KERNELS(more)                                                                          \
    "{\"name\": \"s\", \"kernel\": {\"integration2d\": {}, \"triad\": {\"size\": [50, 60],"             \
    " \"options\": {\"passes\": 3}}}, " more "}"

static void several_kernels_share_a_study(void **state)
{
    struct fixture *f = *state;
    add_triad(f);
    make_well(f, &f->plan,
              TWO_KERNELS("\"backends\": [\"serial\", \"openmp\", \"mpi\"], \"cores\": [2]"));
    assert_kernels(&f->plan, "serial/integration2d:1@10000 openmp/integration2d:2@10000 "
                             "mpi/integration2d:2@10000 serial/triad:1@50 openmp/triad:2@50 "
                             "serial/triad:1@60 openmp/triad:2@60");
    assert_string_equal(f->plan.kernel, "");
    assert_string_equal(f->plan.notes[0], "Backend mpi does not have triad.");
    assert_command(&f->plan.backends[0], "integration2d --size {size} --workers {cores}");
    assert_command(&f->plan.backends[4], "triad --size {size} --workers {cores} --passes 3");
}

static void a_filter_takes_one_of_several_kernels(void **state)
{
    struct fixture *f = *state;
    add_triad(f);
    assert_int_equal(plan_filter_parse(&f->filter, "kernel=triad,backend=openmp", &f->err), 0);
    make_well(f, &f->plan, TWO_KERNELS("\"backends\": [\"serial\", \"openmp\"], \"cores\": [2]"));
    assert_kernels(&f->plan, "openmp/triad:2@50 openmp/triad:2@60");
}

static void a_kernel_may_be_added_and_none_may_go(void **state)
{
    struct fixture *f = *state;
    bool added;
    add_triad(f);
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", \"backends\": [\"openmp\"],"
                           "\"cores\": [1]}");
    make_well(f, &f->wanted, TWO_KERNELS("\"backends\": [\"openmp\"], \"cores\": [1]"));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), 0);
    assert_true(added);
    assert_kernels(&f->plan, "openmp/integration2d:1@10000 openmp/triad:1@50 openmp/triad:1@60");
    make_well(f, &f->wanted, "{\"name\": \"s\", \"kernel\": \"triad\", \"size\": [50, 60],"
                             "\"options\": {\"passes\": 3}, \"backends\": [\"openmp\"], \"cores\": [1]}");
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), -1);
    assert_non_null(strstr(f->err.text, "\"kernel\" was integration2d and is now triad"));
}

static void a_size_is_compared_with_those_of_its_kernel(void **state)
{
    struct fixture *f = *state;
    bool added;
    add_triad(f);
    make_well(f, &f->plan, TWO_KERNELS("\"backends\": [\"openmp\"], \"cores\": [1]"));
    make_well(f, &f->wanted, "{\"name\": \"s\", \"kernel\": {\"integration2d\": {}, \"triad\": "
                             "{\"size\": 50, \"options\": {\"passes\": 3}}}, \"backends\": [\"openmp\"],"
                             "\"cores\": [1]}");
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), -1);
    assert_non_null(strstr(f->err.text, "the \"size\" of triad was 60 and is now 50"));
    assert_int_equal(plan_filter_parse(&f->filter, "kernel=triad", &f->err), 0);
    make_well(f, &f->wanted, TWO_KERNELS("\"backends\": [\"openmp\"], \"cores\": [1]"));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), 0);
    assert_false(added);
}

static void what_does_not_fit_is_refused_at_its_place(void **state)
{
    static const struct {
        const char *study, *message;
    } rejected[] = {
        {STUDY("\"backends\": [\"opnemp\"]"),
         "s.json:2:14: there is no backend \"opnemp\"; did you mean \"openmp\"?"},
        {STUDY("\"backends\": [\"julia\"]"),
         "s.json:2:14: there is no backend \"julia\"; `scalestudy backends` lists those there are, and "
         "one of your own needs a \"command\""},
        {"{\"name\": \"s\", \"kernel\": \"integratoin2d\",\n\"backends\": [\"openmp\"]}",
         "s.json:2:14: backend \"openmp\" has no kernel \"integratoin2d\"; did you mean \"integration2d\"?"},
        {"{\"name\": \"s\", \"kernel\": \"matmul\",\n\"backends\": [\"openmp\"]}",
         "s.json:2:14: backend \"openmp\" has no kernel \"matmul\"; `scalestudy backends` lists what each "
         "one holds"},
        {STUDY("\"options\": {\"curvatur\": 1}, \"backends\": [\"openmp\"]"),
         "s.json:2:13: the kernel \"integration2d\" of backend \"openmp\" has no option \"curvatur\"; "
         "did you mean \"curvature\"?"},
        {STUDY("\"options\": {\"zzz\": 1}, \"backends\": [\"openmp\"]"),
         "s.json:2:13: the kernel \"integration2d\" of backend \"openmp\" has no option \"zzz\"; it has "
         "curvature, chunk"},
        {STUDY("\"options\": {\"zzz\": 1}, \"backends\": [\"openmp\", \"mpi\"]"),
         "s.json:2:13: the kernel \"integration2d\" of backend \"openmp\" has no option \"zzz\"; it has "
         "curvature, chunk; give it to the backends that have it, in their own \"options\""},
        {STUDY("\"backends\": [{\"name\": \"openmp\", \"options\": {\"chunk\": 0}}]"),
         "s.json:2:45: the option \"chunk\" must be a whole number from 1 to 5000, got 0"},
        {STUDY("\"backends\": [{\"name\": \"openmp\", \"options\": {\"chunk\": 1.5}}]"),
         "s.json:2:45: the option \"chunk\" must be a whole number from 1 to 5000, got 1.5"},
        {STUDY("\"options\": {\"curvature\": 2e6}, \"backends\": [\"openmp\"]"),
         "s.json:2:13: the option \"curvature\" must be from -1000000 to 1000000, got 2000000"},
        {STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 9]"),
         "s.json:2:38: 9 cores are asked for, but this machine has 8; ask for at most 8 (--set cores=auto does), or add "
         "--oversubscribe to put several workers on a core"},
        {STUDY("\"backends\": [\"openmp\"], \"cores\": [8], \"request_cores\": \"+1\""),
         "s.json:2:39: \"request_cores\" asks for 9 cores, but this machine has 8"},
        {STUDY("\"backends\": [\"openmp\"], \"cores\": [1], \"blocks\": 1000000, \"runs\": 1000000"),
         "s would be 1000000000001 runs, and a plan holds at most 100000000; ask for fewer \"blocks\" or "
         "\"runs\""},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(make(f, &f->plan, rejected[i].study), -1);
        assert_string_equal(f->err.text, rejected[i].message);
        assert_int_equal(f->err.status, STATUS_INPUT);
    }
}

static void a_program_must_be_there_unless_something_brings_it(void **state)
{
    struct fixture *f = *state;
    char *here = getcwd(NULL, 0);
    char *expected = text_format("s.json:2:1: the program \"no-such-program\" of backend \"p\" was not "
                                 "found from %s; give its path, or set it up with \"setup\" or \"modules\"",
                                 here);
    assert_int_equal(make(f, &f->plan, PROGRAM("\"name\": \"p\", \"command\": [\"no-such-program\"]")), -1);
    assert_string_equal(f->err.text, expected);
    assert_int_equal(make(f, &f->plan, PROGRAM("\"name\": \"p\", \"command\": [\"/tmp\"]")), -1);
    make_well(f, &f->plan,
              PROGRAM("\"name\": \"p\", \"command\": [\"no-such-program\"], \"modules\": [\"M\"]"));
    make_well(f, &f->plan, PROGRAM("\"name\": \"p\", \"command\": [\"{size}\"]"));
    f->target.programs_are_here = false; /* on a cluster it is elsewhere */
    make_well(f, &f->plan, PROGRAM("\"name\": \"p\", \"command\": [\"no-such-program\"]"));
    assert_string_equal(f->plan.backends[0].workdir, here);
    assert_string_equal(f->plan.timing, "total");
    free(expected);
    free(here);
}

static void a_backend_that_cannot_run_here_says_why(void **state)
{
    struct fixture *f = *state;
    f->backends[2].why_not = "mpirun was not found";
    assert_int_equal(make(f, &f->plan, STUDY("\"backends\": [\"mpi\"]")), -1);
    assert_string_equal(f->err.text, "s.json:2:14: backend \"mpi\" cannot run here: mpirun was not found");
    make_well(f, &f->plan, STUDY("\"backends\": \"auto\", \"cores\": [1]"));
    assert_points(&f->plan, "serial:1=1x1x1 openmp:1=1x1x1 hybrid:1=1x1x1");
    assert_string_equal(f->plan.notes[0], "Backend mpi was left out: mpirun was not found");
}

static void a_filter_is_read_or_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *text, *message;
    } rejected[] = {
        {"", "--only is empty: say kernel=NAME, backend=NAME or cores=N, several with commas "
         "between"},
        {",", "--only is empty: say kernel=NAME, backend=NAME or cores=N, several with commas "
         "between"},
        {"4", "--only 4: say kernel=NAME, backend=NAME or cores=N, several with commas "
         "between"},
        {"kernel=", "--only kernel=: say kernel=NAME, backend=NAME or cores=N, several with commas "
                    "between"},
        {"backend=", "--only backend=: say kernel=NAME, backend=NAME or cores=N, several with commas "
         "between"},
        {"cores=0", "--only cores=0: a core count is a number from 1 to 65536"},
        {"cores=4x", "--only cores=4x: a core count is a number from 1 to 65536"},
        {"cores=", "--only cores=: a core count is a number from 1 to 65536"},
        {"cores=99999999999999999999", "--only cores=99999999999999999999: a core count is a number "
                                       "from 1 to 65536"},
    };
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(plan_filter_parse(&f->filter, rejected[i].text, &f->err), -1);
        assert_string_equal(f->err.text, rejected[i].message);
    }
    plan_filter_free(&f->filter);
    assert_int_equal(plan_filter_parse(&f->filter, "backend=openmp,cores=2", &f->err), 0);
    assert_int_equal(plan_filter_parse(&f->filter, "cores=4,backend=mpi", &f->err), 0);
    make_well(f, &f->plan, STUDY("\"backends\": \"auto\", \"cores\": [1, 2, 4, 8]"));
    assert_points(&f->plan, "openmp:2=1x1x2 openmp:4=1x1x4 mpi:2=1x2x1 mpi:4=1x4x1");
    plan_filter_free(&f->filter);
    assert_int_equal(plan_filter_parse(&f->filter, "backend=julia", &f->err), 0);
    assert_int_equal(make(f, &f->plan, STUDY("\"backends\": [\"openmp\"]")), -1);
    assert_string_equal(f->err.text,
                        "--only backend=julia: the study measures no such backend; it has openmp");
    plan_filter_free(&f->filter);
    assert_int_equal(plan_filter_parse(&f->filter, "cores=3", &f->err), 0);
    assert_int_equal(make(f, &f->plan, STUDY("\"backends\": [\"openmp\"], \"cores\": [1]")), -1);
    assert_string_equal(f->err.text,
                        "s.json: nothing is left to measure; check --only, \"backends\" and \"cores\"");
}

static void each_kind_of_backend_has_its_shape(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan,
              STUDY("\"backends\": [\"serial\", \"openmp\", \"mpi\", \"hybrid\"], \"cores\": [8, 6, 1]"));
    assert_points(&f->plan, "serial:1=1x1x1 openmp:1=1x1x1 openmp:6=1x1x6 openmp:8=1x1x8 mpi:1=1x1x1 "
                            "mpi:6=1x6x1 mpi:8=1x8x1 hybrid:1=1x1x1 hybrid:6=1x2x3 hybrid:8=1x2x4");
    for (size_t i = 0; i < f->plan.point_count; i++) {
        const struct plan_point *p = &f->plan.points[i];
        assert_int_equal(plan_point_workers(p), p->cores);
        assert_int_equal(p->allocated_cores, p->cores);
        assert_true(p->size == 100 && p->actual_size == 100 && p->work == 1e4);
    }
    assert_int_equal(plan_run_count(&f->plan), 10 * 9);
    assert_int_equal(schedule_count(&f->plan), 10 * 9 + 10);
    assert_string_equal(f->plan.timing, "kernel");
    assert_true(f->plan.seed == schedule_seed("s"));
}

static void threads_per_rank_leave_out_what_they_do_not_divide(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, STUDY("\"backends\": [{\"name\": \"h\", \"backend\": \"hybrid\", "
                                 "\"threads_per_rank\": 4}], \"cores\": [4, 6, 8]"));
    assert_points(&f->plan, "h:4=1x1x4 h:8=1x2x4");
    assert_string_equal(f->plan.notes[0], "h has 4 threads a rank, so 6 cores were left out for it.");
}

static void only_ranks_leave_a_node(void **state)
{
    struct fixture *f = *state;
    f->target.largest_count = 0;
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\", \"mpi\"], \"cores\": [8, 16]"));
    assert_points(&f->plan, "openmp:8=1x1x8 mpi:8=1x8x1 mpi:16=2x16x1");
    assert_string_equal(f->plan.notes[0], "openmp stays within a node, so 16 cores were left out for it.");
}

static void oversubscribing_allows_more_workers_than_cores_and_binds_none(void **state)
{
    struct fixture *f = *state;
    f->target.oversubscribe = true;
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\", \"mpi\"], \"cores\": [20]"));
    assert_points(&f->plan, "openmp:20=1x1x20 mpi:20=1x20x1");
    char *const *argv = f->plan.backends[0].argv;
    size_t n = string_list_count(argv);
    assert_string_equal(argv[n - 2], "--bind");
    assert_string_equal(argv[n - 1], "none");
}

static void weak_scaling_grows_the_size_with_the_work(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 2, 4], \"scaling\": \"weak\""));
    assert_true(f->plan.points[0].actual_size == 100);
    assert_true(f->plan.points[1].actual_size == 141); /* sqrt(2) of it */
    assert_true(f->plan.points[2].actual_size == 200);
    assert_true(f->plan.points[1].size == 100);
    assert_true(f->plan.points[2].work == 4e4);
}

static void requested_cores_are_allocated_beside_those_used(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 4], \"request_cores\": \"+1\""));
    assert_int_equal(f->plan.points[0].allocated_cores, 2);
    assert_int_equal(f->plan.points[1].allocated_cores, 5);
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 4], \"request_cores\": 8"));
    assert_int_equal(f->plan.points[0].allocated_cores, 8);
}

static void an_open_size_is_the_one_that_was_found(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, "{\"name\": \"s\", \"kernel\": \"integration2d\", \"size\": \"auto\", "
                           "\"backends\": [\"openmp\"], \"cores\": [1]}");
    assert_true(f->plan.points[0].size == 500);
}

#define BASE "\"backends\": [\"openmp\"], \"cores\": [1, 2], \"blocks\": 3"

/* The base has run; what comes of another study. */
static int extend(struct fixture *f, const char *study, bool *added)
{
    make_well(f, &f->plan, STUDY(BASE));
    make_well(f, &f->wanted, study);
    return plan_extend(&f->plan, &f->wanted, added, &f->err);
}

static void a_study_about_something_else_is_refused_with_the_differences(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *study, *differences;
    } changed[] = {
        {"{\"name\": \"s\", \"kernel\": \"integration2d\", \"size\": 200, " BASE "}",
         "\"size\" was 100 and is now 200"},
        {STUDY(BASE ", \"runs\": 2, \"warmups\": 0"),
         "\"runs\" was 1 and is now 2; \"warmups\" was 1 and is now 0"},
        {STUDY(BASE ", \"bind\": \"none\""),
         "\"bind\" was cores and is now none; of backend openmp, its command was integration2d --size "
         "{size} --workers {cores} and is now integration2d --size {size} --workers {cores} --bind none"},
        {STUDY(BASE ", \"scaling\": \"weak\""), "\"scaling\" was strong and is now weak"},
        {STUDY(BASE ", \"request_cores\": \"+1\""),
         "of openmp on 1 core, the cores asked for was 1 and is now 2"},
        {STUDY("\"backends\": [{\"name\": \"openmp\", \"backend\": \"mpi\"}], \"cores\": [1]"),
         "of backend openmp, its kernel was openmp and is now mpi; \"parallel\" was threads and is now "
         "ranks"},
        {STUDY("\"backends\": [{\"name\": \"openmp\", \"environment\": {\"A\": \"b\"}}], \"cores\": [1]"),
         "of backend openmp, its \"environment\" changed"},
    };
    for (size_t i = 0; i < sizeof changed / sizeof *changed; i++) {
        bool added;
        char *expected = text_format("the study has changed since its first runs: %s; give it another "
                                     "name, or add --fresh to set the old results aside and start anew",
                                     changed[i].differences);
        assert_int_equal(extend(f, changed[i].study, &added), -1);
        assert_string_equal(f->err.text, expected);
        assert_int_equal(f->err.status, STATUS_INPUT);
        assert_waves(&f->plan, "points 0+2 blocks 0+3"); /* the plan is as it was */
        free(expected);
    }
}

static void precision_begins_with_six_blocks(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\"], \"cores\": [1], \"precision\": 0.01, "
                                 "\"budget_core_hours\": 2"));
    assert_int_equal(f->plan.blocks, 30);
    assert_true(f->plan.precision == 0.01);
    assert_true(f->plan.budget_core_hours == 2);
    assert_waves(&f->plan, "points 0+1 blocks 0+6");
}

/* One block tells how many fit; what is added later keeps up with the others. */
static void a_budget_of_time_begins_with_one_block(void **state)
{
    struct fixture *f = *state;
    bool added;
    make_well(f, &f->plan, STUDY(BASE ", \"budget_time\": \"1:00\""));
    assert_waves(&f->plan, "points 0+2 blocks 0+1");
    assert_int_equal(f->plan.blocks, 3);
    assert_true(f->plan.budget_time == 60);
    assert_int_equal(plan_block_count(&f->plan), 1);
    assert_true(plan_add_blocks(&f->plan, 2));
    assert_waves(&f->plan, "points 0+2 blocks 0+1; points 0+2 blocks 1+1");
    assert_false(plan_add_blocks(&f->plan, 2));
    make_well(f, &f->wanted, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 2, 4], \"blocks\": 5, "
                                   "\"budget_time\": 90"));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), 0);
    assert_int_equal(f->plan.blocks, 5);
    assert_true(f->plan.budget_time == 90);
    assert_int_equal(plan_block_count(&f->plan), 1);
    assert_true(plan_add_blocks(&f->plan, 4));
    assert_waves(&f->plan, "points 0+2 blocks 0+1; points 0+2 blocks 1+1; points 2+1 blocks 0+1; "
                           "points 2+1 blocks 1+1; points 0+3 blocks 2+2");
}

/* Blocks come where an answer wants them; points that want the same ones share a wave. */
static void single_points_get_more_blocks(void **state)
{
    static const int64_t until[] = {5, 0, 4, 5};
    struct fixture *f = *state;
    make_well(f, &f->plan, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 2, 4, 8], \"blocks\": 3"));
    assert_true(plan_add_blocks_of(&f->plan, until));
    assert_int_equal(f->plan.wave_count, 3);
    assert_int_equal(f->plan.waves[1].points, 3);
    assert_int_equal(f->plan.waves[1].blocks, 1);
    assert_int_equal(f->plan.waves[1].chosen[1], 2);
    assert_int_equal(f->plan.waves[2].points, 2);
    assert_int_equal(f->plan.waves[2].chosen[1], 3);
    assert_int_equal(plan_blocks_of_point(&f->plan, 0), 5);
    assert_int_equal(plan_blocks_of_point(&f->plan, 1), 3);
    assert_int_equal(plan_blocks_of_point(&f->plan, 2), 4);
    assert_false(plan_add_blocks_of(&f->plan, until));
}

static void other_threads_of_a_rank_are_something_else(void **state)
{
    struct fixture *f = *state;
    bool added;
    make_well(f, &f->plan, STUDY("\"backends\": [{\"name\": \"hybrid\", \"threads_per_rank\": 2}], \"cores\": [4]"));
    make_well(f, &f->wanted, STUDY("\"backends\": [{\"name\": \"hybrid\", \"threads_per_rank\": 4}], \"cores\": [4]"));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), -1);
    assert_non_null(strstr(f->err.text, "of hybrid on 4 cores, the threads of a rank was 2 and is now 4"));
}

static void the_same_study_adds_nothing(void **state)
{
    struct fixture *f = *state;
    bool added = true;
    assert_int_equal(extend(f, STUDY(BASE), &added), 0);
    assert_false(added);
    assert_int_equal(extend(f, STUDY("\"backends\": [\"openmp\"], \"cores\": [2], \"blocks\": 2"), &added), 0);
    assert_false(added);
    assert_waves(&f->plan, "points 0+2 blocks 0+3");
}

static void more_becomes_waves_behind_what_was_planned(void **state)
{
    struct fixture *f = *state;
    bool added = false;
    assert_int_equal(extend(f, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 2], \"blocks\": 5"), &added), 0);
    assert_true(added);
    assert_waves(&f->plan, "points 0+2 blocks 0+3; points 0+2 blocks 3+2");

    assert_int_equal(extend(f, STUDY("\"backends\": [\"openmp\"], \"cores\": [1, 2, 4, 8], \"blocks\": 3"), &added), 0);
    assert_waves(&f->plan, "points 0+2 blocks 0+3; points 2+2 blocks 0+3");

    assert_int_equal(extend(f, STUDY("\"backends\": [\"mpi\", \"openmp\"], \"cores\": [1, 2], \"blocks\": 4"), &added), 0);
    assert_points(&f->plan, "openmp:1=1x1x1 openmp:2=1x1x2 mpi:1=1x1x1 mpi:2=1x2x1");
    assert_waves(&f->plan, "points 0+2 blocks 0+3; points 2+2 blocks 0+3; points 0+4 blocks 3+1");
    assert_string_equal(f->plan.backends[1].name, "mpi");

    /* What only the analysis uses is taken over. */
    assert_int_equal(extend(f, STUDY(BASE ", \"title\": \"T\", \"timing\": \"total\", \"timeout\": 5, "
                                          "\"optimum\": {\"tolerance\": 0.5}"), &added), 0);
    assert_false(added);
    assert_string_equal(f->plan.title, "T");
    assert_string_equal(f->plan.timing, "total");
    assert_true(f->plan.timeout == 5 && f->plan.optimum.tolerance == 0.5);
}

static void a_part_that_was_measured_first_is_not_measured_again(void **state)
{
    struct fixture *f = *state;
    bool added;
    assert_int_equal(plan_filter_parse(&f->filter, "cores=2", &f->err), 0);
    make_well(f, &f->plan, STUDY(BASE));
    plan_filter_free(&f->filter);
    make_well(f, &f->wanted, STUDY(BASE));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), 0);
    assert_points(&f->plan, "openmp:2=1x1x2 openmp:1=1x1x1");
    assert_waves(&f->plan, "points 0+1 blocks 0+3; points 1+1 blocks 0+3");
}

static void a_kernel_that_was_installed_elsewhere_is_the_same(void **state)
{
    struct fixture *f = *state;
    bool added;
    make_well(f, &f->plan, STUDY(BASE));
    char elsewhere[] = "/opt/openmp";
    f->backends[1].executable = elsewhere;
    make_well(f, &f->wanted, STUDY(BASE));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), 0);
    assert_false(added);
    assert_string_equal(f->plan.backends[0].argv[0], "/opt/openmp");
}

static void the_dry_run_counts_and_names_as_people_do(void **state)
{
    static const char one[] = "{\"name\": \"s\", \"blocks\": 1, \"warmups\": 1, \"cores\": [1], "
                              "\"size\": 1, \"backends\": [{\"name\": \"b\", \"command\": [\"true\"]}]}";
    struct fixture *f = *state;
    struct strbuf text = STRBUF_INIT;
    make_well(f, &f->plan, one);
    assert_false(plan_has_size(&f->plan));
    plan_describe(&f->plan, false, &text);
    assert_string_equal(text.str, "s: programs, strong scaling, on this machine\n"
                                  "    b on 1 core\n"
                                  "  started as\n"
                                  "      true\n"
                                  "  1 run and 1 warm-up; the total time is judged\n"
                                  "  one after the other, each stopped after 10 min at the latest, "
                                  "so 20 min at most; what to expect is told once runs have been "
                                  "timed\n");
    strbuf_free(&text);
}

static void a_size_that_is_given_or_taken_is_told(void **state)
{
    struct fixture *f = *state;
    make_well(f, &f->plan, "{\"name\": \"s\", \"size\": 1, \"cores\": [1], "
                           "\"backends\": [{\"name\": \"b\", \"command\": [\"true\", \"-n{size}\"]}]}");
    assert_true(plan_has_size(&f->plan));
    make_well(f, &f->wanted, "{\"name\": \"s\", \"size\": 5, \"cores\": [1], "
                             "\"backends\": [{\"name\": \"b\", \"command\": [\"true\"]}]}");
    assert_true(plan_has_size(&f->wanted));
}

static void extensions_cannot_grow_without_end(void **state)
{
    struct fixture *f = *state;
    bool added;
    assert_int_equal(extend(f, STUDY("\"backends\": [\"openmp\"], \"cores\": [4], \"blocks\": 1000000"), &added), 0);
    f->plan.waves[0].blocks = 90000000; /* as many waves would make it */
    make_well(f, &f->wanted, STUDY("\"backends\": [\"mpi\"], \"cores\": [1], \"blocks\": 1000000"));
    assert_int_equal(plan_extend(&f->plan, &f->wanted, &added, &f->err), -1);
    assert_non_null(strstr(f->err.text, "and a plan holds at most 100000000"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(what_does_not_fit_is_refused_at_its_place),
        TEST(options_reach_the_kernel_and_a_backend_has_its_own),
        TEST(a_kernel_has_its_own_size_where_none_is_given),
        TEST(of_several_default_sizes_the_smallest_is_taken),
        TEST(a_size_beyond_what_a_backend_takes_is_refused),
        TEST(several_kernels_share_a_study),
        TEST(a_size_is_compared_with_those_of_its_kernel),
        TEST(a_filter_takes_one_of_several_kernels),
        TEST(a_kernel_may_be_added_and_none_may_go),
        TEST(a_program_must_be_there_unless_something_brings_it),
        TEST(a_backend_that_cannot_run_here_says_why),
        TEST(a_filter_is_read_or_refused),
        TEST(each_kind_of_backend_has_its_shape),
        TEST(threads_per_rank_leave_out_what_they_do_not_divide),
        TEST(only_ranks_leave_a_node),
        TEST(oversubscribing_allows_more_workers_than_cores_and_binds_none),
        TEST(weak_scaling_grows_the_size_with_the_work),
        TEST(requested_cores_are_allocated_beside_those_used),
        TEST(an_open_size_is_the_one_that_was_found),
        TEST(a_study_about_something_else_is_refused_with_the_differences),
        TEST(precision_begins_with_six_blocks),
        TEST(a_budget_of_time_begins_with_one_block),
        TEST(single_points_get_more_blocks),
        TEST(other_threads_of_a_rank_are_something_else),
        TEST(the_same_study_adds_nothing),
        TEST(more_becomes_waves_behind_what_was_planned),
        TEST(a_part_that_was_measured_first_is_not_measured_again),
        TEST(a_kernel_that_was_installed_elsewhere_is_the_same),
        TEST(the_dry_run_counts_and_names_as_people_do),
        TEST(a_size_that_is_given_or_taken_is_told),
        TEST(extensions_cannot_grow_without_end),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}

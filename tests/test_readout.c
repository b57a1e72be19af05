#include "readout.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "strbuf.h"

/* A machine of four cores with two hardware threads each: CPUs 0 and 4 are one core. */
struct fixture {
    struct plan_backend backend;
    struct plan_point point;
    struct process_result result;
    struct readout_patterns patterns;
    struct topology topology;
    size_t core_of_cpu[8];
    struct topology_core cores[4];
    struct readout readout;
    struct error err;
    bool unbound; /* binding is not checked */
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    f->backend = (struct plan_backend){
        .name = "b", .backend = "", .seconds_pattern = "", .value_pattern = ""};
    f->point = (struct plan_point){.cores = 2, .nodes = 1, .ranks = 1, .threads = 2};
    f->result = (struct process_result){.started = true,
                                        .output = STRBUF_INIT,
                                        .errors = STRBUF_INIT,
                                        .wall_seconds = 1};
    for (size_t i = 0; i < 8; i++)
        f->core_of_cpu[i] = i % 4;
    for (int i = 0; i < 4; i++)
        f->cores[i].cpu = i;
    f->topology = (struct topology){.cores = f->cores,
                                    .core_count = 4,
                                    .machine_cores = 4,
                                    .threads_per_core = 2,
                                    .core_of_cpu = f->core_of_cpu,
                                    .cpu_count = 8};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    readout_free(&f->readout);
    readout_patterns_free(&f->patterns);
    strbuf_free(&f->result.output);
    strbuf_free(&f->result.errors);
    free(f);
    return 0;
}

/* What is made of a run that printed `output`. */
static void judge_bytes(struct fixture *f, const char *output, size_t length)
{
    readout_free(&f->readout);
    readout_patterns_free(&f->patterns);
    strbuf_clear(&f->result.output);
    strbuf_add_bytes(&f->result.output, output, length);
    if (readout_compile(&f->patterns, &f->backend, &f->err) != 0)
        fail_msg("%s", f->err.text);
    readout_begin(&f->readout);
    readout_judge(&f->readout, &f->backend, &f->point, &f->patterns, &f->result, 600, &f->topology,
                  !f->unbound);
}

static void judge(struct fixture *f, const char *output)
{
    judge_bytes(f, output, strlen(output));
}

static void assert_verdict(const struct fixture *f, const char *status, const char *reason)
{
    assert_string_equal(f->readout.reason, reason);
    assert_string_equal(f->readout.status, status);
}

static void an_expression_that_is_none_is_named(void **state)
{
    struct fixture *f = *state;
    char bad[] = "Time: (.*", good[] = "x";
    f->backend.seconds_pattern = good;
    f->backend.value_pattern = bad;
    assert_int_equal(readout_compile(&f->patterns, &f->backend, &f->err), -1);
    assert_memory_equal(f->err.text, "\"value\" of backend b is no POSIX extended regular expression: ",
                        62);
    f->backend.value_pattern = f->backend.seconds_pattern;
}

static void a_run_that_did_not_end_well_is_told_with_its_last_words(void **state)
{
    struct fixture *f = *state;
    f->result.exit_status = 3;
    judge(f, "");
    assert_verdict(f, "failed", "exit status 3");
    judge(f, "step 1\nno input\n\n  \n");
    assert_verdict(f, "failed", "exit status 3: no input");
    strbuf_add(&f->result.errors, "Traceback\nValueError: bad\n");
    judge(f, "step 1\n");
    assert_verdict(f, "failed", "exit status 3: ValueError: bad");
    strbuf_add(&f->result.errors, "srun: error: n1: task 0: Exited with exit code 3\n"
                                  "slurmstepd: error: *** STEP 7.0 ON n1 CANCELLED ***\n----\n");
    judge(f, "");
    assert_verdict(f, "failed", "exit status 3: ValueError: bad");
    f->result.exit_status = -1;
    f->result.signal = SIGSEGV;
    judge(f, "");
    assert_verdict(f, "failed", "ended by signal 11 (Segmentation fault): ValueError: bad");
    strbuf_clear(&f->result.errors);
    strbuf_add(&f->result.errors, "srun: error: Unable to create step for job 7: More processors "
                                  "requested than permitted\nsrun: error: no\n");
    judge(f, "");
    assert_verdict(f, "failed", "ended by signal 11 (Segmentation fault): srun: error: no");
    f->result.timed_out = true;
    judge(f, "");
    assert_verdict(f, "timeout", "did not end within its time limit of 600 s");
    assert_true(isnan(f->readout.seconds));
}

static void a_time_is_read_from_the_last_line_that_matches(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *pattern, *output;
        double seconds;
    } cases[] = {
        {"Time: (.*) s", "Time: 1 s\nTime: 2.5 s\nbye\n", 2.5},
        {"Time: (.*) s", "Time: 2.5 s", 2.5},               /* no line end */
        {"^Time: (.*)$", "x\nTime: 1e-3\ny\n", 0.001},      /* each line has its ^ and $ */
        {"^Time: ([^\r]*)", "x\r\nTime: 4\r\n", 4},         /* line ends of another system */
        {"Time: [0-9.]+ s", "Time: 12.25 s\n", 12.25},      /* no group: the number in it */
        {"Time.*", "Time spent: -.5e1, +7.5 s\n", NAN},     /* the first of them, and negative */
        {"Time.*", "Time +7.5 s\n", 7.5},
        {"Time: (.*)", "Time:  \t 3 \t\n", 3},              /* blanks around it */
        {"Time: (.*)", "Time: +3\n", 3},
        {"(a|b) ([0-9])", "b 7\n", NAN},                    /* the first group is the number */
        {"t=([0-9.]+)", "t=1 t=2\n", 1},                    /* the first in its line */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        f->backend.seconds_pattern = (char *)(uintptr_t)cases[i].pattern;
        judge(f, cases[i].output);
        if (isnan(cases[i].seconds)) {
            assert_string_equal(f->readout.status, "failed");
            assert_true(isnan(f->readout.seconds));
        } else {
            assert_verdict(f, "ok", "");
            assert_true(f->readout.seconds == cases[i].seconds);
        }
    }
}

static void what_is_no_time_is_quoted(void **state)
{
    struct fixture *f = *state;
    char pattern[] = "Time: (.*) s";
    f->backend.seconds_pattern = pattern;
    judge(f, "nothing\n");
    assert_verdict(f, "failed", "printed no time: no line of its output matches \"Time: (.*) s\"");
    static const char *const values[] = {"nan", "inf", "0", "-1", "1,5", "0x10", "1 2", "", "1e400"};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char *line = text_format("Time: %s s\n", values[i]);
        char *reason = text_format("printed the time \"%s\", which is no positive number", values[i]);
        judge(f, line);
        assert_verdict(f, "failed", reason);
        assert_true(isnan(f->readout.seconds));
        free(line);
        free(reason);
    }
}

static void stderr_is_read_where_stdout_says_nothing(void **state)
{
    struct fixture *f = *state;
    char pattern[] = "^real (.*)$";
    f->backend.seconds_pattern = pattern;
    strbuf_add(&f->result.errors, "\nreal 0.25\nuser 0.1\n");
    judge(f, "result 3\n");
    assert_verdict(f, "ok", "");
    assert_true(f->readout.seconds == 0.25);
    judge(f, "real 4\n");
    assert_true(f->readout.seconds == 4);
}

static void bytes_of_zero_hide_nothing(void **state)
{
    struct fixture *f = *state;
    static const char output[] = "\0\0\xff Time: 9 s\n\0Time: 4 s\0\n\xff\n";
    char pattern[] = "Time: ([0-9]+) s";
    f->backend.seconds_pattern = pattern;
    judge_bytes(f, output, sizeof output - 1);
    assert_verdict(f, "ok", "");
    assert_true(f->readout.seconds == 4);
}

static void an_answer_is_held_against_the_expected_one(void **state)
{
    struct fixture *f = *state;
    char pattern[] = "Value: (.*)";
    f->backend.value_pattern = pattern;
    f->backend.has_expect = true;
    f->backend.expect_value = 200;
    f->backend.expect_tolerance = 0.01;
    judge(f, "Value: 202\n"); /* relative: 1 % of 200 */
    assert_verdict(f, "ok", "");
    judge(f, "Value: 202.5\n");
    assert_verdict(f, "wrong", "its answer is 202.5 where 200 is expected (tolerance 0.01)");
    assert_true(f->readout.value == 202.5);
    judge(f, "Value: nan\n");
    assert_verdict(f, "wrong", "printed the value \"nan\", which is no number");
    judge(f, "no answer\n");
    assert_verdict(f, "wrong", "printed no value: no line of its output matches \"Value: (.*)\"");
    f->backend.expect_value = 0;
    judge(f, "Value: 0.005\n"); /* absolute where the value is 0 */
    assert_verdict(f, "ok", "");
    judge(f, "Value: -0.02\n");
    assert_verdict(f, "wrong", "its answer is -0.02 where 0 is expected (tolerance 0.01)");
    f->backend.has_expect = false;
    judge(f, "Value: 5\n");
    assert_verdict(f, "ok", "");
    judge(f, "no answer\n");
    assert_verdict(f, "failed", "printed no value: no line of its output matches \"Value: (.*)\"");
}

static void a_kernel_without_a_record_line_has_failed(void **state)
{
    struct fixture *f = *state;
    char builtin[] = "openmp";
    f->backend.backend = builtin;
    judge(f, "Time spent: 1 sec\n");
    assert_verdict(f, "failed", "printed no record line");
    judge(f, "  scalestudy: {\"seconds\": 1}\n"); /* not at the line's beginning */
    assert_verdict(f, "failed", "printed no record line");
}

#define RECORD(members) "scalestudy: {" members "}\n"

static void a_record_line_is_read(void **state)
{
    struct fixture *f = *state;
    char builtin[] = "openmp";
    f->backend.backend = builtin;
    judge(f, RECORD("\"seconds\": 9") "Value is 3\n" RECORD(
                 "\"seconds\": 0.5, \"first_seconds\": 2, \"value\": -7e-17, \"error\": 1e-3, "
                 "\"workers\": 2, \"work\": 1e8, \"unit\": \"sin\", \"isa\": \"avx2\", \"library\": 7, "
                 "\"runtime\": \"julia 1.5.3\", \"binding\": [\"0\", \"1,5\"]") "bye\n");
    assert_verdict(f, "ok", "");
    assert_true(f->readout.seconds == 0.5);
    assert_true(f->readout.first_seconds == 2);
    assert_true(f->readout.value == -7e-17);
    assert_true(f->readout.error == 1e-3);
    assert_true(f->readout.work == 1e8);
    assert_int_equal(f->readout.bound, 1);
    assert_string_equal(f->readout.mask, "0 1,5");
    assert_string_equal(f->readout.software, "avx2, julia 1.5.3");
    judge(f, "scalestudy: {\"seconds\": 1, \"workers\": 2}\r\n");
    assert_verdict(f, "ok", "");
    assert_int_equal(f->readout.bound, -1); /* it does not say */
    assert_string_equal(f->readout.mask, "");
    assert_string_equal(f->readout.software, "");
}

static void a_record_line_that_tells_something_else_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *output, *status, *reason;
    } cases[] = {
        {RECORD("\"seconds\": 1, \"workers\": 1"), "failed",
         "1 workers took part where 2 were asked for; is the launcher of another MPI than the "
         "program's?"},
        {RECORD("\"seconds\": 0"), "failed", "its record line tells no positive time"},
        {RECORD("\"seconds\": -1"), "failed", "its record line tells no positive time"},
        {RECORD("\"seconds\": null"), "failed", "its record line tells no positive time"},
        {RECORD("\"seconds\": \"1\""), "failed", "its record line tells no positive time"},
        {RECORD(""), "failed", "its record line tells no positive time"},
        {RECORD("\"seconds\": 1, \"binding\": [\"0\"]"), "failed",
         "1 workers told their cores where 2 were asked for"},
        {RECORD("\"seconds\": 1, \"binding\": [\"0\", \"0\"]"), "unbound",
         "workers 0 and 1 share CPU 0 of core 0"},
        {RECORD("\"seconds\": 1, \"binding\": [\"0\", \"4\"]"), "unbound",
         "workers 0 and 1 share core 0, one by its CPU 0, the other by CPU 4"},
        {RECORD("\"seconds\": 1, \"binding\": [\"0-3\", \"2\"]"), "unbound",
         "workers 0 and 1 share CPU 2 of core 2"},
        {RECORD("\"seconds\": 1, \"binding\": [\"0\", \"9\"]"), "unbound",
         "worker 1 says it ran on CPU 9, which this machine has not"},
        {RECORD("\"seconds\": 1, \"binding\": [\"0\", \"\"]"), "unbound",
         "worker 1 does not say on which CPUs it ran"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        judge(f, cases[i].output);
        assert_verdict(f, cases[i].status, cases[i].reason);
    }
    judge(f, "scalestudy: {\"seconds\": 1");
    assert_string_equal(f->readout.status, "failed");
    assert_memory_equal(f->readout.reason, "its record line cannot be read: ", 32);
    judge(f, RECORD("\"seconds\": 1, \"seconds\": 2"));
    assert_memory_equal(f->readout.reason, "its record line cannot be read: ", 32);
}

static void a_team_of_another_shape_has_failed(void **state)
{
    struct fixture *f = *state;
    char builtin[] = "mpi";
    f->backend.backend = builtin;
    f->point = (struct plan_point){.nodes = 2, .ranks = 4, .threads = 1, .cores = 4};
    static const struct {
        const char *output, *reason;
    } cases[] = {
        {RECORD("\"seconds\": 1, \"workers\": 4, \"ranks\": 2, \"nodes\": 2"),
         "2 MPI ranks took part where 4 were asked for; is the launcher of another MPI than the "
         "program's?"},
        {RECORD("\"seconds\": 1, \"workers\": 4, \"ranks\": 4, \"nodes\": 1"),
         "its ranks were on 1 node where 2 were asked for; does the launcher know of the job's "
         "nodes?"},
        {RECORD("\"seconds\": 1, \"workers\": 4, \"ranks\": 4, \"nodes\": 3"),
         "its ranks were on 3 nodes where 2 were asked for; does the launcher know of the job's "
         "nodes?"},
        {RECORD("\"seconds\": 1, \"workers\": 1") "x\n" RECORD("\"seconds\": 1, \"workers\": 1"),
         "2 record lines came where one program of 4 ranks prints one; is the launcher of another "
         "MPI than the program's?"},
        {RECORD("\"seconds\": 1, \"workers\": 4") RECORD("\"seconds\": 1, \"workers\": 4"),
         "2 record lines came where one program of 4 ranks prints one; is the launcher of another "
         "MPI than the program's?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        judge(f, cases[i].output);
        assert_verdict(f, "failed", cases[i].reason);
    }
}

static void a_launcher_that_does_not_fit_is_told_as_the_cause(void **state)
{
    struct fixture *f = *state;
    f->point = (struct plan_point){.nodes = 1, .ranks = 4, .threads = 1, .cores = 4};
    f->result.exit_status = 1;
    strbuf_add(&f->result.errors,
               "The application appears to have been direct launched using \"srun\",\n"
               "but OMPI was not built with SLURM's PMI support\n[n1:7] Local abort\n");
    judge(f, "");
    assert_verdict(f, "failed",
                   "exit status 1: its MPI and srun do not agree on how ranks are started; give the "
                   "cluster's profile the \"srun_mpi\" that its MPI was built for (`srun --mpi=list` "
                   "names them, often pmix)");
    strbuf_clear(&f->result.errors);
    strbuf_add_bytes(&f->result.errors, "\0", 1);
    strbuf_add(&f->result.errors, "--workers 4, but there is 1 MPI rank; start it with mpirun -n 4\n"
                                  "srun: error: n1: tasks 0-3: Exited with exit code 2\n");
    judge(f, "");
    assert_verdict(f, "failed", "exit status 1: its ranks started as programs of one rank each; is the "
                                "launcher of another MPI than the program's?");
}

static void workers_of_different_hosts_do_not_meet(void **state)
{
    struct fixture *f = *state;
    char builtin[] = "mpi";
    f->backend.backend = builtin;
    f->point = (struct plan_point){.nodes = 2, .ranks = 4, .threads = 1, .cores = 4};
#define ON_TWO_HOSTS                                                                               \
    "\"seconds\": 1, \"workers\": 4, \"ranks\": 4, \"nodes\": 2, \"hosts\": [\"n1\", \"n2\"], "
    judge(f, RECORD(ON_TWO_HOSTS "\"host_of\": [0,0,1,1], \"binding\": [\"0\",\"1\",\"0\",\"1\"]"));
    assert_verdict(f, "ok", "");
    assert_int_equal(f->readout.bound, 1);
    assert_string_equal(f->readout.mask, "0 1 0 1");
    judge(f, RECORD(ON_TWO_HOSTS "\"host_of\": [0,1,0,1], \"binding\": [\"0\",\"0\",\"1\",\"4\"]"));
    assert_verdict(f, "unbound", "workers 0 and 1 share core 0, one by its CPU 0, the other by CPU 4 "
                                 "(on n2, its workers counted from 0)");
    assert_int_equal(f->readout.bound, 0);
    /* Who does not say where they were is judged as if all were on one. */
    static const char *const unclear[] = {"", "\"host_of\": [0,1], ", "\"host_of\": [0,0,9,-1], ",
                                          "\"host_of\": [\"n1\",\"n1\",\"n2\",\"n2\"], "};
    for (size_t i = 0; i < sizeof unclear / sizeof *unclear; i++) {
        char *output = text_format(RECORD(ON_TWO_HOSTS "%s\"binding\": [\"0\",\"1\",\"0\",\"1\"]"),
                                   unclear[i]);
        judge(f, output);
        assert_verdict(f, "unbound", "workers 0 and 2 share CPU 0 of core 0");
        free(output);
    }
}

/* Every core of two such nodes has a rank, the second node's last one is put
 * elsewhere. */
static char *ranks_of_two_nodes(const struct topology *node, int last_cpu)
{
    struct strbuf hosts = STRBUF_INIT, masks = STRBUF_INIT;
    size_t count = node->core_count;
    for (size_t i = 0; i < 2 * count; i++) {
        int cpu = i + 1 < 2 * count ? node->cores[i % count].cpu : last_cpu;
        strbuf_addf(&hosts, "%s%zu", i > 0 ? "," : "", i / count);
        strbuf_addf(&masks, "%s\"%d\"", i > 0 ? "," : "", cpu);
    }
    char *output = text_format(RECORD("\"seconds\": 1, \"workers\": %zu, \"ranks\": %zu, \"nodes\": 2, "
                                      "\"hosts\": [\"n1\", \"n2\"], \"host_of\": [%s], "
                                      "\"binding\": [%s]"),
                               2 * count, 2 * count, hosts.str, masks.str);
    strbuf_free(&hosts);
    strbuf_free(&masks);
    return output;
}

static void masks_are_judged_on_recorded_nodes_of_the_centres(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *file;
        int sibling; /* another hardware thread of the first core; -1: it has none */
    } nodes[] = {{"kebnekaise-skylake", -1}, {"tetralith", -1}, {"cosmos", -1}, {"dardel", 128},
                 {"pelle", 48}};
    char builtin[] = "mpi";
    struct topology own = f->topology;
    f->backend.backend = builtin;
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        char *path = text_format("%s/%s.xml", TEST_TOPOLOGIES, nodes[i].file);
        int rc = topology_load(&f->topology, path, &f->err);
        free(path);
        if (rc != 0) {
            f->topology = own;
            skip(); /* built without hwloc */
        }
        int64_t ranks = 2 * (int64_t)f->topology.core_count;
        int first = f->topology.cores[0].cpu;
        f->point = (struct plan_point){.nodes = 2, .ranks = ranks, .threads = 1, .cores = ranks};
        char *bound = ranks_of_two_nodes(&f->topology,
                                         f->topology.cores[f->topology.core_count - 1].cpu);
        char *shared = ranks_of_two_nodes(&f->topology,
                                          nodes[i].sibling < 0 ? first : nodes[i].sibling);
        judge(f, bound);
        assert_verdict(f, "ok", "");
        assert_int_equal(f->readout.bound, 1);
        judge(f, shared);
        assert_string_equal(f->readout.status, "unbound");
        assert_non_null(strstr(f->readout.reason, "(on n2, its workers counted from 0)"));
        free(bound);
        free(shared);
        topology_free(&f->topology);
    }
    f->topology = own;
}

static void unbound_workers_are_fine_where_nobody_asked(void **state)
{
    struct fixture *f = *state;
    f->unbound = true;
    judge(f, RECORD("\"seconds\": 1, \"workers\": 2, \"binding\": [\"0-7\", \"0-7\"]"));
    assert_verdict(f, "ok", "");
    assert_int_equal(f->readout.bound, -1);
    assert_string_equal(f->readout.mask, "0-7 0-7");
}

static void a_kernel_that_finds_its_answer_wrong_keeps_it(void **state)
{
    struct fixture *f = *state;
    char builtin[] = "openmp";
    f->backend.backend = builtin;
    f->result.exit_status = 1;
    strbuf_add(&f->result.errors, "the error is 0.5\n");
    static const char record[] = RECORD("\"seconds\": 1, \"value\": 3, \"error\": 0.5, \"workers\": 2, "
                                        "\"wrong\": \"the error 0.5 is above 1e-6\"");
    judge(f, record);
    assert_verdict(f, "wrong", "its own check found the answer wrong: the error 0.5 is above 1e-6");
    assert_true(f->readout.value == 3 && f->readout.error == 0.5 && f->readout.seconds == 1);
    judge(f, "no record\n");
    assert_verdict(f, "failed", "exit status 1: the error is 0.5");
    judge(f, RECORD("\"seconds\": 1, \"workers\": 2")); /* it does not say that it is wrong */
    assert_verdict(f, "failed", "exit status 1: the error is 0.5");
    f->result.exit_status = 2;
    judge(f, record);
    assert_verdict(f, "failed", "exit status 2: the error is 0.5");
}

static void a_record_without_an_answer_is_no_proof_of_one(void **state)
{
    struct fixture *f = *state;
    char builtin[] = "openmp";
    f->backend.backend = builtin;
    f->backend.has_expect = true;
    f->backend.expect_value = 1;
    judge(f, RECORD("\"seconds\": 1, \"workers\": 2"));
    assert_verdict(f, "wrong", "told no answer where 1 is expected");
    judge(f, RECORD("\"seconds\": 1, \"workers\": 2, \"value\": 1"));
    assert_verdict(f, "ok", "");
}

/* The address sanitizer measures the whole rest of the text at every match. */
#ifdef __SANITIZE_ADDRESS__
enum { MANY_LINES = 1 << 14 };
#else
enum { MANY_LINES = 1 << 20 };
#endif

static void a_megabyte_of_empty_lines_is_no_work(void **state)
{
    struct fixture *f = *state;
    char pattern[] = "^Time: (.*)$";
    f->backend.seconds_pattern = pattern;
    struct strbuf output = STRBUF_INIT;
    strbuf_add(&output, "Time: 3\n");
    for (int i = 0; i < MANY_LINES; i++)
        strbuf_add_char(&output, '\n');
    judge_bytes(f, output.str, output.len);
    assert_verdict(f, "ok", "");
    strbuf_free(&output);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(an_expression_that_is_none_is_named),
        TEST(a_run_that_did_not_end_well_is_told_with_its_last_words),
        TEST(a_time_is_read_from_the_last_line_that_matches),
        TEST(what_is_no_time_is_quoted),
        TEST(stderr_is_read_where_stdout_says_nothing),
        TEST(bytes_of_zero_hide_nothing),
        TEST(an_answer_is_held_against_the_expected_one),
        TEST(a_kernel_without_a_record_line_has_failed),
        TEST(a_record_line_is_read),
        TEST(a_record_line_that_tells_something_else_is_refused),
        TEST(a_team_of_another_shape_has_failed),
        TEST(workers_of_different_hosts_do_not_meet),
        TEST(a_launcher_that_does_not_fit_is_told_as_the_cause),
        TEST(masks_are_judged_on_recorded_nodes_of_the_centres),
        TEST(unbound_workers_are_fine_where_nobody_asked),
        TEST(a_kernel_that_finds_its_answer_wrong_keeps_it),
        TEST(a_record_without_an_answer_is_no_proof_of_one),
        TEST(a_megabyte_of_empty_lines_is_no_work),
    };
    return cmocka_run_group_tests_name("readout", tests, NULL, NULL);
}

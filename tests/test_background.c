#define _GNU_SOURCE /* cpu_set_t */
#include "background.h"

#include <dirent.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "alloc.h"
#include "process.h"
#include "process_proc.h"
#include "strbuf.h"

struct fixture {
    struct topology topology;
    struct background background;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);
    *state = f;
    return topology_load(&f->topology, NULL, &f->err);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    background_stop(&f->background);
    topology_free(&f->topology);
    free(f);
    return 0;
}

static void pause_for(double seconds)
{
    struct timespec time = {.tv_nsec = (long)(1e9 * seconds)};
    nanosleep(&time, NULL);
}

static void start(struct fixture *f, int64_t cores_in_use)
{
    if (background_start(&f->background, &f->topology, cores_in_use, &f->err) != 0)
        fail_msg("%s", f->err.text);
}

/* The CPU that each thread of a process is kept on, as a sum of 1 << CPU; -1
 * where one may use several. */
static long cpus_of_threads(pid_t pid, size_t *threads)
{
    char *path = text_format("/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    long sum = 0;
    *threads = 0;
    free(path);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        cpu_set_t set;
        pid_t thread = (pid_t)atoi(entry->d_name);
        if (thread == 0)
            continue;
        assert_int_equal(sched_getaffinity(thread, sizeof set, &set), 0);
        ++*threads;
        for (size_t cpu = 0; cpu < 60; cpu++)
            if (CPU_ISSET(cpu, &set))
                sum += 1L << cpu;
        if (CPU_COUNT(&set) != 1)
            sum = -1;
    }
    closedir(folder);
    return sum;
}

static void every_idle_core_has_a_thread_of_its_own(void **state)
{
    struct fixture *f = *state;
    size_t threads, cores = f->topology.core_count;
    long expected = 0;
    if (cores < 2 || cores > 60)
        skip();
    start(f, 1);
    for (size_t i = 1; i < cores; i++)
        expected += 1L << f->topology.cores[i].cpu;
    assert_int_equal(cpus_of_threads(f->background.process, &threads), expected);
    assert_int_equal(threads, cores - 1);
    pid_t process = f->background.process;
    background_stop(&f->background);
    assert_int_equal(kill(process, 0), -1); /* reaped as well */
    assert_int_equal(f->background.process, 0);
}

static void a_full_node_needs_none(void **state)
{
    struct fixture *f = *state;
    start(f, (int64_t)f->topology.core_count);
    assert_int_equal(f->background.process, 0);
    start(f, 1000000);
    assert_int_equal(f->background.process, 0);
}

static void a_core_that_is_not_there_is_told(void **state)
{
    struct fixture *f = *state;
    struct topology_core nowhere = {.cpu = 60000};
    struct topology other = {.cores = &nowhere, .core_count = 1};
    assert_int_equal(background_start(&f->background, &other, 0, &f->err), -1);
    assert_memory_equal(f->err.text, "cannot fill the 1 idle cores: ", 30);
    assert_int_equal(f->background.process, 0);
}

static void a_run_neither_ends_it_nor_counts_it(void **state)
{
    struct fixture *f = *state;
    char *argv[] = {"sleep", "0.3", NULL};
    struct process_request request = {.argv = argv, .time_limit = 10};
    struct process_result result;
    start(f, 0); /* all cores */
    assert_int_equal(process_run(&request, &result, &f->err), 0);
    assert_int_equal(result.exit_status, 0);
    assert_int_equal(result.orphans, 0);
    assert_true(result.user_seconds < 0.1);
    assert_true(proc_runs(f->background.process));
    process_result_free(&result);
}

static void it_ends_when_who_started_it_is_killed(void **state)
{
    struct fixture *f = *state;
    int told[2];
    pid_t filler = 0;
    assert_int_equal(pipe(told), 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    pid_t worker = fork();
    if (worker == 0) {
        start(f, 0);
        if (write(told[1], &f->background.process, sizeof(pid_t)) != sizeof(pid_t))
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(told[0], &filler, sizeof filler), sizeof filler);
    assert_true(proc_runs(filler));
    kill(worker, SIGKILL);
    assert_int_equal(waitpid(worker, NULL, 0), worker);
    for (int i = 0; i < 500 && proc_runs(filler); i++)
        pause_for(0.01);
    assert_false(proc_runs(filler));
    waitpid(filler, NULL, 0);
    close(told[0]);
    close(told[1]);
}

static void workers_on_filled_cores_are_noticed(void **state)
{
    struct fixture *f = *state;
    struct topology_core cores[4] = {{.cpu = 0}, {.cpu = 1}, {.cpu = 2}, {.cpu = 3}};
    size_t core_of_cpu[8] = {0, 1, 2, 3, 0, 1, 2, 3};
    struct topology four = {.cores = cores, .core_count = 4, .machine_cores = 4,
                            .core_of_cpu = core_of_cpu, .cpu_count = 8};
    struct background behind_two = {.process = 1, .first_core = 2}, none = {.process = 0};
    (void)f;
    assert_false(background_meets(&behind_two, &four, "0 1"));
    assert_false(background_meets(&behind_two, &four, "0,4 1,5"));
    assert_true(background_meets(&behind_two, &four, "0 2"));
    assert_true(background_meets(&behind_two, &four, "0 7"));
    assert_false(background_meets(&behind_two, &four, "")); /* nobody says */
    assert_false(background_meets(&none, &four, "2 3"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(every_idle_core_has_a_thread_of_its_own),
        TEST(a_full_node_needs_none),
        TEST(a_core_that_is_not_there_is_told),
        TEST(a_run_neither_ends_it_nor_counts_it),
        TEST(it_ends_when_who_started_it_is_killed),
        TEST(workers_on_filled_cores_are_noticed),
    };
    return cmocka_run_group_tests_name("background", tests, NULL, NULL);
}

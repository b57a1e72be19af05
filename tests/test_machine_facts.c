#define _GNU_SOURCE
#include "machine_facts.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include <cmocka.h>

#include "clock.h"

struct fixture {
    struct topology topology;
    struct machine machine;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    *state = f;
    return f != NULL ? topology_load(&f->topology, NULL, &f->err) : -1;
}

static int teardown(void **state)
{
    struct fixture *f = *state;

    topology_free(&f->topology);
    machine_free(&f->machine);
    free(f);
    return 0;
}

static void this_host_is_described(void **state)
{
    struct fixture *f = *state;
    struct machine *m = &f->machine;
    struct utsname system;

    machine_facts_read(m, &f->topology, NULL, NULL);
    assert_int_equal(uname(&system), 0);
    assert_string_equal(m->host, system.nodename);
    assert_memory_equal(m->system, "Linux ", 6);
    assert_non_null(strstr(m->system, system.release));
    assert_string_equal(m->cpu_model, f->topology.cpu_model);
    assert_non_null(m->governor);
    assert_null(m->environment);
    assert_true(m->sockets >= 1 && m->numa_nodes >= 1 && m->threads_per_core >= 1);
    assert_true(m->allowed_cores >= 1 && m->allowed_cores <= m->cores);
    assert_true(m->memory_bytes > 1e6);
    assert_true(m->timer_resolution > 0 && m->timer_resolution < 0.1);
    assert_true(m->timer_overhead >= 0 && m->timer_overhead < 0.1);
    assert_true(m->launch_seconds > 0 && m->launch_seconds < 5);
    assert_true(isnan(m->mpi_launch_seconds)); /* none was given */
}

static void a_launcher_is_timed_with_the_command_behind_it(void **state)
{
    struct fixture *f = *state;
    char shell[] = "sh", option[] = "-c", script[] = "test \"$1\" = true && sleep 0.05", name[] = "x";
    char *launcher[] = {shell, option, script, name, NULL};

    machine_facts_read(&f->machine, &f->topology, launcher, NULL);
    assert_true(f->machine.mpi_launch_seconds >= 0.05);
    assert_true(f->machine.mpi_launch_seconds > f->machine.launch_seconds);
}

static void a_launcher_that_fails_or_is_not_there_costs_nan(void **state)
{
    struct fixture *f = *state;
    char failing[] = "false", missing[] = "/nowhere/mpirun";
    char *launchers[][2] = {{failing, NULL}, {missing, NULL}};

    for (size_t i = 0; i < 2; i++) {
        machine_facts_read(&f->machine, &f->topology, launchers[i], NULL);
        assert_true(isnan(f->machine.mpi_launch_seconds));
        assert_true(f->machine.launch_seconds > 0);
        machine_free(&f->machine);
        f->machine = (struct machine){.host = NULL};
    }
}

static void launches_get_the_environment_of_runs(void **state)
{
    struct fixture *f = *state;
    char shell[] = "sh", option[] = "-c", script[] = "test \"$OF_RUNS\" = yes", name[] = "x";
    char *launcher[] = {shell, option, script, name, NULL};
    char path[] = "PATH=/usr/bin:/bin", ours[] = "OF_RUNS=yes";
    char *environment[] = {path, ours, NULL};

    machine_facts_read(&f->machine, &f->topology, launcher, environment);
    assert_true(f->machine.mpi_launch_seconds > 0);
}

static void slow_launchers_are_not_waited_for_again_and_again(void **state)
{
    struct fixture *f = *state;
    char launcher_name[] = "sh", option[] = "-c", script[] = "sleep 8", name[] = "x";
    char *launcher[] = {launcher_name, option, script, name, NULL};
    double begun = clock_seconds();

    machine_facts_read(&f->machine, &f->topology, launcher, NULL);
    assert_true(clock_seconds() - begun < MACHINE_LAUNCH_SECONDS - 1);
    assert_true(f->machine.mpi_launch_seconds >= 8);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(this_host_is_described),
        TEST(a_launcher_is_timed_with_the_command_behind_it),
        TEST(a_launcher_that_fails_or_is_not_there_costs_nan),
        TEST(launches_get_the_environment_of_runs),
        TEST(slow_launchers_are_not_waited_for_again_and_again),
    };

    return cmocka_run_group_tests_name("machine_facts", tests, NULL, NULL);
}

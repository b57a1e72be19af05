#include "other_work.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "files.h"
#include "topology.h"

/* Two cores of two hardware threads each: CPUs 0 and 2, 1 and 3; and a core that is not ours: CPU 4. */
struct fixture {
    char path[64];
    struct topology_core cores[2];
    size_t core_of_cpu[5];
    struct topology topology;
    struct other_work work;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->path, "/tmp/test_other_work.XXXXXX");
    int fd = mkstemp(f->path);
    close(fd);
    f->cores[0] = (struct topology_core){.cpu = 0};
    f->cores[1] = (struct topology_core){.cpu = 1};
    memcpy(f->core_of_cpu, (const size_t[]){0, 1, 0, 1, 2}, sizeof f->core_of_cpu);
    f->topology = (struct topology){
        .cores = f->cores, .core_count = 2, .core_of_cpu = f->core_of_cpu, .cpu_count = 5};
    f->work = (struct other_work){.stat = f->path, .topology = &f->topology};
    *state = f;
    return fd < 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    unlink(f->path);
    free(f);
    return 0;
}

/* Ticks of user, system and stolen time of each CPU; waiting and idleness count for nothing. */
static void write_stat(struct fixture *f, const int ticks[5][3])
{
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    strbuf_add(&text, "cpu  9999 0 9999 9999 9999 0 0 9999 0 0\n");
    for (int cpu = 0; cpu < 5; cpu++)
        strbuf_addf(&text, "cpu%d %d 0 %d 77777 88888 0 0 %d 0 0\n", cpu, ticks[cpu][0],
                    ticks[cpu][1], ticks[cpu][2]);
    strbuf_add(&text, "intr 12345 1 2 3\nctxt 5\n");
    assert_int_equal(file_write(f->path, text.str, text.len, &err), 0);
    strbuf_free(&text);
}

static double ticks(int count)
{
    return (double)count / (double)sysconf(_SC_CLK_TCK);
}

static void own_time_is_taken_from_all_threads_of_our_cores(void **state)
{
    struct fixture *f = *state;
    write_stat(f, (const int[5][3]){{10, 0, 0}, {20, 5, 1}, {30, 0, 0}, {40, 0, 0}, {50, 0, 0}});
    other_work_look(&f->work);
    write_stat(f, (const int[5][3]){{110, 0, 0}, {30, 15, 4}, {60, 0, 0}, {40, 0, 0}, {99, 99, 9}});
    struct other_share share = other_work_end(&f->work, ticks(90));
    assert_float_equal(share.others, ticks(100 + 20 + 30 - 90), 1e-9);
    assert_float_equal(share.stolen, ticks(3), 1e-9);
    assert_true(share.watched >= 0 && share.watched < 60);
}

static void only_cores_that_the_run_was_given_are_watched(void **state)
{
    struct fixture *f = *state;
    unsigned long only_the_second[16] = {1UL << 1}; /* a cpu_set_t's bits */
    f->work.affinity = only_the_second;
    f->work.affinity_size = sizeof only_the_second;
    write_stat(f, (const int[5][3]){{0}, {0}, {0}, {0}, {0}});
    other_work_look(&f->work);
    write_stat(f, (const int[5][3]){{500, 0, 0}, {7, 0, 0}, {500, 0, 0}, {2, 0, 0}, {500, 0, 0}});
    assert_float_equal(other_work_end(&f->work, 0).others, ticks(9), 1e-9);
}

static void the_first_look_is_where_it_begins(void **state)
{
    struct fixture *f = *state;
    write_stat(f, (const int[5][3]){{0}, {0}, {0}, {0}, {0}});
    other_work_look(&f->work);
    write_stat(f, (const int[5][3]){{8, 0, 0}, {0}, {0}, {0}, {0}});
    other_work_look(&f->work);
    assert_float_equal(other_work_end(&f->work, 0).others, ticks(8), 1e-9);
}

static void what_the_system_does_not_tell_is_not_known(void **state)
{
    struct fixture *f = *state;
    assert_true(isnan(other_work_end(&f->work, 0).others)); /* nobody looked */
    write_stat(f, (const int[5][3]){{0}, {0}, {0}, {0}, {0}});
    other_work_look(&f->work);
    assert_true(isnan(other_work_end(&f->work, NAN).others)); /* the run's own time is not known */
    unlink(f->path);
    assert_true(isnan(other_work_end(&f->work, 0).watched));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(own_time_is_taken_from_all_threads_of_our_cores),
        TEST(only_cores_that_the_run_was_given_are_watched),
        TEST(the_first_look_is_where_it_begins),
        TEST(what_the_system_does_not_tell_is_not_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

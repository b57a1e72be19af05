#define _GNU_SOURCE /* cpu_set_t */
#include "others.h"

#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "results.h"

/* Two cores with two hardware threads each (0 and 2, 1 and 3), all ours, and CPU 4, which the
 * machine does not have any more. */
static size_t core_of_cpu[] = {0, 1, 0, 1, SIZE_MAX};
static struct topology_core cores[] = {{.cpu = 0}, {.cpu = 1}};
static const struct topology machine = {.cores = cores,
                                        .core_count = 2,
                                        .machine_cores = 2,
                                        .core_of_cpu = core_of_cpu,
                                        .cpu_count = 5};

static const char before_text[] = "cpu  999 999 999 999 0 0 0 0 0 0\n"
                                  "cpu0 100 10 20 500 5 1 2 7 50 0\n"
                                  "cpu1 0 0 0 900 0 0 0 0 0 0\n"
                                  "cpu2 0 0 0 900 0 0 0 0 0 0\n"
                                  "intr 5 0 0\n"
                                  "cpu3 1 1 1 1 1 1 1 1 1 1\n";
static const char after_text[] = "cpu  9999 999 999 999 0 0 0 0 0 0\n"
                                 "cpu0 180 20 30 510 5 2 4 32 90 0\n"
                                 "cpu1 100 0 0 900 0 0 0 3 0 0\n"
                                 "cpu2 40 0 0 960 0 0 0 0 0 0\n";

static struct others between(const char *before, const char *after, const bool *cpus, size_t count,
                             double own)
{
    struct cpu_times begin, end;
    cpu_times_parse(&begin, before, 100);
    cpu_times_parse(&end, after, 100);
    begin.at = 10;
    end.at = 12;
    begin.own = 0.5;
    end.own = 0.5625;
    struct others others = others_between(&begin, &end, cpus, count, own);
    cpu_times_free(&begin);
    cpu_times_free(&end);
    return others;
}

static void assert_unknown(struct others others)
{
    assert_true(isnan(others.seconds) && isnan(others.stolen_seconds));
    assert_int_equal(others.cpus, RESULTS_UNKNOWN);
}

static void lines_behind_the_cpus_are_not_read(void **state)
{
    (void)state;
    struct cpu_times times;
    cpu_times_parse(&times, before_text, 100);
    assert_int_equal(times.count, 3);
    assert_true(times.cpus[0].known && times.cpus[1].known);
    assert_true(fabs(times.cpus[0].busy - 1.33) < 1e-12); /* neither waiting nor guests */
    assert_true(fabs(times.cpus[0].stolen - 0.07) < 1e-12);
    cpu_times_free(&times);
}

static void what_is_no_such_file_tells_nothing(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "nonsense\n", "cpu\n", "cpu 1 2 3\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct cpu_times times;
        cpu_times_parse(&times, texts[i], 100);
        assert_int_equal(times.count, 0);
        cpu_times_free(&times);
    }
}

static void torn_lines_zeros_and_absurd_cpus_are_not_known(void **state)
{
    (void)state;
    struct cpu_times times;
    cpu_times_parse(&times,
                    "cpu0 0 0 0 0 0 0 0 0 0 0\ncpu1 1 2 3\ncpu99999999999 1 1 1 1 1 1 1 1 1 1\n"
                    "cpu2 1 2 3 4 5 6 7 8",
                    100);
    assert_int_equal(times.count, 3);
    assert_false(times.cpus[0].known || times.cpus[1].known);
    assert_true(times.cpus[2].known);
    cpu_times_free(&times);
}

static void others_are_what_is_busy_beyond_the_run_and_us(void **state)
{
    (void)state;
    const bool cpus[] = {true, false, true, false, false};
    struct others others = between(before_text, after_text, cpus, 5, 0.75);
    /* CPU 0 was busy for 1.03 s and CPU 2 for 0.4 s, of which we took 0.0625 s. */
    assert_true(fabs(others.seconds - (1.43 - 0.75 - 0.0625)) < 1e-12);
    assert_true(fabs(others.stolen_seconds - 0.25) < 1e-12);
    assert_true(others.watched_seconds == 2);
    assert_int_equal(others.cpus, 2);
}

static void ticks_may_bring_it_below_zero(void **state)
{
    (void)state;
    const bool cpus[] = {false, true, false, false, false};
    assert_true(between(before_text, after_text, cpus, 5, 1).seconds < 0);
}

static void nothing_is_said_where_a_cpu_is_not_known(void **state)
{
    (void)state;
    const bool fourth[] = {true, false, false, true, false}, none[] = {false};
    assert_unknown(between(before_text, after_text, fourth, 5, 0));
    assert_unknown(between(before_text, after_text, none, 1, 0));
    assert_unknown(between(before_text, after_text, fourth, 1, NAN)); /* srun's are not ours */
    assert_unknown(between("", after_text, fourth, 1, 0));
}

static void assert_cpus(bool *cpus, const char *expected)
{
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(cpus[i], expected[i] == '1');
    free(cpus);
}

static void an_affinity_counts_with_its_cores_other_threads(void **state)
{
    (void)state;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(1, &set);
    assert_cpus(others_cpus(&machine, &set, sizeof set, "0"), "01010");
}

static void else_the_workers_lists_count_else_all_cores(void **state)
{
    (void)state;
    assert_cpus(others_cpus(&machine, NULL, 0, "2 0"), "10100");
    assert_cpus(others_cpus(&machine, NULL, 0, "0-1,4 77 junk"), "11110");
    assert_cpus(others_cpus(&machine, NULL, 0, ""), "11110");
}

static void this_machine_tells_of_every_core_that_we_may_use(void **state)
{
    (void)state;
    struct topology here;
    struct error err = ERROR_INIT;
    struct cpu_times begin, end;
    assert_int_equal(topology_load(&here, NULL, &err), 0);
    cpu_times_read(&begin);
    cpu_times_read(&end);
    bool *cpus = others_cpus(&here, NULL, 0, "");
    struct others others = others_between(&begin, &end, cpus, here.cpu_count, 0);
    if (others.cpus == RESULTS_UNKNOWN) /* a sandbox without /proc/stat */
        skip();
    assert_true(others.cpus >= (int64_t)here.core_count);
    assert_true(others.watched_seconds >= 0 && others.stolen_seconds >= 0);
    free(cpus);
    cpu_times_free(&begin);
    cpu_times_free(&end);
    topology_free(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_behind_the_cpus_are_not_read),
        cmocka_unit_test(what_is_no_such_file_tells_nothing),
        cmocka_unit_test(torn_lines_zeros_and_absurd_cpus_are_not_known),
        cmocka_unit_test(others_are_what_is_busy_beyond_the_run_and_us),
        cmocka_unit_test(ticks_may_bring_it_below_zero),
        cmocka_unit_test(nothing_is_said_where_a_cpu_is_not_known),
        cmocka_unit_test(an_affinity_counts_with_its_cores_other_threads),
        cmocka_unit_test(else_the_workers_lists_count_else_all_cores),
        cmocka_unit_test(this_machine_tells_of_every_core_that_we_may_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

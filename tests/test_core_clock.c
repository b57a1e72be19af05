#define _GNU_SOURCE
#include "core_clock.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "error.h"
#include "files.h"
#include "strbuf.h"

struct fixture {
    char sys[64]; /* stands for /sys */
    char *clock;  /* file of CPU 3's */
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->sys, "/tmp/scalestudy-clock.XXXXXX");
    if (mkdtemp(f->sys) == NULL)
        return -1;
    *state = f;
    return 0;
}

static void write_khz(struct fixture *f, const char *text)
{
    struct error err = ERROR_INIT;
    char *folder = text_format("%s/devices/system/cpu/cpu3/cpufreq", f->sys);
    assert_int_equal(folder_make(folder, &err), 0);
    free(f->clock);
    f->clock = text_format("%s/scaling_cur_freq", folder);
    assert_int_equal(file_write(f->clock, text, strlen(text), &err), 0);
    free(folder);
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    char *command = text_format("rm -r %s", f->sys);
    int rc = system(command);
    free(command);
    free(f->clock);
    free(f);
    return rc;
}

static void what_was_seen_is_averaged(void **state)
{
    struct fixture *f = *state;
    struct core_clock clock = {.sys = f->sys, .cpu = 3};
    write_khz(f, "3600000\n");
    core_clock_look(&clock);
    write_khz(f, "3000000\n");
    core_clock_look(&clock);
    assert_true(core_clock_mhz(&clock) == 3300);
}

static void a_clock_that_linux_does_not_tell_is_not_known(void **state)
{
    struct fixture *f = *state;
    struct core_clock clock = {.sys = f->sys, .cpu = 3};
    core_clock_look(&clock);
    assert_true(isnan(core_clock_mhz(&clock)));
    write_khz(f, "<unknown>\n");
    core_clock_look(&clock);
    assert_true(isnan(core_clock_mhz(&clock)));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(what_was_seen_is_averaged),
                                       TEST(a_clock_that_linux_does_not_tell_is_not_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void stamps_are_utc_with_milliseconds_cut_not_rounded(void **state)
{
    static const struct {
        struct timespec when;
        const char *stamp;
    } stamps[] = {
        {{.tv_sec = 0, .tv_nsec = 0}, "1970-01-01T00:00:00.000Z"},
        {{.tv_sec = 1795359055, .tv_nsec = 123456789}, "2026-11-22T14:50:55.123Z"},
        {{.tv_sec = 951782399, .tv_nsec = 999999999}, "2000-02-28T23:59:59.999Z"},
        {{.tv_sec = 951782400, .tv_nsec = 1000000}, "2000-02-29T00:00:00.001Z"},
    };
    char text[CLOCK_STAMP_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++)
        assert_string_equal(clock_stamp(text, stamps[i].when), stamps[i].stamp);
}

static void stamps_do_not_depend_on_the_time_zone(void **state)
{
    char text[CLOCK_STAMP_SIZE];
    (void)state;
    setenv("TZ", "Australia/Eucla", 1);
    tzset();
    clock_stamp(text, (struct timespec){.tv_sec = 1795359055});
    unsetenv("TZ");
    tzset();
    assert_string_equal(text, "2026-11-22T14:50:55.000Z");
}

static void a_time_beyond_the_calendar_still_gives_a_stamp(void **state)
{
    char text[CLOCK_STAMP_SIZE];
    (void)state;
    clock_stamp(text, (struct timespec){.tv_sec = (time_t)INT64_MAX, .tv_nsec = 999999999});
    assert_true(strlen(text) < CLOCK_STAMP_SIZE);
    assert_int_equal(text[strlen(text) - 1], 'Z');
}

static void the_clock_never_goes_back_and_does_go_on(void **state)
{
    double first = clock_seconds(), before = first;
    (void)state;
    for (int i = 0; i < 100000; i++) {
        double now = clock_seconds();
        assert_true(now >= before);
        before = now;
    }
    assert_true(before > first);
}

static void now_is_later_than_when_this_was_written(void **state)
{
    (void)state;
    assert_true(clock_now().tv_sec > 1700000000);
}

static void calibration_finds_a_resolution_and_a_cost_that_a_timer_can_have(void **state)
{
    double resolution = -1, overhead = -1;
    (void)state;
    clock_calibrate(&resolution, &overhead);
    assert_true(resolution >= 0.5e-9 && resolution < 0.1);
    assert_true(overhead >= 0 && overhead < 0.1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stamps_are_utc_with_milliseconds_cut_not_rounded),
        cmocka_unit_test(stamps_do_not_depend_on_the_time_zone),
        cmocka_unit_test(a_time_beyond_the_calendar_still_gives_a_stamp),
        cmocka_unit_test(the_clock_never_goes_back_and_does_go_on),
        cmocka_unit_test(now_is_later_than_when_this_was_written),
        cmocka_unit_test(calibration_finds_a_resolution_and_a_cost_that_a_timer_can_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "unit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static double in_ours(const char *unit, double value)
{
    const struct unit *found = unit_find(unit, strlen(unit));
    assert_non_null(found);
    return unit_apply(found, value);
}

static void a_decimal_number_keeps_its_digits(void **state)
{
    (void)state;
    assert_true(in_ours("ms", 41.5) == 0.0415);
    assert_true(in_ours("us", 3) == 3e-6);
    assert_true(in_ours("µs", 3) == 3e-6);
    assert_true(in_ours("ns", 7) == 7e-9);
    assert_true(in_ours("min", 2.5) == 150);
    assert_true(in_ours("MiB", 3) == 3145728);
    assert_true(in_ours("s", 0.1) == 0.1);
    assert_true(in_ours("ops/s", 8) == 0.125);
}

static void what_is_no_unit_is_not_found(void **state)
{
    (void)state;
    assert_null(unit_find("fortnight", 9));
    assert_null(unit_find("mss", 3));
    assert_null(unit_find("", 0));
}

static void a_column_may_bear_its_unit(void **state)
{
    static const struct {
        const char *column, *unit;
        size_t length;
    } columns[] = {
        {"runtime[ms]", "ms", 7}, {"time (s)", "s", 4},  {"time", NULL, 4},
        {"rate[MB/s]", NULL, 10}, {"[s]", NULL, 3},      {"a[0][us]", "us", 4},
        {"time[", NULL, 5},       {"memory (MiB)", "MiB", 6},
    };
    (void)state;
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        size_t length;
        const struct unit *unit = unit_of_column(columns[i].column, &length);
        assert_int_equal(length, columns[i].length);
        if (columns[i].unit == NULL)
            assert_null(unit);
        else
            assert_string_equal(unit->name, columns[i].unit);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_decimal_number_keeps_its_digits),
        cmocka_unit_test(what_is_no_unit_is_not_found),
        cmocka_unit_test(a_column_may_bear_its_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "time_column.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void a_column_has_one_unit_that_shows_its_least_time(void **state)
{
    static const struct {
        double least, most;
        const char *unit, *first, *last;
    } cases[] = {{0.0116, 5.5116, "ms", "11.6", "5511.6"},
                 {0.432, 3.12, "s", "0.432", "3.120"},
                 {2e-6, 4e-5, "µs", "2.00", "40.00"},
                 {0.05, 7200, "s", "0.0500", "7200.0000"}, /* not seven digits of milliseconds */
                 {120, 76920, "", "2 min", "21 h 22 min"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct time_column column = time_column_of(cases[i].least, cases[i].most);
        struct strbuf first = STRBUF_INIT, last = STRBUF_INIT;
        time_column_say(&first, &column, cases[i].least);
        time_column_say(&last, &column, cases[i].most);
        assert_string_equal(column.unit, cases[i].unit);
        assert_string_equal(first.str, cases[i].first);
        assert_string_equal(last.str, cases[i].last);
        strbuf_free(&first);
        strbuf_free(&last);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_has_one_unit_that_shows_its_least_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

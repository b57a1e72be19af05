#include "duration.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void a_duration_has_the_unit_that_people_would_take(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } cases[] = {{0.2, "1 s"},    {89, "89 s"},     {90, "2 min"},
                 {600, "10 min"}, {5399, "90 min"}, {5400, "1.5 h"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf text = STRBUF_INIT;
        duration_add(&text, cases[i].seconds);
        assert_string_equal(text.str, cases[i].text);
        strbuf_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_duration_has_the_unit_that_people_would_take),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

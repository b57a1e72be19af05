#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "explain.h"
#include "files.h"
#include "reasons.h"
#include "warnings.h"

static void every_warning_has_a_reason(void **state)
{
    size_t count = 0;
    (void)state;
    for (const char *code; (code = warning_code(count)) != NULL; count++)
        if (reason_of(code) == NULL)
            fail_msg("reasons.c does not say why \"%s\" matters", code);
    assert_true(count > 20);
    for (count = 0; compare_notice_code(count) != NULL; count++)
        if (reason_of(compare_notice_code(count)) == NULL)
            fail_msg("reasons.c does not say why \"%s\" matters", compare_notice_code(count));
    assert_true(count > 5);
}

static bool is_among(const char *code, const char *(*list)(size_t))
{
    for (size_t i = 0; list(i) != NULL; i++)
        if (strcmp(list(i), code) == 0)
            return true;
    return false;
}

static void every_reason_is_that_of_one_warning(void **state)
{
    (void)state;
    for (size_t i = 0; reason_code(i) != NULL; i++) {
        if (!is_among(reason_code(i), warning_code) &&
            !is_among(reason_code(i), compare_notice_code))
            fail_msg("there is no warning \"%s\"", reason_code(i));
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(reason_code(i), reason_code(j));
    }
    assert_null(reason_of("no-such-warning"));
}

static void every_figure_names_a_section_that_is_there(void **state)
{
    struct strbuf method = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    assert_int_equal(file_read(METHOD, 1 << 20, &method, &err), 0);
    for (int i = 0; i < EXPLAINED_COUNT; i++) {
        const struct explanation *figure = explanation_of((enum explained)i);
        assert_non_null(figure->name);
        assert_true(strlen(figure->formula) > 0 && strlen(figure->why) > 0);
        char *heading = text_format("\n## %s\n", figure->section);
        if (strstr(method.str, heading) == NULL)
            fail_msg("%s: docs/method.md has no section “%s”", figure->name, figure->section);
        free(heading);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(figure->name, explanation_of((enum explained)j)->name);
    }
    strbuf_free(&method);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_warning_has_a_reason),
        cmocka_unit_test(every_reason_is_that_of_one_warning),
        cmocka_unit_test(every_figure_names_a_section_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

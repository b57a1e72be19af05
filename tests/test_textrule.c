#include "textrule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_time_reads_back_as_it_was_written(void **state)
{
    static const struct {
        double seconds;
        const char *text;
    } times[] = {{1, "00:00:01"},        {60, "00:01:00"},        {86399, "23:59:59"},
                 {86400, "1-00:00:00"},  {604800, "7-00:00:00"},  {864000, "10-00:00:00"},
                 {31622400, "366-00:00:00"}};
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        struct strbuf text = STRBUF_INIT;
        double seconds = 0;
        time_add(&text, times[i].seconds);
        assert_string_equal(text.str, times[i].text);
        assert_true(time_parse(text.str, &seconds));
        assert_true(seconds == times[i].seconds);
        strbuf_free(&text);
    }
}

static void what_a_text_may_not_hold_is_shown(void **state)
{
    static const struct {
        text_problem *problem;
        const char *text, *sentence;
    } refused[] = {
        {name_problem, "a/b", "may not hold \"/\"; allowed are letters, digits and . _ + -"},
        {name_problem, "-a", "must begin with a letter or a digit, not with \"-\""},
        {word_problem, "a b",
         "may not hold a blank; it is one word of letters, digits and signs, and no shell or "
         "quotes are read"},
        {line_problem, "a\nb", "may not hold a line end; write each line as a text of its own"},
        {line_problem, "a\x1b[2J",
         "may not hold the control character U+001B; write each line as a text of its own"},
        {pattern_problem, "(((((((((((a+)+)+)+)+)+)+)+)+)+)+)+",
         "repeats repetitions too often; write it without + and {} inside of each other"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct strbuf sentence = STRBUF_INIT;
        assert_true(refused[i].problem(refused[i].text, &sentence));
        assert_string_equal(sentence.str, refused[i].sentence);
        strbuf_free(&sentence);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_reads_back_as_it_was_written),
        cmocka_unit_test(what_a_text_may_not_hold_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

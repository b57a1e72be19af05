#include "terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"

static void assert_escaped(const char *text, bool lines, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    terminal_add_escaped(&sb, text, lines);
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void escape_sequences_become_visible_text(void **state)
{
    (void)state;
    assert_escaped("\x1b[31mred\x1b[0m", false, "\\x1b[31mred\\x1b[0m");
    assert_escaped("\x1b]0;title\a", false, "\\x1b]0;title\\x07");
    assert_escaped("\b\r\v\f\x7f", false, "\\x08\\x0d\\x0b\\x0c\\x7f");
    assert_escaped("\xc2\x9b"
                   "31m",
                   false, "\\xc2\\x9b31m"); /* a C1 control: CSI in one character */
    assert_escaped("\xc2\x85", true, "\\xc2\\x85");
}

static void line_ends_stay_only_where_they_are_ours(void **state)
{
    (void)state;
    assert_escaped("a\n\tb", false, "a\\n\\tb");
    assert_escaped("a\n\tb", true, "a\n\tb");
    assert_escaped("a\r\n", true, "a\\x0d\n"); /* a bare return would overwrite the line */
    assert_escaped("a\xe2\x80\xa8"
                   "b",
                   true, "a\\xe2\\x80\\xa8"
                         "b"); /* U+2028, a line end to some terminals */
}

static void text_in_any_language_stays(void **state)
{
    (void)state;
    static const char text[] = "\xc3\xa5\xc3\xa4\xc3\xb6 \xe2\x80\xa6 \xe6\xbc\xa2 \xf0\x9f\x98\x80 \xc2\xa0";
    assert_escaped(text, false, text);
    assert_escaped("", false, "");
}

static void bytes_that_are_no_utf8_become_visible_text(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"\xff\xfe", "\\xff\\xfe"},
        {"\x80", "\\x80"},                             /* a continuation alone */
        {"\xc3", "\\xc3"},                             /* torn at the end */
        {"\xc3x", "\\xc3x"},                           /* torn in the middle */
        {"\xe2\x80", "\\xe2\\x80"},                    /* likewise */
        {"\xf0\x9f\x98", "\\xf0\\x9f\\x98"},           /* likewise */
        {"\xc0\xaf", "\\xc0\\xaf"},                    /* an overlong "/" */
        {"\xc1\x9b", "\\xc1\\x9b"},                    /* an overlong "[" */
        {"\xe0\x80\x9b", "\\xe0\\x80\\x9b"},           /* an overlong escape */
        {"\xe0\x82\x9b", "\\xe0\\x82\\x9b"},           /* an overlong CSI */
        {"\xf0\x80\x80\x9b", "\\xf0\\x80\\x80\\x9b"},  /* an overlong escape */
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},           /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"},  /* above U+10FFFF */
        {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},  /* likewise */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_escaped(cases[i].text, false, cases[i].expected);
}

static void a_name_cannot_turn_the_reading_direction(void **state)
{
    (void)state;
    assert_escaped("\xe2\x80\xae"
                   "exe.txt",
                   false, "\\xe2\\x80\\xae"
                          "exe.txt"); /* U+202E */
    assert_escaped("\xe2\x81\xa6", false, "\\xe2\\x81\\xa6"); /* U+2066 */
    assert_escaped("\xe2\x81\xa9", false, "\\xe2\\x81\\xa9"); /* U+2069 */
    assert_escaped("\xe2\x80\x93", false, "\xe2\x80\x93");    /* a dash is a dash */
}

static void whatever_comes_nothing_that_a_terminal_obeys_goes_out(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (int i = 0; i < 20000; i++) {
        char text[12];
        for (size_t j = 0; j + 1 < sizeof text; j++) {
            random = random * 1664525u + 1013904223u;
            text[j] = (char)(random >> 24);
        }
        text[sizeof text - 1] = '\0';
        struct strbuf sb = STRBUF_INIT;
        terminal_add_escaped(&sb, text, false);
        for (size_t j = 0; j < sb.len; j++) {
            unsigned char c = (unsigned char)sb.str[j];
            assert_true(c >= 0x20 && c != 0x7f);
            if (c == 0xc2)
                assert_true((unsigned char)sb.str[j + 1] >= 0xa0);
        }
        strbuf_free(&sb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escape_sequences_become_visible_text),
        cmocka_unit_test(line_ends_stay_only_where_they_are_ours),
        cmocka_unit_test(text_in_any_language_stays),
        cmocka_unit_test(bytes_that_are_no_utf8_become_visible_text),
        cmocka_unit_test(a_name_cannot_turn_the_reading_direction),
        cmocka_unit_test(whatever_comes_nothing_that_a_terminal_obeys_goes_out),
    };
    return cmocka_run_group_tests_name("terminal", tests, NULL, NULL);
}

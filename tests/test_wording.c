#include "wording.h"

#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(struct strbuf *text, const char *expected)
{
    assert_string_equal(text->str, expected);
    strbuf_clear(text);
}

typedef void one_number(struct strbuf *sb, double value);

static void numbers_are_said_as_people_read_them(void **state)
{
    static const struct {
        one_number *say;
        double value;
        const char *text;
    } cases[] = {
        {wording_seconds, 0, "0 s"},          {wording_seconds, 3e-7, "300 ns"},
        {wording_seconds, 0.0521, "52.1 ms"}, {wording_seconds, 0.432, "0.432 s"},
        {wording_seconds, 3.12, "3.12 s"},    {wording_seconds, 9.996, "10.0 s"},
        {wording_seconds, 99.96, "1 min 40 s"}, {wording_seconds, 200, "3 min 20 s"},
        {wording_seconds, 3599.9, "1 h"},     {wording_seconds, 4320, "1 h 12 min"},
        {wording_seconds, 183600, "2 d 3 h"}, {wording_percent, 0.6, "60 %"},
        {wording_percent, 0.021, "2.1 %"},    {wording_percent, 1, "100 %"},
        {wording_ratio, 7.23, "7.2×"},        {wording_ratio, 1.03, "1.03×"},
        {wording_ratio, 0.63, "0.63×"},       {wording_ratio, 124.4, "124×"},
        {wording_bytes, 12582912, "12 MiB"},  {wording_bytes, 1610612736, "1.5 GiB"},
        {wording_bytes, 312, "312 bytes"},    {wording_core_time, 5.184, "5.18 core-seconds"},
        {wording_core_time, 4320, "1.20 core-hours"}, {wording_size, 10000.5, "10000.5"},
        {wording_seconds, NAN, "–"},          {wording_percent, INFINITY, "–"},
        {wording_ratio, NAN, "–"},            {wording_bytes, NAN, "–"},
    };
    struct strbuf text = STRBUF_INIT;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cases[i].say(&text, cases[i].value);
        expect(&text, cases[i].text);
    }
    strbuf_free(&text);
}

static void ranges_show_just_enough_decimals_to_differ(void **state)
{
    struct strbuf text = STRBUF_INIT;
    (void)state;
    wording_range(&text, 7.13, 7.33);
    expect(&text, "7.1–7.3");
    wording_range(&text, 15.8, 16.84);
    expect(&text, "15.8–16.8");
    wording_range(&text, 1.003, 1.127);
    expect(&text, "1.003–1.127");
    wording_range(&text, 1, 1.127);
    expect(&text, "1.0–1.1");
    wording_range(&text, 7.13, 7.14);
    expect(&text, "7.13–7.14");
    wording_range(&text, 7.13, 7.13);
    expect(&text, "7.1");
    wording_percent_range(&text, 0.58, 0.61);
    expect(&text, "58–61 %");
    wording_percent_range(&text, 0.581, 0.583);
    expect(&text, "58.1–58.3 %");
    wording_percent_range(&text, 1.002, 1.031);
    expect(&text, "100.2–103.1 %");
    wording_percent_range(&text, 1.0, 1.03);
    expect(&text, "100–103 %");
    strbuf_free(&text);
}

static void counts_are_grouped_and_lists_end_in_and(void **state)
{
    static const int64_t list[] = {1, 2, 4};
    struct strbuf text = STRBUF_INIT;
    (void)state;
    wording_count(&text, 9999);
    expect(&text, "9999");
    wording_count(&text, -1234567);
    expect(&text, "-1\u202f234\u202f567");
    wording_plural(&text, 1, "core", "cores");
    expect(&text, "1 core");
    wording_plural(&text, 0, "core", "cores");
    expect(&text, "0 cores");
    for (size_t i = 0; i < 4; i++) {
        static const char *const expected[] = {"", "1", "1 and 2", "1, 2 and 4"};
        wording_list(&text, list, i);
        expect(&text, expected[i]);
    }
    strbuf_free(&text);
}

static void the_point_is_a_point_in_every_locale(void **state)
{
    struct strbuf text = STRBUF_INIT;
    (void)state;
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "sv_SE.UTF-8") == NULL)
        skip(); /* no locale with a comma on this machine */
    wording_fixed(&text, -1234.5678, 2);
    setlocale(LC_ALL, "C");
    expect(&text, "-1234.57");
    strbuf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_said_as_people_read_them),
        cmocka_unit_test(ranges_show_just_enough_decimals_to_differ),
        cmocka_unit_test(counts_are_grouped_and_lists_end_in_and),
        cmocka_unit_test(the_point_is_a_point_in_every_locale),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

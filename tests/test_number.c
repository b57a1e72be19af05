#include "number.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void what_is_no_decimal_number_is_refused(void **state)
{
    static const char *const refused[] = {
        "",     " ",     "1 ",    " 1",   "x",      "nan",   "NaN",  "inf",  "-inf", "infinity",
        "0x10", "1,5",   "1.2.3", "1e",   "1e+",    "e5",    ".",    "-",    "+",    "--1",
        "1e5x", "1e5.0", "1_000", "1e1e1", "1e999", "-1e999", "1f",   "1\n",  "٣",
    };
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        double value = 42;
        assert_false(number_parse(refused[i], strlen(refused[i]), &value));
        assert_true(value == 42); /* left alone */
    }
}

static void only_the_length_given_is_read(void **state)
{
    double value = 0;
    (void)state;
    assert_true(number_parse("1234", 2, &value));
    assert_true(value == 12);
    assert_false(number_parse("1.5\0", 4, &value));
}

static void every_spelling_is_rounded_to_the_nearest_double(void **state)
{
    static const char *const texts[] = {
        "0", "-0", "1", "+1", "1.", ".5", "-.5e1", "0.1", "1e22", "1e23", "123456789012345678",
        "9007199254740992", "9007199254740993", "9007199254740995", "9007199254740993.0000000001",
        "18446744073709551615", "18446744073709551616", "0.30000000000000004",
        "8.5e-17", "7.117752e-17", "1.7976931348623157e308", "2.2250738585072014e-308",
        "2.2250738585072011e-308", "5e-324", "2.4703282292062327e-324", "2.4703282292062328e-324",
        "1e-400", "0e999999999999999999999", "0.000000000000000000000000000000000000000001",
        "100000000000000000000000000000000000000000", "4.35", "0.500000000000000166533453693773481",
        "1000000000000000000000000000000e-30", "0000000000000000000000000000000012.5",
        "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803",
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = NAN, expected = strtod(texts[i], NULL);
        assert_true(number_parse(texts[i], strlen(texts[i]), &value));
        assert_memory_equal(&value, &expected, sizeof value);
    }
}

static void a_million_digits_are_read_too(void **state)
{
    size_t length = 1000000;
    char *text = malloc(length);
    double value = 0;
    (void)state;
    memset(text, '9', length);
    memcpy(text, "0.", 2);
    assert_true(number_parse(text, length, &value));
    assert_true(value == 1);
    free(text);
}

static void numbers_are_written_as_people_do(void **state)
{
    static const struct {
        double value;
        const char *text;
    } written[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-12, "-12"},
        {10000, "10000"},
        {1e8, "100000000"},
        {999999999999999, "999999999999999"},
        {1e15, "1e+15"},
        {1e22, "1e+22"},
        {0.1, "0.1"},
        {0.05, "0.05"},
        {0.0001, "0.0001"},
        {0.00001, "1e-05"},
        {0.081234567, "0.081234567"},
        {1.5, "1.5"},
        {123456.75, "123456.75"},
        {0.1 + 0.2, "0.30000000000000004"},
        {1.0 / 3, "0.3333333333333333"},
        {-7.117752e-17, "-7.117752e-17"},
        {1e-300, "1e-300"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {NAN, "nan"},
        {INFINITY, "inf"},
        {-INFINITY, "-inf"},
    };
    char text[NUMBER_TEXT_SIZE];
    (void)state;
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        assert_string_equal(number_format(text, written[i].value), written[i].text);
}

/* The reference: the fewest of 15, 16 and 17 digits that read back. */
static void write_by_printf(char text[64], double value)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, 64, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            return;
    }
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Any bits, fractions of all sizes, clock readings, powers of two and their neighbours. */
static double random_double(uint64_t *seed, int kind)
{
    uint64_t bits = next_random(seed);
    double value;
    switch (kind) {
    case 0: memcpy(&value, &bits, sizeof value); return value;
    case 1: return ldexp((double)(bits >> 11), (int)(next_random(seed) % 150) - 120);
    case 2: return (double)(bits % UINT64_C(1000000000000)) / 1e9;
    case 3: return ldexp(1, (int)(bits % 2098) - 1074);
    case 4: return nextafter(ldexp(1, (int)(bits % 200) - 100), (bits >> 60) < 8 ? 0 : 1e300);
    case 5: bits &= (UINT64_C(1) << 52) - 1; memcpy(&value, &bits, sizeof value); return value;
    default: return pow(10, (int)(bits % 60) - 30) * (1 + (double)(bits >> 60) * DBL_EPSILON);
    }
}

static void random_doubles_read_back_and_are_short(void **state)
{
    uint64_t seed = 88172645463325252u;
    (void)state;
    for (int i = 0; i < 350000; i++) {
        char text[NUMBER_TEXT_SIZE], reference[64];
        double value = random_double(&seed, i % 7), back = 0;
        if (!isfinite(value))
            continue;
        number_format(text, value);
        assert_true(number_parse(text, strlen(text), &back));
        if (back != value || strtod(text, NULL) != value)
            fail_msg("%a was written as %s and read as %a", value, text, back);
        write_by_printf(reference, value);
        if (strcmp(text, reference) != 0 && value != floor(value))
            fail_msg("%s was written as %s", reference, text);
    }
}

static void random_texts_read_as_the_c_library_does(void **state)
{
    uint64_t seed = 20261122;
    (void)state;
    for (int i = 0; i < 300000; i++) {
        char text[96];
        int digits = (int)(next_random(&seed) % 20) + 1;
        int exponent = (int)(next_random(&seed) % 80) - 50;
        double value = 0;
        snprintf(text, sizeof text, "%llu.%0*llue%d",
                 (unsigned long long)(next_random(&seed) >> next_random(&seed) % 64), digits,
                 (unsigned long long)(next_random(&seed) >> next_random(&seed) % 64), exponent);
        if (i % 3 == 0)
            *strchr(text, 'e') = '\0';
        assert_true(number_parse(text, strlen(text), &value));
        if (value != strtod(text, NULL))
            fail_msg("%s was read as %a", text, value);
    }
}

/* Halfway between two doubles, and a hair to each side. */
static void ties_go_to_the_even_neighbour(void **state)
{
    uint64_t seed = 7;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        uint64_t odd = (next_random(&seed) >> 10) | 1; /* 54 bits: one too many */
        static const char *const behind[] = {"", ".0", ".00000000000000000000000001", ".5"};
        for (size_t j = 0; j < 4; j++) {
            char text[96];
            double value = 0;
            snprintf(text, sizeof text, "%llu%s", (unsigned long long)odd, behind[j]);
            assert_true(number_parse(text, strlen(text), &value));
            assert_true(value == strtod(text, NULL));
        }
    }
}

static void a_locale_with_a_comma_changes_nothing(void **state)
{
    static const char *const names[] = {"sv_SE.UTF-8", "de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"};
    char text[NUMBER_TEXT_SIZE];
    double value = 0;
    (void)state;
    size_t i = 0;
    while (i < 4 && setlocale(LC_NUMERIC, names[i]) == NULL)
        i++;
    if (i == 4)
        skip(); /* none installed here */
    number_format(text, -7.117752e-17);
    bool read = number_parse("1.2345678901234567e-30", 22, &value);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(text, "-7.117752e-17");
    assert_true(read);
    assert_true(value == 1.2345678901234567e-30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_decimal_number_is_refused),
        cmocka_unit_test(only_the_length_given_is_read),
        cmocka_unit_test(every_spelling_is_rounded_to_the_nearest_double),
        cmocka_unit_test(a_million_digits_are_read_too),
        cmocka_unit_test(numbers_are_written_as_people_do),
        cmocka_unit_test(random_doubles_read_back_and_are_short),
        cmocka_unit_test(random_texts_read_as_the_c_library_does),
        cmocka_unit_test(ties_go_to_the_even_neighbour),
        cmocka_unit_test(a_locale_with_a_comma_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

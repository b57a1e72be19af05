#include "error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_failure_is_one_line_and_has_its_status(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    assert_int_equal(error_set(&err, "%s:%d: wrong", "t.json", 3), -1);
    assert_string_equal(err.text, "t.json:3: wrong");
    assert_int_equal(err.status, STATUS_INPUT);
    assert_int_equal(error_system(&err, "the disk is full"), -1);
    assert_string_equal(err.text, "the disk is full");
    assert_int_equal(err.status, STATUS_SYSTEM);
}

static void a_sentence_can_be_put_around_the_one_before(void **state)
{
    struct error err = ERROR_INIT;
    (void)state;
    error_set(&err, "no such partition");
    error_set(&err, "cluster \"x\": %s", err.text);
    assert_string_equal(err.text, "cluster \"x\": no such partition");
}

static void a_sentence_that_is_too_long_ends_between_characters(void **state)
{
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        struct error err = ERROR_INIT;
        char text[4096];
        memset(text, 'a', shift);
        for (size_t i = shift; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "€", 4);
        error_set(&err, "%s", text);
        size_t length = strlen(err.text);
        assert_in_range(length, sizeof err.text - 5, sizeof err.text - 1);
        assert_string_equal(err.text + length - 3, "…");
        assert_int_equal((length - 3 - shift) % 3, 0);
    }
}

static void names_are_quoted_whole_up_to_sixty_characters(void **state)
{
    char out[ERROR_NAME_SIZE], sixty[121];
    (void)state;
    for (size_t i = 0; i < 60; i++)
        memcpy(sixty + 2 * i, "å", 3);
    assert_string_equal(error_name(out, "short", 5), "short");
    assert_string_equal(error_name(out, "cut here", 3), "cut");
    assert_string_equal(error_name(out, "", 0), "");
    assert_string_equal(error_name(out, "a\033[31m", 6), "a\033[31m"); /* printing escapes it */
    assert_string_equal(error_name(out, sixty, 120), sixty);

    char longer[200];
    memset(longer, 'x', sizeof longer);
    assert_string_equal(error_name(out, longer, sizeof longer) + 60, "…");
}

static void names_of_any_bytes_fit(void **state)
{
    char out[ERROR_NAME_SIZE], hostile[1000];
    (void)state;
    memset(hostile, 0x80, sizeof hostile); /* never begins a character */
    error_name(out, hostile, sizeof hostile);
    assert_in_range(strlen(out), 200, ERROR_NAME_SIZE - 1);
    memset(hostile, 0xff, sizeof hostile);
    error_name(out, hostile, sizeof hostile);
    assert_int_equal(strlen(out), 63);
}

static void slips_are_recognised_and_other_words_are_not(void **state)
{
    static const char *const keys[] = {"blocks", "runs", "warmups", "cores", "size", "study"};
    static const struct {
        const char *word, *meant;
    } slips[] = {
        {"blcoks", "blocks"}, {"block", "blocks"},   {"bloks", "blocks"},  {"warmup", "warmups"},
        {"core", "cores"},    {"coers", "cores"},    {"rusn", "runs"},     {"Size", "size"},
        {"b", NULL},          {"time_limit", NULL},  {"", NULL},           {"nodes", "cores"},
        {"rnuss", NULL},      {"sizeofit", NULL},    {"studies", "study"}, {"stduies", "study"},
        {"ties", NULL},       {"ies", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof slips / sizeof *slips; i++) {
        const char *meant = suggest(slips[i].word, keys, sizeof keys / sizeof *keys);
        if (slips[i].meant == NULL)
            assert_null(meant);
        else
            assert_string_equal(meant, slips[i].meant);
    }
}

static void endless_words_suggest_nothing(void **state)
{
    char word[10000];
    const char *const itself[] = {word};
    (void)state;
    memset(word, 'a', sizeof word - 1);
    word[sizeof word - 1] = '\0';
    assert_null(suggest(word, itself, 1));
    assert_null(suggest("a", itself, 1));
    assert_null(suggest("a", itself, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_one_line_and_has_its_status),
        cmocka_unit_test(a_sentence_can_be_put_around_the_one_before),
        cmocka_unit_test(a_sentence_that_is_too_long_ends_between_characters),
        cmocka_unit_test(names_are_quoted_whole_up_to_sixty_characters),
        cmocka_unit_test(names_of_any_bytes_fit),
        cmocka_unit_test(slips_are_recognised_and_other_words_are_not),
        cmocka_unit_test(endless_words_suggest_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "strbuf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void an_empty_one_is_an_empty_string_that_nobody_owns(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    assert_string_equal(sb.str, "");
    strbuf_clear(&sb);
    strbuf_add(&sb, "");
    strbuf_addf(&sb, "%s", "");
    strbuf_set_length(&sb, 0);
    assert_int_equal(sb.capacity, 0);
    strbuf_free(&sb);
    assert_string_equal(strbuf_empty, "");
}

static void text_is_terminated_after_every_step(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    for (size_t i = 0; i < 5000; i++) {
        strbuf_add_char(&sb, (char)('a' + i % 26));
        assert_int_equal(strlen(sb.str), i + 1);
        assert_int_equal(sb.len, i + 1);
    }
    strbuf_add(&sb, " and ");
    strbuf_addf(&sb, "%d more than %s", 7, "that");
    assert_string_equal(sb.str + 5000, " and 7 more than that");
    strbuf_free(&sb);
    assert_string_equal(sb.str, "");
}

static void bytes_may_hold_a_nul(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    strbuf_add_bytes(&sb, "a\0b", 3);
    assert_int_equal(sb.len, 3);
    assert_memory_equal(sb.str, "a\0b", 4);
    strbuf_free(&sb);
}

static void a_long_format_is_written_whole(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    strbuf_add(&sb, "x");
    strbuf_addf(&sb, "%10000d", 1);
    assert_int_equal(sb.len, 10001);
    assert_int_equal(sb.str[10000], '1');
    strbuf_free(&sb);
}

static void reserved_room_can_be_written_by_hand(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    strbuf_reserve(&sb, 100);
    memset(sb.str, 'z', 100);
    strbuf_set_length(&sb, 100);
    assert_int_equal(strlen(sb.str), 100);
    strbuf_set_length(&sb, 3);
    assert_string_equal(sb.str, "zzz");
    strbuf_free(&sb);
}

static void taking_leaves_it_empty_and_usable(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    char *nothing = strbuf_take(&sb);
    strbuf_add(&sb, "one");
    char *one = strbuf_take(&sb);
    assert_string_equal(sb.str, "");
    strbuf_add(&sb, "two");
    assert_string_equal(nothing, "");
    assert_string_equal(one, "one");
    assert_string_equal(sb.str, "two");
    free(nothing);
    free(one);
    strbuf_free(&sb);
}

static void clearing_keeps_the_memory(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    strbuf_add(&sb, "text");
    size_t capacity = sb.capacity;
    strbuf_clear(&sb);
    assert_string_equal(sb.str, "");
    assert_int_equal(sb.capacity, capacity);
    strbuf_free(&sb);
}

static void a_format_makes_a_string(void **state)
{
    (void)state;
    char *text = text_format("%s-%03d", "run", 7);
    assert_string_equal(text, "run-007");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_one_is_an_empty_string_that_nobody_owns),
        cmocka_unit_test(text_is_terminated_after_every_step),
        cmocka_unit_test(bytes_may_hold_a_nul),
        cmocka_unit_test(a_long_format_is_written_whole),
        cmocka_unit_test(reserved_room_can_be_written_by_hand),
        cmocka_unit_test(taking_leaves_it_empty_and_usable),
        cmocka_unit_test(clearing_keeps_the_memory),
        cmocka_unit_test(a_format_makes_a_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

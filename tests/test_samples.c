#include "samples.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static double cpu_seconds(const struct samples *samples)
{
    double sum = 0, begin = 0;
    for (size_t i = 0; i < samples->count; i++) {
        sum += samples->list[i].cores * (samples->list[i].seconds - begin);
        begin = samples->list[i].seconds;
    }
    return sum;
}

/* `count` looks, one a period, two cores busy and memory that grows by a byte a look. */
static struct samples looked_at(size_t count)
{
    struct samples s = samples_begin(0.5);
    for (size_t i = 1; i <= count; i++) {
        double now = 0.5 * (double)i;
        samples_see_memory(&s, (double)i);
        if (samples_are_due(&s, now))
            samples_add(&s, now, 2 * now);
    }
    return s;
}

static void samples_follow_each_other(void **state)
{
    (void)state;
    struct samples s = looked_at(4);
    samples_end(&s, 2.4, 2 * 2.0 + 0.1);
    assert_int_equal(s.count, 5);
    assert_true(s.list[0].seconds == 0.5 && s.list[0].cores == 2);
    assert_true(s.list[3].memory_bytes == 4);
    assert_true(fabs(s.list[4].cores - 0.25) < 1e-12);
    assert_true(isnan(s.list[4].memory_bytes));
}

static void their_number_is_bounded_and_nothing_is_lost(void **state)
{
    (void)state;
    struct samples s = looked_at(100000);
    samples_end(&s, 50000.1, 100000);
    assert_true(s.count >= SAMPLES_MOST / 2 - 1 && s.count < SAMPLES_MOST);
    assert_true(s.list[s.count - 1].seconds == 50000.1);
    assert_true(fabs(cpu_seconds(&s) - 100000) < 1e-6);
    assert_true(fabs(s.list[3].cores - 2) < 1e-9);
    assert_true(s.list[s.count - 1].memory_bytes == 100000);
}

static void a_short_rest_belongs_to_the_last_sample(void **state)
{
    (void)state;
    struct samples s = looked_at(3);
    samples_end(&s, 1.6, 3.9); /* nine cores, if one believed it */
    assert_int_equal(s.count, 3);
    assert_true(s.list[2].seconds == 1.6);
    assert_true(fabs(s.list[2].cores - 1.9 / 0.6) < 1e-12);
    assert_true(s.list[2].memory_bytes == 3);
}

static void cpu_time_never_runs_backwards(void **state)
{
    (void)state;
    struct samples s = looked_at(2);
    samples_add(&s, 1.5, 1.2); /* a child was reaped while it was counted */
    samples_add(&s, 2, 3);
    assert_true(s.list[2].cores == 0 && s.list[3].cores == 2);
}

static void a_run_of_one_sample_has_none(void **state)
{
    (void)state;
    struct samples s = looked_at(1);
    samples_end(&s, 0.6, 1);
    assert_int_equal(s.count, 0);
    s = samples_begin(0);
    samples_end(&s, 100, 50);
    assert_int_equal(s.count, 0);
}

static void memory_is_limited_by_what_was_found_to_be_the_peak(void **state)
{
    (void)state;
    struct samples s = looked_at(3);
    samples_add(&s, 2, 4);
    samples_limit_memory(&s, NAN);
    assert_true(s.list[2].memory_bytes == 3);
    samples_limit_memory(&s, 2);
    assert_true(s.list[0].memory_bytes == 1 && s.list[2].memory_bytes == 2);
    assert_true(isnan(s.list[3].memory_bytes));
}

static void text_says_the_same(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    struct samples s = samples_begin(0.2);
    samples_see_memory(&s, 20971520);
    samples_add(&s, 0.25036, 0.24);
    samples_add(&s, 0.45049, 0.4399);
    samples_end(&s, 1, 0.5);
    samples_write(&text, &s);
    assert_string_equal(text.str, "0.25 0.96 20971520,0.45 1,1 0.11");
    const char *at = text.str;
    struct sample sample = {.seconds = 0};
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(samples_next(&at, sample.seconds, &sample), 1);
        assert_true(fabs(sample.seconds - s.list[i].seconds) <= 0.0005);
        assert_true(fabs(sample.cores - s.list[i].cores) <= 0.005);
        assert_int_equal(isnan(sample.memory_bytes), i > 0);
    }
    assert_int_equal(samples_next(&at, sample.seconds, &sample), 0);
    strbuf_free(&text);
}

static void malformed_text_is_told(void **state)
{
    (void)state;
    static const char *const wrong[] = {"1",     "1 ",     "x 1",    "1 x",    "1 1 ",    "1 1 x",
                                        "0 1 1", "-1 1 1", "1 -1 1", "1 1 -1", "1 1 1 1", "1 1 1,",
                                        ",1 1",  " 1 1",   "1,1",    "nan 1",  "1e999 1"};
    struct sample sample;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *at = wrong[i];
        assert_int_equal(samples_next(&at, 0, &sample), -1);
    }
    const char *at = "1 1 1";
    assert_int_equal(samples_next(&at, 1, &sample), -1); /* no time has passed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_follow_each_other),
        cmocka_unit_test(their_number_is_bounded_and_nothing_is_lost),
        cmocka_unit_test(a_short_rest_belongs_to_the_last_sample),
        cmocka_unit_test(cpu_time_never_runs_backwards),
        cmocka_unit_test(a_run_of_one_sample_has_none),
        cmocka_unit_test(memory_is_limited_by_what_was_found_to_be_the_peak),
        cmocka_unit_test(text_says_the_same),
        cmocka_unit_test(malformed_text_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

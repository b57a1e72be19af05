#include "slurm_text.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

static bool same(double a, double b)
{
    return (isnan(a) && isnan(b)) || (isinf(a) && isinf(b)) || fabs(a - b) <= 1e-9 * fabs(b);
}

static void times_are_read_as_sacct_writes_them(void **state)
{
    static const struct {
        const char *text;
        double seconds;
    } times[] = {
        {"00:00:00", 0},
        {"00:00.004", 0.004},
        {"00:00.999", 0.999},
        {"00:01.500", 1.5},
        {"00:59.999", 59.999},
        {"00:01:00", 60},
        {"01:00.001", 60.001},
        {"01:01.250", 61.25},
        {"00:09:59", 599},
        {"59:59.999", 3599.999},
        {"01:00:00", 3600},
        {"02:03:04", 7384},
        {"23:59:59", 86399},
        {"1-00:00:00", 86400},
        {"1-01:01:01", 90061},
        {"10-00:00:00", 864000},
        {"100-00:00:00", 8640000},
        {"01:02:03", 3723},
        {"1-02:03:04", 93784},
        {"UNLIMITED", INFINITY},
        {"Partition_Limit", NAN},
        {"", NAN},
        {"0:05", 5},
        {"45:00", 2700},
        {"2-00:00.500", 172800.5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        double seconds = -1;
        bool read = slurm_seconds_parse(times[i].text, strlen(times[i].text), &seconds);
        if (!read || !same(seconds, times[i].seconds))
            print_error("%s\n", times[i].text);
        assert_true(read);
        assert_true(same(seconds, times[i].seconds));
    }
}

static void what_is_no_time_is_told(void **state)
{
    static const char *const texts[] = {
        "INVALID", "5",     ":",       "1:",     ":1",       "1:2:3:4", "-1:00",   "1-",
        "1-5",     "00:60", "1:60:00", "1.5:00", "00:00.",   "00:.5",   " 00:01",  "00:01 ",
        "1--1:00", "0x1:2", "1e3:00",  "00:+1",  "00:1.2.3", "nan",     "1-2-0:00"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double seconds = -1;
        if (slurm_seconds_parse(texts[i], strlen(texts[i]), &seconds))
            print_error("%s\n", texts[i]);
        assert_false(slurm_seconds_parse(texts[i], strlen(texts[i]), &seconds));
        assert_true(same(seconds, -1));
    }
}

static void sizes_are_read_with_their_units(void **state)
{
    static const struct {
        const char *text;
        double bytes;
        enum slurm_per per;
    } sizes[] = {
        {"0", 0, SLURM_PER_JOB},
        {"512", 512, SLURM_PER_JOB},
        {"1K", 1024, SLURM_PER_JOB},
        {"1024K", MIB, SLURM_PER_JOB},
        {"3276800K", 3355443200, SLURM_PER_JOB},
        {"3200M", 3355443200, SLURM_PER_JOB},
        {"1.50M", 1572864, SLURM_PER_JOB},
        {"2.50G", 2684354560, SLURM_PER_JOB},
        {"1T", 1099511627776, SLURM_PER_JOB},
        {"1P", 1024 * 1099511627776.0, SLURM_PER_JOB},
        {"123456789", 123456789, SLURM_PER_JOB},
        {"5300Mc", 5300 * MIB, SLURM_PER_CPU},
        {"4Gn", 4 * GIB, SLURM_PER_NODE},
        {"0n", 0, SLURM_PER_NODE},
        {"", NAN, SLURM_PER_JOB},
    };
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const char *text = sizes[i].text;
        double bytes = -1;
        enum slurm_per per = SLURM_PER_CPU;
        assert_true(slurm_size_parse(text, strlen(text), &bytes, &per));
        assert_true(same(bytes, sizes[i].bytes));
        assert_int_equal(per, sizes[i].per);
    }
}

static void what_is_no_size_is_told(void **state)
{
    static const char *const texts[] = {"16?", "K",   "c",   "n",  "Mc",  "-1K",  "1KK",
                                        "1 K", ".5G", "1.G", "1k", "inf", "1McM", "0x10"};
    double bytes = -1;
    enum slurm_per per = SLURM_PER_JOB;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (slurm_size_parse(texts[i], strlen(texts[i]), &bytes, &per))
            print_error("%s\n", texts[i]);
        assert_true(same(bytes, -1));
    }
    assert_false(slurm_size_parse("4Gn", 3, &bytes, NULL));
}

static void tracked_resources_are_found_by_their_whole_name(void **state)
{
    static const char tres[] = "cpu=00:00:04,energy=0,fs/disk=80001,mem=119402496,pages=0,vmem=2G";
    const char *value;
    size_t length;
    double seconds;
    (void)state;
    assert_true(same(slurm_tres_bytes(tres, "mem"), 119402496));
    assert_true(same(slurm_tres_bytes(tres, "vmem"), 2 * GIB));
    assert_true(same(slurm_tres_bytes("billing=14,cpu=14,mem=6G,node=1", "mem"), 6 * GIB));
    assert_true(same(slurm_tres_bytes("vmem=2G", "mem"), NAN));
    assert_true(same(slurm_tres_bytes("", "mem"), NAN));
    assert_true(same(slurm_tres_bytes("mem", "mem"), NAN));
    assert_true(same(slurm_tres_bytes("mem=", "mem"), NAN));
    assert_true(same(slurm_tres_bytes("mem=16?", "mem"), NAN));
    assert_true(same(slurm_tres_bytes("memory=1,,mem=1K", "mem"), 1024));
    assert_true(slurm_tres_find(tres, "cpu", &value, &length));
    assert_true(slurm_seconds_parse(value, length, &seconds));
    assert_true(same(seconds, 4));
}

static void exit_codes_are_a_status_and_a_signal(void **state)
{
    static const struct {
        const char *text;
        int code, signal;
    } codes[] = {{"0:0", 0, 0},     {"1:0", 1, 0},     {"0:9", 0, 9},
                 {"0:125", 0, 125}, {"143:0", 143, 0}, {"2:0", 2, 0}};
    static const char *const wrong[] = {
        "", "0", ":", "1:", ":1", "-1:0", "1:2:3", "a:b", "99999999999999999999:0"};
    int code = -1, signal = -1;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(slurm_exit_parse(wrong[i], &code, &signal));
    assert_int_equal(code, -1);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        assert_true(slurm_exit_parse(codes[i].text, &code, &signal));
        assert_int_equal(code, codes[i].code);
        assert_int_equal(signal, codes[i].signal);
    }
}

static void ids_are_jobs_elements_components_and_steps(void **state)
{
    static const struct {
        const char *text;
        int64_t index;
        bool rest;
        int64_t component;
        const char *step;
    } ids[] = {
        {"1234", -1, false, -1, ""},
        {"1234.batch", -1, false, -1, "batch"},
        {"1234.extern", -1, false, -1, "extern"},
        {"1234.0", -1, false, -1, "0"},
        {"1234_7", 7, false, -1, ""},
        {"1234_7.batch", 7, false, -1, "batch"},
        {"1234_7.3", 7, false, -1, "3"},
        {"1234_[8-20%4]", -1, true, -1, ""},
        {"1234_[1,4,9,16-20,...]", -1, true, -1, ""},
        {"1234+1", -1, false, 1, ""},
        {"1234+1.0", -1, false, 1, "0"},
        {"1234.interactive", -1, false, -1, "interactive"},
    };
    static const char *const wrong[] = {
        "",        "_7",    "1234_", "1234_a",   "1234_[",
        "1234_[]", "1234+", "1234.", "1234_7x",  "x1234",
        "-1",      " 1",    "12 34", "1234_7_8", "99999999999999999999"};
    struct slurm_id id;
    (void)state;
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        assert_true(slurm_id_parse(ids[i].text, &id));
        assert_int_equal(id.job, 1234);
        assert_int_equal(id.index, ids[i].index);
        assert_int_equal(id.rest, ids[i].rest);
        assert_int_equal(id.component, ids[i].component);
        assert_string_equal(id.step, ids[i].step);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(slurm_id_parse(wrong[i], &id));
}

static void moments_are_seconds_or_not_known(void **state)
{
    static const char *const unknown[] = {"",
                                          "Unknown",
                                          "None",
                                          "N/A",
                                          "0",
                                          "-1",
                                          "1.5",
                                          "2026-11-22T07:31:16",
                                          "99999999999999999999"};
    (void)state;
    assert_int_equal(slurm_epoch_parse("1795332676"), 1795332676);
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(slurm_epoch_parse(unknown[i]), 0);
}

static void rows_are_cut_at_bars_and_the_last_field_may_hold_some(void **state)
{
    char text[] = "1|2||a|b\n\nlast", *rest = text, *fields[4];
    (void)state;
    char *line = slurm_line_take(&rest);
    assert_int_equal(slurm_row_cut(line, fields, 4), 4);
    assert_string_equal(fields[0], "1");
    assert_string_equal(fields[2], "");
    assert_string_equal(fields[3], "a|b");
    assert_string_equal(slurm_line_take(&rest), "");
    line = slurm_line_take(&rest);
    assert_int_equal(slurm_row_cut(line, fields, 4), 1);
    assert_string_equal(fields[0], "last");
    assert_null(slurm_line_take(&rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_as_sacct_writes_them),
        cmocka_unit_test(what_is_no_time_is_told),
        cmocka_unit_test(sizes_are_read_with_their_units),
        cmocka_unit_test(what_is_no_size_is_told),
        cmocka_unit_test(tracked_resources_are_found_by_their_whole_name),
        cmocka_unit_test(exit_codes_are_a_status_and_a_signal),
        cmocka_unit_test(ids_are_jobs_elements_components_and_steps),
        cmocka_unit_test(moments_are_seconds_or_not_known),
        cmocka_unit_test(rows_are_cut_at_bars_and_the_last_field_may_hold_some),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

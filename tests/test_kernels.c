/*
 * The parts of the kernels that need no team: sines, the sum over rows, CPU
 * lists, the command line, the record. Teams: test_kernels.sh.
 */
#include "binding.h"
#include "options.h"
#include "pairwise.h"
#include "record.h"
#include "sine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PI 3.14159265358979323846264338327950288L
#define POINTS 400000

extern const struct sine_isa sine_avx2, sine_wide;

static uint64_t random_state = 20261122;

/* Uniform in [-1, 1). */
static double random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (double)(int64_t)random_state * 0x1p-63;
}

/*
 * How many units in the last place of the right answer `got` is off, beyond what the
 * 106 bits of pi that are used leave open: 3.1e-33 for each half turn, which is
 * seen next to multiples of pi only.
 */
static double ulp_off(double got, long double right, double x)
{
    long double open = 3.1e-33L * (1 + fabsl(x) / PI), off = fabsl((long double)got - right) - open;

    return (double)(off / scalbnl(1, ilogbl(right) - 52));
}

static bool is_built(const char *name)
{
    for (const struct sine_isa *const *isa = sine_isas(); *isa != NULL; isa++)
        if (strcmp((*isa)->name, name) == 0)
            return true;
    return false;
}

/* Random arguments, and those nearest to multiples of pi, where most bits cancel. */
static void fill_arguments(double *x, double range)
{
    for (int i = 0; i < POINTS; i++) {
        double any = random_number() * range;
        x[i] = i % 4 != 0 ? any : (double)(rintl((long double)any / PI) * PI);
        if (fabs(x[i]) > SINE_LIMIT)
            x[i] = any;
    }
}

static void every_sine_is_within_two_ulp(void **state)
{
    static const double ranges[] = {6.283185307179586, 1e3, 1e5, 1e7};
    double *x = calloc(POINTS + SINE_PAD, sizeof *x), *out = calloc(POINTS + SINE_PAD, sizeof *out);
    long double *right = calloc(POINTS, sizeof *right);

    (void)state;
    assert_true(x != NULL && out != NULL && right != NULL);
    for (size_t k = 0; k < sizeof ranges / sizeof *ranges; k++) {
        fill_arguments(x, ranges[k]);
        for (int i = 0; i < POINTS; i++)
            right[i] = sinl(x[i]);
        for (const struct sine_isa *const *isa = sine_isas(); *isa != NULL; isa++) {
            double worst = 0;
            (*isa)->values(x, out, POINTS);
            for (int i = 0; i < POINTS; i++)
                if (right[i] != 0)
                    worst = fmax(worst, ulp_off(out[i], right[i], x[i]));
                else
                    assert_true(out[i] == 0);
            print_message("%s, up to %g: %.2f ulp\n", (*isa)->name, ranges[k], worst);
            assert_true(worst <= 2);
        }
    }
    free(x);
    free(out);
    free(right);
}

/* Ascending, and behind the end what must not count. */
static void fill_row(double *y, size_t count, double step)
{
    for (size_t j = 0; j < count + SINE_PAD; j++)
        y[j] = j < count ? step * ((double)j + 0.5) : (double)NAN;
}

static long double row_reference(double x, double slope, const double *y, size_t count)
{
    long double sum = 0;

    for (size_t j = 0; j < count; j++)
        sum += sinl((long double)x + (long double)slope * y[j]);
    return sum;
}

static void rows_may_end_anywhere(void **state)
{
    double y[330 + SINE_PAD];

    (void)state;
    for (size_t count = 0; count <= 330; count++) {
        fill_row(y, count, 0.01);
        for (const struct sine_isa *const *isa = sine_isas(); *isa != NULL; isa++)
            for (int sloped = 0; sloped < 2; sloped++) {
                double slope = sloped ? 1.3 : 1, sum = sine_row(*isa, 0.7, slope, y, count);
                assert_true(fabsl(sum - row_reference(0.7, slope, y, count)) < 1e-12);
            }
    }
}

static void arguments_too_large_for_vectors_are_still_right(void **state)
{
    double y[100 + SINE_PAD];

    (void)state;
    fill_row(y, 100, 1e6);
    for (const struct sine_isa *const *isa = sine_isas(); *isa != NULL; isa++) {
        double sum = sine_row(*isa, 1, 3, y, 100);
        long double right = 0;
        for (int j = 0; j < 100; j++)
            right += sinl(1 + 3 * y[j]); /* the argument as it is rounded */
        assert_true(fabsl(sum - right) < 1e-12);
    }
}

static void a_slope_that_is_all_but_one_gives_the_bits_of_one(void **state)
{
    double y[1003 + SINE_PAD];

    (void)state;
    fill_row(y, 1003, 0.003);
    for (const struct sine_isa *const *isa = sine_isas(); *isa != NULL; isa++)
        assert_true((*isa)->row(2.5, y, 1003) == (*isa)->sloped_row(2.5, 1, y, 1003));
}

static void four_and_eight_lanes_give_the_same_bits(void **state)
{
#if defined(__x86_64__)
    double y[700 + SINE_PAD];

    (void)state;
    if (!is_built("avx2"))
        skip();
    for (size_t count = 0; count <= 700; count++) {
        double x = 3 * random_number(), slope = 2 * random_number();
        fill_row(y, count, 0.0045);
        assert_true(sine_wide.row(x, y, count) == sine_avx2.row(x, y, count));
        assert_true(sine_wide.sloped_row(x, slope, y, count) ==
                    sine_avx2.sloped_row(x, slope, y, count));
    }
#else
    (void)state;
    skip();
#endif
}

static void pairwise_adds_neighbours_whatever_their_number(void **state)
{
    static const double numbers[] = {1, 0x1p53, -0x1p53, 0x1p-60, 1, 3, 5};
    double *tenths = malloc(1000003 * sizeof *tenths);

    (void)state;
    assert_true(tenths != NULL);
    assert_true(pairwise_sum(numbers, 0) == 0);
    assert_true(pairwise_sum(numbers, 1) == 1);
    assert_true(pairwise_sum(numbers, 5) == ((1 + 0x1p53) + (-0x1p53 + 0x1p-60)) + 1);
    assert_true(pairwise_sum(numbers, 7) == ((1 + 0x1p53) + (-0x1p53 + 0x1p-60)) + ((1.0 + 3) + 5));
    for (int i = 0; i < 1000003; i++)
        tenths[i] = 0.1;
    assert_true(fabs(pairwise_sum(tenths, 1000003) - 100000.3) < 2e-10);
    free(tenths);
}

static void cpu_lists_are_written_as_linux_does(void **state)
{
    static const struct {
        int cpus[8];
        int count;
        const char *text;
    } lists[] = {
        {{0}, 0, ""},
        {{0}, 1, "0"},
        {{2, 3}, 2, "2-3"},
        {{0, 1, 2, 5, 7, 8}, 6, "0-2,5,7-8"},
        {{1, 3, 1023, 1024, 8191}, 5, "1,3,1023-1024,8191"},
    };
    char text[64];

    (void)state;
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        struct cpu_mask mask;
        memset(&mask, 0, sizeof mask);
        for (int i = 0; i < lists[k].count; i++)
            CPU_SET_S((size_t)lists[k].cpus[i], sizeof mask, mask.sets);
        cpu_mask_format(&mask, text, sizeof text);
        assert_string_equal(text, lists[k].text);
    }
}

static void a_cpu_list_without_room_ends_at_a_whole_range(void **state)
{
    struct cpu_mask mask;
    char text[10];

    (void)state;
    memset(&mask, 0, sizeof mask);
    for (size_t cpu = 10; cpu < 100; cpu += 2)
        CPU_SET_S(cpu, sizeof mask, mask.sets);
    cpu_mask_format(&mask, text, sizeof text);
    assert_string_equal(text, "10,12,14");
}

static void every_allowed_cpu_is_ordered_once(void **state)
{
    struct cpu_mask mask;
    struct cpu_order order;

    (void)state;
    cpu_mask_read(&mask);
    assert_int_equal(cpu_order_read(&order, &mask), 0);
    assert_int_equal(order.count, CPU_COUNT_S(sizeof mask, mask.sets));
    assert_in_range(order.cores, 1, order.count);
    for (int i = 0; i < order.count; i++) {
        assert_true(CPU_ISSET_S((size_t)order.cpus[i], sizeof mask, mask.sets));
        CPU_CLR_S((size_t)order.cpus[i], sizeof mask, mask.sets);
    }
    cpu_order_free(&order);
}

static void a_worker_reads_the_cpu_that_it_was_bound_to(void **state)
{
    struct cpu_mask before, after;
    struct cpu_order order;
    char text[64], number[16];

    (void)state;
    cpu_mask_read(&before);
    assert_int_equal(cpu_order_read(&order, &before), 0);
    for (int i = 0; i < order.count + 2; i++) { /* round and round */
        cpu_order_bind(&order, i);
        cpu_mask_read(&after);
        cpu_mask_format(&after, text, sizeof text);
        snprintf(number, sizeof number, "%d", order.cpus[i % order.count]);
        assert_string_equal(text, number);
    }
    cpu_order_free(&order);
    sched_setaffinity(0, sizeof before, before.sets);
}

static int parse(struct options *options, bool hybrid, const char *line)
{
    static char words[200];
    static const struct backend plain = {.name = "test"},
                                threaded = {.name = "test", .takes_threads = true};
    char *argv[20] = {"scalestudy-test"};
    int argc = 1;

    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    return options_parse(options, hybrid ? &threaded : &plain, argc, argv);
}

static void every_mistake_on_the_command_line_is_explained(void **state)
{
    static const struct {
        const char *line, *message;
    } rejected[] = {
        {"", "name a workload first: integration2d, sleep, mean, matmul, gradient, triad, jacobi2d"},
        {"--size 10", "name a workload first: integration2d, sleep, mean, matmul, gradient, triad, jacobi2d"},
        {"integrate", "no workload \"integrate\"; there are integration2d, sleep, mean, matmul, gradient, triad, jacobi2d"},
        {"integration2d --size 0", "--size wants a whole number from 1 to 10000000, not \"0\""},
        {"integration2d --size 1.5", "--size wants a whole number from 1 to 10000000, not \"1.5\""},
        {"integration2d --size 1e4", "--size wants a whole number from 1 to 10000000, not \"1e4\""},
        {"integration2d --size -3", "--size wants a whole number from 1 to 10000000, not \"-3\""},
        {"integration2d --size +3", "--size wants a whole number from 1 to 10000000, not \"+3\""},
        {"integration2d --size 99999999999999999999999999",
         "--size wants a whole number from 1 to 10000000, not \"99999999999999999999999999\""},
        {"integration2d --size 10000001",
         "--size wants a whole number from 1 to 10000000, not \"10000001\""},
        {"integration2d --size", "--size wants a whole number from 1 to 10000000, not \"\""},
        {"integration2d --workers 0", "--workers wants a whole number from 1 to 65536, not \"0\""},
        {"integration2d --workers 4x",
         "--workers wants a whole number from 1 to 65536, not \"4x\""},
        {"integration2d --bind socket", "--bind wants \"cores\" or \"none\", not \"socket\""},
        {"integration2d --threads 2", "unknown option \"--threads\"; --help lists them"},
        {"integration2d --seconds 2", "unknown option \"--seconds\"; --help lists them"},
        {"integration2d --curvature nan",
         "--curvature wants a number from -1e+09 to 1e+09, not \"nan\""},
        {"integration2d --curvature 1e300",
         "--curvature wants a number from -1e+09 to 1e+09, not \"1e300\""},
        {"integration2d sleep", "\"sleep\" is not an option; one workload is run at a time"},
        {"sleep --seconds -1", "--seconds wants a number from 0 to 3600, not \"-1\""},
        {"matmul --bits 33", "--bits wants 32 or 64, not \"33\""},
        {"triad --passes 1.5", "--passes wants a whole number from 1 to 1000000, not \"1.5\""},
        {"sleep --seconds 0x10", "--seconds wants a number from 0 to 3600, not \"0x10\""},
    };
    struct options options;

    (void)state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        assert_int_equal(parse(&options, false, rejected[i].line), -1);
        assert_string_equal(options.error, rejected[i].message);
    }
}

static void a_right_command_line_is_taken_as_it_stands(void **state)
{
    struct options options;

    (void)state;
    assert_int_equal(parse(&options, false, "integration2d"), 0);
    assert_int_equal(options.arguments.size, 10000);
    assert_int_equal(options.request.workers, 0);
    assert_true(options.request.bind && !options.arguments.test_wrong);

    assert_int_equal(
        parse(&options, true, "sleep --size 7 --workers 12 --threads 3 --bind none --seconds 1e-2"),
        0);
    assert_int_equal(options.arguments.size, 7);
    assert_int_equal(options.request.workers, 12);
    assert_int_equal(options.request.threads, 3);
    assert_false(options.request.bind);
    assert_true(options.arguments.options[0] == 0.01);

    assert_int_equal(parse(&options, false, "nonsense --size x --help"), 0);
    assert_int_equal(options.mode, OPTIONS_HELP);
}

static void numbers_are_as_short_as_reading_them_back_allows(void **state)
{
    static const struct {
        double number;
        const char *text;
    } shortest[] = {
        {0.1, "0.1"},    {1e8, "100000000"}, {0.0812, "0.0812"}, {0.1 + 0.2, "0.30000000000000004"},
        {1e22, "1e+22"}, {INFINITY, "null"}, {NAN, "null"},
    };
    char text[32];

    (void)state;
    for (size_t i = 0; i < sizeof shortest / sizeof *shortest; i++) {
        record_double(shortest[i].number, text);
        assert_string_equal(text, shortest[i].text);
    }
    for (int i = 0; i < 10000; i++) {
        double number = random_number() * exp(200 * random_number());
        record_double(number, text);
        assert_true(strtod(text, NULL) == number);
    }
}

static void print(const struct record *record, char *text, size_t size)
{
    FILE *file = fmemopen(text, size, "w");

    assert_non_null(file);
    record_print(record, file);
    assert_int_equal(fclose(file), 0);
}

static void a_record_is_a_line_for_the_runner_after_those_for_people(void **state)
{
    struct kernel_result result = {.value = 2, .error = 0};
    const struct record_worker about[] = {{"0", "a\"b"}, {"2-3", "c"}};
    struct record record = {
        .kernel = kernel_find("sleep"),
        .result = &result,
        .seconds = 0.25,
        .size = 2,
        .workers = 2,
        .ranks = 2,
        .nodes = 2,
        .about = about,
    };
    char text[1000];

    (void)state;
    print(&record, text, sizeof text);
    assert_string_equal(
        text, "Waits made: 2, missing: 0\nTime spent: 0.250 sec\n"
              "scalestudy: {\"seconds\": 0.25, \"value\": 2, \"error\": 0, \"workers\": 2, "
              "\"work\": 2, \"unit\": \"wait\", \"size\": 2, \"ranks\": 2, \"threads\": 1, "
              "\"nodes\": 2, \"hosts\": [\"a\\\"b\", \"c\"], \"host_of\": [0,1], \"binding\": [\"0\",\"2-3\"]}\n");
}

static void a_wrong_answer_is_given_no_time(void **state)
{
    struct kernel_result result = {
        .value = 1, .error = 1, .wrong = "1 of 2 waits were made in full"};
    const struct record_worker about[] = {{"0", "a"}};
    struct record record = {
        .kernel = kernel_find("sleep"),
        .result = &result,
        .seconds = 0.25,
        .size = 2,
        .workers = 1,
        .ranks = 1,
        .nodes = 1,
        .about = about,
    };
    char text[1000];

    (void)state;
    print(&record, text, sizeof text);
    assert_null(strstr(text, "Time spent"));
    assert_non_null(strstr(text, "The answer is wrong: 1 of 2 waits were made in full.\n"));
    assert_non_null(strstr(text, "\"wrong\": \"1 of 2 waits were made in full\""));
    assert_non_null(strstr(text, "\"value\": 1, \"error\": 1,"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sine_is_within_two_ulp),
        cmocka_unit_test(rows_may_end_anywhere),
        cmocka_unit_test(arguments_too_large_for_vectors_are_still_right),
        cmocka_unit_test(a_slope_that_is_all_but_one_gives_the_bits_of_one),
        cmocka_unit_test(four_and_eight_lanes_give_the_same_bits),
        cmocka_unit_test(pairwise_adds_neighbours_whatever_their_number),
        cmocka_unit_test(cpu_lists_are_written_as_linux_does),
        cmocka_unit_test(a_cpu_list_without_room_ends_at_a_whole_range),
        cmocka_unit_test(every_allowed_cpu_is_ordered_once),
        cmocka_unit_test(a_worker_reads_the_cpu_that_it_was_bound_to),
        cmocka_unit_test(every_mistake_on_the_command_line_is_explained),
        cmocka_unit_test(a_right_command_line_is_taken_as_it_stands),
        cmocka_unit_test(numbers_are_as_short_as_reading_them_back_allows),
        cmocka_unit_test(a_record_is_a_line_for_the_runner_after_those_for_people),
        cmocka_unit_test(a_wrong_answer_is_given_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

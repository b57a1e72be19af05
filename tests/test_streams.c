/*
 * The loops that memory limits, of every instruction set that this CPU has, at
 * every length around a vector's, and how much memory there is.
 */
#include "memory.h"
#include "streams.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MOST 300

static double *doubles(size_t count, double (*of)(size_t))
{
    double *array = memory_take(count * sizeof *array);

    assert_non_null(array);
    for (size_t i = 0; i < count; i++)
        array[i] = of(i);
    return array;
}

static double small(size_t i)
{
    return (double)(i % 37);
}

static double other(size_t i)
{
    return (double)(i * 7 % 41) - 20;
}

static double third(size_t i)
{
    return 1.0 / (double)(i + 3);
}

static void triads_end_where_they_should(void **state)
{
    double *b = doubles(MOST, small), *c = doubles(MOST, other), *a = doubles(MOST + 1, small);

    (void)state;
    for (const struct streams_isa *const *isa = streams_isas(); *isa != NULL; isa++)
        for (size_t count = 0; count <= MOST; count++)
            for (int past = 0; past < 2; past++) {
                for (size_t i = 0; i <= MOST; i++)
                    a[i] = -1;
                (past ? (*isa)->triad_past : (*isa)->triad)(a, b, c, 5, count);
                for (size_t i = 0; i < count; i++)
                    assert_true(a[i] == b[i] + 5 * c[i]);
                assert_true(a[count] == -1);
            }
    memory_give(a, (MOST + 1) * sizeof *a);
    memory_give(b, MOST * sizeof *b);
    memory_give(c, MOST * sizeof *c);
}

static void sums_of_integers_are_exact_wherever_they_begin(void **state)
{
    int64_t numbers[MOST + 1];

    (void)state;
    for (int64_t i = 0; i <= MOST; i++)
        numbers[i] = ((int64_t)1 << 53) + i;
    for (const struct streams_isa *const *isa = streams_isas(); *isa != NULL; isa++)
        for (size_t from = 0; from < 2; from++)
            for (size_t count = 0; count + from <= MOST; count++) {
                int64_t right = 0;
                for (size_t i = from; i < from + count; i++)
                    right += numbers[i];
                assert_true((*isa)->sum(numbers + from, count) == right);
            }
}

static void stencils_give_the_same_bits_on_all(void **state)
{
    double *rows = doubles(3 * (MOST + 2), third), out[MOST + 1];
    const double *up = rows + 1, *row = up + MOST + 2, *down = row + MOST + 2;

    (void)state;
    for (const struct streams_isa *const *isa = streams_isas(); *isa != NULL; isa++)
        for (size_t count = 0; count <= MOST; count++) {
            out[count] = -1;
            (*isa)->stencil(out, up, row, down, count);
            for (size_t i = 0; i < count; i++)
                assert_true(out[i] == ((up[i] + down[i]) + (row[i - 1] + row[i + 1])) / 4);
            assert_true(out[count] == -1);
        }
    memory_give(rows, 3 * (MOST + 2) * sizeof *rows);
}

/* Rows of one column each more than a vector, against double. */
static void a_descent_is_that_of_its_rows(void **state)
{
    enum { WIDTH = 3 * STREAMS_FLOATS };
    static float x[STREAMS_ROWS * WIDTH], w[WIDTH], base[STREAMS_ROWS], off[STREAMS_ROWS],
        gradient[WIDTH];

    (void)state;
    for (size_t i = 0; i < STREAMS_ROWS * WIDTH; i++)
        x[i] = (float)(small(i) / 37 - 0.5);
    for (size_t j = 0; j < WIDTH; j++)
        w[j] = (float)(other(j) / 40);
    for (const struct streams_isa *const *isa = streams_isas(); *isa != NULL; isa++)
        for (size_t rows = 1, ahead = 0; rows <= STREAMS_ROWS;
             rows += ahead ? STREAMS_ROWS - 1 : 0, ahead = !ahead) {
            double right[STREAMS_ROWS];
            for (size_t j = 0; j < WIDTH; j++)
                gradient[j] = 2;
            for (size_t r = 0; r < rows; r++) {
                right[r] = base[r] = (float)r - 3;
                for (size_t j = 0; j < WIDTH; j++)
                    right[r] += (double)x[r * WIDTH + j] * (double)w[j];
            }
            (ahead ? (*isa)->descend_ahead : (*isa)->descend)(x, WIDTH, rows, w, base, off,
                                                              gradient);
            for (size_t r = 0; r < rows; r++)
                assert_true(fabs((double)off[r] - right[r]) < 1e-5);
            for (size_t j = 0; j < WIDTH; j++) {
                double sum = 2;
                for (size_t r = 0; r < rows; r++)
                    sum += (double)x[r * WIDTH + j] * right[r];
                assert_true(fabs((double)gradient[j] - sum) < 1e-4);
            }
        }
}

static void large_blocks_begin_at_a_large_page_and_are_zero(void **state)
{
    static const size_t sizes[] = {0, 1, 4096, 3 << 20, 5 << 20};

    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        unsigned char *block = memory_take(sizes[k]);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % STREAMS_ALIGN, 0);
        for (size_t i = 0; i < sizes[k]; i += 1000)
            assert_int_equal(block[i]++, 0);
        memory_give(block, sizes[k]);
    }
}

/* ---- a machine of files ---- */

static void write_file(const char *root, const char *name, const char *text)
{
    char path[500];

    snprintf(path, sizeof path, "%s/%s", root, name);
    for (char *slash = path + strlen(root); (slash = strchr(slash + 1, '/')) != NULL;) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int new_root(void **state)
{
    char root[] = "/tmp/test_streams.XXXXXX";

    *state = mkdtemp(root) != NULL ? strdup(root) : NULL;
    if (*state == NULL)
        return -1;
    write_file(*state, "proc/meminfo", "MemTotal: 9000 kB\nMemFree: 1 kB\nMemAvailable: 8000 kB\n");
    return 0;
}

static int remove_root(void **state)
{
    char command[100];

    snprintf(command, sizeof command, "rm -rf '%s'", (char *)*state);
    free(*state);
    return system(command);
}

static void without_groups_what_is_available_is_the_room(void **state)
{
    struct memory_room room = memory_room(*state);

    assert_true(room.bytes == 8000 * 1024.0);
    assert_string_equal(room.limit, "of memory are free");
}

static void the_tightest_group_above_is_the_room(void **state)
{
    write_file(*state, "proc/self/cgroup", "0::/job/step\n");
    write_file(*state, "sys/fs/cgroup/job/step/memory.max", "max\n");
    write_file(*state, "sys/fs/cgroup/job/step/memory.current", "100\n");
    write_file(*state, "sys/fs/cgroup/job/memory.max", "5000000\n");
    write_file(*state, "sys/fs/cgroup/job/memory.current", "3000000\n");
    write_file(*state, "sys/fs/cgroup/job/memory.stat", "anon 1\ninactive_file 1000000\n");
    struct memory_room room = memory_room(*state);

    assert_true(room.bytes == 3000000);
    assert_string_equal(room.limit, "of memory are left of the control group's limit");
}

static void groups_of_the_first_version_count_too(void **state)
{
    write_file(*state, "proc/self/cgroup", "5:cpuset:/a\n4:memory:/job\n0::/\n");
    write_file(*state, "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "9223372036854771712\n");
    write_file(*state, "sys/fs/cgroup/memory/job/memory.usage_in_bytes", "500\n");
    assert_true(memory_room(*state).bytes == 8000 * 1024.0);
    write_file(*state, "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "700\n");
    assert_true(memory_room(*state).bytes == 200);
    write_file(*state, "sys/fs/cgroup/memory/job/memory.usage_in_bytes", "900\n");
    assert_true(memory_room(*state).bytes == 0);
}

static void a_worker_counts_on_one_cache_or_its_share(void **state)
{
    assert_true(memory_cache(*state, 1) == 0);
    write_file(*state, "sys/devices/system/cpu/online", "0-15\n");
    write_file(*state, "sys/devices/system/cpu/cpu0/cache/index2/size", "1024K\n");
    write_file(*state, "sys/devices/system/cpu/cpu0/cache/index2/shared_cpu_list", "0\n");
    assert_true(memory_cache(*state, 16) == 1 << 20);
    write_file(*state, "sys/devices/system/cpu/cpu0/cache/index3/size", "32768K\n");
    write_file(*state, "sys/devices/system/cpu/cpu0/cache/index3/shared_cpu_list", "0-3,8,10-12\n");
    assert_true(memory_cache(*state, 1) == 32 << 20);
    assert_true(memory_cache(*state, 2) == 32 << 20);
    assert_true(memory_cache(*state, 16) == 4 << 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(triads_end_where_they_should),
        cmocka_unit_test(sums_of_integers_are_exact_wherever_they_begin),
        cmocka_unit_test(stencils_give_the_same_bits_on_all),
        cmocka_unit_test(a_descent_is_that_of_its_rows),
        cmocka_unit_test(large_blocks_begin_at_a_large_page_and_are_zero),
        cmocka_unit_test_setup_teardown(without_groups_what_is_available_is_the_room, new_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(the_tightest_group_above_is_the_room, new_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(a_worker_counts_on_one_cache_or_its_share, new_root,
                                        remove_root),
        cmocka_unit_test_setup_teardown(groups_of_the_first_version_count_too, new_root,
                                        remove_root),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "cores.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "strbuf.h"

/* `count` is behind a pointer: the call that sets it may stand beside it. */
static char *in_words(int64_t *counts, const size_t *count)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < *count; i++)
        strbuf_addf(&text, i == 0 ? "%lld" : " %lld", (long long)counts[i]);
    free(counts);
    return strbuf_take(&text);
}

static const struct {
    int64_t cores, packages;
    const char *counts;
} grids[] = {
    {1, 1, "1"},
    {2, 1, "1 2"},
    {3, 1, "1 2 3"},
    {4, 1, "1 2 3 4"},
    {6, 1, "1 2 3 4 5 6"},
    {8, 1, "1 2 3 4 5 6 7 8"},
    {12, 1, "1 2 3 4 6 8 10 12"},
    {16, 1, "1 2 4 6 8 10 12 14 16"},
    {16, 2, "1 2 4 6 8 9 10 12 14 16"},
    {24, 2, "1 2 4 8 12 13 16 20 24"},
    {28, 2, "1 2 4 8 12 14 15 16 20 24 28"},
    {32, 2, "1 2 4 8 12 16 17 20 24 28 32"},
    {48, 1, "1 2 4 8 12 16 24 32 36 42 48"},
    {48, 2, "1 2 4 8 12 16 24 25 32 36 42 48"},
    {64, 1, "1 2 4 8 16 24 32 40 48 56 64"},
    {64, 2, "1 2 4 8 16 24 32 33 40 48 56 64"},
    {64, 64, "1 2 4 8 16 24 32 40 48 56 64"}, /* a virtual machine */
    {72, 4, "1 2 4 8 16 18 19 24 32 36 48 54 64 72"},
    {96, 2, "1 2 4 8 16 24 32 48 49 64 72 84 96"},
    {128, 2, "1 2 4 8 16 32 48 64 65 80 96 112 128"},
    {192, 2, "1 2 4 8 16 32 48 64 96 97 128 144 168 192"},
    {256, 2, "1 2 4 8 16 32 64 96 128 129 160 192 224 256"},
    {1024, 8, "1 4 16 64 128 129 256 384 512 640 768 896 1024"},
    {65536, 2, "1 4 16 64 256 1024 4096 16384 32768 32769 40960 49152 57344 65536"},
    {0, 0, "1"},
};

static void a_node_gets_these_counts(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++) {
        size_t count = 0;
        char *counts = in_words(cores_grid(grids[i].cores, grids[i].packages, &count), &count);
        assert_string_equal(counts, grids[i].counts);
        free(counts);
    }
}

static bool contains(const int64_t *counts, size_t count, int64_t cores)
{
    for (size_t i = 0; i < count; i++)
        if (counts[i] == cores)
            return true;
    return false;
}

static void every_node_gets_eight_to_fourteen_counts_up_to_itself(void **state)
{
    (void)state;
    for (int64_t cores = 1; cores <= 4096; cores++)
        for (int64_t packages = 1; packages <= 16; packages *= 2) {
            size_t count = 0, upper = 0;
            int64_t *counts = cores_grid(cores, packages, &count);
            assert_true(count <= 14);
            assert_true(count >= 8 || count == (size_t)cores);
            assert_int_equal(counts[0], 1);
            assert_int_equal(counts[count - 1], cores);
            for (size_t i = 1; i < count; i++)
                assert_true(counts[i] > counts[i - 1]);
            for (size_t i = 0; i < count; i++)
                upper += 2 * counts[i] >= cores ? 1 : 0;
            assert_true(cores < 8 || upper >= 3);
            if (packages > 1 && cores % packages == 0 && cores / packages > 1) {
                assert_true(contains(counts, count, cores / packages));
                assert_true(contains(counts, count, cores / packages + 1));
            }
            free(counts);
        }
}

static struct study_cores_list list_of(struct study_cores *entries, size_t count)
{
    for (size_t i = 0; i < count; i++)
        snprintf(entries[i].place.text, sizeof entries[i].place.text, "s.json:3:%zu", i + 1);
    return (struct study_cores_list){.list = entries, .count = count, .given = true};
}

static void numbers_and_parts_of_a_node_become_counts(void **state)
{
    struct study_cores entries[] = {
        {.node_count = 2, .node_parts = 1}, {.count = 14},    {.node_count = 1, .node_parts = 4},
        {.node_count = 1, .node_parts = 2}, {.count = 1},     {.node_count = 1, .node_parts = 1},
        {.node_count = 1, .node_parts = 64}, {.count = 1000},
    };
    struct study_cores_list list = list_of(entries, sizeof entries / sizeof *entries);
    struct error err = ERROR_INIT;
    size_t count = 0;

    (void)state;
    char *counts = in_words(cores_resolve(&list, 28, 2, &count, &err), &count);
    assert_string_equal(counts, "1 7 14 28 56 1000"); /* the halves are 14 again, the 64th is 1 */
    free(counts);
    counts = in_words(cores_resolve(&list, 1, 1, &count, &err), &count);
    assert_string_equal(counts, "1 2 14 1000");
    free(counts);
}

static void auto_is_the_grid_of_the_node(void **state)
{
    struct study_cores_list list = {.automatic = true};
    struct error err = ERROR_INIT;
    size_t count = 0;

    (void)state;
    char *counts = in_words(cores_resolve(&list, 12, 2, &count, &err), &count);
    assert_string_equal(counts, "1 2 4 6 7 8 10 12");
    free(counts);
}

static const struct {
    struct study_cores entry;
    int64_t cores_per_node;
    const char *message;
} rejected[] = {
    {{.count = 65537}, 28, "s.json:3:1: more than 65536 cores are asked for, and that is the most"},
    {{.node_count = 3000, .node_parts = 1}, 28,
     "s.json:3:1: more than 65536 cores are asked for, and that is the most"},
    {{.node_count = INT64_MAX, .node_parts = 1}, 2,
     "s.json:3:1: more than 65536 cores are asked for, and that is the most"},
    {{.count = 0}, 28, "s.json:3:1: a core count must be 1 or more"},
    {{.count = -4}, 28, "s.json:3:1: a core count must be 1 or more"},
    {{.node_count = 1, .node_parts = 2}, 0,
     "s.json:3:1: a part of a node is asked for, and the cores of a node are not known"},
};

static void counts_that_cannot_be_are_named_by_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rejected / sizeof *rejected; i++) {
        struct study_cores entry = rejected[i].entry;
        struct study_cores_list list = list_of(&entry, 1);
        struct error err = ERROR_INIT;
        size_t count = 77;
        assert_null(cores_resolve(&list, rejected[i].cores_per_node, 1, &count, &err));
        assert_string_equal(err.text, rejected[i].message);
        assert_int_equal(err.status, STATUS_INPUT);
        assert_int_equal(count, 77);
    }
}

static void auto_needs_a_node(void **state)
{
    struct study_cores_list list = {.automatic = true};
    struct error err = ERROR_INIT;
    size_t count = 0;

    (void)state;
    assert_null(cores_resolve(&list, 0, 0, &count, &err));
    assert_string_equal(err.text,
                        "\"cores\": \"auto\" needs the cores of a node, which are not known");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_node_gets_these_counts),
        cmocka_unit_test(every_node_gets_eight_to_fourteen_counts_up_to_itself),
        cmocka_unit_test(numbers_and_parts_of_a_node_become_counts),
        cmocka_unit_test(auto_is_the_grid_of_the_node),
        cmocka_unit_test(counts_that_cannot_be_are_named_by_their_place),
        cmocka_unit_test(auto_needs_a_node),
    };

    return cmocka_run_group_tests_name("cores", tests, NULL, NULL);
}

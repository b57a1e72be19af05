#include "page_report.h"
#include "rows_fixture.h"

/* Time grows as the square of the size on one core, more slowly on four. */
static void add_sizes(struct rows *rows)
{
    static const double sizes[] = {1000, 2000, 4000};
    for (size_t i = 0; i < 3; i++)
        for (int64_t cores = 1; cores <= 4; cores *= 2)
            for (int block = 0; block < 9; block++) {
                double noise = 1 + 0.001 * (block - 4);
                double seconds = sizes[i] * sizes[i] / 1e6 / (double)cores + (cores > 1 ? 1 : 0);
                struct run run = rows_run("openmp", cores, block, seconds * noise);
                run.size = sizes[i];
                rows_add(rows, &run);
            }
}

static void the_power_of_the_size_is_told_on_the_least_and_most_cores(void **state)
{
    struct rows *rows = *state;
    add_sizes(rows);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->sweep_count, 2);
    assert_int_equal(a->sweeps[0].cores, 1);
    assert_int_equal(a->sweeps[1].cores, 4);
    assert_int_equal(a->sweeps[0].step_count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_close(a->sweeps[0].steps[i].exponent, 2, 1e-12);
        assert_true(a->sweeps[0].steps[i].exponent_ci.low < 2 &&
                    a->sweeps[0].steps[i].exponent_ci.low > 1.98);
    }
    assert_close(a->sweeps[0].whole.growth, 16, 1e-12);
    assert_close(a->sweeps[1].whole.growth, 5 / 1.25, 1e-12);
    assert_close(a->sweeps[1].whole.exponent, 1, 1e-12);
    assert_close(a->sweeps[1].steps[0].exponent, log(2 / 1.25) / log(2), 1e-12);
}

static void counts_that_not_all_sizes_have_are_left_out(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 1, 1, 9);
    rows_add_calm(rows, "mpi", 8, 1, 9);
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("mpi", 1, block, 8);
        run.size = 2000;
        rows_add(rows, &run);
        run = rows_run("openmp", 1, block, 8); /* one size only */
        rows_add(rows, &run);
    }
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->sweep_count, 1);
    assert_int_equal(a->sweeps[0].cores, 1);
    assert_close(a->sweeps[0].whole.exponent, 3, 1e-12);
    assert_string_equal(a->series[a->sweeps[0].whole.from_series].backend, "mpi");
}

static void one_size_has_no_sweep(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "mpi", 1, 1, 9);
    rows_add_calm(rows, "mpi", 2, 1, 9);
    assert_int_equal(rows_analyse(rows, NULL)->sweep_count, 0);
}

static void the_page_has_a_table_by_size(void **state)
{
    struct rows *rows = *state;
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    add_sizes(rows);
    const struct analysis *a = rows_analyse(rows, NULL);
    const struct report_content content = {
        .analysis = a, .machines = &rows->machines, .groups = groups_of(&pool, a)};
    page_report(&page, &content);
    size_t at = 0;
    while (at < page.count && (page.blocks[at].kind != PAGE_HEADING ||
                               strcmp(page.blocks[at].id, "sizes") != 0))
        at++;
    assert_true(at + 3 < page.count);
    char *text = page_paragraph_text(&page.blocks[at + 1].paragraph);
    assert_string_equal(text, "openmp on 1 core: from size 1000 to 4000 the time grows 16.0×, as "
                              "the size to the power of 2.00 [2.00, 2.00].");
    free(text);
    const struct page_table *table = &page.blocks[at + 3].table;
    assert_int_equal(table->row_count, 3);
    assert_int_equal(table->column_count, 6);
    assert_string_equal(table->rows[0].cells[2], "");
    assert_string_equal(table->rows[2].cells[0], "4000");
    assert_string_equal(table->rows[2].cells[1], "16.0 s");
    assert_string_equal(table->rows[2].cells[3], "5.00 s");
    page_free(&page);
    pool_free(&pool);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_power_of_the_size_is_told_on_the_least_and_most_cores),
        TEST(counts_that_not_all_sizes_have_are_left_out),
        TEST(one_size_has_no_sweep),
        TEST(the_page_has_a_table_by_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

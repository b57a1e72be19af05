#include "ranking.h"

#include <stdio.h>

#include "figures.h"
#include "page_report.h"
#include "page_text.h"
#include "rows_fixture.h"

/* Serial, four that halve their time on two cores, and one that is slow. */
static void add_backends(struct rows *rows, double unit)
{
    static const char *const names[] = {"mpi", "openmp", "pthreads", "processes"};
    rows_add_calm(rows, "serial", 1, 10 * unit, 9);
    for (size_t i = 0; i < 4; i++) {
        rows_add_calm(rows, names[i], 1, (10 + (double)i) * unit, 9);
        rows_add_calm(rows, names[i], 2, (5.2 + (double)i / 2) * unit, 9);
    }
    rows_add_calm(rows, "python", 1, 400 * unit, 9);
}

struct ranked_rows {
    struct pool pool;
    struct groups groups;
    struct ranking ranking;
};

static struct ranked_rows rank_rows(struct rows *rows)
{
    struct ranked_rows r = {.pool = POOL_INIT};
    rows_analyse(rows, NULL);
    r.groups = groups_of(&r.pool, rows->analysis);
    r.ranking = ranking_of(&r.pool, &r.groups.list[0]);
    return r;
}

static void the_fastest_comes_first_and_the_ratio_is_the_inverse_of_speedup(void **state)
{
    struct rows *rows = *state;
    add_backends(rows, 1);
    struct ranked_rows r = rank_rows(rows);
    const struct ranked *first = &r.ranking.rows[0], *last = &r.ranking.rows[5];
    assert_int_equal(r.ranking.count, 6);
    assert_true(ranking_needed(&r.ranking));
    for (size_t i = 1; i < r.ranking.count; i++)
        assert_true(r.ranking.rows[i - 1].best->median <= r.ranking.rows[i].best->median);
    assert_string_equal(first->series->backend, "mpi");
    assert_int_equal(first->best->cores, 2);
    assert_int_equal(first->first->cores, 1);
    assert_string_equal(last->series->backend, "python");
    assert_ptr_equal(last->best, last->first);
    assert_close(last->ratio, 40, 1e-9);
    assert_close(last->ratio_ci.low * last->first->speedup_ci.high, 1, 1e-12);
    assert_close(last->ratio_ci.high * last->first->speedup_ci.low, 1, 1e-12);
    assert_true(last->ratio_ci.low < last->ratio && last->ratio < last->ratio_ci.high);
    pool_free(&r.pool);
}

static void without_a_common_base_there_is_no_ratio(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "a", 1, 10, 9);
    rows_add_calm(rows, "b", 1, 12, 9);
    struct ranked_rows r = rank_rows(rows);
    assert_int_equal(r.ranking.count, 2);
    assert_false(ranking_needed(&r.ranking));
    assert_null(r.ranking.base);
    assert_true(isnan(r.ranking.rows[1].ratio));
    pool_free(&r.pool);
}

static void work_that_grows_with_the_cores_is_not_ranked_by_time(void **state)
{
    struct rows *rows = *state;
    for (int64_t block = 0; block < 9; block++) {
        struct run run = rows_run("openmp", 2, block, 1);
        run.scaling = "weak";
        rows_add(rows, &run);
    }
    struct ranked_rows r = rank_rows(rows);
    assert_int_equal(r.ranking.count, 0);
    pool_free(&r.pool);
}

static void only_series_of_several_counts_are_curves(void **state)
{
    struct rows *rows = *state;
    add_backends(rows, 1);
    struct ranked_rows r = rank_rows(rows);
    struct group curves = ranking_curves(&r.pool, &r.groups.list[0]);
    assert_int_equal(curves.count, 4);
    for (size_t i = 0; i < curves.count; i++)
        assert_int_equal(curves.series[i]->point_count, 2);
    pool_free(&r.pool);
}

static const struct page_block *heading(const struct page *page, const char *text)
{
    for (size_t i = 0; i + 2 < page->count; i++)
        if (page->blocks[i].kind == PAGE_HEADING && strcmp(page->blocks[i].text, text) == 0)
            return &page->blocks[i];
    return NULL;
}

static struct page page_of(const struct rows *rows, struct ranked_rows *r)
{
    struct page page = PAGE_INIT;
    const struct report_content content = {
        .analysis = rows->analysis, .machines = &rows->machines, .groups = r->groups};
    page_report(&page, &content);
    return page;
}

static const struct page_table *table_below(const struct page_block *block)
{
    while (block->kind != PAGE_TABLE)
        block++;
    return &block->table;
}

static size_t column(const struct page_table *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i].name, name) == 0)
            return i;
    fail_msg("no column %s", name);
    return 0;
}

static void the_page_has_all_of_many_backends_and_the_claims_against_the_recommended(void **state)
{
    struct rows *rows = *state;
    add_backends(rows, 1);
    struct ranked_rows r = rank_rows(rows);
    struct page page = page_of(rows, &r);
    assert_null(heading(&page, "Other backends on 2 cores"));
    const struct page_block *block = heading(&page, "Backends, the fastest first");
    assert_non_null(block);
    const struct page_table *table = table_below(block);
    assert_int_equal(table->row_count, 6);
    size_t claim = column(table, "against mpi on 2 cores"), ratio = column(table, "× serial");
    assert_string_equal(table->rows[0].cells[0], "mpi");
    assert_true(table->rows[0].emphasised);
    assert_string_equal(table->rows[5].cells[ratio], "40.00");
    assert_string_equal(table->rows[5].cells[claim], ""); /* it did not run there */
    assert_non_null(strstr(table->rows[1].cells[claim], "1.10×"));
    page_free(&page);
    pool_free(&r.pool);
}

static void the_page_ranks_also_where_no_count_can_be_recommended(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "serial", 1, 0.002, 9);
    rows_add_calm(rows, "openmp", 1, 0.003, 9);
    rows_add_calm(rows, "openmp", 2, 0.001, 9);
    struct ranked_rows r = rank_rows(rows);
    assert_null(group_answer_point(rows->analysis, &r.groups.list[0]));
    struct page page = page_of(rows, &r);
    const struct page_block *block = heading(&page, "Backends, the fastest first");
    assert_non_null(block);
    const struct page_table *table = table_below(block);
    assert_int_equal(table->row_count, 2);
    assert_string_equal(table->rows[0].cells[column(table, "× serial")], "1.50");
    page_free(&page);
    pool_free(&r.pool);
}

static void backends_of_few_counts_share_a_table_with_a_row_for_each_point(void **state)
{
    struct rows *rows = *state;
    add_backends(rows, 1);
    struct ranked_rows r = rank_rows(rows);
    struct page page = page_of(rows, &r);
    const struct page_block *block = heading(&page, "Figures of all backends");
    assert_non_null(block);
    const struct page_table *table = table_below(block);
    size_t emphasised = 0;
    assert_int_equal(table->row_count, 10);
    assert_string_equal(table->columns[0].name, "backend");
    for (size_t i = 0; i < table->row_count; i++)
        emphasised += table->rows[i].emphasised;
    assert_int_equal(emphasised, 1);
    assert_null(heading(&page, "serial"));
    char *text = page_text_of(&page);
    assert_non_null(strstr(text, "Shown to be faster than serial on 2 cores: mpi, openmp, pthreads "
                                 "and processes."));
    assert_non_null(strstr(text, "On no count: python."));
    free(text);
    pool_free(&r.pool);
}

static void a_model_that_is_refused_to_all_is_refused_once(void **state)
{
    struct rows *rows = *state;
    add_backends(rows, 1);
    struct ranked_rows r = rank_rows(rows);
    struct page page = page_of(rows, &r);
    char *text = page_text_of(&page);
    const char *refused = strstr(text, "no model is fitted to 2");
    assert_non_null(strstr(text, "mpi, openmp, pthreads and processes: no model is fitted"));
    assert_null(strstr(refused + 1, "no model is fitted to 2"));
    free(text);
    pool_free(&r.pool);
}

static size_t marks_of(const struct figure *f, enum figure_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < f->mark_count; i++)
        count += f->marks[i].role == role;
    return count;
}

static void many_backends_have_a_plot_of_their_own_and_bars_for_bands(void **state)
{
    struct rows *rows = *state;
    struct figure figures[FIGURES_PER_GROUP];
    rows_add_calm(rows, "hybrid", 1, 9, 9);
    rows_add_calm(rows, "hybrid", 2, 5, 9);
    add_backends(rows, 1);
    struct ranked_rows r = rank_rows(rows);
    size_t count = figures_make(figures, rows->analysis, &r.groups.list[0], 0, 0.7, LAYOUT_WIDE);
    assert_int_equal(count, 5);
    assert_string_equal(figures[0].name, "backends");
    assert_true(figures[0].whole);
    assert_int_equal(marks_of(&figures[0], ROLE_POINTS), 7); /* where each is fastest */
    assert_int_equal(marks_of(&figures[0], ROLE_OPEN), 5); /* on one core, where that is another */
    for (size_t i = 1; i <= 3; i++) {
        assert_int_equal(marks_of(&figures[i], ROLE_LINE), 5); /* serial and python are no curves */
        assert_int_equal(marks_of(&figures[i], ROLE_BAND), 0);
        assert_true(marks_of(&figures[i], ROLE_WHISKER) > 5);
        assert_non_null(strstr(figures[i].subtitle, "bars: 95 %"));
    }
    for (size_t i = 0; i < count; i++)
        figure_free(&figures[i]);
    pool_free(&r.pool);
}

static void few_backends_keep_bands_and_all_their_points(void **state)
{
    struct rows *rows = *state;
    struct figure figures[FIGURES_PER_GROUP];
    rows_add_calm(rows, "serial", 1, 10, 9);
    rows_add_calm(rows, "openmp", 1, 11, 9);
    rows_add_calm(rows, "openmp", 2, 6, 9);
    struct ranked_rows r = rank_rows(rows);
    size_t count = figures_make(figures, rows->analysis, &r.groups.list[0], 0, 0.7, LAYOUT_WIDE);
    assert_int_equal(count, 4);
    assert_string_equal(figures[0].name, "speedup");
    assert_int_equal(marks_of(&figures[0], ROLE_POINTS), 2);
    assert_int_equal(marks_of(&figures[0], ROLE_BAND), 1);
    for (size_t i = 0; i < count; i++)
        figure_free(&figures[i]);
    pool_free(&r.pool);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(the_fastest_comes_first_and_the_ratio_is_the_inverse_of_speedup),
        TEST(without_a_common_base_there_is_no_ratio),
        TEST(work_that_grows_with_the_cores_is_not_ranked_by_time),
        TEST(only_series_of_several_counts_are_curves),
        TEST(the_page_has_all_of_many_backends_and_the_claims_against_the_recommended),
        TEST(the_page_ranks_also_where_no_count_can_be_recommended),
        TEST(backends_of_few_counts_share_a_table_with_a_row_for_each_point),
        TEST(a_model_that_is_refused_to_all_is_refused_once),
        TEST(many_backends_have_a_plot_of_their_own_and_bars_for_bands),
        TEST(few_backends_keep_bands_and_all_their_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

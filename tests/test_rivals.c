#include "claim.h"
#include "page_report.h"
#include "rows_fixture.h"

static void add_backends(struct rows *rows)
{
    static const struct {
        const char *name;
        double factor;
    } backends[] = {{"openmp", 1}, {"pthreads", 1.002}, {"mpi", 1.5}, {"julia", 2}};
    for (size_t i = 0; i < 4; i++)
        for (int64_t cores = 1; cores <= 8; cores *= 2)
            rows_add_calm(rows, backends[i].name, cores,
                          10 * backends[i].factor / (double)cores, 9);
}

static void all_backends_are_compared_on_the_recommended_count(void **state)
{
    struct rows *rows = *state;
    add_backends(rows);
    const struct analysis *a = rows_analyse(rows, NULL);
    assert_int_equal(a->rival_count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(a->rivals[i].answer, 0);
        assert_int_equal(a->series[a->rivals[i].series].points[a->rivals[i].point].cores, 8);
        assert_close(a->rivals[i].claim.level, 1 - 0.05 / 3, 1e-15);
    }
    assert_string_equal(a->series[a->answers[0].series].backend, "openmp");
    assert_int_equal(a->rivals[0].claim.kind, CLAIM_EQUAL);
    assert_int_equal(a->rivals[1].claim.kind, CLAIM_DIFFERENT);
    assert_close(a->rivals[1].claim.ratio, 1.5, 1e-12);
}

static void nothing_is_compared_with_nothing(void **state)
{
    struct rows *rows = *state;
    assert_int_equal(rows_analyse(rows, NULL)->rival_count, 0);
    rows_add_calm(rows, "openmp", 4, 5, 9);
    rows_add_calm(rows, "mpi", 2, 50, 9); /* another count */
    assert_int_equal(rows_analyse(rows, NULL)->rival_count, 0);
}

static void the_page_has_them_in_words_and_says_at_which_level(void **state)
{
    struct rows *rows = *state;
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    add_backends(rows);
    const struct analysis *a = rows_analyse(rows, NULL);
    const struct report_content content = {
        .analysis = a, .machines = &rows->machines, .groups = groups_of(&pool, a)};
    page_report(&page, &content);
    size_t at = 0;
    while (at < page.count && (page.blocks[at].kind != PAGE_HEADING ||
                               strcmp(page.blocks[at].text, "Other backends on 8 cores") != 0))
        at++;
    assert_true(at + 2 < page.count);
    const struct page_table *table = &page.blocks[at + 1].table;
    assert_string_equal(table->columns[2].name, "against openmp");
    assert_string_equal(table->rows[0].cells[2], "equal within 5 % (0.997–1.007)");
    assert_string_equal(table->rows[1].cells[0], "mpi");
    assert_string_equal(table->rows[1].cells[1], "1.88 s");
    assert_string_equal(table->rows[1].cells[2], "1.50× [1.49, 1.51]");
    char *text = page_paragraph_text(&page.blocks[at + 2].paragraph);
    assert_string_equal(text, "Each interval of the comparisons on the recommended count holds at "
                              "98.33 %, so that all 3 of the report together hold at 95 %.");
    free(text);
    page_free(&page);
    pool_free(&pool);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(all_backends_are_compared_on_the_recommended_count),
        TEST(nothing_is_compared_with_nothing),
        TEST(the_page_has_them_in_words_and_says_at_which_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

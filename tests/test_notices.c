#include "notices.h"

#include <stdio.h>

#include "rows_fixture.h"
#include "writer_html.h"
#include "writer_markdown.h"

/* Starting takes `share` of each run's time from start to end. */
static void add_starting(struct rows *rows, const char *backend, double share)
{
    for (int64_t block = 0; block < 9; block++) {
        struct run run = rows_run(backend, 1, block, 1 + 0.001 * (double)(block % 4));
        run.wall_seconds = run.seconds / (1 - share);
        run.user_seconds = run.wall_seconds;
        rows_add(rows, &run);
    }
}

struct noticed {
    struct page page;
    struct pool pool;
    const struct page_block *start; /* the first notice of start-up */
    size_t starts;
};

static struct noticed notice(struct rows *rows)
{
    struct noticed n = {.page = PAGE_INIT, .pool = POOL_INIT};
    const struct analysis *a = rows_analyse(rows, NULL);
    const struct report_content content = {
        .analysis = a, .machines = &rows->machines, .groups = groups_of(&n.pool, a)};
    page_add_notices(&n.page, &content);
    for (size_t i = 0; i < n.page.count; i++)
        if (strncmp(n.page.blocks[i].paragraph.spans[0].text, "Starting costs", 14) == 0 &&
            n.starts++ == 0)
            n.start = &n.page.blocks[i];
    return n;
}

static void noticed_free(struct noticed *n)
{
    page_free(&n->page);
    pool_free(&n->pool);
}

static void one_cause_in_many_backends_is_one_notice_that_lists_them_worst_first(void **state)
{
    static const double shares[] = {0.62, 0.81, 0.55, 0.77, 0.9, 0.6};
    struct rows *rows = *state;
    char name[2] = "a";
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++, name[0]++)
        add_starting(rows, name, shares[i]);
    struct noticed n = notice(rows);
    assert_int_equal(n.starts, 1);
    char *text = page_paragraph_text(&n.start->paragraph);
    assert_non_null(
        strstr(text, "Starting costs more than computing in 6 backends. e: it is 90 %"));
    assert_true(strstr(text, "; b: it is 81 %") < strstr(text, "; d: it is 77 %"));
    assert_non_null(strstr(text, "; and 3 more. The figures are of the program's own time"));
    assert_int_equal(n.start->item_count, 6);
    assert_non_null(strstr(n.start->items[0], "computing in e: it is 90 %"));
    assert_non_null(strstr(n.start->items[5], "computing in c: it is 55 %"));
    free(text);
    noticed_free(&n);
}

static void a_few_are_told_whole_and_need_no_list(void **state)
{
    struct rows *rows = *state;
    add_starting(rows, "a", 0.7);
    add_starting(rows, "b", 0.8);
    struct noticed n = notice(rows);
    assert_int_equal(n.starts, 1);
    assert_int_equal(n.start->item_count, 0);
    char *text = page_paragraph_text(&n.start->paragraph);
    assert_non_null(strstr(text, "in 2 backends. b: it is 80 %"));
    assert_non_null(strstr(text, "; a: it is 70 %"));
    free(text);
    noticed_free(&n);
}

static void the_cause_of_one_backend_is_told_by_its_name(void **state)
{
    struct rows *rows = *state;
    add_starting(rows, "a", 0.7);
    add_starting(rows, "b", 0.1);
    struct noticed n = notice(rows);
    assert_int_equal(n.starts, 1);
    assert_non_null(strstr(n.start->paragraph.spans[0].text, "computing in a: it is 70 %"));
    noticed_free(&n);
}

static void lists_of_hostile_names_are_escaped(void **state)
{
    static const char *const names[] = {"<b>", "a|b", "*c*", "d", "e"};
    struct rows *rows = *state;
    struct strbuf html = STRBUF_INIT, markdown = STRBUF_INIT;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_starting(rows, names[i], 0.6 + 0.05 * (double)i);
    struct noticed n = notice(rows);
    n.page.answer.headline = n.page.answer.code = "";
    writer_html(&html, &n.page, "");
    writer_markdown(&markdown, &n.page, NULL);
    assert_non_null(strstr(html.str, "<li>Starting costs more than computing in &lt;b&gt;: it is"));
    assert_non_null(
        strstr(markdown.str, "> - Starting costs more than computing in \\*c\\*: it is"));
    strbuf_free(&html);
    strbuf_free(&markdown);
    noticed_free(&n);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
    const struct CMUnitTest tests[] = {
        TEST(one_cause_in_many_backends_is_one_notice_that_lists_them_worst_first),
        TEST(a_few_are_told_whole_and_need_no_list),
        TEST(the_cause_of_one_backend_is_told_by_its_name),
        TEST(lists_of_hostile_names_are_escaped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

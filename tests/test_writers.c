#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "golden.h"
#include "html_escape.h"
#include "markup_check.h"
#include "page_report.h"
#include "process.h"
#include "report_files.h"
#include "report_fixture.h"
#include "tables.h"
#include "writer_terminal.h"
#include "writer_html.h"
#include "writer_markdown.h"

static const char *const all_shapes[] = {"course", "one",     "two-counts", "one-count", "eight",
                                         "five",   "hostile", "long",       "sizes"};
enum { SHAPES = sizeof all_shapes / sizeof *all_shapes };

/* What all writers write of a shape, without pictures. */
struct texts {
    struct strbuf html, markdown, terminal, points, optimum;
};

static void write_texts(struct texts *t, const char *shape)
{
    struct fixture fixture;
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    fixture_fill(&fixture, fixture_shape_find(shape));
    const struct report_content content = {.analysis = &fixture.analysis,
                                           .plan = &fixture.plan,
                                           .machines = &fixture.machines,
                                           .uses = &fixture.uses,
                                           .groups = groups_of(&pool, &fixture.analysis)};
    *t = (struct texts){STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
    page_report(&page, &content);
    writer_html(&t->html, &page, "");
    writer_markdown(&t->markdown, &page, "svg");
    terminal_text(&t->terminal, &page, &content, false);
    tables_points(&t->points, &fixture.analysis);
    tables_optimum(&t->optimum, &fixture.analysis);
    page_free(&page);
    pool_free(&pool);
    fixture_free(&fixture);
}

static void free_texts(struct texts *t)
{
    strbuf_free(&t->html);
    strbuf_free(&t->markdown);
    strbuf_free(&t->terminal);
    strbuf_free(&t->points);
    strbuf_free(&t->optimum);
}

static void html_shows_text_as_it_is(void **state)
{
    static const struct {
        const char *text, *escaped;
    } cases[] = {
        {"a<b>&\"'", "a&lt;b&gt;&amp;&quot;&#39;"},
        {"日本 ŵ", "日本 ŵ"},
        {"]]>", "]]&gt;"},
        {"\x01\x7f\xff\xc0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
        {"a\xE2\x80\xAE"
         "b",
         "a\xEF\xBF\xBD"
         "b"},                                     /* right-to-left override */
        {"\xf0\x9f", "\xEF\xBF\xBD\xEF\xBF\xBD"}}; /* breaks off */
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf sb = STRBUF_INIT;
        html_escape(&sb, cases[i].text);
        assert_string_equal(sb.str, cases[i].escaped);
        strbuf_free(&sb);
    }
}

static void markdown_shows_text_as_it_is(void **state)
{
    static const struct {
        const char *text, *escaped;
    } cases[] = {{"a|b", "a\\|b"},
                 {"*x* _y_ `z`", "\\*x\\* \\_y\\_ \\`z\\`"},
                 {"[a](javascript:b)", "\\[a\\](javascript:b)"},
                 {"<img src=x>", "&lt;img src=x\\>"},
                 {"two\nlines", "two lines"},
                 {"http://a.b", "http&#58;//a.b"},
                 {"www.a.b", "&#119;ww.a.b"},
                 {"@someone", "@&#8288;someone"},
                 {"- a - b", "\\- a - b"},
                 {"~~a~~ #1 $x$", "\\~\\~a\\~\\~ \\#1 \\$x\\$"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf sb = STRBUF_INIT;
        markdown_escape(&sb, cases[i].text);
        assert_string_equal(sb.str, cases[i].escaped);
        strbuf_free(&sb);
    }
}

static void a_terminal_gets_no_commands(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    terminal_escape(&sb, "\033]0;title\a red\x9b"
                         "2J\nß");
    assert_string_equal(sb.str, "?]0;title? red?2J ß");
    strbuf_free(&sb);
}

static void pages_of_all_shapes_are_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct texts t;
        write_texts(&t, all_shapes[i]);
        char *problem = markup_problem(t.html.str);
        if (problem != NULL)
            fail_msg("%s: %s", all_shapes[i], problem);
        assert_null(strstr(t.html.str, "nan"));
        assert_null(strstr(t.html.str, "(null)"));
        free_texts(&t);
    }
}

static void tables_in_markdown_have_as_many_cells_in_each_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct texts t;
        size_t bars = 0;
        write_texts(&t, all_shapes[i]);
        for (const char *line = t.markdown.str; *line != '\0';) {
            size_t length = strcspn(line, "\n"), count = 0;
            for (size_t c = 0; c < length; c++)
                count += line[c] == '|' && (c == 0 || line[c - 1] != '\\');
            if (line[0] != '|')
                bars = 0;
            else if (bars == 0)
                bars = count;
            else
                assert_int_equal(count, bars);
            line += length + (line[length] == '\n');
        }
        free_texts(&t);
    }
}

/* Golden files -------------------------------------------------------------- */

static void all_writers_write_what_was_reviewed(void **state)
{
    static const char *const shapes[] = {"course", "hostile", "two-counts", "eight"};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct texts t;
        const struct {
            const char *end;
            const struct strbuf *text;
        } files[] = {{"html", &t.html},
                     {"md", &t.markdown},
                     {"txt", &t.terminal},
                     {"points.csv", &t.points},
                     {"optimum.csv", &t.optimum}};
        write_texts(&t, shapes[i]);
        for (size_t j = 0; j < sizeof files / sizeof *files; j++) {
            char *name = text_format("%s.%s", shapes[i], files[j].end);
            golden_compare(name, files[j].text);
            free(name);
        }
        free_texts(&t);
    }
}

/* Whole folders ------------------------------------------------------------- */

static char *read_text(const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    struct strbuf sb = STRBUF_INIT;
    struct error err = ERROR_INIT;
    file_read(path, 1 << 26, &sb, &err);
    free(path);
    return strbuf_take(&sb);
}

static struct report_outcome make(const char *folder, const char *shape)
{
    struct fixture fixture;
    struct error err = ERROR_INIT;
    struct report_outcome outcome = {NULL, NULL, NULL};
    const struct report_request request = {
        .folder = folder, .formats = REPORT_HTML | REPORT_MARKDOWN | REPORT_SVG | REPORT_CSV};
    fixture_fill(&fixture, fixture_shape_find(shape));
    assert_int_equal(
        report_files(&request, &fixture.analysis, &fixture.plan, &fixture.machines, &fixture.uses, &outcome, &err),
        0);
    fixture_free(&fixture);
    return outcome;
}

static int make_folder(void **state)
{
    char *folder = strdup("/tmp/scalestudy-report-XXXXXX");
    assert_non_null(mkdtemp(folder));
    *state = folder;
    return 0;
}

static int remove_folder(void **state)
{
    char *argv[] = {(char[]){"rm"}, (char[]){"-rf"}, *state, NULL};
    struct process_request request = {.argv = argv};
    struct process_result result;
    struct error err = ERROR_INIT;
    process_run(&request, &result, &err);
    process_result_free(&result);
    free(*state);
    return 0;
}

static void without_gnuplot_the_report_says_so_and_is_written(void **state)
{
    const char *folder = *state;
    char *path = strdup(getenv("PATH"));
    char *stale = path_join(folder, "speedup.svg");
    struct error err = ERROR_INIT;
    assert_int_equal(file_write(stale, "old", 3, &err), 0);
    setenv("PATH", folder, 1);
    struct report_outcome outcome = make(folder, "course");
    setenv("PATH", path, 1);
    assert_non_null(strstr(outcome.plot_problem, "install gnuplot-nox"));
    assert_string_equal(outcome.headline, "Ask for 12 cores, with openmp.");
    assert_false(file_exists(stale)); /* a plot of older figures is not left there */
    char *html = read_text(folder, "index.html"), *markdown = read_text(folder, "report.md");
    assert_non_null(strstr(html, "install gnuplot-nox"));
    assert_non_null(strstr(html, "Figures of openmp"));
    assert_null(strstr(html, "<svg"));
    assert_null(strstr(markdown, "speedup.svg"));
    free(html);
    free(markdown);
    free(stale);
    free(path);
    report_outcome_free(&outcome);
}

static void the_whole_page_with_plots_is_well_formed_and_always_the_same(void **state)
{
    const char *folder = *state;
    char *gnuplot = process_find("gnuplot");
    if (gnuplot == NULL)
        skip();
    free(gnuplot);
    for (size_t i = 0; i < SHAPES; i++) {
        struct report_outcome outcome = make(folder, all_shapes[i]);
        char *first = read_text(folder, "index.html");
        report_outcome_free(&outcome);
        outcome = make(folder, all_shapes[i]);
        char *second = read_text(folder, "index.html");
        report_outcome_free(&outcome);
        assert_string_equal(first, second);
        assert_non_null(strstr(first, "<svg"));
        char *problem = markup_problem(first);
        if (problem != NULL)
            fail_msg("%s: %s", all_shapes[i], problem);
        free(first);
        free(second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(html_shows_text_as_it_is),
        cmocka_unit_test(markdown_shows_text_as_it_is),
        cmocka_unit_test(a_terminal_gets_no_commands),
        cmocka_unit_test(pages_of_all_shapes_are_well_formed),
        cmocka_unit_test(tables_in_markdown_have_as_many_cells_in_each_row),
        cmocka_unit_test(all_writers_write_what_was_reviewed),
        cmocka_unit_test_setup_teardown(without_gnuplot_the_report_says_so_and_is_written,
                                        make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            the_whole_page_with_plots_is_well_formed_and_always_the_same, make_folder,
            remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "alloc.h"
#include "compare_fixture.h"
#include "compare_json.h"
#include "golden.h"
#include "markup_check.h"
#include "page_report.h"
#include "writer_html.h"
#include "writer_markdown.h"
#include "writer_terminal.h"

static const char *const shapes[] = {"clusters", "change", "strangers"};
enum { SHAPES = sizeof shapes / sizeof *shapes };

struct texts {
    struct strbuf html, markdown, terminal, json, table;
};

static void write_texts(struct texts *t, const char *shape)
{
    static const struct report_content no_groups;
    struct compare_fixture fixture;
    struct page page = PAGE_INIT;
    assert_true(compare_fixture_fill(&fixture, shape));
    struct compare *compare = compare_new(fixture.entrants, fixture.count);
    const struct compare_content content = {.compare = compare, .sources = fixture.sources};
    *t = (struct texts){STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
    page_compare(&page, &content);
    writer_html(&t->html, &page, "");
    writer_markdown(&t->markdown, &page, "svg");
    terminal_text(&t->terminal, &page, &no_groups, false);
    compare_json(&t->json, compare, NULL, 0);
    compare_table(&t->table, compare);
    page_free(&page);
    compare_free(compare);
    compare_fixture_free(&fixture);
}

static void free_texts(struct texts *t)
{
    strbuf_free(&t->html);
    strbuf_free(&t->markdown);
    strbuf_free(&t->terminal);
    strbuf_free(&t->json);
    strbuf_free(&t->table);
}

static void comparisons_are_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct texts t;
        write_texts(&t, shapes[i]);
        char *problem = markup_problem(t.html.str);
        if (problem != NULL)
            fail_msg("%s: %s", shapes[i], problem);
        assert_null(strstr(t.html.str, "nan"));
        assert_null(strstr(t.html.str, "(null)"));
        assert_null(strstr(t.json.str, "nan"));
        free_texts(&t);
    }
}

static void comparisons_say_what_was_reviewed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHAPES; i++) {
        struct texts t;
        write_texts(&t, shapes[i]);
        const struct {
            const char *end;
            const struct strbuf *text;
        } files[] = {{"html", &t.html}, {"md", &t.markdown}, {"txt", &t.terminal},
                     {"json", &t.json}, {"csv", &t.table}};
        for (size_t j = 0; j < sizeof files / sizeof *files; j++) {
            char *name = text_format("%s.%s", shapes[i], files[j].end);
            golden_compare(name, files[j].text);
            free(name);
        }
        free_texts(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comparisons_are_well_formed),
        cmocka_unit_test(comparisons_say_what_was_reviewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

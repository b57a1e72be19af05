#include "golden.h"
#include "rows_fixture.h"

#include "equation.h"
#include "explain.h"
#include "markup_check.h"
#include "page_explain.h"
#include "report_fixture.h"
#include "writer_html.h"
#include "writer_markdown.h"
#include "writer_terminal.h"

static struct page explained_page(struct pool *pool, const struct analysis *analysis,
                                  const struct plan *plan, const struct machines *machines,
                                  bool explain)
{
    struct page page = PAGE_INIT;
    const struct report_content content = {.analysis = analysis,
                                           .plan = plan,
                                           .machines = machines,
                                           .groups = groups_of(pool, analysis),
                                           .explain = explain};
    page_report(&page, &content);
    return page;
}

/* Studies --------------------------------------------------------------------- */

/* The same noise in every run of the tests: about one percent, now and then more. */
static double noise(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    double u = (double)(*state >> 11) / 9007199254740992.0;
    return -0.012 * log(1 - 0.98 * u);
}

struct program {
    const char *backend;
    double seconds, serial, overhead; /* on one core; parts of it */
    int64_t largest;
};

static void add_program(struct rows *rows, const struct program *program, double size,
                        size_t blocks, bool weak)
{
    static const int64_t counts[] = {1, 2, 4, 6, 8, 12, 14, 16};
    uint64_t state = (uint64_t)(size + program->seconds * 1000);
    for (size_t i = 0; i < sizeof counts / sizeof *counts && counts[i] <= program->largest; i++)
        for (size_t block = 0; block < blocks; block++) {
            double p = (double)counts[i], grown = weak ? p : 1;
            double part =
                grown * (1 - program->serial) / p + program->serial + program->overhead * (p - 1);
            struct run run =
                rows_run(program->backend, counts[i], (int64_t)block,
                         program->seconds * pow(size / 1000, 2) * part * (1 + noise(&state)));
            run.size = size;
            run.scaling = weak ? "weak" : "strong";
            run.work = size * size * grown;
            run.job = "1";
            run.peak_memory_bytes = 1e7 * p;
            run.granted_memory_bytes = 4e7 * p;
            rows_add(rows, &run);
        }
}

static const struct program serial = {"serial", 2.9, 1, 0, 1};
static const struct program openmp = {"openmp", 3.0, 0.012, 0.0016, 16};
static const struct program mpi = {"mpi", 3.2, 0.02, 0.012, 16};

static void strong_study(struct rows *rows)
{
    add_program(rows, &serial, 1000, 9, false);
    add_program(rows, &openmp, 1000, 9, false);
    add_program(rows, &mpi, 1000, 9, false);
}

static void even_study(struct rows *rows)
{
    add_program(rows, &openmp, 1000, 20, false);
    rows->plan.cluster.charge_granule = 8;
    rows->plan.cluster.charge_weight = 1.5;
}

static void study_of_sizes(struct rows *rows)
{
    add_program(rows, &openmp, 500, 9, false);
    add_program(rows, &openmp, 1000, 8, false);
    add_program(rows, &mpi, 1000, 8, false);
    rows->plan.optimum.rule = RULE_CHEAPEST;
    rows->plan.optimum.deadline = 1.5;
}

static void weak_study(struct rows *rows)
{
    add_program(rows, &openmp, 1000, 9, true);
}

static void short_study(struct rows *rows)
{
    add_program(rows, &openmp, 1000, 3, false);
}

static void tiny_study(struct rows *rows)
{
    const struct program tiny = {"openmp", 0.002, 0.1, 0.01, 8};
    add_program(rows, &tiny, 1000, 1, false);
}

/* A recommended count from which twice as many were measured. */
static void flat_study(struct rows *rows)
{
    rows->asked.fit_throughput = true;
    const struct program flat = {"threads", 2, 0.5, 0.001, 16};
    add_program(rows, &flat, 1000, 9, false);
}

static void (*const studies[])(struct rows *rows) = {
    strong_study, even_study, study_of_sizes, weak_study, short_study, tiny_study, flat_study};
enum { STUDIES = sizeof studies / sizeof *studies };

/* Equations -------------------------------------------------------------------- */

/* The page's worked lines; how many a calculator could follow. */
static size_t check_equations(const struct page *page)
{
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++)
        for (size_t j = 0; j < page->blocks[i].fact_count; j++) {
            const struct page_paragraph *text = &page->blocks[i].facts[j].text;
            for (size_t k = 0; k < text->count; k++) {
                double left, right, unit;
                if (page->blocks[i].kind != PAGE_EXPLANATION || text->spans[k].style != PAGE_MONO ||
                    !equation_read(text->spans[k].text, &left, &right, &unit))
                    continue;
                if (!(fabs(left - right) <= 0.6 * unit))
                    fail_msg("%s: a calculator gets %.9g", text->spans[k].text, left);
                count++;
            }
        }
    return count;
}

static void mark_explained(const struct page *page, bool seen[EXPLAINED_COUNT])
{
    for (size_t i = 0; i < page->count; i++)
        for (int which = 0; which < EXPLAINED_COUNT; which++)
            if (page->blocks[i].kind == PAGE_EXPLANATION &&
                strcmp(page->blocks[i].text, explanation_of((enum explained)which)->name) == 0)
                seen[which] = true;
}

/* Others took a little in every run, and no more than is usual. */
static void watch_all(struct rows *rows)
{
    for (size_t i = 0; i < rows->table->count; i++) {
        double seconds = rows->table->rows[i].wall_seconds;
        struct run run = {.watched_cpus = 1,
                          .watched_seconds = seconds,
                          .others_seconds = 0.03 * seconds,
                          .stolen_seconds = 0};
        observations_watch(rows->table, i, &run);
    }
}

static void with_study(size_t study, void (*check)(const struct rows *rows, void *data), void *data)
{
    void *state = NULL;
    assert_int_equal(rows_setup(&state), 0);
    struct rows *rows = state;
    rows->plan.description = rows->plan.version = rows->plan.created = (char *)"";
    rows->plan.layout = rows->plan.background = (char *)"";
    studies[study](rows);
    watch_all(rows);
    rows_analyse(rows, &rows->plan);
    check(rows, data);
    rows_teardown(&state);
}

static void check_study(const struct rows *rows, void *seen)
{
    struct pool pool = POOL_INIT;
    struct page page = explained_page(&pool, rows->analysis, &rows->plan, &rows->machines, true);
    assert_true(check_equations(&page) > 2);
    mark_explained(&page, seen);
    page_free(&page);
    pool_free(&pool);
}

static void check_comparison(bool seen[EXPLAINED_COUNT])
{
    void *states[2] = {NULL, NULL};
    struct compare_entrant entrants[2] = {{.label = "Alfa", .cluster = "local", .node_cores = 16},
                                          {.label = "Bravo", .cluster = "local", .node_cores = 8}};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(rows_setup(&states[i]), 0);
        struct rows *rows = states[i];
        add_program(rows, i == 0 ? &openmp : &mpi, 1000, 9, false);
        entrants[i].analysis = rows_analyse(rows, &rows->plan);
    }
    struct compare *compare = compare_new(entrants, 2);
    struct page page = PAGE_INIT;
    page_add_compare_explanations(&page, compare);
    assert_true(check_equations(&page) > 8);
    mark_explained(&page, seen);
    page_free(&page);
    compare_free(compare);
    rows_teardown(&states[0]);
    rows_teardown(&states[1]);
}

static void a_calculator_gets_every_figure_and_none_is_left_out(void **state)
{
    bool seen[EXPLAINED_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < STUDIES; i++)
        with_study(i, check_study, seen);
    check_comparison(seen);
    for (int which = 0; which < EXPLAINED_COUNT; which++)
        if (!seen[which])
            fail_msg("no page explains “%s”", explanation_of((enum explained)which)->name);
}

static void check_factor(const struct rows *rows, void *data)
{
    struct pool pool = POOL_INIT;
    struct page page = explained_page(&pool, rows->analysis, &rows->plan, &rows->machines, true);
    bool *said = data;
    for (size_t i = 0; i < page.count; i++)
        for (size_t j = 0; j < page.blocks[i].fact_count; j++) {
            char *text = page_paragraph_text(&page.blocks[i].facts[j].text);
            said[0] = said[0] || strstr(text, "and one of the point, each") != NULL;
            said[1] = said[1] || strstr(text, "and one of the point, times ") != NULL;
            free(text);
        }
    page_free(&page);
    pool_free(&pool);
}

/* In weak scaling a quotient of times is no speedup before it is multiplied by that of the work. */
static void the_quotients_of_a_scaled_speedup_have_its_factor(void **state)
{
    bool strong[2] = {false}, weak[2] = {false};
    (void)state;
    with_study(0, check_factor, strong);
    with_study(3, check_factor, weak);
    assert_true(strong[0] && !strong[1]);
    assert_true(weak[1] && !weak[0]);
}

static void the_calculator_of_this_test_calculates(void **state)
{
    double left, right, unit;
    (void)state;
    assert_true(equation_read("e(8) = (1/4 − 1/8) / (1 − 1/8) = 0.14286", &left, &right, &unit));
    assert_float_equal(left, 1.0 / 7, 1e-12);
    assert_float_equal(right, 0.14286, 1e-12);
    assert_float_equal(unit, 1e-5, 1e-12);
    assert_true(equation_read("√(2 × 8) + 2^3 − ln(1) = 12", &left, &right, &unit));
    assert_float_equal(left, 12, 1e-12);
    assert_false(equation_read("T = x(5) = 2.5", &left, &right, &unit));
    assert_false(equation_read("b/p + s", &left, &right, &unit));
    assert_false(equation_read("1 + 1", &left, &right, &unit));
}

/* Pages ------------------------------------------------------------------------- */

static void check_quiet(const struct rows *rows, void *data)
{
    struct pool pool = POOL_INIT;
    struct page page = explained_page(&pool, rows->analysis, &rows->plan, &rows->machines, false);
    (void)data;
    for (size_t i = 0; i < page.count; i++) {
        assert_int_not_equal(page.blocks[i].kind, PAGE_EXPLANATION);
        assert_int_equal(page.blocks[i].reason.count, 0);
    }
    page_free(&page);
    pool_free(&pool);
}

static void nothing_is_explained_that_was_not_asked_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < STUDIES; i++)
        with_study(i, check_quiet, NULL);
}

/* There is no figure to explain, but the warning still has a reason. */
static void a_study_without_a_time_has_reasons_only(void **state)
{
    void *made = NULL;
    struct pool pool = POOL_INIT;
    struct strbuf markdown = STRBUF_INIT;
    (void)state;
    assert_int_equal(rows_setup(&made), 0);
    struct rows *rows = made;
    rows->plan.description = rows->plan.version = rows->plan.created = (char *)"";
    struct run run = rows_run("openmp", 2, 0, NAN);
    run.status = "failed";
    rows_add(rows, &run);
    rows_analyse(rows, &rows->plan);
    struct page page =
        explained_page(&pool, rows->analysis, &rows->plan, &rows->machines, true);
    writer_markdown(&markdown, &page, NULL);
    assert_non_null(strstr(markdown.str, "Why it matters:"));
    assert_null(strstr(markdown.str, "How each figure is made"));
    strbuf_free(&markdown);
    page_free(&page);
    pool_free(&pool);
    rows_teardown(&made);
}

static const struct page_block *notice(const struct page *page, size_t index)
{
    for (size_t i = 0; i < page->count; i++)
        if (page->blocks[i].kind == PAGE_NOTICE && index-- == 0)
            return &page->blocks[i];
    fail_msg("there is no such notice");
    return NULL;
}

static void each_warning_says_why_it_matters_once(void **state)
{
    static const struct warning twice[] = {
        {.code = "noise", .text = "a is noisy.", .remedy = ""},
        {.code = "noise", .text = "b is noisy.", .remedy = ""},
        {.code = "drift", .text = "c drifts.", .remedy = ""},
    };
    struct fixture f;
    struct pool pool = POOL_INIT;
    struct strbuf terminal = STRBUF_INIT;
    (void)state;
    fixture_fill(&f, &fixture_course);
    f.analysis.warnings = (struct warning *)twice;
    f.analysis.warning_count = 3;
    struct page page = explained_page(&pool, &f.analysis, &f.plan, &f.machines, true);
    char *reason = page_paragraph_text(&notice(&page, 0)->reason);
    assert_non_null(strstr(reason, "Why it matters: Speedup is a ratio of two times."));
    assert_int_equal(notice(&page, 1)->reason.count, 0);
    assert_int_equal(notice(&page, 2)->reason.count, 2);
    const struct report_content content = {.analysis = &f.analysis};
    terminal_text(&terminal, &page, &content, false);
    assert_null(strstr(terminal.str, "Why it matters")); /* a terminal is for the answer */
    free(reason);
    strbuf_free(&terminal);
    page_free(&page);
    pool_free(&pool);
    fixture_free(&f);
}

static void strange_shapes_are_explained_well_formed(void **state)
{
    static const char *const shapes[] = {"course", "one",  "two-counts", "one-count",
                                         "eight",  "five", "hostile",    "sizes"};
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        struct fixture f;
        struct pool pool = POOL_INIT;
        struct strbuf html = STRBUF_INIT;
        fixture_fill(&f, fixture_shape_find(shapes[i]));
        struct page page = explained_page(&pool, &f.analysis, &f.plan, &f.machines, true);
        writer_html(&html, &page, "");
        char *problem = markup_problem(html.str);
        if (problem != NULL)
            fail_msg("%s: %s", shapes[i], problem);
        assert_non_null(strstr(html.str, "<summary><strong>Speedup</strong>"));
        assert_null(strstr(html.str, "nan"));
        assert_null(strstr(html.str, "(null)"));
        strbuf_free(&html);
        page_free(&page);
        pool_free(&pool);
        fixture_free(&f);
    }
}

static void write_golden(const struct rows *rows, void *data)
{
    struct pool pool = POOL_INIT;
    struct strbuf html = STRBUF_INIT, markdown = STRBUF_INIT;
    struct page page = explained_page(&pool, rows->analysis, &rows->plan, &rows->machines, true);
    (void)data;
    writer_html(&html, &page, "");
    writer_markdown(&markdown, &page, NULL);
    golden_compare("explained.html", &html);
    golden_compare("explained.md", &markdown);
    strbuf_free(&html);
    strbuf_free(&markdown);
    page_free(&page);
    pool_free(&pool);
}

static void an_explained_report_is_as_it_was_reviewed(void **state)
{
    (void)state;
    with_study(0, write_golden, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_quotients_of_a_scaled_speedup_have_its_factor),
        cmocka_unit_test(the_calculator_of_this_test_calculates),
        cmocka_unit_test(a_calculator_gets_every_figure_and_none_is_left_out),
        cmocka_unit_test(nothing_is_explained_that_was_not_asked_for),
        cmocka_unit_test(a_study_without_a_time_has_reasons_only),
        cmocka_unit_test(each_warning_says_why_it_matters_once),
        cmocka_unit_test(strange_shapes_are_explained_well_formed),
        cmocka_unit_test(an_explained_report_is_as_it_was_reviewed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

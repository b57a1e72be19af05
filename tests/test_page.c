#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "job_lines.h"
#include "page_report.h"
#include "report_fixture.h"

struct written {
    struct fixture fixture;
    struct report_content content;
    struct page page;
    struct pool pool;
};

static void begin(struct written *w, const char *shape)
{
    *w = (struct written){.page = PAGE_INIT, .pool = POOL_INIT};
    fixture_fill(&w->fixture, fixture_shape_find(shape));
    w->content = (struct report_content){.analysis = &w->fixture.analysis,
                                         .plan = &w->fixture.plan,
                                         .machines = &w->fixture.machines};
}

static void write_page(struct written *w)
{
    w->content.groups = groups_of(&w->pool, w->content.analysis);
    page_report(&w->page, &w->content);
}

static void end(struct written *w)
{
    page_free(&w->page);
    pool_free(&w->pool);
    fixture_free(&w->fixture);
}

static void assert_paragraph(const struct written *w, size_t index, const char *expected)
{
    assert_true(index < w->page.answer.paragraph_count);
    char *text = page_paragraph_text(&w->page.answer.paragraphs[index]);
    assert_string_equal(text, expected);
    free(text);
}

/* Is there a paragraph or a fact that holds this text? */
static bool says(const struct page *page, const char *part)
{
    for (size_t i = 0; i < page->count; i++) {
        char *text = page_paragraph_text(&page->blocks[i].paragraph);
        bool found = strstr(text, part) != NULL;
        free(text);
        for (size_t j = 0; j < page->blocks[i].fact_count; j++) {
            text = page_paragraph_text(&page->blocks[i].facts[j].text);
            found = found || strstr(text, part) != NULL;
            free(text);
        }
        if (found)
            return true;
    }
    return false;
}

static const struct page_table *table(const struct page *page, size_t index)
{
    for (size_t i = 0; i < page->count; i++)
        if (page->blocks[i].kind == PAGE_TABLE && index-- == 0)
            return &page->blocks[i].table;
    return NULL;
}

static void the_answer_comes_first_with_its_reasons(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "course");
    write_page(&w);
    assert_string_equal(w.page.title, "integration2d — strong scaling on Kebnekaise");
    assert_string_equal(w.page.answer.headline, "Ask for 12 cores, with openmp.");
    assert_paragraph(&w, 0,
                     "It runs 7.2× faster than openmp on 1 core (95 %: 7.1–7.2), at 60 % "
                     "efficiency. A run takes 0.438 s (95 %: 0.438–0.443 s, 9 blocks), for "
                     "5.26 core-seconds.");
    assert_paragraph(&w, 1,
                     "The least median is on 14 cores: 2.9 % less time, for 13 % more core-hours. "
                     "A cheaper choice is 8 cores: 19 % more time, for 21 % fewer core-hours.");
    assert_paragraph(&w, 2,
                     "In 2000 studies redrawn from these blocks the same rule chose 12 to 14 "
                     "cores (95 %): 12 in 71 % and 14 in 29 %. Tested: …, 8, 12, 14; nothing is "
                     "known between them.");
    assert_paragraph(&w, 3, "The fastest count tested with openmp is 14 cores, beyond the noise.");
    end(&w);
}

static void too_few_blocks_are_said_to_be_too_few(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "two-counts");
    write_page(&w);
    assert_paragraph(&w, 0,
                     "It runs 7.4× faster than openmp on 1 core, at 46 % efficiency. A run "
                     "takes 0.427 s (3 blocks are too few for a 95 % interval; range "
                     "0.422–0.439 s), for 6.84 core-seconds.");
    assert_string_equal(table(&w.page, 0)->columns[3].name, "range");
    assert_string_equal(table(&w.page, 0)->rows[1].cells[3], "0.422 – 0.439");
    end(&w);
}

static void what_changes_all_figures_is_said_before_them(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "one");
    w.fixture.analysis.metric = "total";
    write_page(&w);
    assert_paragraph(&w, 0, "Times are of the whole program, start-up included.");
    end(&w);
    begin(&w, "one");
    w.fixture.analysis.oversubscribed = true;
    write_page(&w);
    assert_paragraph(&w, 0,
                     "Oversubscribed: more workers than physical cores were started, so none "
                     "of these figures tells how the program scales.");
    end(&w);
}

static void a_speedup_that_may_be_none_is_not_claimed(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "course");
    struct point_summary *p =
        &w.fixture.analysis.series[0].points[w.fixture.analysis.answers[0].point];
    p->speedup = 1.1;
    p->speedup_ci = (struct interval){0.93, 1.59};
    p->efficiency = 0.09;
    write_page(&w);
    assert_paragraph(&w, 0,
                     "At 1.1× the speed, no difference is shown from openmp on 1 core (95 %: "
                     "0.93–1.59), at 9.0 % efficiency. A run takes 0.438 s (95 %: 0.438–0.443 s, 9 "
                     "blocks), for 5.26 core-seconds.");
    end(&w);
}

static void counts_that_cannot_be_told_apart_are_named(void **state)
{
    static int64_t candidates[] = {8, 12, 14};
    struct written w;
    (void)state;
    begin(&w, "course");
    w.fixture.analysis.series[0].optimum.candidates = candidates;
    w.fixture.analysis.series[0].optimum.candidate_count = 3;
    write_page(&w);
    assert_paragraph(&w, 3,
                     "Which of 8, 12 and 14 cores is fastest with openmp, these measurements "
                     "cannot tell.");
    end(&w);
}

static void failed_runs_have_a_column_where_there_are_any(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "course");
    w.fixture.analysis.series[1].points[2].failed = 3;
    write_page(&w);
    assert_string_equal(table(&w.page, 0)->columns[2].name, "time (s)");
    assert_string_equal(table(&w.page, 1)->columns[2].name, "failed");
    assert_string_equal(table(&w.page, 1)->rows[2].cells[2], "3");
    end(&w);
}

static void runs_that_never_came_have_not_failed(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "course");
    w.fixture.analysis.series[1].points[2].missing = 4;
    write_page(&w);
    assert_string_equal(table(&w.page, 1)->columns[2].name, "missing");
    assert_string_equal(table(&w.page, 1)->rows[2].cells[2], "4");
    end(&w);
}

/* A foreign table: no plan, no machines, no CPU time, no memory, no sizes. */
static void what_is_not_known_is_not_claimed(void **state)
{
    struct written w;
    const struct machines none = {0};
    (void)state;
    begin(&w, "one");
    for (size_t i = 0; i < w.fixture.analysis.series_count; i++) {
        struct series *series = &w.fixture.analysis.series[i];
        series->size = NAN;
        series->cluster = series->kernel = "";
        for (size_t j = 0; j < series->point_count; j++) {
            struct point_summary *p = &series->points[j];
            p->cpu_used = p->peak_memory_bytes = p->granted_memory_bytes = p->wall_median = NAN;
            p->bound = -1;
            p->mask = "";
        }
    }
    w.fixture.analysis.answers[0].size = NAN;
    w.fixture.analysis.answers[0].cluster = w.fixture.analysis.answers[0].kernel = "";
    w.content.plan = NULL;
    w.content.machines = &none;
    write_page(&w);
    assert_string_equal(w.page.title, "one — strong scaling");
    assert_true(says(&w.page, "what it covers is not known here"));
    assert_true(says(&w.page, "CPU time and memory of the runs are not known."));
    assert_true(says(&w.page, "the measurements do not tell on which cores the workers ran"));
    assert_false(says(&w.page, "of its slowest worker"));
    const struct page_table *first = table(&w.page, 0);
    for (size_t i = 0; i < first->column_count; i++)
        assert_string_not_equal(first->columns[i].name, "memory");
    end(&w);
}

static void a_study_without_any_time_still_has_a_page(void **state)
{
    struct written w;
    (void)state;
    begin(&w, "one");
    w.fixture.analysis.series_count = w.fixture.analysis.answer_count = 0;
    w.fixture.analysis.warning_count = 0;
    write_page(&w);
    assert_string_equal(w.page.answer.headline,
                        "There is nothing to recommend: no run gave a time.");
    assert_string_equal(w.page.answer.code, "");
    end(&w);
}

static void each_size_has_a_part_of_its_own(void **state)
{
    struct written w;
    size_t parts = 0;
    (void)state;
    begin(&w, "sizes");
    write_page(&w);
    for (size_t i = 0; i < w.page.count; i++)
        parts +=
            w.page.blocks[i].kind == PAGE_HEADING && strncmp(w.page.blocks[i].id, "part-", 5) == 0;
    assert_int_equal(parts, 2);
    assert_string_equal(w.page.facts[0], "n = 10\xe2\x80\xaf"
                                         "000 and 2 more");
    end(&w);
}

/* Job lines ------------------------------------------------------------------ */

static const struct point_summary twelve = {.cores = 12,
                                            .nodes = 1,
                                            .ranks = 1,
                                            .threads = 12,
                                            .allocated_cores = 12,
                                            .asked_cores = 12,
                                            .median = 0.4,
                                            .wall_median = 0.5};

static void assert_lines(const struct point_summary *point, const char *parallel,
                         const char *runtime, const char *expected)
{
    struct strbuf sb = STRBUF_INIT;
    job_lines(&sb, point, parallel, runtime, NULL);
    assert_string_equal(sb.str, expected);
    strbuf_free(&sb);
}

static void job_lines_ask_for_what_was_measured(void **state)
{
    struct point_summary p = twelve;
    (void)state;
    assert_lines(&p, "threads", "openmp",
                 "#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=12\n"
                 "#SBATCH --time=00:01:00\nexport OMP_NUM_THREADS=12\nexport OMP_PROC_BIND=close\n"
                 "export OMP_PLACES=cores\n");
    assert_lines(&p, "threads", "numba",
                 "#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=12\n"
                 "#SBATCH --time=00:01:00\nexport NUMBA_NUM_THREADS=12\n");
    p.ranks = 12;
    p.threads = 1;
    assert_lines(&p, "ranks", "mpi",
                 "#SBATCH --nodes=1\n#SBATCH --ntasks=12\n#SBATCH --cpus-per-task=1\n"
                 "#SBATCH --time=00:01:00\n");
    assert_lines(&p, "processes", "processes",
                 "#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task=12\n"
                 "#SBATCH --time=00:01:00\n");
    p.ranks = 4;
    p.threads = 3;
    p.asked_cores = 16; /* four more than workers: what was measured is asked for */
    assert_lines(&p, "hybrid", "hybrid",
                 "#SBATCH --nodes=1\n#SBATCH --ntasks=4\n#SBATCH --cpus-per-task=4\n"
                 "#SBATCH --time=00:01:00\nexport OMP_NUM_THREADS=3\nexport OMP_PROC_BIND=close\n"
                 "export OMP_PLACES=cores\nexport SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK\n");
}

static void job_lines_name_the_clusters_own_needs(void **state)
{
    struct strbuf sb = STRBUF_INIT;
    struct plan_cluster cluster = {.account = (char *)"naiss2026-4-66",
                                   .partition = (char *)"shared",
                                   .constraint = (char *)"",
                                   .cpu_is_thread = true};
    (void)state;
    job_lines(&sb, &twelve, "processes", "", &cluster);
    assert_string_equal(sb.str, "#SBATCH --account=naiss2026-4-66\n#SBATCH --partition=shared\n"
                                "#SBATCH --nodes=1\n#SBATCH --ntasks=1\n"
                                "#SBATCH --cpus-per-task=12\n#SBATCH --threads-per-core=1\n"
                                "#SBATCH --time=00:01:00\n");
    strbuf_free(&sb);
}

static void the_time_limit_is_twice_the_time_and_round(void **state)
{
    static const struct {
        double seconds;
        long limit;
    } cases[] = {{0.4, 60},    {30, 60},     {31, 120},      {200, 420}, {301, 900},
                 {1800, 3600}, {3600, 7200}, {20000, 43200}, {NAN, 60},  {0, 60}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(job_time_limit(cases[i].seconds), cases[i].limit);
}

/* A comparison has one for each entrant and a few more. */
static void an_answer_has_room_for_all_its_paragraphs(void **state)
{
    struct page page = PAGE_INIT;
    struct strbuf sb = STRBUF_INIT;
    (void)state;
    for (int i = 0; i < 40; i++) {
        strbuf_addf(&sb, "%d", i);
        page_answer_say(&page, PAGE_PLAIN, &sb);
        page_answer_say(&page, PAGE_PLAIN, &sb); /* empty now */
    }
    assert_int_equal(page.answer.paragraph_count, 40);
    assert_string_equal(page.answer.paragraphs[39].spans[0].text, "39");
    page_free(&page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_comes_first_with_its_reasons),
        cmocka_unit_test(too_few_blocks_are_said_to_be_too_few),
        cmocka_unit_test(what_changes_all_figures_is_said_before_them),
        cmocka_unit_test(a_speedup_that_may_be_none_is_not_claimed),
        cmocka_unit_test(counts_that_cannot_be_told_apart_are_named),
        cmocka_unit_test(failed_runs_have_a_column_where_there_are_any),
        cmocka_unit_test(runs_that_never_came_have_not_failed),
        cmocka_unit_test(what_is_not_known_is_not_claimed),
        cmocka_unit_test(a_study_without_any_time_still_has_a_page),
        cmocka_unit_test(each_size_has_a_part_of_its_own),
        cmocka_unit_test(job_lines_ask_for_what_was_measured),
        cmocka_unit_test(job_lines_name_the_clusters_own_needs),
        cmocka_unit_test(the_time_limit_is_twice_the_time_and_round),
        cmocka_unit_test(an_answer_has_room_for_all_its_paragraphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

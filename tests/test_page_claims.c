/*
 * What the answer may say of measurements, and what it must not.
 */
#include "groups.h"
#include "page_report.h"
#include "page_text.h"
#include "rows_fixture.h"

/* The answer's sentences, one after the other. */
static char *answer_of(const struct rows *rows)
{
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    struct strbuf all = STRBUF_INIT;
    const struct report_content content = {.analysis = rows->analysis,
                                           .groups = groups_of(&pool, rows->analysis),
                                           .machines = &rows->machines};
    page_add_answer(&page, &content);
    strbuf_add(&all, page.answer.headline);
    for (size_t i = 0; i < page.answer.paragraph_count; i++) {
        char *text = page_paragraph_text(&page.answer.paragraphs[i]);
        strbuf_addf(&all, "\n%s", text);
        free(text);
    }
    page_free(&page);
    pool_free(&pool);
    return strbuf_take(&all);
}

static void assert_says(const struct rows *rows, const char *wanted)
{
    char *text = answer_of(rows);
    if (strstr(text, wanted) == NULL)
        fail_msg("\"%s\" is not in: %s", wanted, text);
    free(text);
}

static void assert_silent(const struct rows *rows, const char *unwanted)
{
    char *text = answer_of(rows);
    if (strstr(text, unwanted) != NULL)
        fail_msg("\"%s\" is in: %s", unwanted, text);
    free(text);
}

/* From 4 to 16 cores at 4 times the speed: the base is not worth 4 cores in a ratio of times. */
static void a_ratio_of_times_is_not_a_speedup_over_several_cores(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 4; cores <= 16; cores *= 2)
        rows_add_calm(rows, "openmp", cores, 40.0 / (double)cores, 9);
    rows_analyse(rows, NULL);
    assert_close(rows_point(rows, "openmp", 16)->speedup, 16, 0.01);
    assert_says(rows, "It runs 4.0× faster than openmp on 4 cores");
    assert_silent(rows, "16.0×");
}

/* Two counts that are as fast: one of them has the least median, by chance. */
static void the_least_of_few_blocks_is_not_beyond_the_noise(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 3);
    rows_add_calm(rows, "openmp", 8, 2, 3);
    rows_analyse(rows, NULL);
    assert_false(rows_series(rows, "openmp")->optimum.fastest_shown);
    assert_silent(rows, "beyond the noise");
    assert_says(rows, "8 cores took the least time with openmp; noise may have made it so.");
}

static void a_clear_fastest_is_beyond_the_noise(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 8; cores *= 2)
        rows_add_calm(rows, "openmp", cores, 10.0 / (double)cores, 6);
    rows_analyse(rows, NULL);
    assert_true(rows_series(rows, "openmp")->optimum.fastest_shown);
    assert_says(rows, "The fastest count tested with openmp is 8 cores, beyond the noise.");
}

/* Shown against each of seven rivals alone, but not against all together. */
static void a_fastest_picked_from_many_needs_more(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 8; cores++)
        for (int block = 0; block < 9; block++) {
            struct run run =
                rows_run("openmp", cores, block,
                         cores == 1 ? 20 : 10 + 0.1 * (block - 4) - (cores == 4 ? 0.36 : 0));
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    const struct optimum *o = &rows_series(rows, "openmp")->optimum;
    assert_int_equal(o->candidate_count, 1);
    assert_int_equal(o->fastest, 4);
    assert_false(o->fastest_shown);
}

/* Half the cores, twice the time: nothing is saved that the intervals show. */
static void a_saving_within_the_noise_is_none(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10.005, 9);
    rows_add_calm(rows, "openmp", 2, 5.01, 9);
    rows_analyse(rows, NULL);
    assert_silent(rows, "cheaper");
    assert_true(rows->analysis->answers[0].cheaper.core_hours < 1);
}

static void what_is_cheaper_has_its_time_and_its_price(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 10, 9);
    rows_add_calm(rows, "openmp", 2, 8, 9);
    rows_analyse(rows, NULL);
    assert_says(rows, "A cheaper choice is 1 core: 25 % more time, for 38 % fewer core-hours.");
}

/* More cores do more work: there is nothing to compare times of. */
static void weak_scaling_has_no_alternatives(void **state)
{
    struct rows *rows = *state;
    for (int64_t cores = 1; cores <= 8; cores *= 2)
        for (int block = 0; block < 9; block++) {
            struct run run =
                rows_run("openmp", cores, block, 10 + 0.1 * (double)cores + 0.01 * block);
            run.scaling = "weak";
            run.work = 1000.0 * (double)cores;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_silent(rows, "fastest count");
    assert_silent(rows, "least median");
    assert_silent(rows, "cheaper");
    assert_int_equal(rows->analysis->answers[0].fastest.cores, 0);
}

static void a_count_in_two_shapes_says_which(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "hybrid", 1, 10, 9);
    for (int64_t threads = 2; threads <= 4; threads += 2)
        for (int block = 0; block < 9; block++) {
            struct run run = rows_run("hybrid", 8, block,
                                      (threads == 2 ? 2.0 : 1.5) * (1 + 0.001 * block));
            run.nodes = 1;
            run.ranks = 8 / threads;
            run.threads = threads;
            rows_add(rows, &run);
        }
    rows_analyse(rows, NULL);
    assert_says(rows, "Ask for at least 8 cores as 1 × 2 × 4 (nodes × ranks × threads), with hybrid");
}

/* Neither can the reader tell them apart without their types. */
static void curves_of_two_cpu_types_bear_them(void **state)
{
    struct rows *rows = *state;
    for (int type = 0; type < 2; type++)
        for (int64_t cores = 1; cores <= 8; cores *= 8)
            for (int block = 0; block < 9; block++) {
                struct run run = rows_run("omp", cores, block,
                                          (10.0 + 0.01 * block + 0.001 * type) / (double)cores);
                run.cpu_model = type == 0 ? "old" : "new";
                rows_add(rows, &run);
            }
    rows_analyse(rows, NULL);
    assert_says(rows, "omp, on new cannot be told apart from omp, on old.");
}

/* The first table's first row too, and the sentences below it. */
static void models_of_two_cpu_types_bear_them(void **state)
{
    struct rows *rows = *state;
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    for (int type = 0; type < 2; type++)
        for (int64_t cores = 1; cores <= 16; cores *= 2)
            for (int block = 0; block < 9; block++) {
                struct run run = rows_run("omp", cores, block,
                                          (10.0 + 0.01 * block + type) / (double)cores);
                run.cpu_model = type == 0 ? "old" : "new";
                rows_add(rows, &run);
            }
    rows_analyse(rows, NULL);
    page_add_models(&page, &groups_of(&pool, rows->analysis).list[0]);
    char *text = page_text_of(&page);
    assert_non_null(strstr(text, "omp, on old|"));
    assert_non_null(strstr(text, "omp, on old: "));
    assert_non_null(strstr(text, "omp, on new: "));
    free(text);
    assert_non_null(strstr(rows_warning(rows, "largest-count-won")->text, "omp, on "));
    pool_free(&pool);
}

/* Neither one size nor the other is faster on more cores: their base is their answer. */
static void an_answer_is_not_measured_against_itself(void **state)
{
    struct rows *rows = *state;
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    for (int size = 1; size <= 2; size++)
        for (int64_t cores = 1; cores <= 4; cores *= 2)
            for (int block = 0; block < 9; block++) {
                struct run run =
                    rows_run("omp", cores, block, size * ((double)cores + 0.01 * block));
                run.size = 1000.0 * size;
                rows_add(rows, &run);
            }
    rows_analyse(rows, NULL);
    const struct report_content content = {.analysis = rows->analysis,
                                           .groups = groups_of(&pool, rows->analysis)};
    assert_int_equal(content.groups.count, 2);
    page_add_group_answer(&page, &content, &content.groups.list[1]);
    char *text = page_text_of(&page);
    assert_non_null(strstr(text, "A run takes "));
    assert_null(strstr(text, "the speed of"));
    free(text);
    pool_free(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)
        TEST(a_ratio_of_times_is_not_a_speedup_over_several_cores),
        TEST(the_least_of_few_blocks_is_not_beyond_the_noise),
        TEST(a_clear_fastest_is_beyond_the_noise),
        TEST(a_fastest_picked_from_many_needs_more),
        TEST(a_saving_within_the_noise_is_none),
        TEST(what_is_cheaper_has_its_time_and_its_price),
        TEST(weak_scaling_has_no_alternatives),
        TEST(a_count_in_two_shapes_says_which),
        TEST(models_of_two_cpu_types_bear_them),
        TEST(an_answer_is_not_measured_against_itself),
        TEST(curves_of_two_cpu_types_bear_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

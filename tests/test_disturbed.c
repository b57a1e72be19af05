/* Others at work on the cores: when it is said, and what becomes of the answer. */
#include "disturbed.h"

#include <unistd.h>

#include "files.h"
#include "groups.h"
#include "othersfile.h"
#include "page_report.h"
#include "rows_fixture.h"
#include "watched.h"
#include "writer_markdown.h"

enum { BLOCKS = 9 };

/* Two backends on 1 to 4 cores, nine blocks each. */
static void add_study(struct rows *rows)
{
    static const double seconds[] = {1, 0.52, 0.27};
    for (int i = 0; i < 3; i++) {
        rows_add_calm(rows, "openmp", 1 << i, seconds[i], BLOCKS);
        rows_add_calm(rows, "mpi", 1 << i, 1.5 * seconds[i], BLOCKS);
    }
}

/* What others took of each run's time on its cores, in cores' worth. */
static void watch(struct rows *rows, const char *backend, int64_t cores, int64_t blocks,
                  double others, double stolen)
{
    for (size_t i = 0; i < rows->table->count; i++) {
        const struct observation *row = &rows->table->rows[i];
        if (strcmp(rows->table->settings[row->setting].backend, backend) != 0 ||
            rows->table->shapes[row->shape].cores != cores)
            continue;
        bool hit = row->block < blocks;
        struct run run = {.watched_cpus = cores,
                          .watched_seconds = row->wall_seconds,
                          .others_seconds = hit ? others * row->wall_seconds : 0,
                          .stolen_seconds = hit ? stolen * row->wall_seconds : 0};
        observations_watch(rows->table, i, &run);
    }
}

static const struct answer *answer_of(struct rows *rows)
{
    return &rows_analyse(rows, &rows->plan)->answers[0];
}

static bool is_qualified(const struct answer *answer)
{
    bool said = strncmp(answer->sentence, "Measure again: others", 21) == 0;
    assert_int_equal(said, answer->disturbed);
    return said;
}

static void where_nobody_looked_nothing_is_said(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    assert_false(is_qualified(answer_of(rows)));
    assert_null(rows_warning(rows, "others-at-work"));
    assert_true(isnan(rows_point(rows, "openmp", 4)->others_cores));
    assert_true(isnan(rows_point(rows, "openmp", 4)->others_usual));
}

static void a_quiet_machine_is_not_warned_of(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    for (int64_t cores = 1; cores <= 4; cores *= 2)
        watch(rows, "openmp", cores, BLOCKS, 0.003, 0.001);
    assert_false(is_qualified(answer_of(rows)));
    assert_null(rows_warning(rows, "others-at-work"));
    assert_close(rows_point(rows, "openmp", 4)->others_cores, 0.003, 1e-6);
}

static void the_answer_is_qualified_where_it_rests_on_them(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    watch(rows, "openmp", 4, BLOCKS, 0.5, 0);
    assert_true(is_qualified(answer_of(rows)));
    assert_string_equal(answer_of(rows)->sentence,
                        "Measure again: others were at work on these cores. By these times: ask "
                        "for at least 4 cores, with openmp: more were not measured.");
    const struct warning *warning = rows_warning(rows, "others-at-work");
    assert_non_null(warning);
    assert_int_equal(warning->cores, 4);
    assert_string_equal(warning->evidence, "0.50 cores' worth of time went to them");
}

/* mpi on 4 cores took 0.405 s; alone it might have taken 0.25 s, and then been chosen. */
static void so_is_one_that_another_point_alone_might_have_won(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    watch(rows, "mpi", 4, BLOCKS, 0.4, 0);
    const struct answer *answer = answer_of(rows);
    assert_true(is_qualified(answer));
    assert_string_equal(rows->analysis->series[answer->disturbed_series].backend, "mpi");
    watch(rows, "mpi", 4, BLOCKS, 0.2, 0); /* 0.32 s is still no rival of 0.27 s */
    assert_false(is_qualified(answer_of(rows)));
    assert_non_null(rows_warning(rows, "others-at-work"));
}

static void one_block_in_nine_does_not_move_a_median(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    watch(rows, "openmp", 4, 1, 0.9, 0);
    assert_false(is_qualified(answer_of(rows)));
    assert_non_null(rows_warning(rows, "others-at-work"));
}

/* Nine runs of 5 ms on 4 CPUs: the ticks alone may be 0.06 s, and nothing is known by them. */
static void what_ticks_cannot_tell_is_not_told(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 0.020, BLOCKS);
    rows_add_calm(rows, "openmp", 4, 0.005, BLOCKS);
    watch(rows, "openmp", 4, BLOCKS, 1.0, 0);
    rows_analyse(rows, &rows->plan);
    assert_null(rows_warning(rows, "others-at-work"));
    assert_false(rows_point(rows, "openmp", 4)->others_shown);
}

static void time_that_a_hypervisor_took_counts_and_is_named(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    watch(rows, "openmp", 4, BLOCKS, 0, 0.25);
    assert_true(is_qualified(answer_of(rows)));
    assert_non_null(strstr(rows_warning(rows, "others-at-work")->text,
                           "0.25 cores' worth of time went to them, and of it 0.25 to other "
                           "virtual machines"));
}

static void on_many_cores_a_system_is_never_quite_idle(void **state)
{
    struct rows *rows = *state;
    rows_add_calm(rows, "openmp", 1, 100, BLOCKS);
    rows_add_calm(rows, "openmp", 128, 1, BLOCKS);
    watch(rows, "openmp", 128, BLOCKS, 0.6, 0);
    rows_analyse(rows, &rows->plan);
    assert_null(rows_warning(rows, "others-at-work"));
    watch(rows, "openmp", 128, BLOCKS, 1.4, 0);
    assert_true(is_qualified(answer_of(rows)));
}

static void the_worst_count_of_a_backend_is_named(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    watch(rows, "openmp", 1, BLOCKS, 0.3, 0);
    watch(rows, "openmp", 2, BLOCKS, 0.2, 0);
    rows_analyse(rows, &rows->plan);
    assert_string_equal(rows_warning(rows, "others-at-work")->text,
                        "openmp shared its cores with others' work on 1 and 2 cores: 0.30 cores' "
                        "worth of time went to them at worst, on 1 core.");
}

/* The page of such an answer has nothing to copy, and does not say how sure it is. */
static void a_page_does_not_lend_it_confidence(void **state)
{
    struct rows *rows = *state;
    add_study(rows);
    watch(rows, "openmp", 4, BLOCKS, 0.5, 0);
    struct pool pool = POOL_INIT;
    struct report_content content = {.analysis = rows_analyse(rows, &rows->plan),
                                     .machines = &rows->machines};
    content.groups = groups_of(&pool, content.analysis);
    struct page page = PAGE_INIT;
    struct strbuf text = STRBUF_INIT;
    page_report(&page, &content);
    assert_string_equal(page.answer.code, "");
    writer_markdown(&text, &page, "svg");
    assert_non_null(strstr(text.str, "While openmp ran on 4 cores, others took 0.50 cores' worth"));
    assert_null(strstr(text.str, "the same rule chose"));
    strbuf_free(&text);
    page_free(&page);
    pool_free(&pool);
}

static void rows_of_the_file_find_their_runs(void **state)
{
    struct rows *rows = *state;
    static const int64_t orders[] = {RESULTS_UNKNOWN, 0, 2, 5};
    struct strbuf text = STRBUF_INIT;
    struct error err = ERROR_INIT;
    char path[] = "/tmp/test_disturbed.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < 4; i++) {
        struct run run = rows_run("openmp", 1, (int64_t)i, 1);
        run.order = orders[i];
        rows_add(rows, &run);
    }
    othersfile_add_header(&text);
    for (int64_t order = 1; order <= 9; order++) {
        struct run run = rows_run("openmp", 1, 0, 1);
        run.order = order;
        run.watched_cpus = 1;
        run.watched_seconds = 1;
        run.others_seconds = 0.125 * (double)order;
        run.stolen_seconds = 0;
        othersfile_add_row(&text, &run);
    }
    assert_int_equal(file_write(path, text.str, text.len, &err), 0);
    assert_int_equal(watched_read(rows->table, path, &err), 0);
    unlink(path);
    strbuf_free(&text);
    assert_int_equal(rows->table->watched[0].cpus, 0);
    assert_int_equal(rows->table->watched[1].cpus, 0);
    assert_true(rows->table->watched[2].others_seconds == 0.25F);
    assert_true(rows->table->watched[3].others_seconds == 0.625F);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rows_setup, rows_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(where_nobody_looked_nothing_is_said),
        TEST(a_quiet_machine_is_not_warned_of),
        TEST(the_answer_is_qualified_where_it_rests_on_them),
        TEST(so_is_one_that_another_point_alone_might_have_won),
        TEST(one_block_in_nine_does_not_move_a_median),
        TEST(what_ticks_cannot_tell_is_not_told),
        TEST(time_that_a_hypervisor_took_counts_and_is_named),
        TEST(on_many_cores_a_system_is_never_quite_idle),
        TEST(the_worst_count_of_a_backend_is_named),
        TEST(a_page_does_not_lend_it_confidence),
        TEST(rows_of_the_file_find_their_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

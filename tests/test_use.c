/* What runs used over time: which of them are shown, and what is said of them. */
#include "use.h"

#include <string.h>
#include <unistd.h>

#include "figure_use.h"
#include "files.h"
#include "page_report.h"
#include "rows_fixture.h"
#include "writer_markdown.h"

#define HEADER                                                                                     \
    "order,cluster,kernel,backend,size,cores,block,run,warmup,status,source,"                      \
    "seconds_since_start,busy_cores,memory_bytes\n"

struct fixture {
    struct rows *rows;
    char path[64];
    struct strbuf usage;
    struct uses uses;
    int64_t order;
    struct error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    void *rows;
    if (f == NULL || rows_setup(&rows) != 0)
        return -1;
    f->rows = rows;
    f->usage = (struct strbuf)STRBUF_INIT;
    usage_add_header(&f->usage);
    strcpy(f->path, "/tmp/test_use.XXXXXX");
    int fd = mkstemp(f->path);
    if (fd >= 0)
        close(fd);
    *state = f;
    return fd < 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    void *rows = f->rows;
    unlink(f->path);
    strbuf_free(&f->usage);
    uses_free(&f->uses);
    free(f);
    return rows_teardown(&rows);
}

/* A run that used this part of its cores, with these samples. */
static struct run add(struct fixture *f, const char *backend, int64_t cores, double seconds,
                      double part, const char *samples)
{
    struct run run = rows_run(backend, cores, f->order, seconds);
    run.user_seconds = seconds * (double)cores * part;
    run.order = f->order++;
    run.warmup = 0;
    run.nodes = 1;
    run.allocated_cores = cores;
    run.peak_memory_bytes = 1048576;
    run.granted_memory_bytes = 4194304;
    run.samples = samples;
    rows_add(f->rows, &run);
    usage_add_rows(&f->usage, &run);
    return run;
}

static int read_uses(struct fixture *f)
{
    const struct analysis *a = rows_analyse(f->rows, &f->rows->plan);
    uses_free(&f->uses);
    assert_int_equal(file_write(f->path, f->usage.str, f->usage.len, &f->err), 0);
    return uses_read(&f->uses, a, f->rows->table, f->path, &f->err);
}

/* On one core 8 s, on four 2 s with nothing idle, on eight 2.2 s with half of them idle. */
static void add_study(struct fixture *f)
{
    for (int block = 0; block < 5; block++) {
        add(f, "openmp", 1, 8 + 0.01 * block, 1, "4 1 1048576,8 1 1048576");
        add(f, "openmp", 4, 2 + 0.01 * block, 1,
            block == 2   ? "1 4 1048576,2.02 3.9 524288"
            : block == 3 ? ""
                         : "1 2 3,2 1 2");
        add(f, "openmp", 8, 2.2 + 0.01 * block, 0.5, block == 2 ? "" : "1 1 1048576,2.2 7");
    }
}

static void the_run_of_median_time_is_shown_of_those_with_samples(void **state)
{
    struct fixture *f = *state;
    add_study(f);
    assert_int_equal(read_uses(f), 0);
    assert_int_equal(f->uses.count, 2);
    const struct use_view *best = &f->uses.views[0], *idle = &f->uses.views[1];
    assert_true(best->recommended && !idle->recommended);
    assert_int_equal(best->point->cores, 4);
    assert_int_equal(best->count, 2);
    assert_true(best->samples[1].seconds == 2.02);
    assert_int_equal(best->block, 7); /* its third run, by the order that add() gives */
    assert_int_equal(idle->point->cores, 8);
    assert_true(idle->block != 8 && isnan(idle->samples[1].memory_bytes));
}

static void what_was_no_measurement_is_not_shown(void **state)
{
    struct fixture *f = *state;
    for (int block = 0; block < 5; block++) {
        add(f, "openmp", 4, 2, 1, "");
        struct run run = rows_run("openmp", 4, 100 + block, 2);
        run.order = f->order++;
        run.warmup = block % 2;
        run.status = block % 2 == 1 ? "ok" : "timeout";
        run.samples = "1 4 1048576,2 4 1048576";
        rows_add(f->rows, &run);
        usage_add_rows(&f->usage, &run);
    }
    assert_int_equal(read_uses(f), 0);
    assert_int_equal(f->uses.count, 0);
}

static void a_table_without_samples_shows_nothing(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_uses(f), 0); /* nor does one without runs */
    assert_int_equal(f->uses.count, 0);
    add(f, "openmp", 4, 2, 1, "");
    assert_int_equal(read_uses(f), 0);
    assert_int_equal(f->uses.count, 0);
    strbuf_add(&f->usage, "0,l,k,openmp,1,4,0,0,0,ok,tree,1,1,1\n0,l\n");
    assert_int_equal(read_uses(f), -1);
    assert_non_null(strstr(f->err.text, ":3: this row is not as `scalestudy collect` writes it"));
    assert_int_equal(f->uses.count, 0);
}

static void samples_are_summed_up(void **state)
{
    (void)state;
    struct sample samples[] = {{1, 1.1, 5}, {3, 4, NAN}, {4, 3, 9}};
    struct use_view view = {.samples = samples, .count = 3};
    struct use_summary sum = use_summarise(&view);
    assert_close(sum.mean_cores, (1.1 + 8 + 3) / 4, 1e-12);
    assert_close(sum.share_of_one, 0.25, 1e-12);
    assert_true(sum.seconds == 4 && sum.most_cores == 4 && sum.most_memory_bytes == 9);
}

/* --- figures --- */

static const struct figure_mark *mark_of(const struct figure *f, enum figure_role role)
{
    for (size_t i = 0; i < f->mark_count; i++)
        if (f->marks[i].role == role)
            return &f->marks[i];
    return NULL;
}

static bool has_text(const struct figure *f, const char *text)
{
    for (size_t i = 0; i < f->text_count; i++)
        if (strcmp(f->texts[i].text, text) == 0)
            return true;
    return false;
}

static void use_is_drawn_against_what_was_granted(void **state)
{
    struct fixture *f = *state;
    struct figure figures[FIGURES_PER_USE];
    add_study(f);
    assert_int_equal(read_uses(f), 0);
    assert_int_equal(figures_use(figures, &f->uses.views[0], 0, LAYOUT_WIDE), 2);
    const struct figure_mark *line = mark_of(&figures[0], ROLE_LINE);
    const struct figure_mark *granted = mark_of(&figures[0], ROLE_THRESHOLD);
    assert_int_equal(line->count, 4); /* two steps */
    assert_true(line->points[1].x == 1 && line->points[1].y == 4);
    assert_true(line->points[2].x == 1 && line->points[2].y == 3.9);
    assert_true(granted->points[0].y == 4 && granted->points[1].x == 2.02);
    assert_true(has_text(&figures[0], "4 cores granted"));
    assert_true(has_text(&figures[0], "seconds since the start"));
    assert_string_equal(figures[0].name, "use-cpu");
    assert_string_equal(figures[0].description,
                        "Cores busy over time, for openmp on 4 cores: in 2.02 s, on average 3.9 "
                        "cores of 4 cores granted. The text beside it says the same.");
    assert_string_equal(figures[1].name, "use-memory");
    assert_true(has_text(&figures[1], "4.0 MiB granted"));
    for (size_t i = 0; i < 2; i++)
        figure_free(&figures[i]);
}

static void what_would_flatten_the_memory_is_only_named(void **state)
{
    (void)state;
    struct sample samples[] = {{100, 1, 1e6}, {400, 1, 2e6}};
    struct series series = {.backend = "mpi", .kernel = "k", .cluster = "", .size = NAN};
    struct point_summary point = {.cores = 64,
                                  .asked_cores = 64,
                                  .allocated_cores = 64,
                                  .nodes = 2,
                                  .granted_memory_bytes = 1e12};
    struct use_view view = {.series = &series,
                            .point = &point,
                            .samples = samples,
                            .count = 2,
                            .source = USAGE_FIRST_NODE};
    struct figure figures[FIGURES_PER_USE];
    assert_int_equal(figures_use(figures, &view, 1, LAYOUT_NARROW), 2);
    assert_true(mark_of(&figures[0], ROLE_THRESHOLD)->points[0].y == 32); /* of the one node */
    assert_true(has_text(&figures[0], "32 cores granted"));
    assert_null(mark_of(&figures[1], ROLE_THRESHOLD));
    assert_true(has_text(&figures[1], "931 GiB granted, far above"));
    assert_true(has_text(&figures[0], "minutes since the start"));
    assert_string_equal(figures[0].name, "use-cpu-2");
    assert_string_equal(figures[0].subtitle, "mpi on 64 cores, the first of 2 nodes");
    for (size_t i = 0; i < 2; i++)
        figure_free(&figures[i]);
    samples[0].memory_bytes = samples[1].memory_bytes = NAN;
    assert_int_equal(figures_use(figures, &view, 1, LAYOUT_NARROW), 1);
    figure_free(&figures[0]);
}

/* A program that only waits: the axis still reaches what was granted. */
static void who_uses_nothing_is_drawn_too(void **state)
{
    (void)state;
    struct sample samples[] = {{0.25, 0, 1e6}, {2, 0, 1e6}};
    struct series series = {.backend = "sleep", .kernel = "", .cluster = "", .size = NAN};
    struct point_summary point = {.cores = 1,
                                  .asked_cores = 1,
                                  .allocated_cores = 1,
                                  .nodes = 1,
                                  .granted_memory_bytes = NAN};
    struct use_view view = {.series = &series, .point = &point, .samples = samples, .count = 2};
    struct figure figures[FIGURES_PER_USE];
    assert_int_equal(figures_use(figures, &view, 0, LAYOUT_WIDE), 2);
    assert_true(figures[0].y.high > 1);
    assert_true(mark_of(&figures[0], ROLE_THRESHOLD)->points[0].y == 1);
    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < figures[i].y.tick_count; k++)
            assert_true(isfinite(axis_place(&figures[i].y, figures[i].y.ticks[k].at)));
        figure_free(&figures[i]);
    }
}

/* --- page --- */

static void assert_page(struct fixture *f, const char *expected[], size_t count)
{
    struct pool pool = POOL_INIT;
    struct page page = PAGE_INIT;
    struct strbuf text = STRBUF_INIT;
    const struct report_content content = {.analysis = f->rows->analysis,
                                           .plan = &f->rows->plan,
                                           .machines = &f->rows->machines,
                                           .uses = &f->uses,
                                           .groups = groups_of(&pool, f->rows->analysis)};
    page.answer.headline = page.answer.code = "";
    page_add_resources(&page, &content);
    page_add_use(&page, &content);
    writer_markdown(&text, &page, NULL);
    for (size_t i = 0; i < count; i++)
        if (strstr(text.str, expected[i]) == NULL)
            fail_msg("no \"%s\" in %s", expected[i], text.str);
    strbuf_free(&text);
    page_free(&page);
    pool_free(&pool);
}

static void idle_cores_are_told_with_their_core_hours(void **state)
{
    struct fixture *f = *state;
    const char *expected[] = {
        "| openmp | 8 | 8 | 50 % | 44.4 core-seconds | 25 % | cores idle |",
        "**openmp on 4 cores**, the recommended count (block 7, 2.02 s): 3.9 of 4 cores were busy "
        "on average. Memory reached 1.0 MiB of 4.0 MiB.",
        "**openmp on 8 cores**, the most core-hours unused (block ",
        "): 4.3 of 8 cores were busy on average: 47 % of what was granted was idle, and for 45 % "
        "of the time no more than one was busy."};
    add_study(f);
    assert_int_equal(read_uses(f), 0);
    assert_page(f, expected, sizeof expected / sizeof *expected);
}

/* Four workers on five cores that were asked for, as in the course. */
static void the_exercise_says_what_was_idle(void **state)
{
    struct fixture *f = *state;
    const char *expected[] = {
        "| processes | 4 | 5 | 80 % | 18.0 core-seconds | 25 % | more cores than workers |",
        "In 20 % of that, 18.0 core-seconds, granted cores were idle",
        "**processes on 4 cores**, the recommended count (block 0, 2.00 s): 3.9 of 5 cores were "
        "busy on average: 22 % of what was granted was idle."};
    for (int block = 0; block < 9; block++) {
        struct run run = rows_run("processes", 4, block, 2);
        run.order = block;
        run.warmup = 0;
        run.nodes = 1;
        run.allocated_cores = 5;
        run.user_seconds = 8; /* all that four workers can */
        run.peak_memory_bytes = 1048576;
        run.granted_memory_bytes = 4194304;
        run.samples = "1 3.9 1048576,2 3.9 1048576";
        rows_add(f->rows, &run);
        usage_add_rows(&f->usage, &run);
    }
    f->rows->plan.layout = (char *)"local";
    assert_int_equal(read_uses(f), 0);
    assert_page(f, expected, sizeof expected / sizeof *expected);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_run_of_median_time_is_shown_of_those_with_samples),
        TEST(what_was_no_measurement_is_not_shown),
        TEST(a_table_without_samples_shows_nothing),
        cmocka_unit_test(samples_are_summed_up),
        TEST(use_is_drawn_against_what_was_granted),
        cmocka_unit_test(what_would_flatten_the_memory_is_only_named),
        cmocka_unit_test(who_uses_nothing_is_drawn_too),
        TEST(idle_cores_are_told_with_their_core_hours),
        TEST(the_exercise_says_what_was_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

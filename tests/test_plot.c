#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "figure_marks.h"
#include "figures.h"
#include "files.h"
#include "plot.h"
#include "process.h"
#include "report_fixture.h"
#include "templates.h"

/* All figures of a shape, in a folder of their own as working directory. */
struct drawn {
    struct fixture fixture;
    struct pool pool;
    struct figure figures[FIGURES_PER_GROUP];
    size_t count;
    struct strbuf outputs[FIGURES_PER_GROUP];
    struct strbuf css, script;
    struct plot_settings settings;
    char folder[64], home[4096], *path;
    struct error err;
};

static int setup(void **state)
{
    struct drawn *d = calloc(1, sizeof *d);
    snprintf(d->folder, sizeof d->folder, "/tmp/scalestudy-plot-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    assert_non_null(getcwd(d->home, sizeof d->home));
    assert_int_equal(chdir(d->folder), 0);
    d->path = strdup(getenv("PATH"));
    d->css = d->script = (struct strbuf)STRBUF_INIT;
    for (size_t i = 0; i < FIGURES_PER_GROUP; i++)
        d->outputs[i] = (struct strbuf)STRBUF_INIT;
    assert_int_equal(template_load(NULL, "figure.css", &d->css, &d->err), 0);
    assert_int_equal(template_load(NULL, "plot.gp", &d->script, &d->err), 0);
    d->settings = (struct plot_settings){.script = d->script.str, .css = d->css.str};
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct drawn *d = *state;
    for (size_t i = 0; i < d->count; i++)
        figure_free(&d->figures[i]);
    for (size_t i = 0; i < FIGURES_PER_GROUP; i++)
        strbuf_free(&d->outputs[i]);
    strbuf_free(&d->css);
    strbuf_free(&d->script);
    if (d->fixture.analysis.study != NULL)
        fixture_free(&d->fixture);
    pool_free(&d->pool);
    setenv("PATH", d->path, 1);
    unlink("gnuplot");
    assert_int_equal(chdir(d->home), 0);
    assert_int_equal(rmdir(d->folder), 0); /* nothing else may have been written there */
    free(d->path);
    free(d);
    return 0;
}

static void make(struct drawn *d, const char *shape)
{
    fixture_fill(&d->fixture, fixture_shape_find(shape));
    struct groups groups = groups_of(&d->pool, &d->fixture.analysis);
    d->count = figures_make(d->figures, &d->fixture.analysis, &groups.list[0], 0, 0.7, LAYOUT_WIDE);
}

/* A `gnuplot` of our own, first on PATH. */
static void pretend_gnuplot(struct drawn *d, const char *script)
{
    if (script != NULL) {
        assert_int_equal(file_write("gnuplot", script, strlen(script), &d->err), 0);
        assert_int_equal(chmod("gnuplot", 0700), 0);
    }
    char *path =
        text_format("%s%s%s", d->folder, script != NULL ? ":" : "", script != NULL ? d->path : "");
    setenv("PATH", path, 1);
    free(path);
}

static void names_are_quoted_so_that_gnuplot_replaces_nothing(void **state)
{
    static const struct {
        const char *name, *quoted;
    } cases[] = {{"openmp", "'openmp'"},
                 {"o'p", "'o''p'"},
                 {"a\"b\\n@{c}`id`$(id)", "'a\"b\\n@{c}`id`$(id)'"},
                 {"two\nlines\tand a bell\a", "'two lines and a bell '"},
                 {"\xff", "'\xEF\xBF\xBD'"},
                 {"", "''"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf sb = STRBUF_INIT;
        gnuplot_quote(&sb, cases[i].name);
        assert_string_equal(sb.str, cases[i].quoted);
        strbuf_free(&sb);
    }
}

static void the_script_for_svg_holds_no_name_of_the_study(void **state)
{
    struct drawn *d = *state;
    struct strbuf script = STRBUF_INIT;
    make(d, "hostile");
    plot_script_svg(&script, d->figures, d->count, &d->settings);
    assert_null(strstr(script.str, "touch"));
    assert_null(strstr(script.str, "alert"));
    assert_null(strchr(script.str, '`'));
    strbuf_free(&script);
}

/* teardown() sees that no canary was written into the folder. */
static void names_that_are_commands_are_not_run(void **state)
{
    struct drawn *d = *state;
    make(d, "hostile");
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), 0);
    for (size_t i = 0; i < d->count; i++)
        strbuf_free(&d->outputs[i]);
    assert_int_equal(plot_png(d->figures, d->count, &d->settings, d->outputs, &d->err), 0);
    assert_string_equal(d->err.text, "");
}

static void a_png_says_that_it_has_300_dots_an_inch(void **state)
{
    static const char resolution[] = "\0\0\0\x09pHYs\0\0\x2e\x23\0\0\x2e\x23\x01\x78\xa5\x3f\x76";
    struct drawn *d = *state;
    make(d, "one");
    assert_int_equal(plot_png(d->figures, d->count, &d->settings, d->outputs, &d->err), 0);
    for (size_t i = 0; i < d->count; i++) {
        const struct strbuf *png = &d->outputs[i];
        assert_true(png->len > 5000);
        assert_memory_equal(png->str, "\x89PNG\r\n\x1a\n", 8);
        assert_memory_equal(png->str + 8 + 25, resolution, sizeof resolution - 1);
        assert_memory_equal(png->str + png->len - 8, "IEND", 4);
    }
}

static void the_same_figures_give_the_same_bytes(void **state)
{
    struct drawn *d = *state;
    make(d, "eight");
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), 0);
    char *first = strbuf_take(&d->outputs[2]);
    for (size_t i = 0; i < d->count; i++)
        strbuf_free(&d->outputs[i]);
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), 0);
    assert_string_equal(d->outputs[2].str, first);
    free(first);
}

static void a_missing_gnuplot_is_named_with_the_remedy(void **state)
{
    struct drawn *d = *state;
    make(d, "one");
    pretend_gnuplot(d, NULL);
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), -1);
    assert_string_equal(d->err.text, "no plots: gnuplot was not found; install gnuplot-nox (5.4 or "
                                     "newer) and make the report again");
}

static void a_failing_gnuplot_is_quoted(void **state)
{
    struct drawn *d = *state;
    make(d, "one");
    pretend_gnuplot(d, "#!/bin/sh\necho 'unknown or ambiguous terminal type' >&2\nexit 1\n");
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), -1);
    assert_non_null(strstr(d->err.text, "gnuplot failed (exit status 1): unknown or ambiguous "
                                        "terminal type;"));
}

static void a_gnuplot_that_hangs_is_stopped(void **state)
{
    struct drawn *d = *state;
    make(d, "one");
    pretend_gnuplot(d, "#!/bin/sh\nsleep 60\n");
    d->settings.time_limit = 1;
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), -1);
    assert_non_null(strstr(d->err.text, "gnuplot took more than 1 s and was stopped"));
}

static void a_gnuplot_that_draws_too_little_is_noticed(void **state)
{
    struct drawn *d = *state;
    make(d, "one");
    pretend_gnuplot(d, "#!/bin/sh\necho '<svg></svg>'\n");
    assert_int_equal(plot_svg(d->figures, d->count, &d->settings, d->outputs, &d->err), -1);
    assert_non_null(strstr(d->err.text, "fewer pictures than it was given"));
}

/* Figures ------------------------------------------------------------------ */

static void names_at_the_end_of_curves_never_overlap(void **state)
{
    static const char *const shapes[] = {"course", "eight", "long", "hostile", "one-count"};
    struct drawn *d = *state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        make(d, shapes[s]);
        for (size_t i = 0; i < d->count; i++)
            for (size_t a = 0; a < d->figures[i].text_count; a++)
                for (size_t b = 0; b < a; b++) {
                    const struct figure_text *x = &d->figures[i].texts[a],
                                             *y = &d->figures[i].texts[b];
                    if (x->role == TEXT_LABEL && y->role == TEXT_LABEL && x->x == y->x)
                        assert_true(fabs(x->y - y->y) > 11);
                }
        for (size_t i = 0; i < d->count; i++)
            figure_free(&d->figures[i]);
        fixture_free(&d->fixture);
    }
    d->count = 0;
    d->fixture.analysis.study = NULL;
}

static void labels_are_moved_as_little_as_possible(void **state)
{
    struct figure_text texts[3] = {{.y = 50}, {.y = 52}, {.y = 200}};
    struct figure_text *list[3] = {&texts[2], &texts[1], &texts[0]};
    (void)state;
    figure_push_apart(list, 3, 10, 0, 300);
    assert_float_equal(texts[0].y, 46, 1e-6);
    assert_float_equal(texts[1].y, 56, 1e-6);
    assert_float_equal(texts[2].y, 200, 1e-6);
    figure_push_apart(list, 3, 1000, 0, 300); /* no room: as far apart as there is */
    assert_float_equal(texts[0].y, 0, 1e-6);
    assert_float_equal(texts[2].y, 300, 1e-6);
}

static void every_value_lies_within_the_axes(void **state)
{
    static const char *const shapes[] = {"course", "eight", "two-counts", "one-count", "sizes"};
    struct drawn *d = *state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        make(d, shapes[s]);
        for (size_t i = 0; i < d->count; i++)
            for (size_t m = 0; m < d->figures[i].mark_count; m++)
                for (size_t p = 0; p < d->figures[i].marks[m].count; p++) {
                    const struct figure *f = &d->figures[i];
                    const struct figure_point *point = &f->marks[m].points[p];
                    assert_in_range((unsigned long)(axis_place(&f->x, point->x) * 1e6 + 1), 0,
                                    1000002);
                    assert_in_range((unsigned long)(axis_place(&f->y, point->y) * 1e6 + 1), 0,
                                    1000002);
                }
        for (size_t i = 0; i < d->count; i++)
            figure_free(&d->figures[i]);
        fixture_free(&d->fixture);
    }
    d->count = 0;
    d->fixture.analysis.study = NULL;
}

static void ticks_are_texts_that_people_write(void **state)
{
    static const int64_t counts[] = {1, 2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256};
    struct drawn *d = *state;
    struct axis times = axis_of_seconds(&d->pool, 0.018, 0.6);
    assert_string_equal(times.ticks[0].text, "20 ms");
    assert_string_equal(times.ticks[1].text, "50 ms");
    assert_string_equal(times.ticks[2].text, "0.1 s");
    struct axis cores = axis_of_cores(&d->pool, counts, 12, 12, 380, 12, 8);
    assert_int_equal(cores.tick_count, 12);
    assert_string_equal(cores.ticks[0].text, "1");
    assert_string_equal(cores.ticks[11].text, "256");
    assert_string_equal(cores.ticks[10].text, ""); /* 192 has no room beside 256 */
    struct axis ratios = axis_of_ratios(&d->pool, 0.3, 12);
    assert_string_equal(ratios.ticks[0].text, "0.25");
    ratios = axis_of_ratios(&d->pool, 0.0012, 3);
    assert_string_equal(ratios.ticks[0].text, "0.001");
    assert_string_equal(ratios.ticks[3].text, "1");
    assert_string_equal(axis_of_percent(&d->pool, 0.9).ticks[5].text, "100 %");
}

static void dots_of_many_blocks_are_thinned_to_both_ends(void **state)
{
    size_t ranks[FIGURE_MOST_DOTS];
    (void)state;
    assert_int_equal(figure_dot_ranks(9, ranks), 9);
    assert_int_equal(ranks[8], 8);
    assert_int_equal(figure_dot_ranks(1000000, ranks), FIGURE_MOST_DOTS);
    assert_int_equal(ranks[0], 0);
    assert_int_equal(ranks[FIGURE_MOST_DOTS - 1], 999999);
}

#define WITH_SETUP(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    char *gnuplot = process_find("gnuplot");
    const struct CMUnitTest always[] = {
        cmocka_unit_test(names_are_quoted_so_that_gnuplot_replaces_nothing),
        WITH_SETUP(the_script_for_svg_holds_no_name_of_the_study),
        WITH_SETUP(a_missing_gnuplot_is_named_with_the_remedy),
        WITH_SETUP(a_failing_gnuplot_is_quoted),
        WITH_SETUP(a_gnuplot_that_hangs_is_stopped),
        WITH_SETUP(a_gnuplot_that_draws_too_little_is_noticed),
        WITH_SETUP(names_at_the_end_of_curves_never_overlap),
        cmocka_unit_test(labels_are_moved_as_little_as_possible),
        WITH_SETUP(every_value_lies_within_the_axes),
        WITH_SETUP(ticks_are_texts_that_people_write),
        cmocka_unit_test(dots_of_many_blocks_are_thinned_to_both_ends),
    };
    const struct CMUnitTest drawing[] = {
        WITH_SETUP(names_that_are_commands_are_not_run),
        WITH_SETUP(a_png_says_that_it_has_300_dots_an_inch),
        WITH_SETUP(the_same_figures_give_the_same_bytes),
    };
    int failed = cmocka_run_group_tests(always, NULL, NULL);
    if (gnuplot != NULL)
        failed += cmocka_run_group_tests(drawing, NULL, NULL);
    free(gnuplot);
    return failed;
}

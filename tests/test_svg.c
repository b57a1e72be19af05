#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"
#include "markup_check.h"
#include "plot.h"
#include "process.h"
#include "report_fixture.h"
#include "svg.h"
#include "svg_scan.h"
#include "templates.h"

/* A figure with two points, a dot, a label and a name that was cut. */
static void fill_figure(struct figure *f)
{
    *f = (struct figure){.name = "speedup",
                         .heading = "Speedup of <k>",
                         .description = "A & B",
                         .width = 520,
                         .height = 320};
    struct figure_point *points = figure_add_mark(f, ROLE_POINTS, 1, 2);
    points[0].title = "<b>, 1 core: \"1\"";
    points[1].title = "second";
    figure_add_mark(f, ROLE_DOTS, 0, 2);
    figure_add_mark(f, ROLE_LINE, 9, 2);
    figure_add_text(f, TEXT_TICK, 10, 20, ANCHOR_MIDDLE, "1");
    struct figure_text *text = figure_add_text(f, TEXT_LABEL, 10, 20, ANCHOR_START, "a<b…");
    text->full = "a<b]]>&c";
    text->colour = 1;
}

/* As gnuplot 5.4 writes it; marks and texts carry the codes of plot.h. */
static const char drawn[] =
    "<?xml version=\"1.0\"?>\n<svg viewBox=\"0 0 520 320\">\n<title>Gnuplot</title>\n"
    "<desc>Produced by GNUPLOT</desc>\n<script type=\"text/javascript\">alert(1)</script>\n"
    "<style>text{fill:red}</style><g id=\"gnuplot_canvas\">\n"
    "<rect x=\"0\" y=\"0\" width=\"520\" height=\"320\" fill=\"#ffffff\"/>\n"
    "<defs><circle id='gpDot' r='0.5'/></defs>\n"
    "<path stroke='rgb(  0,   0, 166)'  d='M54.53,294.00 L63.53,294.00  '/>"
    "<path stroke='black' d='M0,0 L1,1'/>"
    "<g transform=\"translate(46.14,297.90)\" fill=\"rgb(0,1,168)\"><text>T1</text></g>\n"
    "<g transform=\"translate(1,2)\"><text><![CDATA[ T0]]></text></g>\n"
    "<use xlink:href='#gpPt6' transform='translate(54.53,238.80) scale(2.70)' "
    "color='rgb(  0,   0, 165)'/>\n"
    "<use xlink:href='#gpPt6' transform='translate(154.50,38.00) scale(2.70)' "
    "color='rgb(  0,   0, 165)'/>\n"
    "<use xlink:href='#gpPt6' transform='translate(10,20) scale(2.70)' color='rgb(0,1,165)'/>\n"
    "<use xlink:href='#gpPt6' transform='translate(11,20) scale(2.70)' color='rgb(0,1,165)'/>\n"
    "<path stroke='rgb(  0,   2, 165)'  d='M54.53,294.00 L63.53,290.26 L70,280  '/>"
    "<path stroke='rgb(  9,   9, 165)'  d='M1,1 L2,2'/>\n</g>\n</svg>\n";

static void only_what_is_known_is_taken_over(void **state)
{
    struct figure f;
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    fill_figure(&f);
    assert_int_equal(svg_for_page(&out, drawn, &f, "plot-speedup", &err), 0);
    assert_string_equal(
        out.str, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 520 320\" "
                 "role=\"img\" aria-labelledby=\"plot-speedup-title plot-speedup-desc\">\n"
                 "<title id=\"plot-speedup-title\">Speedup of &lt;k&gt;</title>\n"
                 "<desc id=\"plot-speedup-desc\">A &amp; B</desc>\n"
                 "<path class=\"grid\" d=\"M54.5 294L63.5 294\"/>\n"
                 "<text class=\"label c1\" x=\"46.1\" y=\"297.9\"><title>a&lt;b]]&gt;&amp;c</title>"
                 "a&lt;b…</text>\n"
                 "<text class=\"tick\" x=\"1\" y=\"2\" text-anchor=\"middle\">1</text>\n"
                 "<g class=\"point c1\"><title>&lt;b&gt;, 1 core: &quot;1&quot;</title>"
                 "<path d=\"M54.5 238.8m-2.9-2.9h5.8v5.8h-5.8z\"/></g>\n"
                 "<g class=\"point c1\"><title>second</title>"
                 "<path d=\"M154.5 38m-2.9-2.9h5.8v5.8h-5.8z\"/></g>\n"
                 "<path class=\"dots c0\" d=\"M10 20h0M11 20h0\"/>\n"
                 "<path class=\"line c1 again1\" d=\"M54.5 294L63.5 290.3L70 280\"/>\n"
                 "</svg>\n");
    strbuf_free(&out);
    figure_free(&f);
}

static void a_file_brings_its_style_and_heading(void **state)
{
    struct figure f;
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    fill_figure(&f);
    assert_int_equal(svg_for_file(&out, drawn, &f, ".plot{--ink:#000}\n", &err), 0);
    assert_non_null(strstr(out.str, "<style>\n.plot{--ink:#000}\n</style>"));
    assert_non_null(strstr(out.str, "viewBox=\"0 -30 520 350\""));
    assert_non_null(strstr(out.str, ">Speedup of &lt;k&gt;</text>"));
    char *problem = markup_problem(out.str);
    assert_null(problem);
    strbuf_free(&out);
    figure_free(&f);
}

static void svg_that_breaks_off_is_an_error_and_nothing_is_written(void **state)
{
    struct figure f;
    struct strbuf out = STRBUF_INIT;
    struct error err = ERROR_INIT;
    (void)state;
    fill_figure(&f);
    assert_int_equal(svg_for_page(&out, "<svg><path stroke='rgb(0,0,16", &f, "p", &err), -1);
    assert_string_equal(err.text, "no plots: gnuplot's SVG ends in the middle");
    assert_string_equal(out.str, "");
    strbuf_free(&out);
    figure_free(&f);
}

/* Every prefix of a picture: an error or not, but never a read beyond its end. */
static void no_prefix_is_read_beyond_its_end(void **state)
{
    struct figure f;
    (void)state;
    fill_figure(&f);
    for (size_t length = 0; length < sizeof drawn; length++) {
        char *part = strndup(drawn, length);
        struct strbuf out = STRBUF_INIT;
        struct error err = ERROR_INIT;
        svg_for_page(&out, part, &f, "p", &err);
        strbuf_free(&out);
        free(part);
    }
    figure_free(&f);
}

static void colours_are_read_in_both_spellings(void **state)
{
    uint32_t colour = 0;
    (void)state;
    assert_true(svg_colour("rgb(  1,   2, 165)", 18, &colour));
    assert_int_equal(colour, 0x0102A5);
    assert_true(svg_colour("#0102a5", 7, &colour));
    assert_int_equal(colour, 0x0102A5);
    assert_false(svg_colour("black", 5, &colour));
    assert_false(svg_colour("rgb(1,2)", 8, &colour));
    assert_false(svg_colour("rgb(1,2,999)", 12, &colour));
}

static void pictures_of_all_shapes_are_well_formed(void **state)
{
    static const char *const shapes[] = {"course", "one",     "two-counts", "one-count",
                                         "eight",  "hostile", "long"};
    char *gnuplot = process_find("gnuplot");
    (void)state;
    if (gnuplot == NULL)
        skip();
    free(gnuplot);
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct fixture fixture;
        struct pool pool = POOL_INIT;
        struct figure figures[FIGURES_PER_GROUP];
        struct strbuf raw[FIGURES_PER_GROUP], script = STRBUF_INIT;
        struct error err = ERROR_INIT;
        fixture_fill(&fixture, fixture_shape_find(shapes[s]));
        struct groups groups = groups_of(&pool, &fixture.analysis);
        size_t count =
            figures_make(figures, &fixture.analysis, &groups.list[0], 0, 0.7, LAYOUT_NARROW);
        assert_int_equal(template_load(NULL, "plot.gp", &script, &err), 0);
        const struct plot_settings settings = {.script = script.str, .css = ""};
        for (size_t i = 0; i < FIGURES_PER_GROUP; i++)
            raw[i] = (struct strbuf)STRBUF_INIT;
        assert_int_equal(plot_svg(figures, count, &settings, raw, &err), 0);
        for (size_t i = 0; i < count; i++) {
            struct strbuf out = STRBUF_INIT;
            assert_int_equal(svg_for_page(&out, raw[i].str, &figures[i], figures[i].name, &err), 0);
            char *problem = markup_problem(out.str);
            assert_null(problem);
            assert_non_null(strstr(out.str, "class=\"axis\""));
            strbuf_free(&out);
            strbuf_free(&raw[i]);
            figure_free(&figures[i]);
        }
        strbuf_free(&script);
        pool_free(&pool);
        fixture_free(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_known_is_taken_over),
        cmocka_unit_test(a_file_brings_its_style_and_heading),
        cmocka_unit_test(svg_that_breaks_off_is_an_error_and_nothing_is_written),
        cmocka_unit_test(no_prefix_is_read_beyond_its_end),
        cmocka_unit_test(colours_are_read_in_both_spellings),
        cmocka_unit_test(pictures_of_all_shapes_are_well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

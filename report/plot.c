#include "plot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"
#include "plot_png.h"
#include "process.h"
#include "utf8.h"

enum { PLOT_MOST_BYTES = 256 << 20 };
#define PNG_SCALE (300.0 / 96) /* pixels of 300 dpi for one of the layout's */

/* Ourselves in the table's words: `with` clause for SVG, whose widths the style
 * sheet sets, and for PNG. */
static const struct {
    const char *svg, *png;
    const char *colour; /* of marks without a series' colour */
    const char *alpha;  /* of the others; NULL: opaque */
} looks[ROLE_COUNT] = {
    [ROLE_BAND] = {"with filledcurves", "with filledcurves fs solid 0.18 noborder", NULL, NULL},
    [ROLE_MODEL_BAND] = {"with filledcurves", "with filledcurves fs solid 0.12 noborder", NULL, NULL},
    [ROLE_IDEAL] = {"with lines", "with lines dt (6,5) lw 1", "--faint", NULL},
    [ROLE_THRESHOLD] = {"with lines", "with lines dt (6,5) lw 1", "--faint", NULL},
    [ROLE_BORDER] = {"with lines", "with lines lw 1", "--grid", NULL},
    [ROLE_DOTS] = {"with points pt 7", "with points pt 7 ps 0.22", NULL, "99"},
    [ROLE_BAR] = {"with lines", "with lines lw 5", NULL, NULL},
    [ROLE_LINK] = {"with lines", "with lines lw 0.8", NULL, "80"},
    [ROLE_WHISKER] = {"with lines", "with lines lw 1.5", NULL, NULL},
    [ROLE_LINE] = {"with lines", "with lines lw 1.7", NULL, NULL},
    [ROLE_MODEL] = {"with lines", "with lines lw 1.2", NULL, NULL},
    [ROLE_MODEL_BEYOND] = {"with lines", "with lines dt (10,8) lw 1.2", NULL, NULL},
    [ROLE_POINTS] = {"with points pt 7", "with points ps 0.6", NULL, NULL},
    [ROLE_OPEN] = {"with points pt 7", "with points pt 6 ps 0.65 lw 1.1", NULL, NULL},
    [ROLE_CHOICE] = {"with points pt 7", "with points pt 7 ps 1.4", NULL, NULL},
    [ROLE_RING] = {"with points pt 7", "with points pt 6 ps 1.4 lw 1.6", NULL, NULL},
    [ROLE_HALO] = {"with points pt 7", "with points pt 6 ps 2.0 lw 1.1", NULL, NULL},
};

/* gnuplot's filled markers in the order of enum figure_shape. */
static const int marker_types[SHAPE_COUNT] = {7, 5, 9, 13, 11, 15};

void gnuplot_quote(struct strbuf *out, const char *text)
{
    size_t length;
    strbuf_add_char(out, '\'');
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length) {
        if (c == '\'')
            strbuf_add(out, "''");
        else if (c == UTF8_INVALID)
            strbuf_add(out, "\xEF\xBF\xBD");
        else if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
            strbuf_add_char(out, ' ');
        else
            strbuf_add_bytes(out, text, length);
    }
    strbuf_add_char(out, '\'');
}

/*
 * Scripts that every machine has letters for. Pango draws the others, where no
 * font has them, at a size that covers the whole picture; the SVG and the
 * tables show them.
 */
static bool has_letters(uint32_t c)
{
    return c < 0x530 || (c >= 0x1E00 && c < 0x2300);
}

/* A label of a PNG, which is drawn with this machine's fonts. */
static void add_label(struct strbuf *out, const char *text)
{
    struct strbuf drawable = STRBUF_INIT;
    size_t length;
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length) {
        if (has_letters(c))
            strbuf_add_bytes(&drawable, text, length);
        else
            strbuf_add_char(&drawable, '?');
    }
    gnuplot_quote(out, drawable.str);
    strbuf_free(&drawable);
}

static void add_number(struct strbuf *out, double value)
{
    char text[NUMBER_TEXT_SIZE];
    strbuf_add(out, number_format(text, value));
}

/* A colour of the style sheet: the first `--NAME: #RRGGBB`, which is the light
 * one. `alpha` is gnuplot's, two digits: "" opaque, "ff" not seen. */
static void add_clear_colour(struct strbuf *out, const char *css, const char *name,
                             const char *alpha)
{
    size_t length = strlen(name);
    for (const char *at = css; (at = strstr(at, name)) != NULL; at += length) {
        const char *value = at + length;
        value += strspn(value, " ");
        if (*value != ':')
            continue;
        value += 1 + strspn(value + 1, " ");
        if (value[0] == '#' && strspn(value + 1, "0123456789abcdefABCDEF") >= 6) {
            strbuf_addf(out, "'#%s%.6s'", alpha, value + 1);
            return;
        }
    }
    strbuf_add(out, "'#404040'");
}

static void add_css_colour(struct strbuf *out, const char *css, const char *name)
{
    add_clear_colour(out, css, name, "");
}

static void add_series_colour(struct strbuf *out, const char *css, int colour, const char *alpha)
{
    char name[32];
    snprintf(name, sizeof name, "--series-%d", colour % FIGURE_COLOURS);
    add_clear_colour(out, css, name, alpha);
}

static void add_code(struct strbuf *out, enum plot_code_kind kind, size_t index)
{
    strbuf_addf(out, "'#%06x'", (unsigned)plot_code(kind, index));
}

/* One figure -------------------------------------------------------------- */

struct canvas {
    bool png;
    const char *css;
    double above; /* pixels for a heading */
};

static void add_axis(struct strbuf *out, char name, const struct axis *axis)
{
    strbuf_addf(out, "%s logscale %c\n", axis->log ? "set" : "unset", name);
    strbuf_addf(out, "set %crange [", name);
    add_number(out, axis->low);
    strbuf_add_char(out, ':');
    add_number(out, axis->high);
    strbuf_add(out, "]\n");
    if (axis->tick_count == 0) {
        strbuf_addf(out, "unset %ctics\n", name);
        return;
    }
    /* Texts are labels of ours: gnuplot takes a tick's text for a format. */
    strbuf_addf(out, "set %ctics scale %s (", name, name == 'x' ? "0.5" : "0");
    for (size_t i = 0; i < axis->tick_count; i++) {
        strbuf_add(out, i == 0 ? "'' " : ", '' ");
        add_number(out, axis->ticks[i].at);
    }
    strbuf_add(out, ")\n");
}

static void add_place(struct strbuf *out, const struct figure *f, const struct canvas *canvas,
                      double x, double y)
{
    strbuf_add(out, "screen ");
    add_number(out, x / f->width);
    strbuf_add(out, ", screen ");
    add_number(out, 1 - (y + canvas->above) / (f->height + canvas->above));
}

static void add_text(struct strbuf *out, const struct figure *f, const struct canvas *canvas,
                     size_t index)
{
    static const char *const anchors[] = {
        [ANCHOR_START] = "left", [ANCHOR_MIDDLE] = "center", [ANCHOR_END] = "right"};
    static const char *const colours[] = {
        [TEXT_TICK] = "--quiet", [TEXT_LABEL] = "--ink",  [TEXT_NOTE] = "--quiet",
        [TEXT_NAME] = "--ink",   [TEXT_AXIS] = "--quiet", [TEXT_HEADING] = "--ink"};
    const struct figure_text *text = &f->texts[index];
    strbuf_add(out, "set label ");
    if (canvas->png)
        add_label(out, text->text);
    else
        strbuf_addf(out, "'T%zu'", index);
    strbuf_add(out, " at ");
    add_place(out, f, canvas, text->x, text->y);
    strbuf_addf(out, " %s front tc rgb ", anchors[text->anchor]);
    if (!canvas->png)
        add_code(out, PLOT_CODE_TEXT, index);
    else if (text->colour >= 0)
        add_series_colour(out, canvas->css, text->colour, "");
    else
        add_css_colour(out, canvas->css, colours[text->role]);
    strbuf_add_char(out, '\n');
    if (canvas->png && text->has_leader) {
        strbuf_add(out, "set arrow from ");
        add_place(out, f, canvas, text->from_x, text->from_y);
        strbuf_add(out, " to ");
        add_place(out, f, canvas, text->x - 2, text->y);
        strbuf_add(out, " nohead lw 0.6 lc rgb ");
        add_series_colour(out, canvas->css, text->colour, "");
        strbuf_add_char(out, '\n');
    }
}

static void add_data(struct strbuf *out, const struct figure_mark *mark, size_t index)
{
    strbuf_addf(out, "$M%zu << END\n", index);
    for (size_t i = 0; i < mark->count; i++) {
        const struct figure_point *p = &mark->points[i];
        if (p->gap)
            strbuf_add_char(out, '\n');
        add_number(out, p->x);
        strbuf_add_char(out, ' ');
        add_number(out, figure_role_is_band(mark->role) ? p->low : p->y);
        if (figure_role_is_band(mark->role)) {
            strbuf_add_char(out, ' ');
            add_number(out, p->high);
        }
        strbuf_add_char(out, '\n');
    }
    strbuf_add(out, "END\n");
}

static void add_mark(struct strbuf *out, const struct figure_mark *mark, size_t index,
                     const struct canvas *canvas)
{
    strbuf_addf(out, "%s$M%zu using %s %s lc rgb ", index == 0 ? "plot " : ", \\\n     ", index,
                figure_role_is_band(mark->role) ? "1:2:3" : "1:2",
                canvas->png ? looks[mark->role].png : looks[mark->role].svg);
    if (!canvas->png)
        add_code(out, PLOT_CODE_MARK, index);
    else if (mark->colour >= 0)
        add_series_colour(out, canvas->css, mark->colour, looks[mark->role].alpha != NULL ? looks[mark->role].alpha : "");
    else
        add_css_colour(out, canvas->css, looks[mark->role].colour);
    if (canvas->png && mark->role == ROLE_LINE && mark->colour >= FIGURE_COLOURS)
        strbuf_add(out, (mark->colour / FIGURE_COLOURS - 1) % FIGURE_DASHES == 0 ? " dt (14,6)" : " dt (4,6)");
    if (canvas->png && mark->role == ROLE_POINTS)
        strbuf_addf(out, " pt %d", marker_types[figure_shape(mark->colour)]);
}

static void add_margins(struct strbuf *out, const struct figure *f, const struct canvas *canvas)
{
    double height = f->height + canvas->above;
    const struct {
        const char *name;
        double at;
    } margins[] = {{"lmargin", f->left / f->width},
                   {"rmargin", 1 - f->right / f->width},
                   {"bmargin", f->bottom / height},
                   {"tmargin", 1 - (f->top + canvas->above) / height}};
    for (size_t i = 0; i < sizeof margins / sizeof *margins; i++) {
        strbuf_addf(out, "set %s at screen ", margins[i].name);
        add_number(out, margins[i].at);
        strbuf_add_char(out, '\n');
    }
}

static void add_figure(struct strbuf *out, const struct figure *f, const struct canvas *canvas)
{
    strbuf_add(out, "unset label\nunset arrow\n");
    add_margins(out, f, canvas);
    add_axis(out, 'x', &f->x);
    add_axis(out, 'y', &f->y);
    strbuf_addf(out, "set grid %sxtics %sytics back lt 1 lw 1 lc rgb ", f->grid_x ? "" : "no",
                f->grid_y ? "" : "no");
    if (canvas->png)
        add_css_colour(out, canvas->css, "--grid");
    else
        add_code(out, PLOT_CODE_GRID, 0);
    strbuf_add(out, "\nset border 1 lw 1 lc rgb ");
    if (canvas->png)
        add_css_colour(out, canvas->css, "--axis");
    else
        add_code(out, PLOT_CODE_AXIS, 0);
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < f->text_count; i++)
        add_text(out, f, canvas, i);
    if (canvas->png) {
        strbuf_add(out, "set label ");
        add_label(out, f->heading);
        strbuf_add(out, " at ");
        add_place(out, f, canvas, 12, -12);
        strbuf_add(out, " left font ',10.5' tc rgb ");
        add_css_colour(out, canvas->css, "--ink");
        strbuf_add_char(out, '\n');
    }
    for (size_t i = 0; i < f->mark_count; i++)
        add_data(out, &f->marks[i], i);
    for (size_t i = 0; i < f->mark_count; i++)
        add_mark(out, &f->marks[i], i, canvas);
    strbuf_add_char(out, '\n');
}

void plot_script_svg(struct strbuf *out, const struct figure *figures, size_t count,
                     const struct plot_settings *settings)
{
    const struct canvas canvas = {.png = false};
    strbuf_add(out, settings->script);
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(out, "\nset terminal svg size %.0f,%.0f dynamic noenhanced font 'sans,12'\n",
                    figures[i].width, figures[i].height);
        add_figure(out, &figures[i], &canvas);
    }
    strbuf_add(out, "unset output\n");
}

void plot_script_png(struct strbuf *out, const struct figure *figures, size_t count,
                     const struct plot_settings *settings)
{
    const struct canvas canvas = {
        .png = true, .css = settings->css, .above = FIGURE_HEADING_PIXELS};
    strbuf_add(out, settings->script);
    for (size_t i = 0; i < count; i++) {
        strbuf_addf(
            out,
            "\nset terminal pngcairo size %.0f,%.0f noenhanced rounded background '#ffffff' "
            "font 'sans,9' fontscale %d.%03d linewidth %d.%03d pointscale %d.%03d\n",
            round(figures[i].width * PNG_SCALE),
            round((figures[i].height + canvas.above) * PNG_SCALE), 3, 125, 3, 125, 3, 125);
        add_figure(out, &figures[i], &canvas);
    }
    strbuf_add(out, "unset output\n");
}

/* Running it -------------------------------------------------------------- */

/* The last line of what gnuplot said that is a sentence of its own. */
static char *last_words(const char *errors)
{
    const char *end = errors + strlen(errors);
    while (end > errors) {
        const char *begin = end;
        while (begin > errors && begin[-1] != '\n')
            begin--;
        const char *text = begin + strspn(begin, " \t^");
        if (text < end && strncmp(text, "gnuplot>", 8) != 0)
            return text_format("%.*s", (int)(end - text < 200 ? end - text : 200), text);
        end = begin > errors ? begin - 1 : errors;
    }
    return text_format("it said nothing");
}

static int check_run(const struct process_result *result, double time_limit, struct error *err)
{
    if (!result->started && result->spawn_error == ENOENT)
        return error_system(err, "no plots: gnuplot was not found; install gnuplot-nox (5.4 or "
                                 "newer) and make the report again");
    if (!result->started)
        return error_system(err,
                            "no plots: gnuplot could not be started (%s); check its "
                            "installation and make the report again",
                            strerror(result->spawn_error));
    if (result->timed_out)
        return error_system(err,
                            "no plots: gnuplot took more than %.0f s and was stopped; run it "
                            "by hand to see why, then make the report again",
                            time_limit);
    if (result->exit_status != 0) {
        char *words = last_words(result->errors.str), *what = process_describe(result);
        int rc = error_system(err,
                              "no plots: gnuplot failed (%s): %s; version 5.4 or newer with "
                              "the svg and pngcairo terminals is needed (gnuplot-nox)",
                              what, words);
        free(words);
        free(what);
        return rc;
    }
    return 0;
}

typedef size_t split_fn(const char *bytes, size_t length, struct strbuf *outputs, size_t count);

static int run_gnuplot(const struct plot_settings *settings, const char *script, split_fn *split,
                       struct strbuf *outputs, size_t count, struct error *err)
{
    /* -d: the user's own settings are not read, so that all reports look alike. */
    char *argv[] = {(char[]){"gnuplot"}, (char[]){"-d"}, NULL};
    double time_limit = settings->time_limit > 0 ? settings->time_limit : 30;
    struct process_request request = {
        .argv = argv, .input = script, .time_limit = time_limit, .output_limit = PLOT_MOST_BYTES};
    struct process_result result;
    int rc = process_run(&request, &result, err);
    if (rc == 0)
        rc = check_run(&result, time_limit, err);
    if (rc == 0 && split(result.output.str, result.output.len, outputs, count) != count)
        rc = error_system(err, "no plots: gnuplot drew fewer pictures than it was given; version "
                               "5.4 or newer is needed (install gnuplot-nox)");
    process_result_free(&result);
    return rc;
}

static size_t split_svg(const char *bytes, size_t length, struct strbuf *outputs, size_t count)
{
    size_t found = 0;
    (void)length; /* text: it ends in a NUL */
    for (const char *at = strstr(bytes, "<svg"); at != NULL && found < count; found++) {
        const char *end = strstr(at, "</svg>");
        if (end == NULL)
            break;
        end += strlen("</svg>");
        strbuf_add_bytes(&outputs[found], at, (size_t)(end - at));
        at = strstr(end, "<svg");
    }
    return found;
}

int plot_svg(const struct figure *figures, size_t count, const struct plot_settings *settings,
             struct strbuf *outputs, struct error *err)
{
    struct strbuf script = STRBUF_INIT;
    plot_script_svg(&script, figures, count, settings);
    int rc = run_gnuplot(settings, script.str, split_svg, outputs, count, err);
    strbuf_free(&script);
    return rc;
}

int plot_png(const struct figure *figures, size_t count, const struct plot_settings *settings,
             struct strbuf *outputs, struct error *err)
{
    struct strbuf script = STRBUF_INIT;
    plot_script_png(&script, figures, count, settings);
    int rc = run_gnuplot(settings, script.str, plot_png_split, outputs, count, err);
    strbuf_free(&script);
    return rc;
}

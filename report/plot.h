/*
 * Has gnuplot draw figures: one process for all SVG, one for all PNG. The
 * script goes to its stdin and the pictures come from its stdout, so that no
 * name of a file or folder is ever part of a script.
 *
 * Texts of the study never reach gnuplot for SVG: it draws placeholders ("T7"
 * is figure->texts[7]) in colours that are numbers (see plot_code), and svg.c
 * puts the escaped texts and the style classes there. For PNG they must, and
 * go through gnuplot_quote().
 */
#ifndef SCALESTUDY_PLOT_H
#define SCALESTUDY_PLOT_H

#include <stdint.h>

#include "error.h"
#include "figure.h"
#include "strbuf.h"

struct plot_settings {
    const char *script; /* the template plot.gp */
    double time_limit;  /* seconds that gnuplot may take; 0: 30 */
    const char *css; /* the template figure.css: its first --NAME: #RRGGBB are the PNG's colours */
};

/*
 * outputs[i], empty before, becomes the picture of figures[i]: gnuplot's SVG,
 * to be finished by svg_finish(), or a PNG at 300 dpi. -1 with the reason and
 * the remedy where gnuplot is missing, fails or takes more than 30 s.
 */
int plot_svg(const struct figure *figures, size_t count, const struct plot_settings *settings,
             struct strbuf *outputs, struct error *err);
int plot_png(const struct figure *figures, size_t count, const struct plot_settings *settings,
             struct strbuf *outputs, struct error *err);

/* What a colour in gnuplot's SVG stands for, 24 bits. */
enum plot_code_kind {
    PLOT_CODE_MARK = 0xA5,
    PLOT_CODE_GRID = 0xA6,
    PLOT_CODE_AXIS = 0xA7,
    PLOT_CODE_TEXT = 0xA8
};
static inline uint32_t plot_code(enum plot_code_kind kind, size_t index)
{
    return (uint32_t)(index & 0xFFFF) << 8 | (uint32_t)kind;
}

/*
 * Text as a gnuplot string in single quotes, in which gnuplot replaces nothing
 * but doubled quotes: no backslashes, no macros, and no shell for backquotes.
 * Control characters become blanks. Only for `noenhanced` labels.
 */
void gnuplot_quote(struct strbuf *out, const char *text);

/* The scripts, for tests. */
void plot_script_svg(struct strbuf *out, const struct figure *figures, size_t count,
                     const struct plot_settings *settings);
void plot_script_png(struct strbuf *out, const struct figure *figures, size_t count,
                     const struct plot_settings *settings);

#endif

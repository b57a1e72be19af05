/*
 * Our pass over gnuplot's SVG: only what we know is taken over (lines, bands,
 * points, texts that carry a code of plot.h), written anew with classes in
 * place of colours, escaped texts in place of placeholders, a title for each
 * point, and no fixed size. Everything else gnuplot wrote is dropped: styles,
 * scripts, definitions, ids.
 */
#ifndef SCALESTUDY_SVG_H
#define SCALESTUDY_SVG_H

#include "error.h"
#include "figure.h"
#include "strbuf.h"

/*
 * Appends an <svg> element for the page: role, title and description, ids that
 * begin with `id`; its look comes from the page's style sheet. -1 where
 * gnuplot's text cannot be understood.
 */
int svg_for_page(struct strbuf *out, const char *gnuplot_svg, const struct figure *figure,
                 const char *id, struct error *err);

/* The same as a file that stands alone: with the style sheet `css` in it, and
 * the heading above the plot. */
int svg_for_file(struct strbuf *out, const char *gnuplot_svg, const struct figure *figure,
                 const char *css, struct error *err);

#endif

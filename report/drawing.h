/*
 * All pictures of a report: figures of each group in both layouts, drawn by
 * gnuplot and made fit for the page and for files.
 */
#ifndef SCALESTUDY_DRAWING_H
#define SCALESTUDY_DRAWING_H

#include "error.h"
#include "groups.h"
#include "page.h"
#include "plot.h"
#include "use.h"

struct drawing {
    struct figure *figures; /* the wide ones, then the narrow ones */
    size_t count;           /* of one layout */
    size_t *group_counts;   /* figures of each group */
    size_t *use_counts; /* figures of each view of use over time, behind those of the groups */
    struct page_picture *pictures; /* `count`, for the page */
    struct page_picture *use_pictures; /* of `pictures`, where theirs begin */
    struct strbuf *files;          /* `count` SVG files; empty where not drawn */
    struct strbuf *images;         /* `count` PNG files; empty where not drawn */
    struct pool pool;
};

/* What there is to draw; nothing is drawn yet. `uses` may be NULL. */
void drawing_plan(struct drawing *drawing, const struct analysis *analysis,
                  const struct groups *groups, const struct uses *uses, double efficiency);

/* The same of figures that are made already: `count` wide ones, then the same
 * narrow. The array is the drawing's from then on; group_counts stay empty. */
void drawing_take(struct drawing *drawing, struct figure *figures, size_t count);

/* -1 with the reason and the remedy; what could be drawn by then is kept. */
int drawing_svg(struct drawing *drawing, const struct plot_settings *settings, struct error *err);
int drawing_png(struct drawing *drawing, const struct plot_settings *settings, struct error *err);

void drawing_free(struct drawing *drawing);

#endif

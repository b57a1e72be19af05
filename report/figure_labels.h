/*
 * Words in the plots, where they are read without covering what they name:
 * a curve's name at its end, notes where there is room.
 */
#ifndef SCALESTUDY_FIGURE_LABELS_H
#define SCALESTUDY_FIGURE_LABELS_H

#include "figure.h"
#include "groups.h"

/* The right margin that the names of curves need; names wider than `most`
 * pixels will be cut. `ends` is where each series' curve ends, NAN where it has none. */
double figure_label_margin(const struct figure *figure, const struct group *group,
                           const struct figure_point *ends, double most);

/* Names of all curves. Call once axes, margins and marks are set. */
void figure_add_labels(struct figure *figure, const struct group *group,
                       const struct figure_point *ends);

/* Says that curves are extrapolated from the count `from` on to `end`. */
void figure_note_beyond(struct figure *figure, double from, double end);

void figure_note_ideal(struct figure *figure);
void figure_note_threshold(struct figure *figure, double threshold);

/* "Speedup: integration2d on kebnekaise, n = 10 000", and a sentence for those
 * who do not see the plot. */
const char *figure_heading(struct pool *pool, const char *title, const struct series *series);
const char *figure_description(struct pool *pool, const char *title, const struct group *group);

#endif

/*
 * Studies that might have been: the blocks of each point drawn anew, with
 * replacement, and what the rule asks of the medians of such a study.
 * docs/method.md, "Which core count".
 *
 * The rule asks for probabilities of a ratio, study after study; most answers
 * follow from the extremes or from the two middle values alone, and only what
 * they leave open is summed from the whole law. All give the same answer.
 */
#ifndef SCALESTUDY_REDRAW_H
#define SCALESTUDY_REDRAW_H

#include "context.h"

/* Points of more blocks are drawn from this many quantiles around the middle,
 * spread so that the median is as uncertain as it was. */
enum { REDRAW_MOST = 101 };

struct redraw;

/* Borrows the context's points; nothing is drawn yet. */
struct redraw *redraw_new(const struct context *context);
void redraw_free(struct redraw *redraw); /* NULL is fine */

/* From here on the same draws again. */
void redraw_restart(struct redraw *redraw, uint64_t seed);

/* The next study: all points of these series, one after the other. */
void redraw_study(struct redraw *redraw, const size_t *series, size_t count);

/* Of the study at hand; NAN where nothing was measured. */
double redraw_median(const struct redraw *redraw, struct place at);

/*
 * P(T(a) / T(b) <= limit) >= level in the study at hand, of two points that
 * have no time of 0; `level` is above 0 and below 1.
 */
bool redraw_at_most(struct redraw *redraw, struct place a, struct place b, double limit,
                    double level);

/* P(T(at) <= seconds) >= level. */
bool redraw_within(struct redraw *redraw, struct place at, double seconds, double level);

#endif

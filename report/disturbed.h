/*
 * Others at work on the cores of a point while it was measured, and what that
 * makes of an answer. docs/method.md, "Others at work".
 */
#ifndef SCALESTUDY_DISTURBED_H
#define SCALESTUDY_DISTURBED_H

#include "context.h"

/* Fills the point's others_cores, stolen_cores, others_usual and others_shown; its blocks must
 * be there. */
void disturbed_summarise(const struct context *context, const struct gathered_point *rows,
                         struct point_summary *point);

/* Whether so much of them is shown that a reader should know. */
bool disturbed_is_notable(const struct point_summary *point);

/* Whether in most blocks there was so much that the point's time is not the program's. */
bool disturbed_is_spoiled(const struct point_summary *point);

/*
 * Fills the answer's disturbed_series and disturbed_point: the most disturbed of
 * the points that it rests on, those spoiled that are chosen, the fastest or the base
 * of the speedup, or that left alone might have been chosen. -1 where there is none.
 */
void disturbed_judge(const struct context *context, const size_t *series, size_t count,
                     struct answer *answer);

#endif

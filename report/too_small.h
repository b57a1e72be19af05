/*
 * Which points ran too briefly to judge: so short that the timer, or starting
 * the program, is part of what was measured. docs/method.md, "Too small".
 */
#ifndef SCALESTUDY_TOO_SMALL_H
#define SCALESTUDY_TOO_SMALL_H

#include "context.h"

/* Seconds below which a run of this series is too short, in the metric. */
double too_small_limit(const struct analysis *analysis, const struct plan *plan,
                       const struct machines *machines, const struct series *series);

/* Sets too_small of all points of the series. */
void too_small_mark(struct context *context, size_t series);

#endif

/*
 * The recommendation over all backends: one answer for each cluster, kernel and
 * size, and the sentence that says it. docs/method.md, "Which core count".
 */
#ifndef SCALESTUDY_ANSWERS_H
#define SCALESTUDY_ANSWERS_H

#include "context.h"

/* Fills the analysis' answers and headline; the series' optima must be there. */
void answers_find(struct context *context);

#endif

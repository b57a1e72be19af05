/*
 * The recommendation over all backends: one answer for each cluster, kernel and
 * size, and the sentence that says it. docs/method.md, "Which core count".
 */
#ifndef SCALESTUDY_ANSWERS_H
#define SCALESTUDY_ANSWERS_H

#include "context.h"

/* One answer's series: all of one cluster, kernel, size and scaling. */
struct rivals {
    size_t first; /* series that names it */
    size_t *series, count;
};

/* The rule over all of them: the members `kind`, `series`, `point` and the fastest's;
 * each series' own optimum must be there. */
void answers_decide(struct context *context, const struct rivals *rivals, struct answer *answer);

/* Fills the analysis' answers and headline; the series' optima must be there. */
void answers_find(struct context *context);

#endif

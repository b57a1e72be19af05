/*
 * What a point costs when it is asked for by itself, whatever allocation it was
 * measured in. docs/method.md, "Cost and use".
 */
#ifndef SCALESTUDY_COST_H
#define SCALESTUDY_COST_H

#include "context.h"

/* asked_cores, core_seconds, charged_core_hours and unused_core_hours of all points. */
void cost_compute(struct context *context);

/* What the ok runs of a study took of the cores that were asked for, and how
 * much of it no core worked. */
struct spending {
    double core_seconds, idle_core_seconds;
    size_t runs, runs_without_cpu; /* the second: whose CPU time is not known */
};
struct spending cost_spent(const struct analysis *analysis);

#endif

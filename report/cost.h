/*
 * What a point costs when it is asked for by itself, whatever allocation it was
 * measured in. docs/method.md, "Cost and use".
 */
#ifndef SCALESTUDY_COST_H
#define SCALESTUDY_COST_H

#include "context.h"

/* asked_cores, core_seconds and charged_core_hours of all points. */
void cost_compute(struct context *context);

#endif

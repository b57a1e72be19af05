/*
 * How time grows with the size, where one backend was measured at several:
 * docs/method.md, "Sizes".
 */
#ifndef SCALESTUDY_SIZES_H
#define SCALESTUDY_SIZES_H

#include "context.h"

/* Fills the analysis' size sweeps. */
void sizes_find(struct context *context);

#endif

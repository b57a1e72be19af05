/*
 * The other backends on the recommended core count, each against the
 * recommended one: what may be claimed of them all at once.
 */
#ifndef SCALESTUDY_RIVALS_H
#define SCALESTUDY_RIVALS_H

#include "context.h"

/* Fills the analysis' rivals, after its answers. */
void rivals_compare(struct context *context);

#endif

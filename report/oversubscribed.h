/*
 * Points whose workers outnumber the cores there are.
 */
#ifndef SCALESTUDY_OVERSUBSCRIBED_H
#define SCALESTUDY_OVERSUBSCRIBED_H

#include "context.h"

/* Physical cores that a point may use; 0 not known. */
int64_t oversubscribed_available(const struct context *context, const struct point_summary *point);

bool oversubscribed_is(const struct context *context, const struct point_summary *point);

#endif

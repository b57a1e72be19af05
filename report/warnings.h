/*
 * What a reader must be warned about: one row a check, so that a new one is a
 * function and a line in a table.
 */
#ifndef SCALESTUDY_WARNINGS_H
#define SCALESTUDY_WARNINGS_H

#include "context.h"

/* Fills the analysis' warnings, most serious first, and `oversubscribed`. */
void warnings_find(struct context *context);

/* The codes that a warning may bear, in the order of the report; NULL past the last. */
const char *warning_code(size_t index);

#endif

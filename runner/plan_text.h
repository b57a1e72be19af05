/*
 * A plan in words, for `run --dry-run` and `check`.
 */
#ifndef SCALESTUDY_PLAN_TEXT_H
#define SCALESTUDY_PLAN_TEXT_H

#include <stdbool.h>

#include "planfile.h"
#include "strbuf.h"

/* `size_open`: the size will be found before the first run. */
void plan_describe(const struct plan *plan, bool size_open, struct strbuf *out);

#endif

/*
 * compare.json: every number that a comparison states, and the same as a table.
 */
#ifndef SCALESTUDY_COMPARE_JSON_H
#define SCALESTUDY_COMPARE_JSON_H

#include "compare.h"
#include "strbuf.h"

/* `gate` NULL: --fail-if-slower was not given; else with what it allowed. */
void compare_json(struct strbuf *out, const struct compare *compare,
                  const struct compare_gate *gate, double allowed);

/* A row for each comparison: tables/comparisons.csv. */
void compare_table(struct strbuf *out, const struct compare *compare);

#endif

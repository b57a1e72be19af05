/*
 * summary.json: every figure that a report states, for scripts and tests. The
 * names are fixed; more may be added. What does not exist is null, and numbers
 * read back as the same double.
 */
#ifndef SCALESTUDY_SUMMARY_JSON_H
#define SCALESTUDY_SUMMARY_JSON_H

#include "analysis.h"
#include "strbuf.h"

/* Appends the document, with a line end behind it. Always 0. */
int summary_json_write(const struct analysis *analysis, struct strbuf *out);

#endif

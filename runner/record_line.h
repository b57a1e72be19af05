/*
 * A record as one line of JSON: the row of results.csv as far as the run knows
 * it. What the plan knows (study, backend, …) is joined when collected; what
 * is not known is left out, so that lines stay short.
 */
#ifndef SCALESTUDY_RECORD_LINE_H
#define SCALESTUDY_RECORD_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "jsontext.h"
#include "results.h"
#include "schedule.h"
#include "strbuf.h"

/* Appends it, without a line end. */
void record_line_write(struct strbuf *line, const struct planned_run *planned,
                       const struct run *run);

/* The order and status that it begins with; false where it is no whole record. */
bool record_line_start(const char *line, size_t length, int64_t *order, bool *ok);

/* Its fields into a run, whose other members stay; texts are borrowed from the document. */
int record_line_read(const struct json_doc *doc, struct run *run, struct error *err);

#endif

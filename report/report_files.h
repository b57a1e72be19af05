/*
 * The report's folder, from an analysis: pages, plots and tables. report.c
 * reads the inputs; this is the rest, without them, so that tests can give an
 * analysis of their own.
 */
#ifndef SCALESTUDY_REPORT_FILES_H
#define SCALESTUDY_REPORT_FILES_H

#include "analysis.h"
#include "report.h"
#include "use.h"

/* `plan` and `uses` may be NULL. Fills the outcome; see report_make(). */
int report_files(const struct report_request *request, const struct analysis *analysis,
                 const struct plan *plan, const struct machines *machines, const struct uses *uses,
                 struct report_outcome *outcome, struct error *err);

#endif

/*
 * A comparison's folder, from its entrants: pages, plots, compare.json and
 * tables. compare_report.c reads the inputs; this is the rest, without them, so
 * that tests can give entrants of their own.
 */
#ifndef SCALESTUDY_COMPARE_FILES_H
#define SCALESTUDY_COMPARE_FILES_H

#include "compare_report.h"
#include "page_compare.h"

/* `sources` are the entrants'. Fills the outcome; see compare_make(). */
int compare_files(const struct compare_request *request, const struct compare_entrant *entrants,
                  const struct compare_source *sources, size_t count,
                  struct compare_outcome *outcome, struct error *err);

#endif

/*
 * The report of one study: from the collected files to pages, plots, tables
 * and summary.json. A pure function of its input files: the same bytes in give
 * the same bytes out.
 */
#ifndef SCALESTUDY_REPORT_H
#define SCALESTUDY_REPORT_H

#include <stdbool.h>

#include "error.h"
#include "results.h"

enum report_format {
    REPORT_HTML = 1,
    REPORT_MARKDOWN = 2,
    REPORT_SVG = 4,
    REPORT_PNG = 8,
    REPORT_CSV = 16
};

struct report_request {
    const char *results;                 /* results.csv, or a foreign table */
    const char *plan;                    /* plan.json; NULL: none */
    const char *machines;                /* machines.json; NULL: none */
    const char *usage;                   /* usage.csv; NULL: none */
    const char *others;                  /* others.csv; NULL: none */
    const char *folder;                  /* where the report goes; made if it is not there */
    unsigned formats;                    /* of enum report_format; summary.json always */
    const struct results_alias *aliases; /* NULL: none */
    const char *templates; /* folder whose files override the built-in ones; NULL: none */
    bool paired, fit_throughput; /* as struct analysis_options */
    bool colour_terminal;  /* of the text summary */
    bool explain;          /* pages tell how each figure is made and why warnings matter */
};

struct report_outcome {
    char *headline;     /* one line: the answer; caller frees through report_outcome_free() */
    char *text;         /* a screenful for the terminal: the answer, the alternatives, warnings */
    char *plot_problem; /* NULL, or why plots could not be drawn, with the remedy; the rest of
                           the report is written all the same */
};

int report_make(const struct report_request *request, struct report_outcome *outcome,
                struct error *err);
void report_outcome_free(struct report_outcome *outcome);

#endif

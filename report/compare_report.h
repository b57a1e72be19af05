/*
 * The report of a comparison: from several folders or tables to pages, plots
 * and compare.json. Nothing of what a folder holds is executed.
 */
#ifndef SCALESTUDY_COMPARE_REPORT_H
#define SCALESTUDY_COMPARE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "results.h"

struct compare_input {
    const char *name;    /* as the user gave it */
    const char *results; /* results.csv, or a foreign table */
    const char *plan;    /* plan.json; NULL: none */
    const char *others; /* others.csv; NULL: none */
    const char *machines;
};

struct compare_request {
    const struct compare_input *inputs;
    size_t input_count;
    const char *folder; /* where the report goes; made if it is not there */
    unsigned formats;   /* of enum report_format; compare.json always */
    const struct results_alias *aliases; /* for tables without a plan; NULL: none */
    const char *templates;
    double allowed; /* --fail-if-slower: 0.05; NAN: not asked for */
    bool colour_terminal;
    bool explain; /* as in struct report_request */
};

struct compare_outcome {
    char *headline;
    char *text;         /* a screenful for the terminal */
    char *plot_problem; /* NULL, or why plots could not be drawn */
    char *gate;         /* what --fail-if-slower found; NULL: not asked for */
    bool too_slow;      /* beyond noise, by more than is allowed */
    bool replaced;      /* a comparison was in the folder already */
};

/*
 * -1 where an input cannot be read, fewer than two sets of measurements are
 * there, nothing of them can be compared, --fail-if-slower has nothing that it
 * could judge, or the folder holds a report that is no comparison.
 */
int compare_make(const struct compare_request *request, struct compare_outcome *outcome,
                 struct error *err);
void compare_outcome_free(struct compare_outcome *outcome);

#endif

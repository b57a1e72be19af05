/*
 * The stages that several commands share: run what is missing, collect,
 * report. Each prints what a person wants to know and returns an exit status.
 */
#ifndef SCALESTUDY_STAGES_H
#define SCALESTUDY_STAGES_H

#include <stdbool.h>

#include "error.h"
#include "folder.h"
#include "planfile.h"
#include "results.h"

/*
 * Measures what has no record yet (with `retry_failed` also what is not ok),
 * collects and reports. A plan with a budget of time gets further waves of
 * blocks while they fit into it. The folder is locked by the caller.
 */
int stage_measure(const struct study_folder *folder, struct plan *plan, bool retry_failed);

/* Collects and says how many runs there are. */
int stage_collect(const struct study_folder *folder, const struct plan *plan);

/* The same, then reports where any run is ok. `*recorded` of the runs have a record. */
int stage_collect_and_report(const struct study_folder *folder, const struct plan *plan,
                             int64_t *recorded);

struct stage_report {
    const char *results, *plan, *machines; /* as struct report_request */
    const char *usage, *others; /* where they are there */
    const char *folder;
    unsigned formats; /* 0: all */
    const struct results_alias *aliases;
    const char *templates;
    bool explain;
    bool paired, fit_throughput;
};
int stage_report(const struct stage_report *report);

#endif

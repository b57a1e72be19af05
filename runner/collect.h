/*
 * From records to results.csv, usage.csv, others.csv and machines.json: a pure function of
 * the plan, the records and what became of the tasks, so it can be repeated at any time.
 */
#ifndef SCALESTUDY_COLLECT_H
#define SCALESTUDY_COLLECT_H

#include <stdint.h>

#include "error.h"
#include "fates.h"
#include "planfile.h"

struct collected {
    int64_t planned;        /* runs and warm-ups of the plan */
    int64_t ok, failed, missing; /* of them; failed: recorded, not ok */
    int64_t torn;           /* lines of the records that could not be read */
    double seconds;         /* that the recorded runs took, from outside */
    double warmup_seconds;  /* of them, the warm-ups */
    double core_hours;      /* that they were charged, warm-ups too */
    double *core_hours_of_points; /* NULL: not wanted; else the caller's, one for each point */
};

/* `fates` of the tasks, sorted; NULL for a study on this machine. */
/* What is wanted is set in `collected` before; all else is filled. */
int collect(const char *folder, const struct plan *plan, const struct task_fates *fates,
            struct collected *collected, struct error *err);

#endif

/*
 * From records to results.csv and machines.json: a pure function of the plan
 * and the records, so it can be repeated at any time.
 */
#ifndef SCALESTUDY_COLLECT_H
#define SCALESTUDY_COLLECT_H

#include <stdint.h>

#include "error.h"
#include "planfile.h"

struct collected {
    int64_t planned;        /* runs and warm-ups of the plan */
    int64_t ok, failed, missing; /* of them; failed: recorded, not ok */
    int64_t torn;           /* lines of the records that could not be read */
    double seconds;         /* that the recorded runs took, from outside */
    double warmup_seconds;  /* of them, the warm-ups */
};

int collect(const char *folder, const struct plan *plan, struct collected *collected,
            struct error *err);

#endif

/*
 * One run: started, bound, measured, judged. The worker records it, the
 * calibration only looks at it.
 */
#ifndef SCALESTUDY_MEASURE_H
#define SCALESTUDY_MEASURE_H

#include <stdbool.h>

#include "launch.h"
#include "others.h"
#include "process.h"
#include "readout.h"
#include "schedule.h"

struct measurement {
    struct process_result result;
    struct readout readout; /* "failed" with the reason where it could not be started at all */
    double frequency_mhz;   /* of the first core, while it ran; NAN not known */
    struct others others;   /* at work on its cores meanwhile */
    bool cancelled;         /* ended from outside: no verdict */
};

/* -1 only where the system gives no pipes or the like. The caller frees in
 * either case. */
int measure(struct launcher *launcher, const struct readout_patterns *patterns,
            const struct planned_run *planned, struct measurement *measurement,
            struct error *err);
void measurement_free(struct measurement *measurement);

#endif

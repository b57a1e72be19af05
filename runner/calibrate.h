/*
 * A size for "auto": doubled until the shortest run is not too small to judge
 * (docs/method.md): a kernel's own time of 20 ms, or a whole run's of 1 s, and
 * a quarter more so that noise does not push runs back under the limit.
 */
#ifndef SCALESTUDY_CALIBRATE_H
#define SCALESTUDY_CALIBRATE_H

#include "catalog.h"
#include "error.h"
#include "plan.h"
#include "study.h"
#include "topology.h"

struct calibration {
    double size;
    double study_seconds; /* that all runs of the plan should take, if no backend scaled worse than
                             ideally below the counts that were tried; NAN not known */
    char *note; /* how it was found: a sentence for the report; the caller frees it */
};

/*
 * Tries sizes on this machine with each backend's largest core count; nothing
 * is recorded. `folder` identifies the processes it starts. `tried` (may be
 * NULL) is told each size.
 */
int calibrate_size(struct calibration *calibration, const struct study *study,
                   const struct catalog *catalog, const struct plan_target *target,
                   const struct plan_filter *filter, const struct topology *topology,
                   const char *folder, const volatile int *cancel,
                   void (*tried)(double size, void *context), void *context, struct error *err);

#endif

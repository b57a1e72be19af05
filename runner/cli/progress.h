/*
 * What a running study shows: on a terminal one line that moves (what runs, how
 * many of how many, time left), elsewhere a plain line after a block, at
 * most one a second.
 */
#ifndef SCALESTUDY_PROGRESS_H
#define SCALESTUDY_PROGRESS_H

#include "planfile.h"
#include "worker.h"

struct progress {
    const struct plan *plan;
    bool moves;
    double *wall;     /* of each point: seconds of its runs so far, and how many */
    int64_t *runs;
    int64_t *left;    /* of each point: runs that are still to come */
    double last_shown; /* clock_seconds() */
    int64_t block, failed;
    struct worker_watch watch; /* hand this to the worker */
};

void progress_begin(struct progress *progress, const struct plan *plan);
void progress_end(struct progress *progress);

#endif

/*
 * What others did on a run's cores while it ran: the time that its CPUs were
 * busy (/proc/stat) less the run's own CPU time. The system counts in ticks of
 * 10 ms, so one short run says little, and all runs of a study together much.
 */
#ifndef SCALESTUDY_OTHER_WORK_H
#define SCALESTUDY_OTHER_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "topology.h"

struct other_work {
    const char *stat; /* "/proc/stat" */
    const struct topology *topology;
    const void *affinity; /* a cpu_set_t of the run's cores; NULL: all that we may use */
    size_t affinity_size;
    bool begun;
    double begin, busy,
        stolen; /* seconds: clock_seconds(); of the CPUs, since the system started */
};

/* All seconds are sums over the cores; NAN where the system does not tell. */
struct other_share {
    double watched; /* time looked at, times cores */
    double others;  /* busy with others' work; a little below 0 by rounding */
    double stolen;  /* the CPUs were not there: the hypervisor had given them away */
};

/* The first look begins; later ones do nothing. */
void other_work_look(struct other_work *work);

/* `own_seconds`: the CPU time of the run since the first look. */
struct other_share other_work_end(const struct other_work *work, double own_seconds);

#endif

#include "too_small.h"

#include <math.h>
#include <string.h>

/* Seconds, and multiples of what the timer or a start costs. */
#define KERNEL_LEAST 0.020
#define TIMER_MULTIPLE 1000
#define TOTAL_LEAST 1.0
#define LAUNCH_MULTIPLE 20

static bool starts_through_mpi(const struct plan *plan, const char *backend)
{
    for (size_t i = 0; plan != NULL && i < plan->backend_count; i++)
        if (strcmp(plan->backends[i].name, backend) == 0)
            return strcmp(plan->backends[i].parallel, "ranks") == 0 ||
                   strcmp(plan->backends[i].parallel, "hybrid") == 0;
    return false;
}

static double launch_cost(const struct machine *machine, bool through_mpi)
{
    return through_mpi && !isnan(machine->mpi_launch_seconds) ? machine->mpi_launch_seconds
                                                              : machine->launch_seconds;
}

double too_small_limit(const struct analysis *analysis, const struct plan *plan,
                       const struct machines *machines, const struct series *series)
{
    bool total = strcmp(analysis->metric, "total") == 0;
    double limit = total ? TOTAL_LEAST : KERNEL_LEAST;
    if (analysis->from_rates && !total) /* one of many operations: how long they took is not told */
        return 0;
    bool through_mpi = starts_through_mpi(plan, series->backend);
    for (size_t i = 0; machines != NULL && i < machines->count; i++) {
        const struct machine *machine = &machines->list[i];
        double cost = total
                          ? LAUNCH_MULTIPLE * launch_cost(machine, through_mpi)
                          : TIMER_MULTIPLE * (machine->timer_resolution + machine->timer_overhead);
        limit = fmax(limit, cost); /* fmax passes over NAN */
    }
    return limit;
}

void too_small_mark(struct context *c, size_t series)
{
    struct series *s = &c->out->series[series];
    double limit = too_small_limit(c->out, c->plan, c->machines, s);
    for (size_t i = 0; i < s->point_count; i++)
        s->points[i].too_small = s->points[i].blocks > 0 && s->points[i].median < limit;
}

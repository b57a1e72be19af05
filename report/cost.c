#include "cost.h"

#include <math.h>
#include <string.h>

/* All points of the cluster's series [begin, end) were given as many cores, though they differ. */
static bool one_allocation(const struct series *list, size_t begin, size_t end)
{
    const struct point_summary *first = &list[begin].points[0];
    bool counts_differ = false;
    for (size_t i = begin; i < end; i++)
        for (size_t j = 0; j < list[i].point_count; j++) {
            const struct point_summary *point = &list[i].points[j];
            if (point->allocated_cores != first->allocated_cores)
                return false;
            counts_differ = counts_differ || point->cores != first->cores;
        }
    return counts_differ;
}

/*
 * Whether a point had cores beside those that it asked for: all of a node, or
 * of an allocation that others share. A plan tells how it was; only without
 * one do the counts have to.
 */
static bool has_more_than_asked(const struct plan *plan, bool one_allocation)
{
    if (plan == NULL || plan->layout == NULL)
        return one_allocation;
    return strcmp(plan->layout, "packed") == 0 || plan->cluster.exclusive ||
           plan->cluster.whole_nodes;
}

/* Whole granules of cores, for the time they are held. */
static double charged_core_hours(const struct plan *plan, const struct point_summary *point)
{
    double granule = 1, weight = 1;
    if (plan != NULL && plan->cluster.charge_granule > 0)
        granule = (double)plan->cluster.charge_granule;
    if (plan != NULL && plan->cluster.charge_weight > 0)
        weight = plan->cluster.charge_weight;
    return point->median / 3600 * ceil((double)point->asked_cores / granule) * granule * weight;
}

static double unused_core_hours(const struct point_summary *point)
{
    double busy = point->cpu_used * (double)point->allocated_cores;
    double idle = (double)point->asked_cores - busy;
    return isfinite(idle) ? (double)point->runs * point->wall_median / 3600 * fmax(0, idle) : NAN;
}

static void price(const struct plan *plan, struct point_summary *point, bool shared)
{
    point->asked_cores = shared ? point->cores : point->allocated_cores;
    point->core_seconds = point->median * (double)point->asked_cores;
    point->charged_core_hours = charged_core_hours(plan, point);
    point->unused_core_hours = unused_core_hours(point);
}

void cost_compute(struct context *c)
{
    struct series *list = c->out->series;
    for (size_t begin = 0, end; begin < c->out->series_count; begin = end) {
        for (end = begin + 1; end < c->out->series_count &&
                              strcmp(list[begin].cluster, list[end].cluster) == 0;
             end++)
            continue;
        bool shared = has_more_than_asked(c->plan, one_allocation(list, begin, end));
        for (size_t i = begin; i < end; i++)
            for (size_t j = 0; j < list[i].point_count; j++)
                price(c->plan, &list[i].points[j], shared);
    }
}

struct spending cost_spent(const struct analysis *analysis)
{
    struct spending sum = {0};
    for (size_t i = 0; i < analysis->series_count; i++)
        for (size_t j = 0; j < analysis->series[i].point_count; j++) {
            const struct point_summary *p = &analysis->series[i].points[j];
            double seconds = isfinite(p->wall_median) ? p->wall_median : p->median;
            double granted = seconds * (double)p->asked_cores * (double)p->runs;
            if (!isfinite(granted))
                continue;
            sum.core_seconds += granted;
            sum.runs += p->runs;
            if (isfinite(p->unused_core_hours))
                sum.idle_core_seconds += 3600 * p->unused_core_hours;
            else
                sum.runs_without_cpu += p->runs;
        }
    return sum;
}

#include "oversubscribed.h"

/* Of the largest host that was measured on; 0 not known. */
static int64_t host_cores(const struct machines *machines)
{
    int64_t most = 0;
    for (size_t i = 0; i < machines->count; i++)
        most = machines->list[i].cores > most ? machines->list[i].cores : most;
    return most;
}

/* A profile can be wrong of a host. */
int64_t oversubscribed_available(const struct context *c, const struct point_summary *point)
{
    int64_t nodes = point->nodes > 0 ? point->nodes : 1;
    int64_t cores = c->plan != NULL ? c->plan->cluster.cores_per_node : 0;
    int64_t seen = cores > 0 || c->machines->count == 1 ? host_cores(c->machines) : 0;
    return nodes * (cores > 0 && (seen == 0 || cores < seen) ? cores : seen);
}

bool oversubscribed_is(const struct context *c, const struct point_summary *point)
{
    int64_t available = oversubscribed_available(c, point);
    if (available == 0)
        return c->plan != NULL && c->plan->oversubscribe && point->cores > 1;
    return point->cores > available;
}

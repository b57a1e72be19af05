#include "local_target.h"

struct plan_target local_target(const struct topology *t, bool oversubscribe)
{
    int64_t cores = (int64_t)t->core_count;
    int64_t numa_nodes = t->numa_nodes == 0 ? 1 : (int64_t)t->numa_nodes;
    int64_t per_numa = (int64_t)t->machine_cores / numa_nodes;
    return (struct plan_target){
        .name = "local",
        .title = "this machine",
        .cores_per_node = cores,
        .packages = (int64_t)topology_even_packages(t),
        .cores_per_numa = per_numa < 1 ? 1 : per_numa,
        .largest_count = cores,
        .oversubscribe = oversubscribe,
        .programs_are_here = true,
    };
}

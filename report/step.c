#include "step.h"

#include <math.h>

/* What is left when `from` to `to` foretells the way from points[1] to points[2]. */
static struct step above(const struct step_point points[4], int from, int to)
{
    double way = points[2].log_cores - points[1].log_cores;
    double share = way / (points[to].log_cores - points[from].log_cores);
    double weights[4] = {0, -1, 1, 0}, height = 0, variance = 0;
    weights[from] += share;
    weights[to] -= share;
    for (int i = 0; i < 4; i++) {
        height += weights[i] * points[i].log_time;
        variance += pow(weights[i] * points[i].deviation, 2);
    }
    return (struct step){height, height / sqrt(variance)};
}

struct step step_across(const struct step_point points[4])
{
    struct step before = above(points, 0, 1), behind = above(points, 2, 3);
    return (struct step){fmin(before.height, behind.height), fmin(before.z, behind.z)};
}

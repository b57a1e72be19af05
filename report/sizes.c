#include "sizes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "speedup.h"

/* Alike but for their size. */
static bool is_same_curve(const struct series *a, const struct series *b)
{
    return strcmp(a->cluster, b->cluster) == 0 && strcmp(a->kernel, b->kernel) == 0 &&
           strcmp(a->backend, b->backend) == 0 && strcmp(a->scaling, b->scaling) == 0 &&
           strcmp(a->cpu_model, b->cpu_model) == 0;
}

/* Sizes of one curve, ascending: series of one cluster and kernel stand by size. */
struct sizes {
    size_t *series, count;
};

static void collect(const struct context *c, size_t first, bool *taken, struct sizes *sizes)
{
    const struct series *list = c->out->series;
    sizes->count = 0;
    for (size_t i = first; i < c->out->series_count; i++)
        if (!taken[i] && is_same_curve(&list[first], &list[i]) && list[i].size > 0) {
            taken[i] = true;
            sizes->series[sizes->count++] = i;
        }
}

/* Every size has a time on so many cores. */
static bool is_common(const struct context *c, const struct sizes *sizes, int64_t cores)
{
    for (size_t i = 0; i < sizes->count; i++) {
        struct place at = speedup_least(c, sizes->series[i], cores);
        if (!is_place(at) || !(point_at(c, at)->median > 0))
            return false;
    }
    return true;
}

static double log_ratio(double ratio, double growth)
{
    return log(ratio) / log(growth);
}

/* Time from one size to a larger one, and the power of the size that this is. */
static struct size_step step_between(const struct context *c, size_t from, size_t to,
                                     int64_t cores)
{
    struct place a = speedup_least(c, from, cores), b = speedup_least(c, to, cores);
    double growth = c->out->series[to].size / c->out->series[from].size;
    struct ratio ratio = ratio_of_points(c, b, a, LIMIT_CI95);
    return (struct size_step){
        .from_series = a.series, .from_point = a.point, .to_series = b.series, .to_point = b.point,
        .growth = ratio.value, .growth_ci = ratio.ci95,
        .exponent = log_ratio(ratio.value, growth),
        .exponent_ci = {log_ratio(ratio.ci95.low, growth), log_ratio(ratio.ci95.high, growth)}};
}

static void add_sweep(struct context *c, const struct sizes *sizes, int64_t cores)
{
    struct analysis *out = c->out;
    struct size_sweep *sweep = &out->sweeps[out->sweep_count++];
    size_t steps = sizes->count - 1;
    *sweep = (struct size_sweep){.cores = cores, .step_count = steps};
    sweep->steps = pool_alloc(c->pool, steps, sizeof *sweep->steps);
    for (size_t i = 0; i < steps; i++)
        sweep->steps[i] = step_between(c, sizes->series[i], sizes->series[i + 1], cores);
    sweep->whole = step_between(c, sizes->series[0], sizes->series[steps], cores);
}

/* On the smallest and the largest count that all sizes have. */
static void sweep_curve(struct context *c, const struct sizes *sizes)
{
    const struct series *first = &c->out->series[sizes->series[0]];
    int64_t smallest = 0, largest = 0;
    for (size_t i = 0; i < first->point_count; i++) {
        int64_t cores = first->points[i].cores;
        if (!is_common(c, sizes, cores))
            continue;
        smallest = smallest == 0 ? cores : smallest;
        largest = cores;
    }
    if (smallest > 0)
        add_sweep(c, sizes, smallest);
    if (largest > smallest)
        add_sweep(c, sizes, largest);
}

void sizes_find(struct context *c)
{
    size_t count = c->out->series_count;
    bool *taken = xcalloc(count, sizeof *taken);
    struct sizes sizes = {.series = xcalloc(count, sizeof *sizes.series)};
    c->out->sweeps = pool_alloc(c->pool, count, sizeof *c->out->sweeps); /* two of two or more */
    for (size_t i = 0; i < count; i++) {
        if (taken[i])
            continue;
        collect(c, i, taken, &sizes);
        if (sizes.count > 1)
            sweep_curve(c, &sizes);
    }
    free(sizes.series);
    free(taken);
}

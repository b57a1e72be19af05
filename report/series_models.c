#include "series_models.h"

#include <math.h>
#include <stdlib.h>

#include "model_bands.h"
#include "models.h"

enum { CURVE_STEPS = 48 };

/* Points that have times, by ascending cores as they stand. */
static size_t collect_points(struct context *c, size_t index, struct model_point *points,
                             struct median_law *laws)
{
    const struct series *series = &c->out->series[index];
    size_t count = 0;
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        if (p->blocks == 0)
            continue;
        points[count] = (struct model_point){
            .cores = (double)p->cores, .median = p->median, .ci = p->ci, .blocks = p->blocks};
        laws[count++] = c->details[index][i].law;
    }
    return count;
}

static double coarsest_timer(const struct machines *machines)
{
    double worst = 0;
    for (size_t i = 0; i < machines->count; i++)
        worst = fmax(worst, machines->list[i].timer_resolution); /* of one that is NAN the other */
    return worst;
}

static int by_count(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Counts at which the curve is looked at: those that were measured, and enough in
 * between and beyond to draw it. */
static size_t choose_counts(struct context *c, const struct models *models, const double **out)
{
    size_t most = models->count + CURVE_STEPS + 1, count = 0;
    double *counts = pool_alloc(c->scratch, most, sizeof *counts);
    for (size_t i = 0; i < models->count; i++)
        counts[i] = models->cores[i];
    for (int i = 0; i <= CURVE_STEPS; i++)
        counts[models->count + (size_t)i] =
            models->low * pow(models->limit / models->low, (double)i / CURVE_STEPS);
    counts[most - 1] = models->limit; /* not a rounding beyond it */
    qsort(counts, most, sizeof *counts, by_count);
    for (size_t i = 0; i < most; i++) /* what stands nearly on another is that one */
        if (count == 0 || counts[i] > counts[count - 1] * (1 + 1e-9))
            counts[count++] = counts[i];
    *out = counts;
    return count;
}

static struct model_base base_of(const struct context *c, size_t index)
{
    const struct series *series = &c->out->series[index];
    const struct place at = {series->base_series, series->base_point};
    struct model_base base = {NULL, (double)series->base_cores, series->models->count};
    if (!is_place(at) || point_at(c, at)->blocks < RATIO_INTERVAL_LEAST)
        return base;
    base.law = &detail_at(c, at)->law;
    for (size_t i = 0; at.series == (int)index && i < series->models->count; i++)
        if (series->models->cores[i] == base.cores)
            base.own = i;
    return base;
}

static void add_bands(struct context *c, size_t index, const struct median_law *laws)
{
    struct series *series = &c->out->series[index];
    const struct models *models = series->models;
    struct model_bands *bands = pool_alloc(c->pool, 1, sizeof *bands);
    uint64_t seed = c->plan != NULL ? c->plan->seed : 1;
    const double *counts;
    size_t count = choose_counts(c, models, &counts);
    const struct model_base base = base_of(c, index);
    model_bands(bands, models, models->all[models->chosen].kind, laws, &base, counts, count, seed,
                c->pool);
    series->bands = bands;
}

void series_models_fit(struct context *c, size_t index)
{
    struct series *series = &c->out->series[index];
    if (series->serial || is_weak(series) || series->point_count == 0)
        return;
    struct model_point *points = pool_alloc(c->scratch, series->point_count, sizeof *points);
    struct median_law *laws = pool_alloc(c->scratch, series->point_count, sizeof *laws);
    struct model_data data = {
        .points = points,
        .count = collect_points(c, index, points, laws),
        .resolution = coarsest_timer(c->machines),
        .node_cores = c->plan != NULL ? (double)c->plan->cluster.cores_per_node : 0,
    };
    struct models *models = pool_alloc(c->pool, 1, sizeof *models);
    models_fit(models, &data, c->pool);
    series->models = models;
    if (models->chosen >= 0)
        add_bands(c, index, laws);
}

#include "series_models.h"

#include <math.h>

#include "model_bands.h"
#include "models.h"

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
    size_t count = model_bands_counts(models, c->scratch, &counts);
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

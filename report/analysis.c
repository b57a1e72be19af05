#include "analysis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "alloc.h"
#include "answers.h"
#include "context.h"
#include "cost.h"
#include "disturbed.h"
#include "optimum.h"
#include "points.h"
#include "rivals.h"
#include "series_models.h"
#include "series_throughput.h"
#include "sizes.h"
#include "speedup.h"
#include "too_small.h"
#include "warnings.h"

#define LEVEL 0.95

/*
 * The plan's word, unless no run has a time of that kind. Without a plan the
 * program's own time where every ok run has it, else the one that more have.
 */
static bool metric_is_total(const struct observations *all, const struct plan *plan)
{
    size_t ok = 0, own = 0, wall = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct observation *row = &all->rows[i];
        if (row->warmup || row->status != RUN_OK)
            continue;
        ok++;
        own += isnan(row->seconds) ? 0 : 1;
        wall += isnan(row->wall_seconds) ? 0 : 1;
    }
    if (plan != NULL && strcmp(plan->timing, "total") == 0)
        return wall > 0 || own == 0;
    if (plan != NULL)
        return own == 0 && wall > 0;
    return own < ok && wall >= own && wall > 0;
}

static void name_study(struct context *c)
{
    struct analysis *out = c->out;
    const char *study = c->plan != NULL ? c->plan->name : c->all->study;
    const char *title = c->plan != NULL ? c->plan->title : "";
    out->study = pool_copy(c->pool, study);
    out->title = pool_copy(c->pool, title[0] != '\0' ? title : study);
    out->metric = c->total ? "total" : "kernel";
    out->level = LEVEL;
    memcpy(out->date, c->all->date, sizeof out->date);
}

static bool is_serial(const struct plan *plan, const char *backend)
{
    for (size_t i = 0; plan != NULL && i < plan->backend_count; i++)
        if (strcmp(plan->backends[i].name, backend) == 0)
            return strcmp(plan->backends[i].parallel, "serial") == 0;
    return strcasecmp(backend, "serial") == 0;
}

/* The analysis outlives the observations, so it has texts of its own. */
static void fill_series(struct context *c, const struct gathered_series *from,
                        struct series *series)
{
    *series = (struct series){
        .cluster = pool_copy(c->pool, from->setting.cluster),
        .kernel = pool_copy(c->pool, from->setting.kernel),
        .backend = pool_copy(c->pool, from->setting.backend),
        .scaling = pool_copy(c->pool, from->setting.scaling),
        .cpu_model = pool_copy(c->pool, from->setting.cpu_model),
        .size = from->setting.size,
        .serial = is_serial(c->plan, from->setting.backend),
        .colour = (int)from->backend_rank,
        .point_count = from->point_count,
        .points = pool_alloc(c->pool, from->point_count, sizeof *series->points),
    };
}

/* Curves are split by CPU type and scaling, and then bear these. */
static const char *label_of(const struct context *c, const struct series *series)
{
    bool models = false, scalings = false;
    for (size_t i = 0; i < c->out->series_count; i++) {
        const struct series *other = &c->out->series[i];
        bool alike = same_problem(other, series) && strcmp(other->backend, series->backend) == 0;
        models = models || (alike && strcmp(other->cpu_model, series->cpu_model) != 0);
        scalings = scalings || (alike && strcmp(other->scaling, series->scaling) != 0);
    }
    models = models && series->cpu_model[0] != '\0';
    return pool_text(c->pool, "%s%s%s%s", series->backend, models ? ", on " : "",
                     models ? series->cpu_model : "",
                     !scalings         ? ""
                     : is_weak(series) ? ", weak scaling"
                                       : ", strong scaling");
}

static void fill_points(struct context *c, size_t index)
{
    const struct gathered_series *from = &c->gathering.series[index];
    struct series *series = &c->out->series[index];
    fill_series(c, from, series);
    c->details[index] = pool_alloc(c->scratch, from->point_count, sizeof **c->details);
    for (size_t i = 0; i < from->point_count; i++) {
        point_summarise(c, &from->points[i], &series->points[i], &c->details[index][i]);
        disturbed_summarise(c, &from->points[i], &series->points[i]);
        series->points[i].mask = pool_copy(c->pool, series->points[i].mask);
        c->out->runs_ok += series->points[i].runs;
        c->out->runs_not_ok += series->points[i].failed + series->points[i].missing;
    }
}

/* Rows that the plan promises; at least those that are there. */
static size_t planned_runs(const struct context *c)
{
    size_t rows = c->out->runs_ok + c->out->runs_not_ok, planned = 0;
    if (c->plan == NULL)
        return rows;
    for (size_t i = 0; i < c->plan->wave_count; i++)
        planned += (size_t)c->plan->waves[i].blocks * c->plan->waves[i].points *
                   (size_t)c->plan->runs;
    return planned > rows ? planned : rows;
}

static void analyse(struct context *c)
{
    struct analysis *out = c->out;
    size_t count = c->gathering.series_count;
    out->series = pool_alloc(c->pool, count, sizeof *out->series);
    out->series_count = count;
    c->details = pool_alloc(c->scratch, count, sizeof *c->details);
    for (size_t i = 0; i < count; i++)
        fill_points(c, i);
    for (size_t i = 0; i < count; i++)
        out->series[i].label = label_of(c, &out->series[i]);
    cost_compute(c);
    for (size_t i = 0; i < count; i++) {
        speedup_find_base(c, i);
        too_small_mark(c, i);
    }
    for (size_t i = 0; i < count; i++) {
        speedup_compute(c, i);
        optimum_of_series(c, i);
        series_models_fit(c, i);
        series_throughput_fit(c, i);
    }
    out->runs_planned = planned_runs(c);
    answers_find(c);
    rivals_compare(c);
    sizes_find(c);
    warnings_find(c);
}

struct analysis *analysis_new(const struct observations *observations, const struct plan *plan,
                              const struct machines *machines)
{
    static const struct analysis_options nothing;
    return analysis_with(&nothing, observations, plan, machines);
}

struct analysis *analysis_with(const struct analysis_options *asked,
                               const struct observations *observations, const struct plan *plan,
                               const struct machines *machines)
{
    static const struct machines none;
    struct pool *pool = xcalloc(1, sizeof *pool);
    struct analysis *out = xcalloc(1, sizeof *out);
    struct pool scratch = POOL_INIT; /* rows by point, bootstrap laws: not needed afterwards */
    struct context context = {
        .out = out,
        .all = observations,
        .plan = plan,
        .machines = machines != NULL ? machines : &none,
        .pool = pool,
        .scratch = &scratch,
        .bootstrap = bootstrap_new(),
        .total = metric_is_total(observations, plan),
    };
    out->arena = pool;
    out->asked = *asked;
    out->from_rates = observations->has_rates;
    name_study(&context);
    context.gathering = gather(observations, plan, &scratch);
    analyse(&context);
    bootstrap_free(context.bootstrap);
    pool_free(&scratch);
    return out;
}

void analysis_free(struct analysis *analysis)
{
    if (analysis == NULL)
        return;
    pool_free(analysis->arena);
    free(analysis->arena);
    free(analysis);
}

#include "ranking.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "context.h"

static bool same_base(const struct series *a, const struct series *b)
{
    return a->base_cores == b->base_cores && strcmp(a->base_backend, b->base_backend) == 0;
}

static const struct series *common_base(const struct group *group)
{
    const struct series *first = group->series[0];
    if (first->base_backend[0] == '\0' || first->base_is_relative)
        return NULL;
    for (size_t i = 1; i < group->count; i++)
        if (!same_base(group->series[i], first))
            return NULL;
    return first;
}

static const struct point_summary *least_of(const struct series *series)
{
    const struct point_summary *best = NULL;
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].median > 0 &&
            (best == NULL || series->points[i].median < best->median))
            best = &series->points[i];
    return best;
}

static const struct point_summary *first_of(const struct series *series)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].median > 0)
            return &series->points[i];
    return NULL;
}

static int by_time(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    if (a->best->median != b->best->median)
        return a->best->median < b->best->median ? -1 : 1;
    return strcmp(a->series->label, b->series->label);
}

static struct ranked rank(const struct series *series, bool has_base)
{
    struct ranked row = {series, least_of(series), first_of(series), NAN, {NAN, NAN}};
    if (!has_base || row.first == NULL || !(row.first->speedup > 0))
        return row;
    row.ratio = 1 / row.first->speedup;
    if (interval_exists(row.first->speedup_ci))
        row.ratio_ci =
            (struct interval){1 / row.first->speedup_ci.high, 1 / row.first->speedup_ci.low};
    return row;
}

struct ranking ranking_of(struct pool *pool, const struct group *group)
{
    struct ranking ranking = {.rows = pool_alloc(pool, group->count + 1, sizeof *ranking.rows)};
    for (size_t i = 0; i < group->count; i++)
        if (is_weak(group->series[i]))
            return ranking;
    if (group->core_count == 0)
        return ranking;
    ranking.base = common_base(group);
    ranking.first_cores = group->cores[0];
    for (size_t i = 0; i < group->count; i++) {
        struct ranked row = rank(group->series[i], ranking.base != NULL);
        if (row.best != NULL)
            ranking.rows[ranking.count++] = row;
    }
    qsort(ranking.rows, ranking.count, sizeof *ranking.rows, by_time);
    return ranking;
}

bool ranking_needed(const struct ranking *ranking)
{
    return ranking->count >= RANKING_LEAST;
}

struct group ranking_curves(struct pool *pool, const struct group *group)
{
    struct group curves = *group;
    curves.series = pool_alloc(pool, group->count + 1, sizeof(struct series *));
    curves.count = 0;
    for (size_t i = 0; i < group->count; i++) {
        size_t timed = 0;
        for (size_t j = 0; j < group->series[i]->point_count; j++)
            timed += group->series[i]->points[j].blocks > 0;
        if (timed > 1)
            curves.series[curves.count++] = group->series[i];
    }
    return curves;
}

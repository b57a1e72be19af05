#include "groups.h"

#include <math.h>
#include <string.h>

const struct point_summary *series_point(const struct series *series, int64_t cores)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].cores == cores)
            return &series->points[i];
    return NULL;
}

/* A foreign table may have no sizes: NAN then, and all alike. */
static bool same_size(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

struct group_differences group_differences(const struct analysis *a)
{
    struct group_differences differ = {false, false, false};
    for (size_t i = 1; i < a->series_count; i++) {
        const struct series *first = &a->series[0], *other = &a->series[i];
        differ.kernels = differ.kernels || strcmp(other->kernel, first->kernel) != 0;
        differ.clusters = differ.clusters || strcmp(other->cluster, first->cluster) != 0;
        differ.sizes = differ.sizes || !same_size(other->size, first->size);
    }
    return differ;
}

static bool belong_together(const struct series *a, const struct series *b)
{
    return same_size(a->size, b->size) && strcmp(a->cluster, b->cluster) == 0 &&
           strcmp(a->kernel, b->kernel) == 0;
}

void group_add_cores(struct group *group, int64_t cores)
{
    size_t i = group->core_count;
    for (size_t j = 0; j < group->core_count; j++)
        if (group->cores[j] == cores)
            return;
    for (; i > 0 && group->cores[i - 1] > cores; i--)
        group->cores[i] = group->cores[i - 1];
    group->cores[i] = cores;
    group->core_count++;
}

static void fill_group(struct pool *pool, const struct analysis *analysis,
                       const struct series *like, struct group *group)
{
    size_t points = 0;
    group->series = pool_alloc(pool, analysis->series_count, sizeof(struct series *));
    for (size_t i = 0; i < analysis->series_count; i++)
        if (belong_together(&analysis->series[i], like)) {
            group->series[group->count++] = &analysis->series[i];
            points += analysis->series[i].point_count;
        }
    group->cores = pool_alloc(pool, points + 1, sizeof *group->cores);
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < group->series[i]->point_count; j++)
            if (isfinite(group->series[i]->points[j].median))
                group_add_cores(group, group->series[i]->points[j].cores);
}

static bool is_grouped(const struct groups *groups, const struct series *series)
{
    for (size_t i = 0; i < groups->count; i++)
        if (groups->list[i].count > 0 && belong_together(groups->list[i].series[0], series))
            return true;
    return false;
}

static const struct series *series_of_answer(const struct analysis *analysis,
                                             const struct answer *answer)
{
    for (size_t i = 0; i < analysis->series_count; i++) {
        const struct series *s = &analysis->series[i];
        if (same_size(s->size, answer->size) && strcmp(s->cluster, answer->cluster) == 0 &&
            strcmp(s->kernel, answer->kernel) == 0)
            return s;
    }
    return NULL;
}

struct groups groups_of(struct pool *pool, const struct analysis *analysis)
{
    size_t most = analysis->answer_count + analysis->series_count;
    struct groups groups = {.list = pool_alloc(pool, most + 1, sizeof *groups.list)};
    for (size_t i = 0; i < analysis->answer_count; i++) {
        const struct series *like = series_of_answer(analysis, &analysis->answers[i]);
        if (like == NULL || is_grouped(&groups, like))
            continue;
        groups.list[groups.count].answer = &analysis->answers[i];
        fill_group(pool, analysis, like, &groups.list[groups.count++]);
    }
    for (size_t i = 0; i < analysis->series_count; i++)
        if (!is_grouped(&groups, &analysis->series[i]))
            fill_group(pool, analysis, &analysis->series[i], &groups.list[groups.count++]);
    return groups;
}

const struct series *group_answer_series(const struct analysis *analysis, const struct group *group)
{
    if (group->answer == NULL || group->answer->series < 0 ||
        (size_t)group->answer->series >= analysis->series_count)
        return NULL;
    return &analysis->series[group->answer->series];
}

const struct point_summary *group_answer_point(const struct analysis *analysis,
                                               const struct group *group)
{
    const struct series *series = group_answer_series(analysis, group);
    if (series == NULL || group->answer->point < 0 ||
        (size_t)group->answer->point >= series->point_count)
        return NULL;
    return &series->points[group->answer->point];
}

int64_t series_outruns_base(const struct series *series)
{
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        if (p->speedup_ci.low > 1) /* false for NAN */
            return p->cores;
    }
    return 0;
}

const struct point_summary *series_shown_point(const struct series *series)
{
    const struct point_summary *p = series_point(series, series->optimum.recommended);
    for (size_t i = series->point_count; p == NULL && i-- > 0;)
        if (isfinite(series->points[i].median))
            p = &series->points[i];
    return p;
}

#include "rivals.h"

#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "claim.h"
#include "summary.h"

/* The series' point on so many cores, the fastest where there are several. */
static struct place point_on(const struct context *c, size_t series, int64_t cores)
{
    const struct series *s = &c->out->series[series];
    struct place best = nowhere;
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].cores == cores && s->points[i].blocks > 0 &&
            (!is_place(best) || s->points[i].median < point_at(c, best)->median))
            best = place_of(series, i);
    return best;
}

static bool competes(const struct series *a, const struct series *b)
{
    return same_problem(a, b) && strcmp(a->scaling, b->scaling) == 0;
}

static void list_rivals(struct context *c, size_t index)
{
    struct analysis *out = c->out;
    const struct answer *answer = &out->answers[index];
    if (answer->series < 0)
        return;
    const struct series *chosen = &out->series[answer->series];
    int64_t cores = chosen->points[answer->point].cores;
    for (size_t i = 0; i < out->series_count; i++) {
        struct place at = point_on(c, i, cores);
        if ((int)i == answer->series || !competes(&out->series[i], chosen) || !is_place(at))
            continue;
        out->rivals[out->rival_count++] = (struct rival){
            .answer = (int)index, .series = at.series, .point = at.point};
    }
}

static double *sorted_times(const struct context *c, struct place at)
{
    const struct point_summary *point = point_at(c, at);
    double *times = xcalloc(point->blocks, sizeof *times);
    memcpy(times, point->times, point->blocks * sizeof *times);
    summary_sort(times, point->blocks);
    return times;
}

static struct claim claim_between(const struct context *c, struct place a, struct place b,
                                  double level)
{
    double *x = sorted_times(c, a), *y = sorted_times(c, b);
    struct claim claim = claim_of(
        &(struct claim_side){x, point_at(c, a)->blocks, &detail_at(c, a)->law},
        &(struct claim_side){y, point_at(c, b)->blocks, &detail_at(c, b)->law}, level,
        c->out->series[b.series].optimum.tolerance);
    free(x);
    free(y);
    return claim;
}

void rivals_compare(struct context *c)
{
    struct analysis *out = c->out;
    out->rivals = pool_alloc(c->pool, out->series_count, sizeof *out->rivals);
    for (size_t i = 0; i < out->answer_count; i++)
        list_rivals(c, i);
    double level = claim_level(out->level, out->rival_count);
    for (size_t i = 0; i < out->rival_count; i++) {
        struct rival *rival = &out->rivals[i];
        const struct answer *answer = &out->answers[rival->answer];
        rival->claim = claim_between(c, (struct place){rival->series, rival->point},
                                     (struct place){answer->series, answer->point}, level);
    }
}

#include "redraw.h"

#include <stdlib.h>

#include "alloc.h"
#include "random.h"
#include "ratio.h"
#include "summary.h"

/* One point of the study at hand. */
struct redrawn {
    size_t count;       /* values to draw from, and drawn; 0 nothing was measured */
    const double *from; /* ascending */
    double *values;     /* drawn, ascending */
    const struct middle_ranks *ranks;
    struct median_law whole; /* count 0: not asked for in this study */
};

struct redraw {
    const struct context *context;
    struct redrawn **points; /* as the context's series and points */
    struct random random;
    uint32_t *times;   /* how often each value was drawn */
    struct pool pool;  /* what stays */
    struct pool study; /* the whole laws of the study at hand */
};

/* Of ascending values, between neighbours on a straight line. */
static double quantile_between(const double *sorted, size_t count, double part)
{
    double place = part * (double)count - 0.5;
    if (place <= 0)
        return sorted[0];
    size_t below = (size_t)place;
    if (below + 1 >= count)
        return sorted[count - 1];
    return sorted[below] + (sorted[below + 1] - sorted[below]) * (place - (double)below);
}

/*
 * The rank of a median of n has a standard deviation of about sqrt(n)/2. So the
 * middle sqrt(m/n) of the quantiles, in m values, have a median as uncertain.
 */
static const double *thinned(struct pool *pool, const double *sorted, size_t count)
{
    double *values = pool_alloc(pool, REDRAW_MOST, sizeof *values);
    double shrink = sqrt((double)REDRAW_MOST / (double)count);
    for (size_t i = 0; i < REDRAW_MOST; i++) {
        double part = ((double)i + 0.5) / REDRAW_MOST;
        values[i] = quantile_between(sorted, count, 0.5 + (part - 0.5) * shrink);
    }
    return values;
}

static void prepare(struct redraw *r, const struct point_summary *point, struct redrawn *out)
{
    if (point->blocks == 0)
        return;
    double *sorted = pool_alloc(&r->pool, point->blocks, sizeof *sorted);
    memcpy(sorted, point->times, point->blocks * sizeof *sorted);
    summary_sort(sorted, point->blocks);
    out->from = sorted;
    out->count = point->blocks;
    if (point->blocks > REDRAW_MOST) {
        out->from = thinned(&r->pool, sorted, point->blocks);
        out->count = REDRAW_MOST;
    }
    out->values = pool_alloc(&r->pool, out->count, sizeof *out->values);
    out->ranks = bootstrap_middle_ranks(r->context->bootstrap, out->count);
}

struct redraw *redraw_new(const struct context *c)
{
    struct redraw *r = xcalloc(1, sizeof *r);
    size_t count = c->out->series_count;
    r->context = c;
    r->points = pool_alloc(&r->pool, count, sizeof *r->points);
    r->times = pool_alloc(&r->pool, REDRAW_MOST, sizeof *r->times);
    for (size_t i = 0; i < count; i++) {
        const struct series *s = &c->out->series[i];
        r->points[i] = pool_alloc(&r->pool, s->point_count, sizeof **r->points);
        for (size_t j = 0; j < s->point_count; j++)
            prepare(r, &s->points[j], &r->points[i][j]);
    }
    return r;
}

void redraw_free(struct redraw *r)
{
    if (r == NULL)
        return;
    pool_free(&r->study);
    pool_free(&r->pool);
    free(r);
}

void redraw_restart(struct redraw *r, uint64_t seed)
{
    r->random = (struct random){seed};
}

/* A number below `count`; two come out of one draw of 64 bits. */
static size_t below(uint32_t bits, size_t count)
{
    return (size_t)((uint64_t)bits * count >> 32);
}

/* How often each value comes is counted, so what is drawn ascends by itself. */
static void draw_point(struct redraw *r, struct redrawn *point)
{
    size_t n = point->count, at = 0;
    memset(r->times, 0, n * sizeof *r->times);
    for (size_t i = 0; i < n; i += 2) {
        uint64_t bits = random_bits(&r->random);
        r->times[below((uint32_t)bits, n)]++;
        if (i + 1 < n)
            r->times[below((uint32_t)(bits >> 32), n)]++;
    }
    for (size_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < r->times[i]; k++)
            point->values[at++] = point->from[i];
    point->whole.count = 0;
}

void redraw_study(struct redraw *r, const size_t *series, size_t count)
{
    pool_free(&r->study);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < r->context->out->series[series[i]].point_count; j++)
            if (r->points[series[i]][j].count > 0)
                draw_point(r, &r->points[series[i]][j]);
}

double redraw_median(const struct redraw *r, struct place at)
{
    const struct redrawn *point = &r->points[at.series][at.point];
    return summary_median(point->values, point->count);
}

/* The laws of the lower and upper middle value; mean and deviation are not wanted. */
static struct median_law lower_law(const struct redrawn *p)
{
    return (struct median_law){.count = p->count,
                               .values = p->values,
                               .weights = p->ranks->lower,
                               .above = p->ranks->lower_above};
}

static struct median_law upper_law(const struct redrawn *p)
{
    return (struct median_law){.count = p->count,
                               .values = p->values,
                               .weights = p->ranks->upper,
                               .above = p->ranks->upper_above};
}

static const struct median_law *whole_law(struct redraw *r, struct redrawn *p)
{
    if (p->whole.count == 0)
        p->whole = p->count % 2 == 1 ? lower_law(p)
                                     : bootstrap_median(r->context->bootstrap, &r->study,
                                                        p->values, p->count);
    return &p->whole;
}

static struct redrawn *redrawn_at(struct redraw *r, struct place at)
{
    return &r->points[at.series][at.point];
}

bool redraw_at_most(struct redraw *r, struct place a, struct place b, double limit, double level)
{
    struct redrawn *p = redrawn_at(r, a), *q = redrawn_at(r, b);
    if (p->values[0] / q->values[q->count - 1] > limit)
        return false;
    if (p->values[p->count - 1] / q->values[0] <= limit)
        return true;
    struct median_law low = lower_law(p), high = upper_law(q);
    bool most = ratio_at_most(&low, &high, limit) >= level;
    if (!most || (p->count % 2 == 1 && q->count % 2 == 1))
        return most;
    low = lower_law(q);
    high = upper_law(p);
    if (ratio_at_most(&high, &low, limit) >= level)
        return true;
    return ratio_at_most(whole_law(r, p), whole_law(r, q), limit) >= level;
}

bool redraw_within(struct redraw *r, struct place at, double seconds, double level)
{
    struct redrawn *p = redrawn_at(r, at);
    struct median_law low = lower_law(p), high = upper_law(p);
    if (median_law_quantile(&low, level) > seconds)
        return false;
    if (median_law_quantile(&high, level) <= seconds)
        return true;
    return median_law_quantile(whole_law(r, p), level) <= seconds;
}

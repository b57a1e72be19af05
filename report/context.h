/*
 * What the parts of the analysis share while it is made; analysis.h is what
 * remains of it.
 */
#ifndef SCALESTUDY_CONTEXT_H
#define SCALESTUDY_CONTEXT_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analysis.h"
#include "bootstrap.h"
#include "gather.h"
#include "pool.h"

/* Intervals of ratios need this many blocks on either side; the rules that go
 * by a limit use it from fewer, where it is rough but errs on the cautious side. */
enum { RATIO_INTERVAL_LEAST = 5, RULE_LIMIT_LEAST = 3 };

/* Beside each point_summary: what pairing and ratios need of it. */
struct point_detail {
    struct gathered_point rows;
    struct median_law law; /* of its median */
    const uint32_t *jobs, *hosts; /* per block: text ids */
    const uint32_t *firsts;       /* per block: its first run's row */
    size_t far_out;         /* flagged runs more than a tenth and ten times the scatter off the
                               median of all runs */
    double farthest, usual; /* the farthest flagged run's time, and that median */
};

struct context {
    struct analysis *out;
    const struct observations *all;
    const struct plan *plan; /* NULL: none */
    const struct machines *machines;
    struct gathering gathering;
    struct pool *pool;    /* lives as long as the analysis */
    struct pool *scratch; /* gone when it is made */
    struct bootstrap *bootstrap;
    struct point_detail **details; /* as out->series[i].points[j] */
    struct redraw *redraw; /* NULL, but while the rule is rerun on a study drawn anew (certainty.h) */
    bool total; /* the metric is wall_seconds */
};

/* A point by its place. */
struct place {
    int series, point; /* -1: none */
};

static const struct place nowhere = {-1, -1};

static inline bool is_place(struct place at)
{
    return at.point >= 0;
}

static inline struct place place_of(size_t series, size_t point)
{
    return (struct place){(int)series, (int)point};
}

static inline struct point_summary *point_at(const struct context *c, struct place at)
{
    return &c->out->series[at.series].points[at.point];
}

static inline struct point_detail *detail_at(const struct context *c, struct place at)
{
    return &c->details[at.series][at.point];
}

static inline bool same_place(struct place a, struct place b)
{
    return a.series == b.series && a.point == b.point;
}

static inline bool is_weak(const struct series *series)
{
    return strcmp(series->scaling, "weak") == 0;
}

/* Same cluster, kernel and size: such series stand next to each other. */
static inline bool same_problem(const struct series *a, const struct series *b)
{
    bool same_size = a->size == b->size || (isnan(a->size) && isnan(b->size));
    return same_size && strcmp(a->cluster, b->cluster) == 0 && strcmp(a->kernel, b->kernel) == 0;
}

/* The run's time in the metric; NAN where it has none. */
static inline double time_of(const struct context *c, const struct observation *row)
{
    return c->total ? row->wall_seconds : row->seconds;
}

/* Only such runs are analysed. */
static inline bool is_usable(const struct context *c, const struct observation *row)
{
    double time = time_of(c, row);
    return row->status == RUN_OK && time >= 0; /* false for NAN */
}

#endif

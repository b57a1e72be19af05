#include "optimum.h"

#include <math.h>
#include <string.h>

#include "ratio.h"
#include "redraw.h"
#include "speedup.h"

#define CONFIDENCE 0.95

enum { BLOCKS_TO_SHOW = 6, EFFICIENT_USUAL = 1 }; /* the latter: in `efficient`, 70 % */

/* Both sides have enough blocks for a limit; else the medians decide. */
static bool has_limits(const struct context *c, struct place a, struct place b)
{
    return point_at(c, a)->blocks >= RULE_LIMIT_LEAST &&
           point_at(c, b)->blocks >= RULE_LIMIT_LEAST && detail_at(c, a)->law.values[0] > 0 &&
           detail_at(c, b)->law.values[0] > 0;
}

/* P(T(a) / T(b) <= limit) >= level, in the study as measured or as drawn anew. */
static bool is_probable(const struct context *c, struct place a, struct place b, double limit,
                        double level)
{
    if (c->redraw != NULL)
        return redraw_at_most(c->redraw, a, b, limit, level);
    return ratio_at_most(&detail_at(c, a)->law, &detail_at(c, b)->law, limit) >= level;
}

bool optimum_at_most(const struct context *c, struct place numerator, struct place denominator,
                     double limit)
{
    if (same_place(numerator, denominator))
        return limit >= 1;
    if (!has_limits(c, numerator, denominator))
        return point_at(c, numerator)->median <= limit * point_at(c, denominator)->median;
    return is_probable(c, numerator, denominator, limit, CONFIDENCE);
}

static size_t counts_above_one(const struct series *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->point_count; i++)
        count += s->points[i].blocks > 0 && s->points[i].cores > 1;
    return count;
}

struct one_core optimum_one_core(const struct context *c, struct place at, const size_t *series,
                                 size_t count)
{
    size_t tried = 0;
    for (size_t i = 0; i < count; i++)
        tried += counts_above_one(&c->out->series[series[i]]);
    return (struct one_core){at, 1 - (1 - CONFIDENCE) / (double)(tried > 0 ? tried : 1)};
}

/* `at` is shown to be faster than one core. */
static bool beats_one(const struct context *c, struct place at, const struct one_core *one)
{
    if (!is_place(one->at) || same_place(at, one->at))
        return false;
    if (!has_limits(c, at, one->at))
        return point_at(c, at)->median < point_at(c, one->at)->median;
    return is_probable(c, at, one->at, nextafter(1, 0), one->level);
}

/* The lower limit of T(a) / T(b) is 1 or less: `a` may be as fast. */
static bool may_be_as_fast(const struct context *c, struct place a, struct place b)
{
    if (same_place(a, b))
        return true;
    if (!has_limits(c, a, b))
        return point_at(c, a)->median <= point_at(c, b)->median;
    return is_probable(c, a, b, 1, 1 - CONFIDENCE);
}

bool optimum_alike(const struct context *c, struct place a, struct place b)
{
    return has_limits(c, a, b) && may_be_as_fast(c, a, b) && may_be_as_fast(c, b, a);
}

/* The lower limit of efficiency, or else efficiency itself, is at least the threshold. */
static bool reaches(const struct context *c, struct place at, double threshold)
{
    const struct point_summary *point = point_at(c, at);
    const struct series *s = &c->out->series[at.series];
    struct place base = {s->base_series, s->base_point};
    if (c->redraw == NULL && !isnan(point->efficiency_lower90))
        return point->efficiency_lower90 >= threshold;
    if (c->redraw == NULL || same_place(base, at) || !has_limits(c, base, at))
        return point->efficiency >= threshold;
    /* The smallest v with F(v) >= 5 % is `least` or more where F is less below it. */
    double least = threshold * (double)point->cores / speedup_scale(c, base, at);
    return !redraw_at_most(c->redraw, base, at, nextafter(least, 0), 1 - CONFIDENCE);
}

/* Points ascend by cores, so the last one that reaches the threshold is the largest. */
static struct place largest_efficient(const struct context *c, size_t series, double threshold)
{
    const struct series *s = &c->out->series[series];
    for (size_t i = s->point_count; i-- > 0;)
        if (s->points[i].blocks > 0 && reaches(c, place_of(series, i), threshold))
            return place_of(series, i);
    return nowhere;
}

static struct place knee(const struct context *c, size_t series)
{
    const struct series *s = &c->out->series[series];
    struct place best = nowhere;
    double most = 0;
    for (size_t i = 0; i < s->point_count; i++) {
        double product = s->points[i].speedup * s->points[i].efficiency;
        if (product > most) { /* false for NAN */
            most = product;
            best = place_of(series, i);
        }
    }
    return best;
}

static bool meets_deadline(const struct context *c, struct place at, double deadline)
{
    const struct point_summary *point = point_at(c, at);
    if (isnan(deadline))
        return true;
    if (point->blocks < RULE_LIMIT_LEAST)
        return point->median <= deadline;
    if (c->redraw != NULL)
        return redraw_within(c->redraw, at, deadline, CONFIDENCE);
    return median_law_quantile(&detail_at(c, at)->law, CONFIDENCE) <= deadline;
}

static struct place cheapest(const struct context *c, size_t series, double deadline)
{
    const struct series *s = &c->out->series[series];
    struct place best = nowhere;
    for (size_t i = 0; i < s->point_count; i++) {
        struct place at = place_of(series, i);
        if (s->points[i].blocks == 0 || !meets_deadline(c, at, deadline))
            continue;
        if (!is_place(best) ||
            s->points[i].charged_core_hours < point_at(c, best)->charged_core_hours)
            best = at;
    }
    return best;
}

bool optimum_is_worth_asking(const struct context *c, struct place at, const struct one_core *one)
{
    return !is_place(one->at) || point_at(c, at)->cores == 1 || beats_one(c, at, one);
}

static struct place fast_enough(const struct context *c, size_t series, struct place fastest,
                                double tolerance, const struct one_core *one)
{
    const struct series *s = &c->out->series[series];
    for (size_t i = 0; i < s->point_count; i++) {
        struct place at = place_of(series, i);
        if (s->points[i].blocks > 0 && optimum_at_most(c, at, fastest, 1 + tolerance) &&
            optimum_is_worth_asking(c, at, one))
            return at;
    }
    return fastest;
}

bool optimum_parallel_pays(const struct context *c, size_t series, const struct one_core *one)
{
    const struct series *s = &c->out->series[series];
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0 && s->points[i].cores > 1 &&
            beats_one(c, place_of(series, i), one))
            return true;
    return false;
}

int64_t optimum_largest_count(const struct series *s)
{
    for (size_t i = s->point_count; i-- > 0;)
        if (s->points[i].blocks > 0)
            return s->points[i].cores;
    return 0;
}

size_t optimum_counts(const struct series *s)
{
    size_t count = 0;
    for (size_t i = 0; i < s->point_count; i++)
        count += s->points[i].blocks > 0;
    return count;
}

static struct place chosen_by_rule(const struct context *c, size_t series,
                                   const struct optimum *o, struct place fastest,
                                   const struct one_core *one)
{
    switch (o->rule) {
    case RULE_EFFICIENT:
        return largest_efficient(c, series, o->efficiency);
    case RULE_KNEE:
        return knee(c, series);
    case RULE_CHEAPEST:
        return cheapest(c, series, o->deadline);
    case RULE_FAST:
        break;
    }
    return fast_enough(c, series, fastest, o->tolerance, one);
}

static void recommend(struct context *c, size_t series, struct place fastest)
{
    struct series *s = &c->out->series[series];
    struct optimum *o = &s->optimum;
    struct one_core one = optimum_one_core(c, speedup_least(c, series, 1), &series, 1);
    struct place chosen = chosen_by_rule(c, series, o, fastest, &one);
    bool alone = s->serial || optimum_largest_count(s) == 1;
    if (!is_place(chosen))
        return;
    o->kind = OPTIMUM_COUNT;
    if (!alone && !is_weak(s) && is_place(one.at)) {
        bool pays = optimum_parallel_pays(c, series, &one);
        if (!pays)
            chosen = one.at;
        if (!pays || (o->rule == RULE_FAST && point_at(c, chosen)->cores == 1))
            o->kind = OPTIMUM_DO_NOT_PARALLELISE;
    }
    o->recommended = point_at(c, chosen)->cores;
    o->recommended_point = chosen.point;
    o->largest_tested_won = !s->serial && o->recommended == optimum_largest_count(s);
    if (o->kind == OPTIMUM_COUNT && o->largest_tested_won)
        o->kind = OPTIMUM_AT_LEAST;
}

static void list_candidates(struct context *c, size_t series, struct place fastest)
{
    struct series *s = &c->out->series[series];
    struct optimum *o = &s->optimum;
    o->candidates = pool_alloc(c->pool, s->point_count, sizeof *o->candidates);
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0 && may_be_as_fast(c, place_of(series, i), fastest))
            o->candidates[o->candidate_count++] = s->points[i].cores;
}

/* The fastest was picked after the fact, so the 5 % are shared among its rivals. */
static bool is_fastest_shown(const struct context *c, size_t series, struct place fastest)
{
    const struct series *s = &c->out->series[series];
    size_t rivals = 0;
    for (size_t i = 0; i < s->point_count; i++) {
        if (s->points[i].blocks > 0 && s->points[i].blocks < BLOCKS_TO_SHOW)
            return false;
        rivals += s->points[i].blocks > 0 && !same_place(place_of(series, i), fastest);
    }
    for (size_t i = 0; i < s->point_count; i++) {
        struct place at = place_of(series, i);
        if (s->points[i].blocks > 0 && !same_place(at, fastest) &&
            (!has_limits(c, at, fastest) ||
             is_probable(c, at, fastest, 1, (1 - CONFIDENCE) / (double)rivals)))
            return false;
    }
    return rivals > 0;
}

static const struct alternative no_alternative = {0, NAN, {NAN, NAN}, NAN, -1, -1};

struct alternative optimum_alternative(const struct context *c, struct place from, struct place to)
{
    if (!is_place(from) || !is_place(to) || same_place(from, to) ||
        is_weak(&c->out->series[from.series]))
        return no_alternative;
    struct ratio ratio = ratio_of_points(c, to, from, LIMIT_CI95);
    double price = point_at(c, to)->charged_core_hours / point_at(c, from)->charged_core_hours;
    return (struct alternative){
        point_at(c, to)->cores, ratio.value, ratio.ci95, price, to.series, to.point};
}

struct alternative optimum_doubling(const struct context *c, struct place at)
{
    if (!is_place(at))
        return no_alternative;
    const struct series *s = &c->out->series[at.series];
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0 && s->points[i].cores >= 2 * point_at(c, at)->cores)
            return optimum_alternative(c, at,
                                       speedup_least(c, (size_t)at.series, s->points[i].cores));
    return no_alternative;
}

struct alternative optimum_cheaper(const struct context *c, struct place at)
{
    if (!is_place(at))
        return no_alternative;
    const struct series *s = &c->out->series[at.series];
    int64_t chosen = point_at(c, at)->cores, cores = s->optimum.efficient[EFFICIENT_USUAL];
    for (size_t i = 0; (cores == 0 || cores >= chosen) && i < s->point_count; i++)
        if (s->points[s->point_count - 1 - i].blocks > 0 &&
            s->points[s->point_count - 1 - i].cores < chosen)
            cores = s->points[s->point_count - 1 - i].cores;
    return cores == 0 || cores >= chosen
               ? no_alternative
               : optimum_alternative(c, at, speedup_least(c, (size_t)at.series, cores));
}

void optimum_decide(struct context *c, size_t series)
{
    struct optimum *o = &c->out->series[series].optimum;
    struct place fastest = speedup_least(c, series, 0);
    o->kind = OPTIMUM_NONE;
    o->recommended = o->fastest = 0;
    o->recommended_point = o->fastest_point = -1;
    o->largest_tested_won = false;
    if (!is_place(fastest))
        return;
    o->fastest = point_at(c, fastest)->cores;
    o->fastest_point = fastest.point;
    if (!point_at(c, fastest)->too_small) /* else no verdict */
        recommend(c, series, fastest);
}

static int64_t cores_at(const struct context *c, struct place at)
{
    return is_place(at) ? point_at(c, at)->cores : 0;
}

void optimum_of_series(struct context *c, size_t series)
{
    static const double thresholds[] = {0.5, 0.7, 0.8};
    struct series *s = &c->out->series[series];
    struct optimum *o = &s->optimum;
    struct place fastest = speedup_least(c, series, 0);

    *o = (struct optimum){.rule = RULE_FAST, .tolerance = 0.05, .efficiency = 0.70,
                          .deadline = NAN};
    if (c->plan != NULL) {
        o->rule = c->plan->optimum.rule;
        o->tolerance = c->plan->optimum.tolerance;
        o->efficiency = c->plan->optimum.efficiency;
        o->deadline = c->plan->optimum.deadline;
    }
    if (is_weak(s)) /* the time is meant to stay, so no count is fast enough */
        o->rule = RULE_EFFICIENT;
    optimum_decide(c, series);
    o->doubling = optimum_doubling(c, (struct place){(int)series, o->recommended_point});
    if (!is_place(fastest))
        return;
    list_candidates(c, series, fastest);
    o->fastest_shown = is_fastest_shown(c, series, fastest);
    if (point_at(c, fastest)->too_small)
        return;
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
        o->efficient[i] = cores_at(c, largest_efficient(c, series, thresholds[i]));
    o->knee = cores_at(c, knee(c, series));
    o->cheapest = cores_at(c, cheapest(c, series, o->deadline));
}

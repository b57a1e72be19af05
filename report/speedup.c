#include "speedup.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "optimum.h"
#include "ratio.h"
#include "summary.h"

static struct interval scaled(struct interval interval, double factor)
{
    return (struct interval){interval.low * factor, interval.high * factor};
}

struct ratio ratio_of_points(const struct context *c, struct place numerator,
                             struct place denominator, unsigned limits)
{
    struct ratio ratio = {NAN, {NAN, NAN}, NAN, NAN};
    const struct point_summary *a = point_at(c, numerator), *b = point_at(c, denominator);
    const struct median_law *x = &detail_at(c, numerator)->law;
    const struct median_law *y = &detail_at(c, denominator)->law;
    size_t least = a->blocks < b->blocks ? a->blocks : b->blocks;

    if (least == 0 || !(b->median > 0))
        return ratio;
    if (same_place(numerator, denominator))
        return (struct ratio){1, {1, 1}, 1, 1};
    ratio.value = a->median / b->median;
    if (least >= RATIO_INTERVAL_LEAST && (limits & LIMIT_CI95) != 0)
        ratio.ci95 = (struct interval){ratio_quantile(x, y, 0.025), ratio_quantile(x, y, 0.975)};
    if (least >= RULE_LIMIT_LEAST && (limits & LIMIT_LOWER95) != 0)
        ratio.lower95 = ratio_quantile(x, y, 0.05);
    if (least >= RULE_LIMIT_LEAST && (limits & LIMIT_UPPER95) != 0)
        ratio.upper95 = ratio_quantile(x, y, 0.95);
    return ratio;
}

struct place speedup_least(const struct context *c, size_t series, int64_t cores)
{
    const struct series *s = &c->out->series[series];
    struct place least = nowhere;
    for (size_t i = 0; i < s->point_count; i++) {
        if (s->points[i].blocks == 0 || (cores != 0 && s->points[i].cores != cores))
            continue;
        if (!is_place(least) || s->points[i].median < point_at(c, least)->median)
            least = place_of(series, i);
    }
    return least;
}

/* Of one problem: same scaling and CPU type too; a type that is not known speaks
 * against nothing. */
static bool comparable(const struct series *a, const struct series *b)
{
    bool same_model = a->cpu_model[0] == '\0' || b->cpu_model[0] == '\0' ||
                      strcmp(a->cpu_model, b->cpu_model) == 0;
    return same_model && strcmp(a->scaling, b->scaling) == 0;
}

static struct place fastest_serial(const struct context *c, size_t series)
{
    const struct series *list = c->out->series, *own = &list[series];
    struct place best = nowhere;
    size_t i = series;
    while (i > 0 && same_problem(&list[i - 1], own))
        i--;
    for (; i < c->out->series_count && same_problem(&list[i], own); i++) {
        struct place least = speedup_least(c, i, 1);
        if (!list[i].serial || !comparable(&list[i], own) || !is_place(least))
            continue;
        if (!is_place(best) || point_at(c, least)->median < point_at(c, best)->median)
            best = least;
    }
    return best;
}

static int64_t smallest_count(const struct series *s)
{
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0)
            return s->points[i].cores;
    return 0;
}

void speedup_find_base(struct context *c, size_t series)
{
    struct series *s = &c->out->series[series];
    struct place base = fastest_serial(c, series);
    int64_t smallest = smallest_count(s);

    s->base_series = s->base_point = -1;
    s->base_backend = "";
    s->base_seconds = NAN;
    s->base_is_relative = false;
    s->base_is_absolute = is_place(base);
    if (smallest == 0)
        return;
    if (!is_place(base))
        base = speedup_least(c, series, 1);
    if (!is_place(base) && optimum_counts(s) == 1)
        return; /* nothing to compare its only count with */
    if (!is_place(base)) {
        base = speedup_least(c, series, smallest);
        s->base_is_relative = true;
    }
    s->base_series = base.series;
    s->base_point = base.point;
    s->base_backend = c->out->series[base.series].backend;
    s->base_cores = point_at(c, base)->cores;
    s->base_seconds = point_at(c, base)->median;
}

double speedup_scale(const struct context *c, struct place base, struct place point)
{
    const struct point_summary *from = point_at(c, base), *to = point_at(c, point);
    double cores = (double)from->cores;
    if (!is_weak(&c->out->series[point.series]))
        return cores;
    double growth = to->work / from->work;
    if (!(growth > 0) || !isfinite(growth)) /* not known: as weak scaling is meant */
        growth = (double)to->cores / (double)from->cores;
    return cores * growth;
}

double karp_flatt(double speedup, double cores)
{
    return cores < 2 ? NAN : (1 / speedup - 1 / cores) / (1 - 1 / cores);
}

double gustafson(double scaled_speedup, double cores)
{
    return cores < 2 ? NAN : (cores - scaled_speedup) / (cores - 1);
}

static void compute_speedup(const struct context *c, struct place base, struct place at)
{
    struct point_summary *point = point_at(c, at);
    struct ratio ratio = ratio_of_points(c, base, at, LIMIT_CI95 | LIMIT_LOWER95);
    double scale = speedup_scale(c, base, at), cores = (double)point->cores;
    point->speedup = ratio.value * scale;
    point->speedup_ci = scaled(ratio.ci95, scale);
    point->efficiency = point->speedup / cores;
    point->efficiency_ci =
        (struct interval){point->speedup_ci.low / cores, point->speedup_ci.high / cores};
    point->efficiency_lower90 = ratio.lower95 * scale / cores;
}

/*
 * By the series' own run on one core (or on its smallest count), whatever
 * speedup is measured against. A serial fraction needs the run on one core.
 */
static void compute_own(const struct context *c, struct place own, struct place base,
                        struct place at)
{
    struct point_summary *point = point_at(c, at);
    double cores = (double)point->cores;
    point->speedup_own = point->speedup;
    point->speedup_own_ci = point->speedup_ci;
    if (!same_place(own, base)) {
        struct ratio ratio = ratio_of_points(c, own, at, LIMIT_CI95);
        double scale = speedup_scale(c, own, at);
        point->speedup_own = ratio.value * scale;
        point->speedup_own_ci = scaled(ratio.ci95, scale);
    }
    double speedup = point->speedup_own;
    struct interval ci = point->speedup_own_ci;
    if (point_at(c, own)->cores > 1)
        return;
    if (is_weak(&c->out->series[at.series])) {
        point->gustafson = gustafson(speedup, cores);
        point->gustafson_ci =
            (struct interval){gustafson(ci.high, cores), gustafson(ci.low, cores)};
        return;
    }
    point->karp_flatt = karp_flatt(speedup, cores);
    point->karp_flatt_ci = (struct interval){karp_flatt(ci.high, cores), karp_flatt(ci.low, cores)};
}

/* -1, 0, 1 as block, then job, of block i of one point and j of the other. */
static int compare_blocks(const struct context *c, struct place a, size_t i, struct place b,
                          size_t j)
{
    int64_t x = point_at(c, a)->block_ids[i], y = point_at(c, b)->block_ids[j];
    uint32_t job = detail_at(c, a)->jobs[i], other = detail_at(c, b)->jobs[j];
    if (x != y)
        return x < y ? -1 : 1;
    return (job > other) - (job < other);
}

/*
 * Ratios within blocks, where node and hour cancel: only of blocks that ran in
 * the same job on the same host. Both lists ascend by block and job.
 */
static size_t paired_ratios(const struct context *c, struct place base, struct place at,
                            double *ratios)
{
    const struct point_summary *a = point_at(c, base), *b = point_at(c, at);
    size_t i = 0, j = 0, count = 0;
    while (i < a->blocks && j < b->blocks) {
        int order = compare_blocks(c, base, i, at, j);
        if (order == 0 && a->block_ids[i] != RESULTS_UNKNOWN && b->times[j] > 0 &&
            detail_at(c, base)->hosts[i] == detail_at(c, at)->hosts[j])
            ratios[count++] = a->times[i] / b->times[j];
        i += order <= 0;
        j += order >= 0;
    }
    return count;
}

static void compute_paired(const struct context *c, struct place base, struct place at)
{
    struct point_summary *point = point_at(c, at);
    double *ratios = xcalloc(point->blocks, sizeof *ratios);
    size_t count = paired_ratios(c, base, at, ratios);
    if (count > 0) {
        double scale = speedup_scale(c, base, at);
        struct summary_ranks ranks = summary_ranks(count, c->out->level);
        point->speedup_paired = summary_median_of(ratios, count) * scale;
        if (same_place(base, at))
            point->speedup_paired_ci = (struct interval){scale, scale};
        else if (ranks.low > 0)
            point->speedup_paired_ci =
                scaled((struct interval){ratios[ranks.low - 1], ratios[ranks.high - 1]}, scale);
    }
    free(ratios);
}

static void compute_ratio_to_fastest(const struct context *c, struct place fastest,
                                     struct place at)
{
    struct point_summary *point = point_at(c, at);
    struct ratio ratio = ratio_of_points(c, at, fastest, LIMIT_LOWER95 | LIMIT_UPPER95);
    bool shown = point->blocks >= RATIO_INTERVAL_LEAST &&
                 point_at(c, fastest)->blocks >= RATIO_INTERVAL_LEAST;
    point->ratio_to_fastest = ratio.value;
    if (!shown && !same_place(at, fastest))
        return;
    point->ratio_to_fastest_upper95 = ratio.upper95;
    point->ratio_to_fastest_lower95 = ratio.lower95;
}

void speedup_compute(struct context *c, size_t series)
{
    const struct series *s = &c->out->series[series];
    bool pairs = c->all->has_blocks && (c->all->has_jobs || c->out->asked.paired);
    struct place base = {s->base_series, s->base_point};
    struct place own = speedup_least(c, series, 1), fastest = speedup_least(c, series, 0);
    if (!is_place(base))
        return;
    if (!is_place(own))
        own = speedup_least(c, series, smallest_count(s));
    for (size_t i = 0; i < s->point_count; i++) {
        struct place at = place_of(series, i);
        if (s->points[i].blocks == 0)
            continue;
        compute_speedup(c, base, at);
        compute_own(c, own, base, at);
        if (pairs)
            compute_paired(c, base, at);
        compute_ratio_to_fastest(c, fastest, at);
    }
}

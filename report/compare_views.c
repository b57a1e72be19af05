#include "compare_views.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"

/* A count of comparisons that grows; it moves into the pool when it is complete. */
struct pairs {
    struct comparison *list;
    size_t count, capacity;
};

static bool is_timed(const struct point_summary *point)
{
    return point->blocks > 0 && point->median > 0;
}

bool compare_is_of_contest(const struct compare_contest *contest, const struct series *series)
{
    bool kernel = contest->kernel[0] == '\0' || series->kernel[0] == '\0' ||
                  strcmp(contest->kernel, series->kernel) == 0;
    bool size = isnan(contest->size) || isnan(series->size) || contest->size == series->size;
    bool weak = strcmp(contest->scaling, "weak") == 0;
    return kernel && size && weak == (strcmp(series->scaling, "weak") == 0);
}

static bool is_of(const struct compare *c, const struct compare_contest *contest, size_t entrant,
                  const struct series *series)
{
    return strcmp(series->cluster, c->entrants[entrant].cluster) == 0 &&
           compare_is_of_contest(contest, series);
}

/* The entrant's next series of the contest from *at on; NULL at the end. */
static const struct series *next_series(const struct compare *c,
                                        const struct compare_contest *contest, size_t entrant,
                                        size_t *at)
{
    const struct analysis *a = c->entrants[entrant].analysis;
    while (*at < a->series_count) {
        const struct series *series = &a->series[(*at)++];
        if (is_of(c, contest, entrant, series))
            return series;
    }
    return NULL;
}

static size_t series_count(const struct compare *c, const struct compare_contest *contest,
                           size_t entrant)
{
    size_t at = 0, count = 0;
    while (next_series(c, contest, entrant, &at) != NULL)
        count++;
    return count;
}

/* Of the same backend. Where each has just one, those are meant, whatever their names. */
static const struct series *counterpart(const struct compare *c,
                                        const struct compare_contest *contest, size_t entrant,
                                        const struct series *reference)
{
    const struct series *series = NULL;
    size_t at = 0;
    while ((series = next_series(c, contest, entrant, &at)) != NULL)
        if (strcmp(series->backend, reference->backend) == 0)
            return series;
    at = 0;
    if (series_count(c, contest, entrant) == 1 && series_count(c, contest, 0) == 1)
        return next_series(c, contest, entrant, &at);
    return NULL;
}

static struct compare_side measured(size_t entrant, const struct series *series,
                                    const struct point_summary *point)
{
    return (struct compare_side){.entrant = entrant,
                                 .series = series,
                                 .point = point,
                                 .seconds = point->median,
                                 .core_hours = point->charged_core_hours};
}

static void add_pair(struct pairs *pairs, enum compare_view view, struct compare_side a,
                     struct compare_side b)
{
    array_grow(&pairs->list, pairs->count, &pairs->capacity, sizeof *pairs->list);
    pairs->list[pairs->count++] = (struct comparison){.view = view, .a = a, .b = b};
}

/* In weak scaling other counts do other work. */
static bool same_work(const struct compare_contest *contest, const struct point_summary *a,
                      const struct point_summary *b)
{
    if (strcmp(contest->scaling, "weak") != 0)
        return true;
    if (isnan(a->work) || isnan(b->work))
        return a->cores == b->cores;
    return fabs(a->work - b->work) <= 1e-9 * fmax(a->work, b->work);
}

static const struct point_summary *point_on(const struct series *series, int64_t cores)
{
    const struct point_summary *found = NULL; /* several shapes: the fastest */
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        if (p->cores == cores && is_timed(p) && (found == NULL || p->median < found->median))
            found = p;
    }
    return found;
}

static void pair_same_cores(struct pairs *pairs, const struct compare_contest *contest,
                            const struct series *reference, const struct series *other,
                            size_t entrant)
{
    int64_t last = 0;
    for (size_t i = 0; i < reference->point_count; i++) {
        int64_t cores = reference->points[i].cores;
        const struct point_summary *b = point_on(reference, cores), *a = point_on(other, cores);
        if (cores != last && a != NULL && b != NULL && same_work(contest, a, b))
            add_pair(pairs, VIEW_SAME_CORES, measured(entrant, other, a),
                     measured(0, reference, b));
        last = cores;
    }
}

static void pair_one_node(const struct compare *c, struct pairs *pairs,
                          const struct compare_contest *contest, const struct series *reference,
                          const struct series *other, size_t entrant)
{
    const struct point_summary *a = point_on(other, c->entrants[entrant].node_cores);
    const struct point_summary *b = point_on(reference, c->entrants[0].node_cores);
    if (a != NULL && b != NULL && same_work(contest, a, b))
        add_pair(pairs, VIEW_ONE_NODE, measured(entrant, other, a), measured(0, reference, b));
}

/* Same cost --------------------------------------------------------------------- */

static int by_cost(const void *x, const void *y)
{
    const struct point_summary *a = *(const struct point_summary *const *)x;
    const struct point_summary *b = *(const struct point_summary *const *)y;
    if (a->charged_core_hours != b->charged_core_hours)
        return a->charged_core_hours < b->charged_core_hours ? -1 : 1;
    return (a->median > b->median) - (a->median < b->median);
}

/* Ascending in cost, descending in time: a point that costs more and takes longer than
 * another is no offer. */
static size_t offers(const struct series *series, const struct point_summary **out)
{
    size_t count = 0, kept = 0;
    for (size_t i = 0; i < series->point_count; i++)
        if (is_timed(&series->points[i]) && series->points[i].charged_core_hours > 0)
            out[count++] = &series->points[i];
    qsort(out, count, sizeof *out, by_cost);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || out[i]->median < out[kept - 1]->median)
            out[kept++] = out[i];
    return kept;
}

/* What `series` needs for `core_hours`: between neighbours on its line of least
 * time for a cost, else the nearest. False where nothing has a cost. */
static bool side_at_cost(const struct series *series, size_t entrant, double core_hours,
                         struct compare_side *side)
{
    const struct point_summary **list = xcalloc(series->point_count + 1, sizeof *list);
    size_t count = offers(series, list), i = 0;
    while (i < count && list[i]->charged_core_hours <= core_hours)
        i++;
    if (count > 0)
        *side = measured(entrant, series, list[i == 0 ? 0 : i - 1]);
    if (i > 0 && i < count && side->core_hours < core_hours) {
        double low = log(side->core_hours), high = log(list[i]->charged_core_hours);
        double part = (log(core_hours) - low) / (high - low);
        side->next = list[i];
        side->seconds = exp(log(list[i - 1]->median) +
                            part * (log(list[i]->median) - log(list[i - 1]->median)));
        side->core_hours = core_hours;
    }
    free(list);
    return count > 0;
}

static const struct point_summary *own_choice(const struct series *series)
{
    int point = series->optimum.recommended_point >= 0 ? series->optimum.recommended_point
                                                       : series->optimum.fastest_point;
    return point < 0 || !is_timed(&series->points[point]) ? NULL : &series->points[point];
}

static void pair_same_cost(struct pairs *pairs, const struct compare_contest *contest,
                           const struct series *reference, const struct series *other,
                           size_t entrant)
{
    const struct point_summary *b = own_choice(reference);
    struct compare_side a;
    if (b == NULL || strcmp(contest->scaling, "weak") == 0 || !(b->charged_core_hours > 0))
        return;
    if (side_at_cost(other, entrant, b->charged_core_hours, &a))
        add_pair(pairs, VIEW_SAME_COST, a, measured(0, reference, b));
}

/* Each at its own best ------------------------------------------------------------ */

static bool side_at_best(const struct compare *c, const struct compare_contest *contest,
                         size_t entrant, struct compare_side *side)
{
    const struct analysis *a = c->entrants[entrant].analysis;
    for (size_t i = 0; i < a->answer_count; i++) {
        const struct answer *answer = &a->answers[i];
        if (answer->series < 0 || answer->point < 0)
            continue;
        const struct series *series = &a->series[answer->series];
        if (!is_of(c, contest, entrant, series) || !is_timed(&series->points[answer->point]))
            continue;
        *side = measured(entrant, series, &series->points[answer->point]);
        return true;
    }
    return false;
}

static void pair_best(const struct compare *c, struct pairs *pairs,
                      const struct compare_contest *contest, size_t entrant)
{
    struct compare_side a, b;
    if (side_at_best(c, contest, 0, &b) && side_at_best(c, contest, entrant, &a) &&
        same_work(contest, a.point, b.point))
        add_pair(pairs, VIEW_BEST, a, b);
}

static void pair_view(const struct compare *c, struct pairs *pairs,
                      const struct compare_contest *contest, enum compare_view view)
{
    const struct series *reference, *other;
    size_t at = 0;
    while ((reference = next_series(c, contest, 0, &at)) != NULL)
        for (size_t i = 1; i < c->entrant_count; i++) {
            if (!contest->takes_part[i] ||
                (other = counterpart(c, contest, i, reference)) == NULL)
                continue;
            if (view == VIEW_SAME_CORES)
                pair_same_cores(pairs, contest, reference, other, i);
            else if (view == VIEW_ONE_NODE)
                pair_one_node(c, pairs, contest, reference, other, i);
            else
                pair_same_cost(pairs, contest, reference, other, i);
        }
}

void compare_find_pairs(struct compare *c, struct compare_contest *contest)
{
    struct pairs pairs = {0};
    if (contest->takes_part[0]) {
        pair_view(c, &pairs, contest, VIEW_SAME_CORES);
        pair_view(c, &pairs, contest, VIEW_ONE_NODE);
        pair_view(c, &pairs, contest, VIEW_SAME_COST);
        for (size_t i = 1; i < c->entrant_count; i++)
            if (contest->takes_part[i])
                pair_best(c, &pairs, contest, i);
    }
    contest->comparisons = pool_alloc(&c->pool, pairs.count + 1, sizeof *contest->comparisons);
    if (pairs.count > 0)
        memcpy(contest->comparisons, pairs.list, pairs.count * sizeof *pairs.list);
    contest->comparison_count = pairs.count;
    free(pairs.list);
}

/* Rankings ------------------------------------------------------------------------ */

/* The entrant's fastest on one whole node, over all backends. */
static bool side_on_node(const struct compare *c, const struct compare_contest *contest,
                         size_t entrant, struct compare_side *side)
{
    const struct series *series;
    size_t at = 0;
    bool found = false;
    while ((series = next_series(c, contest, entrant, &at)) != NULL) {
        const struct point_summary *p = point_on(series, c->entrants[entrant].node_cores);
        if (p == NULL || (found && side->seconds <= p->median))
            continue;
        *side = measured(entrant, series, p);
        found = true;
    }
    return found;
}

static int by_seconds(const void *x, const void *y)
{
    const struct compare_rank *a = x, *b = y;
    if (a->side.seconds != b->side.seconds)
        return a->side.seconds < b->side.seconds ? -1 : 1;
    return (a->side.entrant > b->side.entrant) - (a->side.entrant < b->side.entrant);
}

static void add_ranking(struct compare *c, struct compare_contest *contest, enum compare_view view)
{
    struct compare_ranking *ranking = &contest->rankings[contest->ranking_count];
    *ranking = (struct compare_ranking){
        .view = view,
        .ranks = pool_alloc(&c->pool, c->entrant_count, sizeof *ranking->ranks)};
    for (size_t i = 0; i < c->entrant_count; i++) {
        struct compare_side side;
        if (!contest->takes_part[i] || !(view == VIEW_BEST ? side_at_best(c, contest, i, &side)
                                                           : side_on_node(c, contest, i, &side)))
            continue;
        if (ranking->count > 0 && !same_work(contest, ranking->ranks[0].side.point, side.point))
            continue;
        ranking->ranks[ranking->count++].side = side;
    }
    qsort(ranking->ranks, ranking->count, sizeof *ranking->ranks, by_seconds);
    if (ranking->count > 1)
        contest->ranking_count++;
}

void compare_find_rankings(struct compare *c, struct compare_contest *contest)
{
    contest->rankings = pool_alloc(&c->pool, VIEW_COUNT, sizeof *contest->rankings);
    add_ranking(c, contest, VIEW_BEST);
    add_ranking(c, contest, VIEW_ONE_NODE);
}

#include "disturbed.h"

#include <stdlib.h>

#include "alloc.h"
#include "othersfile.h"
#include "summary.h"

/* Cores' worth of others' work, the larger of a number and a share of the point's cores: a
 * system is never quite idle, and on many cores that adds up. */
#define NOTABLE_CORES 0.05
#define NOTABLE_SHARE 0.005
#define SPOILED_CORES 0.10
#define SPOILED_SHARE 0.01

/* The error of a sum over runs and CPUs is below a tick times the root of their number; no
 * more is told by it than so many times that. */
#define ERRORS_TOLD 3

struct sums {
    double others, stolen, seconds, cpus;
};

static double share_of(const struct sums *sums)
{
    return (sums->others + sums->stolen) / sums->seconds;
}

static void add(struct sums *sums, const struct watched *run)
{
    sums->others += (double)run->others_seconds;
    sums->stolen += (double)run->stolen_seconds;
    sums->seconds += (double)run->seconds;
    sums->cpus += run->cpus;
}

/* What a block's runs say together, behind those before it. */
static void end_block(const struct sums *block, double *shares, size_t *count)
{
    if (block->seconds > 0)
        shares[(*count)++] = share_of(block);
}

static bool same_block(const struct observation *a, const struct observation *b)
{
    return a->block != RESULTS_UNKNOWN && a->block == b->block && a->job == b->job;
}

/* Files with what was watched have the runs of a block together. */
static size_t sum_up(const struct context *c, const struct gathered_point *rows, struct sums *whole,
                     double *shares)
{
    const struct observation *before = NULL;
    struct sums block = {0};
    size_t count = 0;
    for (size_t i = 0; i < rows->row_count; i++) {
        const struct observation *row = &c->all->rows[rows->rows[i]];
        const struct watched *run = &c->all->watched[rows->rows[i]];
        if (!is_usable(c, row) || run->cpus == 0)
            continue;
        if (before != NULL && !same_block(before, row)) {
            end_block(&block, shares, &count);
            block = (struct sums){0};
        }
        before = row;
        add(&block, run);
        add(whole, run);
    }
    end_block(&block, shares, &count);
    return count;
}

void disturbed_summarise(const struct context *c, const struct gathered_point *rows,
                         struct point_summary *point)
{
    struct sums whole = {0};
    point->others_cores = point->stolen_cores = point->others_usual = NAN;
    if (c->all->watched == NULL)
        return;
    double *shares = xcalloc(rows->row_count, sizeof *shares);
    size_t count = sum_up(c, rows, &whole, shares);
    if (count > 0) {
        point->others_cores = whole.others / whole.seconds;
        point->stolen_cores = whole.stolen / whole.seconds;
        point->others_usual = summary_median_select(shares, count);
        point->others_shown =
            whole.others + whole.stolen > ERRORS_TOLD * OTHERS_TICK * sqrt(whole.cpus);
    }
    free(shares);
}

static double limit(const struct point_summary *point, double cores, double share)
{
    return fmax(cores, share * (double)point->cores);
}

bool disturbed_is_notable(const struct point_summary *p)
{
    return p->others_shown &&
           p->others_cores + p->stolen_cores > limit(p, NOTABLE_CORES, NOTABLE_SHARE);
}

bool disturbed_is_spoiled(const struct point_summary *p)
{
    return disturbed_is_notable(p) && p->others_usual > limit(p, SPOILED_CORES, SPOILED_SHARE);
}

/* Where all of the others' work met one worker, the point would have taken so much without it. */
static double least_alone(const struct point_summary *p)
{
    return p->median * (1 - fmin(p->others_usual, 1));
}

static bool rests_on(const struct context *c, const struct answer *answer, struct place at)
{
    const struct place chosen = {answer->series, answer->point},
                       fastest = {answer->fastest_series, answer->fastest_point};
    const struct series *s = &c->out->series[chosen.series];
    const struct place base = {s->base_series, s->base_point};
    if (same_place(at, chosen) || same_place(at, fastest) || same_place(at, base))
        return true;
    if (is_weak(s) || s->optimum.rule != RULE_FAST)
        return true;
    return least_alone(point_at(c, at)) <=
           point_at(c, fastest)->median * (1 + s->optimum.tolerance);
}

void disturbed_judge(const struct context *c, const size_t *series, size_t count,
                     struct answer *answer)
{
    struct place worst = nowhere;
    for (size_t i = 0; answer->series >= 0 && i < count; i++)
        for (size_t j = 0; j < c->out->series[series[i]].point_count; j++) {
            struct place at = place_of(series[i], j);
            const struct point_summary *p = point_at(c, at);
            if (p->blocks == 0 || !disturbed_is_spoiled(p) || !rests_on(c, answer, at))
                continue;
            if (!is_place(worst) || p->others_usual > point_at(c, worst)->others_usual)
                worst = at;
        }
    answer->disturbed = is_place(worst);
    answer->disturbed_series = worst.series;
    answer->disturbed_point = worst.point;
}

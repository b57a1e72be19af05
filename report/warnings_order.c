#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "sequence.h"
#include "summary.h"
#include "warning_checks.h"
#include "wording.h"

/* Limits of docs/method.md, "Order". */
#define CHANCE_MOST 0.01  /* of a warning where there is nothing, over a cluster or a series */
#define CHANGE_LEAST 0.01 /* a drift of less is not worth a word */
#define HIT_CHANCE 0.0228 /* of a lag-1 correlation above 2 / sqrt(n) */

enum { LEAST = 6, MOST = 500 }; /* values: fewer say nothing, of more so many are enough */

/* What tells when a block ran, best first. */
enum moment { BY_START, BY_ORDER, BY_BLOCK, UNTOLD };

struct timed {
    double when, value;
    int64_t block;
    uint32_t job;
    bool alone; /* a row without a block */
};

static bool tells(const struct context *c, struct place at, enum moment moment)
{
    const struct point_summary *point = point_at(c, at);
    for (size_t i = 0; i < point->blocks; i++) {
        const struct observation *row = &c->all->rows[detail_at(c, at)->firsts[i]];
        if ((moment == BY_START && isnan(row->started)) ||
            (moment == BY_ORDER && row->order == RESULTS_UNKNOWN) ||
            (moment == BY_BLOCK && row->block == RESULTS_UNKNOWN))
            return false;
    }
    return true;
}

/* The best that all of these series' points have. */
static enum moment moment_of(const struct context *c, size_t begin, size_t end)
{
    enum moment moment = BY_START;
    for (size_t i = begin; i < end; i++)
        for (size_t j = 0; j < c->out->series[i].point_count; j++)
            while (moment != UNTOLD && !tells(c, place_of(i, j), moment))
                moment++;
    return moment;
}

static double when(const struct observation *row, enum moment moment)
{
    return moment == BY_START   ? row->started
           : moment == BY_ORDER ? (double)row->order
                                : (double)row->block;
}

static int by_time(const void *x, const void *y)
{
    const struct timed *a = x, *b = y;
    if (a->when != b->when)
        return a->when < b->when ? -1 : 1;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return (a->job > b->job) - (a->job < b->job);
}

static int by_block(const void *x, const void *y)
{
    const struct timed *a = x, *b = y;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    if (a->job != b->job)
        return a->job < b->job ? -1 : 1;
    return by_time(a, b);
}

/* Of very many blocks: a trend shows in some from all over, dependence in neighbours only. */
enum choice { SPACED, FIRST };

static size_t add_blocks(const struct context *c, struct place at, enum moment moment,
                         enum choice choice, struct timed *out)
{
    const struct point_summary *point = point_at(c, at);
    const struct point_detail *detail = detail_at(c, at);
    size_t count = point->blocks < MOST ? point->blocks : MOST;
    for (size_t k = 0; k < count; k++) {
        size_t i = choice == FIRST ? k : k * point->blocks / count;
        const struct observation *row = &c->all->rows[detail->firsts[i]];
        out[k] = (struct timed){when(row, moment), point->times[i], row->block, detail->jobs[i],
                                row->block == RESULTS_UNKNOWN};
    }
    return count;
}

/* A point's times in the order in which they were measured; 0: not to be told. */
static size_t times_in_order(const struct context *c, struct place at, enum choice choice,
                             double *out)
{
    struct timed *list = xcalloc(MOST, sizeof *list);
    enum moment moment = BY_START;
    size_t count = 0;
    while (moment != UNTOLD && !tells(c, at, moment))
        moment++;
    if (moment != UNTOLD)
        count = add_blocks(c, at, moment, choice, list);
    qsort(list, count, sizeof *list, by_time);
    for (size_t i = 0; i < count; i++)
        out[i] = list[i].value;
    free(list);
    return count;
}

/* Of the last third's median over that of the first. */
static double change_over(const double *values, size_t count)
{
    double first[MOST], last[MOST];
    size_t third = count / 3;
    for (size_t i = 0; i < third; i++) {
        first[i] = values[i];
        last[i] = values[count - third + i];
    }
    return summary_median_of(last, third) / summary_median_of(first, third) - 1;
}

struct drift {
    size_t blocks;
    double correlation, chance, change;
};

static struct drift drift_of(const double *values, size_t count)
{
    struct drift drift = {count, NAN, NAN, NAN};
    if (count < LEAST)
        return drift;
    drift.correlation = sequence_trend(values, count);
    if (fabs(drift.correlation) * sqrt((double)count - 1) > 2) /* else more than 0.03 */
        drift.chance = sequence_trend_chance(drift.correlation, count);
    drift.change = change_over(values, count);
    return drift;
}

static bool is_drift(const struct drift *drift, double chance)
{
    return drift->chance < chance && fabs(drift->change) >= CHANGE_LEAST; /* false for NAN */
}

static void say_drift(struct warner *w, struct strbuf *text, const struct drift *drift)
{
    warning_evidence(w, text);
    strbuf_add(text, "by ");
    wording_percent(text, fabs(drift->change));
    strbuf_addf(text, " from the first to the last third of %zu blocks (rank correlation ",
                drift->blocks);
    wording_fixed(text, drift->correlation, 2);
    strbuf_add(text, ", chance ");
    if (drift->chance < 0.0001)
        strbuf_add(text, "below 0.0001");
    else
        wording_significant(text, drift->chance, 1);
    strbuf_add(text, ").");
}

static const char drift_remedy[] =
    "Nothing is corrected: intervals take blocks as alike. Look for what changed meanwhile (heat, "
    "other users, a filling disk), and measure again.";

/*
 * All points together: a block's value is the median of how far its times are
 * from their points' medians. What a node or an hour does to a block it does
 * to all times in it, so the block is what counts here too, not the time.
 */
static size_t block_residuals(const struct context *c, size_t begin, size_t end,
                              enum moment moment, double *out)
{
    size_t most = 0, count = 0, blocks = 0;
    for (size_t i = begin; i < end; i++)
        for (size_t j = 0; j < c->out->series[i].point_count; j++) {
            size_t own = c->out->series[i].points[j].blocks;
            most += own < MOST ? own : MOST;
        }
    struct timed *list = xcalloc(most, sizeof *list);
    double *scratch = xcalloc(most, sizeof *scratch);
    for (size_t i = begin; i < end; i++)
        for (size_t j = 0; j < c->out->series[i].point_count; j++) {
            double median = c->out->series[i].points[j].median;
            size_t added = add_blocks(c, place_of(i, j), moment, SPACED, list + count);
            for (size_t k = 0; k < added; k++)
                list[count + k].value /= median;
            count += median > 0 ? added : 0;
        }
    qsort(list, count, sizeof *list, by_block);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from; to < count && (to == from || (!list[from].alone &&
                                                      list[to].block == list[from].block &&
                                                      list[to].job == list[from].job));
             to++)
            scratch[to - from] = list[to].value;
        list[blocks] = list[from];
        list[blocks++].value = summary_median_of(scratch, to - from);
    }
    qsort(list, blocks, sizeof *list, by_time);
    size_t kept = blocks < MOST ? blocks : MOST;
    for (size_t i = 0; i < kept; i++)
        out[i] = list[i * blocks / kept].value;
    free(scratch);
    free(list);
    return kept;
}

static bool whole_cluster_drifts(struct warner *w, size_t begin, size_t end)
{
    double values[MOST];
    enum moment moment = moment_of(w->c, begin, end);
    if (moment == UNTOLD)
        return false;
    struct drift drift = drift_of(values, block_residuals(w->c, begin, end, moment, values));
    if (!is_drift(&drift, CHANCE_MOST))
        return false;
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, "Times");
    if (end - begin < w->c->out->series_count)
        strbuf_addf(&text, " on %s", w->c->out->series[begin].cluster);
    strbuf_addf(&text, " %s while the study was measured, ", drift.change > 0 ? "rose" : "fell");
    say_drift(w, &text, &drift);
    warning_add(w, -1, 0, &text, drift_remedy);
    return true;
}

static void check_series_drift(struct warner *w, size_t series, double chance)
{
    const struct series *s = &w->c->out->series[series];
    struct hits hits = hits_begin(w, s);
    struct drift worst = {0, NAN, NAN, 0};
    double values[MOST];
    for (size_t j = 0; j < s->point_count; j++) {
        struct drift drift =
            drift_of(values, times_in_order(w->c, place_of(series, j), SPACED, values));
        if (!is_drift(&drift, chance))
            continue;
        if (fabs(drift.change) > fabs(worst.change))
            worst = drift;
        hits_add(&hits, s, j);
    }
    if (hits.count == 0)
        return;
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, "Times of ");
    warning_name(&text, w->c, series);
    strbuf_add_char(&text, ' ');
    warning_cores(&text, &hits);
    strbuf_addf(&text, " %s while they were measured, ", worst.change > 0 ? "rose" : "fell");
    say_drift(w, &text, &worst);
    w->ordered[series] = true;
    warning_many(w, "Times of %s changed while they were measured", fabs(worst.change));
    warning_add_hits(w, series, &hits, &text, drift_remedy);
}

/* Many points are looked at, so each must be the less likely by chance. */
void check_drift(struct warner *w)
{
    const struct analysis *out = w->c->out;
    w->ordered = pool_alloc(w->c->scratch, out->series_count, sizeof *w->ordered);
    for (size_t begin = 0, end; begin < out->series_count; begin = end) {
        size_t points = 0;
        for (end = begin; end < out->series_count &&
                          strcmp(out->series[end].cluster, out->series[begin].cluster) == 0;
             end++)
            points += out->series[end].point_count;
        bool whole = whole_cluster_drifts(w, begin, end);
        for (size_t i = begin; i < end; i++) {
            w->ordered[i] = whole;
            if (!whole)
                check_series_drift(w, i, CHANCE_MOST / (double)points);
        }
    }
}

/* P(Bin(n, p) >= m). */
static double at_least(size_t n, size_t m, double p)
{
    double term = pow(1 - p, (double)n), below = 0;
    for (size_t i = 0; i < m; i++) {
        below += term;
        term *= (double)(n - i) / (double)(i + 1) * p / (1 - p);
    }
    return 1 - below;
}

/*
 * A correlation above 2 / sqrt(n) is the sign; of many points some have it by
 * chance, so either more than these must, or one must have it strongly.
 */
static bool is_more_than_chance(size_t points, const struct hits *hits, double strongest)
{
    return hits->count > 0 &&
           (at_least(points, hits->count, HIT_CHANCE) < CHANCE_MOST ||
            (double)points * sequence_normal_above(strongest) < CHANCE_MOST);
}

static void say_dependence(struct warner *w, size_t series, const struct hits *hits,
                           double dependence)
{
    struct strbuf text = STRBUF_INIT;
    size_t blocks = w->c->out->series[series].points[hits->worst].blocks;
    double worth = fmax(1, sequence_effective_count(dependence, blocks));
    strbuf_add(&text, "Times of ");
    warning_name(&text, w->c, series);
    strbuf_add_char(&text, ' ');
    warning_cores(&text, hits);
    strbuf_add(&text, " are like those measured just before, so their intervals are too narrow: ");
    warning_evidence(w, &text);
    strbuf_add(&text, "neighbours are correlated by ");
    wording_fixed(&text, dependence, 2);
    strbuf_addf(&text, "%s, and %zu blocks say as much as %.0f independent ones.",
                hits->count > 1 ? " at worst" : "", blocks, worth);
    warning_many(w, "Times of %s are like those measured just before, so their intervals are too "
                    "narrow", dependence);
    warning_add_hits(w, series, hits, &text,
                     "Spread blocks over more jobs or more time; measuring more of them in a row "
                     "does not help.");
}

void check_dependence(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        struct hits hits = hits_begin(w, s);
        double strongest = 0, most = 0, values[MOST];
        size_t points = 0;
        for (size_t j = 0; !w->ordered[i] && j < s->point_count; j++) {
            size_t count = times_in_order(w->c, place_of(i, j), FIRST, values);
            double dependence =
                count < LEAST ? NAN : sequence_dependence(values, count);
            double z = dependence * sqrt((double)count);
            points += count >= LEAST;
            if (!(z > 2))
                continue;
            hits_add(&hits, s, j);
            strongest = fmax(strongest, z);
            if (dependence > most) {
                most = dependence;
                hits.worst = j;
            }
        }
        if (is_more_than_chance(points, &hits, strongest))
            say_dependence(w, i, &hits, most);
    }
}

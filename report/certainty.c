#include "certainty.h"

#include <stdlib.h>

#include "alloc.h"
#include "optimum.h"
#include "redraw.h"
#include "speedup.h"

/* The same in every report; any other would do. */
#define SEED 1979u

/* Points this many times slower than the fastest have no say in the rule "fast". */
#define OUT_OF_REACH 2

/* How often each count was chosen. */
struct tally {
    int64_t *cores; /* all tested counts, ascending */
    size_t *times;
    size_t count, none;
    bool wanted;
};

struct certainty {
    struct context *measured;
    struct context again; /* the same, but for the times and what follows from them */
    struct analysis out;  /* of `again` */
    struct tally *tallies; /* one a series, and one for the answer */
    struct pool pool;
};

struct certainty *certainty_new(struct context *c)
{
    struct certainty *certainty = xcalloc(1, sizeof *certainty);
    size_t count = c->out->series_count;
    certainty->measured = c;
    certainty->out = *c->out;
    certainty->out.series = pool_alloc(&certainty->pool, count, sizeof *c->out->series);
    for (size_t i = 0; i < count; i++) {
        const struct series *from = &c->out->series[i];
        struct series *to = &certainty->out.series[i];
        *to = *from;
        to->points = pool_alloc(&certainty->pool, from->point_count, sizeof *to->points);
        memcpy(to->points, from->points, from->point_count * sizeof *to->points);
    }
    certainty->again = *c;
    certainty->again.out = &certainty->out;
    certainty->again.redraw = redraw_new(c);
    certainty->tallies = pool_alloc(&certainty->pool, count + 1, sizeof *certainty->tallies);
    return certainty;
}

void certainty_free(struct certainty *certainty)
{
    redraw_free(certainty->again.redraw);
    pool_free(&certainty->pool);
    free(certainty);
}

/* A new list entry for a count that is not there yet. */
static void tally_extend(struct tally *tally, int64_t cores)
{
    size_t at = 0;
    while (at < tally->count && tally->cores[at] < cores)
        at++;
    if (at < tally->count && tally->cores[at] == cores)
        return;
    memmove(tally->cores + at + 1, tally->cores + at, (tally->count - at) * sizeof *tally->cores);
    tally->cores[at] = cores;
    tally->count++;
}

static void tally_series(struct tally *tally, const struct series *s)
{
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0)
            tally_extend(tally, s->points[i].cores);
}

static void tally_begin(struct pool *pool, struct tally *tally, size_t most)
{
    *tally = (struct tally){.cores = pool_alloc(pool, most, sizeof *tally->cores),
                            .times = pool_alloc(pool, most, sizeof *tally->times)};
}

static void tally_add(struct tally *tally, int64_t cores)
{
    for (size_t i = 0; i < tally->count; i++)
        if (tally->cores[i] == cores) {
            tally->times[i]++;
            return;
        }
    tally->none++;
}

/* The smallest count with at least `part` of the choices at or below it. */
static int64_t tally_quantile(const struct tally *tally, double part)
{
    size_t sum = 0;
    double wanted = part * (double)(CERTAINTY_STUDIES - tally->none);
    for (size_t i = 0; i < tally->count; i++) {
        sum += tally->times[i];
        if (sum > 0 && (double)sum >= wanted)
            return tally->cores[i];
    }
    return 0;
}

static struct choices tally_end(struct pool *pool, const struct tally *tally)
{
    struct choices choices = {.studies = CERTAINTY_STUDIES,
                              .cores = pool_alloc(pool, tally->count, sizeof *choices.cores),
                              .shares = pool_alloc(pool, tally->count, sizeof *choices.shares),
                              .none = (double)tally->none / CERTAINTY_STUDIES,
                              .low = tally_quantile(tally, 0.025),
                              .high = tally_quantile(tally, 0.975)};
    size_t most = 0;
    for (size_t i = 0; i < tally->count; i++) {
        if (tally->times[i] == 0)
            continue;
        choices.cores[choices.count] = tally->cores[i];
        choices.shares[choices.count++] = (double)tally->times[i] / CERTAINTY_STUDIES;
        if (tally->times[i] > most) {
            most = tally->times[i];
            choices.mode = tally->cores[i];
        }
    }
    return choices;
}

/* No point that may decide has so few blocks that its noise is not known. */
static bool has_blocks(const struct series *s, double fastest)
{
    for (size_t i = 0; i < s->point_count; i++) {
        const struct point_summary *p = &s->points[i];
        bool decides = s->optimum.rule != RULE_FAST || p->median <= OUT_OF_REACH * fastest;
        if (p->blocks > 0 && p->blocks < RULE_LIMIT_LEAST && decides)
            return false;
    }
    return true;
}

/* Times, and by them the price. */
static void put_medians(struct certainty *certainty, size_t series)
{
    const struct series *from = &certainty->measured->out->series[series];
    struct series *to = &certainty->out.series[series];
    for (size_t i = 0; i < from->point_count; i++) {
        double median = redraw_median(certainty->again.redraw, place_of(series, i));
        to->points[i].median = median;
        to->points[i].charged_core_hours =
            from->points[i].charged_core_hours * (median / from->points[i].median);
    }
}

static void put_speedups(struct context *again, size_t series)
{
    struct series *s = &again->out->series[series];
    speedup_find_base(again, series);
    struct place base = {s->base_series, s->base_point};
    for (size_t i = 0; is_place(base) && i < s->point_count; i++) {
        struct place at = place_of(series, i);
        s->points[i].speedup =
            speedup_scale(again, base, at) * (point_at(again, base)->median / s->points[i].median);
        s->points[i].efficiency = s->points[i].speedup / (double)s->points[i].cores;
    }
}

static void rerun(struct certainty *certainty, const struct rivals *rivals)
{
    struct context *again = &certainty->again;
    enum plan_rule rule = again->out->series[rivals->first].optimum.rule;
    redraw_study(again->redraw, rivals->series, rivals->count);
    for (size_t i = 0; i < rivals->count; i++)
        put_medians(certainty, rivals->series[i]);
    for (size_t i = 0; i < rivals->count; i++) {
        if (rule == RULE_EFFICIENT || rule == RULE_KNEE)
            put_speedups(again, rivals->series[i]);
        optimum_decide(again, rivals->series[i]);
    }
}

/* The series' counts, if there is a choice whose certainty can be told. */
static void begin_series(struct certainty *certainty, const struct series *s, struct tally *tally)
{
    const struct optimum *o = &s->optimum;
    tally_begin(&certainty->pool, tally, s->point_count);
    tally_series(tally, s);
    tally->wanted = tally->count > 1 && o->recommended > 0 &&
                    has_blocks(s, s->points[o->fastest_point].median);
}

static void begin_answer(struct certainty *certainty, const struct rivals *rivals,
                         const struct answer *answer, struct tally *tally)
{
    const struct context *c = certainty->measured;
    size_t most = 0;
    for (size_t i = 0; i < rivals->count; i++)
        most += c->out->series[rivals->series[i]].point_count;
    tally_begin(&certainty->pool, tally, most);
    for (size_t i = 0; i < rivals->count; i++)
        tally_series(tally, &c->out->series[rivals->series[i]]);
    tally->wanted = tally->count > 1 && answer->series >= 0;
    if (!tally->wanted)
        return;
    struct place fastest = {answer->fastest_series, answer->fastest_point};
    for (size_t i = 0; i < rivals->count; i++)
        tally->wanted = tally->wanted && has_blocks(&c->out->series[rivals->series[i]],
                                                    point_at(c, fastest)->median);
}

static bool begin(struct certainty *certainty, const struct rivals *rivals,
                  const struct answer *answer)
{
    bool wanted = false;
    begin_answer(certainty, rivals, answer, &certainty->tallies[rivals->count]);
    for (size_t i = 0; i < rivals->count; i++)
        begin_series(certainty, &certainty->measured->out->series[rivals->series[i]],
                     &certainty->tallies[i]);
    for (size_t i = 0; i <= rivals->count; i++)
        wanted = wanted || certainty->tallies[i].wanted;
    return wanted;
}

void certainty_find(struct certainty *certainty, const struct rivals *rivals,
                    struct answer *answer)
{
    struct series *list = certainty->measured->out->series;
    struct pool *pool = certainty->measured->pool;
    struct tally *overall = &certainty->tallies[rivals->count];
    size_t same = 0;
    answer->backend_share = NAN;
    if (!begin(certainty, rivals, answer))
        return;
    redraw_restart(certainty->again.redraw, SEED);
    for (int study = 0; study < CERTAINTY_STUDIES; study++) {
        struct answer again = {.series = -1};
        rerun(certainty, rivals);
        answers_decide(&certainty->again, rivals, &again);
        for (size_t i = 0; i < rivals->count; i++)
            tally_add(&certainty->tallies[i],
                      certainty->out.series[rivals->series[i]].optimum.recommended);
        tally_add(overall, again.series < 0 ? 0 : list[again.series].points[again.point].cores);
        same += again.series >= 0 && again.series == answer->series;
    }
    for (size_t i = 0; i < rivals->count; i++)
        if (certainty->tallies[i].wanted)
            list[rivals->series[i]].optimum.choices = tally_end(pool, &certainty->tallies[i]);
    if (!overall->wanted)
        return;
    answer->choices = tally_end(pool, overall);
    answer->backend_share = (double)same / CERTAINTY_STUDIES;
}

#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "compare_admit.h"
#include "compare_notices.h"
#include "compare_ratio.h"
#include "compare_views.h"
#include "compare_words.h"
#include "groups.h"

#define LEVEL 0.95
#define TOLERANCE 0.05

const char *compare_view_name(enum compare_view view)
{
    static const char *const names[] = {[VIEW_SAME_CORES] = "same-cores",
                                        [VIEW_ONE_NODE] = "one-node",
                                        [VIEW_SAME_COST] = "same-cost",
                                        [VIEW_BEST] = "best"};
    return names[view];
}

/* Contests --------------------------------------------------------------------- */

static struct compare_contest *contest_of(const struct compare *c, const struct series *series)
{
    for (size_t i = 0; i < c->contest_count; i++)
        if (compare_is_of_contest(&c->contests[i], series))
            return &c->contests[i];
    return NULL;
}

static void add_contest(struct compare *c, const struct series *series)
{
    struct compare_contest *contest = contest_of(c, series);
    if (contest != NULL) {
        if (contest->kernel[0] == '\0') /* a table that says more than the one before */
            contest->kernel = series->kernel;
        if (isnan(contest->size))
            contest->size = series->size;
        return;
    }
    c->contests[c->contest_count++] = (struct compare_contest){
        .kernel = series->kernel,
        .scaling = series->scaling,
        .size = series->size,
        .takes_part = pool_alloc(&c->pool, c->entrant_count, sizeof(bool))};
}

/* The reference's order: its answers first, as its own report has them. */
static void list_contests(struct compare *c)
{
    size_t most = 0;
    for (size_t i = 0; i < c->entrant_count; i++)
        most += c->entrants[i].analysis->series_count;
    c->contests = pool_alloc(&c->pool, most + 1, sizeof *c->contests);
    const struct analysis *first = c->entrants[0].analysis;
    for (size_t i = 0; i < first->answer_count; i++)
        if (first->answers[i].series >= 0 &&
            compare_is_own(c, 0, &first->series[first->answers[i].series]))
            add_contest(c, &first->series[first->answers[i].series]);
    for (size_t i = 0; i < c->entrant_count; i++)
        for (size_t j = 0; j < c->entrants[i].analysis->series_count; j++)
            if (compare_is_own(c, i, &c->entrants[i].analysis->series[j]))
                add_contest(c, &c->entrants[i].analysis->series[j]);
}

/* Who is left out is told with what else there is, so the list is not shortened before. */
static void keep_contests(struct compare *c)
{
    bool *keeps = pool_alloc(&c->pool, c->contest_count + 1, sizeof *keeps);
    size_t kept = 0;
    for (size_t i = 0; i < c->contest_count; i++)
        keeps[i] = compare_admit(c, &c->contests[i]);
    for (size_t i = 0; i < c->contest_count; i++)
        if (keeps[i])
            c->contests[kept++] = c->contests[i];
    c->contest_count = kept;
}

/* Ratios ------------------------------------------------------------------------ */

static bool is_same_machine(const struct compare *c)
{
    const char *model = NULL;
    for (size_t i = 0; i < c->entrant_count; i++) {
        if (strcmp(c->entrants[i].cluster, c->entrants[0].cluster) != 0)
            return false;
        for (size_t j = 0; j < c->entrants[i].analysis->series_count; j++) {
            const char *other = c->entrants[i].analysis->series[j].cpu_model;
            if (other[0] == '\0' || !compare_is_own(c, i, &c->entrants[i].analysis->series[j]))
                continue;
            if (model != NULL && strcmp(model, other) != 0)
                return false;
            model = other;
        }
    }
    return true;
}

/* Between measured points, either way round, or between one and the same neighbours. */
static bool same_claim(const struct compare_side *a, const struct compare_side *b,
                       const struct comparison *other)
{
    const struct compare_side *x = &other->a, *y = &other->b;
    return a->next == x->next &&
           ((a->point == x->point && b->point == y->point) ||
            (a->next == NULL && a->point == y->point && b->point == x->point));
}

/* Two points may meet in several views: that is one claim. */
static bool is_new_claim(const struct compare_contest *contest, size_t count,
                         const struct compare_side *a, const struct compare_side *b)
{
    for (size_t i = 0; i < count; i++)
        if (same_claim(a, b, &contest->comparisons[i]))
            return false;
    return compare_has_interval(a, b);
}

static bool ranks_pair(const struct compare_ranking *ranking, const struct point_summary *a,
                       const struct point_summary *b)
{
    size_t found = 0;
    for (size_t i = 0; i < ranking->count; i++)
        found += ranking->ranks[i].side.point == a || ranking->ranks[i].side.point == b;
    return found == 2;
}

/* Which one is the least is known only afterwards, so each pair counts. */
static size_t count_ranking(const struct compare_contest *contest, size_t index)
{
    const struct compare_ranking *ranking = &contest->rankings[index];
    size_t claims = 0;
    for (size_t i = 0; i < ranking->count; i++)
        for (size_t j = 0; j < i; j++) {
            const struct compare_side *a = &ranking->ranks[i].side, *b = &ranking->ranks[j].side;
            bool known = false;
            for (size_t k = 0; k < index; k++)
                known = known || ranks_pair(&contest->rankings[k], a->point, b->point);
            if (!known && is_new_claim(contest, contest->comparison_count, a, b))
                claims++;
        }
    return claims;
}

static size_t count_claims(const struct compare *c)
{
    size_t claims = 0;
    for (size_t i = 0; i < c->contest_count; i++) {
        const struct compare_contest *contest = &c->contests[i];
        for (size_t j = 0; j < contest->comparison_count; j++)
            claims += is_new_claim(contest, j, &contest->comparisons[j].a,
                                   &contest->comparisons[j].b)
                          ? 1
                          : 0;
        for (size_t j = 0; j < contest->ranking_count; j++)
            claims += count_ranking(contest, j);
    }
    return claims;
}

static void judge(struct compare *c, struct bootstrap *bootstrap, struct comparison *at)
{
    at->ratio = compare_ratio(bootstrap, c, &at->a, &at->b);
    at->verdict = claim_verdict(&at->ratio.claim);
}

/* Where nothing shows that it is slower it shares the first place. */
static void rank(struct compare *c, struct bootstrap *bootstrap, struct compare_ranking *ranking)
{
    for (size_t i = 0; i < ranking->count; i++) {
        struct compare_rank *r = &ranking->ranks[i];
        r->ratio = compare_ratio(bootstrap, c, &r->side, &ranking->ranks[0].side);
        r->best = claim_verdict(&r->ratio.claim) != VERDICT_SLOWER;
        r->rank = r->best ? 1 : (int)i + 1;
    }
}

static void compute(struct compare *c)
{
    struct bootstrap *bootstrap = bootstrap_new();
    for (size_t i = 0; i < c->contest_count; i++) {
        compare_find_pairs(c, &c->contests[i]);
        compare_find_rankings(c, &c->contests[i]);
    }
    c->claims = count_claims(c);
    for (size_t i = 0; i < c->contest_count; i++) {
        for (size_t j = 0; j < c->contests[i].comparison_count; j++)
            judge(c, bootstrap, &c->contests[i].comparisons[j]);
        for (size_t j = 0; j < c->contests[i].ranking_count; j++)
            rank(c, bootstrap, &c->contests[i].rankings[j]);
    }
    bootstrap_free(bootstrap);
}

struct compare *compare_new(const struct compare_entrant *entrants, size_t count)
{
    struct compare *c = xcalloc(1, sizeof *c);
    *c = (struct compare){.entrants = entrants,
                          .entrant_count = count,
                          .tolerance = TOLERANCE,
                          .level = LEVEL,
                          .pool = POOL_INIT};
    list_contests(c);
    keep_contests(c);
    c->same_machine = is_same_machine(c);
    compute(c);
    compare_notice_conditions(c);
    compare_say(c);
    return c;
}

void compare_free(struct compare *compare)
{
    if (compare == NULL)
        return;
    pool_free(&compare->pool);
    free(compare);
}

/* Other views are made of the same points. */
static enum compare_view gate_view(const struct compare *c, size_t entrant)
{
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++)
            if (c->contests[i].comparisons[j].view == VIEW_SAME_CORES &&
                c->contests[i].comparisons[j].a.entrant == entrant)
                return VIEW_SAME_CORES;
    return VIEW_BEST;
}

static void gate_add(struct compare_gate *gate, const struct comparison *at, double most)
{
    const struct claim *claim = &at->ratio.claim;
    if (claim->kind == CLAIM_NONE) {
        gate->unknown++;
        return;
    }
    bool medians = claim->ci.low > most, other = claim->other_ci.low > most;
    gate->checked++;
    gate->disputed += medians != other ? 1 : 0;
    gate->possible = fmax(gate->possible, fmax(claim->ci.high, claim->other_ci.high));
    if (!medians || !other)
        return;
    gate->violated++;
    if (gate->worst == NULL || claim->ci.low > gate->worst->ratio.claim.ci.low)
        gate->worst = at;
}

static bool is_compared(const struct compare_contest *contest, size_t entrant,
                        const struct point_summary *point)
{
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view == VIEW_SAME_CORES && at->a.entrant == entrant && at->b.point == point)
            return true;
    }
    return false;
}

/* Clusters have other nodes; after a change the same counts are expected. */
static size_t count_missing(const struct compare *c, size_t entrant)
{
    size_t missing = 0;
    for (size_t i = 0; c->same_machine && i < c->contest_count; i++) {
        const struct compare_contest *contest = &c->contests[i];
        const struct series *series;
        size_t at = 0;
        while (contest->takes_part[entrant] &&
               (series = compare_own_series(c, contest, 0, &at)) != NULL)
            for (size_t j = 0; j < series->point_count; j++)
                if (series->points[j].blocks > 0 &&
                    !is_compared(contest, entrant, &series->points[j]))
                    missing++;
    }
    return missing;
}

struct compare_gate compare_gate(const struct compare *c, double allowed)
{
    struct compare_gate gate = {.unjudged = SIZE_MAX};
    for (size_t entrant = 1; entrant < c->entrant_count; entrant++) {
        enum compare_view view = gate_view(c, entrant);
        size_t before = gate.checked;
        for (size_t i = 0; i < c->contest_count; i++)
            for (size_t j = 0; j < c->contests[i].comparison_count; j++) {
                const struct comparison *at = &c->contests[i].comparisons[j];
                if (at->view == view && at->a.entrant == entrant)
                    gate_add(&gate, at, 1 + allowed);
            }
        gate.missing += count_missing(c, entrant);
        if (gate.checked == before && gate.unjudged == SIZE_MAX)
            gate.unjudged = entrant;
    }
    return gate;
}

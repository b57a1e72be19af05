#include "compare_words.h"

#include <math.h>
#include <string.h>

#include "compare_ratio.h"
#include "groups.h"
#include "wording.h"

void compare_say_names(struct strbuf *sb, const struct compare *c, const bool *which)
{
    size_t count = 0, said = 0;
    for (size_t i = 0; i < c->entrant_count; i++)
        count += which[i] ? 1 : 0;
    for (size_t i = 0; i < c->entrant_count; i++) {
        if (!which[i])
            continue;
        strbuf_addf(sb, "%s%s", wording_separator(said++, count), c->entrants[i].label);
    }
}

void compare_say_side(struct strbuf *sb, const struct compare_side *side, bool backend)
{
    if (side->next != NULL) {
        strbuf_add(sb, "between ");
        wording_count(sb, side->point->cores);
        strbuf_add(sb, " and ");
    }
    wording_plural(sb, side->next != NULL ? side->next->cores : side->point->cores, "core",
                   "cores");
    if (backend)
        strbuf_addf(sb, " with %s", side->series->backend);
}

/* Several backends, or others than the reference's, have to be named. */
static bool names_backends(const struct compare_contest *contest)
{
    const char *first = NULL;
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        const char *names[] = {at->a.series->backend, at->b.series->backend};
        for (size_t j = 0; j < 2; j++) {
            first = first == NULL ? names[j] : first;
            if (strcmp(first, names[j]) != 0)
                return true;
        }
    }
    return false;
}

/* " at 16 cores", " on one whole node each", … */
static void say_where(struct strbuf *sb, const struct comparison *at, bool backends)
{
    switch (at->view) {
    case VIEW_SAME_CORES:
        strbuf_add(sb, " at ");
        wording_plural(sb, at->b.point->cores, "core", "cores");
        if (!backends)
            return;
        if (strcmp(at->a.series->backend, at->b.series->backend) == 0)
            strbuf_addf(sb, " with %s", at->b.series->backend);
        else
            strbuf_addf(sb, " (%s and %s)", at->a.series->backend, at->b.series->backend);
        return;
    case VIEW_SAME_COST:
        strbuf_add(sb, at->a.next != NULL ? " for the same price" : ", nearest to the same price");
        return;
    case VIEW_ONE_NODE: strbuf_add(sb, " on one whole node each"); return;
    case VIEW_BEST:
    case VIEW_COUNT: strbuf_add(sb, ", each at its own best"); return;
    }
}

/* "28 cores against 128 cores", where the view does not say it; whether it did. */
static bool say_counts(struct strbuf *sb, const struct comparison *at, bool backends)
{
    bool alike = strcmp(at->a.series->backend, at->b.series->backend) == 0;
    if (at->view == VIEW_SAME_CORES)
        return false;
    if (alike && at->a.next == NULL && at->a.point->cores == at->b.point->cores) {
        compare_say_side(sb, &at->a, backends);
        return true;
    }
    compare_say_side(sb, &at->a, backends && !alike);
    strbuf_add(sb, " against ");
    compare_say_side(sb, &at->b, backends);
    return true;
}

static void say_blocks(struct strbuf *sb, const struct compare *c, const struct comparison *at)
{
    size_t x = at->a.point->blocks, y = at->b.point->blocks;
    bool jobs = c->entrants[at->a.entrant].blocks_are_jobs &&
                c->entrants[at->b.entrant].blocks_are_jobs;
    if (x == y) {
        wording_plural(sb, (int64_t)x, jobs ? "job" : "block", jobs ? "jobs" : "blocks");
        strbuf_add(sb, " each");
    } else {
        strbuf_addf(sb, "%zu and %zu %s", x, y, jobs ? "jobs" : "blocks");
    }
}

/* " (28 cores against 128 cores; 0.97–1.04, 9 jobs each)." */
static void say_end(struct strbuf *sb, const struct compare *c, const struct comparison *at,
                    bool backends, bool interval)
{
    strbuf_add(sb, " (");
    strbuf_add(sb, say_counts(sb, at, backends) ? "; " : "");
    if (interval) {
        claim_say_ends(sb, "–", at->ratio.claim.ci);
        strbuf_add(sb, ", ");
    }
    say_blocks(sb, c, at);
    strbuf_add(sb, at->ratio.claim.medians_only ? ", by medians alone)." : ").");
}

/* The slower one needs so many times the time of the other. */
static void say_difference(struct strbuf *sb, const struct compare *c, const struct comparison *at,
                           bool backends)
{
    bool slower = at->verdict == VERDICT_SLOWER;
    const char *a = c->entrants[at->a.entrant].label, *b = c->entrants[at->b.entrant].label;
    struct claim claim = slower ? at->ratio.claim : claim_inverse(&at->ratio.claim);
    strbuf_addf(sb, "%s needs ", slower ? a : b);
    claim_say_ratio(sb, claim.ratio, claim.ci);
    strbuf_add(sb, " [");
    claim_say_ends(sb, ", ", claim.ci);
    strbuf_addf(sb, "] the time of %s", slower ? b : a);
    say_where(sb, at, backends);
    if (claim.within) {
        strbuf_add(sb, ", a difference within ");
        claim_say_tolerance(sb, c->tolerance);
    }
    say_end(sb, c, at, backends, false);
}

static void say_no_interval(struct strbuf *sb, const struct compare *c,
                            const struct comparison *at, bool backends)
{
    bool few = !compare_has_interval(&at->a, &at->b);
    strbuf_addf(sb, "%s has ", c->entrants[at->a.entrant].label);
    claim_say_ratio(sb, at->ratio.claim.ratio, (struct interval){NAN, NAN});
    strbuf_addf(sb, " the median time of %s", c->entrants[at->b.entrant].label);
    say_where(sb, at, backends);
    strbuf_add(sb, at->view == VIEW_SAME_CORES ? "" : " (");
    strbuf_add(sb, say_counts(sb, at, backends) ? ")" : "");
    strbuf_add(sb, ", but ");
    say_blocks(sb, c, at);
    strbuf_add(sb, few ? " are too few for an interval" : " are too few for so many comparisons");
    strbuf_add(sb, ": nothing is shown.");
}

/* "A and B are equal within 5 % at 8 cores (0.98–1.01, 9 blocks each)." */
static void say_likeness(struct strbuf *sb, const struct compare *c, const struct comparison *at,
                         bool backends)
{
    const char *a = c->entrants[at->a.entrant].label, *b = c->entrants[at->b.entrant].label;
    if (at->verdict == VERDICT_EQUAL) {
        strbuf_addf(sb, "%s and %s are equal within ", a, b);
        claim_say_tolerance(sb, c->tolerance);
    } else {
        strbuf_addf(sb, "No difference is shown between %s and %s", a, b);
    }
    say_where(sb, at, backends);
    say_end(sb, c, at, backends, true);
}

static void say_dispute(struct strbuf *sb, const struct compare *c, const struct comparison *at,
                        bool backends)
{
    strbuf_addf(sb, "Whether %s and %s differ", c->entrants[at->a.entrant].label,
                c->entrants[at->b.entrant].label);
    say_where(sb, at, backends);
    strbuf_add_char(sb, ' ');
    claim_say(sb, &at->ratio.claim);
    say_end(sb, c, at, backends, false);
}

static void say_comparison(struct compare *c, struct comparison *at, bool backends)
{
    static void (*const say[])(struct strbuf *, const struct compare *, const struct comparison *,
                               bool) = {[CLAIM_NONE] = say_no_interval,
                                        [CLAIM_DIFFERENT] = say_difference,
                                        [CLAIM_EQUAL] = say_likeness,
                                        [CLAIM_OPEN] = say_likeness,
                                        [CLAIM_DEPENDS] = say_dispute};
    struct strbuf sb = STRBUF_INIT;
    say[at->ratio.claim.kind](&sb, c, at, backends);
    at->sentence = pool_copy(&c->pool, sb.str);
    strbuf_free(&sb);
}

/* Rankings ------------------------------------------------------------------------- */

static size_t best_count(const struct compare_ranking *ranking)
{
    size_t count = 0;
    for (size_t i = 0; i < ranking->count; i++)
        count += ranking->ranks[i].best ? 1 : 0;
    return count;
}

static const char *view_words(enum compare_view view)
{
    return view == VIEW_ONE_NODE ? "on one whole node each" : "each at its own best";
}

static bool all_are(const struct compare_ranking *ranking, enum claim_kind kind)
{
    for (size_t i = 1; i < ranking->count; i++)
        if (ranking->ranks[i].ratio.claim.kind != kind)
            return false;
    return true;
}

/* What the first ones are; that all are alike is said of two only: more were not compared
 * with each other. */
static const char *place_words(const struct compare *c, const struct compare_ranking *ranking,
                               size_t best)
{
    if (best == 1)
        return c->oversubscribed ? " took the least time" : " is fastest";
    if (all_are(ranking, CLAIM_NONE))
        return ": too few blocks to tell which is fastest";
    if (best < ranking->count)
        return c->oversubscribed ? " took the least time and cannot be told apart"
                                 : " are fastest and cannot be told apart";
    return ranking->count == 2 && all_are(ranking, CLAIM_EQUAL) ? " are equal within 5 %"
                                                                : " cannot be told apart";
}

/* "Dardel is fastest, each at its own best." */
static const char *say_ranking(struct compare *c, const struct compare_ranking *ranking)
{
    struct strbuf sb = STRBUF_INIT;
    bool *first = pool_alloc(&c->pool, c->entrant_count, sizeof *first);
    for (size_t i = 0; i < ranking->count; i++)
        first[ranking->ranks[i].side.entrant] = ranking->ranks[i].best;
    compare_say_names(&sb, c, first);
    strbuf_addf(&sb, "%s, %s.", place_words(c, ranking, best_count(ranking)),
                view_words(ranking->view));
    const char *text = pool_copy(&c->pool, sb.str);
    strbuf_free(&sb);
    return text;
}

static void say_cost(struct strbuf *sb, const struct compare_side *side)
{
    if (!(side->core_hours > 0))
        return;
    strbuf_add(sb, ", for ");
    wording_core_time(sb, side->core_hours * 3600);
}

/* "Kebnekaise needs 3.9× [3.8, 4.0] the time, on 28 cores", or what else may be said. */
static void say_place(struct strbuf *sb, const struct compare *c, const struct compare_rank *rank,
                      bool backends)
{
    const struct claim *claim = &rank->ratio.claim;
    strbuf_add(sb, c->entrants[rank->side.entrant].label);
    if (claim->kind == CLAIM_DIFFERENT) {
        strbuf_add(sb, " needs ");
        claim_say_ratio(sb, claim->ratio, claim->ci);
        strbuf_add(sb, " [");
        claim_say_ends(sb, ", ", claim->ci);
        strbuf_add(sb, "] the time, on ");
    } else {
        strbuf_add(sb, " takes ");
        wording_seconds(sb, rank->side.seconds);
        strbuf_add(sb, " on ");
    }
    compare_say_side(sb, &rank->side, backends);
    say_cost(sb, &rank->side);
    if (claim->kind == CLAIM_DIFFERENT)
        return;
    strbuf_add(sb, ": ");
    claim_say(sb, claim);
}

/* "Dardel takes 0.41 s on 128 cores. Kebnekaise needs 3.9× [3.8, 4.0] the time, on 28 cores; …" */
static const char *say_details(struct compare *c, const struct compare_ranking *ranking,
                               bool backends)
{
    struct strbuf sb = STRBUF_INIT;
    const struct compare_side *first = &ranking->ranks[0].side;
    strbuf_addf(&sb, "%s takes ", c->entrants[first->entrant].label);
    wording_seconds(&sb, first->seconds);
    strbuf_add(&sb, " on ");
    compare_say_side(&sb, first, backends);
    say_cost(&sb, first);
    for (size_t i = 1; i < ranking->count; i++) {
        strbuf_add(&sb, i == 1 ? ". " : "; ");
        say_place(&sb, c, &ranking->ranks[i], backends);
    }
    strbuf_add(&sb, ".");
    const char *text = pool_copy(&c->pool, sb.str);
    strbuf_free(&sb);
    return text;
}

/* What became of the reference's core counts. */
struct change {
    size_t all, judged, slower, faster, equal, depends;
    bool small; /* no difference is shown to be above the tolerance */
};

static struct change change_of(const struct compare_contest *contest)
{
    struct change change = {.small = true};
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        const struct claim *claim = &at->ratio.claim;
        if (at->view != VIEW_SAME_CORES)
            continue;
        change.all++;
        change.judged += claim->kind != CLAIM_NONE ? 1 : 0;
        change.slower += at->verdict == VERDICT_SLOWER ? 1 : 0;
        change.faster += at->verdict == VERDICT_FASTER ? 1 : 0;
        change.equal += claim->kind == CLAIM_EQUAL ? 1 : 0;
        change.depends += claim->kind == CLAIM_DEPENDS ? 1 : 0;
        change.small = change.small && (claim->kind != CLAIM_DIFFERENT || claim->within);
    }
    return change;
}

static const char *tolerance_text(struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    claim_say_tolerance(&sb, c->tolerance);
    const char *text = pool_copy(&c->pool, sb.str);
    strbuf_free(&sb);
    return text;
}

/* "After is slower than Before at 3 of 4 points." */
static const char *say_difference_of_two(struct compare *c, const struct change *change,
                                         const char *a, const char *b)
{
    const char *how = change->slower > 0 ? "slower" : "faster";
    const char *small = !change->small ? ""
                                       : pool_text(&c->pool, ", by less than %s", tolerance_text(c));
    if (change->slower > 0 && change->faster > 0)
        return pool_text(&c->pool, "%s is slower than %s at %zu and faster at %zu of %zu points%s.",
                         a, b, change->slower, change->faster, change->all, small);
    if (change->all == 1)
        return pool_text(&c->pool, "%s is %s than %s%s.", a, how, b, small);
    return pool_text(&c->pool, "%s is %s than %s at %zu of %zu points%s.", a, how, b,
                     change->slower + change->faster, change->all, small);
}

/* Before and after: what became of the same core counts. */
static const char *say_change(struct compare *c, const struct compare_contest *contest)
{
    struct change change = change_of(contest);
    const char *a = c->entrants[1].label, *b = c->entrants[0].label;
    if (change.all == 0)
        return NULL;
    if (change.judged == 0)
        return "Too few blocks to tell whether anything differs.";
    if (c->entrant_count > 2)
        return pool_text(&c->pool, "Against %s, %zu of %zu points are slower and %zu faster.", b,
                         change.slower, change.all, change.faster);
    if (change.slower + change.faster > 0)
        return say_difference_of_two(c, &change, a, b);
    if (change.equal == change.all)
        return pool_text(&c->pool, "%s and %s are equal within %s.", a, b, tolerance_text(c));
    if (change.depends == 0)
        return pool_text(&c->pool, "No difference is shown between %s and %s.", a, b);
    return pool_text(&c->pool, "Whether %s and %s differ depends on the method at %zu of %zu %s; "
                               "else no difference is shown.",
                     a, b, change.depends, change.all, change.all == 1 ? "point" : "points");
}

static const char *say_headline(struct compare *c)
{
    const struct compare_contest *first = c->contests;
    if (c->contest_count == 0)
        return c->notice_count > 0 ? c->notices[0].text : "There is nothing to compare.";
    if (!c->same_machine && c->oversubscribed)
        return "Which cluster is faster these times do not tell: workers shared cores.";
    if (!c->same_machine && first->ranking_count > 0)
        return first->rankings[0].sentence;
    const char *change = say_change(c, first);
    if (change != NULL)
        return change;
    if (first->ranking_count > 0)
        return first->rankings[0].sentence;
    return first->comparison_count > 0 ? first->comparisons[0].sentence
                                       : "Nothing was measured on both sides.";
}

void compare_say(struct compare *c)
{
    for (size_t i = 0; i < c->contest_count; i++) {
        struct compare_contest *contest = &c->contests[i];
        bool backends = names_backends(contest);
        for (size_t j = 0; j < contest->comparison_count; j++)
            say_comparison(c, &contest->comparisons[j], backends);
        for (size_t j = 0; j < contest->ranking_count; j++) {
            contest->rankings[j].sentence = say_ranking(c, &contest->rankings[j]);
            contest->rankings[j].details = say_details(c, &contest->rankings[j], backends);
        }
    }
    c->headline = say_headline(c);
}

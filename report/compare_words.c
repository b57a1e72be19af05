#include "compare_words.h"

#include <math.h>
#include <string.h>

#include "compare_ratio.h"
#include "groups.h"
#include "wording.h"

/* At least two decimals, and more where the ends would look alike or like 1 but are not. */
static int decimals_of(struct interval interval)
{
    int decimals = interval_exists(interval) && interval.low >= 10 ? 1 : 2;
    if (!interval_exists(interval))
        return decimals;
    for (; decimals < 6; decimals++) {
        double unit = pow(10, decimals);
        bool alike = llround(interval.low * unit) == llround(interval.high * unit) &&
                     interval.low < interval.high;
        bool one = (llround(interval.low * unit) == llround(unit) && interval.low != 1) ||
                   (llround(interval.high * unit) == llround(unit) && interval.high != 1);
        if (!alike && !one)
            break;
    }
    return decimals;
}

void compare_say_ratio(struct strbuf *sb, double ratio, struct interval interval)
{
    wording_fixed(sb, ratio, decimals_of(interval));
    strbuf_add(sb, isfinite(ratio) ? "×" : "");
}

void compare_say_ends(struct strbuf *sb, const char *between, struct interval interval)
{
    int decimals = decimals_of(interval);
    wording_fixed(sb, interval.low, decimals);
    strbuf_add(sb, between);
    wording_fixed(sb, interval.high, decimals);
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

/* "5 %", "2.5 %" */
static void say_tolerance(struct strbuf *sb, double tolerance)
{
    double percent = tolerance * 100;
    wording_fixed(sb, percent, fabs(percent - round(percent)) < 1e-9 ? 0 : 1);
    strbuf_add(sb, " %");
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

/* " at 16 cores", " on one whole node each (28 and 128 cores)", … */
static void say_where(struct strbuf *sb, const struct comparison *at, bool backends)
{
    bool alike = strcmp(at->a.series->backend, at->b.series->backend) == 0;
    switch (at->view) {
    case VIEW_SAME_CORES:
        strbuf_add(sb, " at ");
        wording_plural(sb, at->b.point->cores, "core", "cores");
        if (backends && alike)
            strbuf_addf(sb, " with %s", at->b.series->backend);
        else if (backends)
            strbuf_addf(sb, " (%s and %s)", at->a.series->backend, at->b.series->backend);
        return;
    case VIEW_SAME_COST:
        strbuf_add(sb, at->a.next != NULL ? " for the same price (" : ", nearest to the same price (");
        break;
    case VIEW_ONE_NODE:
        strbuf_add(sb, " on one whole node each (");
        break;
    case VIEW_BEST:
    case VIEW_COUNT:
        strbuf_add(sb, ", each at its own best (");
        break;
    }
    if (alike && at->a.next == NULL && at->a.point->cores == at->b.point->cores) {
        compare_say_side(sb, &at->a, backends);
    } else {
        compare_say_side(sb, &at->a, backends && !alike);
        strbuf_add(sb, " against ");
        compare_say_side(sb, &at->b, backends);
    }
    strbuf_add(sb, ")");
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

/* The slower one needs so many times the time of the other. */
static void say_difference(struct strbuf *sb, const struct compare *c, const struct comparison *at,
                           bool backends)
{
    bool slower = at->verdict == VERDICT_SLOWER;
    const char *a = c->entrants[at->a.entrant].label, *b = c->entrants[at->b.entrant].label;
    struct interval interval = at->ratio.adjusted;
    double ratio = at->ratio.value;
    if (!slower) {
        interval = (struct interval){1 / interval.high, 1 / interval.low};
        ratio = 1 / ratio;
    }
    strbuf_addf(sb, "%s needs ", slower ? a : b);
    compare_say_ratio(sb, ratio, interval);
    strbuf_add(sb, " [");
    compare_say_ends(sb, ", ", interval);
    strbuf_addf(sb, "] the time of %s", slower ? b : a);
    say_where(sb, at, backends);
    if (at->within_tolerance) {
        strbuf_add(sb, ", a difference within ");
        say_tolerance(sb, c->tolerance);
    }
    strbuf_add(sb, " (");
    say_blocks(sb, c, at);
    strbuf_add(sb, ").");
}

static void say_no_interval(struct strbuf *sb, const struct compare *c,
                            const struct comparison *at, bool backends)
{
    bool few = !compare_has_interval(&at->a, &at->b);
    strbuf_addf(sb, "%s has ", c->entrants[at->a.entrant].label);
    compare_say_ratio(sb, at->ratio.value, (struct interval){NAN, NAN});
    strbuf_addf(sb, " the median time of %s", c->entrants[at->b.entrant].label);
    say_where(sb, at, backends);
    strbuf_add(sb, ", but ");
    say_blocks(sb, c, at);
    strbuf_add(sb, few ? " are too few for an interval" : " are too few for so many comparisons");
    strbuf_add(sb, ": nothing is shown.");
}

static void say_comparison(struct compare *c, struct comparison *at, bool backends)
{
    struct strbuf sb = STRBUF_INIT;
    const char *a = c->entrants[at->a.entrant].label, *b = c->entrants[at->b.entrant].label;
    if (!interval_exists(at->ratio.adjusted)) {
        say_no_interval(&sb, c, at, backends);
    } else if (at->verdict == VERDICT_SLOWER || at->verdict == VERDICT_FASTER) {
        say_difference(&sb, c, at, backends);
    } else {
        if (at->verdict == VERDICT_EQUAL) {
            strbuf_addf(&sb, "%s and %s are equal within ", a, b);
            say_tolerance(&sb, c->tolerance);
        } else {
            strbuf_addf(&sb, "No difference is shown between %s and %s", a, b);
        }
        say_where(&sb, at, backends);
        strbuf_add(&sb, " (");
        compare_say_ends(&sb, "–", at->ratio.adjusted);
        strbuf_add(&sb, ", ");
        say_blocks(&sb, c, at);
        strbuf_add(&sb, ").");
    }
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

/* "Dardel is fastest, each at its own best." */
static const char *say_ranking(struct compare *c, const struct compare_ranking *ranking)
{
    struct strbuf sb = STRBUF_INIT;
    size_t best = best_count(ranking), said = 0;
    for (size_t i = 0; i < ranking->count; i++)
        if (ranking->ranks[i].best) {
            strbuf_addf(&sb, "%s%s", said == 0 ? "" : said + 1 == best ? " and " : ", ",
                        c->entrants[ranking->ranks[i].side.entrant].label);
            said++;
        }
    strbuf_addf(&sb, "%s, %s.",
                best == 1               ? " is fastest"
                : best < ranking->count ? " are fastest and cannot be told apart"
                                        : " cannot be told apart",
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
        const struct compare_rank *rank = &ranking->ranks[i];
        strbuf_addf(&sb, "%s %s needs ", i == 1 ? "." : ";",
                    c->entrants[rank->side.entrant].label);
        compare_say_ratio(&sb, rank->ratio.value, rank->ratio.adjusted);
        if (interval_exists(rank->ratio.adjusted)) {
            strbuf_add(&sb, " [");
            compare_say_ends(&sb, ", ", rank->ratio.adjusted);
            strbuf_add(&sb, "]");
        }
        strbuf_add(&sb, " the time, on ");
        compare_say_side(&sb, &rank->side, backends);
        say_cost(&sb, &rank->side);
        if (rank->best)
            strbuf_add(&sb, interval_exists(rank->ratio.adjusted)
                                ? ", which shows no difference"
                                : ", with too few blocks to tell");
    }
    strbuf_add(&sb, ".");
    const char *text = pool_copy(&c->pool, sb.str);
    strbuf_free(&sb);
    return text;
}

/* Before and after: what became of the same core counts. */
static const char *say_change(struct compare *c, const struct compare_contest *contest)
{
    size_t verdicts[4] = {0}, count = 0, judged = 0;
    for (size_t i = 0; i < contest->comparison_count; i++)
        if (contest->comparisons[i].view == VIEW_SAME_CORES) {
            verdicts[contest->comparisons[i].verdict]++;
            judged += interval_exists(contest->comparisons[i].ratio.adjusted) ? 1 : 0;
            count++;
        }
    size_t slower = verdicts[VERDICT_SLOWER], faster = verdicts[VERDICT_FASTER];
    const char *a = c->entrants[1].label, *b = c->entrants[0].label;
    const char *points = count == 1 ? "the one point" : "points";
    if (count == 0)
        return NULL;
    if (judged == 0)
        return "Too few blocks to tell whether anything differs.";
    if (c->entrant_count > 2)
        return pool_text(&c->pool, "Against %s, %zu of %zu %s are slower and %zu faster.", b,
                         slower, count, points, faster);
    if (slower > 0 && faster > 0)
        return pool_text(&c->pool, "%s is slower than %s at %zu and faster at %zu of %zu points.",
                         a, b, slower, faster, count);
    if (slower + faster > 0 && count == 1)
        return pool_text(&c->pool, "%s is %s than %s.", a, slower > 0 ? "slower" : "faster", b);
    if (slower + faster > 0)
        return pool_text(&c->pool, "%s is %s than %s at %zu of %zu points.", a,
                         slower > 0 ? "slower" : "faster", b, slower + faster, count);
    if (verdicts[VERDICT_EQUAL] == count) {
        struct strbuf sb = STRBUF_INIT;
        say_tolerance(&sb, c->tolerance);
        const char *text = pool_text(&c->pool, "%s and %s are equal within %s.", a, b, sb.str);
        strbuf_free(&sb);
        return text;
    }
    return pool_text(&c->pool, "No difference is shown between %s and %s.", a, b);
}

static const char *say_headline(struct compare *c)
{
    const struct compare_contest *first = c->contests;
    if (c->contest_count == 0)
        return c->notice_count > 0 ? c->notices[0].text : "There is nothing to compare.";
    const char *change = c->same_machine ? say_change(c, first) : NULL;
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

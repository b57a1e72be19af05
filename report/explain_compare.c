/*
 * "How each figure is made" for a comparison: each view's surest ratio, and the
 * rankings.
 */
#include <math.h>

#include "compare_words.h"
#include "explain_work.h"
#include "page_explain.h"
#include "wording.h"

static const char *const view_titles[VIEW_COUNT] = {[VIEW_SAME_CORES] = "Same cores",
                                                    [VIEW_ONE_NODE] = "One whole node each",
                                                    [VIEW_SAME_COST] = "Same price",
                                                    [VIEW_BEST] = "Each at its best"};

/* How far the interval is from 1; less than 0 where it holds 1. */
static double distance(const struct comparison *at)
{
    const struct interval *ci = &at->ratio.claim.ci;
    return interval_exists(*ci) ? fmax(log(ci->low), -log(ci->high)) : -INFINITY;
}

/* The comparison of an entrant that shows most; NULL where the view has none. */
static const struct comparison *telling(const struct compare_contest *contest,
                                        enum compare_view view, size_t entrant)
{
    const struct comparison *found = NULL;
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view == view && at->a.entrant == entrant &&
            (found == NULL || distance(at) > distance(found)))
            found = at;
    }
    return found;
}

/* One of the figures, of the view's telling comparison. */
typedef void compare_work(struct explaining *e, const struct compare *c,
                          const struct comparison *at, struct page_paragraph *out);

static void work_ratio(struct explaining *e, const struct compare *c, const struct comparison *at,
                       struct page_paragraph *out)
{
    struct strbuf sides = STRBUF_INIT;
    strbuf_addf(&sides, "%s, ", c->entrants[at->a.entrant].label);
    compare_say_side(&sides, &at->a, true);
    strbuf_addf(&sides, ", against %s, ", c->entrants[at->b.entrant].label);
    compare_say_side(&sides, &at->b, true);
    page_say(e->page, out, PAGE_PLAIN, "%s: ", sides.str);
    strbuf_free(&sides);
    page_say(e->page, out, PAGE_MONO, "%s / %s = %s", explain_in(e, at->a.seconds),
             explain_in(e, at->b.seconds), explain_out(e, at->ratio.claim.ratio));
    if (at->a.next != NULL)
        page_say(e->page, out, PAGE_PLAIN, ", the first of them interpolated: see the same price");
    page_say(e->page, out, PAGE_PLAIN, ".");
}

static void work_interval(struct explaining *e, const struct compare *c,
                          const struct comparison *at, struct page_paragraph *out)
{
    (void)c;
    if (!interval_exists(at->ratio.ci95))
        return;
    page_say(e->page, out, PAGE_PLAIN, "From %zu and %zu blocks: %s.", at->a.point->blocks,
             at->b.point->blocks, explain_interval(e, at->ratio.ci95));
    if (isfinite(at->ratio.claim.other))
        page_say(e->page, out, PAGE_PLAIN, " By Hodges and Lehmann %s %s.",
                 explain_out(e, at->ratio.claim.other),
                 explain_interval(e, at->ratio.claim.other_ci));
}

static void work_together(struct explaining *e, const struct compare *c,
                          const struct comparison *at, struct page_paragraph *out)
{
    size_t claims = c->claims > 0 ? c->claims : 1;
    page_say(e->page, out, PAGE_MONO, "1 − %s / %zu = %s", explain_in(e, 1 - c->level), claims,
             explain_out(e, 1 - (1 - c->level) / (double)claims));
    if (at->ratio.claim.kind == CLAIM_NONE) {
        page_say(e->page, out, PAGE_PLAIN, ": so few blocks do not reach that level.");
        return;
    }
    page_say(e->page, out, PAGE_PLAIN, ": interval %s, so the verdict is “%s”.",
             explain_interval(e, at->ratio.claim.ci), verdict_name(at->verdict));
}

/* On the line between two counts, both in logarithms. */
static void work_price(struct explaining *e, const struct compare *c, const struct comparison *at,
                       struct page_paragraph *out)
{
    const struct point_summary *low = at->a.point, *high = at->a.next;
    (void)c;
    if (at->view != VIEW_SAME_COST)
        return;
    page_say(e->page, out, PAGE_PLAIN, "The reference's choice costs %s core-hours. ",
             explain_in(e, at->b.core_hours));
    if (high == NULL) {
        page_say(e->page, out, PAGE_PLAIN,
                 "The nearest that the other has is %s for %s: it stands as measured.",
                 explain_cores(e, low->cores), explain_in(e, at->a.core_hours));
        return;
    }
    double part = log(at->a.core_hours / low->charged_core_hours) /
                  log(high->charged_core_hours / low->charged_core_hours);
    double seconds = low->median * pow(high->median / low->median, part);
    if (!explain_agrees(seconds, at->a.seconds))
        return;
    page_say(e->page, out, PAGE_PLAIN, "Of the way from %s to %s that is ",
             explain_cores(e, low->cores), explain_cores(e, high->cores));
    page_say(e->page, out, PAGE_MONO, "ln(%s / %s) / ln(%s / %s) = %s",
             explain_in(e, at->a.core_hours), explain_in(e, low->charged_core_hours),
             explain_in(e, high->charged_core_hours), explain_in(e, low->charged_core_hours),
             explain_out(e, part));
    page_say(e->page, out, PAGE_PLAIN, ", so the time is ");
    page_say(e->page, out, PAGE_MONO, "%s × (%s / %s)^%s = %s", explain_in(e, low->median),
             explain_in(e, high->median), explain_in(e, low->median), explain_in(e, part),
             explain_out(e, at->a.seconds));
    page_say(e->page, out, PAGE_PLAIN, " s.");
}

static void add_figure(struct explaining *e, const struct compare *c, enum explained which,
                       compare_work *work)
{
    explain_begin(e, which);
    for (size_t view = 0; view < VIEW_COUNT; view++)
        for (size_t entrant = 1; entrant < c->entrant_count; entrant++) {
            const struct comparison *at =
                telling(&c->contests[0], (enum compare_view)view, entrant);
            struct page_paragraph text = {0};
            if (at == NULL)
                continue;
            work(e, c, at, &text);
            explain_fact(
                e,
                pool_text(&e->page->pool, "%s: %s", view_titles[view], c->entrants[entrant].label),
                &text);
        }
    explain_end(e, which);
}

static void say_ranking(struct explaining *e, const struct compare *c,
                        const struct compare_ranking *ranking, struct page_paragraph *out)
{
    for (size_t i = 0; i < ranking->count; i++) {
        const struct compare_rank *rank = &ranking->ranks[i];
        page_say(e->page, out, PAGE_PLAIN, "%sPlace %d, %s: ", i > 0 ? " " : "", rank->rank,
                 c->entrants[rank->side.entrant].label);
        if (i == 0) {
            page_say(e->page, out, PAGE_PLAIN, "%s s, the least.",
                     explain_in(e, rank->side.seconds));
            continue;
        }
        page_say(e->page, out, PAGE_MONO, "%s / %s = %s", explain_in(e, rank->side.seconds),
                 explain_in(e, ranking->ranks[0].side.seconds), explain_out(e, rank->ratio.claim.ratio));
        if (interval_exists(rank->ratio.claim.ci))
            page_say(e->page, out, PAGE_PLAIN, ", all together %s",
                     explain_interval(e, rank->ratio.claim.ci));
        page_say(e->page, out, PAGE_PLAIN, ".");
    }
}

static void add_rankings(struct explaining *e, const struct compare *c)
{
    const struct compare_contest *contest = &c->contests[0];
    explain_begin(e, EXPLAINED_RANKING);
    for (size_t i = 0; i < contest->ranking_count; i++) {
        struct page_paragraph text = {0};
        say_ranking(e, c, &contest->rankings[i], &text);
        explain_fact(e, view_titles[contest->rankings[i].view], &text);
    }
    explain_end(e, EXPLAINED_RANKING);
}

void page_add_compare_explanations(struct page *page, const struct compare *c)
{
    if (c->contest_count == 0)
        return;
    struct explaining e = {.page = page,
                           .analysis = c->entrants[0].analysis,
                           .most =
                               VIEW_COUNT * c->entrant_count + c->contests[0].ranking_count + 2};
    page_heading(page, 2, "explained", "How each figure is made");
    page_plain(page,
               "Each kind of figure with its formula and this comparison's own numbers put "
               "in, of each view the ratio whose interval is farthest from 1%s. Times are "
               "medians in seconds; they have more digits here than in the tables, so that "
               "a calculator gets the same. How the times themselves are made, the reports "
               "of the studies say with --explain.",
               c->contest_count > 1 ? ", at the first size" : "");
    add_figure(&e, c, EXPLAINED_RATIO, work_ratio);
    add_figure(&e, c, EXPLAINED_RATIO_INTERVAL, work_interval);
    add_figure(&e, c, EXPLAINED_TOGETHER, work_together);
    add_figure(&e, c, EXPLAINED_SAME_PRICE, work_price);
    add_rankings(&e, c);
}

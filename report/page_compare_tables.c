#include <math.h>
#include <stdio.h>
#include <string.h>

#include "compare_words.h"
#include "groups.h"
#include "page_compare.h"
#include "wording.h"

static const char *take_seconds(struct page *page, double seconds)
{
    struct strbuf sb = STRBUF_INIT;
    wording_seconds(&sb, seconds);
    return page_take(page, &sb);
}

static const char *take_core_time(struct page *page, double core_hours)
{
    struct strbuf sb = STRBUF_INIT;
    if (isfinite(core_hours))
        wording_core_time(&sb, core_hours * 3600);
    return page_take(page, &sb);
}

static const char *take_ratio(struct page *page, const struct compare_ratio *ratio)
{
    struct strbuf sb = STRBUF_INIT;
    claim_say_ratio(&sb, ratio->claim.ratio, ratio->ci95);
    return page_take(page, &sb);
}

static const char *take_interval(struct page *page, struct interval interval)
{
    struct strbuf sb = STRBUF_INIT;
    if (interval_exists(interval) && interval.low < interval.high)
        claim_say_ends(&sb, " – ", interval);
    return page_take(page, &sb);
}

static const char *take_cores(struct page *page, const struct compare_side *side)
{
    struct strbuf sb = STRBUF_INIT;
    wording_count(&sb, side->point->cores);
    if (side->next != NULL) {
        strbuf_add(&sb, " to ");
        wording_count(&sb, side->next->cores);
    }
    return page_take(page, &sb);
}

static const char *verdict_words(const struct compare *c, const struct comparison *at)
{
    static const char *const priced[2][2] = {{"faster and cheaper", "faster but dearer"},
                                             {"slower but cheaper", "slower and dearer"}};
    const struct claim *claim = &at->ratio.claim;
    bool slower = at->verdict == VERDICT_SLOWER;
    double price = log(at->a.core_hours / at->b.core_hours);
    switch (claim->kind) {
    case CLAIM_NONE: return "too few blocks";
    case CLAIM_DIFFERENT:
        if (at->view == VIEW_SAME_COST && fabs(price) > log(1 + c->tolerance))
            return priced[slower][price > 0];
        return claim->within ? slower ? "slower, within 5 %" : "faster, within 5 %"
               : slower      ? "slower"
                             : "faster";
    case CLAIM_EQUAL: return "equal within 5 %";
    case CLAIM_OPEN: break;
    case CLAIM_DEPENDS: return "depends on method";
    }
    return "no difference shown";
}

static void add_heading(struct page *page, size_t contest, const char *what, int level,
                        const char *text)
{
    char id[64];
    snprintf(id, sizeof id, "%s-%zu", what, contest + 1);
    page_heading(page, level, id, text);
}

/* Rankings ---------------------------------------------------------------------- */

static void add_ranking(struct page *page, const struct compare *c, size_t contest,
                        const struct compare_ranking *ranking, int level)
{
    enum { PLACE, CLUSTER, CPU, BACKEND, CORES, TIME, RATIO, ALL, SECOND, COST, COLUMNS };
    static const struct page_column columns[COLUMNS] = {
        [PLACE] = {"place", "1: none is shown to be faster", true, false},
        [CLUSTER] = {"cluster", NULL, false, false},
        [CPU] = {"CPU", NULL, false, false},
        [BACKEND] = {"backend", NULL, false, false},
        [CORES] = {"cores", NULL, true, false},
        [TIME] = {"time", "median over the blocks", true, false},
        [RATIO] = {"of the least", "ratio of medians", true, false},
        [ALL] = {"all together", "95 % for all comparisons together", true, true},
        [SECOND] = {"Hodges-Lehmann", "the second method, for all together", true, true},
        [COST] = {"cost", "core time charged for a run", true, false}};
    bool node = ranking->view == VIEW_ONE_NODE;
    add_heading(page, contest, node ? "node" : "best", level,
                node ? "One whole node each" : "Each at its own best");
    page_plain(page, "%s", ranking->sentence);
    struct page_table *table =
        page_add_table(page, node ? "One whole node each" : "Each at its own best", columns,
                       COLUMNS);
    for (size_t i = 0; i < ranking->count; i++) {
        const struct compare_rank *rank = &ranking->ranks[i];
        const struct compare_side *side = &rank->side;
        struct page_row *row = page_add_row(page, table, ranking->count);
        row->cells[PLACE] = pool_text(&page->pool, "%d", rank->rank);
        row->cells[CLUSTER] = c->entrants[side->entrant].label;
        row->cells[CPU] = side->series->cpu_model;
        row->cells[BACKEND] = side->series->backend;
        row->cells[CORES] = take_cores(page, side);
        row->cells[TIME] = take_seconds(page, side->seconds);
        row->cells[RATIO] = i == 0 ? "1" : take_ratio(page, &rank->ratio);
        row->cells[ALL] = take_interval(page, rank->ratio.claim.ci);
        row->cells[SECOND] = take_interval(page, rank->ratio.claim.other_ci);
        row->cells[COST] = take_core_time(page, side->core_hours);
        row->emphasised = rank->best;
        row->remark = rank->best ? "in the first place" : NULL;
    }
}

/* Why a view is not there -------------------------------------------------------- */

static size_t count_of(const struct compare_contest *contest, enum compare_view view)
{
    size_t count = 0;
    for (size_t i = 0; i < contest->comparison_count; i++)
        count += contest->comparisons[i].view == view ? 1 : 0;
    return count;
}

static void say_no_node(struct page *page, const struct compare *c, size_t contest, int level)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < c->entrant_count; i++) {
        if (!c->contests[contest].takes_part[i])
            continue;
        strbuf_add(&sb, sb.len > 0 ? "; " : "");
        if (c->entrants[i].node_cores == 0) {
            strbuf_addf(&sb, "how many cores a node of %s has is not known",
                        c->entrants[i].label);
            continue;
        }
        strbuf_addf(&sb, "a whole node of %s is ", c->entrants[i].label);
        wording_plural(&sb, c->entrants[i].node_cores, "core", "cores");
    }
    add_heading(page, contest, "node", level, "One whole node each");
    page_plain(page, "Not measured on both sides: %s.", sb.str);
    strbuf_free(&sb);
}

/* Comparisons -------------------------------------------------------------------- */

static bool several_backends(const struct compare_contest *contest)
{
    for (size_t i = 0; i < contest->comparison_count; i++)
        if (contest->comparisons[i].view != VIEW_BEST &&
            strcmp(contest->comparisons[i].b.series->backend,
                   contest->comparisons[0].b.series->backend) != 0)
            return true;
    return false;
}

static void add_comparisons(struct page *page, const struct compare *c, size_t index,
                            enum compare_view view, const char *title)
{
    enum { CLUSTER, BACKEND, CORES, TIME, OTHER_CORES, OTHER, COST, OTHER_COST, RATIO, CI, ALL,
           SECOND, VERDICT, COLUMNS };
    const char *reference = c->entrants[0].label;
    const struct page_column all[COLUMNS] = {
        [CLUSTER] = {"cluster", NULL, false, false},
        [BACKEND] = {"backend", NULL, false, false},
        [CORES] = {"cores", NULL, true, false},
        [TIME] = {"time", "median over the blocks", true, false},
        [OTHER_CORES] = {"reference cores", reference, true, true},
        [OTHER] = {"reference time", reference, true, true},
        [COST] = {"cost", "core time charged for a run", true, false},
        [OTHER_COST] = {"reference cost", reference, true, true},
        [RATIO] = {"ratio", "time / the reference's time", true, false},
        [CI] = {"95 %", "95 % interval of the ratio", true, true},
        [ALL] = {"all together", "95 % for all comparisons together", true, true},
        [SECOND] = {"Hodges-Lehmann", "the second method, for all together", true, true},
        [VERDICT] = {"verdict", NULL, false, false}};
    const struct compare_contest *contest = &c->contests[index];
    size_t count = count_of(contest, view), shown = 0;
    struct page_column used[COLUMNS];
    int of[COLUMNS];
    bool second = false;
    for (size_t i = 0; i < contest->comparison_count; i++)
        second = second || (contest->comparisons[i].view == view &&
                            isfinite(contest->comparisons[i].ratio.claim.other));
    for (int i = 0; i < COLUMNS; i++) {
        if ((i == CLUSTER && c->entrant_count == 2) || (i == SECOND && !second) ||
            (i == BACKEND && !several_backends(contest)) ||
            ((i == OTHER_CORES || i == COST || i == OTHER_COST) && view == VIEW_SAME_CORES) ||
            (i == CI && view != VIEW_SAME_CORES) ||
            ((i == SECOND || i == OTHER_CORES) && view == VIEW_SAME_COST) ||
            ((i == COST || i == OTHER_COST) && view == VIEW_ONE_NODE))
            continue;
        of[shown] = i;
        used[shown++] = all[i];
    }
    struct page_table *table = page_add_table(page, title, used, shown);
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view != view)
            continue;
        const char *cells[COLUMNS] = {
            [CLUSTER] = c->entrants[at->a.entrant].label,
            [BACKEND] = at->a.series->backend,
            [CORES] = take_cores(page, &at->a),
            [TIME] = take_seconds(page, at->a.seconds),
            [OTHER_CORES] = take_cores(page, &at->b),
            [OTHER] = take_seconds(page, at->b.seconds),
            [COST] = take_core_time(page, at->a.core_hours),
            [OTHER_COST] = take_core_time(page, at->b.core_hours),
            [RATIO] = take_ratio(page, &at->ratio),
            [CI] = take_interval(page, at->ratio.ci95),
            [ALL] = take_interval(page, at->ratio.claim.ci),
            [SECOND] = take_interval(page, at->ratio.claim.other_ci),
            [VERDICT] = verdict_words(c, at)};
        struct page_row *row = page_add_row(page, table, count);
        for (size_t j = 0; j < shown; j++)
            row->cells[j] = cells[of[j]];
    }
}

/* Two rankings of the same points: each one's best is a whole node. */
static bool is_repeated(const struct compare_contest *contest, size_t index)
{
    const struct compare_ranking *a = &contest->rankings[0], *b = &contest->rankings[index];
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->ranks[i].side.point != b->ranks[i].side.point)
            return false;
    return index > 0 && a->count == b->count;
}

static void add_rankings(struct page *page, const struct compare *c, size_t index, int level)
{
    const struct compare_contest *contest = &c->contests[index];
    bool node = false;
    for (size_t i = 0; i < contest->ranking_count; i++) {
        bool repeated = is_repeated(contest, i);
        node = node || contest->rankings[i].view == VIEW_ONE_NODE;
        if (repeated)
            page_plain(page, "These are one whole node each.");
        else
            add_ranking(page, c, index, &contest->rankings[i], level);
    }
    if (!node && !c->same_machine)
        say_no_node(page, c, index, level);
    if (count_of(contest, VIEW_ONE_NODE) > c->entrant_count - 1)
        add_comparisons(page, c, index, VIEW_ONE_NODE, "One whole node each, by backend");
}

static void add_same_cores(struct page *page, const struct compare *c, size_t index, int level)
{
    if (count_of(&c->contests[index], VIEW_SAME_CORES) == 0)
        return;
    add_heading(page, index, "cores", level, "The same cores");
    add_comparisons(page, c, index, VIEW_SAME_CORES, "The same cores");
}

void page_add_compare_tables(struct page *page, const struct compare *c, size_t index, int level)
{
    if (c->same_machine)
        add_same_cores(page, c, index, level);
    add_rankings(page, c, index, level);
    if (!c->same_machine)
        add_same_cores(page, c, index, level);
    if (count_of(&c->contests[index], VIEW_SAME_COST) > 0) {
        add_heading(page, index, "cost", level, "The same price");
        page_plain(page, "What %s for the price of %s's own choice. A program that "
                         "scales well costs nearly the same on any count, so a small difference "
                         "in price can be a large one in time. Times between two counts are "
                         "interpolated and judged by medians alone; where no count costs as much, "
                         "the nearest stands, at its own cost.",
                   c->entrant_count > 2 ? "the others take" : "the other takes",
                   c->entrants[0].label);
        add_comparisons(page, c, index, VIEW_SAME_COST, "The same price");
    }
}

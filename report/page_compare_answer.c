#include <math.h>
#include <string.h>

#include "page_compare.h"
#include "wording.h"

static void add_sentence(struct strbuf *sb, const char *sentence)
{
    strbuf_addf(sb, "%s%s", sb->len > 0 ? " " : "", sentence);
}

/* The end of the interval that is nearer to 1, as a distance from it. */
static double shown(const struct comparison *at)
{
    double end = at->verdict == VERDICT_SLOWER ? at->ratio.claim.ci.low : at->ratio.claim.ci.high;
    return fabs(log(end));
}

/* The surest of the large differences; NULL none. */
static const struct comparison *widest(const struct compare_contest *contest, size_t entrant,
                                       enum verdict verdict)
{
    const struct comparison *found = NULL;
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view == VIEW_SAME_CORES && at->a.entrant == entrant && at->verdict == verdict &&
            (found == NULL || shown(at) > shown(found)))
            found = at;
    }
    return found;
}

/* What became of a point, in the order in which it is told. */
static const char *const fates[] = {"slower at",       "faster at",
                                    "equal within 5 % at", "not told apart at",
                                    "undecided between the two methods at",
                                    "measured in too few blocks at"};
enum { FATES = sizeof fates / sizeof *fates };

static size_t fate_of(const struct claim *claim)
{
    static const size_t of[] = {[CLAIM_DIFFERENT] = 0, [CLAIM_EQUAL] = 2, [CLAIM_OPEN] = 3,
                                [CLAIM_DEPENDS] = 4, [CLAIM_NONE] = 5};
    return of[claim->kind] + (claim_verdict(claim) == VERDICT_FASTER ? 1 : 0);
}

static size_t count_fates(const struct compare_contest *contest, size_t entrant,
                          size_t counts[FATES])
{
    size_t all = 0;
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->view != VIEW_SAME_CORES || at->a.entrant != entrant)
            continue;
        counts[fate_of(&at->ratio.claim)]++;
        all++;
    }
    return all;
}

/* "On the same cores Bravo is slower at 3 of 6 points, equal within 5 % at 3." */
static void add_fates(struct strbuf *sb, const char *label, const size_t counts[FATES], size_t all)
{
    size_t said = 0;
    strbuf_addf(sb, "On the same cores %s is ", label);
    for (size_t i = 0; i < FATES; i++) {
        if (counts[i] == 0)
            continue;
        strbuf_addf(sb, "%s%s %zu", said > 0 ? ", " : "", fates[i], counts[i]);
        if (said++ > 0)
            continue;
        strbuf_add(sb, " of ");
        wording_plural(sb, (int64_t)all, "point", "points");
    }
    strbuf_add(sb, ".");
}

/* Whether the headline has told it: of two, and all points alike. */
static bool is_told(const struct compare *c, const size_t counts[FATES], size_t all)
{
    bool told = c->same_machine && c->entrant_count == 2;
    for (size_t i = 0; i < FATES; i++)
        told = told && (counts[i] == 0 || counts[i] == all);
    return told;
}

static void say_counts(struct page *page, const struct compare_content *content,
                       const struct compare_contest *contest, size_t entrant)
{
    static const enum verdict kinds[] = {VERDICT_SLOWER, VERDICT_FASTER};
    struct strbuf sb = STRBUF_INIT;
    size_t counts[FATES] = {0};
    size_t all = count_fates(contest, entrant, counts);
    if (all == 0)
        return;
    if (!is_told(content->compare, counts, all))
        add_fates(&sb, content->compare->entrants[entrant].label, counts, all);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct comparison *at = widest(contest, entrant, kinds[i]);
        if (at != NULL && content->gate != NULL && strstr(content->gate, at->sentence) != NULL)
            continue; /* said already */
        if (at != NULL)
            add_sentence(&sb, at->sentence);
    }
    page_answer_say(page, PAGE_PLAIN, &sb);
}

static void say_level(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    if (c->claims > 1) {
        strbuf_addf(&sb, "All %zu verdicts hold together at ", c->claims);
        wording_percent(&sb, c->level);
        strbuf_add(&sb, ": the intervals in these sentences are each at ");
        double each = 1 - (1 - c->level) / (double)c->claims;
        wording_fixed(&sb, each * 100, each > 0.9999 ? 4 : 2);
        strbuf_add(&sb, " % (Bonferroni). In plots bars and bands are at 95 % each; the thin lines of the "
                        "first one hold together.");
    } else if (c->claims == 1) {
        strbuf_add(&sb, "Intervals are at 95 %.");
    }
    page_answer_say(page, PAGE_QUIET, &sb);
}

/* Rankings of two views may rank the same points: each whole node its best count. */
static bool same_sides(const struct compare_ranking *a, const struct compare_ranking *b)
{
    for (size_t i = 0; i < a->count && i < b->count; i++)
        if (a->ranks[i].side.point != b->ranks[i].side.point)
            return false;
    return a->count == b->count;
}

static void say_rankings(struct page *page, const struct compare *c,
                         const struct compare_contest *contest)
{
    for (size_t i = 0; i < contest->ranking_count; i++) {
        const struct compare_ranking *ranking = &contest->rankings[i];
        struct strbuf sb = STRBUF_INIT;
        if (i > 0 && same_sides(ranking, &contest->rankings[0])) {
            strbuf_add(&sb, "These are one whole node each.");
        } else {
            if (strcmp(ranking->sentence, c->headline) != 0)
                add_sentence(&sb, ranking->sentence);
            add_sentence(&sb, ranking->details);
        }
        page_answer_say(page, PAGE_PLAIN, &sb);
    }
}

static bool all_alike(const struct compare *c)
{
    for (size_t i = 1; i < c->entrant_count; i++)
        if (strcmp(page_compare_cpu(&c->entrants[i]), page_compare_cpu(&c->entrants[0])) != 0)
            return false;
    return true;
}

/* "Kebnekaise: Xeon Gold 6132, 28 cores a node; Dardel: EPYC 7742, 128 cores a node." */
static void say_machines(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    bool alike = all_alike(c);
    if (alike && page_compare_cpu(&c->entrants[0])[0] == '\0')
        return;
    if (alike)
        strbuf_addf(&sb, "%s on %s", c->entrant_count == 2 ? "Both" : "All",
                    page_compare_cpu(&c->entrants[0]));
    for (size_t i = 0; i < c->entrant_count && !c->same_machine; i++) {
        const struct compare_entrant *entrant = &c->entrants[i];
        const char *model = alike ? "" : page_compare_cpu(entrant);
        if (alike && entrant->node_cores == 0)
            continue;
        strbuf_addf(&sb, "%s%s: %s", sb.len > 0 ? "; " : "", entrant->label,
                    alike               ? ""
                    : model[0] != '\0' ? model
                                       : "CPU type not recorded");
        if (entrant->node_cores > 0) {
            strbuf_add(&sb, alike ? "" : ", ");
            wording_plural(&sb, entrant->node_cores, "core", "cores");
            strbuf_add(&sb, " a node");
        }
    }
    strbuf_add(&sb, ".");
    page_answer_say(page, PAGE_QUIET, &sb);
}

/* The headline has told it of different clusters. */
static void say_oversubscribed(struct page *page, const struct compare *c)
{
    struct strbuf sb = STRBUF_INIT;
    if (c->oversubscribed)
        strbuf_addf(&sb, "More workers than cores were started, so the ratios tell how %s.",
                    c->same_machine ? "workers shared cores as well as how fast they are"
                                    : "they shared cores, not how fast a cluster is");
    page_answer_say(page, PAGE_STRONG, &sb);
}

void page_add_compare_answer(struct page *page, const struct compare_content *content)
{
    const struct compare *c = content->compare;
    struct strbuf sb = STRBUF_INIT;
    page->answer.headline = c->headline;
    page->answer.code = "";
    if (content->gate != NULL) {
        strbuf_add(&sb, content->gate);
        page_answer_say(page, PAGE_STRONG, &sb);
    }
    if (c->contest_count == 0)
        return;
    const struct compare_contest *first = &c->contests[0];
    say_oversubscribed(page, c);
    say_machines(page, c);
    if (!c->same_machine)
        say_rankings(page, c, first);
    for (size_t i = 1; i < c->entrant_count; i++)
        say_counts(page, content, first, i);
    say_level(page, c);
}

/*
 * Examples of answers: the rules on each series, the choice among them and how
 * sure it is, and what is claimed of other backends.
 */
#include <math.h>

#include "claim.h"
#include "context.h"
#include "explain_work.h"
#include "groups.h"
#include "hodges_lehmann.h"
#include "number.h"
#include "wording.h"

/* A study that has no choice of counts has no rule either. */
static bool has_choice(const struct series *s)
{
    return s->point_count > 1 && !s->serial && s->optimum.fastest > 0;
}

/* "1: 6.2, 2: 3.14, 4: 1.6" */
static const char *by_cores(const struct explaining *e, const struct series *s,
                            double (*figure)(const struct point_summary *))
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < s->point_count; i++) {
        const struct point_summary *p = &s->points[i];
        if (isfinite(figure(p)))
            strbuf_addf(&sb, "%s%lld: %s", sb.len > 0 ? ", " : "", (long long)p->cores,
                        explain_out(e, figure(p)));
    }
    return page_take(e->page, &sb);
}

/* The rules -------------------------------------------------------------------- */

static double upper_limit(const struct point_summary *p)
{
    return isnan(p->ratio_to_fastest_upper95) ? p->ratio_to_fastest : p->ratio_to_fastest_upper95;
}

/* All counts that have a time have the figure. */
static bool all_have(const struct series *s, double (*figure)(const struct point_summary *))
{
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0 && isnan(figure(&s->points[i])))
            return false;
    return true;
}

static double printed_limit(const struct point_summary *p)
{
    return p->ratio_to_fastest_upper95;
}

static void say_fast_enough(struct explaining *e, const struct optimum *o,
                            struct page_paragraph *out)
{
    if (o->kind == OPTIMUM_NONE)
        page_say(e->page, out, PAGE_PLAIN, "The runs are too short, so nothing is recommended.");
    else if (o->kind == OPTIMUM_DO_NOT_PARALLELISE)
        page_say(e->page, out, PAGE_PLAIN, "One core: nothing on more is shown to be worth it.");
    else
        page_say(e->page, out, PAGE_PLAIN, "The first of %s or less: %s.",
                 explain_in(e, 1 + o->tolerance), explain_cores(e, o->recommended));
}

void explain_fast_enough(struct explaining *e, const struct series *s,
                         const struct point_summary *p, struct page_paragraph *out)
{
    (void)p;
    if (!has_choice(s) || s->optimum.rule != RULE_FAST)
        return;
    page_say(e->page, out, PAGE_PLAIN, "%s by cores: %s. ",
             all_have(s, printed_limit) ? "Upper limits"
                                        : "Upper limits, or ratios where there "
                                          "are fewer than 5 blocks, whose limits "
                                          "are too rough to print,",
             by_cores(e, s, upper_limit));
    say_fast_enough(e, &s->optimum, out);
}

static double known_efficiency(const struct point_summary *p)
{
    return p->efficiency_lower90;
}

static double lower_efficiency(const struct point_summary *p)
{
    return isnan(p->efficiency_lower90) ? p->efficiency : p->efficiency_lower90;
}

void explain_efficient(struct explaining *e, const struct series *s, const struct point_summary *p,
                       struct page_paragraph *out)
{
    static const char *const thresholds[] = {"0.5", "0.7", "0.8"};
    const struct optimum *o = &s->optimum;
    (void)p;
    if (!has_choice(s) || o->efficient[0] == 0)
        return;
    page_say(e->page, out, PAGE_PLAIN, "%s by cores: %s. The largest count that reaches ",
             all_have(s, known_efficiency)
                 ? "Lower limits"
                 : "Lower limits, or efficiencies where too few blocks have none,",
             by_cores(e, s, lower_efficiency));
    for (size_t i = 0; i < sizeof thresholds / sizeof *thresholds; i++)
        page_say(e->page, out, PAGE_PLAIN, "%s%s: %s", i > 0 ? ", " : "", thresholds[i],
                 o->efficient[i] > 0 ? explain_cores(e, o->efficient[i]) : "none");
    page_say(e->page, out, PAGE_PLAIN, ".");
    if (o->rule == RULE_EFFICIENT)
        page_say(e->page, out, PAGE_PLAIN, " This study's rule asks for %s.",
                 explain_in(e, o->efficiency));
}

static double speed_for_price(const struct point_summary *p)
{
    return p->speedup * p->efficiency;
}

void explain_knee(struct explaining *e, const struct series *s, const struct point_summary *p,
                  struct page_paragraph *out)
{
    const struct point_summary *knee = series_point(s, s->optimum.knee);
    (void)p;
    if (!has_choice(s) || knee == NULL)
        return;
    page_say(e->page, out, PAGE_PLAIN,
             "S × E by cores: %s. The largest: ", by_cores(e, s, speed_for_price));
    page_say(e->page, out, PAGE_MONO, "S(%lld) × E(%lld) = %s × %s = %s", (long long)knee->cores,
             (long long)knee->cores, explain_in(e, knee->speedup), explain_in(e, knee->efficiency),
             explain_out(e, speed_for_price(knee)));
}

static double core_hours(const struct point_summary *p)
{
    return p->charged_core_hours;
}

void explain_cheapest(struct explaining *e, const struct series *s, const struct point_summary *p,
                      struct page_paragraph *out)
{
    const struct optimum *o = &s->optimum;
    (void)p;
    if (!has_choice(s) || (o->cheapest == 0 && o->rule != RULE_CHEAPEST))
        return;
    page_say(e->page, out, PAGE_PLAIN, "Charged core-hours by cores: %s. ",
             by_cores(e, s, core_hours));
    if (isnan(o->deadline))
        page_say(e->page, out, PAGE_PLAIN, "The least: ");
    else
        page_say(e->page, out, PAGE_PLAIN, "The least within %s s: ", explain_in(e, o->deadline));
    page_say(e->page, out, PAGE_PLAIN, "%s.",
             o->cheapest > 0 ? explain_cores(e, o->cheapest) : "none");
}

/* Over all backends -------------------------------------------------------------- */

static const char *answer_name(const struct explaining *e, const struct answer *answer)
{
    const struct series *s = &e->analysis->series[answer->series];
    return explain_series_name(e, s, s->points[answer->point].cores);
}

static void say_choice(struct explaining *e, const struct answer *answer,
                       struct page_paragraph *out)
{
    const struct series *s = &e->analysis->series[answer->series];
    const struct series *other = &e->analysis->series[answer->fastest_series];
    const struct point_summary *p = &s->points[answer->point];
    const struct point_summary *fastest = &other->points[answer->fastest_point];
    if (p == fastest) {
        page_say(e->page, out, PAGE_PLAIN,
                 "It is the fastest point of all, and none that is fast "
                 "enough costs less than its %s core-hours.",
                 explain_out(e, p->charged_core_hours));
    } else {
        page_say(e->page, out, PAGE_PLAIN, "Fastest of all: %s on %s. Against it ", other->label,
                 explain_cores(e, fastest->cores));
        page_say(e->page, out, PAGE_MONO, "%s / %s = %s", explain_in(e, p->median),
                 explain_in(e, fastest->median), explain_out(e, p->median / fastest->median));
        page_say(e->page, out, PAGE_PLAIN, " the time, for %s in place of %s core-hours.",
                 explain_out(e, p->charged_core_hours),
                 explain_out(e, fastest->charged_core_hours));
    }
    if (answer->kind == OPTIMUM_DO_NOT_PARALLELISE)
        page_say(e->page, out, PAGE_PLAIN, " Nothing on more cores is shown to be worth it.");
    for (size_t i = 0; i < answer->alike_count; i++)
        page_say(e->page, out, PAGE_PLAIN, "%s%s",
                 i > 0 ? ", " : " Not told apart from it: ", answer->alike[i]);
    if (answer->alike_count > 0)
        page_say(e->page, out, PAGE_PLAIN, ".");
}

void explain_choice(struct explaining *e)
{
    for (size_t i = 0; i < e->analysis->answer_count; i++) {
        const struct answer *answer = &e->analysis->answers[i];
        struct page_paragraph text = {0};
        if (answer->series < 0 || answer->fastest_point < 0 || answer->fastest_series < 0 ||
            e->analysis->series[answer->series].optimum.rule != RULE_FAST)
            continue;
        say_choice(e, answer, &text);
        explain_fact(e, answer_name(e, answer), &text);
    }
}

static void say_redrawn(struct explaining *e, const struct answer *answer,
                        struct page_paragraph *out)
{
    const struct choices *choices = &answer->choices;
    double studies = (double)choices->studies, mode = 0;
    for (size_t i = 0; i < choices->count; i++) {
        double share = choices->shares[i];
        if (choices->cores[i] == choices->mode)
            mode = share;
        page_say(e->page, out, PAGE_PLAIN, "%s%s in %.0f of %zu, ", i > 0 ? ", " : "",
                 explain_cores(e, choices->cores[i]), share * studies, choices->studies);
        page_say(e->page, out, PAGE_MONO, "%.0f / %zu = %s", share * studies, choices->studies,
                 explain_out(e, share));
    }
    if (choices->none > 0)
        page_say(e->page, out, PAGE_PLAIN, ", none in %.0f", choices->none * studies);
    page_say(e->page, out, PAGE_PLAIN, ". The middle 95 %% of the choices: %lld",
             (long long)choices->low);
    if (choices->low < choices->high)
        page_say(e->page, out, PAGE_PLAIN, " to %lld", (long long)choices->high);
    page_say(e->page, out, PAGE_PLAIN, ".");
    if (mode < 1) {
        page_say(e->page, out, PAGE_PLAIN,
                 " From the number of studies alone a share is uncertain "
                 "by ");
        page_say(e->page, out, PAGE_MONO, "√(%s × (1 − %s) / %zu) = %s", explain_in(e, mode),
                 explain_in(e, mode), choices->studies,
                 explain_out(e, sqrt(mode * (1 - mode) / studies)));
        page_say(e->page, out, PAGE_PLAIN, ".");
    }
}

void explain_redrawn(struct explaining *e)
{
    for (size_t i = 0; i < e->analysis->answer_count; i++) {
        const struct answer *answer = &e->analysis->answers[i];
        struct page_paragraph text = {0};
        if (answer->series < 0 || answer->choices.studies == 0)
            continue;
        say_redrawn(e, answer, &text);
        explain_fact(e, answer_name(e, answer), &text);
    }
}

static void say_doubling(struct explaining *e, const struct answer *answer,
                         struct page_paragraph *out)
{
    const struct alternative *doubling = &answer->doubling;
    const struct series *s = &e->analysis->series[answer->series];
    const struct point_summary *from = &s->points[answer->point];
    const struct point_summary *to = series_point(s, doubling->cores);
    if (to == NULL || !isfinite(doubling->time) ||
        !explain_agrees(to->median / from->median, doubling->time))
        return;
    page_say(e->page, out, PAGE_MONO, "T(%lld) / T(%lld) = %s / %s = %s", (long long)to->cores,
             (long long)from->cores, explain_in(e, to->median), explain_in(e, from->median),
             explain_out(e, doubling->time));
    if (interval_exists(doubling->time_ci))
        page_say(e->page, out, PAGE_PLAIN, ", 95 %%: %s", explain_interval(e, doubling->time_ci));
    page_say(e->page, out, PAGE_PLAIN, "; core-hours: ");
    page_say(e->page, out, PAGE_MONO, "%s / %s = %s", explain_in(e, to->charged_core_hours),
             explain_in(e, from->charged_core_hours), explain_out(e, doubling->core_hours));
}

void explain_doubling(struct explaining *e)
{
    for (size_t i = 0; i < e->analysis->answer_count; i++) {
        const struct answer *answer = &e->analysis->answers[i];
        struct page_paragraph text = {0};
        if (answer->series < 0 || answer->doubling.cores == 0)
            continue;
        say_doubling(e, answer, &text);
        explain_fact(e, answer_name(e, answer), &text);
    }
}

/* Claims ------------------------------------------------------------------------- */

struct pair {
    const struct series *a, *b;
    const struct point_summary *x, *y;
};

static struct pair pair_of(const struct explaining *e, const struct rival *rival)
{
    const struct answer *answer = &e->analysis->answers[rival->answer];
    const struct series *a = &e->analysis->series[rival->series];
    const struct series *b = &e->analysis->series[answer->series];
    return (struct pair){a, b, &a->points[rival->point], &b->points[answer->point]};
}

static const char *pair_name(const struct explaining *e, const struct pair *pair)
{
    return pool_text(&e->page->pool, "%s against %s", pair->a->label,
                     explain_series_name(e, pair->b, pair->x->cores));
}

static void say_claim(struct explaining *e, const struct pair *pair, const struct claim *claim,
                      struct page_paragraph *out)
{
    struct strbuf sb = STRBUF_INIT;
    page_say(e->page, out, PAGE_MONO, "%s / %s = %s", explain_in(e, pair->x->median),
             explain_in(e, pair->y->median), explain_out(e, claim->ratio));
    page_say(e->page, out, PAGE_PLAIN, "; level ");
    page_say(e->page, out, PAGE_MONO, "1 − %s / %zu = %s", explain_in(e, 1 - e->analysis->level),
             e->analysis->rival_count, explain_out(e, claim->level));
    if (interval_exists(claim->ci))
        page_say(e->page, out, PAGE_PLAIN, ", interval %s", explain_interval(e, claim->ci));
    claim_say(&sb, claim);
    page_say(e->page, out, PAGE_PLAIN, ". Claimed: %s.", sb.str);
    strbuf_free(&sb);
}

void explain_claims(struct explaining *e)
{
    for (size_t i = 0; i < e->analysis->rival_count; i++) {
        const struct rival *rival = &e->analysis->rivals[i];
        const struct pair pair = pair_of(e, rival);
        struct page_paragraph text = {0};
        say_claim(e, &pair, &rival->claim, &text);
        explain_fact(e, pair_name(e, &pair), &text);
    }
}

static void say_second_opinion(struct explaining *e, const struct pair *pair,
                               const struct claim *claim, struct page_paragraph *out)
{
    size_t x = pair->x->blocks, y = pair->y->blocks;
    struct hodges_lehmann_ranks ranks = hodges_lehmann_ranks(x, y, claim->level);
    page_say(e->page, out, PAGE_PLAIN, "The middle one of %zu × %zu = %zu quotients: %s", x, y,
             x * y, explain_out(e, claim->other));
    if (ranks.low > 0 && interval_exists(claim->other_ci))
        page_say(e->page, out, PAGE_PLAIN, "; number %zu from either end: %s, covering %s",
                 ranks.low, explain_interval(e, claim->other_ci), explain_out(e, ranks.coverage));
    page_say(e->page, out, PAGE_PLAIN, ". The ratio of medians is %s.",
             explain_out(e, claim->ratio));
}

void explain_hodges_lehmann(struct explaining *e)
{
    for (size_t i = 0; i < e->analysis->rival_count; i++) {
        const struct rival *rival = &e->analysis->rivals[i];
        const struct pair pair = pair_of(e, rival);
        struct page_paragraph text = {0};
        if (!isfinite(rival->claim.other))
            continue;
        say_second_opinion(e, &pair, &rival->claim, &text);
        explain_fact(e, pair_name(e, &pair), &text);
    }
}

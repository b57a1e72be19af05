#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "compare_ratio.h"
#include "compare_views.h"
#include "compare_words.h"
#include "groups.h"
#include "strbuf.h"
#include "wording.h"

#define LEVEL 0.95
#define TOLERANCE 0.05
/* Answers that are rounded alike differ by less; near 0 there is nothing to be relative to. */
#define ANSWER_RELATIVE 1e-6
#define ANSWER_ABSOLUTE 1e-9

const char *compare_view_name(enum compare_view view)
{
    static const char *const names[] = {[VIEW_SAME_CORES] = "same-cores",
                                        [VIEW_ONE_NODE] = "one-node",
                                        [VIEW_SAME_COST] = "same-cost",
                                        [VIEW_BEST] = "best"};
    return names[view];
}

const char *compare_verdict_name(enum compare_verdict verdict)
{
    static const char *const names[] = {[VERDICT_UNDECIDED] = "undecided",
                                        [VERDICT_EQUAL] = "equal",
                                        [VERDICT_SLOWER] = "slower",
                                        [VERDICT_FASTER] = "faster"};
    return names[verdict];
}

/* Notices ---------------------------------------------------------------------- */

enum notice {
    NOTICE_MIXED_CPU,
    NOTICE_DIFFERENT_TIMING,
    NOTICE_DIFFERENT_ANSWER,
    NOTICE_DIFFERENT_STUDY,
    NOTICE_OVERSUBSCRIBED,
    NOTICE_NO_UNCERTAINTY,
    NOTICE_TOO_FEW_FOR_ALL
};

static const char *const notice_codes[] = {
    [NOTICE_MIXED_CPU] = "mixed-cpu",
    [NOTICE_DIFFERENT_TIMING] = "different-timing",
    [NOTICE_DIFFERENT_ANSWER] = "different-answer",
    [NOTICE_DIFFERENT_STUDY] = "different-study",
    [NOTICE_OVERSUBSCRIBED] = "oversubscribed",
    [NOTICE_NO_UNCERTAINTY] = "no-uncertainty",
    [NOTICE_TOO_FEW_FOR_ALL] = "too-few-for-all",
};

const char *compare_notice_code(size_t index)
{
    return index < sizeof notice_codes / sizeof *notice_codes ? notice_codes[index] : NULL;
}

static void add_notice(struct compare *c, enum notice code, struct strbuf *text,
                       const char *remedy)
{
    struct compare_notice *list =
        pool_alloc(&c->pool, c->notice_count + 1, sizeof *list); /* few: moved each time */
    if (c->notice_count > 0)
        memcpy(list, c->notices, c->notice_count * sizeof *list);
    list[c->notice_count++] = (struct compare_notice){
        .code = notice_codes[code],
        .text = pool_copy(&c->pool, text->str),
        .remedy = remedy};
    c->notices = list;
    strbuf_free(text);
}

static void say_contest(struct strbuf *sb, const char *kernel, double size, const char *scaling)
{
    strbuf_add(sb, kernel[0] == '\0' ? "a kernel without a name" : kernel);
    if (isfinite(size)) {
        strbuf_add(sb, ", n = ");
        wording_size(sb, size);
    }
    if (strcmp(scaling, "weak") == 0)
        strbuf_add(sb, ", weak scaling");
}

/* Contests --------------------------------------------------------------------- */

static bool is_own(const struct compare *c, size_t entrant, const struct series *series)
{
    return strcmp(series->cluster, c->entrants[entrant].cluster) == 0;
}

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
            is_own(c, 0, &first->series[first->answers[i].series]))
            add_contest(c, &first->series[first->answers[i].series]);
    for (size_t i = 0; i < c->entrant_count; i++)
        for (size_t j = 0; j < c->entrants[i].analysis->series_count; j++)
            if (is_own(c, i, &c->entrants[i].analysis->series[j]))
                add_contest(c, &c->entrants[i].analysis->series[j]);
}

static const struct series *own_series(const struct compare *c,
                                       const struct compare_contest *contest, size_t entrant,
                                       size_t *at)
{
    const struct analysis *a = c->entrants[entrant].analysis;
    for (; *at < a->series_count; (*at)++)
        if (is_own(c, entrant, &a->series[*at]) &&
            compare_is_of_contest(contest, &a->series[*at]))
            return &a->series[(*at)++];
    return NULL;
}

/* Refusals --------------------------------------------------------------------- */

/* The other CPU type where there are two; NULL. */
static bool has_two_types(const struct compare *c, const struct compare_contest *contest,
                          size_t entrant, const char *models[2])
{
    const struct series *series;
    size_t at = 0;
    models[0] = models[1] = NULL;
    while ((series = own_series(c, contest, entrant, &at)) != NULL) {
        if (series->cpu_model[0] == '\0')
            continue;
        if (models[0] == NULL)
            models[0] = series->cpu_model;
        else if (strcmp(models[0], series->cpu_model) != 0) {
            models[1] = series->cpu_model;
            return true;
        }
    }
    return false;
}

static bool refuse_mixed(struct compare *c, const struct compare_contest *contest, size_t entrant)
{
    const char *models[2];
    struct strbuf sb = STRBUF_INIT;
    if (!has_two_types(c, contest, entrant, models))
        return false;
    strbuf_addf(&sb, "%s ran on two CPU types (%s and %s), so it has no one time to compare.",
                c->entrants[entrant].label, models[0], models[1]);
    add_notice(c, NOTICE_MIXED_CPU, &sb,
               "Measure one of them: give the cluster's \"cpu\" in the study, or a constraint.");
    return true;
}

static bool refuse_metric(struct compare *c, size_t entrant)
{
    const char *first = c->entrants[0].analysis->metric;
    const char *other = c->entrants[entrant].analysis->metric;
    struct strbuf sb = STRBUF_INIT;
    if (strcmp(first, other) == 0)
        return false;
    strbuf_addf(&sb, "%s has times of %s, %s has times of %s: they are not compared.",
                c->entrants[0].label,
                strcmp(first, "total") == 0 ? "the whole program" : "the program's own clock",
                c->entrants[entrant].label,
                strcmp(other, "total") == 0 ? "the whole program" : "the program's own clock");
    add_notice(c, NOTICE_DIFFERENT_TIMING, &sb, "Set \"timing\" alike in both studies.");
    return true;
}

static bool answers_differ(double a, double b, double relative)
{
    double size = fmax(fabs(a), fabs(b));
    return isfinite(a) && isfinite(b) && fabs(a - b) > relative * size &&
           fabs(a - b) > ANSWER_ABSOLUTE;
}

static bool refuse_answer(struct compare *c, const struct compare_contest *contest, size_t entrant)
{
    double relative = fmax(fmax(c->entrants[0].answer_tolerance,
                                c->entrants[entrant].answer_tolerance),
                           ANSWER_RELATIVE);
    const struct series *mine, *other;
    for (size_t i = 0; (mine = own_series(c, contest, 0, &i)) != NULL;)
        for (size_t j = 0; (other = own_series(c, contest, entrant, &j)) != NULL;)
            for (size_t k = 0; k < mine->point_count; k++) {
                const struct point_summary *a = &mine->points[k];
                const struct point_summary *b = series_point(other, a->cores);
                if (b == NULL || !answers_differ(a->value, b->value, relative))
                    continue;
                struct strbuf sb = STRBUF_INIT;
                strbuf_addf(&sb, "%s printed %.9g and %s printed %.9g on ", c->entrants[0].label,
                            a->value, c->entrants[entrant].label, b->value);
                wording_plural(&sb, a->cores, "core", "cores");
                strbuf_add(&sb, ": another answer is another computation, so their times are "
                                "not compared.");
                add_notice(c, NOTICE_DIFFERENT_ANSWER, &sb,
                           "Find out which is right; \"expect\" in a study checks every run.");
                return true;
            }
    return false;
}

static bool is_there(const struct compare *c, const struct compare_contest *contest,
                     size_t entrant)
{
    const struct series *series;
    size_t at = 0;
    while ((series = own_series(c, contest, entrant, &at)) != NULL)
        for (size_t i = 0; i < series->point_count; i++)
            if (series->points[i].blocks > 0)
                return true;
    return false;
}

static void say_alone(struct compare *c, const struct compare_contest *contest)
{
    for (size_t i = 0; i < c->entrant_count; i++) {
        struct strbuf sb = STRBUF_INIT;
        if (is_there(c, contest, i))
            continue;
        strbuf_addf(&sb, "%s has no ", c->entrants[i].label);
        if (contest->kernel[0] == '\0' && isnan(contest->size)) {
            strbuf_add(&sb, "run that is ok, so it is not compared.");
        } else {
            strbuf_add(&sb, "time of ");
            say_contest(&sb, contest->kernel, contest->size, contest->scaling);
            strbuf_add(&sb, ", so it is not compared there.");
        }
        add_notice(c, NOTICE_DIFFERENT_STUDY, &sb, "Measure the same kernel at the same size.");
    }
}

/* Who can be compared in a contest; whether that leaves two, the reference among them. */
static bool admit(struct compare *c, struct compare_contest *contest)
{
    size_t count = 0;
    for (size_t i = 0; i < c->entrant_count; i++)
        count += is_there(c, contest, i) ? 1 : 0;
    if (count < c->entrant_count)
        say_alone(c, contest);
    contest->takes_part[0] = is_there(c, contest, 0) && !refuse_mixed(c, contest, 0);
    count = contest->takes_part[0] ? 1 : 0;
    for (size_t i = 1; i < c->entrant_count; i++) {
        contest->takes_part[i] = is_there(c, contest, i) && !refuse_mixed(c, contest, i) &&
                                 !refuse_metric(c, i) && !refuse_answer(c, contest, i);
        count += contest->takes_part[i] ? 1 : 0;
    }
    return contest->takes_part[0] && count > 1;
}

static void keep_contests(struct compare *c)
{
    size_t kept = 0;
    for (size_t i = 0; i < c->contest_count; i++)
        if (admit(c, &c->contests[i]))
            c->contests[kept++] = c->contests[i];
    c->contest_count = kept;
}

/* Conditions -------------------------------------------------------------------- */

static void notice_conditions(struct compare *c)
{
    for (size_t i = 0; i < c->entrant_count; i++) {
        struct strbuf sb = STRBUF_INIT;
        if (!c->entrants[i].analysis->oversubscribed)
            continue;
        strbuf_addf(&sb, "%s ran more workers than it has cores, so its times say little.",
                    c->entrants[i].label);
        add_notice(c, NOTICE_OVERSUBSCRIBED, &sb, "Measure it without --oversubscribe.");
    }
}

static void notice_few_blocks(struct compare *c)
{
    size_t few = 0, many = 0, all = 0;
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++) {
            const struct comparison *at = &c->contests[i].comparisons[j];
            all++;
            few += !compare_has_interval(&at->a, &at->b) ? 1 : 0;
            many += compare_has_interval(&at->a, &at->b) && !interval_exists(at->ratio.adjusted);
        }
    if (few > 0) {
        strbuf_addf(&sb, "%zu of %zu comparisons have fewer than %d blocks on a side, so they have "
                         "no interval and no verdict.",
                    few, all, COMPARE_LEAST_BLOCKS);
        add_notice(c, NOTICE_NO_UNCERTAINTY, &sb, "Run both studies with 9 blocks.");
    }
    if (many > 0) {
        strbuf_addf(&sb, "%zu of %zu comparisons have too few blocks to hold together with the "
                         "others, so they have no verdict.",
                    many, all);
        add_notice(c, NOTICE_TOO_FEW_FOR_ALL, &sb, "Run more blocks, or compare fewer core counts.");
    }
}

static bool is_same_machine(const struct compare *c)
{
    const char *model = NULL;
    for (size_t i = 0; i < c->entrant_count; i++) {
        if (strcmp(c->entrants[i].cluster, c->entrants[0].cluster) != 0)
            return false;
        for (size_t j = 0; j < c->entrants[i].analysis->series_count; j++) {
            const char *other = c->entrants[i].analysis->series[j].cpu_model;
            if (other[0] == '\0' || !is_own(c, i, &c->entrants[i].analysis->series[j]))
                continue;
            if (model != NULL && strcmp(model, other) != 0)
                return false;
            model = other;
        }
    }
    return true;
}

/* Ratios ------------------------------------------------------------------------ */

static bool same_claim(const struct comparison *x, const struct comparison *y)
{
    return x->a.point == y->a.point && x->a.next == y->a.next && x->b.point == y->b.point;
}

/* Two points may meet in several views: that is one claim. */
static bool is_new_claim(const struct compare_contest *contest, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (same_claim(&contest->comparisons[i], &contest->comparisons[index]))
            return false;
    return compare_has_interval(&contest->comparisons[index].a, &contest->comparisons[index].b);
}

/* A ranking of two says nothing that the comparison of the two does not. */
static size_t count_claims(const struct compare *c)
{
    size_t claims = 0;
    for (size_t i = 0; i < c->contest_count; i++) {
        const struct compare_contest *contest = &c->contests[i];
        for (size_t j = 0; j < contest->comparison_count; j++)
            claims += is_new_claim(contest, j) ? 1 : 0;
        for (size_t j = 0; j < contest->ranking_count; j++)
            claims += contest->rankings[j].count > 2 ? contest->rankings[j].count - 1 : 0;
    }
    return claims;
}

static void judge(struct compare *c, struct bootstrap *bootstrap, struct comparison *at)
{
    at->ratio = compare_ratio(bootstrap, &at->a, &at->b, c->level, c->claims);
    at->verdict = compare_verdict(at->ratio.adjusted, c->tolerance);
    at->within_tolerance = compare_is_within(at->ratio.adjusted, c->tolerance);
}

/* Where there is no interval nothing shows that it is slower. */
static void rank(struct compare *c, struct bootstrap *bootstrap, struct compare_ranking *ranking)
{
    for (size_t i = 0; i < ranking->count; i++) {
        struct compare_rank *r = &ranking->ranks[i];
        r->ratio = compare_ratio(bootstrap, &r->side, &ranking->ranks[0].side, c->level,
                                 c->claims);
        r->best = i == 0 || !interval_exists(r->ratio.adjusted) || r->ratio.adjusted.low <= 1;
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
    notice_few_blocks(c);
    notice_conditions(c);
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

struct compare_gate compare_gate(const struct compare *c, double allowed)
{
    struct compare_gate gate = {0};
    enum compare_view view = VIEW_BEST;
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++)
            if (c->contests[i].comparisons[j].view == VIEW_SAME_CORES)
                view = VIEW_SAME_CORES;
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++) {
            const struct comparison *at = &c->contests[i].comparisons[j];
            if (at->view != view)
                continue;
            if (!interval_exists(at->ratio.adjusted)) {
                gate.unknown++;
                continue;
            }
            gate.checked++;
            if (!(at->ratio.adjusted.low > 1 + allowed))
                continue;
            gate.violated++;
            if (gate.worst == NULL || at->ratio.adjusted.low > gate.worst->ratio.adjusted.low)
                gate.worst = at;
        }
    return gate;
}

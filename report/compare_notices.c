#include "compare_notices.h"

#include <string.h>

#include "compare_admit.h"
#include "compare_ratio.h"
#include "compare_words.h"
#include "wording.h"

static const char *const notice_codes[] = {
    [NOTICE_MIXED_CPU] = "mixed-cpu",
    [NOTICE_DIFFERENT_TIMING] = "different-timing",
    [NOTICE_DIFFERENT_ANSWER] = "different-answer",
    [NOTICE_DIFFERENT_STUDY] = "different-study",
    [NOTICE_SAME_DATA] = "same-data",
    [NOTICE_OVERSUBSCRIBED] = "oversubscribed",
    [NOTICE_WARNED] = "warned",
    [NOTICE_NO_UNCERTAINTY] = "no-uncertainty",
    [NOTICE_TOO_FEW_FOR_ALL] = "too-few-for-all",
};

const char *compare_notice_code(size_t index)
{
    return index < sizeof notice_codes / sizeof *notice_codes ? notice_codes[index] : NULL;
}

void compare_add_notice(struct compare *c, enum notice code, struct strbuf *text,
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

/* Warnings of an entrant's own report that bear on every ratio of its times. */
static const struct {
    const char *code, *words;
} doubts[] = {
    {"others-at-work", "others at work on the same cores"},
    {"too-small", "runs too short to judge"},
    {"failed-runs", "runs that failed"},
    {"missing-runs", "runs that are missing"},
    {"different-work", "runs that did other work"},
    {"shared-cores", "workers that shared cores"},
    {"not-checked", "workers not kept on cores of their own"},
    {"idle-cores", "cores that were idle"},
    {"unsteady", "unsteady times"},
    {"two-groups", "two groups of times"},
    {"drift", "times that drift"},
    {"dependence", "blocks that depend on each other"},
    {"start-up", "start-up inside the times"},
};

static bool is_warned(const struct compare *c, size_t entrant, const char *code)
{
    const struct analysis *a = c->entrants[entrant].analysis;
    for (size_t i = 0; i < a->warning_count; i++)
        if (strcmp(a->warnings[i].code, code) == 0 &&
            (a->warnings[i].series < 0 || compare_is_own(c, entrant, &a->series[a->warnings[i].series])))
            return true;
    return false;
}

enum { DOUBTS = sizeof doubts / sizeof *doubts };

/* A bit for each of `doubts`. */
static unsigned doubts_of(const struct compare *c, size_t entrant)
{
    unsigned found = 0;
    for (size_t i = 0; i < DOUBTS; i++)
        found |= is_warned(c, entrant, doubts[i].code) ? 1U << i : 0;
    return found;
}

static void say_doubts(struct strbuf *sb, unsigned found)
{
    const char *words[DOUBTS];
    size_t count = 0;
    for (size_t i = 0; i < DOUBTS; i++)
        if ((found & 1U << i) != 0)
            words[count++] = doubts[i].words;
    for (size_t i = 0; i < count; i++)
        strbuf_addf(sb, "%s%s", wording_separator(i, count), words[i]);
}

/* One notice for all that have the same warnings. */
static void notice_doubts(struct compare *c)
{
    bool *alike = pool_alloc(&c->pool, c->entrant_count, sizeof *alike);
    for (size_t i = 0; i < c->entrant_count; i++) {
        struct strbuf sb = STRBUF_INIT;
        unsigned found = doubts_of(c, i);
        bool told = found == 0, several = false;
        for (size_t j = 0; j < c->entrant_count; j++) {
            alike[j] = doubts_of(c, j) == found;
            told = told || (alike[j] && j < i);
            several = several || (alike[j] && j > i);
        }
        if (told)
            continue;
        strbuf_add(&sb, "The times of ");
        compare_say_names(&sb, c, alike);
        strbuf_addf(&sb, " have warnings in %s: ", several ? "their own reports" : "its own report");
        say_doubts(&sb, found);
        strbuf_add(&sb, ".");
        compare_add_notice(c, NOTICE_WARNED, &sb,
                           "Read that first: no interval here makes up for it.");
    }
}

static void notice_oversubscribed(struct compare *c)
{
    bool *which = pool_alloc(&c->pool, c->entrant_count, sizeof *which);
    size_t count = 0;
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < c->entrant_count; i++) {
        which[i] = c->entrants[i].analysis->oversubscribed;
        count += which[i] ? 1 : 0;
    }
    c->oversubscribed = count > 0;
    if (count == 0)
        return;
    compare_say_names(&sb, c, which);
    strbuf_addf(&sb, " ran more workers than %s hosts have cores: those times are not those of so "
                     "many cores.",
                count == 1 ? "its" : "their");
    compare_add_notice(c, NOTICE_OVERSUBSCRIBED, &sb,
                       "Leave those counts out, or measure on nodes that have the cores.");
}

/* The same data ------------------------------------------------------------------ */

static bool same_times(const struct point_summary *a, const struct point_summary *b)
{
    return a->blocks > 0 && a->blocks == b->blocks &&
           memcmp(a->times, b->times, a->blocks * sizeof *a->times) == 0;
}

/* Clocks have many digits: whole points do not repeat by chance. */
static bool is_same_data(const struct compare *c, size_t entrant)
{
    size_t all = 0, same = 0;
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++) {
            const struct comparison *at = &c->contests[i].comparisons[j];
            if (at->view != VIEW_SAME_CORES || at->a.entrant != entrant)
                continue;
            all++;
            same += same_times(at->a.point, at->b.point) ? 1 : 0;
        }
    return all > 0 && same == all;
}

static void notice_same_data(struct compare *c, size_t entrant)
{
    struct strbuf sb = STRBUF_INIT;
    if (!is_same_data(c, entrant))
        return;
    strbuf_addf(&sb, "%s and %s have the very same times, block by block: that is one set of "
                     "measurements, named twice.",
                c->entrants[entrant].label, c->entrants[0].label);
    compare_add_notice(c, NOTICE_SAME_DATA, &sb, "Compare two that were measured apart.");
}

/* Few blocks ---------------------------------------------------------------------- */

static const char *say_enough(struct compare *c)
{
    size_t enough = claim_enough_blocks(claim_level(c->level, c->claims));
    if (enough == 0)
        return "Compare fewer core counts or fewer sets of measurements.";
    return pool_text(&c->pool, "So many verdicts at once need %zu blocks on each side; or compare "
                               "fewer core counts.",
                     enough);
}

static void notice_few_blocks(struct compare *c)
{
    size_t few = 0, many = 0, all = 0;
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < c->contest_count; i++)
        for (size_t j = 0; j < c->contests[i].comparison_count; j++) {
            const struct comparison *at = &c->contests[i].comparisons[j];
            bool enough = compare_has_interval(&at->a, &at->b);
            all++;
            few += enough ? 0 : 1;
            many += enough && at->ratio.claim.kind == CLAIM_NONE ? 1 : 0;
        }
    if (few > 0) {
        strbuf_addf(&sb, "%zu of %zu comparisons have fewer than %d blocks on a side, so they have "
                         "no interval and no verdict.",
                    few, all, CLAIM_LEAST_BLOCKS);
        compare_add_notice(c, NOTICE_NO_UNCERTAINTY, &sb, "Run both studies with 9 blocks.");
    }
    if (many > 0) {
        strbuf_addf(&sb, "%zu of %zu comparisons have too few blocks to hold together with the "
                         "others, so they have no verdict.",
                    many, all);
        compare_add_notice(c, NOTICE_TOO_FEW_FOR_ALL, &sb, say_enough(c));
    }
}

void compare_notice_conditions(struct compare *c)
{
    for (size_t i = 1; i < c->entrant_count; i++)
        notice_same_data(c, i);
    notice_few_blocks(c);
    notice_oversubscribed(c);
    notice_doubts(c);
}

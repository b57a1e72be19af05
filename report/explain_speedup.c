/*
 * Examples of ratios: speedup, efficiency and what follows from them.
 */
#include <math.h>
#include <string.h>

#include "bootstrap.h"
#include "context.h"
#include "explain_work.h"
#include "groups.h"
#include "summary.h"
#include "wording.h"

/* "S(8) = 3.12 / 0.5012 = 6.225", with the factor of a base on several cores. */
static void say_ratio(struct explaining *e, struct page_paragraph *out, const char *name,
                      int64_t cores, const struct point_summary *base,
                      const struct point_summary *p, double speedup)
{
    const char *factor =
        base->cores > 1 ? pool_text(&e->page->pool, "%lld × ", (long long)base->cores) : "";
    page_say(e->page, out, PAGE_MONO, "%s(%lld) = %s%s / %s = %s", name, (long long)cores, factor,
             explain_in(e, base->median), explain_in(e, p->median), explain_out(e, speedup));
}

void explain_speedup(struct explaining *e, const struct series *s, const struct point_summary *p,
                     struct page_paragraph *out)
{
    const struct point_summary *base = explain_base(e, s), *own = series_point(s, 1);
    if (base == NULL || is_weak(s) || !isfinite(p->speedup))
        return;
    page_say(e->page, out, PAGE_PLAIN,
             "%s, against %s on %s: ", s->base_is_absolute ? "Absolute" : "Relative",
             s->base_backend, explain_cores(e, base->cores));
    if (base == p) {
        page_say(e->page, out, PAGE_PLAIN, "the base itself, so 1 exactly.");
        return;
    }
    say_ratio(e, out, "S", p->cores, base, p, p->speedup);
    if (own == NULL || own == base || own == p || !isfinite(p->speedup_own))
        return;
    page_say(e->page, out, PAGE_PLAIN, ". Relative, against its own run on one core: ");
    say_ratio(e, out, "S", p->cores, own, p, p->speedup_own);
}

void explain_scaled_speedup(struct explaining *e, const struct series *s,
                            const struct point_summary *p, struct page_paragraph *out)
{
    const struct point_summary *base = explain_base(e, s);
    if (base == NULL || !is_weak(s) || base == p || !isfinite(p->speedup))
        return;
    bool known = p->work > 0 && base->work > 0;
    double to = known ? p->work : (double)p->cores, from = known ? base->work : (double)base->cores;
    if (!explain_agrees((double)base->cores * (to / from) * (base->median / p->median), p->speedup))
        return;
    page_say(e->page, out, PAGE_PLAIN,
             known ? "With the work that was done: "
                   : "The work is not known, so cores stand for it: ");
    page_say(e->page, out, PAGE_MONO, "S(%lld) = %lld × %s / %s × %s / %s = %s",
             (long long)p->cores, (long long)base->cores, explain_in(e, to), explain_in(e, from),
             explain_in(e, base->median), explain_in(e, p->median), explain_out(e, p->speedup));
}

/* How probably a resample's median is each of the sorted times. */
static void say_law(struct explaining *e, size_t n, struct page_paragraph *out)
{
    struct bootstrap *bootstrap = bootstrap_new();
    const struct middle_ranks *ranks = bootstrap_middle_ranks(bootstrap, n);
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < ranks->count; i++) {
        strbuf_add(&sb, i > 0 ? ", " : "");
        wording_percent(&sb, ranks->lower[i]);
    }
    page_say(e->page, out, PAGE_PLAIN,
             "The median of a resample of %zu is the 1st, 2nd, … of the sorted times with %s. ", n,
             sb.str);
    strbuf_free(&sb);
    bootstrap_free(bootstrap);
}

static bool is_listed(const struct point_summary *p)
{
    return p->blocks % 2 == 1 && p->blocks <= EXPLAIN_LISTED;
}

void explain_speedup_interval(struct explaining *e, const struct series *s,
                              const struct point_summary *p, struct page_paragraph *out)
{
    const struct point_summary *base = explain_base(e, s);
    if (base == NULL || base == p || !interval_exists(p->speedup_ci))
        return;
    if (is_listed(p) && base->blocks == p->blocks && e->law_told != p->blocks)
        say_law(e, e->law_told = p->blocks, out);
    if (base->blocks <= EXPLAIN_LISTED && e->base_told != base)
        page_say(e->page, out, PAGE_PLAIN, "Times of the base in order: %s. ",
                 explain_list(e, explain_sorted(e, base), base->blocks));
    e->base_told = base;
    double factor = p->speedup * p->median / base->median; /* of the work, or of the base's cores */
    page_say(e->page, out, PAGE_PLAIN,
             "Of all quotients of a median of the base and one of the point%s, each as probable as "
             "both together, 2.5 %% are below %s and 2.5 %% above %s.",
             explain_agrees(factor, 1)
                 ? ""
                 : pool_text(&e->page->pool, ", times %s", explain_out(e, factor)),
             explain_out(e, p->speedup_ci.low), explain_out(e, p->speedup_ci.high));
}

/* The ratios within blocks, where the blocks are told by their numbers alone. */
static size_t pair_by_block(const struct point_summary *base, const struct point_summary *p,
                            double *ratios)
{
    size_t count = 0;
    for (size_t i = 0; i < base->blocks; i++)
        for (size_t j = 0; j < p->blocks; j++)
            if (base->block_ids[i] == p->block_ids[j] && count < EXPLAIN_LISTED)
                ratios[count++] = base->times[i] / p->times[j];
    return count;
}

void explain_paired(struct explaining *e, const struct series *s, const struct point_summary *p,
                    struct page_paragraph *out)
{
    const struct point_summary *base = explain_base(e, s);
    double ratios[EXPLAIN_LISTED], sorted[EXPLAIN_LISTED];
    if (base == NULL || base == p || !isfinite(p->speedup_paired))
        return;
    size_t count = base->blocks <= EXPLAIN_LISTED ? pair_by_block(base, p, ratios) : 0;
    memcpy(sorted, ratios, count * sizeof *sorted);
    if (count > 1 && explain_agrees(summary_median_of(sorted, count), p->speedup_paired))
        page_say(e->page, out, PAGE_PLAIN, "Block by block: %s; in order, the middle is %s",
                 explain_list(e, ratios, count), explain_out(e, p->speedup_paired));
    else
        page_say(e->page, out, PAGE_PLAIN, "The median within blocks is %s",
                 explain_out(e, p->speedup_paired));
    if (interval_exists(p->speedup_paired_ci))
        page_say(e->page, out, PAGE_PLAIN, ", with the ranks of a median's interval %s",
                 explain_interval(e, p->speedup_paired_ci));
    page_say(e->page, out, PAGE_PLAIN, ". The headline, of both medians, is %s.",
             explain_out(e, p->speedup));
}

void explain_efficiency(struct explaining *e, const struct series *s, const struct point_summary *p,
                        struct page_paragraph *out)
{
    if (!isfinite(p->efficiency) || (p->cores == 1 && explain_base(e, s) == p))
        return;
    page_say(e->page, out, PAGE_MONO, "E(%lld) = %s / %lld = %s", (long long)p->cores,
             explain_in(e, p->speedup), (long long)p->cores, explain_out(e, p->efficiency));
    if (interval_exists(p->efficiency_ci) && p->efficiency_ci.low < p->efficiency_ci.high)
        page_say(e->page, out, PAGE_PLAIN,
                 "; the ends of the speedup's interval, divided likewise: "
                 "%s.",
                 explain_interval(e, p->efficiency_ci));
}

void explain_efficiency_limit(struct explaining *e, const struct series *s,
                              const struct point_summary *p, struct page_paragraph *out)
{
    if (explain_base(e, s) == p || !isfinite(p->efficiency_lower90))
        return;
    page_say(e->page, out, PAGE_PLAIN,
             "In 95 %% of the resamples the efficiency is %s or more; the value itself is %s.",
             explain_out(e, p->efficiency_lower90), explain_out(e, p->efficiency));
}

void explain_karp_flatt(struct explaining *e, const struct series *s, const struct point_summary *p,
                        struct page_paragraph *out)
{
    long long cores = (long long)p->cores;
    (void)s;
    if (!isfinite(p->karp_flatt) || !isfinite(p->speedup_own))
        return;
    page_say(e->page, out, PAGE_PLAIN,
             "With S = %s against its own run on one core: ", explain_in(e, p->speedup_own));
    page_say(e->page, out, PAGE_MONO, "e(%lld) = (1/%s − 1/%lld) / (1 − 1/%lld) = %s", cores,
             explain_in(e, p->speedup_own), cores, cores, explain_fixed(e, p->karp_flatt, 5));
    if (interval_exists(p->karp_flatt_ci))
        page_say(e->page, out, PAGE_PLAIN,
                 "; the ends of the interval of S, %s and %s, put in: %s.",
                 explain_in(e, p->speedup_own_ci.high), explain_in(e, p->speedup_own_ci.low),
                 explain_interval(e, p->karp_flatt_ci));
}

void explain_gustafson(struct explaining *e, const struct series *s, const struct point_summary *p,
                       struct page_paragraph *out)
{
    long long cores = (long long)p->cores;
    (void)s;
    if (!isfinite(p->gustafson) || !isfinite(p->speedup_own))
        return;
    page_say(e->page, out, PAGE_MONO, "s(%lld) = (%lld − %s) / (%lld − 1) = %s", cores, cores,
             explain_in(e, p->speedup_own), cores, explain_fixed(e, p->gustafson, 5));
    if (interval_exists(p->gustafson_ci))
        page_say(e->page, out, PAGE_PLAIN, "; the ends of the interval of S put in: %s.",
                 explain_interval(e, p->gustafson_ci));
}

void explain_to_fastest(struct explaining *e, const struct series *s, const struct point_summary *p,
                        struct page_paragraph *out)
{
    const struct point_summary *fastest = series_point(s, s->optimum.fastest);
    if (fastest == NULL || !isfinite(p->ratio_to_fastest) || s->point_count < 2)
        return;
    if (p->ratio_to_fastest == 1) {
        page_say(e->page, out, PAGE_PLAIN, "It is the fastest count, so 1 exactly.");
        return;
    }
    page_say(e->page, out, PAGE_MONO, "T(%lld) / T(%lld) = %s / %s = %s", (long long)p->cores,
             (long long)fastest->cores, explain_in(e, p->median), explain_in(e, fastest->median),
             explain_out(e, p->ratio_to_fastest));
    if (isfinite(p->ratio_to_fastest_upper95))
        page_say(e->page, out, PAGE_PLAIN,
                 "; with 95 %% confidence at least %s, and with as much at "
                 "most %s.",
                 explain_out(e, p->ratio_to_fastest_lower95),
                 explain_out(e, p->ratio_to_fastest_upper95));
}

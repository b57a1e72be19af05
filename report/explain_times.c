/*
 * Examples of what stands for one point alone: its time and what it costs.
 */
#include <math.h>

#include "context.h"
#include "explain_work.h"
#include "summary.h"
#include "too_small.h"
#include "wording.h"

void explain_median(struct explaining *e, const struct series *s, const struct point_summary *p,
                    struct page_paragraph *out)
{
    const double *x = explain_sorted(e, p);
    size_t n = p->blocks, middle = (n + 1) / 2;
    (void)s;
    if (n == 0)
        return;
    if (n > 1 && n <= EXPLAIN_LISTED)
        page_say(e->page, out, PAGE_PLAIN, "%zu block times in order: %s. ", n,
                 explain_list(e, x, n));
    else
        page_say(e->page, out, PAGE_PLAIN, "%zu block %s. ", n, n == 1 ? "time" : "times");
    if (n % 2 == 1)
        page_say(e->page, out, PAGE_MONO, "T = x(%zu) = %s", middle, explain_in(e, p->median));
    else
        page_say(e->page, out, PAGE_MONO, "T = (x(%zu) + x(%zu)) / 2 = (%s + %s) / 2 = %s", middle,
                 middle + 1, explain_in(e, x[middle - 1]), explain_in(e, x[middle]),
                 explain_in(e, p->median));
    if (p->runs > n)
        page_say(e->page, out, PAGE_PLAIN, ". Each is the median of its block's runs, %zu in all.",
                 p->runs);
}

/* "1 + 9": how many ways there are for k - 1 or fewer of n coins to fall on one side. */
static const char *ways(const struct explaining *e, size_t n, size_t k)
{
    struct strbuf sb = STRBUF_INIT;
    double count = 1;
    for (size_t i = 0; i < k; i++) {
        strbuf_addf(&sb, "%s%.0f", i > 0 ? " + " : "", count);
        count = count * (double)(n - i) / (double)(i + 1);
    }
    return page_take(e->page, &sb);
}

void explain_median_interval(struct explaining *e, const struct series *s,
                             const struct point_summary *p, struct page_paragraph *out)
{
    struct summary_ranks ranks = summary_ranks(p->blocks, e->analysis->level);
    (void)s;
    if (p->blocks < 2)
        return;
    if (!interval_exists(p->ci) || ranks.low == 0) {
        page_say(e->page, out, PAGE_PLAIN, "Least and greatest of %zu blocks, %s and %s s, cover ",
                 p->blocks, explain_in(e, p->minimum), explain_in(e, p->maximum));
        page_say(e->page, out, PAGE_MONO, "1 − 2 / 2^%zu = %s", p->blocks,
                 explain_out(e, 1 - 2 * ldexp(1, -(int)p->blocks)));
        page_say(e->page, out, PAGE_PLAIN, " and not 0.95, so there is no interval.");
        return;
    }
    page_say(e->page, out, PAGE_PLAIN, "n = %zu, so k = %zu: [x(%zu), x(%zu)] is %s s. It covers ",
             p->blocks, ranks.low, ranks.low, ranks.high, explain_interval(e, p->ci));
    if (p->blocks <= EXPLAIN_LISTED)
        page_say(e->page, out, PAGE_MONO, "1 − 2 × (%s) / 2^%zu = %s",
                 ways(e, p->blocks, ranks.low), p->blocks, explain_out(e, p->ci_coverage));
    else
        page_say(e->page, out, PAGE_MONO, "%s", explain_out(e, p->ci_coverage));
    page_say(e->page, out, PAGE_PLAIN, ".");
}

/* The modified z-score of the farthest time, where runs are blocks and can be seen. */
static void say_farthest(struct explaining *e, const struct point_summary *p,
                         struct page_paragraph *out)
{
    double farthest = p->times[0], unit = summary_z_unit(p->times, p->blocks, p->median, p->mad);
    for (size_t i = 0; i < p->blocks; i++)
        if (fabs(p->times[i] - p->median) > fabs(farthest - p->median))
            farthest = p->times[i];
    double score = fabs(farthest - p->median) / unit;
    if (p->mad > 0 && isfinite(score)) {
        page_say(e->page, out, PAGE_PLAIN, " The farthest run has ");
        page_say(e->page, out, PAGE_MONO, "0.6745 × (%s − %s) / %s = %s",
                 explain_in(e, fmax(farthest, p->median)), explain_in(e, fmin(farthest, p->median)),
                 explain_in(e, p->mad), explain_fixed(e, score, 2));
        page_say(e->page, out, PAGE_PLAIN, ".");
    } else if (unit > 0) {
        page_say(e->page, out, PAGE_PLAIN,
                 " As the MAD is 0, 1.2533 times the mean deviation stands for MAD / 0.6745.");
    }
}

void explain_spread(struct explaining *e, const struct series *s, const struct point_summary *p,
                    struct page_paragraph *out)
{
    struct strbuf flagged = STRBUF_INIT;
    (void)s;
    if (p->blocks < 2 || isnan(p->mad))
        return;
    page_say(e->page, out, PAGE_PLAIN, "MAD of the blocks: %s s.", explain_in(e, p->mad));
    if (p->runs == p->blocks)
        say_farthest(e, p, out);
    wording_plural(&flagged, (int64_t)p->flagged_count, "run is", "runs are");
    page_say(e->page, out, PAGE_PLAIN, " %s flagged of %zu.", flagged.str, p->runs);
    strbuf_free(&flagged);
}

void explain_too_small(struct explaining *e, const struct series *s, const struct point_summary *p,
                       struct page_paragraph *out)
{
    double limit = too_small_limit(e->analysis, e->plan, e->machines, s);
    const struct point_summary *shortest = NULL;
    (void)p;
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].blocks > 0 && (shortest == NULL || s->points[i].median < shortest->median))
            shortest = &s->points[i];
    if (shortest == NULL || limit == 0)
        return;
    page_say(e->page, out, PAGE_PLAIN,
             "The shortest time, on %s, is %s s; the least that will do "
             "is %s s: %s.",
             explain_cores(e, shortest->cores), explain_in(e, shortest->median),
             explain_in(e, limit),
             shortest->too_small ? "too short to judge" : "long enough");
}

void explain_cost(struct explaining *e, const struct series *s, const struct point_summary *p,
                  struct page_paragraph *out)
{
    bool priced = e->plan != NULL && e->plan->cluster.charge_granule > 0;
    double granule = priced ? (double)e->plan->cluster.charge_granule : 1;
    double weight =
        e->plan != NULL && e->plan->cluster.charge_weight > 0 ? e->plan->cluster.charge_weight : 1;
    double granules = ceil((double)p->asked_cores / granule);
    (void)s;
    if (!isfinite(p->core_seconds))
        return;
    page_say(e->page, out, PAGE_MONO, "%s × %lld = %s", explain_in(e, p->median),
             (long long)p->asked_cores, explain_out(e, p->core_seconds));
    page_say(e->page, out, PAGE_PLAIN, " core-seconds");
    if (!explain_agrees(p->median / 3600 * granules * granule * weight, p->charged_core_hours))
        return;
    page_say(e->page, out, PAGE_PLAIN, "; charged as %.0f × %s: ", granules,
             explain_cores(e, (int64_t)granule));
    page_say(e->page, out, PAGE_MONO, "%s / 3600 × %.0f × %.0f × %s = %s", explain_in(e, p->median),
             granules, granule, explain_in(e, weight), explain_out(e, p->charged_core_hours));
    page_say(e->page, out, PAGE_PLAIN, " core-hours.");
}

void explain_cpu(struct explaining *e, const struct series *s, const struct point_summary *p,
                 struct page_paragraph *out)
{
    (void)s;
    if (!isfinite(p->cpu_used))
        return;
    page_say(e->page, out, PAGE_PLAIN, "%s, the median over %zu %s, of %s granted: as much as ",
             explain_out(e, p->cpu_used), p->runs, p->runs == 1 ? "run" : "runs",
             explain_cores(e, p->allocated_cores));
    page_say(e->page, out, PAGE_MONO, "%s × %lld = %s", explain_in(e, p->cpu_used),
             (long long)p->allocated_cores,
             explain_out(e, p->cpu_used * (double)p->allocated_cores));
    page_say(e->page, out, PAGE_PLAIN, " that are busy all the time.");
}

void explain_others(struct explaining *e, const struct series *s, const struct point_summary *p,
                    struct page_paragraph *out)
{
    (void)s;
    if (!isfinite(p->others_cores))
        return;
    if (!p->others_shown) {
        page_say(e->page, out, PAGE_PLAIN,
                 "Over all its runs nothing is seen of others beyond the ticks in which the kernel "
                 "counts.");
        return;
    }
    page_say(e->page, out, PAGE_PLAIN, "Others took %s cores' worth over all its runs",
             explain_out(e, p->others_cores));
    if (p->stolen_cores > 0)
        page_say(e->page, out, PAGE_PLAIN, ", and a hypervisor gave away %s",
                 explain_out(e, p->stolen_cores));
    page_say(e->page, out, PAGE_PLAIN, "; in the median block both were %s.",
             explain_out(e, p->others_usual));
}

void explain_memory(struct explaining *e, const struct series *s, const struct point_summary *p,
                    struct page_paragraph *out)
{
    const double mebibyte = 1048576;
    (void)s;
    if (!isfinite(p->peak_memory_bytes))
        return;
    if (!isfinite(p->granted_memory_bytes)) {
        page_say(e->page, out, PAGE_PLAIN, "Peak %s MiB; what was granted is not known.",
                 explain_out(e, p->peak_memory_bytes / mebibyte));
        return;
    }
    page_say(e->page, out, PAGE_PLAIN, "In MiB: ");
    page_say(e->page, out, PAGE_MONO, "%s / %s = %s",
             explain_in(e, p->peak_memory_bytes / mebibyte),
             explain_in(e, p->granted_memory_bytes / mebibyte),
             explain_out(e, p->peak_memory_bytes / p->granted_memory_bytes));
}

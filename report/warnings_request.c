#include <math.h>

#include "use_limits.h"
#include "warning_checks.h"
#include "wording.h"

/* "a fifth", where it is one; else "37 %". */
static void say_part(struct strbuf *text, double part)
{
    static const char *const names[] = {[2] = "half", "a third", "a quarter", "a fifth", "a sixth"};
    for (size_t n = 2; n < sizeof names / sizeof *names; n++)
        if (fabs(part * (double)n - 1) < 1e-9) {
            strbuf_add(text, names[n]);
            return;
        }
    wording_percent(text, part);
}

static double surplus_badness(const struct context *c, struct place at, const void *with)
{
    const struct point_summary *point = point_at(c, at);
    double part = use_surplus(point);
    (void)with;
    return point->blocks == 0 || part < SURPLUS_LEAST || !(point->wall_median > 0) ? NAN : part;
}

static double unused_core_seconds(const struct series *s, const struct hits *hits)
{
    double wasted = 0;
    for (size_t i = 0; i < hits->count; i++) {
        const struct point_summary *point = &s->points[hits->points[i]];
        wasted += (double)point->runs * point->wall_median *
                  (double)(point->asked_cores - point->cores);
    }
    return wasted;
}

static void say_surplus(struct strbuf *text, const struct context *c, size_t series,
                        const struct hits *hits, const void *with)
{
    const struct point_summary *worst = &c->out->series[series].points[hits->worst];
    (void)with;
    strbuf_add(text, hits->count > 1 ? "at worst " : "");
    wording_plural(text, worst->cores, "worker", "workers");
    strbuf_add(text, " ran on ");
    wording_plural(text, worst->asked_cores, "core that was", "cores that were");
    strbuf_add(text, " asked for, ");
    say_part(text, use_surplus(worst));
    strbuf_add(text, " of the request was idle, and ");
    wording_core_time(text, unused_core_seconds(&c->out->series[series], hits));
    strbuf_add(text, " went unused");
}

void check_idle_request(struct warner *w)
{
    static const struct finding surplus = {
        .badness = surplus_badness,
        .is = "had more cores than workers",
        .evidence = say_surplus,
        .many = "%s had more cores than workers",
        .remedy = "Ask for as many cores as workers are started; where the others are for "
                  "their memory, ask for the memory."};
    finding_look_everywhere(w, &surplus);
}

/* The fullest point of a series that uses little of its memory everywhere; NULL where it does not.
 */
static const struct point_summary *fullest_of_empty(const struct series *s)
{
    const struct point_summary *fullest = NULL;
    for (size_t i = 0; i < s->point_count; i++) {
        const struct point_summary *p = &s->points[i];
        if (!isfinite(p->peak_memory_bytes) || !isfinite(p->granted_memory_bytes))
            continue;
        if (p->peak_memory_bytes >= MEMORY_LEAST * p->granted_memory_bytes)
            return NULL;
        if (fullest == NULL || p->peak_memory_bytes > fullest->peak_memory_bytes)
            fullest = p;
    }
    return fullest;
}

void check_memory_unused(struct warner *w)
{
    const struct plan *plan = w->c->plan;
    if (plan == NULL || !(plan->cluster.memory_mib > 0))
        return; /* what comes with the cores cannot be had smaller */
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct point_summary *fullest = fullest_of_empty(&w->c->out->series[i]);
        struct strbuf text = STRBUF_INIT;
        if (fullest == NULL)
            continue;
        warning_name(&text, w->c, i);
        strbuf_add(&text, " left most of its memory unused: ");
        warning_evidence(w, &text);
        strbuf_add(&text, "it used at most ");
        wording_bytes(&text, fullest->peak_memory_bytes);
        strbuf_add(&text, " of the ");
        wording_bytes(&text, fullest->granted_memory_bytes);
        strbuf_add(&text, " that were asked for.");
        warning_many(w, "%s left most of their memory unused",
                     -fullest->peak_memory_bytes / fullest->granted_memory_bytes);
        warning_add(w, (int)i, 0, &text,
                    plan->cluster.charge_memory_gib_per_core > 0
                        ? "Ask for less: memory beyond a core's share is charged as cores."
                        : "Ask for less: what is asked for is kept from others.");
    }
}

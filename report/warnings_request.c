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

static void say_surplus(struct warner *w, size_t series, const struct hits *hits, double wasted)
{
    const struct point_summary *worst = &w->c->out->series[series].points[hits->worst];
    struct strbuf text = STRBUF_INIT;
    warning_name(&text, w->c, series);
    strbuf_add(&text, " had more cores than workers ");
    warning_cores(&text, hits);
    strbuf_add(&text, ": ");
    warning_evidence(w, &text);
    strbuf_add(&text, hits->count > 1 ? "at worst " : "");
    wording_plural(&text, worst->cores, "worker", "workers");
    strbuf_add(&text, " ran on ");
    wording_plural(&text, worst->asked_cores, "core that was", "cores that were");
    strbuf_add(&text, " asked for, ");
    say_part(&text, use_surplus(worst));
    strbuf_add(&text, " of the request was idle, and ");
    wording_core_time(&text, wasted);
    strbuf_add(&text, " went unused.");
    warning_add_hits(w, series, hits, &text,
                     "Ask for as many cores as workers are started; where the others are for "
                     "their memory, ask for the memory.");
}

void check_idle_request(struct warner *w)
{
    for (size_t i = 0; i < w->c->out->series_count; i++) {
        const struct series *s = &w->c->out->series[i];
        struct hits hits = hits_begin(w, s);
        double wasted = 0, most = 0;
        for (size_t j = 0; j < s->point_count; j++) {
            const struct point_summary *point = &s->points[j];
            double part = use_surplus(point);
            if (point->blocks == 0 || part < SURPLUS_LEAST || !(point->wall_median > 0))
                continue;
            if (part > most) {
                most = part;
                hits.worst = j;
            }
            hits_add(&hits, s, j);
            wasted += (double)point->runs * point->wall_median *
                      (double)(point->asked_cores - point->cores);
        }
        if (hits.count > 0)
            say_surplus(w, i, &hits, wasted);
    }
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
        warning_add(w, (int)i, 0, &text,
                    plan->cluster.charge_memory_gib_per_core > 0
                        ? "Ask for less: memory beyond a core's share is charged as cores."
                        : "Ask for less: what is asked for is kept from others.");
    }
}

#include <math.h>

#include "warning_checks.h"

struct hits hits_begin(const struct warner *warner, const struct series *series)
{
    struct pool *pool = warner->c->scratch;
    return (struct hits){
        .cores = pool_alloc(pool, series->point_count, sizeof(int64_t)),
        .points = pool_alloc(pool, series->point_count, sizeof(size_t)),
    };
}

void hits_add(struct hits *hits, const struct series *series, size_t point)
{
    hits->points[hits->count] = point;
    hits->cores[hits->count++] = series->points[point].cores;
}

static struct hits find_hits(const struct warner *w, const struct finding *finding, size_t series,
                             const void *with)
{
    const struct series *s = &w->c->out->series[series];
    struct hits hits = hits_begin(w, s);
    for (size_t j = 0; j < s->point_count; j++) {
        double badness = finding->badness(w->c, place_of(series, j), with);
        if (isnan(badness))
            continue;
        if (hits.count == 0 || badness > hits.badness) {
            hits.worst = j;
            hits.badness = badness;
        }
        hits_add(&hits, s, j);
    }
    return hits;
}

void finding_look(struct warner *w, const struct finding *finding, size_t series, const void *with)
{
    struct hits hits = find_hits(w, finding, series, with);
    struct strbuf text = STRBUF_INIT;
    if (hits.count == 0)
        return;
    if (finding->before != NULL)
        strbuf_addf(&text, "%s ", finding->before);
    warning_name(&text, w->c, series);
    strbuf_addf(&text, " %s ", finding->is);
    warning_cores(&text, &hits);
    if (finding->effect != NULL)
        strbuf_add(&text, finding->effect);
    if (finding->evidence != NULL) {
        strbuf_add(&text, ": ");
        warning_evidence(w, &text);
        finding->evidence(&text, w->c, series, &hits, with);
    }
    strbuf_add_char(&text, '.');
    warning_many(w, finding->many, hits.badness);
    warning_add_hits(w, series, &hits, &text, finding->remedy);
}

void finding_look_everywhere(struct warner *w, const struct finding *finding)
{
    for (size_t i = 0; i < w->c->out->series_count; i++)
        finding_look(w, finding, i, NULL);
}

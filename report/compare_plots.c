#include "compare_plots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "figure_ratios.h"
#include "figures.h"
#include "groups.h"

/* The clusters' curves of one backend. */
struct curves {
    const struct series *reference;
    struct group group; /* of copies that bear the clusters' names and colours */
    struct series *copies;
    const struct series **originals; /* of each copy */
};

static void add_curve(struct pool *pool, const struct compare *c, struct curves *curves,
                      const struct compare_side *side)
{
    for (size_t i = 0; i < curves->group.count; i++)
        if (curves->originals[i] == side->series)
            return;
    struct series *copy = &curves->copies[curves->group.count];
    const struct series *s = side->series;
    bool own = strcmp(s->base_backend, s->backend) == 0;
    *copy = *s;
    copy->backend = copy->label = c->entrants[side->entrant].label;
    copy->cluster = "";
    copy->kernel = pool_text(pool, "%s%s%s", s->kernel, s->kernel[0] != '\0' ? " with " : "",
                             curves->reference->backend);
    copy->colour = (int)side->entrant;
    if (s->base_backend[0] != '\0')
        copy->base_backend = own ? copy->backend : pool_text(pool, "each one's own %s",
                                                             s->base_backend);
    curves->originals[curves->group.count] = s;
    curves->group.series[curves->group.count++] = copy;
    for (size_t i = 0; i < s->point_count; i++)
        if (isfinite(s->points[i].median))
            group_add_cores(&curves->group, s->points[i].cores);
}

static size_t most_cores(const struct compare *c)
{
    size_t count = 1;
    for (size_t i = 0; i < c->entrant_count; i++)
        for (size_t j = 0; j < c->entrants[i].analysis->series_count; j++)
            count += c->entrants[i].analysis->series[j].point_count;
    return count;
}

static struct curves curves_of(struct pool *pool, const struct compare *c,
                               const struct compare_contest *contest,
                               const struct series *reference)
{
    struct curves curves = {
        .reference = reference,
        .copies = pool_alloc(pool, c->entrant_count + 1, sizeof *curves.copies),
        .originals = pool_alloc(pool, c->entrant_count + 1, sizeof *curves.originals)};
    curves.group.series = pool_alloc(pool, c->entrant_count + 1, sizeof *curves.group.series);
    curves.group.cores = pool_alloc(pool, most_cores(c), sizeof *curves.group.cores);
    for (size_t i = 0; i < contest->comparison_count; i++) {
        const struct comparison *at = &contest->comparisons[i];
        if (at->b.series != reference || at->view == VIEW_BEST)
            continue;
        add_curve(pool, c, &curves, &at->b);
        add_curve(pool, c, &curves, &at->a);
    }
    return curves;
}

struct planning {
    struct pool *pool;
    const struct compare *compare;
    struct figure *figures; /* of both layouts of a part behind each other: sorted at the end */
    bool *narrow;
    size_t count;
    struct compare_plots *parts;
    size_t part_count;
};

static size_t add_layout(struct planning *p, const struct curves *curves, size_t contest,
                         bool with_ratios, bool narrow)
{
    struct figure *out = &p->figures[p->count];
    size_t index = p->part_count, count = 0;
    if (with_ratios && figure_ratios(out, p->compare, &p->compare->contests[contest], index, narrow))
        count++;
    if (curves->group.count > 0)
        count += figures_compare(out + count, &curves->group, index,
                                 narrow ? LAYOUT_NARROW : LAYOUT_WIDE);
    for (size_t i = 0; i < count; i++)
        p->narrow[p->count + i] = narrow;
    p->count += count;
    return count;
}

static void add_part(struct planning *p, size_t contest, const struct series *reference,
                     bool with_ratios)
{
    struct curves curves =
        curves_of(p->pool, p->compare, &p->compare->contests[contest], reference);
    size_t first = 0;
    for (size_t i = 0; i < p->part_count; i++)
        first += p->parts[i].count;
    size_t count = add_layout(p, &curves, contest, with_ratios, false);
    add_layout(p, &curves, contest, with_ratios, true);
    if (count == 0)
        return;
    p->parts[p->part_count++] = (struct compare_plots){
        .contest = contest, .backend = reference->backend, .first = first, .count = count};
}

static bool is_first_of(const struct compare_contest *contest, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (contest->comparisons[i].b.series == contest->comparisons[index].b.series)
            return false;
    return true;
}

static void add_contest(struct planning *p, size_t index)
{
    const struct compare_contest *contest = &p->compare->contests[index];
    const char *main_backend = figure_ratios_backend(contest);
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < contest->comparison_count; i++) {
            const struct series *reference = contest->comparisons[i].b.series;
            bool is_main = strcmp(reference->backend, main_backend) == 0;
            if (!is_main && reference->point_count < 2)
                continue; /* a serial backend: its one point is in the tables */
            if (is_first_of(contest, i) && is_main == (pass == 0))
                add_part(p, index, reference, is_main);
        }
}

size_t compare_plots_plan(struct pool *pool, const struct compare *c, struct drawing *drawing,
                          struct compare_plots **parts)
{
    size_t most = 1;
    for (size_t i = 0; i < c->contest_count; i++)
        most += c->contests[i].comparison_count;
    struct planning p = {
        .pool = pool,
        .compare = c,
        .figures = xcalloc(2 * most * FIGURES_PER_GROUP, sizeof *p.figures),
        .narrow = pool_alloc(pool, 2 * most * FIGURES_PER_GROUP, sizeof *p.narrow),
        .parts = pool_alloc(pool, most, sizeof *p.parts)};
    for (size_t i = 0; i < c->contest_count; i++)
        add_contest(&p, i);
    struct figure *sorted = xcalloc(p.count + 1, sizeof *sorted);
    size_t wide = 0, at = 0;
    for (int narrow = 0; narrow < 2; narrow++) {
        for (size_t i = 0; i < p.count; i++)
            if (p.narrow[i] == (narrow == 1))
                sorted[at++] = p.figures[i];
        wide = narrow == 0 ? at : wide;
    }
    free(p.figures);
    drawing_take(drawing, sorted, wide);
    *parts = p.parts;
    return p.part_count;
}

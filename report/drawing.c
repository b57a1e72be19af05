#include "drawing.h"

#include <stdlib.h>

#include "alloc.h"
#include "figure_use.h"
#include "figures.h"
#include "svg.h"

/* Behind those of the groups. */
static size_t make_uses(struct drawing *d, struct figure *out, const struct uses *uses,
                        enum figure_layout layout)
{
    size_t count = 0;
    for (size_t i = 0; uses != NULL && i < uses->count; i++) {
        d->use_counts[i] = figures_use(out + count, &uses->views[i], i, layout);
        count += d->use_counts[i];
    }
    return count;
}

static size_t make_layout(struct drawing *d, struct figure *out, const struct analysis *analysis,
                          const struct groups *groups, double efficiency, enum figure_layout layout)
{
    size_t count = 0;
    for (size_t i = 0; i < groups->count; i++) {
        d->group_counts[i] =
            figures_make(out + count, analysis, &groups->list[i], i, efficiency, layout);
        count += d->group_counts[i];
    }
    return count;
}

static struct strbuf *empty_texts(struct pool *pool, size_t count)
{
    struct strbuf *texts = pool_alloc(pool, count + 1, sizeof *texts);
    for (size_t i = 0; i < count; i++)
        texts[i] = (struct strbuf)STRBUF_INIT;
    return texts;
}

static void make_pictures(struct drawing *d)
{
    d->files = empty_texts(&d->pool, d->count);
    d->images = empty_texts(&d->pool, d->count);
    d->pictures = pool_alloc(&d->pool, d->count + 1, sizeof *d->pictures);
    for (size_t i = 0; i < d->count; i++)
        d->pictures[i] = (struct page_picture){
            .figure = &d->figures[i], .wide = "", .narrow = "", .file = d->figures[i].name};
}

void drawing_take(struct drawing *d, struct figure *figures, size_t count)
{
    *d = (struct drawing){.figures = figures, .count = count, .pool = POOL_INIT};
    make_pictures(d);
}

void drawing_plan(struct drawing *d, const struct analysis *analysis, const struct groups *groups,
                  const struct uses *uses, double efficiency)
{
    size_t most = groups->count * FIGURES_PER_GROUP + USE_VIEWS_MOST * FIGURES_PER_USE;
    *d = (struct drawing){.pool = POOL_INIT};
    struct figure *narrow = xcalloc(most + 1, sizeof *narrow);
    d->figures = xcalloc(2 * most + 1, sizeof *d->figures);
    d->group_counts = pool_alloc(&d->pool, groups->count + 1, sizeof *d->group_counts);
    d->use_counts = pool_alloc(&d->pool, USE_VIEWS_MOST, sizeof *d->use_counts);
    size_t of_groups = make_layout(d, d->figures, analysis, groups, efficiency, LAYOUT_WIDE);
    make_layout(d, narrow, analysis, groups, efficiency, LAYOUT_NARROW);
    d->count = of_groups + make_uses(d, d->figures + of_groups, uses, LAYOUT_WIDE);
    make_uses(d, narrow + of_groups, uses, LAYOUT_NARROW);
    for (size_t i = 0; i < d->count; i++)
        d->figures[d->count + i] = narrow[i];
    free(narrow);
    make_pictures(d);
    d->use_pictures = d->pictures + of_groups;
}

static int finish_one(struct drawing *d, size_t i, const struct strbuf *raw, const char *css,
                      struct error *err)
{
    struct strbuf wide = STRBUF_INIT, narrow = STRBUF_INIT;
    const struct figure *f = &d->figures[i];
    char *id = text_format("plot-%s", f->name), *narrow_id = text_format("narrow-%s", f->name);
    int rc = svg_for_page(&wide, raw[i].str, f, id, err);
    if (rc == 0)
        rc =
            svg_for_page(&narrow, raw[d->count + i].str, &d->figures[d->count + i], narrow_id, err);
    if (rc == 0)
        rc = svg_for_file(&d->files[i], raw[i].str, f, css, err);
    if (rc == 0) {
        d->pictures[i].drawn = true;
        d->pictures[i].wide = pool_copy(&d->pool, wide.str);
        d->pictures[i].narrow = pool_copy(&d->pool, narrow.str);
    }
    strbuf_free(&wide);
    strbuf_free(&narrow);
    free(id);
    free(narrow_id);
    return rc;
}

int drawing_svg(struct drawing *d, const struct plot_settings *settings, struct error *err)
{
    struct pool pool = POOL_INIT;
    struct strbuf *raw = empty_texts(&pool, 2 * d->count);
    int rc = d->count == 0 ? 0 : plot_svg(d->figures, 2 * d->count, settings, raw, err);
    for (size_t i = 0; rc == 0 && i < d->count; i++)
        rc = finish_one(d, i, raw, settings->css, err);
    for (size_t i = 0; i < 2 * d->count; i++)
        strbuf_free(&raw[i]);
    pool_free(&pool);
    return rc;
}

int drawing_png(struct drawing *d, const struct plot_settings *settings, struct error *err)
{
    if (d->count == 0)
        return 0;
    int rc = plot_png(d->figures, d->count, settings, d->images, err);
    for (size_t i = 0; i < d->count; i++) {
        if (rc != 0)
            strbuf_free(&d->images[i]);
        else
            d->pictures[i].drawn = true;
    }
    return rc;
}

void drawing_free(struct drawing *d)
{
    for (size_t i = 0; i < d->count; i++) {
        strbuf_free(&d->files[i]);
        strbuf_free(&d->images[i]);
        figure_free(&d->figures[i]);
        figure_free(&d->figures[d->count + i]);
    }
    free(d->figures);
    pool_free(&d->pool);
    *d = (struct drawing){.pool = POOL_INIT};
}

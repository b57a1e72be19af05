#include "figure_ranking.h"

#include <math.h>
#include <string.h>

#include "figure_labels.h"
#include "figure_marks.h"
#include "figure_views.h"
#include "utf8.h"
#include "wording.h"

#define ASIDE 0.24 /* of a row: where bars of one backend would lie on each other */

enum { ROW_PIXELS = 22, WIDE_PIXELS = 1072, NARROW_PIXELS = 360 };

static double row_y(const struct ranking *ranking, size_t row)
{
    return (double)(ranking->count - row);
}

static void add_line(struct figure *f, enum figure_role role, int colour, double from, double to,
                     double y)
{
    struct figure_point *points = figure_add_mark(f, role, colour, 2);
    points[0] = (struct figure_point){.x = from, .y = y};
    points[1] = (struct figure_point){.x = to, .y = y};
}

static void add_point(struct figure *f, enum figure_role role, const struct series *series,
                      const struct point_summary *p, double y)
{
    const struct figure_view *view = &figure_view_time;
    if (figure_has_interval(view, p))
        add_line(f, ROLE_WHISKER, series->colour, p->ci.low, p->ci.high, y);
    *figure_add_mark(f, role, series->colour, 1) = (struct figure_point){
        .x = p->median, .y = y, .title = figure_point_title(&f->pool, view, series, p)};
}

static bool overlap(const struct ranked *r)
{
    return r->best->ci.high > r->first->ci.low; /* false for NAN */
}

static void add_row(struct figure *f, const struct ranking *ranking, size_t row)
{
    const struct ranked *r = &ranking->rows[row];
    double y = row_y(ranking, row);
    if (r->first != r->best) {
        if (!overlap(r))
            add_line(f, ROLE_LINK, r->series->colour, r->best->median, r->first->median, y);
        add_point(f, ROLE_OPEN, r->series, r->first, y - (overlap(r) ? ASIDE : 0));
    }
    add_point(f, ROLE_POINTS, r->series, r->best, y);
}

/* "11.7 ms on 2 cores" */
static const char *row_note(struct pool *pool, const struct ranked *r)
{
    struct strbuf sb = STRBUF_INIT;
    wording_seconds(&sb, r->best->median);
    strbuf_add(&sb, " on ");
    wording_plural(&sb, r->best->cores, "core", "cores");
    const char *note = pool_copy(pool, sb.str);
    strbuf_free(&sb);
    return note;
}

static void add_names(struct figure *f, const struct ranking *ranking, double most, bool narrow)
{
    for (size_t i = 0; i < ranking->count; i++) {
        const struct ranked *r = &ranking->rows[i];
        double y = figure_y(f, row_y(ranking, i));
        struct figure_text *name =
            figure_add_text(f, TEXT_NAME, f->left - 12, y, ANCHOR_END, r->series->label);
        name->colour = r->series->colour;
        figure_cut(f, name, most);
        if (!narrow)
            figure_add_text(f, TEXT_TICK, f->width - f->right + 14, y, ANCHOR_START,
                            row_note(&f->pool, r));
    }
}

static struct interval range_of(const struct ranking *ranking)
{
    struct interval range = {INFINITY, 0};
    for (size_t i = 0; i < ranking->count; i++) {
        const struct point_summary *ends[] = {ranking->rows[i].best, ranking->rows[i].first};
        for (size_t j = 0; j < 2; j++) {
            bool known = interval_exists(ends[j]->ci);
            range.low = fmin(range.low, known ? ends[j]->ci.low : ends[j]->median);
            range.high = fmax(range.high, known ? ends[j]->ci.high : ends[j]->median);
        }
    }
    return range;
}

/* Ticks lie side by side here: a text that would touch the one before is not written. */
static void thin_ticks(struct figure *f)
{
    double end = -INFINITY;
    for (size_t i = 0; i < f->x.tick_count; i++) {
        struct axis_tick *tick = &f->x.ticks[i];
        double half = utf8_text_pixels(tick->text, f->text_size) / 2;
        double at = figure_x(f, tick->at);
        if (at - half < end + f->text_size)
            tick->text = "";
        else
            end = at + half;
    }
}

static void set_words(struct figure *f, const struct ranking *ranking, const struct group *group,
                      size_t group_index)
{
    struct strbuf sb = STRBUF_INIT;
    f->name = group_index == 0 ? "backends" : pool_text(&f->pool, "backends-%zu", group_index + 1);
    f->title = "Backends";
    strbuf_add(&sb, "median time, ●\u00a0on the count where it is least, ○\u00a0on ");
    if (ranking->first_cores == 1)
        strbuf_add(&sb, "1 core");
    else
        strbuf_add(&sb, "the smallest count");
    strbuf_add(&sb, "; bars: 95 %");
    f->subtitle = pool_copy(&f->pool, sb.str);
    strbuf_free(&sb);
    f->heading = figure_heading(&f->pool, f->title, group->series[0]);
    f->description =
        figure_description(&f->pool, "Times of the backends, the fastest first,", group);
}

static void add_base(struct figure *f, const struct ranking *ranking)
{
    const struct series *base = ranking->base;
    if (base == NULL || !(base->base_seconds > f->x.low) || !(base->base_seconds < f->x.high))
        return;
    struct figure_point *points = figure_add_mark(f, ROLE_THRESHOLD, -1, 2);
    points[0] = (struct figure_point){.x = base->base_seconds, .y = f->y.low};
    points[1] = (struct figure_point){.x = base->base_seconds, .y = f->y.high};
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s on ", base->base_backend);
    wording_plural(&sb, base->base_cores, "core", "cores");
    double x = figure_x(f, base->base_seconds), width = utf8_text_pixels(sb.str, f->text_size);
    bool left = x + 6 + width > f->width - f->right;
    figure_add_text(f, TEXT_NOTE, x + (left ? -6 : 6), f->top - 8, left ? ANCHOR_END : ANCHOR_START,
                    sb.str);
    strbuf_free(&sb);
}

void figure_ranking(struct figure *f, const struct ranking *ranking, const struct group *group,
                    size_t group_index, bool narrow)
{
    double widest = 0, widest_note = 0, most = narrow ? 110 : 260;
    struct interval range = range_of(ranking);
    set_words(f, ranking, group, group_index);
    f->whole = true;
    f->width = narrow ? NARROW_PIXELS : WIDE_PIXELS;
    f->text_size = 12;
    f->top = 24;
    f->bottom = f->text_size * 3.6;
    f->height = f->top + f->bottom + ROW_PIXELS * (double)ranking->count;
    for (size_t i = 0; i < ranking->count; i++) {
        const struct ranked *r = &ranking->rows[i];
        widest = fmax(widest, utf8_text_pixels(r->series->label, f->text_size));
        widest_note = fmax(widest_note, utf8_text_pixels(row_note(&f->pool, r), f->text_size));
    }
    f->left = fmin(widest, most) + 22;
    f->right = narrow ? 18 : widest_note + 20;
    f->grid_x = true;
    f->x = axis_of_seconds(&f->pool, range.low / 1.12, range.high * 1.12);
    f->y = (struct axis){.low = 0.4, .high = (double)ranking->count + 0.6};
    thin_ticks(f);
    add_base(f, ranking);
    for (size_t i = 0; i < ranking->count; i++)
        add_row(f, ranking, i);
    figure_add_ticks(f, "time");
    add_names(f, ranking, most, narrow);
}

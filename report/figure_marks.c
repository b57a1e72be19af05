#include "figure_marks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "wording.h"

const char *figure_point_title(struct pool *pool, const struct figure_view *view,
                               const struct series *series, const struct point_summary *point)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s, ", series->label);
    wording_plural(&sb, point->cores, "core", "cores");
    strbuf_add(&sb, ": ");
    view->say(&sb, point);
    const char *title = pool_copy(pool, sb.str);
    strbuf_free(&sb);
    return title;
}

bool figure_has_interval(const struct figure_view *view, const struct point_summary *point)
{
    struct interval interval = view->interval(point);
    return isfinite(view->value(point)) && interval_exists(interval) &&
           interval.low < interval.high;
}

/* How much larger a value is that stands one pixel to the right on a logarithmic axis. */
static double pixel_factor(const struct figure *f)
{
    return pow(f->x.high / f->x.low, 1 / (f->width - f->left - f->right));
}

static void add_whisker(struct figure *f, const struct figure_view *view,
                        const struct series *series, const struct point_summary *p, double aside)
{
    struct interval interval = view->interval(p);
    double x = (double)p->cores * pow(pixel_factor(f), aside);
    struct figure_point *points = figure_add_mark(f, ROLE_WHISKER, series->colour, 2);
    points[0] = (struct figure_point){.x = x, .y = interval.low};
    points[1] = (struct figure_point){.x = x, .y = interval.high};
}

void figure_add_whiskers(struct figure *f, const struct figure_view *view,
                         const struct series *series, double aside)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (figure_has_interval(view, &series->points[i]))
            add_whisker(f, view, series, &series->points[i], aside);
}

void figure_add_bands(struct figure *f, const struct figure_view *view, const struct series *series)
{
    for (size_t first = 0, end; first < series->point_count; first = end + 1) {
        end = first;
        while (end < series->point_count && figure_has_interval(view, &series->points[end]))
            end++;
        if (end == first)
            continue;
        if (end == first + 1) {
            add_whisker(f, view, series, &series->points[first], 0);
            continue;
        }
        struct figure_point *points = figure_add_mark(f, ROLE_BAND, series->colour, end - first);
        for (size_t i = first; i < end; i++) {
            struct interval interval = view->interval(&series->points[i]);
            points[i - first] = (struct figure_point){.x = (double)series->points[i].cores,
                                                      .y = interval.low,
                                                      .low = interval.low,
                                                      .high = interval.high};
        }
    }
}

void figure_add_curve(struct figure *f, const struct figure_view *view, const struct series *series,
                      enum figure_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < series->point_count; i++)
        count += isfinite(view->value(&series->points[i])) ? 1 : 0;
    if (count == 0)
        return;
    struct figure_point *points = figure_add_mark(f, role, series->colour, count);
    for (size_t i = 0, n = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        if (!isfinite(view->value(p)))
            continue;
        points[n].x = (double)p->cores;
        points[n].y = view->value(p);
        points[n++].title =
            role == ROLE_POINTS ? figure_point_title(&f->pool, view, series, p) : NULL;
    }
}

static int by_value(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

size_t figure_dot_ranks(size_t blocks, size_t ranks[FIGURE_MOST_DOTS])
{
    size_t count = blocks < FIGURE_MOST_DOTS ? blocks : FIGURE_MOST_DOTS;
    for (size_t i = 0; i < count; i++)
        ranks[i] = blocks <= FIGURE_MOST_DOTS ? i : i * (blocks - 1) / (FIGURE_MOST_DOTS - 1);
    return count;
}

/* Neighbours in value stand beside each other, so that equal times can be counted. */
void figure_add_dots(struct figure *f, const struct series *series)
{
    double pixel = pixel_factor(f);
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        size_t ranks[FIGURE_MOST_DOTS], count = figure_dot_ranks(p->blocks, ranks);
        if (p->blocks < 2 || p->times == NULL)
            continue;
        double *sorted = xcalloc(p->blocks, sizeof *sorted);
        memcpy(sorted, p->times, p->blocks * sizeof *sorted);
        qsort(sorted, p->blocks, sizeof *sorted, by_value);
        struct figure_point *points = figure_add_mark(f, ROLE_DOTS, series->colour, count);
        for (size_t j = 0; j < count; j++) {
            points[j].x = (double)p->cores * pow(pixel, ((double)(j * 3 % 7) - 3) * 1.4);
            points[j].y = sorted[ranks[j]];
        }
        free(sorted);
    }
}

void figure_add_halo(struct figure *f, const struct figure_view *view,
                     const struct analysis *analysis, const struct group *group)
{
    const struct series *series = group_answer_series(analysis, group);
    const struct point_summary *point = group_answer_point(analysis, group);
    bool drawn = false;
    for (size_t i = 0; i < group->count; i++)
        drawn = drawn || group->series[i] == series;
    if (!drawn || point == NULL || !isfinite(view->value(point)))
        return;
    struct figure_point *points = figure_add_mark(f, ROLE_HALO, series->colour, 1);
    points[0].x = (double)point->cores;
    points[0].y = view->value(point);
}

#include "figures.h"

#include <math.h>
#include <string.h>

#include "figure_labels.h"
#include "figure_marks.h"
#include "figure_models.h"
#include "figure_optimum.h"
#include "figure_ranking.h"
#include "figure_views.h"
#include "wording.h"

enum {
    MOST_BANDS = 4, /* more of them on each other are a blur, and so are their blocks: then each point
                       has a bar */
    BAR_PIXELS = 2  /* from one such bar to the next */
};

/* One plot while it is made. */
struct plotted {
    const struct figure_view *view;
    const struct analysis *analysis; /* NULL: a comparison */
    const struct group *group;
    struct figure_models models;
    struct figure_point *ends; /* of each series' curve; NAN: none */
    double last;               /* the largest count that is drawn */
};

/* Ranges ------------------------------------------------------------------ */

static struct interval range_of(const struct group *group, const struct figure_view *view)
{
    struct interval range = {INFINITY, -INFINITY};
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < group->series[i]->point_count; j++) {
            const struct point_summary *p = &group->series[i]->points[j];
            double value = view->value(p);
            struct interval interval = view->interval(p);
            if (!isfinite(value))
                continue;
            range.low = fmin(range.low, interval_exists(interval) ? interval.low : value);
            range.high = fmax(range.high, interval_exists(interval) ? interval.high : value);
            if (view == &figure_view_time && p->minimum > 0) {
                range.low = fmin(range.low, p->minimum);
                range.high = fmax(range.high, p->maximum);
            }
        }
    return range;
}

static void set_size(struct figure *f, enum figure_layout layout, size_t lines)
{
    double least = layout == LAYOUT_WIDE ? 320 : 290;
    f->width = layout == LAYOUT_WIDE ? 520 : 360;
    f->text_size = 12;
    f->top = 14;
    f->bottom = f->text_size * 3.6;
    f->height = fmax(least, f->top + f->bottom + 13 * (double)lines);
}

/* Also of what the models say. */
static struct interval whole_range(const struct plotted *p)
{
    struct interval range = range_of(p->group, p->view);
    for (size_t i = 0; i < p->group->count; i++)
        if (figure_has_model(&p->models, p->group->series[i]))
            figure_model_range(&p->models, p->group->series[i], &range);
    return range;
}

static double measured_end(const struct plotted *p)
{
    return (double)p->group->cores[p->group->core_count - 1];
}

static struct axis y_axis(struct figure *f, const struct plotted *p)
{
    struct interval range = whole_range(p);
    const struct figure_view *view = p->view;
    if (view == &figure_view_efficiency)
        return axis_of_percent(&f->pool, range.high * 1.02);
    if (view == &figure_view_time || view == &figure_view_cost)
        return axis_of_seconds(&f->pool, range.low / 1.12, range.high * 1.12);
    /* The ideal line is a yardstick: shown as far as the data does not shrink for it. */
    double ideal = measured_end(p);
    double high = fmax(fmin(fmax(ideal, 1), range.high * 3), range.high);
    return axis_of_ratios(&f->pool, fmin(range.low, high / 4) / 1.15, high * 1.15);
}

static void add_yardstick(struct figure *f, const struct plotted *p, double threshold)
{
    double first = (double)p->group->cores[0], last = p->last;
    const struct figure_view *view = p->view;
    if (view == &figure_view_speedup && last > first) {
        double end = fmin(last, f->y.high), start = fmax(first, f->y.low);
        if (end <= start)
            return;
        struct figure_point *points = figure_add_mark(f, ROLE_IDEAL, -1, 2);
        points[0].x = points[0].y = start;
        points[1].x = points[1].y = end;
    } else if (view == &figure_view_efficiency) {
        struct figure_point *points = figure_add_mark(f, ROLE_THRESHOLD, -1, 2);
        points[0].x = f->x.low;
        points[1].x = f->x.high;
        points[0].y = points[1].y = threshold;
    }
}

/* Figures ----------------------------------------------------------------- */

/* All measured against themselves on one count? */
static bool own_bases(const struct group *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(group->series[i]->base_backend, group->series[i]->backend) != 0 ||
            group->series[i]->base_cores != group->series[0]->base_cores)
            return false;
    return group->count > 1;
}

static const char *cores_word(int64_t cores)
{
    return cores == 1 ? "core" : "cores";
}

static const char *says_base(struct pool *pool, const struct group *group)
{
    const struct series *first = NULL;
    for (size_t i = 0; i < group->count; i++) {
        const struct series *s = group->series[i];
        if (s->base_backend == NULL || s->base_backend[0] == '\0')
            continue;
        if (first == NULL)
            first = s;
        else if (strcmp(first->base_backend, s->base_backend) != 0 ||
                 first->base_cores != s->base_cores)
            return own_bases(group)
                       ? pool_text(pool, "each against itself on %lld %s",
                                   (long long)first->base_cores, cores_word(first->base_cores))
                       : "each against a base of its own (see the tables)";
    }
    if (first == NULL)
        return "";
    return pool_text(pool, "against %s on %lld %s%s", first->base_backend,
                     (long long)first->base_cores, cores_word(first->base_cores),
                     first->base_is_relative ? ", assumed ideal there" : "");
}

static size_t most_blocks(const struct group *group)
{
    size_t most = 0;
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < group->series[i]->point_count; j++)
            if (group->series[i]->points[j].blocks > most)
                most = group->series[i]->points[j].blocks;
    return most;
}

static bool is_crowded(const struct group *group)
{
    return group->count > MOST_BANDS;
}

static bool has_dots(const struct plotted *p)
{
    return p->view == &figure_view_time && !is_crowded(p->group);
}

/* "95 % band", or more where models are drawn. */
static const char *say_lines(struct pool *pool, const struct plotted *p)
{
    bool bands = false;
    for (size_t i = 0; i < p->group->count; i++)
        for (size_t j = 0; j < p->group->series[i]->point_count; j++)
            bands = bands || figure_has_interval(p->view, &p->group->series[i]->points[j]);
    if (p->models.drawn == 0)
        return !bands                  ? "too few blocks for a band"
               : is_crowded(p->group) ? "bars: 95 %"
                                      : "95 % band";
    struct strbuf sb = STRBUF_INIT;
    figure_say_models(&sb, &p->models);
    const char *text = pool_copy(pool, sb.str);
    strbuf_free(&sb);
    return text;
}

static const char *describe(struct figure *f, const struct plotted *p)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_add(&sb, figure_description(&f->pool, f->title, p->group));
    figure_describe_models(&sb, &p->models);
    const char *text = pool_copy(&f->pool, sb.str);
    strbuf_free(&sb);
    return text;
}

static void set_words(struct figure *f, const struct plotted *p, size_t group_index)
{
    const struct figure_view *view = p->view;
    const struct group *group = p->group;
    bool weak = strcmp(group->series[0]->scaling, "weak") == 0;
    const char *band = say_lines(&f->pool, p), *join = p->models.drawn > 0 ? "; " : ", ";
    if (view == &figure_view_speedup) {
        const char *base = says_base(&f->pool, group);
        f->title = weak ? "Scaled speedup" : "Speedup";
        f->subtitle = pool_text(&f->pool, "%s%s%s", base, base[0] != '\0' ? join : "", band);
    } else if (view == &figure_view_efficiency) {
        f->title = weak ? "Weak-scaling efficiency" : "Parallel efficiency";
        f->subtitle = pool_text(&f->pool, "%s%s%s",
                                weak ? "scaled speedup / cores" : "speedup / cores", join, band);
    } else if (view == &figure_view_cost) {
        f->title = "Cost of a run";
        f->subtitle = pool_text(&f->pool, "core time as it is charged, %s", band);
    } else {
        f->title = "Time to solution";
        f->subtitle = pool_text(&f->pool, "median%s%s%s", join, band,
                                !has_dots(p) ? ""
                                : most_blocks(group) > FIGURE_MOST_DOTS
                                    ? pool_text(&f->pool, "%sdots: 60 of the blocks", join)
                                    : pool_text(&f->pool, "%sdots: blocks", join));
    }
    f->heading = figure_heading(&f->pool, f->title, group->series[0]);
    f->description = describe(f, p);
    f->name = group_index == 0 ? pool_copy(&f->pool, view->name)
                               : pool_text(&f->pool, "%s-%zu", view->name, group_index + 1);
}

static struct figure_point last_point(const struct figure_view *view, const struct series *series)
{
    for (size_t i = series->point_count; i-- > 0;)
        if (isfinite(view->value(&series->points[i])))
            return (struct figure_point){.x = (double)series->points[i].cores,
                                         .y = view->value(&series->points[i])};
    return (struct figure_point){.x = NAN, .y = NAN};
}

static void find_ends(struct figure *f, struct plotted *p)
{
    p->ends = pool_alloc(&f->pool, p->group->count + 1, sizeof *p->ends);
    p->last = measured_end(p);
    for (size_t i = 0; i < p->group->count; i++) {
        const struct series *series = p->group->series[i];
        p->ends[i] = figure_has_model(&p->models, series) ? figure_model_end(&p->models, series)
                                                          : last_point(p->view, series);
        p->last = fmax(p->last, p->ends[i].x); /* not NAN */
    }
}

/* A tick for each count that was measured, and one where the curves end. */
static struct axis x_axis(struct figure *f, const struct plotted *p)
{
    size_t count = p->group->core_count, measured = count;
    int64_t *counts = pool_alloc(&f->pool, count + 1, sizeof *counts);
    memcpy(counts, p->group->cores, count * sizeof *counts);
    if (p->last >= (double)counts[count - 1] + 1) {
        counts[count] = (int64_t)p->last;
        count++;
    }
    return axis_of_cores(&f->pool, counts, count, measured, f->width - f->left - f->right,
                         f->text_size, 8);
}

static void add_border(struct figure *f, const struct plotted *p)
{
    struct figure_point *points = figure_add_mark(f, ROLE_BORDER, -1, 2);
    points[0] = (struct figure_point){.x = measured_end(p), .y = f->y.low};
    points[1] = (struct figure_point){.x = measured_end(p), .y = f->y.high};
}

static void add_marks(struct figure *f, const struct plotted *p)
{
    const struct group *group = p->group;
    if (p->models.has_beyond)
        add_border(f, p);
    for (size_t i = 0; i < group->count; i++)
        if (figure_has_model(&p->models, group->series[i]))
            figure_add_model_band(f, &p->models, group->series[i]);
    for (size_t i = 0; has_dots(p) && i < group->count; i++)
        figure_add_dots(f, group->series[i]);
    for (size_t i = 0; i < group->count; i++)
        if (is_crowded(group))
            figure_add_whiskers(f, p->view, group->series[i],
                                BAR_PIXELS * ((double)i - ((double)group->count - 1) / 2));
        else if (p->models.drawn > 0)
            figure_add_whiskers(f, p->view, group->series[i], 0);
        else
            figure_add_bands(f, p->view, group->series[i]);
    for (size_t i = 0; i < group->count; i++)
        if (figure_has_model(&p->models, group->series[i]))
            figure_add_model(f, &p->models, group->series[i]);
        else
            figure_add_curve(f, p->view, group->series[i], ROLE_LINE);
    for (size_t i = 0; i < group->count; i++)
        figure_add_curve(f, p->view, group->series[i], ROLE_POINTS);
    figure_add_halo(f, p->view, p->analysis, group);
}

static void add_view(struct figure *f, struct plotted *p, double threshold,
                     enum figure_layout layout)
{
    set_size(f, layout, p->group->count);
    f->grid_y = true;
    find_ends(f, p);
    f->y = y_axis(f, p);
    f->left = 12 + axis_text_pixels(&f->y, f->text_size);
    f->right = figure_label_margin(f, p->group, p->ends, layout == LAYOUT_WIDE ? 150 : 92);
    f->x = x_axis(f, p);
    add_yardstick(f, p, threshold);
    add_marks(f, p);
    figure_add_ticks(f, "cores");
    figure_add_labels(f, p->group, p->ends);
    if (p->view == &figure_view_speedup)
        figure_note_ideal(f);
    else if (p->view == &figure_view_efficiency)
        figure_note_threshold(f, threshold);
    if (p->models.has_beyond)
        figure_note_beyond(f, measured_end(p), p->last);
}

static size_t add_views(struct figure *out, const struct figure_view *const *views,
                        size_t view_count, const struct analysis *analysis,
                        const struct group *group, size_t group_index, double efficiency,
                        enum figure_layout layout)
{
    size_t count = 0;
    for (size_t i = 0; i < view_count; i++) {
        struct interval range = range_of(group, views[i]);
        if (!isfinite(range.low) || !isfinite(range.high))
            continue;
        struct figure *f = &out[count++];
        *f = (struct figure){.pool = POOL_INIT};
        struct plotted p = {.view = views[i], .analysis = analysis, .group = group};
        if (analysis != NULL)
            p.models =
                figure_models_of(group, group_answer_series(analysis, group), views[i]->model);
        set_words(f, &p, group_index);
        add_view(f, &p, efficiency, layout);
    }
    return count;
}

size_t figures_compare(struct figure *out, const struct group *group, size_t group_index,
                       enum figure_layout layout)
{
    static const struct figure_view *const views[] = {&figure_view_time, &figure_view_speedup,
                                                      &figure_view_cost};
    if (group->core_count == 0)
        return 0;
    return add_views(out, views, sizeof views / sizeof *views, NULL, group, group_index, NAN,
                     layout);
}

/* What is drawn over core counts: of many backends those that are curves; the others are in the
 * plot of all backends. */
static size_t add_curves(struct figure *out, const struct analysis *analysis,
                         const struct group *group, size_t group_index, double efficiency,
                         enum figure_layout layout)
{
    static const struct figure_view *const views[] = {&figure_view_speedup, &figure_view_efficiency,
                                                      &figure_view_time};
    if (group->count == 0)
        return 0;
    size_t count = add_views(out, views, sizeof views / sizeof *views, analysis, group,
                             group_index, efficiency, layout);
    struct figure *f = &out[count++];
    *f = (struct figure){.pool = POOL_INIT};
    figure_optimum(f, group, group_index, layout == LAYOUT_NARROW);
    return count;
}

size_t figures_make(struct figure *out, const struct analysis *analysis, const struct group *group,
                    size_t group_index, double efficiency, enum figure_layout layout)
{
    if (group->core_count == 0)
        return 0;
    struct pool pool = POOL_INIT;
    struct ranking ranking = ranking_of(&pool, group);
    struct group curves = *group;
    size_t count = 0;
    if (ranking_needed(&ranking)) {
        out[count] = (struct figure){.pool = POOL_INIT};
        figure_ranking(&out[count++], &ranking, group, group_index, layout == LAYOUT_NARROW);
        curves = ranking_curves(&pool, group);
    }
    count += add_curves(out + count, analysis, &curves, group_index, efficiency, layout);
    pool_free(&pool);
    return count;
}

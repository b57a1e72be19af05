#include "figure_ratios.h"

#include <math.h>
#include <string.h>

#include "compare_words.h"
#include "groups.h"
#include "utf8.h"
#include "wording.h"

enum { MOST_ROWS = 40, ROW_PIXELS = 20 };

struct rows {
    const struct comparison *list[MOST_ROWS];
    size_t count;
};

const char *figure_ratios_backend(const struct compare_contest *contest)
{
    for (size_t i = 0; i < contest->comparison_count; i++)
        if (contest->comparisons[i].view == VIEW_BEST)
            return contest->comparisons[i].b.series->backend;
    return contest->comparison_count > 0 ? contest->comparisons[0].b.series->backend : "";
}

/*
 * Prices are left out: nearly alike on all counts of a program that scales, they
 * make ratios of times that would squeeze all others. Before and after, the same
 * counts say it all.
 */
static bool is_drawn(const struct compare *c, int view)
{
    return view != VIEW_SAME_COST && (view == VIEW_SAME_CORES || !c->same_machine);
}

static void find_rows(struct rows *rows, const struct compare *c,
                      const struct compare_contest *contest)
{
    const char *backend = figure_ratios_backend(contest);
    for (size_t entrant = 1; entrant < c->entrant_count; entrant++)
        for (int view = VIEW_COUNT - 1; view >= 0; view--)
            for (size_t i = 0; i < contest->comparison_count; i++) {
                const struct comparison *at = &contest->comparisons[i];
                if ((int)at->view != view || at->a.entrant != entrant ||
                    (at->view != VIEW_BEST && strcmp(at->b.series->backend, backend) != 0) ||
                    !is_drawn(c, view) || !interval_exists(at->ratio.ci95) ||
                    rows->count == MOST_ROWS)
                    continue;
                rows->list[rows->count++] = at;
            }
}

static const char *row_name(struct pool *pool, const struct comparison *at)
{
    struct strbuf sb = STRBUF_INIT;
    switch (at->view) {
    case VIEW_SAME_CORES: wording_plural(&sb, at->b.point->cores, "core", "cores"); break;
    case VIEW_ONE_NODE: strbuf_add(&sb, "one node each"); break;
    case VIEW_SAME_COST: strbuf_add(&sb, "same price"); break;
    case VIEW_BEST:
    case VIEW_COUNT: strbuf_add(&sb, "own best each"); break;
    }
    const char *name = pool_copy(pool, sb.str);
    strbuf_free(&sb);
    return name;
}

/* Ends of all intervals, and 1. */
static struct interval range_of(const struct rows *rows)
{
    struct interval range = {0.97, 1.03};
    for (size_t i = 0; i < rows->count; i++) {
        const struct compare_ratio *ratio = &rows->list[i]->ratio;
        bool both = interval_exists(ratio->claim.ci);
        range.low = fmin(range.low, both ? ratio->claim.ci.low : ratio->ci95.low);
        range.high = fmax(range.high, both ? ratio->claim.ci.high : ratio->ci95.high);
    }
    return range;
}

static double tick_step(struct interval range, size_t most)
{
    static const double steps[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50};
    size_t i = 0;
    while (i + 1 < sizeof steps / sizeof *steps &&
           (range.high - range.low) / steps[i] > (double)most)
        i++;
    return steps[i];
}

/* A tick's text unless it would touch the one before. */
static void add_tick(struct pool *pool, struct axis *axis, double at, int decimals, double pixels,
                     double *last)
{
    enum { TEXT_PIXELS = 42 };
    struct strbuf sb = STRBUF_INIT;
    double place = axis_place(axis, at) * pixels;
    wording_fixed(&sb, at, decimals);
    strbuf_add(&sb, "×");
    bool room = place - *last > TEXT_PIXELS;
    axis->ticks[axis->tick_count++] =
        (struct axis_tick){.at = at, .text = room ? pool_copy(pool, sb.str) : ""};
    *last = room ? place : *last;
    strbuf_free(&sb);
}

/* Ticks that a person would choose: equal steps, or doublings of a wide range. */
static struct axis axis_of(struct pool *pool, struct interval range, double pixels)
{
    enum { MOST = 16 };
    double margin = pow(range.high / range.low, 12 / pixels), last = -1e9;
    struct axis axis = {.low = range.low / margin,
                        .high = range.high * margin,
                        .log = true,
                        .ticks = pool_alloc(pool, MOST + 1, sizeof *axis.ticks)};
    if (range.high / range.low > 5) { /* else there may be just one */
        double factor = log2(range.high / range.low) > 8 ? 4 : 2;
        for (double at = pow(factor, ceil(log(axis.low) / log(factor)));
             at <= axis.high && axis.tick_count < MOST; at *= factor)
            add_tick(pool, &axis, at, at < 0.2 ? 3 : at < 0.4 ? 2 : at < 0.9 ? 1 : 0, pixels,
                     &last);
        return axis;
    }
    double step = tick_step(range, pixels > 250 ? 7 : 5);
    for (double k = ceil(axis.low / step); k * step <= axis.high && axis.tick_count < MOST; k++)
        add_tick(pool, &axis, k * step, step < 0.1 ? 2 : step < 1 ? 1 : 0, pixels, &last);
    return axis;
}

static void add_line(struct figure *f, enum figure_role role, int colour, struct interval from_to,
                     double y)
{
    struct figure_point *points = figure_add_mark(f, role, colour, 2);
    points[0].x = from_to.low;
    points[1].x = from_to.high;
    points[0].y = points[1].y = y;
}

static void add_row(struct figure *f, const struct comparison *at, double y)
{
    int colour = (int)at->a.entrant;
    if (interval_exists(at->ratio.claim.ci))
        add_line(f, ROLE_LINK, colour, at->ratio.claim.ci, y);
    add_line(f, ROLE_BAR, colour, at->ratio.ci95, y);
    struct figure_point *point = figure_add_mark(f, ROLE_POINTS, colour, 1);
    *point = (struct figure_point){.x = at->ratio.claim.ratio, .y = y, .title = at->sentence};
}

static void set_words(struct figure *f, const struct compare *c,
                      const struct compare_contest *contest, size_t index)
{
    const char *reference = c->entrants[0].label;
    f->name = index == 0 ? "ratios" : pool_text(&f->pool, "ratios-%zu", index + 1);
    f->title = pool_text(&f->pool, "Time against %s", reference);
    f->subtitle = "●\u00a0ratio of medians, bar: 95 % each, line: 95 % for all together";
    f->heading = pool_text(&f->pool, "%s%s%s", f->title, contest->kernel[0] != '\0' ? ": " : "",
                           contest->kernel);
    f->description = pool_text(&f->pool,
                               "Ratios of times to those of %s, with intervals. The tables below "
                               "hold the same figures.",
                               reference);
}

/* The cluster's name above its rows, where there are several. */
static bool begins_entrant(const struct rows *rows, size_t i)
{
    return i == 0 || rows->list[i]->a.entrant != rows->list[i - 1]->a.entrant;
}

bool figure_ratios(struct figure *f, const struct compare *c,
                   const struct compare_contest *contest, size_t index, bool narrow)
{
    struct rows rows = {.count = 0};
    bool named = c->entrant_count > 2;
    size_t lines = 0;
    find_rows(&rows, c, contest);
    if (rows.count == 0)
        return false;
    for (size_t i = 0; i < rows.count; i++)
        lines += named && begins_entrant(&rows, i) ? 2 : 1;
    *f = (struct figure){.pool = POOL_INIT};
    set_words(f, c, contest, index);
    f->width = narrow ? 360 : 520;
    f->text_size = 12;
    f->top = 14;
    f->bottom = f->text_size * 3.6;
    f->height = fmax(narrow ? 160 : 320, f->top + f->bottom + ROW_PIXELS * (double)lines);
    f->right = 18;
    f->left = 118;
    f->grid_x = true;
    f->x = axis_of(&f->pool, range_of(&rows), f->width - f->left - f->right);
    f->y = (struct axis){.low = 0.4, .high = (double)lines + 0.6};
    struct figure_point *one = figure_add_mark(f, ROLE_IDEAL, -1, 2);
    one[0] = (struct figure_point){.x = 1, .y = 0.4};
    one[1] = (struct figure_point){.x = 1, .y = (double)lines + 0.6};
    double y = (double)lines;
    for (size_t i = 0; i < rows.count; i++, y--) {
        const char *name = row_name(&f->pool, rows.list[i]);
        if (named && begins_entrant(&rows, i)) {
            struct figure_text *text =
                figure_add_text(f, TEXT_LABEL, 2, figure_y(f, y), ANCHOR_START,
                                c->entrants[rows.list[i]->a.entrant].label);
            text->colour = (int)rows.list[i]->a.entrant;
            figure_cut(f, text, f->width - 20);
            y--;
        }
        add_row(f, rows.list[i], y);
        figure_add_text(f, TEXT_TICK, f->left - 12, figure_y(f, y), ANCHOR_END, name);
    }
    figure_add_ticks(f, narrow ? "time / reference's time"
                               : pool_text(&f->pool, "time / time of %s", c->entrants[0].label));
    return true;
}

#include "figure_use.h"

#include <math.h>

#include "figure_labels.h"
#include "utf8.h"
#include "wording.h"

/* What is drawn over the time: one of these a plot. */
struct measure {
    const char *name, *title;
    double (*value)(const struct sample *sample);
    double (*granted)(const struct use_view *view);
    void (*say)(struct strbuf *sb, double value);
    /* What was granted is drawn where it is no more than so many times the use. Cores always
     * are: the gap is what is to be seen; memory mostly comes with the cores, whoever needs it. */
    double most_above;
};

static double cores_of(const struct sample *sample)
{
    return sample->cores;
}

static double memory_of(const struct sample *sample)
{
    return sample->memory_bytes;
}

static void say_cores(struct strbuf *sb, double value)
{
    wording_fixed(sb, value, value == round(value) ? 0 : 1);
    strbuf_add(sb, value == 1 ? " core" : " cores");
}

static const struct measure cpu = {"use-cpu",         "Cores busy", cores_of,
                                   use_granted_cores, say_cores,    INFINITY};
static const struct measure memory = {"use-memory",       "Memory",      memory_of,
                                      use_granted_memory, wording_bytes, 4};

static double largest(const struct use_view *view, const struct measure *measure)
{
    double most = 0;
    for (size_t i = 0; i < view->count; i++)
        most = fmax(most, measure->value(&view->samples[i]));
    return most;
}

/* --- axes --- */

static struct axis time_axis(struct figure *f, double seconds, const char **name)
{
    static const struct {
        double from, unit;
        const char *name;
    } units[] = {{3 * 3600, 3600, "hours since the start"},
                 {180, 60, "minutes since the start"},
                 {0, 1, "seconds since the start"}};
    size_t i = 0;
    while (seconds < units[i].from)
        i++;
    *name = units[i].name;
    return axis_of_amounts(&f->pool, seconds, units[i].unit, "", 6);
}

/* Whole cores where there are several. */
static struct axis core_axis(struct figure *f, double high)
{
    return axis_of_amounts(&f->pool, high, 1, "", high >= 2 ? (int)fmin(5, floor(high)) : 5);
}

static struct axis memory_axis(struct figure *f, double high)
{
    static const char *const names[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
    double unit = 1;
    size_t i = 0;
    while (high >= 1024 * unit && i + 1 < sizeof names / sizeof *names) {
        unit *= 1024;
        i++;
    }
    return axis_of_amounts(&f->pool, high, unit, names[i], 5);
}

/* --- marks --- */

/* Each sample is a step: its value holds from its begin to its end. */
static void add_steps(struct figure *f, const struct use_view *view, const struct measure *measure,
                      enum figure_role role)
{
    struct figure_point *points = figure_add_mark(f, role, view->series->colour, 2 * view->count);
    double begin = 0, value = 0;
    for (size_t i = 0; i < view->count; i++) {
        double seen = measure->value(&view->samples[i]);
        value = isfinite(seen) ? seen : value; /* nobody looked: as before */
        for (size_t end = 0; end < 2; end++) {
            struct figure_point *p = &points[2 * i + end];
            p->x = end == 0 ? begin : view->samples[i].seconds;
            p->y = p->high = value;
        }
        begin = view->samples[i].seconds;
    }
}

/* A whole node may have been granted, of which the point was to use a part. */
static const char *granted_word(const struct use_view *view, const struct measure *measure)
{
    bool part = measure == &cpu && view->point->asked_cores != view->point->allocated_cores;
    return part ? " to run on" : " granted";
}

static void add_granted(struct figure *f, const struct use_view *view,
                        const struct measure *measure)
{
    struct strbuf sb = STRBUF_INIT;
    double granted = measure->granted(view);
    bool shown = granted <= f->y.high;
    if (!isfinite(granted))
        return;
    measure->say(&sb, granted);
    strbuf_add(&sb, granted_word(view, measure));
    strbuf_add(&sb, shown ? "" : ", far above");
    if (shown) {
        struct figure_point *points = figure_add_mark(f, ROLE_THRESHOLD, -1, 2);
        points[0].x = f->x.low;
        points[1].x = f->x.high;
        points[0].y = points[1].y = granted;
    }
    double y = shown ? figure_y(f, granted) - f->text_size * 0.7 : f->top + f->text_size * 0.7;
    figure_add_text(f, TEXT_NOTE, f->width - f->right - 4, y, ANCHOR_END, sb.str);
    strbuf_free(&sb);
}

/* --- words --- */

static const char *describe(struct figure *f, const struct use_view *view,
                            const struct measure *measure)
{
    struct use_summary sum = use_summarise(view);
    double granted = measure->granted(view);
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s over time, for %s on ", measure->title, view->series->backend);
    wording_plural(&sb, view->point->cores, "core", "cores");
    strbuf_add(&sb, ": in ");
    wording_seconds(&sb, sum.seconds);
    strbuf_add(&sb, measure == &cpu ? ", on average " : ", at most ");
    measure->say(&sb, measure == &cpu ? sum.mean_cores : sum.most_memory_bytes);
    if (isfinite(granted)) {
        strbuf_add(&sb, " of ");
        measure->say(&sb, granted);
        strbuf_add(&sb, granted_word(view, measure));
    }
    strbuf_add(&sb, ". The text beside it says the same.");
    const char *text = pool_copy(&f->pool, sb.str);
    strbuf_free(&sb);
    return text;
}

/* As much of the heading as there is room for above the plot. */
static const char *heading_of(struct figure *f, const struct series *series)
{
    enum { HEADING_SIZE = 14, SIDES = 24 };
    const char *name = pool_text(&f->pool, "%s, %s", f->title, f->subtitle);
    const char *whole = figure_heading(&f->pool, name, series);
    double room = f->width - SIDES;
    if (utf8_text_pixels(whole, HEADING_SIZE) <= room)
        return whole;
    size_t fits = utf8_fit(name, HEADING_SIZE, room);
    return name[fits] == '\0' ? name : pool_text(&f->pool, "%.*s…", (int)fits, name);
}

static void set_words(struct figure *f, const struct use_view *view, const struct measure *measure,
                      size_t index)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s on ", view->series->backend);
    wording_plural(&sb, view->point->cores, "core", "cores");
    if (view->source == USAGE_FIRST_NODE)
        strbuf_addf(&sb, ", the first of %lld nodes", (long long)view->point->nodes);
    f->subtitle = pool_copy(&f->pool, sb.str);
    strbuf_free(&sb);
    f->title = measure->title;
    f->heading = heading_of(f, view->series);
    f->description = describe(f, view, measure);
    f->name = index == 0 ? measure->name : pool_text(&f->pool, "%s-%zu", measure->name, index + 1);
}

static void make(struct figure *f, const struct use_view *view, const struct measure *measure,
                 size_t index, enum figure_layout layout)
{
    const char *x_name;
    double most = largest(view, measure), granted = measure->granted(view);
    *f = (struct figure){.pool = POOL_INIT, .text_size = 12, .top = 14, .grid_y = true};
    f->width = layout == LAYOUT_WIDE ? 520 : 360;
    f->height = layout == LAYOUT_WIDE ? 200 : 180;
    f->bottom = f->text_size * 3.6;
    set_words(f, view, measure, index);
    if (most == 0 || granted <= measure->most_above * most) /* who only waits uses nothing */
        most = fmax(most, granted); /* of one that is NAN the other */
    most = most > 0 ? 1.2 * most : 1; /* room for a word above the line */
    f->y = measure == &cpu ? core_axis(f, most) : memory_axis(f, most);
    f->left = 12 + axis_text_pixels(&f->y, f->text_size);
    f->right = 18;
    f->x = time_axis(f, view->samples[view->count - 1].seconds, &x_name);
    add_steps(f, view, measure, ROLE_BAND);
    add_steps(f, view, measure, ROLE_LINE);
    add_granted(f, view, measure);
    figure_add_ticks(f, x_name);
}

size_t figures_use(struct figure *out, const struct use_view *view, size_t index,
                   enum figure_layout layout)
{
    size_t count = 0;
    make(&out[count++], view, &cpu, index, layout);
    if (largest(view, &memory) > 0)
        make(&out[count++], view, &memory, index, layout);
    return count;
}

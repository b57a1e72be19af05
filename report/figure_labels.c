#include "figure_labels.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "utf8.h"
#include "wording.h"

enum { LABEL_GAP = 15, LABEL_LEAST_MARGIN = 26 }; /* pixels */
enum { BUNDLE_LEAST = 3 }; /* curves that end together: fewer are led to each on its own */

static double farthest(const struct group *group, const struct figure_point *ends)
{
    double most = NAN;
    for (size_t i = 0; i < group->count; i++)
        most = fmax(most, ends[i].x);
    return most;
}

double figure_label_margin(const struct figure *f, const struct group *group,
                           const struct figure_point *ends, double most)
{
    double last = farthest(group, ends);
    double widest = LABEL_LEAST_MARGIN - LABEL_GAP - 4;
    for (size_t i = 0; i < group->count; i++)
        if (ends[i].x == last)
            widest = fmax(widest, utf8_text_pixels(group->series[i]->label, f->text_size));
    return fmin(widest, most) + LABEL_GAP + 4;
}

static bool is_in_the_way(enum figure_role role)
{
    return role == ROLE_LINE || role == ROLE_MODEL || role == ROLE_MODEL_BEYOND ||
           role == ROLE_IDEAL || role == ROLE_POINTS;
}

/* The least vertical distance between the plot's lines and names and a text around
 * (x..x + width, y); large where none is near. */
static double clearance(const struct figure *f, double x, double width, double y)
{
    double least = 1000;
    for (size_t i = 0; i < f->text_count; i++) {
        const struct figure_text *other = &f->texts[i];
        double end = other->x + utf8_text_pixels(other->text, f->text_size);
        if (other->role == TEXT_LABEL && other->x < x + width + 6 && end > x - 6)
            least = fmin(least, fabs(other->y - y));
    }
    for (size_t m = 0; m < f->mark_count; m++) {
        const struct figure_mark *mark = &f->marks[m];
        if (!is_in_the_way(mark->role))
            continue;
        for (size_t i = 0; i < mark->count; i++) {
            double x0 = figure_x(f, mark->points[i].x), y0 = figure_y(f, mark->points[i].y);
            if (x0 > x - 6 && x0 < x + width + 6)
                least = fmin(least, fabs(y0 - y));
            if (i == 0 || mark->role == ROLE_POINTS)
                continue;
            double x1 = figure_x(f, mark->points[i - 1].x), y1 = figure_y(f, mark->points[i - 1].y);
            for (int step = 0; step <= 6; step++) {
                double at = x + width * step / 6;
                if (at >= x1 && at <= x0 && x0 > x1)
                    least = fmin(least, fabs(y1 + (y0 - y1) * (at - x1) / (x0 - x1) - y));
            }
        }
    }
    return least;
}

/* Curves that end before the last count have their name beside their last
 * point, at the nearest place where no line passes. */
static double beside(const struct figure *f, const char *name, double x, double y)
{
    static const double lines[] = {0, -1, 1, -1.7, 1.7, -2.4, 2.4, -3.2, 3.2};
    double width = utf8_text_pixels(name, f->text_size), best = y, best_room = -1;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        double at = y + lines[i] * f->text_size;
        if (at < f->top || at > f->height - f->bottom - 8)
            continue;
        double room = clearance(f, x, width, at);
        if (room >= f->text_size * 0.9)
            return at;
        if (room > best_room) {
            best_room = room;
            best = at;
        }
    }
    return best;
}

/* A name that stands away from its point is led to it. */
static void lead(struct figure_text *text, double x, double y)
{
    text->has_leader = fabs(text->y - y) > 5;
    text->from_x = x;
    text->from_y = y;
}

struct label_place {
    size_t text;
    double end_x; /* labels of curves that end at the same count share a column */
    double end_y;
};

static int by_end(const void *a, const void *b)
{
    const struct label_place *left = a, *right = b;
    if (left->end_x != right->end_x)
        return left->end_x < right->end_x ? -1 : 1;
    return (left->text > right->text) - (left->text < right->text);
}

static void spread(struct figure *f, const struct label_place *places, size_t count)
{
    struct figure_text **texts = xcalloc(count + 1, sizeof *texts);
    for (size_t first = 0; first < count;) {
        size_t end = first;
        for (; end < count && places[end].end_x == places[first].end_x; end++)
            texts[end - first] = &f->texts[places[end].text];
        figure_push_apart(texts, end - first, f->text_size * 1.2, f->top,
                          f->height - f->bottom - 4);
        first = end;
    }
    free(texts);
}

/* The end of the labels whose curves end within one line's height of the first's. */
static size_t bundle_end(const struct figure *f, const struct label_place *places, size_t first,
                         size_t count)
{
    size_t end = first + 1;
    while (end < count && places[end].end_x == places[first].end_x &&
           fabs(places[end].end_y - places[first].end_y) <= f->text_size * 1.2)
        end++;
    return end;
}

/* One line leads to the middle of the bundle, and one beside it joins its names. */
static void lead_bundle(struct figure *f, const struct label_place *places, size_t count)
{
    size_t middle = count / 2;
    for (size_t i = 0; i < count; i++) {
        struct figure_text *text = &f->texts[places[i].text];
        const struct figure_text *neighbour =
            &f->texts[places[i < middle ? i + 1 : i > middle ? i - 1 : i].text];
        text->has_leader = true;
        text->from_x = i == middle ? places[i].end_x - LABEL_GAP + 5 : text->x - 2;
        text->from_y = i == middle ? places[i].end_y : neighbour->y;
    }
}

static int by_height(const void *a, const void *b)
{
    const struct label_place *left = a, *right = b;
    if (left->end_x != right->end_x)
        return left->end_x < right->end_x ? -1 : 1;
    return (left->end_y > right->end_y) - (left->end_y < right->end_y);
}

static void lead_all(struct figure *f, struct label_place *places, size_t count)
{
    qsort(places, count, sizeof *places, by_height);
    for (size_t first = 0, end; first < count; first = end) {
        end = bundle_end(f, places, first, count);
        bool in_margin = places[first].end_x == places[count - 1].end_x; /* others dodge lines */
        if (in_margin && end - first >= BUNDLE_LEAST) {
            lead_bundle(f, places + first, end - first);
            continue;
        }
        for (size_t i = first; i < end; i++)
            lead(&f->texts[places[i].text], places[i].end_x - LABEL_GAP + 5, places[i].end_y);
    }
}

void figure_add_labels(struct figure *f, const struct group *group, const struct figure_point *ends)
{
    double last = farthest(group, ends);
    struct label_place *places = xcalloc(group->count + 1, sizeof *places);
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct series *series = group->series[i];
        if (isnan(ends[i].x))
            continue;
        double x = figure_x(f, ends[i].x) + LABEL_GAP;
        double end_y = figure_y(f, ends[i].y), y = end_y;
        if (ends[i].x < last)
            y = beside(f, group->series[i]->label, x, y);
        struct figure_text *text =
            figure_add_text(f, TEXT_LABEL, x, y, ANCHOR_START, group->series[i]->label);
        text->colour = series->colour;
        figure_cut(f, text, f->width - x - 2);
        places[count++] =
            (struct label_place){.text = f->text_count - 1, .end_x = x, .end_y = end_y};
    }
    qsort(places, count, sizeof *places, by_end);
    spread(f, places, count);
    lead_all(f, places, count);
    free(places);
}

void figure_note_ideal(struct figure *f)
{
    for (size_t i = 0; i < f->mark_count; i++) {
        if (f->marks[i].role != ROLE_IDEAL)
            continue;
        const struct figure_point *end = &f->marks[i].points[f->marks[i].count - 1];
        figure_add_text(f, TEXT_NOTE, figure_x(f, end->x) - 16, figure_y(f, end->y) + 2, ANCHOR_END,
                        "ideal");
        return;
    }
}

/* In the stretch between the two, above or below the curves. */
void figure_note_beyond(struct figure *f, double from, double end)
{
    static const char text[] = "extrapolated";
    double left = figure_x(f, from), right = figure_x(f, end);
    double width = utf8_text_pixels(text, f->text_size);
    double x = fmax((left + right - width) / 2, left + 4); /* the right margin has room beyond */
    x = fmin(x, f->width - width - 2);
    double top = f->top + f->text_size * 0.5, bottom = f->height - f->bottom - f->text_size * 0.8;
    double y = clearance(f, x, width, bottom) >= clearance(f, x, width, top) ? bottom : top;
    figure_add_text(f, TEXT_NOTE, x, y, ANCHOR_START, text);
}

void figure_note_threshold(struct figure *f, double threshold)
{
    struct strbuf sb = STRBUF_INIT;
    wording_percent(&sb, threshold);
    strbuf_add(&sb, " threshold");
    double width = utf8_text_pixels(sb.str, f->text_size), y = figure_y(f, threshold);
    double best = -1, best_x = 0, best_y = 0;
    for (int place = 0; place < 6; place++) {
        double room = f->width - f->right - f->left - width - 12;
        double x = f->left + 6 + room * (place / 2) / 2;
        double at = place % 2 == 0 ? y - f->text_size * 0.7 : y + f->text_size * 0.8;
        double distance = fmin(clearance(f, x, width, at), 20);
        if (distance > best + 1) {
            best = distance;
            best_x = x;
            best_y = at;
        }
    }
    figure_add_text(f, TEXT_NOTE, best_x, best_y, ANCHOR_START, sb.str);
    strbuf_free(&sb);
}

const char *figure_heading(struct pool *pool, const char *title, const struct series *series)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s: %s", title, series->kernel);
    if (series->cluster[0] != '\0')
        strbuf_addf(&sb, " on %s", series->cluster);
    if (isfinite(series->size)) {
        strbuf_add(&sb, ", n = ");
        wording_size(&sb, series->size);
    }
    const char *heading = pool_copy(pool, sb.str);
    strbuf_free(&sb);
    return heading;
}

const char *figure_description(struct pool *pool, const char *title, const struct group *group)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s on ", title);
    wording_list(&sb, group->cores, group->core_count);
    strbuf_add(&sb,
               group->core_count == 1 && group->cores[0] == 1 ? " core, for " : " cores, for ");
    for (size_t i = 0; i < group->count; i++)
        strbuf_addf(&sb, "%s%s", wording_separator(i, group->count), group->series[i]->label);
    strbuf_add(&sb, ". The tables below hold the same figures.");
    const char *description = pool_copy(pool, sb.str);
    strbuf_free(&sb);
    return description;
}

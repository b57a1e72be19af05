#include "figure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alloc.h"
#include "utf8.h"

void figure_free(struct figure *figure)
{
    free(figure->marks);
    free(figure->texts);
    pool_free(&figure->pool);
    *figure = (struct figure){.name = ""};
}

enum figure_shape figure_shape(int colour)
{
    return (enum figure_shape)((colour + colour / FIGURE_COLOURS) % SHAPE_COUNT);
}

double figure_x(const struct figure *f, double value)
{
    return f->left + axis_place(&f->x, value) * (f->width - f->left - f->right);
}

double figure_y(const struct figure *f, double value)
{
    return f->height - f->bottom - axis_place(&f->y, value) * (f->height - f->top - f->bottom);
}

struct figure_point *figure_add_mark(struct figure *f, enum figure_role role, int colour,
                                     size_t count)
{
    array_grow(&f->marks, f->mark_count, &f->mark_capacity, sizeof *f->marks);
    struct figure_point *points = pool_alloc(&f->pool, count + 1, sizeof *points);
    f->marks[f->mark_count++] =
        (struct figure_mark){.role = role, .colour = colour, .points = points, .count = count};
    return points;
}

struct figure_text *figure_add_text(struct figure *f, enum figure_text_role role, double x,
                                    double y, enum figure_anchor anchor, const char *text)
{
    array_grow(&f->texts, f->text_count, &f->text_capacity, sizeof *f->texts);
    f->texts[f->text_count] = (struct figure_text){.x = x,
                                                   .y = y,
                                                   .anchor = anchor,
                                                   .role = role,
                                                   .colour = -1,
                                                   .text = pool_copy(&f->pool, text)};
    return &f->texts[f->text_count++];
}

void figure_add_ticks(struct figure *f, const char *x_name)
{
    double base = f->height - f->bottom;
    for (size_t i = 0; i < f->x.tick_count; i++)
        if (f->x.ticks[i].text[0] != '\0')
            figure_add_text(f, TEXT_TICK, figure_x(f, f->x.ticks[i].at), base + f->text_size * 1.35,
                            ANCHOR_MIDDLE, f->x.ticks[i].text);
    for (size_t i = 0; i < f->y.tick_count; i++)
        if (f->y.ticks[i].text[0] != '\0')
            figure_add_text(f, TEXT_TICK, f->left - 8, figure_y(f, f->y.ticks[i].at), ANCHOR_END,
                            f->y.ticks[i].text);
    figure_add_text(f, TEXT_AXIS, (f->left + f->width - f->right) / 2, base + f->text_size * 2.8,
                    ANCHOR_MIDDLE, x_name);
}

void figure_cut(struct figure *f, struct figure_text *text, double pixels)
{
    size_t fits = utf8_fit(text->text, f->text_size, pixels);
    if (text->text[fits] == '\0')
        return;
    text->full = text->text;
    text->text = pool_text(&f->pool, "%.*s…", (int)fits, text->full);
}

static int by_place(const void *a, const void *b)
{
    const struct figure_text *left = *(struct figure_text *const *)a;
    const struct figure_text *right = *(struct figure_text *const *)b;
    if (left->y != right->y)
        return left->y < right->y ? -1 : 1;
    return (left > right) - (left < right); /* texts are elements of one array */
}

/* Neighbours that touch become a group, placed at the mean of its members'
 * wishes: the least-squares answer, found from top to bottom. */
void figure_push_apart(struct figure_text **texts, size_t count, double spacing, double top,
                       double bottom)
{
    struct group {
        double centre;
        size_t first, count;
    } *groups = xcalloc(count + 1, sizeof *groups);
    size_t group_count = 0;
    if (count > 1 && spacing * (double)(count - 1) > bottom - top)
        spacing = (bottom - top) / (double)(count - 1);
    qsort(texts, count, sizeof *texts, by_place);
    for (size_t i = 0; i < count; i++) {
        groups[group_count++] = (struct group){texts[i]->y, i, 1};
        for (;;) {
            struct group *last = &groups[group_count - 1];
            double half = spacing * (double)(last->count - 1) / 2;
            last->centre = fmin(fmax(last->centre, top + half), bottom - half);
            if (group_count == 1)
                break;
            struct group *above = last - 1;
            double needed = spacing * (double)(last->count + above->count) / 2;
            if (last->centre - above->centre >= needed - 1e-9)
                break;
            /* Their wishes, weighed by their members; the joint centre is shifted by
             * where each part stands in the new group. */
            double above_wish = above->centre + spacing * (double)last->count / 2;
            double last_wish = last->centre - spacing * (double)above->count / 2;
            above->centre = (above_wish * (double)above->count + last_wish * (double)last->count) /
                            (double)(above->count + last->count);
            above->count += last->count;
            group_count--;
        }
    }
    for (size_t g = 0; g < group_count; g++)
        for (size_t i = 0; i < groups[g].count; i++)
            texts[groups[g].first + i]->y =
                groups[g].centre + spacing * ((double)i - (double)(groups[g].count - 1) / 2);
    free(groups);
}

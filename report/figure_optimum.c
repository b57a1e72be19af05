#include "figure_optimum.h"

#include <math.h>
#include <string.h>

#include "figure_labels.h"
#include "utf8.h"
#include "wording.h"

static double row_y(const struct group *group, size_t row)
{
    return (double)(group->count - row);
}

/* Rows bear a note above their points. */
static double row_pixels(const struct group *group, bool narrow)
{
    return group->count > 8 ? 28 : narrow ? 40 : 36;
}

static void add_line(struct figure *f, enum figure_role role, int colour, double from, double to,
                     double y)
{
    struct figure_point *points = figure_add_mark(f, role, colour, 2);
    points[0].x = from;
    points[1].x = to;
    points[0].y = points[1].y = y;
}

static void add_point(struct figure *f, enum figure_role role, const struct series *series,
                      int64_t cores, double y, const char *what)
{
    struct strbuf sb = STRBUF_INIT;
    struct figure_point *point = figure_add_mark(f, role, series->colour, 1);
    strbuf_addf(&sb, "%s, ", series->label);
    wording_plural(&sb, cores, "core", "cores");
    strbuf_addf(&sb, ": %s", what);
    *point =
        (struct figure_point){.x = (double)cores, .y = y, .title = pool_copy(&f->pool, sb.str)};
    strbuf_free(&sb);
}

static const char *row_note(const struct series *series)
{
    if (series->optimum.kind == OPTIMUM_NONE)
        return "no recommendation";
    if (series->optimum.kind == OPTIMUM_DO_NOT_PARALLELISE && series->point_count > 1)
        return "do not parallelise";
    if (series->optimum.kind == OPTIMUM_AT_LEAST && series->point_count > 1)
        return "or more: larger not tested";
    return NULL;
}

static void add_row(struct figure *f, const struct group *group, size_t row)
{
    const struct series *series = group->series[row];
    const struct optimum *best = &series->optimum;
    double y = row_y(group, row);
    double note_x = f->left + 4;
    if (best->candidate_count > 0) {
        double first = (double)best->candidates[0];
        double last = (double)best->candidates[best->candidate_count - 1];
        if (best->recommended > 0 && (double)best->recommended < first)
            add_line(f, ROLE_LINK, series->colour, (double)best->recommended, first, y);
        if (last > first)
            add_line(f, ROLE_BAR, series->colour, first, last, y);
    } else if (best->recommended > 0 && best->fastest > 0 && best->recommended != best->fastest) {
        add_line(f, ROLE_LINK, series->colour, (double)best->recommended, (double)best->fastest, y);
    }
    if (best->recommended > 0) {
        add_point(f, ROLE_CHOICE, series, best->recommended, y,
                  best->fastest == best->recommended ? "recommended, and the fastest"
                                                     : "recommended");
        note_x = figure_x(f, (double)best->recommended);
    }
    else if (best->fastest > 0)
        note_x = figure_x(f, (double)best->fastest);
    if (best->fastest > 0)
        add_point(f, best->fastest == best->recommended ? ROLE_HALO : ROLE_RING, series,
                  best->fastest, y,
                  best->fastest == best->recommended ? "recommended, and the fastest" : "fastest");
    const char *note = row_note(series);
    bool right_half = note_x > (f->left + f->width - f->right) / 2;
    if (note != NULL)
        figure_add_text(f, TEXT_NOTE, note_x + (right_half ? 7 : 0),
                        figure_y(f, y) - (best->fastest > 0 ? 14 : 0),
                        right_half ? ANCHOR_END : ANCHOR_START, note);
}

void figure_optimum(struct figure *f, const struct group *group, size_t group_index, bool narrow)
{
    double widest = 0, most = narrow ? 110 : 170;
    f->name = group_index == 0 ? "optimal-cores"
                               : pool_text(&f->pool, "optimal-cores-%zu", group_index + 1);
    f->title = "Optimal cores";
    f->subtitle = "●\u00a0recommended, ○\u00a0fastest, bar: cannot be told apart from the fastest";
    f->heading = figure_heading(&f->pool, f->title, group->series[0]);
    f->description = figure_description(&f->pool, "Recommended core counts", group);
    f->width = narrow ? 360 : 520;
    f->text_size = 12;
    f->top = 14;
    f->bottom = f->text_size * 3.6;
    f->height = f->top + f->bottom + fmax(narrow ? 110 : 262.8, row_pixels(group, narrow) * (double)group->count);
    f->right = 18;
    for (size_t i = 0; i < group->count; i++)
        widest = fmax(widest, utf8_text_pixels(group->series[i]->label, f->text_size));
    f->left = fmin(widest, most) + 22;
    f->grid_x = true;
    f->x = axis_of_cores(&f->pool, group->cores, group->core_count, group->core_count,
                         f->width - f->left - f->right, f->text_size, 14);
    f->y = (struct axis){.low = 0.4, .high = (double)group->count + 0.6};
    for (size_t i = 0; i < group->count; i++)
        add_row(f, group, i);
    figure_add_ticks(f, "cores");
    for (size_t i = 0; i < group->count; i++) {
        struct figure_text *text =
            figure_add_text(f, TEXT_NAME, f->left - 12, figure_y(f, row_y(group, i)), ANCHOR_END,
                            group->series[i]->label);
        text->colour = group->series[i]->colour;
        figure_cut(f, text, most);
    }
}

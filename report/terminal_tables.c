#include "terminal_tables.h"

#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "ranking.h"
#include "time_column.h"
#include "utf8.h"
#include "wording.h"
#include "writer_terminal.h"

enum { MOST_SERIES = 6, MOST_RANKED = 20, MOST_NAME = 28, FIGURES_MOST = 5 };

static const char bold[] = "\033[1m", faint[] = "\033[2m", plain[] = "\033[0m";

static void add_blanks(struct strbuf *out, size_t from, size_t to)
{
    for (size_t column = from; column < to; column++)
        strbuf_add_char(out, ' ');
}

/* Ends at the column's right edge, two blanks behind the one before at least. */
static void add_right(struct strbuf *out, const char *text, size_t width)
{
    size_t columns = utf8_text_columns(text);
    add_blanks(out, 0, 2);
    add_blanks(out, columns, width);
    strbuf_add(out, text);
}

/* Rows of figures, as wide as their widest; the first row has the names. */
struct grid {
    char *cells[FIGURES_MOST];
};

static void add_grid(struct strbuf *out, const struct grid *rows, size_t count, size_t columns,
                     void (*begin)(struct strbuf *, size_t row, const void *of),
                     void (*end)(struct strbuf *, size_t row, const void *of), const void *of)
{
    size_t widths[FIGURES_MOST] = {0};
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < columns; c++) {
            size_t width = utf8_text_columns(rows[i].cells[c]);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    for (size_t i = 0; i < count; i++) {
        begin(out, i, of);
        for (size_t c = 0; c < columns; c++)
            add_right(out, rows[i].cells[c], widths[c]);
        end(out, i, of);
        strbuf_add_char(out, '\n');
    }
}

static void grid_free(struct grid *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < FIGURES_MOST; c++)
            free(rows[i].cells[c]);
    free(rows);
}

static char *said(void (*say)(struct strbuf *, double), double value)
{
    struct strbuf sb = STRBUF_INIT;
    say(&sb, value);
    return strbuf_take(&sb);
}

static char *time_text(const struct time_column *column, double seconds)
{
    struct strbuf sb = STRBUF_INIT;
    time_column_say(&sb, column, seconds);
    return strbuf_take(&sb);
}

static char *time_name(const char *name, const struct time_column *column)
{
    return column->unit[0] == '\0' ? text_format("%s", name)
                                   : text_format("%s (%s)", name, column->unit);
}

/* Of all points of the series that are shown together. */
static struct time_column column_of(const struct series *const *series, size_t count)
{
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < series[i]->point_count; j++) {
            double median = series[i]->points[j].median;
            if (median > 0) {
                least = fmin(least, median);
                most = fmax(most, median);
            }
        }
    return time_column_of(least, most);
}

/* One backend ---------------------------------------------------------------- */

struct one {
    const struct series *series;
    bool colour;
};

static void begin_point(struct strbuf *out, size_t row, const void *of)
{
    const struct one *one = of;
    bool chosen = row > 0 && one->series->points[row - 1].cores == one->series->optimum.recommended;
    strbuf_add(out, row == 0 && one->colour ? faint : "");
    strbuf_add(out, chosen ? " >" : "  ");
}

static void end_point(struct strbuf *out, size_t row, const void *of)
{
    const struct one *one = of;
    if (row == 0) {
        strbuf_add(out, one->colour ? plain : "");
        return;
    }
    const struct point_summary *p = &one->series->points[row - 1];
    if (p->failed > 0)
        strbuf_addf(out, "   %zu failed", p->failed);
    if (p->missing > 0)
        strbuf_addf(out, "   %zu missing", p->missing);
}

static void say_core_seconds(struct strbuf *sb, double value)
{
    wording_significant(sb, value, 3);
}

static void add_series(struct strbuf *out, const struct series *series,
                       const struct time_column *times, bool colour)
{
    size_t count = series->point_count + 1;
    struct grid *rows = xcalloc(count, sizeof *rows);
    const struct one one = {series, colour};
    strbuf_add(out, colour ? bold : "");
    terminal_escape(out, series->label);
    strbuf_addf(out, "%s\n", colour ? plain : "");
    rows[0] = (struct grid){{text_format("cores"), time_name("time", times), text_format("speedup"),
                             text_format("efficiency"), text_format("core-s")}};
    for (size_t i = 1; i < count; i++) {
        const struct point_summary *p = &series->points[i - 1];
        rows[i] =
            (struct grid){{text_format("%lld", (long long)p->cores), time_text(times, p->median),
                           said(wording_ratio, p->speedup), said(wording_percent, p->efficiency),
                           said(say_core_seconds, p->core_seconds)}};
    }
    add_grid(out, rows, count, 5, begin_point, end_point, &one);
    grid_free(rows, count);
}

static void say_rest(struct strbuf *out, size_t count)
{
    if (count > 0)
        strbuf_addf(out, "%zu more %s in the report.\n", count,
                    count == 1 ? "backend is" : "backends are");
}

/* All of them ---------------------------------------------------------------- */

struct all {
    const struct ranking *ranking;
    const struct series *chosen; /* NULL: none */
    size_t name_width;
    bool colour;
};

/* Without control characters, and cut where it would push figures off the line. */
static char *short_name(const char *label)
{
    struct strbuf safe = STRBUF_INIT;
    terminal_escape(&safe, label);
    if (utf8_text_columns(safe.str) > MOST_NAME) {
        while (utf8_text_columns(safe.str) >= MOST_NAME) {
            size_t end = safe.len - 1;
            while (end > 0 && ((unsigned char)safe.str[end] & 0xC0) == 0x80)
                end--; /* not inside a letter */
            strbuf_set_length(&safe, end);
        }
        strbuf_add(&safe, "…");
    }
    return strbuf_take(&safe);
}

static void begin_ranked(struct strbuf *out, size_t row, const void *of)
{
    const struct all *all = of;
    const struct series *series = row == 0 ? NULL : all->ranking->rows[row - 1].series;
    char *name = short_name(series == NULL ? "" : series->label);
    strbuf_add(out, row == 0 && all->colour ? faint : "");
    strbuf_add(out, series != NULL && series == all->chosen ? " > " : "   ");
    strbuf_add(out, name);
    add_blanks(out, utf8_text_columns(name), all->name_width);
    free(name);
}

static void end_ranked(struct strbuf *out, size_t row, const void *of)
{
    const struct all *all = of;
    strbuf_add(out, row == 0 && all->colour ? plain : "");
}

static struct grid ranked_names(const struct ranking *ranking, const struct time_column *times)
{
    const char *base = ranking->base != NULL ? ranking->base->base_backend : "";
    struct strbuf on = STRBUF_INIT;
    struct grid names = {
        {time_name("time", times), text_format("cores"), text_format("speedup"), NULL, NULL}};
    strbuf_add(&on, "on ");
    wording_plural(&on, ranking->first_cores, "core", "cores");
    names.cells[3] = time_name(on.str, times);
    char *safe = short_name(base);
    names.cells[4] = text_format("× %s", safe);
    free(safe);
    strbuf_free(&on);
    return names;
}

static struct grid ranked_figures(const struct ranking *ranking, const struct ranked *r,
                                  const struct time_column *times)
{
    bool usual = r->first->cores == ranking->first_cores;
    return (struct grid){{time_text(times, r->best->median),
                          text_format("%lld", (long long)r->best->cores),
                          said(wording_ratio, r->best->speedup),
                          usual ? time_text(times, r->first->median) : text_format("–"),
                          said(wording_ratio, r->ratio)}};
}

static void add_ranking(struct strbuf *out, const struct ranking *ranking,
                        const struct series *chosen, const struct time_column *times, bool colour)
{
    size_t shown = ranking->count < MOST_RANKED ? ranking->count : MOST_RANKED;
    struct grid *rows = xcalloc(shown + 1, sizeof *rows);
    struct all all = {ranking, chosen, 0, colour};
    for (size_t i = 0; i < shown; i++) {
        char *name = short_name(ranking->rows[i].series->label);
        size_t width = utf8_text_columns(name);
        all.name_width = width > all.name_width ? width : all.name_width;
        free(name);
    }
    strbuf_addf(out, "%sBackends, the fastest first%s\n", colour ? bold : "", colour ? plain : "");
    rows[0] = ranked_names(ranking, times);
    for (size_t i = 0; i < shown; i++)
        rows[i + 1] = ranked_figures(ranking, &ranking->rows[i], times);
    add_grid(out, rows, shown + 1, ranking->base != NULL ? 5 : 4, begin_ranked, end_ranked, &all);
    say_rest(out, ranking->count - shown);
    grid_free(rows, shown + 1);
}

void terminal_tables(struct strbuf *out, const struct report_content *content,
                     const struct group *group, bool colour)
{
    struct pool pool = POOL_INIT;
    struct ranking ranking = ranking_of(&pool, group);
    bool many = ranking_needed(&ranking);
    const struct series *chosen =
        content->analysis == NULL ? NULL : group_answer_series(content->analysis, group);
    struct time_column times = column_of(group->series, group->count);
    size_t shown = many || group->count < MOST_SERIES ? group->count : MOST_SERIES;
    for (size_t i = 0; i < shown; i++)
        if (!many || (group->series[i] == chosen && chosen->point_count > 1))
            add_series(out, group->series[i], &times, colour);
    if (many)
        add_ranking(out, &ranking, chosen, &times, colour);
    else
        say_rest(out, group->count - shown);
    pool_free(&pool);
}

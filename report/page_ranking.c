#include <math.h>
#include <stdio.h>
#include <string.h>

#include "page_cells.h"
#include "page_report.h"
#include "page_rivals.h"
#include "ranking.h"
#include "wording.h"

enum {
    COLUMN_BACKEND,
    COLUMN_TIME,
    COLUMN_ON,
    COLUMN_SPEEDUP,
    COLUMN_SPEEDUP_CI,
    COLUMN_FIRST,
    COLUMN_RATIO,
    COLUMN_RATIO_CI,
    COLUMN_COST,
    COLUMN_MEMORY,
    COLUMN_CLAIM,
    COLUMN_COUNT
};

/* One of these a table, while it is made. */
struct making {
    struct page *page;
    const struct report_content *content;
    const struct group *group;
    const struct ranking *ranking;
    int decimals; /* of all times, so that they can be compared down the column */
};

/* Nothing of a base's interval, which is its figure alone. */
static const char *range(struct page *page, struct interval interval, int decimals)
{
    return interval.low < interval.high ? page_cell_range(page, interval, decimals) : "";
}

static bool is_base(const struct ranked *r, const struct point_summary *p)
{
    return strcmp(r->series->base_backend, r->series->backend) == 0 &&
           r->series->base_cores == p->cores && p->speedup == 1;
}

/* On the count that most have; another one is said. */
static const char *first_time(const struct making *m, const struct ranked *r)
{
    struct strbuf sb = STRBUF_INIT;
    wording_fixed(&sb, r->first->median, m->decimals);
    if (r->first->cores != m->ranking->first_cores)
        strbuf_addf(&sb, " on %lld", (long long)r->first->cores);
    return page_take(m->page, &sb);
}

static void fill_base_cells(const struct making *m, const struct ranked *r, const char **cells)
{
    const struct point_summary *best = r->best;
    if (m->ranking->base == NULL)
        return;
    if (isfinite(best->speedup))
        cells[COLUMN_SPEEDUP] =
            page_cell_number(m->page, best->speedup, page_cell_ratio_decimals(best->speedup));
    cells[COLUMN_SPEEDUP_CI] = is_base(r, best) ? "base"
                                                : range(m->page, best->speedup_ci,
                                                        page_cell_ratio_decimals(best->speedup));
    if (isfinite(r->ratio))
        cells[COLUMN_RATIO] =
            page_cell_number(m->page, r->ratio, page_cell_ratio_decimals(r->ratio));
    cells[COLUMN_RATIO_CI] = is_base(r, r->first)
                                 ? "base"
                                 : range(m->page, r->ratio_ci, page_cell_ratio_decimals(r->ratio));
}

static void fill_cells(const struct making *m, const struct ranked *r, const char **cells)
{
    struct page *page = m->page;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        cells[i] = "";
    cells[COLUMN_BACKEND] = r->series->label;
    cells[COLUMN_TIME] = page_cell_number(page, r->best->median, m->decimals);
    cells[COLUMN_ON] = page_cell_number(page, (double)r->best->cores, 0);
    cells[COLUMN_FIRST] = first_time(m, r);
    fill_base_cells(m, r, cells);
    cells[COLUMN_COST] = page_cell_core_seconds(page, r->best->core_seconds);
    cells[COLUMN_MEMORY] = page_cell_bytes(page, r->best->peak_memory_bytes);
    cells[COLUMN_CLAIM] = rivals_claim(page, m->content->analysis, m->group, r->series);
}

static void name_columns(const struct making *m, struct page_column columns[COLUMN_COUNT])
{
    struct pool *pool = &m->page->pool;
    const char *base = m->ranking->base != NULL ? m->ranking->base->base_backend : "";
    const char *on = m->ranking->first_cores == 1
                         ? "1 core"
                         : pool_text(pool, "%lld cores", (long long)m->ranking->first_cores);
    const struct page_column names[COLUMN_COUNT] = {
        [COLUMN_BACKEND] = {"backend", NULL, false, false},
        [COLUMN_TIME] = {"time (s)", "least median of its core counts", true, false},
        [COLUMN_ON] = {"on cores", "the count of that time", true, false},
        [COLUMN_SPEEDUP] = {"speedup", pool_text(pool, "there, against %s", base), true, false},
        [COLUMN_SPEEDUP_CI] = {"95 %", "95 % interval of the speedup", true, true},
        [COLUMN_FIRST] = {pool_text(pool, "on %s (s)", on), "median on its smallest count", true,
                          false},
        [COLUMN_RATIO] = {pool_text(pool, "× %s", base),
                          pool_text(pool, "time on %s over that of %s", on, base), true, false},
        [COLUMN_RATIO_CI] = {"95 %", "95 % interval of that ratio", true, true},
        [COLUMN_COST] = {"core-s", "least time × cores to ask for", true, false},
        [COLUMN_MEMORY] = {"memory", "peak on the count of the least time, largest of all runs",
                           true, false},
        [COLUMN_CLAIM] = {rivals_claim_title(m->page, m->content->analysis, m->group),
                          "times the time on the recommended count, or what else may be claimed",
                          false, false}};
    memcpy(columns, names, sizeof names);
}

/* Columns that have nothing to show in any row are left out. */
static void add_table(const struct making *m, const char *title)
{
    const struct ranking *ranking = m->ranking;
    struct page_column columns[COLUMN_COUNT], used[COLUMN_COUNT];
    size_t of[COLUMN_COUNT], count = 0;
    const char *(*cells)[COLUMN_COUNT] = pool_alloc(&m->page->pool, ranking->count, sizeof *cells);
    name_columns(m, columns);
    for (size_t i = 0; i < ranking->count; i++)
        fill_cells(m, &ranking->rows[i], cells[i]);
    for (size_t c = 0; c < COLUMN_COUNT; c++) {
        bool shown = false;
        for (size_t i = 0; i < ranking->count; i++)
            shown = shown || cells[i][c][0] != '\0';
        if (!shown)
            continue;
        of[count] = c;
        used[count++] = columns[c];
    }
    struct page_table *table = page_add_table(m->page, title, used, count);
    const struct series *chosen = group_answer_series(m->content->analysis, m->group);
    for (size_t i = 0; i < ranking->count; i++) {
        struct page_row *row = page_add_row(m->page, table, ranking->count);
        for (size_t c = 0; c < count; c++)
            row->cells[c] = cells[i][of[c]];
        row->emphasised = chosen != NULL && ranking->rows[i].series == chosen;
        row->remark = row->emphasised ? "recommended" : NULL;
    }
}

static void say_base(struct page *page, const struct series *base)
{
    struct strbuf sb = STRBUF_INIT;
    if (base == NULL)
        return;
    strbuf_add(&sb, "Speedup and ratio are against ");
    strbuf_addf(&sb, "%s%s on ", base->base_is_absolute ? "the fastest serial run, " : "",
                base->base_backend);
    wording_plural(&sb, base->base_cores, "core", "cores");
    if (isfinite(base->base_seconds)) {
        strbuf_add(&sb, ", ");
        wording_seconds(&sb, base->base_seconds);
    }
    strbuf_add(&sb,
               ". Where a time is the least of several counts, noise has helped to make it so.");
    page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET, "%s", sb.str);
    strbuf_free(&sb);
}

void page_add_backends(struct page *page, const struct report_content *content,
                       const struct group *group, int level)
{
    struct ranking ranking = ranking_of(&page->pool, group);
    bool answered = group_answer_point(content->analysis, group) != NULL;
    if (!ranking_needed(&ranking) && (answered || ranking.count < 2)) {
        page_add_rivals(page, content, group, level);
        return;
    }
    const struct making m = {page, content, group, &ranking,
                             page_cell_time_decimals(ranking.rows[0].best->median)};
    static const char title[] = "Backends, the fastest first";
    char id[48];
    snprintf(id, sizeof id, "backends-%zu", (size_t)(group - content->groups.list) + 1);
    page_heading(page, level, id, title);
    say_base(page, ranking.base);
    add_table(&m, title);
    rivals_say_level(page, content->analysis, group);
}

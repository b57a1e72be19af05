#include "page_tables.h"

#include <math.h>
#include <string.h>

#include "page_cells.h"
#include "wording.h"

static const struct page_column columns[COLUMN_COUNT] = {
    [COLUMN_BACKEND] = {"backend", NULL, false, false},
    [COLUMN_CORES] = {"cores", NULL, true, false},
    [COLUMN_SHAPE] = {"n × r × t", "nodes × ranks in all × threads of a rank", true, false},
    [COLUMN_BLOCKS] = {"blocks", "blocks with a run that is ok", true, false},
    [COLUMN_FAILED] = {"failed", "runs that went wrong; they are not in the figures", true, false},
    [COLUMN_MISSING] = {"missing", "runs that were planned and never came, as after an interruption",
                        true, false},
    [COLUMN_TIME] = {"time (s)", "median over the blocks", true, false},
    [COLUMN_TIME_CI] = {"95 %", "95 % interval of the time", true, true},
    [COLUMN_SPEEDUP] = {"speedup", NULL, true, false},
    [COLUMN_SPEEDUP_CI] = {"95 %", "95 % interval of the speedup", true, true},
    [COLUMN_PAIRED] = {"paired", "median of the speedup within blocks, where what all runs of a "
                                 "block have in common cancels", true, false},
    [COLUMN_PAIRED_CI] = {"95 %", "95 % interval of the paired speedup", true, true},
    [COLUMN_EFFICIENCY] = {"efficiency", "speedup divided by cores", true, false},
    [COLUMN_SERIAL] = {"serial fraction",
                       "Karp-Flatt metric, by the backend's own time on one core", true, false},
    [COLUMN_COST] = {"core-s", "time × cores to ask for", true, false},
    [COLUMN_CPU] = {"CPU used", "CPU time / (time × cores granted)", true, false},
    [COLUMN_MEMORY] = {"memory", "peak, largest of all runs", true, false},
};

/* Columns of what went wrong are there only where something did. */
static bool is_idle(const struct tabled *t, int column)
{
    if (column != COLUMN_FAILED && column != COLUMN_MISSING)
        return false;
    for (size_t i = 0; i < t->count; i++)
        for (size_t j = 0; j < t->series[i]->point_count; j++) {
            const struct point_summary *p = &t->series[i]->points[j];
            if ((column == COLUMN_FAILED ? p->failed : p->missing) > 0)
                return false;
        }
    return true;
}

static bool has_intervals(const struct tabled *t)
{
    for (size_t i = 0; i < t->count; i++)
        for (size_t j = 0; j < t->series[i]->point_count; j++)
            if (interval_exists(t->series[i]->points[j].ci))
                return true;
    return false;
}

static int time_decimals(const struct tabled *t)
{
    double shortest = INFINITY;
    for (size_t i = 0; i < t->count; i++)
        for (size_t j = 0; j < t->series[i]->point_count; j++)
            if (t->series[i]->points[j].median > 0)
                shortest = fmin(shortest, t->series[i]->points[j].median);
    return page_cell_time_decimals(shortest);
}

static const char *time_range(struct page *page, const struct point_summary *p, int decimals)
{
    if (interval_exists(p->ci))
        return page_cell_range(page, p->ci, decimals);
    if (p->blocks < 2 || !isfinite(p->median))
        return "";
    const char *text = page_cell_range(page, (struct interval){p->minimum, p->maximum}, decimals);
    return pool_text(&page->pool, "range %s", text);
}

/* A count may have been measured in two ways. */
static bool has_twins(const struct series *series)
{
    for (size_t i = 1; i < series->point_count; i++)
        if (series->points[i].cores == series->points[i - 1].cores)
            return true;
    return false;
}

static bool is_base(const struct series *series, const struct point_summary *p)
{
    return series->base_point >= 0 && p == &series->points[series->base_point] &&
           strcmp(series->base_backend, series->backend) == 0 && p->speedup_ci.low == 1 &&
           p->speedup_ci.high == 1;
}

static void fill_row(struct page *page, const struct series *series, const struct point_summary *p,
                     int decimals, const char **cells)
{
    cells[COLUMN_CORES] = page_cell_number(page, (double)p->cores, 0);
    if (has_twins(series))
        cells[COLUMN_SHAPE] =
            pool_text(&page->pool, "%lld × %lld × %lld", (long long)p->nodes, (long long)p->ranks,
                      (long long)p->threads);
    cells[COLUMN_BLOCKS] = page_cell_number(page, (double)p->blocks, 0);
    cells[COLUMN_FAILED] = page_cell_number(page, (double)p->failed, 0);
    cells[COLUMN_MISSING] = page_cell_number(page, (double)p->missing, 0);
    cells[COLUMN_TIME] = page_cell_number(page, p->median, decimals);
    cells[COLUMN_TIME_CI] = time_range(page, p, decimals);
    if (isfinite(p->speedup)) {
        int digits = page_cell_ratio_decimals(p->speedup);
        cells[COLUMN_SPEEDUP] = page_cell_number(page, p->speedup, digits);
        cells[COLUMN_SPEEDUP_CI] =
            is_base(series, p) ? "base" : page_cell_range(page, p->speedup_ci, digits);
    }
    if (isfinite(p->speedup_paired)) {
        int digits = page_cell_ratio_decimals(p->speedup_paired);
        cells[COLUMN_PAIRED] = page_cell_number(page, p->speedup_paired, digits);
        cells[COLUMN_PAIRED_CI] = page_cell_range(page, p->speedup_paired_ci, digits);
    }
    cells[COLUMN_EFFICIENCY] = page_cell_percent(page, p->efficiency);
    double serial = isfinite(p->karp_flatt) ? p->karp_flatt : p->gustafson;
    cells[COLUMN_SERIAL] = isfinite(serial) ? page_cell_number(page, serial, 4) : "";
    cells[COLUMN_COST] = page_cell_core_seconds(page, p->core_seconds);
    cells[COLUMN_CPU] = page_cell_percent(page, p->cpu_used);
    cells[COLUMN_MEMORY] = page_cell_bytes(page, p->peak_memory_bytes);
}

/* "range 1.2 – 1.4" where the column is called range. */
static void drop_word(struct page_row *row, const enum table_column *of, size_t count)
{
    static const char word[] = "range ";
    for (size_t i = 0; i < count; i++)
        if (of[i] == COLUMN_TIME_CI && strncmp(row->cells[i], word, sizeof word - 1) == 0)
            row->cells[i] += sizeof word - 1;
}

void tables_find_columns(struct page *page, const struct group *group, bool shown[COLUMN_COUNT])
{
    for (int i = 0; i < COLUMN_COUNT; i++)
        shown[i] = false;
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < group->series[i]->point_count; j++) {
            const char *cells[COLUMN_COUNT] = {0};
            fill_row(page, group->series[i], &group->series[i]->points[j], 3, cells);
            for (int column = 0; column < COLUMN_COUNT; column++)
                shown[column] =
                    shown[column] || (cells[column] != NULL && cells[column][0] != '\0');
        }
}

static size_t pick_columns(const struct tabled *t, const bool shown[COLUMN_COUNT],
                           struct page_column used[COLUMN_COUNT], enum table_column of[COLUMN_COUNT])
{
    size_t count = 0;
    bool weak = strcmp(t->series[0]->scaling, "weak") == 0;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if ((i == COLUMN_BACKEND ? t->count < 2 : !shown[i]) || is_idle(t, i))
            continue;
        of[count] = (enum table_column)i;
        used[count++] = columns[i];
        if (i == COLUMN_TIME_CI && !has_intervals(t))
            used[count - 1] = (struct page_column){"range", "least and greatest block", true, true};
        if (weak && i == COLUMN_SPEEDUP)
            used[count - 1].title = "scaled speedup: work done a second, against the base";
        if (weak && i == COLUMN_SERIAL)
            used[count - 1].title = "Gustafson's, by the work that was done";
    }
    return count;
}

static void add_rows(struct page *page, struct page_table *table, const struct tabled *t,
                     const struct series *series, const enum table_column of[COLUMN_COUNT], size_t most)
{
    int decimals = time_decimals(t);
    for (size_t i = 0; i < series->point_count; i++) {
        const char *cells[COLUMN_COUNT] = {[COLUMN_BACKEND] = series->label};
        fill_row(page, series, &series->points[i], decimals, cells);
        struct page_row *row = page_add_row(page, table, most);
        for (size_t j = 0; j < table->column_count; j++)
            if (cells[of[j]] != NULL)
                row->cells[j] = cells[of[j]];
        if (!has_intervals(t) && cells[COLUMN_TIME_CI] != NULL)
            drop_word(row, of, table->column_count);
        row->emphasised = t->count > 1 ? &series->points[i] == t->chosen
                                       : (int)i == series->optimum.recommended_point;
        row->remark = row->emphasised ? "recommended" : NULL;
    }
}

void tables_add(struct page *page, const char *caption, const struct tabled *t,
                const bool shown[COLUMN_COUNT])
{
    struct page_column used[COLUMN_COUNT];
    enum table_column of[COLUMN_COUNT];
    size_t count = pick_columns(t, shown, used, of), most = 0;
    struct page_table *table = page_add_table(page, caption, used, count);
    for (size_t i = 0; i < t->count; i++)
        most += t->series[i]->point_count;
    for (size_t i = 0; i < t->count; i++)
        add_rows(page, table, t, t->series[i], of, most);
}

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "page_report.h"
#include "wording.h"

/* The columns of a backend's table. */
enum column {
    COLUMN_CORES,
    COLUMN_SHAPE,
    COLUMN_BLOCKS,
    COLUMN_FAILED,
    COLUMN_TIME,
    COLUMN_TIME_CI,
    COLUMN_SPEEDUP,
    COLUMN_SPEEDUP_CI,
    COLUMN_PAIRED,
    COLUMN_PAIRED_CI,
    COLUMN_EFFICIENCY,
    COLUMN_SERIAL,
    COLUMN_COST,
    COLUMN_CPU,
    COLUMN_MEMORY,
    COLUMN_COUNT
};

static const struct page_column columns[COLUMN_COUNT] = {
    [COLUMN_CORES] = {"cores", NULL, true, false},
    [COLUMN_SHAPE] = {"n × r × t", "nodes × ranks in all × threads of a rank", true, false},
    [COLUMN_BLOCKS] = {"blocks", "blocks with a run that is ok", true, false},
    [COLUMN_FAILED] = {"failed", "runs that are not ok; they are not in the figures", true, false},
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

static bool has_failures(const struct series *series)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].failed > 0)
            return true;
    return false;
}

static bool has_intervals(const struct series *series)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (interval_exists(series->points[i].ci))
            return true;
    return false;
}

/* Times of a table have one number of decimals, so that they can be compared
 * down the column: enough for four digits of the shortest. */
static int time_decimals(const struct series *series)
{
    double shortest = INFINITY;
    for (size_t i = 0; i < series->point_count; i++)
        if (series->points[i].median > 0)
            shortest = fmin(shortest, series->points[i].median);
    int decimals = isfinite(shortest) ? wording_decimals(shortest, 3) : 0;
    return decimals < 1 ? 1 : decimals > 7 ? 7 : decimals;
}

static const char *number(struct page *page, double value, int decimals)
{
    struct strbuf sb = STRBUF_INIT;
    wording_fixed(&sb, value, decimals);
    return page_take(page, &sb);
}

static const char *range(struct page *page, struct interval interval, int decimals)
{
    struct strbuf sb = STRBUF_INIT;
    if (!interval_exists(interval))
        return "";
    wording_fixed(&sb, interval.low, decimals);
    strbuf_add(&sb, " – ");
    wording_fixed(&sb, interval.high, decimals);
    return page_take(page, &sb);
}

static const char *percent(struct page *page, double value)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "";
    wording_percent(&sb, value);
    return page_take(page, &sb);
}

static const char *bytes(struct page *page, double value)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "";
    wording_bytes(&sb, value);
    return page_take(page, &sb);
}

static const char *time_range(struct page *page, const struct point_summary *p, int decimals)
{
    if (interval_exists(p->ci))
        return range(page, p->ci, decimals);
    if (p->blocks < 2 || !isfinite(p->median))
        return "";
    const char *text = range(page, (struct interval){p->minimum, p->maximum}, decimals);
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
    cells[COLUMN_CORES] = number(page, (double)p->cores, 0);
    if (has_twins(series))
        cells[COLUMN_SHAPE] =
            pool_text(&page->pool, "%lld × %lld × %lld", (long long)p->nodes, (long long)p->ranks,
                      (long long)p->threads);
    cells[COLUMN_BLOCKS] = number(page, (double)p->blocks, 0);
    cells[COLUMN_FAILED] = number(page, (double)p->failed, 0);
    cells[COLUMN_TIME] = number(page, p->median, decimals);
    cells[COLUMN_TIME_CI] = time_range(page, p, decimals);
    if (isfinite(p->speedup)) {
        int digits = p->speedup < 0.1 ? wording_decimals(p->speedup, 2) : 2;
        cells[COLUMN_SPEEDUP] = number(page, p->speedup, digits);
        cells[COLUMN_SPEEDUP_CI] =
            is_base(series, p) ? "base" : range(page, p->speedup_ci, digits);
    }
    if (isfinite(p->speedup_paired)) {
        int digits = p->speedup_paired < 0.1 ? wording_decimals(p->speedup_paired, 2) : 2;
        cells[COLUMN_PAIRED] = number(page, p->speedup_paired, digits);
        cells[COLUMN_PAIRED_CI] = range(page, p->speedup_paired_ci, digits);
    }
    cells[COLUMN_EFFICIENCY] = percent(page, p->efficiency);
    double serial = isfinite(p->karp_flatt) ? p->karp_flatt : p->gustafson;
    cells[COLUMN_SERIAL] = isfinite(serial) ? number(page, serial, 4) : "";
    if (isfinite(p->core_seconds)) {
        struct strbuf sb = STRBUF_INIT;
        wording_significant(&sb, p->core_seconds, 3);
        cells[COLUMN_COST] = page_take(page, &sb);
    }
    cells[COLUMN_CPU] = percent(page, p->cpu_used);
    cells[COLUMN_MEMORY] = bytes(page, p->peak_memory_bytes);
}

/* "range 1.2 – 1.4" where the column is called range. */
static void drop_word(struct page_row *row, const enum column *of, size_t count)
{
    static const char word[] = "range ";
    for (size_t i = 0; i < count; i++)
        if (of[i] == COLUMN_TIME_CI && strncmp(row->cells[i], word, sizeof word - 1) == 0)
            row->cells[i] += sizeof word - 1;
}

/* Which columns have anything to show, for all tables of the group alike. */
static void find_columns(struct page *page, const struct group *group, bool shown[COLUMN_COUNT])
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

static void add_series_table(struct page *page, const struct series *series,
                             const bool shown[COLUMN_COUNT])
{
    struct page_column used[COLUMN_COUNT];
    enum column of[COLUMN_COUNT];
    size_t count = 0;
    bool weak = strcmp(series->scaling, "weak") == 0;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (!shown[i] || (i == COLUMN_FAILED && !has_failures(series)))
            continue;
        of[count] = (enum column)i;
        used[count++] = columns[i];
        if (i == COLUMN_TIME_CI && !has_intervals(series))
            used[count - 1] = (struct page_column){"range", "least and greatest block", true, true};
        if (weak && i == COLUMN_SPEEDUP)
            used[count - 1].title = "scaled speedup: work done a second, against the base";
        if (weak && i == COLUMN_SERIAL)
            used[count - 1].title = "Gustafson's, by the work that was done";
    }
    const char *caption = pool_text(&page->pool, "Figures of %s", series->label);
    struct page_table *table = page_add_table(page, caption, used, count);
    int decimals = time_decimals(series);
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        const char *cells[COLUMN_COUNT] = {0};
        fill_row(page, series, p, decimals, cells);
        struct page_row *row = page_add_row(page, table, series->point_count);
        for (size_t j = 0; j < count; j++)
            if (cells[of[j]] != NULL)
                row->cells[j] = cells[of[j]];
        if (!has_intervals(series) && cells[COLUMN_TIME_CI] != NULL)
            drop_word(row, of, count);
        row->emphasised = (int)i == series->optimum.recommended_point;
        row->remark = row->emphasised ? "recommended" : NULL;
    }
}

static bool same_base(const struct group *group)
{
    for (size_t i = 1; i < group->count; i++)
        if (strcmp(group->series[i]->base_backend, group->series[0]->base_backend) != 0 ||
            group->series[i]->base_cores != group->series[0]->base_cores)
            return false;
    return true;
}

/* Only a plan knows which backends are serial; in a table it is a name. */
static const char *base_words(const struct series *series, bool planned)
{
    if (!series->base_is_absolute)
        return "Speedup is relative: against ";
    return planned ? "Speedup is absolute: against the fastest serial run, "
                   : "Speedup is absolute: against what is called ";
}

static void say_base(struct page *page, const struct series *series, bool planned)
{
    struct strbuf sb = STRBUF_INIT;
    if (series->base_backend[0] == '\0')
        return;
    strbuf_add(&sb, base_words(series, planned));
    strbuf_addf(&sb, "%s on ", series->base_backend);
    wording_plural(&sb, series->base_cores, "core", "cores");
    if (isfinite(series->base_seconds)) {
        strbuf_add(&sb, ", ");
        wording_seconds(&sb, series->base_seconds);
    }
    if (series->base_is_relative)
        strbuf_add(&sb, "; there is no run on one core, so its efficiency is taken as 100 % there, "
                        "and no serial fraction is given");
    strbuf_add(&sb, ".");
    page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET, "%s", sb.str);
    strbuf_free(&sb);
}

/* Whether it could be shown at all that a count is faster than the base. */
static bool has_speedup_intervals(const struct series *series)
{
    for (size_t i = 0; i < series->point_count; i++)
        if (interval_exists(series->points[i].speedup_ci))
            return true;
    return false;
}

/* Against a faster program, cores may go into what the backend itself costs. */
static void say_own(struct page *page, const struct series *series)
{
    const struct point_summary *one = series_point(series, 1);
    struct strbuf sb = STRBUF_INIT;
    if (!series->base_is_absolute || strcmp(series->backend, series->base_backend) == 0)
        return;
    if (one != NULL && isfinite(one->median)) {
        strbuf_add(&sb, "On 1 core it takes ");
        wording_seconds(&sb, one->median);
        strbuf_add(&sb, " itself. ");
    }
    int64_t outruns = series_outruns_base(series);
    if (!has_speedup_intervals(series)) {
        strbuf_addf(&sb, "So few blocks cannot show where it is faster than %s.",
                    series->base_backend);
    } else if (outruns == 0) {
        strbuf_addf(&sb, "On no count is it shown to be faster than %s.", series->base_backend);
    } else {
        strbuf_addf(&sb, "The smallest count on which it is shown to be faster than %s is ",
                    series->base_backend);
        wording_plural(&sb, outruns, "core.", "cores.");
    }
    page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET, "%s", sb.str);
    strbuf_free(&sb);
}

void page_add_series_tables(struct page *page, const struct report_content *content,
                            const struct group *group, int level)
{
    bool shown[COLUMN_COUNT];
    find_columns(page, group, shown);
    if (!content->analysis->asked.paired)
        shown[COLUMN_PAIRED] = shown[COLUMN_PAIRED_CI] = false;
    for (size_t i = 0; i < group->count; i++) {
        char id[48];
        snprintf(id, sizeof id, "series-%zu",
                 (size_t)(group->series[i] - content->analysis->series) + 1);
        page_heading(page, level, id, group->series[i]->label);
        if (i == 0 || !same_base(group))
            say_base(page, group->series[i], content->plan != NULL);
        say_own(page, group->series[i]);
        add_series_table(page, group->series[i], shown);
    }
}

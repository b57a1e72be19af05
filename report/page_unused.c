#include <math.h>
#include <stdlib.h>

#include "alloc.h"
#include "page_report.h"
#include "use_limits.h"
#include "wording.h"

enum { ROWS_MOST = 8 };

/* A point that left something of what it was granted unused, or came near a limit. */
struct flagged {
    const struct series *series;
    const struct point_summary *point;
};

static double memory_share(const struct point_summary *p)
{
    return p->peak_memory_bytes / p->granted_memory_bytes;
}

static const char *what(const struct point_summary *p)
{
    double busy = p->cpu_used * (double)p->allocated_cores;
    if (memory_share(p) > MEMORY_MOST)
        return use_leaves_cores_idle(p) ? "near its memory limit, and cores idle"
                                        : "near its memory limit";
    if (use_surplus(p) >= SURPLUS_LEAST)
        return "more cores than workers";
    return p->cores > 1 && busy > 0.8 && busy < 1.2 ? "one core busy" : "cores idle";
}

static int by_waste(const void *x, const void *y)
{
    const struct flagged *a = x, *b = y;
    double left = isfinite(a->point->unused_core_hours) ? a->point->unused_core_hours : 0;
    double right = isfinite(b->point->unused_core_hours) ? b->point->unused_core_hours : 0;
    if (left != right)
        return left < right ? 1 : -1;
    return (a->point > b->point) - (a->point < b->point); /* as they stand in the analysis */
}

static struct flagged *find(const struct analysis *a, size_t *count)
{
    struct flagged *list = NULL;
    size_t capacity = 0;
    for (size_t i = 0; i < a->series_count; i++)
        for (size_t j = 0; j < a->series[i].point_count; j++) {
            const struct point_summary *p = &a->series[i].points[j];
            if (!use_leaves_cores_idle(p) && !(memory_share(p) > MEMORY_MOST))
                continue;
            array_grow(&list, *count, &capacity, sizeof *list);
            list[(*count)++] = (struct flagged){&a->series[i], p};
        }
    if (*count > 1)
        qsort(list, *count, sizeof *list, by_waste);
    return list;
}

static bool names_differ(const struct analysis *a, size_t group_count)
{
    return group_count > 1 && a->series_count > 1;
}

static const char *name_of(struct page *page, const struct report_content *content,
                           const struct series *s)
{
    struct strbuf sb = STRBUF_INIT;
    if (!names_differ(content->analysis, content->groups.count) || !isfinite(s->size))
        return s->label;
    strbuf_addf(&sb, "%s, n = ", s->label);
    wording_size(&sb, s->size);
    return page_take(page, &sb);
}

void page_add_unused(struct page *page, const struct report_content *content)
{
    static const struct page_column columns[] = {
        {"backend", NULL, false, false},
        {"cores", "workers' cores", true, false},
        {"asked for", "cores", true, false},
        {"of them busy", "CPU time / (wall time × cores asked for)", true, false},
        {"went unused", "(1 − busy) × wall time × cores, over all ok runs", true, false},
        {"memory used", "of what was granted", true, false},
        {"what", NULL, false, false}};
    size_t count = 0;
    struct flagged *list = find(content->analysis, &count);
    struct page_table *table = NULL;
    if (count > 0) {
        page_plain(page,
                   "Points that left cores idle (less than 80 %% of them used, or more of them "
                   "than workers), or used more than 90 %% of their memory%s:",
                   count > ROWS_MOST ? "; the eight worst, the others are in tables/points.csv"
                                     : "");
        table =
            page_add_table(page, "Granted and not used", columns, sizeof columns / sizeof *columns);
    }
    for (size_t i = 0; i < count && i < ROWS_MOST; i++) {
        const struct point_summary *p = list[i].point;
        struct page_row *row = page_add_row(page, table, ROWS_MOST);
        row->cells[0] = name_of(page, content, list[i].series);
        row->cells[1] = pool_text(&page->pool, "%lld", (long long)p->cores);
        row->cells[2] = pool_text(&page->pool, "%lld", (long long)p->asked_cores);
        row->cells[3] = report_known(page, wording_percent, use_share(p));
        row->cells[4] = report_known(page, wording_core_time, 3600 * p->unused_core_hours);
        row->cells[5] = report_known(page, wording_percent, memory_share(p));
        row->cells[6] = what(p);
    }
    free(list);
}

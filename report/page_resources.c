#include <math.h>
#include <string.h>

#include "cost.h"
#include "page_report.h"
#include "wording.h"

static void say_spending(struct page *page, const struct analysis *analysis)
{
    struct spending sum = cost_spent(analysis);
    struct strbuf sb = STRBUF_INIT;
    if (sum.runs == 0)
        return;
    strbuf_add(&sb, "The ");
    wording_plural(&sb, (int64_t)sum.runs, "run that is ok", "runs that are ok");
    strbuf_add(&sb, " took about ");
    wording_core_time(&sb, sum.core_seconds);
    strbuf_add(&sb,
               " (wall time × cores asked for; warm-ups, failed runs and waiting are not in it).");
    if (sum.runs_without_cpu == 0 && !(sum.idle_core_seconds > 0)) {
        strbuf_add(&sb, " Granted cores were idle in none of that.");
    } else if (sum.runs_without_cpu == 0) {
        strbuf_add(&sb, " In ");
        wording_percent(&sb, sum.idle_core_seconds / sum.core_seconds);
        strbuf_add(&sb, " of that, ");
        wording_core_time(&sb, sum.idle_core_seconds);
        strbuf_add(&sb, ", granted cores were idle, as in start-up, in serial parts, while waiting "
                        "for the slowest worker, where no worker was started, or where others kept "
                        "them busy.");
    } else if (sum.runs_without_cpu == sum.runs) {
        strbuf_add(&sb, " How much of it the cores worked is not known.");
    } else {
        strbuf_add(&sb, " How much of it the cores worked is not known for ");
        wording_plural(&sb, (int64_t)sum.runs_without_cpu, "run", "runs");
        strbuf_add(&sb, ".");
    }
    page_plain(page, "%s", sb.str);
    strbuf_free(&sb);
}

const char *report_known(struct page *page, void (*say)(struct strbuf *, double), double value)
{
    struct strbuf sb = STRBUF_INIT;
    if (!isfinite(value))
        return "not known";
    say(&sb, value);
    return page_take(page, &sb);
}

static bool anything_known(const struct group *group)
{
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < group->series[i]->point_count; j++) {
            const struct point_summary *p = &group->series[i]->points[j];
            if (isfinite(p->cpu_used) || isfinite(p->peak_memory_bytes))
                return true;
        }
    return false;
}

static void add_table(struct page *page, const struct report_content *content,
                      const struct group *group)
{
    static const struct page_column columns[] = {
        {"backend", NULL, false, false},
        {"cores", "the recommended count, else the largest", true, false},
        {"CPU used", "CPU time / (wall time × cores granted)", true, false},
        {"memory used", "peak, largest of all runs", true, false},
        {"memory granted", NULL, true, false},
        {"of it used", NULL, true, false}};
    struct page_table *table = NULL;
    if (!anything_known(group)) {
        page_plain(page, "CPU time and memory of the runs are not known.");
        return;
    }
    for (size_t i = 0; i < group->count; i++) {
        const struct series *series = group->series[i];
        const struct point_summary *p = series_shown_point(series);
        if (p == NULL)
            continue;
        if (table == NULL)
            table = page_add_table(page, "Resource use", columns, sizeof columns / sizeof *columns);
        struct page_row *row = page_add_row(page, table, group->count);
        row->cells[0] = series->label;
        row->cells[1] = pool_text(&page->pool, "%lld", (long long)p->cores);
        row->cells[2] = report_known(page, wording_percent, p->cpu_used);
        row->cells[3] = report_known(page, wording_bytes, p->peak_memory_bytes);
        row->cells[4] = report_known(page, wording_bytes, p->granted_memory_bytes);
        row->cells[5] = report_known(page, wording_percent, p->peak_memory_bytes / p->granted_memory_bytes);
        row->emphasised = series == group_answer_series(content->analysis, group) &&
                          p == group_answer_point(content->analysis, group);
        row->remark = row->emphasised ? "recommended" : NULL;
    }
}

/* Some peaks are known and others are not. */
static bool misses_memory(const struct group *group)
{
    bool known = false, missing = false;
    for (size_t i = 0; i < group->count; i++) {
        const struct point_summary *p = series_shown_point(group->series[i]);
        known = known || (p != NULL && isfinite(p->peak_memory_bytes));
        missing = missing || (p != NULL && !isfinite(p->peak_memory_bytes));
    }
    return known && missing;
}

void page_add_resources(struct page *page, const struct report_content *content)
{
    page_heading(page, 2, "resources", "Resource use");
    say_spending(page, content->analysis);
    if (content->groups.count > 0)
        add_table(page, content, &content->groups.list[0]);
    if (content->plan != NULL && content->groups.count > 0 &&
        misses_memory(&content->groups.list[0]))
        page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET,
                 "Memory is not known of runs that ended before they were sampled and took no more "
                 "than the process that started them: the system counts its memory as theirs.");
    page_add_unused(page, content);
}

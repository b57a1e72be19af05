#include <math.h>

#include "page_report.h"
#include "use_limits.h"
#include "wording.h"

static void say_how(struct page *page, const struct uses *uses)
{
    bool part = false;
    for (size_t i = 0; i < uses->count; i++)
        part = part || uses->views[i].source == USAGE_FIRST_NODE;
    page_plain(page,
               "CPU and memory of all processes of a run, sampled while it ran: the mean of each "
               "interval for CPU, the largest of it for memory.%s",
               part ? " Of a run on several nodes only the processes on the first one were seen; "
                      "what Slurm accounted for the whole job is in results.csv."
                    : "");
}

static const char *reason(const struct use_view *view)
{
    if (view->recommended)
        return "the recommended count";
    return "the most core-hours unused";
}

static void say_cpu(struct strbuf *sb, const struct use_view *view, const struct use_summary *sum)
{
    double granted = use_granted_cores(view);
    wording_fixed(sb, sum->mean_cores, 1);
    strbuf_add(sb, " of ");
    wording_plural(sb, (int64_t)llround(granted), "core was", "cores were");
    strbuf_add(sb, " busy on average");
    if (sum->mean_cores < CPU_USED_LEAST * granted) {
        strbuf_add(sb, ": ");
        wording_percent(sb, 1 - sum->mean_cores / granted);
        strbuf_add(sb, " of what was granted was idle");
    }
    if (view->point->cores >= 2 && sum->share_of_one > 0.05) {
        strbuf_add(sb, sum->mean_cores < CPU_USED_LEAST * granted ? ", and for " : "; for ");
        wording_percent(sb, sum->share_of_one);
        strbuf_add(sb, " of the time no more than one was busy");
    }
    strbuf_add(sb, ".");
}

static void say_memory(struct strbuf *sb, const struct use_view *view,
                       const struct use_summary *sum)
{
    double granted = use_granted_memory(view), share = sum->most_memory_bytes / granted;
    if (!isfinite(sum->most_memory_bytes))
        return;
    strbuf_add(sb, " Memory reached ");
    wording_bytes(sb, sum->most_memory_bytes);
    if (isfinite(granted)) {
        strbuf_add(sb, " of ");
        wording_bytes(sb, granted);
    }
    strbuf_add(sb, share > MEMORY_MOST ? ", near its limit." : ".");
}

static void add_view(struct page *page, const struct analysis *analysis,
                     const struct use_view *view)
{
    bool several = group_differences(analysis).kernels;
    struct use_summary sum = use_summarise(view);
    struct page_paragraph *paragraph = &page_add(page, PAGE_PARAGRAPH)->paragraph;
    struct strbuf sb = STRBUF_INIT;
    strbuf_addf(&sb, "%s%s%s on ", view->series->label, several ? ", " : "",
                several ? view->series->kernel : "");
    wording_plural(&sb, view->point->cores, "core", "cores");
    page_say(page, paragraph, PAGE_STRONG, "%s", sb.str);
    strbuf_clear(&sb);
    strbuf_addf(&sb, ", %s", reason(view));
    if (view->block != RESULTS_UNKNOWN)
        strbuf_addf(&sb, " (block %lld, ", (long long)view->block);
    else
        strbuf_add(&sb, " (");
    wording_seconds(&sb, sum.seconds);
    strbuf_add(&sb, "): ");
    say_cpu(&sb, view, &sum);
    say_memory(&sb, view, &sum);
    page_say(page, paragraph, PAGE_PLAIN, "%s", sb.str);
    strbuf_free(&sb);
}

void page_add_use(struct page *page, const struct report_content *content)
{
    const struct uses *uses = content->uses;
    size_t first = 0;
    if (uses == NULL || uses->count == 0)
        return;
    page_heading(page, 2, "use-over-time", "Use over time");
    say_how(page, uses);
    for (size_t i = 0; i < uses->count; i++) {
        add_view(page, content->analysis, &uses->views[i]);
        if (content->use_counts == NULL || content->use_counts[i] == 0)
            continue;
        page_pictures(page, content->use_pictures + first, content->use_counts[i]);
        first += content->use_counts[i];
    }
}

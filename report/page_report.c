#include "page_report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "notices.h"
#include "page_explain.h"
#include "wording.h"

const char *report_cluster_title(const struct report_content *content)
{
    const char *cluster =
        content->groups.count > 0 ? content->groups.list[0].series[0]->cluster : "";
    const struct plan *plan = content->plan;
    if (plan != NULL && plan->cluster.title[0] != '\0' &&
        (cluster[0] == '\0' || strcmp(cluster, plan->cluster.name) == 0))
        return plan->cluster.title;
    return cluster;
}

const char *report_parallel(const struct report_content *content, const char *backend)
{
    for (size_t i = 0; content->plan != NULL && i < content->plan->backend_count; i++)
        if (strcmp(content->plan->backends[i].name, backend) == 0)
            return content->plan->backends[i].parallel;
    return "";
}

static bool has_one_kernel(const struct report_content *content)
{
    const char *kernel = content->groups.list[0].series[0]->kernel;
    for (size_t i = 1; i < content->groups.count; i++)
        if (strcmp(content->groups.list[i].series[0]->kernel, kernel) != 0)
            return false;
    return kernel[0] != '\0';
}

static void set_title(struct page *page, const struct report_content *content)
{
    const struct analysis *a = content->analysis;
    const struct series *first =
        content->groups.count > 0 ? content->groups.list[0].series[0] : NULL;
    const char *given = content->plan != NULL ? content->plan->title : "";
    const char *what = given[0] != '\0'                        ? given
                       : first != NULL && has_one_kernel(content) ? first->kernel
                                                                  : a->study;
    const char *where = report_cluster_title(content);
    bool weak = first != NULL && strcmp(first->scaling, "weak") == 0;
    if (what[0] != '\0')
        page->title = pool_text(&page->pool, "%s — %s scaling", what, weak ? "weak" : "strong");
    else
        page->title = weak ? "Weak scaling, from a table of runs"
                           : "Strong scaling, from a table of runs";
    if (where[0] != '\0')
        page->title = pool_text(&page->pool, "%s on %s", page->title, where);
}

static const char *blocks_of(struct page *page, const struct group *group)
{
    size_t least = SIZE_MAX, most = 0;
    for (size_t i = 0; i < group->count; i++)
        for (size_t j = 0; j < group->series[i]->point_count; j++) {
            size_t blocks = group->series[i]->points[j].blocks;
            least = blocks < least ? blocks : least;
            most = blocks > most ? blocks : most;
        }
    if (least < most)
        return pool_text(&page->pool, "%zu to %zu blocks", least, most);
    return pool_text(&page->pool, "%zu %s", most, most == 1 ? "block" : "blocks");
}

/* One that ran on two CPU types is there twice. */
static int64_t backends_of(const struct group *group)
{
    int64_t distinct = 0;
    for (size_t i = 0; i < group->count; i++) {
        size_t first = 0;
        while (strcmp(group->series[first]->backend, group->series[i]->backend) != 0)
            first++;
        distinct += first == i;
    }
    return distinct;
}

static void set_facts(struct page *page, const struct report_content *content)
{
    const struct analysis *a = content->analysis;
    page->facts = pool_alloc(&page->pool, 4, sizeof *page->facts);
    if (content->groups.count > 0) {
        const struct group *group = &content->groups.list[0];
        struct strbuf sb = STRBUF_INIT;
        if (isfinite(group->series[0]->size)) {
            strbuf_add(&sb, "n = ");
            wording_size(&sb, group->series[0]->size);
            if (content->groups.count > 1)
                strbuf_addf(&sb, " and %zu more", content->groups.count - 1);
            page->facts[page->fact_count++] = page_take(page, &sb);
        }
        wording_plural(&sb, backends_of(group), "backend", "backends");
        strbuf_add(&sb, " × ");
        wording_plural(&sb, (int64_t)group->core_count, "core count", "core counts");
        strbuf_addf(&sb, " × %s", blocks_of(page, group));
        page->facts[page->fact_count++] = page_take(page, &sb);
    }
    struct strbuf sb = STRBUF_INIT;
    wording_count(&sb, (int64_t)a->runs_ok);
    strbuf_add(&sb, " of ");
    wording_plural(&sb, (int64_t)a->runs_planned, "run ok", "runs ok");
    page->facts[page->fact_count++] = page_take(page, &sb);
    if (a->date[0] != '\0')
        page->facts[page->fact_count++] = a->date;
}

static void add_warnings(struct page *page, const struct report_content *content)
{
    if (content->plot_problem != NULL)
        page_say(page, &page_add(page, PAGE_NOTICE)->paragraph, PAGE_PLAIN, "%s.",
                 content->plot_problem);
    page_add_notices(page, content);
}

static void add_pictures(struct page *page, const struct report_content *content, size_t group)
{
    size_t first = 0;
    if (content->picture_counts == NULL || content->picture_counts[group] == 0)
        return;
    for (size_t i = 0; i < group; i++)
        first += content->picture_counts[i];
    page_pictures(page, content->pictures + first, content->picture_counts[group]);
}

/* Another size, kernel or cluster of the same study. */
static void add_other_group(struct page *page, const struct report_content *content, size_t index)
{
    const struct group *group = &content->groups.list[index];
    const struct series *first = group->series[0];
    const struct series *headline = content->groups.list[0].series[0];
    struct strbuf sb = STRBUF_INIT;
    char id[32];
    if (strcmp(first->kernel, headline->kernel) != 0)
        strbuf_addf(&sb, "%s, ", first->kernel);
    if (strcmp(first->cluster, headline->cluster) != 0)
        strbuf_addf(&sb, "%s, ", first->cluster);
    if (isfinite(first->size)) {
        strbuf_add(&sb, "n = ");
        wording_size(&sb, first->size);
    } else if (sb.len > 2) {
        strbuf_set_length(&sb, sb.len - 2);
    }
    snprintf(id, sizeof id, "part-%zu", index + 1);
    page_heading(page, 2, id, sb.str);
    strbuf_free(&sb);
    page_add_group_answer(page, content, group);
    add_pictures(page, content, index);
    page_add_backends(page, content, group, 3);
    page_add_series_tables(page, content, group, 3);
    page_add_throughput(page, content, group, 3);
}

void page_report(struct page *page, const struct report_content *content)
{
    bool figures = content->explain && content->analysis->runs_ok > 0;
    set_title(page, content);
    set_facts(page, content);
    page_add_answer(page, content);
    add_warnings(page, content);
    if (figures)
        page_link_explanations(page);
    if (content->groups.count > 0) {
        if (!has_one_kernel(content)) /* the others have headings of their own */
            page_heading(page, 2, "part-1", content->groups.list[0].series[0]->kernel);
        add_pictures(page, content, 0);
        page_add_backends(page, content, &content->groups.list[0], 2);
        page_add_series_tables(page, content, &content->groups.list[0], 2);
        page_add_models(page, &content->groups.list[0]);
        page_add_throughput(page, content, &content->groups.list[0], 2);
    }
    for (size_t i = 1; i < content->groups.count; i++)
        add_other_group(page, content, i);
    page_add_sizes(page, content);
    page_add_resources(page, content);
    page_add_use(page, content);
    if (figures)
        page_add_explanations(page, content);
    page_add_method(page, content);
}

#include "page_rivals.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "claim.h"
#include "number.h"
#include "wording.h"

static bool is_of(const struct analysis *analysis, const struct rival *rival,
                  const struct group *group)
{
    return group->answer != NULL && &analysis->answers[rival->answer] == group->answer;
}

static size_t count_of(const struct analysis *analysis, const struct group *group)
{
    size_t count = 0;
    for (size_t i = 0; i < analysis->rival_count; i++)
        count += is_of(analysis, &analysis->rivals[i], group);
    return count;
}

static const char *claim_text(struct page *page, const struct rival *rival)
{
    struct strbuf sb = STRBUF_INIT;
    claim_say(&sb, &rival->claim);
    return page_take(page, &sb);
}

const char *rivals_claim(struct page *page, const struct analysis *analysis,
                         const struct group *group, const struct series *series)
{
    for (size_t i = 0; i < analysis->rival_count; i++)
        if (is_of(analysis, &analysis->rivals[i], group) &&
            &analysis->series[analysis->rivals[i].series] == series)
            return claim_text(page, &analysis->rivals[i]);
    return "";
}

const char *rivals_claim_title(struct page *page, const struct analysis *analysis,
                               const struct group *group)
{
    const struct series *chosen = group_answer_series(analysis, group);
    const struct point_summary *point = group_answer_point(analysis, group);
    if (chosen == NULL || point == NULL)
        return "";
    return pool_text(&page->pool, "against %s on %lld %s", chosen->label, (long long)point->cores,
                     point->cores == 1 ? "core" : "cores");
}

static void add_row(struct page *page, struct page_table *table, const struct analysis *analysis,
                    const struct rival *rival, size_t most)
{
    const struct series *series = &analysis->series[rival->series];
    struct page_row *row = page_add_row(page, table, most);
    struct strbuf sb = STRBUF_INIT;
    row->cells[0] = series->label;
    wording_seconds(&sb, series->points[rival->point].median);
    row->cells[1] = page_take(page, &sb);
    row->cells[2] = claim_text(page, rival);
}

static bool has_interval(const struct analysis *analysis, const struct group *group)
{
    for (size_t i = 0; i < analysis->rival_count; i++)
        if (is_of(analysis, &analysis->rivals[i], group) &&
            interval_exists(analysis->rivals[i].claim.ci))
            return true;
    return false;
}

void rivals_say_level(struct page *page, const struct analysis *analysis, const struct group *group)
{
    if (!has_interval(analysis, group))
        return;
    char all[NUMBER_TEXT_SIZE], each[NUMBER_TEXT_SIZE];
    struct strbuf sb = STRBUF_INIT;
    number_format(all, round(analysis->level * 1e4) / 100);
    number_format(each, round(analysis->rivals[0].claim.level * 1e4) / 100);
    if (analysis->rival_count == 1)
        strbuf_addf(&sb, "The interval of the comparison holds at %s %%.", all);
    else
        strbuf_addf(&sb,
                    "Each interval of the comparisons on the recommended count holds at %s %%, "
                    "so that all %zu of the report together hold at %s %%.",
                    each, analysis->rival_count, all);
    page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET, "%s", sb.str);
    strbuf_free(&sb);
}

void page_add_rivals(struct page *page, const struct report_content *content,
                     const struct group *group, int level)
{
    const struct analysis *analysis = content->analysis;
    const struct series *chosen = group_answer_series(analysis, group);
    const struct point_summary *point = group_answer_point(analysis, group);
    size_t count = count_of(analysis, group);
    if (count == 0 || chosen == NULL || point == NULL)
        return;
    char id[48];
    snprintf(id, sizeof id, "backends-%zu", (size_t)(group->answer - analysis->answers) + 1);
    struct strbuf title = STRBUF_INIT;
    strbuf_add(&title, "Other backends on ");
    wording_plural(&title, point->cores, "core", "cores");
    page_heading(page, level, id, title.str);
    const struct page_column columns[] = {
        {"backend", NULL, false, false},
        {"time", "median over the blocks", true, false},
        {pool_text(&page->pool, "against %s", chosen->label),
         "times the time, with its interval, or what else may be claimed", false, false}};
    struct page_table *table = page_add_table(page, title.str, columns, 3);
    for (size_t i = 0; i < analysis->rival_count; i++)
        if (is_of(analysis, &analysis->rivals[i], group))
            add_row(page, table, analysis, &analysis->rivals[i], count);
    rivals_say_level(page, analysis, group);
    strbuf_free(&title);
}

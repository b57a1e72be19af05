/*
 * The figures of each backend, and what is said above them.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "page_report.h"
#include "page_tables.h"
#include "wording.h"

/* Backends of so few points, where they are so many, are in one table. */
enum { JOINED_MOST_POINTS = 2, JOINED_LEAST = 3 };

static bool same_base(const struct series **series, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(series[i]->base_backend, series[0]->base_backend) != 0 ||
            series[i]->base_cores != series[0]->base_cores)
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

/* "serial and fortran" of those whose smallest count faster than the base is `cores`, 0: none is. */
static size_t say_outrunning(struct strbuf *names, const struct tabled *t, int64_t cores)
{
    size_t count = 0, said = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < t->count; i++) {
            const struct series *s = t->series[i];
            if (!s->base_is_absolute || strcmp(s->backend, s->base_backend) == 0 ||
                !has_speedup_intervals(s) || series_outruns_base(s) != cores)
                continue;
            if (pass == 0)
                count++;
            else
                strbuf_addf(names, "%s%s", wording_separator(said++, count), s->label);
        }
    return count;
}

/* What say_own() says of each, for all in one sentence a count. */
static void say_all_own(struct page *page, const struct group *group, const struct tabled *t)
{
    struct strbuf sb = STRBUF_INIT, names = STRBUF_INIT;
    if (!same_base(t->series, t->count))
        return;
    for (size_t i = 0; i < group->core_count; i++) {
        if (say_outrunning(&names, t, group->cores[i]) == 0)
            continue;
        strbuf_addf(&sb, "%sShown to be faster than %s on ", sb.len > 0 ? " " : "",
                    t->series[0]->base_backend);
        wording_plural(&sb, group->cores[i], "core", "cores");
        strbuf_addf(&sb, "%s: %s.", group->core_count > i + 1 ? " or more" : "", names.str);
        strbuf_clear(&names);
    }
    if (say_outrunning(&names, t, 0) > 0)
        strbuf_addf(&sb, sb.len > 0 ? " On no count: %s." : "Shown to be faster on no count: %s.",
                    names.str);
    if (sb.len > 0)
        page_say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_QUIET, "%s", sb.str);
    strbuf_free(&names);
    strbuf_free(&sb);
}

/* The series of few points, where they are so many that a table each would hide them; and the
 * others, in the order of the group. */
static void divide(struct page *page, const struct group *group, struct tabled *joined,
                   struct tabled *others)
{
    *joined = *others = (struct tabled){NULL, 0, NULL};
    joined->series = pool_alloc(&page->pool, group->count + 1, sizeof(struct series *));
    others->series = pool_alloc(&page->pool, group->count + 1, sizeof(struct series *));
    size_t few = 0;
    for (size_t i = 0; i < group->count; i++)
        few += group->series[i]->point_count <= JOINED_MOST_POINTS;
    for (size_t i = 0; i < group->count; i++) {
        bool join =
            few >= JOINED_LEAST && group->series[i]->point_count <= JOINED_MOST_POINTS;
        struct tabled *to = join ? joined : others;
        to->series[to->count++] = group->series[i];
    }
}

static void add_joined(struct page *page, const struct report_content *content,
                       const struct group *group, const struct tabled *joined,
                       const bool shown[COLUMN_COUNT], int level)
{
    bool all = joined->count == group->count;
    const char *title = all ? "Figures of all backends" : "Backends on one or two counts";
    char id[48];
    snprintf(id, sizeof id, "figures-%zu", (size_t)(group - content->groups.list) + 1);
    page_heading(page, level, id, title);
    if (all && same_base(joined->series, joined->count))
        say_base(page, joined->series[0], content->plan != NULL);
    else
        for (size_t i = 0; !same_base(group->series, group->count) && i < joined->count; i++)
            say_base(page, joined->series[i], content->plan != NULL);
    say_all_own(page, group, joined);
    tables_add(page, title, joined, shown);
}

void page_add_series_tables(struct page *page, const struct report_content *content,
                            const struct group *group, int level)
{
    bool shown[COLUMN_COUNT];
    struct tabled joined, others;
    tables_find_columns(page, group, shown);
    if (!content->analysis->asked.paired)
        shown[COLUMN_PAIRED] = shown[COLUMN_PAIRED_CI] = false;
    divide(page, group, &joined, &others);
    joined.chosen = group_answer_point(content->analysis, group);
    for (size_t i = 0; i < others.count; i++) {
        const struct series *series = others.series[i];
        const struct tabled one = {&series, 1, NULL};
        char id[48];
        snprintf(id, sizeof id, "series-%zu", (size_t)(series - content->analysis->series) + 1);
        page_heading(page, level, id, series->label);
        if (i == 0 || !same_base(group->series, group->count))
            say_base(page, series, content->plan != NULL);
        say_own(page, series);
        tables_add(page, pool_text(&page->pool, "Figures of %s", series->label), &one, shown);
    }
    if (joined.count > 0)
        add_joined(page, content, group, &joined, shown, level);
}

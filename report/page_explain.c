#include "page_explain.h"

#include <math.h>

#include "explain_work.h"

/* Figures in their order; a row is worked through for each series or for the study. */
static const struct figure_row {
    const char *heading, *id; /* NULL: under the one before */
    enum explained which;
    bool whole; /* of a series: about all of it, not about one point */
    explain_series_work *series;
    explain_study_work *study;
} rows[] = {
    {"Times", "explained-times", EXPLAINED_MEDIAN, false, explain_median, NULL},
    {NULL, NULL, EXPLAINED_MEDIAN_INTERVAL, false, explain_median_interval, NULL},
    {NULL, NULL, EXPLAINED_SPREAD, false, explain_spread, NULL},
    {NULL, NULL, EXPLAINED_TOO_SMALL, true, explain_too_small, NULL},
    {"Speedup and efficiency", "explained-speedup", EXPLAINED_SPEEDUP, false, explain_speedup,
     NULL},
    {NULL, NULL, EXPLAINED_SCALED_SPEEDUP, false, explain_scaled_speedup, NULL},
    {NULL, NULL, EXPLAINED_SPEEDUP_INTERVAL, false, explain_speedup_interval, NULL},
    {NULL, NULL, EXPLAINED_PAIRED, false, explain_paired, NULL},
    {NULL, NULL, EXPLAINED_EFFICIENCY, false, explain_efficiency, NULL},
    {NULL, NULL, EXPLAINED_EFFICIENCY_LIMIT, false, explain_efficiency_limit, NULL},
    {NULL, NULL, EXPLAINED_KARP_FLATT, false, explain_karp_flatt, NULL},
    {NULL, NULL, EXPLAINED_GUSTAFSON, false, explain_gustafson, NULL},
    {"Which core count", "explained-cores", EXPLAINED_TO_FASTEST, false, explain_to_fastest, NULL},
    {NULL, NULL, EXPLAINED_FAST_ENOUGH, true, explain_fast_enough, NULL},
    {NULL, NULL, EXPLAINED_EFFICIENT, true, explain_efficient, NULL},
    {NULL, NULL, EXPLAINED_KNEE, true, explain_knee, NULL},
    {NULL, NULL, EXPLAINED_CHEAPEST, true, explain_cheapest, NULL},
    {NULL, NULL, EXPLAINED_CHOICE, false, NULL, explain_choice},
    {NULL, NULL, EXPLAINED_REDRAWN, false, NULL, explain_redrawn},
    {NULL, NULL, EXPLAINED_DOUBLING, false, NULL, explain_doubling},
    {"Other backends", "explained-backends", EXPLAINED_CLAIM, false, NULL, explain_claims},
    {NULL, NULL, EXPLAINED_HODGES_LEHMANN, false, NULL, explain_hodges_lehmann},
    {"Curves", "explained-curves", EXPLAINED_CURVE, true, explain_curve, NULL},
    {NULL, NULL, EXPLAINED_MODEL_CHOICE, true, explain_model_choice, NULL},
    {NULL, NULL, EXPLAINED_LEFT_OUT, true, explain_left_out, NULL},
    {NULL, NULL, EXPLAINED_LACK_OF_FIT, true, explain_lack_of_fit, NULL},
    {NULL, NULL, EXPLAINED_BANDS, true, explain_bands, NULL},
    {NULL, NULL, EXPLAINED_PEAK, true, explain_peak, NULL},
    {NULL, NULL, EXPLAINED_THROUGHPUT, false, explain_throughput, NULL},
    {"Sizes", "explained-sizes", EXPLAINED_SIZES, false, NULL, explain_sizes},
    {"Cost and use", "explained-cost", EXPLAINED_COST, false, explain_cost, NULL},
    {NULL, NULL, EXPLAINED_CPU, false, explain_cpu, NULL},
    {NULL, NULL, EXPLAINED_OTHERS, false, explain_others, NULL},
    {NULL, NULL, EXPLAINED_MEMORY, false, explain_memory, NULL},
};

/* The recommended point, or where that is one core the fastest on more: on one core most
 * figures are 1. */
static const struct point_summary *telling_point(const struct series *s)
{
    const struct point_summary *p = series_shown_point(s), *fastest = NULL;
    if (p == NULL || p->cores > 1)
        return p;
    for (size_t i = 0; i < s->point_count; i++)
        if (s->points[i].cores > 1 && isfinite(s->points[i].median) &&
            (fastest == NULL || s->points[i].median < fastest->median))
            fastest = &s->points[i];
    return fastest != NULL ? fastest : p;
}

static void work_series(struct explaining *e, const struct groups *groups,
                        const struct figure_row *row)
{
    for (size_t i = 0; i < groups->count; i++)
        for (size_t j = 0; j < groups->list[i].count; j++) {
            const struct series *s = groups->list[i].series[j];
            const struct point_summary *p = telling_point(s);
            struct page_paragraph text = {0};
            if (p == NULL || p->blocks == 0)
                continue;
            row->series(e, s, p, &text);
            explain_fact(e, explain_series_name(e, s, row->whole ? 0 : p->cores), &text);
        }
}

static void add_introduction(struct page *page)
{
    page_heading(page, 2, "explained", "How each figure is made");
    page_plain(page, "Each kind of figure with its formula and this report's own numbers put in, "
                     "those of the recommended count of each backend, or else of the one that "
                     "tells most. p is a number of cores, T a median time in seconds, x(k) the k-th "
                     "of n sorted block times. The numbers have more digits here than in the "
                     "tables, so that a calculator gets the same.");
}

/* A heading comes with the first of its figures that the report has. */
static void add_figure(struct explaining *e, const struct groups *groups,
                       const struct figure_row *row, const struct figure_row **heading)
{
    size_t before = e->page->count;
    if (row->heading != NULL)
        *heading = row;
    if (*heading != NULL)
        page_heading(e->page, 3, (*heading)->id, (*heading)->heading);
    size_t empty = e->page->count;
    explain_begin(e, row->which);
    if (row->series != NULL)
        work_series(e, groups, row);
    else
        row->study(e);
    explain_end(e, row->which);
    if (e->page->count == empty)
        e->page->count = before;
    else
        *heading = NULL;
}

void page_add_explanations(struct page *page, const struct report_content *content)
{
    const struct analysis *a = content->analysis;
    const struct figure_row *heading = NULL;
    struct explaining e = {.page = page,
                           .analysis = a,
                           .plan = content->plan,
                           .machines = content->machines,
                           .most = a->series_count + a->answer_count + a->rival_count +
                                   a->sweep_count + 2};
    add_introduction(page);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_figure(&e, &content->groups, &rows[i], &heading);
}

void page_link_explanations(struct page *page)
{
    struct page_paragraph *paragraph = &page_add(page, PAGE_PARAGRAPH)->paragraph;
    page_say(page, paragraph, PAGE_PLAIN, "What the figures mean and how to get at them by hand: ");
    page_link(page, paragraph, "explained", "How each figure is made");
    page_say(page, paragraph, PAGE_PLAIN, ".");
}

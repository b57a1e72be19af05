/*
 * Fills a page with a comparison: what differs and how surely, plots, tables of
 * each view, and what was compared.
 */
#ifndef SCALESTUDY_PAGE_COMPARE_H
#define SCALESTUDY_PAGE_COMPARE_H

#include "compare.h"
#include "compare_plots.h"
#include "machines.h"
#include "page.h"
#include "planfile.h"

/* Where an entrant's figures come from. */
struct compare_source {
    const char *path;        /* as the user named it */
    const struct plan *plan; /* NULL: a table */
    const struct machines *machines;
};

struct compare_content {
    const struct compare *compare;
    const struct compare_source *sources; /* of each entrant */
    const struct page_picture *pictures;
    const struct compare_plots *parts;
    size_t part_count;
    const char *plot_problem; /* NULL: plots are drawn, or were not asked for */
    const char *gate;         /* what --fail-if-slower found, a sentence; NULL: not asked */
    bool explain;             /* as in struct report_content */
};

/* The page borrows from the content, which must outlive it. */
void page_compare(struct page *page, const struct compare_content *content);

/* Its answer: what differs, in the order of what matters. */
void page_add_compare_answer(struct page *page, const struct compare_content *content);

/* The CPU type that an entrant's runs name; "" where they name none. */
const char *page_compare_cpu(const struct compare_entrant *entrant);

/* Its tables: rankings and comparisons of a contest, under headings of `level`. */
void page_add_compare_tables(struct page *page, const struct compare *compare, size_t contest,
                             int level);

#endif

/*
 * Fills a page with what the analysis says: the sentences, tables and figures
 * of a report, in their order.
 */
#ifndef SCALESTUDY_PAGE_REPORT_H
#define SCALESTUDY_PAGE_REPORT_H

#include "analysis.h"
#include "groups.h"
#include "page.h"
#include "use.h"

struct report_content {
    const struct analysis *analysis;
    const struct plan *plan; /* NULL: a foreign table */
    const struct machines *machines;
    struct groups groups;
    const struct page_picture *pictures; /* of all groups, in their order */
    const size_t *picture_counts;        /* of each group; NULL: no pictures at all */
    const struct uses *uses;                 /* NULL: none are known */
    const struct page_picture *use_pictures; /* of all its views, in their order */
    const size_t *use_counts;                /* of each view; NULL: no pictures at all */
    const char *plot_problem;            /* NULL: plots are drawn, or were not asked for */
    bool explain; /* each figure and each warning, for teaching */
};

/* The page borrows from the content, which must outlive it. */
void page_report(struct page *page, const struct report_content *content);

/* The parts of it, each in a file of its own. */
void page_add_answer(struct page *page, const struct report_content *content);
void page_add_group_answer(struct page *page, const struct report_content *content,
                           const struct group *group);
/* The backends side by side: all of them where they are many or none is recommended, else the
 * others on the recommended count. */
void page_add_backends(struct page *page, const struct report_content *content,
                       const struct group *group, int level);
void page_add_series_tables(struct page *page, const struct report_content *content,
                            const struct group *group, int level);
/* The scaling models of the group's series; nothing where none has any. */
void page_add_models(struct page *page, const struct group *group);
/* What `--fit throughput` gave for the group; nothing where that was not asked for. */
void page_add_throughput(struct page *page, const struct report_content *content,
                         const struct group *group, int level);
void page_add_sizes(struct page *page, const struct report_content *content);
void page_add_resources(struct page *page, const struct report_content *content);
/* The points that left most unused; nothing where none did. */
void page_add_unused(struct page *page, const struct report_content *content);
void page_add_use(struct page *page, const struct report_content *content);
void page_add_method(struct page *page, const struct report_content *content);

/* "kebnekaise" as people write it: the plan's title of the cluster where it has one; "" where no
 * one named it. */
const char *report_cluster_title(const struct report_content *content);

/* A table's cell: what `say` says of the value, "not known" where it is not finite. */
const char *report_known(struct page *page, void (*say)(struct strbuf *, double), double value);

/* How a backend is parallel: "threads", …; "" where the plan does not say. */
const char *report_parallel(const struct report_content *content, const char *backend);

#endif

/*
 * "How each figure is made", for reports with --explain: every kind of figure on
 * the page with its formula, this report's numbers put in, why one looks at it
 * and its source.
 */
#ifndef SCALESTUDY_PAGE_EXPLAIN_H
#define SCALESTUDY_PAGE_EXPLAIN_H

#include "page_compare.h"
#include "page_report.h"

void page_add_explanations(struct page *page, const struct report_content *content);
void page_add_compare_explanations(struct page *page, const struct compare *compare);

/* A line that leads there, for the top of the page. */
void page_link_explanations(struct page *page);

#endif

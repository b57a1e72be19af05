/*
 * Figures as the cells of the page's tables have them: the page's own texts,
 * "" where something is not known unless it says else.
 */
#ifndef SCALESTUDY_PAGE_CELLS_H
#define SCALESTUDY_PAGE_CELLS_H

#include "interval.h"
#include "page.h"

/* "–" where it is not finite. */
const char *page_cell_number(struct page *page, double value, int decimals);
/* "1.02 – 1.05" */
const char *page_cell_range(struct page *page, struct interval interval, int decimals);
const char *page_cell_percent(struct page *page, double value);
const char *page_cell_bytes(struct page *page, double value);
const char *page_cell_core_seconds(struct page *page, double value);

/* For all times of a column, so that they can be compared down it: enough for four digits of the
 * shortest; 1 where that is not known. */
int page_cell_time_decimals(double shortest);
/* Two, and as many more as two digits of a small ratio need. */
int page_cell_ratio_decimals(double ratio);

#endif

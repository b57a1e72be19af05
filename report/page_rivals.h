/*
 * What may be claimed of the other backends on the recommended count: a table
 * of its own, or a column of the table of all backends.
 */
#ifndef SCALESTUDY_PAGE_RIVALS_H
#define SCALESTUDY_PAGE_RIVALS_H

#include "page_report.h"

/* "1.31× the time (1.29–1.33)"; "" where nothing is said of the series. */
const char *rivals_claim(struct page *page, const struct analysis *analysis,
                         const struct group *group, const struct series *series);

/* "against openmp on 12 cores"; "" where there is no recommendation. */
const char *rivals_claim_title(struct page *page, const struct analysis *analysis,
                               const struct group *group);

/* At which level the claims hold; nothing where there are none with an interval. */
void rivals_say_level(struct page *page, const struct analysis *analysis,
                      const struct group *group);

/* The table of its own; nothing where there are no claims. */
void page_add_rivals(struct page *page, const struct report_content *content,
                     const struct group *group, int level);

#endif

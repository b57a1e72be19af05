/*
 * Warnings as the page shows them: one notice a cause, however many backends
 * have it.
 */
#ifndef SCALESTUDY_NOTICES_H
#define SCALESTUDY_NOTICES_H

#include "page_report.h"

/* All of the analysis; those behind the first few may be folded. */
void page_add_notices(struct page *page, const struct report_content *content);

#endif

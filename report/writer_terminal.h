/*
 * The report in a screenful of text: the answer, the alternatives, a short
 * table for each backend, warnings.
 */
#ifndef SCALESTUDY_WRITER_TERMINAL_H
#define SCALESTUDY_WRITER_TERMINAL_H

#include "page_report.h"
#include "strbuf.h"

void terminal_text(struct strbuf *out, const struct page *page,
                   const struct report_content *content, bool colour);

/* Text for a terminal: control characters, which could command it, become "?". */
void terminal_escape(struct strbuf *out, const char *text);

#endif

/*
 * The page as one HTML file that needs nothing from outside.
 */
#ifndef SCALESTUDY_WRITER_HTML_H
#define SCALESTUDY_WRITER_HTML_H

#include "page.h"
#include "strbuf.h"

/* `css` is put into the page as it is. */
void writer_html(struct strbuf *out, const struct page *page, const char *css);

#endif

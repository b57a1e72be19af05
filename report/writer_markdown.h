/*
 * The page as GitHub-flavoured Markdown, with the plots as files beside it.
 */
#ifndef SCALESTUDY_WRITER_MARKDOWN_H
#define SCALESTUDY_WRITER_MARKDOWN_H

#include "page.h"
#include "strbuf.h"

/* `picture_type` is "svg" or "png"; NULL: no pictures are beside it. */
void writer_markdown(struct strbuf *out, const struct page *page, const char *picture_type);

/*
 * Text that Markdown shows as it is: every character that could mean something
 * is escaped, and line ends become blanks, so that it stays in its table cell.
 */
void markdown_escape(struct strbuf *out, const char *text);

#endif

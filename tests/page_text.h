/*
 * What a page says, without markup.
 */
#ifndef SCALESTUDY_PAGE_TEXT_H
#define SCALESTUDY_PAGE_TEXT_H

#include <stdlib.h>

#include "page.h"

/* Paragraphs, and the first row of each table with bars behind its cells. Frees the page; the
 * caller frees the text. */
static inline char *page_text_of(struct page *page)
{
    struct strbuf text = STRBUF_INIT;
    for (size_t i = 0; i < page->count; i++) {
        if (page->blocks[i].kind == PAGE_TABLE)
            for (size_t c = 0; c < page->blocks[i].table.column_count; c++)
                strbuf_addf(&text, "%s|", page->blocks[i].table.rows[0].cells[c]);
        if (page->blocks[i].kind == PAGE_PARAGRAPH) {
            char *paragraph = page_paragraph_text(&page->blocks[i].paragraph);
            strbuf_add(&text, paragraph);
            free(paragraph);
        }
    }
    page_free(page);
    return strbuf_take(&text);
}

#endif

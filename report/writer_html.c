#include "writer_html.h"

#include <string.h>

#include "html_escape.h"

/* Figures stay on one line with their unit: the blank between is a no-break one. */
static void add_prose(struct strbuf *out, const char *text)
{
    struct strbuf piece = STRBUF_INIT;
    for (size_t i = 0; text[i] != '\0'; i++) {
        bool after_digit = i > 0 && text[i - 1] >= '0' && text[i - 1] <= '9';
        if (text[i] == ' ' && after_digit && text[i + 1] != '\0')
            strbuf_add(&piece, "\xC2\xA0");
        else
            strbuf_add_char(&piece, text[i]);
    }
    html_escape(out, piece.str);
    strbuf_free(&piece);
}

static void add_span(struct strbuf *out, const struct page_span *span)
{
    static const char *const open[] = {[PAGE_PLAIN] = "",
                                       [PAGE_STRONG] = "<strong>",
                                       [PAGE_QUIET] = "<span class=\"quiet\">",
                                       [PAGE_MONO] = "<code>",
                                       [PAGE_LINK] = ""};
    static const char *const close[] = {[PAGE_PLAIN] = "",
                                        [PAGE_STRONG] = "</strong>",
                                        [PAGE_QUIET] = "</span>",
                                        [PAGE_MONO] = "</code>",
                                        [PAGE_LINK] = "</a>"};
    if (span->style == PAGE_LINK) {
        strbuf_add(out, "<a href=\"#");
        html_escape(out, span->target);
        strbuf_add(out, "\">");
    }
    strbuf_add(out, open[span->style]);
    if (span->style == PAGE_MONO)
        html_escape(out, span->text);
    else
        add_prose(out, span->text);
    strbuf_add(out, close[span->style]);
}

static void add_paragraph(struct strbuf *out, const struct page_paragraph *paragraph)
{
    for (size_t i = 0; i < paragraph->count; i++)
        add_span(out, &paragraph->spans[i]);
}

static void add_code(struct strbuf *out, const char *text, const char *label)
{
    strbuf_add(out, "<pre tabindex=\"0\" role=\"region\" aria-label=\"");
    html_escape(out, label);
    strbuf_add(out, "\"><code>");
    html_escape(out, text);
    strbuf_add(out, "</code></pre>\n");
}

static void add_answer(struct strbuf *out, const struct page_answer *answer)
{
    strbuf_addf(out,
                "<section class=\"answer%s\" aria-labelledby=\"answer\">\n<div>\n"
                "<h1 id=\"answer\">",
                answer->code[0] == '\0' ? " alone" : "");
    add_prose(out, answer->headline);
    strbuf_add(out, "</h1>\n");
    for (size_t i = 0; i < answer->paragraph_count; i++) {
        strbuf_add(out, "<p>");
        add_paragraph(out, &answer->paragraphs[i]);
        strbuf_add(out, "</p>\n");
    }
    strbuf_add(out, "</div>\n");
    if (answer->code[0] != '\0')
        add_code(out, answer->code, "Lines for a job script");
    strbuf_add(out, "</section>\n");
}

static void add_cell(struct strbuf *out, const struct page_table *table, const struct page_row *row,
                     size_t index)
{
    const struct page_column *column = &table->columns[index];
    const char *element = index == 0 ? "th" : "td";
    strbuf_addf(out, "<%s%s", element, index == 0 ? " scope=\"row\"" : "");
    if (!column->number)
        strbuf_add(out, " class=\"text\"");
    else if (column->quiet)
        strbuf_add(out, " class=\"quiet\"");
    strbuf_add_char(out, '>');
    html_escape(out, row->cells[index]);
    if (index == 0 && row->remark != NULL) {
        strbuf_add(out, "<span class=\"unseen\">, ");
        html_escape(out, row->remark);
        strbuf_add(out, "</span>");
    }
    strbuf_addf(out, "</%s>", element);
}

static void add_table(struct strbuf *out, const struct page_table *table)
{
    strbuf_add(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"");
    html_escape(out, table->caption);
    strbuf_add(out, "\">\n<table>\n<caption class=\"unseen\">");
    html_escape(out, table->caption);
    strbuf_add(out, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < table->column_count; i++) {
        const struct page_column *column = &table->columns[i];
        strbuf_addf(out, "<th scope=\"col\"%s", column->number ? "" : " class=\"text\"");
        if (column->title != NULL) {
            strbuf_add(out, " title=\"");
            html_escape(out, column->title);
            strbuf_add_char(out, '"');
        }
        strbuf_add_char(out, '>');
        html_escape(out, column->name);
        strbuf_add(out, "</th>");
    }
    strbuf_add(out, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < table->row_count; i++) {
        strbuf_add(out, table->rows[i].emphasised ? "<tr class=\"recommended\">" : "<tr>");
        for (size_t j = 0; j < table->column_count; j++)
            add_cell(out, table, &table->rows[i], j);
        strbuf_add(out, "</tr>\n");
    }
    strbuf_add(out, "</tbody>\n</table>\n</div>\n");
}

static void add_picture(struct strbuf *out, const struct page_picture *picture)
{
    if (picture->wide[0] == '\0')
        return;
    strbuf_addf(out, "<figure%s>\n<figcaption><strong>",
                picture->figure->whole ? " class=\"whole\"" : "");
    html_escape(out, picture->figure->title);
    strbuf_add(out, "</strong> ");
    add_prose(out, picture->figure->subtitle);
    strbuf_add(out, "</figcaption>\n");
    if (picture->narrow[0] == '\0') {
        strbuf_add(out, picture->wide);
    } else {
        strbuf_addf(out, "<div class=\"wide\">\n%s</div>\n<div class=\"narrow\">\n%s</div>\n",
                    picture->wide, picture->narrow);
    }
    strbuf_add(out, "</figure>\n");
}

static void add_facts(struct strbuf *out, const struct page_block *block)
{
    strbuf_add(out, "<dl>\n");
    for (size_t i = 0; i < block->fact_count; i++) {
        strbuf_add(out, "<dt>");
        html_escape(out, block->facts[i].name);
        strbuf_add(out, "</dt><dd>");
        add_paragraph(out, &block->facts[i].text);
        strbuf_add(out, "</dd>\n");
    }
    strbuf_add(out, "</dl>\n");
}

static void add_items(struct strbuf *out, const struct page_block *block)
{
    strbuf_addf(out, "<details class=\"items\">\n<summary>all %zu</summary>\n<ul>\n",
                block->item_count);
    for (size_t i = 0; i < block->item_count; i++) {
        strbuf_add(out, "<li>");
        add_prose(out, block->items[i]);
        strbuf_add(out, "</li>\n");
    }
    strbuf_add(out, "</ul>\n</details>\n");
}

static void add_notice(struct strbuf *out, const struct page_block *block)
{
    strbuf_add(out, block->item_count > 0 ? "<div class=\"notice\">\n<p>" : "<p class=\"notice\">");
    add_paragraph(out, &block->paragraph);
    if (block->reason.count > 0) {
        strbuf_add(out, "<br>\n<span class=\"reason\">");
        add_paragraph(out, &block->reason);
        strbuf_add(out, "</span>");
    }
    strbuf_add(out, "</p>\n");
    if (block->item_count > 0) {
        add_items(out, block);
        strbuf_add(out, "</div>\n");
    }
}

static void add_explanation(struct strbuf *out, const struct page_block *block)
{
    strbuf_add(out, "<details class=\"explanation\">\n<summary><strong>");
    html_escape(out, block->text);
    strbuf_add(out, "</strong> <code>");
    html_escape(out, block->formula);
    strbuf_add(out, "</code></summary>\n");
    add_facts(out, block);
    strbuf_add(out, "</details>\n");
}

static void add_block(struct strbuf *out, const struct page_block *block)
{
    switch (block->kind) {
    case PAGE_HEADING:
        strbuf_addf(out, "<h%d id=\"%s\">", block->level, block->id);
        html_escape(out, block->text);
        strbuf_addf(out, "</h%d>\n", block->level);
        break;
    case PAGE_PARAGRAPH:
        strbuf_add(out, "<p>");
        add_paragraph(out, &block->paragraph);
        strbuf_add(out, "</p>\n");
        break;
    case PAGE_NOTICE:
        add_notice(out, block);
        break;
    case PAGE_PICTURES:
        strbuf_add(out, "<div class=\"figures\">\n");
        for (size_t i = 0; i < block->picture_count; i++)
            add_picture(out, &block->pictures[i]);
        strbuf_add(out, "</div>\n");
        break;
    case PAGE_TABLE:
        add_table(out, &block->table);
        break;
    case PAGE_FACTS:
        add_facts(out, block);
        break;
    case PAGE_CODE:
        add_code(out, block->text, "Commands");
        break;
    case PAGE_EXPLANATION:
        add_explanation(out, block);
        break;
    }
}

/* The first block is never folded: there is always one before. */
static void begin_folded(struct strbuf *out, const struct page *page, size_t first)
{
    size_t count = 0;
    while (first + count < page->count && page->blocks[first + count].folded)
        count++;
    strbuf_addf(out, "<details>\n<summary>%zu more %s</summary>\n", count,
                count == 1 ? "warning" : "warnings");
}

void writer_html(struct strbuf *out, const struct page *page, const char *css)
{
    /* The policy makes sure that a browser fetches nothing, whatever a name holds. */
    strbuf_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    html_escape(out, page->title);
    strbuf_addf(
        out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<header>\n<p class=\"title\">", css);
    html_escape(out, page->title);
    strbuf_add(out, "</p>\n<p class=\"facts\">");
    for (size_t i = 0; i < page->fact_count; i++) {
        if (i > 0)
            strbuf_add(out, " · ");
        strbuf_add(out, "<span>");
        add_prose(out, page->facts[i]);
        strbuf_add(out, "</span>");
    }
    strbuf_add(out, "</p>\n</header>\n<main>\n");
    add_answer(out, &page->answer);
    for (size_t i = 0; i < page->count; i++) {
        bool folded = page->blocks[i].folded;
        if (folded && !page->blocks[i - 1].folded)
            begin_folded(out, page, i);
        add_block(out, &page->blocks[i]);
        if (folded && (i + 1 == page->count || !page->blocks[i + 1].folded))
            strbuf_add(out, "</details>\n");
    }
    strbuf_add(out, "</main>\n</body>\n</html>\n");
}

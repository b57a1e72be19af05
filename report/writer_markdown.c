#include "writer_markdown.h"

#include <string.h>
#include <strings.h>

#include "utf8.h"

/* GitHub makes links of http://… and www.…, and tells people whose name stands
 * behind an @; none of that may come from a name in a table. */
static const char *defused(const char *text, uint32_t c)
{
    if (c == '<')
        return "&lt;"; /* also where HTML in Markdown is not switched off */
    if (c == '&')
        return "&amp;";
    if (c == '@')
        return "@&#8288;"; /* a word joiner: not seen, but no name begins with it */
    if (c == ':' && text[1] == '/')
        return "&#58;";
    if ((c == 'w' || c == 'W') && strncasecmp(text, "www.", 4) == 0)
        return c == 'w' ? "&#119;" : "&#87;";
    return NULL;
}

static bool is_hidden(uint32_t c)
{
    return c == UTF8_INVALID || (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
           (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

void markdown_escape(struct strbuf *out, const char *text)
{
    const char *begin = text;
    size_t length;
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length) {
        const char *replacement = defused(text, c);
        if (is_hidden(c)) {
            strbuf_add(out, "\xEF\xBF\xBD");
        } else if (c < 0x20) {
            strbuf_add_char(out, ' ');
        } else if (replacement != NULL) {
            strbuf_add(out, replacement);
        } else {
            bool first = text == begin && c < 0x80 && strchr("-+=", (int)c) != NULL;
            if (first || (c < 0x80 && strchr("\\`*_{}[]#!|~>$", (int)c) != NULL))
                strbuf_add_char(out, '\\');
            strbuf_add_bytes(out, text, length);
        }
    }
}

/* In code nothing can be escaped: the fence is longer than any run of backquotes. */
static size_t longest_backquotes(const char *text)
{
    size_t longest = 0, run = 0;
    for (; *text != '\0'; text++) {
        run = *text == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

static void add_backquotes(struct strbuf *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_add_char(out, '`');
}

static void add_mono(struct strbuf *out, const char *text)
{
    size_t count = longest_backquotes(text) + 1;
    bool padded = text[0] == '`' || (text[0] != '\0' && text[strlen(text) - 1] == '`');
    add_backquotes(out, count);
    strbuf_add(out, padded ? " " : "");
    for (; *text != '\0'; text++)
        strbuf_add_char(out, *text == '\n' || *text == '\r' ? ' ' : *text);
    strbuf_add(out, padded ? " " : "");
    add_backquotes(out, count);
}

static void add_code(struct strbuf *out, const char *text)
{
    size_t count = longest_backquotes(text) + 1;
    count = count < 3 ? 3 : count;
    add_backquotes(out, count);
    strbuf_addf(out, "sh\n%s%s", text,
                text[0] != '\0' && text[strlen(text) - 1] == '\n' ? "" : "\n");
    add_backquotes(out, count);
    strbuf_add(out, "\n\n");
}

static void add_paragraph(struct strbuf *out, const struct page_paragraph *paragraph)
{
    for (size_t i = 0; i < paragraph->count; i++) {
        const struct page_span *span = &paragraph->spans[i];
        switch (span->style) {
        case PAGE_PLAIN:
        case PAGE_QUIET:
            markdown_escape(out, span->text);
            break;
        case PAGE_STRONG:
            strbuf_add(out, "**");
            markdown_escape(out, span->text);
            strbuf_add(out, "**");
            break;
        case PAGE_MONO:
            add_mono(out, span->text);
            break;
        case PAGE_LINK: /* headings' ids differ between Markdown's readers */
            markdown_escape(out, span->text);
            break;
        }
    }
}

static void add_table(struct strbuf *out, const struct page_table *table)
{
    strbuf_add_char(out, '|');
    for (size_t i = 0; i < table->column_count; i++) {
        strbuf_add_char(out, ' ');
        markdown_escape(out, table->columns[i].name);
        strbuf_add(out, " |");
    }
    strbuf_add(out, "\n|");
    for (size_t i = 0; i < table->column_count; i++)
        strbuf_add(out, table->columns[i].number ? "---:|" : "---|");
    strbuf_add_char(out, '\n');
    for (size_t i = 0; i < table->row_count; i++) {
        const struct page_row *row = &table->rows[i];
        strbuf_add_char(out, '|');
        for (size_t j = 0; j < table->column_count; j++) {
            const char *mark = row->emphasised && row->cells[j][0] != '\0' ? "**" : "";
            strbuf_addf(out, " %s", mark);
            markdown_escape(out, row->cells[j]);
            strbuf_addf(out, "%s |", mark);
        }
        strbuf_add_char(out, '\n');
    }
    strbuf_add_char(out, '\n');
}

static void add_pictures(struct strbuf *out, const struct page_block *block, const char *type)
{
    for (size_t i = 0; i < block->picture_count; i++) {
        const struct page_picture *picture = &block->pictures[i];
        if (type == NULL || !picture->drawn)
            continue;
        strbuf_add(out, "**");
        markdown_escape(out, picture->figure->title);
        strbuf_add(out, "** ");
        markdown_escape(out, picture->figure->subtitle);
        strbuf_add(out, "\n\n![");
        markdown_escape(out, picture->figure->heading);
        strbuf_addf(out, "](%s.%s)\n\n", picture->file, type); /* our own name: [a-z0-9-]+ */
    }
}

static void add_facts(struct strbuf *out, const struct page_block *block)
{
    for (size_t i = 0; i < block->fact_count; i++) {
        strbuf_add(out, "- **");
        markdown_escape(out, block->facts[i].name);
        strbuf_add(out, "**: ");
        add_paragraph(out, &block->facts[i].text);
        strbuf_add_char(out, '\n');
    }
    strbuf_add_char(out, '\n');
}

static void add_explanation(struct strbuf *out, const struct page_block *block)
{
    strbuf_add(out, "**");
    markdown_escape(out, block->text);
    strbuf_add(out, "**: ");
    add_mono(out, block->formula);
    strbuf_add(out, "\n\n");
    add_facts(out, block);
}

static void add_block(struct strbuf *out, const struct page_block *block, const char *type)
{
    switch (block->kind) {
    case PAGE_HEADING:
        strbuf_addf(out, "%.*s ", block->level, "######");
        markdown_escape(out, block->text);
        strbuf_add(out, "\n\n");
        break;
    case PAGE_PARAGRAPH:
    case PAGE_NOTICE:
        strbuf_add(out, block->kind == PAGE_NOTICE ? "> [!WARNING]\n> " : "");
        add_paragraph(out, &block->paragraph);
        if (block->reason.count > 0) {
            strbuf_add(out, "\n>\n> ");
            add_paragraph(out, &block->reason);
        }
        for (size_t i = 0; i < block->item_count; i++) {
            strbuf_add(out, i == 0 ? "\n>\n> - " : "\n> - ");
            markdown_escape(out, block->items[i]);
        }
        strbuf_add(out, "\n\n");
        break;
    case PAGE_PICTURES:
        add_pictures(out, block, type);
        break;
    case PAGE_TABLE:
        add_table(out, &block->table);
        break;
    case PAGE_FACTS:
        add_facts(out, block);
        break;
    case PAGE_CODE:
        add_code(out, block->text);
        break;
    case PAGE_EXPLANATION:
        add_explanation(out, block);
        break;
    }
}

void writer_markdown(struct strbuf *out, const struct page *page, const char *picture_type)
{
    strbuf_add(out, "# ");
    markdown_escape(out, page->title);
    strbuf_add(out, "\n\n");
    for (size_t i = 0; i < page->fact_count; i++) {
        strbuf_add(out, i == 0 ? "" : " · ");
        markdown_escape(out, page->facts[i]);
    }
    strbuf_add(out, "\n\n## ");
    markdown_escape(out, page->answer.headline);
    strbuf_add(out, "\n\n");
    for (size_t i = 0; i < page->answer.paragraph_count; i++) {
        add_paragraph(out, &page->answer.paragraphs[i]);
        strbuf_add(out, "\n\n");
    }
    if (page->answer.code[0] != '\0')
        add_code(out, page->answer.code);
    for (size_t i = 0; i < page->count; i++)
        add_block(out, &page->blocks[i], picture_type);
    while (out->len > 1 && out->str[out->len - 1] == '\n' && out->str[out->len - 2] == '\n')
        strbuf_set_length(out, out->len - 1);
}

#include "page.h"

#include <stdarg.h>
#include <stdlib.h>

#include "alloc.h"

void page_free(struct page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        free(page->blocks[i].paragraph.spans);
        free(page->blocks[i].reason.spans);
        for (size_t j = 0; j < page->blocks[i].fact_count; j++)
            free(page->blocks[i].facts[j].text.spans);
    }
    for (size_t i = 0; i < page->answer.paragraph_count; i++)
        free(page->answer.paragraphs[i].spans);
    free(page->answer.paragraphs);
    free(page->blocks);
    pool_free(&page->pool);
    *page = (struct page)PAGE_INIT;
}

struct page_block *page_add(struct page *page, enum page_kind kind)
{
    array_grow(&page->blocks, page->count, &page->capacity, sizeof *page->blocks);
    page->blocks[page->count] = (struct page_block){.kind = kind};
    return &page->blocks[page->count++];
}

void page_heading(struct page *page, int level, const char *id, const char *text)
{
    struct page_block *block = page_add(page, PAGE_HEADING);
    block->level = level;
    block->id = pool_copy(&page->pool, id);
    block->text = pool_copy(&page->pool, text);
}

static void add_span(struct page *page, struct page_paragraph *paragraph, enum page_style style,
                     const char *text, const char *target)
{
    array_grow(&paragraph->spans, paragraph->count, &paragraph->capacity, sizeof *paragraph->spans);
    paragraph->spans[paragraph->count++] =
        (struct page_span){.style = style, .text = pool_copy(&page->pool, text), .target = target};
}

static void say(struct page *page, struct page_paragraph *paragraph, enum page_style style,
                const char *format, va_list arguments)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_addv(&sb, format, arguments);
    add_span(page, paragraph, style, sb.str, NULL);
    strbuf_free(&sb);
}

void page_say(struct page *page, struct page_paragraph *paragraph, enum page_style style,
              const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(page, paragraph, style, format, arguments);
    va_end(arguments);
}

void page_answer_say(struct page *page, enum page_style style, struct strbuf *sb)
{
    struct page_answer *answer = &page->answer;
    if (sb->len > 0) {
        array_grow(&answer->paragraphs, answer->paragraph_count, &answer->paragraph_capacity,
                   sizeof *answer->paragraphs);
        answer->paragraphs[answer->paragraph_count] = (struct page_paragraph){0};
        page_say(page, &answer->paragraphs[answer->paragraph_count++], style, "%s", sb->str);
    }
    strbuf_free(sb);
}

void page_link(struct page *page, struct page_paragraph *paragraph, const char *target,
               const char *text)
{
    add_span(page, paragraph, PAGE_LINK, text, pool_copy(&page->pool, target));
}

void page_plain(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say(page, &page_add(page, PAGE_PARAGRAPH)->paragraph, PAGE_PLAIN, format, arguments);
    va_end(arguments);
}

void page_pictures(struct page *page, const struct page_picture *pictures, size_t count)
{
    struct page_block *block = page_add(page, PAGE_PICTURES);
    block->picture_count = count;
    block->pictures = pool_alloc(&page->pool, count, sizeof *block->pictures);
    for (size_t i = 0; i < count; i++)
        block->pictures[i] = pictures[i];
}

char *page_paragraph_text(const struct page_paragraph *paragraph)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < paragraph->count; i++)
        strbuf_add(&sb, paragraph->spans[i].text);
    return strbuf_take(&sb);
}

struct page_table *page_add_table(struct page *page, const char *caption,
                                  const struct page_column *columns, size_t count)
{
    struct page_table *table = &page_add(page, PAGE_TABLE)->table;
    table->caption = pool_copy(&page->pool, caption);
    table->columns = pool_alloc(&page->pool, count, sizeof *columns);
    for (size_t i = 0; i < count; i++)
        table->columns[i] = columns[i];
    table->column_count = count;
    return table;
}

struct page_row *page_add_row(struct page *page, struct page_table *table, size_t most)
{
    if (table->rows == NULL)
        table->rows = pool_alloc(&page->pool, most, sizeof *table->rows);
    struct page_row *row = &table->rows[table->row_count++];
    row->cells = pool_alloc(&page->pool, table->column_count, sizeof *row->cells);
    for (size_t i = 0; i < table->column_count; i++)
        row->cells[i] = "";
    return row;
}

struct page_fact *page_add_fact(struct page *page, struct page_block *facts, size_t most,
                                const char *name)
{
    if (facts->facts == NULL)
        facts->facts = pool_alloc(&page->pool, most, sizeof *facts->facts);
    struct page_fact *fact = &facts->facts[facts->fact_count++];
    fact->name = pool_copy(&page->pool, name);
    return fact;
}

const char *page_take(struct page *page, struct strbuf *sb)
{
    const char *text = pool_copy(&page->pool, sb->str);
    strbuf_free(sb);
    return text;
}

/*
 * What the report says, once, for all writers: a document of paragraphs,
 * tables, figures and notices, without any markup. Texts in it are raw; each
 * writer escapes them for its language.
 */
#ifndef SCALESTUDY_PAGE_H
#define SCALESTUDY_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "figure.h"
#include "pool.h"
#include "strbuf.h"

enum page_style { PAGE_PLAIN, PAGE_STRONG, PAGE_QUIET, PAGE_MONO, PAGE_LINK };

struct page_span {
    enum page_style style;
    const char *text;
    const char *target; /* of a link: the id of a heading on this page */
};

struct page_paragraph {
    struct page_span *spans;
    size_t count, capacity;
};

struct page_column {
    const char *name;
    const char *title; /* what it is, in a few words; NULL: the name says it */
    bool number;       /* aligned to the right, digits of one width */
    bool quiet;        /* an interval beside the figure it belongs to */
};

struct page_row {
    const char **cells; /* as many as there are columns; "" empty */
    bool emphasised;    /* the recommended one */
    const char *remark; /* why it is emphasised, for those who do not see it; NULL */
};

struct page_table {
    const char *caption; /* names the table for screen readers and scroll areas */
    struct page_column *columns;
    size_t column_count;
    struct page_row *rows;
    size_t row_count;
};

struct page_picture {
    const struct figure *figure;
    bool drawn;                /* its file is beside the page */
    const char *wide, *narrow; /* SVG elements for a page; "" none */
    const char *file;          /* name beside the page, without ".svg", ".png" */
};

struct page_fact {
    const char *name;
    struct page_paragraph text;
};

enum page_kind {
    PAGE_HEADING,
    PAGE_PARAGRAPH,
    PAGE_NOTICE, /* something to be warned about */
    PAGE_PICTURES,
    PAGE_TABLE,
    PAGE_FACTS, /* names and what is known about them */
    PAGE_CODE,
    PAGE_EXPLANATION /* of a kind of figure: its name and formula, and facts about it */
};

struct page_block {
    enum page_kind kind;
    int level;        /* headings: 2, 3 */
    const char *id;   /* headings: unique on the page, [a-z0-9-]+ */
    const char *text; /* headings, code; an explanation's name */
    const char *formula; /* explanations */
    struct page_paragraph paragraph;
    struct page_paragraph reason; /* notices: why it matters; may be empty */
    const char **items;           /* notices: all that the paragraph tells the worst of */
    size_t item_count;
    bool folded; /* notices: may be out of sight until asked for */
    struct page_table table;
    struct page_picture *pictures;
    size_t picture_count;
    struct page_fact *facts;
    size_t fact_count;
};

/* The recommendation, in a box of its own. */
struct page_answer {
    const char *headline;
    struct page_paragraph *paragraphs;
    size_t paragraph_count, paragraph_capacity;
    const char *code; /* lines for a job script; "" none */
};

struct page {
    const char *title;
    const char **facts; /* of the line below the title */
    size_t fact_count;
    struct page_answer answer;
    struct page_block *blocks;
    size_t count, capacity;
    struct pool pool; /* owns the texts; borrows figures and SVG */
};

#define PAGE_INIT                                                                                  \
    {                                                                                              \
        .title = "", .pool = POOL_INIT                                                             \
    }
void page_free(struct page *page);

/* A block at the end; valid until the next one is added. */
struct page_block *page_add(struct page *page, enum page_kind kind);
void page_heading(struct page *page, int level, const char *id, const char *text);

/* Adds to a paragraph. The text is copied. */
void page_say(struct page *page, struct page_paragraph *paragraph, enum page_style style,
              const char *format, ...) __attribute__((format(printf, 4, 5)));
void page_link(struct page *page, struct page_paragraph *paragraph, const char *target,
               const char *text);

/* A paragraph of the answer; none where the text is empty. Takes the text out of `sb`. */
void page_answer_say(struct page *page, enum page_style style, struct strbuf *sb);

/* A paragraph of plain text. */
void page_plain(struct page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Pictures beside each other; copies their descriptions. */
void page_pictures(struct page *page, const struct page_picture *pictures, size_t count);

/* The paragraph's text without styles; the caller frees it. */
char *page_paragraph_text(const struct page_paragraph *paragraph);

struct page_table *page_add_table(struct page *page, const char *caption,
                                  const struct page_column *columns, size_t count);
/* A row of empty cells; valid until the next one is added. At most `most` rows
 * are asked for in a table, known from the first call. */
struct page_row *page_add_row(struct page *page, struct page_table *table, size_t most);

struct page_fact *page_add_fact(struct page *page, struct page_block *facts, size_t most,
                                const char *name);

/* The text of a strbuf, in the page's pool; the strbuf is empty again. */
const char *page_take(struct page *page, struct strbuf *sb);

#endif

#include "writer_terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terminal_tables.h"
#include "utf8.h"
#include "wording.h"

enum { TERMINAL_COLUMNS = 78, MOST_WARNINGS = 4, MOST_ANSWERS = 8 };

static const char bold[] = "\033[1m", yellow[] = "\033[33m",
                  plain[] = "\033[0m";

void terminal_escape(struct strbuf *out, const char *text)
{
    size_t length;
    for (uint32_t c; (c = utf8_next(text, &length)), length != 0; text += length) {
        if (c == '\n' || c == '\t')
            strbuf_add_char(out, ' ');
        else if (c == UTF8_INVALID || c < 0x20 || (c >= 0x7F && c < 0xA0) ||
                 (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
            strbuf_add_char(out, '?');
        else
            strbuf_add_bytes(out, text, length);
    }
}

/* Words in lines of the terminal's width, each line behind `indent`. */
static void add_wrapped(struct strbuf *out, const char *text, const char *indent)
{
    size_t column = 0;
    for (const char *word = text; *word != '\0';) {
        word += strspn(word, " ");
        size_t length = strcspn(word, " ");
        char *piece = text_format("%.*s", (int)length, word);
        size_t width = utf8_text_columns(piece);
        if (column > 0 && column + 1 + width > TERMINAL_COLUMNS) {
            strbuf_add_char(out, '\n');
            column = 0;
        }
        if (column == 0) {
            strbuf_add(out, indent);
            column = strlen(indent);
        } else {
            strbuf_add_char(out, ' ');
            column++;
        }
        strbuf_add(out, piece);
        column += width;
        free(piece);
        word += length;
    }
    strbuf_add_char(out, '\n');
}

static void add_paragraph(struct strbuf *out, const struct page_paragraph *paragraph,
                          const char *indent)
{
    char *text = page_paragraph_text(paragraph);
    struct strbuf safe = STRBUF_INIT;
    terminal_escape(&safe, text);
    add_wrapped(out, safe.str, indent);
    strbuf_free(&safe);
    free(text);
}

static void add_warnings(struct strbuf *out, const struct page *page, bool colour)
{
    size_t count = 0;
    for (size_t i = 0; i < page->count; i++) {
        if (page->blocks[i].kind != PAGE_NOTICE)
            continue;
        if (count++ >= MOST_WARNINGS)
            continue;
        strbuf_addf(out, "%s! %s\n", colour ? yellow : "", colour ? plain : "");
        strbuf_set_length(out, out->len - 1);
        struct strbuf sb = STRBUF_INIT;
        add_paragraph(&sb, &page->blocks[i].paragraph, "  ");
        strbuf_add(out, sb.str + 2); /* the mark stands in the first line's indent */
        strbuf_free(&sb);
    }
    if (count > MOST_WARNINGS)
        strbuf_addf(out, "  %zu more %s in the report.\n", count - MOST_WARNINGS,
                    count - MOST_WARNINGS == 1 ? "warning is" : "warnings are");
    if (count > 0)
        strbuf_add_char(out, '\n');
}

/* Of the study's other kernels and sizes: their sentences, told apart by size where that is what
 * differs. */
static void add_other_answers(struct strbuf *out, const struct report_content *content)
{
    const struct analysis *a = content->analysis;
    if (a == NULL) /* a comparison */
        return;
    for (size_t i = 1; i < a->answer_count && i < MOST_ANSWERS; i++) {
        strbuf_add(out, "  ");
        if (strcmp(a->answers[i].kernel, a->answers[0].kernel) == 0 && isfinite(a->answers[i].size)) {
            strbuf_add(out, "n = ");
            wording_size(out, a->answers[i].size);
            strbuf_add(out, ": ");
        }
        terminal_escape(out, a->answers[i].sentence);
        strbuf_add_char(out, '\n');
    }
    if (a->answer_count > MOST_ANSWERS)
        strbuf_addf(out, "  %zu more answers are in the report.\n", a->answer_count - MOST_ANSWERS);
}

void terminal_text(struct strbuf *out, const struct page *page,
                   const struct report_content *content, bool colour)
{
    strbuf_add(out, colour ? bold : "");
    terminal_escape(out, page->answer.headline);
    strbuf_addf(out, "%s\n", colour ? plain : "");
    for (size_t i = 0; i < page->answer.paragraph_count; i++)
        add_paragraph(out, &page->answer.paragraphs[i], "  ");
    add_other_answers(out, content);
    strbuf_add_char(out, '\n');
    add_warnings(out, page, colour);
    if (content->groups.count == 0)
        return;
    terminal_tables(out, content, &content->groups.list[0], colour);
}

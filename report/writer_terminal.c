#include "writer_terminal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"
#include "wording.h"

enum { TERMINAL_COLUMNS = 78, MOST_BACKENDS = 6, MOST_WARNINGS = 4, MOST_ANSWERS = 8 };

static const char bold[] = "\033[1m", yellow[] = "\033[33m", faint[] = "\033[2m",
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

static void add_padded(struct strbuf *out, const char *text, size_t width)
{
    for (size_t columns = utf8_text_columns(text); columns < width; columns++)
        strbuf_add_char(out, ' ');
    strbuf_add(out, text);
}

static void add_cell(struct strbuf *out, void (*say)(struct strbuf *, double), double value,
                     size_t width)
{
    struct strbuf sb = STRBUF_INIT;
    say(&sb, value);
    add_padded(out, sb.str, width);
    strbuf_free(&sb);
}

static void add_series(struct strbuf *out, const char *name, const struct series *series,
                       bool colour)
{
    strbuf_add(out, colour ? bold : "");
    terminal_escape(out, name);
    strbuf_add(out, colour ? plain : "");
    strbuf_addf(out, "\n%s   cores       time    speedup  efficiency   core-s%s\n",
                colour ? faint : "", colour ? plain : "");
    for (size_t i = 0; i < series->point_count; i++) {
        const struct point_summary *p = &series->points[i];
        bool chosen = p->cores == series->optimum.recommended;
        char *cores = text_format("%lld", (long long)p->cores);
        strbuf_add(out, chosen ? " > " : "   ");
        add_padded(out, cores, 5);
        free(cores);
        strbuf_add_char(out, ' '); /* "21 h 22 min" fills the column */
        add_cell(out, wording_seconds, p->median, 10);
        add_cell(out, wording_ratio, p->speedup, 11);
        add_cell(out, wording_percent, p->efficiency, 12);
        struct strbuf sb = STRBUF_INIT;
        wording_significant(&sb, p->core_seconds, 3);
        add_padded(out, sb.str, 9);
        strbuf_free(&sb);
        if (p->failed > p->missing)
            strbuf_addf(out, "   %zu failed", p->failed - p->missing);
        if (p->missing > 0)
            strbuf_addf(out, "   %zu missing", p->missing);
        strbuf_add_char(out, '\n');
    }
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
    const struct group *group = &content->groups.list[0];
    for (size_t i = 0; i < group->count && i < MOST_BACKENDS; i++)
        add_series(out, group->series[i]->label, group->series[i], colour);
    if (group->count > MOST_BACKENDS)
        strbuf_addf(out, "%zu more backends are in the report.\n", group->count - MOST_BACKENDS);
}

#include "explain_work.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "summary.h"
#include "wording.h"

enum { IN_DIGITS = 7, OUT_DIGITS = 5 };

static const char *take_number(const struct explaining *e, struct strbuf *sb)
{
    if (strchr(sb->str, '.') != NULL) {
        while (sb->str[sb->len - 1] == '0')
            strbuf_set_length(sb, sb->len - 1);
        if (sb->str[sb->len - 1] == '.')
            strbuf_set_length(sb, sb->len - 1);
    }
    return page_take(e->page, sb);
}

static const char *digits(const struct explaining *e, double value, int count)
{
    struct strbuf sb = STRBUF_INIT;
    wording_significant(&sb, value, count);
    return take_number(e, &sb);
}

const char *explain_in(const struct explaining *e, double value)
{
    return digits(e, value, IN_DIGITS);
}

const char *explain_out(const struct explaining *e, double value)
{
    return digits(e, value, OUT_DIGITS);
}

const char *explain_fixed(const struct explaining *e, double value, int decimals)
{
    struct strbuf sb = STRBUF_INIT;
    wording_fixed(&sb, value, decimals);
    return take_number(e, &sb);
}

const char *explain_interval(const struct explaining *e, struct interval interval)
{
    return pool_text(&e->page->pool, "[%s, %s]", explain_out(e, interval.low),
                     explain_out(e, interval.high));
}

const char *explain_cores(const struct explaining *e, int64_t cores)
{
    struct strbuf sb = STRBUF_INIT;
    wording_plural(&sb, cores, "core", "cores");
    return page_take(e->page, &sb);
}

static void say_place(const struct explaining *e, struct strbuf *sb, const struct series *s)
{
    struct group_differences differ = group_differences(e->analysis);
    if (differ.kernels && s->kernel[0] != '\0')
        strbuf_addf(sb, ", %s", s->kernel);
    if (differ.sizes && isfinite(s->size)) {
        strbuf_add(sb, ", n = ");
        wording_size(sb, s->size);
    }
    if (differ.clusters && s->cluster[0] != '\0')
        strbuf_addf(sb, ", %s", s->cluster);
}

const char *explain_series_name(const struct explaining *e, const struct series *s, int64_t cores)
{
    struct strbuf sb = STRBUF_INIT;
    strbuf_add(&sb, s->label);
    if (cores > 0)
        strbuf_addf(&sb, ", %s", explain_cores(e, cores));
    say_place(e, &sb, s);
    return page_take(e->page, &sb);
}

bool explain_agrees(double shown, double analysed)
{
    return fabs(shown - analysed) <= 1e-9 * fmax(fabs(analysed), 1e-9);
}

const double *explain_sorted(const struct explaining *e, const struct point_summary *p)
{
    double *sorted = pool_alloc(&e->page->pool, p->blocks + 1, sizeof *sorted);
    for (size_t i = 0; i < p->blocks; i++)
        sorted[i] = p->times[i];
    summary_sort(sorted, p->blocks);
    return sorted;
}

const char *explain_list(const struct explaining *e, const double *values, size_t count)
{
    struct strbuf sb = STRBUF_INIT;
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&sb, "%s%s", i > 0 ? ", " : "", explain_in(e, values[i]));
    return page_take(e->page, &sb);
}

void explain_fact(struct explaining *e, const char *name, struct page_paragraph *text)
{
    if (text->count == 0)
        return;
    const char *last = text->spans[text->count - 1].text;
    if (last[0] == '\0' || last[strlen(last) - 1] != '.')
        page_say(e->page, text, PAGE_PLAIN, ".");
    page_add_fact(e->page, e->block, e->most, name)->text = *text;
    *text = (struct page_paragraph){0};
}

const struct point_summary *explain_base(const struct explaining *e, const struct series *s)
{
    if (s->base_series < 0 || s->base_point < 0 || s->base_backend[0] == '\0')
        return NULL;
    return &e->analysis->series[s->base_series].points[s->base_point];
}

static void add_why(struct explaining *e, const struct explanation *explanation)
{
    struct page_paragraph text = {0};
    page_say(e->page, &text, PAGE_PLAIN, "%s", explanation->why);
    explain_fact(e, "Why", &text);
}

void explain_begin(struct explaining *e, enum explained which)
{
    const struct explanation *explanation = explanation_of(which);
    e->block = page_add(e->page, PAGE_EXPLANATION);
    e->block->text = explanation->name;
    e->block->formula = explanation->formula;
    add_why(e, explanation);
}

/* A figure that the report does not have is not explained. */
void explain_end(struct explaining *e, enum explained which)
{
    const struct explanation *explanation = explanation_of(which);
    struct page_paragraph text = {0};
    if (e->block->fact_count == 1) {
        free(e->block->facts[0].text.spans);
        e->page->count--;
        return;
    }
    page_say(e->page, &text, PAGE_QUIET, "docs/method.md, “%s”%s%s.", explanation->section,
             explanation->source[0] != '\0' ? "; " : "", explanation->source);
    explain_fact(e, "Source", &text);
}
